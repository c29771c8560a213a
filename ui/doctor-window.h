/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * HsDoctorWindow:
 *
 * What keeps cameras from being worked with on this computer, each with its sentence and what can
 * be done. Actions: "doctor.check", "doctor.install", "doctor.copy" (s), "doctor.open" (s).
 */
#define HS_TYPE_DOCTOR_WINDOW (hs_doctor_window_get_type ())
G_DECLARE_FINAL_TYPE (HsDoctorWindow, hs_doctor_window, HS, DOCTOR_WINDOW, AdwWindow)

/* @parent: (nullable) */
GtkWindow *hs_doctor_window_new (GtkWindow *parent, HsSession *session);

G_END_DECLS
