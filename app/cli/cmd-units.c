/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tables.h"
#include "app/cli/unit-json.h"
#include "flash/board.h"
#include "store/catalog-releases.h"

#include <glib/gi18n-lib.h>

#define MAX_LISTED 100000
#define MAX_TOLD   50 /* rejected lines that people are shown */

/* The options; fields belong to the option parser. */
typedef struct {
  char **states;
  char **boards;
  char *release;
  gboolean changed;
  gboolean mixed;
  gboolean csv;
  gboolean preview;
  int limit;
  char *release_id;
} Options;

static void
options_clear (Options *self)
{
  g_strfreev (self->states);
  g_strfreev (self->boards);
  g_free (self->release);
  g_free (self->release_id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
fail_option (GError **error, const char *option, const char *value)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_USAGE,
               _ ("“%s” is nothing that %s knows. See hotshoe units --help"),
               value,
               option);
  return FALSE;
}

/* A slip of the pen must not look like "no such units". */
static gboolean
check_options (Options *options, HsCatalog *catalog, GError **error)
{
  static const char *const states[] = { "bench", "ready", "shipped", "returned", "scrapped", NULL };

  for (guint i = 0; options->states != NULL && options->states[i] != NULL; i++)
    if (!g_strv_contains (states, options->states[i]))
      return fail_option (error, "--state", options->states[i]);
  for (guint i = 0; options->boards != NULL && options->boards[i] != NULL; i++)
    if (hs_board_by_id (options->boards[i]) == NULL)
      return fail_option (error, "--board", options->boards[i]);
  if (options->release != NULL)
    options->release_id = hs_catalog_resolve_release (catalog, options->release, error);
  return options->release == NULL || options->release_id != NULL;
}

static HsUnitFilter
make_filter (const Options *options, const char *query)
{
  return (HsUnitFilter){
    .query = query,
    .states = (const char *const *) options->states,
    .boards = (const char *const *) options->boards,
    .release = options->release_id,
    .changed_outside = options->changed,
    .mixed = options->mixed,
  };
}

/* --- the list --- */

static void
print_line (HsCli *cli, HsUnit *unit)
{
  const HsContent *firmware = hs_unit_find_content (unit, "firmware");
  const char *serial = hs_unit_get_serial (unit);
  const char *label = hs_unit_get_label (unit);

  hs_cli_print (cli,
                "%-32s %-27s %-9s %-14s %-12s %s",
                hs_unit_get_id (unit),
                hs_unit_get_board (unit),
                hs_unit_get_state (unit),
                serial != NULL ? serial : "-",
                label != NULL ? label : "-",
                firmware != NULL && firmware->build_name != NULL ? firmware->build_name : "-");
}

static void
say_none (HsCli *cli, const HsUnitFilter *filter)
{
  gboolean asked = filter->query != NULL || filter->states != NULL || filter->boards != NULL ||
                   filter->release != NULL || filter->changed_outside || filter->mixed;

  hs_cli_print (cli,
                asked ? _ ("No unit has that. Serials are searched in every form.")
                      : _ ("No units yet: one appears when it is flashed for the first time."));
}

static int
list (HsCli *cli, const HsUnitFilter *filter, int limit)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autoptr (GError) error = NULL;
  guint total = 0;
  g_autoptr (GPtrArray) ids =
      hs_catalog_list_units_filtered (catalog, filter, limit, &total, &error);
  JsonObject *object;
  JsonArray *units;

  if (ids == NULL)
    return hs_cli_fail (cli, error);

  units = json_array_new ();
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsUnit) unit = hs_catalog_get_unit (catalog, g_ptr_array_index (ids, i), NULL);

    if (unit == NULL)
      continue;
    if (cli->json)
      json_array_add_object_element (units, hs_unit_to_json (catalog, unit, FALSE));
    print_line (cli, unit);
  }
  if (ids->len == 0)
    say_none (cli, filter);
  if (ids->len < total)
    hs_cli_print (cli, _ ("… and more: %u in all"), total);

  object = json_object_new ();
  json_object_set_array_member (object, "units", units);
  json_object_set_int_member (object, "total", total);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

/* --- tables --- */

static gboolean
write_units (HsCli *cli,
             gconstpointer data,
             HsTableFormat format,
             GOutputStream *stream,
             GError **error)
{
  return hs_table_export_units (
      hs_session_get_catalog (cli->session), data, format, stream, NULL, error);
}

