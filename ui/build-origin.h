/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/build-past.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where a build comes from: source, what upstream has, options, tools, whether it was built again.
 * @past, @details: (nullable). (transfer floating) */
GtkWidget *hs_build_origin_new (HsSession *session,
                                HsBuild *build,
                                const HsBuildPast *past,
                                JsonObject *details);
/* What is frozen into it, main.py first. (transfer floating) */
GtkWidget *hs_build_frozen_new (JsonObject *details);

G_END_DECLS
