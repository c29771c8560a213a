/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/sim-rig.h"

#include "flash/sim/sim-bus.h"

#include <errno.h>
#include <string.h>

/* Option bytes and readout protection in the simulated ROM of ST: what AN3156 says of them, and
 * what else was seen. */

enum { SET_POINTER = 0x21, ERASE_COMMAND = 0x41, READ_UNPROTECT = 0x92 };
enum { OK = 0, ERR_TARGET = 1, ERR_VENDOR = 0xb };

#define FLASH 0x08000000u

typedef struct {
  const char *board;
  guint32 start; /* of the first block */
  guint length;
  guint written_rdp_at;
  gboolean resets; /* when options are programmed */
} Family;

static const Family families[] = {
  { "OPENMV2", 0x1FFFC000, 16, 1, TRUE },
  { "OPENMV3", 0x1FFF0000, 32, 1, TRUE },
  { "OPENMV4", 0x5200201C, 128, 5, FALSE },
};

static void
replug (SimRig *rig, gboolean jumper)
{
  hs_sim_camera_unplug (rig->camera, rig->now);
  hs_sim_camera_set_jumper (rig->camera, jumper);
  rig->now += G_USEC_PER_SEC;
  hs_sim_camera_plug (rig->camera, rig->now);
  sim_rig_settle (rig);
}

static void
make (SimRig *rig, const char *board, HsSimCondition condition)
{
  g_autoptr (GError) error = NULL;

  rig->camera =
      hs_sim_camera_new_in (hs_board_by_id (board), 1, HS_MODE_APP, condition, NULL, TRUE, &error);
  g_assert_no_error (error);
  rig->now = G_USEC_PER_SEC;
  hs_sim_camera_plug (rig->camera, rig->now);
  replug (rig, TRUE);
  g_assert_cmpint (hs_sim_camera_get_mode (rig->camera), ==, HS_MODE_ROM);
  g_assert_cmpint (sim_rig_control (rig, 0x21, CLRSTATUS, 0, 0), ==, 0);
}

/* The state that GETSTATUS answers, or a negative errno; the status is in data[0]. */
static int
get_status (SimRig *rig)
{
  int n = sim_rig_control (rig, 0xA1, GETSTATUS, 0, 6);

  return n == 6 ? rig->data[4] : n;
}

/* Sends @length bytes of rig->data as @block and carries them out; the status. */
static guint8
carry_out (SimRig *rig, guint16 block, guint16 length)
{
  g_assert_cmpint (sim_rig_control (rig, 0x21, DNLOAD, block, length), ==, length);
  get_status (rig);
  return rig->data[0];
}

static guint8
point (SimRig *rig, guint32 address)
{
  const guint8 command[5] = {
    SET_POINTER, address & 0xff, address >> 8 & 0xff, address >> 16 & 0xff, address >> 24
  };
  guint8 status;

  memcpy (rig->data, command, sizeof command);
  status = carry_out (rig, 0, sizeof command);
  if (status == OK)
    g_assert_cmpint (get_status (rig), ==, DNLOAD_IDLE);
  return status;
}

static void
calm (SimRig *rig)
{
  if (get_status (rig) == ERROR)
    sim_rig_control (rig, 0x21, CLRSTATUS, 0, 0);
  sim_rig_control (rig, 0x21, ABORT, 0, 0);
  g_assert_cmpint (get_status (rig), ==, IDLE);
}

static guint8
read_options (SimRig *rig, const Family *family, guint8 *block)
{
  guint8 status;

  g_assert_cmpint (sim_rig_select (rig, 1), ==, 0);
  calm (rig);
  status = point (rig, family->start);
  calm (rig);
  if (status != OK)
    return status;
  if (sim_rig_upload (rig, 2, family->length) < 0) {
    get_status (rig);
    return rig->data[0];
  }
  memcpy (block, rig->data, family->length);
  calm (rig);
  return OK;
}

static guint8
write_options (SimRig *rig, const Family *family, const guint8 *block)
{
  g_assert_cmpint (sim_rig_select (rig, 1), ==, 0);
  calm (rig);
  g_assert_cmpint (point (rig, family->start), ==, OK);
  memcpy (rig->data, block, family->length);
  return carry_out (rig, 2, family->length);
}

