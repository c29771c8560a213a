/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/protection-way.h"

#include "flash/option-block.h"

#include <glib/gi18n-lib.h>

static const HsProtectionWay ways[] = {
  { "rom",
    N_ ("Over USB, through the chip’s ROM"),
    N_ ("Hotshoe does it itself; it takes the boot jumper and nothing else."),
    -1 },
  { "swd-programmer",
    N_ ("By a debug probe, with STM32_Programmer_CLI"),
    N_ ("An ST-LINK has to be connected to the debug pads."),
    HS_TOOL_STM32_PROGRAMMER },
  { "swd-openocd",
    N_ ("By a debug probe, with OpenOCD"),
    N_ ("An ST-LINK has to be connected to the debug pads."),
    HS_TOOL_OPENOCD },
};

guint
hs_protection_way_count (void)
{
  return G_N_ELEMENTS (ways);
}

const HsProtectionWay *
hs_protection_way_nth (guint n)
{
  g_return_val_if_fail (n < G_N_ELEMENTS (ways), NULL);

  return &ways[n];
}

static void
tell (char **why, char *text)
{
  if (why != NULL)
    *why = text;
  else
    g_free (text);
}

gboolean
hs_protection_way_is_offered (const HsProtectionWay *self, const HsBoard *board, char **why)
{
  const HsOptionLayout *layout = hs_option_layout_by_mcu (board->mcu);
  g_autoptr (GFile) file = NULL;
  char *where = NULL;

  tell (why, NULL);
  if (board->protection != HS_PROTECTION_RDP || layout == NULL) {
    tell (why, g_strdup (_ ("This chip has no readout protection that Hotshoe sets.")));
    return FALSE;
  }
  if (self->tool < 0) {
    if (layout->native)
      return TRUE;
    /* Translators: %s is the name of a chip */
    tell (why,
          g_strdup_printf (_ ("Nobody has shown that the ROM of the %s takes this over USB: only a "
                              "debug probe is offered."),
                           board->mcu));
    return FALSE;
  }
  file = hs_tool_find ((HsTool) self->tool, &where);
  if (file == NULL)
    tell (why, g_steal_pointer (&where));
  g_free (where);
  return file != NULL;
}
