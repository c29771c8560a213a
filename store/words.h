/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HsWords:
 *
 * What a person typed into a search field. Words of three characters and more are found anywhere;
 * shorter ones where a word begins. Only the first 32 count.
 */
typedef struct {
  GPtrArray *list;   /* char *, case folded */
  guint32 long_ones; /* a bit for each of three characters and more */
  GString *folded;   /* where text is folded; its size is kept */
} HsWords;

void hs_words_init (HsWords *self, const char *typed); /* @typed: nullable */
void hs_words_clear (HsWords *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsWords, hs_words_clear)

gboolean hs_words_is_long (const char *word);
gboolean hs_words_is_plain (const char *word);                /* without what separates words */
guint32 hs_words_all (HsWords *self);                         /* a bit for each */
guint32 hs_words_find (HsWords *self, const char *text);      /* a bit for each that is there */
gboolean hs_words_are_in (HsWords *self, const char *text);   /* all of them */
gboolean hs_words_are_part (HsWords *self, const char *text); /* anywhere, also the short ones */

G_END_DECLS
