/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-dfuse-private.h"
#include "flash/sim/sim-timings.h"

#include <string.h>

/* The flash of the DfuSe models, by absolute address in the selected alternate. */

gboolean
hs_sim_dfuse_is_flash (const HsSimDfuse *dfuse)
{
  return dfuse->alt == 0 || dfuse->alt == dfuse->chip->external;
}

/* Who has that address in the selected alternate; (nullable) */
const HsPartition *
hs_sim_dfuse_find_partition (HsSimCamera *self, guint64 address)
{
  const HsSimDfuse *dfuse = self->loader_state;
  gboolean external = dfuse->alt == dfuse->chip->external;

  for (guint i = 0; hs_sim_dfuse_is_flash (dfuse) && i < self->board->n_partitions; i++) {
    const HsPartition *partition = &self->board->partitions[i];

    if (((partition->flags & HS_PARTITION_EXTERNAL) != 0) == external &&
        address >= partition->start && address < partition->start + partition->size)
      return partition;
  }
  return NULL;
}

/* Bytes from @address on, at most @length, that belong to the same partition. */
static gsize
piece (const HsPartition *partition, guint64 address, gsize length)
{
  return MIN (length, partition->start + partition->size - address);
}

/* Write protection makes nothing fail; it makes nothing happen. */
static gboolean
is_write_protected (HsSimCamera *self)
{
  const HsSimDfuse *dfuse = self->loader_state;

  return self->faults.write_protected && dfuse->chip->external < 0;
}

/* How the OpenMV bootloader counts blocks, so that both know what was torn. */
static guint32
torn_step (HsSimCamera *self)
{
  return self->board->transfer_size > 0 ? self->board->transfer_size : 4096;
}

static void
forget_torn (HsSimCamera *self, const HsPartition *partition, guint64 offset, guint64 size)
{
  for (guint i = self->torn->len; i > 0; i--) {
    const HsSimTorn *torn = &g_array_index (self->torn, HsSimTorn, i - 1);
    guint64 at = (guint64) torn->block * torn_step (self);

    if (torn->alt == partition->alt && at >= offset && at < offset + size)
      g_array_remove_index (self->torn, i - 1);
  }
}

static gboolean
is_torn (HsSimCamera *self, const HsPartition *partition, guint64 offset)
{
  for (guint i = 0; i < self->torn->len; i++) {
    const HsSimTorn *torn = &g_array_index (self->torn, HsSimTorn, i);

    if (torn->alt == partition->alt && torn->block == offset / torn_step (self) &&
        !(partition->flags & HS_PARTITION_EXTERNAL))
      return TRUE;
  }
  return FALSE;
}

/* ST's data sheets give the smallest sectors about a quarter of the largest one's time. */
static guint64
erase_time (HsSimCamera *self, guint32 size)
{
  const HsSimDfuse *dfuse = self->loader_state;
  guint64 typical = (guint64) self->board->erase_typical_ms * 1000;
  guint32 largest = 1;

  if (dfuse->alt == dfuse->chip->external)
    return HS_SIM_ERASE_EXTERNAL_4K;
  for (guint i = 0; i < dfuse->maps[0]->len; i++)
    largest = MAX (largest, g_array_index (dfuse->maps[0], HsDfuseRange, i).unit);
  return size == largest ? typical : typical / 4 + typical * 3 / 4 * size / largest;
}

static guint64
program_time (const HsSimDfuse *dfuse)
{
  guint64 block =
      dfuse->alt == dfuse->chip->external ? HS_SIM_PROGRAM_EXTERNAL : HS_SIM_PROGRAM_INTERNAL;

  return MAX (block * dfuse->length / 4096, 1);
}

/* Whether the block or unit at @offset is the one that a fault names. */
static gboolean
is_block (const HsSimDfuse *dfuse, guint64 offset, int block)
{
  return block >= 0 && offset / dfuse->chip->transfer_size == (guint) block;
}

gboolean
hs_sim_dfuse_may (const HsSimDfuse *dfuse, guint64 address, HsDfuseAccess access)
{
  HsDfuseAccess allowed;

  return hs_dfuse_map_find_unit (dfuse->maps[dfuse->alt], address, NULL, NULL, &allowed) &&
         (allowed & access) == access;
}

