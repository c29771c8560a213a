/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/protection.h"
#include "store/catalog-protection.h"
#include "store/kinds.h"
#include "store/payload.h"
#include "tests/job-rig.h"

#include <string.h>

/* Every door is reported as it is, and only what was tried is called open or closed. */

static const char *
state_of (GPtrArray *doors, HsDoor door)
{
  return hs_door_state_name (((HsDoorLine *) doors->pdata[door])->state);
}

static char *
key_of (JobRig *rig, guint n)
{
  return g_strconcat ("stm32:", hs_sim_camera_get_id (job_rig_camera (rig, n)), NULL);
}

static GPtrArray *
list_doors (JobRig *rig, const char *unit, gint64 *time_us)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *doors = hs_protection_list_doors (rig->catalog, unit, rig->board, time_us, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (doors->len, ==, HS_N_DOORS);
  for (guint i = 0; i < doors->len; i++) {
    const HsDoorLine *line = doors->pdata[i];

    g_assert_cmpint (line->door, ==, i);
    g_assert_nonnull (line->saw);
    g_test_message ("  %s: %s: %s | %s",
                    hs_door_title (i),
                    hs_door_state_title (line->state),
                    line->saw,
                    line->closes);
  }
  return doors;
}

/* @unit: that somebody named */
static void
audit (JobRig *rig, const char *unit, HsMode left_in)
{
  g_auto (JobRun) run = { 0 };

  job_run_init (&run, rig, 0, "audit");
  run.work->options.unit = g_strdup (unit);
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  job_run_assert_honest (&run);
  g_assert_nonnull (run.work->doors);
  g_assert_cmpint (hs_camera_get_mode (run.work->camera), ==, left_in);
}

typedef struct {
  const char *board; /* NULL: the small H7 */
  const char *fault; /* nullable */
  HsMode mode;
  const char *doors[HS_N_DOORS]; /* states, in order */
  const char *verdict;
} Case;

/* clang-format off */
static const Case cases[] = {
  { NULL, NULL, HS_MODE_APP,
    { NULL, "not-checked", "open", "open", "open", "not-there" }, NULL },
  { NULL, NULL, HS_MODE_DFU,
    { "not-checked", "not-checked", "open", "not-checked", "not-checked", "not-there" },
    "1 of 6 doors is open" },
  { NULL, "no_upload", HS_MODE_DFU,
    { "not-checked", "not-checked", "closed", "not-checked", "not-checked", "not-there" },
    "No door was found open, 4 of 6 were not checked" },
  { NULL, "no_upload", HS_MODE_APP,
    { NULL, "not-checked", "closed", "open", "open", "not-there" }, NULL },
  { NULL, "app_no_repl", HS_MODE_APP,
    { "not-checked", "not-checked", "open", "open", "open", "not-there" }, "3 of 6 doors are open" },
  { NULL, "app_no_debug", HS_MODE_APP,
    { NULL, "not-checked", "open", "open", "open", "not-there" }, NULL },
  { NULL, "app_silent", HS_MODE_APP,
    { "not-checked", "not-checked", "not-checked", "closed", "open", "not-there" },
    "1 of 6 doors is open" },
  { NULL, "serial_held", HS_MODE_DFU,
    { "not-checked", "not-checked", "open", "not-checked", "not-checked", "not-there" },
    "1 of 6 doors is open" },
  { "OPENMV2", NULL, HS_MODE_APP,
    { NULL, "not-checked", "open", "open", "open", "not-there" }, NULL },
  { "OPENMV4P", NULL, HS_MODE_APP,
    { NULL, "not-checked", "open", "open", "open", "cant-close" }, NULL },
  { "OPENMV_N6", NULL, HS_MODE_APP,
    { "not-checked", "not-checked", "open", "open", "open", "cant-close" },
    "4 of 6 doors are open" },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_auto (JobRig) rig = { 0 };
  g_autofree char *unit = NULL;
  g_autofree char *verdict = NULL;
  g_autofree char *consequence = NULL;
  g_autoptr (GPtrArray) doors = NULL;
  gint64 time_us;

  job_rig_init (&rig, c->board);
  job_rig_renew_bus (&rig, c->fault != NULL ? HS_MODE_APP : c->mode);
  if (c->fault != NULL)
    hs_sim_bus_set_fault (rig.bus, 0, c->fault, 1);
  if (c->fault != NULL && c->mode == HS_MODE_DFU)
    hs_sim_bus_hand_enter (rig.bus, 0);
  unit = key_of (&rig, 0);
  audit (&rig, unit, c->mode);

  doors = list_doors (&rig, unit, &time_us);
  g_assert_cmpint (time_us, >, 0);
  for (guint i = 0; i < HS_N_DOORS; i++)
    if (c->doors[i] != NULL)
      g_assert_cmpstr (state_of (doors, i), ==, c->doors[i]);
  verdict = hs_protection_verdict (doors);
  if (c->verdict != NULL)
    g_assert_cmpstr (verdict, ==, c->verdict);
  consequence = hs_protection_consequence (rig.board, doors);
  g_test_message ("%s: %s", verdict, consequence);
  if (g_str_equal (state_of (doors, HS_DOOR_BOOTLOADER), "open"))
    g_assert_cmpstr (
        consequence, ==, "Anyone with a USB cable can copy the firmware of this unit.");
}

