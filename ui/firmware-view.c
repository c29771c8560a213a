/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/firmware-view.h"

#include "ui/firmware-actions.h"
#include "ui/piece.h"
#include "ui/shape.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_CHANGED 200 /* files that are listed */

static GtkWidget *
column_new (int spacing)
{
  return gtk_box_new (GTK_ORIENTATION_VERTICAL, spacing);
}

/* "1664 KB", with the bytes on hover. */
static GtkWidget *
size_new (guint64 bytes)
{
  g_autofree char *text = bytes % 1024 != 0
                              ? g_strdup_printf (_ ("%" G_GUINT64_FORMAT " bytes"), bytes)
                          : bytes >= 1024 * 1024 && bytes % (1024 * 1024) == 0
                              ? g_strdup_printf (_ ("%" G_GUINT64_FORMAT " MB"), bytes >> 20)
                              : g_strdup_printf (_ ("%" G_GUINT64_FORMAT " KB"), bytes >> 10);
  g_autofree char *exact = g_strdup_printf (_ ("%" G_GUINT64_FORMAT " bytes"), bytes);
  GtkWidget *label = hs_piece_label (text, "numeric");

  gtk_widget_set_tooltip_text (label, exact);
  return label;
}

static void
add_fact (HsTable *table, const char *name, const char *value)
{
  GtkWidget *label;

  if (value == NULL || value[0] == '\0')
    return;
  label = hs_tree_text (value, NULL);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE); /* else the focus does not get past it */
  hs_table_add (table, hs_piece_label (name, "dim-label"), label, NULL);
}

/* --- the tree --- */

static GtkWidget *
changed_new (const char *const *changed, guint n)
{
  g_autofree char *title = g_strdup_printf (
      ngettext ("%u file differs from the commit", "%u files differ from the commit", n), n);
  g_autoptr (GString) text = g_string_new (NULL);
  GtkWidget *label, *box;

  for (guint i = 0; i < MIN (n, MOST_CHANGED); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", changed[i]);
  if (n > MOST_CHANGED)
    g_string_append_printf (text, _ ("\nand %u more"), n - MOST_CHANGED);
  label = hs_tree_text (text->str, "monospace small");
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  /* In a box: a label that can have the focus does not let it go on. */
  gtk_widget_set_can_focus (label, FALSE);
  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (box), label);
  return hs_piece_expander (title, box);
}

static GtkWidget *
notice_new (const char *text, HsShape shape)
{
  GtkWidget *row = hs_piece_row (9, hs_shape_new (shape, 20), hs_tree_text (text, NULL), NULL);

  gtk_widget_add_css_class (row, "panel");
  return row;
}

