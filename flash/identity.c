/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/identity.h"

#include <string.h>

#define UID_BYTES     12 /* of an STM32 */
#define FOLDED_DIGITS 12 /* without carries; each of the two sums may add one */

/* How a scheme's full id is written: the prefix of its key, and how many digits. */
typedef struct {
  HsIdScheme scheme;
  const char *prefix;
  guint digits;
} Scheme;

static const Scheme schemes[] = {
  { HS_ID_SCHEME_STM32, "stm32", 24 },
  { HS_ID_SCHEME_ALIF_SE, "alif-se", 24 },
  { HS_ID_SCHEME_ALIF_EUI64, "alif-eui64", 16 },
  { HS_ID_SCHEME_OCOTP, "ocotp", 16 },
  { HS_ID_SCHEME_FICR, "ficr", 16 },
  { HS_ID_SCHEME_RP2, "rp2", 16 },
};

/* The other forms of an STM32's id, computed from its 12 bytes in memory order. */
typedef struct {
  HsSerialForm form;
  const char *prefix;
  guint digits, max_digits;
  char *(*print) (const guint8 *uid);
} Form;

/* The 12 bytes are the words W0 W1 W2, little endian. */
static guint32
uid_word (const guint8 *uid, guint n)
{
  uid += 4 * n;
  return uid[0] | uid[1] << 8 | uid[2] << 16 | (guint32) uid[3] << 24;
}

/* ports/stm32/usbd_desc.c: the two sums are printed as they are, 2 or 3 digits each. */
static char *
print_st (const guint8 *uid)
{
  return g_strdup_printf ("%02X%02X%02X%02X%02X%02X",
                          uid[11],
                          uid[10] + uid[2],
                          uid[9],
                          uid[8] + uid[0],
                          uid[7],
                          uid[6]);
}

/* shared/tinyusb since 2026-03: the same with sums of 8 bits. */
static char *
print_st8 (const guint8 *uid)
{
  return g_strdup_printf ("%02X%02X%02X%02X%02X%02X",
                          uid[11],
                          (uid[10] + uid[2]) & 0xFF,
                          uid[9],
                          (uid[8] + uid[0]) & 0xFF,
                          uid[7],
                          uid[6]);
}

static char *
print_rom (const guint8 *uid)
{
  return g_strdup_printf (
      "%08X%04X", uid_word (uid, 0) + uid_word (uid, 2), uid_word (uid, 1) >> 16);
}

static char *
print_memory (const guint8 *uid)
{
  GString *string = g_string_sized_new (2 * UID_BYTES);

  for (guint i = 0; i < UID_BYTES; i++)
    g_string_append_printf (string, "%02X", uid[i]);
  return g_string_free (string, FALSE);
}

static char *
print_arduino (const guint8 *uid)
{
  return g_strdup_printf ("%08X%08X%08X", uid_word (uid, 0), uid_word (uid, 1), uid_word (uid, 2));
}

static char *
print_full (const guint8 *uid)
{
  return g_strdup_printf ("%08X%08X%08X", uid_word (uid, 2), uid_word (uid, 1), uid_word (uid, 0));
}

static const Form forms[] = {
  { HS_SERIAL_FORM_FULL, "stm32", 24, 24, print_full },
  { HS_SERIAL_FORM_ST_FOLDED, "stm32-st", FOLDED_DIGITS, FOLDED_DIGITS + 2, print_st },
  { HS_SERIAL_FORM_ST_FOLDED8, "stm32-st8", FOLDED_DIGITS, FOLDED_DIGITS, print_st8 },
  { HS_SERIAL_FORM_ST_ROM, "stm32-rom", FOLDED_DIGITS, FOLDED_DIGITS, print_rom },
  { HS_SERIAL_FORM_MEMORY, "stm32-mem", 24, 24, print_memory },
  { HS_SERIAL_FORM_ARDUINO, "stm32-arduino", 24, 24, print_arduino },
};

