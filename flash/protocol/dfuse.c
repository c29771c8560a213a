/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/protocol/dfuse.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* AN3156: a command is a download of block 0. There is a third one, 0x92, that erases everything:
 * hs_dfu_link_read_unprotect() alone sends it. An erase without address does so, too, and is never
 * sent. */
enum {
  COMMAND_SET_POINTER = 0x21,
  COMMAND_ERASE = 0x41,
};

enum {
  BLOCK_COMMAND = 0,
  BLOCK_FIRST = 2, /* of data: address = pointer + (number - 2) * wTransferSize */
  BLOCK_LAST = 0xffff,
};

enum {
  BUSY_MS = 35000,         /* nothing takes longer: H7 sector 4 s, an aged one 10 s */
  EARLY_STALLS = 3,        /* L4 ROMs refuse a poll that comes too early */
  BUSY_AFTERWARDS = 3,     /* answers after the time that an erase was said to take */
  LONGEST_ERASE_MS = 4500, /* of a good sector: 256 KB of an F7 take 4 s by the datasheet */
  LOOK_AGAIN_MS = 20,      /* at an erase that goes on after the time it was said to take */
  OPTIONS_MS = 2500,       /* a chip that is disturbed sooner ends with random options */
  UNPROTECT_MS = 40000,    /* an F4 of 2 MB is erased in 32 s, with a parallelism of 8 bits */
  STILL_BUSY_MS = 1000,    /* between two looks at what has not ended by then … */
  MOST_STILL_BUSY = 40,    /* … and how many there are */
  PROOF_BYTES = 16
};

/**
 * HsDfuse:
 *
 * A conversation in DfuSe, ST's dialect of DFU (AN3156): memory is erased, written and read by
 * absolute address. Spoken by the ROM of STM32 chips and by Arduino's bootloader on the H7 boards.
 * A command or a block is carried out with the first GETSTATUS after it; flash has to be erased by
 * command. Unlike plain DFU the state machine is that of the text book: reading begins in dfuIDLE
 * only, and ends with ABORT. Blocking and linear; one thread at a time, never the main thread.
 */
struct _HsDfuse {
  GObject parent_instance;

  HsDfuLink link;
  gboolean reading;   /* dfuUPLOAD-IDLE */
  gboolean endless;   /* the last erase did not say when it ended */
  guint32 next_at;    /* address of block @next_block, while reading */
  guint32 next_block; /* may be one too large for 16 bits */
};

G_DEFINE_FINAL_TYPE (HsDfuse, hs_dfuse, G_TYPE_OBJECT)

static void
hs_dfuse_finalize (GObject *object)
{
  HsDfuse *self = HS_DFUSE (object);

  hs_dfu_link_clear (&self->link);

  G_OBJECT_CLASS (hs_dfuse_parent_class)->finalize (object);
}

static void
hs_dfuse_class_init (HsDfuseClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_dfuse_finalize;
}

static void
hs_dfuse_init (HsDfuse *self)
{
}

/**
 * hs_dfuse_new:
 * @transport: an open USB transport on the DFU interface
 * @info: the descriptors of that very enumeration
 * @error: %HS_FLASH_ERROR_UNSUPPORTED if it does not speak DfuSe
 *
 * Begins a conversation; sends nothing.
 */
HsDfuse *
hs_dfuse_new (HsTransport *transport, HsUsbInfo *info, GError **error)
{
  g_autoptr (HsDfuse) self = g_object_new (HS_TYPE_DFUSE, NULL);

  g_return_val_if_fail (HS_IS_TRANSPORT (transport), NULL);
  g_return_val_if_fail (info != NULL, NULL);

  if (!hs_dfu_link_open (&self->link, transport, info, error))
    return NULL;
  if (self->link.bcd == HS_DFU_BCD_DFUSE && self->link.block_size >= 2)
    return g_steal_pointer (&self);

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_UNSUPPORTED,
               "The device does not speak DfuSe: version 0x%04x, blocks of %u bytes",
               self->link.bcd,
               self->link.block_size);
  return NULL;
}

