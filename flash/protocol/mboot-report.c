/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/mboot-private.h"

#include "flash/error.h"

#include <string.h>

/* The lower half of mboot.c: packets in HID reports, and what status codes mean. */

/* USB HID 1.11: sections 6.2.2 (items), 7.1.1 and 7.2.2 (requests) */
enum {
  GET_DESCRIPTOR = 0x06,
  SET_REPORT = 0x09,
  DESCRIPTOR_REPORT = 0x22,
  REPORT_TYPE_OUTPUT = 0x02,

  ITEM_REPORT_SIZE = 0x74,
  ITEM_REPORT_ID = 0x84,
  ITEM_REPORT_COUNT = 0x94,
  ITEM_INPUT = 0x80,
  ITEM_OUTPUT = 0x90,
  ITEM_LONG = 0xFE,
};

enum { DATA_MS = 500 }; /* for the reports of one transfer, a millisecond each or less */

/* The class descriptor of the HID interface says how long its report descriptor is. */
guint16
hs_mboot_find_descriptor (const HsUsbInfo *info, guint8 interface)
{
  for (guint i = 0; i < info->alts->len; i++) {
    const HsUsbAlt *alt = &g_array_index (info->alts, HsUsbAlt, i);

    if (alt->number == interface && alt->n_extra >= 9 && alt->extra[1] == 0x21 &&
        alt->extra[6] == DESCRIPTOR_REPORT)
      return alt->extra[7] | alt->extra[8] << 8;
  }
  return 0;
}

/* The status codes of the reference manual, and of its flash drivers. */
const char *
hs_mboot_status_name (guint32 status)
{
  static const struct {
    guint32 status;
    const char *name;
  } names[] = {
    { 0, "Success" },
    { 1, "Fail" },
    { 2, "ReadOnly" },
    { 3, "OutOfRange" },
    { 4, "InvalidArgument" },
    { 5, "Timeout" },
    { 6, "NoTransferInProgress" },
    { 100, "FlashSizeError" },
    { 101, "FlashAlignmentError" },
    { 102, "FlashAddressError" },
    { 103, "FlashAccessError" },
    { 104, "FlashProtectionViolation" },
    { 105, "FlashCommandFailure" },
    { 106, "FlashUnknownProperty" },
    { 107, "FlashEraseKeyError" },
    { 108, "FlashRegionExecuteOnly" },
    { 109, "FlashExecuteInRamFunctionNotReady" },
    { 111, "FlashCommandNotSupported" },
    { 116, "FlashEccError" },
    { 117, "FlashCompareError" },
    { 118, "FlashRegulationLoss" },
    { 6000, "FlexSPI_SequenceExecutionTimeout" },
    { 6001, "FlexSPI_InvalidSequence" },
    { 6002, "FlexSPI_DeviceTimeout" },
    { 7000, "FlexSPI_SequenceExecutionTimeout" },
    { 7001, "FlexSPI_InvalidSequence" },
    { 7002, "FlexSPI_DeviceTimeout" },
    { 10000, "UnknownCommand" },
    { 10001, "SecurityViolation" },
    { 10002, "AbortDataPhase" },
    { 10003, "PingError" },
    { 10004, "NoResponse" },
    { 10005, "NoResponseExpected" },
    { 10200, "MemoryRangeInvalid" },
    { 10201, "MemoryReadFailed" },
    { 10202, "MemoryWriteFailed" },
    { 10203, "MemoryCumulativeWrite" },
    { 10204, "MemoryAppOverlapWithExecuteOnlyRegion" },
    { 10205, "MemoryNotConfigured" },
    { 10206, "MemoryAlignmentError" },
    { 10207, "MemoryVerifyFailed" },
    { 10208, "MemoryWriteProtected" },
    { 10209, "MemoryAddressError" },
    { 10210, "MemoryBlankCheckFailed" },
    { 10211, "MemoryBlankPageReadDisallowed" },
    { 10212, "MemoryProtectedPageReadDisallowed" },
    { 10300, "UnknownProperty" },
    { 10301, "ReadOnlyProperty" },
    { 10302, "InvalidPropertyValue" },
    { 20100, "FlexSPINOR_ProgramFail" },
    { 20101, "FlexSPINOR_EraseSectorFail" },
    { 20102, "FlexSPINOR_EraseAllFail" },
    { 20103, "FlexSPINOR_WaitTimeout" },
    { 20104, "FlexSPINOR_NotSupported" },
    { 20105, "FlexSPINOR_WriteAlignmentError" },
    { 20106, "FlexSPINOR_CommandFailure" },
    { 20107, "FlexSPINOR_SFDP_NotFound" },
    { 20108, "FlexSPINOR_Unsupported_SFDP_Version" },
    { 20109, "FlexSPINOR_Flash_NotFound" },
    { 20110, "FlexSPINOR_DTRRead_DummyProbeFailed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].status == status)
      return names[i].name;
  return "an unknown status";
}

static HsFlashError
status_to_code (guint32 status)
{
  switch (status) {
  case 2:     /* ReadOnly */
  case 104:   /* FlashProtectionViolation */
  case 10001: /* SecurityViolation */
  case 10208: /* MemoryWriteProtected */
  case 10212: /* MemoryProtectedPageReadDisallowed */
    return HS_FLASH_ERROR_PROTECTED;
  case 10207: /* MemoryVerifyFailed */
    return HS_FLASH_ERROR_VERIFY;
  case 10000: /* UnknownCommand */
  case 10300: /* UnknownProperty */
    return HS_FLASH_ERROR_UNSUPPORTED;
  default:
    return HS_FLASH_ERROR_STATUS;
  }
}

gboolean
hs_mboot_take_status (guint32 status, GError **error)
{
  if (status == 0)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               status_to_code (status),
               "the bootloader reports %s (status %u)",
               hs_mboot_status_name (status),
               status);
  return FALSE;
}

gboolean
hs_mboot_fail_protocol (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL, text);
  return FALSE;
}

