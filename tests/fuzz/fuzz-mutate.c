/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/fuzz-mutate.h"

#include <string.h>

typedef void (*Mutation) (GByteArray *input, GPtrArray *seeds, GRand *random);

/* Where something happens; more often near the beginning, where headers are. */
static guint
place (const GByteArray *input, GRand *random)
{
  guint end = g_rand_boolean (random) ? MIN (input->len, 64) : input->len;

  return end == 0 ? 0 : g_rand_int_range (random, 0, end);
}

static void
flip_bits (GByteArray *input, GPtrArray *seeds, GRand *random)
{
  for (int n = g_rand_int_range (random, 1, 5); n > 0 && input->len > 0; n--)
    input->data[place (input, random)] ^= 1 << g_rand_int_range (random, 0, 8);
}

static void
set_byte (GByteArray *input, GPtrArray *seeds, GRand *random)
{
  static const guint8 values[] = { 0x00, 0x01, 0x7F, 0x80, 0xFF, ' ', '\n', '"', '{', '/', '#' };

  if (input->len > 0)
    input->data[place (input, random)] =
        g_rand_boolean (random) ? values[g_rand_int_range (random, 0, G_N_ELEMENTS (values))]
                                : g_rand_int (random);
}

/* A length, a count, an offset: 1 to 8 bytes of either order, far too large, or just not right. */
static void
set_number (GByteArray *input, GPtrArray *seeds, GRand *random)
{
  const guint64 values[] = {
    0,          1,          2,           0x7F,       0x80,       0xFF,
    0x7FFF,     0x8000,     0xFFFF,      0x10000,    0x7FFFFFFF, 0x80000000,
    0xFFFFFFFE, 0xFFFFFFFF, G_MAXUINT64, G_MAXINT64, input->len, input->len - 1u
  };
  guint64 value = values[g_rand_int_range (random, 0, G_N_ELEMENTS (values))];
  guint width = 1u << g_rand_int_range (random, 0, 4);
  gboolean big = g_rand_boolean (random);
  guint at;

  if (input->len < width)
    return;
  at = place (input, random);
  at = MIN (at, input->len - width);
  for (guint i = 0; i < width; i++)
    input->data[at + (big ? width - 1 - i : i)] = value >> 8 * i;
}

/* The same in text: digits that stand there become others. */
static void
set_digits (GByteArray *input, GPtrArray *seeds, GRand *random)
{
  static const char *const values[] = { "0",          "-1",  "4294967295", "18446744073709551616",
                                        "0xffffffff", "1e9", "9999999999", "0x" };
  const char *value = values[g_rand_int_range (random, 0, G_N_ELEMENTS (values))];
  guint begin = place (input, random), end;
  g_autofree guint8 *rest = NULL;
  guint length;

  while (begin < input->len && !g_ascii_isdigit (input->data[begin]))
    begin++;
  for (end = begin; end < input->len && g_ascii_isxdigit (input->data[end]);)
    end++;
  if (begin == end)
    return;
  length = input->len - end;
  rest = g_memdup2 (input->data + end, length);
  g_byte_array_set_size (input, begin);
  g_byte_array_append (input, (const guint8 *) value, strlen (value));
  g_byte_array_append (input, rest, length);
}

static void
cut_off (GByteArray *input, GPtrArray *seeds, GRand *random)
{
  if (input->len > 0)
    g_byte_array_set_size (input, g_rand_int_range (random, 0, input->len));
}

static void
cut_out (GByteArray *input, GPtrArray *seeds, GRand *random)
{
  guint at = place (input, random);
  guint length = g_rand_int_range (random, 1, 65);

  if (input->len > at)
    g_byte_array_remove_range (input, at, MIN (length, input->len - at));
}

/* A piece of itself again, once or very often. */
static void
repeat (GByteArray *input, GPtrArray *seeds, GRand *random)
{
  guint at = place (input, random);
  guint length = g_rand_int_range (random, 1, 40);
  guint times = g_rand_int_range (random, 0, 8) == 0 ? 300 : 1;
  g_autofree guint8 *piece = NULL;

  length = MIN (length, input->len - at);
  piece = g_memdup2 (input->data + at, length);
  for (guint i = 0; length > 0 && i < times; i++)
    g_byte_array_append (input, piece, length);
}

/* Our front and somebody's end. */
static void
splice (GByteArray *input, GPtrArray *seeds, GRand *random)
{
  GBytes *other = g_ptr_array_index (seeds, g_rand_int_range (random, 0, seeds->len));
  gsize size;
  const guint8 *bytes = g_bytes_get_data (other, &size);
  gsize from = size > 0 ? g_rand_int_range (random, 0, size) : 0;

  cut_off (input, seeds, random);
  g_byte_array_append (input, bytes + from, size - from);
}

/* Something of a seed over what is there, at the same or another place. */
static void
patch (GByteArray *input, GPtrArray *seeds, GRand *random)
{
  GBytes *other = g_ptr_array_index (seeds, g_rand_int_range (random, 0, seeds->len));
  gsize size;
  const guint8 *bytes = g_bytes_get_data (other, &size);
  gsize from, length;
  guint at = place (input, random);

  if (size == 0 || input->len == 0)
    return;
  from = g_rand_boolean (random) ? at : (gsize) g_rand_int_range (random, 0, size);
  from = MIN (from, size - 1);
  length = g_rand_int_range (random, 1, 64);
  length = MIN (length, MIN (size - from, input->len - at));
  memcpy (input->data + at, bytes + from, length);
}

void
fuzz_mutate (GByteArray *input, GPtrArray *seeds, GRand *random, guint most_bytes)
{
  static const Mutation mutations[] = { flip_bits,  flip_bits,  set_byte,   set_byte,
                                        set_number, set_number, set_digits, cut_off,
                                        cut_out,    repeat,     splice,     patch };
  guint n = g_rand_int_range (random, 1, 6);

  while (n-- > 0)
    mutations[g_rand_int_range (random, 0, G_N_ELEMENTS (mutations))](input, seeds, random);
  if (input->len > most_bytes)
    g_byte_array_set_size (input, most_bytes);
}
