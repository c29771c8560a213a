/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"

#include "tests/toy-mboot.h"

#include <string.h>

#define LENGTH 300 /* five reports and a piece */

typedef struct {
  ToyMboot *target;
  HsMboot *mboot;
} Fixture;

static void
open_target (Fixture *self, gboolean has_out)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUsbInfo) info = NULL;

  self->target = toy_mboot_new (has_out);
  info = toy_mboot_make_info (self->target);
  self->mboot = hs_mboot_new (HS_TRANSPORT (self->target), info, &error);
  g_assert_no_error (error);
}

static void
fixture_clear (Fixture *self)
{
  g_clear_object (&self->mboot);
  g_clear_object (&self->target);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static void
fill (guint8 *data, gsize length, guint seed)
{
  for (gsize i = 0; i < length; i++)
    data[i] = i * 5 + seed * 29 + 3;
}

/* Erases, writes and reads back; TRUE only if that brought the right bytes. */
static gboolean
do_all (Fixture *self, guint seed, GError **error)
{
  guint8 wrote[LENGTH], back[LENGTH];

  fill (wrote, LENGTH, seed);
  if (!hs_mboot_erase (self->mboot, TOY_MBOOT_BASE, 0x1000, NULL, error) ||
      !hs_mboot_write (self->mboot, TOY_MBOOT_BASE, wrote, LENGTH, NULL, error) ||
      !hs_mboot_read (self->mboot, TOY_MBOOT_BASE, back, LENGTH, error))
    return FALSE;
  if (memcmp (wrote, back, LENGTH) != 0) {
    g_set_error_literal (error, HS_FLASH_ERROR, HS_FLASH_ERROR_VERIFY, "read-back differs");
    return FALSE;
  }
  return TRUE;
}

static void
test_order_of_requests (gconstpointer data)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (GError) error = NULL;
  guint32 version = 0, fuse = 0;

  open_target (&self, GPOINTER_TO_INT (data));
  g_assert_true (hs_mboot_get_property (self.mboot, HS_MBOOT_PROPERTY_VERSION, &version, &error));
  g_assert_cmphex (version, ==, 0x4B020800);
  g_assert_true (do_all (&self, 1, &error));
  g_assert_true (hs_mboot_fill (self.mboot, 0x2000, 4, 0xC0000008, &error));
  g_assert_true (hs_mboot_configure (self.mboot, HS_MBOOT_MEMORY_FLEXSPI_NOR, 0x2000, &error));
  g_assert_true (hs_mboot_read_fuse (self.mboot, 6, &fuse, &error));
  g_assert_cmphex (fuse, ==, 0x1006);
  g_assert_true (hs_mboot_reset (self.mboot, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (
      toy_mboot_get_log (self.target)->str, ==, "07r02r07r04rwwwwwwr03rrrrrrrr05r11r0Fr0Br");
}

static void
test_statuses (void)
{
  const struct {
    guint32 status;
    HsFlashError code;
    const char *name;
  } cases[] = {
    { 1, HS_FLASH_ERROR_STATUS, "Fail" },
    { 2, HS_FLASH_ERROR_PROTECTED, "ReadOnly" },
    { 3, HS_FLASH_ERROR_STATUS, "OutOfRange" },
    { 10000, HS_FLASH_ERROR_UNSUPPORTED, "UnknownCommand" },
    { 10001, HS_FLASH_ERROR_PROTECTED, "SecurityViolation" },
    { 10200, HS_FLASH_ERROR_STATUS, "MemoryRangeInvalid" },
    { 10203, HS_FLASH_ERROR_STATUS, "MemoryCumulativeWrite" },
    { 10207, HS_FLASH_ERROR_VERIFY, "MemoryVerifyFailed" },
    { 10300, HS_FLASH_ERROR_UNSUPPORTED, "UnknownProperty" },
    { 20101, HS_FLASH_ERROR_STATUS, "FlexSPINOR_EraseSectorFail" },
    { 4711, HS_FLASH_ERROR_STATUS, "an unknown status" },
  };
  g_auto (Fixture) self = { 0 };

  open_target (&self, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    toy_mboot_refuse (self.target, cases[i].status);
    g_assert_false (hs_mboot_erase (self.mboot, TOY_MBOOT_BASE, 0x1000, NULL, &error));
    g_assert_error (error, HS_FLASH_ERROR, (int) cases[i].code);
    g_assert_nonnull (strstr (error->message, cases[i].name));
    g_assert_nonnull (strstr (error->message, "0x60040000"));

    g_clear_error (&error);
    g_assert_true (do_all (&self, i, &error));
    g_assert_no_error (error);
  }
}

static void
test_out_of_range (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (GError) error = NULL;
  guint8 bytes[64] = { 0 };

  open_target (&self, TRUE);
  g_assert_false (hs_mboot_read (self.mboot, 0x60000000, bytes, sizeof bytes, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
  g_clear_error (&error);
  g_assert_false (hs_mboot_write (self.mboot, 0x60000000, bytes, sizeof bytes, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_STATUS);
}

/* Reports that are as long as a packet share a transfer, and no report is waited for that is not
 * due. */
static void
test_few_transfers (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (GError) error = NULL;
  guint8 wrote[4096], back[4096];

  open_target (&self, TRUE);
  fill (wrote, sizeof wrote, 1);
  g_assert_true (hs_mboot_erase (self.mboot, TOY_MBOOT_BASE, 0x1000, NULL, &error));
  for (guint i = 0; i < 2; i++) {
    guint before = toy_mboot_get_n_transfers (self.target);
    gint64 start = hs_transport_now (HS_TRANSPORT (self.target));

    g_assert_true (hs_mboot_write (self.mboot, TOY_MBOOT_BASE, wrote, sizeof wrote, NULL, &error));
    g_assert_true (hs_mboot_read (self.mboot, TOY_MBOOT_BASE, back, sizeof back, &error));
    g_assert_no_error (error);
    g_assert_cmpmem (back, sizeof back, wrote, sizeof wrote);
    /* The first time it is asked how much goes into a report, and seen how much it puts there. */
    g_assert_cmpuint (
        toy_mboot_get_n_transfers (self.target) - before, ==, i == 0 ? 2 + 4 + 4 : 4 + 3);
    g_assert_cmpint (hs_transport_now (HS_TRANSPORT (self.target)), ==, start);
  }
}

static gboolean
code_fits (ToyFault fault, int code)
{
  switch (fault) {
  case TOY_FAULT_GONE:
    return code == HS_FLASH_ERROR_GONE;
  case TOY_FAULT_STALL:
    return code == HS_FLASH_ERROR_STALLED;
  case TOY_FAULT_SILENCE:
    return code == HS_FLASH_ERROR_TIMED_OUT;
  case TOY_FAULT_ABORT:
    return code == HS_FLASH_ERROR_STATUS || code == HS_FLASH_ERROR_PROTOCOL;
  case TOY_FAULT_TAG:
    return code == HS_FLASH_ERROR_PROTOCOL || code == HS_FLASH_ERROR_VERIFY;
  case TOY_FAULT_ECHO: /* an odd status, too */
    return code == HS_FLASH_ERROR_PROTOCOL || code == HS_FLASH_ERROR_STATUS ||
           code == HS_FLASH_ERROR_VERIFY;
  case TOY_FAULT_COUNT: /* of a report of data it is a byte of it */
    return code == HS_FLASH_ERROR_PROTOCOL || code == HS_FLASH_ERROR_VERIFY;
  case TOY_FAULT_NOTHING: /* in front of a good answer it breaks nothing off */
    return code == HS_FLASH_ERROR_PROTOCOL || code == HS_FLASH_ERROR_TIMED_OUT;
  default:
    return code == HS_FLASH_ERROR_PROTOCOL;
  }
}

/* Every request fails once, in every way. What follows on the same conversation is right again. */
static void
test_faults (gconstpointer data)
{
  ToyFault fault = GPOINTER_TO_INT (data);
  guint n_failed = 0;

  for (guint nth = 1;; nth++) {
    g_auto (Fixture) self = { 0 };
    g_autoptr (GError) error = NULL;
    gboolean ok;

    open_target (&self, TRUE);
    toy_mboot_fail (self.target, fault, nth);
    ok = do_all (&self, nth, &error);
    if (toy_mboot_get_n_requests (self.target) < nth) {
      g_assert_true (ok);
      break;
    }
    if (!ok) {
      n_failed++;
      if (!code_fits (fault, error->code))
        g_error ("fault %d at request %u: %s", fault, nth, error->message);
    }

    g_clear_error (&error);
    toy_mboot_fail (self.target, TOY_FAULT_NONE, 0);
    g_assert_cmpint (do_all (&self, nth + 1, &error), ==, fault != TOY_FAULT_GONE);
  }
  g_assert_cmpuint (n_failed, >=, fault == TOY_FAULT_SHORT_END ? 6 : 10);
}

/* The one fuse that is ever burnt; any other word or value is refused before it reaches anybody. */
static void
test_fuse (void)
{
  const guint32 forbidden[][2] = {
    { 6, 0x00 },     { 6, 0x02 },       { 6, 0x11 },       { 6, 0x12 }, { 6, 0x20010 },
    { 6, 0x20000 },  { 6, 0x80000010 }, { 6, 0xFFFFFFFF }, { 5, 0x10 }, { 0, 0x10 },
    { 0x106, 0x10 }, { 7, 0x10 },       { 4, 0x02 },       { 0, 0 },
  };
  g_auto (Fixture) self = { 0 };
  g_autoptr (GError) error = NULL;

  open_target (&self, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (forbidden); i++) {
    g_assert_false (hs_mboot_burn_fuse (self.mboot, forbidden[i][0], forbidden[i][1], &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
    g_clear_error (&error);
  }
  g_assert_cmpstr (toy_mboot_get_log (self.target)->str, ==, "");
  g_assert_cmpuint (toy_mboot_get_n_requests (self.target), ==, 0);

  g_assert_true (hs_mboot_burn_fuse (self.mboot, 6, 0x10, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (toy_mboot_get_log (self.target)->str, ==, "0Er");
}

/* Nor by the way around: its registers are no memory. */
static void
test_registers (void)
{
  const guint32 addresses[] = { 0x401F4000, 0x401F4460, 0x3FFFFFFE, 0x40000000, 0x5FFFFFFC };
  const guint8 data[4] = { 0x10 };
  g_auto (Fixture) self = { 0 };
  g_autoptr (GError) error = NULL;

  open_target (&self, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++) {
    g_assert_false (hs_mboot_fill (self.mboot, addresses[i], 4, 0x10, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
    g_clear_error (&error);
    g_assert_false (hs_mboot_write (self.mboot, addresses[i], data, 4, NULL, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_FORBIDDEN);
    g_clear_error (&error);
  }
  g_assert_cmpstr (toy_mboot_get_log (self.target)->str, ==, "");
}

static void
test_reset_without_answer (void)
{
  const ToyFault faults[] = { TOY_FAULT_GONE, TOY_FAULT_SILENCE };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    g_auto (Fixture) self = { 0 };
    g_autoptr (GError) error = NULL;

    open_target (&self, TRUE);
    g_assert_true (do_all (&self, 1, &error));
    toy_mboot_fail (self.target, faults[i], 2);
    g_assert_true (hs_mboot_reset (self.mboot, &error));
    g_assert_no_error (error);
  }
}

/* A report descriptor that says nothing of mboot's reports. */
static void
test_foreign_hid (void)
{
  g_auto (Fixture) self = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsUsbInfo) info = hs_usb_info_new ();
  guint32 value;

  open_target (&self, TRUE);
  g_assert_null (hs_mboot_new (HS_TRANSPORT (self.target), info, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  for (guint length = 0; length < 38; length++) {
    toy_mboot_set_descriptor_length (self.target, length);
    g_assert_false (hs_mboot_get_property (self.mboot, HS_MBOOT_PROPERTY_VERSION, &value, &error));
    g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_PROTOCOL);
    g_clear_error (&error);
  }
}

int
main (int argc, char **argv)
{
  static const char *const names[TOY_N_FAULTS] = {
    NULL, "unplugged", "stalled", "silent", "stump", "short", "long",
    "id", "tag",       "echo",    "count",  "zero",  "abort", "short-data",
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/mboot/order-of-requests", GINT_TO_POINTER (TRUE), test_order_of_requests);
  g_test_add_data_func (
      "/mboot/without-out-endpoint", GINT_TO_POINTER (FALSE), test_order_of_requests);
  g_test_add_func ("/mboot/statuses", test_statuses);
  g_test_add_func ("/mboot/out-of-range", test_out_of_range);
  g_test_add_func ("/mboot/fuse", test_fuse);
  g_test_add_func ("/mboot/registers", test_registers);
  g_test_add_func ("/mboot/few-transfers", test_few_transfers);
  for (guint i = TOY_FAULT_GONE; i < TOY_N_FAULTS; i++) {
    g_autofree char *path = g_strconcat ("/mboot/faults/", names[i], NULL);

    g_test_add_data_func (path, GINT_TO_POINTER (i), test_faults);
  }
  g_test_add_func ("/mboot/reset-without-answer", test_reset_without_answer);
  g_test_add_func ("/mboot/foreign-hid", test_foreign_hid);
  return g_test_run ();
}
