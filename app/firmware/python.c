/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/python.h"

#include "app-firmware-resources.h"
#include "app/app-error.h"
#include "app/command.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>

#define FOLDER      "/io/github/hotshoe/Hotshoe/firmware/"
#define MOST_OUTPUT (64u * 1024 * 1024) /* bytes of an answer */
#define MOST_WORDS  4096                /* bytes of what it says besides; the last ones */

typedef struct {
  GString *answer;
  GString *words;
} Output;

static void
take_piece (const char *text, gsize length, gboolean is_stderr, gpointer user_data)
{
  Output *self = user_data;

  if (!is_stderr) {
    if (self->answer->len + length <= MOST_OUTPUT)
      g_string_append_len (self->answer, text, length);
    return;
  }
  g_string_append_len (self->words, text, length);
  if (self->words->len > MOST_WORDS)
    g_string_erase (self->words, 0, self->words->len - MOST_WORDS);
}

char *
hs_python_dup_script (const char *name)
{
  g_autofree char *path = g_strconcat (FOLDER, name, NULL);
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (hs_app_firmware_get_resource (), path, 0, NULL);

  if (bytes == NULL)
    return NULL;
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static char *
join_scripts (const char *const *scripts)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; scripts[i] != NULL; i++) {
    g_autofree char *script = hs_python_dup_script (scripts[i]);

    g_assert (script != NULL);
    g_string_append (text, script);
    g_string_append (text, "\n\n");
  }
  return g_string_free (g_string_append (text, "main()\n"), FALSE);
}

/* The last line of what it said: of a trace, what was wrong. */
static const char *
last_line (char *words)
{
  char *line;

  g_strchomp (words);
  line = strrchr (words, '\n');
  return line != NULL ? line + 1 : words;
}

static JsonObject *
read_answer (const Output *output, int status, GError **error)
{
  g_autofree char *words = g_utf8_make_valid (output->words->str, output->words->len);
  g_autoptr (JsonNode) node = NULL;

  if (status == 128 + SIGALRM) {
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_FAILED, _ ("It did not come to an end and was stopped"));
    return NULL;
  }
  node = status == 0 ? json_from_string (output->answer->str, NULL) : NULL;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)) {
    const char *line = last_line (words);

    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FAILED,
                 /* Translators: what python3 said last */
                 _ ("python3 failed: %s"),
                 *line != '\0' ? line : _ ("it gave no answer"));
    return NULL;
  }
  return json_object_ref (json_node_get_object (node));
}

JsonObject *
hs_python_run (const char *const *scripts,
               const char *folder,
               JsonObject *input,
               GCancellable *cancellable,
               GError **error)
{
  static const char *const environment[] = { "PYTHONIOENCODING=utf-8", NULL };
  g_autofree char *program = join_scripts (scripts);
  const char *argv[] = { "python3", "-I", "-S", "-B", "-X", "utf8", "-c", program, NULL };
  g_autofree char *text = hs_json_object_to_text (input);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GString) answer = g_string_new (NULL);
  g_autoptr (GString) words = g_string_new (NULL);
  g_autoptr (GError) cause = NULL;
  Output output = { answer, words };
  int status = 0;

  if (hs_command_stream (
          argv, folder, environment, bytes, take_piece, &output, &status, cancellable, &cause))
    return read_answer (&output, status, error);
  if (!g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) &&
      !g_error_matches (cause, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return NULL;
  }
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_NO_TOOL,
                       _ ("python3 is not installed; a manifest is a Python program"));
  return NULL;
}
