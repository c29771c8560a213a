/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/protection.h"
#include "store/kinds.h"
#include "tests/session-fixture.h"
#include "ui/audit-facts.h"
#include "ui/audit-window.h"
#include "ui/door.h"
#include "ui/protect-wizard.h"

static void
append (HsSession *session, const char *kind, const char *key, const char *payload)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);
  HsFact fact = { kind, subject, payload };

  hs_catalog_append (hs_session_get_catalog (session), &fact, 1, NULL, &error);
  g_assert_no_error (error);
}

/* The unit of the first camera; recorded. */
static char *
add_unit (HsSession *session, HsSlot *slot)
{
  char *key = g_strdup (hs_device_get_key (hs_slot_get_device (slot)));
  const char *digits = strchr (key, ':') + 1;
  g_autofree char *seen = g_strdup_printf (
      "{\"v\":1,\"board\":\"%s\",\"identities\":[{\"scheme\":\"stm32\",\"value\":\"%s\","
      "\"strength\":\"proven\",\"evidence\":\"usb\"}]}",
      hs_slot_get_board (slot)->id,
      digits);

  append (session, HS_KIND_UNIT_SEEN, key, seen);
  append (session, HS_KIND_UNIT_LABELLED, key, "{\"v\":1,\"label\":\"GATE-0466\"}");
  return key;
}

static GtkWindow *
present (HsSession *session, HsSlot *slot, const char *unit)
{
  GtkWindow *window =
      hs_audit_window_new (NULL, session, hs_slot_get_board (slot), unit, hs_slot_get_port (slot));

  gtk_window_present (window);
  return window;
}

static HsDoorLine *
new_line (HsDoor door, HsDoorState state)
{
  HsDoorLine *line = g_new0 (HsDoorLine, 1);

  line->door = door;
  line->state = state;
  line->saw = g_strdup ("what was seen");
  line->closes = state == HS_DOOR_OPEN ? g_strdup ("what closes it") : NULL;
  return line;
}

/* Every state has its own silhouette, colour is never all that tells them apart. */
static void
test_looks (void)
{
  for (HsDoorState a = HS_DOOR_NOT_CHECKED; a <= HS_DOOR_NOT_THERE; a++) {
    g_assert_nonnull (hs_door_icon_name (a));
    g_assert_cmpstr (hs_door_state_title (a), !=, "");
    for (HsDoorState b = a + 1; b <= HS_DOOR_NOT_THERE; b++) {
      g_assert_cmpstr (hs_door_icon_name (a), !=, hs_door_icon_name (b));
      g_assert_cmpstr (hs_door_state_title (a), !=, hs_door_state_title (b));
    }
  }
  g_assert_cmpstr (hs_door_meaning (HS_DOOR_OPEN), ==, "bad");
  g_assert_cmpstr (hs_door_meaning (HS_DOOR_CLOSED), ==, "ok");
  g_assert_cmpstr (hs_door_meaning (HS_DOOR_NOT_CHECKED), ==, "warn");
}

/* No doors, and each state in each place: the picture is never better than the worst door. */
static void
test_worst (void)
{
  g_autoptr (GPtrArray) doors = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_door_line_free);

  g_assert_cmpint (hs_doors_worst (doors), ==, HS_DOOR_NOT_CHECKED);
  g_ptr_array_add (doors, new_line (HS_DOOR_EXTERNAL, HS_DOOR_NOT_THERE));
  g_ptr_array_add (doors, new_line (HS_DOOR_ROM, HS_DOOR_CLOSED));
  g_assert_cmpint (hs_doors_worst (doors), ==, HS_DOOR_CLOSED);
  g_ptr_array_add (doors, new_line (HS_DOOR_DRIVE, HS_DOOR_CANT_CLOSE));
  g_assert_cmpint (hs_doors_worst (doors), ==, HS_DOOR_CANT_CLOSE);
  g_ptr_array_add (doors, new_line (HS_DOOR_DEBUG_PORT, HS_DOOR_NOT_CHECKED));
  g_assert_cmpint (hs_doors_worst (doors), ==, HS_DOOR_NOT_CHECKED);
  g_ptr_array_add (doors, new_line (HS_DOOR_BOOTLOADER, HS_DOOR_OPEN));
  g_assert_cmpint (hs_doors_worst (doors), ==, HS_DOOR_OPEN);
}

