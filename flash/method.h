/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/camera.h"
#include "flash/progress.h"

G_BEGIN_DECLS

typedef struct {
  gboolean full;      /* write every erase unit, compare nothing first */
  gboolean dont_read; /* full, and the partition may not be read before it is written (H7 after a
                         torn write) */
} HsWriteOptions;

typedef struct {
  guint64 wrote_bytes;   /* sent to the camera */
  guint64 skipped_bytes; /* found equal, not sent */
  char sha256_found[65]; /* of the image's bytes as read while comparing, if all of them were read
                            and nothing had to be written; else "" */
} HsWriteResult;

/* Takes @length bytes read from @offset of the partition; %FALSE with @error stops the reading. */
typedef gboolean (*HsReadSink) (guint64 offset,
                                const guint8 *data,
                                gsize length,
                                gpointer user_data,
                                GError **error);

/**
 * HsMethod:
 * @id: "openmv-dfu"; appears in the journal
 * @enter: from whatever runs now into the bootloader; holds it there; proves it is the same unit.
 *   With @replug it waits for a person to plug the camera in and catches the window.
 * @check: opens the bootloader and compares its partitions by name with the board table; refuses
 *   on surprise; harmless
 * @write: erases and writes one partition from its start; returns after the camera accepted all.
 *   Not the proof: call @read.
 * @read: the first @length bytes of a partition, in order
 * @erase: makes the camera re-format a filesystem partition at its next start
 * @leave: into the application; returns when the same unit is back as application. Once the
 *   bootloader was told to leave, only the wait for the application can be cancelled
 * @describe: (transfer full): the shell command of a public tool that does what write does; for
 * people
 *
 * One way of talking to a family of bootloaders. Stateless: the conversation lives in #HsCamera.
 * All block; %G_IO_ERROR_CANCELLED between blocks. Errors are #HsFlashError.
 */
struct _HsMethod {
  const char *id;
  gboolean (*enter) (HsCamera *camera,
                     gboolean replug,
                     HsProgress *progress,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*check) (HsCamera *camera, GError **error);
  gboolean (*write) (HsCamera *camera,
                     const HsPartition *partition,
                     GBytes *image,
                     const HsWriteOptions *options,
                     HsWriteResult *result,
                     HsProgress *progress,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*read) (HsCamera *camera,
                    const HsPartition *partition,
                    guint64 length,
                    HsReadSink sink,
                    gpointer user_data,
                    HsActivity activity,
                    HsProgress *progress,
                    GCancellable *cancellable,
                    GError **error);
  gboolean (*erase) (HsCamera *camera,
                     const HsPartition *partition,
                     HsProgress *progress,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*leave) (HsCamera *camera,
                     HsProgress *progress,
                     GCancellable *cancellable,
                     GError **error);
  char *(*describe) (const HsBoard *board,
                     const HsPartition *partition,
                     const char *serial,
                     const char *file);
};

extern const HsMethod hs_method_openmv_dfu;

/* External flash of the AE3 may read back with the bytes of each 16-bit word swapped. */
void hs_swap16 (guint8 *data, gsize length);
gboolean hs_method_bytes_swapped (const guint8 *read, const guint8 *wrote, gsize length);

G_END_DECLS
