/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/board-words.h"

#include "app/explain.h"

#include <glib/gi18n-lib.h>

/* -- ids -------------------------------------------------------------------------------------- */

char *
hs_board_dup_ids (const HsUsbId *ids)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (ids == NULL || ids[0].vid == 0)
    return NULL;
  for (guint i = 0; ids[i].vid != 0; i++)
    g_string_append_printf (text, "%s%04X:%04X", i > 0 ? " · " : "", ids[i].vid, ids[i].pid);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* -- into the bootloader ---------------------------------------------------------------------- */

static const struct {
  HsEnterWays way;
  const char *words;
} ways[] = {
  { HS_ENTER_PROTOCOL, N_ ("the debug protocol") },
  { HS_ENTER_REPL, N_ ("the REPL") },
  { HS_ENTER_TOUCH, N_ ("opening the serial port at 1200 baud") },
};

/* How its running firmware is asked. */
char *
hs_board_dup_enter_ways (const HsBoard *board)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    if (board->enter & ways[i].way)
      g_string_append_printf (text, text->len > 0 ? _ (", else %s") : "%s", _ (ways[i].words));
  if (text->len == 0)
    return g_strdup (_ ("Its firmware can’t be asked for it."));
  /* Translators: a list: "the debug protocol, else the REPL" */
  return g_strdup_printf (_ ("Hotshoe asks its firmware by %s."), text->str);
}

char *
hs_board_dup_window (const HsBoard *board)
{
  g_autofree char *wait = NULL;
  g_autofree char *window = NULL;

  if (board->boot_window_ms == 0)
    return NULL;
  window = hs_format_duration (board->boot_window_ms / 1000.0);
  if (board->boot_wait_ms == 0)
    /* Translators: %s is a duration */
    return g_strdup_printf (_ ("After power comes on it waits %s for work, then starts the "
                               "firmware."),
                            window);
  wait = hs_format_duration (board->boot_wait_ms / 1000.0);
  /* Translators: two durations */
  return g_strdup_printf (_ ("After power comes on it waits up to %s for the computer and then %s "
                             "for work, then starts the firmware."),
                          wait,
                          window);
}

/* -- recovery --------------------------------------------------------------------------------- */

static const char *const recovery_words[] = {
  [HS_RECOVERY_NONE] =
      N_ ("Its bootloader is in ROM: nothing can damage it, nothing has to be brought back."),
  [HS_RECOVERY_FOREIGN] =
      N_ ("Its bootloader is its maker’s own. Hotshoe never writes it and can’t bring it back: "
          "that takes the maker’s tools."),
  [HS_RECOVERY_ST_ROM] =
      N_ ("The chip’s ROM takes a new bootloader over USB. The recovery guide leads through it; "
          "all that is written is read back."),
  [HS_RECOVERY_SDP] = N_ (
      "The chip’s ROM takes a loader into RAM, and that one writes the bootloader. Two files of "
      "OpenMV IDE or the OpenMV SDK are needed. One fuse has to be burnt if it is not yet, "
      "once and for ever; the guide reads it first and asks."),
  [HS_RECOVERY_ST_TOOL] =
      N_ ("STM32_Programmer_CLI writes it through the chip’s ROM, by the FlashLayout of the OpenMV "
          "SDK. The recovery guide finds both or asks for them."),
  [HS_RECOVERY_SE_TOOL] = N_ (
      "Alif’s SE tools write it through the serial ISP port. A serial adapter and a J-Link have "
      "to be connected; the recovery guide checks both."),
};

static const char *const recovery_names[] = {
  [HS_RECOVERY_NONE] = "none", [HS_RECOVERY_FOREIGN] = "foreign", [HS_RECOVERY_ST_ROM] = "st-rom",
  [HS_RECOVERY_SDP] = "sdp",   [HS_RECOVERY_ST_TOOL] = "st-tool", [HS_RECOVERY_SE_TOOL] = "se-tool",
};

const char *
hs_recovery_name (HsRecovery recovery)
{
  g_return_val_if_fail (recovery < G_N_ELEMENTS (recovery_names), NULL);

  return recovery_names[recovery];
}

char *
hs_board_dup_recovery (const HsBoard *board)
{
  return g_strdup (_ (recovery_words[board->recovery]));
}

char *
hs_board_dup_pads (const HsBoard *board)
{
  if (board->pads == NULL)
    return NULL;
  if (board->other_pads == NULL)
    return g_strdup (_ (board->pads));
  /* Translators: names of pads, and the same as other sources have them */
  return g_strdup_printf (_ ("%s; other sources say %s"), _ (board->pads), _ (board->other_pads));
}

/* -- protection ------------------------------------------------------------------------------- */

