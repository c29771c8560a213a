/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/import.h"
#include "flash/error.h"
#include "flash/image.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gi18n-lib.h>

/* All images of one board together are far smaller; a zip bomb is not. */
#define MAX_ENTRY_BYTES (64 * 1024 * 1024)
#define MAX_BYTES       (128 * 1024 * 1024) /* of all that is read */
#define MAX_ENTRIES     4096

typedef struct archive HsArchive;

static void
archive_close (HsArchive *archive)
{
  archive_read_free (archive);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsArchive, archive_close)

static gboolean
fail (HsArchive *archive, const char *path, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_BAD_FILE,
               _ ("%s can't be read as a zip: %s."),
               path,
               archive_error_string (archive) != NULL ? archive_error_string (archive)
                                                      : _ ("it ends too early"));
  return FALSE;
}

static HsArchive *
open_zip (const char *path, GError **error)
{
  g_autoptr (HsArchive) archive = archive_read_new ();

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("“%s” is not there."), path);
    return NULL;
  }
  archive_read_support_format_zip (archive);
  if (archive_read_open_filename (archive, path, 64 * 1024) != ARCHIVE_OK) {
    fail (archive, path, error);
    return NULL;
  }
  return g_steal_pointer (&archive);
}

/* TARGET/firmware.bin, build/TARGET/bin/firmware.bin: the innermost folder that is a board. */
static const HsBoard *
board_of_entry (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);

  for (guint n = g_strv_length (parts); n > 1; n--) {
    const HsBoard *board = hs_board_by_id (parts[n - 2]);

    if (board != NULL)
      return board;
  }
  return NULL;
}

/* firmware_TARGET.zip and TARGET.zip hold flat files. */
static const HsBoard *
board_of_zip (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  const char *start = g_str_has_prefix (base, "firmware_") ? base + strlen ("firmware_") : base;
  gsize length = strlen (start), ending = strlen (".zip");
  g_autofree char *target = g_strndup (start, length > ending ? length - ending : 0);

  return hs_board_by_id (target);
}

static GBytes *
read_entry (HsArchive *archive, const char *path, guint64 *total, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 chunk[16 * 1024];
  la_ssize_t n;

  while ((n = archive_read_data (archive, chunk, sizeof chunk)) > 0) {
    g_byte_array_append (bytes, chunk, n);
    *total += n;
    if (bytes->len > MAX_ENTRY_BYTES || *total > MAX_BYTES) {
      g_set_error (error,
                   HS_FLASH_ERROR,
                   HS_FLASH_ERROR_BAD_FILE,
                   _ ("What is in %s is larger than any build of a camera."),
                   path);
      return NULL;
    }
  }

  if (n < 0) {
    fail (archive, path, error);
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

/* Which boards have a folder of their own in the zip. */
static GPtrArray *
list_boards (const char *path, GError **error)
{
  g_autoptr (HsArchive) archive = open_zip (path, error);
  g_autoptr (GPtrArray) boards = g_ptr_array_new ();
  struct archive_entry *entry;
  int status = ARCHIVE_OK;

  if (archive == NULL)
    return NULL;

  for (guint n = 0; n < MAX_ENTRIES; n++) {
    const HsBoard *board;

    status = archive_read_next_header (archive, &entry);
    if (status != ARCHIVE_OK)
      break;
    board = archive_entry_pathname (entry) != NULL ? board_of_entry (archive_entry_pathname (entry))
                                                   : NULL;
    if (board != NULL && !g_ptr_array_find (boards, board, NULL))
      g_ptr_array_add (boards, (gpointer) board);
  }

  if (status != ARCHIVE_EOF && status != ARCHIVE_OK) {
    fail (archive, path, error);
    return NULL;
  }
  return g_steal_pointer (&boards);
}

static void
count_entry (GArray *builds, const HsBoard *board, struct archive_entry *entry)
{
  HsZipBuild *found = NULL;

  for (guint i = 0; i < builds->len && found == NULL; i++)
    if (g_array_index (builds, HsZipBuild, i).board == board)
      found = &g_array_index (builds, HsZipBuild, i);
  if (found == NULL) {
    g_array_set_size (builds, builds->len + 1);
    found = &g_array_index (builds, HsZipBuild, builds->len - 1);
    found->board = board;
  }
  found->n_files++;
  found->bytes += MAX (archive_entry_size (entry), 0);
}

GArray *
hs_import_list_zip (const char *path, GError **error)
{
  g_autoptr (GPtrArray) boards = list_boards (path, error);
  g_autoptr (HsArchive) archive = boards != NULL ? open_zip (path, error) : NULL;
  g_autoptr (GArray) builds = g_array_new (FALSE, TRUE, sizeof (HsZipBuild));
  gboolean flat = boards != NULL && boards->len == 0;
  struct archive_entry *entry;

  if (archive == NULL)
    return NULL;
  for (guint n = 0; n < MAX_ENTRIES && archive_read_next_header (archive, &entry) == ARCHIVE_OK;
       n++) {
    const char *name = archive_entry_pathname (entry);
    const HsBoard *board = name == NULL ? NULL : flat ? board_of_zip (path) : board_of_entry (name);

    if (name != NULL && hs_import_is_interesting (name) &&
        archive_entry_filetype (entry) == AE_IFREG && (flat || board != NULL))
      count_entry (builds, board, entry);
  }
  return g_steal_pointer (&builds);
}

static char *
join_names (GPtrArray *boards)
{
  GString *names = g_string_new (NULL);

  for (guint i = 0; i < boards->len; i++)
    g_string_append_printf (
        names, "%s%s", i > 0 ? ", " : "", ((const HsBoard *) g_ptr_array_index (boards, i))->id);
  return g_string_free (names, FALSE);
}

static const HsBoard *
choose_board (const char *path, GPtrArray *boards, const char *asked, GError **error)
{
  g_autofree char *names = join_names (boards);
  const HsBoard *board = asked != NULL ? hs_board_by_id (asked) : NULL;

  if (board != NULL && boards->len > 0 && !g_ptr_array_find (boards, board, NULL)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_MIXED,
                 _ ("This zip has no build for %s. It has builds for %s."),
                 asked,
                 names);
    return NULL;
  }
  if (asked != NULL)
    return board;
  if (boards->len == 0)
    return board_of_zip (path);
  if (boards->len == 1)
    return g_ptr_array_index (boards, 0);

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_MIXED,
               _ ("This zip has builds for several boards (%s). Name one with --board."),
               names);
  return NULL;
}

