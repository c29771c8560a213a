/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tables.h"
#include "app/cli/unit-json.h"
#include "app/run-json.h"
#include "store/catalog-releases.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The options; fields belong to the option parser. */
typedef struct {
  char *build;
  char *release;
  char *digest;
  char *csv;
  int limit;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->build);
  g_free (self->release);
  g_free (self->digest);
  g_free (self->csv);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
write_rows (HsCli *cli,
            gconstpointer data,
            HsTableFormat format,
            GOutputStream *stream,
            GError **error)
{
  return hs_table_export_recall (
      hs_session_get_catalog (cli->session), data, format, stream, NULL, error);
}

static JsonObject *
describe (const HsRecallRow *row)
{
  JsonObject *object = json_object_new ();
  g_autofree char *since = hs_time_to_text (row->since);
  g_autofree char *until = hs_time_to_text (row->until);

  json_object_set_string_member (object, "unit", row->unit);
  json_object_set_string_member (object, "board", row->board);
  hs_json_set_string (object, "label", row->label);
  hs_json_set_string (object, "serial", row->serial);
  json_object_set_string_member (object, "state", row->state);
  json_object_set_string_member (object, "what", row->what);
  json_object_set_boolean_member (object, "now", row->now);
  json_object_set_boolean_member (object, "whole", !row->part);
  hs_json_set_string (object, "since", since);
  hs_json_set_string (object, "until", until);
  hs_json_set_string (object, "customer", row->party_name);
  hs_json_set_string (object, "order", row->order);
  hs_json_set_string (object, "date", row->date);
  return object;
}

static void
print_row (HsCli *cli, const HsRecallRow *row)
{
  g_autofree char *what =
      row->part ? g_strdup_printf (_ ("%s, not all"), row->what) : g_strdup (row->what);

  hs_cli_print (cli,
                "%-32s %-14s %-9s %-9s %-22s %s%s%s",
                row->unit,
                row->serial != NULL ? row->serial : "-",
                row->state,
                row->now ? _ ("now") : _ ("once"),
                what,
                row->party_name != NULL ? row->party_name : "-",
                row->date != NULL ? "  " : "",
                row->date != NULL ? row->date : "");
}

static int
show (HsCli *cli, const HsRecall *recall, guint limit)
{
  g_autoptr (GError) error = NULL;
  guint n_now = 0, n_ever = 0;
  g_autoptr (GPtrArray) rows = hs_catalog_recall (
      hs_session_get_catalog (cli->session), recall, limit, 0, &n_now, &n_ever, &error);
  JsonObject *object;
  JsonArray *array;

  if (rows == NULL)
    return hs_cli_fail (cli, error);

  array = json_array_new ();
  for (guint i = 0; i < rows->len; i++) {
    const HsRecallRow *row = g_ptr_array_index (rows, i);

    if (cli->json)
      json_array_add_object_element (array, describe (row));
    print_row (cli, row);
  }
  hs_cli_print (cli,
                ngettext ("%u unit carries it now, as last proven; %u ever did.",
                          "%u units carry it now, as last proven; %u ever did.",
                          n_now),
                n_now,
                n_ever);
  object = json_object_new ();
  json_object_set_int_member (object, "now", n_now);
  json_object_set_int_member (object, "ever", n_ever);
  json_object_set_array_member (object, "units", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static gboolean
is_digest (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdefABCDEF") == 64;
}

static void
replace (char **field, char *text)
{
  g_free (*field);
  *field = text;
}

/* Ids are made whole in place. */
static gboolean
resolve (Options *options, HsCatalog *catalog, GError **error)
{
  char *id;

  if (options->digest != NULL) {
    replace (&options->digest, g_ascii_strdown (options->digest, -1));
    return TRUE;
  }
  if (options->build != NULL) {
    id = hs_catalog_resolve_build (catalog, options->build, error);
    replace (&options->build, id);
    return id != NULL;
  }
  id = hs_catalog_resolve_release (catalog, options->release, error);
  replace (&options->release, id);
  return id != NULL;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_auto (Options) options = { NULL };
  const GOptionEntry entries[] = {
    { "build", 0, 0, G_OPTION_ARG_STRING, &options.build, NULL, NULL },
    { "release", 0, 0, G_OPTION_ARG_STRING, &options.release, NULL, NULL },
    { "digest", 0, 0, G_OPTION_ARG_STRING, &options.digest, NULL, NULL },
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &options.csv, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &options.limit, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  HsRecall recall;
  int status;

  if (!hs_cli_parse (cli, &hs_command_recall, entries, NULL, &argc, &argv, &status))
    return status;
  if ((options.build != NULL) + (options.release != NULL) + (options.digest != NULL) != 1 ||
      options.limit < 0)
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe recall %s"), hs_command_recall.usage);
  if (options.digest != NULL && !is_digest (options.digest))
    return hs_cli_fail_usage (cli, _ ("a digest has 64 hexadecimal digits"));
  if (!hs_cli_open (cli, TRUE, &status))
    return status;

  if (!resolve (&options, hs_session_get_catalog (cli->session), &error))
    return hs_cli_fail (cli, error);
  recall = (HsRecall){ options.build, options.release, options.digest };
  if (options.csv != NULL)
    return hs_cli_write_table (cli, options.csv, write_rows, &recall);
  return show (cli, &recall, options.limit);
}

const HsCommand hs_command_recall = {
  .name = "recall",
  .summary = N_ ("Which units carry something, ever did, and who has them"),
  .usage = "--build ID | --release NAME | --digest SHA256 [--csv FILE] [--limit N]",
  .help = N_ ("  --build ID            a build, by id, name or version\n"
              "  --release NAME        a release, as NAME, NAME@VERSION or id\n"
              "  --digest SHA256       an artifact's, or a bootloader's as it was read\n"
              "  --csv FILE            as a table; FILE.json: as JSON; - is standard output\n"
              "  --limit N             the first N units only\n"
              "Units that carry it now come first; “once”: they did."),
  .run = run,
};
