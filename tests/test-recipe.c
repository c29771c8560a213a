/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/recipe.h"
#include "app/strict-json.h"

#include <string.h>

/* A recipe is one text, whatever order it was put together in, and no other text is one. */

#define SHA_1 "1111111111111111111111111111111111111111111111111111111111111111"
#define SHA_2 "2222222222222222222222222222222222222222222222222222222222222222"

/* As format 1 has been since it was made: must be read, and be the same text, for ever. */
static const char full_text[] =
    "{\"allow_unproven\":true,\"boards\":[{\"artifacts\":[{\"file\":\"firmware.bin\",\"role\":"
    "\"firmware\",\"sha256\":\"" SHA_1 "\",\"size\":1700000},{\"file\":\"romfs0.img\",\"role\":"
    "\"romfs0\",\"sha256\":\"" SHA_2 "\",\"size\":4096}],\"board\":\"OPENMV4\",\"build\":\"" SHA_1
    "\",\"build_name\":\"gate \\\"x\\\"\",\"number\":\"5.0.0\",\"version\":null},{\"artifacts\":[],"
    "\"board\":\"OPENMV_N6\",\"build\":\"" SHA_2 "\",\"build_name\":\"n6\",\"number\":null,"
    "\"version\":\"v5.0.0\"}],\"checks\":[],\"confirm\":\"text\",\"erase_filesystem\":true,"
    "\"files\":[{\"file\":\"key.der\",\"path\":\"tls/key.der\",\"source\":\"folder\",\"text\":"
    "\"tls\"},{\"file\":null,\"path\":\"unit.txt\",\"source\":\"template\",\"text\":"
    "\"{id}\\u000a{serial}\\u0009ä\"}],\"format\":1,\"name\":\"gate-counter\",\"notes\":\"line "
    "1\\u000aline 2\",\"reasons\":{\"dirty-tree\":\"a comment only\",\"empty-romfs\":\"no "
    "models\"},"
    "\"serial\":{\"digits\":4,\"first\":1,\"last\":9999,\"list_sha256\":null,\"prefix\":\"GATE-\","
    "\"rule\":\"counter\",\"series\":\"gates\",\"suffix\":\"\"},\"supersedes\":\"" SHA_2
    "\",\"version\":\"1.4.2\"}";
#define FULL_ID "a4582e30f83d3ce614566b0bf39ab8fd68242c4b9462158f383b1fded42fdfd1"

static HsRecipe *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  HsRecipe *recipe = hs_recipe_parse (text, &error);

  g_assert_no_error (error);
  g_assert_nonnull (recipe);
  return recipe;
}

/* Refused in words, and without a crash. */
static void
assert_bad (const char *text, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_recipe_parse (text, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_RECIPE);
  if (words != NULL && strstr (error->message, words) == NULL)
    g_error ("“%s” is not in “%s”", words, error->message);
}

static void
test_format_one (void)
{
  g_autoptr (HsRecipe) recipe = parse (full_text);
  g_autofree char *again = hs_recipe_to_text (recipe);
  g_autofree char *id = hs_recipe_compute_id (again);
  const HsRecipeBoard *board = hs_recipe_find_board (recipe, "OPENMV4");
  const HsRecipeFile *file = g_ptr_array_index (recipe->files, 0);

  g_assert_cmpstr (again, ==, full_text);
  g_assert_cmpstr (id, ==, FULL_ID);
  g_assert_cmpstr (recipe->name, ==, "gate-counter");
  g_assert_true (recipe->allow_unproven && recipe->erase_filesystem && !recipe->confirm_none);
  g_assert_cmpint (recipe->confirm, ==, HS_VERSION_TEXT);
  g_assert_cmpint (recipe->rule, ==, HS_NUMBER_COUNTER);
  g_assert_cmpint (recipe->last, ==, 9999);
  g_assert_cmpstr (recipe->series, ==, "gates");
  g_assert_cmpstr (board->build_name, ==, "gate \"x\"");
  g_assert_cmpuint (board->artifacts->len, ==, 2);
  g_assert_cmpint (file->source, ==, HS_FILE_FOLDER);
  g_assert_cmpstr (g_hash_table_lookup (recipe->reasons, "empty-romfs"), ==, "no models");
  g_assert_null (hs_recipe_find_board (recipe, "OPENMV3"));
}

