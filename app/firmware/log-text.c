/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/log-text.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define LONGEST_LINE (1024 * 1024)     /* bytes; a longer one becomes several */
#define MOST_LATE    (8 * 1024 * 1024) /* bytes kept in memory once the disk is full */

/* --- lines out of pieces --- */

enum { NO_ESCAPE, ESCAPE, ESCAPE_CODE, ESCAPE_TEXT };

/* Whether @byte belongs to a control sequence (ECMA-48: ESC [ parameters, a letter; ESC ] text,
 * BEL). */
static gboolean
is_hidden (HsLineMaker *self, guchar byte)
{
  switch (self->escape) {
  case ESCAPE:
    self->escape = byte == '[' ? ESCAPE_CODE : byte == ']' ? ESCAPE_TEXT : NO_ESCAPE;
    return byte != '\n';
  case ESCAPE_CODE:
    if (byte < 0x20 || byte > 0x7e) {
      self->escape = NO_ESCAPE; /* broken off */
      return FALSE;
    }
    if (byte >= 0x40)
      self->escape = NO_ESCAPE;
    return TRUE;
  case ESCAPE_TEXT:
    if (byte == '\a' || byte == '\n')
      self->escape = NO_ESCAPE;
    return byte != '\n';
  default:
    if (byte == 0x1b)
      self->escape = ESCAPE;
    return byte == 0x1b;
  }
}

static void
give_line (HsLineMaker *self, HsLineFunc func, gpointer user_data)
{
  func (self->line->str, self->line->len, user_data);
  g_string_truncate (self->line, 0);
  self->returned = FALSE;
}

/* How many bytes from @text on are nothing special. */
static gsize
count_plain (const char *text, gsize length)
{
  gsize n = 0;

  while (n < length && text[n] != '\n' && text[n] != '\r' && text[n] != 0x1b)
    n++;
  return n;
}

static void
take_plain (HsLineMaker *self, const char *text, gsize n, HsLineFunc func, gpointer user_data)
{
  if (self->returned)
    g_string_truncate (self->line, 0);
  self->returned = FALSE;
  while (n > 0) {
    gsize fits = MIN (n, LONGEST_LINE - self->line->len);

    g_string_append_len (self->line, text, fits);
    text += fits;
    n -= fits;
    if (self->line->len == LONGEST_LINE)
      give_line (self, func, user_data);
  }
}

void
hs_line_maker_feed (HsLineMaker *self,
                    const char *text,
                    gsize length,
                    HsLineFunc func,
                    gpointer user_data)
{
  if (self->line == NULL)
    self->line = g_string_new (NULL);

  for (gsize at = 0; at < length;) {
    gsize n = self->escape == NO_ESCAPE ? count_plain (text + at, length - at) : 0;

    if (n > 0) {
      take_plain (self, text + at, n, func, user_data);
      at += n;
    } else if (is_hidden (self, text[at])) {
      at++;
    } else if (text[at] == '\n') {
      give_line (self, func, user_data);
      at++;
    } else if (text[at] == '\r') {
      self->returned =
          TRUE; /* what follows overwrites the line; if that is its end, nothing does */
      at++;
    }
  }
}

/* A last line without end counts. */
void
hs_line_maker_end (HsLineMaker *self, HsLineFunc func, gpointer user_data)
{
  self->escape = NO_ESCAPE;
  if (self->line != NULL && self->line->len > 0)
    give_line (self, func, user_data);
}

void
hs_line_maker_clear (HsLineMaker *self)
{
  if (self->line != NULL)
    g_string_free (self->line, TRUE);
  memset (self, 0, sizeof *self);
}

/* --- the file --- */

static int
open_in_cache (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "hotshoe", NULL);
  g_autofree char *path = g_build_filename (folder, "log-XXXXXX", NULL);
  int fd;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    return -1;
  fd = g_mkstemp (path);
  if (fd >= 0)
    g_unlink (path);
  return fd;
}

static int
open_in_tmp (void)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("hotshoe-XXXXXX.log", &path, NULL);

  if (fd >= 0)
    g_unlink (path);
  return fd;
}

void
hs_text_store_open (HsTextStore *self)
{
  memset (self, 0, sizeof *self);
  self->fd = open_in_cache ();
  if (self->fd < 0)
    self->fd = open_in_tmp ();
}

static void
keep_late (HsTextStore *self, const char *text, gsize length)
{
  g_string_append_len (self->late, text, length);
  if (self->late->len <= MOST_LATE)
    return;

  self->late_at += self->late->len - MOST_LATE / 2;
  g_string_erase (self->late, 0, self->late->len - MOST_LATE / 2);
}

static gboolean
write_all (HsTextStore *self, const char *text, gsize length)
{
  for (gsize done = 0; done < length;) {
    gssize n = self->fd < 0 ? -1 : pwrite (self->fd, text + done, length - done, self->end + done);

    if (n > 0) {
      done += n;
    } else if (n == 0 || self->fd < 0 || errno != EINTR) {
      self->error_number = self->fd < 0 ? EACCES : n == 0 ? ENOSPC : errno;
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
hs_text_store_add (HsTextStore *self, const char *text, gsize length)
{
  gboolean ok = TRUE;

  if (self->late == NULL) {
    ok = write_all (self, text, length);
    if (ok) {
      self->in_file += length;
    } else {
      self->late = g_string_new (NULL);
      self->late_at = self->end;
    }
  }
  if (self->late != NULL)
    keep_late (self, text, length);
  self->end += length;
  return ok;
}

gsize
hs_text_store_read_file (HsTextStore *self, guint64 at, char *buffer, gsize length)
{
  gsize done = 0;

  while (done < length) {
    gssize n = pread (self->fd, buffer + done, length - done, at + done);

    if (n == 0 || (n < 0 && errno != EINTR))
      break;
    done += MAX (n, 0);
  }
  return done;
}

gsize
hs_text_store_read (HsTextStore *self, guint64 at, char *buffer, gsize length)
{
  if (at >= self->end)
    return 0;
  length = MIN (length, self->end - at);
  if (at >= self->in_file) {
    if (at < self->late_at)
      return 0;
    memcpy (buffer, self->late->str + (at - self->late_at), length);
    return length;
  }

  return hs_text_store_read_file (self, at, buffer, MIN (length, self->in_file - at));
}

void
hs_text_store_close (HsTextStore *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->late != NULL)
    g_string_free (self->late, TRUE);
  self->late = NULL;
  self->fd = -1;
}
