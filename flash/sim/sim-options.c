/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-camera-private.h"

#include <string.h>

/* The option bytes of STM32 F4, F7 and H7 as their ROMs show them in alternate setting 1 (AN3156;
 * RM0090 3.7, RM0410 3.4, RM0433 4.4), and what follows from them. */

enum { RDP_LEVEL_0 = 0xAA, RDP_LEVEL_1 = 0xBB, RDP_LEVEL_2 = 0xCC };

#define RDP_AT        1 /* in the first block of every family */
#define COMPLEMENT_AT 3 /* of it, F7 */

/* F7: slots of 8 bytes, a value of 16 bits and its complement. */
#define NDBANK_AT   0x08
#define NDBANK      (1u << 13)
#define BOOT_ADD_AT 0x10 /* without the jumper, and 8 bytes on with it */

/* H7: words that take effect, each with the word to be programmed behind it. */
static const guint8 h7_words[] = { 0x00, 0x0C, 0x14, 0x1C, 0x24 };
#define H7_BOOT_AT 0x24

/* Two blocks of 16: USER and RDP, nWRP at 8. OPTCR 0x0FFFAAED, OPTCR1 0x0FFF0000. */
static const guint8 f4_factory[32] = {
  0xEF, 0xAA, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
  0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
};

/* OPTCR 0xFFFFAAFD, OPTCR1 0x00400080. */
static const guint8 f7_factory[32] = {
  0xFF, 0xAA, 0x00, 0x55, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0xFF, 0xFF, 0xFF, 0xFF,
  0x80, 0x00, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x40, 0x00, 0xBF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
};

/* Registers from OPTSR_CUR (0x5200201C) on; the copy that is to be programmed says the same. */
static const guint32 h7_factory[11] = {
  0x0B86AAF0, 0x0B86AAF0, 0,          0x000000FF, 0x000000FF, 0x000000FF,
  0x000000FF, 0x000000FF, 0x000000FF, 0x1FF00800, 0x1FF00800,
};

typedef enum { FAMILY_NONE, FAMILY_F4, FAMILY_F7, FAMILY_H7 } Family;

typedef struct {
  guint32 address;
  guint8 at; /* in #HsSimOptions.bytes */
  guint8 length;
} Block;

static const struct {
  const char *mcu;
  gsize size;
  Block blocks[2];
} families[] = {
  [FAMILY_NONE] = { "", 0, { { 0 } } },
  [FAMILY_F4] = { "STM32F4", 32, { { 0x1FFFC000, 0, 16 }, { 0x1FFEC000, 16, 16 } } },
  [FAMILY_F7] = { "STM32F7", 32, { { 0x1FFF0000, 0, 32 } } },
  [FAMILY_H7] = { "STM32H7", 128, { { 0x5200201C, 0, 128 } } },
};

static Family
find_family (const HsBoard *board)
{
  for (Family f = FAMILY_F4; f <= FAMILY_H7; f++)
    if (board->rom_ids != NULL && g_str_has_prefix (board->mcu, families[f].mcu))
      return f;
  return FAMILY_NONE;
}

static void
put_word (guint8 *at, guint32 value)
{
  for (guint i = 0; i < 4; i++)
    at[i] = value >> 8 * i;
}

static guint32
get_word (const guint8 *at)
{
  return at[0] | at[1] << 8 | at[2] << 16 | (guint32) at[3] << 24;
}

static guint16
get_half (const guint8 *at)
{
  return at[0] | at[1] << 8;
}

/* A slot of the F7. */
static void
put_slot (guint8 *at, guint16 value)
{
  at[0] = value & 0xff;
  at[1] = value >> 8;
  at[2] = ~value & 0xff;
  at[3] = ~value >> 8 & 0xff;
}

/* How many bytes of options its chip has; 0: it has none that are modelled. */
gsize
hs_sim_options_size (const HsBoard *board)
{
  return families[find_family (board)].size;
}

