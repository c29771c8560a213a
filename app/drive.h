/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/bus.h"

G_BEGIN_DECLS

/**
 * HsDriveSystem:
 * @sysfs: where the kernel shows devices: "/sys"
 * @mounts: where it lists what is mounted: "/proc/self/mountinfo"
 * @unmount: takes one file system away
 * @mount: puts one where it likes
 *
 * What this is about can be replaced as a whole: by tests.
 */
typedef struct {
  const char *sysfs;
  const char *mounts;
  gboolean (*unmount) (const char *node, const char *mount_point, GError **error);
  gboolean (*mount) (const char *node, GError **error);
} HsDriveSystem;

extern const HsDriveSystem hs_drive_system;

char *hs_drive_mount (const HsDriveSystem *system,
                      const char *port,
                      guint timeout_ms,
                      GCancellable *cancellable,
                      GError **error);
char *hs_drive_find (HsBus *bus,
                     const char *port,
                     guint timeout_ms,
                     GCancellable *cancellable,
                     GError **error);
gboolean hs_drive_release (const HsDriveSystem *system, const char *port, GError **error);

G_END_DECLS