/* Serials that many units show: the bootloader's placeholder, and what the ROMs of H743 and F4
 * report on every chip. */
static const char *const placeholders[] = {
  "0123456789ABCDEF",
  "200364500000",
  "200000500000",
};

/* Upper-case digits if @serial is nothing but hexadecimal and may identify a unit, else NULL. */
static char *
take_digits (const char *serial)
{
  gboolean same = TRUE;

  if (serial == NULL || *serial == '\0' || strlen (serial) > 64)
    return NULL;
  for (const char *at = serial; *at != '\0'; at++) {
    if (!g_ascii_isxdigit (*at))
      return NULL;
    same = same && *at == *serial;
  }
  /* All zeros: the vendor's call failed. All F: the id was never written. */
  if (same && strchr ("0fF", *serial) != NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (placeholders); i++)
    if (g_ascii_strcasecmp (serial, placeholders[i]) == 0)
      return NULL;
  return g_ascii_strup (serial, -1);
}

static const Scheme *
find_scheme (HsIdScheme scheme)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (schemes[i].scheme == scheme)
      return &schemes[i];
  return NULL;
}

static const Form *
find_form (HsSerialForm form)
{
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    if (forms[i].form == form)
      return &forms[i];
  return NULL;
}

static gboolean
form_is_full (HsSerialForm form)
{
  return form == HS_SERIAL_FORM_FULL || form == HS_SERIAL_FORM_MEMORY ||
         form == HS_SERIAL_FORM_ARDUINO;
}

static guint
byte_at (const char *digits)
{
  return g_ascii_xdigit_value (digits[0]) << 4 | g_ascii_xdigit_value (digits[1]);
}

/* The 12 bytes in memory order from 24 @digits of a full form. */
static void
read_uid (HsSerialForm form, const char *digits, guint8 *uid)
{
  for (guint i = 0; i < UID_BYTES; i++) {
    guint at = i;

    if (form == HS_SERIAL_FORM_FULL)
      at = UID_BYTES - 1 - i;
    else if (form == HS_SERIAL_FORM_ARDUINO)
      at = i / 4 * 4 + 3 - i % 4;
    uid[at] = byte_at (digits + 2 * i);
  }
}

/* The 12 bytes behind a key "stm32:…". */
static gboolean
read_stm32_key (const char *key, guint8 *uid)
{
  const Scheme *scheme = find_scheme (HS_ID_SCHEME_STM32);
  gsize skip = strlen (scheme->prefix) + 1;

  if (key == NULL || !g_str_has_prefix (key, "stm32:") || strlen (key) != skip + scheme->digits)
    return FALSE;
  for (const char *at = key + skip; *at != '\0'; at++)
    if (!g_ascii_isxdigit (*at))
      return FALSE;
  read_uid (HS_SERIAL_FORM_FULL, key + skip, uid);
  return TRUE;
}

static char *
join (const char *prefix, const char *value)
{
  return g_strconcat (prefix, ":", value, NULL);
}

static void
take_stm32 (HsIdentity *self, const Form *form, const char *digits)
{
  guint8 uid[UID_BYTES];

  self->form = join (form->prefix, digits);
  self->strength = HS_IDENTITY_SUGGESTED;
  if (form_is_full (form->form)) {
    g_autofree char *full = NULL;

    read_uid (form->form, digits, uid);
    full = print_full (uid);
    self->key = join ("stm32", full);
    self->strength = HS_IDENTITY_PROVEN;
  }
}

/* TinyUSB prints its 24 digits in lower case; upper-case ones would be another order of bytes. */
static gboolean
fits_form (const Form *form, const char *serial)
{
  gsize length = strlen (serial);

  if (length < form->digits || length > form->max_digits)
    return FALSE;
  if (form->form == HS_SERIAL_FORM_MEMORY)
    for (const char *at = serial; *at != '\0'; at++)
      if (g_ascii_isupper (*at))
        return FALSE;
  return TRUE;
}

