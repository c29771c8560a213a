/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/unit-files.h"

#include "app/app-error.h"
#include "app/command.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define COMMAND_TIMEOUT_S 60
#define MOST_BYTES        (1024 * 1024)

/**
 * hs_unit_files_root:
 *
 * Returns: (transfer full): where the folders and commands lie that recipes name
 */
char *
hs_unit_files_root (void)
{
  return g_build_filename (g_get_user_config_dir (), "hotshoe", "unit-files", NULL);
}

static void fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
fail (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_UNIT_FILE, text);
}

/* --- text with blanks to fill --- */

static gboolean
append_fact (GString *out, const char *name, const HsUnitFacts *facts, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *date = g_date_time_format (now, "%Y-%m-%d");
  const struct {
    const char *name, *value;
  } known[] = {
    { "id", facts->id },           { "serial", facts->serial },   { "board", facts->board },
    { "release", facts->release }, { "version", facts->version }, { "date", date },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    if (!g_str_equal (known[i].name, name))
      continue;
    if (known[i].value == NULL || *known[i].value == '\0') {
      fail (error,
            _ ("A file for this unit needs {%s}, and it has none. Nothing was written."),
            name);
      return FALSE;
    }
    g_string_append (out, known[i].value);
    return TRUE;
  }

  fail (error,
        _ ("A file for this unit asks for {%s}, which does not exist. Nothing was written."),
        name);
  return FALSE;
}

/* "{name}" is filled in; a brace that opens no name of small letters stands for itself, so that
 * JSON needs no escapes. */
static GBytes *
fill (const char *template, const HsUnitFacts *facts, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *at = template;

  while (*at != '\0') {
    gsize length = *at == '{' ? strspn (at + 1, "abcdefghijklmnopqrstuvwxyz_") : 0;

    if (length == 0 || at[1 + length] != '}') {
      g_string_append_c (out, *at++);
    } else {
      g_autofree char *name = g_strndup (at + 1, length);

      if (!append_fact (out, name, facts, error))
        return NULL;
      at += length + 2;
    }
  }
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

/* --- what lies here --- */

/* One name, no path: what a recipe or a scanner says must not lead out of its folder. */
static gboolean
is_name (const char *text)
{
  return text != NULL && *text != '\0' && *text != '.' && strpbrk (text, "/\\\n") == NULL;
}

static GBytes *
read_from_folder (const HsRecipeFile *file, const HsUnitFacts *facts, GError **error)
{
  g_autofree char *root = hs_unit_files_root ();
  const char *name = file->file != NULL ? file->file : file->path;
  g_autofree char *path = NULL;
  g_autofree char *content = NULL;
  g_autoptr (GError) local = NULL;
  gsize length;

  if (!is_name (file->text) || !hs_recipe_path_is_sane (name)) {
    fail (error, _ ("“%s” is no folder of files for units."), file->text);
    return NULL;
  }
  if (!is_name (facts->serial)) {
    fail (error,
          _ ("%s is for units with a product serial, and this one has none that could be the name "
             "of a folder. Nothing was written."),
          file->path);
    return NULL;
  }

  path = g_build_filename (root, file->text, facts->serial, name, NULL);
  if (!g_file_get_contents (path, &content, &length, &local)) {
    fail (error,
          _ ("The file for %s is not here: %s. Nothing was written."),
          facts->serial,
          local->message);
    return NULL;
  }
  if (length > MOST_BYTES) {
    fail (error, _ ("%s is too large for a file of one unit. Nothing was written."), path);
    return NULL;
  }
  return g_bytes_new_take (g_steal_pointer (&content), length);
}

static GBytes *
make_by_command (const HsRecipeFile *file,
                 const HsUnitFacts *facts,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autofree char *root = hs_unit_files_root ();
  g_autofree char *program = NULL;
  g_autoptr (GError) local = NULL;
  GBytes *content;

  if (!is_name (file->text)) {
    fail (error, _ ("“%s” is no command for files of units."), file->text);
    return NULL;
  }

  program = g_build_filename (root, file->text, NULL);
  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE) ||
      g_file_test (program, G_FILE_TEST_IS_DIR)) {
    fail (error,
          _ ("The command that makes %s is not here: %s. Nothing was written."),
          file->path,
          program);
    return NULL;
  }

  content = hs_command_bytes (
      (const char *const[]){
          program, facts->id, facts->serial != NULL ? facts->serial : "", facts->board, NULL },
      MOST_BYTES,
      COMMAND_TIMEOUT_S,
      cancellable,
      &local);
  if (content != NULL)
    return content;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  else
    fail (error,
          _ ("%s could not be made for this unit: %s. Nothing was written."),
          file->path,
          local->message);
  return NULL;
}

/**
 * hs_unit_file_make:
 * @file: what the recipe says
 * @facts: of the unit
 * @cancellable: (nullable): ends a command
 * @error: %HS_APP_ERROR_UNIT_FILE
 *
 * Blocks: on files, or up to 60 s on a command.
 *
 * Returns: (transfer full): the content for that unit
 */
GBytes *
hs_unit_file_make (const HsRecipeFile *file,
                   const HsUnitFacts *facts,
                   GCancellable *cancellable,
                   GError **error)
{
  switch (file->source) {
  case HS_FILE_TEMPLATE:
    return fill (file->text, facts, error);
  case HS_FILE_FOLDER:
    return read_from_folder (file, facts, error);
  case HS_FILE_COMMAND:
    return make_by_command (file, facts, cancellable, error);
  }
  g_return_val_if_reached (NULL);
}
