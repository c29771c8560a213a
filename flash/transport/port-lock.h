/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/error.h"

G_BEGIN_DECLS

/**
 * HsPortLock:
 *
 * The hold on one camera among all Hotshoe processes of this computer, whoever runs them. It ends
 * with the process at the latest.
 */
typedef struct _HsPortLock HsPortLock;

HsPortLock *hs_port_lock_take (const char *scope, const char *port, GError **error);
HsPortLock *
hs_port_lock_take_in (const char *folder, const char *scope, const char *port, GError **error);
void hs_port_lock_release (HsPortLock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsPortLock, hs_port_lock_release)

G_END_DECLS