/* The firmware of radios has a folder of its own, for all boards that have such a radio. */
static gboolean
is_for (const char *entry, const HsBoard *board)
{
  g_autofree char *base = g_path_get_basename (entry);
  HsRole role = hs_role_from_file_name (base, NULL);

  return board_of_entry (entry) == board ||
         (board != NULL && hs_role_is_radio (role) && hs_board_find (board, role) != NULL);
}

static gboolean
add_entries (HsImport *self, const char *path, const HsBoard *board, gboolean flat, GError **error)
{
  g_autoptr (HsArchive) archive = open_zip (path, error);
  struct archive_entry *entry;
  guint64 total = 0;
  int status = ARCHIVE_OK;

  if (archive == NULL)
    return FALSE;

  for (guint n = 0; n < MAX_ENTRIES; n++) {
    g_autoptr (GBytes) bytes = NULL;
    const char *name;

    status = archive_read_next_header (archive, &entry);
    if (status != ARCHIVE_OK)
      break;
    name = archive_entry_pathname (entry);
    if (name == NULL || !hs_import_is_interesting (name) ||
        archive_entry_filetype (entry) != AE_IFREG || (!flat && !is_for (name, board)))
      continue;
    bytes = read_entry (archive, path, &total, error);
    if (bytes == NULL || !hs_import_add_bytes (self, name, bytes, error))
      return FALSE;
  }
  return status == ARCHIVE_EOF ? TRUE : fail (archive, path, error);
}

/**
 * hs_import_add_zip:
 * @self: an import
 * @path: a zip as the firmware's own workflow makes it: flat (`firmware_<TARGET>.zip`) or with one
 *   folder a target
 * @board: (nullable): the TARGET asked for
 * @error: %HS_FLASH_ERROR_BAD_FILE, %HS_APP_ERROR_MIXED
 *
 * Adds the files of one board. Nothing is unpacked to disk; names can't point anywhere.
 */
gboolean
hs_import_add_zip (HsImport *self, const char *path, const char *board_id, GError **error)
{
  g_autoptr (GPtrArray) boards = list_boards (path, error);
  g_autoptr (GError) local = NULL;
  const HsBoard *board;

  if (boards == NULL)
    return FALSE;

  board = choose_board (path, boards, board_id, &local);
  if (local != NULL) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (board != NULL)
    hs_import_set_target (self, board->id);
  hs_import_set_detail (self, "zip", path);
  return add_entries (self, path, board, boards->len == 0, error);
}