/* A table of none and of many, with whatever texts. */
static void
test_table (void)
{
  g_autoptr (GPtrArray) doors = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_door_line_free);
  GtkWidget *window = adw_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 760, 480);
  adw_window_set_content (ADW_WINDOW (window), hs_door_table_new (doors));
  gtk_window_present (GTK_WINDOW (window));
  spin_for (50);
  for (guint i = 0; i < 60; i++)
    g_ptr_array_add (doors, new_line (i % HS_N_DOORS, i % (HS_DOOR_NOT_THERE + 1)));
  adw_window_set_content (ADW_WINDOW (window), hs_door_table_new (doors));
  spin_for (50);
  wait_for_label (window, hs_door_title (HS_DOOR_BOOTLOADER));
  wait_for_label (window, hs_door_state_title (HS_DOOR_CANT_CLOSE));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_record (void)
{
  HsProtectionRecord record = { .requested = { .level = -1 },
                                .written = { .level = -1 },
                                .observed = { .level = -1 } };
  g_autofree char *never = hs_protection_fact_dup_level (&record.requested);
  g_autofree char *unclear = NULL;
  g_autofree char *known = NULL;

  g_assert_cmpstr (never, ==, "never");
  g_assert_false (hs_protection_may_be_on (&record));

  record.observed.time_us = G_USEC_PER_SEC;
  unclear = hs_protection_fact_dup_level (&record.observed);
  g_assert_true (g_str_has_prefix (unclear, "can’t be told"));
  g_assert_false (hs_protection_may_be_on (&record));

  record.requested = (HsProtectionFact){ 1, 2 * G_USEC_PER_SEC, NULL, NULL };
  known = hs_protection_fact_dup_level (&record.requested);
  g_assert_true (g_str_has_prefix (known, "level 1"));
  g_assert_true (hs_protection_may_be_on (&record));
  record.observed = (HsProtectionFact){ 0, 3 * G_USEC_PER_SEC, NULL, NULL };
  g_assert_false (hs_protection_may_be_on (&record));
}

/* Nothing was ever checked: that is said, and nothing is claimed. */
static void
test_never (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  gpointer window = present (self->session, slots->pdata[0], NULL);

  wait_for_label (window, "Never checked");
  wait_for_label (window, "No door was checked yet");
  wait_for_label (window, hs_door_title (HS_DOOR_BOOTLOADER));
  wait_for_label (window, "Checking interrupts the script");
  g_assert_true (gtk_widget_is_sensitive (find_button (window, "Check Now")));
  assert_named (window);
  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  spin_for (50);
  g_assert_null (window);
}

static void
add_audit (HsSession *session, const char *key)
{
  append (session,
          HS_KIND_AUDIT_MADE,
          key,
          "{\"v\":1,\"run\":\"r\",\"doors\":["
          "{\"door\":\"bootloader\",\"state\":\"open\",\"saw\":\"gave\",\"bytes\":4096},"
          "{\"door\":\"rom\",\"state\":\"closed\",\"saw\":\"rom-refused\"}]}");
}

/* What is written down while the window is open shows by itself; what was requested, written and
 * observed stands apart. */
static void
test_known (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  g_autofree char *key = add_unit (self->session, slots->pdata[0]);
  GtkWindow *window = present (self->session, slots->pdata[0], key);

  wait_for_label (window, "Requested");
  wait_for_label (window, "never");
  g_assert_nonnull (find_button (GTK_WIDGET (window), "Protect…"));
  g_assert_null (find_button (GTK_WIDGET (window), "Remove Protection…"));
  add_audit (self->session, key);
  wait_for_label (window, "Checked: ");
  append (self->session,
          HS_KIND_PROTECTION_REQUESTED,
          key,
          "{\"v\":1,\"run\":\"r\",\"level\":1,\"way\":\"rom\"}");
  wait_for_label (window, "level 1");
  append (self->session,
          HS_KIND_PROTECTION_OBSERVED,
          key,
          "{\"v\":1,\"run\":\"r\",\"level\":1,\"evidence\":\"rom-refuses\"}");
  wait_for_label (window, "the ROM bootloader refuses to read");
  g_assert_null (find_button (GTK_WIDGET (window), "Protect…"));
  g_assert_nonnull (find_button (GTK_WIDGET (window), "Remove Protection…"));
  assert_named (GTK_WIDGET (window));
  gtk_window_destroy (window);
}

