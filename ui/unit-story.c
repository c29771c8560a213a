/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-parts.h"

#include "app/explain.h"
#include "store/kinds.h"
#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

static GtkWidget *
short_label (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  return label;
}

static GtkWidget *
wrapped_markup (const char *markup)
{
  GtkWidget *label = hs_piece_markup (markup, NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

/* -- shipments ------------------------------------------------------------------------------- */

static const HsColumn shipment_columns[] = {
  { N_ ("Customer"), 0 },
  { N_ ("Order"), 120 },
  { N_ ("Shipped"), 120 },
  { N_ ("Came back"), 0 },
};

static void
add_shipment (HsTable *table, const HsShipment *shipment)
{
  gboolean nameless = shipment->party_name == NULL || *shipment->party_name == '\0';
  g_autofree char *day = hs_format_iso_day (shipment->date);
  g_autofree char *back = hs_format_day (shipment->returned);
  g_autofree char *returned = shipment->returned == 0 ? g_strdup ("")
                              : shipment->returned_why != NULL
                                  ? g_markup_printf_escaped ("%s: %s", back, shipment->returned_why)
                                  : g_markup_escape_text (back, -1);

  hs_table_add (table,
                nameless ? short_label (_ ("name taken out"), "dim-label")
                         : short_label (shipment->party_name, NULL),
                short_label (shipment->order != NULL ? shipment->order : "", NULL),
                short_label (day, "figure"),
                wrapped_markup (returned),
                NULL);
}

GtkWidget *
hs_unit_shipments_new (const HsStory *story)
{
  HsTable table;

  if (story->shipments->len == 0)
    return NULL;

  hs_table_init (&table, shipment_columns, G_N_ELEMENTS (shipment_columns));
  for (guint i = 0; i < story->shipments->len; i++)
    add_shipment (&table, g_ptr_array_index (story->shipments, i));
  return hs_piece_panel (_ ("Shipments"), table.grid, NULL);
}

/* -- product numbers ------------------------------------------------------------------------- */

static const HsColumn number_columns[] = { { NULL, 0 },
                                           { NULL, 150 },
                                           { NULL, 100 },
                                           { NULL, 120 } };

static GtkWidget *
number_state (const char *state)
{
  GtkWidget *chip = NULL;

  if (g_strcmp0 (state, "committed") == 0)
    chip = hs_piece_chip (_ ("given"), "ok");
  else if (g_strcmp0 (state, "reserved") == 0)
    chip = hs_piece_chip (_ ("reserved"), "warn");
  else
    chip = hs_piece_chip (_ ("freed"), NULL);
  gtk_widget_set_halign (chip, GTK_ALIGN_START);
  return chip;
}

GtkWidget *
hs_unit_numbers_new (const HsStory *story)
{
  HsTable table;

  if (story->numbers->len == 0)
    return NULL;

  hs_table_init (&table, number_columns, G_N_ELEMENTS (number_columns));
  for (guint i = 0; i < story->numbers->len; i++) {
    const HsNumber *number = g_ptr_array_index (story->numbers, i);
    g_autofree char *when = hs_format_day_clock (number->time);
    g_autofree char *markup = g_markup_printf_escaped ("<b>%s</b>", number->number);

    hs_table_add (&table,
                  hs_piece_copy (markup, _ ("product serial"), number->number),
                  short_label (number->series != NULL ? number->series : "", "dim-label"),
                  number_state (number->state),
                  short_label (when, "figure dim-label"),
                  NULL);
  }
  return hs_piece_panel (_ ("Product numbers"), table.grid, NULL);
}

/* -- files on its drive ---------------------------------------------------------------------- */

static const HsColumn file_columns[] = { { NULL, 0 }, { NULL, 80 }, { NULL, 168 }, { NULL, 120 } };

GtkWidget *
hs_unit_files_new (const HsStory *story)
{
  HsTable table;

  hs_table_init (&table, file_columns, G_N_ELEMENTS (file_columns));
  for (guint i = 0; i < story->remarks->len; i++) {
    const HsRemark *remark = g_ptr_array_index (story->remarks, i);
    g_autofree char *size = hs_format_size (remark->size);
    g_autofree char *digest = hs_piece_digest_markup (remark->sha256);
    g_autofree char *when = hs_format_day_clock (remark->time);

    if (g_strcmp0 (remark->kind, HS_KIND_FILE_HOLDS) != 0)
      continue;
    hs_table_add (
        &table,
        short_label (remark->text, NULL),
        short_label (size, "figure dim-label"),
        hs_piece_copy (digest, _ ("SHA-256"), remark->sha256 != NULL ? remark->sha256 : ""),
        short_label (when, "figure dim-label"),
        NULL);
  }
  if (table.n_rows > 0)
    return hs_piece_panel (_ ("Files on its drive"), table.grid, NULL);

  g_object_ref_sink (table.grid);
  g_object_unref (table.grid);
  return NULL;
}

/* -- notes and attachments ------------------------------------------------------------------- */

static const HsColumn remark_columns[] = { { NULL, 0 },
                                           { NULL, 130 },
                                           { NULL, 120 },
                                           { NULL, 34 } };

/* "Returned:" before a reason; notes speak for themselves. */
static const char *
remark_word (const char *kind)
{
  if (g_strcmp0 (kind, HS_KIND_UNIT_SCRAPPED) == 0)
    return _ ("Scrapped");
  if (g_strcmp0 (kind, HS_KIND_UNIT_RETURNED) == 0)
    return _ ("Came back");
  if (g_strcmp0 (kind, HS_KIND_UNIT_ATTACHED) == 0)
    return _ ("File");
  return NULL;
}

/* What was taken back is struck through, never hidden. */
static char *
remark_markup (const HsRemark *remark)
{
  const char *word = remark_word (remark->kind);
  const char *text = remark->text != NULL ? remark->text : "";
  g_autofree char *said = word != NULL ? g_markup_printf_escaped ("<b>%s:</b> %s", word, text)
                                       : g_markup_escape_text (text, -1);
  g_autofree char *why = NULL;

  if (remark->corrected == NULL)
    return g_steal_pointer (&said);

  why = g_markup_printf_escaped (_ ("Corrected: %s"), remark->corrected);
  return g_strdup_printf (
      "<span alpha='60%%'><s>%s</s></span>\n<span size='90%%'>%s</span>", said, why);
}

static GtkWidget *
attachment_menu (const HsRemark *remark)
{
  g_autoptr (GMenu) menu = NULL;
  g_autofree char *target = NULL;
  g_autofree char *name = NULL;
  GtkWidget *button;

  if (g_strcmp0 (remark->kind, HS_KIND_UNIT_ATTACHED) != 0 || remark->sha256 == NULL)
    return hs_piece_label ("", NULL);

  menu = g_menu_new ();
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GMenuItem) item = g_menu_item_new (i == 0 ? _ ("Open") : _ ("Save As…"), NULL);

    g_menu_item_set_action_and_target (item,
                                       i == 0 ? "unit.open-file" : "unit.save-file",
                                       "(ss)",
                                       remark->sha256,
                                       remark->text != NULL ? remark->text : "");
    g_menu_append_item (menu, item);
  }
  button = g_object_new (GTK_TYPE_MENU_BUTTON,
                         "icon-name",
                         "view-more-symbolic",
                         "menu-model",
                         menu,
                         "valign",
                         GTK_ALIGN_CENTER,
                         NULL);
  hs_piece_set_classes (button, "flat");
  name = g_strdup_printf (_ ("More about %s"), remark->text);
  hs_piece_name (button, name);
  return button;
}

