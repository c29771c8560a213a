/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/romfs-source.h"
#include "app/session.h"

G_BEGIN_DECLS

/* What the ROMFS window has done on a thread of its own: questions for hs_ask_apart(). */

typedef struct {
  HsRomfs *base;    /* what is there already: gets files added; NULL: something is opened */
  GStrv paths;      /* files and folders to add; or the one image, folder or configuration */
  char *sha256;     /* a blob of the catalog, instead of paths; nullable */
                    /* neither: the configuration of target in tree */
  char *tree;       /* root; nullable */
  char *target;     /* nullable */
  guint core;       /* of a configuration */
  gboolean compile; /* scripts become .mpy */
} HsRomfsLoad;

/* What came of it. */
typedef struct {
  HsRomfs *romfs;
  GPtrArray *findings; /* HsFinding */
  guint64 limit;       /* what a configuration says; 0: nothing */
  char *config;        /* the configuration it was made from; nullable */
} HsRomfsLoaded;

void hs_romfs_load_free (gpointer load);
void hs_romfs_loaded_free (gpointer loaded);
gpointer
hs_romfs_load_func (HsCatalog *catalog, gpointer load, GCancellable *cancellable, GError **error);

typedef struct {
  HsRomfs *romfs; /* a copy */
  char *path;     /* of the image; or the folder to extract to */
  GStrv names;    /* to extract; NULL: all */
  guint64 limit;  /* of the partition; 0: not known */
} HsRomfsStore;

void hs_romfs_store_free (gpointer store);
/* Both return the path. (transfer full) */
gpointer
hs_romfs_save_func (HsCatalog *catalog, gpointer store, GCancellable *cancellable, GError **error);
gpointer hs_romfs_extract_func (HsCatalog *catalog,
                                gpointer store,
                                GCancellable *cancellable,
                                GError **error);

G_END_DECLS
