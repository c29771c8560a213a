/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-run.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsBuildPhases:
 *
 * The phases of a build, one below the other: a shape, a name, how long it took.
 */
#define HS_TYPE_BUILD_PHASES (hs_build_phases_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildPhases, hs_build_phases, HS, BUILD_PHASES, GtkBox)

GtkWidget *hs_build_phases_new (void);
/* @phases: (element-type HsBuildPhase) (nullable)
 * @stopped: somebody stopped it: the phase it was in did not fail */
void hs_build_phases_set (HsBuildPhases *self, GArray *phases, gboolean stopped);

G_END_DECLS
