/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/romfs-source.h"
#include "tests/fuzz/fuzz.h"

/* romfs_config.json of a tree from anywhere: it names files, and how they are to be changed. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *path = fuzz_write_file ("romfs_config.json", data, size);
  g_autoptr (GPtrArray) findings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  const HsRomfsWay way = { .convert = TRUE };
  g_autoptr (GError) error = NULL;
  guint64 limit = 0;
  g_autoptr (HsRomfs) romfs = hs_romfs_new_from_config (path, &way, &limit, findings, NULL, &error);
  g_autoptr (GBytes) packed = NULL;

  g_assert_true ((romfs == NULL) == (error != NULL));
  if (romfs == NULL)
    return 0;
  g_assert_true (limit > 0 && limit <= G_MAXUINT32);
  packed = hs_romfs_pack (romfs, limit, &error);
  g_assert_true ((packed == NULL) == (error != NULL));
  g_assert_true (packed == NULL || g_bytes_get_size (packed) <= limit);
  return 0;
}

static void
add_file (const char *name, const char *text)
{
  g_free (fuzz_write_file (name, (const guint8 *) text, strlen (text)));
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  const char *folder = g_getenv ("HOTSHOE_FUZZ_FOLDER");
  g_autofree char *all = NULL;
  g_autofree char *deep = g_strnfill (200, '[');

  add_file ("a.txt", "one\ntwo\n");
  add_file ("a.tflite", "....TFL3");
  add_file ("a.xml", "<opencv_storage><cascade type_id=\"opencv-cascade-classifier\"/>");
  all =
      g_strdup_printf ("{ \"0\": { \"size\": \"0x20000\", \"entries\": [\n"
                       "{ \"type\": \"text\", \"path\": \"%s/a.txt\", \"alignment\": 16 },\n"
                       "{ \"type\": \"tflite\", \"path\": \"%s/*.tflite\", \"optimize\": \"Size\","
                       " \"profile\": \"default\" },\n"
                       "{ \"type\": \"haar\", \"path\": \"%s/a.xml\", \"stages\": 0,"
                       " \"enabled\": true },\n"
                       "{ \"type\": \"bin\", \"path\": \"{TOP}/{{x}}\", \"enabled\": null }\n"
                       "] }, \"1\": { \"size\": \"0x10\", \"entries\": [] } }",
                       folder,
                       folder,
                       folder);
  fuzz_add_text (seeds, all);
  fuzz_add_text (seeds, "{\"0\":{\"size\":\"0x100\",\"entries\":[]}}");
  fuzz_add_text (seeds, deep);
  fuzz_add_text (seeds, "{ /* \" */ \"0\": { // \"\n\"size\": '\"', \"entries\": [[[[[[[[ \"]]");
}
