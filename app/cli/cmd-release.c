/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/bundle.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/release-json.h"
#include "app/cli/release-options.h"
#include "app/run-json.h"
#include "store/catalog-numbers.h"

#include <glib/gi18n-lib.h>

#define MAX_LISTED 10000

typedef struct {
  HsCli *cli;
  HsCatalog *catalog; /* borrowed, from the session */
  HsReleaseOptions recipe;
  char *reason;
  char *key;
  char *lease;
  char *replace;
  gboolean for_ide;
  char **argv; /* behind the verb; NULL-terminated */
} Call;

/* --- helpers of the verbs --- */

static HsRelease *
find_release (Call *call, const char *typed, GError **error)
{
  g_autofree char *id = hs_catalog_resolve_release (call->catalog, typed, error);

  return id != NULL ? hs_catalog_get_release (call->catalog, id, error) : NULL;
}

/* The id of @typed; (transfer full). */
static char *
find (Call *call, const char *typed, GError **error)
{
  return hs_catalog_resolve_release (call->catalog, typed, error);
}

static int
fail (Call *call, const GError *error)
{
  return hs_cli_fail (call->cli, error);
}

static int
answer_id (Call *call, const char *id)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "release", id);
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

/* Says which draft it is and what stands against locking it. */
static int
answer_draft (Call *call, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRelease) draft = hs_catalog_get_release (call->catalog, id, &error);
  g_autoptr (HsRecipe) recipe =
      draft != NULL ? hs_recipe_parse (hs_release_get_recipe (draft), &error) : NULL;
  g_autoptr (GPtrArray) findings =
      recipe != NULL ? hs_release_examine (call->catalog, recipe, &error) : NULL;
  JsonObject *object;

  if (findings == NULL)
    return fail (call, error);

  hs_cli_print (call->cli, _ ("%s: draft of %s %s"), id, recipe->name, recipe->version);
  hs_cli_print_findings (call->cli, findings);
  if (hs_findings_allow_lock (findings))
    hs_cli_print (call->cli, _ ("  It can be locked: hotshoe release lock %.8s"), id);
  object = hs_release_to_json (call->catalog, draft, FALSE);
  json_object_set_string_member (object, "release", id);
  json_object_set_boolean_member (object, "lockable", hs_findings_allow_lock (findings));
  json_object_set_array_member (object, "findings", hs_release_findings_to_json (findings));
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

static int
save (Call *call, const char *id, HsRecipe *recipe)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *draft = NULL;

  if (!hs_release_options_apply (&call->recipe, call->catalog, recipe, &error))
    return fail (call, error);
  draft = hs_release_save_draft (call->catalog, id, recipe, &error);
  return draft != NULL ? answer_draft (call, draft) : fail (call, error);
}

/* --- verbs --- */

static int
create (Call *call)
{
  g_autoptr (HsRecipe) recipe = hs_recipe_new ();

  g_free (recipe->name);
  recipe->name = g_strdup (call->argv[0]);
  g_free (recipe->version);
  recipe->version = g_strdup (call->argv[1]);
  return save (call, NULL, recipe);
}

static int
edit (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRelease) draft = find_release (call, call->argv[0], &error);
  g_autoptr (HsRecipe) recipe =
      draft != NULL ? hs_recipe_parse (hs_release_get_recipe (draft), &error) : NULL;

  return recipe != NULL ? save (call, hs_release_get_id (draft), recipe) : fail (call, error);
}

static int
derive (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = find (call, call->argv[0], &error);
  g_autofree char *draft = id != NULL ? hs_release_derive (call->catalog, id, &error) : NULL;

  if (draft == NULL)
    return fail (call, error);
  call->argv[0] = draft;
  return edit (call);
}