/* "v5.0.0-34-gcbbb877ed (5.0.0), branch master" */
static char *
dup_version (HsTree *tree)
{
  const char *name =
      hs_tree_get_tag (tree) != NULL ? hs_tree_get_tag (tree) : hs_tree_get_describe (tree);
  const char *number = hs_tree_get_number (tree);
  g_autoptr (GString) text = g_string_new (name != NULL ? name : number);

  if (name != NULL && number != NULL && strstr (name, number) == NULL)
    g_string_append_printf (text, " (%s)", number);
  if (hs_tree_get_branch (tree) != NULL)
    /* Translators: of git; behind a version */
    g_string_append_printf (text, _ (", branch %s"), hs_tree_get_branch (tree));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

GtkWidget *
hs_firmware_view_new_state (HsTree *tree, guint n_taken_back, const char *moved)
{
  static const HsColumn columns[] = { { NULL, 110 }, { NULL, 0 } };
  g_autofree char *version = NULL;
  const char *const *changed = hs_tree_get_changed (tree);
  guint n = g_strv_length ((char **) changed);
  GtkWidget *column = column_new (12);
  GtkWidget *inner = column_new (9);
  GtkWidget *forget = gtk_button_new_with_mnemonic (_ ("_Remove From List"));
  g_autofree char *title = g_path_get_basename (hs_tree_get_root (tree));
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  add_fact (&table, _ ("Folder"), hs_tree_get_root (tree));
  version = dup_version (tree);
  add_fact (&table, _ ("Version"), version);
  add_fact (&table,
            _ ("Commit"),
            hs_tree_get_commit (tree) != NULL ? hs_tree_get_commit (tree)
                                              : _ ("not known: this is no git checkout"));
  gtk_box_append (GTK_BOX (inner), table.grid);
  if (n > 0)
    gtk_box_append (GTK_BOX (inner), changed_new (changed, n));
  hs_piece_set_classes (forget, "flat");
  gtk_widget_set_tooltip_text (forget, _ ("Its files stay where they are"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (forget), "firmware.forget");
  if (n_taken_back > 0)
    gtk_box_append (GTK_BOX (column),
                    notice_new (_ ("A change of this tree that broke off was taken back; its files "
                                   "are again as they were."),
                                HS_SHAPE_ATTENTION));
  if (moved != NULL)
    gtk_box_append (GTK_BOX (column), notice_new (moved, HS_SHAPE_ATTENTION));
  gtk_box_append (GTK_BOX (column), hs_piece_panel (title, inner, forget));
  return column;
}

/* --- a board --- */

static GtkWidget *
action_new (const HsFirmwareAction *action)
{
  GtkWidget *button = gtk_button_new_with_label (_ (action->title));

  gtk_widget_set_tooltip_text (button, _ (action->tooltip));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "firmware.do");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", action->id);
  return button;
}

static GtkWidget *
actions_new (void)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 4);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (flow), 6);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (flow), TRUE);
  for (guint i = 0; i < hs_firmware_action_count (); i++) {
    GtkWidget *child = gtk_flow_box_child_new ();

    /* The button takes the keys, not the place it stands in. */
    gtk_widget_set_focusable (child, FALSE);
    gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child),
                                  action_new (hs_firmware_action_nth (i)));
    gtk_flow_box_append (GTK_FLOW_BOX (flow), child);
  }
  return flow;
}

static GtkWidget *
ranges_new (GPtrArray *ranges)
{
  static const HsColumn columns[] = {
    { N_ ("Name"), 150 }, { N_ ("Start"), 120 }, { N_ ("Size"), 100 }, { NULL, 0 }
  };
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < ranges->len; i++) {
    const HsTreeRange *range = g_ptr_array_index (ranges, i);
    g_autofree char *start = g_strdup_printf ("0x%08" G_GINT64_MODIFIER "X", range->start);

    hs_table_add (&table,
                  hs_piece_label (range->name, NULL),
                  hs_piece_label (start, "monospace small"),
                  size_new (range->length),
                  hs_piece_label (range->writable ? NULL : _ ("read-only"), "dim-label"),
                  NULL);
  }
  return table.grid;
}

static void
add_expander (GtkWidget *box, const char *title, GPtrArray *ranges)
{
  if (ranges->len > 0)
    gtk_box_append (GTK_BOX (box), hs_piece_expander (title, ranges_new (ranges)));
}

static const char *
describe_memory (HsTreeMemory memory)
{
  switch (memory) {
  case HS_TREE_MEMORY_FB:
    return _ ("frame buffer and heap (v4.8 and older)");
  case HS_TREE_MEMORY_UMA:
    return _ ("memory pools (v5 and newer)");
  default:
    return NULL;
  }
}

