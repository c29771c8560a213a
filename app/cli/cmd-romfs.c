/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/cli/commands.h"
#include "app/cli/jobs.h"
#include "app/explain.h"
#include "app/firmware/romfs-source.h"
#include "app/private-folder.h"
#include "app/run-json.h"
#include "app/saved-file.h"
#include "flash/image.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  HsSelection selection;
  char *output, *target, *tree, *sdk, *limit;
  char **align;
  int partition;
  gboolean compile, raw, force;

  HsTree *found_tree; /* owned; nullable */
  guint64 most;       /* --limit, or what the partition has; 0: not known */
  guint64 length;     /* of the image that was read, without what follows it */
} Options;

static void
options_clear (Options *self)
{
  hs_selection_clear (&self->selection);
  g_free (self->output);
  g_free (self->target);
  g_free (self->tree);
  g_free (self->sdk);
  g_free (self->limit);
  g_strfreev (self->align);
  g_clear_object (&self->found_tree);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* --- what was typed --- */

/* "128K", "0x20000", "24M", in bytes */
static gboolean
take_bytes (const char *text, guint64 *bytes, GError **error)
{
  char *end = NULL;
  guint64 factor = 1;

  *bytes = g_ascii_strtoull (text, &end, 0);
  if (end != text && (*end == 'K' || *end == 'k'))
    factor = 1024;
  else if (end != text && (*end == 'M' || *end == 'm'))
    factor = 1024 * 1024;
  if (end != text && *bytes > 0 && *bytes <= G_MAXUINT32 && *text != '-' &&
      end[factor > 1 ? 1 : 0] == '\0') {
    *bytes *= factor;
    return TRUE;
  }
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_USAGE,
               _ ("“%s” is no number of bytes; “131072”, “0x20000” and “128K” are"),
               text);
  return FALSE;
}

static gboolean
apply_alignments (HsRomfs *romfs, char **words, GError **error)
{
  for (; words != NULL && *words != NULL; words++) {
    g_auto (GStrv) sides = g_strsplit (*words, "=", 2);
    g_autofree char *ending = g_strconcat (".", sides[0], NULL);
    guint64 alignment = 0;

    if (sides[0] == NULL || sides[1] == NULL ||
        !g_ascii_string_to_unsigned (sides[1], 10, 1, 4096, &alignment, NULL) ||
        (alignment & (alignment - 1)) != 0) {
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_USAGE,
                   _ ("--align takes ENDING=N with 1, 2, 4 … 4096, not “%s”"),
                   *words);
      return FALSE;
    }
    for (guint i = 0; i < hs_romfs_get_n_files (romfs); i++) {
      const char *name = hs_romfs_get_file (romfs, i)->name;

      if (g_str_has_suffix (name, ending))
        hs_romfs_set_alignment (romfs, name, alignment);
    }
  }
  return TRUE;
}

/* The tree that was named; else, where one helps, that around @near, or the one that is meant. */
static gboolean
find_tree (Options *self, const char *near, GError **error)
{
  g_autofree char *guess = NULL;
  g_autoptr (GError) local = NULL;

  if (self->tree != NULL) {
    self->found_tree = hs_tree_new (self->tree, NULL, error);
    return self->found_tree != NULL;
  }
  if (near != NULL)
    self->found_tree = hs_tree_new (near, NULL, NULL);
  if (self->found_tree == NULL && (self->target != NULL || self->compile)) {
    guess = hs_trees_guess ();
    self->found_tree = guess != NULL ? hs_tree_new (guess, NULL, NULL) : NULL;
  }
  return TRUE;
}

static gboolean
find_board (Options *self, GError **error)
{
  if (self->target == NULL ||
      (self->found_tree != NULL && hs_tree_find_board (self->found_tree, self->target) != NULL) ||
      hs_board_by_id (self->target) != NULL)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NO_TREE,
               _ ("There is no board “%s”; `hotshoe boards` lists those that are known."),
               self->target);
  return FALSE;
}

/* --- findings --- */

static const char *
level_name (HsFindingLevel level)
{
  static const char *const names[] = { "note", "warning", "error" };

  return names[level];
}

