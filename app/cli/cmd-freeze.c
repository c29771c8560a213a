/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/cli/tree-edits.h"
#include "app/explain.h"
#include "app/firmware/manifest.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>

/* What was typed. */
typedef struct {
  char *folder, *main, *boot, *core, *import;
  char **modules, **packages, **requires;
  gboolean thin, dry_run, closed;

  HsTree *tree;             /* owned */
  const HsTreeBoard *board; /* of it */
} Options;

static void
options_clear (Options *self)
{
  g_free (self->folder);
  g_free (self->main);
  g_free (self->boot);
  g_free (self->core);
  g_free (self->import);
  g_strfreev (self->modules);
  g_strfreev (self->packages);
  g_strfreev (self->requires);
  g_clear_object (&self->tree);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* --- what the image will contain --- */

/* With sizes, where there is a compiler; without one, a finding says so. */
static HsManifest *
resolve (Options *self, HsTreeEdit *edit, GError **error)
{
  g_autoptr (HsManifest) manifest =
      hs_manifest_resolve (self->tree, self->board->target, self->core, edit, NULL, error);
  g_autoptr (GError) missing = NULL;
  HsManifest *compiled;

  if (manifest == NULL)
    return NULL;
  compiled = hs_manifest_compile (manifest, self->tree, NULL, &missing);
  if (compiled != NULL)
    return compiled;
  if (g_error_matches (missing, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL))
    return g_steal_pointer (&manifest);
  g_propagate_error (error, g_steal_pointer (&missing));
  return NULL;
}

static gboolean
has_error (HsManifest *manifest)
{
  GPtrArray *findings = hs_manifest_get_findings (manifest);

  for (guint i = 0; i < findings->len; i++)
    if (((HsFinding *) g_ptr_array_index (findings, i))->level == HS_FINDING_ERROR)
      return TRUE;
  return FALSE;
}

static void
print_frozen (HsCli *cli, HsManifest *manifest)
{
  GPtrArray *frozen = hs_manifest_get_frozen (manifest);

  hs_cli_print (cli, "%8s  %-32s  %s", _ ("bytes"), _ ("frozen"), _ ("by"));
  for (guint i = 0; i < frozen->len; i++) {
    const HsFrozen *file = g_ptr_array_index (frozen, i);

    hs_cli_print (cli,
                  "%8" G_GUINT64_FORMAT "  %-32s  %s",
                  file->compiled > 0 ? file->compiled : file->size,
                  file->name,
                  file->by);
  }
}

/* What the linker takes of the big core's code; of the small one's it is not known. */
static guint64
room_of (Options *self, HsManifest *manifest)
{
  return g_strcmp0 (hs_manifest_get_core (manifest), "he") == 0 ? 0 : self->board->firmware_length;
}

static void
print_size (HsCli *cli, Options *self, HsManifest *manifest)
{
  guint64 limit = room_of (self, manifest);
  guint64 compiled = hs_manifest_get_compiled (manifest);
  guint n = hs_manifest_get_frozen (manifest)->len;
  g_autofree char *size = hs_format_bytes (compiled);
  g_autofree char *room = hs_format_bytes (limit);

  if (compiled == 0)
    hs_cli_print (cli, ngettext ("%u file is frozen.", "%u files are frozen.", n), n);
  else if (limit == 0)
    hs_cli_print (cli,
                  ngettext ("%u file is frozen, about %s of bytecode.",
                            "%u files are frozen, about %s of bytecode.",
                            n),
                  n,
                  size);
  else
    hs_cli_print (cli,
                  ngettext ("%u file is frozen, about %s of bytecode; all of the firmware has to "
                            "fit into %s.",
                            "%u files are frozen, about %s of bytecode; all of the firmware has to "
                            "fit into %s.",
                            n),
                  n,
                  size,
                  room);
}

static const char *
other_core (HsManifest *manifest)
{
  return g_str_equal (hs_manifest_get_core (manifest), "hp") ? "he" : "hp";
}

/* Of two cores only one is looked at: which, and how to see the other. */
static void
print_core (HsCli *cli, Options *self, HsManifest *manifest)
{
  const char *core = hs_manifest_get_core (manifest);

  if (core != NULL && self->core != NULL)
    hs_cli_print (cli, _ ("Core %s"), core);
  else if (core != NULL)
    hs_cli_print (cli, _ ("Core %s; the other: --core %s"), core, other_core (manifest));
}

static JsonObject *
manifest_answer (Options *self, HsManifest *manifest)
{
  JsonObject *object = hs_manifest_to_json (manifest);
  guint64 limit = room_of (self, manifest);

  if (limit > 0)
    json_object_set_int_member (object, "room", limit);
  else
    json_object_set_null_member (object, "room");
  json_object_set_boolean_member (object, "ok", !has_error (manifest));
  return object;
}

static int
finish (HsCli *cli, Options *self, HsManifest *manifest)
{
  print_size (cli, self, manifest);
  hs_cli_print_tree_findings (cli, hs_manifest_get_findings (manifest));
  return has_error (manifest) ? HS_EXIT_NOT_ALL : HS_EXIT_DONE;
}

/* --- freeze --- */

static int
freeze (HsCli *cli, Options *self)
{
  HsFreezeRequest request = { .target = self->board->target,
                              .main = self->main,
                              .boot = self->boot,
                              .modules = (const char *const *) self->modules,
                              .packages = (const char *const *) self->packages,
                              .requires = (const char *const *) self->requires,
                              .thin = self->thin };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (HsManifest) manifest = NULL;
  int status;

  if (self->main == NULL && self->boot == NULL && self->modules == NULL && self->packages == NULL &&
      self->requires == NULL)
    return hs_cli_fail_usage (cli, _ ("freeze needs what to freeze: --main FILE, for example"));
  edit = hs_freeze_plan (self->tree, &request, &error);
  manifest = edit != NULL ? resolve (self, edit, &error) : NULL;
  if (manifest == NULL)
    return hs_cli_fail (cli, error);
  status = hs_cli_finish_edit (cli, edit, self->dry_run, manifest_answer (self, manifest));
  if (status != HS_EXIT_DONE)
    return status;
  print_frozen (cli, manifest);
  return finish (cli, self, manifest);
}

/* --- show, check --- */

static void
print_contents (HsCli *cli, Options *self, HsManifest *manifest)
{
  if (hs_manifest_get_core (manifest) != NULL)
    hs_cli_print (cli, _ ("Core %s:"), hs_manifest_get_core (manifest));
  print_frozen (cli, manifest);
  print_size (cli, self, manifest);
}

/* What the other core's firmware has, unless only one was asked for. @other: (out) (nullable). */
static gboolean
resolve_other (Options *self, HsManifest *manifest, HsManifest **other, GError **error)
{
  Options options = *self;

  *other = NULL;
  if (self->core != NULL || hs_manifest_get_core (manifest) == NULL)
    return TRUE;
  options.core = (char *) other_core (manifest);
  *other = resolve (&options, NULL, error);
  return *other != NULL;
}

static void
print_list (HsCli *cli, const char *title, JsonObject *block, const char *name)
{
  JsonArray *array = json_object_get_array_member (block, name);

  for (guint i = 0; i < json_array_get_length (array); i++)
    hs_cli_print (cli, "%-10s %s", title, json_array_get_string_element (array, i));
}

static void
print_block (HsCli *cli, JsonObject *block)
{
  const char *main_file = json_object_get_string_member_with_default (block, "main", NULL);
  const char *boot = json_object_get_string_member_with_default (block, "boot", NULL);
  JsonArray *files = json_object_get_array_member (block, "files");

  hs_cli_print (cli,
                _ ("Frozen by Hotshoe (%s, line %d):"),
                json_object_get_string_member (block, "manifest"),
                (int) json_object_get_int_member (block, "line"));
  if (boot != NULL)
    hs_cli_print (cli, "%-10s %s", "boot.py", boot);
  if (main_file != NULL)
    hs_cli_print (cli, "%-10s %s", "main.py", main_file);
  print_list (cli, _ ("module"), block, "modules");
  print_list (cli, _ ("package"), block, "packages");
  print_list (cli, _ ("required"), block, "requires");
  for (guint i = 0; i < json_array_get_length (files); i++) {
    JsonObject *file = json_array_get_object_element (files, i);
    const char *state = json_object_get_string_member (file, "state");

    if (g_str_equal (state, "changed"))
      hs_cli_print (cli,
                    _ ("%s was changed since it was put there"),
                    json_object_get_string_member (file, "file"));
    else if (g_str_equal (state, "missing"))
      hs_cli_print (
          cli, _ ("%s is not there any more"), json_object_get_string_member (file, "file"));
  }
}

static int
show (HsCli *cli, Options *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) block = hs_freeze_read (self->tree, self->board->target, &error);
  g_autoptr (HsManifest) manifest = error == NULL ? resolve (self, NULL, &error) : NULL;
  g_autoptr (HsManifest) other = NULL;
  JsonObject *answer;

  if (manifest == NULL || !resolve_other (self, manifest, &other, &error))
    return hs_cli_fail (cli, error);
  if (block != NULL)
    print_block (cli, block);
  else
    hs_cli_print (cli, _ ("Nothing was frozen by Hotshoe for this board."));
  print_contents (cli, self, manifest);
  if (other != NULL)
    print_contents (cli, self, other);
  answer = manifest_answer (self, manifest);
  json_object_set_boolean_member (answer, "ok", TRUE);
  if (other != NULL)
    json_object_set_object_member (answer, "other", manifest_answer (self, other));
  if (block != NULL)
    json_object_set_object_member (answer, "block", g_steal_pointer (&block));
  else
    json_object_set_null_member (answer, "block");
  hs_cli_answer (cli, answer);
  return HS_EXIT_DONE;
}

