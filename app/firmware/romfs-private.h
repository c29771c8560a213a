/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/romfs.h"

G_BEGIN_DECLS

/* Far beyond any camera; what keeps a made-up image from costing more than a real one. */
enum {
  HS_ROMFS_MAX_DEPTH = 16, /* directories in each other */
  HS_ROMFS_MAX_NAME = 255, /* bytes of one name; MicroPython's strings of a path end there */
  HS_ROMFS_MAX_PATH = 512, /* bytes of a path */
  HS_ROMFS_MAX_ALIGN = 4096,
  HS_ROMFS_PREFIX = 8,  /* kind and length of a file's record: mkromfs.py pads to this */
  HS_ROMFS_HEADER = 16, /* kind and length of the image */
};

/* MicroPython extmod/vfs_rom.c. */
typedef enum {
  HS_ROMFS_KIND_UNUSED = 0,
  HS_ROMFS_KIND_PADDING = 1,
  HS_ROMFS_KIND_DATA = 2,
  HS_ROMFS_KIND_POINTER = 3,
  HS_ROMFS_KIND_DIRECTORY = 4,
  HS_ROMFS_KIND_FILE = 5,
} HsRomfsKind;

struct _HsRomfs {
  GObject parent_instance;

  GPtrArray *files;    /* HsRomfsFile, in order */
  GHashTable *by_name; /* name -> the first file that has it; both borrowed from files */
  GHashTable *folders; /* path -> how many files lie below; owned keys */
  guint64 size;        /* of the image; 0: not computed since the last change */
};

const char *hs_romfs_find_fault (const char *part, gsize length);
/* Whether a camera could open a file of this name, and this program write it. */
gboolean hs_romfs_check_name (const char *name, gsize length, GError **error);
/* What an image may hold that a person would not add: the same name twice. Takes @bytes. */
void hs_romfs_append (HsRomfs *self, char *name, GBytes *bytes, guint alignment, guint64 offset);

/* -- romfs-pack.c -- */
guint64 hs_romfs_measure_all (HsRomfs *self, GArray *offsets);

G_END_DECLS
