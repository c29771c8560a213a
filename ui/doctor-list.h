/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/doctor.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What the doctor found, a panel for each group; (transfer floating). @findings: (element-type
 * HsDoctorFinding). Its buttons have the actions "doctor.install", "doctor.copy" (s) and
 * "doctor.open" (s: id of the finding) of the window around it. */
GtkWidget *hs_doctor_list_new (GPtrArray *findings);
/* Has a folder that can be opened. */
gboolean hs_doctor_finding_has_folder (const HsDoctorFinding *finding);

G_END_DECLS