static int
check (HsCli *cli, Options *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsManifest) manifest = resolve (self, NULL, &error);

  if (manifest == NULL)
    return hs_cli_fail (cli, error);
  print_core (cli, self, manifest);
  hs_cli_answer (cli, manifest_answer (self, manifest));
  return finish (cli, self, manifest);
}

/* --- boot, ready --- */

static JsonArray *
lines_to_json (GPtrArray *lines)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < lines->len; i++) {
    const HsBootLine *line = g_ptr_array_index (lines, i);
    JsonObject *object = json_object_new ();

    hs_json_set_string (object, "id", line->id);
    hs_json_set_string (object, "title", line->title);
    hs_json_set_string (object, "text", line->text);
    hs_json_set_string (object, "why", line->why);
    json_object_set_boolean_member (object, "ours", line->ours);
    json_array_add_object_element (array, object);
  }
  return array;
}

static int
boot (HsCli *cli, Options *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsManifest) manifest =
      hs_manifest_resolve (self->tree, self->board->target, self->core, NULL, NULL, &error);
  g_autoptr (GPtrArray) lines = NULL;
  JsonObject *answer;

  if (manifest == NULL)
    return hs_cli_fail (cli, error);
  print_core (cli, self, manifest);
  lines = self->import != NULL ? hs_boot_import (manifest, self->board, self->import)
                               : hs_boot_story (manifest, self->board);
  for (guint i = 0; i < lines->len; i++) {
    const HsBootLine *line = g_ptr_array_index (lines, i);

    hs_cli_print (cli, "%u. %s%s: %s", i + 1, line->title, line->ours ? " *" : "", line->text);
    if (line->why != NULL)
      hs_cli_print (cli, "   %s", line->why);
  }
  answer = json_object_new ();
  hs_json_set_string (answer, "target", self->board->target);
  json_object_set_array_member (answer, "lines", lines_to_json (lines));
  hs_cli_answer (cli, answer);
  return HS_EXIT_DONE;
}

