/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "ui/release-detail.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What people do with releases beside editing them. @parent is any widget of the window; none of
 * them waits: the catalog's reading thread does the work, problems are said where it was asked. */

/* Told the id of a release that came to be; @owner is not kept alive. */
typedef void (*HsReleaseShow) (gpointer owner, const char *id);

/* Runs @func (see HsCatalogFunc; returns an id, (transfer full), or NULL with an error). Then says
 * @toast (nullable) and calls @show (nullable) with the id. */
void hs_release_do (GtkWidget *parent,
                    HsSession *session,
                    HsCatalogFunc func,
                    gpointer data,
                    GDestroyNotify free_data,
                    const char *toast,
                    HsReleaseShow show,
                    gpointer owner);
/* Says what went wrong on top of the page, or in a dialog where there is no such place. */
void hs_release_tell_problem (GtkWidget *parent, const GError *error);

void hs_release_dialog_delete (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail);
void hs_release_dialog_withdraw (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail);
void hs_release_dialog_sign (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail);
void
hs_release_dialog_take_numbers (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail);
void hs_release_dialog_derive (GtkWidget *parent,
                               HsSession *session,
                               HsReleaseDetail *detail,
                               HsReleaseShow show,
                               gpointer owner);

void hs_release_dialog_export (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail);
void hs_release_dialog_export_ide (GtkWidget *parent, HsSession *session, HsReleaseDetail *detail);
void hs_release_dialog_import (GtkWidget *parent,
                               HsSession *session,
                               HsReleaseShow show,
                               gpointer owner);
void hs_release_import_file (GtkWidget *parent,
                             HsSession *session,
                             GFile *file,
                             HsReleaseShow show,
                             gpointer owner);

G_END_DECLS
