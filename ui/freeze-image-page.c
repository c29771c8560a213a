/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "ui/freeze-draft.h"
#include "ui/memory-bar.h"
#include "ui/piece.h"
#include "ui/shape.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

enum { MOST_ROWS = 300 }; /* of the table; the rest is counted */

#define HS_TYPE_FREEZE_IMAGE_PAGE (hs_freeze_image_page_get_type ())
G_DECLARE_FINAL_TYPE (HsFreezeImagePage, hs_freeze_image_page, HS, FREEZE_IMAGE_PAGE, HsWizardPage)

struct _HsFreezeImagePage {
  HsWizardPage parent_instance;

  GtkLabel *title;
  GtkSpinner *spinner;
  AdwBin *problem;
  GtkWidget *room;
  AdwBin *findings;
  AdwBin *files;

  HsFreezeDraft *draft; /* owned */
};

G_DEFINE_FINAL_TYPE (HsFreezeImagePage, hs_freeze_image_page, HS_TYPE_WIZARD_PAGE)

/* -- the list --------------------------------------------------------------------------------- */

static gboolean
is_below (const char *name, GPtrArray *paths)
{
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *base = g_path_get_basename (g_ptr_array_index (paths, i));
    gsize length = strlen (base);

    if (strncmp (name, base, length) == 0 && (name[length] == '\0' || name[length] == '/'))
      return TRUE;
  }
  return FALSE;
}

/* What was asked for in this wizard. */
static gboolean
is_ours (const HsFreezeWish *wish, const HsFrozen *frozen)
{
  if (g_str_equal (frozen->name, "main.py"))
    return wish->main != NULL || wish->thin;
  if (g_str_equal (frozen->name, "boot.py"))
    return wish->boot != NULL;
  return is_below (frozen->name, wish->modules) || is_below (frozen->name, wish->packages);
}

static GtkWidget *
size_cell (guint64 bytes, gboolean known)
{
  g_autofree char *size = hs_format_size (bytes);
  g_autofree char *exact = hs_format_bytes (bytes);
  GtkWidget *label = hs_piece_label (known ? size : "–", "figure");

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  if (known)
    gtk_widget_set_tooltip_text (label, exact);
  return label;
}

static GtkWidget *
cut_cell (const char *text, const char *tip, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_tooltip_text (label, tip);
  return label;
}

/* "require(logging) · boards/OPENMV4/manifest.py:12" */
static char *
dup_from (HsTree *tree, const HsFrozen *frozen)
{
  const char *root = hs_tree_get_root (tree);
  const char *file = frozen->manifest;

  if (file == NULL)
    return g_strdup (frozen->by);
  if (g_str_has_prefix (file, root) && file[strlen (root)] == '/')
    file += strlen (root) + 1;
  return frozen->line > 0 ? g_strdup_printf ("%s · %s:%u", frozen->by, file, frozen->line)
                          : g_strdup_printf ("%s · %s", frozen->by, file);
}

static void
add_row (HsTable *table, HsTree *tree, const HsFrozen *frozen, gboolean ours)
{
  gboolean entry = g_str_equal (frozen->name, "main.py") || g_str_equal (frozen->name, "boot.py");
  g_autofree char *from = dup_from (tree, frozen);
  g_autofree char *note = entry ? g_strdup_printf (_ ("%s · starts by itself"), from) : NULL;

  hs_table_add (table,
                cut_cell (frozen->name, frozen->path, ours ? "heading" : NULL),
                size_cell (frozen->size, TRUE),
                size_cell (frozen->compiled, frozen->compiled > 0),
                cut_cell (note != NULL ? note : from, from, "dim-label"),
                NULL);
}

static GtkWidget *
files_new (HsFreezeImagePage *self, HsManifest *manifest)
{
  static const HsColumn columns[] = {
    { N_ ("File"), 0 }, { N_ ("Source"), 84 }, { N_ ("In the image"), 92 }, { N_ ("From"), 0 }
  };
  HsTree *tree = hs_freeze_draft_get_tree (self->draft);
  const HsFreezeWish *wish = hs_freeze_draft_get_wish (self->draft);
  GPtrArray *frozen = hs_manifest_get_frozen (manifest);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  guint shown = 0;
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  for (int ours = TRUE; ours >= FALSE; ours--) {
    for (guint i = 0; i < frozen->len && shown < MOST_ROWS; i++) {
      const HsFrozen *one = g_ptr_array_index (frozen, i);

      if (is_ours (wish, one) == ours) {
        add_row (&table, tree, one, ours);
        shown++;
      }
    }
  }
  gtk_box_append (GTK_BOX (box), table.grid);
  if (shown < frozen->len) {
    guint left = frozen->len - shown;
    g_autofree char *more = g_strdup_printf (ngettext ("and %u more", "and %u more", left), left);

    gtk_box_append (GTK_BOX (box), hs_piece_label (more, "dim-label"));
  }
  return hs_piece_panel (_ ("Frozen into it"), box, NULL);
}

/* -- room ------------------------------------------------------------------------------------- */

