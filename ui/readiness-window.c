/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/readiness-window.h"

#include "app/firmware/manifest.h"
#include "ui/piece.h"
#include "ui/readiness-note.h"
#include "ui/shape.h"
#include "ui/tree-pieces.h"
#include "ui/tree-window.h"

#include <glib/gi18n-lib.h>

/* -- what is shown ---------------------------------------------------------------------------- */

#define HS_TYPE_READINESS_BODY (hs_readiness_body_get_type ())
G_DECLARE_FINAL_TYPE (HsReadinessBody, hs_readiness_body, HS, READINESS_BODY, GtkBox)

struct _HsReadinessBody {
  GtkBox parent_instance;

  GtkImage *shape;
  GtkLabel *summary;
  GtkWidget *group;
  GtkSwitch *closed;
  GtkWidget *lines;

  gboolean setting;
};

G_DEFINE_FINAL_TYPE (HsReadinessBody, hs_readiness_body, GTK_TYPE_BOX)

static const struct {
  HsShape shape;
  const char *word; /* N_() */
  const char *meaning;
} looks[] = {
  [HS_READY_FOUND] = { HS_SHAPE_PASS, N_ ("found"), "ok" },
  [HS_READY_NOT_FOUND] = { HS_SHAPE_FAIL, N_ ("not found"), "bad" },
  [HS_READY_UNKNOWN] = { HS_SHAPE_UNKNOWN, N_ ("can’t tell"), "warn" },
  [HS_READY_NOT_ASKED] = { HS_SHAPE_EMPTY, N_ ("not asked for"), "idle" },
};

/* "scripts/libraries/main.py:12" */
static GtkWidget *
place_of (const HsReady *ready)
{
  g_autofree char *place = NULL;
  GtkWidget *label;

  if (ready->file == NULL)
    return NULL;
  place = ready->line > 0 ? g_strdup_printf ("%s:%u", ready->file, ready->line)
                          : g_strdup (ready->file);
  label = hs_piece_label (place, "dim-label monospace small");
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_START);
  return label;
}

static GtkWidget *
line_new (const HsReady *ready)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *title = hs_tree_text (ready->title, "heading");
  GtkWidget *shape = hs_shape_new (looks[ready->state].shape, 26);
  GtkWidget *chip = hs_piece_chip (_ (looks[ready->state].word), looks[ready->state].meaning);
  GtkWidget *place = place_of (ready);
  GtkWidget *row;

  gtk_widget_set_valign (shape, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (column), hs_piece_row (9, title, chip, NULL));
  if (ready->reason != NULL)
    gtk_box_append (GTK_BOX (column), hs_tree_text (ready->reason, NULL));
  if (place != NULL)
    gtk_box_append (GTK_BOX (column), place);
  if (ready->example != NULL &&
      (ready->state == HS_READY_NOT_FOUND || ready->state == HS_READY_UNKNOWN))
    gtk_box_append (GTK_BOX (column), hs_tree_example (ready->example));
  gtk_widget_set_hexpand (column, TRUE);
  row = hs_piece_row (14, shape, column, NULL);
  gtk_widget_add_css_class (row, "panel");
  return row;
}

static guint
count (GPtrArray *lines, HsReadyState state)
{
  guint n = 0;

  for (guint i = 0; i < lines->len; i++)
    n += ((const HsReady *) g_ptr_array_index (lines, i))->state == state;
  return n;
}

/* Green only if nothing is missing and nothing is unknown. */
static void
show_summary (HsReadinessBody *self, GPtrArray *lines)
{
  guint missing = count (lines, HS_READY_NOT_FOUND);
  guint unknown = count (lines, HS_READY_UNKNOWN);
  g_autofree char *text = NULL;

  if (missing > 0)
    text = g_strdup_printf (ngettext ("%u thing is missing", "%u things are missing", missing),
                            missing);
  else if (unknown > 0)
    text = g_strdup_printf (ngettext ("%u thing can’t be told from the sources",
                                      "%u things can’t be told from the sources",
                                      unknown),
                            unknown);
  else
    text = g_strdup (_ ("Everything that is asked for was found"));
  gtk_label_set_label (self->summary, text);
  hs_shape_set (self->shape,
                missing > 0   ? HS_SHAPE_FAIL
                : unknown > 0 ? HS_SHAPE_UNKNOWN
                              : HS_SHAPE_PASS);
}