GtkWidget *
hs_unit_remarks_new (const HsStory *story)
{
  HsTable table;

  hs_table_init (&table, remark_columns, G_N_ELEMENTS (remark_columns));
  for (guint i = 0; i < story->remarks->len; i++) {
    const HsRemark *remark = g_ptr_array_index (story->remarks, i);
    g_autofree char *markup = remark_markup (remark);
    g_autofree char *when = hs_format_day_clock (remark->time);

    if (g_strcmp0 (remark->kind, HS_KIND_FILE_HOLDS) == 0)
      continue;
    hs_table_add (
        &table,
        wrapped_markup (markup),
        short_label (remark->operator_name != NULL ? remark->operator_name : "", "dim-label"),
        short_label (when, "figure dim-label"),
        attachment_menu (remark),
        NULL);
  }
  if (table.n_rows > 0)
    return hs_piece_panel (_ ("Notes and files"), table.grid, NULL);

  g_object_ref_sink (table.grid);
  g_object_unref (table.grid);
  return NULL;
}

/* -- what it carried before ------------------------------------------------------------------ */

static const HsColumn held_columns[] = {
  { N_ ("Partition"), 130 },
  { N_ ("Held"), 0 },
  { N_ ("From"), 130 },
  { N_ ("Until"), 130 },
};

GtkWidget *
hs_unit_held_new (const HsStory *story)
{
  HsTable table;

  hs_table_init (&table, held_columns, G_N_ELEMENTS (held_columns));
  for (guint i = 0; i < story->held->len; i++) {
    const HsHeld *held = g_ptr_array_index (story->held, i);
    g_autofree char *digest = hs_piece_digest_markup (held->sha256);
    g_autofree char *since = hs_format_day_clock (held->since);
    g_autofree char *until = hs_format_day_clock (held->until);
    g_autofree char *name = g_markup_escape_text (
        held->build_name != NULL ? held->build_name : _ ("an image of no known build"), -1);
    g_autofree char *markup = g_strdup_printf ("%s  %s", name, digest);

    if (held->until == 0)
      continue;
    hs_table_add (&table,
                  short_label (held->partition, NULL),
                  wrapped_markup (markup),
                  short_label (since, "figure dim-label"),
                  short_label (until, "figure dim-label"),
                  NULL);
  }
  if (table.n_rows > 1) /* below the heading */
    return hs_piece_panel (_ ("Carried before"), table.grid, NULL);

  g_object_ref_sink (table.grid);
  g_object_unref (table.grid);
  return NULL;
}