static JsonObject *
report_to_json (const HsTableReport *report)
{
  JsonObject *object = json_object_new ();
  JsonArray *rejects = json_array_new ();
  JsonArray *ignored = json_array_new ();

  for (guint i = 0; i < report->rejects->len; i++) {
    const HsReject *reject = g_ptr_array_index (report->rejects, i);
    JsonObject *line = json_object_new ();

    json_object_set_int_member (line, "line", reject->line);
    json_object_set_string_member (line, "text", reject->text);
    json_object_set_string_member (line, "why", reject->why);
    json_array_add_object_element (rejects, line);
  }
  for (guint i = 0; i < report->ignored->len; i++)
    json_array_add_string_element (ignored, g_ptr_array_index (report->ignored, i));
  json_object_set_boolean_member (object, "ok", report->n_rejects == 0);
  json_object_set_int_member (object, "lines", report->n_lines);
  json_object_set_int_member (object, "new_units", report->n_new);
  json_object_set_int_member (object, "changes", report->n_changes);
  json_object_set_int_member (object, "same", report->n_same);
  json_object_set_int_member (object, "rejected", report->n_rejects);
  json_object_set_array_member (object, "rejects", rejects);
  json_object_set_array_member (object, "ignored_columns", ignored);
  return object;
}

static void
print_report (HsCli *cli, const HsTableReport *report, gboolean preview)
{
  g_autofree char *ignored = NULL;

  for (guint i = 0; i < MIN (report->rejects->len, MAX_TOLD); i++) {
    const HsReject *reject = g_ptr_array_index (report->rejects, i);

    hs_cli_print (cli, _ ("line %" G_GUINT64_FORMAT ": %s"), reject->line, reject->why);
    hs_cli_print (cli, "    %s", reject->text);
  }
  if (report->ignored->len > 0) {
    g_ptr_array_add (report->ignored, NULL);
    ignored = g_strjoinv (", ", (char **) report->ignored->pdata);
    g_ptr_array_set_size (report->ignored, report->ignored->len - 1);
    hs_cli_print (cli, _ ("Not taken from the file: %s"), ignored);
  }
  hs_cli_print (cli,
                preview ? _ ("%" G_GUINT64_FORMAT " lines: %" G_GUINT64_FORMAT
                             " new units, %" G_GUINT64_FORMAT " entries would be written, "
                             "%" G_GUINT64_FORMAT " lines say nothing new, %" G_GUINT64_FORMAT
                             " can't be taken. Nothing was written.")
                        : _ ("%" G_GUINT64_FORMAT " lines: %" G_GUINT64_FORMAT
                             " new units, %" G_GUINT64_FORMAT " entries were written, "
                             "%" G_GUINT64_FORMAT " lines say nothing new, %" G_GUINT64_FORMAT
                             " can't be taken."),
                report->n_lines,
                report->n_new,
                report->n_changes,
                report->n_same,
                report->n_rejects);
}

static int
import_units (HsCli *cli, const char *path, gboolean preview)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = hs_cli_open_input (path, &error);
  g_autoptr (HsTableReport) report = NULL;
  JsonObject *object;

  if (stream == NULL)
    return hs_cli_fail (cli, error);
  report =
      hs_table_import_units (hs_session_get_catalog (cli->session), stream, !preview, NULL, &error);
  if (report == NULL)
    return hs_cli_fail (cli, error);

  print_report (cli, report, preview);
  object = report_to_json (report);
  json_object_set_boolean_member (object, "preview", preview);
  hs_cli_answer (cli, object);
  return report->n_rejects == 0 ? HS_EXIT_DONE : HS_EXIT_NOT_ALL;
}

/* --- conflicts --- */

static const char *
explain_conflict (const char *kind)
{
  if (g_str_equal (kind, "number"))
    return _ ("several units have the product number");
  if (g_str_equal (kind, "lease"))
    return _ ("several benches hold the product numbers");
  if (g_str_equal (kind, "label"))
    return _ ("several units have the label");
  if (g_str_equal (kind, "shipped-twice"))
    return _ ("was shipped again without coming back:");
  if (g_str_equal (kind, "release-version"))
    return _ ("several releases have name and version");
  return kind;
}

