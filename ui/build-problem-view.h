/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-report.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsBuildProblemView:
 *
 * Why a build came to nothing: what, by how much, what to drop; the command that mends it. ::open
 * (where) when somebody wants the page that helps: "features" "freeze" "romfs".
 */
#define HS_TYPE_BUILD_PROBLEM_VIEW (hs_build_problem_view_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildProblemView, hs_build_problem_view, HS, BUILD_PROBLEM_VIEW, GtkBox)

GtkWidget *hs_build_problem_view_new (const HsBuildProblem *problem);
/* A command in its box, with a button that copies it. (transfer floating) */
GtkWidget *hs_build_command_new (const char *command);

G_END_DECLS