static JsonArray *
findings_to_json (GPtrArray *findings)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < findings->len; i++) {
    const HsFinding *finding = g_ptr_array_index (findings, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "level", level_name (finding->level));
    json_object_set_string_member (object, "code", finding->code);
    hs_json_set_string (object, "file", finding->file);
    json_object_set_string_member (object, "text", finding->text);
    hs_json_set_string (object, "action", finding->action);
    json_array_add_object_element (array, object);
  }
  return array;
}

/* To standard error: the image may go to standard output. */
static void
print_findings (HsCli *cli, GPtrArray *findings)
{
  for (guint i = 0; i < findings->len && !cli->json; i++) {
    const HsFinding *finding = g_ptr_array_index (findings, i);

    g_printerr ("%s: %s%s%s%s%s\n",
                level_name (finding->level),
                finding->file != NULL ? finding->file : "",
                finding->file != NULL ? ": " : "",
                finding->text,
                finding->action != NULL ? " " : "",
                finding->action != NULL ? finding->action : "");
  }
}

static gboolean
has_error (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++)
    if (((HsFinding *) g_ptr_array_index (findings, i))->level == HS_FINDING_ERROR)
      return TRUE;
  return FALSE;
}

/* --- what is in it --- */

static JsonArray *
files_to_json (HsRomfs *romfs)
{
  g_autoptr (GArray) offsets = hs_romfs_dup_offsets (romfs);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < hs_romfs_get_n_files (romfs); i++) {
    const HsRomfsFile *file = hs_romfs_get_file (romfs, i);
    guint64 offset = file->offset > 0 ? file->offset : g_array_index (offsets, guint64, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "name", file->name);
    json_object_set_int_member (object, "size", g_bytes_get_size (file->bytes));
    json_object_set_int_member (object, "offset", offset);
    json_object_set_int_member (object, "alignment", hs_romfs_alignment_of (offset));
    hs_json_set_string (object, "source", file->source);
    json_array_add_object_element (array, object);
  }
  return array;
}

static void
print_files (HsCli *cli, HsRomfs *romfs)
{
  g_autoptr (GArray) offsets = hs_romfs_dup_offsets (romfs);

  if (hs_romfs_get_n_files (romfs) > 0)
    hs_cli_print (cli, "%10s  %10s  %5s  %s", _ ("size"), _ ("offset"), _ ("align"), _ ("name"));
  for (guint i = 0; i < hs_romfs_get_n_files (romfs); i++) {
    const HsRomfsFile *file = hs_romfs_get_file (romfs, i);
    guint64 offset = file->offset > 0 ? file->offset : g_array_index (offsets, guint64, i);

    hs_cli_print (cli,
                  "%10" G_GSIZE_FORMAT "  0x%08" G_GINT64_MODIFIER "x  %5u  %s",
                  g_bytes_get_size (file->bytes),
                  offset,
                  hs_romfs_alignment_of (offset),
                  file->name);
  }
}

static void
print_usage (HsCli *cli, HsRomfs *romfs, guint64 size, guint64 limit)
{
  g_autofree char *used = hs_format_bytes (size);
  g_autofree char *room = hs_format_bytes (limit);
  guint n = hs_romfs_get_n_files (romfs);

  if (limit == 0)
    hs_cli_print (cli, ngettext ("%u file, %s", "%u files, %s", n), n, used);
  else
    hs_cli_print (cli,
                  ngettext ("%u file, %s of %s (%.1f %%)", "%u files, %s of %s (%.1f %%)", n),
                  n,
                  used,
                  room,
                  100.0 * size / limit);
}

static int
answer (HsCli *cli, HsRomfs *romfs, guint64 size, guint64 limit, GPtrArray *findings, int status)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "size", size);
  if (limit > 0)
    json_object_set_int_member (object, "limit", limit);
  else
    json_object_set_null_member (object, "limit");
  json_object_set_boolean_member (object, "ok", status == HS_EXIT_DONE);
  json_object_set_array_member (object, "files", files_to_json (romfs));
  json_object_set_array_member (object, "findings", findings_to_json (findings));
  hs_cli_answer (cli, object);
  return status;
}

/* --- pack --- */