/* Which scheme, and which of its forms, @board shows in @mode. Without a board, what STM32 cameras
 * show under the ids that several boards share. */
static HsIdScheme
expected_forms (const HsBoard *board, HsMode mode, HsSerialForm expected[3])
{
  memset (expected, 0, 3 * sizeof *expected);
  if (board == NULL) {
    expected[0] = mode == HS_MODE_ROM ? HS_SERIAL_FORM_ST_ROM : HS_SERIAL_FORM_ST_FOLDED;
    return mode == HS_MODE_ROM || mode == HS_MODE_APP ? HS_ID_SCHEME_STM32 : HS_ID_SCHEME_NONE;
  }
  if (mode == HS_MODE_APP) {
    memcpy (expected, board->app_forms, sizeof board->app_forms);
    return board->app_scheme;
  }
  if (mode == HS_MODE_DFU) {
    expected[0] = board->dfu_form;
    return board->dfu_scheme;
  }
  expected[0] = HS_SERIAL_FORM_ST_ROM;
  return mode == HS_MODE_ROM && board->app_scheme == HS_ID_SCHEME_STM32 ? HS_ID_SCHEME_STM32
                                                                        : HS_ID_SCHEME_NONE;
}

/**
 * hs_identity_new:
 * @board: (nullable): %NULL if the USB id does not tell which board it is
 * @mode: in which of its programs the camera is
 * @serial: (nullable): its USB serial string
 *
 * What @serial says about the unit. Any thread.
 *
 * Returns: (transfer full): never %NULL
 */
HsIdentity *
hs_identity_new (const HsBoard *board, HsMode mode, const char *serial)
{
  HsIdentity *self = g_new0 (HsIdentity, 1);
  g_autofree char *digits = take_digits (serial);
  HsSerialForm expected[3];
  HsIdScheme id_scheme = expected_forms (board, mode, expected);
  const Scheme *scheme = find_scheme (id_scheme);

  if (digits == NULL || scheme == NULL)
    return self;

  if (id_scheme != HS_ID_SCHEME_STM32) {
    if (expected[0] == HS_SERIAL_FORM_FULL && strlen (digits) == scheme->digits) {
      self->key = join (scheme->prefix, digits);
      self->form = g_strdup (self->key);
      self->strength = HS_IDENTITY_PROVEN;
    }
    return self;
  }

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    const Form *form = find_form (expected[i]);

    if (form != NULL && fits_form (form, serial)) {
      take_stm32 (self, form, digits);
      break;
    }
  }
  return self;
}

void
hs_identity_free (HsIdentity *self)
{
  if (self == NULL)
    return;
  g_free (self->key);
  g_free (self->form);
  g_free (self);
}

/**
 * hs_identity_names_unit:
 * @board: (nullable)
 * @key: (nullable): "scheme:VALUE"
 *
 * Whether @key comes from the strongest id of @board, the one its units are recorded under. The id
 * that an AE3 shows as application is a full one, but not that one.
 */
gboolean
hs_identity_names_unit (const HsBoard *board, const char *key)
{
  const Scheme *scheme;
  gsize length;

  if (board == NULL || key == NULL)
    return FALSE;
  scheme =
      find_scheme (board->dfu_scheme != HS_ID_SCHEME_NONE ? board->dfu_scheme : board->app_scheme);
  if (scheme == NULL)
    return FALSE;

  length = strlen (scheme->prefix);
  return strncmp (key, scheme->prefix, length) == 0 && key[length] == ':';
}

/**
 * hs_identity_key_from_board_id:
 * @hex24: (nullable): 24 digits as in the legacy arch string and, as %08X%08X%08X, in SYS_INFO
 *
 * On STM32 boards these are the bootloader's serial. On the AE3 nobody has checked in which order
 * SYS_INFO holds its bytes, and the RT1062 showed one id on all units before 2025-07: there they
 * name no unit.
 *
 * Returns: (nullable) (transfer full): the key
 */
