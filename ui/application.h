/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsApplication:
 *
 * Opens the session and its window, or says why it can't. Keeps the computer awake while cameras
 * are in work. Moves between the real bench and practice.
 */
#define HS_TYPE_APPLICATION (hs_application_get_type ())
G_DECLARE_FINAL_TYPE (HsApplication, hs_application, HS, APPLICATION, AdwApplication)

int hs_application_run (HsSession *session,
                        const HsSessionOptions *options,
                        const char *screenshot_dir,
                        int argc,
                        char **argv);

G_END_DECLS