/* Nothing is said of a unit that nobody looked at. */
static void
test_never (void)
{
  g_auto (JobRig) rig = { 0 };
  g_autofree char *unit = NULL;
  g_autofree char *verdict = NULL;
  g_autoptr (GPtrArray) doors = NULL;
  gint64 time_us = 7;

  job_rig_init (&rig, NULL);
  unit = key_of (&rig, 0);
  doors = list_doors (&rig, unit, &time_us);
  g_assert_cmpint (time_us, ==, 0);
  for (guint i = 0; i < HS_N_DOORS; i++)
    g_assert_cmpstr (state_of (doors, i), ==, "not-checked");
  verdict = hs_protection_verdict (doors);
  g_assert_cmpstr (verdict, ==, "No door was checked yet");
}

/* --- the ROM of an H7, which does not restart by itself --- */

static void
control (HsTransport *transport, guint8 code, guint16 value, const guint8 *data, guint16 length)
{
  const HsRequest request = { .kind = 0x21, .request = code, .value = value };
  g_autoptr (GError) error = NULL;

  hs_transport_send (transport, &request, data, length, 1000, &error);
  g_assert_no_error (error);
}

static guint8
get_state (HsTransport *transport)
{
  const HsRequest request = { .kind = 0xa1, .request = 3 };
  guint8 reply[6] = { 0 };

  g_assert_cmpint (
      hs_transport_receive (transport, &request, reply, sizeof reply, 1000, NULL), >, 0);
  return reply[4];
}

static void
carry_out (HsTransport *transport, guint16 block, const guint8 *data, guint16 length)
{
  control (transport, 1, block, data, length);
  g_assert_cmpint (get_state (transport), ==, 4);
  hs_transport_sleep (transport, 3 * G_TIME_SPAN_SECOND);
  get_state (transport);
}

/* Level 1 by somebody else's program: it waits for power to go. */
static void
write_level_1 (JobRig *rig)
{
  static const guint8 pointer[] = { 0x21, 0x1c, 0x20, 0x00, 0x52 };
  g_autofree char *port = hs_sim_bus_dup_port (rig->bus, 0);
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (rig->bus), port);
  g_autoptr (HsCamera) camera = hs_camera_new (HS_BUS (rig->bus), info, rig->board, NULL);
  HsTransport *transport = hs_camera_open (camera, HS_OPEN_USB, NULL);
  g_autoptr (GBytes) options = hs_sim_camera_dup_options (job_rig_camera (rig, 0));
  guint8 block[128];

  g_assert_nonnull (transport);
  g_assert_cmpuint (g_bytes_get_size (options), >=, sizeof block);
  memcpy (block, g_bytes_get_data (options, NULL), sizeof block);
  block[1] = block[5] = 0xbb;
  g_assert_true (hs_transport_set_alternate (transport, 1, NULL));
  while (get_state (transport) != 2)
    control (transport, 4, 0, NULL, 0);
  carry_out (transport, 0, pointer, sizeof pointer);
  carry_out (transport, 2, block, sizeof block);
  hs_camera_close (camera);
}

/* What was written is not in force, and not called so. */
static void
test_waiting (void)
{
  g_auto (JobRig) rig = { 0 };
  g_auto (JobRun) run = { 0 };
  g_autofree char *unit = NULL;
  g_autoptr (HsProtectionRecord) record = NULL;

  job_rig_init (&rig, "OPENMV4");
  unit = key_of (&rig, 0);
  hs_sim_bus_unplug (rig.bus, 0);
  hs_sim_bus_set_jumper (rig.bus, 0, TRUE);
  hs_sim_bus_plug (rig.bus, 0);
  hs_sim_bus_settle (rig.bus, 0);
  write_level_1 (&rig);

  job_run_init (&run, &rig, 0, "audit");
  run.work->options.unit = g_strdup (unit);
  job_run_go (&run);
  job_run_assert_ended (&run, HS_OUTCOME_PASSED, NULL);
  g_test_message ("%s", run.work->option_bytes);
  g_assert_cmpint (run.work->level, ==, 0);
  record = hs_protection_get_record (rig.catalog, unit, NULL);
  g_assert_cmpint (record->observed.level, !=, 1);
}

static guint
count_audits (JobRig *rig, const char *unit)
{
  g_autoptr (GPtrArray) entries =
      hs_catalog_list_about (rig->catalog, unit, HS_KIND_AUDIT_MADE, 0, NULL);

  return entries->len;
}

/* The cable comes off at every request: no audit is made up, and an error is none of the doors'
 * business. */
