/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/transport/node-error.h"

#include "flash/transport/holder.h"

#include <glib/gi18n-lib.h>

/* The sentences that USB and serial port have in common. */

void
hs_set_no_permission (GError **error)
{
  g_set_error_literal (
      error, HS_FLASH_ERROR, HS_FLASH_ERROR_PERMISSION, _ ("Hotshoe may not open this camera."));
}

/* Looks up who has @node open. */
void
hs_set_held (const char *node, GError **error)
{
  g_autofree char *holder = node != NULL ? hs_holder_find (node) : NULL;

  if (holder != NULL)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BUSY,
                 _ ("Another program has this camera open: %s."),
                 holder);
  else
    g_set_error_literal (
        error, HS_FLASH_ERROR, HS_FLASH_ERROR_BUSY, _ ("Another program has this camera open."));
}

void
hs_set_gone (GError **error)
{
  g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE, _ ("The camera left the bus."));
}