static void
show_lines (HsReadinessBody *self, GPtrArray *lines)
{
  show_summary (self, lines);
  hs_piece_clear (self->lines);
  for (guint i = 0; i < lines->len; i++)
    gtk_box_append (GTK_BOX (self->lines), line_new (g_ptr_array_index (lines, i)));
}

static void
closed_cb (HsReadinessBody *self)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), HS_TYPE_TREE_WINDOW);

  if (self->setting || window == NULL)
    return;
  hs_readiness_set_closed (hs_tree_window_get_root (HS_TREE_WINDOW (window)),
                           hs_tree_window_get_target (HS_TREE_WINDOW (window)),
                           gtk_switch_get_active (self->closed));
  hs_tree_window_reload (HS_TREE_WINDOW (window));
}

static void
hs_readiness_body_class_init (HsReadinessBodyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("readiness-window"));
  gtk_widget_class_bind_template_child (widget_class, HsReadinessBody, shape);
  gtk_widget_class_bind_template_child (widget_class, HsReadinessBody, summary);
  gtk_widget_class_bind_template_child (widget_class, HsReadinessBody, group);
  gtk_widget_class_bind_template_child (widget_class, HsReadinessBody, closed);
  gtk_widget_class_bind_template_child (widget_class, HsReadinessBody, lines);
  gtk_widget_class_bind_template_callback (widget_class, closed_cb);
}

static void
hs_readiness_body_init (HsReadinessBody *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_piece_name_group (self->group, _ ("What the product asks for"));
}

/* -- the window ------------------------------------------------------------------------------- */

#define HS_TYPE_READINESS_WINDOW (hs_readiness_window_get_type ())
G_DECLARE_FINAL_TYPE (HsReadinessWindow, hs_readiness_window, HS, READINESS_WINDOW, HsTreeWindow)

struct _HsReadinessWindow {
  HsTreeWindow parent_instance;

  HsReadinessBody *body;
};

G_DEFINE_FINAL_TYPE (HsReadinessWindow, hs_readiness_window, HS_TYPE_TREE_WINDOW)

static gpointer
check (HsTree *tree,
       const char *target,
       gpointer options,
       GCancellable *cancellable,
       GError **error)
{
  g_autoptr (HsManifest) manifest =
      hs_manifest_resolve (tree, target, NULL, NULL, cancellable, error);

  if (manifest == NULL)
    return NULL;
  return hs_readiness_check (manifest, tree, GPOINTER_TO_INT (options) == 2, cancellable, error);
}

/* 1: open, 2: closed; never NULL. */
static gpointer
dup_closed (HsTreeWindow *window)
{
  return GINT_TO_POINTER (gtk_switch_get_active (HS_READINESS_WINDOW (window)->body->closed) ? 2
                                                                                             : 1);
}

static void
array_unref (gpointer array)
{
  g_ptr_array_unref (array);
}

static void
show_checked (HsTreeWindow *window, gpointer result)
{
  show_lines (HS_READINESS_WINDOW (window)->body, result);
}

static void
hs_readiness_window_class_init (HsReadinessWindowClass *klass)
{
  HsTreeWindowClass *tree_class = HS_TREE_WINDOW_CLASS (klass);

  tree_class->read = check;
  tree_class->dup_options = dup_closed;
  tree_class->free_result = array_unref;
  tree_class->show = show_checked;
}

static void
hs_readiness_window_init (HsReadinessWindow *self)
{
  GtkWidget *scroller;

  self->body = g_object_new (HS_TYPE_READINESS_BODY, NULL);
  scroller = hs_tree_scroller (GTK_WIDGET (self->body), 760);
  gtk_widget_set_focusable (scroller, TRUE); /* so that the keys scroll it */
  hs_piece_name (scroller, _ ("Is It Ready to Ship?"));
  hs_tree_window_set_body (HS_TREE_WINDOW (self), scroller);
}

void
hs_readiness_window_open (HsSession *session,
                          GtkWindow *parent,
                          const char *tree,
                          const char *target)
{
  HsReadinessWindow *self =
      g_object_new (HS_TYPE_READINESS_WINDOW, "title", _ ("Is It Ready to Ship?"), NULL);

  self->body->setting = TRUE;
  gtk_switch_set_active (self->body->closed, hs_readiness_get_closed (tree, target));
  self->body->setting = FALSE;
  hs_tree_window_open (HS_TREE_WINDOW (self), session, parent, tree, target);
}
