/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/bundle.h"

#include "app/app-error.h"
#include "app/equivalent.h"
#include "app/release.h"
#include "flash/method.h"

#include <glib/gi18n-lib.h>

/* The folder while it is written. */
typedef struct {
  HsCatalog *catalog;
  HsRelease *release;
  const HsRecipe *recipe;
  GFile *target;
  GString *sums; /* as sha256sum writes them */
} Folder;

/**
 * hs_ide_file_name:
 * @board: a board
 * @role: what the file is
 *
 * Returns: (transfer none): the one name under which OpenMV IDE takes such a file for such a board
 */
const char *
hs_ide_file_name (const HsBoard *board, HsRole role)
{
  gboolean two_cores = hs_board_find (board, HS_ROLE_FIRMWARE_HE) != NULL;

  switch (role) {
  case HS_ROLE_FIRMWARE:
    return two_cores ? "firmware_M55_HP.bin" : "firmware.bin";
  case HS_ROLE_FIRMWARE_HE:
    return "firmware_M55_HE.bin";
  case HS_ROLE_ROMFS1:
    return "romfs1.img";
  case HS_ROLE_WIFI:
    return "cyw4343_7_45_98_102.bin";
  case HS_ROLE_BLUETOOTH:
    return "cyw4343_btfw.bin";
  default:
    return "romfs0.img";
  }
}

static gboolean
put_file (GFile *folder, const char *name, GBytes *bytes, GError **error)
{
  g_autoptr (GFile) file = g_file_get_child (folder, name);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_file_replace_contents (
      file, data, size, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, error);
}

static void
add_sum (Folder *self, const char *path, GBytes *bytes)
{
  g_autofree char *sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);

  g_string_append_printf (self->sums, "%s  %s\n", sha256, path);
}

/* --- README.txt --- */

/* What to do when the image is smaller, or the camera's drive should be empty. */
static void
append_erase (GString *text, const Folder *self)
{
  if (self->recipe->erase_filesystem)
    g_string_append (text,
                     _ ("This release also erases the camera's drive: tick “Erase internal file "
                        "system” where the IDE asks.\n\n"));
}

static void
append_ide_steps (GString *text, const Folder *self, const HsBoard *board)
{
  g_string_append (text, _ ("With OpenMV IDE\n---------------\n\n"));
  g_string_append_printf (
      text,
      _ ("1. Connect one %s, and only that one.\n"
         "2. Choose Tools, then Run Bootloader (Load Firmware).\n"
         "3. Choose %s in this folder. The name must stay as it is.\n"
         "4. Let it reset ROMFS too where it asks: it takes the image that lies beside the "
         "firmware.\n"
         "5. Wait until the camera is back. The line at the bottom of the window shows the "
         "firmware's version.\n\n"),
      _ (board->name),
      hs_ide_file_name (board, HS_ROLE_FIRMWARE));
  append_erase (text, self);
}

static const HsRecipeArtifact *
find_artifact (const HsRecipeBoard *entry, HsRole role)
{
  for (guint i = 0; i < entry->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (entry->artifacts, i);

    if (g_strcmp0 (artifact->role, hs_role_name (role)) == 0)
      return artifact;
  }
  return NULL;
}

static HsRole
find_last (const HsRecipeBoard *entry, const HsBoard *board)
{
  HsRole last = HS_ROLE_NONE;

  for (const HsRole *role = board->flash_order; *role != HS_ROLE_NONE; role++)
    if (hs_board_find (board, *role) != NULL && find_artifact (entry, *role) != NULL)
      last = *role;
  return last;
}

/* In the order in which Hotshoe writes them. */
static void
append_commands (GString *text, const HsRecipeBoard *entry, const HsBoard *board)
{
  const HsMethod *method = board->method;
  HsRole last = find_last (entry, board);

  for (const HsRole *role = board->flash_order; *role != HS_ROLE_NONE; role++) {
    const HsPartition *partition = hs_board_find (board, *role);
    const char *file = hs_ide_file_name (board, *role);
    g_autofree char *line = NULL;

    if (partition == NULL || find_artifact (entry, *role) == NULL)
      continue;
    line = *role == last && method->describe_last != NULL
               ? method->describe_last (board, partition, NULL, file)
               : method->describe (board, partition, NULL, file);
    g_string_append_printf (text, "    %s\n", line);
  }
}

static void
append_tool_steps (GString *text, const HsRecipeBoard *entry, const HsBoard *board)
{
  if (board->method == NULL || board->method->describe == NULL)
    return;

  g_string_append (text, _ ("On the command line\n-------------------\n\n"));
  if (board->by_hand != NULL)
    g_string_append_printf (text,
                            /* Translators: a sentence: how a person starts the bootloader */
                            _ ("Bring the camera into its bootloader: %s Then run these commands "
                               "in this folder.\n\n"),
                            _ (board->by_hand));
  else
    g_string_append (text,
                     _ ("Run these commands in this folder, then plug the camera in: each waits "
                        "for its bootloader, which shows itself for a moment after power-up."
                        "\n\n"));
  append_commands (text, entry, board);
  g_string_append_c (text, '\n');
  if (board->led_window != NULL)
    g_string_append_printf (text, _ ("While the bootloader waits: %s.\n"), _ (board->led_window));
  if (board->method->describe_last != NULL)
    g_string_append (text, _ ("The last command starts the firmware.\n\n"));
  else
    g_string_append (text,
                     _ ("Unplug the camera and plug it in again when the last one has ended.\n\n"));
}