static void
test_copy (void)
{
  g_autoptr (HsRecipe) recipe = parse (full_text);
  g_autoptr (HsRecipe) copy = hs_recipe_copy (recipe);
  g_autofree char *text = hs_recipe_to_text (copy);

  g_assert_cmpstr (text, ==, full_text);
}

static void
test_empty (void)
{
  g_autoptr (HsRecipe) recipe = hs_recipe_new ();
  g_autofree char *text = hs_recipe_to_text (recipe);
  g_autoptr (HsRecipe) again = parse (text);

  g_assert_cmpuint (again->boards->len, ==, 0);
  g_assert_cmpstr (again->version, ==, "");
}

static void
swap (GPtrArray *array)
{
  gpointer first = array->pdata[0];

  array->pdata[0] = array->pdata[1];
  array->pdata[1] = first;
}

/* The order in which somebody clicked is no part of it; nor is a series that is the name anyway. */
static void
test_same_recipe_same_text (void)
{
  g_autoptr (HsRecipe) recipe = parse (full_text);
  g_autofree char *text = NULL;
  g_autofree char *with_series = NULL;
  g_autofree char *without = NULL;

  swap (recipe->boards);
  swap (recipe->files);
  text = hs_recipe_to_text (recipe);
  g_assert_cmpstr (text, ==, full_text);

  g_free (recipe->series);
  recipe->series = g_strdup (recipe->name);
  with_series = hs_recipe_to_text (recipe);
  g_clear_pointer (&recipe->series, g_free);
  without = hs_recipe_to_text (recipe);
  g_assert_cmpstr (with_series, ==, without);
  hs_recipe_free (g_steal_pointer (&recipe));
  recipe = parse (without);
  g_assert_cmpstr (recipe->series, ==, "gate-counter");
}