static int
list (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) ids =
      hs_catalog_list_releases (call->catalog, call->argv[0], MAX_LISTED, NULL, &error);
  JsonObject *object;
  JsonArray *releases;

  if (ids == NULL)
    return fail (call, error);

  releases = json_array_new ();
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsRelease) release =
        hs_catalog_get_release (call->catalog, g_ptr_array_index (ids, i), NULL);

    if (release == NULL)
      continue;
    json_array_add_object_element (releases, hs_release_to_json (call->catalog, release, FALSE));
    hs_cli_print (call->cli,
                  "%.12s  %-10s %s %s",
                  hs_release_get_id (release),
                  hs_release_get_state (release),
                  hs_release_get_name (release),
                  hs_release_get_version (release));
  }
  if (ids->len == 0)
    hs_cli_print (call->cli,
                  call->argv[0] != NULL ? _ ("No release has that.")
                                        : _ ("No releases yet. hotshoe release create makes one."));

  object = json_object_new ();
  json_object_set_array_member (object, "releases", releases);
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

static int
show (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRelease) release = find_release (call, call->argv[0], &error);
  g_autoptr (HsRecipe) recipe = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  JsonObject *member, *object;

  if (release == NULL)
    return fail (call, error);

  member = hs_release_to_json (call->catalog, release, TRUE);
  hs_cli_print_release (call->cli, call->catalog, release);
  if (g_strcmp0 (hs_release_get_state (release), "draft") == 0) {
    recipe = hs_recipe_parse (hs_release_get_recipe (release), NULL);
    findings = recipe != NULL ? hs_release_examine (call->catalog, recipe, NULL) : NULL;
  }
  if (findings != NULL) {
    hs_cli_print_findings (call->cli, findings);
    json_object_set_boolean_member (member, "lockable", hs_findings_allow_lock (findings));
    json_object_set_array_member (member, "findings", hs_release_findings_to_json (findings));
  }
  object = json_object_new ();
  json_object_set_object_member (object, "release", member);
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

/* A counter or a list gives out numbers only from leases; a bench that locked the release takes
 * all of them with its first run, if nobody has a lease by then. */
static void
hint_lease (Call *call, const char *id)
{
  g_autoptr (HsRelease) release = hs_catalog_get_release (call->catalog, id, NULL);
  g_autoptr (HsRecipe) recipe =
      release != NULL ? hs_recipe_parse (hs_release_get_recipe (release), NULL) : NULL;
  g_autoptr (GPtrArray) known = NULL;

  if (recipe == NULL || (recipe->rule != HS_NUMBER_COUNTER && recipe->rule != HS_NUMBER_LIST) ||
      hs_catalog_count_numbers_left (call->catalog, recipe->series) > 0)
    return;

  known = hs_catalog_list_leases (call->catalog, recipe->series, NULL);
  if (known != NULL && known->len == 0)
    hs_cli_print (call->cli,
                  _ ("  Its first run takes all its product numbers for this bench. To take only "
                     "some: hotshoe release lease %.12s FIRST LAST"),
                  id);
  else
    hs_cli_print (call->cli,
                  _ ("  This bench has no product numbers left for it: hotshoe release lease %.12s "
                     "FIRST LAST"),
                  id);
}

static int
lock (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *draft = find (call, call->argv[0], &error);
  g_autofree char *id = draft != NULL ? hs_release_lock (call->catalog, draft, &error) : NULL;

  if (id == NULL)
    return fail (call, error);
  hs_cli_print (call->cli, _ ("%s is locked."), id);
  hint_lease (call, id);
  return answer_id (call, id);
}

static int
sign (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = find (call, call->argv[0], &error);

  if (id == NULL || !hs_release_sign (call->catalog, id, call->key, &error))
    return fail (call, error);
  hs_cli_print (call->cli, _ ("%s is signed."), id);
  return answer_id (call, id);
}

static int
withdraw (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRelease) release = find_release (call, call->argv[0], &error);
  guint n;

  if (release == NULL ||
      !hs_release_withdraw (call->catalog, hs_release_get_id (release), call->reason, &error))
    return fail (call, error);

  n = hs_release_get_n_units (release);
  hs_cli_print (call->cli, _ ("%s is withdrawn."), hs_release_get_id (release));
  if (n > 0)
    hs_cli_print (call->cli, ngettext ("  %u unit carries it.", "  %u units carry it.", n), n);
  return answer_id (call, hs_release_get_id (release));
}

