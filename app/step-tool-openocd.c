/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/tool-run.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Readout protection by OpenOCD and an ST-LINK. The driver's own time-out for an erase is 33 s. */

#define SILENCE_S 60
#define TIMEOUT_S 120

/* What it is told for each kind of chip: F4 and F7 have one driver, stm32f2x. Their level lies in
 * byte 1 of FLASH_OPTCR (0x40023C14), that of the H7 in byte 1 of FLASH_OPTSR_CUR (offset 0x1C). */
typedef struct {
  const char *mcu; /* how its name begins */
  const char *target;
  const char *read;
  const char *set[HS_N_RDP_LEVELS];
  const char *answer; /* a regular expression; its group is the register */
} Chip;

static const Chip chips[] = {
  { "STM32F4",
    "target/stm32f4x.cfg",
    "init; mdw 0x40023C14; shutdown",
    { "init; reset halt; stm32f2x unlock 0; shutdown",
      "init; reset halt; stm32f2x lock 0; shutdown" },
    "^0x40023c14:\\s*([0-9a-f]{8})" },
  { "STM32F7",
    "target/stm32f7x.cfg",
    "init; mdw 0x40023C14; shutdown",
    { "init; reset halt; stm32f2x unlock 0; shutdown",
      "init; reset halt; stm32f2x lock 0; shutdown" },
    "^0x40023c14:\\s*([0-9a-f]{8})" },
  { "STM32H7",
    "target/stm32h7x.cfg",
    "init; stm32h7x option_read 0 0x1c; shutdown",
    { "init; reset halt; stm32h7x unlock 0; shutdown",
      "init; reset halt; stm32h7x lock 0; shutdown" },
    "^Option Register:\\s*<0x[0-9a-f]+>\\s*=\\s*0x([0-9a-f]{1,8})" },
};

typedef struct {
  const Chip *chip;
  gboolean found;
  guint32 value;
} Reading;

static char *
line_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Reading *self = user_data;
  g_autoptr (GRegex) regex = g_regex_new (self->chip->answer, G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *digits = NULL;

  if (whole && g_regex_match (regex, line, 0, &match)) {
    digits = g_match_info_fetch (match, 1);
    self->value = g_ascii_strtoull (digits, NULL, 16);
    /* Nothing but zeros or ones is what a probe reads where no register answers. */
    self->found = self->value != 0 && self->value != G_MAXUINT32;
  }
  return NULL;
}

static const Chip *
find_chip (const HsBoard *board)
{
  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    if (g_str_has_prefix (board->mcu, chips[i].mcu))
      return &chips[i];
  return NULL;
}

static gboolean
run (HsWork *work, Reading *reading, const char *command, gboolean writes, GError **error)
{
  g_autofree char *why = NULL;
  g_autoptr (GFile) file = hs_tool_find (HS_TOOL_OPENOCD, &why);
  const char *arguments[] = {
    "-f", "interface/stlink.cfg", "-f", reading->chip->target, "-c", command, NULL
  };
  g_autofree char *version = NULL;

  if (file == NULL) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL, why);
    return FALSE;
  }
  version = hs_tool_get_version (HS_TOOL_OPENOCD, file, work->cancellable);
  return hs_tool_run (work,
                      &(HsToolCall){ .tool = HS_TOOL_OPENOCD,
                                     .program = g_file_peek_path (file),
                                     .arguments = arguments,
                                     .version = version,
                                     .to_the_end = writes,
                                     .silence_s = SILENCE_S,
                                     .timeout_s = TIMEOUT_S,
                                     .func = line_cb,
                                     .user_data = reading },
                      error);
}

static gboolean
refuse_chip (HsWork *work, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NOT_OFFERED,
               _ ("Hotshoe knows no way to protect an %s with OpenOCD."),
               work->board->mcu);
  return FALSE;
}

gboolean
hs_tool_openocd_read (HsWork *work, guint *level, GError **error)
{
  Reading reading = { .chip = find_chip (work->board) };
  guint8 rdp;

  if (reading.chip == NULL)
    return refuse_chip (work, error);
  if (!run (work, &reading, reading.chip->read, FALSE, error))
    return FALSE;
  if (!reading.found) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_TOOL,
                         _ ("OpenOCD ended without saying what the option bytes are."));
    return FALSE;
  }
  rdp = (reading.value >> 8) & 0xff;
  *level = rdp == 0xAA ? 0 : rdp == 0xCC ? 2 : 1;
  return TRUE;
}

gboolean
hs_tool_openocd_set (HsWork *work, HsRdpLevel level, GError **error)
{
  Reading reading = { .chip = find_chip (work->board) };

  g_return_val_if_fail (level < HS_N_RDP_LEVELS, FALSE);

  return reading.chip != NULL ? run (work, &reading, reading.chip->set[level], TRUE, error)
                              : refuse_chip (work, error);
}
