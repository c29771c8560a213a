/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/scanner.h"

enum { LONGEST = 512, NEVER = -HS_SCANNER_FORGET_MS };

struct _HsScanner {
  GString *text;   /* what came since the last end of a line */
  char *line;      /* whole, not taken yet; nullable */
  gint64 last_ms;  /* the newest character */
  gint64 ended_ms; /* the newest end of a line */
  gint64 part_ms;  /* when the part after the last long pause began */
  gsize part;      /* where it begins in @text, in bytes */
  guint part_len;  /* characters of it */
  guint n_fast;    /* characters in a row without a pause, the newest included */
  gboolean guarded;
  gboolean scanning; /* guarded: it is known to be a scan */
};

HsScanner *
hs_scanner_new (void)
{
  HsScanner *self = g_new0 (HsScanner, 1);

  self->text = g_string_new (NULL);
  self->last_ms = self->ended_ms = NEVER;
  return self;
}

void
hs_scanner_free (HsScanner *self)
{
  g_string_free (self->text, TRUE);
  g_free (self->line);
  g_free (self);
}

static void
forget (HsScanner *self)
{
  g_string_truncate (self->text, 0);
  self->part = self->part_len = self->n_fast = 0;
  self->scanning = FALSE;
}

/* Whether an entry has the focus. What was begun elsewhere does not go on in it. */
void
hs_scanner_set_guarded (HsScanner *self, gboolean guarded)
{
  g_return_if_fail (self != NULL);

  if (self->guarded == guarded)
    return;

  self->guarded = guarded;
  forget (self);
}

/* A stray key before a scan: only what came at a scanner's speed after the pause counts. */
static const char *
find_line (HsScanner *self, gint64 time_ms)
{
  gint64 span = time_ms - self->part_ms;

  if (self->part > 0 && self->part_len >= HS_SCANNER_LEAST &&
      span < (gint64) self->part_len * HS_SCANNER_FAST_MS)
    return self->text->str + self->part;
  return self->text->str;
}

static HsScannerKey
end_line (HsScanner *self, gint64 time_ms)
{
  g_free (self->line);
  self->line = g_strstrip (g_strdup (find_line (self, time_ms)));
  self->ended_ms = time_ms;
  forget (self);
  return *self->line != '\0' ? HS_SCANNER_LINE : HS_SCANNER_TAKE;
}

static HsScannerKey
push_enter (HsScanner *self, gint64 time_ms)
{
  gint64 quiet = time_ms - self->last_ms;

  if (self->guarded && self->scanning && quiet < HS_SCANNER_CALM_MS)
    return end_line (self, time_ms);
  if (time_ms - self->ended_ms < HS_SCANNER_CALM_MS && self->last_ms <= self->ended_ms)
    return HS_SCANNER_TAKE; /* CR LF */
  if (self->guarded)
    return HS_SCANNER_LEAVE;

  if (self->text->len > 0 && quiet < HS_SCANNER_FORGET_MS)
    return end_line (self, time_ms);
  forget (self);
  return HS_SCANNER_LEAVE;
}

/**
 * hs_scanner_push:
 * @self: a line buffer
 * @character: a printable character, or '\n' for Enter
 * @time_ms: of the event, not of its handling: a busy program must not make a scanner slow
 *
 * Returns: whose key it is
 */
HsScannerKey
hs_scanner_push (HsScanner *self, gunichar character, gint64 time_ms)
{
  gint64 quiet;

  g_return_val_if_fail (self != NULL, HS_SCANNER_LEAVE);

  if (character == '\n')
    return push_enter (self, time_ms);

  quiet = time_ms - self->last_ms;
  if (quiet >= HS_SCANNER_FORGET_MS || self->text->len >= LONGEST ||
      (self->guarded && quiet >= HS_SCANNER_CALM_MS))
    forget (self);
  if (quiet >= HS_SCANNER_CALM_MS || self->text->len == 0) {
    self->part = self->text->len;
    self->part_ms = time_ms;
    self->part_len = 0;
  }
  self->n_fast = quiet < HS_SCANNER_FAST_MS ? self->n_fast + 1 : 1;
  self->part_len++;
  self->last_ms = time_ms;
  g_string_append_unichar (self->text, character);
  self->scanning = self->scanning || (self->guarded && self->n_fast >= HS_SCANNER_LEAST);
  return HS_SCANNER_TAKE;
}

/* (transfer full) (nullable): the line that was ended, without blanks around it. */
char *
hs_scanner_take_line (HsScanner *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_steal_pointer (&self->line);
}

gboolean
hs_scanner_holds (HsScanner *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->guarded && self->text->len > 0;
}

/**
 * hs_scanner_settle:
 * @self: a line buffer
 * @time_ms: now
 *
 * Call from time to time while it holds something back.
 *
 * Returns: whether it was a person: hs_scanner_take_typed() has what was typed. A scan that was
 *   not ended is dropped after a pause
 */
gboolean
hs_scanner_settle (HsScanner *self, gint64 time_ms)
{
  gint64 quiet;

  g_return_val_if_fail (self != NULL, FALSE);

  quiet = time_ms - self->last_ms;
  if (!hs_scanner_holds (self))
    return FALSE;
  if (!self->scanning)
    return quiet >= HS_SCANNER_FAST_MS;
  if (quiet >= HS_SCANNER_CALM_MS)
    forget (self);
  return FALSE;
}

/* (transfer full) (nullable): what was held back and is a person's. */
char *
hs_scanner_take_typed (HsScanner *self)
{
  char *typed;

  g_return_val_if_fail (self != NULL, NULL);

  if (!hs_scanner_holds (self) || self->scanning)
    return NULL;

  typed = g_strdup (self->text->str);
  forget (self);
  return typed;
}