static int
drop (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = find (call, call->argv[0], &error);

  if (id == NULL || !hs_release_drop_draft (call->catalog, id, &error))
    return fail (call, error);
  hs_cli_print (call->cli, _ ("The draft is thrown away."));
  return answer_id (call, id);
}

/* "FIRST-LAST", or two words. */
static gboolean
take_range (const char *first, const char *last, gint64 *from, gint64 *to, GError **error)
{
  guint64 a = 0, b = 0;

  if (g_ascii_string_to_unsigned (first, 10, 0, G_MAXINT64, &a, NULL) && last != NULL &&
      g_ascii_string_to_unsigned (last, 10, 0, G_MAXINT64, &b, NULL) && a <= b && b > 0) {
    *from = a;
    *to = b;
    return TRUE;
  }
  g_set_error_literal (
      error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("a range of numbers is FIRST and LAST"));
  return FALSE;
}

static gboolean
take_lease_option (Call *call, gint64 *first, gint64 *last, GError **error)
{
  g_auto (GStrv) ends = NULL;

  if (call->lease == NULL)
    return TRUE;
  ends = g_strsplit (call->lease, "-", 2);
  return take_range (
      ends[0] != NULL ? ends[0] : "", ends[0] != NULL ? ends[1] : NULL, first, last, error);
}

static int export(Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = find (call, call->argv[0], &error);
  g_autoptr (GFile) target = g_file_new_for_commandline_arg (call->argv[1]);
  gint64 first = 0, last = 0;
  gboolean done;

  if (id == NULL || !take_lease_option (call, &first, &last, &error))
    return fail (call, error);
  if (call->for_ide && call->lease != NULL)
    return hs_cli_fail_usage (call->cli, _ ("--lease and --for-ide exclude each other"));

  done = call->for_ide ? hs_bundle_export_for_ide (call->catalog, id, target, &error)
                       : hs_bundle_export (call->catalog, id, target, first, last, &error);
  if (!done)
    return fail (call, error);
  hs_cli_print (call->cli, _ ("%.12s is in %s"), id, call->argv[1]);
  return answer_id (call, id);
}

static int
import (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) source = g_file_new_for_commandline_arg (call->argv[0]);
  gboolean existing = FALSE;
  g_autofree char *id = hs_bundle_import (call->catalog, source, &existing, &error);
  g_autoptr (HsRelease) release =
      id != NULL ? hs_catalog_get_release (call->catalog, id, &error) : NULL;
  JsonObject *object;

  if (release == NULL)
    return fail (call, error);

  hs_cli_print (call->cli,
                existing ? _ ("%.12s: %s %s was in the catalog already")
                         : _ ("%.12s: %s %s is in the catalog now"),
                id,
                hs_release_get_name (release),
                hs_release_get_version (release));
  if (!hs_release_is_trusted (release))
    hs_cli_print (call->cli, _ ("  No key that this bench trusts has signed it."));
  object = hs_release_to_json (call->catalog, release, FALSE);
  json_object_set_string_member (object, "release", id);
  json_object_set_boolean_member (object, "existing", existing);
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

/* --- product numbers --- */

static HsRecipe *
find_recipe (Call *call, char **id, GError **error)
{
  g_autoptr (HsRelease) release = find_release (call, call->argv[0], error);

  if (release == NULL)
    return NULL;
  *id = g_strdup (hs_release_get_id (release));
  return hs_recipe_parse (hs_release_get_recipe (release), error);
}

static int
answer_leases (Call *call, const char *series)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) leases = hs_catalog_list_leases (call->catalog, series, &error);
  guint64 left = hs_catalog_count_numbers_left (call->catalog, series);
  JsonObject *object;

  if (leases == NULL)
    return fail (call, error);

  hs_cli_print (call->cli, _ ("Series %s: %lu numbers left here"), series, (gulong) left);
  hs_cli_print_leases (call->cli, leases);
  object = json_object_new ();
  json_object_set_string_member (object, "series", series);
  json_object_set_int_member (object, "left", left);
  json_object_set_array_member (object, "leases", hs_leases_to_json (leases));
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

