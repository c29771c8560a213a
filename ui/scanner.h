/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HsScanner:
 *
 * The line buffer of a barcode scanner, which types its text and presses Enter. Plain value, no
 * widgets: it is told each character with its time and says whose it is.
 *
 * The rule. Where nothing can be typed into ("open"), every character is the scanner's, and so is
 * the Enter behind it: nothing it types reaches a widget. Enter alone is the widget's, unless it
 * comes within %HS_SCANNER_CALM_MS of a line's end with nothing between (scanners that send CR LF).
 * A number may be typed by hand as well, with pauses of less than %HS_SCANNER_FORGET_MS; a stray
 * key is cut off a scan that comes at least %HS_SCANNER_CALM_MS later.
 *
 * Where an entry has the focus ("guarded") people and scanners are told apart by time: at least
 * %HS_SCANNER_LEAST characters with less than %HS_SCANNER_FAST_MS between each two are a scanner's.
 * Characters are held back until that is known: after %HS_SCANNER_FAST_MS without another one they
 * are a person's and come back from hs_scanner_take_typed(). Once it is a scan, everything up to
 * its Enter, or up to a pause of %HS_SCANNER_CALM_MS, is the scanner's.
 */
typedef struct _HsScanner HsScanner;

enum {
  HS_SCANNER_LEAST = 4,       /* characters */
  HS_SCANNER_FAST_MS = 35,    /* between two keys of a scanner */
  HS_SCANNER_CALM_MS = 500,   /* what comes later does not belong together */
  HS_SCANNER_FORGET_MS = 3000 /* what was typed by hand and not ended */
};

typedef enum {
  HS_SCANNER_LEAVE, /* not the scanner's: first what hs_scanner_take_typed() has, then this key */
  HS_SCANNER_TAKE,  /* swallow it */
  HS_SCANNER_LINE,  /* swallow it; hs_scanner_take_line() has a whole line */
} HsScannerKey;

HsScanner *hs_scanner_new (void);
void hs_scanner_free (HsScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsScanner, hs_scanner_free)

void hs_scanner_set_guarded (HsScanner *self, gboolean guarded);
/* @character: '\n' for Enter; times are of any clock that only goes forward, in milliseconds. */
HsScannerKey hs_scanner_push (HsScanner *self, gunichar character, gint64 time_ms);
char *hs_scanner_take_line (HsScanner *self);
/* Whether characters are held back that hs_scanner_settle() has to decide about. */
gboolean hs_scanner_holds (HsScanner *self);
gboolean hs_scanner_settle (HsScanner *self, gint64 time_ms);
char *hs_scanner_take_typed (HsScanner *self);

G_END_DECLS
