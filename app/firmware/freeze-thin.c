/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/freeze-private.h"

#include "app/app-error.h"
#include "app/firmware/json-span.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TOP       "{TOP}/"
#define PARTITION "0"

/* Not translated: they stand in people's products. */
#define HEAD                                                                                       \
  "# Starts the application, which lies in ROMFS as /rom/app.py. Written by Hotshoe.\n"            \
  "import sys\n"                                                                                   \
  "\n"                                                                                             \
  "# What is frozen and what lies in ROMFS can be imported; nothing from a drive.\n"               \
  "sys.path[:] = [\".frozen\", \"/rom\"]\n"                                                        \
  "\n"
#define IMPORT "import app  # noqa: F401 - it runs as it is imported\n"
#define RUN                                                                                        \
  "# It asks whether it is the main program: so it is run as that.\n"                              \
  "with open(\"/rom/app.py\") as f:\n"                                                             \
  "    exec(f.read(), {\"__name__\": \"__main__\"})\n"

static gboolean
refuse (GError **error, HsAppError code, char *text)
{
  g_set_error_literal (error, HS_APP_ERROR, code, text);
  g_free (text);
  return FALSE;
}

/* --- romfs_config.json --- */

static char *
config_file (HsFreezePlan *self)
{
  g_autofree char *path =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_ROMFS_CONFIG, self->request->target);

  return hs_freeze_relative (self->tree, path);
}

/* NULL without an error: this board has none. */
static GString *
load_config (HsFreezePlan *self, const char *file, GError **error)
{
  g_autoptr (GBytes) bytes = hs_tree_edit_dup_bytes (self->edit, file, error);

  if (bytes == NULL)
    return NULL;
  return g_string_new_len (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static const HsJsonSpan *
find_entries (const HsJsonSpan *config)
{
  const HsJsonSpan *partition =
      config->kind == HS_SPAN_OBJECT ? hs_json_span_member (config, PARTITION) : NULL;
  const HsJsonSpan *entries = partition != NULL && partition->kind == HS_SPAN_OBJECT
                                  ? hs_json_span_member (partition, "entries")
                                  : NULL;

  return entries != NULL && entries->kind == HS_SPAN_ARRAY ? entries : NULL;
}

static const char *
entry_path (const HsJsonSpan *entries, guint i)
{
  const HsJsonSpan *entry = g_ptr_array_index (entries->children, i);

  return entry->kind == HS_SPAN_OBJECT ? hs_json_span_string (entry, "path") : NULL;
}

/* The entry of ours with this path, or -1. */
static int
find_entry (const HsJsonSpan *entries, const char *file)
{
  g_autofree char *path = g_strconcat (TOP, file, NULL);

  for (guint i = 0; i < entries->children->len; i++)
    if (g_strcmp0 (entry_path (entries, i), path) == 0)
      return i;
  return -1;
}

/* Everything lies at the top of /rom: two files of one name can't. */
static gboolean
check_name (const HsJsonSpan *entries, const char *file, GError **error)
{
  g_autofree char *name = g_path_get_basename (file);

  for (guint i = 0; i < entries->children->len; i++) {
    const char *path = entry_path (entries, i);
    g_autofree char *other = path != NULL ? g_path_get_basename (path) : NULL;

    if (g_strcmp0 (name, other) == 0)
      return refuse (error,
                     HS_APP_ERROR_FILE_EXISTS,
                     g_strdup_printf (_ ("ROMFS has a file %s already: %s"), name, path));
  }
  return TRUE;
}

static gboolean
add_entry (GString *text, const char *file, GError **error)
{
  g_autoptr (HsJsonSpan) config = hs_json_span_read (text->str, text->len, error);
  const HsJsonSpan *entries = config != NULL ? find_entries (config) : NULL;
  g_autofree char *path = g_strconcat (TOP, file, NULL);
  g_autofree char *quoted = hs_json_quote (path);
  g_autofree char *value = NULL;

  if (config == NULL)
    return FALSE;
  if (entries == NULL)
    return refuse (error,
                   HS_APP_ERROR_BAD_MANIFEST,
                   g_strdup (_ ("romfs_config.json has no entries for partition 0")));
  if (find_entry (entries, file) >= 0)
    return TRUE;
  if (!check_name (entries, file, error))
    return FALSE;
  value = g_strdup_printf ("{\n  \"type\": \"data\",\n  \"path\": %s\n}", quoted);
  hs_json_span_append (text, entries, NULL, value);
  return TRUE;
}

static gboolean
remove_entry (GString *text, const char *file, GError **error)
{
  g_autoptr (HsJsonSpan) config = hs_json_span_read (text->str, text->len, error);
  const HsJsonSpan *entries = config != NULL ? find_entries (config) : NULL;
  int at = entries != NULL ? find_entry (entries, file) : -1;

  if (at >= 0)
    hs_json_span_remove (text, entries, at);
  return config != NULL;
}

gboolean
hs_freeze_rom_config (HsFreezePlan *self, GError **error)
{
  g_autofree char *file = config_file (self);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GString) text = load_config (self, file, &cause);
  GHashTableIter iter;
  gpointer old;

  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  if (text == NULL)
    return TRUE;
  g_hash_table_iter_init (&iter, self->block->rom);
  while (g_hash_table_iter_next (&iter, &old, NULL))
    if (!g_hash_table_contains (self->written, old) && !remove_entry (text, old, error))
      return FALSE;
  for (guint i = 0; i < self->rom->len; i++)
    if (!add_entry (text, g_ptr_array_index (self->rom, i), error))
      return FALSE;
  hs_tree_edit_set_text (self->edit, file, text->str);
  return TRUE;
}

/* --- the application --- */

static gboolean
check_request (HsFreezePlan *self, GError **error)
{
  g_autofree char *config =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_ROMFS_CONFIG, self->request->target);

  if (!g_file_test (config, G_FILE_TEST_IS_REGULAR))
    return refuse (error,
                   HS_APP_ERROR_BAD_MANIFEST,
                   g_strdup_printf (_ ("%s has no romfs_config.json in this tree: the firmware is "
                                       "older than that, or the board has no ROMFS. Freeze the "
                                       "application itself"),
                                    self->request->target));
  if (self->request->main == NULL)
    return refuse (error,
                   HS_APP_ERROR_BAD_MANIFEST,
                   g_strdup (_ ("A thin main.py needs an application to start")));
  if (self->request->packages != NULL && self->request->packages[0] != NULL)
    return refuse (error,
                   HS_APP_ERROR_BAD_MANIFEST,
                   g_strdup_printf (_ ("The package %s can't go to ROMFS: the build puts all files "
                                       "at the top of /rom, in no folder. Freeze it, or make it "
                                       "single modules"),
                                    self->request->packages[0]));
  return TRUE;
}

