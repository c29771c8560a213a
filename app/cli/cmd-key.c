/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/keys.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

static int
answer_key (HsCli *cli, const char *key, const char *format)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "key", key);
  hs_cli_answer (cli, object);
  hs_cli_print (cli, "%s", format);
  hs_cli_print (cli, "%s", key);
  return HS_EXIT_DONE;
}

static int
create (HsCli *cli, HsCatalog *catalog, char **argv, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = hs_keys_create (catalog, argv[0], &error);

  return key != NULL ? answer_key (cli, key, _ ("The key is made, and trusted here:"))
                     : hs_cli_fail (cli, error);
}

static int
trust (HsCli *cli, HsCatalog *catalog, char **argv, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = hs_keys_trust (catalog, argv[0], argv[1], &error);

  return key != NULL ? answer_key (cli, key, _ ("This bench trusts the key now:"))
                     : hs_cli_fail (cli, error);
}

static int
distrust (HsCli *cli, HsCatalog *catalog, char **argv, const char *reason)
{
  g_autoptr (GError) error = NULL;

  if (!hs_keys_distrust (catalog, argv[0], reason, &error))
    return hs_cli_fail (cli, error);
  hs_cli_print (cli, _ ("This bench trusts the key no more."));
  hs_cli_answer (cli, json_object_new ());
  return HS_EXIT_DONE;
}

static JsonArray *
describe_keys (HsCli *cli, GPtrArray *keys)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < keys->len; i++) {
    const HsKey *key = g_ptr_array_index (keys, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "key", key->key);
    hs_json_set_string (object, "name", key->name);
    json_object_set_boolean_member (object, "trusted", key->trusted);
    json_array_add_object_element (array, object);
    hs_cli_print (cli,
                  "%s  %-12s %s",
                  key->key,
                  key->name != NULL ? key->name : "",
                  key->trusted ? _ ("trusted") : _ ("not trusted"));
  }
  return array;
}

static int
list (HsCli *cli, HsCatalog *catalog, char **argv, const char *reason)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = hs_catalog_list_keys (catalog, &error);
  g_auto (GStrv) secret = hs_keys_list_secret (catalog);
  gboolean required = hs_keys_get_required (catalog);
  JsonObject *object;
  JsonArray *names;

  if (keys == NULL)
    return hs_cli_fail (cli, error);

  object = json_object_new ();
  names = json_array_new ();
  json_object_set_array_member (object, "keys", describe_keys (cli, keys));
  if (keys->len == 0)
    hs_cli_print (cli, _ ("No keys yet. hotshoe key create NAME makes one."));
  for (char **name = secret; *name != NULL; name++) {
    json_array_add_string_element (names, *name);
    hs_cli_print (cli, _ ("This bench signs as %s."), *name);
  }
  if (required)
    hs_cli_print (cli, _ ("This bench flashes only releases that a trusted key has signed."));
  json_object_set_array_member (object, "secret", names);
  json_object_set_boolean_member (object, "required", required);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

static int export(HsCli *cli, HsCatalog *catalog, char **argv, const char *reason)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (argv[1]);
  g_autoptr (GError) error = NULL;

  if (!hs_keys_export (catalog, argv[0], file, &error))
    return hs_cli_fail (cli, error);
  hs_cli_print (cli, _ ("The public key is in %s"), argv[1]);
  hs_cli_answer (cli, json_object_new ());
  return HS_EXIT_DONE;
}

static int
require (HsCli *cli, HsCatalog *catalog, char **argv, const char *reason)
{
  gboolean required = g_str_equal (argv[0], "yes");
  g_autoptr (GError) error = NULL;
  JsonObject *object;

  if (!required && !g_str_equal (argv[0], "no"))
    return hs_cli_fail_usage (cli, _ ("key require takes “yes” or “no”"));
  if (!hs_keys_set_required (catalog, required, &error))
    return hs_cli_fail (cli, error);

  hs_cli_print (cli,
                required
                    ? _ ("This bench flashes only releases that a trusted key has signed, from now "
                         "on.")
                    : _ ("This bench flashes anything that fits, from now on."));
  object = json_object_new ();
  json_object_set_boolean_member (object, "required", required);
  hs_cli_answer (cli, object);
  return HS_EXIT_DONE;
}

/* argv as each verb gets it begins behind the verb and ends with NULL. */
static const struct {
  const char *name;
  int least, most;
  gboolean reads;
  int (*run) (HsCli *cli, HsCatalog *catalog, char **argv, const char *reason);
} verbs[] = {
  { "create", 1, 1, FALSE, create },     { "trust", 1, 2, FALSE, trust },
  { "distrust", 1, 1, FALSE, distrust }, { "list", 0, 0, TRUE, list },
  { "export", 2, 2, TRUE, export },      { "require", 1, 1, FALSE, require },
};

static int
run_verb (HsCli *cli, int argc, char **argv, const char *reason)
{
  int status;

  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (verbs); i++) {
    if (!g_str_equal (verbs[i].name, argv[1]) || argc - 2 < verbs[i].least ||
        argc - 2 > verbs[i].most)
      continue;
    if (!hs_cli_open (cli, verbs[i].reads, &status))
      return status;
    return verbs[i].run (cli, hs_session_get_catalog (cli->session), argv + 2, reason);
  }
  return hs_cli_fail_usage (cli, _ ("usage: hotshoe key %s"), hs_command_key.usage);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_autofree char *reason = NULL;
  const GOptionEntry entries[] = {
    { "reason", 0, 0, G_OPTION_ARG_STRING, &reason, NULL, NULL },
    { NULL },
  };
  int status;

  if (!hs_cli_parse (cli, &hs_command_key, entries, NULL, &argc, &argv, &status))
    return status;
  return run_verb (cli, argc, argv, reason);
}

const HsCommand hs_command_key = {
  .name = "key",
  .summary = N_ ("Make and trust the keys that sign releases"),
  .usage = "create NAME | trust KEY [NAME] | distrust KEY --reason TEXT | list | "
           "export NAME FILE | require yes|no",
  .help = N_ ("  create NAME           make a secret key beside the catalog, and trust it here\n"
              "  trust KEY [NAME]      a public key as 64 hex digits, or a file NAME.pub\n"
              "  distrust KEY          by name or digits; --reason says why\n"
              "  list                  what is known and trusted here\n"
              "  export NAME FILE      the public half, for other benches to trust\n"
              "  require yes|no        flash only releases that a trusted key has signed"),
  .max_arguments = 3,
  .run = run,
};
