/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Alignment without a word of anybody: of the tree's mkromfs.py; facts: firmware-tree 4.2. */
#define HS_ROMFS_ALIGNMENT 4

/* What no image here has more of; the rest of the limits are in romfs-private.h. */
#define HS_ROMFS_MAX_FILES 65536

/* One file of an image. */
typedef struct {
  char *name; /* path in it: "labels.txt", "lib/a.py" */
  GBytes *bytes;
  guint alignment; /* of its data from the image's start, a power of two, at most 4096; of a read
                      image: the smallest, from HS_ROMFS_ALIGNMENT on, that puts it where it is */
  guint64 offset;  /* of its data in the image it was read from; 0: not from an image */
  char *source;    /* the file it comes from; nullable */
} HsRomfsFile;

/**
 * HsRomfs:
 *
 * The files of a ROMFS image, in order; format: micropython extmod/vfs_rom.c, written as
 * tools/mkromfs.py does, byte for byte. One thread. ::changed.
 */
#define HS_TYPE_ROMFS (hs_romfs_get_type ())
G_DECLARE_FINAL_TYPE (HsRomfs, hs_romfs, HS, ROMFS, GObject)

HsRomfs *hs_romfs_new (void);
/* @error: %HS_APP_ERROR_BAD_ROMFS, saying where. Any bytes may come: nothing is believed, no more
 * is taken than is there. Bytes of files are shared with @image. */
HsRomfs *hs_romfs_parse (GBytes *image, GError **error);
guint hs_romfs_get_n_files (HsRomfs *self);
const HsRomfsFile *hs_romfs_get_file (HsRomfs *self, guint n);
const HsRomfsFile *hs_romfs_find (HsRomfs *self, const char *name);
/* @error: %HS_APP_ERROR_BAD_ROMFS for a name that a camera could not open, or that is there. */
gboolean hs_romfs_add (HsRomfs *self,
                       const char *name,
                       GBytes *bytes,
                       guint alignment,
                       const char *source,
                       GError **error);
gboolean hs_romfs_remove (HsRomfs *self, const char *name);
gboolean hs_romfs_rename (HsRomfs *self, const char *name, const char *to, GError **error);
guint64 hs_romfs_get_size (HsRomfs *self); /* of the image that it would make; cheap */
/* @limit: bytes of the partition, 0: none. @error: %HS_APP_ERROR_ROMFS_FULL. */
GBytes *hs_romfs_pack (HsRomfs *self, guint64 limit, GError **error);
guint hs_romfs_alignment_for (const char *name,
                              const char *target); /* 16 for .tflite, 32 on the N6 */
/* The largest power of two that divides @offset, at most 4096. */
guint hs_romfs_alignment_of (guint64 offset);
/* Where the data of each file would lie in the image that it makes. (element-type guint64) */
GArray *hs_romfs_dup_offsets (HsRomfs *self);
HsRomfs *hs_romfs_copy (HsRomfs *self); /* bytes are shared */
gboolean hs_romfs_set_alignment (HsRomfs *self, const char *name, guint alignment);
gboolean hs_romfs_equal (HsRomfs *self, HsRomfs *other); /* names, bytes, alignments, order */

/* -- romfs-extract.c -- */

/* All files, or only @names (nullable), into @folder, which is made if it is not there. Never
 * anything outside of it; a file that is there already is %HS_APP_ERROR_FILE_EXISTS, unless
 * @replace; either all appear or none. Blocks. */
gboolean hs_romfs_extract (HsRomfs *self,
                           const char *folder,
                           const char *const *names,
                           gboolean replace,
                           GCancellable *cancellable,
                           GError **error);

G_END_DECLS