static void
print_ready (HsCli *cli, const HsReady *ready)
{
  const char *const marks[] = { _ ("found"), _ ("NOT FOUND"), _ ("can’t tell"), _ ("not asked") };

  hs_cli_print (cli, "%-10s %s: %s", marks[ready->state], ready->title, ready->reason);
  if (ready->file != NULL)
    hs_cli_print (cli, "           %s:%u", ready->file, ready->line);
  if (ready->state == HS_READY_NOT_FOUND && ready->example != NULL) {
    g_auto (GStrv) lines = g_strsplit (ready->example, "\n", -1);

    for (guint i = 0; lines[i] != NULL; i++)
      hs_cli_print (cli, "             %s", lines[i]);
  }
}

static int
ready (HsCli *cli, Options *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsManifest) manifest =
      hs_manifest_resolve (self->tree, self->board->target, self->core, NULL, NULL, &error);
  g_autoptr (GPtrArray) found =
      manifest != NULL ? hs_readiness_check (manifest, self->tree, self->closed, NULL, &error)
                       : NULL;
  gboolean lacks = FALSE;
  JsonObject *answer;

  if (found == NULL)
    return hs_cli_fail (cli, error);
  print_core (cli, self, manifest);
  for (guint i = 0; i < found->len; i++) {
    const HsReady *line = g_ptr_array_index (found, i);

    print_ready (cli, line);
    lacks = lacks || line->state == HS_READY_NOT_FOUND;
  }
  answer = json_object_new ();
  hs_json_set_string (answer, "target", self->board->target);
  json_object_set_boolean_member (answer, "ok", !lacks);
  json_object_set_array_member (answer, "ready", hs_readiness_to_json (found));
  hs_cli_answer (cli, answer);
  return lacks ? HS_EXIT_NOT_ALL : HS_EXIT_DONE;
}

