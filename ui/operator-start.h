/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsOperatorStart:
 *
 * What is decided before operator mode begins: which release, how many, sounds; and what will
 * happen, in words.
 */
#define HS_TYPE_OPERATOR_START (hs_operator_start_get_type ())
G_DECLARE_FINAL_TYPE (HsOperatorStart, hs_operator_start, HS, OPERATOR_START, AdwWindow)

/* @release: (nullable): which is chosen at first: an id; NULL or "": what is loaded, else
 * the last one. */
GtkWidget *hs_operator_start_new (GtkWindow *bench, HsSession *session, const char *release);

G_END_DECLS
