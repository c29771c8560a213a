/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/words.h"

#include <string.h>

#define LONG_WORD  3 /* characters; what a trigram index can find */
#define MAX_WORDS  32
#define SEPARATORS " \t\n:_-./,;()"

void
hs_words_init (HsWords *self, const char *typed)
{
  g_auto (GStrv) pieces = g_strsplit_set (typed != NULL ? typed : "", " \t\n", -1);

  self->list = g_ptr_array_new_with_free_func (g_free);
  self->folded = g_string_sized_new (256);
  self->long_ones = 0;
  for (char **piece = pieces; *piece != NULL && self->list->len < MAX_WORDS; piece++) {
    char *word;

    if (**piece == '\0')
      continue;
    word = g_utf8_casefold (*piece, -1);
    if (hs_words_is_long (word))
      self->long_ones |= 1u << self->list->len;
    g_ptr_array_add (self->list, word);
  }
}

void
hs_words_clear (HsWords *self)
{
  g_clear_pointer (&self->list, g_ptr_array_unref);
  if (self->folded != NULL)
    g_string_free (self->folded, TRUE);
  self->folded = NULL;
}

gboolean
hs_words_is_long (const char *word)
{
  return g_utf8_strlen (word, -1) >= LONG_WORD;
}

gboolean
hs_words_is_plain (const char *word)
{
  return strpbrk (word, SEPARATORS) == NULL;
}

/* ASCII is what nearly all text is: case folding by the book takes many times as long. */
static const char *
fold (HsWords *self, const char *text)
{
  gsize length = strlen (text);
  guchar all = 0;
  char *folded;

  g_string_set_size (self->folded, length);
  folded = self->folded->str;
  for (gsize i = 0; i < length; i++) {
    guchar c = text[i];

    all |= c;
    folded[i] = (char) (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  }
  if (all >= 0x80) {
    g_autofree char *by_the_book = g_utf8_casefold (text, -1);

    g_string_assign (self->folded, by_the_book);
  }
  return self->folded->str;
}

static gboolean
begins_word (const char *text, const char *word)
{
  for (const char *at = strstr (text, word); at != NULL; at = strstr (at + 1, word))
    if (at == text || strchr (SEPARATORS, at[-1]) != NULL)
      return TRUE;
  return FALSE;
}

guint32
hs_words_all (HsWords *self)
{
  return self->list->len >= MAX_WORDS ? G_MAXUINT32 : (1u << self->list->len) - 1;
}

guint32
hs_words_find (HsWords *self, const char *text)
{
  const char *folded = fold (self, text);
  guint32 found = 0;

  for (guint i = 0; i < self->list->len; i++) {
    const char *word = self->list->pdata[i];
    gboolean is_long = (self->long_ones & 1u << i) != 0;

    if (is_long ? strstr (folded, word) != NULL : begins_word (folded, word))
      found |= 1u << i;
  }
  return found;
}

gboolean
hs_words_are_in (HsWords *self, const char *text)
{
  return hs_words_find (self, text) == hs_words_all (self);
}

gboolean
hs_words_are_part (HsWords *self, const char *text)
{
  const char *folded = fold (self, text);

  for (guint i = 0; i < self->list->len; i++)
    if (strstr (folded, self->list->pdata[i]) == NULL)
      return FALSE;
  return TRUE;
}
