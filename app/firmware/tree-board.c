/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/tree-private.h"

#include "app/firmware/json-span.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ROMFS 8

void
hs_tree_board_free (HsTreeBoard *self)
{
  g_free (self->target);
  g_free (self->refused);
  g_free (self->mcu);
  g_free (self->port);
  g_free (self->cpu);
  g_free (self->jlink);
  g_ptr_array_unref (self->partitions);
  g_ptr_array_unref (self->regions);
  g_array_unref (self->romfs);
  g_free (self);
}

static char *
dup_value (GHashTable *values, const char *name)
{
  const char *text = values != NULL ? g_hash_table_lookup (values, name) : NULL;

  return text != NULL && text[0] != '\0' ? g_strdup (text) : NULL;
}

static guint64
get_number (GHashTable *values, const char *name)
{
  const char *text = values != NULL ? g_hash_table_lookup (values, name) : NULL;

  return text != NULL ? g_ascii_strtoull (text, NULL, 0) : 0;
}

static void
read_make (HsTreeBoard *self, GHashTable *values)
{
  const char *refused = values != NULL ? g_hash_table_lookup (values, "error") : NULL;

  self->mcu = dup_value (values, "MCU");
  if (self->mcu == NULL)
    self->mcu = dup_value (values, "MCU_VARIANT");
  self->port = dup_value (values, "PORT");
  self->cpu = dup_value (values, "CPU");
  self->jlink = dup_value (values, "OMV_JLINK_ARGS");
  self->vid = get_number (values, "OMV_USB_VID");
  self->pid = get_number (values, "OMV_USB_PID");
  self->bootloader = get_number (values, "OMV_ENABLE_BL") == 1;
  self->firmware_start = get_number (values, "OMV_FIRM_ADDR");
  if (self->firmware_start == 0)
    self->firmware_start = get_number (values, "MAIN_APP_ADDR");
  if (refused != NULL)
    /* Translators: a board, what its Makefile says */
    self->refused = g_strdup_printf (
        _ ("The firmware's makefile refuses to build %s: “%s”"), self->target, refused);
}

/* The linker script of the port: the one that has a MEMORY command. */
static GPtrArray *
read_regions (HsTreeBoard *self, const char *ports, HsMacros *macros)
{
  g_autofree char *folder = g_build_filename (ports, self->port != NULL ? self->port : "-", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) regions = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *text = NULL;

    if (!g_str_has_suffix (name, ".ld.S"))
      continue;
    text = hs_macros_read_file (macros, path);
    g_clear_pointer (&regions, g_ptr_array_unref);
    regions = hs_tree_regions_read (macros, text != NULL ? text : "");
    if (regions->len > 0)
      return g_steal_pointer (&regions);
  }
  return g_ptr_array_new_with_free_func ((GDestroyNotify) hs_tree_range_free);
}

static void
take_firmware_region (HsTreeBoard *self)
{
  const char *const names[] = { "FLASH_TEXT", "FLASH" };

  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    for (guint i = 0; i < self->regions->len; i++) {
      const HsTreeRange *range = g_ptr_array_index (self->regions, i);

      if (!g_str_equal (range->name, names[n]))
        continue;
      self->firmware_start = range->start;
      self->firmware_length = range->length;
      return;
    }
}

/* --- ROMFS --- */

static HsTreeRomfs *
get_romfs (HsTreeBoard *self, guint index)
{
  HsTreeRomfs fresh = { .index = index };
  guint at = 0;

  for (; at < self->romfs->len; at++) {
    HsTreeRomfs *romfs = &g_array_index (self->romfs, HsTreeRomfs, at);

    if (romfs->index == index)
      return romfs;
    if (romfs->index > index)
      break;
  }
  g_array_insert_val (self->romfs, at, fresh);
  return &g_array_index (self->romfs, HsTreeRomfs, at);
}

static void
read_romfs_macros (HsTreeBoard *self, HsMacros *macros)
{
  for (guint i = 0; i < MOST_ROMFS; i++) {
    g_autofree char *name = g_strdup_printf ("OMV_ROMFS_PART%u_LENGTH", i);
    guint64 length;

    if (hs_macros_get_number (macros, name, &length))
      get_romfs (self, i)->length = length;
  }
}

