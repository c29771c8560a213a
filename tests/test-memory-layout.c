/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/features.h"
#include "tests/board-tree.h"

#define KB 1024u

static HsTreeEdit *
plan (HsTree *tree, const char *target, const char *const *sets, GError **error)
{
  HsMemoryChange changes[8];
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  guint n = 0;

  for (; sets[n] != NULL; n++) {
    g_ptr_array_add (texts, g_strdup (sets[n]));
    if (!hs_memory_change_parse (texts->pdata[n], &changes[n], error))
      return NULL;
  }
  return hs_memory_layout_plan (tree, target, changes, n, error);
}

static void
test_read_uma (void)
{
  g_autofree char *root = make_board_tree (FALSE);
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsMemoryLayout) layout = hs_memory_layout_read (tree, "OPENMV4", &error);
  const HsMemoryBlock *block;

  g_assert_no_error (error);
  g_assert_cmpint (layout->family, ==, HS_TREE_MEMORY_UMA);
  g_assert_cmpuint (layout->regions->len, ==, 5);
  block = hs_memory_layout_find (layout, "OMV_UMA_BLOCK0");
  g_assert_cmpuint (block->size, ==, 480 * KB);
  g_assert_cmpstr (block->region, ==, "SRAM0");
  g_assert_cmpstr (block->text, ==, "(480K)");
  g_assert_true (block->movable);
  g_assert_cmpuint (hs_memory_layout_get_used (layout, "SRAM0"), ==, 512 * KB);
  g_assert_cmpuint (hs_memory_layout_get_heap (layout), ==, (60 + 264) * KB);
  block = hs_memory_layout_find (layout, "OMV_LINE_BUF");
  g_assert_cmpstr (block->region, ==, "SRAM2");
  g_assert_false (block->movable);
  forget_board_tree (root);
}

/* What the document about AI models does by hand: 400K -> 168K, 267K -> 499K. */
static void
test_document (void)
{
  const char *const sets[] = { "OMV_FB=168K", "OMV_GC_BLOCK2=232K@AXI_SRAM", NULL };
  g_autofree char *root = make_board_tree (TRUE);
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autofree char *before = snapshot (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsMemoryLayout) old = hs_memory_layout_read (tree, "OPENMV4", &error);
  g_autoptr (HsTreeEdit) edit = plan (tree, "OPENMV4", sets, &error);
  g_autoptr (HsMemoryLayout) new = NULL;
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;
  g_autofree char *after = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (old->family, ==, HS_TREE_MEMORY_FB);
  g_assert_cmpuint (hs_memory_layout_get_used (old, "AXI_SRAM"), ==, 512 * KB);
  g_assert_true (hs_tree_edit_apply (edit, &id, &error));
  new = hs_memory_layout_read (tree, "OPENMV4", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_memory_layout_find (new, "OMV_FB")->size, ==, 168 * KB);
  g_assert_cmpuint (hs_memory_layout_find (new, "OMV_GC_BLOCK1")->size +
                        hs_memory_layout_find (new, "OMV_GC_BLOCK2")->size,
                    ==,
                    499 * KB);
  g_assert_cmpuint (hs_memory_layout_get_used (new, "AXI_SRAM"), ==, 512 * KB);

  text = get (root, SRC_BOARD "omv_boardconfig.h");
  g_assert_nonnull (
      strstr (text, "OMV_FB_SIZE                           (168K)    // FB memory: header"));
  g_assert_nonnull (strstr (text,
                            "#define OMV_GC_BLOCK1_SIZE                    (267K)\n"
                            "#define OMV_GC_BLOCK2_MEMORY                  AXI_SRAM\n"
                            "#define OMV_GC_BLOCK2_SIZE                    (232K)\n"));
  g_assert_true (hs_tree_edits_undo (root, id, &error));
  after = snapshot (root);
  g_assert_cmpstr (after, ==, before);
  forget_board_tree (root);
}

static void
test_equivalent (void)
{
  const char *const sets[] = {
    "OMV_UMA_BLOCK0=248K", "OMV_GC_BLOCK2=232K@SRAM0", "OMV_GC_BLOCK0=32K", NULL
  };
  g_autofree char *root = make_board_tree (FALSE);
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsTreeEdit) edit = plan (tree, "OPENMV4", sets, &error);
  g_autoptr (HsMemoryLayout) layout = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_true (hs_tree_edit_apply (edit, NULL, &error));
  layout = hs_memory_layout_read (tree, "OPENMV4", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (hs_memory_layout_get_heap (layout), ==, (32 + 264 + 232) * KB);
  text = get (root, TOP_BOARD "board_config.h");
  g_assert_nonnull (strstr (text, "OMV_UMA_BLOCK0_SIZE                   (248K)   // all of it\n"));
  g_assert_nonnull (strstr (text, "OMV_GC_BLOCK0_SIZE                    (32 * 1024)\n"));
  forget_board_tree (root);
}

