/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/tree-edits.h"

#include "app/app-error.h"
#include "app/cli/jobs.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

void
hs_cli_warn_moved (HsCli *cli, const char *root)
{
  g_autofree char *moved = hs_tree_edits_dup_moved (root);

  if (moved != NULL && !cli->json && !cli->events)
    g_printerr ("%s\n", moved);
}

HsTree *
hs_cli_open_tree (HsCli *cli, const char *folder, int *status)
{
  g_autofree char *guess = folder != NULL ? g_strdup (folder) : hs_trees_guess ();
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTree) tree = NULL;
  guint n = 0;

  if (guess == NULL) {
    *status = hs_cli_fail_usage (cli, _ ("name the firmware tree: --tree DIR"));
    return NULL;
  }
  tree = hs_tree_new (guess, NULL, &error);
  if (tree == NULL || !hs_tree_edits_recover (hs_tree_get_root (tree), &n, &error)) {
    *status = hs_cli_fail (cli, error);
    return NULL;
  }
  if (n > 0) {
    g_autoptr (HsTree) half = g_steal_pointer (&tree); /* read before its files were whole again */

    hs_cli_print (cli,
                  ngettext ("%u edit that broke off was taken back.",
                            "%u edits that broke off were taken back.",
                            n),
                  n);
    tree = hs_tree_new (hs_tree_get_root (half), NULL, &error);
    if (tree == NULL) {
      *status = hs_cli_fail (cli, error);
      return NULL;
    }
  }
  hs_cli_warn_moved (cli, hs_tree_get_root (tree));
  return g_steal_pointer (&tree);
}

const HsTreeBoard *
hs_cli_find_target (HsCli *cli, HsTree *tree, const char *target, int *status)
{
  const HsTreeBoard *board = hs_tree_find_board (tree, target);
  GPtrArray *boards = hs_tree_get_boards (tree);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (board != NULL)
    return board;
  for (guint i = 0; i < boards->len; i++)
    g_string_append_printf (
        names, "%s%s", i > 0 ? ", " : "", ((HsTreeBoard *) g_ptr_array_index (boards, i))->target);
  g_set_error (&error,
               HS_APP_ERROR,
               HS_APP_ERROR_NO_TREE,
               _ ("This tree has no board %s. It has %s."),
               target,
               names->str);
  *status = hs_cli_fail (cli, error);
  return NULL;
}

int
hs_cli_finish_edit (HsCli *cli, HsTreeEdit *edit, gboolean dry_run, JsonObject *object)
{
  g_autoptr (JsonObject) answer = object;
  g_autoptr (GError) error = NULL;
  g_autofree char *diff = hs_tree_edit_dup_diff (edit, &error);
  g_auto (GStrv) files = diff != NULL ? hs_tree_edit_dup_files (edit) : NULL;
  g_autofree char *id = NULL;
  gboolean empty = diff != NULL && hs_tree_edit_is_empty (edit);
  guint n = files != NULL ? g_strv_length (files) : 0;

  if (diff == NULL)
    return hs_cli_fail (cli, error);
  if (!empty)
    hs_cli_print (cli, "%s", diff);
  if (!dry_run && !empty && !hs_tree_edit_apply (edit, &id, &error))
    return hs_cli_fail (cli, error);

  if (empty)
    hs_cli_print (cli, _ ("Nothing changes."));
  else if (dry_run)
    hs_cli_print (cli, _ ("Nothing was written."));
  else
    hs_cli_print (cli,
                  ngettext ("%u file written. To take it back: hotshoe tree undo %s",
                            "%u files written. To take them back: hotshoe tree undo %s",
                            n),
                  n,
                  id);
  json_object_set_string_member (answer, "diff", diff);
  json_object_set_boolean_member (answer, "written", !dry_run && !empty);
  hs_json_set_string (answer, "edit", id);
  if (files != NULL) {
    JsonArray *array = json_array_new ();

    for (guint i = 0; i < n; i++)
      json_array_add_string_element (array, files[i]);
    json_object_set_array_member (answer, "files", array);
  }
  hs_cli_answer (cli, g_steal_pointer (&answer));
  return HS_EXIT_DONE;
}

/* --- one board --- */

#define MOST_OPTIONS 16

void
hs_cli_board_clear (HsCliBoard *self)
{
  g_free (self->folder);
  g_clear_object (&self->tree);
}

gboolean
hs_cli_board_parse (HsCliBoard *self,
                    HsCli *cli,
                    const HsCommand *command,
                    const GOptionEntry *own,
                    int argc,
                    char **argv,
                    int *status)
{
  GOptionEntry entries[MOST_OPTIONS + 1] = {
    { "tree", 0, 0, G_OPTION_ARG_FILENAME, &self->folder, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &self->dry_run, NULL, NULL },
  };

  for (guint n = 2; own->long_name != NULL; n++, own++) {
    g_assert (n < MOST_OPTIONS);
    entries[n] = *own;
  }
  if (!hs_cli_parse (cli, command, entries, NULL, &argc, &argv, status))
    return FALSE;
  if (argc < 2) {
    *status = hs_cli_fail_usage (cli, _ ("usage: hotshoe %s %s"), command->name, command->usage);
    return FALSE;
  }
  self->target = argv[1];
  self->tree = hs_cli_open_tree (cli, self->folder, status);
  return self->tree != NULL && hs_cli_find_target (cli, self->tree, self->target, status) != NULL;
}

int
hs_cli_board_finish (HsCliBoard *self, HsCli *cli, HsTreeEdit *edit, const GError *error)
{
  JsonObject *object;

  if (edit == NULL)
    return hs_cli_fail (cli, error);
  object = json_object_new ();
  json_object_set_string_member (object, "target", self->target);
  return hs_cli_finish_edit (cli, edit, self->dry_run, object);
}

/* --- findings --- */

static const char *const level_names[] = { "note", "warning", "error" };

JsonArray *
hs_cli_tree_findings_to_json (GPtrArray *findings)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < findings->len; i++) {
    const HsFinding *finding = g_ptr_array_index (findings, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "level", level_names[finding->level]);
    json_object_set_string_member (object, "code", finding->code);
    hs_json_set_string (object, "file", finding->file);
    if (finding->line > 0)
      json_object_set_int_member (object, "line", finding->line);
    json_object_set_string_member (object, "text", finding->text);
    hs_json_set_string (object, "action", finding->action);
    hs_json_set_string (object, "example", finding->example);
    json_array_add_object_element (array, object);
  }
  return array;
}

void
hs_cli_print_tree_findings (HsCli *cli, GPtrArray *findings)
{
  const char *const marks[] = { _ ("note"), _ ("warning"), _ ("ERROR") };

  for (guint i = 0; i < findings->len; i++) {
    const HsFinding *finding = g_ptr_array_index (findings, i);
    g_auto (GStrv) lines = g_strsplit (finding->example != NULL ? finding->example : "", "\n", -1);

    hs_cli_print (cli, "%-8s %s", marks[finding->level], finding->text);
    if (finding->file != NULL && finding->line > 0)
      hs_cli_print (cli, "         %s:%u", finding->file, finding->line);
    else if (finding->file != NULL)
      hs_cli_print (cli, "         %s", finding->file);
    if (finding->action != NULL)
      hs_cli_print (cli, "         → %s", finding->action);
    for (guint l = 0; lines[l] != NULL; l++)
      hs_cli_print (cli, "           %s", lines[l]);
  }
}