/* How many bytes one write or read may have: the largest power of two up to the device's
 * wTransferSize (1024 on H7 ROMs, 2048 on F4 and F7 ROMs, 4096 on Arduino's), so that erase units
 * are whole blocks. */
guint16
hs_dfuse_get_block_size (HsDfuse *self)
{
  g_return_val_if_fail (HS_IS_DFUSE (self), 0);

  return 1 << (g_bit_storage (self->link.block_size) - 1);
}

gboolean
hs_dfuse_can_upload (HsDfuse *self)
{
  g_return_val_if_fail (HS_IS_DFUSE (self), FALSE);

  return hs_dfu_link_can_upload (&self->link);
}

guint
hs_dfuse_get_n_alternates (HsDfuse *self)
{
  g_return_val_if_fail (HS_IS_DFUSE (self), 0);

  return self->link.alts->len;
}

/* Number of the @n-th alternate setting, in the order of the descriptors. */
guint8
hs_dfuse_get_alternate (HsDfuse *self, guint n)
{
  g_return_val_if_fail (HS_IS_DFUSE (self), 0);
  g_return_val_if_fail (n < self->link.alts->len, 0);

  return g_array_index (self->link.alts, HsUsbAlt, n).alt;
}

/* (transfer none) (nullable): its name, which describes memory: hs_dfuse_map_parse(). Asked for
 * once; %NULL on error. */
const char *
hs_dfuse_get_name (HsDfuse *self, guint n, GError **error)
{
  g_return_val_if_fail (HS_IS_DFUSE (self), NULL);
  g_return_val_if_fail (n < self->link.alts->len, NULL);

  return hs_dfu_link_get_name (&self->link, n, error);
}

static gboolean
forget (HsDfuse *self)
{
  self->reading = FALSE;
  return hs_dfu_link_forget (&self->link);
}

/**
 * hs_dfuse_select:
 * @alt: an alternate setting
 * @error: a #HsFlashError
 *
 * Makes @alt the target of what follows, and the device ready for it; sends nothing if it is. After
 * an error this is what begins anew. Blocks.
 */
gboolean
hs_dfuse_select (HsDfuse *self, guint8 alt, GError **error)
{
  g_return_val_if_fail (HS_IS_DFUSE (self), FALSE);

  if (self->link.selected == alt)
    return TRUE;

  self->reading = FALSE;
  return hs_dfu_link_select (&self->link, alt, error) && hs_dfu_link_make_idle (&self->link, error);
}

/* A refusal on the wire does not say why; the status does. */
static gboolean
explain_stall (HsDfuse *self, GError **error)
{
  HsDfuStatus status;

  if (!g_error_matches (*error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED) ||
      !hs_dfu_link_get_status (&self->link, &status, NULL) || status.state != HS_DFU_STATE_ERROR ||
      status.status == 0)
    return FALSE;
  g_clear_error (error);
  return hs_dfu_status_fail (&status, error);
}

static gboolean
fail_busy (HsDfuse *self, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_TIMED_OUT,
               "still in state %s after %u s",
               hs_dfu_state_name (HS_DFU_STATE_DNBUSY),
               BUSY_MS / 1000);
  return FALSE;
}

/* H743 rev V says for ever that it is busy, after an erase that it has finished: it is brought to
 * dfuIDLE by clearing an error twice, the first of which it makes itself. Only reading back can
 * prove the erase. */
static gboolean
end_endless_erase (HsDfuse *self, GError **error)
{
  self->endless = TRUE;
  return hs_dfu_link_make_idle (&self->link, error);
}

/* What the first GETSTATUS carries out. */
typedef enum {
  WORK_DATA,
  WORK_COMMAND,
  WORK_ERASE, /* a command, too */
} Work;

typedef struct {
  Work work;
  gint64 begun; /* in the camera's time */
  guint poll_ms;
  guint n_stalls;
  guint n_busy;
} Polling;

