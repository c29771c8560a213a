/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  HS_PIN_DIALOG_SET, /* or change: then the old one is asked for too */
  HS_PIN_DIALOG_REMOVE,
} HsPinDialogWhat;

/* Called when the PIN is another one, if @owner still lives. */
typedef void (*HsPinDone) (gpointer owner);

/* @parent: any widget of the window it belongs to; @owner: (type GObject): not kept alive. */
void
hs_pin_dialog_present (GtkWidget *parent, HsPinDialogWhat what, HsPinDone done, gpointer owner);

G_END_DECLS