/* As from the factory: level 0. The counters stay. */
void
hs_sim_options_reset (HsSimCamera *self)
{
  guint8 *bytes = self->options.bytes;

  memset (bytes, 0, sizeof self->options.bytes);
  switch (find_family (self->board)) {
  case FAMILY_F4:
    memcpy (bytes, f4_factory, sizeof f4_factory);
    break;
  case FAMILY_F7:
    memcpy (bytes, f7_factory, sizeof f7_factory);
    break;
  case FAMILY_H7:
    for (guint i = 0; i < G_N_ELEMENTS (h7_factory); i++)
      put_word (bytes + 4 * i, h7_factory[i]);
    break;
  default:
    break;
  }
}

/* Sets the RDP byte as a debug probe does it, at once. */
static void
set_rdp (HsSimCamera *self, guint8 value)
{
  guint8 *bytes = self->options.bytes;

  bytes[RDP_AT] = value;
  if (find_family (self->board) == FAMILY_F7)
    bytes[COMPLEMENT_AT] = ~value;
  if (find_family (self->board) == FAMILY_H7)
    bytes[RDP_AT + 4] = value;
}

void
hs_sim_options_protect (HsSimCamera *self)
{
  set_rdp (self, RDP_LEVEL_1);
}

/**
 * hs_sim_options_get_level:
 *
 * Returns: 0, 1 or 2. An RDP byte that is erased, torn or unknown is level 1, and so is one whose
 * complement does not fit.
 */
guint
hs_sim_options_get_level (HsSimCamera *self)
{
  const guint8 *bytes = self->options.bytes;
  Family family = find_family (self->board);

  if (family == FAMILY_NONE)
    return 0;
  if (family == FAMILY_F7 && (bytes[RDP_AT] ^ bytes[COMPLEMENT_AT]) != 0xff)
    return 1;
  if (bytes[RDP_AT] == RDP_LEVEL_0)
    return 0;
  return bytes[RDP_AT] == RDP_LEVEL_2 ? 2 : 1;
}

/* Power comes on: what an H7 was told to program takes effect. */
void
hs_sim_options_latch (HsSimCamera *self)
{
  guint8 *bytes = self->options.bytes;

  if (find_family (self->board) != FAMILY_H7)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (h7_words); i++)
    memcpy (bytes + h7_words[i], bytes + h7_words[i] + 4, 4);
}

/* Whether the chip finds its way: into its ROM, or to what is in the flash. */
gboolean
hs_sim_options_let_start (HsSimCamera *self, gboolean rom)
{
  const guint8 *bytes = self->options.bytes;
  guint32 boot;

  switch (find_family (self->board)) {
  case FAMILY_F7:
    if (rom)
      return get_half (bytes + BOOT_ADD_AT + 8) == 0x0040;
    return get_half (bytes + BOOT_ADD_AT) == 0x0080 && (get_half (bytes + NDBANK_AT) & NDBANK) != 0;
  case FAMILY_H7:
    boot = get_word (bytes + H7_BOOT_AT);
    return rom ? boot >> 16 == 0x1FF0 : (boot & 0xffff) == 0x0800;
  default:
    return TRUE;
  }
}

/* (nullable): the block that is exactly there, in @options */
static guint8 *
find_block (HsSimCamera *self, guint64 address, gsize length)
{
  const Block *blocks = families[find_family (self->board)].blocks;

  for (guint i = 0; i < 2; i++)
    if (blocks[i].length > 0 && blocks[i].address == address && blocks[i].length == length)
      return self->options.bytes + blocks[i].at;
  return NULL;
}

/* Whether a whole block begins there and is so long: nothing else is read or written. */
gboolean
hs_sim_options_is_block (HsSimCamera *self, guint64 address, gsize length)
{
  return find_block (self, address, length) != NULL;
}

void
hs_sim_options_read (HsSimCamera *self, guint64 address, guint8 *data, gsize length)
{
  memcpy (data, find_block (self, address, length), length);
}

/**
 * hs_sim_options_write:
 * @address: where a block begins
 * @length: its length
 *
 * F4 and F7 erase the block and program it as it came; they then need a reset. On the H7 the words
 * to be programmed count, OPTSR_PRG at 4 and so on: which copy a real ROM honours is not known.
 *
 * Returns: whether the chip resets itself
 */
