/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/mboot-private.h"

#include "flash/error.h"

#include <string.h>

/* NXP's MCU boot protocol in HID reports: MCU Bootloader reference manual ("The Kinetis bootloader
 * protocol", "USB HID peripheral"), as the flashloader of the i.MX RT and OpenMV's second
 * bootloader speak it. One conversation with one enumeration. */

enum {
  PACKET = 4, /* tag, flags, 0, number of parameters */
  MAX_PARAMETERS = 7,
};

/* i.MX RT1060 reference manual, system memory map: peripherals. */
#define FIRST_REGISTER  0x40000000u
#define AFTER_REGISTERS 0x60000000u

/* Milliseconds. */
enum {
  ERASE_MS = 120000, /* of a whole region; what blhost is given for it */
  DRAIN_MS = 20,     /* a report that the target still owed is there by then */
};

typedef enum {
  FLASH_ERASE_REGION = 0x02,
  READ_MEMORY = 0x03,
  WRITE_MEMORY = 0x04,
  FILL_MEMORY = 0x05,
  GET_PROPERTY = 0x07,
  RESET = 0x0B,
  FLASH_PROGRAM_ONCE = 0x0E,
  FLASH_READ_ONCE = 0x0F,
  CONFIGURE_MEMORY = 0x11,
} Command;

typedef enum {
  GENERIC_RESPONSE = 0xA0,
  READ_MEMORY_RESPONSE = 0xA3,
  GET_PROPERTY_RESPONSE = 0xA7,
  FLASH_READ_ONCE_RESPONSE = 0xAF,
} Response;

G_DEFINE_FINAL_TYPE (HsMboot, hs_mboot, G_TYPE_OBJECT)

typedef struct {
  Response tag;
  guint n_parameters;
  guint32 parameters[MAX_PARAMETERS];
} Answer;

static void
hs_mboot_finalize (GObject *object)
{
  HsMboot *self = HS_MBOOT (object);

  g_clear_object (&self->transport);
  g_free (self->inbox);

  G_OBJECT_CLASS (hs_mboot_parent_class)->finalize (object);
}

static void
hs_mboot_class_init (HsMbootClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_mboot_finalize;
}

static void
hs_mboot_init (HsMboot *self)
{
}

static guint32
get_u32 (const guint8 *bytes)
{
  return bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (guint32) bytes[3] << 24;
}

static void
put_u32 (guint8 *bytes, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    bytes[i] = value >> (8 * i);
}

/**
 * hs_mboot_new:
 * @transport: an open USB transport on the HID interface
 * @info: the descriptors of that very enumeration
 * @error: %HS_FLASH_ERROR_UNSUPPORTED if this device has no HID interface with an IN endpoint
 *
 * Begins a conversation; sends nothing.
 */
HsMboot *
hs_mboot_new (HsTransport *transport, HsUsbInfo *info, GError **error)
{
  g_autoptr (HsMboot) self = g_object_new (HS_TYPE_MBOOT, NULL);
  const HsUsbEndpoint *in, *out;

  g_return_val_if_fail (HS_IS_TRANSPORT (transport), NULL);
  g_return_val_if_fail (info != NULL, NULL);

  in = hs_usb_info_find_endpoint (info, TRUE);
  out = hs_usb_info_find_endpoint (info, FALSE);
  self->interface = hs_usb_info_get_interface (info);
  self->descriptor = hs_mboot_find_descriptor (info, self->interface);
  if (in == NULL || in->max_packet == 0 || self->descriptor == 0) {
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_UNSUPPORTED,
                         "The device has no HID interface that a bootloader could answer on");
    return NULL;
  }

  self->in = in->address;
  self->in_packet = in->max_packet;
  self->out = out != NULL ? out->address : 0;
  self->out_packet = out != NULL ? out->max_packet : 0;
  self->transport = g_object_ref (transport);
  return g_steal_pointer (&self);
}

/* After a failure the target may owe answers, or have its endpoints halted. */
static void
get_in_step (HsMboot *self)
{
  hs_mboot_clear_inbox (self);
  if (!self->out_of_step)
    return;

  hs_transport_clear_halt (self->transport, self->in, NULL);
  if (self->out != 0)
    hs_transport_clear_halt (self->transport, self->out, NULL);
  for (guint i = 0; i < 256; i++) {
    HsMbootPacket packet;
    g_autoptr (GError) local = NULL;

    if (!hs_mboot_receive_packet (self, &packet, DRAIN_MS, &local) &&
        !g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL))
      break;
  }
  self->out_of_step = FALSE;
}