/* Adds up the bits of every report that @bytes, a report descriptor, declares. */
static void
parse_descriptor (const guint8 *bytes, gsize length, guint bits[HS_MBOOT_N_REPORTS])
{
  guint id = 0, size = 0, count = 0;

  for (gsize at = 0; at < length;) {
    guint8 item = bytes[at];
    gsize n = item == ITEM_LONG && at + 1 < length ? bytes[at + 1] + 2u : (item & 3);
    guint32 value = 0;

    n = n == 3 && item != ITEM_LONG ? 4 : n;
    if (at + 1 + n > length)
      return;
    for (gsize i = 0; i < MIN (n, 4); i++)
      value |= (guint32) bytes[at + 1 + i] << (8 * i);
    at += 1 + n;

    if (item == ITEM_LONG)
      continue;
    switch (item & 0xFC) {
    case ITEM_REPORT_ID:
      id = value;
      break;
    case ITEM_REPORT_SIZE:
      size = MIN (value, 8 * HS_MBOOT_LARGEST_REPORT);
      break;
    case ITEM_REPORT_COUNT:
      count = MIN (value, 8 * HS_MBOOT_LARGEST_REPORT);
      break;
    case ITEM_INPUT:
    case ITEM_OUTPUT:
      if (id < HS_MBOOT_N_REPORTS)
        bits[id] = MIN (bits[id] + size * count, 16u * HS_MBOOT_LARGEST_REPORT);
      break;
    default:
      break;
    }
  }
}