/* --- undo --- */

/* The last edit that changed this board's manifest, and stands. */
static char *
find_edit (Options *self, GError **error)
{
  const char *root = hs_tree_get_root (self->tree);
  g_autoptr (GPtrArray) edits = hs_tree_edits_list (root, error);
  g_autofree char *path = hs_tree_dup_path (self->tree, HS_TREE_FILE_MANIFEST, self->board->target);

  for (guint i = 0; edits != NULL && i < edits->len; i++) {
    const HsTreeEditRecord *record = g_ptr_array_index (edits, i);

    if (!record->undone &&
        g_strv_contains ((const char *const *) record->files, path + strlen (root) + 1))
      return g_strdup (record->id);
  }
  if (edits != NULL)
    g_set_error (error,
                 G_IO_ERROR,
                 G_IO_ERROR_NOT_FOUND,
                 _ ("Hotshoe has changed nothing in the manifest of %s that could be taken back"),
                 self->board->target);
  return NULL;
}

static int
undo (HsCli *cli, Options *self)
{
  const char *root = hs_tree_get_root (self->tree);
  g_autoptr (GError) error = NULL;
  g_autofree char *id = find_edit (self, &error);
  g_autofree char *diff = NULL;
  JsonObject *answer;

  if (id == NULL)
    return hs_cli_fail (cli, error);
  diff = hs_tree_edits_dup_diff (root, id, NULL);
  if (!self->dry_run && !hs_tree_edits_undo (root, id, &error))
    return hs_cli_fail (cli, error);
  if (self->dry_run)
    hs_cli_print (cli, _ ("This would be taken back:\n%s"), diff != NULL ? diff : "");
  else
    hs_cli_print (cli, _ ("The files are as they were before."));
  answer = json_object_new ();
  hs_json_set_string (answer, "target", self->board->target);
  hs_json_set_string (answer, "edit", id);
  json_object_set_boolean_member (answer, "undone", !self->dry_run);
  hs_cli_answer (cli, answer);
  return HS_EXIT_DONE;
}

