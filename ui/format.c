/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/format.h"

#include "flash/board.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define THIN_SPACE "\xe2\x80\xaf" /* at which no line breaks */
#define ELLIPSIS   "\xe2\x80\xa6"

enum { GROUP = 4, SHORT_DIGITS = 8 };

static GDateTime *
local_time (gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return utc != NULL ? g_date_time_to_local (utc) : g_date_time_new_from_unix_local (0);
}

char *
hs_format_clock (gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);

  if (time_us == 0)
    return g_strdup ("");
  return g_date_time_format (time, "%H:%M");
}

char *
hs_format_clock_seconds (gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);

  if (time_us == 0)
    return g_strdup ("");
  return g_date_time_format (time, "%H:%M:%S");
}

static gboolean
is_today (GDateTime *time)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_get_year (now) == g_date_time_get_year (time) &&
         g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (time);
}

static char *
format_day (GDateTime *time)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (g_date_time_get_year (now) == g_date_time_get_year (time))
    /* Translators: a day of this year: 3 November */
    return g_date_time_format (time, _ ("%-e %B"));
  /* Translators: a day of another year: 3 November 2025 */
  return g_date_time_format (time, _ ("%-e %B %Y"));
}

char *
hs_format_day (gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);

  if (time_us == 0)
    return g_strdup ("");
  if (is_today (time))
    return g_strdup (_ ("Today"));
  return format_day (time);
}

char *
hs_format_iso_day (const char *iso)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *text = iso != NULL ? g_strdup_printf ("%sT12:00:00", iso) : NULL;
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, zone) : NULL;

  if (time == NULL)
    return g_strdup (iso != NULL ? iso : "");
  return format_day (time);
}

/**
 * hs_format_age:
 * @time_us: in the past
 *
 * How long ago that was, as coarse as people say it.
 */
char *
hs_format_age (gint64 time_us)
{
  gint64 minutes = (g_get_real_time () - time_us) / G_TIME_SPAN_MINUTE;
  gint64 hours = minutes / 60;
  gint64 days = hours / 24;
  gint64 months = days * 12 / 365;

  if (time_us == 0)
    return g_strdup ("");
  if (minutes < 1)
    return g_strdup (_ ("just now"));
  if (hours < 1)
    return g_strdup_printf (ngettext ("%u minute ago", "%u minutes ago", (gulong) minutes),
                            (guint) minutes);
  if (days < 1)
    return g_strdup_printf (ngettext ("%u hour ago", "%u hours ago", (gulong) hours),
                            (guint) hours);
  if (months < 2)
    return g_strdup_printf (ngettext ("%u day ago", "%u days ago", (gulong) days), (guint) days);
  if (months < 24)
    return g_strdup_printf (ngettext ("%u month ago", "%u months ago", (gulong) months),
                            (guint) months);
  return g_strdup_printf (ngettext ("%u year ago", "%u years ago", (gulong) days / 365),
                          (guint) (days / 365));
}

/* @slot_name (nullable): what people call the port. */
char *
hs_format_port (const char *slot_name, const char *port)
{
  if (slot_name != NULL && *slot_name != '\0')
    return g_strdup (slot_name);
  /* Translators: the path of a USB port: port 1-4.2 */
  return g_strdup_printf (_ ("port %s"), port != NULL ? port : "?");
}

char *
hs_format_day_clock (gint64 time_us)
{
  g_autoptr (GDateTime) time = local_time (time_us);
  g_autofree char *clock = hs_format_clock (time_us);
  g_autofree char *day = NULL;

  if (time_us == 0)
    return g_strdup ("");

  if (is_today (time))
    return g_steal_pointer (&clock);

  day = hs_format_day (time_us);
  /* Translators: 3 November, 14:06 */
  return g_strdup_printf (_ ("%s, %s"), day, clock);
}

char *
hs_format_count (guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  GString *text = g_string_new (NULL);
  gsize length = strlen (digits);

  for (gsize i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0)
      g_string_append (text, THIN_SPACE);
    g_string_append_c (text, digits[i]);
  }
  return g_string_free (text, FALSE);
}

static const char *
digits_of (const char *key_or_serial)
{
  const char *colon = key_or_serial != NULL ? strchr (key_or_serial, ':') : NULL;

  return colon != NULL ? colon + 1 : key_or_serial != NULL ? key_or_serial : "";
}

char *
hs_format_key_serial (const char *key)
{
  return g_strdup (digits_of (key));
}

