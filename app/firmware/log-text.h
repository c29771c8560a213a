/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Puts lines together out of pieces: drops colour codes, also where a piece ends within one, and
 * what a carriage return overwrites. */
typedef struct {
  GString *line; /* so far */
  guint escape;  /* within a colour code: how far */
  gboolean returned;
} HsLineMaker;

/* @line: without its end; may hold NUL bytes. */
typedef void (*HsLineFunc) (const char *line, gsize length, gpointer user_data);
void hs_line_maker_feed (HsLineMaker *self,
                         const char *text,
                         gsize length,
                         HsLineFunc func,
                         gpointer user_data);
void hs_line_maker_end (HsLineMaker *self, HsLineFunc func, gpointer user_data);
void hs_line_maker_clear (HsLineMaker *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsLineMaker, hs_line_maker_clear)

/* Bytes that only grow, in a file without a name. Where the disk is full, the newest are kept in
 * memory. One thread may write while another reads, if both hold the owner's lock. */
typedef struct {
  int fd;           /* -1: none */
  guint64 in_file;  /* bytes there */
  guint64 end;      /* bytes in all */
  GString *late;    /* those that the file did not take; NULL: it took all */
  guint64 late_at;  /* position of the first of them */
  int error_number; /* why; 0: nothing */
} HsTextStore;

void hs_text_store_open (HsTextStore *self);
/* FALSE: from now on the file takes nothing more. Said once. */
gboolean hs_text_store_add (HsTextStore *self, const char *text, gsize length);
/* How many bytes from @at on are there, at most @length; 0: they are lost. */
gsize hs_text_store_read (HsTextStore *self, guint64 at, char *buffer, gsize length);
/* The same for bytes that are known to be in the file; needs no lock. */
gsize hs_text_store_read_file (HsTextStore *self, guint64 at, char *buffer, gsize length);
void hs_text_store_close (HsTextStore *self);

G_END_DECLS
