/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "flash/error.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Virtual time, and how often something came or went. */
typedef struct {
  gint64 now_us;
  guint64 serial;
  guint64 last_instance;
} ToyClock;

typedef struct {
  const char *name;
  guint32 size;
  gboolean writable;
} ToyPartition;

typedef struct {
  const HsBoard *board;
  char *port;
  char *app_serial;
  char *dfu_serial;
  const ToyPartition *layout; /* in the order of alternate settings; ends with a NULL name */
  GByteArray *flash[8];
  HsMode mode; /* UNKNOWN: off the bus */
  guint64 instance;
  gint64 change_at; /* G_MAXINT64: nothing planned */
  HsMode change_to;

  guint8 alt, state, status;
  guint block;
  GByteArray *pending; /* sent, not yet written */
  gboolean forced;     /* entered by the firmware's order */
  gboolean held;       /* UPLOAD or a write has stopped the start-up timer */
  gboolean detached;   /* nothing may be asked any more */
  GByteArray *input;   /* serial port: what the host wrote */
  GByteArray *output;  /* serial port: what the host may read */
  guint baud;

  guint n_requests; /* control transfers and serial writes */
  guint n_uploads;
  guint n_dnloads; /* with data */
  guint n_resets;
  GString *log;            /* one letter per request; see toy-bus.c */
  guint fail_at;           /* the request that fails; 0 none */
  int fail_code;           /* HsFlashError; GONE unplugs */
  gboolean fail_late;      /* carried out, then the answer is lost */
  int error_block;         /* errWRITE there; -1 none */
  int slow_block;          /* takes 5 s; -1 none */
  gboolean old_bootloader; /* ignores DETACH if forced */
  gboolean no_upload;
  gboolean silent_app;
  gboolean deaf_debug; /* no debug protocol, only the REPL */
  gboolean legacy_app;
  gboolean swapped;   /* reads back with swapped 16-bit words */
  guint8 attributes;  /* of the functional descriptor */
  guint16 block_size; /* that the functional descriptor tells */
  guint16 bcd_dfu;
  const char *comes_back_as; /* serial after the next re-enumeration; NULL its own */
} ToyCamera;

ToyCamera *toy_camera_new (const char *port, const HsBoard *board, const ToyPartition *layout);
void toy_camera_free (gpointer camera);
void toy_camera_show (ToyClock *clock, ToyCamera *camera, HsMode mode);
void toy_camera_plan (ToyClock *clock, ToyCamera *camera, HsMode mode, guint after_ms);
void toy_camera_restart (ToyClock *clock, ToyCamera *camera, HsMode mode);
GByteArray *toy_camera_partition (ToyCamera *camera, const char *name);

/* What it makes of requests; -1 and FALSE: it stalls them. */
gssize toy_camera_answer_status (ToyClock *clock, ToyCamera *camera, guint8 *data);
gssize toy_camera_answer_upload (ToyCamera *camera, guint16 block, guint8 *data, guint16 length);
gboolean
toy_camera_take_download (ToyCamera *camera, guint16 block, const guint8 *data, guint16 length);
void toy_camera_take_detach (ToyClock *clock, ToyCamera *camera);
void toy_camera_take_serial (ToyClock *clock, ToyCamera *camera, const guint8 *data, gsize length);

/* A board with 3 sectors of 8 KB for firmware, and bootloaders for it: as it should be, from before
 * ROMFS, and with something unknown. */
extern const HsBoard toy_board;
extern const ToyPartition toy_layout[];
extern const ToyPartition toy_layout_old[];
extern const ToyPartition toy_layout_strange[];
extern const ToyPartition toy_layout_without_firmware[];

#define TOY_KEY        "stm32:34323437303351060033001F"
#define TOY_DFU_SERIAL "34323437303351060033001F"
#define TOY_APP_SERIAL "346534563033"

G_END_DECLS
