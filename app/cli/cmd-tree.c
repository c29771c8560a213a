/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tree-edits.h"
#include "app/cli/tree-json.h"
#include "app/run-json.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  HsCli *cli;
  char *target;
  char *sdk;
  char *branch;
  char **words; /* behind the verb */
  guint n;
} Call;

static int
fail (Call *call, GError *error)
{
  int status = hs_cli_fail (call->cli, error);

  g_error_free (error);
  return status;
}

static int
fail_usage (Call *call)
{
  return hs_cli_fail_usage (call->cli, _ ("usage: hotshoe tree %s"), hs_command_tree.usage);
}

/* What was taken back is said, whatever is asked. */
static gboolean
recover (Call *call, const char *root, GError **error)
{
  guint n = 0;

  if (!hs_tree_edits_recover (root, &n, error))
    return FALSE;
  if (n > 0 && !call->cli->json && !call->cli->events)
    g_printerr ("%s\n",
                _ ("A change of this tree that broke off was taken back; the files are again as "
                   "they were."));
  hs_cli_warn_moved (call->cli, root);
  return TRUE;
}

/* The folder that was typed, else the tree around here, else the only one that was added. */
static HsTree *
open_tree (Call *call, const char *folder, GError **error)
{
  g_autofree char *guess = folder == NULL ? hs_trees_guess () : g_strdup (folder);
  g_autofree char *root = NULL;

  if (guess == NULL) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_NO_TREE,
                         _ ("There is no firmware tree around this folder, and none was added, or "
                            "more than one."));
    return NULL;
  }
  root = hs_tree_find_root (guess);
  if (root != NULL && !recover (call, root, error))
    return NULL;
  return hs_tree_new (guess, NULL, error);
}

/* --- show --- */

