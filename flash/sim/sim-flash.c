/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-flash.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* One memory: a file that ends where everything behind is erased, so that 32 MB of empty flash take
 * no space. Without a folder it is an anonymous file, so that there is one way of doing it; nobody
 * reads that one, so its bits are inverted and its holes are erased flash, too. */
typedef struct {
  int fd;         /* owned */
  guint64 length; /* of the file */
  guint8 flip;    /* 0xFF: inverted */
} Store;

#define CHUNK 4096u

/* Where a partition's bytes are: its own store, or a part of a larger partition's. */
typedef struct {
  guint store;
  guint64 base;
} View;

/**
 * HsSimFlash:
 *
 * All flash of one simulated camera. A partition that lies inside a larger one is a view of it.
 * What was written stays written when the process is killed.
 */
struct _HsSimFlash {
  const HsBoard *board;
  Store *stores; /* (array length=n_partitions of the board); fd -1: a view, or no memory at all */
  View *views;
};

static gboolean
lies_inside (const HsPartition *inner, const HsPartition *outer)
{
  const HsPartitionFlags place = HS_PARTITION_EXTERNAL;

  return inner != outer && (inner->flags & place) == (outer->flags & place) &&
         outer->role != HS_ROLE_RECOVERY && inner->start >= outer->start &&
         inner->start + inner->size <= outer->start + outer->size && inner->size < outer->size;
}

static View
find_view (const HsBoard *board, guint n)
{
  const HsPartition *inner = &board->partitions[n];

  for (guint i = 0; i < board->n_partitions; i++)
    if (lies_inside (inner, &board->partitions[i]))
      return (View){ i, inner->start - board->partitions[i].start };
  return (View){ n, 0 };
}

static int
open_store (const char *folder, const char *name, GError **error)
{
  g_autofree char *file = g_strconcat (name, ".bin", NULL);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, file, NULL) : NULL;
  int fd = path != NULL ? g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644)
                        : memfd_create (name, MFD_CLOEXEC);

  if (fd < 0)
    g_set_error (error,
                 G_IO_ERROR,
                 g_io_error_from_errno (errno),
                 "%s: %s",
                 path != NULL ? path : name,
                 g_strerror (errno));
  return fd;
}

/**
 * hs_sim_flash_new:
 * @board: whose partitions
 * @folder: (nullable): where PARTITION.bin files are or will be; %NULL for memory only
 *
 * Opens what is there; a new file is erased flash. Blocks. Errors are #GIOErrorEnum.
 */
HsSimFlash *
hs_sim_flash_new (const HsBoard *board, const char *folder, GError **error)
{
  g_autoptr (HsSimFlash) self = g_new0 (HsSimFlash, 1);

  self->board = board;
  self->stores = g_new0 (Store, board->n_partitions);
  self->views = g_new0 (View, board->n_partitions);
  for (guint i = 0; i < board->n_partitions; i++)
    self->stores[i].fd = -1;

  for (guint i = 0; i < board->n_partitions; i++) {
    Store *store = &self->stores[i];

    self->views[i] = find_view (board, i);
    if (self->views[i].store != i)
      continue;
    store->fd = open_store (folder, board->partitions[i].name, error);
    if (store->fd < 0)
      return NULL;
    store->length = lseek (store->fd, 0, SEEK_END);
    store->flip = folder != NULL ? 0x00 : 0xFF;
  }

  return g_steal_pointer (&self);
}

void
hs_sim_flash_free (HsSimFlash *self)
{
  if (self == NULL)
    return;

  for (guint i = 0; i < self->board->n_partitions; i++)
    if (self->stores[i].fd >= 0)
      close (self->stores[i].fd);
  g_free (self->stores);
  g_free (self->views);
  g_free (self);
}

/**
 * hs_sim_flash_look_again:
 *
 * What stands in for a vendor's program writes the files itself, while the chip runs something that
 * is not simulated. To be called when the chip starts.
 */
void
hs_sim_flash_look_again (HsSimFlash *self)
{
  for (guint i = 0; i < self->board->n_partitions; i++)
    if (self->stores[i].fd >= 0)
      self->stores[i].length = lseek (self->stores[i].fd, 0, SEEK_END);
}

static Store *
find_store (HsSimFlash *self, const HsPartition *partition, guint64 *base)
{
  const View *view = &self->views[partition - self->board->partitions];

  *base = view->base;
  return &self->stores[view->store];
}