/* How long the target's reports are, asked once. */
gboolean
hs_mboot_learn_reports (HsMboot *self, GError **error)
{
  const HsRequest request = {
    .kind = 0x01, /* standard, interface */
    .request = GET_DESCRIPTOR,
    .value = DESCRIPTOR_REPORT << 8,
    .index = self->interface,
  };
  g_autofree guint8 *descriptor = g_malloc0 (self->descriptor);
  guint bits[HS_MBOOT_N_REPORTS] = { 0 };
  gssize n;

  if (self->sizes[HS_MBOOT_COMMAND_OUT] > 0)
    return TRUE;

  n = hs_transport_receive (
      self->transport, &request, descriptor, self->descriptor, HS_MBOOT_ANSWER_MS, error);
  if (n < 0) {
    g_prefix_error (error, "Report descriptor: ");
    return FALSE;
  }

  parse_descriptor (descriptor, n, bits);
  for (guint i = HS_MBOOT_COMMAND_OUT; i < HS_MBOOT_N_REPORTS; i++) {
    guint size = 1 + bits[i] / 8;

    if (bits[i] % 8 != 0 || size < HS_MBOOT_FRAME + HS_MBOOT_SHORTEST_PACKET ||
        size > HS_MBOOT_LARGEST_REPORT)
      return hs_mboot_fail_protocol (
          error, "The HID report %u has %u bits: this is no mboot", i, bits[i]);
  }
  for (guint i = HS_MBOOT_COMMAND_OUT; i < HS_MBOOT_N_REPORTS; i++)
    self->sizes[i] = 1 + bits[i] / 8;
  return TRUE;
}

/* As the report @id, filled up with zeros. */
static void
put_report (HsMboot *self, guint8 id, guint8 *report, const guint8 *bytes, guint length)
{
  memset (report, 0, self->sizes[id]);
  report[0] = id;
  report[2] = length & 0xff;
  report[3] = length >> 8;
  memcpy (report + HS_MBOOT_FRAME, bytes, length);
}

/* One packet in one report. */
gboolean
hs_mboot_send_packet (HsMboot *self, guint8 id, const guint8 *bytes, guint length, GError **error)
{
  guint8 report[HS_MBOOT_LARGEST_REPORT];
  const HsRequest request = {
    .kind = 0x21, /* class, interface */
    .request = SET_REPORT,
    .value = REPORT_TYPE_OUTPUT << 8 | id,
    .index = self->interface,
  };

  g_return_val_if_fail (HS_MBOOT_FRAME + length <= self->sizes[id], FALSE);

  put_report (self, id, report, bytes, length);
  if (self->out == 0)
    return hs_transport_send (
        self->transport, &request, report, self->sizes[id], HS_MBOOT_ANSWER_MS, error);
  return hs_transport_transfer (
             self->transport, self->out, report, self->sizes[id], HS_MBOOT_ANSWER_MS, error) >= 0;
}

/* A host controller cuts an interrupt transfer into packets, and the target takes each for a
 * report: where the two have the same length, many reports go in one transfer. */
static guint
count_at_once (HsMboot *self)
{
  return self->out != 0 && self->sizes[HS_MBOOT_DATA_OUT] == self->out_packet
             ? HS_MBOOT_REPORTS_AT_ONCE
             : 1;
}

static gboolean
send_reports (HsMboot *self, const guint8 *bytes, guint length, GError **error)
{
  guint size = self->sizes[HS_MBOOT_DATA_OUT];
  guint n = (length + self->max_packet - 1) / self->max_packet;
  g_autofree guint8 *reports = g_malloc (n * size);

  for (guint i = 0; i < n; i++) {
    guint at = i * self->max_packet;

    put_report (self,
                HS_MBOOT_DATA_OUT,
                reports + i * size,
                bytes + at,
                MIN (self->max_packet, length - at));
  }
  return hs_transport_transfer (
             self->transport, self->out, reports, n * size, HS_MBOOT_ANSWER_MS, error) >= 0;
}

/* The data phase of a command, in as few transfers as it takes. */
gboolean
hs_mboot_send_data (HsMboot *self, const guint8 *bytes, guint length, GError **error)
{
  guint at_once = count_at_once (self);
  guint step = at_once * self->max_packet;

  for (guint at = 0; at < length; at += step) {
    guint n = MIN (step, length - at);
    gboolean sent = at_once > 1
                        ? send_reports (self, bytes + at, n, error)
                        : hs_mboot_send_packet (self, HS_MBOOT_DATA_OUT, bytes + at, n, error);

    if (!sent)
      return FALSE;
  }
  return TRUE;
}

/* A whole number of USB packets, so that a report that is longer than it should be shows as that,
 * and no more: only a packet that is not full ends a transfer early. */
