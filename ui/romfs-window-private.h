/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/private-folder.h"
#include "ui/romfs-places.h"
#include "ui/romfs-work.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HS_TYPE_ROMFS_WINDOW (hs_romfs_window_get_type ())
G_DECLARE_FINAL_TYPE (HsRomfsWindow, hs_romfs_window, HS, ROMFS_WINDOW, AdwWindow)

struct _HsRomfsWindow {
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwWindowTitle *title;
  GtkMenuButton *open;
  GtkSpinner *spinner;
  AdwBin *problem;
  GtkStack *stack;
  GtkLabel *doing;
  GtkProgressBar *progress;
  GtkScrolledWindow *place;
  GtkWidget *finding_place;
  AdwBin *findings;
  GtkLabel *usage;
  AdwBin *bar;
  GtkCheckButton *compile;
  GtkDropDown *boards;
  GMenuModel *sources;
  GtkWidget *view; /* child of place */

  HsSession *session; /* owned */
  HsRomfs *romfs;     /* owned; never NULL */
  HsRomfs *saved;     /* owned: as it was opened or saved last */
  GPtrArray *undo;    /* HsRomfs, the last one at the end */
  GPtrArray *said;    /* HsFinding: of opening and adding */
  GtkMultiSelection *chosen;
  char *name;              /* what it comes from, for the title; nullable */
  char *path;              /* of the image, where it would be saved again; nullable */
  char *next_name;         /* of what is being opened; nullable */
  char *next_path;         /* the same */
  char *config;            /* romfs_config.json that it was made from; nullable */
  char *tree;              /* root; nullable */
  char *target;            /* of the tree's board; nullable */
  guint core;              /* partition of the configuration */
  guint64 config_limit;    /* what that says; 0: nothing */
  GPtrArray *rooms;        /* HsRomfsPlace, as in the drop-down */
  GCancellable *work;      /* owned; NULL: nothing is being done */
  HsJob *job;              /* owned; nullable: a camera is read */
  HsPrivateFolder *folder; /* where it is read to; nullable */
  guint pulse;
  gboolean filling; /* the drop-down is being set, not chosen from */
  gboolean closing; /* somebody agreed to lose what is not saved */
};

/* -- romfs-window.c -- */
gboolean hs_romfs_window_is_busy (HsRomfsWindow *self);
const char *hs_romfs_window_get_board (HsRomfsWindow *self); /* that it is for; nullable */
guint64 hs_romfs_window_get_limit (HsRomfsWindow *self);     /* bytes; 0: not known */
void hs_romfs_window_show_all (HsRomfsWindow *self);         /* after the image changed */
void hs_romfs_window_show_state (HsRomfsWindow *self);       /* after work began or ended */
void hs_romfs_window_show_problem (HsRomfsWindow *self, const GError *error);
void hs_romfs_window_begin (HsRomfsWindow *self);    /* makes self->work */
void hs_romfs_window_remember (HsRomfsWindow *self); /* for Undo, before a change */
/* Another image is shown; @name, @path: (nullable) (transfer full). */
void hs_romfs_window_take_over (HsRomfsWindow *self, HsRomfs *romfs, char *name, char *path);

/* -- romfs-open.c -- */
/* @path: (nullable): an image, a folder, a configuration; NULL: the blob @sha256 */
void hs_romfs_window_open_path (HsRomfsWindow *self,
                                const char *path,
                                const char *sha256,
                                const char *name);
void hs_romfs_window_add (HsRomfsWindow *self, GStrv paths); /* (transfer full) */
/* "PORT", or "PORT|1" for the second partition */
void hs_romfs_window_read (HsRomfsWindow *self, const char *what);
/* Asks for files or a folder, then does @action with them. */
void hs_romfs_window_choose (HsRomfsWindow *self,
                             const char *action,
                             const char *title,
                             gboolean folder);

/* -- romfs-edit.c -- */
void hs_romfs_window_install_edits (GtkWidgetClass *widget_class);
void hs_romfs_window_extract (HsRomfsWindow *self, const char *folder, gboolean all);
GStrv hs_romfs_window_dup_chosen (gpointer owner);

G_END_DECLS