guint8
hs_sim_dfuse_erase_unit (HsSimCamera *self, guint64 address, guint64 *us, guint64 *poll_us)
{
  HsSimDfuse *dfuse = self->loader_state;
  guint64 start;
  guint32 size;
  gboolean ok = TRUE;

  hs_dfuse_map_find_unit (dfuse->maps[dfuse->alt], address, &start, &size, NULL);
  *us = *poll_us = erase_time (self, size);
  for (guint64 at = start; ok && at < start + size;) {
    const HsPartition *partition = hs_sim_dfuse_find_partition (self, at);
    gsize n = partition != NULL ? piece (partition, at, start + size - at) : 1;

    if (partition != NULL && !is_write_protected (self)) {
      guint64 offset = at - partition->start;

      ok = hs_sim_flash_erase (self->unit->flash, partition, offset, n);
      forget_torn (self, partition, offset, n);
      self->incomplete |= dfuse->chip->external >= 0 && partition->role == HS_ROLE_FIRMWARE;
      if (is_block (dfuse, offset, self->faults.slow_block))
        *us = HS_SIM_ERASE_SLOW;
    }
    at += n;
  }
  return ok ? STATUS_OK : ERR_WRITE;
}

/* Of the chip, not of what is beside it. */
guint8
hs_sim_dfuse_erase_chip (HsSimCamera *self, guint64 *us)
{
  HsSimDfuse *dfuse = self->loader_state;
  guint8 status = STATUS_OK;

  for (guint i = 0; i < dfuse->maps[0]->len; i++) {
    const HsDfuseRange *range = &g_array_index (dfuse->maps[0], HsDfuseRange, i);

    for (guint k = 0; k < range->count && status == STATUS_OK; k++) {
      guint64 once, poll;

      status =
          hs_sim_dfuse_erase_unit (self, range->start + (guint64) k * range->unit, &once, &poll);
      *us += once;
    }
  }
  return status;
}

guint8
hs_sim_dfuse_program (HsSimCamera *self, guint64 address, guint64 *us)
{
  HsSimDfuse *dfuse = self->loader_state;

  *us = program_time (dfuse);
  for (gsize done = 0; done < dfuse->length;) {
    const HsPartition *partition = hs_sim_dfuse_find_partition (self, address + done);
    guint64 offset;
    gsize n;

    if (partition == NULL)
      return ERR_TARGET;
    n = piece (partition, address + done, dfuse->length - done);
    offset = address + done - partition->start;
    if (is_block (dfuse, offset, self->faults.write_error_block))
      return ERR_WRITE;
    if (is_block (dfuse, offset, self->faults.corrupt_block))
      dfuse->data[done + n / 2] ^= 0x40;
    if (!is_write_protected (self) &&
        !hs_sim_flash_program (self->unit->flash, partition, offset, dfuse->data + done, n))
      return ERR_WRITE;
    dfuse->written = is_write_protected (self) ? NULL : partition;
    dfuse->written_at = offset;
    dfuse->written_length = n;
    done += n;
  }
  return STATUS_OK;
}

/* Power is cut while the last block is written: half of it is there, and one flash word is
 * neither. Options that were being programmed are neither as well; those of a chip that was still
 * erasing are as they were. */
void
hs_sim_dfuse_cut (HsSimCamera *self, gint64 now)
{
  HsSimDfuse *dfuse = self->loader_state;
  gsize half = dfuse->written_length / 2;
  g_autofree guint8 *erased = NULL;
  HsSimTorn torn;

  if (dfuse->programming && now < dfuse->busy_until) {
    memcpy (self->options.bytes, dfuse->before.bytes, sizeof self->options.bytes);
    if (!dfuse->erasing)
      hs_sim_options_tear (self);
    dfuse->programming = FALSE;
  }
  if (dfuse->written == NULL || now >= dfuse->busy_until)
    return;

  erased = g_malloc (dfuse->written_length);
  memset (erased, 0xff, dfuse->written_length);
  hs_sim_flash_overwrite (self->unit->flash,
                          dfuse->written,
                          dfuse->written_at + half,
                          erased,
                          dfuse->written_length - half);
  torn = (HsSimTorn){ dfuse->written->alt, dfuse->written_at / torn_step (self) };
  if (!(dfuse->written->flags & HS_PARTITION_EXTERNAL))
    g_array_append_val (self->torn, torn);
  dfuse->written = NULL;
}

gboolean
hs_sim_dfuse_read (HsSimCamera *self, guint64 address, guint8 *data, guint16 length)
{
  for (gsize done = 0; done < length;) {
    const HsPartition *partition = hs_sim_dfuse_find_partition (self, address + done);
    guint64 offset;
    gsize n;

    if (partition == NULL) {
      data[done++] = 0xff;
      continue;
    }
    n = piece (partition, address + done, length - done);
    offset = address + done - partition->start;
    if (self->faults.torn_reads_hang &&
        (is_torn (self, partition, offset) || is_torn (self, partition, offset + n - 1)))
      return FALSE;
    hs_sim_flash_read (self->unit->flash, partition, offset, data + done, n);
    done += n;
  }
  return TRUE;
}