static guint8
unprotect (SimRig *rig)
{
  g_assert_cmpint (sim_rig_select (rig, 0), ==, 0);
  calm (rig);
  rig->data[0] = READ_UNPROTECT;
  return carry_out (rig, 0, 1);
}

static void
set_rdp (const Family *family, guint8 *block, guint8 value)
{
  block[family->written_rdp_at] = value;
  if (family->length == 32)
    block[3] = ~value;
}

/* The layouts as written down in AN3156 and the reference manuals. */
static void
test_read (void)
{
  const struct {
    guint at;
    guint8 bytes[4];
  } f7[] = { { 0x00, { 0xFF, 0xAA, 0x00, 0x55 } },
             { 0x08, { 0xFF, 0xFF, 0x00, 0x00 } },
             { 0x10, { 0x80, 0x00, 0x7F, 0xFF } },
             { 0x18, { 0x40, 0x00, 0xBF, 0xFF } } };

  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    g_auto (SimRig) rig = { 0 };
    guint8 block[128];

    make (&rig, families[i].board, HS_SIM_CONDITION_FINE);
    g_assert_cmpint (read_options (&rig, &families[i], block), ==, OK);
    g_assert_cmphex (block[1], ==, 0xAA);
    if (families[i].length == 16) {
      g_assert_cmphex (block[8] | block[9] << 8, ==, 0x0FFF);
    } else if (families[i].length == 32) {
      for (guint k = 0; k < G_N_ELEMENTS (f7); k++)
        g_assert_cmpmem (block + f7[k].at, 4, f7[k].bytes, 4);
    } else {
      g_assert_cmpmem (block, 4, block + 4, 4);
      g_assert_cmpmem (block + 0x24, 4, "\x00\x08\xF0\x1F", 4);
      g_assert_cmpmem (block + 0x28, 4, "\x00\x08\xF0\x1F", 4);
    }
  }
}

/* The other block of the F427. */
static void
test_second_block (void)
{
  const Family second = { "OPENMV2", 0x1FFEC000, 16, 1, TRUE };
  g_auto (SimRig) rig = { 0 };
  guint8 block[16];

  make (&rig, "OPENMV2", HS_SIM_CONDITION_FINE);
  g_assert_cmpint (read_options (&rig, &second, block), ==, OK);
  g_assert_cmphex (block[8] | block[9] << 8, ==, 0x0FFF);
}

/* Whole blocks from their start, nothing else. */
static void
test_whole_blocks_only (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    const Family *family = &families[i];
    g_auto (SimRig) rig = { 0 };
    g_autoptr (GBytes) before = NULL, after = NULL;

    make (&rig, family->board, HS_SIM_CONDITION_FINE);
    before = hs_sim_camera_dup_options (rig.camera);
    sim_rig_select (&rig, 1);
    for (guint k = 0; k < 3; k++) {
      guint length = family->length - (k == 0 ? 1 : k == 1 ? 4 : 0);

      calm (&rig);
      g_assert_cmpint (point (&rig, family->start + (k == 2 ? 4 : 0)), ==, OK);
      memset (rig.data, 0xAA, length);
      g_assert_cmpint (carry_out (&rig, 2, length), ==, ERR_TARGET);
      calm (&rig);
      g_assert_cmpint (sim_rig_upload (&rig, 2, length), ==, -EPIPE);
      get_status (&rig);
      g_assert_cmpint (rig.data[0], ==, ERR_TARGET);
    }
    after = hs_sim_camera_dup_options (rig.camera);
    g_assert_true (g_bytes_equal (before, after));
    g_assert_cmpuint (hs_sim_camera_get_n_option_writes (rig.camera), ==, 0);
  }
}

