/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "app/unit-life.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What people do to a unit after the bench. Each asks, records in the background, and says so if it
 * could not be recorded. @parent is any widget of the window. */
void hs_unit_dialog_return (GtkWidget *parent, HsSession *session, HsUnit *unit);
void hs_unit_dialog_scrap (GtkWidget *parent, HsSession *session, HsUnit *unit);
void hs_unit_dialog_note (GtkWidget *parent, HsSession *session, HsUnit *unit);
void hs_unit_dialog_attach (GtkWidget *parent, HsSession *session, HsUnit *unit);
/* Also for a story in which nothing can be corrected: then it says that. */
void
hs_unit_dialog_correct (GtkWidget *parent, HsSession *session, HsUnit *unit, const HsStory *story);

/* An attachment, by digest and name: with the program the desktop has for it, or into a file. */
void
hs_unit_open_file (GtkWidget *parent, HsSession *session, const char *sha256, const char *name);
void
hs_unit_save_file (GtkWidget *parent, HsSession *session, const char *sha256, const char *name);

/* Why something could not be done; for answers to hs_ask(). */
void hs_unit_dialog_problem (GtkWidget *parent, const GError *error);

G_END_DECLS