static gboolean
send_command (HsMboot *self,
              Command command,
              gboolean data_follows,
              const guint32 *parameters,
              guint n_parameters,
              GError **error)
{
  guint8 bytes[PACKET + 4 * MAX_PARAMETERS] = { command, data_follows, 0, n_parameters };

  if (!hs_mboot_learn_reports (self, error))
    return FALSE;
  get_in_step (self);
  self->out_of_step = TRUE;
  for (guint i = 0; i < n_parameters; i++)
    put_u32 (bytes + PACKET + 4 * i, parameters[i]);
  return hs_mboot_send_packet (self, HS_MBOOT_COMMAND_OUT, bytes, PACKET + 4 * n_parameters, error);
}

static gboolean
parse_answer (const HsMbootPacket *packet, Answer *answer, GError **error)
{
  if (packet->id != HS_MBOOT_COMMAND_IN)
    return hs_mboot_fail_protocol (error, "data where an answer should be");
  if (packet->length < PACKET)
    return hs_mboot_fail_protocol (error, "an answer of %u bytes", packet->length);

  answer->tag = packet->bytes[0];
  answer->n_parameters = packet->bytes[3];
  if (answer->n_parameters < 2 || answer->n_parameters > MAX_PARAMETERS ||
      packet->length != PACKET + 4 * answer->n_parameters)
    return hs_mboot_fail_protocol (
        error, "an answer of %u bytes with %u values", packet->length, answer->n_parameters);
  for (guint i = 0; i < answer->n_parameters; i++)
    answer->parameters[i] = get_u32 (packet->bytes + PACKET + 4 * i);
  return TRUE;
}

/* Whether @answer is the one to @command, and a good one. Any command may be refused by a generic
 * response. */
static gboolean
check_answer (const Answer *answer, Command command, Response wanted, GError **error)
{
  if (answer->tag != wanted && answer->tag != GENERIC_RESPONSE)
    return hs_mboot_fail_protocol (
        error, "the answer 0x%02X to command 0x%02X", answer->tag, command);
  if (answer->tag == GENERIC_RESPONSE && answer->parameters[1] != command)
    return hs_mboot_fail_protocol (
        error, "an answer to command 0x%02X instead of 0x%02X", answer->parameters[1], command);
  if (!hs_mboot_take_status (answer->parameters[0], error))
    return FALSE;
  if (answer->tag != wanted)
    return hs_mboot_fail_protocol (error, "no more than OK to command 0x%02X", command);
  return TRUE;
}

static gboolean
receive_answer (HsMboot *self,
                Command command,
                Response wanted,
                Answer *answer,
                guint timeout_ms,
                GError **error)
{
  HsMbootPacket packet;

  return hs_mboot_receive_packet (self, &packet, timeout_ms, error) &&
         parse_answer (&packet, answer, error) && check_answer (answer, command, wanted, error);
}

/* A command without a data phase. A refusal leaves the conversation in step. */
static gboolean
run (HsMboot *self,
     Command command,
     const guint32 *parameters,
     guint n_parameters,
     Response wanted,
     Answer *answer,
     guint timeout_ms,
     GError **error)
{
  if (!send_command (self, command, FALSE, parameters, n_parameters, error) ||
      !receive_answer (self, command, wanted, answer, timeout_ms, error))
    return FALSE;
  self->out_of_step = FALSE;
  return TRUE;
}

/**
 * hs_mboot_get_property:
 * @value: (out): its first word
 * @error: a #HsFlashError; %HS_FLASH_ERROR_UNSUPPORTED if the target does not know it
 *
 * Harmless, and what the target's idle time is held off with. Blocks, up to 2 s.
 */
gboolean
hs_mboot_get_property (HsMboot *self, HsMbootProperty property, guint32 *value, GError **error)
{
  const guint32 parameters[] = { property, 0 };
  Answer answer;

  g_return_val_if_fail (HS_IS_MBOOT (self), FALSE);

  if (!run (self,
            GET_PROPERTY,
            parameters,
            2,
            GET_PROPERTY_RESPONSE,
            &answer,
            HS_MBOOT_ANSWER_MS,
            error)) {
    g_prefix_error (error, "Property 0x%02X: ", property);
    return FALSE;
  }
  *value = answer.parameters[1];
  return TRUE;
}