static void
wait_until_sensitive (GtkWidget *window, const char *label)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  GtkWidget *button;

  while ((button = find_button (window, label)) == NULL || !gtk_widget_is_sensitive (button)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    spin_for (20);
  }
}

/* The whole way: pressed, run on the simulated camera, shown as it was recorded. */
static void
test_check (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  gpointer window = present (self->session, slots->pdata[0], NULL);

  wait_for_label (window, "Never checked");
  gtk_widget_activate_action (window, "audit.check", NULL);
  wait_for_label (window, "Checked: ");
  wait_for_label (window, "Anyone with a USB cable can copy the firmware");
  wait_for_label (window, hs_door_state_title (HS_DOOR_OPEN));
  wait_for_label (window, "Checking interrupts the script");
  g_assert_null (find_button (window, "Cancel"));
  /* Now it is known which unit that is. */
  wait_until_sensitive (window, "Protect…");
  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  spin_for (50);
  g_assert_null (window);
}

/* Closed while the camera is in work: the check goes on without it. */
static void
test_check_gone (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  gpointer window = present (self->session, slots->pdata[0], NULL);

  spin_for (50);
  gtk_widget_activate_action (window, "audit.check", NULL);
  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  while (hs_session_get_n_running (self->session) > 0)
    g_main_context_iteration (NULL, TRUE);
  spin_for (50);
  g_assert_null (window);
}

/* A board on which nothing is set says why, in words. */
static void
test_not_offered (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  const HsBoard *board = hs_slot_get_board (slots->pdata[0]);
  g_autofree char *reason = NULL;
  GtkWindow *window = present (self->session, slots->pdata[0], NULL);

  g_assert_false (hs_protection_is_offered (board, &reason));
  wait_for_label (window, reason);
  g_assert_null (find_label (GTK_WIDGET (window), "Requested"));
  g_assert_null (find_button (GTK_WIDGET (window), "Protect…"));
  g_assert_null (find_button (GTK_WIDGET (window), "Remove Protection…"));
  gtk_window_destroy (window);
}

/* A unit that is not plugged in can be looked at, not checked. */
static void
test_away (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  g_autofree char *key = g_strdup ("stm32:304653456303312500000042");
  GtkWindow *window =
      hs_audit_window_new (NULL, self->session, hs_slot_get_board (slots->pdata[0]), key, NULL);

  gtk_window_present (window);
  wait_for_label (window, "Plug it in to check it.");
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (window), "Check Now")));
  gtk_window_destroy (window);
}

/* -- the wizard -------------------------------------------------------------------------------- */

/* @label: (nullable): of a check box. While a page slides away its own are still there. */
static GtkWidget *
find_type (GtkWidget *widget, GType type, const char *label)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && gtk_widget_get_mapped (widget) &&
      (label == NULL ||
       g_strcmp0 (gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)), label) == 0))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_type (child, type, label);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
type_slowly (GtkWidget *entry, const char *text)
{
  for (; *text != '\0'; text++) {
    char one[2] = { *text, '\0' };
    int position = -1;

    gtk_editable_insert_text (GTK_EDITABLE (entry), one, 1, &position);
  }
}

static void
next (gpointer window)
{
  wait_until_sensitive (window, "_Next");
  gtk_widget_activate_action (window, "wizard.next", NULL);
  spin_for (300);
}

