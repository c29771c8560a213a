/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where an image can go: a ROMFS partition of a board. */
typedef struct {
  const HsBoard *board; /* NULL: none is chosen */
  guint core;           /* N of romfs<N>.img */
  guint64 size;         /* bytes */
} HsRomfsPlace;

/* (element-type HsRomfsPlace): first none, then each partition of each board. (transfer full) */
GPtrArray *hs_romfs_places_new (void);
void hs_romfs_places_fill (GtkDropDown *boards, GPtrArray *places);
void
hs_romfs_places_choose (GtkDropDown *boards, GPtrArray *places, const HsBoard *board, guint core);
/* @sources, and each camera whose ROMFS can be read, for "romfs.read". (transfer full) */
GMenu *hs_romfs_places_menu (GMenuModel *sources, HsSession *session);
/* Paths of a list of GFile; those that have none are left out. (transfer full) */
GStrv hs_romfs_dup_paths (GListModel *files);

G_END_DECLS
