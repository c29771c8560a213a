/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-memory.h"

#include "app/explain.h"
#include "ui/memory-bar.h"

#include <glib/gi18n-lib.h>

#define TIGHT (0.97)

static const HsColumn columns[] = { { NULL, 132 }, { NULL, 0 }, { NULL, 146 }, { NULL, 76 } };
/* Nothing was before: there is no change to tell. */
static const HsColumn alone[] = { { NULL, 132 }, { NULL, 0 }, { NULL, 146 }, { NULL, 0 } };

/* RAM that is reserved as a whole is full by design: only a flash that is full says something. */
gboolean
hs_build_memory_is_flash (const char *region)
{
  static const char *const parts[] = { "FLASH", "ROM", "TEXT", "MRAM", "XIP" };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (region, parts[i]) != NULL)
      return TRUE;
  return FALSE;
}

GPtrArray *
hs_build_memory_read (JsonObject *details)
{
  GPtrArray *memory = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_memory_use_free);
  JsonNode *node = details != NULL ? json_object_get_member (details, "memory") : NULL;
  JsonArray *array =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    JsonObject *object;
    HsMemoryUse *use;

    if (!JSON_NODE_HOLDS_OBJECT (element))
      continue;
    object = json_node_get_object (element);
    use = g_new0 (HsMemoryUse, 1);
    use->elf = g_strdup (json_object_get_string_member_with_default (object, "elf", ""));
    use->region = g_strdup (json_object_get_string_member_with_default (object, "region", ""));
    use->used = (guint64) MAX (0, json_object_get_int_member_with_default (object, "used", 0));
    use->length = (guint64) MAX (0, json_object_get_int_member_with_default (object, "length", 0));
    g_ptr_array_add (memory, use);
  }
  return memory;
}

const HsMemoryUse *
hs_build_memory_find (GPtrArray *memory, const HsMemoryUse *use)
{
  for (guint i = 0; memory != NULL && i < memory->len; i++) {
    const HsMemoryUse *other = g_ptr_array_index (memory, i);

    if (g_strcmp0 (other->elf, use->elf) == 0 && g_strcmp0 (other->region, use->region) == 0)
      return other;
  }
  return NULL;
}

static double
share (const HsMemoryUse *use)
{
  return use->length > 0 ? (double) use->used / (double) use->length : 0;
}

const HsMemoryUse *
hs_build_memory_find_tight (GPtrArray *memory)
{
  const HsMemoryUse *found = NULL;

  for (guint i = 0; memory != NULL && i < memory->len; i++) {
    const HsMemoryUse *use = g_ptr_array_index (memory, i);

    if (!hs_build_memory_is_flash (use->region) || share (use) <= TIGHT)
      continue;
    if (found == NULL || share (use) > share (found))
      found = use;
  }
  return found;
}

char *
hs_build_memory_format_change (guint64 before, guint64 now)
{
  g_autofree char *size = hs_format_size (now > before ? now - before : before - now);

  if (now == before)
    return g_strdup (_ ("same"));
  return g_strdup_printf (now > before ? "+%s" : "−%s", size);
}

static char *
region_text (const HsMemoryUse *use)
{
  if (use->elf == NULL || *use->elf == '\0' || g_str_equal (use->elf, "firmware"))
    return g_strdup (use->region);
  return g_strdup_printf ("%s · %s", use->elf, use->region);
}

static void
add_use (HsTable *table, const HsMemoryUse *use, const HsMemoryUse *before, gboolean flash)
{
  g_autofree char *name = region_text (use);
  g_autofree char *size = hs_format_size (use->length);
  g_autofree char *left =
      hs_format_bytes (use->used > use->length ? use->used - use->length : use->length - use->used);
  g_autofree char *tooltip =
      g_strdup_printf (use->used > use->length ? _ ("%s too much") : _ ("%s left"), left);
  /* Translators: how full a region of memory is, and its size */
  g_autofree char *text = g_strdup_printf (_ ("<b>%.1f %%</b>  of %s"), 100 * share (use), size);
  g_autofree char *change =
      before != NULL ? hs_build_memory_format_change (before->used, use->used) : g_strdup ("");
  GtkWidget *title = hs_piece_label (name, NULL);
  GtkWidget *figures = hs_piece_markup (text, "figure");
  GtkWidget *delta = hs_piece_label (change, "figure dim-label");
  GtkWidget *bar =
      hs_memory_bar_new_beside (share (use), before != NULL ? share (before) : -1, flash);

  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (title, name);
  gtk_label_set_xalign (GTK_LABEL (figures), 1);
  gtk_label_set_xalign (GTK_LABEL (delta), 1);
  gtk_widget_set_tooltip_text (figures, tooltip);
  gtk_widget_set_tooltip_text (bar, tooltip);
  hs_table_add (table, title, bar, figures, delta, NULL);
}

void
hs_build_memory_init (HsTable *table)
{
  hs_table_init (table, columns, G_N_ELEMENTS (columns));
}

void
hs_build_memory_add (HsTable *table, const HsMemoryUse *use, const HsMemoryUse *before)
{
  add_use (table, use, before, hs_build_memory_is_flash (use->region));
}

void
hs_build_memory_add_flash (HsTable *table, const HsMemoryUse *use, const HsMemoryUse *before)
{
  add_use (table, use, before, TRUE);
}

/* What decides whether it fits comes first: the firmware's flash, then RAM, then the bootloader's
 * flash. -1: not shown. */
static int
pass_of (const HsMemoryUse *use)
{
  gboolean flash = hs_build_memory_is_flash (use->region);

  if (use->length == 0)
    return -1;
  if (g_strcmp0 (use->elf, "bootloader") == 0)
    return flash ? 2 : -1;
  if (use->used == 0)
    return -1;
  return flash ? 0 : 1;
}

GtkWidget *
hs_build_memory_new (GPtrArray *now, GPtrArray *before)
{
  HsTable table;
  gboolean beside = FALSE;

  g_return_val_if_fail (now != NULL, NULL);

  for (guint i = 0; i < now->len; i++)
    beside |= hs_build_memory_find (before, g_ptr_array_index (now, i)) != NULL;
  hs_table_init (&table, beside ? columns : alone, G_N_ELEMENTS (columns));
  for (int pass = 0; pass < 3; pass++)
    for (guint i = 0; i < now->len; i++) {
      const HsMemoryUse *use = g_ptr_array_index (now, i);

      if (pass_of (use) == pass)
        hs_build_memory_add (&table, use, hs_build_memory_find (before, use));
    }
  if (table.n_rows > 0)
    return table.grid;
  g_object_ref_sink (table.grid);
  g_object_unref (table.grid);
  return NULL;
}
