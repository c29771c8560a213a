/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/csv.h"

#include <string.h>

static HsCsvReader *
open_bytes (const char *bytes, gssize length)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_data (
      bytes, length >= 0 ? length : (gssize) strlen (bytes), NULL);

  return hs_csv_reader_new (stream);
}

/* "a|b" of every record; a problem as "!"; records parted by "/". */
static char *
read_all (const char *bytes, gssize length)
{
  g_autoptr (HsCsvReader) reader = open_bytes (bytes, length);
  GString *all = g_string_new (NULL);

  for (;;) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HsCsvRecord) record = hs_csv_reader_next (reader, NULL, &error);

    g_assert_no_error (error);
    if (record == NULL)
      return g_string_free (all, FALSE);
    if (all->len > 0)
      g_string_append_c (all, '/');
    g_assert_true (g_utf8_validate (record->text, -1, NULL));
    if (record->problem != NULL) {
      g_assert_null (record->cells);
      g_string_append_c (all, '!');
      continue;
    }
    g_ptr_array_add (record->cells, NULL);
    {
      g_autofree char *line = g_strjoinv ("|", (char **) record->cells->pdata);

      g_string_append (all, line);
    }
  }
}

static void
assert_read (const char *bytes, const char *expected)
{
  g_autofree char *all = read_all (bytes, -1);

  g_assert_cmpstr (all, ==, expected);
}

static void
test_forms (void)
{
  assert_read ("", "");
  assert_read ("\n\r\n\r", "");
  assert_read ("a,b\nc,d", "a|b/c|d");
  assert_read ("a,b\r\nc,d\r\n", "a|b/c|d");
  assert_read ("a,b\rc,d\r", "a|b/c|d");
  assert_read ("\xEF\xBB\xBF"
               "a,b\n1,2\n",
               "a|b/1|2");
  assert_read ("a;b;c\n1,5;2;\n", "a|b|c/1,5|2|");
  assert_read ("a\tb\n1,2\t3;4\n", "a|b/1,2|3;4");
  assert_read ("a,b\n\"x,y\",\"he said \"\"no\"\"\"\n", "a|b/x,y|he said \"no\"");
  assert_read ("a,b\n\"two\r\nlines\",z\n", "a|b/two\r\nlines|z");
  assert_read ("a,b\n5\" lens,x\n", "a|b/5\" lens|x");
  assert_read (",,\n", "||");
}

static void
test_problems (void)
{
  g_autofree char *nul = read_all ("a,b\n1\0002,3\n4,5\n", 13);

  assert_read ("a,b\n\"x\"y,z\n1,2\n", "a|b/!/1|2");
  assert_read ("a,b\n1,2\n\"never closed", "a|b/1|2/!");
  assert_read ("a,b\n\xff\xfe,2\n3,4\n", "a|b/!/3|4");
  assert_read ("a,b\nK\xf6ln,2\n3,4\n", "a|b/!/3|4");
  g_assert_cmpstr (nul, ==, "a|b/!/4|5");
}

static void
test_line_numbers (void)
{
  static const guint64 expected[] = { 1, 3, 6, 7 };
  g_autoptr (HsCsvReader) reader = open_bytes ("a,b\n\n\"1\r\n2\n3\",x\r\n\"bad\"x,\nlast,one", -1);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autoptr (HsCsvRecord) record = hs_csv_reader_next (reader, NULL, NULL);

    g_assert_nonnull (record);
    g_assert_cmpuint (record->line, ==, expected[i]);
  }
  g_assert_null (hs_csv_reader_next (reader, NULL, NULL));
}

/* A line without end must not eat memory, and what follows it is read. */
static void
test_endless_line (void)
{
  g_autoptr (GString) bytes = g_string_new ("a,b\n");
  g_autofree char *plain = NULL;
  g_autofree char *quoted = NULL;

  for (guint i = 0; i < 3 * 1024; i++)
    for (guint n = 0; n < 1024; n++)
      g_string_append_c (bytes, 'x');
  g_string_append (bytes, "\n1,2\n");
  plain = read_all (bytes->str, bytes->len);
  g_assert_cmpstr (plain, ==, "a|b/!/1|2");

  bytes->str[4] = '"';
  quoted = read_all (bytes->str, bytes->len);
  g_assert_cmpstr (quoted, ==, "a|b/!/1|2");
}

/* Cut anywhere, and with any byte changed: always an end, and text that is UTF-8. */
static void
test_broken_anywhere (void)
{
  static const char whole[] =
      "\xEF\xBB\xBFunit;label\r\n\"a\"\"b;\";\"two\nlines\"\r\nK\xC3\xB6ln;x\n";
  static const char bad[] = { '"', '\n', '\r', ';', '\0', '\xff' };

  for (gsize length = 0; length < sizeof whole; length++) {
    g_autofree char *all = read_all (whole, length);

    g_assert_nonnull (all);
  }
  for (gsize at = 0; at < sizeof whole - 1; at++)
    for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
      char bytes[sizeof whole];
      g_autofree char *all = NULL;

      memcpy (bytes, whole, sizeof whole);
      bytes[at] = bad[i];
      all = read_all (bytes, sizeof bytes - 1);
      g_assert_nonnull (all);
    }
}

/* What a spreadsheet would run comes back as it was, whatever stood before it. */
static void
test_round_trip (void)
{
  static const char *const cells[] = {
    "plain", "=1+2", "+49 30", "-7",     "@here", "\tx",      "\rx", "'=1",  "''=1", "'quoted'",
    "'",     "a\"b", "a,b",    "a;b\nc", "Köln",  "=\"a\",b", "--",  "'''@", "",     "x=1",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cells); i++) {
    g_autoptr (GString) line = g_string_new ("x,");
    g_autoptr (HsCsvReader) reader = NULL;
    g_autoptr (HsCsvRecord) record = NULL;
    const char *cell;

    hs_csv_append_cell (line, cells[i]);
    g_string_append (line, "\r\n");
    reader = open_bytes (line->str, line->len);
    record = hs_csv_reader_next (reader, NULL, NULL);
    g_assert_cmpstr (record->problem, ==, NULL);
    g_assert_cmpuint (record->cells->len, ==, 2);
    cell = g_ptr_array_index (record->cells, 1);
    g_assert_null (*cell != '\0' ? strchr ("=+-@\t\r", *cell) : NULL);
    g_assert_cmpstr (hs_csv_unguard (cell), ==, cells[i]);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv/forms", test_forms);
  g_test_add_func ("/csv/problems", test_problems);
  g_test_add_func ("/csv/line-numbers", test_line_numbers);
  g_test_add_func ("/csv/endless-line", test_endless_line);
  g_test_add_func ("/csv/broken-anywhere", test_broken_anywhere);
  g_test_add_func ("/csv/round-trip", test_round_trip);
  return g_test_run ();
}
