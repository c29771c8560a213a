/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-convert.h"

#include "app/app-error.h"
#include "app/command.h"
#include "app/firmware/sdk.h"
#include "app/private-folder.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

void
hs_convert_tell (GPtrArray *findings,
                 HsFindingLevel level,
                 const char *code,
                 const char *file,
                 char *text,
                 char *action)
{
  g_ptr_array_add (findings, hs_finding_new (level, code, file, 0, text, action, NULL));
}

gboolean
hs_convert_was_told (GPtrArray *findings, const char *code)
{
  for (guint i = 0; i < findings->len; i++)
    if (g_str_equal (((HsFinding *) g_ptr_array_index (findings, i))->code, code))
      return TRUE;
  return FALSE;
}

GBytes *
hs_convert_read (const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  char *bytes;
  gsize length;
  GStatBuf info;

  if (g_stat (path, &info) != 0 || !S_ISREG (info.st_mode)) {
    g_set_error (
        error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s is not there, or is no file."), path);
    return NULL;
  }
  if (info.st_size > HS_ROMFS_MAX_BYTES) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BAD_ROMFS,
                 _ ("%s is larger than any ROMFS partition."),
                 path);
    return NULL;
  }
  if (!g_file_get_contents (path, &bytes, &length, &local)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("%s can't be read."), local->message);
    return NULL;
  }
  return g_bytes_new_take (bytes, length);
}

/* --- programs --- */

static void
take_piece (const char *text, gsize length, gboolean is_stderr, gpointer user_data)
{
  GString *said = user_data;

  if (said->len < 64 * 1024)
    g_string_append_len (said, text, length);
}

/* The last lines that a program said, in one. (transfer full) */
static char *
shorten (const GString *said)
{
  g_autofree char *valid = g_utf8_make_valid (said->str, said->len);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (valid), "\n", -1);
  guint n = g_strv_length (lines);

  return g_strjoinv ("\n", lines + (n > 4 ? n - 4 : 0));
}

/* FALSE without @error: it ran, and ended badly; @said is what it said. */
static gboolean
run (const char *const *argv,
     const char *folder,
     const char *const *environment,
     char **said,
     GCancellable *cancellable,
     GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  int status = 1;

  if (!hs_command_stream (
          argv, folder, environment, NULL, take_piece, text, &status, cancellable, error))
    return FALSE;
  *said = shorten (text);
  return status == 0;
}

/* In the folders of @path; (transfer full) NULL: none of them has it. */
static char *
find_program (const char *path, const char *name)
{
  g_auto (GStrv) folders = g_strsplit (path != NULL ? path : "", ":", -1);

  for (char **folder = folders; *folder != NULL; folder++) {
    g_autofree char *program = g_build_filename (*folder, name, NULL);

    if (**folder != '\0' && g_file_test (program, G_FILE_TEST_IS_EXECUTABLE) &&
        !g_file_test (program, G_FILE_TEST_IS_DIR))
      return g_steal_pointer (&program);
  }
  return NULL;
}

static gboolean
take_result (const char *path, GBytes **bytes)
{
  g_autoptr (GBytes) result = hs_convert_read (path, NULL);

  if (result == NULL || g_bytes_get_size (result) == 0)
    return FALSE;
  g_bytes_unref (*bytes);
  *bytes = g_steal_pointer (&result);
  return TRUE;
}

/* --- scripts --- */

/* Code for the processor (@native, @viper) is made for what every Cortex-M with Thumb-2 has: the
 * firmwares of all of them take it. */
static const char *
march_of (const HsRomfsWay *way)
{
  const HsTreeBoard *board =
      way->target != NULL ? hs_tree_find_board (way->tree, way->target) : NULL;

  if (board == NULL || board->cpu == NULL || !g_str_has_prefix (board->cpu, "cortex-m"))
    return NULL;
  return g_str_has_prefix (board->cpu, "cortex-m0") ? "-march=armv6m" : "-march=armv7m";
}