/**
 * hs_format_serial_markup:
 * @key_or_serial: (nullable): "stm32:3336…" or bare digits
 *
 * Groups of four; the last four carry the weight, because that is what people compare.
 */
char *
hs_format_serial_markup (const char *key_or_serial)
{
  const char *digits = digits_of (key_or_serial);
  gsize length = strlen (digits), head = length > GROUP ? length - GROUP : 0;
  g_autoptr (GString) groups = g_string_new (NULL);

  if (!g_str_is_ascii (digits)) /* no serial of ours: nothing to group */
    return g_markup_escape_text (digits, -1);
  for (gsize i = 0; i < head; i++) {
    if (i > 0 && (head - i) % GROUP == 0)
      g_string_append_c (groups, ' ');
    g_string_append_c (groups, digits[i]);
  }
  if (groups->len == 0)
    return g_markup_printf_escaped ("<b>%s</b>", digits);
  return g_markup_printf_escaped (
      "<span alpha='62%%'>%s</span> <b>%s</b>", groups->str, digits + head);
}

char *
hs_format_serial_short_markup (const char *key_or_serial)
{
  const char *digits = digits_of (key_or_serial);
  gsize length = strlen (digits);
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  if (length <= SHORT_DIGITS || !g_str_is_ascii (digits))
    return hs_format_serial_markup (digits);

  first = g_markup_escape_text (digits + length - SHORT_DIGITS, GROUP);
  last = g_markup_escape_text (digits + length - GROUP, GROUP);
  return g_strdup_printf ("<span alpha='62%%'>" ELLIPSIS "%s</span> <b>%s</b>", first, last);
}

char *
hs_format_serial_last_markup (const char *key_or_serial)
{
  const char *digits = digits_of (key_or_serial);
  gsize length = strlen (digits);

  if (length < GROUP || !g_str_is_ascii (digits))
    return g_markup_escape_text (digits, -1);
  return g_markup_printf_escaped ("<span alpha='55%%'>" ELLIPSIS "</span><b>%s</b>",
                                  digits + length - GROUP);
}

/* ASCII letters match in either case, as serials and most labels are written. */
static const char *
find_part (const char *text, const char *part)
{
  gsize length = strlen (part);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (g_ascii_strncasecmp (at, part, length) == 0)
      return at;
  return NULL;
}

/* Markup of @text in which @part (nullable), if it occurs, is bold. */
char *
hs_format_bold_part (const char *text, const char *part)
{
  const char *found = part != NULL && *part != '\0' ? find_part (text, part) : NULL;
  g_autofree char *before = NULL;
  g_autofree char *middle = NULL;
  g_autofree char *after = NULL;

  if (found == NULL)
    return g_markup_escape_text (text, -1);

  before = g_markup_escape_text (text, found - text);
  middle = g_markup_escape_text (found, strlen (part));
  after = g_markup_escape_text (found + strlen (part), -1);
  return g_strdup_printf ("%s<b>%s</b>%s", before, middle, after);
}

char *
hs_format_unit_name (HsUnit *unit)
{
  if (unit == NULL)
    return g_strdup (_ ("new unit"));
  return g_strdup (hs_unit_get_called (unit) != NULL ? hs_unit_get_called (unit) : _ ("no label"));
}

/* "OpenMV Cam H7", translated; the id itself if the board is not in the table. */
const char *
hs_format_board_name (const char *board_id)
{
  const HsBoard *board = board_id != NULL ? hs_board_by_id (board_id) : NULL;

  return board != NULL ? _ (board->name) : board_id != NULL ? board_id : "";
}

gint64
hs_local_midnight_us (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (now),
                                                          g_date_time_get_month (now),
                                                          g_date_time_get_day_of_month (now),
                                                          0,
                                                          0,
                                                          0);

  return g_date_time_to_unix (midnight) * G_USEC_PER_SEC;
}

/**
 * hs_local_day_end_us:
 * @day: any time of a day
 *
 * Returns: when the day after @day begins here, in microseconds since 1970
 */
gint64
hs_local_day_end_us (GDateTime *day)
{
  GDate date = { 0 };
  g_autoptr (GDateTime) next = NULL;

  g_date_set_dmy (&date,
                  g_date_time_get_day_of_month (day),
                  g_date_time_get_month (day),
                  g_date_time_get_year (day));
  g_date_add_days (&date, 1);
  next = g_date_time_new_local (
      g_date_get_year (&date), g_date_get_month (&date), g_date_get_day (&date), 0, 0, 0);
  return next != NULL ? g_date_time_to_unix (next) * G_USEC_PER_SEC : G_MAXINT64;
}
