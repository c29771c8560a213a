/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/features.h"
#include "app/firmware/json-span.h"
#include "tests/board-tree.h"

#include <json-glib/json-glib.h>

static const HsModel *
find (GPtrArray *models, const char *name)
{
  for (guint i = 0; i < models->len; i++) {
    const HsModel *model = g_ptr_array_index (models, i);

    if (g_str_equal (model->name, name))
      return model;
  }
  return NULL;
}

/* A model somewhere else, with labels. (transfer full): its path */
static char *
make_model (const char *folder, const char *name)
{
  g_autofree char *file = g_strconcat (name, ".tflite", NULL);
  g_autofree char *labels = g_strconcat (name, ".txt", NULL);

  put (folder, labels, "gate\n", 0644);
  put_bytes (folder, file, board_model, sizeof board_model);
  return g_build_filename (folder, file, NULL);
}

static void
test_top (void)
{
  g_autofree char *root = make_board_tree (FALSE);
  g_autofree char *other = make_tree ();
  g_autofree char *path = make_model (other, "gate");
  const char *add[] = { path, NULL };
  const char *remove[] = { "/rom/gate.tflite", NULL };
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (HsTreeEdit) back = NULL;
  g_autoptr (GPtrArray) models = NULL;
  g_autofree char *text = NULL;
  g_autofree char *labels = NULL;

  put_bytes (root, "lib/models/faces.tflite", board_model, sizeof board_model);
  models = hs_models_read (tree, "OPENMV4", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, 2);
  g_assert_cmpuint (find (models, "/rom/faces.tflite")->size, ==, sizeof board_model);
  g_assert_true (find (models, "/rom/eye.cascade")->on);

  edit = hs_models_plan (tree, "OPENMV4", add, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (hs_tree_edit_apply (edit, NULL, &error));
  text = get (root, TOP_BOARD "romfs_config.json");
  g_assert_nonnull (strstr (text,
                            "      \"stages\": 0\n    },\n    {\n      \"type\": \"tflite\",\n"
                            "      \"path\": \"{TOP}/lib/models/gate.tflite\",\n"
                            "      \"alignment\": 16,\n      \"optimize\": \"Performance\"\n"
                            "    }\n    ]\n"));
  labels = get (root, "lib/models/gate.txt");
  g_assert_cmpstr (labels, ==, "gate\n");

  back = hs_models_plan (tree, "OPENMV4", NULL, remove, &error);
  g_assert_no_error (error);
  g_assert_true (hs_tree_edit_apply (back, NULL, &error));
  g_clear_pointer (&text, g_free);
  text = get (root, TOP_BOARD "romfs_config.json");
  g_assert_cmpstr (text, ==, board_romfs);
  remove_all (other);
  forget_board_tree (root);
}

static void
test_src (void)
{
  g_autofree char *root = make_board_tree (TRUE);
  g_autofree char *other = make_tree ();
  g_autofree char *path = make_model (other, "gate");
  g_autofree char *odd = make_model (other, "gate-2");
  const char *add[] = { path, NULL };
  const char *add_odd[] = { odd, NULL };
  const char *remove[] = { "gate", NULL };
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autoptr (HsTreeEdit) back = NULL;
  g_autoptr (GPtrArray) models = NULL;

  put (root, "src/lib/tflm/models/index.csv", "# words\nfaces.tflite,Performance\n", 0644);
  put_bytes (root, "src/lib/tflm/models/faces.tflite", board_model, sizeof board_model);
  before = snapshot (root);
  models = hs_models_read (tree, "OPENMV4", &error);
  g_assert_no_error (error);
  g_assert_false (find (models, "faces")->on); /* its switch is not on */

  edit = hs_models_plan (tree, "OPENMV4", add, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (hs_tree_edit_apply (edit, NULL, &error));
  g_clear_pointer (&models, g_ptr_array_unref);
  models = hs_models_read (tree, "OPENMV4", &error);
  g_assert_true (find (models, "gate")->on);

  g_assert_null (hs_models_plan (tree, "OPENMV4", add_odd, NULL, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  g_clear_error (&error);
  back = hs_models_plan (tree, "OPENMV4", NULL, remove, &error);
  g_assert_no_error (error);
  g_assert_true (hs_tree_edit_apply (back, NULL, &error));
  after = snapshot (root);
  g_assert_cmpstr (after, ==, before);
  remove_all (other);
  forget_board_tree (root);
}

static void
test_switched_on (void)
{
  g_autofree char *root = make_board_tree (FALSE);
  g_autofree char *path = g_build_filename (root, "lib/models/faces.tflite", NULL);
  const char *add[] = { path, NULL };
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autoptr (GString) config = g_string_new (board_romfs);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autofree char *text = NULL;

  put_bytes (root, "lib/models/faces.tflite", board_model, sizeof board_model);
  g_string_replace (config, "\"alignment\": 16", "\"enabled\": false", 0);
  put (root, TOP_BOARD "romfs_config.json", config->str, 0644);
  edit = hs_models_plan (tree, "OPENMV4", add, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (hs_tree_edit_apply (edit, NULL, &error));
  g_string_replace (config, "\"enabled\": false", "\"enabled\": true", 0);
  text = get (root, TOP_BOARD "romfs_config.json");
  g_assert_cmpstr (text, ==, config->str);
  forget_board_tree (root);
}

static void
test_refused (void)
{
  g_autofree char *root = make_board_tree (FALSE);
  g_autofree char *other = make_tree ();
  g_autofree char *big = g_build_filename (other, "big.tflite", NULL);
  g_autofree char *no_model = g_build_filename (other, "no.tflite", NULL);
  g_autofree char *faces = make_model (other, "faces");
  g_autofree char *second = g_strconcat ("3:", faces, NULL);
  g_autofree char *zeros = g_malloc0 (140 * 1024);
  const char *all[] = { big, no_model, faces, second, "/nowhere.tflite" };
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (HsTree) tree = open_board_tree (root);
  const char *remove[] = { "nobody", NULL };
  g_autoptr (GError) error = NULL;

  memcpy (zeros, board_model, sizeof board_model);
  put_bytes (other, "big.tflite", zeros, 140 * 1024);
  put (other, "no.tflite", "a model? no", 0644);
  put (root, "lib/models/faces.tflite", "another one of that name", 0644);
  before = snapshot (root);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    const char *add[] = { all[i], NULL };

    g_assert_null (hs_models_plan (tree, "OPENMV4", add, NULL, &error));
    g_assert_nonnull (error);
    g_test_message ("%s", error->message);
    if (i == 0)
      g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_ROMFS_FULL);
    g_clear_error (&error);
  }
  g_assert_null (hs_models_plan (tree, "OPENMV4", NULL, remove, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  after = snapshot (root);
  g_assert_cmpstr (after, ==, before);
  remove_all (other);
  forget_board_tree (root);
}

/* Every way in which lists are written: what is put in can be taken out, and all stays JSON. */
static void
test_forms (void)
{
  static const char *const texts[] = {
    "{ \"a\": [] }",
    "{\"a\":[]}",
    "{\n\t\"a\": [\n\t]\n}",
    "{\r\n  \"a\": [\r\n    {\r\n      \"x\": 1\r\n    }\r\n  ]\r\n}\r\n",
    "{ \"a\": [ {\"x\":1} ] }",
    "{ \"a\": [ 1, 2 ] }",
    "{\n  \"a\": [\n    1,\n    2\n  ]\n}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GString) text = g_string_new (texts[i]);
    g_autoptr (HsJsonSpan) all = hs_json_span_read (text->str, text->len, NULL);
    const HsJsonSpan *list = hs_json_span_member (all, "a");
    guint n = list->children->len;
    g_autoptr (HsJsonSpan) again = NULL;
    g_autoptr (HsJsonSpan) last = NULL;
    g_autoptr (JsonNode) node = NULL;

    hs_json_span_append (text, list, NULL, "{\n  \"y\": 2\n}");
    g_test_message ("%s", text->str);
    node = json_from_string (text->str, NULL);
    g_assert_nonnull (node);
    again = hs_json_span_read (text->str, text->len, NULL);
    list = hs_json_span_member (again, "a");
    g_assert_cmpuint (list->children->len, ==, n + 1);
    hs_json_span_remove (text, list, n);
    last = hs_json_span_read (text->str, text->len, NULL);
    g_assert_cmpuint (hs_json_span_member (last, "a")->children->len, ==, n);
    if (n > 0)
      g_assert_cmpstr (text->str, ==, texts[i]);
  }
}

static void
test_hostile (void)
{
  static const char *const texts[] = {
    "",      "{",     "[",  "{\"", "{\"a", "{\"a\"", "{\"a\":", "{\"a\":1",  "{\"a\":1,",
    "[1 2]", "{1:2}", "/*", "//",  "{}}",  "\"\\",   "[,]",     "{\"a\" 1}", "@",
  };
  g_autoptr (GString) deep = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (hs_json_span_read (texts[i], strlen (texts[i]), &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_MANIFEST);
  }
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_assert_null (hs_json_span_read (deep->str, deep->len, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/models/top", test_top);
  g_test_add_func ("/models/src", test_src);
  g_test_add_func ("/models/switched-on", test_switched_on);
  g_test_add_func ("/models/refused", test_refused);
  g_test_add_func ("/models/forms", test_forms);
  g_test_add_func ("/models/hostile", test_hostile);
  return g_test_run ();
}
