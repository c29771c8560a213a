/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/boot-window.h"

#include "app/firmware/manifest.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"
#include "ui/tree-window.h"

#include <glib/gi18n-lib.h>

/* -- what is shown ---------------------------------------------------------------------------- */

#define HS_TYPE_BOOT_BODY (hs_boot_body_get_type ())
G_DECLARE_FINAL_TYPE (HsBootBody, hs_boot_body, HS, BOOT_BODY, GtkBox)

struct _HsBootBody {
  GtkBox parent_instance;

  GtkLabel *summary;
  GtkWidget *story;
  GtkWidget *name;
  GtkWidget *places;

  HsManifest *manifest; /* owned; nullable */
  HsTree *tree;         /* owned; nullable */
  const HsTreeBoard *board;
};

G_DEFINE_FINAL_TYPE (HsBootBody, hs_boot_body, GTK_TYPE_BOX)

/* The dot and the line down to the next one. */
static GtkWidget *
rail_new (gboolean ours, gboolean last)
{
  GtkWidget *rail = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *dot = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  hs_piece_set_classes (dot, ours ? "timeline-dot ours" : "timeline-dot");
  gtk_widget_set_halign (dot, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (dot, 5);
  gtk_widget_add_css_class (line, "timeline-line");
  gtk_widget_set_halign (line, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (line, TRUE);
  gtk_widget_set_opacity (line, last ? 0 : 1);
  gtk_widget_set_size_request (rail, 20, -1);
  gtk_box_append (GTK_BOX (rail), dot);
  gtk_box_append (GTK_BOX (rail), line);
  return rail;
}

/* @place: what comes first at an import is numbered; 0: it is a step of the story. */
static GtkWidget *
line_new (const HsBootLine *line, guint place, gboolean last)
{
  g_autofree char *numbered = place > 0 ? g_strdup_printf ("%u. %s", place, line->title) : NULL;
  const char *ours = place > 0 ? _ ("in the firmware") : _ ("your application");
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *title = hs_tree_text (numbered != NULL ? numbered : line->title, "heading");
  GtkWidget *head, *row;

  gtk_widget_set_hexpand (title, FALSE);
  head = hs_piece_row (9, title, line->ours ? hs_piece_chip (ours, "work") : NULL, NULL);
  gtk_box_append (GTK_BOX (words), head);
  if (line->text != NULL)
    gtk_box_append (GTK_BOX (words), hs_tree_text (line->text, NULL));
  if (line->why != NULL)
    gtk_box_append (GTK_BOX (words), hs_tree_text (line->why, "dim-label"));
  gtk_widget_set_margin_bottom (words, last ? 0 : 16);
  row = hs_piece_row (12, rail_new (line->ours, last), words, NULL);
  gtk_widget_set_vexpand (row, FALSE); /* the line grows with the words, no more */
  return row;
}

static void
fill (GtkWidget *box, GPtrArray *lines, gboolean places)
{
  hs_piece_clear (box);
  for (guint i = 0; i < lines->len; i++)
    gtk_box_append (
        GTK_BOX (box),
        line_new (g_ptr_array_index (lines, i), places ? i + 1 : 0, i + 1 == lines->len));
}

/* In words, what most people come for. */
static void
show_summary (HsBootBody *self)
{
  gboolean main = hs_manifest_find (self->manifest, "main.py") != NULL;
  gboolean boot = hs_manifest_find (self->manifest, "boot.py") != NULL;

  gtk_label_set_label (self->summary,
                       main   ? _ ("The frozen main.py starts by itself")
                       : boot ? _ ("The frozen boot.py starts by itself")
                              : _ ("Nothing frozen starts by itself"));
}

static void
name_changed_cb (HsBootBody *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name))));
  g_autoptr (GPtrArray) lines = NULL;

  hs_piece_clear (self->places);
  if (self->manifest == NULL || *name == '\0')
    return;
  lines = hs_boot_import (self->manifest, self->board, name);
  fill (self->places, lines, TRUE);
  if (lines->len == 0)
    gtk_box_append (GTK_BOX (self->places),
                    hs_tree_text (_ ("Nothing of that name is looked for."), "dim-label"));
}

static void
hs_boot_body_dispose (GObject *object)
{
  HsBootBody *self = HS_BOOT_BODY (object);

  g_clear_object (&self->manifest);
  g_clear_object (&self->tree);
  G_OBJECT_CLASS (hs_boot_body_parent_class)->dispose (object);
}

static void
hs_boot_body_class_init (HsBootBodyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_boot_body_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("boot-window"));
  gtk_widget_class_bind_template_child (widget_class, HsBootBody, summary);
  gtk_widget_class_bind_template_child (widget_class, HsBootBody, story);
  gtk_widget_class_bind_template_child (widget_class, HsBootBody, name);
  gtk_widget_class_bind_template_child (widget_class, HsBootBody, places);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
}

static void
hs_boot_body_init (HsBootBody *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* -- the window ------------------------------------------------------------------------------- */

#define HS_TYPE_BOOT_WINDOW (hs_boot_window_get_type ())
G_DECLARE_FINAL_TYPE (HsBootWindow, hs_boot_window, HS, BOOT_WINDOW, HsTreeWindow)

struct _HsBootWindow {
  HsTreeWindow parent_instance;

  HsBootBody *body;
};

G_DEFINE_FINAL_TYPE (HsBootWindow, hs_boot_window, HS_TYPE_TREE_WINDOW)

static gpointer
read_manifest (HsTree *tree,
               const char *target,
               gpointer options,
               GCancellable *cancellable,
               GError **error)
{
  return hs_manifest_resolve (tree, target, NULL, NULL, cancellable, error);
}

static void
show_manifest (HsTreeWindow *window, gpointer result)
{
  HsBootBody *self = HS_BOOT_WINDOW (window)->body;
  g_autoptr (GPtrArray) story = NULL;

  g_set_object (&self->manifest, HS_MANIFEST (result));
  g_set_object (&self->tree, hs_tree_window_get_tree (window));
  self->board = hs_tree_find_board (self->tree, hs_tree_window_get_target (window));
  story = hs_boot_story (self->manifest, self->board);
  show_summary (self);
  fill (self->story, story, FALSE);
  name_changed_cb (self);
}

static void
hs_boot_window_class_init (HsBootWindowClass *klass)
{
  HsTreeWindowClass *tree_class = HS_TREE_WINDOW_CLASS (klass);

  tree_class->read = read_manifest;
  tree_class->free_result = g_object_unref;
  tree_class->show = show_manifest;
}

static void
hs_boot_window_init (HsBootWindow *self)
{
  GtkWidget *scroller;

  self->body = g_object_new (HS_TYPE_BOOT_BODY, NULL);
  scroller = hs_tree_scroller (GTK_WIDGET (self->body), 760);
  gtk_widget_set_focusable (scroller, TRUE); /* so that the keys scroll it */
  hs_piece_name (scroller, _ ("What Runs at Boot"));
  hs_tree_window_set_body (HS_TREE_WINDOW (self), scroller);
}

void
hs_boot_window_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target)
{
  hs_tree_window_open (g_object_new (HS_TYPE_BOOT_WINDOW, "title", _ ("What Runs at Boot"), NULL),
                       session,
                       parent,
                       tree,
                       target);
}