static void
test_unplugged_anywhere (gconstpointer data)
{
  g_auto (JobRig) rig = { 0 };
  gboolean whole = FALSE;
  guint step = 0;

  job_rig_init (&rig, NULL);
  for (guint n = 1; !whole; n += 1 + step / 8, step++) {
    g_auto (JobRun) run = { 0 };
    g_autofree char *unit = NULL;
    guint before;

    job_rig_renew_bus (&rig, n % 2 == 0 ? HS_MODE_DFU : HS_MODE_APP);
    unit = key_of (&rig, 0);
    before = count_audits (&rig, unit);
    hs_sim_bus_set_fault (rig.bus, 0, data, n);
    job_run_init (&run, &rig, 0, "audit");
    job_run_go_with_hands (&run);
    job_run_assert_honest (&run);
    whole = run.end.outcome == HS_OUTCOME_PASSED &&
            hs_sim_camera_get_n_requests (job_rig_camera (&rig, 0)) < n;
    if (run.end.outcome == HS_OUTCOME_PASSED) {
      g_autoptr (GPtrArray) doors = list_doors (&rig, unit, NULL);

      g_assert_cmpuint (count_audits (&rig, unit), ==, before + 1);
      g_assert_cmpstr (state_of (doors, HS_DOOR_REPL), !=, "closed");
      g_assert_cmpstr (state_of (doors, HS_DOOR_BOOTLOADER), !=, "closed");
    } else
      g_assert_cmpint (run.end.outcome, ==, HS_OUTCOME_FAILED);
  }
  job_rig_assert_whole (&rig);
}

/* --- what has to be typed --- */

static void
add_unit (JobRig *rig, const char *key, const char *board)
{
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);
  g_autofree char *payload =
      g_strdup_printf ("{\"v\":1,\"board\":\"%s\",\"identities\":[{\"scheme\":\"stm32\",\"value\":"
                       "\"%s\",\"strength\":\"proven\",\"evidence\":\"bootloader\"}]}",
                       board,
                       strchr (key, ':') + 1);
  const HsFact fact = { HS_KIND_UNIT_SEEN, subject, payload };
  g_autoptr (GError) error = NULL;

  hs_catalog_append (rig->catalog, &fact, 1, NULL, &error);
  g_assert_no_error (error);
}

static void
test_ending (void)
{
  static const struct {
    const char *key;
    const char *board;
    const char *ending;
  } units[] = {
    { "stm32:33363137313851060042003A", "OPENMV4", "60042003A" },
    { "stm32:33363137313851070042003A", "OPENMV4", "70042003A" },
    { "stm32:33363137313851060042003B", "OPENMV4", "0042003B" },
    { "stm32:44463137313851060042003A", "OPENMV2", "0042003A" },
    { "stm32:AA0000000000000000000001", "OPENMV3", "AA0000000000000000000001" },
    { "stm32:BA0000000000000000000001", "OPENMV3", "BA0000000000000000000001" },
  };
  g_auto (JobRig) rig = { 0 };
  g_autoptr (GError) error = NULL;

  job_rig_init (&rig, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    add_unit (&rig, units[i].key, units[i].board);
  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    g_autofree char *ending = hs_protection_make_ending (rig.catalog, units[i].key, &error);

    g_assert_no_error (error);
    g_assert_cmpstr (ending, ==, units[i].ending);
  }
  g_assert_null (hs_protection_make_ending (rig.catalog, "stm32:00", &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (hs_protection_make_ending (rig.catalog, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_typed (void)
{
  static const char *const good[] = { "0042003A", "0042003a", " 0042 003A ", "0042-003a" };
  static const char *const bad[] = { NULL,       "",          " ",           "042003A",
                                     "0042003B", "20042003A", "200364500000" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (hs_protection_check_ending ("0042003A", good[i], NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (hs_protection_check_ending ("0042003A", bad[i], NULL));
  g_assert_false (hs_protection_check_ending ("", "", NULL));
}

static void
test_offered (void)
{
  for (guint i = 0; i < hs_board_count (); i++) {
    const HsBoard *board = hs_board_nth (i);
    g_autofree char *reason = NULL;
    gboolean offered = hs_protection_is_offered (board, &reason);

    g_assert_cmpint (offered, ==, board->protection == HS_PROTECTION_RDP && !board->retired);
    g_assert_true (offered == (reason == NULL));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autofree char *path = g_strdup_printf ("/audit/%s-%s-%s",
                                             c->board != NULL ? c->board : "small",
                                             hs_mode_name (c->mode),
                                             c->fault != NULL ? c->fault : "stock");

    g_test_add_data_func (path, c, test_case);
  }
  g_test_add_func ("/audit/never", test_never);
  g_test_add_func ("/audit/waiting", test_waiting);
  g_test_add_data_func ("/audit/unplugged-anywhere", "unplug_at", test_unplugged_anywhere);
  g_test_add_data_func ("/audit/stalled-anywhere", "stall_at", test_unplugged_anywhere);
  g_test_add_func ("/protection/ending", test_ending);
  g_test_add_func ("/protection/typed", test_typed);
  g_test_add_func ("/protection/offered", test_offered);
  return g_test_run ();
}