static void
assert_refuses (SimRig *rig, const Family *family)
{
  guint8 block[128];

  sim_rig_select (rig, 0);
  calm (rig);
  g_assert_cmpint (point (rig, FLASH), ==, OK);
  memset (rig->data, 0, 64);
  g_assert_cmpint (carry_out (rig, 2, 64), ==, ERR_VENDOR);
  calm (rig);
  g_assert_cmpint (sim_rig_upload (rig, 2, 64), ==, -EPIPE);
  get_status (rig);
  g_assert_cmpint (rig->data[0], ==, ERR_VENDOR);
  calm (rig);
  memcpy (rig->data, "\x41\x00\x00\x00\x08", 5);
  g_assert_cmpint (carry_out (rig, 0, 5), ==, ERR_VENDOR);
  calm (rig);
  g_assert_cmpint (read_options (rig, family, block), ==, ERR_VENDOR);
  memset (block, 0xAA, sizeof block);
  g_assert_cmpint (write_options (rig, family, block), ==, ERR_VENDOR);
  calm (rig);
}

/* Level 1 by the ROM, in force when the chip starts anew. */
static void
test_protect (gconstpointer data)
{
  const Family *family = data;
  g_auto (SimRig) rig = { 0 };
  guint8 block[128];

  make (&rig, family->board, HS_SIM_CONDITION_FINE);
  g_assert_cmpint (read_options (&rig, family, block), ==, OK);
  set_rdp (family, block, 0xBB);
  g_assert_cmpint (write_options (&rig, family, block), ==, OK);
  g_assert_cmpint (rig.data[4], ==, BUSY);
  g_assert_cmpint (get_status (&rig), ==, family->resets ? -ENODEV : DNLOAD_IDLE);
  g_assert_cmpuint (hs_sim_camera_get_rdp_level (rig.camera), ==, family->resets ? 1 : 0);
  replug (&rig, FALSE);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
  g_assert_cmphex (hs_sim_camera_get_rdp (rig.camera), ==, 0xBB);
  g_assert_cmpuint (hs_sim_camera_get_rdp_level (rig.camera), ==, 1);
  g_assert_cmpuint (hs_sim_camera_get_n_option_writes (rig.camera), ==, 1);
  replug (&rig, TRUE);
  assert_refuses (&rig, family);
}

/* What a host forgets to complement, or erases, is level 1 as well. */
static void
test_level_1 (void)
{
  static const guint8 values[] = { 0xBB, 0x55, 0x00, 0xFF };
  guint8 block[128];

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    for (guint k = 0; k < G_N_ELEMENTS (families); k++) {
      g_auto (SimRig) rig = { 0 };

      make (&rig, families[k].board, HS_SIM_CONDITION_FINE);
      g_assert_cmpint (read_options (&rig, &families[k], block), ==, OK);
      set_rdp (&families[k], block, values[i]);
      g_assert_cmpint (write_options (&rig, &families[k], block), ==, OK);
      replug (&rig, FALSE);
      g_assert_cmpuint (hs_sim_camera_get_rdp_level (rig.camera), ==, 1);
    }
  for (guint i = 0; i < 2; i++) {
    g_auto (SimRig) rig = { 0 };

    make (&rig, "OPENMV3", HS_SIM_CONDITION_FINE);
    g_assert_cmpint (read_options (&rig, &families[1], block), ==, OK);
    block[3] = i == 0 ? 0x00 : 0x44;
    g_assert_cmpint (write_options (&rig, &families[1], block), ==, OK);
    replug (&rig, FALSE);
    g_assert_cmpuint (hs_sim_camera_get_rdp_level (rig.camera), ==, 1);
  }
}

/* Level 2 has no way back: no jumper leads to the ROM any more. */
static void
test_level_2 (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    g_auto (SimRig) rig = { 0 };
    guint8 block[128];

    make (&rig, families[i].board, HS_SIM_CONDITION_FINE);
    g_assert_cmpint (read_options (&rig, &families[i], block), ==, OK);
    set_rdp (&families[i], block, 0xCC);
    g_assert_cmpint (write_options (&rig, &families[i], block), ==, OK);
    replug (&rig, TRUE);
    g_assert_cmpuint (hs_sim_camera_get_rdp_level (rig.camera), ==, 2);
    g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
  }
}