static guint
get_room (HsMboot *self)
{
  guint size = MAX (self->sizes[HS_MBOOT_COMMAND_IN], self->sizes[HS_MBOOT_DATA_IN]);

  return (size + self->in_packet - 1) / self->in_packet * self->in_packet;
}

/* What a target that fell behind still sends is no answer to what it is asked next. */
void
hs_mboot_clear_inbox (HsMboot *self)
{
  self->inbox_at = self->inbox_end = 0;
}

/* Up to @n_reports, all of which are due. What came before the time was up counts. */
static gboolean
fetch_reports (HsMboot *self, guint n_reports, guint timeout_ms, GError **error)
{
  gsize room = (gsize) n_reports * get_room (self);
  gssize n;

  g_free (self->inbox);
  self->inbox = g_malloc0 (room);
  hs_mboot_clear_inbox (self);
  n = hs_transport_transfer (self->transport, self->in, self->inbox, room, timeout_ms, error);
  self->inbox_end = MAX (n, 0);
  return n == 0 ? hs_mboot_fail_protocol (error, "a report of 0 bytes") : n > 0;
}

static gboolean
take_report (HsMboot *self, HsMbootPacket *packet, GError **error)
{
  const guint8 *report = self->inbox + self->inbox_at;
  gsize n = MIN (get_room (self), self->inbox_end - self->inbox_at);

  self->inbox_at += n;
  if (n < HS_MBOOT_FRAME)
    return hs_mboot_fail_protocol (error, "a report of %" G_GSIZE_FORMAT " bytes", n);

  packet->id = report[0];
  packet->length = report[2] | report[3] << 8;
  if (packet->id != HS_MBOOT_COMMAND_IN && packet->id != HS_MBOOT_DATA_IN)
    return hs_mboot_fail_protocol (error, "a report with id %u", packet->id);
  if (n > self->sizes[packet->id])
    return hs_mboot_fail_protocol (error,
                                   "report %u has %" G_GSIZE_FORMAT " bytes; it should have %u",
                                   packet->id,
                                   n,
                                   self->sizes[packet->id]);
  if (HS_MBOOT_FRAME + packet->length > n)
    return hs_mboot_fail_protocol (
        error, "a report of %" G_GSIZE_FORMAT " bytes says that it holds %u", n, packet->length);
  memcpy (packet->bytes, report + HS_MBOOT_FRAME, packet->length);
  return TRUE;
}

gboolean
hs_mboot_receive_packet (HsMboot *self, HsMbootPacket *packet, guint timeout_ms, GError **error)
{
  return (self->inbox_at < self->inbox_end || fetch_reports (self, 1, timeout_ms, error)) &&
         take_report (self, packet, error);
}

/* How many reports are due for certain: @left bytes of data, in reports as full as this target
 * makes them or as they can be, and the answer behind them. */
static guint
count_due (HsMboot *self, guint left)
{
  guint most = self->sizes[HS_MBOOT_DATA_IN] - HS_MBOOT_FRAME;
  guint packet = self->data_packet > 0 ? self->data_packet : most;

  return (left + packet - 1) / packet + 1;
}

/* A packet of a data phase of which @left bytes are to come. A target that breaks it off sends
 * fewer than are due: it is not waited for long, as it may leave meanwhile. */
gboolean
hs_mboot_receive_data (HsMboot *self, HsMbootPacket *packet, guint left, GError **error)
{
  gboolean cut = self->sizes[HS_MBOOT_COMMAND_IN] == self->in_packet &&
                 self->sizes[HS_MBOOT_DATA_IN] == self->in_packet;
  guint n_due = cut ? MIN (count_due (self, left), HS_MBOOT_REPORTS_AT_ONCE) : 1;
  g_autoptr (GError) local = NULL;

  if (self->inbox_at == self->inbox_end && n_due > 1 &&
      !fetch_reports (self, n_due, DATA_MS, &local) &&
      !g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  if (!hs_mboot_receive_packet (self, packet, HS_MBOOT_ANSWER_MS, error))
    return FALSE;
  if (packet->id == HS_MBOOT_DATA_IN && packet->length < left)
    self->data_packet = MAX (self->data_packet, packet->length);
  return TRUE;
}