static void
tell_no_mpy_cross (GPtrArray *findings, const char *path)
{
  if (!hs_convert_was_told (findings, "no-mpy-cross"))
    hs_convert_tell (findings,
                     HS_FINDING_WARNING,
                     "no-mpy-cross",
                     path,
                     g_strdup (_ ("There is no mpy-cross: scripts are taken as they are, and "
                                  "were not checked. The camera compiles them whenever it "
                                  "imports them, in RAM.")),
                     g_strdup (_ ("Build it in the firmware tree: make -C "
                                  "lib/micropython/mpy-cross")));
}

HsConvertResult
hs_convert_script (const HsRomfsWay *way,
                   const char *path,
                   const char *name,
                   GBytes **bytes,
                   GPtrArray *findings,
                   GCancellable *cancellable,
                   GError **error)
{
  g_autofree char *program =
      way->tree != NULL ? hs_tree_dup_path (way->tree, HS_TREE_FILE_MPY_CROSS, NULL) : NULL;
  g_autoptr (HsPrivateFolder) folder = NULL;
  g_autoptr (GError) local = NULL;
  g_autofree char *out = NULL;
  g_autofree char *said = NULL;
  const char *argv[] = { program, "-o", NULL, "-s", name, path, NULL, NULL };

  if (program == NULL || !g_file_test (program, G_FILE_TEST_IS_EXECUTABLE)) {
    tell_no_mpy_cross (findings, path);
    return HS_CONVERT_FAILED;
  }
  folder = hs_private_folder_new (error);
  if (folder == NULL)
    return HS_CONVERT_STOPPED;
  out = hs_private_folder_build (folder, "out.mpy");
  argv[2] = out;
  if (march_of (way) != NULL) {
    argv[5] = march_of (way);
    argv[6] = path;
  }
  if (run (argv, NULL, NULL, &said, cancellable, &local) && take_result (out, bytes))
    return HS_CONVERT_CONVERTED;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return HS_CONVERT_STOPPED;
  }
  hs_convert_tell (findings,
                   HS_FINDING_ERROR,
                   "not-compiled",
                   path,
                   g_strdup_printf (_ ("mpy-cross does not compile it, so it was taken as it is; "
                                       "the camera will fail on it, too: %s"),
                                    local != NULL ? local->message : said),
                   NULL);
  return HS_CONVERT_FAILED;
}

/* --- models --- */

typedef struct {
  const char *path;
  const char *value; /* of the makefiles: arguments, maybe quoted */
  const HsConvertOptions *options;
  char *search; /* PATH; owned */
  HsPrivateFolder *folder;
  GStrv environment;
} Model;

static void
model_clear (Model *self)
{
  g_free (self->search);
  g_strfreev (self->environment);
  g_clear_pointer (&self->folder, hs_private_folder_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Model, model_clear)

/* Words of a make value in which a quoted string holds words again: "--stedge-args "--target x"".
 */
static void
add_words (GPtrArray *argv, const char *value)
{
  g_auto (GStrv) outer = NULL;

  if (!g_shell_parse_argv (value, NULL, &outer, NULL))
    return;
  for (char **word = outer; *word != NULL; word++) {
    g_auto (GStrv) inner = NULL;

    if (g_str_equal (*word, "--stedge-args") || !g_shell_parse_argv (*word, NULL, &inner, NULL))
      continue;
    for (char **part = inner; *part != NULL; part++)
      g_ptr_array_add (argv, g_strdup (*part));
  }
}

static gboolean
model_prepare (Model *self, const HsRomfsWay *way, GError **error)
{
  /* What make leaves in the environment confuses ST Edge AI. */
  static const char *const dropped[] = { "RM",       "CFLAGS",  "CPPFLAGS",
                                         "CXXFLAGS", "LDFLAGS", "MAKEFLAGS" };
  g_autoptr (GPtrArray) environment = g_ptr_array_new ();

  self->search = hs_sdk_dup_path (way->tree, way->sdk_dir);
  self->folder = hs_private_folder_new (error);
  g_ptr_array_add (environment, g_strdup_printf ("PATH=%s", self->search));
  for (guint i = 0; i < G_N_ELEMENTS (dropped); i++)
    g_ptr_array_add (environment, g_strdup (dropped[i]));
  g_ptr_array_add (environment, NULL);
  self->environment = (GStrv) g_ptr_array_free (g_steal_pointer (&environment), FALSE);
  return self->folder != NULL;
}

static HsConvertResult
finish (const Model *self,
        const char *const *argv,
        const char *root,
        const char *out,
        GBytes **bytes,
        GPtrArray *findings,
        GCancellable *cancellable,
        GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *said = NULL;

  if (run (argv, root, (const char *const *) self->environment, &said, cancellable, &local) &&
      take_result (out, bytes))
    return HS_CONVERT_CONVERTED;
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return HS_CONVERT_STOPPED;
  }
  hs_convert_tell (findings,
                   HS_FINDING_ERROR,
                   "model-failed",
                   self->path,
                   g_strdup_printf (_ ("The model could not be converted for the NPU, and was "
                                       "taken as it is: %s"),
                                    local != NULL ? local->message : said),
                   NULL);
  return HS_CONVERT_FAILED;
}

