/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/method.h"
#include "flash/protocol/dfu.h"

G_BEGIN_DECLS

/* Shared by the files of the method openmv-dfu; see HsMethod for what they do. */
HsDfu *hs_openmv_dfu_converse (HsCamera *camera, GError **error);
gboolean hs_openmv_dfu_check (HsCamera *camera, GError **error);
gboolean hs_openmv_dfu_enter (HsCamera *camera,
                              gboolean replug,
                              HsProgress *progress,
                              GCancellable *cancellable,
                              GError **error);
gboolean hs_openmv_dfu_leave (HsCamera *camera,
                              HsProgress *progress,
                              GCancellable *cancellable,
                              GError **error);

G_END_DECLS