static HsRomfs *
collect (Options *self, const char *from, GPtrArray *findings, GError **error)
{
  HsRomfsWay way = { .tree = self->found_tree,
                     .target = self->target,
                     .core = self->partition,
                     .sdk_dir = self->sdk,
                     .compile = self->compile,
                     .convert = !self->raw };
  g_autoptr (HsRomfs) romfs = NULL;
  guint64 limit = 0;

  if (g_file_test (from, G_FILE_TEST_IS_DIR)) {
    romfs = hs_romfs_new_from_folder (from, &way, findings, NULL, error);
    limit = hs_romfs_find_limit (self->found_tree, self->target, self->partition);
  } else {
    romfs = hs_romfs_new_from_config (from, &way, &limit, findings, NULL, error);
  }
  if (romfs == NULL || !apply_alignments (romfs, self->align, error))
    return NULL;
  if (self->most == 0)
    self->most = limit;
  return g_steal_pointer (&romfs);
}

static gboolean
write_image (const Options *self, GBytes *image, GError **error)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (HsSavedFile) saved = NULL;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (image, &length);

  if (g_str_equal (self->output, "-")) {
    if (fwrite (bytes, 1, length, stdout) == length && fflush (stdout) == 0)
      return TRUE;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FILE,
                 _ ("Standard output can't be written: %s"),
                 g_strerror (errno));
    return FALSE;
  }
  file = g_file_new_for_commandline_arg (self->output);
  saved = hs_saved_file_new (file, self->force, error);
  return saved != NULL && hs_saved_file_write (saved, bytes, length, error) &&
         hs_saved_file_finish (saved, error);
}

/* A configuration lies in its board's folder. */
static void
guess_target (Options *self, const char *config)
{
  g_autofree char *absolute = g_canonicalize_filename (config, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  g_autofree char *name = g_path_get_basename (folder);

  if (self->target == NULL && self->found_tree != NULL &&
      hs_tree_find_board (self->found_tree, name) != NULL)
    self->target = g_steal_pointer (&name);
}

static gboolean
prepare (Options *self, const char *from, GError **error)
{
  g_autofree char *near = NULL;

  if (!g_file_test (from, G_FILE_TEST_EXISTS)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("“%s” is not there."), from);
    return FALSE;
  }
  if (self->limit != NULL && !take_bytes (self->limit, &self->most, error))
    return FALSE;
  if (!g_file_test (from, G_FILE_TEST_IS_DIR))
    near = g_path_get_dirname (from);
  if (!find_tree (self, near, error))
    return FALSE;
  if (near != NULL)
    guess_target (self, from);
  return find_board (self, error);
}

static int
pack (HsCli *cli, Options *self, const char *from)
{
  g_autoptr (GPtrArray) findings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  g_autoptr (HsRomfs) romfs = NULL;
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  if (self->output == NULL)
    return hs_cli_fail_usage (cli, _ ("romfs pack needs -o IMAGE"));
  if (cli->json && g_str_equal (self->output, "-"))
    return hs_cli_fail_usage (cli, _ ("--json and -o - both want standard output"));
  if (!prepare (self, from, &error))
    return hs_cli_fail (cli, error);
  romfs = collect (self, from, findings, &error);
  if (romfs == NULL)
    return hs_cli_fail (cli, error);

  hs_romfs_check (romfs, self->target, 0, findings);
  print_findings (cli, findings);
  image = hs_romfs_pack (romfs, self->most, &error);
  if (image == NULL || !write_image (self, image, &error))
    return hs_cli_fail (cli, error);
  status = has_error (findings) ? HS_EXIT_NOT_ALL : HS_EXIT_DONE;
  if (g_str_equal (self->output, "-"))
    return status;
  print_files (cli, romfs);
  print_usage (cli, romfs, g_bytes_get_size (image), self->most);
  return answer (cli, romfs, g_bytes_get_size (image), self->most, findings, status);
}

/* --- list, extract --- */

static gboolean
interrupt_cb (gpointer data)
{
  hs_job_cancel (data);
  return G_SOURCE_CONTINUE;
}

/* What the partition of a camera holds; a job as any other, in the journal. NULL: it has been said,
 * and *@status is the exit status. */
