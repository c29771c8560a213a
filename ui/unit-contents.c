/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-parts.h"

#include "app/explain.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

static const HsColumn columns[] = {
  { N_ ("Partition"), 160 },
  { N_ ("Holds"), 0 },
  { N_ ("How we know"), 196 },
  { "", 34 },
};

/* The way it is known, and below it for how long. */
static GtkWidget *
evidence (GtkWidget *icon, const char *text, const HsContent *content)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *row;

  gtk_box_append (GTK_BOX (words), hs_piece_label (text, NULL));
  if (content != NULL && content->since > 0) {
    g_autofree char *age = hs_format_age (content->since);
    g_autofree char *exact = hs_format_day_clock (content->since);
    GtkWidget *label = hs_piece_label (age, "dim-label caption");

    gtk_widget_set_tooltip_text (label, exact);
    gtk_box_append (GTK_BOX (words), label);
  }
  row = hs_piece_row (7, icon, words, NULL);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 1);
  return row;
}

static GtkWidget *
evidence_of (const HsPartition *partition, const HsContent *content)
{
  const char *state = content != NULL ? content->state : NULL;

  if (g_strcmp0 (state, "verified") == 0)
    return evidence (hs_shape_new (HS_SHAPE_PASS, 16), _ ("read back, equal"), content);
  if (g_strcmp0 (state, "written") == 0)
    return evidence (hs_shape_new (HS_SHAPE_WORK, 16), _ ("written, not read back"), content);
  if (g_strcmp0 (state, "reported") == 0)
    return evidence (hs_shape_new (HS_SHAPE_READY, 16), _ ("the camera says so"), content);
  if (state != NULL || !(partition->flags & HS_PARTITION_NEVER))
    return evidence (hs_shape_new (HS_SHAPE_UNKNOWN, 16), _ ("unknown"), content);
  return evidence (hs_piece_icon (hs_shape_icon_name (HS_SHAPE_NO_ACCESS), 16, "idle"),
                   _ ("never written here"),
                   content);
}

static char *
holds_of (const HsPartition *partition, const HsContent *content)
{
  gboolean files = hs_role_is_filesystem (partition->role);

  if (content == NULL || (content->sha256 == NULL && content->build_name == NULL))
    return g_strdup_printf ("<span alpha='65%%'>%s</span>",
                            content != NULL && g_strcmp0 (content->state, "unknown") == 0 && !files
                                ? _ ("neither the old nor the new image: a write broke off")
                            : files ? _ ("the camera's own files; not recorded")
                                    : _ ("never read"));
  if (content->build_name != NULL)
    return g_markup_printf_escaped (
        "<b>%s</b>  <span face='monospace' size='86%%' alpha='60%%'>sha256 %.4s⁠…⁠%s</span>",
        content->build_name,
        content->sha256 != NULL ? content->sha256 : "",
        content->sha256 != NULL && strlen (content->sha256) == 64 ? content->sha256 + 60 : "");
  return g_markup_printf_escaped (
      "%s  <span face='monospace' size='86%%' alpha='60%%'>sha256 %.8s…</span>",
      _ ("an image of no known build"),
      content->sha256);
}

static GtkWidget *
cell_markup (const char *markup)
{
  GtkWidget *label = hs_piece_markup (markup, NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

static GtkWidget *
partition_cell (const HsPartition *partition)
{
  g_autofree char *size = hs_format_size (partition->size);
  g_autofree char *bytes = hs_format_bytes (partition->size);
  g_autofree char *markup = g_markup_printf_escaped (
      "<b>%s</b>  <span alpha='60%%' size='90%%'>%s</span>", partition->name, size);
  GtkWidget *label = hs_piece_markup (markup, NULL);

  gtk_widget_set_tooltip_text (label, bytes);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static void
add_item (GMenu *menu, const char *title, const char *action, const char *target)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (title, NULL);

  g_menu_item_set_action_and_target (item, action, "s", target);
  g_menu_append_item (menu, item);
}

/* What can be asked about the image itself. */
static GtkWidget *
menu_of (const HsPartition *partition, const HsContent *content)
{
  g_autoptr (GMenu) menu = NULL;
  g_autofree char *name = NULL;
  GtkWidget *button;

  if (content == NULL || content->sha256 == NULL)
    return hs_piece_label ("", NULL);

  menu = g_menu_new ();
  add_item (menu, _ ("Which Units Have This?"), "unit.recall", content->sha256);
  if (content->build != NULL)
    add_item (menu, _ ("Show Build"), "win.show-build", content->build);
  add_item (menu, _ ("Copy SHA-256"), "unit.copy", content->sha256);
  button = g_object_new (GTK_TYPE_MENU_BUTTON,
                         "icon-name",
                         "view-more-symbolic",
                         "menu-model",
                         menu,
                         "valign",
                         GTK_ALIGN_CENTER,
                         NULL);
  hs_piece_set_classes (button, "flat");
  name = g_strdup_printf (_ ("More about %s"), partition->name);
  hs_piece_name (button, name);
  return button;
}

static const HsContent *
content_of (HsUnit *unit, const HsPartition *partition)
{
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);

    if (g_strcmp0 (content->partition, partition->name) == 0)
      return content;
  }
  return NULL;
}

/**
 * hs_unit_contents_new:
 * @unit: a unit
 * @board: (nullable): what it is
 *
 * Returns: (transfer floating): a row for each partition of @board
 */
GtkWidget *
hs_unit_contents_new (HsUnit *unit, const HsBoard *board)
{
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; board != NULL && i < board->n_partitions; i++) {
    const HsPartition *partition = &board->partitions[i];
    const HsContent *content = content_of (unit, partition);
    g_autofree char *holds = holds_of (partition, content);

    hs_table_add (&table,
                  partition_cell (partition),
                  cell_markup (holds),
                  evidence_of (partition, content),
                  menu_of (partition, content),
                  NULL);
  }
  return table.grid;
}