/* 0x92 erases all that is in the chip, and nothing beside it. */
static void
test_unprotect (gconstpointer data)
{
  const HsBoard *board = hs_board_by_id (data);
  g_auto (SimRig) rig = { 0 };
  gint64 begun;

  make (&rig, data, HS_SIM_CONDITION_PROTECTED);
  begun = rig.now;
  g_assert_cmpint (unprotect (&rig), ==, OK);
  g_assert_cmpint (rig.data[4], ==, BUSY);
  g_assert_cmpint (get_status (&rig), ==, -ENODEV);
  g_assert_cmpint (rig.now - begun, >, 5 * G_USEC_PER_SEC);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_ROM);
  g_assert_cmphex (hs_sim_camera_get_rdp (rig.camera), ==, 0xAA);
  g_assert_cmpuint (hs_sim_camera_get_n_unprotects (rig.camera), ==, 1);
  g_assert_cmpuint (hs_sim_camera_get_n_needless_unprotects (rig.camera), ==, 0);
  for (guint i = 0; i < board->n_partitions; i++) {
    g_autoptr (GBytes) bytes = hs_sim_camera_dup_start (rig.camera, &board->partitions[i], 64);
    gboolean erased = *(const guint8 *) g_bytes_get_data (bytes, NULL) == 0xff;

    if (board->partitions[i].flags & HS_PARTITION_EXTERNAL)
      g_assert_false (erased);
    else
      g_assert_true (erased);
  }
  replug (&rig, FALSE);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_UNKNOWN);
}

/* On a chip that is not protected it costs the options and a reset, and it is a mistake. */
static void
test_needless (void)
{
  g_auto (SimRig) rig = { 0 };
  guint8 block[128];

  make (&rig, "OPENMV2", HS_SIM_CONDITION_FINE);
  g_assert_cmpint (read_options (&rig, &families[0], block), ==, OK);
  block[8] = 0xFE;
  g_assert_cmpint (write_options (&rig, &families[0], block), ==, OK);
  g_assert_cmpint (get_status (&rig), ==, -ENODEV);
  sim_rig_settle (&rig);
  sim_rig_control (&rig, 0x21, CLRSTATUS, 0, 0);
  g_assert_cmpint (unprotect (&rig), ==, OK);
  g_assert_cmpint (get_status (&rig), ==, -ENODEV);
  sim_rig_settle (&rig);
  g_assert_cmpuint (hs_sim_camera_get_n_needless_unprotects (rig.camera), ==, 1);
  g_assert_cmpint (read_options (&rig, &families[0], block), ==, OK);
  g_assert_cmphex (block[8], ==, 0xFF);
  replug (&rig, FALSE);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);
}

/* F76x: neither flash nor ROM after it. */
static void
test_damage (void)
{
  g_auto (SimRig) rig = { 0 };

  make (&rig, "OPENMV3", HS_SIM_CONDITION_PROTECTED);
  hs_sim_camera_get_faults (rig.camera)->unprotect_damage = TRUE;
  g_assert_cmpint (unprotect (&rig), ==, OK);
  sim_rig_settle (&rig);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_UNKNOWN);
  for (guint i = 0; i < 2; i++) {
    replug (&rig, i == 0);
    g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_UNKNOWN);
    g_assert_true (hs_sim_camera_is_hung (rig.camera));
  }
}

static void
test_set_pointer_protected (void)
{
  g_auto (SimRig) rig = { 0 };

  make (&rig, "OPENMV4", HS_SIM_CONDITION_PROTECTED);
  hs_sim_camera_get_faults (rig.camera)->set_pointer_protected = TRUE;
  sim_rig_select (&rig, 0);
  calm (&rig);
  g_assert_cmpint (point (&rig, FLASH), ==, ERR_VENDOR);
}