static gboolean
check_range (const HsRecipe *recipe, gint64 first, gint64 last, GError **error)
{
  g_autofree char *range = NULL;

  if (recipe->rule != HS_NUMBER_COUNTER && recipe->rule != HS_NUMBER_LIST) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_USAGE,
                         _ ("this release neither counts nor has a list of numbers"));
    return FALSE;
  }
  if (first >= recipe->first && last <= recipe->last)
    return TRUE;
  range = g_strdup_printf ("%" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, recipe->first, recipe->last);
  g_set_error (
      error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("the release has the numbers %s only"), range);
  return FALSE;
}

static int
lease (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autoptr (HsRecipe) recipe = find_recipe (call, &id, &error);
  gint64 first = 0, last = 0;

  if (recipe == NULL || !take_range (call->argv[1], call->argv[2], &first, &last, &error) ||
      !check_range (recipe, first, last, &error) ||
      !hs_catalog_take_lease (
          call->catalog, recipe->series, first, last, id, call->replace, NULL, &error))
    return fail (call, error);
  return answer_leases (call, recipe->series);
}

static int
leases (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autoptr (HsRecipe) recipe = find_recipe (call, &id, &error);

  return recipe != NULL ? answer_leases (call, recipe->series) : fail (call, error);
}

static int
free_number (Call *call)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autoptr (HsRecipe) recipe = find_recipe (call, &id, &error);
  g_autofree char *unit = NULL;

  if (recipe == NULL)
    return fail (call, error);
  if (call->reason == NULL || *call->reason == '\0')
    return hs_cli_fail_usage (call->cli, _ ("--reason says why the number is free again"));

  unit = hs_catalog_find_number (call->catalog, recipe->series, call->argv[1], &error);
  if (unit == NULL && error == NULL)
    g_set_error (&error,
                 HS_STORE_ERROR,
                 HS_STORE_ERROR_NOT_FOUND,
                 _ ("No unit has the number %s."),
                 call->argv[1]);
  if (unit == NULL || !hs_catalog_free_number (
                          call->catalog, unit, recipe->series, call->argv[1], call->reason, &error))
    return fail (call, error);
  hs_cli_print (call->cli, _ ("%s is free again."), call->argv[1]);
  return answer_id (call, id);
}

/* --- the command --- */

static const struct {
  const char *name;
  int least, most; /* arguments behind the verb */
  gboolean reads;
  int (*run) (Call *call);
} verbs[] = {
  { "create", 2, 2, FALSE, create }, { "edit", 1, 1, FALSE, edit },
  { "derive", 1, 1, FALSE, derive }, { "list", 0, 1, TRUE, list },
  { "show", 1, 1, TRUE, show },      { "lock", 1, 1, FALSE, lock },
  { "sign", 1, 1, FALSE, sign },     { "withdraw", 1, 1, FALSE, withdraw },
  { "drop", 1, 1, FALSE, drop },     { "export", 2, 2, FALSE, export },
  { "import", 1, 1, FALSE, import }, { "lease", 3, 3, FALSE, lease },
  { "leases", 1, 1, TRUE, leases },  { "free", 2, 2, FALSE, free_number },
};