gboolean
hs_sim_options_write (HsSimCamera *self, guint64 address, const guint8 *data, gsize length)
{
  guint8 *block = find_block (self, address, length);

  self->options.n_writes++;
  if (find_family (self->board) != FAMILY_H7) {
    memcpy (block, data, length);
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (h7_words); i++)
    memcpy (block + h7_words[i] + 4, data + h7_words[i] + 4, 4);
  return FALSE;
}

/* Power was cut while options were programmed: neither the old nor the new, and protected. Where
 * the chip boots from is left alone, though real ones were seen to lose that, too. */
void
hs_sim_options_tear (HsSimCamera *self)
{
  Family family = find_family (self->board);
  guint8 garbage = 0x31 + 8 * (self->options.n_writes % 8);

  if (family == FAMILY_NONE)
    return;
  set_rdp (self, garbage);
  self->options.bytes[COMPLEMENT_AT] ^= family == FAMILY_F7 ? 0x42 : 0;
  self->options.bytes[family == FAMILY_H7 ? 4 : 0] ^= 0x0C; /* BOR_LEV, harmless */
}

/* What 0x92 was seen to do to an F76x: it then finds neither its flash nor its ROM. */
void
hs_sim_options_damage (HsSimCamera *self)
{
  guint8 *bytes = self->options.bytes;

  if (find_family (self->board) != FAMILY_F7)
    return;
  put_slot (bytes + NDBANK_AT, get_half (bytes + NDBANK_AT) ^ NDBANK);
  put_slot (bytes + BOOT_ADD_AT, 0xFFFF);
  put_slot (bytes + BOOT_ADD_AT + 8, 0xFFFF);
}

/**
 * hs_sim_options_read_register:
 * @address: FLASH_OPTCR of F4 and F7 (0x40023C14), OPTSR_CUR of the H7 (0x5200201C)
 *
 * Returns: what running firmware reads there; 0 where the chip has no such register
 */
guint32
hs_sim_options_read_register (HsSimCamera *self, guint32 address)
{
  const guint8 *bytes = self->options.bytes;
  Family family = find_family (self->board);

  if (family == FAMILY_H7 && address == 0x5200201C)
    return get_word (bytes);
  if ((family != FAMILY_F4 && family != FAMILY_F7) || address != 0x40023C14)
    return 0;
  /* b0 OPTLOCK is set, b1 OPTSTRT is not */
  return (bytes[0] & ~3u) | 1 | bytes[RDP_AT] << 8 | (guint32) get_half (bytes + 8) << 16;
}

/* --- for tests and hands --- */

/* (transfer full) (nullable): the option bytes as its ROM would show them, block after block; %NULL
 * if the chip has none */
GBytes *
hs_sim_camera_dup_options (HsSimCamera *self)
{
  gsize size = hs_sim_options_size (self->board);

  return size > 0 ? g_bytes_new (self->options.bytes, size) : NULL;
}

/* The RDP byte that is in force; 0xAA if the chip has none. */
guint8
hs_sim_camera_get_rdp (HsSimCamera *self)
{
  return hs_sim_options_size (self->board) > 0 ? self->options.bytes[RDP_AT] : RDP_LEVEL_0;
}

guint
hs_sim_camera_get_rdp_level (HsSimCamera *self)
{
  return hs_sim_options_get_level (self);
}

/* How often its ROM was told to program options, since it was made. */
guint
hs_sim_camera_get_n_option_writes (HsSimCamera *self)
{
  return self->options.n_writes;
}

/* How often Read Unprotect came to its ROM, needed or not. */
guint
hs_sim_camera_get_n_unprotects (HsSimCamera *self)
{
  return self->options.n_unprotects;
}

/* How often it came while nothing was protected: there should be none. */
guint
hs_sim_camera_get_n_needless_unprotects (HsSimCamera *self)
{
  return self->options.n_needless;
}