static void
test_refused (void)
{
  static const struct {
    const char *set;
    const char *says;
  } all[] = {
    { "OMV_UMA_BLOCK0=481K", "1 KB (1024 bytes) more than SRAM0" },
    { "OMV_GC_BLOCK2=1K@SRAM0", "more than SRAM0" },
    { "OMV_GC_BLOCK2=32K", "@REGION" },
    { "OMV_GC_BLOCK2=32K@SRAM9", "no memory SRAM9" },
    { "OMV_GC_BLOCK3=32K@SRAM4", "OMV_GC_BLOCK2" },
    { "OMV_LINE_BUF=8K", "hardware" },
    { "OMV_NOTHING=8K", "no block OMV_NOTHING" },
    { "OMV_GC_BLOCK0=100", "multiple of 1 KB" },
    { "OMV_GC_BLOCK0=0", "no size" },
    { "OMV_GC_BLOCK0", "no size" },
    { "OMV_GC_BLOCK0=many", "no size" },
    { "OMV_GC_BLOCK0=-1K", "no size" },
    { "OMV_GC_BLOCK0=99999999999999999999M", "no size" },
  };
  g_autofree char *root = make_board_tree (FALSE);
  g_autoptr (HsTree) tree = open_board_tree (root);

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    const char *const sets[] = { all[i].set, NULL };
    g_autoptr (GError) error = NULL;
    g_autoptr (HsTreeEdit) edit = plan (tree, "OPENMV4", sets, &error);

    g_test_message ("%s: %s", all[i].set, error != NULL ? error->message : "taken");
    g_assert_null (edit);
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
    g_assert_nonnull (strstr (error->message, all[i].says));
  }
  forget_board_tree (root);
}

/* A header for two cores: the other one's blocks have a name of their own. */
static void
test_cores (void)
{
  static const char text[] =
      "#if BOOTLOADER\n#define OMV_HEAP_MEMORY DTCM\n#define OMV_HEAP_SIZE (256K)\n"
      "#elif CORE_M55_HP\n#define OMV_MAIN_MEMORY DTCM\n#define OMV_GC_BLOCK0_MEMORY SRAM0\n"
      "#define OMV_GC_BLOCK0_SIZE (4M)\n#define OMV_UMA_BLOCK0_MEMORY DTCM\n"
      "#define OMV_UMA_BLOCK0_SIZE (512K)\n#else\n#define OMV_MAIN_MEMORY DTCM\n"
      "#define OMV_GC_BLOCK0_MEMORY SRAM8\n#define OMV_GC_BLOCK0_SIZE (2M)\n#endif\n"
      "#define OMV_DTCM_ORIGIN 0x20000000\n#if CORE_M55_HP\n#define OMV_DTCM_LENGTH 1024K\n#else\n"
      "#define OMV_DTCM_LENGTH 256K\n#endif\n#define OMV_SRAM0_ORIGIN 0x02000000\n"
      "#define OMV_SRAM0_LENGTH 4096K\n#define OMV_SRAM8_ORIGIN 0x63200000\n"
      "#define OMV_SRAM8_LENGTH 0x00200000\n";
  const char *const sets[] = { "HE:OMV_GC_BLOCK0=1M", NULL };
  g_autofree char *root = make_board_tree (FALSE);
  g_autoptr (HsTree) tree = open_board_tree (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsMemoryLayout) layout = NULL;
  g_autoptr (HsTreeEdit) edit = NULL;
  g_autofree char *written = NULL;

  put (root, TOP_BOARD "board_config.h", text, 0644);
  layout = hs_memory_layout_read (tree, "OPENMV4", &error);
  g_assert_no_error (error);
  g_assert_null (hs_memory_layout_find (layout, "OMV_HEAP"));
  g_assert_cmpuint (hs_memory_layout_find (layout, "OMV_GC_BLOCK0")->size, ==, 4096 * KB);
  g_assert_cmpuint (hs_memory_layout_find (layout, "HE:OMV_GC_BLOCK0")->size, ==, 2048 * KB);
  g_assert_cmpstr (hs_memory_layout_find (layout, "HE:OMV_GC_BLOCK0")->region, ==, "HE:SRAM8");
  edit = plan (tree, "OPENMV4", sets, &error);
  g_assert_no_error (error);
  g_assert_true (hs_tree_edit_apply (edit, NULL, &error));
  written = get (root, TOP_BOARD "board_config.h");
  g_assert_nonnull (strstr (written, "OMV_GC_BLOCK0_SIZE (4M)"));
  g_assert_nonnull (strstr (written, "OMV_GC_BLOCK0_SIZE (1M)"));
  forget_board_tree (root);
}

/* Every board of a real checkout: no region holds more than it has. */
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
    const HsTreeBoard *board = boards->pdata[b];
    g_autoptr (GError) error = NULL;
    g_autoptr (HsMemoryLayout) layout = hs_memory_layout_read (tree, board->target, &error);

    g_assert_no_error (error);
    g_test_message ("%s", board->target);
    g_assert_cmpint (layout->family, ==, board->memory);
    for (guint i = 0; i < layout->regions->len; i++) {
      const HsTreeRange *region = layout->regions->pdata[i];

      g_assert_cmpuint (hs_memory_layout_get_used (layout, region->name), <=, region->length);
    }
    if (board->refused == NULL)
      g_assert_cmpuint (hs_memory_layout_get_heap (layout), >, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/memory-layout/uma", test_read_uma);
  g_test_add_func ("/memory-layout/document", test_document);
  g_test_add_func ("/memory-layout/equivalent", test_equivalent);
  g_test_add_func ("/memory-layout/refused", test_refused);
  g_test_add_func ("/memory-layout/cores", test_cores);
  g_test_add_func ("/memory-layout/real", test_real);
  return g_test_run ();
}
