/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/json-scan.h"

#include <string.h>

static const char *const objects[] = {
  "{}",
  " {\t\n} ",
  "{\"a\":1,\"b\":-2,\"c\":0,\"d\":1.5,\"e\":-1e3,\"f\":2E+2,\"g\":9223372036854775807}",
  "{\"t\":true,\"f\":false,\"n\":null,\"s\":\"\"}",
  "{\"s\":\"a\\\"b\\\\c\\/d\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00 \xc3\xa9\"}",
  "{\"o\":{\"p\":{\"q\":[]}},\"l\":[1,[2,{\"m\":\"n\"}],\"x\",null]}",
  "{\"a\":\"first\",\"a\":\"last\"}",
  "{ \"a\" : [ 1 , 2 ] , \"b\" : { \"c\" : \"d\" } }",
};

static const char *const others[] = {
  "",
  "[]",
  "1",
  "\"a\"",
  "null",
  "{",
  "}",
  "{\"a\"}",
  "{\"a\":}",
  "{\"a\":1,}",
  "{a:1}",
  "{'a':1}",
  "{\"a\":01}",
  "{\"a\":1.}",
  "{\"a\":.5}",
  "{\"a\":-",
  "{\"a\":1}x",
  "{\"a\":\"b}",
  "{\"a\":tru}",
  "{\"a\":\"\\x\"}",
  "{\"a\":[1,]}",
  "{\"a\":\"\\ud800\"}",
  "{\"a\":\"\\u0000\"}",
  "{\"a\":\"\n\"}",
  "{\"a\":1 \"b\":2}",
};

/* What json-glib reads, and what we read, say the same. */
static void
test_same (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++) {
    g_autoptr (JsonObject) object = hs_json_read_object (objects[i]);
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
    g_autoptr (JsonNode) expected = json_from_string (objects[i], NULL);

    g_test_message ("%s", objects[i]);
    g_assert_true (hs_json_is_object (objects[i]));
    g_assert_nonnull (object);
    json_node_set_object (node, object);
    g_assert_true (json_node_equal (node, expected));
  }
}

static void
test_others (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_test_message ("%s", others[i]);
    g_assert_false (hs_json_is_object (others[i]));
    g_assert_null (hs_json_read_object (others[i]));
    g_assert_null (hs_json_find_text (others[i], "zz"));
    g_assert_false (hs_json_has_member (others[i], "zz"));
  }
}

static void
test_cut (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++) {
    g_autofree char *trimmed = g_strstrip (g_strdup (objects[i]));

    for (gsize n = 0; n < strlen (trimmed); n++) {
      g_autofree char *cut = g_strndup (trimmed, n);

      g_assert_false (hs_json_is_object (cut));
      g_assert_null (hs_json_read_object (cut));
    }
  }
}

static void
test_find (void)
{
  g_autofree char *text = hs_json_find_text (objects[4], "s");
  g_autofree char *last = hs_json_find_text (objects[6], "a");

  g_assert_cmpstr (text, ==, "a\"b\\c/d\b\f\n\r\t\xc3\xa9\xf0\x9f\x98\x80 \xc3\xa9");
  g_assert_cmpstr (last, ==, "last");
  g_assert_null (hs_json_find_text (objects[2], "a"));
  g_assert_null (hs_json_find_text (objects[3], "s"));
  g_assert_null (hs_json_find_text (objects[5], "q"));
  g_assert_true (hs_json_has_member (objects[3], "n"));
  g_assert_true (hs_json_has_member (objects[5], "l"));
  g_assert_false (hs_json_has_member (objects[5], "q"));
}

static void
test_deep (void)
{
  g_autoptr (GString) text = g_string_new ("{\"a\":");

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (text, '[');
  g_assert_false (hs_json_is_object (text->str));
  g_assert_null (hs_json_read_object (text->str));
  g_assert_null (hs_json_find_text (text->str, "a"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-scan/same", test_same);
  g_test_add_func ("/json-scan/others", test_others);
  g_test_add_func ("/json-scan/cut", test_cut);
  g_test_add_func ("/json-scan/find", test_find);
  g_test_add_func ("/json-scan/deep", test_deep);
  return g_test_run ();
}
