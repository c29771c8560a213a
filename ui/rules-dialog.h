/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/doctor.h"
#include "ui/dialogs.h"

G_BEGIN_DECLS

/* Shows what installing the udev rules will write, and asks. @change: copied. @yes: called if
 * somebody agrees and @owner still lives. */
void hs_rules_dialog_present (GtkWindow *parent,
                              const HsRulesChange *change,
                              HsYesFunc yes,
                              gpointer owner);

G_END_DECLS
