/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/json-span.h"
#include "tests/fuzz/fuzz.h"

static void
check (const HsJsonSpan *span, gsize length)
{
  g_assert_true (span->start < span->end && span->end <= length);
  g_assert_true (span->key_start <= span->start);
  for (guint i = 0; span->children != NULL && i < span->children->len; i++)
    check (g_ptr_array_index (span->children, i), length);
}

/* romfs_config.json, launch.json and their like. What was read can be changed, and is read again.
 */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsJsonSpan) root = hs_json_span_read ((const char *) data, size, &error);
  g_autoptr (HsJsonSpan) again = NULL;
  g_autoptr (GString) text = NULL;

  g_assert_true ((root == NULL) == (error != NULL));
  if (root == NULL)
    return 0;
  check (root, size);
  text = g_string_new_len ((const char *) data, size);
  if (root->kind == HS_SPAN_OBJECT || root->kind == HS_SPAN_ARRAY)
    hs_json_span_append (
        text, root, root->kind == HS_SPAN_OBJECT ? "added" : NULL, "{\n  \"a\": 1\n}");
  else
    hs_json_span_replace (text, root, "\"other\"");
  again = hs_json_span_read (text->str, text->len, &error);
  g_assert_no_error (error);
  if (root->children != NULL && root->children->len > 0) {
    g_autoptr (GString) less = g_string_new_len ((const char *) data, size);
    g_autoptr (HsJsonSpan) rest = NULL;

    hs_json_span_remove (less, root, size % root->children->len);
    rest = hs_json_span_read (less->str, less->len, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (rest->children->len + 1, ==, root->children->len);
  }
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  fuzz_add_text (seeds,
                 "{\n  \"0\": {\n    \"size\": \"0x20000\",\n    \"entries\": [\n    {\n"
                 "      \"type\": \"tflite\",\n      \"path\": \"{TOP}/lib/models/a.tflite\",\n"
                 "      \"alignment\": 16,\n      \"enabled\": false\n    },\n    {\n"
                 "      \"type\": \"haar\",\n      \"stages\": 0\n    }\n    ]\n  }\n}\n");
  fuzz_add_text (
      seeds,
      "// tasks\n{ /* x */ \"version\": \"2.0.0\", \"tasks\": [1, true, null, \"\\u00e9\", "
      "-1.5e3,], \"a\": {}, \"b\": [], }");
  fuzz_add_text (seeds, "[]");
}
