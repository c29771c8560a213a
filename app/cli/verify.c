/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/jobs.h"
#include "app/run-json.h"
#include "store/catalog-care.h"

#include <glib/gi18n-lib.h>

static void
say_files (HsCli *cli, const HsVerifyReport *report)
{
  if (report->n_files > 0)
    hs_cli_print (cli,
                  ngettext ("%u stored file is what it was.",
                            "%u stored files are what they were.",
                            report->n_files),
                  report->n_files);
  if (report->n_missing > 0)
    hs_cli_print (cli,
                  ngettext ("%u file is not here: %s. Import its build again before flashing it.",
                            "%u files are not here, the first: %s. Import their builds again "
                            "before flashing them.",
                            report->n_missing),
                  report->n_missing,
                  report->missing);
}

static int
say (HsCli *cli, HsVerifyReport *report, const char *whole_text)
{
  gboolean whole = report->problem == NULL;
  JsonObject *object = json_object_new ();

  if (whole)
    hs_cli_print (cli, "%s", whole_text);
  else if (report->problem_chain != NULL)
    hs_cli_print (cli,
                  _ ("Entry %" G_GINT64_FORMAT " of chain %s: %s"),
                  report->problem_n,
                  report->problem_chain,
                  report->problem);
  else
    hs_cli_print (cli, "%s", report->problem);
  say_files (cli, report);

  json_object_set_boolean_member (object, "ok", whole);
  json_object_set_int_member (object, "entries", report->n_entries);
  json_object_set_int_member (object, "chains", report->n_chains);
  json_object_set_int_member (object, "files", report->n_files);
  json_object_set_int_member (object, "missing_files", report->n_missing);
  hs_json_set_string (object, "problem", report->problem);
  hs_json_set_string (object, "problem_chain", report->problem_chain);
  json_object_set_int_member (object, "problem_n", report->problem_n);
  hs_cli_answer (cli, object);
  hs_verify_report_clear (report);
  return whole ? HS_EXIT_DONE : HS_EXIT_NOT_ALL;
}

/**
 * hs_cli_verify:
 * @cli: a call with an open session
 * @deep: also the files, and every table beside the journal
 * @checkpoints: (nullable): a folder of checkpoints that the journal must still agree with
 *
 * Checks the journal of the catalog: every hash, every link, the head.
 *
 * Returns: 0 if it is whole, 1 if not; both have been said
 */
int
hs_cli_verify (HsCli *cli, gboolean deep, const char *checkpoints)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  HsVerifyReport report = { 0 };
  HsVerifyReport points = { 0 };
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  if (deep ? !hs_catalog_verify_deep (catalog, &report, &error)
           : !hs_catalog_verify (catalog, &report, &error))
    return hs_cli_fail (cli, error);
  if (checkpoints != NULL && report.problem == NULL) {
    folder = g_file_new_for_commandline_arg (checkpoints);
    if (!hs_catalog_check_checkpoints (catalog, folder, &points, &error)) {
      hs_verify_report_clear (&report);
      return hs_cli_fail (cli, error);
    }
    hs_cli_print (cli,
                  ngettext ("%" G_GUINT64_FORMAT " checkpoint of this catalog was compared.",
                            "%" G_GUINT64_FORMAT " checkpoints of this catalog were compared.",
                            points.n_entries),
                  points.n_entries);
    report.problem = g_steal_pointer (&points.problem);
    report.problem_chain = g_steal_pointer (&points.problem_chain);
    report.problem_n = points.problem_n;
  }

  text = g_strdup_printf (
      ngettext ("The journal is whole: %" G_GUINT64_FORMAT " entries in %u chain.",
                "The journal is whole: %" G_GUINT64_FORMAT " entries in %u chains.",
                report.n_chains),
      report.n_entries,
      report.n_chains);
  return say (cli, &report, text);
}
