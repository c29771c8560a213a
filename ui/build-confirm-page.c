/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-confirm-page.h"

#include "ui/build-problem-view.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

struct _HsBuildConfirmPage {
  HsWizardPage parent_instance;

  GtkLabel *heading;
  AdwBin *block;
  AdwBin *facts;
  GtkWidget *commands;

  HsBuildDraft *draft; /* owned */
};

G_DEFINE_FINAL_TYPE (HsBuildConfirmPage, hs_build_confirm_page, HS_TYPE_WIZARD_PAGE)

enum { SIGNAL_START, N_SIGNALS };
static guint signals[N_SIGNALS];

static const HsColumn columns[] = { { NULL, 116 }, { NULL, 0 } };

static void
add_fact (HsTable *table, const char *title, const char *text)
{
  GtkWidget *name = hs_piece_label (title, "dim-label");
  GtkWidget *value = hs_piece_label (text, NULL);

  if (text == NULL || *text == '\0') {
    g_object_unref (g_object_ref_sink (name));
    g_object_unref (g_object_ref_sink (value));
    return;
  }
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_yalign (GTK_LABEL (name), 0);
  hs_table_add (table, name, value, NULL);
}

static char *
tree_text (HsTree *tree)
{
  const char *describe = hs_tree_get_describe (tree);
  guint n = g_strv_length ((char **) hs_tree_get_changed (tree));
  g_autofree char *changed =
      n > 0 ? g_strdup_printf (ngettext (", with %u changed file", ", with %u changed files", n), n)
            : g_strdup ("");

  return g_strdup_printf ("%s\n%s%s",
                          hs_tree_get_root (tree),
                          describe != NULL ? describe : _ ("without git"),
                          changed);
}

/* Old trees build one target at a time in one folder. */
static char *
emptied_text (HsBuildDraft *draft)
{
  GPtrArray *targets = hs_build_draft_get_targets (draft);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *last = NULL;

  for (guint i = 0; i < targets->len; i++) {
    g_autofree char *bin = hs_tree_dup_path (
        hs_build_draft_get_tree (draft), HS_TREE_FILE_BIN, g_ptr_array_index (targets, i));

    if (g_strcmp0 (bin, last) == 0)
      continue;
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", bin);
    g_free (last);
    last = g_steal_pointer (&bin);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const char *
clean_text (HsBuildDraft *draft)
{
  return hs_build_draft_get_choice (draft)->clean
             ? _ ("Yes, as asked: everything is compiled again")
             : _ ("Only if the options are others than of the build before: the firmware's make "
                  "does not notice that");
}

static const char *
engine_text (HsBuildEngine engine)
{
  switch (engine) {
  case HS_ENGINE_NATIVE:
    return _ ("This machine");
  case HS_ENGINE_DOCKER:
    return _ ("A container, made for this build");
  case HS_ENGINE_DOCKER_DEV:
    return _ ("A container that stays");
  }
  return "";
}

static void
show_facts (HsBuildConfirmPage *self, const char *const *options)
{
  const HsBuildChoice *choice = hs_build_draft_get_choice (self->draft);
  g_autofree char *tree = tree_text (hs_build_draft_get_tree (self->draft));
  g_autofree char *emptied = emptied_text (self->draft);
  g_autofree char *joined = g_strjoinv ("  ", (char **) options);
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  add_fact (&table, _ ("Source"), tree);
  add_fact (&table, _ ("Options"), *joined != '\0' ? joined : _ ("As the Makefile has them"));
  add_fact (&table, _ ("Built by"), engine_text (choice->engine));
  add_fact (&table, _ ("Emptied first"), emptied);
  add_fact (&table, _ ("Clean first"), clean_text (self->draft));
  add_fact (&table, _ ("Name"), choice->name);
  adw_bin_set_child (self->facts, table.grid);
}

static void
show_commands (HsBuildConfirmPage *self, const char *const *options)
{
  GPtrArray *targets = hs_build_draft_get_targets (self->draft);

  hs_piece_clear (self->commands);
  for (guint i = 0; i < targets->len; i++) {
    HsBuildRequest request;
    g_auto (GStrv) lines = NULL;

    hs_build_draft_fill_request (self->draft, g_ptr_array_index (targets, i), options, &request);
    lines = hs_build_request_dup_commands (&request, hs_build_draft_get_tree (self->draft));
    for (guint n = 0; lines != NULL && lines[n] != NULL; n++)
      gtk_box_append (GTK_BOX (self->commands), hs_build_command_new (lines[n]));
  }
}

/* What is missing, and what gets it. */
static GtkWidget *
block_new (HsBuildConfirmPage *self, const HsNeed *need)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *again = gtk_button_new_with_label (_ ("Check Again"));
  GtkWidget *text = hs_piece_label (need->text, NULL);
  GtkWidget *row;

  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), text);
  if (need->command != NULL)
    gtk_box_append (GTK_BOX (words), hs_build_command_new (need->command));
  gtk_widget_set_valign (again, GTK_ALIGN_CENTER);
  g_signal_connect_object (
      again, "clicked", G_CALLBACK (hs_build_draft_read_again), self->draft, G_CONNECT_SWAPPED);
  row = hs_piece_row (12, hs_shape_new (HS_SHAPE_FAIL, 24), words, again, NULL);
  gtk_widget_add_css_class (row, "panel");
  gtk_widget_add_css_class (row, "bad-panel");
  return row;
}

