/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/tree-edit.h"
#include "app/firmware/tree.h"
#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define HS_TYPE_TREE_WINDOW (hs_tree_window_get_type ())
G_DECLARE_DERIVABLE_TYPE (HsTreeWindow, hs_tree_window, HS, TREE_WINDOW, AdwWindow)

/**
 * HsTreeWindowClass:
 * @read: runs on a thread of its own: what the window shows; (transfer full)
 * @dup_options: (nullable): what @read has to know, asked on the main thread; (transfer full)
 * @show: it was read, and stays as it is until the next time
 *
 * A window about one board of one firmware tree: reads on a thread, spins while it does, shows in
 * its place what went wrong. Whatever it changes goes through a diff first and can be undone.
 */
struct _HsTreeWindowClass {
  AdwWindowClass parent_class;

  gpointer (*read) (HsTree *tree,
                    const char *target,
                    gpointer options,
                    GCancellable *cancellable,
                    GError **error);
  gpointer (*dup_options) (HsTreeWindow *self);
  GDestroyNotify free_options;
  GDestroyNotify free_result;
  void (*show) (HsTreeWindow *self, gpointer result);
};

/* For the openers: @self is new. Starts to read, and presents. */
void hs_tree_window_open (HsTreeWindow *self,
                          HsSession *session,
                          GtkWindow *parent,
                          const char *root,
                          const char *target);
void hs_tree_window_reload (HsTreeWindow *self);
HsSession *hs_tree_window_get_session (HsTreeWindow *self);
const char *hs_tree_window_get_root (HsTreeWindow *self);
const char *hs_tree_window_get_target (HsTreeWindow *self);
HsTree *hs_tree_window_get_tree (HsTreeWindow *self);    /* as it was read last; nullable */
gpointer hs_tree_window_get_result (HsTreeWindow *self); /* of read(); nullable */
/* What is shown when it was read. */
void hs_tree_window_set_body (HsTreeWindow *self, GtkWidget *body);
void hs_tree_window_add_end (HsTreeWindow *self, GtkWidget *widget);
/* Above the body; NULL: takes it away. */
void hs_tree_window_show_problem (HsTreeWindow *self, const GError *error);

/* Runs on a thread of its own. */
typedef HsTreeEdit *(*HsTreePlan) (HsTree *tree, const char *target, gpointer data, GError **error);
/* Plans an edit, shows its diff, writes it if somebody agrees, reads again; a toast offers "Undo".
 * @data: (transfer full). */
void hs_tree_window_change (HsTreeWindow *self,
                            HsTreePlan plan,
                            gpointer data,
                            GDestroyNotify free_data);

G_END_DECLS