/* Power goes while the options are programmed: protected, and not what was wanted. */
static void
test_power_cut (gconstpointer data)
{
  const Family *family = data;
  g_auto (SimRig) rig = { 0 };
  g_autoptr (GBytes) before = NULL, after = NULL;
  guint8 block[128];

  make (&rig, family->board, HS_SIM_CONDITION_FINE);
  g_assert_cmpint (read_options (&rig, family, block), ==, OK);
  before = hs_sim_camera_dup_options (rig.camera);
  g_assert_cmpint (write_options (&rig, family, block), ==, OK);
  rig.now -= 1000; /* before it was through */
  replug (&rig, FALSE);
  after = hs_sim_camera_dup_options (rig.camera);
  g_assert_false (g_bytes_equal (before, after));
  g_assert_cmpuint (hs_sim_camera_get_rdp_level (rig.camera), ==, 1);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_APP);

  replug (&rig, TRUE);
  sim_rig_control (&rig, 0x21, CLRSTATUS, 0, 0);
  g_assert_cmpint (unprotect (&rig), ==, OK);
  replug (&rig, TRUE);
  sim_rig_control (&rig, 0x21, CLRSTATUS, 0, 0);
  g_assert_cmpint (read_options (&rig, family, block), ==, OK);
  g_assert_cmpmem (block, family->length, g_bytes_get_data (before, NULL), family->length);
}

/* Power goes while it erases: the flash is gone, the level is not. */
static void
test_power_cut_unprotecting (void)
{
  g_auto (SimRig) rig = { 0 };

  make (&rig, "OPENMV2", HS_SIM_CONDITION_PROTECTED);
  g_assert_cmpint (unprotect (&rig), ==, OK);
  rig.now -= 1000;
  replug (&rig, TRUE);
  g_assert_cmpint (hs_sim_camera_get_mode (rig.camera), ==, HS_MODE_ROM);
  g_assert_cmphex (hs_sim_camera_get_rdp (rig.camera), ==, 0xBB);
  assert_refuses (&rig, &families[0]);
}

/* Code in the flash sees everything: the everyday bootloader does not care. */
static void
test_bootloader_goes_on (void)
{
  g_auto (SimRig) rig = { 0 };

  make (&rig, "OPENMV4", HS_SIM_CONDITION_PROTECTED);
  hs_sim_camera_unplug (rig.camera, rig.now);
  hs_sim_camera_set_jumper (rig.camera, FALSE);
  hs_sim_camera_plug (rig.camera, rig.now);
  rig.now = hs_sim_camera_advance (rig.camera, rig.now);
  g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK), ==, BLOCK);
  g_assert_cmpint (sim_rig_select (&rig, 3), ==, 0);
  sim_rig_write_block (&rig, 0, 0x5A, BLOCK);
  g_assert_cmpint (sim_rig_upload (&rig, 0, BLOCK), ==, BLOCK);
  g_assert_cmphex (rig.data[7], ==, 0x5A);
}

/* What the REPL says of it. */
static char *
ask (HsSimCamera *camera, const char *code, gint64 *now)
{
  g_autofree char *text = g_strdup_printf ("\r\x03\x03\x01%s\x04", code);
  g_autoptr (GString) said = g_string_new (NULL);
  guint8 bytes[512];
  const char *ok;
  int n;

  hs_sim_camera_set_line (camera, 115200, TRUE, *now);
  hs_sim_camera_serial_write (camera, (const guint8 *) text, strlen (text), *now);
  while ((n = hs_sim_camera_serial_read (camera, bytes, sizeof bytes, *now)) > 0)
    g_string_append_len (said, (const char *) bytes, n);
  ok = g_strrstr (said->str, "OK");
  return ok != NULL ? g_strndup (ok + 2, strcspn (ok + 2, "\r\x04")) : NULL;
}

