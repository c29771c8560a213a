/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/operator.h"
#include "ui/sounds.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsOperatorWindow:
 *
 * The bench locked to one release, full screen and dark: tiles, figures, who works here, and
 * nothing else. Escape, the padlock and the window manager's close all lead to the same question,
 * which asks for the PIN if one is set. While it is there the bench's window is hidden.
 *
 * A scanner's keys are taken before any widget (see #HsScanner): a scan never presses a button and
 * never fills the PIN.
 */
#define HS_TYPE_OPERATOR_WINDOW (hs_operator_window_get_type ())
G_DECLARE_FINAL_TYPE (HsOperatorWindow, hs_operator_window, HS, OPERATOR_WINDOW, GtkWindow)

/* @bench: (nullable): the window to come back to. */
GtkWidget *
hs_operator_window_new (GtkWindow *bench, HsSession *session, HsOperator *mode, double volume);
HsSounds *hs_operator_window_get_sounds (HsOperatorWindow *self);
/* What every key goes through first: TRUE if the scanner took it. For the tests. */
gboolean hs_operator_window_take_key (HsOperatorWindow *self,
                                      guint keyval,
                                      GdkModifierType modifiers,
                                      gint64 time_ms);

G_END_DECLS
