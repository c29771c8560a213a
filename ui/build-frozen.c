/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "ui/build-origin.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum { MAX_FROZEN = 12 /* modules shown */ };

static const HsColumn columns[] = { { NULL, 0 }, { NULL, 76 } };

/* A module is a name, or an object with name and size. */
static const char *
name_of (JsonArray *modules, guint n)
{
  JsonNode *node = json_array_get_element (modules, n);

  if (JSON_NODE_HOLDS_OBJECT (node))
    return json_object_get_string_member_with_default (json_node_get_object (node), "name", "");
  return json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";
}

static guint64
size_of (JsonArray *modules, guint n)
{
  JsonNode *node = json_array_get_element (modules, n);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return 0;
  return (guint64) MAX (
      0, json_object_get_int_member_with_default (json_node_get_object (node), "size", 0));
}

static gboolean
is_main (const char *name)
{
  return g_str_equal (name, "main") || g_str_equal (name, "main.py");
}

static GtkWidget *
name_cell (const char *name)
{
  g_autofree char *markup =
      is_main (name) ? g_markup_printf_escaped (
                           "<b>%s</b>  <span alpha='60%%'>%s</span>", name, _ ("starts by itself"))
                     : g_markup_escape_text (name, -1);
  GtkWidget *label = hs_piece_markup (markup, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, name);
  return label;
}

static void
add_module (HsTable *table, JsonArray *modules, guint n)
{
  guint64 size = size_of (modules, n);
  g_autofree char *text = size > 0 ? hs_format_size (size) : g_strdup ("");
  g_autofree char *bytes = size > 0 ? hs_format_bytes (size) : NULL;
  GtkWidget *figure = hs_piece_label (text, "figure");

  gtk_widget_set_tooltip_text (figure, bytes);
  hs_table_add (table, name_cell (name_of (modules, n)), figure, NULL);
}

/* main.py first: it starts by itself. */
static void
add_modules (HsTable *table, JsonArray *modules)
{
  guint n = json_array_get_length (modules);
  guint shown = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n && shown < MAX_FROZEN; i++) {
      if (is_main (name_of (modules, i)) != (pass == 0))
        continue;
      add_module (table, modules, i);
      shown++;
    }
  if (n > shown) {
    g_autofree char *more =
        g_strdup_printf (ngettext ("and %u more", "and %u more", n - shown), n - shown);

    hs_table_add (table, hs_piece_label (more, "dim-label"), hs_piece_label ("", NULL), NULL);
  }
}

GtkWidget *
hs_build_frozen_new (JsonObject *details)
{
  JsonNode *node = details != NULL ? json_object_get_member (details, "frozen") : NULL;
  HsTable table;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node) ||
      json_array_get_length (json_node_get_array (node)) == 0)
    return hs_piece_label (_ ("No modules were found"), "dim-label");

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  add_modules (&table, json_node_get_array (node));
  return table.grid;
}
