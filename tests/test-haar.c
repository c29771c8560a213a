/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/firmware/romfs-source.h"

#include <string.h>

static GBytes *
from_hex (const char *hex)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; *hex != '\0'; hex++) {
    guint8 byte;

    if (*hex == ' ')
      continue;
    byte = g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]);
    g_byte_array_append (bytes, &byte, 1);
    hex++;
  }
  return g_byte_array_free_to_bytes (bytes);
}

static const char old_cascade[] =
    "<?xml version=\"1.0\"?>\n<!-- one -->\n<opencv_storage>\n<x type_id=\"t\">\n"
    "  <size>20 21</size>\n  <stages>\n    <_>\n      <!-- stage 0 -->\n      <trees>\n        "
    "<_>\n"
    "          <!-- tree 0 -->\n          <_>\n            <feature>\n              <rects>\n"
    "                <_>0 8 20 12 -1.</_>\n                <_>\n 0 14 20 6 2.</_></rects>\n"
    "              <tilted>0</tilted></feature>\n            "
    "<threshold>0.1296395957469940</threshold>\n"
    "            <left_val>-0.7730420827865601</left_val>\n"
    "            <right_val>0.6835014820098877</right_val></_></_></trees>\n"
    "      <stage_threshold>-1.4562760591506958</stage_threshold></_></stages></x>\n"
    "</opencv_storage>\n";

static const char new_cascade[] =
    "<opencv_storage><cascade><height>24</height><width>23</width>\n"
    "<stageParams><maxWeakCount>99</maxWeakCount></stageParams><stageNum>1</stageNum>\n"
    "<stages><!-- s --><_><maxWeakCount>2</maxWeakCount><stageThreshold>-1.5</stageThreshold>\n"
    "<weakClassifiers><_><internalNodes>\n 0 -1 1 0.25</internalNodes><leafValues>\n 0.5 -0.75"
    "</leafValues></_>\n<_><internalNodes>0 -1 0 -1e-1</internalNodes><leafValues>1. 2.5"
    "</leafValues></_></weakClassifiers></_></stages>\n"
    "<features><_><rects><_>1 2 3 4 -1.</_></rects></_><_><rects><_>5 6 7 8 3.</_><_>9 10 11 12 "
    "2.</_>"
    "</rects></_></features></cascade></opencv_storage>";

static void
assert_cascade (const char *xml, const char *hex)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = hs_haar_convert (xml, -1, 0, &error);
  g_autoptr (GBytes) wanted = from_hex (hex);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL),
                   g_bytes_get_size (bytes),
                   g_bytes_get_data (wanted, NULL),
                   g_bytes_get_size (wanted));
}

static void
assert_no_cascade (const char *xml, const char *from, const char *to, guint stages)
{
  g_auto (GStrv) parts = g_strsplit (xml, from, 2);
  g_autofree char *changed = g_strjoinv (to, parts);
  g_autoptr (GError) error = NULL;

  g_assert_null (hs_haar_convert (changed, -1, stages, &error));
  g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_BAD_ROMFS);
}

static void
test_haar (void)
{
  /* -1.456 x 256 = -372.8 -> -372; 0.1296 x 4096 = 531.0 -> 531; -197.8 -> -197; 174.9 -> 174 */
  assert_cascade (old_cascade,
                  "14000000 15000000 01000000 01 000000 8cfe 1302 3bff ae00 02 ff02"
                  "0008140c 000e1406");
  assert_cascade (new_cascade,
                  "17000000 18000000 01000000 02 000000 80fe 0004 67fe 8000 0001 40ff 8002 02 01"
                  "03 02 ff 05060708 090a0b0c 01020304");
}

/* A tree of two nodes: as the tool does it, and said. */
static void
test_haar_trees (void)
{
  g_auto (GStrv) parts = g_strsplit (old_cascade, "</right_val></_>", 2);
  g_autofree char *deep =
      g_strconcat (parts[0],
                   "</right_val></_><_><feature><rects><_>1 1 1 1 1.</_></rects>"
                   "</feature><threshold>1</threshold></_>",
                   parts[1],
                   NULL);

  assert_cascade (deep,
                  "14000000 15000000 01000000 01 000000 8cfe 1302 3bff ae00 02 ff02"
                  "0008140c 000e1406");
  g_assert_true (hs_haar_has_trees (deep, -1));
  g_assert_false (hs_haar_has_trees (old_cascade, -1));
  g_assert_false (hs_haar_has_trees (new_cascade, -1));
}

static void
test_haar_bad (void)
{
  assert_no_cascade (old_cascade, "</x>", "", 0);
  assert_no_cascade (old_cascade, "20 21", "20", 0);
  assert_no_cascade (old_cascade, "0 8 20 12 -1.", "0 8 20 300 -1.", 0);
  assert_no_cascade (old_cascade, "0 8 20 12 -1.", "0 8 20", 0);
  assert_no_cascade (old_cascade, "0.1296395957469940", "100", 0);
  assert_no_cascade (old_cascade, "0.1296395957469940", "nan", 0);
  assert_no_cascade (old_cascade, "0.1296395957469940", "", 0);
  assert_no_cascade (old_cascade, "<threshold>0.1296395957469940</threshold>", "", 0);
  assert_no_cascade (old_cascade, "<x", "<x", 2);
  assert_no_cascade (new_cascade, "0 -1 1 0.25", "0 -1 7 0.25", 0);
  assert_no_cascade (new_cascade, "0 -1 1 0.25", "0 -1 1", 0);
  assert_no_cascade (new_cascade, "<stageNum>1", "<stageNum>3", 0);
  assert_no_cascade ("<a/>", "x", "x", 0);
  assert_no_cascade ("no xml at all", "x", "x", 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/haar/good", test_haar);
  g_test_add_func ("/haar/trees", test_haar_trees);
  g_test_add_func ("/haar/bad", test_haar_bad);
  return g_test_run ();
}
