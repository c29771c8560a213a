/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The window's small dialogs. @parent is any widget of the window they belong to. */

/* "<b>The cable came off.</b> Firmware is incomplete. Plug the camera in again." */
char *hs_dialog_problem_markup (const HsProblem *problem);
/* The headline as it stands alone: "The cable came off". */
char *hs_dialog_dup_headline (const HsProblem *problem);
/* Code and raw chain of a problem, copyable. */
void hs_dialog_details (GtkWidget *parent, const HsProblem *problem);
/* The doctor's page: reachable from wherever something may not be opened, or is not there. */
gboolean hs_dialog_wants_doctor (const HsProblem *problem);
void hs_dialog_open_doctor (GtkWidget *from);

/* @text is what was typed, without blanks around it; not called if the dialog was cancelled. */
typedef void (*HsTextFunc) (gpointer owner, const char *text);
void hs_dialog_ask_text (GtkWidget *parent,
                         const char *heading,
                         const char *body,
                         const char *title,
                         const char *text,
                         const char *verb,
                         HsTextFunc answer,
                         gpointer owner);

/* Asks first if stopping leaves the camera without working firmware. */
void hs_dialog_stop_job (GtkWidget *parent, HsJob *job);

typedef void (*HsYesFunc) (gpointer owner);
void hs_dialog_confirm (GtkWidget *parent,
                        const char *heading,
                        const char *body,
                        const char *keep,
                        const char *verb,
                        HsYesFunc yes,
                        gpointer owner);

G_END_DECLS
