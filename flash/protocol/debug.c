/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/protocol/debug.h"

#include "flash/error.h"
#include "flash/protocol/openmv.h"
#include "flash/protocol/usbdbg.h"

/* With DTR, this rate takes the port away from the REPL and gives it to the debug protocol. */
#define DEBUG_BAUD 921600

struct _HsDebug {
  HsTransport *transport; /* owned */
  HsOpenmv *v2;           /* owned; NULL: the firmware speaks usbdbg */
  guint8 version[3];
};

static gboolean
probe_v2 (HsDebug *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (HsOpenmv) v2 = hs_openmv_new (self->transport);
  HsOpenmvVersion version;

  if (!hs_openmv_begin (v2, cancellable, error) || !hs_openmv_get_version (v2, &version, error))
    return FALSE;

  for (guint i = 0; i < 3; i++)
    self->version[i] = version.firmware[i];
  self->v2 = g_steal_pointer (&v2);
  return TRUE;
}

/**
 * hs_debug_probe:
 * @transport: a serial port
 * @cancellable: (nullable)
 * @error: %HS_FLASH_ERROR_TIMED_OUT if the firmware speaks neither protocol
 *
 * Finds out which protocol the firmware speaks: first usbdbg, which v2 ignores; never the other way
 * round. Does not disturb a running script. Blocks for about 2 s at most.
 */
HsDebug *
hs_debug_probe (HsTransport *transport, GCancellable *cancellable, GError **error)
{
  g_autoptr (HsDebug) self = g_new0 (HsDebug, 1);
  g_autoptr (GError) local = NULL;

  self->transport = g_object_ref (transport);
  if (!hs_transport_set_line (transport, DEBUG_BAUD, TRUE, error))
    return NULL;

  if (hs_usbdbg_get_version (transport, self->version, &local))
    return g_steal_pointer (&self);
  if (!g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_TIMED_OUT) &&
      !g_error_matches (local, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return NULL;
  }

  return probe_v2 (self, cancellable, error) ? g_steal_pointer (&self) : NULL;
}

void
hs_debug_free (HsDebug *self)
{
  if (self == NULL)
    return;

  g_clear_pointer (&self->v2, hs_openmv_free);
  g_object_unref (self->transport);
  g_free (self);
}

/* (transfer full): "5.0.0" */
char *
hs_debug_dup_version (HsDebug *self)
{
  return g_strdup_printf ("%u.%u.%u", self->version[0], self->version[1], self->version[2]);
}

/**
 * hs_debug_get_board_id:
 * @self: a conversation
 * @error: a #HsFlashError
 *
 * Blocks.
 *
 * Returns: (transfer full): 24 hex digits; on STM32 boards the serial of the bootloader
 */
char *
hs_debug_get_board_id (HsDebug *self, GError **error)
{
  g_autofree char *arch = NULL;
  char *id;

  if (self->v2 != NULL) {
    HsOpenmvInfo info;

    return hs_openmv_get_info (self->v2, &info, error) ? g_strdup (info.board_id) : NULL;
  }

  arch = hs_usbdbg_get_arch (self->transport, error);
  if (arch == NULL)
    return NULL;
  id = hs_usbdbg_board_id_from_arch (arch);
  if (id == NULL)
    g_set_error (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL, "No id in the arch string “%s”", arch);
  return id;
}

/* Into the bootloader; there is no reply, only the bus can tell. */
gboolean
hs_debug_boot (HsDebug *self, GError **error)
{
  return self->v2 != NULL ? hs_openmv_boot (self->v2, error)
                          : hs_usbdbg_boot (self->transport, error);
}