static GBytes *
read_camera (HsCli *cli, Options *self, int *status)
{
  HsRequestOptions request = { .role = self->partition == 0 ? HS_ROLE_ROMFS0 : HS_ROLE_ROMFS1,
                               .replace = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsPrivateFolder) folder = hs_private_folder_new (&error);
  g_autoptr (HsDevice) device = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  g_autofree char *bytes = NULL;
  HsJob *job = NULL;
  gsize length;
  guint sigint;

  if (folder == NULL) {
    *status = hs_cli_fail (cli, error);
    return NULL;
  }
  if (!hs_cli_open (cli, FALSE, status))
    return NULL;
  path = hs_private_folder_build (folder, "romfs.img");
  file = g_file_new_for_path (path);
  request.file = file;
  device = hs_cli_find_camera (cli, &self->selection, &error);
  if (device != NULL)
    job = hs_session_start (cli->session, "read", device, &request, &error);
  if (job == NULL) {
    *status = hs_cli_fail (cli, error);
    return NULL;
  }

  sigint = g_unix_signal_add (SIGINT, interrupt_cb, job);
  hs_session_drain (cli->session);
  g_source_remove (sigint);
  if (hs_job_get_outcome (job) == HS_OUTCOME_PASSED &&
      g_file_get_contents (path, &bytes, &length, &error)) {
    const HsBoard *board = hs_job_get_board (job);

    if (self->target == NULL && board != NULL)
      self->target = g_strdup (board->id);
    return g_bytes_new_take (g_steal_pointer (&bytes), length);
  }
  if (error == NULL) {
    const HsProblem *problem = hs_job_get_problem (job);

    g_set_error (&error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FAILED,
                 "%s %s",
                 problem != NULL ? problem->message : _ ("The camera could not be read."),
                 problem != NULL && problem->action != NULL ? problem->action : "");
  }
  *status = hs_cli_fail (cli, error);
  if (hs_job_get_outcome (job) == HS_OUTCOME_CANCELLED)
    *status = HS_EXIT_CANCELLED;
  return NULL;
}

static gboolean
is_camera (const Options *self)
{
  return self->selection.units != NULL || self->selection.ports != NULL;
}

/* @path: (nullable): an image; else a camera that was named. NULL: as read_camera() */
static HsRomfs *
load (HsCli *cli, Options *self, const char *path, int *status)
{
  g_autoptr (GMappedFile) mapped = NULL;
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GError) error = NULL;
  HsRomfs *romfs;

  if (path == NULL) {
    image = read_camera (cli, self, status);
    if (image == NULL)
      return NULL;
  } else {
    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      g_set_error (&error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_BAD_ROMFS,
                   _ ("“%s” is a folder. Name an image; `hotshoe romfs pack` makes one of a "
                      "folder."),
                   path);
    else
      mapped = g_mapped_file_new (path, FALSE, &error);
    if (mapped == NULL) {
      *status = hs_cli_fail (cli, error);
      return NULL;
    }
    image = g_mapped_file_get_bytes (mapped);
  }
  romfs = hs_romfs_parse (image, &error);
  if (romfs == NULL)
    *status = hs_cli_fail (cli, error);
  self->length = hs_romfs_measure (g_bytes_get_data (image, NULL), g_bytes_get_size (image));
  if (romfs != NULL && self->length == 0) /* of a kind that the stricter reader does not know */
    self->length = hs_romfs_get_size (romfs);
  return romfs;
}

static int
list (HsCli *cli, Options *self, const char *path)
{
  g_autoptr (GPtrArray) findings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  g_autoptr (HsRomfs) romfs = NULL;
  g_autoptr (GError) error = NULL;
  guint64 size;
  int status;

  if (!find_tree (self, NULL, &error) || !find_board (self, &error))
    return hs_cli_fail (cli, error);
  romfs = load (cli, self, path, &status);
  if (romfs == NULL)
    return status;

  size = self->length;
  self->most = hs_romfs_find_limit (self->found_tree, self->target, self->partition);
  hs_romfs_check (romfs, self->target, self->most, findings);
  print_files (cli, romfs);
  print_usage (cli, romfs, size, self->most);
  print_findings (cli, findings);
  return answer (cli, romfs, size, self->most, findings, HS_EXIT_DONE);
}

