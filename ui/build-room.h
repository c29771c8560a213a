/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-past.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How full partitions and memory are with a build, beside the one before. */

/* @details: (nullable). (transfer floating) (nullable): nothing is known */
GtkWidget *hs_build_room_new (HsBuild *build, const HsBuildPast *past, JsonObject *details);
/* "<b>FIRMWARE is nearly full.</b> 2.9 KB are left; the previous build had 4.3 KB."; NULL: nothing
 * is. @role: of the artifact that fills it; NULL if a region of the linker does. (transfer full) */
char *hs_build_room_dup_warning (HsBuild *build,
                                 const HsBuildPast *past,
                                 JsonObject *details,
                                 const char **role);

G_END_DECLS
