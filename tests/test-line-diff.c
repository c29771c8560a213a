/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/line-diff.h"
#include "app/firmware/tree-edit.h"
#include "tests/edit-tree.h"
#include "tests/own-dirs.h"

static void
assert_diff (const char *before, const char *after, const char *expected)
{
  g_autoptr (GBytes) a = before != NULL ? g_bytes_new (before, strlen (before)) : NULL;
  g_autoptr (GBytes) b = after != NULL ? g_bytes_new (after, strlen (after)) : NULL;
  g_autofree char *diff = hs_line_diff ("f", a, b);

  g_assert_cmpstr (diff, ==, expected);
}

static void
test_diff (void)
{
  assert_diff ("a\n", "a\n", "");
  assert_diff (NULL, NULL, "");
  assert_diff ("a\nb\nc\n", "a\nx\nc\n", "--- a/f\n+++ b/f\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
  assert_diff ("a",
               "b",
               "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
               "\\ No newline at end of file\n");
  assert_diff (NULL,
               "n\n",
               "diff --git a/f b/f\nnew file mode 100644\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n"
               "+n\n");
  assert_diff (NULL, "", "diff --git a/f b/f\nnew file mode 100644\n");
  assert_diff ("\xff\n", "x\n", "Binary files a/f and b/f differ\n");
  assert_diff ("1\n2\n3\n4\n5\n6\n7\n8\n9\n",
               "1\n2\n3\n4\n5\n6\n7\n8\nx\n",
               "--- a/f\n+++ b/f\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+x\n");
}

static gboolean
run (const char *folder, const char *const *argv, const char *input, char **output)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                                 G_SUBPROCESS_FLAGS_STDERR_MERGE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_cwd (launcher, folder);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, input, NULL, output, NULL, &error));
  return g_subprocess_get_successful (process);
}

/* Random files, changed at random, go from one side to the other by @argv. */
static void
check_patch (const char *const *argv, GRand *random)
{
  g_autofree char *root = make_tree ();
  g_autofree char *before = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *now = NULL;
  g_autofree char *diff = NULL;
  g_autofree char *said = NULL;
  g_autofree char *id = NULL;
  g_autoptr (HsTreeEdit) edit = hs_tree_edit_new (root, "Random");

  for (int file = 0; file < 6; file++) {
    g_autofree char *name = g_strdup_printf ("folder/f %d", file);
    g_autoptr (GString) a = g_string_new (NULL);
    g_autoptr (GString) b = g_string_new (NULL);
    int n = g_rand_int_range (random, 0, 60);

    for (int i = 0; i < n; i++) {
      int what = g_rand_int_range (random, 0, 12);
      const char *end = i + 1 < n || g_rand_boolean (random) ? "\n" : "";

      if (what != 0)
        g_string_append_printf (a, "%d%s", i % 7, end);
      if (what > 1)
        g_string_append_printf (b, "%d%s", i % 7, end);
      if (what == 2)
        g_string_append (b, "new\n");
    }
    if (a->len > 0 || file > 3)
      put (root, name, a->str, 0644);
    hs_tree_edit_set_text (edit, name, file == 0 ? NULL : b->str);
  }
  hs_tree_edit_set_text (edit, "new/file.py", "x = 1\n");
  if (g_str_equal (argv[0], "git"))
    hs_tree_edit_set_text (edit, "new/__init__.py", "");

  before = snapshot (root);
  diff = hs_tree_edit_dup_diff (edit, NULL);
  g_assert_true (hs_tree_edit_apply (edit, &id, NULL));
  wanted = snapshot (root);
  g_assert_true (hs_tree_edits_undo (root, id, NULL));
  now = snapshot (root);
  g_assert_cmpstr (now, ==, before);
  g_free (now);
  if (!run (root, argv, diff, &said)) {
    g_test_message ("%s refused:\n%s\n%s", argv[0], diff, said);
    g_test_fail ();
  }
  now = snapshot (root);
  g_assert_cmpstr (now, ==, wanted);
  forget_edits (root);
  remove_all (root);
}

static void
test_patch (void)
{
  const char *const patch[] = { "patch", "-p1", "--no-backup-if-mismatch", NULL };
  const char *const git[] = { "git", "apply", "--whitespace=nowarn", "-", NULL };
  g_autoptr (GRand) random = g_rand_new_with_seed (4711);
  g_autofree char *patch_program = g_find_program_in_path ("patch");
  g_autofree char *git_program = g_find_program_in_path ("git");

  for (int i = 0; i < 15; i++) {
    if (patch_program != NULL)
      check_patch (patch, random);
    if (git_program != NULL)
      check_patch (git, random);
  }
}

/* 20,000 lines that have nothing in common: bounded time, and still a diff. */
static void
test_diff_large (void)
{
  g_autoptr (GString) a = g_string_new (NULL);
  g_autoptr (GString) b = g_string_new (NULL);
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autofree char *diff = NULL;

  for (int i = 0; i < 20000; i++) {
    g_string_append_printf (a, "a%d\n", i);
    g_string_append_printf (b, "b%d\n", i);
  }
  first = g_bytes_new (a->str, a->len);
  second = g_bytes_new (b->str, b->len);
  diff = hs_line_diff ("f", first, second);
  g_assert_true (g_str_has_prefix (diff, "--- a/f\n+++ b/f\n@@ -1,20000 +1,20000 @@\n"));
}

int
main (int argc, char **argv)
{
  g_autofree char *home = own_dirs_make ();
  int result;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/line-diff/small", test_diff);
  g_test_add_func ("/line-diff/patch", test_patch);
  g_test_add_func ("/line-diff/large", test_diff_large);
  result = g_test_run ();
  remove_all (home);
  return result;
}
