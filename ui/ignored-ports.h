/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* The ports that the bench leaves out, each with the way back. */
#define HS_TYPE_IGNORED_PORTS (hs_ignored_ports_get_type ())
G_DECLARE_FINAL_TYPE (HsIgnoredPorts, hs_ignored_ports, HS, IGNORED_PORTS, AdwWindow)

GtkWidget *hs_ignored_ports_new (GtkWindow *parent, HsSession *session);

G_END_DECLS
