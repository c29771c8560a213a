/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/image.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>

#define SMALLEST_RADIO 1024 /* bytes; less is an error page or an empty file */

/* What a file is that is not what the partition takes. */
static const char *const what_it_is[HS_N_ROLES] = {
  [HS_ROLE_NONE] = N_ ("This file is damaged, cut short or not from OpenMV."),
  [HS_ROLE_FIRMWARE] = N_ ("This file is firmware."),
  [HS_ROLE_FIRMWARE_HE] = N_ ("This file is firmware for the second core."),
  [HS_ROLE_ROMFS1] = N_ ("This file is a ROMFS image."),
  [HS_ROLE_ROMFS0] = N_ ("This file is a ROMFS image."),
  [HS_ROLE_BOOTLOADER] = N_ ("This file is a bootloader."),
  [HS_ROLE_FILESYSTEM] = N_ ("This file is a filesystem."),
  [HS_ROLE_STORAGE] = N_ ("This file is a filesystem."),
  [HS_ROLE_TOC] = N_ ("This file is a boot table."),
  [HS_ROLE_RECOVERY] = N_ ("This file is a recovery key."),
  [HS_ROLE_COMBINED] = N_ ("This file holds a bootloader and firmware in one."),
  [HS_ROLE_DEBUG] = N_ ("This file is for a debugger."),
  [HS_ROLE_WIFI] = N_ ("This file is firmware of a radio."),
  [HS_ROLE_BLUETOOTH] = N_ ("This file is firmware of a radio."),
  [HS_ROLE_CONFIG] = N_ ("This file is a flash configuration."),
};

static gboolean
is_romfs (HsRole role)
{
  return role == HS_ROLE_ROMFS0 || role == HS_ROLE_ROMFS1;
}

static gboolean
check_allowed (const HsPartition *partition, GError **error)
{
  if ((partition->flags & HS_PARTITION_NEVER) == 0 &&
      (partition->flags & HS_PARTITION_WRITABLE) != 0)
    return TRUE;

  g_set_error (
      error,
      HS_FLASH_ERROR,
      HS_FLASH_ERROR_FORBIDDEN,
      _ ("Hotshoe never writes %s here: a mistake there leaves a camera that does not start. "
         "Nothing was written."),
      partition->name);
  return FALSE;
}

/* Nothing may reach into what is another partition's as well. */
static gboolean
check_size (guint64 size, const HsPartition *partition, GError **error)
{
  guint32 room = hs_partition_get_own_size (partition);
  gulong excess = size > room ? size - room : 0;

  if (excess == 0)
    return TRUE;

  if (partition->role == HS_ROLE_FIRMWARE || partition->role == HS_ROLE_FIRMWARE_HE)
    g_set_error (
        error,
        HS_FLASH_ERROR,
        HS_FLASH_ERROR_TOO_LARGE,
        g_dngettext (
            GETTEXT_PACKAGE,
            "The firmware is %'lu byte too large for %s on this camera. Nothing was written.",
            "The firmware is %'lu bytes too large for %s on this camera. Nothing was written.",
            excess),
        excess,
        partition->name);
  else
    g_set_error (
        error,
        HS_FLASH_ERROR,
        HS_FLASH_ERROR_TOO_LARGE,
        g_dngettext (
            GETTEXT_PACKAGE,
            "The image is %'lu byte too large for %s on this camera. Nothing was written.",
            "The image is %'lu bytes too large for %s on this camera. Nothing was written.",
            excess),
        excess,
        partition->name);
  return FALSE;
}

static char *
join_boards (const HsImage *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; self->boards[i] != NULL; i++)
    g_ptr_array_add (ids, (gpointer) self->boards[i]->id);
  g_ptr_array_add (ids, NULL);
  return g_strjoinv (", ", (char **) ids->pdata);
}

static gboolean
check_board (const HsImage *self, const HsBoard *board, GError **error)
{
  g_autofree char *boards = NULL;

  if (hs_image_allows_board (self, board))
    return TRUE;

  boards = join_boards (self);
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_BOARD,
               /* Translators: boards, board */
               _ ("This file is for %s, the camera is %s. Nothing was written."),
               boards,
               board->id);
  return FALSE;
}