static void
test_repl (void)
{
  static const char optcr[] = "import machine;print(machine.mem32[0x40023C14])";
  static const char optsr[] = "import machine;print(machine.mem32[0x5200201C])";
  const struct {
    const char *board;
    const char *code;
    guint32 open, locked;
  } cases[] = {
    { "OPENMV2", optcr, 0x0FFFAAED, 0x0FFFBBED },
    { "OPENMV3", optcr, 0xFFFFAAFD, 0xFFFFBBFD },
    { "OPENMV4", optsr, 0x0B86AAF0, 0x0B86BBF0 },
  };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++) {
    g_auto (SimRig) rig = { 0 };
    g_autofree char *plain = NULL, *is_signed = NULL, *silent = NULL;
    guint32 expected = i % 2 == 0 ? cases[i / 2].open : cases[i / 2].locked;

    make (
        &rig, cases[i / 2].board, i % 2 == 0 ? HS_SIM_CONDITION_FINE : HS_SIM_CONDITION_PROTECTED);
    replug (&rig, FALSE);
    plain = ask (rig.camera, cases[i / 2].code, &rig.now);
    g_assert_nonnull (plain);
    g_assert_cmphex (g_ascii_strtoull (plain, NULL, 10), ==, expected);
    hs_sim_camera_get_faults (rig.camera)->app_legacy = TRUE;
    is_signed = ask (rig.camera, cases[i / 2].code, &rig.now);
    g_assert_cmphex ((guint32) g_ascii_strtoll (is_signed, NULL, 10), ==, expected);
    hs_sim_camera_get_faults (rig.camera)->app_no_repl = TRUE;
    silent = ask (rig.camera, cases[i / 2].code, &rig.now);
    g_assert_null (silent);
  }
}

/* A folder remembers them, and how often they were touched. */
static void
test_kept (void)
{
  g_autofree char *dir = g_dir_make_tmp ("hotshoe-options-XXXXXX", NULL);
  g_autofree char *rm = g_strdup_printf ("rm -r '%s'", dir);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (HsSimCamera) camera = hs_sim_camera_new_in (
        hs_board_by_id ("OPENMV3"), 1, HS_MODE_APP, HS_SIM_CONDITION_PROTECTED, dir, TRUE, &error);

    g_assert_no_error (error);
    g_assert_cmphex (hs_sim_camera_get_rdp (camera), ==, i == 0 ? 0xBB : 0xAA);
    g_assert_cmpuint (hs_sim_camera_get_n_unprotects (camera), ==, i);
    if (i == 0) {
      g_auto (SimRig) rig = { .camera = g_object_ref (camera), .now = G_USEC_PER_SEC };

      hs_sim_camera_plug (camera, rig.now);
      replug (&rig, TRUE);
      sim_rig_control (&rig, 0x21, CLRSTATUS, 0, 0);
      g_assert_cmpint (unprotect (&rig), ==, OK);
      get_status (&rig);
    }
  }
  g_assert_true (g_spawn_command_line_sync (rm, NULL, NULL, NULL, NULL));
}

int
main (int argc, char **argv)
{
  static const char *const boards[] = { "OPENMV2", "OPENMV3", "OPENMV4", "OPENMV4P" };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (families); i++) {
    g_autofree char *first = g_strconcat ("/sim-options/protect/", families[i].board, NULL);
    g_autofree char *second = g_strconcat ("/sim-options/power-cut/", families[i].board, NULL);

    g_test_add_data_func (first, &families[i], test_protect);
    g_test_add_data_func (second, &families[i], test_power_cut);
  }
  for (guint i = 0; i < G_N_ELEMENTS (boards); i++) {
    g_autofree char *path = g_strconcat ("/sim-options/unprotect/", boards[i], NULL);

    g_test_add_data_func (path, boards[i], test_unprotect);
  }
  g_test_add_func ("/sim-options/read", test_read);
  g_test_add_func ("/sim-options/second-block", test_second_block);
  g_test_add_func ("/sim-options/whole-blocks-only", test_whole_blocks_only);
  g_test_add_func ("/sim-options/level-1", test_level_1);
  g_test_add_func ("/sim-options/level-2", test_level_2);
  g_test_add_func ("/sim-options/needless", test_needless);
  g_test_add_func ("/sim-options/damage", test_damage);
  g_test_add_func ("/sim-options/set-pointer-protected", test_set_pointer_protected);
  g_test_add_func ("/sim-options/power-cut-unprotecting", test_power_cut_unprotecting);
  g_test_add_func ("/sim-options/bootloader-goes-on", test_bootloader_goes_on);
  g_test_add_func ("/sim-options/repl", test_repl);
  g_test_add_func ("/sim-options/kept", test_kept);
  return g_test_run ();
}
