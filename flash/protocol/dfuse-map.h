/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The three low bits of a segment's type letter. */
typedef enum {
  HS_DFUSE_READABLE = 1 << 0,
  HS_DFUSE_ERASABLE = 1 << 1,
  HS_DFUSE_WRITABLE = 1 << 2,
} HsDfuseAccess;

/* @count erase units of @unit bytes from @start on. */
typedef struct {
  guint64 start;
  guint32 unit;
  guint32 count;
  HsDfuseAccess access;
} HsDfuseRange;

GArray *hs_dfuse_map_parse (const char *name, GError **error);
gboolean hs_dfuse_map_find_unit (GArray *map,
                                 guint64 address,
                                 guint64 *start,
                                 guint32 *size,
                                 HsDfuseAccess *access);
gboolean
hs_dfuse_map_covers (GArray *map, guint64 start, guint64 size, guint32 unit, HsDfuseAccess access);

G_END_DECLS
