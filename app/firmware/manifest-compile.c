/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/manifest-private.h"

#include "app/app-error.h"
#include "app/command.h"
#include "app/private-folder.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS 16384 /* bytes of what the compiler says */
#define MOST_KEPT  8192  /* sizes */
#define AT_ONCE    4

/* One source. */
typedef struct {
  HsFrozen *frozen; /* of the new manifest */
  char *source;
  char *output;
  char *key;   /* of its size in the cache */
  char *words; /* what the compiler said; NULL: it was content */
  GError *error;
} Unit;

typedef struct {
  const char *program;
  const char *arch; /* "-march=armv7m"; nullable */
  const char *folder;
  GCancellable *cancellable;
} Compiler;

static void
unit_free (Unit *self)
{
  g_free (self->source);
  g_free (self->output);
  g_free (self->key);
  g_free (self->words);
  g_clear_error (&self->error);
  g_free (self);
}

/* --- which code --- */

/* The word after @name in a line of a makefile, "NAME = word". */
static char *
makefile_word (const char *text, const char *name)
{
  const char *at = text;

  while ((at = strstr (at, name)) != NULL) {
    const char *rest = at + strlen (name);

    rest += strspn (rest, " \t:?+");
    if (*rest == '=') {
      rest += 1 + strspn (rest + 1, " \t");
      return g_strndup (rest, strcspn (rest, " \t\r\n#"));
    }
    at++;
  }
  return NULL;
}

/* Of a line that sets the compiler's flags; not one that takes them from elsewhere. */
static char *
flag_of_line (const char *line)
{
  const char *flag = strstr (line, "-march=");

  if (flag == NULL || flag[7] == '$' ||
      (strstr (line, "MPY_CROSS_FLAGS") == NULL && strstr (line, "MICROPY_CROSS_FLAGS") == NULL))
    return NULL;
  return g_strndup (flag, strcspn (flag, " \t\r\n\"'"));
}

static char *
flag_of_text (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    char *flag = flag_of_line (lines[i]);

    if (flag != NULL)
      return flag;
  }
  return NULL;
}

/* "STM32H743xx" is of the series h7. */
static char *
flag_of_series (const char *text, const char *mcu)
{
  g_autofree char *series = NULL;
  g_autofree char *name = NULL;
  g_autofree char *arch = NULL;

  if (mcu == NULL || !g_str_has_prefix (mcu, "STM32") || strlen (mcu) < 7)
    return NULL;
  series = g_ascii_strdown (mcu + 5, 2);
  name = g_strconcat ("MPY_CROSS_MCU_ARCH_", series, NULL);
  arch = makefile_word (text, name);
  return arch != NULL ? g_strconcat ("-march=", arch, NULL) : NULL;
}

static char *
guess_flag (const char *cpu)
{
  if (cpu == NULL)
    return NULL;
  if (g_str_has_prefix (cpu, "cortex-m0"))
    return g_strdup ("-march=armv6m");
  return g_str_has_prefix (cpu, "cortex-m") ? g_strdup ("-march=armv7m") : NULL;
}

static char *
find_arch (HsManifest *self, const HsTreeBoard *board)
{
  const char *port = board->port != NULL ? board->port : "stm32";
  g_autofree char *own = g_strconcat (port, ".mk", NULL);
  const char *names[] = { own, "Makefile", "CMakeLists.txt", NULL };

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *path = g_build_filename (self->micropython, "ports", port, names[i], NULL);
    g_autofree char *text = NULL;
    char *flag;

    if (!g_file_get_contents (path, &text, NULL, NULL))
      continue;
    flag = flag_of_series (text, board->mcu);
    if (flag == NULL)
      flag = flag_of_text (text);
    if (flag != NULL)
      return flag;
  }
  return guess_flag (board->cpu);
}

/* --- sizes that are known --- */

static char *
cache_path (void)
{
  return g_build_filename (g_get_user_state_dir (), "hotshoe", "mpy-sizes", NULL);
}

/* Key -> size; lines "KEY SIZE". */
static GHashTable *
load_sizes (void)
{
  GHashTable *sizes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *path = cache_path ();
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return sizes;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && i < MOST_KEPT; i++)
    if (strlen (lines[i]) > 65 && lines[i][64] == ' ') {
      guint64 size = g_ascii_strtoull (lines[i] + 65, NULL, 10);

      lines[i][64] = '\0';
      if (size > 0 && size < G_MAXUINT32)
        g_hash_table_insert (sizes, g_strdup (lines[i]), GUINT_TO_POINTER ((guint) size));
    }
  return sizes;
}

static void
append_size (GString *text, const char *key, guint64 size)
{
  g_string_append_printf (text, "%s %" G_GUINT64_FORMAT "\n", key, size);
}

