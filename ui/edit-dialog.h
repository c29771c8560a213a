/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/tree-edit.h"
#include "ui/ask.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* It is written; @id is for the undo. */
typedef void (*HsEditWritten) (gpointer owner, const char *id);

/**
 * hs_edit_dialog_open:
 * @session: whose threads are used
 * @parent: the window in front of which it opens
 * @edit: what would be written; nobody else uses it any more
 * @written: called when it is written, unless @owner is gone
 * @owner: (type GObject): for @written; not kept alive
 *
 * Shows an edit as a diff, and writes it if somebody agrees. Main thread; never blocks.
 */
void hs_edit_dialog_open (HsSession *session,
                          GtkWindow *parent,
                          HsTreeEdit *edit,
                          HsEditWritten written,
                          gpointer owner);
/* Takes the edit @id in @root back, byte for byte, on a thread of its own. @undone: with a
 * NULL result; without an error all files are again as they were. */
void hs_edit_undo (HsSession *session,
                   const char *root,
                   const char *id,
                   HsAnswerFunc undone,
                   gpointer owner);

G_END_DECLS
