/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/build-words.h"

#include "app/explain.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_LOOKED_AT 50 /* builds of a board, for one to compare with */

/* --- as JSON --- */

static JsonArray *
hints_to_json (GPtrArray *hints)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; hints != NULL && i < hints->len; i++) {
    const HsBuildHint *hint = g_ptr_array_index (hints, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "what", hint->what);
    json_object_set_int_member (object, "bytes", hint->bytes);
    json_object_set_string_member (object, "how", hint->how);
    json_object_set_string_member (object, "where", hint->where);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonObject *
problem_to_json (const HsBuildProblem *problem)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "code", problem->code);
  json_object_set_string_member (object, "title", problem->title);
  json_object_set_string_member (object, "text", problem->text);
  hs_json_set_string (object, "command", problem->command);
  hs_json_set_string (object, "region", problem->region);
  json_object_set_int_member (object, "over", problem->over);
  json_object_set_int_member (object, "line", problem->line);
  json_object_set_array_member (object, "hints", hints_to_json (problem->hints));
  return object;
}

static JsonArray *
memory_to_json (GPtrArray *memory)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; memory != NULL && i < memory->len; i++) {
    const HsMemoryUse *use = g_ptr_array_index (memory, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "elf", use->elf);
    json_object_set_string_member (object, "region", use->region);
    json_object_set_int_member (object, "used", use->used);
    json_object_set_int_member (object, "length", use->length);
    json_array_add_object_element (array, object);
  }
  return array;
}

static const char *
state_name (HsBuildState state)
{
  static const char *const names[] = { "waiting", "running", "stopping",
                                       "done",    "failed",  "cancelled" };

  return names[state];
}

/* What `build --json` says of one target; (transfer full). */
JsonObject *
hs_cli_build_to_json (HsBuildRun *run)
{
  JsonObject *object = json_object_new ();
  HsBuild *build = hs_build_run_get_build (run);
  const HsBuildProblem *problem = hs_build_run_get_problem (run);
  const char *const *differing = hs_build_run_get_differing (run);
  JsonArray *files = json_array_new ();

  json_object_set_string_member (object, "target", hs_build_run_get_request (run)->target);
  json_object_set_string_member (object, "state", state_name (hs_build_run_get_state (run)));
  json_object_set_double_member (object, "seconds", hs_build_run_get_seconds (run));
  json_object_set_int_member (object, "steps", hs_build_run_get_steps (run));
  hs_json_set_string (object, "build", build != NULL ? hs_build_get_id (build) : NULL);
  hs_json_set_string (object, "name", build != NULL ? hs_build_get_name (build) : NULL);
  hs_json_set_string (object, "version", build != NULL ? hs_build_get_version (build) : NULL);
  hs_json_set_string (object, "repeated", hs_build_run_get_repeated (run));
  for (guint i = 0; differing != NULL && differing[i] != NULL; i++)
    json_array_add_string_element (files, differing[i]);
  json_object_set_array_member (object, "differing", files);
  json_object_set_array_member (object, "memory", memory_to_json (hs_build_run_get_memory (run)));
  if (problem != NULL)
    json_object_set_object_member (object, "problem", problem_to_json (problem));
  return object;
}

/* --- for people --- */

static JsonArray *
dup_memory_of (HsBuild *build)
{
  g_autoptr (JsonNode) node = hs_build_get_details (build) != NULL
                                  ? json_from_string (hs_build_get_details (build), NULL)
                                  : NULL;
  JsonNode *memory = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                         ? json_object_get_member (json_node_get_object (node), "memory")
                         : NULL;

  return memory != NULL && JSON_NODE_HOLDS_ARRAY (memory)
             ? json_array_ref (json_node_get_array (memory))
             : NULL;
}

/* The table of the build before this one, of the same board; (nullable) (transfer full). */
static JsonArray *
find_memory_before (HsCatalog *catalog, const char *target, HsBuild *own)
{
  g_autoptr (GPtrArray) ids = hs_catalog_list_builds (catalog, target, MOST_LOOKED_AT, NULL, NULL);

  for (guint i = 0; ids != NULL && i < ids->len; i++) {
    const char *id = g_ptr_array_index (ids, i);
    g_autoptr (HsBuild) build = hs_catalog_get_build (catalog, id, NULL);
    g_autoptr (JsonArray) memory = NULL;

    if (build == NULL || g_strcmp0 (hs_build_get_board (build), target) != 0 ||
        (own != NULL && strcmp (id, hs_build_get_id (own)) == 0))
      continue;
    memory = dup_memory_of (build);
    if (memory != NULL)
      return g_steal_pointer (&memory);
  }
  return NULL;
}

