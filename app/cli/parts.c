/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/doors.h"
#include "app/cli/jobs.h"
#include "app/explain.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

/* So many runs of units are told one by one. */
enum { MAX_RUNS = 12 };

gboolean
hs_cli_take_roles (char **names, guint64 *roles, GError **error)
{
  for (char **name = names; name != NULL && *name != NULL; name++) {
    HsRole role = hs_role_from_name (*name);

    if (role == HS_ROLE_NONE) {
      g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("there is no role “%s”"), *name);
      return FALSE;
    }
    *roles |= 1ull << role;
  }
  return TRUE;
}

/* (transfer full): by any beginning of its id, or its name. */
HsBuild *
hs_cli_find_build (HsCli *cli, const char *typed, GError **error)
{
  HsCatalog *catalog = hs_session_get_catalog (cli->session);
  g_autofree char *id = hs_catalog_resolve_build (catalog, typed, error);

  return id != NULL ? hs_catalog_get_build (catalog, id, error) : NULL;
}

static guint64
get_int (JsonObject *object, const char *name)
{
  return json_object_get_int_member (object, name);
}

/* Sectors count from 1, as in every sentence about them. */
static void
print_runs (HsCli *cli, HsJob *job, const HsJobPart *part)
{
  g_autoptr (JsonArray) runs = hs_part_differ_to_json (hs_job_get_board (job), part);
  guint n = json_array_get_length (runs);

  for (guint i = 0; i < MIN (n, MAX_RUNS); i++) {
    JsonObject *run = json_array_get_object_element (runs, i);
    guint first = get_int (run, "unit") + 1;
    guint last = first + get_int (run, "n") - 1;
    guint64 start = get_int (run, "address");
    guint64 end = start + get_int (run, "length") - 1;
    g_autofree char *range =
        first == last ? g_strdup_printf ("%u", first) : g_strdup_printf ("%u-%u", first, last);

    hs_cli_print (
        cli, "  %-12s 0x%08" G_GINT64_MODIFIER "X-0x%08" G_GINT64_MODIFIER "X", range, start, end);
  }
  if (n > MAX_RUNS)
    hs_cli_print (cli, _ ("  … and %u more places; --json lists them all"), n - MAX_RUNS);
}

static void
print_compared (HsCli *cli, HsJob *job, const HsJobPart *part)
{
  g_autofree char *share = hs_explain_share (part);

  if (part->n_units == 0)
    return;
  hs_cli_print (cli, "%s: %s", hs_job_get_slot_name (job), share);
  if (part->n_differ > 0)
    print_runs (cli, job, part);
}

static void
print_read (HsCli *cli, HsJob *job, const HsJobPart *part)
{
  g_autofree char *size = hs_format_bytes (part->length);

  if (part->sha256_read_back != NULL)
    hs_cli_print (cli,
                  "%s: %s, %s, SHA-256 %s",
                  hs_job_get_slot_name (job),
                  part->partition->name,
                  size,
                  part->sha256_read_back);
}

static char *
describe_would (const HsJobPart *part)
{
  const char *name = part->partition->name;
  g_autofree char *how = NULL;

  if (part->n_units == 0)
    return NULL;
  if (hs_role_is_filesystem (part->role) && part->n_units == 1 && part->n_differ == 0)
    return g_strdup_printf (_ ("%s is empty already"), name);
  if (hs_role_is_filesystem (part->role) && part->n_units == 1)
    return g_strdup_printf (_ ("%s would be erased; the camera formats it at its next start"),
                            name);
  if (part->n_differ == 0)
    return g_strdup_printf (_ ("%s holds that already, nothing would be written"), name);
  how = hs_estimate_dup_text (&part->expected, part->partition);
  /* Translators: a partition, and how much of it: "FIRMWARE: 3 of 13 sectors, about 5 s" */
  return g_strdup_printf (_ ("%s would be written: %s"), name, how);
}

static void
print_would (HsCli *cli, HsJob *job, const HsJobPart *part)
{
  g_autofree char *text = describe_would (part);

  if (text != NULL)
    hs_cli_print (cli, "%s: %s", hs_job_get_slot_name (job), text);
}

/**
 * hs_cli_print_parts:
 * @cli: a call
 * @job: a job that has ended
 *
 * Says what was found out about each partition by who came to read.
 */
void
hs_cli_print_parts (HsCli *cli, HsJob *job)
{
  static const struct {
    const char *what;
    void (*print) (HsCli *cli, HsJob *job, const HsJobPart *part);
  } printers[] = {
    { "compare", print_compared },
    { "read", print_read },
    { "dry-run", print_would },
  };

  if (g_str_equal (hs_job_get_what (job), "audit"))
    hs_cli_print_doors (cli, job);
  for (guint i = 0; i < G_N_ELEMENTS (printers); i++)
    for (guint n = 0;
         g_str_equal (printers[i].what, hs_job_get_what (job)) && n < hs_job_get_n_parts (job);
         n++)
      printers[i].print (cli, job, hs_job_get_part (job, n));
}