char *
hs_identity_key_from_board_id (const HsBoard *board, const char *hex24)
{
  g_autofree char *digits = take_digits (hex24);

  if (board == NULL || board->app_scheme != HS_ID_SCHEME_STM32 || digits == NULL ||
      strlen (digits) != 2 * UID_BYTES)
    return NULL;
  return join ("stm32", digits);
}

static HsAgreement
stm32_agrees (const guint8 *uid, const char *digits)
{
  gsize length = strlen (digits);
  HsAgreement agreement = HS_AGREE_NO;

  if (length != 2 * UID_BYTES && (length < FOLDED_DIGITS || length > FOLDED_DIGITS + 2))
    return HS_AGREE_MAYBE;

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    g_autofree char *text = forms[i].print (uid);

    if (strcmp (text, digits) == 0)
      agreement = form_is_full (forms[i].form) ? HS_AGREE_YES : MAX (agreement, HS_AGREE_MAYBE);
  }
  return agreement;
}

/**
 * hs_identity_agrees:
 * @key: (nullable): of a unit
 * @board: (nullable): of the camera
 * @mode: in which of its programs the camera is
 * @serial: (nullable): what it shows there
 *
 * Whether the camera can be that unit. All forms of an STM32's id are tried whatever the mode,
 * since firmware versions differ in which one they show.
 *
 * Returns: %HS_AGREE_MAYBE also if nothing can be compared
 */
HsAgreement
hs_identity_agrees (const char *key, const HsBoard *board, HsMode mode, const char *serial)
{
  g_autofree char *digits = take_digits (serial);
  HsSerialForm expected[3];
  HsIdScheme id_scheme = expected_forms (board, mode, expected);
  const Scheme *scheme = find_scheme (id_scheme);
  guint8 uid[UID_BYTES];
  gsize prefix;

  if (key == NULL || digits == NULL || scheme == NULL)
    return HS_AGREE_MAYBE;

  prefix = strlen (scheme->prefix);
  if (strncmp (key, scheme->prefix, prefix) != 0 || key[prefix] != ':')
    return HS_AGREE_MAYBE; /* another source: AE3 application against bootloader */
  if (id_scheme == HS_ID_SCHEME_STM32)
    return read_stm32_key (key, uid) ? stm32_agrees (uid, digits) : HS_AGREE_MAYBE;
  if (strlen (digits) != scheme->digits)
    return HS_AGREE_MAYBE;
  return g_ascii_strcasecmp (key + prefix + 1, digits) == 0 ? HS_AGREE_YES : HS_AGREE_NO;
}

/**
 * hs_identity_all_forms:
 * @key: (nullable): "scheme:VALUE"
 *
 * Every form in which the unit can show itself, as far as it can be computed from its key: the
 * rows of the catalog's identity table. The key itself comes first.
 *
 * Returns: (transfer full) (array zero-terminated=1): may be empty
 */
char **
hs_identity_all_forms (const char *key)
{
  g_autoptr (GPtrArray) array = g_ptr_array_new_with_free_func (g_free);
  guint8 uid[UID_BYTES];

  if (read_stm32_key (key, uid)) {
    for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
      g_autofree char *text = forms[i].print (uid);

      g_ptr_array_add (array, join (forms[i].prefix, text));
    }
  } else if (key != NULL && strchr (key, ':') != NULL) {
    g_ptr_array_add (array, g_strdup (key));
  }
  g_ptr_array_add (array, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&array), FALSE);
}

const char *
hs_identity_strength_name (HsIdentityStrength strength)
{
  static const char *const names[] = { "unknown", "suggested", "proven" };

  g_return_val_if_fail (strength < G_N_ELEMENTS (names), "unknown");

  return names[strength];
}