static int
run_verb (Call *call, int argc, char **argv)
{
  int status;

  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (verbs); i++) {
    if (!g_str_equal (verbs[i].name, argv[1]) || argc - 2 < verbs[i].least ||
        argc - 2 > verbs[i].most)
      continue;
    if (!hs_cli_open (call->cli, verbs[i].reads, &status))
      return status;
    call->catalog = hs_session_get_catalog (call->cli->session);
    call->argv = argv + 2;
    return verbs[i].run (call);
  }
  return hs_cli_fail_usage (call->cli, _ ("usage: hotshoe release %s"), hs_command_release.usage);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Call call = { .cli = cli };
  HsReleaseOptions *recipe = &call.recipe;
  const GOptionEntry entries[] = {
    { "new-name", 0, 0, G_OPTION_ARG_STRING, &recipe->new_name, NULL, NULL },
    { "new-version", 0, 0, G_OPTION_ARG_STRING, &recipe->new_version, NULL, NULL },
    { "build", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipe->builds, NULL, NULL },
    { "role", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipe->roles, NULL, NULL },
    { "drop-board", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipe->drop_boards, NULL, NULL },
    { "erase-filesystem", 0, 0, G_OPTION_ARG_NONE, &recipe->erase, NULL, NULL },
    { "keep-filesystem", 0, 0, G_OPTION_ARG_NONE, &recipe->keep, NULL, NULL },
    { "confirm", 0, 0, G_OPTION_ARG_STRING, &recipe->confirm, NULL, NULL },
    { "allow-unproven", 0, 0, G_OPTION_ARG_NONE, &recipe->allow_unproven, NULL, NULL },
    { "refuse-unproven", 0, 0, G_OPTION_ARG_NONE, &recipe->refuse_unproven, NULL, NULL },
    { "serial", 0, 0, G_OPTION_ARG_STRING, &recipe->serial, NULL, NULL },
    { "series", 0, 0, G_OPTION_ARG_STRING, &recipe->series, NULL, NULL },
    { "file", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipe->files, NULL, NULL },
    { "drop-file", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipe->drop_files, NULL, NULL },
    { "reason", 0, 0, G_OPTION_ARG_STRING_ARRAY, &recipe->reasons, NULL, NULL },
    { "notes", 0, 0, G_OPTION_ARG_STRING, &recipe->notes, NULL, NULL },
    { "key", 0, 0, G_OPTION_ARG_STRING, &call.key, NULL, NULL },
    { "lease", 0, 0, G_OPTION_ARG_STRING, &call.lease, NULL, NULL },
    { "replace", 0, 0, G_OPTION_ARG_STRING, &call.replace, NULL, NULL },
    { "for-ide", 0, 0, G_OPTION_ARG_NONE, &call.for_ide, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_release, entries, NULL, &argc, &argv, &status)) {
    call.reason = recipe->reasons != NULL ? recipe->reasons[0] : NULL;
    status = run_verb (&call, argc, argv);
  }
  hs_release_options_clear (recipe);
  g_free (call.key);
  g_free (call.lease);
  g_free (call.replace);
  return status;
}

const HsCommand hs_command_release = {
  .name = "release",
  .summary = N_ ("Make, lock, sign, withdraw, export and import releases"),
  .usage = "create NAME VERSION --build ID… [OPTION…] | edit DRAFT [OPTION…] | derive REL "
           "[OPTION…] | list [QUERY] | show REL | lock DRAFT | sign REL [--key NAME] | "
           "withdraw REL --reason TEXT | drop DRAFT | export REL FILE [--lease FIRST-LAST] | "
           "export REL DIR --for-ide | import FILE | lease REL FIRST LAST [--replace REASON] | "
           "leases REL | free REL NUMBER --reason TEXT",
  .help =
      N_ ("REL is a name, NAME@VERSION, or any beginning of the id that fits only one.\n\n"
          "What create, edit and derive take:\n"
          "  --build ID            this build for its board; once for each board\n"
          "  --role ROLE           only this of the build, once for each; default: all it has\n"
          "  --drop-board BOARD    leave the board out again\n"
          "  --erase-filesystem    re-format the camera's drive; --keep-filesystem: not\n"
          "  --confirm HOW         number (default), text, usb or none: see hotshoe flash --help\n"
          "  --allow-unproven      what can't be read back counts as done, never as passed;\n"
          "                        --refuse-unproven: not\n"
          "  --serial RULE         counter:PREFIX:DIGITS[:FIRST-LAST], list:FILE, scan[:PREFIX],\n"
          "                        chip or none\n"
          "  --series NAME         product numbers are unique within; default: the release's name\n"
          "  --file SPEC           a file for each unit's drive: PATH=template:TEXT, PATH=@FILE,\n"
          "                        PATH=folder:NAME[/FILE] or PATH=command:NAME; --drop-file PATH\n"
          "  --reason CODE=TEXT    why a finding is all right\n"
          "  --notes TEXT          for people\n"
          "  --new-name NAME, --new-version VERSION\n"
          "                        call the draft so"),
  .max_arguments = 4,
  .run = run,
};
