/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tables.h"
#include "app/cli/unit-json.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

#define MAX_LISTED 100000

static JsonObject *
describe (HsEntry *entry)
{
  JsonObject *object = json_object_new ();
  g_autofree char *time = hs_time_to_text (hs_entry_get_time (entry));

  json_object_set_string_member (object, "chain", hs_entry_get_chain (entry));
  json_object_set_int_member (object, "n", hs_entry_get_n (entry));
  json_object_set_string_member (object, "id", hs_entry_get_id (entry));
  hs_json_set_string (object, "time", time);
  hs_json_set_string (object, "bench", hs_entry_get_bench (entry));
  hs_json_set_string (object, "operator", hs_entry_get_operator (entry));
  json_object_set_string_member (object, "kind", hs_entry_get_kind (entry));
  json_object_set_string_member (object, "subject", hs_entry_get_subject (entry));
  /* The very text that was hashed, not the object it stands for. */
  json_object_set_string_member (object, "payload", hs_entry_get_payload (entry));
  json_object_set_string_member (object, "hash", hs_entry_get_hash (entry));
  hs_json_set_string (object, "previous", hs_entry_get_previous (entry));
  return object;
}

static int
list (HsCli *cli, const char *query)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  HsJournalFilter filter = { .query = query };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rows = hs_catalog_list_journal (catalog, &filter, MAX_LISTED, NULL, &error);
  JsonObject *object;
  JsonArray *entries;

  if (rows == NULL)
    return hs_cli_fail (cli, error);

  entries = json_array_new ();
  for (guint i = 0; i < rows->len; i++) {
    g_autoptr (HsEntry) entry =
        hs_catalog_get_entry (catalog, g_array_index (rows, gint64, i), NULL);
    g_autofree char *time = NULL;

    if (entry == NULL)
      continue;
    time = hs_time_to_text (hs_entry_get_time (entry));
    json_array_add_object_element (entries, describe (entry));
    hs_cli_print (cli,
                  "%6" G_GINT64_FORMAT " %s %.8s %-18s %s",
                  hs_entry_get_n (entry),
                  time,
                  hs_entry_get_hash (entry),
                  hs_entry_get_kind (entry),
                  hs_entry_get_subject (entry));
  }
  if (rows->len == 0)
    hs_cli_print (cli, _ ("No entry has that."));

  object = json_object_new ();
  json_object_set_array_member (object, "journal", entries);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
answer_count (HsCli *cli, const char *name, guint64 n)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, name, n);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int
export_segments (HsCli *cli, const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (folder);
  g_autoptr (GError) error = NULL;
  guint64 n = 0;

  if (!hs_catalog_export (hs_session_get_catalog (cli->session), file, &n, &error))
    return hs_cli_fail (cli, error);
  hs_cli_print (cli, _ ("%" G_GUINT64_FORMAT " entries are in %s"), n, folder);
  return answer_count (cli, "entries", n);
}

static int
import_segments (HsCli *cli, const char *folder)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (folder);
  g_autoptr (GError) error = NULL;
  guint64 n = 0;

  if (!hs_catalog_import (hs_session_get_catalog (cli->session), file, &n, &error))
    return hs_cli_fail (cli, error);
  hs_cli_print (cli, _ ("%" G_GUINT64_FORMAT " entries were new"), n);
  return answer_count (cli, "new", n);
}

static gboolean
write_entries (HsCli *cli,
               gconstpointer data,
               HsTableFormat format,
               GOutputStream *stream,
               GError **error)
{
  const HsJournalFilter filter = { .query = data };

  return hs_table_export_journal (
      hs_session_get_catalog (cli->session), &filter, format, stream, NULL, error);
}

/* "export" and "import" without a folder are slips, not something to look for. */
static gboolean
is_understood (int argc, char **argv)
{
  gboolean moves = argc > 1 && (g_str_equal (argv[1], "export") || g_str_equal (argv[1], "import"));

  return argc < 2 || moves == (argc == 3);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autofree char *csv = NULL;
  g_autofree char *checkpoints = NULL;
  const GOptionEntry entries[] = {
    { "checkpoints", 0, 0, G_OPTION_ARG_FILENAME, &checkpoints, NULL, NULL },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &csv, NULL, NULL },
    { NULL },
  };
  gboolean verifies;
  int status;

  if (!hs_cli_parse (cli, &hs_command_journal, entries, NULL, &argc, &argv, &status))
    return status;
  verifies = argc == 2 && g_str_equal (argv[1], "verify");
  if (!is_understood (argc, argv) || (csv != NULL && argc > 2) ||
      (checkpoints != NULL && !verifies))
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe journal %s"), hs_command_journal.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  if (csv != NULL)
    return hs_cli_write_table (cli, csv, write_entries, argc > 1 ? argv[1] : NULL);
  if (verifies)
    return hs_cli_verify (cli, FALSE, checkpoints);
  if (argc == 3)
    return g_str_equal (argv[1], "export") ? export_segments (cli, argv[2])
                                           : import_segments (cli, argv[2]);
  return list (cli, argc > 1 ? argv[1] : NULL);
}

const HsCommand hs_command_journal = {
  .name = "journal",
  .summary = N_ ("List what happened; check, export and import the journal"),
  .usage = "[QUERY] [--csv FILE] | verify [--checkpoints DIR] | export DIR | import DIR",
  .help =
      N_ ("  QUERY                 entries with that in their kind, subject or text\n"
          "  --csv FILE            those as a table; FILE.json: as JSON; - is standard output\n"
          "  verify                check every hash and every link\n"
          "  --checkpoints DIR     and what was written there by catalog checkpoint\n"
          "  export DIR            write all entries and the files they name, to keep or to merge\n"
          "  import DIR            take in what another bench exported"),
  .max_arguments = 2,
  .run = run,
};