/* This manifest's first, then what was known, as far as there is room. */
static void
save_sizes (GPtrArray *units, GHashTable *sizes)
{
  g_autofree char *path = cache_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer key, size;
  guint n = 0;

  for (guint i = 0; i < units->len; i++) {
    Unit *unit = g_ptr_array_index (units, i);

    g_hash_table_remove (sizes, unit->key);
    if (unit->frozen->compiled > 0) {
      append_size (text, unit->key, unit->frozen->compiled);
      n++;
    }
  }
  g_hash_table_iter_init (&iter, sizes);
  while (n++ < MOST_KEPT && g_hash_table_iter_next (&iter, &key, &size))
    append_size (text, key, GPOINTER_TO_UINT (size));
  if (g_mkdir_with_parents (folder, 0700) == 0)
    g_file_set_contents (path, text->str, text->len, NULL);
}

/* --- compiling --- */

static void
take_words (const char *text, gsize length, gboolean is_stderr, gpointer user_data)
{
  GString *words = user_data;

  if (words->len < MOST_WORDS)
    g_string_append_len (words, text, length);
}

/* In a thread of the pool. */
static void
compile_unit (gpointer data, gpointer user_data)
{
  Unit *unit = data;
  const Compiler *compiler = user_data;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *level = g_strdup_printf ("-O%d", MAX (unit->frozen->opt, 0));
  GStatBuf info;
  int status = 0;

  g_ptr_array_add (argv, (char *) compiler->program);
  if (compiler->arch != NULL)
    g_ptr_array_add (argv, (char *) compiler->arch);
  if (unit->frozen->opt >= 0)
    g_ptr_array_add (argv, level);
  g_ptr_array_add (argv, (char *) "-s");
  g_ptr_array_add (argv, unit->frozen->name);
  g_ptr_array_add (argv, (char *) "-o");
  g_ptr_array_add (argv, unit->output);
  g_ptr_array_add (argv, unit->source);
  g_ptr_array_add (argv, NULL);
  if (!hs_command_stream ((const char *const *) argv->pdata,
                          compiler->folder,
                          NULL,
                          NULL,
                          take_words,
                          words,
                          &status,
                          compiler->cancellable,
                          &unit->error))
    return;
  if (status == 0 && g_stat (unit->output, &info) == 0)
    unit->frozen->compiled = info.st_size;
  else
    unit->words = g_utf8_make_valid (words->str, words->len);
}

static char *
make_key (const char *program, const char *arch, const HsFrozen *frozen, GBytes *bytes)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *text = g_strdup_printf (
      "%s\n%s\n%s\n%d\n%s", program, arch != NULL ? arch : "", frozen->name, frozen->opt, digest);

  g_checksum_update (checksum, (const guchar *) text, -1);
  return g_strdup (g_checksum_get_string (checksum));
}

static gboolean
make_unit (HsManifest *self,
           HsFrozen *frozen,
           guint n,
           const char *program_digest,
           const char *arch,
           HsPrivateFolder *folder,
           GPtrArray *units,
           GError **error)
{
  g_autoptr (GBytes) bytes = hs_manifest_read (self, frozen->path, error);
  g_autofree char *output = g_strdup_printf ("%u.mpy", n);
  g_autofree char *input = g_strdup_printf ("%u.py", n);
  Unit *unit;

  if (bytes == NULL || !hs_private_folder_put (folder, input, bytes, error))
    return FALSE;
  unit = g_new0 (Unit, 1);
  unit->frozen = frozen;
  unit->source = hs_private_folder_build (folder, input);
  unit->output = hs_private_folder_build (folder, output);
  unit->key = make_key (program_digest, arch, frozen, bytes);
  g_ptr_array_add (units, unit);
  return TRUE;
}