/* Whether an erase says that it goes on for longer than any takes. */
static gboolean
is_endless (HsDfuse *self, const Polling *polling)
{
  gint64 us = hs_transport_now (self->link.transport) - polling->begun;

  return polling->work == WORK_ERASE && polling->n_busy > BUSY_AFTERWARDS &&
         us >= LONGEST_ERASE_MS * G_TIME_SPAN_MILLISECOND;
}

/* One GETSTATUS. 1: it is done, 0: ask again, -1: @error. A command that is not begun with
 * dfuDNBUSY was refused (AN3156, section 4). */
static int
poll (HsDfuse *self, Polling *polling, GError **error)
{
  g_autoptr (GError) local = NULL;
  HsDfuStatus status;

  if (!hs_dfu_link_get_status (&self->link, &status, &local)) {
    if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED) && polling->n_busy > 0 &&
        polling->n_stalls++ < EARLY_STALLS)
      return 0;
    g_propagate_error (error, g_steal_pointer (&local));
    return -1;
  }

  if (status.status == 0 && status.state == HS_DFU_STATE_DNLOAD_IDLE &&
      (polling->n_busy > 0 || polling->work == WORK_DATA))
    return 1;
  if (status.status != 0 || status.state != HS_DFU_STATE_DNBUSY) {
    hs_dfu_status_fail (&status, error);
    return -1;
  }

  polling->poll_ms = MIN (status.poll_ms, BUSY_MS);
  polling->n_busy++;
  if (!is_endless (self, polling))
    return 0;
  return end_endless_erase (self, error) ? 1 : -1;
}

/* Milliseconds until the next poll: what the device says, and patience where it says nothing. */
static guint
next_poll (const Polling *polling)
{
  guint least_ms = polling->n_busy > 1 || polling->n_stalls > 0 ? 1 : 0;

  if (polling->work == WORK_ERASE && polling->n_busy > BUSY_AFTERWARDS)
    least_ms = LOOK_AGAIN_MS;
  return MAX (polling->poll_ms, least_ms);
}

/* The first GETSTATUS starts what was sent and tells how long it will take. */
static gboolean
carry_out (HsDfuse *self, Work work, GError **error)
{
  Polling polling = { work, hs_transport_now (self->link.transport), 0, 0, 0 };
  gint64 deadline = polling.begun + BUSY_MS * G_TIME_SPAN_MILLISECOND;

  while (hs_transport_now (self->link.transport) < deadline) {
    int done = poll (self, &polling, error);

    if (done != 0)
      return done > 0;
    if (next_poll (&polling) > 0)
      hs_transport_sleep (self->link.transport, next_poll (&polling) * 1000ull);
  }
  return fail_busy (self, error);
}

/* Ends reading; other requests are refused meanwhile. */
static gboolean
end_reading (HsDfuse *self, GError **error)
{
  if (!self->reading)
    return TRUE;
  self->reading = FALSE;
  return hs_dfu_link_abort (&self->link, error);
}

