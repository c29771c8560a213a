/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/romfs-convert.h"
#include "app/firmware/romfs-private.h"

G_BEGIN_DECLS

/* One file that is to be taken. Strings are borrowed. */
typedef struct {
  const char *path;
  const char *name;   /* in the image, before it is converted */
  guint alignment;    /* 0: what its kind needs */
  gboolean by_ending; /* its kind is told by its name; else by what follows */
  gboolean haar;      /* a cascade: anything else is an error */
  gboolean model;
  guint stages;             /* of a cascade */
  HsConvertOptions options; /* NULL in it: what most have */
} HsRomfsEntry;

gboolean hs_romfs_take_entry (HsRomfs *self,
                              const HsRomfsEntry *entry,
                              const HsRomfsWay *way,
                              GPtrArray *findings,
                              GCancellable *cancellable,
                              GError **error);
char *hs_romfs_find_labels (const char *model);

G_END_DECLS
