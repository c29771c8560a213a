/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/board-view.h"

#include "app/board-words.h"
#include "app/explain.h"
#include "ui/flash-strip.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

enum { FACT_TITLE_PX = 180 };

static const HsColumn fact_columns[] = { { NULL, FACT_TITLE_PX }, { NULL, 0 } };
static const HsColumn partition_columns[] = {
  { N_ ("Partition"), 120 },
  { N_ ("Address"), 110 },
  { N_ ("Size"), 84 },
  { N_ ("What is to be known about it"), 0 },
};

static GtkWidget *
wrapped (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  return label;
}

/* @text: (nullable): then there is no row. */
static void
add_fact (HsTable *table, const char *title, const char *text, const char *classes)
{
  GtkWidget *name;

  if (text == NULL || *text == '\0')
    return;
  name = wrapped (title, "dim-label");
  gtk_label_set_yalign (GTK_LABEL (name), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 18);
  hs_table_add (table, name, wrapped (text, classes), NULL);
}

/* -- who it is -------------------------------------------------------------------------------- */

static GtkWidget *
head (const HsBoard *board)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *title = hs_piece_label (_ (board->name), "big-title");
  GtkWidget *line = hs_piece_row (12, title, NULL);
  g_autofree char *sub = g_strdup_printf ("%s · %s", board->id, board->mcu);

  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  if (board->retired)
    gtk_box_append (GTK_BOX (line), hs_piece_chip (_ ("retired"), "outlined"));
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), hs_piece_label (sub, "dim-label"));
  if (board->method == NULL && board->not_yet != NULL)
    gtk_box_append (GTK_BOX (box), wrapped (_ (board->not_yet), NULL));
  return box;
}

static void
add_link (GtkWidget *box, const char *title, const char *uri)
{
  GtkWidget *button;

  if (uri == NULL)
    return;
  button = gtk_link_button_new_with_label (uri, title);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, uri);
  gtk_box_append (GTK_BOX (box), button);
}

static GtkWidget *
links (const HsBoard *board)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  add_link (box, _ ("Pins and Quick Reference"), board->quickref);
  add_link (box, _ ("Production Guide"), board->link);
  add_link (box, _ ("Schematics"), board->schematic);
  return box;
}

/* -- what it shows on USB --------------------------------------------------------------------- */

static GtkWidget *
ids (const HsBoard *board)
{
  HsTable table;
  g_autofree char *app = hs_board_dup_ids (board->app_ids);
  g_autofree char *dfu = hs_board_dup_ids (board->dfu_ids);
  g_autofree char *rom = hs_board_dup_ids (board->rom_ids);
  g_autofree char *bridge = hs_board_dup_ids (board->bridge_ids);

  hs_table_init (&table, fact_columns, G_N_ELEMENTS (fact_columns));
  add_fact (&table, _ ("Firmware"), app, "serial");
  add_fact (&table, _ ("Bootloader"), dfu, "serial");
  add_fact (&table, _ ("ROM of the chip"), rom, "serial");
  add_fact (&table, _ ("Serial adapter"), bridge, "serial");
  add_fact (&table, _ ("Build target"), board->board_type != NULL ? board->id : NULL, "serial");
  add_fact (&table, _ ("The REPL calls it"), board->machine, NULL);
  return hs_piece_panel (_ ("On USB"), table.grid, NULL);
}

/* -- flash ------------------------------------------------------------------------------------ */

static void
add_partition (HsTable *table, const HsPartition *partition)
{
  g_autofree char *address = hs_partition_dup_address (partition);
  g_autofree char *size = hs_format_size (partition->size);
  g_autofree char *bytes = hs_format_bytes (partition->size);
  g_autofree char *noted = hs_partition_dup_notes (partition);
  g_autofree char *text = *noted != '\0'
                              ? g_strdup_printf ("%s; %s", hs_explain_role (partition->role), noted)
                              : g_strdup (hs_explain_role (partition->role));
  GtkWidget *size_label = hs_piece_label (size, "figure");

  gtk_widget_set_tooltip_text (size_label, bytes);
  hs_table_add (table,
                hs_piece_label (partition->name, "heading"),
                hs_piece_label (address, "serial"),
                size_label,
                wrapped (text, NULL),
                NULL);
}

