/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/jobs.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

/**
 * hs_cli_verify:
 * @cli: a call with an open session
 *
 * Checks the journal of the catalog: every hash, every link, the head.
 *
 * Returns: 0 if it is whole, 1 if not; both have been said
 */
int
hs_cli_verify (HsCli *cli)
{
  HsVerifyReport report = { 0 };
  g_autoptr (GError) error = NULL;
  JsonObject *object;
  gboolean whole;

  if (!hs_catalog_verify (hs_session_get_catalog (cli->session), &report, &error))
    return hs_cli_fail (cli, error);

  whole = report.problem == NULL;
  if (whole)
    hs_cli_print (cli,
                  ngettext ("The journal is whole: %" G_GUINT64_FORMAT " entries in %u chain.",
                            "The journal is whole: %" G_GUINT64_FORMAT " entries in %u chains.",
                            report.n_chains),
                  report.n_entries,
                  report.n_chains);
  else
    hs_cli_print (cli,
                  _ ("Entry %" G_GINT64_FORMAT " of chain %s: %s"),
                  report.problem_n,
                  report.problem_chain,
                  report.problem);

  object = json_object_new ();
  json_object_set_boolean_member (object, "ok", whole);
  json_object_set_int_member (object, "entries", report.n_entries);
  json_object_set_int_member (object, "chains", report.n_chains);
  hs_json_set_string (object, "problem", report.problem);
  hs_json_set_string (object, "problem_chain", report.problem_chain);
  json_object_set_int_member (object, "problem_n", report.problem_n);
  hs_cli_answer (cli, object);
  hs_verify_report_clear (&report);
  return whole ? HS_EXIT_DONE : HS_EXIT_NOT_ALL;
}