static int
run (HsCli *cli, int argc, char **argv)
{
  static const struct {
    const char *word;
    int (*run) (HsCli *cli, Options *self);
  } words[] = {
    { "show", show }, { "check", check }, { "boot", boot }, { "ready", ready }, { "undo", undo },
  };
  g_auto (Options) options = { NULL };
  const GOptionEntry entries[] = {
    { "tree", 0, 0, G_OPTION_ARG_FILENAME, &options.folder, NULL, NULL },
    { "main", 0, 0, G_OPTION_ARG_FILENAME, &options.main, NULL, NULL },
    { "boot", 0, 0, G_OPTION_ARG_FILENAME, &options.boot, NULL, NULL },
    { "module", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.modules, NULL, NULL },
    { "package", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.packages, NULL, NULL },
    { "require", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.requires, NULL, NULL },
    { "core", 0, 0, G_OPTION_ARG_STRING, &options.core, NULL, NULL },
    { "import", 0, 0, G_OPTION_ARG_STRING, &options.import, NULL, NULL },
    { "thin", 0, 0, G_OPTION_ARG_NONE, &options.thin, NULL, NULL },
    { "closed", 0, 0, G_OPTION_ARG_NONE, &options.closed, NULL, NULL },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, NULL, NULL },
    { NULL },
  };
  int (*action) (HsCli *, Options *) = freeze;
  const char *target;
  int status;

  if (!hs_cli_parse (cli, &hs_command_freeze, entries, NULL, &argc, &argv, &status))
    return status;
  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (argv[1], words[i].word))
      action = words[i].run;
  target = action == freeze ? argv[1] : argc > 2 ? argv[2] : NULL;
  if (argc < 2 || target == NULL || (action == freeze && argc > 2))
    return hs_cli_fail_usage (cli, _ ("usage: hotshoe freeze %s"), hs_command_freeze.usage);
  if (options.core != NULL && !g_str_equal (options.core, "hp") &&
      !g_str_equal (options.core, "he"))
    return hs_cli_fail_usage (cli, _ ("--core takes hp or he"));

  options.tree = hs_cli_open_tree (cli, options.folder, &status);
  if (options.tree == NULL)
    return status;
  options.board = hs_cli_find_target (cli, options.tree, target, &status);
  return options.board != NULL ? action (cli, &options) : status;
}

const HsCommand hs_command_freeze = {
  .name = "freeze",
  .summary = N_ ("Freeze an application into a firmware tree; look at what is frozen"),
  .usage = "TARGET [--main FILE] [--boot FILE] [--module FILE]… [--package DIR]… [--require NAME]… "
           "[--thin] [--dry-run] | show|check|boot|ready|undo TARGET [--tree DIR]",
  .help = N_ (
      "  --tree DIR            the firmware tree; default: around this folder\n"
      "  --main, --boot FILE   become the frozen main.py and boot.py\n"
      "  --module FILE         a single .py file that they import\n"
      "  --package DIR         a folder with __init__.py\n"
      "  --require NAME        a package of micropython-lib\n"
      "  --thin                main.py and modules go to ROMFS; a short frozen main.py starts "
      "them\n"
      "  --dry-run             only shows what would be written\n"
      "\n"
      "  show TARGET           what is frozen, by which line, how large\n"
      "  check TARGET          what is wrong with it\n"
      "  boot TARGET           what runs at boot; with --import NAME, which file that is\n"
      "  ready TARGET          what a shipped camera must have; --closed: also REPL and sys.path\n"
      "  undo TARGET           takes back the last freeze\n"
      "  --core hp|he          one of a board with two cores; default: hp, of show both"),
  .max_arguments = 2,
  .run = run,
};