static const char *const protection_words[] = {
  [HS_PROTECTION_NONE] =
      N_ ("There is nothing to set on this chip: whoever holds the board can read its flash."),
  [HS_PROTECTION_RDP] =
      N_ ("Readout protection level 1 closes the debug port and the ROM bootloader. It does not "
          "close USB: the everyday bootloader hands the firmware to anyone with a cable. Going "
          "back to level 0 erases everything, the bootloader too. Level 2 can never be taken back "
          "and is not offered."),
  [HS_PROTECTION_OTP] =
      N_ ("Only fuses of the chip’s life cycle, and none can be taken back: Hotshoe never burns "
          "them. The flash is a chip of its own and can be read with a clip."),
  [HS_PROTECTION_FUSES] =
      N_ ("Only fuses, and none can be taken back; some of them end recovery for ever. Hotshoe "
          "never burns them to protect. The flash is a chip of its own and can be read with a "
          "clip."),
  [HS_PROTECTION_LIFECYCLE] =
      N_ ("Only the life cycle of the secure enclave, for which there is no way back: Hotshoe "
          "never changes it."),
  [HS_PROTECTION_APPROTECT] =
      N_ ("Access protection takes a debug probe and the maker’s tools. Taking it off erases "
          "everything, the maker’s bootloader too."),
  [HS_PROTECTION_FOREIGN] =
      N_ ("The chip has readout protection; Hotshoe does not set it here, as the way back erases "
          "the maker’s bootloader, and that can’t be restored."),
};

static const char *const protection_names[] = {
  [HS_PROTECTION_NONE] = "none",
  [HS_PROTECTION_RDP] = "rdp",
  [HS_PROTECTION_OTP] = "otp",
  [HS_PROTECTION_FUSES] = "fuses",
  [HS_PROTECTION_LIFECYCLE] = "lifecycle",
  [HS_PROTECTION_APPROTECT] = "approtect",
  [HS_PROTECTION_FOREIGN] = "foreign",
};

const char *
hs_protection_name (HsProtection protection)
{
  g_return_val_if_fail (protection < G_N_ELEMENTS (protection_names), NULL);

  return protection_names[protection];
}

const char *
hs_board_protection_words (HsProtection protection)
{
  g_return_val_if_fail (protection < G_N_ELEMENTS (protection_words), NULL);

  return _ (protection_words[protection]);
}

/* -- operations ------------------------------------------------------------------------------- */

static const char *const operation_titles[HS_N_OPERATIONS] = {
  [HS_OPERATION_FLASH] = N_ ("Flash"),
  [HS_OPERATION_ERASE] = N_ ("Erase the filesystem"),
  [HS_OPERATION_READ] = N_ ("Read partitions"),
  [HS_OPERATION_RECOVER] = N_ ("Recover the bootloader"),
  [HS_OPERATION_PROTECT] = N_ ("Protect against readout"),
};

static const char *const operation_names[HS_N_OPERATIONS] = {
  [HS_OPERATION_FLASH] = "flash",     [HS_OPERATION_ERASE] = "erase",
  [HS_OPERATION_READ] = "read",       [HS_OPERATION_RECOVER] = "recover",
  [HS_OPERATION_PROTECT] = "protect",
};

const char *
hs_operation_name (HsOperation operation)
{
  g_return_val_if_fail (operation < HS_N_OPERATIONS, NULL);

  return operation_names[operation];
}

const char *
hs_board_operation_title (HsOperation operation)
{
  g_return_val_if_fail (operation < HS_N_OPERATIONS, NULL);

  return _ (operation_titles[operation]);
}

/* -- partitions ------------------------------------------------------------------------------- */

char *
hs_partition_dup_address (const HsPartition *partition)
{
  return g_strdup_printf ("0x%08" G_GINT64_MODIFIER "X", partition->start);
}

static const struct {
  HsPartitionFlags flag;
  const char *note;
} notes[] = {
  { HS_PARTITION_NEVER, N_ ("never written in everyday work") },
  { HS_PARTITION_FOREIGN, N_ ("nor in recovery") },
  { HS_PARTITION_EXTERNAL, N_ ("in a flash chip of its own") },
  { HS_PARTITION_NO_UPLOAD, N_ ("can’t be read back") },
  { HS_PARTITION_BLOCK0_OPENS, N_ ("opens with its first block") },
};

char *
hs_partition_dup_notes (const HsPartition *partition)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    if (partition->flags & notes[i].flag)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", _ (notes[i].note));
  if (partition->own_size > 0 && partition->own_size < partition->size) {
    g_autofree char *own = hs_format_size (partition->own_size);

    if (text->len > 0)
      g_string_append (text, ", ");
    /* Translators: %s is a size */
    g_string_append_printf (text, _ ("its own are the first %s"), own);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
