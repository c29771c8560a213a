/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/fuzz-mutate.h"
#include "tests/fuzz/fuzz.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* Usage: fuzz-NAME CASES-FOLDER [FILE…]. With files only these are tried; else first those of
 * CASES-FOLDER/NAME that were a crash once, then changed seeds for HOTSHOE_FUZZ_SECONDS (2), which
 * HOTSHOE_FUZZ_SEED repeats. The work is done in a child: what kills it, or keeps it busy for
 * longer than LONGEST_S, is written to fuzz-NAME-SEED.input. */
#define SECONDS    2
#define LONGEST_S  20
#define MOST_BYTES (256u * 1024)

/* What the parent knows of its child. */
typedef struct {
  guint count; /* inputs so far */
  guint size;
  guint8 bytes[MOST_BYTES + 1024 * 1024];
} Shared;

char *
fuzz_write_file (const char *name, const guint8 *data, gsize size)
{
  const char *folder = g_getenv ("HOTSHOE_FUZZ_FOLDER");
  char *path = g_build_filename (folder, name, NULL);
  FILE *file = g_fopen (path, "wb");

  g_assert_nonnull (file);
  g_assert_true (fwrite (data, 1, size, file) == size);
  fclose (file);
  return path;
}

/* The bytes in a block of their own size, so that a sanitizer sees any read behind them. */
static void
try_input (Shared *shared, const guint8 *bytes, gsize size)
{
  g_autofree guint8 *copy = size > 0 ? g_memdup2 (bytes, size) : g_malloc (1);

  shared->size = MIN (size, sizeof shared->bytes);
  if (size > 0)
    memcpy (shared->bytes, bytes, shared->size);
  LLVMFuzzerTestOneInput (copy, size);
  shared->count++;
}

static gboolean
try_file (Shared *shared, const char *path)
{
  g_autofree char *bytes = NULL;
  gsize size;

  if (!g_file_get_contents (path, &bytes, &size, NULL)) {
    printf ("# %s can't be read\n", path);
    return FALSE;
  }
  try_input (shared, (const guint8 *) bytes, size);
  return TRUE;
}

static void
try_cases (Shared *shared, const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    try_file (shared, path);
  }
}

static void
try_changed (Shared *shared, guint32 seed, double seconds)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  g_autoptr (GPtrArray) seeds = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  gint64 end = g_get_monotonic_time () + (gint64) (seconds * G_USEC_PER_SEC);

  fuzz_add_seeds (seeds);
  g_assert_true (seeds->len > 0);
  for (guint i = 0; i < seeds->len; i++) {
    GBytes *bytes = g_ptr_array_index (seeds, i);

    try_input (shared, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  }
  while (g_get_monotonic_time () < end) {
    GBytes *begin = g_ptr_array_index (seeds, g_rand_int_range (random, 0, seeds->len));
    g_autoptr (GByteArray) input = g_byte_array_new ();

    g_byte_array_append (input, g_bytes_get_data (begin, NULL), g_bytes_get_size (begin));
    fuzz_mutate (input, seeds, random, MOST_BYTES);
    try_input (shared, input->data, input->len);
  }
}

/* Until the child has ended; kills it if one input takes too long. Whether it ended well. */
static gboolean
watch (pid_t child, const Shared *shared)
{
  guint last = 0, idle = 0;
  int status;

  while (waitpid (child, &status, WNOHANG) == 0) {
    g_usleep (50 * 1000);
    idle = shared->count == last ? idle + 1 : 0;
    last = shared->count;
    if (idle > LONGEST_S * 20) {
      printf ("# hangs\n");
      kill (child, SIGKILL);
      waitpid (child, &status, 0);
      return FALSE;
    }
  }
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static void
run_child (Shared *shared, char **argv, const char *name, guint32 seed, double seconds)
{
  g_autofree char *cases = g_build_filename (argv[1], name, NULL);

  for (char **file = argv + 2; *file != NULL; file++)
    try_file (shared, *file);
  if (argv[2] != NULL)
    return;
  try_cases (shared, cases);
  try_changed (shared, seed, seconds);
}

static void
keep (const Shared *shared, const char *name, guint32 seed)
{
  g_autofree char *file = g_strdup_printf ("%s-%u.input", name, seed);

  if (g_file_set_contents (file, (const char *) shared->bytes, shared->size, NULL))
    printf ("# the last input, %u bytes, is in %s; HOTSHOE_FUZZ_SEED=%u repeats the run\n",
            shared->size,
            file,
            seed);
}

static void
remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_DIR))
      remove_files (path);
    else
      g_remove (path);
  }
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_autofree char *name = g_path_get_basename (argv[0]);
  g_autofree char *folder = g_dir_make_tmp ("hotshoe-fuzz-XXXXXX", NULL);
  const char *wanted = g_getenv ("HOTSHOE_FUZZ_SECONDS");
  const char *again = g_getenv ("HOTSHOE_FUZZ_SEED");
  guint32 seed = again != NULL ? g_ascii_strtoull (again, NULL, 10) : g_random_int ();
  double seconds = wanted != NULL ? g_ascii_strtod (wanted, NULL) : SECONDS;
  Shared *shared =
      mmap (NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  gboolean good;
  pid_t child;

  if (argc < 2 || shared == MAP_FAILED || folder == NULL)
    return 99;
  setlocale (LC_ALL, "");
  g_setenv ("HOTSHOE_FUZZ_FOLDER", folder, TRUE);
  printf ("1..1\n");
  fflush (stdout);

  child = fork ();
  if (child == 0) {
    run_child (shared, argv, name, seed, seconds);
    exit (0);
  }
  good = watch (child, shared);
  printf ("%s 1 - %s: %u inputs, seed %u\n", good ? "ok" : "not ok", name, shared->count, seed);
  if (!good)
    keep (shared, name, seed);
  remove_files (folder);
  return good ? 0 : 1;
}
