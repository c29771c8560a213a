/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-convert.h"

#include "app/explain.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* MicroPython py/persistentcode.h: what a .mpy begins with; all trees from v4.5 on. */
enum { MPY_MAGIC = 'M', MPY_VERSION = 6 };

static void
check_size (HsRomfs *self, guint64 limit, GPtrArray *findings)
{
  guint64 size = hs_romfs_get_size (self);
  g_autofree char *have = hs_format_bytes (size);
  g_autofree char *room = hs_format_bytes (limit);

  if (limit > 0 && size > limit)
    hs_convert_tell (findings,
                     HS_FINDING_ERROR,
                     "romfs-full",
                     NULL,
                     g_strdup_printf (_ ("The image has %s; the partition has %s."), have, room),
                     g_strdup (_ ("Remove files, or make them smaller.")));
}

static void
check_twice (HsRomfs *self, const HsRomfsFile *file, GPtrArray *findings)
{
  if (hs_romfs_find (self, file->name) != file)
    hs_convert_tell (
        findings,
        HS_FINDING_WARNING,
        "romfs-twice",
        file->name,
        g_strdup_printf (_ ("“%s” is there twice: the camera sees the first one only."),
                         file->name),
        g_strdup (_ ("Remove or rename one of them.")));
}

static gboolean
is_entry_point (const char *name)
{
  static const char *const names[] = { "main.py", "main.mpy", "boot.py", "boot.mpy", NULL };

  return g_strv_contains (names, name);
}

static void
check_script (const HsRomfsFile *file, GPtrArray *findings)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (file->bytes, &length);

  if (is_entry_point (file->name))
    hs_convert_tell (findings,
                     HS_FINDING_WARNING,
                     "romfs-main",
                     file->name,
                     g_strdup_printf (_ ("The camera never runs /rom/%s by itself: it runs the "
                                         "frozen one, or that of the drive."),
                                      file->name),
                     g_strdup (_ ("Freeze a short main.py that imports the application from "
                                  "ROMFS.")));
  if (g_str_has_suffix (file->name, ".mpy") &&
      (length < 4 || bytes[0] != MPY_MAGIC || bytes[1] != MPY_VERSION))
    hs_convert_tell (findings,
                     HS_FINDING_WARNING,
                     "mpy-version",
                     file->name,
                     g_strdup_printf (_ ("“%s” is not bytecode of version 6: the firmware refuses "
                                         "to import it."),
                                      file->name),
                     g_strdup (_ ("Compile it with the mpy-cross of the firmware's tree.")));
}

/* One note for all of them: an application may have hundreds. */
static void
check_sources (HsRomfs *self, GPtrArray *findings)
{
  const char *first = NULL;
  guint n = 0;

  for (guint i = 0; i < hs_romfs_get_n_files (self); i++) {
    const char *name = hs_romfs_get_file (self, i)->name;

    if (!g_str_has_suffix (name, ".py"))
      continue;
    first = first != NULL ? first : name;
    n++;
  }
  if (n > 0)
    hs_convert_tell (
        findings,
        HS_FINDING_NOTE,
        "not-compiled",
        first,
        g_strdup_printf (ngettext ("%u script is source: the camera compiles it in RAM whenever it "
                                   "is imported, and it can be read.",
                                   "%u scripts are source: the camera compiles them in RAM "
                                   "whenever they are imported, and they can be read.",
                                   n),
                         n),
        g_strdup (_ ("Add scripts with compiling switched on.")));
}

static void
check_model (const HsRomfsFile *file, const char *target, guint64 offset, GPtrArray *findings)
{
  guint wanted = hs_romfs_alignment_for (file->name, target);

  if (offset % wanted != 0)
    hs_convert_tell (findings,
                     HS_FINDING_WARNING,
                     "model-alignment",
                     file->name,
                     g_strdup_printf (_ ("“%s” lies at a multiple of %u bytes; the camera needs "
                                         "models at multiples of %u."),
                                      file->name,
                                      hs_romfs_alignment_of (offset),
                                      wanted),
                     g_strdup_printf (_ ("Set its alignment to %u."), wanted));
}

void
hs_romfs_check (HsRomfs *self, const char *target, guint64 limit, GPtrArray *findings)
{
  g_autoptr (GArray) offsets = hs_romfs_dup_offsets (self);

  check_size (self, limit, findings);
  for (guint i = 0; i < hs_romfs_get_n_files (self); i++) {
    const HsRomfsFile *file = hs_romfs_get_file (self, i);

    check_twice (self, file, findings);
    check_script (file, findings);
    check_model (file, target, g_array_index (offsets, guint64, i), findings);
  }
  check_sources (self, findings);
}

guint64
hs_romfs_find_limit (HsTree *tree, const char *target, guint core)
{
  const HsTreeBoard *in_tree =
      tree != NULL && target != NULL ? hs_tree_find_board (tree, target) : NULL;
  const HsBoard *board = target != NULL ? hs_board_by_id (target) : NULL;
  const HsPartition *partition;

  for (guint i = 0; in_tree != NULL && i < in_tree->romfs->len; i++) {
    const HsTreeRomfs *romfs = &g_array_index (in_tree->romfs, HsTreeRomfs, i);

    if (romfs->index == core)
      return romfs->length > 0 ? romfs->length : romfs->config_limit;
  }
  if (board == NULL)
    return 0;
  partition = hs_board_find (board, core == 0 ? HS_ROLE_ROMFS0 : HS_ROLE_ROMFS1);
  return partition != NULL ? partition->size : 0;
}