static int
list_conflicts (HsCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) conflicts =
      hs_catalog_list_conflicts (hs_session_get_catalog (cli->session), &error);
  JsonObject *object;
  JsonArray *array;

  if (conflicts == NULL)
    return hs_cli_fail (cli, error);

  array = json_array_new ();
  for (guint i = 0; i < conflicts->len; i++) {
    const HsConflict *conflict = g_ptr_array_index (conflicts, i);
    JsonObject *line = json_object_new ();
    JsonArray *units = json_array_new ();

    hs_cli_print (cli, "%s %s", explain_conflict (conflict->kind), conflict->subject);
    for (guint n = 0; n < conflict->units->len; n++) {
      hs_cli_print (cli, "    %s", (char *) g_ptr_array_index (conflict->units, n));
      json_array_add_string_element (units, g_ptr_array_index (conflict->units, n));
    }
    json_object_set_string_member (line, "kind", conflict->kind);
    json_object_set_string_member (line, "subject", conflict->subject);
    json_object_set_array_member (line, "units", units);
    json_object_set_string_member (line, "entries", conflict->entries);
    json_array_add_object_element (array, line);
  }
  if (conflicts->len == 0)
    hs_cli_print (cli, _ ("No facts contradict each other."));
  object = json_object_new ();
  json_object_set_array_member (object, "conflicts", array);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

/* --- which of these --- */

static int
act (HsCli *cli, const Options *options, int argc, char **argv)
{
  const char *word = argc > 1 ? argv[1] : "";
  HsUnitFilter filter = make_filter (options, argc == 2 ? argv[1] : NULL);

  if (argc == 3 && g_str_equal (word, "export"))
    return hs_cli_write_table (cli, argv[2], write_units, &filter);
  if (argc == 3 && g_str_equal (word, "import"))
    return import_units (cli, argv[2], options->preview);
  if (argc == 2 && g_str_equal (word, "conflicts"))
    return list_conflicts (cli);
  if (options->csv)
    return hs_cli_write_table (cli, "-", write_units, &filter);
  return list (cli, &filter, options->limit);
}

/* "export" and "import" without a file are slips, not something to look for. */
static gboolean
is_understood (const Options *options, int argc, char **argv)
{
  gboolean moves = argc > 1 && (g_str_equal (argv[1], "export") || g_str_equal (argv[1], "import"));

  return (argc < 2 || moves == (argc == 3)) && options->limit >= 0 &&
         (!options->preview || (moves && g_str_equal (argv[1], "import")));
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_auto (Options) options = { .limit = MAX_LISTED };
  const GOptionEntry entries[] = {
    { "state", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.states, NULL, NULL },
    { "board", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.boards, NULL, NULL },
    { "release", 0, 0, G_OPTION_ARG_STRING, &options.release, NULL, NULL },
    { "changed", 0, 0, G_OPTION_ARG_NONE, &options.changed, NULL, NULL },
    { "mixed", 0, 0, G_OPTION_ARG_NONE, &options.mixed, NULL, NULL },
    { "csv", 0, 0, G_OPTION_ARG_NONE, &options.csv, NULL, NULL },
    { "preview", 0, 0, G_OPTION_ARG_NONE, &options.preview, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_INT, &options.limit, NULL, NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  int status;

  if (!hs_cli_parse (cli, &hs_command_units, entries, NULL, &argc, &argv, &status))
    return status;
  if (!is_understood (&options, argc, argv))
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe units %s"), hs_command_units.usage);
  if (!hs_cli_open (cli, TRUE, &status))
    return status;
  if (!check_options (&options, hs_session_get_catalog (cli->session), &error))
    return hs_cli_fail (cli, error);
  return act (cli, &options, argc, argv);
}

const HsCommand hs_command_units = {
  .name = "units",
  .summary = N_ ("Find units; take tables of them out and in"),
  .usage = "[QUERY] | export FILE | import FILE [--preview] | conflicts",
  .help =
      N_ ("  QUERY                 any part of a serial in any form, a product serial, a label,\n"
          "                        customer, order, note, or a build's name\n"
          "  --state STATE         only those: bench, ready, shipped, returned, scrapped\n"
          "  --board BOARD         only those of that board\n"
          "  --release RELEASE     only those that carry it\n"
          "  --changed             only those that were changed outside Hotshoe\n"
          "  --mixed               only those whose two cores hold different builds\n"
          "  --limit N             at most so many; 0: all\n"
          "  --csv                 the list as CSV\n"
          "  export FILE           a table, as CSV or (FILE.json) JSON; - is standard output\n"
          "  import FILE           take in units and shipments from CSV; --preview only says\n"
          "                        what would come of it\n"
          "  conflicts             facts that can't all be true"),
  .max_arguments = 2,
  .run = run,
};