/**
 * hs_mboot_erase:
 * @address: of the first byte, begins an erase unit
 * @length: bytes, whole erase units
 * @took_us: (out) (optional): how long it took, in microseconds of the camera's time
 * @error: a #HsFlashError; the message names the address
 *
 * flash-erase-region of memory-mapped flash. Blocks, up to 120 s.
 */
gboolean
hs_mboot_erase (HsMboot *self, guint32 address, guint32 length, guint64 *took_us, GError **error)
{
  const guint32 parameters[] = { address, length, 0 };
  gint64 start;
  Answer answer;

  g_return_val_if_fail (HS_IS_MBOOT (self), FALSE);

  start = hs_transport_now (self->transport);
  if (!run (self, FLASH_ERASE_REGION, parameters, 3, GENERIC_RESPONSE, &answer, ERASE_MS, error)) {
    g_prefix_error (error, "Erasing 0x%08X: ", address);
    return FALSE;
  }
  if (took_us != NULL)
    *took_us = hs_transport_now (self->transport) - start;
  return TRUE;
}

/* How much goes into one report of a data phase, asked once. */
static gboolean
learn_max_packet (HsMboot *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint32 value = 0;

  if (self->max_packet > 0)
    return TRUE;
  if (!hs_mboot_get_property (self, HS_MBOOT_PROPERTY_MAX_PACKET, &value, &local)) {
    if (!g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED)) {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
    value = HS_MBOOT_SHORTEST_PACKET;
  }

  if (value < 4 || HS_MBOOT_FRAME + value > self->sizes[HS_MBOOT_DATA_OUT])
    return hs_mboot_fail_protocol (error,
                                   "packets of %u bytes don't go into reports of %u",
                                   value,
                                   self->sizes[HS_MBOOT_DATA_OUT]);
  self->max_packet = value;
  return TRUE;
}

/* The end of a data phase. A packet of no length says that the target broke it off; why, its last
 * answer tells. */
static gboolean
receive_end (HsMboot *self, Command command, guint timeout_ms, GError **error)
{
  gboolean aborted = FALSE;
  HsMbootPacket packet;
  Answer answer;

  if (!hs_mboot_receive_packet (self, &packet, timeout_ms, error))
    return FALSE;
  if (packet.length == 0) {
    aborted = TRUE;
    if (!hs_mboot_receive_packet (self, &packet, timeout_ms, error)) {
      g_prefix_error (error, "the bootloader broke the data off: ");
      return FALSE;
    }
  }
  if (!parse_answer (&packet, &answer, error) ||
      !check_answer (&answer, command, GENERIC_RESPONSE, error))
    return FALSE;
  if (aborted)
    return hs_mboot_fail_protocol (error, "the bootloader broke the data off, and reports success");
  return TRUE;
}

