/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/features.h"
#include "app/firmware/macro-lines.h"
#include "tests/board-tree.h"

static const HsFeature *
find (GPtrArray *features, const char *macro)
{
  for (guint i = 0; i < features->len; i++) {
    const HsFeature *feature = g_ptr_array_index (features, i);

    if (g_str_equal (feature->macro, macro))
      return feature;
  }
  return NULL;
}

static void
test_read (gconstpointer old)
{
  g_autofree char *root = make_board_tree (old != NULL);
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) features = hs_features_read (tree, "OPENMV4", &error);
  const HsFeature *feature;

  g_assert_no_error (error);
  g_assert_true (find (features, "IMLIB_ENABLE_LAB_LUT")->on);
  g_assert_false (find (features, "IMLIB_ENABLE_YUV_LUT")->on);
  g_assert_false (find (features, "IMLIB_ENABLE_HOG")->on);
  g_assert_cmpstr (find (features, "IMLIB_ENABLE_HOG")->comment, ==, "Enable find_hog()");
  g_assert_false (find (features, "IMLIB_ENABLE_SELECTIVE_SEARCH")->on);
  g_assert_null (find (features, "IMLIB_ENABLE_NOTHING"));
  g_assert_null (find (features, "OTHER_THING"));
  g_assert_null (find (features, "__IMLIB_CONFIG_H__"));

  feature = find (features, "IMLIB_ENABLE_FIND_DISPLACEMENT");
  g_assert_cmpstr (feature->within, ==, "defined(IMLIB_ENABLE_ROTATION_CORR)");
  g_assert_null (find (features, "IMLIB_ENABLE_LAB_LUT")->within);

  /* The tree's own figure counts more than ours, and only for the first below it. */
  g_assert_cmpuint (find (features, "IMLIB_ENABLE_APRILTAGS")->saves, ==, 96 * 1024);
  g_assert_cmpuint (find (features, "IMLIB_ENABLE_APRILTAGS_TAG36H11")->saves, ==, 0);
  g_assert_null (find (features, "IMLIB_ENABLE_OWN_THING")->title);
  g_assert_nonnull (find (features, "IMLIB_ENABLE_OWN_THING")->group);

  g_assert_true (find (features, "MICROPY_PY_WINC1500")->on);
  g_assert_null (find (features, "MICROPY_PY_WINC1500")->hold);
  g_assert_nonnull (find (features, "MICROPY_PY_ML")->hold);
  forget_board_tree (root);
}