/* The whole sentence once; then that it is the same. */
static HsConvertResult
tell_missing (GPtrArray *findings,
              HsFindingLevel level,
              const char *code,
              const char *path,
              const char *text,
              const char *action)
{
  gboolean told = hs_convert_was_told (findings, code);

  hs_convert_tell (findings,
                   level,
                   code,
                   path,
                   g_strdup (told ? _ ("Taken as it is, for the same reason.") : text),
                   told ? NULL : g_strdup (action));
  return HS_CONVERT_FAILED;
}

static HsConvertResult
run_vela (const Model *self,
          const HsRomfsWay *way,
          GBytes **bytes,
          GPtrArray *findings,
          GCancellable *cancellable,
          GError **error)
{
  const char *root = hs_tree_get_root (way->tree);
  g_autofree char *program = find_program (self->search, "vela");
  g_autofree char *config = g_build_filename (root, "tools", "vela.ini", NULL);
  g_autofree char *base = g_path_get_basename (self->path);
  const char *dot = strrchr (base, '.');
  g_autofree char *stem = g_strndup (base, dot != NULL ? (gsize) (dot - base) : strlen (base));
  g_autofree char *name = g_strconcat (stem, "_vela.tflite", NULL);
  g_autofree char *out = hs_private_folder_build (self->folder, name);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  if (program == NULL)
    return tell_missing (
        findings,
        HS_FINDING_WARNING,
        "no-vela",
        self->path,
        _ ("Vela is not here, so the model was taken as it is: the camera would run it on its "
           "processor instead of the NPU, many times slower, or not at all if it is too large "
           "for that."),
        _ ("Install the OpenMV SDK with “make sdk” in the firmware tree; it brings vela."));
  g_ptr_array_add (argv, g_strdup (program));
  add_words (argv, self->value);
  g_ptr_array_add (argv, g_strdup ("--optimise"));
  g_ptr_array_add (argv, g_strdup (self->options->optimize ?: "Performance"));
  g_ptr_array_add (argv, g_strdup ("--output-dir"));
  g_ptr_array_add (argv, g_strdup (hs_private_folder_get_path (self->folder)));
  g_ptr_array_add (argv, g_strdup ("--config"));
  g_ptr_array_add (argv, g_steal_pointer (&config));
  g_ptr_array_add (argv, g_strdup (self->path));
  g_ptr_array_add (argv, NULL);
  return finish (
      self, (const char *const *) argv->pdata, root, out, bytes, findings, cancellable, error);
}