static void
append_images (GString *text, const HsRecipeBoard *entry, const HsBoard *board)
{
  for (guint i = 0; i < entry->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (entry->artifacts, i);

    g_string_append_printf (text,
                            "  %-20s %" G_GUINT64_FORMAT " B  SHA-256 %s\n",
                            hs_ide_file_name (board, hs_role_from_name (artifact->role)),
                            artifact->size,
                            artifact->sha256);
  }
  g_string_append_c (text, '\n');
}

static GBytes *
make_readme (Folder *self, const HsRecipeBoard *entry, const HsBoard *board)
{
  GString *text = g_string_new (NULL);
  gsize length;

  g_string_append_printf (text, "%s %s\n\n", self->recipe->name, self->recipe->version);
  g_string_append_printf (text, _ ("Board:    %s (%s)\n"), _ (board->name), board->id);
  g_string_append_printf (text, _ ("Build:    %s\n"), entry->build_name);
  if (entry->version != NULL)
    g_string_append_printf (text, _ ("Firmware: %s\n"), entry->version);
  g_string_append_printf (text, _ ("Release:  %s\n\n"), hs_release_get_id (self->release));
  append_images (text, entry, board);
  if (self->recipe->notes != NULL)
    g_string_append_printf (text, "%s\n\n", self->recipe->notes);
  append_ide_steps (text, self, board);
  append_tool_steps (text, entry, board);
  g_string_append (text,
                   _ ("Before that: “sha256sum -c SHA256SUMS” tells whether the files are whole.\n"
                      "Neither way reads back what was written, and neither keeps a record.\n"));
  if (self->recipe->files->len > 0 || self->recipe->rule != HS_NUMBER_NONE)
    g_string_append (text,
                     _ ("Product serials and files for each unit are not in here: those come from "
                        "Hotshoe only.\n"));
  length = text->len;
  return g_bytes_new_take (g_string_free (text, FALSE), length);
}

/* --- the folder --- */

static gboolean
write_artifact (Folder *self,
                GFile *folder,
                const char *prefix,
                const HsBoard *board,
                const HsRecipeArtifact *artifact,
                GError **error)
{
  const char *name = hs_ide_file_name (board, hs_role_from_name (artifact->role));
  g_autoptr (GBytes) bytes = hs_catalog_get_blob (self->catalog, artifact->sha256, error);
  g_autofree char *path = g_strconcat (prefix, name, NULL);

  if (bytes == NULL || !put_file (folder, name, bytes, error))
    return FALSE;
  add_sum (self, path, bytes);
  return TRUE;
}

/* One board's files; in a folder of its own if there are several. */
static gboolean
write_board (Folder *self, const HsRecipeBoard *entry, GError **error)
{
  gboolean own = self->recipe->boards->len > 1;
  const HsBoard *board = hs_board_by_id (entry->board);
  g_autoptr (GFile) folder =
      own ? g_file_get_child (self->target, entry->board) : g_object_ref (self->target);
  g_autofree char *prefix = own ? g_strconcat (entry->board, "/", NULL) : g_strdup ("");
  g_autofree char *readme_path = g_strconcat (prefix, "README.txt", NULL);
  g_autoptr (GBytes) readme = NULL;

  if (board == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BAD_RECIPE,
                 _ ("There is no board named %s."),
                 entry->board);
    return FALSE;
  }
  if (own && !g_file_make_directory (folder, NULL, error))
    return FALSE;

  for (guint i = 0; i < entry->artifacts->len; i++)
    if (!write_artifact (
            self, folder, prefix, board, g_ptr_array_index (entry->artifacts, i), error))
      return FALSE;
  readme = make_readme (self, entry, board);
  if (!put_file (folder, "README.txt", readme, error))
    return FALSE;
  add_sum (self, readme_path, readme);
  return TRUE;
}

static gboolean
make_empty (GFile *target, GError **error)
{
  g_autoptr (GFileEnumerator) children = NULL;
  g_autoptr (GFileInfo) first = NULL;
  g_autofree char *name = g_file_get_parse_name (target);

  if (!g_file_query_exists (target, NULL))
    return g_file_make_directory_with_parents (target, NULL, error);

  children = g_file_enumerate_children (target, G_FILE_ATTRIBUTE_STANDARD_NAME, 0, NULL, error);
  if (children == NULL)
    return FALSE;
  first = g_file_enumerator_next_file (children, NULL, NULL);
  if (first == NULL)
    return TRUE;
  g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("The folder %s is not empty."), name);
  return FALSE;
}

/**
 * hs_bundle_export_for_ide:
 * @catalog: a catalog
 * @release_id: id of a locked release
 * @target: a folder that is empty, or is made
 * @error: as hs_release_check(); %HS_APP_ERROR_USAGE, a #GIOError, or an #HsStoreError
 *
 * Blocks.
 */
gboolean
hs_bundle_export_for_ide (HsCatalog *catalog, const char *release_id, GFile *target, GError **error)
{
  g_autoptr (HsRelease) release = hs_catalog_get_release (catalog, release_id, error);
  g_autoptr (HsRecipe) recipe = NULL;
  g_autoptr (GString) sums = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  Folder self = { .catalog = catalog, .release = release, .target = target, .sums = sums };

  if (release == NULL || !hs_release_check (catalog, release, error))
    return FALSE;
  recipe = hs_recipe_parse (hs_release_get_recipe (release), error);
  if (recipe == NULL || !make_empty (target, error))
    return FALSE;

  self.recipe = recipe;
  for (guint i = 0; i < recipe->boards->len; i++)
    if (!write_board (&self, g_ptr_array_index (recipe->boards, i), error))
      return FALSE;
  bytes = g_bytes_new (sums->str, sums->len);
  return put_file (target, "SHA256SUMS", bytes, error);
}