static int
show (Call *call, const char *folder)
{
  GError *error = NULL;
  g_autoptr (HsTree) tree = open_tree (call, folder, &error);
  g_autoptr (GPtrArray) needs =
      tree != NULL ? hs_sdk_check (tree, call->target, call->sdk, &error) : NULL;
  g_autoptr (GPtrArray) edits =
      needs != NULL ? hs_tree_edits_list (hs_tree_get_root (tree), &error) : NULL;
  JsonObject *object;
  guint n = 0;

  if (edits == NULL)
    return fail (call, error);

  hs_cli_print_tree (call->cli, tree, call->target);
  hs_cli_print_needs (call->cli, needs);
  for (guint i = 0; i < edits->len; i++)
    n += !((const HsTreeEditRecord *) g_ptr_array_index (edits, i))->undone;
  if (n > 0)
    hs_cli_print (call->cli,
                  ngettext ("\nHotshoe changed this tree %u time; hotshoe tree edits lists that.",
                            "\nHotshoe changed this tree %u times; hotshoe tree edits lists them.",
                            n),
                  n);
  object = json_object_new ();
  json_object_set_object_member (object, "tree", hs_tree_to_json (tree));
  json_object_set_array_member (object, "needs", hs_tree_needs_to_json (needs));
  json_object_set_array_member (object, "edits", hs_tree_edits_to_json (edits));
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

/* --- the list --- */

static int
list (Call *call)
{
  g_auto (GStrv) roots = hs_trees_list ();
  JsonObject *object = json_object_new ();
  JsonArray *trees = json_array_new ();

  for (guint i = 0; roots[i] != NULL; i++) {
    g_autofree char *found = hs_tree_find_root (roots[i]);
    JsonObject *tree = json_object_new ();

    json_object_set_string_member (tree, "root", roots[i]);
    json_object_set_boolean_member (tree, "there", found != NULL);
    json_array_add_object_element (trees, tree);
    hs_cli_print (
        call->cli, "%s%s", roots[i], found != NULL ? "" : _ ("  (no firmware tree any more)"));
  }
  if (roots[0] == NULL)
    hs_cli_print (call->cli,
                  _ ("No firmware tree yet. hotshoe tree add DIR adds one, hotshoe tree clone URL "
                     "DIR gets one."));
  json_object_set_array_member (object, "trees", trees);
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

static int
answer_root (Call *call, const char *root, const char *text)
{
  JsonObject *object = json_object_new ();

  g_settings_sync ();
  hs_cli_print (call->cli, "%s", text);
  json_object_set_string_member (object, "root", root);
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

static int
add (Call *call)
{
  GError *error = NULL;
  g_autoptr (HsTree) tree = open_tree (call, call->words[0], &error);
  g_autofree char *text = NULL;

  if (tree == NULL || !hs_trees_can_change (&error))
    return fail (call, error);
  hs_trees_add (hs_tree_get_root (tree));
  text = g_strdup_printf (_ ("Added %s."), hs_tree_get_root (tree));
  return answer_root (call, hs_tree_get_root (tree), text);
}

/* From the list; also what is no tree any more. */
static int
forget (Call *call)
{
  g_autofree char *path = g_canonicalize_filename (call->words[0], NULL);
  g_autofree char *root = hs_tree_find_root (path);
  g_autofree char *text = NULL;
  g_auto (GStrv) roots = hs_trees_list ();
  const char *found = root != NULL ? root : path;
  GError *error = NULL;

  if (!hs_trees_can_change (&error))
    return fail (call, error);
  if (!g_strv_contains ((const char *const *) roots, found))
    return fail (call,
                 g_error_new (HS_APP_ERROR,
                              HS_APP_ERROR_NO_TREE,
                              _ ("%s is not in the list of firmware trees."),
                              found));
  hs_trees_remove (found);
  text = g_strdup_printf (_ ("%s is no longer in the list. Its files were not touched."), found);
  return answer_root (call, found, text);
}

/* --- clone --- */

typedef struct {
  Call *call;
  GCancellable *cancellable;
  GError *error;
  gboolean done;
  int percent; /* that was said last */
  char *phase; /* the same */
} Cloning;

/* On the worker's thread; the main one prints nothing meanwhile. */
static void
progress_cb (double fraction, const char *phase, gpointer user_data)
{
  Cloning *self = user_data;
  int percent = fraction < 0 ? -1 : (int) (fraction * 100);
  gboolean fresh = g_strcmp0 (phase, self->phase) != 0;

  if (percent == self->percent && !fresh)
    return;
  self->percent = percent;
  g_free (self->phase);
  self->phase = g_strdup (phase);
  if (self->call->cli->events) {
    g_autoptr (JsonObject) event = json_object_new ();
    g_autofree char *text = NULL;

    json_object_set_string_member (event, "event", "progress");
    json_object_set_string_member (event, "phase", phase);
    if (percent >= 0)
      json_object_set_double_member (event, "fraction", fraction);
    text = hs_json_object_to_text (event);
    g_print ("%s\n", text);
  } else if (fresh) {
    hs_cli_print (self->call->cli, percent >= 0 ? "%s (%d %%)" : "%s", phase, percent);
  }
}

static void
clone_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Cloning *self = data;
  GError *error = NULL;

  if (hs_tree_clone (self->call->words[0],
                     self->call->branch,
                     self->call->words[1],
                     progress_cb,
                     self,
                     cancellable,
                     &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
cloned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Cloning *self = user_data;

  g_task_propagate_boolean (G_TASK (result), &self->error);
  self->done = TRUE;
}

static gboolean
interrupt_cb (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_CONTINUE;
}

static gboolean
is_done (gpointer data)
{
  return ((Cloning *) data)->done;
}

static int
clone_tree (Call *call)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Cloning cloning = { .call = call, .cancellable = cancellable, .percent = -2 };
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, cloned_cb, &cloning);
  guint sigint = g_unix_signal_add (SIGINT, interrupt_cb, cancellable);
  guint sigterm = g_unix_signal_add (SIGTERM, interrupt_cb, cancellable);

  g_task_set_task_data (task, &cloning, NULL);
  g_task_run_in_thread (task, clone_thread);
  hs_session_run_until (NULL, is_done, &cloning);
  g_source_remove (sigint);
  g_source_remove (sigterm);
  g_free (cloning.phase);
  if (cloning.error != NULL)
    return fail (call, cloning.error);

  call->words++;
  return add (call);
}

/* --- what Hotshoe wrote --- */

static int
edits (Call *call)
{
  GError *error = NULL;
  g_autoptr (HsTree) tree = open_tree (call, call->words[0], &error);
  g_autoptr (GPtrArray) found =
      tree != NULL ? hs_tree_edits_list (hs_tree_get_root (tree), &error) : NULL;
  JsonObject *object;

  if (found == NULL)
    return fail (call, error);
  hs_cli_print_edits (call->cli, found);
  object = json_object_new ();
  json_object_set_array_member (object, "edits", hs_tree_edits_to_json (found));
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

/* By any beginning of its id that no other has. (transfer full) */
static char *
find_edit (const char *root, const char *typed, GError **error)
{
  g_autoptr (GPtrArray) list = hs_tree_edits_list (root, error);
  const char *found = NULL;
  guint n = 0;

  if (list == NULL)
    return NULL;
  for (guint i = 0; i < list->len; i++) {
    const HsTreeEditRecord *edit = g_ptr_array_index (list, i);

    if (typed[0] == '\0' || !g_str_has_prefix (edit->id, typed))
      continue;
    found = edit->id;
    n++;
  }
  if (n == 1)
    return g_strdup (found);
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_USAGE,
               n == 0 ? _ ("There is no edit “%s” of this tree. hotshoe tree edits lists them.")
                      : _ ("“%s” is the beginning of several edits. Type more of it."),
               typed);
  return NULL;
}

static int
diff (Call *call)
{
  GError *error = NULL;
  g_autoptr (HsTree) tree = open_tree (call, call->words[1], &error);
  const char *root = tree != NULL ? hs_tree_get_root (tree) : NULL;
  g_autofree char *id = root != NULL ? find_edit (root, call->words[0], &error) : NULL;
  g_autofree char *text = id != NULL ? hs_tree_edits_dup_diff (root, id, &error) : NULL;
  JsonObject *object;

  if (text == NULL)
    return fail (call, error);
  object = json_object_new ();
  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "diff", text);
  hs_cli_print (call->cli, "%s", g_strchomp (text));
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

static int
undo (Call *call)
{
  GError *error = NULL;
  g_autoptr (HsTree) tree = open_tree (call, call->words[1], &error);
  const char *root = tree != NULL ? hs_tree_get_root (tree) : NULL;
  g_autofree char *id = root != NULL ? find_edit (root, call->words[0], &error) : NULL;
  JsonObject *object;

  if (id == NULL || !hs_tree_edits_undo (root, id, &error))
    return fail (call, error);
  hs_cli_print (call->cli, _ ("Undone: every file of it is again as it was."));
  object = json_object_new ();
  json_object_set_string_member (object, "id", id);
  hs_cli_answer (call->cli, object);
  return HS_EXIT_DONE;
}

/* --- which verb --- */

static int
run_verb (Call *call, const char *verb)
{
  const struct {
    const char *name;
    guint least, most; /* words behind it */
    int (*run) (Call *call);
  } verbs[] = {
    { "add", 1, 1, add },          { "forget", 1, 1, forget }, { "list", 0, 0, list },
    { "clone", 2, 2, clone_tree }, { "edits", 0, 1, edits },   { "diff", 1, 2, diff },
    { "undo", 1, 2, undo },
  };

  for (guint i = 0; verb != NULL && i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verb, verbs[i].name)) {
      if (call->n < verbs[i].least || call->n > verbs[i].most)
        return fail_usage (call);
      return verbs[i].run (call);
    }
  return call->n == 0 ? show (call, verb) : fail_usage (call);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  Call call = { .cli = cli };
  const GOptionEntry entries[] = {
    { "target", 0, 0, G_OPTION_ARG_STRING, &call.target, NULL, NULL },
    { "sdk", 0, 0, G_OPTION_ARG_FILENAME, &call.sdk, NULL, NULL },
    { "branch", 0, 0, G_OPTION_ARG_STRING, &call.branch, NULL, NULL },
    { NULL },
  };
  int status;

  if (hs_cli_parse (cli, &hs_command_tree, entries, NULL, &argc, &argv, &status)) {
    call.words = argc > 1 ? argv + 2 : argv + argc;
    call.n = argc > 2 ? argc - 2 : 0;
    status = run_verb (&call, argc > 1 ? argv[1] : NULL);
  }
  g_free (call.target);
  g_free (call.sdk);
  g_free (call.branch);
  return status;
}

const HsCommand hs_command_tree = {
  .name = "tree",
  .summary = N_ ("Look at a firmware tree: boards, limits, what a build needs"),
  .usage = "[DIR] | list | add DIR | forget DIR | clone URL DIR | edits [DIR] | diff ID [DIR] | "
           "undo ID [DIR]",
  .help = N_ ("Without DIR: the tree around the current folder, else the only one that was added.\n"
              "  --target BOARD        this board only, with all its partitions and memories\n"
              "  --sdk DIR             the OpenMV SDK is there\n"
              "  add DIR               remember a checkout of openmv/openmv\n"
              "  forget DIR            take it from the list; its files stay\n"
              "  clone URL DIR         get one, with submodules, and remember it\n"
              "    --branch NAME       this branch or tag\n"
              "  edits, diff, undo     what Hotshoe wrote into it, and back again"),
  .max_arguments = 3,
  .run = run,
};