/* What it does not do is said first; nothing goes on without the ending and the spare. */
static void
test_protect_asks (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  g_autofree char *key = add_unit (self->session, slots->pdata[0]);
  const char *ending = key + strlen (key) - 8;
  g_autofree char *small = g_ascii_strdown (ending, -1);
  gpointer window;
  GtkWidget *check, *entry;

  window = hs_protect_wizard_new (NULL,
                                  self->session,
                                  HS_GUIDE_PROTECT,
                                  hs_slot_get_board (slots->pdata[0]),
                                  key,
                                  hs_slot_get_port (slots->pdata[0]));
  gtk_window_present (window);
  wait_for_label (window, "GATE-0466");
  wait_for_label (window, "Does not close USB");
  wait_for_label (window, "Going back erases everything");
  assert_named (window);
  next (window);
  wait_for_label (window, "Over USB, through the chip’s ROM");
  wait_for_label (window, "Hotshoe does it itself");
  assert_named (window);
  next (window);
  wait_for_label (window, "Type the last 8 characters");
  assert_named (window);
  g_assert_false (gtk_widget_is_sensitive (find_button (window, "_Protect GATE-0466")));

  entry = find_type (window, GTK_TYPE_ENTRY, NULL);
  check = find_type (window, GTK_TYPE_CHECK_BUTTON, "I have a spare: this camera may be lost");
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  g_assert_false (gtk_widget_is_sensitive (find_button (window, "_Protect GATE-0466")));
  type_slowly (entry, "0000000");
  wait_for_label (window, "does not match");
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  type_slowly (entry, small);
  wait_for_label (window, "matches");
  g_assert_true (gtk_widget_is_sensitive (find_button (window, "_Protect GATE-0466")));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), FALSE);
  g_assert_false (gtk_widget_is_sensitive (find_button (window, "_Protect GATE-0466")));

  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  while (window != NULL)
    spin_for (20);
}

/* An H7: the ROM is read and shown, never written natively, and that is said. */
static void
test_no_native_way (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  g_autofree char *key = add_unit (self->session, slots->pdata[0]);
  GtkWindow *window = hs_protect_wizard_new (
      NULL, self->session, HS_GUIDE_PROTECT, hs_slot_get_board (slots->pdata[0]), key, NULL);

  gtk_window_present (window);
  next (window);
  wait_for_label (window, "Nobody has shown that the ROM of the STM32H743");
  gtk_window_destroy (window);
}

/* A unit that the catalog does not know can't be confirmed by anybody. */
static void
test_unknown_unit (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  GtkWindow *window = hs_protect_wizard_new (NULL,
                                             self->session,
                                             HS_GUIDE_UNPROTECT,
                                             hs_slot_get_board (slots->pdata[0]),
                                             "stm32:304653456303312500000042",
                                             NULL);

  gtk_window_present (window);
  wait_for_label (window, "Erases everything in the chip");
  spin_for (200);
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (window), "_Next")));
  gtk_window_destroy (window);
}

/* It goes while its questions are under way. */
static void
test_wizard_gone_early (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  g_autofree char *key = add_unit (self->session, slots->pdata[0]);
  gpointer window = hs_protect_wizard_new (
      NULL, self->session, HS_GUIDE_PROTECT, hs_slot_get_board (slots->pdata[0]), key, NULL);

  gtk_window_present (window);
  g_object_add_weak_pointer (window, &window);
  gtk_window_destroy (window);
  spin_for (100);
  g_assert_null (window);
}

static void
add (const char *path, const char *spec, void (*test) (SessionFixture *self, gconstpointer data))
{
  g_test_add (path, SessionFixture, spec, session_fixture_set_up, test, session_fixture_tear_down);
}

int
main (int argc, char *argv[])
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/audit/looks", test_looks);
  g_test_add_func ("/audit/worst", test_worst);
  g_test_add_func ("/audit/table", test_table);
  g_test_add_func ("/audit/record", test_record);
  add ("/audit/never", "OPENMV4", test_never);
  add ("/audit/known", "OPENMV4@dfu", test_known);
  add ("/audit/check", "OPENMV4", test_check);
  add ("/audit/check-gone", "OPENMV4", test_check_gone);
  add ("/audit/not-offered", "OPENMV_N6", test_not_offered);
  add ("/audit/away", "OPENMV4", test_away);
  add ("/protect/asks", "OPENMV2@dfu", test_protect_asks);
  add ("/protect/no-native-way", "OPENMV4@dfu", test_no_native_way);
  add ("/protect/unknown-unit", "OPENMV3", test_unknown_unit);
  add ("/protect/gone-early", "OPENMV2@dfu", test_wizard_gone_early);
  return g_test_run ();
}