static void
add_limits (HsTable *table, const HsTreeBoard *board)
{
  if (board->firmware_length > 0)
    hs_table_add (table,
                  hs_piece_label (_ ("Firmware"), "dim-label"),
                  size_new (board->firmware_length),
                  NULL);
  for (guint i = 0; i < board->romfs->len; i++) {
    const HsTreeRomfs *romfs = &g_array_index (board->romfs, HsTreeRomfs, i);
    g_autofree char *name = g_strdup_printf ("ROMFS%u", romfs->index);
    guint64 length = romfs->length > 0 ? romfs->length : romfs->config_limit;

    hs_table_add (table, hs_piece_label (name, "dim-label"), size_new (length), NULL);
    if (romfs->length > 0 && romfs->config_limit > 0 && romfs->length != romfs->config_limit)
      hs_table_add (table,
                    hs_piece_label (NULL, NULL),
                    hs_tree_text (_ ("romfs_config.json says another size than the partition has."),
                                  "warning"),
                    NULL);
  }
}

GtkWidget *
hs_firmware_view_new_board (HsTree *tree, const HsTreeBoard *board)
{
  static const HsColumn columns[] = { { NULL, 110 }, { NULL, 0 } };
  GtkWidget *column = column_new (12);
  const char *name = board->board != NULL ? _ (board->board->name) : NULL;
  HsTable table;

  if (board->refused != NULL) {
    gtk_box_append (
        GTK_BOX (column),
        hs_piece_row (
            9, hs_shape_new (HS_SHAPE_CANT, 20), hs_tree_text (board->refused, NULL), NULL));
    return column;
  }
  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  add_fact (&table, _ ("Camera"), name != NULL ? name : _ ("not one that Hotshoe knows"));
  add_fact (&table, _ ("Processor"), board->mcu);
  add_limits (&table, board);
  add_fact (&table, _ ("Memory"), describe_memory (board->memory));
  gtk_box_append (GTK_BOX (column), actions_new ());
  gtk_box_append (GTK_BOX (column), table.grid);
  add_expander (column, _ ("Partitions of the bootloader"), board->partitions);
  add_expander (column, _ ("Memory of the linker script"), board->regions);
  return column;
}

/* --- what a build needs --- */

static GtkWidget *
need_new (const HsNeed *need)
{
  GtkWidget *column = column_new (4);
  GtkWidget *shape = hs_shape_new (need->state == HS_NEED_MET ? HS_SHAPE_PASS
                                   : need->blocks             ? HS_SHAPE_FAIL
                                                              : HS_SHAPE_ATTENTION,
                                   20);

  gtk_widget_set_valign (shape, GTK_ALIGN_START);
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (column), hs_tree_text (need->text, NULL));
  if (need->state != HS_NEED_MET && need->command != NULL)
    gtk_box_append (GTK_BOX (column), hs_tree_example (need->command));
  return hs_piece_row (12, shape, column, NULL);
}

static guint
add_needs (GtkWidget *box, GPtrArray *needs, gboolean met)
{
  guint n = 0;

  for (guint i = 0; i < needs->len; i++) {
    const HsNeed *need = g_ptr_array_index (needs, i);

    if ((need->state == HS_NEED_MET) != met)
      continue;
    gtk_box_append (GTK_BOX (box), need_new (need));
    n++;
  }
  return n;
}

GtkWidget *
hs_firmware_view_new_needs (GPtrArray *needs, const char *target)
{
  GtkWidget *column = column_new (12);
  GtkWidget *met = column_new (9);
  /* Translators: a board */
  g_autofree char *title = g_strdup_printf (_ ("What a build of %s needs"), target);
  g_autofree char *here = NULL;
  guint n = add_needs (column, needs, FALSE);
  guint n_met = add_needs (met, needs, TRUE);

  if (n == 0)
    gtk_box_append (GTK_BOX (column), hs_tree_text (_ ("All of it is here."), NULL));
  else
    gtk_box_append (
        GTK_BOX (column),
        hs_tree_text (_ ("Run these commands in the tree's folder; Hotshoe installs nothing by "
                         "itself."),
                      "dim-label"));
  here = g_strdup_printf (ngettext ("%u thing is here", "%u things are here", n_met), n_met);
  gtk_widget_set_margin_top (met, 6);
  gtk_box_append (GTK_BOX (column), hs_piece_expander (here, met));
  return hs_piece_panel (title, column, NULL);
}
