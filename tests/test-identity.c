/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/identity.h"

/* A Portenta H7 whose serials are known in two forms; the others are computed from them. */
#define PORTENTA_KEY     "stm32:34323437303351060033001F"
#define PORTENTA_APP     "346534563033"
#define PORTENTA_ARDUINO "0033001F3033510634323437"
#define PORTENTA_MEMORY  "1f0033000651333037343234"
/* Unique id F0 00 90 00 01 02 03 04 20 05 80 06: both sums of the ST form carry. */
#define ONE_CARRY_KEY "stm32:068005200403020100900010"
#define CARRY_KEY     "stm32:0680052004030201009000F0"

static void
check (const char *board, HsMode mode, const char *serial, const char *key, const char *form)
{
  g_autoptr (HsIdentity) identity = hs_identity_new (hs_board_by_id (board), mode, serial);
  HsIdentityStrength expected = HS_IDENTITY_UNKNOWN;

  if (form != NULL)
    expected = key != NULL ? HS_IDENTITY_PROVEN : HS_IDENTITY_SUGGESTED;
  g_assert_cmpstr (identity->key, ==, key);
  g_assert_cmpstr (identity->form, ==, form);
  g_assert_cmpint (identity->strength, ==, expected);
}

static void
test_new (void)
{
  const char *portenta = "ARDUINO_PORTENTA_H7";

  check (portenta, HS_MODE_APP, PORTENTA_APP, NULL, "stm32-st:" PORTENTA_APP);
  check (portenta, HS_MODE_DFU, PORTENTA_ARDUINO, PORTENTA_KEY, "stm32-arduino:" PORTENTA_ARDUINO);
  check ("OPENMV4", HS_MODE_DFU, "34323437303351060033001F", PORTENTA_KEY, PORTENTA_KEY);
  check ("OPENMV4", HS_MODE_APP, "06110051100403", NULL, "stm32-st:06110051100403");
  check ("OPENMV4", HS_MODE_ROM, "346534563033", NULL, "stm32-rom:346534563033");
  check ("OPENMV_N6",
         HS_MODE_APP,
         PORTENTA_MEMORY,
         PORTENTA_KEY,
         "stm32-mem:1F0033000651333037343234");
  check ("OPENMV_N6", HS_MODE_APP, PORTENTA_APP, NULL, "stm32-st8:" PORTENTA_APP);
  check ("OPENMV_N6", HS_MODE_APP, "34323437303351060033001F", NULL, NULL);
  check ("OPENMV_AE3",
         HS_MODE_DFU,
         "00112233445566778899AABB",
         "alif-se:00112233445566778899AABB",
         "alif-se:00112233445566778899AABB");
  check ("OPENMV_AE3",
         HS_MODE_APP,
         "0011223344aabbcc",
         "alif-eui64:0011223344AABBCC",
         "alif-eui64:0011223344AABBCC");
  check ("OPENMV_RT1060",
         HS_MODE_APP,
         "0011223344aabbcc",
         "ocotp:0011223344AABBCC",
         "ocotp:0011223344AABBCC");
  check ("OPENMV_RT1060", HS_MODE_DFU, "0011223344aabbcc", NULL, NULL);
  /* The id is shared, the board is not known. */
  check (NULL, HS_MODE_APP, PORTENTA_APP, NULL, "stm32-st:" PORTENTA_APP);
  check (NULL, HS_MODE_APP, "0011223344aabbcc", NULL, NULL);
}

static void
test_nothing (void)
{
  static const char *const serials[] = { "",
                                         "0123456789ABCDEF",
                                         "0123456789abcdef",
                                         "000000000000000000000000",
                                         "000000000000",
                                         "FFFFFFFFFFFFFFFFFFFFFFFF",
                                         "200364500000",
                                         "200000500000",
                                         "34323437",
                                         "not a serial",
                                         "3465345630\xC3\xA4",
                                         NULL };
  static const char *const boards[] = { "OPENMV4", "OPENMV_N6", "OPENMV_AE3", "OPENMV_RT1060" };

  for (guint b = 0; b < G_N_ELEMENTS (boards); b++) {
    const HsBoard *board = hs_board_by_id (boards[b]);

    for (guint i = 0; i < G_N_ELEMENTS (serials); i++) {
      for (guint mode = HS_MODE_UNKNOWN; mode <= HS_MODE_ROM; mode++) {
        check (boards[b], mode, serials[i], NULL, NULL);
        g_assert_cmpint (
            hs_identity_agrees (PORTENTA_KEY, board, mode, serials[i]), ==, HS_AGREE_MAYBE);
      }
      g_assert_null (hs_identity_key_from_board_id (board, serials[i]));
    }
  }
}

static void
agrees (const char *key, const char *board, HsMode mode, const char *serial, HsAgreement expected)
{
  g_test_message ("%s %s", key, serial);
  g_assert_cmpint (hs_identity_agrees (key, hs_board_by_id (board), mode, serial), ==, expected);
}

