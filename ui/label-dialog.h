/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Ask for a unit's label, or for a note on it, and record the answer. @label: what it is called
 * now, or NULL. */
void hs_label_dialog_present (GtkWindow *parent,
                              HsSession *session,
                              const char *unit,
                              const char *label);
void
hs_note_dialog_present (GtkWindow *parent, HsSession *session, const char *unit, const char *label);

G_END_DECLS
