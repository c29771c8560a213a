/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/method.h"

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