static void
show (HsBuildConfirmPage *self)
{
  GPtrArray *targets = hs_build_draft_get_targets (self->draft);
  const HsNeed *block = hs_build_draft_find_block (self->draft);
  g_auto (GStrv) options = hs_build_draft_dup_options (self->draft, NULL);
  g_autofree char *heading = NULL, *verb = NULL;

  if (hs_build_draft_get_tree (self->draft) == NULL || targets->len == 0 || options == NULL)
    return;
  heading = targets->len == 1
                ? g_strdup_printf (_ ("Build %s"), (char *) g_ptr_array_index (targets, 0))
                : g_strdup_printf (ngettext ("Build %u board", "Build %u boards", targets->len),
                                   targets->len);
  verb = targets->len == 1
             ? g_strdup (_ ("B_uild"))
             : g_strdup_printf (ngettext ("B_uild %u Board", "B_uild %u Boards", targets->len),
                                targets->len);
  gtk_label_set_label (self->heading, heading);
  adw_bin_set_child (self->block, block != NULL ? block_new (self, block) : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->block), block != NULL);
  show_facts (self, (const char *const *) options);
  show_commands (self, (const char *const *) options);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), verb, block == NULL, FALSE, TRUE);
}

static void
changed_cb (HsBuildConfirmPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show (self);
}

static void
hs_build_confirm_page_entered (HsWizardPage *page)
{
  show (HS_BUILD_CONFIRM_PAGE (page));
}

static gboolean
hs_build_confirm_page_forward (HsWizardPage *page)
{
  g_signal_emit (page, signals[SIGNAL_START], 0);
  return TRUE;
}

static void
hs_build_confirm_page_dispose (GObject *object)
{
  g_clear_object (&HS_BUILD_CONFIRM_PAGE (object)->draft);
  G_OBJECT_CLASS (hs_build_confirm_page_parent_class)->dispose (object);
}

static void
hs_build_confirm_page_class_init (HsBuildConfirmPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_build_confirm_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_build_confirm_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_build_confirm_page_forward;
  signals[SIGNAL_START] = g_signal_new (
      "start", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("build-confirm-page"));
  gtk_widget_class_bind_template_child (widget_class, HsBuildConfirmPage, heading);
  gtk_widget_class_bind_template_child (widget_class, HsBuildConfirmPage, block);
  gtk_widget_class_bind_template_child (widget_class, HsBuildConfirmPage, facts);
  gtk_widget_class_bind_template_child (widget_class, HsBuildConfirmPage, commands);
}

static void
hs_build_confirm_page_init (HsBuildConfirmPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Confirm"));
}

HsWizardPage *
hs_build_confirm_page_new (HsBuildDraft *draft)
{
  HsBuildConfirmPage *self = g_object_new (HS_TYPE_BUILD_CONFIRM_PAGE, NULL);

  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
