/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/tree-edit.h"
#include "tests/edit-tree.h"
#include "tests/own-dirs.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- a process that dies at its n-th request to the file system --- */

static int requests_left = -1; /* -1: for ever */

static void
maybe_die (void)
{
  if (requests_left < 0)
    return;
  if (requests_left-- == 0)
    kill (getpid (), SIGKILL);
}

/* Somebody else, who writes right before the tree's file of that name is removed. */
static const char *busybody_at;
static void (*busybody) (void);

static void
maybe_meddle (const char *path)
{
  if (busybody_at == NULL || !g_str_has_suffix (path, busybody_at))
    return;
  busybody_at = NULL;
  busybody ();
}

/* These stand before the C library's, for our code and for GLib's. */
#define STAND_BEFORE(type, name, params, args)                                                     \
  type name params;                                                                                \
  type name params                                                                                 \
  {                                                                                                \
    type (*next) params = (type (*) params) dlsym (RTLD_NEXT, #name);                              \
                                                                                                   \
    maybe_die ();                                                                                  \
    return next args;                                                                              \
  }

/* clang-format off */
STAND_BEFORE (ssize_t, write, (int fd, const void *data, size_t n), (fd, data, n))
STAND_BEFORE (int, fsync, (int fd), (fd))
STAND_BEFORE (int, fchmod, (int fd, mode_t mode), (fd, mode))
STAND_BEFORE (int, rename, (const char *from, const char *to), (from, to))
STAND_BEFORE (int, mkdir, (const char *path, mode_t mode), (path, mode))
STAND_BEFORE (int, rmdir, (const char *path), (path))
/* clang-format on */

int unlink (const char *path);
int
unlink (const char *path)
{
  int (*next) (const char *) = (int (*) (const char *)) dlsym (RTLD_NEXT, "unlink");

  maybe_die ();
  maybe_meddle (path);
  return next (path);
}

static void
fill (const char *root)
{
  put (root, "boards/OPENMV4/manifest.py", "freeze (\"a\")\ninclude(\"b\")\n", 0644);
  put (root, "scripts/run.sh", "#!/bin/sh\nexit 0\n", 0755);
  put (root, "docs/old.txt", "goes\n", 0600);
}

static HsTreeEdit *
make_edit (const char *root)
{
  HsTreeEdit *edit = hs_tree_edit_new (root, "Freeze main.py for OPENMV4");

  hs_tree_edit_set_text (
      edit, "boards/OPENMV4/manifest.py", "freeze (\"a\")\nfreeze (\"m\")\ninclude(\"b\")\n");
  hs_tree_edit_set_text (edit, "scripts/run.sh", "#!/bin/sh\nexit 1\n");
  hs_tree_edit_set_text (edit, "scripts/libraries/app/main.py", "print(1)\n");
  hs_tree_edit_set_text (edit, "scripts/libraries/app/empty.py", "");
  hs_tree_edit_set (edit, "docs/old.txt", NULL);
  return edit;
}

/* --- the plain life of an edit --- */

static void
test_life (void)
{
  g_autofree char *root = make_tree ();
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *undone = NULL;
  g_autofree char *id = NULL;
  g_autofree char *diff = NULL;
  g_autofree char *kept = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) files = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GStatBuf info;
  const HsTreeEditRecord *record;
  g_autofree char *script = g_build_filename (root, "scripts/run.sh", NULL);

  fill (root);
  before = snapshot (root);
  edit = make_edit (root);
  g_assert_cmpstr (hs_tree_edit_get_title (edit), ==, "Freeze main.py for OPENMV4");
  hs_tree_edit_set_text (edit, "same.txt", "x");
  hs_tree_edit_set (edit, "same.txt", NULL);
  files = hs_tree_edit_dup_files (edit);
  g_assert_cmpuint (g_strv_length (files), ==, 5);
  g_assert_cmpstr (files[0], ==, "boards/OPENMV4/manifest.py");
  bytes = hs_tree_edit_dup_bytes (edit, "scripts/run.sh", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 17);
  diff = hs_tree_edit_dup_diff (edit, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (diff, "+freeze (\"m\")\n"));

  g_assert_true (hs_tree_edit_apply (edit, &id, &error));
  g_assert_no_error (error);
  g_assert_nonnull (id);
  g_assert_true (hs_tree_edit_is_empty (edit));
  text = get (root, "scripts/libraries/app/main.py");
  g_assert_cmpstr (text, ==, "print(1)\n");
  g_assert_cmpint (g_stat (script, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 07777, ==, 0755);

  list = hs_tree_edits_list (root, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 1);
  record = g_ptr_array_index (list, 0);
  g_assert_cmpstr (record->id, ==, id);
  g_assert_false (record->undone);
  g_assert_cmpuint (g_strv_length (record->files), ==, 5);
  kept = hs_tree_edits_dup_diff (root, id, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (kept, ==, diff);

  g_assert_true (hs_tree_edits_undo (root, id, &error));
  g_assert_no_error (error);
  undone = snapshot (root);
  g_assert_cmpstr (undone, ==, before);
  g_assert_false (hs_tree_edits_undo (root, id, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE);
  forget_edits (root);
  remove_all (root);
}

/* Nothing to do is no edit. */
static void
test_nothing (void)
{
  g_autofree char *root = make_tree ();
  g_autoptr (HsTreeEdit) edit = hs_tree_edit_new (root, "Nothing");
  g_autoptr (GPtrArray) list = NULL;
  g_autofree char *id = NULL;

  put (root, "a", "a\n", 0644);
  hs_tree_edit_set_text (edit, "a", "a\n");
  hs_tree_edit_set (edit, "b", NULL);
  g_assert_true (hs_tree_edit_is_empty (edit));
  g_assert_true (hs_tree_edit_apply (edit, &id, NULL));
  g_assert_null (id);
  list = hs_tree_edits_list (root, NULL);
  g_assert_cmpuint (list->len, ==, 0);
  remove_all (root);
}

/* Somebody else's work is never written over. */
static void
test_changed (void)
{
  g_autofree char *root = make_tree ();
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (HsTreeEdit) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  fill (root);
  edit = make_edit (root);
  put (root, "scripts/run.sh", "mine\n", 0755);
  before = snapshot (root);
  g_assert_false (hs_tree_edit_apply (edit, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_TREE_CHANGED);
  g_assert_nonnull (strstr (error->message, "scripts/run.sh"));
  g_clear_error (&error);
  after = snapshot (root);
  g_assert_cmpstr (after, ==, before);
  g_clear_pointer (&before, g_free);
  g_clear_pointer (&after, g_free);

  second = make_edit (root);
  g_assert_true (hs_tree_edit_apply (second, &id, &error));
  put (root, "scripts/libraries/app/main.py", "print(2)\n", 0644);
  before = snapshot (root);
  g_assert_false (hs_tree_edits_undo (root, id, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_TREE_CHANGED);
  g_assert_nonnull (strstr (error->message, "scripts/libraries/app/main.py"));
  after = snapshot (root);
  g_assert_cmpstr (after, ==, before);
  forget_edits (root);
  remove_all (root);
}

/* Of two edits of one file the newer goes first; then the older can. */
static void
test_order (void)
{
  g_autofree char *root = make_tree ();
  g_autoptr (HsTreeEdit) first = NULL;
  g_autoptr (HsTreeEdit) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;
  g_autofree char *text = NULL;

  put (root, "x", "0\n", 0644);
  first = hs_tree_edit_new (root, "First");
  hs_tree_edit_set_text (first, "x", "1\n");
  g_assert_true (hs_tree_edit_apply (first, &a, NULL));
  g_usleep (1000);
  second = hs_tree_edit_new (root, "Second");
  hs_tree_edit_set_text (second, "x", "2\n");
  g_assert_true (hs_tree_edit_apply (second, &b, NULL));

  g_assert_false (hs_tree_edits_undo (root, a, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_TREE_CHANGED);
  g_assert_nonnull (strstr (error->message, "Second"));
  g_assert_true (hs_tree_edits_undo (root, b, NULL));
  g_assert_true (hs_tree_edits_undo (root, a, NULL));
  text = get (root, "x");
  g_assert_cmpstr (text, ==, "0\n");
  forget_edits (root);
  remove_all (root);
}

static void
refuse (const char *root, const char *file)
{
  g_autoptr (HsTreeEdit) edit = hs_tree_edit_new (root, "Out");
  g_autoptr (GError) error = NULL;
  g_autofree char *before = snapshot (root);
  g_autofree char *after = NULL;

  hs_tree_edit_set_text (edit, file, "x");
  g_assert_null (hs_tree_edit_dup_diff (edit, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE);
  g_clear_error (&error);
  g_assert_false (hs_tree_edit_apply (edit, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE);
  after = snapshot (root);
  g_assert_cmpstr (after, ==, before);
}

/* Nothing outside is ever written. */
static void
test_out (void)
{
  g_autofree char *root = make_tree ();
  g_autofree char *outside = make_tree ();
  g_autofree char *link = g_build_filename (root, "out", NULL);
  g_autofree char *file_link = g_build_filename (root, "passwd", NULL);
  g_autofree char *inner = g_build_filename (root, "inner", NULL);
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autofree char *text = NULL;

  fill (root);
  g_assert_cmpint (symlink (outside, link), ==, 0);
  g_assert_cmpint (symlink ("/etc/passwd", file_link), ==, 0);
  g_assert_cmpint (symlink ("scripts", inner), ==, 0);
  refuse (root, "../x");
  refuse (root, "a/../../x");
  refuse (root, "/etc/x");
  refuse (root, "");
  refuse (root, "a//b");
  refuse (root, "a\nb");
  refuse (root, "out/x");
  refuse (root, "passwd");
  refuse (root, "scripts");

  /* A link that stays inside is followed, and stays. */
  edit = hs_tree_edit_new (root, "In");
  hs_tree_edit_set_text (edit, "inner/run.sh", "x\n");
  g_assert_true (hs_tree_edit_apply (edit, NULL, NULL));
  text = get (root, "scripts/run.sh");
  g_assert_cmpstr (text, ==, "x\n");
  g_assert_true (g_file_test (inner, G_FILE_TEST_IS_SYMLINK));
  forget_edits (root);
  remove_all (root);
  remove_all (outside);
}

/* Another process that writes now is waited for, not for ever. */
static void
test_lock (void)
{
  g_autofree char *root = make_tree ();
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, root, -1);
  g_autofree char *store =
      g_build_filename (g_get_user_state_dir (), "hotshoe", "tree-edits", digest, NULL);
  g_autofree char *path = g_build_filename (store, "lock", NULL);
  int fd;
  pid_t child;

  fill (root);
  edit = make_edit (root);
  g_assert_cmpint (g_mkdir_with_parents (store, 0700), ==, 0);
  fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  child = fork ();
  if (child == 0) {
    g_usleep (300 * 1000);
    _exit (0); /* the lock is shared with us until both let go */
  }
  close (fd);
  g_assert_true (hs_tree_edit_apply (edit, NULL, NULL));
  waitpid (child, NULL, 0);
  forget_edits (root);
  remove_all (root);
}

/* --- kill -9 --- */

/* Runs @work in a process that dies at its @n-th request; TRUE: it got through. */
static gboolean
survives (void (*work) (const char *root, const char *id), const char *root, const char *id, int n)
{
  pid_t child = fork ();
  int status;

  if (child == 0) {
    requests_left = n;
    work (root, id);
    requests_left = -1;
    _exit (0);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) || WTERMSIG (status) == SIGKILL);
  return WIFEXITED (status);
}

static void
apply_work (const char *root, const char *id)
{
  g_autoptr (HsTreeEdit) edit = make_edit (root);

  g_assert_true (hs_tree_edit_apply (edit, NULL, NULL));
}

static void
undo_work (const char *root, const char *id)
{
  g_assert_true (hs_tree_edits_undo (root, id, NULL));
}

static void
recover_work (const char *root, const char *id)
{
  g_assert_true (hs_tree_edits_recover (root, NULL, NULL));
}

static void
test_kill_apply (void)
{
  g_autofree char *root = make_tree ();
  g_autofree char *before = NULL;
  gboolean through = FALSE;
  guint n_taken_back = 0, n;

  fill (root);
  before = snapshot (root);
  for (n = 0; !through; n++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *now = NULL;
    g_autoptr (GPtrArray) list = NULL;
    guint recovered = 0;

    through = survives (apply_work, root, NULL, n);
    g_assert_true (hs_tree_edits_recover (root, &recovered, &error));
    g_assert_no_error (error);
    n_taken_back += recovered;
    list = hs_tree_edits_list (root, NULL);
    now = snapshot (root);
    if (list->len > 0 && !((HsTreeEditRecord *) list->pdata[0])->undone) {
      /* Written as a whole; the record knows how to take it back. */
      const HsTreeEditRecord *record = g_ptr_array_index (list, 0);

      g_assert_cmpstr (now, !=, before);
      g_assert_true (hs_tree_edits_undo (root, record->id, &error));
      g_assert_no_error (error);
      g_free (now);
      now = snapshot (root);
    }
    g_assert_cmpstr (now, ==, before);
    g_assert_true (hs_tree_edits_recover (root, &recovered, NULL));
    g_assert_cmpuint (recovered, ==, 0);
    forget_edits (root);
  }
  g_test_message ("%u places to die at, %u edits taken back", n, n_taken_back);
  g_assert_cmpuint (n_taken_back, >, 10);
  remove_all (root);
}

static void
test_kill_undo (void)
{
  g_autofree char *root = make_tree ();
  g_autofree char *before = NULL;
  gboolean through = FALSE;

  fill (root);
  before = snapshot (root);
  for (int n = 0; !through; n++) {
    g_autoptr (HsTreeEdit) edit = make_edit (root);
    g_autofree char *id = NULL;
    g_autofree char *after = NULL;
    g_autofree char *now = NULL;

    g_assert_true (hs_tree_edit_apply (edit, &id, NULL));
    after = snapshot (root);
    through = survives (undo_work, root, id, n);
    g_assert_true (hs_tree_edits_recover (root, NULL, NULL));
    now = snapshot (root);
    if (g_str_equal (now, after))
      g_assert_true (hs_tree_edits_undo (root, id, NULL));
    g_free (now);
    now = snapshot (root);
    g_assert_cmpstr (now, ==, before);
    forget_edits (root);
  }
  remove_all (root);
}

/* Dying while taking back what broke off; twice. */
static void
test_kill_recover (void)
{
  g_autofree char *root = make_tree ();
  g_autofree char *before = NULL;
  gboolean through = FALSE;
  int last = 0;

  fill (root);
  while (!survives (apply_work, root, NULL, last)) {
    g_assert_true (hs_tree_edits_recover (root, NULL, NULL));
    forget_edits (root);
    last++;
  }
  forget_edits (root);
  remove_all (root);
  g_assert_cmpint (g_mkdir_with_parents (root, 0755), ==, 0);
  fill (root);
  before = snapshot (root);

  for (int n = 0; !through; n++) {
    g_autofree char *now = NULL;

    /* Short of the last request but a few: most of it is written, and edit.json says "writing". */
    g_assert_false (survives (apply_work, root, NULL, last - 6));
    through = survives (recover_work, root, NULL, n);
    survives (recover_work, root, NULL, n / 2);
    g_assert_true (hs_tree_edits_recover (root, NULL, NULL));
    now = snapshot (root);
    g_assert_cmpstr (now, ==, before);
    forget_edits (root);
  }
  remove_all (root);
}

/* Until the script is written, and what comes behind it is not for certain. */
static void
die_half_written (const char *root)
{
  g_autofree char *text = NULL;

  for (int n = 0; g_strcmp0 (text, "#!/bin/sh\nexit 1\n") != 0; n++) {
    g_assert_true (hs_tree_edits_recover (root, NULL, NULL));
    forget_edits (root);
    fill (root);
    survives (apply_work, root, NULL, n);
    g_free (text);
    text = get (root, "scripts/run.sh");
  }
}

static void
test_moved (void)
{
  g_autofree char *above = make_tree ();
  g_autofree char *old = g_build_filename (above, "old", NULL);
  g_autofree char *root = g_build_filename (above, "new", NULL);
  g_autofree char *said = NULL;

  die_half_written (old);
  g_assert_cmpint (g_rename (old, root), ==, 0);
  said = hs_tree_edits_dup_moved (root);
  g_assert_nonnull (strstr (said, old));
  fill (old); /* that one is there again: the other is a copy */
  g_assert_null (hs_tree_edits_dup_moved (root));
  remove_all (old);
  put (root, "scripts/run.sh", "mine\n", 0755);
  g_assert_null (hs_tree_edits_dup_moved (root));
  forget_edits (old);
  remove_all (above);
}

/* A file that somebody wrote after the crash is theirs. */
static void
test_recover_changed (void)
{
  g_autofree char *root = make_tree ();
  g_autoptr (GError) error = NULL;
  g_autofree char *script = NULL;

  die_half_written (root);
  put (root, "scripts/run.sh", "mine\n", 0755);
  g_assert_false (hs_tree_edits_recover (root, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_TREE_CHANGED);
  g_assert_nonnull (strstr (error->message, "scripts/run.sh"));
  script = get (root, "scripts/run.sh");
  g_assert_cmpstr (script, ==, "mine\n");
  g_free (script);
  script = get (root, "boards/OPENMV4/manifest.py");
  g_assert_cmpstr (script, ==, "freeze (\"a\")\ninclude(\"b\")\n");
  g_assert_true (hs_tree_edits_recover (root, NULL, NULL));
  forget_edits (root);
  remove_all (root);
}

/* A record that can't be read any more may be of an edit that is half written: what is kept of the
 * files is all that is left of them. */
static void
test_recover_unreadable (void)
{
  g_autofree char *root = make_tree ();
  g_autofree char *real = realpath (root, NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, real, -1);
  g_autofree char *store =
      g_build_filename (g_get_user_state_dir (), "hotshoe", "tree-edits", digest, NULL);
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *record = g_build_filename (id, "edit.json", NULL);
  g_autofree char *kept = g_build_filename (id, "before", "0", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  put (store, "busy", id, 0600);
  put (store, record, "{ \"format\": 2 }", 0600);
  put (store, kept, "precious\n", 0600);
  g_assert_false (hs_tree_edits_recover (root, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE);
  text = get (store, kept);
  g_assert_cmpstr (text, ==, "precious\n");
  forget_edits (root);
  remove_all (root);
}

/* --- somebody else writes while we do --- */

static const char *busy_root;

static void
write_over (void)
{
  put (busy_root, "boards/OPENMV4/manifest.py", "theirs\n", 0644);
  put (busy_root, "scripts/run.sh", "theirs\n", 0755);
}

/* Over what we had written already, and over what we had not: the first is nowhere but with us. */
static void
test_meddled (void)
{
  g_autofree char *root = make_tree ();
  g_autofree char *text = NULL;
  g_autofree char *diff = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  const HsTreeEditRecord *record;
  guint n;

  fill (root);
  edit = make_edit (root);
  busy_root = root;
  busybody = write_over;
  busybody_at = "docs/old.txt";
  g_assert_false (hs_tree_edit_apply (edit, NULL, &error));
  g_assert_null (busybody_at);
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_TREE_CHANGED);
  g_assert_nonnull (strstr (error->message, "boards/OPENMV4/manifest.py was changed by somebody"));
  g_assert_nonnull (strstr (error->message, "left as it is"));

  text = get (root, "boards/OPENMV4/manifest.py");
  g_assert_cmpstr (text, ==, "theirs\n");
  g_free (text);
  text = get (root, "docs/old.txt");
  g_assert_cmpstr (text, ==, "goes\n");
  list = hs_tree_edits_list (root, NULL);
  g_assert_cmpuint (list->len, ==, 1);
  record = g_ptr_array_index (list, 0);
  g_assert_true (record->undone);
  g_assert_true (record->broken_off);
  diff = hs_tree_edits_dup_diff (root, record->id, NULL);
  g_assert_nonnull (strstr (diff, " freeze (\"a\")\n"));
  g_assert_true (hs_tree_edits_recover (root, &n, NULL));
  g_assert_cmpuint (n, ==, 0);
  forget_edits (root);
  remove_all (root);
}

/* --- names that are not UTF-8 --- */

static void
odd_work (const char *root, const char *id)
{
  g_autoptr (HsTreeEdit) edit = hs_tree_edit_new (root, "Freeze \xe9.py");

  hs_tree_edit_set_text (edit, "scripts/run.sh", "#!/bin/sh\nexit 1\n");
  hs_tree_edit_set_text (edit, "docs/new.txt", "new\n");
  g_assert_true (hs_tree_edit_apply (edit, NULL, NULL));
}

static void
test_not_utf8 (void)
{
  g_autofree char *above = make_tree ();
  g_autofree char *root = g_build_filename (above, "b\xfcro", NULL);
  g_autofree char *before = NULL;
  g_autofree char *now = NULL;
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GError) error = NULL;
  const HsTreeEditRecord *record;
  guint recovered = 0, n_recovered = 0;

  fill (root);
  before = snapshot (root);
  odd_work (root, NULL);
  list = hs_tree_edits_list (root, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (list->len, ==, 1);
  record = g_ptr_array_index (list, 0);
  g_assert_true (g_utf8_validate (record->title, -1, NULL));
  g_assert_true (hs_tree_edits_undo (root, record->id, &error));
  g_assert_no_error (error);
  now = snapshot (root);
  g_assert_cmpstr (now, ==, before);
  forget_edits (root);

  for (int n = 0; !survives (odd_work, root, NULL, n); n++) {
    g_assert_true (hs_tree_edits_recover (root, &recovered, &error));
    g_assert_no_error (error);
    n_recovered += recovered;
    forget_edits (root);
    remove_all (root);
    fill (root);
  }
  g_assert_cmpuint (n_recovered, >, 5);
  forget_edits (root);
  remove_all (above);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tree-edit/life", test_life);
  g_test_add_func ("/tree-edit/nothing", test_nothing);
  g_test_add_func ("/tree-edit/changed", test_changed);
  g_test_add_func ("/tree-edit/order", test_order);
  g_test_add_func ("/tree-edit/out", test_out);
  g_test_add_func ("/tree-edit/lock", test_lock);
  g_test_add_func ("/tree-edit/kill-apply", test_kill_apply);
  g_test_add_func ("/tree-edit/kill-undo", test_kill_undo);
  g_test_add_func ("/tree-edit/kill-recover", test_kill_recover);
  g_test_add_func ("/tree-edit/recover-changed", test_recover_changed);
  g_test_add_func ("/tree-edit/recover-unreadable", test_recover_unreadable);
  g_test_add_func ("/tree-edit/moved", test_moved);
  g_test_add_func ("/tree-edit/meddled", test_meddled);
  g_test_add_func ("/tree-edit/not-utf8", test_not_utf8);
  result = g_test_run ();
  remove_all (home);
  return result;
}