static GtkWidget *
partitions (const HsBoard *board)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *strip;
  HsTable table;

  if (board->n_partitions == 0)
    return NULL;
  strip = hs_flash_strip_new (GTK_ACCESSIBLE_ROLE_IMG);
  hs_flash_strip_set_board (HS_FLASH_STRIP (strip), board);
  hs_flash_strip_set_show_names (HS_FLASH_STRIP (strip), FALSE);
  hs_table_init (&table, partition_columns, G_N_ELEMENTS (partition_columns));
  for (guint i = 0; i < board->n_partitions; i++)
    add_partition (&table, &board->partitions[i]);
  gtk_box_append (GTK_BOX (box), strip);
  gtk_box_append (GTK_BOX (box), table.grid);
  return hs_piece_panel (_ ("Flash"), box, NULL);
}

/* -- bootloader, recovery, protection ---------------------------------------------------------- */

static GtkWidget *
bootloader (const HsBoard *board)
{
  g_autofree char *enter = hs_board_dup_enter_ways (board);
  g_autofree char *window = hs_board_dup_window (board);
  HsTable table;

  if (board->dfu_ids == NULL)
    return NULL;
  hs_table_init (&table, fact_columns, G_N_ELEMENTS (fact_columns));
  add_fact (&table, _ ("By itself"), enter, NULL);
  add_fact (&table, _ ("By hand"), hs_explain_hand (board), NULL);
  add_fact (&table, _ ("How long it waits"), window, NULL);
  add_fact (
      &table, _ ("While it waits"), board->led_window != NULL ? _ (board->led_window) : NULL, NULL);
  add_fact (
      &table, _ ("While it is held"), board->led_held != NULL ? _ (board->led_held) : NULL, NULL);
  add_fact (
      &table, _ ("When it gave up"), board->led_fatal != NULL ? _ (board->led_fatal) : NULL, NULL);
  return hs_piece_panel (_ ("Into its bootloader, and what the LED says"), table.grid, NULL);
}

static GtkWidget *
recovery (const HsBoard *board)
{
  g_autofree char *words = hs_board_dup_recovery (board);
  g_autofree char *pads = hs_board_dup_pads (board);
  HsTable table;

  hs_table_init (&table, fact_columns, G_N_ELEMENTS (fact_columns));
  add_fact (&table, _ ("If it is damaged"), words, NULL);
  /* Translators: what has to be connected or switched on the board */
  add_fact (&table, _ ("Connect or switch"), pads, NULL);
  return hs_piece_panel (_ ("Recovery"), table.grid, NULL);
}

static GtkWidget *
protection (const HsBoard *board)
{
  return hs_piece_panel (_ ("Who can read the code"),
                         wrapped (hs_board_protection_words (board->protection), NULL),
                         NULL);
}

/* -- what was tried ---------------------------------------------------------------------------- */

static GtkWidget *
hardware (const HsBoard *board)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  for (guint i = 0; i < HS_N_OPERATIONS; i++) {
    gboolean proven = board->proven_on_hardware[i];
    GtkWidget *title = hs_piece_label (hs_board_operation_title (i), NULL);
    GtkWidget *words =
        hs_piece_label (proven ? _ ("proven on real cameras") : _ ("has never met hardware"),
                        proven ? "ok" : "dim-label");

    gtk_widget_set_size_request (title, FACT_TITLE_PX + 30, -1);
    gtk_box_append (
        GTK_BOX (box),
        hs_piece_row (
            9, hs_shape_new (proven ? HS_SHAPE_PASS : HS_SHAPE_UNKNOWN, 16), title, words, NULL));
  }
  return hs_piece_panel (_ ("Tried on hardware"), box, NULL);
}

static void
append (GtkWidget *box, GtkWidget *panel)
{
  if (panel != NULL)
    gtk_box_append (GTK_BOX (box), panel);
}

GtkWidget *
hs_board_view_new (const HsBoard *board)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);

  append (box, head (board));
  append (box, links (board));
  append (box, ids (board));
  append (box, partitions (board));
  if (board->retired) /* recognised, and that is all */
    return box;
  append (box, bootloader (board));
  append (box, recovery (board));
  append (box, protection (board));
  append (box, hardware (board));
  return box;
}
