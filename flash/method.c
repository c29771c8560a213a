/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/method.h"

#include <string.h>

/* Frees what @self owns; it can be used again. */
void
hs_write_result_clear (HsWriteResult *self)
{
  g_clear_pointer (&self->equal, g_free);
  g_clear_pointer (&self->slow, g_array_unref);
  memset (self, 0, sizeof *self);
}

guint
hs_method_n_units (const HsBoard *board, const HsPartition *partition)
{
  if (partition->n_erase > 0 || board->transfer_size == 0)
    return hs_partition_n_units (partition);
  return (partition->size + board->transfer_size - 1) / board->transfer_size;
}

void
hs_method_get_unit (const HsBoard *board,
                    const HsPartition *partition,
                    guint n,
                    guint64 *offset,
                    guint64 *size)
{
  if (partition->n_erase > 0 || board->transfer_size == 0) {
    hs_partition_unit (partition, n, offset, size);
    return;
  }
  *offset = (guint64) n * board->transfer_size;
  *size = MIN (board->transfer_size, partition->size - *offset);
}

/**
 * hs_method_quote:
 *
 * For the commands that methods describe.
 *
 * Returns: (transfer full): @text as one word of a shell; plain words stay readable
 */
char *
hs_method_quote (const char *text)
{
  const char *plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./,:+@%";

  if (*text != '\0' && strspn (text, plain) == strlen (text))
    return g_strdup (text);
  return g_shell_quote (text);
}

/**
 * hs_swap16:
 * @data: (array length=length)
 * @length: in bytes; an odd last byte stays where it is
 *
 * Swaps the two bytes of every 16-bit word in place.
 */
void
hs_swap16 (guint8 *data, gsize length)
{
  for (gsize i = 0; i + 1 < length; i += 2) {
    guint8 first = data[i];

    data[i] = data[i + 1];
    data[i + 1] = first;
  }
}

/**
 * hs_method_bytes_swapped:
 * @read: (array length=length): what came back
 * @wrote: (array length=length): what was written
 * @length: in bytes; of an odd length the last byte is not compared: its partner is beyond the end
 *
 * Returns: whether @read is @wrote with the bytes of each 16-bit word swapped
 */
gboolean
hs_method_bytes_swapped (const guint8 *read, const guint8 *wrote, gsize length)
{
  for (gsize i = 0; i + 1 < length; i += 2)
    if (read[i] != wrote[i + 1] || read[i + 1] != wrote[i])
      return FALSE;
  return length > 1;
}