static char *
change (const char *from, const char *to)
{
  g_autoptr (GString) text = g_string_new (full_text);

  g_assert_cmpuint (g_string_replace (text, from, to, 1), ==, 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
test_refused (void)
{
  static const struct {
    const char *from, *to, *words;
  } cases[] = {
    { "\"format\":1", "\"format\":2", "newer Hotshoe" },
    { "\"checks\":[]", "\"checks\":[\"audit\"]", "newer Hotshoe" },
    { "\"checks\":[]", "\"checks\":[],\"color\":1", "“color”" },
    { "\"digits\":4", "\"digits\":4,\"dots\":4", "newer Hotshoe" },
    { "\"rule\":\"counter\"", "\"rule\":\"dice\"", "newer Hotshoe" },
    { "\"source\":\"folder\"", "\"source\":\"url\"", "newer Hotshoe" },
    { "\"role\":\"romfs0\"", "\"role\":\"romfs9\"", "newer Hotshoe" },
    { "\"role\":\"romfs0\"", "\"role\":\"firmware\"", "“role”" },
    { "\"confirm\":\"text\"", "\"confirm\":\"smell\"", "newer Hotshoe" },
    { "\"erase_filesystem\":true,", "", "“erase_filesystem”" },
    { "\"erase_filesystem\":true", "\"erase_filesystem\":1", "“erase_filesystem”" },
    { "\"size\":4096", "\"size\":-1", "“size”" },
    { "\"size\":4096", "\"size\":4096.5", "“size”" },
    { "\"size\":4096", "\"size\":\"4096\"", "“size”" },
    { "\"size\":4096", "\"size\":04096", NULL },
    { "\"size\":4096", "\"size\":99999999999999999999999", NULL },
    { "tls/key.der", "../key.der", "“path”" },
    { "tls/key.der", "/key.der", "“path”" },
    { "tls/key.der", "tls//key.der", "“path”" },
    { "tls/key.der", "tls\\\\key.der", "“path”" },
    { "tls/key.der", "unit.TXT", "“path”" },
    { "\"text\":\"tls\"", "\"text\":\"../tls\"", "“text”" },
    { "\"file\":\"key.der\"", "\"file\":\"../key.der\"", "“file”" },
    { "firmware.bin", "../firmware.bin", "“file”" },
    { "\"OPENMV_N6\"", "\"OPENMV4\"", "“board”" },
    { "\"OPENMV_N6\"", "\"../N6\"", "“board”" },
    { "gate-counter", "gate\\u000acounter", "“name”" },
    { "\"sha256\":\"11", "\"sha256\":\"AA", "“sha256”" },
    { "\"supersedes\":\"22", "\"supersedes\":\"2", "“supersedes”" },
    { "\"notes\":", "\"version\":\"2\",\"notes\":", NULL }, /* twice */
    { "\"allow_unproven\":true", " \"allow_unproven\":true", NULL },
    { "\"allow_unproven\":true", "\"allow_unproven\":true/**/", NULL },
    { "\\u000a{serial}", "\\n{serial}", "not written as" },
    { "ä", "\\u00e4", "not written as" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = change (cases[i].from, cases[i].to);

    assert_bad (text, cases[i].words);
  }
}

/* Either nothing, or something that is written exactly so. */
static void
assert_safe (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsRecipe) recipe = hs_recipe_parse (text, &error);

  if (recipe != NULL) {
    g_autofree char *again = hs_recipe_to_text (recipe);

    g_assert_cmpstr (again, ==, text);
  } else {
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_RECIPE);
  }
}

static void
test_truncated (void)
{
  for (gsize length = 0; length < strlen (full_text); length++) {
    g_autofree char *text = g_strndup (full_text, length);

    assert_bad (text, NULL);
  }
}

static void
test_changed (void)
{
  static const char others[] = "\"\\{}[],:0 /\x01\xFF"
                               "aZ";
  g_autofree char *text = g_strdup (full_text);

  for (gsize i = 0; text[i] != '\0'; i++) {
    char was = text[i];

    for (const char *other = others; *other != '\0'; other++) {
      text[i] = *other;
      assert_safe (text);
    }
    text[i] = was;
  }
}

/* A parser that calls itself for each bracket must not be reached. */
static void
test_deep (void)
{
  const gsize length = 200 * 1000;
  g_autofree char *deep = g_malloc (length + 1);

  memset (deep, '[', length);
  deep[length] = '\0';
  assert_bad (deep, "JSON");
  memcpy (deep, "{\"a\":", 5);
  assert_bad (deep, "JSON");
  memcpy (deep, "/*\"*/", 5);
  assert_bad (deep, "JSON");
  g_assert_null (hs_strict_json_parse ("{}", 2, 1));
  assert_bad ("[]", NULL);
  assert_bad ("", NULL);
}

static void
test_list (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("A-1\r\n A-2 \nA-3\n\n\n", 17);
  g_autoptr (GBytes) none = g_bytes_new_static ("\n", 1);
  g_auto (GStrv) lines = hs_recipe_split_list (bytes);
  g_auto (GStrv) empty = hs_recipe_split_list (none);

  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], ==, "A-1");
  g_assert_cmpstr (lines[1], ==, "A-2");
  g_assert_cmpuint (g_strv_length (empty), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/recipe/format-one", test_format_one);
  g_test_add_func ("/recipe/copy", test_copy);
  g_test_add_func ("/recipe/empty", test_empty);
  g_test_add_func ("/recipe/same-recipe-same-text", test_same_recipe_same_text);
  g_test_add_func ("/recipe/refused", test_refused);
  g_test_add_func ("/recipe/truncated", test_truncated);
  g_test_add_func ("/recipe/changed", test_changed);
  g_test_add_func ("/recipe/deep", test_deep);
  g_test_add_func ("/recipe/list", test_list);

  return g_test_run ();
}