static gboolean
send_data (HsMboot *self, const guint8 *data, guint32 length, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (hs_mboot_send_data (self, data, length, &local))
    return TRUE;
  /* One that broke off takes no more; then it has said so. */
  if (g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED)) {
    g_autoptr (GError) reason = NULL;

    receive_end (self, WRITE_MEMORY, DRAIN_MS, &reason);
    if (reason != NULL && !g_error_matches (reason, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT) &&
        !g_error_matches (reason, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED)) {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The chip's registers lie there, those of its fuses among them: only memory is written. */
static gboolean
may_write (guint32 address, guint32 length, GError **error)
{
  guint64 end = (guint64) address + length;

  if (address >= AFTER_REGISTERS || end <= FIRST_REGISTER)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_FORBIDDEN,
               "At 0x%08X there is no memory: nothing is ever written there",
               address);
  return FALSE;
}

static gboolean
write_memory (HsMboot *self, guint32 address, const guint8 *data, guint32 length, GError **error)
{
  const guint32 parameters[] = { address, length, 0 };
  Answer answer;

  if (!may_write (address, length, error) || !learn_max_packet (self, error) ||
      !send_command (self, WRITE_MEMORY, TRUE, parameters, 3, error) ||
      !receive_answer (self, WRITE_MEMORY, GENERIC_RESPONSE, &answer, HS_MBOOT_ANSWER_MS, error) ||
      !send_data (self, data, length, error) ||
      !receive_end (self, WRITE_MEMORY, HS_MBOOT_ANSWER_MS, error))
    return FALSE;
  self->out_of_step = FALSE;
  return TRUE;
}

/**
 * hs_mboot_write:
 * @address: of the first byte
 * @data: (array length=length)
 * @length: in bytes
 * @took_us: (out) (optional): how long it took, in microseconds of the camera's time
 * @error: a #HsFlashError; the message names the address
 *
 * write-memory; flash must have been erased. Returns when the target says that it is written.
 * Blocks.
 */
gboolean
hs_mboot_write (HsMboot *self,
                guint32 address,
                const guint8 *data,
                guint32 length,
                guint64 *took_us,
                GError **error)
{
  gint64 start;

  g_return_val_if_fail (HS_IS_MBOOT (self), FALSE);

  start = hs_transport_now (self->transport);
  if (!write_memory (self, address, data, length, error)) {
    g_prefix_error (error, "Writing 0x%08X: ", address);
    return FALSE;
  }
  if (took_us != NULL)
    *took_us = hs_transport_now (self->transport) - start;
  return TRUE;
}

/* The data reports of read-memory; the target decides how much is in each. An answer instead says
 * why there are no more. */
static gboolean
receive_data (HsMboot *self, guint8 *data, guint32 length, GError **error)
{
  for (guint32 at = 0; at < length;) {
    HsMbootPacket packet;
    Answer answer;

    if (!hs_mboot_receive_data (self, &packet, length - at, error))
      return FALSE;
    if (packet.id == HS_MBOOT_DATA_IN && packet.length == 0) {
      return receive_answer (
                 self, READ_MEMORY, GENERIC_RESPONSE, &answer, HS_MBOOT_ANSWER_MS, error) &&
             hs_mboot_fail_protocol (error, "the bootloader broke the data off after %u bytes", at);
    }
    if (packet.id != HS_MBOOT_DATA_IN)
      return parse_answer (&packet, &answer, error) &&
             check_answer (&answer, READ_MEMORY, GENERIC_RESPONSE, error) &&
             hs_mboot_fail_protocol (error, "only %u bytes of %u", at, length);
    if (packet.length > length - at)
      return hs_mboot_fail_protocol (error, "more bytes than the %u that were asked for", length);
    memcpy (data + at, packet.bytes, packet.length);
    at += packet.length;
  }
  return TRUE;
}

static gboolean
read_memory (HsMboot *self, guint32 address, guint8 *data, guint32 length, GError **error)
{
  const guint32 parameters[] = { address, length, 0 };
  Answer answer;

  if (!send_command (self, READ_MEMORY, FALSE, parameters, 3, error) ||
      !receive_answer (self, READ_MEMORY, READ_MEMORY_RESPONSE, &answer, HS_MBOOT_ANSWER_MS, error))
    return FALSE;
  if (answer.parameters[1] != length)
    return hs_mboot_fail_protocol (
        error, "%u bytes announced, %u were asked for", answer.parameters[1], length);
  if (!receive_data (self, data, length, error) ||
      !receive_end (self, READ_MEMORY, HS_MBOOT_ANSWER_MS, error))
    return FALSE;
  self->out_of_step = FALSE;
  return TRUE;
}

/**
 * hs_mboot_read:
 * @data: (out) (array length=length)
 * @length: in bytes; a few KB at a time, longer data phases were seen to break
 * @error: a #HsFlashError; the message names the address
 *
 * read-memory. Blocks.
 */
gboolean
hs_mboot_read (HsMboot *self, guint32 address, guint8 *data, guint32 length, GError **error)
{
  g_return_val_if_fail (HS_IS_MBOOT (self), FALSE);

  if (!read_memory (self, address, data, length, error)) {
    g_prefix_error (error, "Reading 0x%08X: ", address);
    return FALSE;
  }
  return TRUE;
}

/**
 * hs_mboot_fill:
 * @length: in bytes, a multiple of 4
 * @pattern: one word
 * @error: a #HsFlashError
 *
 * fill-memory of the chip's RAM. Blocks.
 */
gboolean
hs_mboot_fill (HsMboot *self, guint32 address, guint32 length, guint32 pattern, GError **error)
{
  const guint32 parameters[] = { address, length, pattern };
  Answer answer;

  g_return_val_if_fail (HS_IS_MBOOT (self), FALSE);

  if (may_write (address, length, error) &&
      run (self, FILL_MEMORY, parameters, 3, GENERIC_RESPONSE, &answer, HS_MBOOT_ANSWER_MS, error))
    return TRUE;
  g_prefix_error (error, "Filling 0x%08X: ", address);
  return FALSE;
}

/**
 * hs_mboot_configure:
 * @memory: %HS_MBOOT_MEMORY_FLEXSPI_NOR
 * @address: where in RAM its configuration was put
 * @error: a #HsFlashError
 *
 * configure-memory. With the word 0xF000000F it also writes the flash configuration block, for
 * which it may erase. Blocks, up to 120 s.
 */
gboolean
hs_mboot_configure (HsMboot *self, guint32 memory, guint32 address, GError **error)
{
  const guint32 parameters[] = { memory, address };
  Answer answer;

  g_return_val_if_fail (HS_IS_MBOOT (self), FALSE);

  if (run (self, CONFIGURE_MEMORY, parameters, 2, GENERIC_RESPONSE, &answer, ERASE_MS, error))
    return TRUE;
  g_prefix_error (error, "Configuring memory %u: ", memory);
  return FALSE;
}

/**
 * hs_mboot_read_fuse:
 * @index: of the word
 * @value: (out)
 * @error: a #HsFlashError
 *
 * flash-read-once (efuse-read-once): one fuse word; nothing is burnt. Blocks.
 */
gboolean
hs_mboot_read_fuse (HsMboot *self, guint32 index, guint32 *value, GError **error)
{
  const guint32 parameters[] = { index, 4 };
  Answer answer;

  g_return_val_if_fail (HS_IS_MBOOT (self), FALSE);

  if (!run (self,
            FLASH_READ_ONCE,
            parameters,
            2,
            FLASH_READ_ONCE_RESPONSE,
            &answer,
            HS_MBOOT_ANSWER_MS,
            error)) {
    g_prefix_error (error, "Fuse word %u: ", index);
    return FALSE;
  }
  /* status, number of bytes, the word */
  if (answer.n_parameters < 3 || answer.parameters[1] != 4)
    return hs_mboot_fail_protocol (error, "Fuse word %u: an answer without the word", index);
  *value = answer.parameters[2];
  return TRUE;
}

/**
 * hs_mboot_burn_fuse:
 * @index: %HS_MBOOT_BOOT_FUSE_WORD
 * @value: %HS_MBOOT_BOOT_FUSE_VALUE
 * @error: %HS_FLASH_ERROR_FORBIDDEN for any other word or value, without a request; else a
 *   #HsFlashError. After an error the fuse may be burnt or not: read it
 *
 * flash-program-once (efuse-program-once): irreversible, bits only go from 0 to 1. Other bits of
 * that very word close the chip for ever, so that nothing else is ever sent from here. Blocks.
 */
gboolean
hs_mboot_burn_fuse (HsMboot *self, guint32 index, guint32 value, GError **error)
{
  const guint32 parameters[] = { index, 4, value };
  Answer answer;

  g_return_val_if_fail (HS_IS_MBOOT (self), FALSE);

  if (index != HS_MBOOT_BOOT_FUSE_WORD || value != HS_MBOOT_BOOT_FUSE_VALUE) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_FORBIDDEN,
                 "Fuse word %u is never set to 0x%08X",
                 index,
                 value);
    return FALSE;
  }
  if (run (self,
           FLASH_PROGRAM_ONCE,
           parameters,
           3,
           GENERIC_RESPONSE,
           &answer,
           HS_MBOOT_ANSWER_MS,
           error))
    return TRUE;
  g_prefix_error (error, "Burning fuse word %u: ", index);
  return FALSE;
}

/**
 * hs_mboot_reset:
 * @error: a #HsFlashError
 *
 * Restarts the chip. The answer may get lost with the target: that it is gone or silent counts as
 * success; only the bus can tell. Send nothing afterwards. Blocks.
 */
gboolean
hs_mboot_reset (HsMboot *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  Answer answer;

  g_return_val_if_fail (HS_IS_MBOOT (self), FALSE);

  if (run (self, RESET, NULL, 0, GENERIC_RESPONSE, &answer, HS_MBOOT_ANSWER_MS, &local) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT) ||
      g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_STALLED))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local), "Reset: ");
  return FALSE;
}
