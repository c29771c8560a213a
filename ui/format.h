/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/values.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Words and numbers as the window writes them. Times are microseconds since 1970, UTC. All results
 * are (transfer full); an unknown time, 0, reads as "". Sizes, durations and plain serials:
 * app/explain.h. */
char *hs_format_clock (gint64 time_us);         /* "14:06" */
char *hs_format_clock_seconds (gint64 time_us); /* "14:06:31" */
char *hs_format_day (gint64 time_us);           /* "Today", "3 November", "3 November 2025" */
char *hs_format_day_clock (gint64 time_us);     /* "14:06" today, else "3 November, 14:06" */
char *hs_format_age (gint64 time_us);           /* "3 days ago" */
char *hs_format_iso_day (const char *iso);      /* "2026-11-21" (nullable): "21 November" */
char *hs_format_port (const char *slot_name, const char *port); /* "left 2", else "port 1-4" */
char *hs_format_count (guint64 number);                         /* "1 204" with a thin space */
char *hs_format_key_serial (const char *key);                   /* the digits of "stm32:3336…" */
char *hs_format_serial_markup (const char *key_or_serial);
char *hs_format_serial_short_markup (const char *key_or_serial); /* "…0042 003A" */
char *hs_format_serial_last_markup (const char *key_or_serial);  /* "…003A" */
char *hs_format_bold_part (const char *text, const char *part);
char *hs_format_unit_name (HsUnit *unit); /* its label, else its product serial */
const char *hs_format_board_name (const char *board_id);
gint64 hs_local_midnight_us (void);
gint64 hs_local_day_end_us (GDateTime *day);

G_END_DECLS