static int
extract (HsCli *cli, Options *self, const char *path, const char *const *names)
{
  g_autoptr (HsRomfs) romfs = NULL;
  g_autoptr (GPtrArray) findings = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  guint n;
  int status;

  if (self->output == NULL)
    return hs_cli_fail_usage (cli, _ ("romfs extract needs -o FOLDER"));
  romfs = load (cli, self, path, &status);
  if (romfs == NULL)
    return status;
  if (!hs_romfs_extract (
          romfs, self->output, *names != NULL ? names : NULL, self->force, NULL, &error))
    return hs_cli_fail (cli, error);

  n = *names != NULL ? g_strv_length ((char **) names) : hs_romfs_get_n_files (romfs);
  hs_cli_print (cli, ngettext ("%u file is in %s", "%u files are in %s", n), n, self->output);
  return answer (cli, romfs, self->length, 0, findings, HS_EXIT_DONE);
}

static int
run_what (HsCli *cli, Options *self, int argc, char **argv)
{
  const char *what = argc > 1 ? argv[1] : "";
  gboolean camera = is_camera (self);
  int n = camera ? 2 : 3; /* words without the names of files */

  if (self->partition < 0 || self->partition > 9)
    return hs_cli_fail_usage (cli, _ ("--partition is a number from 0 on"));
  if (hs_selection_names_several (&self->selection))
    return hs_cli_fail_usage (cli, _ ("romfs reads one camera at a time"));
  if (g_str_equal (what, "pack") && argc == 3 && !camera)
    return pack (cli, self, argv[2]);
  if (g_str_equal (what, "list") && argc == n)
    return list (cli, self, camera ? NULL : argv[2]);
  if (g_str_equal (what, "extract") && argc >= n)
    return extract (cli, self, camera ? NULL : argv[2], (const char *const *) argv + n);
  return hs_cli_fail_usage (cli, _ ("usage: hotshoe romfs %s"), hs_command_romfs.usage);
}

static int
run (HsCli *cli, int argc, char **argv)
{
  g_auto (Options) options = { { NULL } };
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, NULL, NULL },
    { "target", 0, 0, G_OPTION_ARG_STRING, &options.target, NULL, NULL },
    { "tree", 0, 0, G_OPTION_ARG_FILENAME, &options.tree, NULL, NULL },
    { "sdk", 0, 0, G_OPTION_ARG_FILENAME, &options.sdk, NULL, NULL },
    { "partition", 0, 0, G_OPTION_ARG_INT, &options.partition, NULL, NULL },
    { "align", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.align, NULL, NULL },
    { "limit", 0, 0, G_OPTION_ARG_STRING, &options.limit, NULL, NULL },
    { "compile", 0, 0, G_OPTION_ARG_NONE, &options.compile, NULL, NULL },
    { "no-convert", 0, 0, G_OPTION_ARG_NONE, &options.raw, NULL, NULL },
    { "force", 0, 0, G_OPTION_ARG_NONE, &options.force, NULL, NULL },
    { NULL },
  };
  int status;

  if (!hs_cli_parse (cli, &hs_command_romfs, entries, &options.selection, &argc, &argv, &status))
    return status;
  return run_what (cli, &options, argc, argv);
}

const HsCommand hs_command_romfs = {
  .name = "romfs",
  .summary = N_ ("Pack, list and extract ROMFS images"),
  .usage = "pack FOLDER|CONFIG.json -o IMAGE | list IMAGE | extract IMAGE -o FOLDER [NAME]…",
  .help =
      N_ ("  -o IMAGE            pack: the image, “-” for standard output\n"
          "  -o FOLDER           extract: where to; nothing outside of it is touched\n"
          "  --target BOARD      for it: its partition's size, how it wants models\n"
          "  --tree DIR          its firmware tree: mpy-cross, converters, {TOP}\n"
          "  --partition N       which of several, 0 if not said\n"
          "  --compile           pack FOLDER: scripts become .mpy\n"
          "  --no-convert        take models and cascades as they are\n"
          "  --align ENDING=N    such files at multiples of N bytes; may be repeated\n"
          "  --limit BYTES       it may not become larger: 131072, 0x20000, 128K\n"
          "  --sdk DIR           where the converters are, if not in the usual place\n"
          "  --force             files that are there may be replaced\n\n"
          "With --port PATH or --unit ID, list and extract read that camera's ROMFS instead of\n"
          "an image; it goes into its bootloader for that. Exit status 1: something could not\n"
          "be converted and was packed as it is; what, has been said."),
  .max_arguments = G_MAXINT,
  .run = run,
};