static gboolean
download (HsDfuse *self,
          guint16 block,
          const guint8 *data,
          guint16 length,
          Work work,
          GError **error)
{
  g_autoptr (GError) local = NULL;

  if (hs_dfu_link_download (&self->link, block, data, length, &local) &&
      carry_out (self, work, &local))
    return TRUE;
  explain_stall (self, &local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
command (HsDfuse *self, guint8 code, guint32 address, GError **error)
{
  const guint8 bytes[5] = { code, address, address >> 8, address >> 16, address >> 24 };
  Work work = code == COMMAND_ERASE ? WORK_ERASE : WORK_COMMAND;

  return end_reading (self, error) &&
         download (self, BLOCK_COMMAND, bytes, sizeof bytes, work, error);
}

/**
 * hs_dfuse_erase:
 * @address: any within the erase unit
 * @took_us: (out) (optional): in microseconds of the camera's time; 0 if it did not say when it
 * ended
 * @error: %HS_FLASH_ERROR_PROTECTED if the chip is read-protected; a #HsFlashError
 *
 * Erases one unit. That a write-protected one stays as it is, no ROM tells. Blocks.
 */
gboolean
hs_dfuse_erase (HsDfuse *self, guint32 address, guint64 *took_us, GError **error)
{
  gint64 start;

  g_return_val_if_fail (HS_IS_DFUSE (self), FALSE);

  self->endless = FALSE;
  start = hs_transport_now (self->link.transport);
  if (!command (self, COMMAND_ERASE, address, error)) {
    g_prefix_error (error, "Erasing at 0x%08X: ", address);
    return forget (self);
  }
  if (took_us != NULL)
    *took_us = self->endless ? 0 : hs_transport_now (self->link.transport) - start;
  return TRUE;
}

/**
 * hs_dfuse_write_block:
 * @data: (array length=length)
 * @length: bytes, even, 2 up to hs_dfuse_get_block_size()
 * @took_us: (out) (optional): in microseconds of the camera's time
 * @error: %HS_FLASH_ERROR_PROTECTED if the chip is read-protected; a #HsFlashError
 *
 * Programs erased flash. The pointer is set before every block, so that nothing depends on how the
 * device multiplies. Blocks.
 */
gboolean
hs_dfuse_write_block (HsDfuse *self,
                      guint32 address,
                      const guint8 *data,
                      guint16 length,
                      guint64 *took_us,
                      GError **error)
{
  gint64 start;

  g_return_val_if_fail (HS_IS_DFUSE (self), FALSE);
  g_return_val_if_fail (length >= 2 && length % 2 == 0 && length <= self->link.block_size, FALSE);

  start = hs_transport_now (self->link.transport);
  if (!command (self, COMMAND_SET_POINTER, address, error) ||
      !download (self, BLOCK_FIRST, data, length, WORK_DATA, error)) {
    g_prefix_error (error, "Writing at 0x%08X: ", address);
    return forget (self);
  }
  if (took_us != NULL)
    *took_us = hs_transport_now (self->link.transport) - start;
  return TRUE;
}

/* The pointer, and then dfuIDLE, in which alone reading may begin. */
static gboolean
begin_reading (HsDfuse *self, guint32 address, GError **error)
{
  if (!command (self, COMMAND_SET_POINTER, address, error) ||
      !hs_dfu_link_abort (&self->link, error))
    return FALSE;
  self->next_at = address;
  self->next_block = BLOCK_FIRST;
  return TRUE;
}

static gboolean
upload (HsDfuse *self, guint8 *data, guint16 length, GError **error)
{
  g_autoptr (GError) local = NULL;
  gssize n = hs_dfu_link_upload (&self->link, self->next_block, data, length, &local);

  if (n < 0) {
    explain_stall (self, &local);
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (n == length)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_PROTOCOL,
               "the bootloader answers %" G_GSSIZE_FORMAT " bytes of %u",
               n,
               length);
  return FALSE;
}

/**
 * hs_dfuse_read_block:
 * @data: (out) (array length=length)
 * @length: bytes, 1 up to hs_dfuse_get_block_size()
 * @error: %HS_FLASH_ERROR_PROTECTED if the chip is read-protected; a #HsFlashError
 *
 * Reads. One transfer where the last read ended and was a whole block; else the pointer is set
 * anew. Blocks.
 */
gboolean
hs_dfuse_read_block (HsDfuse *self, guint32 address, guint8 *data, guint16 length, GError **error)
{
  gboolean goes_on;

  g_return_val_if_fail (HS_IS_DFUSE (self), FALSE);
  g_return_val_if_fail (length > 0 && length <= self->link.block_size, FALSE);

  goes_on = self->reading && self->next_at == address && self->next_block <= BLOCK_LAST;
  if ((!goes_on && !begin_reading (self, address, error)) || !upload (self, data, length, error)) {
    g_prefix_error (error, "Reading at 0x%08X: ", address);
    return forget (self);
  }

  self->reading = TRUE;
  self->next_block++;
  self->next_at = address + length;
  if (length != self->link.block_size)
    self->next_block = BLOCK_LAST + 1; /* the device counts in whole blocks */
  return TRUE;
}

/* It is leaving, so that what was asked may have no answer. */
static gboolean
is_departure (const GError *error)
{
  return g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED) ||
         g_error_matches (error, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT);
}

/* --- readout protection --- */

/**
 * hs_dfuse_is_protected:
 * @alt: the flash in the chip
 * @address: of its beginning
 * @is_protected: (out): it refuses to be read, and said so twice; %FALSE: it was read
 * @error: a #HsFlashError: whatever else it answers proves nothing
 *
 * Tries to read a few bytes. Some parts refuse the pointer already. Blocks.
 */
gboolean
hs_dfuse_is_protected (HsDfuse *self,
                       guint8 alt,
                       guint32 address,
                       gboolean *is_protected,
                       GError **error)
{
  guint8 bytes[PROOF_BYTES];

  g_return_val_if_fail (HS_IS_DFUSE (self), FALSE);

  for (guint n = 0; n < HS_DFU_UNPROTECT_PROOFS; n++) {
    g_autoptr (GError) local = NULL;

    if (!hs_dfuse_select (self, alt, error))
      return FALSE;
    *is_protected = !hs_dfuse_read_block (self, address, bytes, sizeof bytes, &local);
    if (!*is_protected)
      return end_reading (self, error);
    if (!g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTECTED)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  }
  return TRUE;
}

/* One that says that it is still at it must not be disturbed, whatever it said before. */
static gboolean
await_end (HsDfuse *self, HsDfuStatus *status, GError **error)
{
  for (guint n = 0; n < MOST_STILL_BUSY; n++) {
    if (!hs_dfu_link_get_status (&self->link, status, error))
      return FALSE;
    if (status->status != 0 || status->state != HS_DFU_STATE_DNBUSY)
      break;
    hs_transport_sleep (self->link.transport, STILL_BUSY_MS * 1000ull);
  }
  return TRUE;
}

/* The first GETSTATUS carries it out; the chip may then be gone before the second one. */
static gboolean
carry_out_and_part (HsDfuse *self, guint least_ms, HsDfuseEnd *end, GError **error)
{
  g_autoptr (GError) local = NULL;
  HsDfuStatus status = { 0 };

  if (!hs_dfu_link_get_status (&self->link, &status, error))
    return FALSE;
  if (status.status != 0 || status.state != HS_DFU_STATE_DNBUSY)
    return hs_dfu_status_fail (&status, error);

  hs_transport_sleep (self->link.transport,
                      (guint64) (MIN (status.poll_ms, BUSY_MS) + least_ms) * 1000);
  *end = HS_DFUSE_WENT;
  if (!await_end (self, &status, &local)) {
    if (is_departure (local))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  *end = HS_DFUSE_STAYED;
  if (status.status == 0 &&
      (status.state == HS_DFU_STATE_DNLOAD_IDLE || status.state == HS_DFU_STATE_IDLE))
    return TRUE;
  return hs_dfu_status_fail (&status, error);
}

/* A request that failed may have been heard, and then the chip is at it: nothing more is asked of
 * it, and nobody told to unplug it, before it must have ended. */
static void
leave_alone (HsDfuse *self, gint64 since)
{
  gint64 rest =
      since + OPTIONS_MS * G_TIME_SPAN_MILLISECOND - hs_transport_now (self->link.transport);

  if (rest > 0)
    hs_transport_sleep (self->link.transport, rest);
}

/**
 * hs_dfuse_write_options:
 * @alt: the option bytes
 * @address: where they begin
 * @block: (array length=length): all of them
 * @end: (out): what became of the chip
 * @error: %HS_FLASH_ERROR_FORBIDDEN, and nothing was sent, for all that Hotshoe never writes; a
 *   #HsFlashError: then it is not known what they are
 *
 * Writes option bytes (AN3156). They count from the next power-up on, and only looking then proves
 * them. Must not be disturbed: takes 2.5 s, also if it fails once they were sent, and can't be
 * cancelled. Blocks.
 */
gboolean
hs_dfuse_write_options (HsDfuse *self,
                        guint8 alt,
                        guint32 address,
                        const guint8 *block,
                        guint16 length,
                        HsDfuseEnd *end,
                        GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64 sent_at;
  gboolean ok, ready;

  g_return_val_if_fail (HS_IS_DFUSE (self), FALSE);
  g_return_val_if_fail (length <= self->link.block_size, FALSE);

  if (!hs_dfuse_select (self, alt, error))
    return FALSE;
  ready = command (self, COMMAND_SET_POINTER, address, &local) &&
          hs_dfu_link_abort (&self->link, &local);
  sent_at = hs_transport_now (self->link.transport);
  ok = ready && hs_dfu_link_download (&self->link, BLOCK_FIRST, block, length, &local) &&
       carry_out_and_part (self, OPTIONS_MS, end, &local);
  forget (self);
  if (ok)
    return TRUE;
  explain_stall (self, &local);
  if (ready && !g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN))
    leave_alone (self, sent_at);
  g_propagate_prefixed_error (
      error, g_steal_pointer (&local), "Writing option bytes at 0x%08X: ", address);
  return FALSE;
}

/**
 * hs_dfuse_remove_protection:
 * @alt: the flash in the chip
 * @address: of its beginning
 * @error: %HS_FLASH_ERROR_FORBIDDEN, and nothing was sent, unless it was proven here and now that
 *   the chip is protected; a #HsFlashError
 *
 * Takes it off. Everything in the chip is erased, its bootloader, too. Takes 40 s, can't be
 * cancelled. Blocks.
 */
gboolean
hs_dfuse_remove_protection (HsDfuse *self, guint8 alt, guint32 address, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean is_protected;
  HsDfuseEnd end;
  gboolean ok;

  g_return_val_if_fail (HS_IS_DFUSE (self), FALSE);

  if (!hs_dfuse_is_protected (self, alt, address, &is_protected, &local)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (!is_protected) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_FORBIDDEN,
                         _ ("The chip can be read: it is not protected. Nothing was erased"));
    return FALSE;
  }

  ok = hs_dfuse_select (self, alt, &local) && hs_dfu_link_read_unprotect (&self->link, &local) &&
       carry_out_and_part (self, UNPROTECT_MS, &end, &local);
  forget (self);
  if (ok)
    return TRUE;
  explain_stall (self, &local);
  g_propagate_prefixed_error (error, g_steal_pointer (&local), "Taking off the protection: ");
  return FALSE;
}

/**
 * hs_dfuse_leave:
 * @address: of the vector table of the program to start
 * @error: a #HsFlashError
 *
 * Asks the bootloader to start the application. Only the bus can tell whether it did. Blocks.
 */
gboolean
hs_dfuse_leave (HsDfuse *self, guint32 address, GError **error)
{
  g_autoptr (GError) local = NULL;
  HsDfuStatus status = { 0 };
  gboolean ok;

  g_return_val_if_fail (HS_IS_DFUSE (self), FALSE);

  if (!command (self, COMMAND_SET_POINTER, address, error)) {
    g_prefix_error (error, "Leaving: ");
    return forget (self);
  }

  ok = hs_dfu_link_download (&self->link, BLOCK_FIRST, NULL, 0, &local) &&
       hs_dfu_link_get_status (&self->link, &status, &local);
  forget (self);
  if (ok && status.status == 0)
    return TRUE;
  if (ok)
    hs_dfu_status_fail (&status, &local);
  else if (is_departure (local))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local), "Leaving: ");
  return FALSE;
}
