/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean hs_doctor_rules_installed (void);
gboolean hs_doctor_can_play_sounds (void);
char *hs_doctor_find_rules (void);
gboolean hs_doctor_install_rules (GError **error);

G_END_DECLS
