/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The pages that help when a build does not fit. @where: "features" "freeze" "romfs", as in
 * HsBuildHint. */
const char *hs_build_help_label (const char *where); /* "Open Features…"; NULL: there is no page */
void hs_build_help_open (const char *where,
                         HsSession *session,
                         GtkWindow *parent,
                         const char *tree,
                         const char *target);

G_END_DECLS
