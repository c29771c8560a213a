/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/camera.h"
#include "flash/progress.h"
#include "flash/source.h"

G_BEGIN_DECLS

/* Erase units that took longer than twice their datasheet's time. */
typedef struct {
  guint unit;    /* of the partition, from 0 */
  guint ms;      /* by the camera's clock */
  guint n_units; /* that were erased in that time: 1, or more where one request erases several */
} HsSlowUnit;

/* In units of hs_method_n_units(). Memory belongs to the struct: hs_write_result_clear(). */
typedef struct {
  guint64 wrote_bytes;    /* of the image, sent to the camera */
  guint64 skipped_bytes;  /* of the image, found equal, not sent */
  guint n_units;          /* that the image covers */
  guint n_differ;         /* were written, or (compare) would be */
  guint8 *equal;          /* (array length=n_units): read and found to hold what they should */
  GArray *slow;           /* (element-type HsSlowUnit) */
  guint64 compared_bytes; /* of the image, read to compare; not those behind a difference */
  guint64 us_compare;     /* by the clock of the options; 0 without one */
  guint64 us_write;       /* the same: erasing and writing */
} HsWriteResult;

typedef struct {
  gboolean full;      /* write every erase unit, compare nothing first */
  gboolean dont_read; /* full, and the partition may not be read before it is written (H7 after a
                         torn write) */
  gint64 (*now) (gpointer watcher); /* nullable: µs by the camera's clock */
  /* nullable: what will be written is settled; before the first erase, on the caller's thread */
  void (*compared) (const HsWriteResult *result, gpointer watcher);
  gpointer watcher;
} HsWriteOptions;
void hs_write_result_clear (HsWriteResult *self);

/* Takes @length bytes read from @offset of the partition; %FALSE with @error stops the reading. */
typedef gboolean (*HsReadSink) (guint64 offset,
                                const guint8 *data,
                                gsize length,
                                gpointer user_data,
                                GError **error);

typedef enum {
  HS_METHOD_HOLDS = 1 << 0, /* the bootloader stays until it is told to leave; else it leaves by
                               itself after a moment of silence, and a job may not pause */
  HS_METHOD_IDENTIFIES = 1 << 1, /* the bootloader shows an id; else only the port tells whose it
                                    is, and what the camera showed as application */
  HS_METHOD_WATCHED =
      1 << 2,               /* another program of the chip shows the same USB id: only a bootloader
                               that was seen to arrive (hs_camera_saw_arrival()) is talked to */
  HS_METHOD_DRIVE = 1 << 3, /* beside it is a drive that takes the firmware as a UF2 file */
} HsMethodFlags;

/**
 * HsMethod:
 * @id: "openmv-dfu"; appears in the journal
 * @enter: from whatever runs now into the bootloader; holds it there; proves it is the same unit.
 *   With @replug it waits for a person to plug the camera in and catches the window.
 * @check: opens the bootloader and compares what it is with the board table; refuses on surprise;
 *   harmless
 * @write: erases and writes what differs of one partition from its start; returns after the camera
 *   accepted all. What it wrote is not proven: call @read.
 * @compare: reads, unit by unit up to the first difference; writes nothing
 * @read: @length bytes from @offset of a partition, in order
 * @erase: makes the camera re-format a filesystem partition at its next start
 * @leave: into the application; returns when the same unit is back as application. Once the
 *   bootloader was told to leave, only the wait for the application can be cancelled
 * @describe: (transfer full): the shell command of a public tool that does what write does; for
 * people
 * @describe_last: (nullable): the same for the last of several, which also starts the application
 *
 * One way of talking to a family of bootloaders. Stateless: the conversation lives in #HsCamera.
 * All block; %G_IO_ERROR_CANCELLED between blocks. Errors are #HsFlashError. @offset and @length
 * may be anything within the partition.
 */
struct _HsMethod {
  const char *id;
  HsMethodFlags flags;
  gboolean (*enter) (HsCamera *camera,
                     gboolean replug,
                     HsProgress *progress,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*check) (HsCamera *camera, GError **error);
  gboolean (*write) (HsCamera *camera,
                     const HsPartition *partition,
                     HsSource *image,
                     const HsWriteOptions *options,
                     HsWriteResult *result,
                     HsProgress *progress,
                     GCancellable *cancellable,
                     GError **error);
  gboolean (*compare) (HsCamera *camera,
                       const HsPartition *partition,
                       HsSource *image,
                       HsWriteResult *result,
                       HsProgress *progress,
                       GCancellable *cancellable,
                       GError **error);
  gboolean (*read) (HsCamera *camera,
                    const HsPartition *partition,
                    guint64 offset,
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
  char *(*describe_last) (const HsBoard *board,
                          const HsPartition *partition,
                          const char *serial,
                          const char *file);
};

extern const HsMethod hs_method_openmv_dfu;  /* the OpenMV bootloader */
extern const HsMethod hs_method_imx;         /* RT1062: resident SBL, mboot over HID */
extern const HsMethod hs_method_imx_rom;     /* RT1062: SDP, then mboot; no everyday method */
extern const HsMethod hs_method_arduino_dfu; /* Portenta H7, Giga, Nicla Vision: DfuSe */
extern const HsMethod hs_method_picoboot;    /* RP2040 */
extern const HsMethod hs_method_bossa;       /* Nano 33 BLE Sense: SAM-BA over the serial port */
extern const HsMethod hs_method_stm_rom;     /* ST's ROM: DfuSe; no board's everyday method */

/* How a partition is cut for comparing, writing and showing: its erase units; memory without any
 * (MRAM) in blocks of the board's transfer size. Bytes from the partition's start. */
guint hs_method_n_units (const HsBoard *board, const HsPartition *partition);
void hs_method_get_unit (const HsBoard *board,
                         const HsPartition *partition,
                         guint n,
                         guint64 *offset,
                         guint64 *size);
char *hs_method_quote (const char *text);

/* External flash of the AE3 may read back with the bytes of each 16-bit word swapped. */
void hs_swap16 (guint8 *data, gsize length);
gboolean hs_method_bytes_swapped (const guint8 *read, const guint8 *wrote, gsize length);

G_END_DECLS