static gboolean
add_rom_file (HsFreezePlan *self, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *folder =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_BOARD_FOLDER, self->request->target);
  g_autofree char *board = hs_freeze_relative (self->tree, folder);
  g_autofree char *file = g_build_filename (board, "rom", name, NULL);

  if (!hs_freeze_place (self, file, bytes, error))
    return FALSE;
  g_ptr_array_add (self->rom, g_steal_pointer (&file));
  return TRUE;
}

/* How it has to be started. */
static GBytes *
make_main (GBytes *application, const char *path, GError **error)
{
  g_autofree char *text =
      g_strndup (g_bytes_get_data (application, NULL), g_bytes_get_size (application));
  g_autoptr (JsonObject) parsed = hs_freeze_parse (text, error);
  const char *start;

  if (parsed == NULL)
    return NULL;
  if (!json_object_get_null_member (parsed, "error")) {
    JsonObject *wrong = json_object_get_object_member (parsed, "error");

    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BAD_MANIFEST,
                 "%s:%u: %s",
                 path,
                 (guint) json_object_get_int_member (wrong, "line"),
                 json_object_get_string_member (wrong, "text"));
    return NULL;
  }
  start = json_object_get_boolean_member (parsed, "asks_main") ? HEAD RUN : HEAD IMPORT;
  return g_bytes_new_static (start, strlen (start));
}

static gboolean
add_modules (HsFreezePlan *self, GError **error)
{
  const char *const *modules = self->request->modules;

  for (guint i = 0; modules != NULL && modules[i] != NULL; i++) {
    g_autofree char *name = g_path_get_basename (modules[i]);
    g_autoptr (GBytes) bytes = NULL;

    if (!hs_freeze_check_module (modules[i], error))
      return FALSE;
    if (g_str_equal (name, "app.py") || g_str_equal (name, "main.py") ||
        g_str_equal (name, "boot.py"))
      return refuse (error,
                     HS_APP_ERROR_BAD_MANIFEST,
                     g_strdup_printf (_ ("A module can't be called %s here"), name));
    bytes = hs_freeze_load (modules[i], error);
    if (bytes == NULL || !add_rom_file (self, name, bytes, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
hs_freeze_thin (HsFreezePlan *self, GError **error)
{
  g_autoptr (GBytes) application = NULL;
  g_autoptr (GBytes) start = NULL;
  g_autofree char *folder = NULL;

  if (!check_request (self, error))
    return FALSE;
  application = hs_freeze_load (self->request->main, error);
  if (application == NULL)
    return FALSE;
  start = make_main (application, self->request->main, error);
  if (start == NULL || !add_rom_file (self, "app.py", application, error) ||
      !add_modules (self, error) || !hs_freeze_add_text (self, start, "main.py", &folder, error))
    return FALSE;
  g_ptr_array_add (self->lines,
                   g_strdup_printf ("freeze(\"$(OMV_LIB_DIR)%s\", \"main.py\")",
                                    *folder != '\0' ? folder : "/"));
  return TRUE;
}