static gboolean
run_units (GPtrArray *units, Compiler *compiler, GError **error)
{
  g_autoptr (GHashTable) sizes = load_sizes ();
  GThreadPool *pool = g_thread_pool_new (
      compile_unit, compiler, MIN (g_get_num_processors (), AT_ONCE), TRUE, error);

  if (pool == NULL)
    return FALSE;
  for (guint i = 0; i < units->len; i++) {
    Unit *unit = g_ptr_array_index (units, i);

    unit->frozen->compiled = GPOINTER_TO_UINT (g_hash_table_lookup (sizes, unit->key));
    if (unit->frozen->compiled == 0)
      g_thread_pool_push (pool, unit, NULL);
  }
  g_thread_pool_free (pool, FALSE, TRUE);
  save_sizes (units, sizes);
  for (guint i = 0; i < units->len; i++) {
    Unit *unit = g_ptr_array_index (units, i);

    if (unit->error == NULL)
      continue;
    if (g_error_matches (unit->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      g_propagate_error (error, g_steal_pointer (&unit->error));
    else
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_NO_TOOL,
                   _ ("mpy-cross can't be run: %s"),
                   unit->error->message);
    return FALSE;
  }
  return TRUE;
}

/* --- what comes out of it --- */

/* `  File "main.py", line 3`, then `SyntaxError: invalid syntax`. */
static HsFinding *
make_finding (HsManifest *self, const Unit *unit)
{
  g_autofree char *file = hs_manifest_shorten (self, unit->frozen->path);
  g_autofree char *words = g_strdup (unit->words);
  const char *line = strstr (words, "\", line ");
  guint number = line != NULL ? strtoul (line + strlen ("\", line "), NULL, 10) : 0;
  const char *last;

  g_strchomp (words);
  last = strrchr (words, '\n');
  last = last != NULL ? last + 1 : words;
  return hs_finding_new (
      HS_FINDING_ERROR,
      "syntax-error",
      file,
      number,
      g_strdup (*last != '\0' ? last : _ ("mpy-cross refuses this file and does not say why")),
      NULL,
      NULL);
}

/* The compiler's word counts; python3's first look is forgotten. */
static void
copy_findings (HsManifest *self, HsManifest *copy, GPtrArray *units)
{
  for (guint i = 0; i < self->findings->len; i++) {
    const HsFinding *finding = g_ptr_array_index (self->findings, i);

    if (!g_str_equal (finding->code, "syntax-error") && !g_str_equal (finding->code, "not-checked"))
      g_ptr_array_add (copy->findings, hs_finding_copy (finding));
  }
  for (guint i = 0; i < units->len; i++) {
    const Unit *unit = g_ptr_array_index (units, i);

    if (unit->words != NULL)
      g_ptr_array_add (copy->findings, make_finding (self, unit));
  }
}

static HsManifest *
copy_manifest (HsManifest *self)
{
  HsManifest *copy = hs_manifest_new_empty ();
  GHashTableIter iter;
  gpointer path, bytes;

  copy->target = g_strdup (self->target);
  copy->root = g_strdup (self->root);
  copy->micropython = g_strdup (self->micropython);
  copy->manifest = g_strdup (self->manifest);
  copy->core = g_strdup (self->core);
  copy->digest = g_strdup (self->digest);
  copy->facts = json_object_ref (self->facts);
  copy->boot_file = self->boot_file;
  copy->main_needs_file = self->main_needs_file;
  for (guint i = 0; i < self->frozen->len; i++)
    g_ptr_array_add (copy->frozen, hs_frozen_copy (g_ptr_array_index (self->frozen, i)));
  g_hash_table_iter_init (&iter, self->texts);
  while (g_hash_table_iter_next (&iter, &path, &bytes))
    g_hash_table_insert (copy->texts, g_strdup (path), g_bytes_ref (bytes));
  return copy;
}

static char *
digest_program (const char *program, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize length;

  if (g_file_test (program, G_FILE_TEST_IS_EXECUTABLE) &&
      g_file_get_contents (program, &bytes, &length, NULL))
    return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) bytes, length);
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NO_TOOL,
               _ ("mpy-cross is not built: there is no %s"),
               program);
  return NULL;
}

HsManifest *
hs_manifest_compile (HsManifest *self, HsTree *tree, GCancellable *cancellable, GError **error)
{
  g_autofree char *program = NULL;
  g_autofree char *digest = NULL;
  g_autofree char *arch = NULL;
  g_autoptr (HsPrivateFolder) folder = NULL;
  g_autoptr (GPtrArray) units = g_ptr_array_new_with_free_func ((GDestroyNotify) unit_free);
  g_autoptr (HsManifest) copy = NULL;
  Compiler compiler;

  g_return_val_if_fail (HS_IS_MANIFEST (self) && HS_IS_TREE (tree), NULL);

  program = hs_tree_dup_path (tree, HS_TREE_FILE_MPY_CROSS, self->target);
  digest = digest_program (program, error);
  folder = digest != NULL ? hs_private_folder_new (error) : NULL;
  if (folder == NULL)
    return NULL;
  arch = find_arch (self, hs_tree_find_board (tree, self->target));
  copy = copy_manifest (self);
  for (guint i = 0; i < copy->frozen->len; i++) {
    HsFrozen *frozen = g_ptr_array_index (copy->frozen, i);

    if (!g_str_equal (frozen->kind, "py"))
      frozen->compiled = frozen->size;
    else if (!make_unit (self, frozen, i, digest, arch, folder, units, error))
      return NULL;
  }
  compiler = (Compiler){ program, arch, hs_private_folder_get_path (folder), cancellable };
  if (!run_units (units, &compiler, error))
    return NULL;
  for (guint i = 0; i < copy->frozen->len; i++)
    copy->compiled += ((HsFrozen *) g_ptr_array_index (copy->frozen, i))->compiled;
  copy_findings (self, copy, units);
  return g_steal_pointer (&copy);
}
