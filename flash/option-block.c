/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/option-block.h"

#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The names are those that the ROMs were seen to show; one that is written otherwise is another
 * ROM, whose block may be another one as well. */
/* clang-format off */
static const HsOptionLayout layouts[] = {
  { .mcu = "STM32F4", .name = "@Option Bytes  /0x1FFFC000/01*016 e",
    .address = 0x1fffc000, .size = 16, .rdp = 1, .native = TRUE, .level_register = 0x40023c14 },
  { .mcu = "STM32F4", .name = "@Option Bytes  /0x1FFFC000/01*016 e/0x1FFEC000/01*016 e",
    .address = 0x1fffc000, .size = 16, .rdp = 1, .second = 0x1ffec000, .native = TRUE,
    .level_register = 0x40023c14 },
  { .mcu = "STM32F7", .name = "@Option Bytes  /0x1FFF0000/01*032 e",
    .address = 0x1fff0000, .size = 32, .rdp = 1, .complement = 3, .has_slots = TRUE,
    .native = TRUE, .level_register = 0x40023c14 },
  /* Which of its two copies the ROM honours is not known: read and shown only. */
  { .mcu = "STM32H7", .name = "@Option Bytes   /0x5200201C/01*128 e",
    .address = 0x5200201c, .size = 128, .rdp = 1, .native = FALSE, .level_register = 0x5200201c },
};
/* clang-format on */

/* Where option bytes, OTP and the flash controller's registers lie in any of these chips: nothing
 * but a checked block is ever sent there. */
static const struct {
  guint32 first, last;
} guarded[] = {
  { 0x1fe00000, 0x1fffffff }, /* system memory, OTP, option bytes (F4, F7, H7) */
  { 0x40023c00, 0x40023fff }, /* flash controller (F4, F7) */
  { 0x52002000, 0x520023ff }, /* the same (H7) */
  { 0xffff0000, 0xffffffff }, /* “Device Feature” of the ROM */
};

/* Slots of the F7 that decide where it boots: what OpenMV's boards have. */
enum { SLOT = 8, BOOT_ADD0_AT = 0x10, BOOT_ADD1_AT = 0x18 };
#define BOOT_ADD0 0x0080 /* flash, 0x00200000 */
#define BOOT_ADD1 0x0040 /* system memory, 0x00100000 */

guint
hs_option_layout_count (void)
{
  return G_N_ELEMENTS (layouts);
}

const HsOptionLayout *
hs_option_layout_nth (guint n)
{
  g_return_val_if_fail (n < G_N_ELEMENTS (layouts), NULL);

  return &layouts[n];
}

const HsOptionLayout *
hs_option_layout_by_name (const char *alternate_name)
{
  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++)
    if (g_strcmp0 (layouts[i].name, alternate_name) == 0)
      return &layouts[i];
  return NULL;
}

const HsOptionLayout *
hs_option_layout_by_mcu (const char *mcu)
{
  for (guint i = 0; mcu != NULL && i < G_N_ELEMENTS (layouts); i++)
    if (g_str_has_prefix (mcu, layouts[i].mcu))
      return &layouts[i];
  return NULL;
}

int
hs_rdp_level (guint8 byte)
{
  if (byte == HS_RDP_BYTE_0)
    return 0;
  return byte == HS_RDP_BYTE_2 ? 2 : 1;
}

static guint16
get16 (const guint8 *at)
{
  return at[0] | at[1] << 8;
}

static gboolean
fail_surprise (const char *what, GError **error)
{
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_SURPRISE,
               _ ("These option bytes are not those of such a camera: %s. Nothing was written"),
               what);
  return FALSE;
}

static gboolean
check_slots (const HsOptionLayout *layout, const guint8 *block, GError **error)
{
  for (guint at = 0; at < layout->size; at += SLOT)
    if ((get16 (block + at) ^ get16 (block + at + 2)) != 0xffff) {
      g_autofree char *what = g_strdup_printf (_ ("the value at %u has no complement"), at);

      return fail_surprise (what, error);
    }
  if (get16 (block + BOOT_ADD0_AT) != BOOT_ADD0 || get16 (block + BOOT_ADD1_AT) != BOOT_ADD1)
    return fail_surprise (_ ("the addresses it boots from are others"), error);
  return TRUE;
}

static gboolean
fail_size (const HsOptionLayout *layout, gsize length, GError **error)
{
  g_autofree char *what =
      g_strdup_printf (_ ("%u bytes instead of %u"), (guint) length, (guint) layout->size);

  return fail_surprise (what, error);
}

gboolean
hs_option_block_check (const HsOptionLayout *layout,
                       const guint8 *block,
                       gsize length,
                       GError **error)
{
  g_return_val_if_fail (layout != NULL && block != NULL, FALSE);

  if (length != layout->size)
    return fail_size (layout, length, error);
  if (block[layout->rdp] != HS_RDP_BYTE_0) {
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_PROTECTED,
                 _ ("The chip says that it is protected already, at level %d. Nothing was written"),
                 hs_rdp_level (block[layout->rdp]));
    return FALSE;
  }
  return !layout->has_slots || check_slots (layout, block, error);
}

static gboolean fail_forbidden (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail_forbidden (GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN, text);
  return FALSE;
}

/* Level 2 has no way back, and level 0 erases everything: both have no place here. */
static gboolean
may_be_set (guint8 value, GError **error)
{
  if (value == HS_RDP_BYTE_1)
    return TRUE;
  if (value == HS_RDP_BYTE_2)
    return fail_forbidden (error, _ ("Level 2 can never be undone: Hotshoe does not set it"));
  return fail_forbidden (
      error, _ ("Hotshoe sets readout protection to level 1 only, not to 0x%02X"), value);
}

gboolean
hs_option_block_patch (const HsOptionLayout *layout,
                       guint8 *block,
                       gsize length,
                       guint8 value,
                       GError **error)
{
  g_return_val_if_fail (layout != NULL && block != NULL, FALSE);

  if (!may_be_set (value, error))
    return FALSE;
  if (!layout->native)
    return fail_forbidden (error,
                           _ ("Hotshoe does not write the option bytes of an %s itself: that goes "
                              "through a debug probe"),
                           layout->mcu);
  if (length != layout->size)
    return fail_size (layout, length, error);

  block[layout->rdp] = value;
  if (layout->complement != 0)
    block[layout->complement] = ~value;
  return TRUE;
}

static gboolean
touches (guint32 address, gsize length)
{
  guint64 end = (guint64) address + MAX (length, 1) - 1;

  for (guint i = 0; i < G_N_ELEMENTS (guarded); i++)
    if (address <= guarded[i].last && end >= guarded[i].first)
      return TRUE;
  return FALSE;
}

gboolean
hs_option_block_may_write (guint32 address, const guint8 *data, gsize length, GError **error)
{
  if (!touches (address, length))
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (layouts); i++) {
    const HsOptionLayout *layout = &layouts[i];

    if (address != layout->address || length != layout->size || !layout->native)
      continue;
    return may_be_set (data[layout->rdp], error) &&
           (!layout->has_slots || check_slots (layout, data, error));
  }
  return fail_forbidden (
      error, _ ("Nothing is ever written at 0x%08X: a mistake there can't be undone"), address);
}

/* (transfer full): two lower-case digits a byte */
char *
hs_option_block_to_hex (const guint8 *block, gsize length)
{
  GString *text = g_string_sized_new (2 * length);

  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02x", block[i]);
  return g_string_free (text, FALSE);
}
