/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/option-bytes.h"

#include "flash/error.h"
#include "flash/method-dfuse-private.h"
#include "flash/protocol/repl.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FLASH_NAME "@Internal Flash "

/* (nullable): the alternates' names when they are not those of exactly one chip */
static gboolean
fail_names (HsDfuse *dfuse, GError **error)
{
  g_autofree char *names = hs_dfuse_list_names (dfuse, error);

  if (names == NULL)
    return FALSE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_SURPRISE,
               _ ("The option bytes of this bootloader are not of a known kind. Found: %s"),
               names);
  return FALSE;
}

/* Exactly one row of the table, and flash where it should be. */
static gboolean
find_layout (HsOptionBytes *self, HsDfuse *dfuse, GError **error)
{
  guint n_found = 0;
  gboolean has_flash = FALSE;

  for (guint i = 0; i < hs_dfuse_get_n_alternates (dfuse); i++) {
    const char *name = hs_dfuse_get_name (dfuse, i, error);
    const HsOptionLayout *layout;

    if (name == NULL)
      return FALSE;
    layout = hs_option_layout_by_name (name);
    if (layout != NULL) {
      self->layout = layout;
      self->alt = hs_dfuse_get_alternate (dfuse, i);
      n_found++;
    }
    has_flash = has_flash || (hs_dfuse_get_alternate (dfuse, i) == HS_OPTION_FLASH_ALT &&
                              g_str_has_prefix (name, FLASH_NAME));
  }
  return (n_found == 1 && has_flash) || fail_names (dfuse, error);
}

/**
 * hs_option_bytes_find:
 * @self: (out)
 * @dfuse: a conversation with a ROM
 * @board: what the camera is said to be
 * @error: %HS_FLASH_ERROR_SURPRISE if the names of the alternate settings are not exactly those of
 *   one known chip, or of another chip than @board has
 *
 * Which option bytes these are. Nothing is written.
 */
gboolean
hs_option_bytes_find (HsOptionBytes *self, HsDfuse *dfuse, const HsBoard *board, GError **error)
{
  g_return_val_if_fail (HS_IS_DFUSE (dfuse), FALSE);
  g_return_val_if_fail (board != NULL, FALSE);

  memset (self, 0, sizeof *self);
  self->dfuse = dfuse;
  if (!find_layout (self, dfuse, error))
    return FALSE;
  if (g_str_has_prefix (board->mcu, self->layout->mcu))
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_BOARD,
               /* Translators: board, its chip, chip family */
               _ ("This is another camera: %s has an %s, and this bootloader is that of an %s"),
               board->id,
               board->mcu,
               self->layout->mcu);
  return FALSE;
}

/**
 * hs_option_bytes_open:
 * @self: (out)
 * @camera: a camera in its ROM, whose board was said
 * @error: as hs_option_bytes_find(); %HS_FLASH_ERROR_UNSUPPORTED if it is not in its ROM
 *
 * Begins the conversation, if none is there.
 */
gboolean
hs_option_bytes_open (HsOptionBytes *self, HsCamera *camera, GError **error)
{
  HsDfuse *dfuse;

  if (hs_camera_get_board (camera) == NULL) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("Several models show the same bootloader. Say which one is on port %s"),
                 hs_camera_get_port (camera));
    return FALSE;
  }
  dfuse = hs_dfuse_converse (camera, HS_MODE_ROM, error);
  return dfuse != NULL && hs_option_bytes_find (self, dfuse, hs_camera_get_board (camera), error);
}

/* Whether the chip refuses to be read, and says why, twice. Any other trouble is an error: it
 * proves neither. */
gboolean
hs_option_bytes_is_protected (HsOptionBytes *self, gboolean *is_protected, GError **error)
{
  return hs_dfuse_is_protected (
      self->dfuse, HS_OPTION_FLASH_ALT, HS_OPTION_FLASH_ADDRESS, is_protected, error);
}

