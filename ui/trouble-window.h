/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/problem.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* What is shown when there is no session to show: the catalog is locked, newer, damaged. */
GtkWidget *hs_trouble_window_new (GtkApplication *application, const HsProblem *problem);

G_END_DECLS