static gboolean
set_wrong_role (HsRole role, const HsPartition *partition, GError **error)
{
  g_autofree char *rest =
      g_strdup_printf (_ ("It does not belong into %s. Nothing was written."), partition->name);

  /* Whole sentences, one behind the other. */
  g_set_error (error,
               HS_FLASH_ERROR,
               role == HS_ROLE_NONE ? HS_FLASH_ERROR_BAD_FILE : HS_FLASH_ERROR_WRONG_ROLE,
               "%s %s",
               _ (what_it_is[role]),
               rest);
  return FALSE;
}

/* Code without the name of a board in it has no role: it is no OpenMV firmware, or only the front
 * of one. */
static gboolean
check_role (const HsImage *self, const HsPartition *partition, GError **error)
{
  gboolean fits = self->role == partition->role || hs_role_is_filesystem (partition->role) ||
                  (is_romfs (self->role) && is_romfs (partition->role));

  return (fits && self->payload != NULL) || set_wrong_role (self->role, partition, error);
}

/**
 * hs_image_check:
 * @board: of the camera
 * @partition: where the image shall go, as found on the camera
 * @error: %HS_FLASH_ERROR_FORBIDDEN, %HS_FLASH_ERROR_WRONG_BOARD, %HS_FLASH_ERROR_WRONG_ROLE,
 *   %HS_FLASH_ERROR_BAD_FILE or %HS_FLASH_ERROR_TOO_LARGE; the message is for people
 *
 * Everything that can be known before the first erase.
 */
gboolean
hs_image_check (const HsImage *self,
                const HsBoard *board,
                const HsPartition *partition,
                GError **error)
{
  g_return_val_if_fail (self != NULL && board != NULL && partition != NULL, FALSE);

  return check_allowed (partition, error) &&
         (hs_role_is_filesystem (partition->role) || check_board (self, board, error)) &&
         check_role (self, partition, error) &&
         check_size (g_bytes_get_size (self->payload), partition, error);
}

/* Nothing tells the firmware of a radio from other bytes: it only must be nothing that is known,
 * and neither empty nor larger than its place. */
static gboolean
check_radio (GBytes *payload, const HsPartition *partition, GError **error)
{
  g_autoptr (HsImage) image = hs_image_new (payload, NULL, error);

  if (image == NULL)
    return FALSE;
  if (image->role != HS_ROLE_NONE || image->boards[0] != NULL ||
      (image->kind != HS_IMAGE_UNKNOWN && image->kind != HS_IMAGE_RAW) ||
      g_bytes_get_size (payload) < SMALLEST_RADIO)
    return set_wrong_role (image->role, partition, error);
  return check_size (g_bytes_get_size (payload), partition, error);
}

/**
 * hs_image_check_payload:
 * @payload: the very bytes that shall be written
 * @role: what they are said to be
 * @error: as hs_image_check()
 *
 * The same for bytes from the catalog, judged anew. A filesystem may hold anything.
 */
gboolean
hs_image_check_payload (GBytes *payload,
                        HsRole role,
                        const HsBoard *board,
                        const HsPartition *partition,
                        GError **error)
{
  g_autoptr (HsImage) image = NULL;

  g_return_val_if_fail (payload != NULL && board != NULL && partition != NULL, FALSE);

  if (!check_allowed (partition, error))
    return FALSE;
  if (role != partition->role)
    return set_wrong_role (role, partition, error);
  if (hs_role_is_filesystem (role))
    return check_size (g_bytes_get_size (payload), partition, error);
  if (hs_role_is_radio (role))
    return check_radio (payload, partition, error);

  image = hs_image_new (payload, NULL, error);
  if (image == NULL)
    return FALSE;
  /* Still in its container, which the camera would take for code. */
  if (image->kind == HS_IMAGE_DFU || image->kind == HS_IMAGE_DFUSE || image->kind == HS_IMAGE_UF2)
    return set_wrong_role (HS_ROLE_NONE, partition, error);
  return hs_image_check (image, board, partition, error) &&
         check_size (g_bytes_get_size (payload), partition, error);
}