/* Only these lines, and after the way back every byte as it was. */
static void
test_switch (gconstpointer ends)
{
  g_autofree char *root = make_board_tree (FALSE);
  g_autoptr (HsTree) tree = open_board_tree (root);
  const char *off[] = { "IMLIB_ENABLE_APRILTAGS", "IMLIB_ENABLE_FIND_DISPLACEMENT", NULL };
  const char *on[] = { "IMLIB_ENABLE_YUV_LUT", "MICROPY_PY_TV", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *id = NULL;
  g_autofree char *now = NULL;
  guint n_ends = 0;

  if (ends != NULL) {
    g_auto (GStrv) lines = g_strsplit (board_imlib, "\n", -1);
    g_autofree char *text = g_strjoinv (ends, lines);

    n_ends = g_strv_length (lines) - 1;
    put (root, TOP_BOARD "imlib_config.h", text, 0644);
  }
  before = snapshot (root);
  edit = hs_features_plan (tree, "OPENMV4", on, off, &error);
  g_assert_no_error (error);
  g_assert_true (hs_tree_edit_apply (edit, &id, &error));
  g_assert_no_error (error);

  after = get (root, TOP_BOARD "imlib_config.h");
  g_assert_nonnull (strstr (after, "\n// #define IMLIB_ENABLE_APRILTAGS"));
  g_assert_nonnull (strstr (after, "\n// #define IMLIB_ENABLE_FIND_DISPLACEMENT"));
  g_assert_nonnull (strstr (after, "\n#define IMLIB_ENABLE_YUV_LUT"));
  g_assert_nonnull (strstr (after, "\n#define IMLIB_ENABLE_APRILTAGS_TAG36H11"));
  g_assert_cmpuint (strlen (after), ==, strlen (board_imlib) + 4 + n_ends);
  now = get (root, TOP_BOARD "board_config.mk");
  g_assert_nonnull (strstr (now, "MICROPY_PY_TV = 1\n"));
  g_assert_nonnull (strstr (now, "MICROPY_PY_WINC1500 = 1\n"));

  g_assert_true (hs_tree_edits_undo (root, id, &error));
  g_clear_pointer (&now, g_free);
  now = snapshot (root);
  g_assert_cmpstr (now, ==, before);
  forget_board_tree (root);
}

static void
test_refused (void)
{
  g_autofree char *root = make_board_tree (FALSE);
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autofree char *before = snapshot (root);
  g_autofree char *after = NULL;
  const char *ml[] = { "MICROPY_PY_ML", NULL };
  const char *unknown[] = { "IMLIB_ENABLE_MIRACLES", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;

  g_assert_null (hs_features_plan (tree, "OPENMV4", NULL, ml, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED);
  g_assert_nonnull (strstr (error->message, "abort()"));
  g_clear_error (&error);
  g_assert_null (hs_features_plan (tree, "OPENMV4", unknown, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (hs_features_plan (tree, "OPENMV9", NULL, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_NO_TREE);
  g_clear_error (&error);

  /* What is on already stays: no edit. */
  edit = hs_features_plan (tree, "OPENMV4", ml, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (hs_tree_edit_is_empty (edit));
  after = snapshot (root);
  g_assert_cmpstr (after, ==, before);
  forget_board_tree (root);
}

/* Headers that nobody meant to be read so. */
static void
test_hostile (void)
{
  static const char *const texts[] = {
    "",
    "#",
    "#define",
    "#define ",
    "//#define",
    "// #",
    "#if",
    "#else\n#endif\n#endif\n#elif X\n",
    "#ifndef X",
    "#define A B\n#define B A\n#if A\n#define IMLIB_X\n#endif\n",
    "#define A (((((((((((((((((((((((((((((((((((((((((((((1\n#if A\n#endif\n",
    "#define A 99999999999999999999999999\n#if A * A\n#endif",
    "#define A 1/0\n#if A\n#endif\n",
    "/* never closed\n#define IMLIB_Y\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GPtrArray) lines = hs_macro_lines_read (texts[i], strlen (texts[i]), NULL);
    guint64 number;

    g_assert_nonnull (lines);
    hs_macro_number (lines, texts[i], "A * 2 + B", &number);
  }
}

/* What stands behind a zero byte would be lost, or be somebody else's string. */
static void
test_zero_byte (void)
{
  static const char *const files[] = { TOP_BOARD "imlib_config.h", TOP_BOARD "board_config.mk" };
  const char *off[] = { "IMLIB_ENABLE_LAB_LUT", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *root = make_board_tree (FALSE);
    g_autoptr (HsTree) tree = open_board_tree (root);
    g_autofree char *path = g_build_filename (root, files[i], NULL);
    g_autofree char *text = get (root, files[i]);
    g_autoptr (GString) bytes = g_string_new (text);
    g_autoptr (GError) error = NULL;
    g_autoptr (HsTreeEdit) edit = NULL;

    g_string_append_len (bytes, "\0# the rest\n", 12);
    g_assert_true (g_file_set_contents (path, bytes->str, bytes->len, NULL));
    edit = hs_features_plan (tree, "OPENMV4", NULL, off, &error);
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE);
    g_assert_null (edit);
    g_assert_nonnull (strstr (error->message, files[i]));
    forget_board_tree (root);
  }
}

static void
test_numbers (void)
{
  static const char text[] = "#define A (480K)\n#define B A\n#define C (A + 2M)\n";
  static const struct {
    const char *value;
    guint64 number; /* G_MAXUINT64: none */
  } all[] = {
    { "(480K)", 480 * 1024 },
    { "(60 * 1024)", 60 * 1024 },
    { "0x00100000", 1024 * 1024 },
    { "B", 480 * 1024 },
    { "C", 2 * 1024 * 1024 + 480 * 1024 },
    { "(32 * 1024 * 1024)", 32 * 1024 * 1024 },
    { "UNKNOWN", G_MAXUINT64 },
    { "(1", G_MAXUINT64 },
    { "1 - 2", G_MAXUINT64 },
    { "12 monkeys", G_MAXUINT64 },
  };
  static const struct {
    const char *old;
    guint64 bytes;
    const char *styled; /* nullable */
  } styles[] = {
    { "(480K)", 248 * 1024, "(248K)" },      { "4M", 2 * 1024 * 1024, "2M" },
    { "(4M)", 1536 * 1024, "(1536K)" },      { "(60 * 1024)", 32 * 1024, "(32 * 1024)" },
    { "0x00100000", 0x80000, "0x00080000" }, { "(480K)", 100, NULL },
  };
  g_autoptr (GPtrArray) lines = hs_macro_lines_read (text, strlen (text), NULL);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    guint64 number = 0;
    gboolean known = hs_macro_number (lines, text, all[i].value, &number);

    g_test_message ("%s", all[i].value);
    g_assert_cmpint (known, ==, all[i].number != G_MAXUINT64);
    if (known)
      g_assert_cmpuint (number, ==, all[i].number);
  }
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++) {
    g_autofree char *styled = hs_macro_dup_styled (styles[i].old, styles[i].bytes);

    g_assert_cmpstr (styled, ==, styles[i].styled);
  }
}

/* A checkout that the user has: every board, every switch, there and back. */
static void
test_real (void)
{
  const char *root = g_getenv ("HOTSHOE_FIRMWARE_TREE");
  g_autoptr (HsTree) tree = root != NULL && *root != '\0' ? open_board_tree (root) : NULL;
  GPtrArray *boards;

  if (tree == NULL) {
    g_test_skip ("HOTSHOE_FIRMWARE_TREE names no checkout");
    return;
  }
  boards = hs_tree_get_boards (tree);
  for (guint b = 0; b < boards->len; b++) {
    const char *target = ((HsTreeBoard *) boards->pdata[b])->target;
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) features = hs_features_read (tree, target, &error);

    g_assert_no_error (error);
    g_assert_cmpuint (features->len, >=, 20);
    for (guint i = 0; i < features->len; i++) {
      const HsFeature *feature = features->pdata[i];
      const char *macros[] = { feature->macro, NULL };
      g_autoptr (HsTreeEdit) edit = NULL;

      g_test_message ("%s %s", target, feature->macro);
      g_assert_nonnull (feature->title);
      if (feature->hold != NULL)
        continue;
      edit = hs_features_plan (
          tree, target, feature->on ? NULL : macros, feature->on ? macros : NULL, &error);
      g_assert_no_error (error);
      g_assert_false (hs_tree_edit_is_empty (edit));
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/features/read/top", NULL, test_read);
  g_test_add_data_func ("/features/read/src", "old", test_read);
  g_test_add_data_func ("/features/switch/lf", NULL, test_switch);
  g_test_add_data_func ("/features/switch/crlf", "\r\n", test_switch);
  g_test_add_func ("/features/refused", test_refused);
  g_test_add_func ("/features/hostile", test_hostile);
  g_test_add_func ("/features/zero-byte", test_zero_byte);
  g_test_add_func ("/features/numbers", test_numbers);
  g_test_add_func ("/features/real", test_real);
  return g_test_run ();
}