static HsConvertResult
run_stedgeai (const Model *self,
              const HsRomfsWay *way,
              GBytes **bytes,
              GPtrArray *findings,
              GCancellable *cancellable,
              GError **error)
{
  const char *root = hs_tree_get_root (way->tree);
  g_autofree char *program = find_program (self->search, "stedgeai");
  g_autofree char *profile = g_strdup_printf (
      "%s@%s/lib/stai/scripts/neuralart.json", self->options->profile ?: "default", root);
  g_autofree char *workspace = hs_private_folder_build (self->folder, "workspace");
  g_autofree char *gen = hs_private_folder_build (self->folder, "gen");
  g_autofree char *out =
      g_build_filename (workspace, "network_npu_reloc_build", "network_rel.bin", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  const char *const tail[] = { "--model",         self->path, "--relocatable",
                               "--st-neural-art", profile,    "--workspace",
                               workspace,         "--output", gen,
                               "--verbosity",     "1",        "--quiet" };

  if (program == NULL)
    return tell_missing (
        findings,
        HS_FINDING_ERROR,
        "no-stedgeai",
        self->path,
        _ ("ST Edge AI (stedgeai) is not here, so the model was taken as it is: the firmware of "
           "this board loads converted models only, and would fail on it."),
        _ ("Install the OpenMV SDK with “make sdk” in the firmware tree; it brings stedgeai."));
  g_ptr_array_add (argv, g_strdup (program));
  g_ptr_array_add (argv, g_strdup ("generate"));
  add_words (argv, self->value);
  for (guint i = 0; i < G_N_ELEMENTS (tail); i++)
    g_ptr_array_add (argv, g_strdup (tail[i]));
  g_ptr_array_add (argv, NULL);
  return finish (
      self, (const char *const *) argv->pdata, root, out, bytes, findings, cancellable, error);
}

/* Only a tree tells whether a board has an NPU that wants models converted. */
static HsConvertResult
tell_unknown (const HsRomfsWay *way, const char *path, GPtrArray *findings)
{
  if (hs_convert_was_told (findings, "not-converted"))
    return HS_CONVERT_FAILED;
  if (way->target == NULL)
    hs_convert_tell (findings,
                     HS_FINDING_NOTE,
                     "not-converted",
                     path,
                     g_strdup (_ ("Models are taken as they are, since no board was named. Boards "
                                  "with an NPU need them converted.")),
                     g_strdup (_ ("Say which board it is for.")));
  else
    hs_convert_tell (findings,
                     HS_FINDING_WARNING,
                     "not-converted",
                     path,
                     g_strdup_printf (_ ("Models are taken as they are: without a firmware tree it "
                                         "is not known whether %s needs them converted."),
                                      way->target),
                     g_strdup (_ ("Say where the firmware tree is.")));
  return HS_CONVERT_FAILED;
}

/* v4.8 had another way, in two steps with files of its own. */
static HsConvertResult
tell_old_way (const HsRomfsWay *way, const char *path, GPtrArray *findings)
{
  g_autofree char *old = hs_romfs_make_value (way->tree, way->target, way->core, "STEDGE_ARGS");

  if (old == NULL)
    return HS_CONVERT_TAKEN;
  hs_convert_tell (findings,
                   HS_FINDING_ERROR,
                   "no-stedgeai",
                   path,
                   g_strdup (_ ("This tree converts models in a way of its own, older than v5; "
                                "the model was taken as it is, and the firmware would fail on "
                                "it.")),
                   g_strdup (_ ("Build the firmware: its build makes the ROMFS image, too.")));
  return HS_CONVERT_FAILED;
}

HsConvertResult
hs_convert_model (const HsRomfsWay *way,
                  const char *path,
                  const HsConvertOptions *options,
                  GBytes **bytes,
                  GPtrArray *findings,
                  GCancellable *cancellable,
                  GError **error)
{
  static const HsConvertOptions usual = { NULL, NULL };
  g_autofree char *vela = NULL;
  g_autofree char *stedge = NULL;
  g_auto (Model) model = { .path = path, .options = options != NULL ? options : &usual };

  if (way->tree == NULL || way->target == NULL)
    return tell_unknown (way, path, findings);
  vela = hs_romfs_make_value (way->tree, way->target, way->core, "VELA_ARGS");
  stedge = hs_romfs_make_value (way->tree, way->target, way->core, "STEDGEAI_ARGS");
  if (vela == NULL && stedge == NULL)
    return tell_old_way (way, path, findings);
  if (!model_prepare (&model, way, error))
    return HS_CONVERT_STOPPED;

  model.value = vela != NULL ? vela : stedge;
  return vela != NULL ? run_vela (&model, way, bytes, findings, cancellable, error)
                      : run_stedgeai (&model, way, bytes, findings, cancellable, error);
}
