/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/camera.h"

G_BEGIN_DECLS

/* Which evidence of the version a running camera gave. */
typedef enum {
  HS_VERSION_NONE,
  HS_VERSION_USB,    /* it is there, with the application's id; no version */
  HS_VERSION_NUMBER, /* VERSION packet or usbdbg FW_VERSION: 5.0.0 */
  HS_VERSION_TEXT,   /* sys.version through the REPL: "v5.0.0-34.gcbbb877eda" */
} HsVersionKind;

typedef enum { HS_VERDICT_NOT_COMPARABLE, HS_VERDICT_EQUAL, HS_VERDICT_DIFFERS } HsVerdict;

typedef struct {
  HsVersionKind kind;
  char *text;      /* "5.0.0" or the OpenMV tag; NULL for usb and none */
  char *board_key; /* identity key the debug protocol gave; nullable */
} HsVersion;

void hs_version_clear (HsVersion *self);
gboolean hs_version_ask (HsCamera *camera,
                         HsVersionKind best,
                         HsVersion *version,
                         GCancellable *cancellable,
                         GError **error);
const char *hs_version_kind_name (HsVersionKind kind);
HsVersionKind hs_version_kind_from_name (const char *name);
const char *hs_verdict_name (HsVerdict verdict);

G_END_DECLS