static gboolean
write_all (Store *store, guint64 at, const guint8 *data, gsize length)
{
  guint8 bytes[CHUNK];

  while (length > 0) {
    gsize wanted = MIN (length, CHUNK);
    gssize n;

    for (gsize i = 0; i < wanted; i++)
      bytes[i] = data[i] ^ store->flip;
    n = pwrite (store->fd, bytes, wanted, at);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    data += n;
    length -= n;
    at += n;
    store->length = MAX (store->length, at);
  }
  return TRUE;
}

/* Writes erased flash from @at up to @end. */
static gboolean
fill_erased (Store *store, guint64 at, guint64 end)
{
  guint8 erased[CHUNK];

  memset (erased, 0xff, sizeof erased);
  for (; at < end; at += MIN (CHUNK, end - at))
    if (!write_all (store, at, erased, MIN (CHUNK, end - at)))
      return FALSE;
  return TRUE;
}

/**
 * hs_sim_flash_read:
 *
 * @length bytes from @offset of the partition; what was never written reads 0xFF.
 * Returns: %FALSE if the file can't be read
 */
gboolean
hs_sim_flash_read (HsSimFlash *self,
                   const HsPartition *partition,
                   guint64 offset,
                   guint8 *data,
                   gsize length)
{
  guint64 base;
  Store *store = find_store (self, partition, &base);
  gsize got = 0;

  g_return_val_if_fail (offset + length <= partition->size, FALSE);

  while (got < length) {
    gssize n = pread (store->fd, data + got, length - got, base + offset + got);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    if (n == 0)
      break;
    got += n;
  }
  for (gsize i = 0; i < got; i++)
    data[i] ^= store->flip;
  if (got < length)
    memset (data + got, 0xff, length - got);
  return TRUE;
}

/* Memory that needs no erasing (MRAM), and the factory. FALSE: the disk is full. */
gboolean
hs_sim_flash_overwrite (HsSimFlash *self,
                        const HsPartition *partition,
                        guint64 offset,
                        const guint8 *data,
                        gsize length)
{
  guint64 base;
  Store *store = find_store (self, partition, &base);

  g_return_val_if_fail (offset + length <= partition->size, FALSE);

  if (store->flip == 0 && !fill_erased (store, store->length, base + offset))
    return FALSE;
  return write_all (store, base + offset, data, length);
}

/**
 * hs_sim_flash_program:
 *
 * Programs as flash does: bits only go from 1 to 0, so what was not erased before shows.
 * Returns: %FALSE if it can't be written (the disk is full)
 */
gboolean
hs_sim_flash_program (HsSimFlash *self,
                      const HsPartition *partition,
                      guint64 offset,
                      const guint8 *data,
                      gsize length)
{
  g_autofree guint8 *cells = g_malloc (length);

  if (!hs_sim_flash_read (self, partition, offset, cells, length))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    cells[i] &= data[i];
  return hs_sim_flash_overwrite (self, partition, offset, cells, length);
}

/* Makes @size bytes read 0xFF; the end of the file gives way. */
gboolean
hs_sim_flash_erase (HsSimFlash *self, const HsPartition *partition, guint64 offset, guint64 size)
{
  guint64 base;
  Store *store = find_store (self, partition, &base);
  guint64 at = base + offset;

  if (at >= store->length)
    return TRUE;
  if (at + size < store->length)
    return fill_erased (store, at, at + size);
  if (ftruncate (store->fd, at) != 0)
    return FALSE;
  store->length = at;
  return TRUE;
}

/* How many bytes from the partition's start may hold anything but erased flash. */
guint64
hs_sim_flash_used (HsSimFlash *self, const HsPartition *partition)
{
  guint64 base;
  Store *store = find_store (self, partition, &base);
  GStatBuf info;

  /* What stands in for a debug probe writes behind our back. */
  if (fstat (store->fd, &info) == 0)
    store->length = MAX (store->length, (guint64) info.st_size);
  return store->length > base ? MIN (store->length - base, partition->size) : 0;
}

/* (transfer full): the first @length bytes */
GBytes *
hs_sim_flash_dup (HsSimFlash *self, const HsPartition *partition, guint64 length)
{
  guint8 *data = g_malloc (length);

  if (!hs_sim_flash_read (self, partition, 0, data, length))
    memset (data, 0xff, length);
  return g_bytes_new_take (data, length);
}
