/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/step.h"

G_BEGIN_DECLS

gboolean hs_resolve_parts (HsWork *work, gboolean load, GError **error);
void hs_resolve_estimates (HsWork *work, gboolean quick);
GArray *hs_resolve_steps (HsWork *work); /* (element-type HsStep) */
gboolean hs_check_steps (HsWork *work, GArray *steps, GError **error);
gboolean hs_what_is_known (const char *what);

/* Shared by resolve.c and restore.c. */
gboolean hs_resolve_add_part (HsWork *work,
                              HsRole role,
                              const HsArtifact *artifact,
                              gboolean load,
                              GError **error);
gboolean hs_resolve_check_board (HsWork *work, GError **error);
/* restore.c: which bootloader is written, and by which steps. */
gboolean hs_restore_resolve (HsWork *work, gboolean load, GError **error);
gboolean hs_restore_check_image (HsWork *work, guint n, GError **error);
void hs_restore_add_steps (HsWork *work, GArray *steps);
/* step-tool-deploy.c: the parts that a probe writes and USB proves. */
gboolean hs_deploy_resolve (HsWork *work, gboolean load, GError **error);

G_END_DECLS