static void
read_romfs_config (HsTreeBoard *self, const char *path)
{
  g_autoptr (JsonObject) object = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return;
  object = hs_json_span_parse (text, length, NULL);
  if (object == NULL)
    return;
  for (guint i = 0; i < MOST_ROMFS; i++) {
    g_autofree char *name = g_strdup_printf ("%u", i);
    JsonNode *node = json_object_get_member (object, name);
    JsonNode *size;

    if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
      continue;
    size = json_object_get_member (json_node_get_object (node), "size");
    if (size == NULL || !JSON_NODE_HOLDS_VALUE (size))
      get_romfs (self, i)->config_limit = 0;
    else if (json_node_get_value_type (size) == G_TYPE_STRING)
      get_romfs (self, i)->config_limit = g_ascii_strtoull (json_node_get_string (size), NULL, 0);
    else
      get_romfs (self, i)->config_limit = json_node_get_int (size);
  }
}

static HsTreeMemory
find_memory (HsMacros *macros)
{
  if (hs_macros_has (macros, "OMV_UMA_BLOCK0_SIZE"))
    return HS_TREE_MEMORY_UMA;
  if (hs_macros_has (macros, "OMV_FB_SIZE") || hs_macros_has (macros, "OMV_FB_MEMORY"))
    return HS_TREE_MEMORY_FB;
  return HS_TREE_MEMORY_NONE;
}

static void
read_headers (HsTreeBoard *self, HsTree *tree)
{
  g_autoptr (HsMacros) macros = hs_macros_new ();
  g_autoptr (HsMacros) boot = hs_macros_new ();
  g_autofree char *config = hs_tree_dup_path (tree, HS_TREE_FILE_BOARD_CONFIG, self->target);
  g_autofree char *boot_config = hs_tree_dup_path (tree, HS_TREE_FILE_BOOT_CONFIG, self->target);
  g_autofree char *romfs = hs_tree_dup_path (tree, HS_TREE_FILE_ROMFS_CONFIG, self->target);
  g_autofree char *ports =
      g_build_filename (hs_tree_get_root (tree),
                        hs_tree_get_layout (tree) == HS_TREE_LAYOUT_TOP ? "ports" : "src/omv/ports",
                        NULL);
  g_autofree char *text = NULL;
  g_autofree char *boot_text = NULL;

  /* Of two cores the big one: its firmware is the one that an application is frozen into. */
  hs_macros_define (macros, "CORE_M55_HP", "1");
  hs_macros_define (boot, "CORE_M55_HP", "1");
  text = hs_macros_read_file (macros, config);
  boot_text = hs_macros_read_file (boot, boot_config);

  self->memory = find_memory (macros);
  self->partitions = hs_tree_partitions_read (boot, boot_text != NULL ? boot_text : "");
  self->regions = read_regions (self, ports, macros);
  take_firmware_region (self);
  read_romfs_macros (self, macros);
  read_romfs_config (self, romfs);
  /* This port makes its bootloader always, and has no switch for it. */
  if (g_strcmp0 (self->port, "alif") == 0 && self->partitions->len > 0)
    self->bootloader = TRUE;
}

HsTreeBoard *
hs_tree_board_read (HsTree *tree, const char *target)
{
  HsTreeBoard *self = g_new0 (HsTreeBoard, 1);
  g_autofree char *make = hs_tree_dup_path (tree, HS_TREE_FILE_BOARD_MAKE, target);
  g_autoptr (GHashTable) values = hs_tree_make_read (make);

  self->target = g_strdup (target);
  self->board = hs_board_by_id (target);
  self->romfs = g_array_new (FALSE, FALSE, sizeof (HsTreeRomfs));
  read_make (self, values);
  read_headers (self, tree);
  if (self->refused == NULL && self->port == NULL)
    self->refused = g_strdup_printf (_ ("%s says of no port: it can't be built."), target);
  return self;
}