/* "+1.2 KB", "−40 B"; "" where nothing was, or nothing changed. (transfer full) */
static char *
describe_delta (JsonArray *before, const HsMemoryUse *use)
{
  for (guint i = 0; before != NULL && i < json_array_get_length (before); i++) {
    JsonNode *element = json_array_get_element (before, i);
    JsonObject *row = JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
    g_autofree char *size = NULL;
    gint64 delta;

    if (row == NULL ||
        g_strcmp0 (json_object_get_string_member_with_default (row, "elf", NULL), use->elf) != 0 ||
        g_strcmp0 (json_object_get_string_member_with_default (row, "region", NULL), use->region) !=
            0)
      continue;
    delta = (gint64) use->used - json_object_get_int_member_with_default (row, "used", 0);
    size = hs_format_size (ABS (delta));
    return delta == 0 ? g_strdup ("") : g_strconcat (delta < 0 ? "−" : "+", size, NULL);
  }
  return g_strdup ("");
}

static void
print_memory (HsCli *cli, HsBuildRun *run)
{
  GPtrArray *memory = hs_build_run_get_memory (run);
  g_autoptr (JsonArray) before = find_memory_before (hs_session_get_catalog (cli->session),
                                                     hs_build_run_get_request (run)->target,
                                                     hs_build_run_get_build (run));

  for (guint i = 0; memory != NULL && i < memory->len; i++) {
    const HsMemoryUse *use = g_ptr_array_index (memory, i);
    g_autofree char *used = hs_format_size (use->used);
    g_autofree char *length = hs_format_size (use->length);
    g_autofree char *delta = describe_delta (before, use);

    hs_cli_print (cli,
                  /* Translators: ELF, region, used of length, percent, difference in bytes */
                  _ ("  %-16s %-12s %10s of %-10s %5.1f %%  %s"),
                  use->elf,
                  use->region,
                  used,
                  length,
                  use->length > 0 ? 100.0 * use->used / use->length : 0.0,
                  delta);
  }
}

/* Where the log says more, and how to get it if it is gone. */
static void
print_place (HsCli *cli, HsBuildRun *run, gboolean log_kept)
{
  const HsBuildProblem *problem = hs_build_run_get_problem (run);
  guint line = problem->line;

  if (line > 0 && log_kept)
    hs_cli_print (cli, _ ("  Line %u of the log"), line);
  else if (line > 0)
    hs_cli_print (cli, _ ("  Line %u of the log (--log FILE keeps it)"), line);
  else if (!log_kept && problem->command == NULL &&
           hs_build_log_get_n_lines (hs_build_run_get_log (run)) > 0)
    hs_cli_print (cli, _ ("  The log was not kept (--log FILE keeps it)"));
}

static void
print_problem (HsCli *cli, HsBuildRun *run, gboolean log_kept)
{
  const HsBuildProblem *problem = hs_build_run_get_problem (run);

  hs_cli_print (cli, "%s: %s", hs_build_run_get_request (run)->target, problem->title);
  hs_cli_print (cli, "  %s", problem->text);
  if (problem->command != NULL)
    hs_cli_print (cli, _ ("  In the tree's folder:  %s"), problem->command);
  for (guint i = 0; i < problem->hints->len; i++) {
    const HsBuildHint *hint = g_ptr_array_index (problem->hints, i);
    g_autofree char *size = hs_format_size (hint->bytes);

    hs_cli_print (cli, "  %10s  %s  %s", size, hint->what, hint->how);
  }
  print_place (cli, run, log_kept);
}

static void
print_repeated (HsCli *cli, HsBuildRun *run)
{
  const char *repeated = hs_build_run_get_repeated (run);
  const char *const *differing = hs_build_run_get_differing (run);
  g_autofree char *files = differing != NULL ? g_strjoinv (", ", (char **) differing) : NULL;

  if (g_strcmp0 (repeated, "equal") == 0)
    hs_cli_print (cli, _ ("  The same inputs were built before: equal, byte for byte"));
  else if (files != NULL)
    hs_cli_print (cli, _ ("  The same inputs were built before; this differs: %s"), files);
}

/* What became of one target. */
void
hs_cli_print_build (HsCli *cli, HsBuildRun *run, gboolean log_kept)
{
  const char *target = hs_build_run_get_request (run)->target;
  const char *name = hs_build_run_get_request (run)->name;
  HsBuild *build = hs_build_run_get_build (run);

  if (hs_build_run_get_state (run) == HS_BUILD_CANCELLED) {
    hs_cli_print (cli, _ ("%s: cancelled; nothing was taken into the catalog"), target);
    return;
  }
  if (hs_build_run_get_problem (run) != NULL) {
    print_problem (cli, run, log_kept);
    return;
  }

  hs_cli_print (cli,
                _ ("%s: built in %.0f seconds, %u steps"),
                target,
                hs_build_run_get_seconds (run),
                hs_build_run_get_steps (run));
  print_memory (cli, run);
  print_repeated (cli, run);
  if (hs_build_run_get_not_imported (run) != NULL)
    hs_cli_print (cli, "  %s", hs_build_run_get_not_imported (run));
  if (build != NULL)
    hs_cli_print (cli,
                  _ ("%.12s: %s for %s is in the catalog"),
                  hs_build_get_id (build),
                  hs_build_get_name (build),
                  hs_build_get_board (build));
  if (build != NULL && name != NULL && g_strcmp0 (name, hs_build_get_name (build)) != 0)
    hs_cli_print (cli, _ ("  It was there before and keeps that name, not “%s”"), name);
}