static void
show_room (HsFreezeImagePage *self, const HsFreezeOutcome *outcome)
{
  const HsTreeBoard *board = hs_freeze_draft_get_board (self->draft);
  guint64 total = hs_manifest_get_compiled (outcome->manifest);
  guint64 limit = board != NULL ? board->firmware_length : 0;
  g_autofree char *size = hs_format_size (total);
  g_autofree char *room = hs_format_size (limit);
  g_autofree char *text = NULL;

  hs_piece_clear (self->room);
  gtk_widget_set_visible (self->room, TRUE);
  if (outcome->unchecked != NULL) {
    gtk_box_append (
        GTK_BOX (self->room),
        hs_piece_row (
            12,
            hs_shape_new (HS_SHAPE_UNKNOWN, 24),
            hs_tree_text (_ ("Not checked: there is no mpy-cross in this tree yet. Sizes in the "
                             "image and syntax errors are known when it is built; a build of "
                             "the firmware makes it first."),
                          NULL),
            NULL));
    gtk_widget_set_tooltip_text (self->room, outcome->unchecked->message);
    return;
  }
  gtk_widget_set_tooltip_text (self->room, NULL);
  text = limit > 0
             ? g_strdup_printf (_ ("Frozen code takes %s of %s. The firmware itself lies in the "
                                   "same room: what is left is known after a build."),
                                size,
                                room)
             : g_strdup_printf (_ ("Frozen code takes %s. The tree does not say how much room "
                                   "there is."),
                                size);
  if (limit > 0)
    gtk_box_append (GTK_BOX (self->room), hs_memory_bar_new ((double) total / limit));
  gtk_box_append (GTK_BOX (self->room), hs_tree_text (text, NULL));
}

/* -- the page --------------------------------------------------------------------------------- */

static void
show_outcome (HsFreezeImagePage *self, const HsFreezeOutcome *outcome)
{
  GPtrArray *findings = hs_manifest_get_findings (outcome->manifest);
  guint n = hs_manifest_get_frozen (outcome->manifest)->len;
  g_autofree char *title =
      g_strdup_printf (ngettext ("%u file would be frozen", "%u files would be frozen", n), n);

  gtk_label_set_label (self->title, title);
  show_room (self, outcome);
  adw_bin_set_child (
      self->findings,
      findings->len > 0
          ? hs_piece_panel (_ ("Seen in the sources"), hs_tree_findings (findings), NULL)
          : NULL);
  adw_bin_set_child (self->files, files_new (self, outcome->manifest));
}

static void
changed_cb (HsFreezeImagePage *self)
{
  const HsFreezeOutcome *outcome = hs_freeze_draft_get_outcome (self->draft);
  const GError *error = hs_freeze_draft_get_error (self->draft);
  gboolean busy = hs_freeze_draft_is_busy (self->draft);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  adw_bin_set_child (self->problem, error != NULL ? hs_tree_problem (error) : NULL);
  if (outcome != NULL) {
    show_outcome (self, outcome);
  } else {
    gtk_label_set_label (self->title,
                         busy ? _ ("Looking what would be frozen…")
                              : _ ("It can’t be frozen like this"));
    gtk_widget_set_visible (self->room, FALSE);
    adw_bin_set_child (self->findings, NULL);
    adw_bin_set_child (self->files, NULL);
  }
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self),
                           outcome == NULL && !busy ? _ ("_Try Again") : _ ("_Next"),
                           !busy,
                           FALSE,
                           TRUE);
}

static void
hs_freeze_image_page_entered (HsWizardPage *page)
{
  HsFreezeImagePage *self = HS_FREEZE_IMAGE_PAGE (page);

  hs_freeze_draft_plan (self->draft);
  changed_cb (self);
}

static gboolean
hs_freeze_image_page_forward (HsWizardPage *page)
{
  HsFreezeImagePage *self = HS_FREEZE_IMAGE_PAGE (page);

  if (hs_freeze_draft_get_outcome (self->draft) != NULL)
    return FALSE;
  hs_freeze_draft_plan (self->draft);
  return TRUE;
}

static void
hs_freeze_image_page_dispose (GObject *object)
{
  g_clear_object (&HS_FREEZE_IMAGE_PAGE (object)->draft);
  G_OBJECT_CLASS (hs_freeze_image_page_parent_class)->dispose (object);
}

static void
hs_freeze_image_page_class_init (HsFreezeImagePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_freeze_image_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_freeze_image_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_freeze_image_page_forward;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("freeze-image-page"));
  gtk_widget_class_bind_template_child (widget_class, HsFreezeImagePage, title);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeImagePage, spinner);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeImagePage, problem);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeImagePage, room);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeImagePage, findings);
  gtk_widget_class_bind_template_child (widget_class, HsFreezeImagePage, files);
}

static void
hs_freeze_image_page_init (HsFreezeImagePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("What will be frozen"));
}

HsWizardPage *
hs_freeze_image_page_new (HsFreezeDraft *draft)
{
  HsFreezeImagePage *self = g_object_new (HS_TYPE_FREEZE_IMAGE_PAGE, NULL);

  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
