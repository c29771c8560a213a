/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/tables.h"

#include "app/cli/jobs.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

static gboolean
write_file (HsCli *cli, const char *target, HsCliTable table, gconstpointer data, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (target);
  g_autoptr (GFileOutputStream) stream =
      g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);
  HsTableFormat format = g_str_has_suffix (target, ".json") ? HS_TABLE_JSON : HS_TABLE_CSV;

  if (stream == NULL)
    return FALSE;
  if (!table (cli, data, format, G_OUTPUT_STREAM (stream), error)) {
    g_autoptr (GCancellable) cancelled = g_cancellable_new ();

    /* Closed like this, what was there before stays. */
    g_cancellable_cancel (cancelled);
    g_output_stream_close (G_OUTPUT_STREAM (stream), cancelled, NULL);
    return FALSE;
  }
  return g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, error);
}

int
hs_cli_write_table (HsCli *cli, const char *target, HsCliTable table, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  JsonObject *answer;

  if (g_str_equal (target, "-")) {
    g_autoptr (GOutputStream) stream = g_unix_output_stream_new (STDOUT_FILENO, FALSE);
    HsTableFormat format = cli->json ? HS_TABLE_JSON : HS_TABLE_CSV;

    return table (cli, data, format, stream, &error) ? HS_EXIT_DONE : hs_cli_fail (cli, error);
  }

  if (!write_file (cli, target, table, data, &error))
    return hs_cli_fail (cli, error);
  hs_cli_print (cli, _ ("The table is in %s"), target);
  answer = json_object_new ();
  json_object_set_string_member (answer, "file", target);
  hs_cli_answer (cli, answer);
  return HS_EXIT_DONE;
}

GInputStream *
hs_cli_open_input (const char *path, GError **error)
{
  g_autoptr (GFile) file = NULL;

  if (g_str_equal (path, "-"))
    return g_unix_input_stream_new (STDIN_FILENO, FALSE);
  file = g_file_new_for_commandline_arg (path);
  return (GInputStream *) g_file_read (file, NULL, error);
}

char *
hs_cli_take_unit (HsCli *cli, const char *typed, int *status)
{
  g_autoptr (GError) error = NULL;
  char *unit = hs_catalog_resolve_unit (hs_session_get_catalog (cli->session), typed, &error);

  if (unit == NULL)
    *status = hs_cli_fail (cli, error);
  return unit;
}

int
hs_cli_done_to_unit (HsCli *cli, const char *unit, const char *text, JsonObject *answer)
{
  hs_cli_print (cli, "%s", text);
  json_object_set_string_member (answer, "unit", unit);
  hs_cli_answer (cli, answer);
  return HS_EXIT_DONE;
}

/* Names the unit in a sentence that was written for it. */
static char *
say_of_unit (const char *said, const char *unit)
{
  g_auto (GStrv) parts = g_strsplit (said, "%s", 2);

  return g_strjoinv (unit, parts);
}

int
hs_cli_give_reason (HsCli *cli,
                    const HsCommand *command,
                    HsLifeFunc func,
                    const char *said,
                    int argc,
                    char **argv)
{
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *unit = NULL;
  g_autofree char *text = NULL;
  JsonObject *answer;
  int status;

  if (!hs_cli_parse (cli, command, entries, NULL, &argc, &argv, &status))
    return status;
  if (argc != 2 || reason == NULL)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe %s %s"), command->name, command->usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  unit = hs_cli_take_unit (cli, argv[1], &status);
  if (unit == NULL)
    return status;
  if (!func (hs_session_get_catalog (cli->session), unit, reason, &error))
    return hs_cli_fail (cli, error);

  text = say_of_unit (said, unit);
  answer = json_object_new ();
  json_object_set_string_member (answer, "reason", reason);
  return hs_cli_done_to_unit (cli, unit, text, answer);
}