/* Fills @block, and @second if the chip has one. What they hold is not judged. */
gboolean
hs_option_bytes_read (HsOptionBytes *self, GError **error)
{
  const HsOptionLayout *layout = self->layout;

  if (!hs_dfuse_select (self->dfuse, self->alt, error) ||
      !hs_dfuse_read_block (self->dfuse, layout->address, self->block, layout->size, error))
    return FALSE;
  if (layout->second == 0)
    return TRUE;
  self->has_second =
      hs_dfuse_read_block (self->dfuse, layout->second, self->second, sizeof self->second, error);
  return self->has_second;
}

/**
 * hs_option_bytes_make_protected:
 * @self: option bytes that were read
 * @block: (out): the same with level 1
 * @error: %HS_FLASH_ERROR_PROTECTED if it is set already; %HS_FLASH_ERROR_SURPRISE if they are not
 *   what they should be; %HS_FLASH_ERROR_FORBIDDEN if Hotshoe does not write this kind
 */
gboolean
hs_option_bytes_make_protected (const HsOptionBytes *self,
                                guint8 block[HS_OPTION_BLOCK_MAX],
                                GError **error)
{
  const HsOptionLayout *layout = self->layout;

  memcpy (block, self->block, HS_OPTION_BLOCK_MAX);
  return hs_option_block_check (layout, self->block, layout->size, error) &&
         hs_option_block_patch (layout, block, layout->size, HS_RDP_BYTE_1, error) &&
         hs_option_block_may_write (layout->address, block, layout->size, error);
}

gboolean
hs_option_bytes_write (HsOptionBytes *self,
                       const guint8 block[HS_OPTION_BLOCK_MAX],
                       HsDfuseEnd *end,
                       GError **error)
{
  return hs_dfuse_write_options (
      self->dfuse, self->alt, self->layout->address, block, self->layout->size, end, error);
}

gboolean
hs_option_bytes_check_second (HsOptionBytes *self, GError **error)
{
  guint8 now[sizeof self->second];

  /* That a protected chip tells nothing any more is as it should be. */
  if (!self->has_second || !hs_dfuse_select (self->dfuse, self->alt, NULL) ||
      !hs_dfuse_read_block (self->dfuse, self->layout->second, now, sizeof now, NULL) ||
      memcmp (now, self->second, sizeof now) == 0)
    return TRUE;
  g_set_error_literal (error,
                       HS_FLASH_ERROR,
                       HS_FLASH_ERROR_VERIFY,
                       _ ("Option bytes that were not written have changed: let an engineer look "
                          "at this camera with a debug probe"));
  return FALSE;
}

gboolean
hs_option_bytes_remove_protection (HsOptionBytes *self, GError **error)
{
  return hs_dfuse_remove_protection (
      self->dfuse, HS_OPTION_FLASH_ALT, HS_OPTION_FLASH_ADDRESS, error);
}

/* RDP is byte 1 of the register, on all of these chips. Reading it harms nothing. */
int
hs_option_bytes_ask_level (HsTransport *transport, const HsBoard *board, GCancellable *cancellable)
{
  const HsOptionLayout *layout = hs_option_layout_by_mcu (board->mcu);
  g_autofree char *line = NULL;
  g_autofree char *answer = NULL;
  gint64 value;

  if (layout == NULL)
    return -1;
  line = g_strdup_printf (HS_REPL_READ_WORD, layout->level_register);
  answer = hs_repl_run (transport, line, cancellable, NULL);
  if (answer == NULL ||
      !g_ascii_string_to_signed (answer, 10, G_MININT32, G_MAXUINT32, &value, NULL))
    return -1;
  /* A register that reads as nothing but zeros or ones is not there. */
  if ((guint32) value == 0 || (guint32) value == G_MAXUINT32)
    return -1;
  return hs_rdp_level ((guint32) value >> 8 & 0xff);
}