static void
test_agrees (void)
{
  agrees (PORTENTA_KEY, "OPENMV4", HS_MODE_DFU, "34323437303351060033001f", HS_AGREE_YES);
  agrees (PORTENTA_KEY, "OPENMV4", HS_MODE_DFU, "34323437303351060033001E", HS_AGREE_NO);
  agrees (PORTENTA_KEY, "OPENMV_N6", HS_MODE_APP, PORTENTA_MEMORY, HS_AGREE_YES);
  agrees (PORTENTA_KEY, "ARDUINO_GIGA", HS_MODE_DFU, PORTENTA_ARDUINO, HS_AGREE_YES);
  agrees (PORTENTA_KEY, "OPENMV4", HS_MODE_APP, PORTENTA_APP, HS_AGREE_MAYBE);
  agrees (PORTENTA_KEY, "OPENMV4", HS_MODE_APP, "346534563034", HS_AGREE_NO);
  /* ROM: W0 + W2 = 0x34653456, top half of W1. */
  agrees (PORTENTA_KEY, "OPENMV4", HS_MODE_ROM, "346534563033", HS_AGREE_MAYBE);
  agrees (PORTENTA_KEY, "OPENMV4", HS_MODE_ROM, "336534563033", HS_AGREE_NO);

  agrees (CARRY_KEY, "OPENMV4", HS_MODE_APP, "06110051100403", HS_AGREE_MAYBE);
  agrees (CARRY_KEY, "OPENMV_N6", HS_MODE_APP, "061005100403", HS_AGREE_MAYBE);
  agrees (CARRY_KEY, "OPENMV4", HS_MODE_ROM, "071006100403", HS_AGREE_MAYBE);
  agrees (CARRY_KEY, "OPENMV4", HS_MODE_ROM, "071006100402", HS_AGREE_NO);
  agrees (ONE_CARRY_KEY, "OPENMV4", HS_MODE_APP, "0611005300403", HS_AGREE_MAYBE);
  agrees (ONE_CARRY_KEY, "OPENMV4", HS_MODE_APP, "0611005300404", HS_AGREE_NO);

  /* The application's id of an AE3 does not come from where its bootloader's comes. */
  agrees ("alif-se:00112233445566778899AABB",
          "OPENMV_AE3",
          HS_MODE_APP,
          "0011223344aabbcc",
          HS_AGREE_MAYBE);
  agrees ("alif-se:00112233445566778899AABB",
          "OPENMV_AE3",
          HS_MODE_DFU,
          "00112233445566778899AABB",
          HS_AGREE_YES);
  agrees ("alif-se:00112233445566778899AABB",
          "OPENMV_AE3",
          HS_MODE_DFU,
          "00112233445566778899AABC",
          HS_AGREE_NO);
  agrees (
      "alif-eui64:0011223344AABBCC", "OPENMV_AE3", HS_MODE_APP, "0011223344aabbcc", HS_AGREE_YES);
  agrees (NULL, "OPENMV4", HS_MODE_DFU, "34323437303351060033001F", HS_AGREE_MAYBE);
  agrees ("stm32:nonsense", "OPENMV4", HS_MODE_DFU, "34323437303351060033001F", HS_AGREE_MAYBE);
}

static void
check_list (char **list, const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", list);

  g_assert_cmpstr (joined, ==, expected);
  g_strfreev (list);
}

static void
test_all_forms (void)
{
  check_list (hs_identity_all_forms (PORTENTA_KEY),
              PORTENTA_KEY " stm32-st:" PORTENTA_APP " stm32-st8:" PORTENTA_APP
                           " stm32-rom:346534563033 stm32-mem:1F0033000651333037343234"
                           " stm32-arduino:" PORTENTA_ARDUINO);
  check_list (hs_identity_all_forms (CARRY_KEY),
              CARRY_KEY " stm32-st:06110051100403 stm32-st8:061005100403"
                        " stm32-rom:071006100403 stm32-mem:F00090000102030420058006"
                        " stm32-arduino:009000F00403020106800520");
  check_list (hs_identity_all_forms ("alif-se:00112233445566778899AABB"),
              "alif-se:00112233445566778899AABB");
  check_list (hs_identity_all_forms ("nonsense"), "");
  check_list (hs_identity_all_forms (NULL), "");
}

static void
test_board_id (void)
{
  g_autofree char *key =
      hs_identity_key_from_board_id (hs_board_by_id ("OPENMV4"), "34323437303351060033001f");

  g_assert_cmpstr (key, ==, PORTENTA_KEY);
  g_assert_null (
      hs_identity_key_from_board_id (hs_board_by_id ("OPENMV4"), "34323437303351060033001"));
  g_assert_null (
      hs_identity_key_from_board_id (hs_board_by_id ("OPENMV_AE3"), "0011223344AABBCC00000000"));
  g_assert_null (
      hs_identity_key_from_board_id (hs_board_by_id ("OPENMV_RT1060"), "0011223344AABBCC00000000"));
}

static void
test_names_unit (void)
{
  const HsBoard *ae3 = hs_board_by_id ("OPENMV_AE3");

  g_assert_true (hs_identity_names_unit (ae3, "alif-se:00112233445566778899AABB"));
  g_assert_false (hs_identity_names_unit (ae3, "alif-eui64:0011223344AABBCC"));
  g_assert_false (hs_identity_names_unit (ae3, NULL));
  g_assert_true (hs_identity_names_unit (hs_board_by_id ("OPENMV4"), PORTENTA_KEY));
  g_assert_false (hs_identity_names_unit (hs_board_by_id ("OPENMV4"), "stm32-st:346534563033"));
  g_assert_false (hs_identity_names_unit (NULL, PORTENTA_KEY));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/identity/new", test_new);
  g_test_add_func ("/identity/nothing", test_nothing);
  g_test_add_func ("/identity/agrees", test_agrees);
  g_test_add_func ("/identity/all-forms", test_all_forms);
  g_test_add_func ("/identity/board-id", test_board_id);
  g_test_add_func ("/identity/names-unit", test_names_unit);

  return g_test_run ();
}
