/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "tests/guide-poses.h"
#include "ui/drawing.h"
#include "ui/guide-page.h"
#include "ui/guide-window.h"
#include "ui/guide-words.h"
#include "ui/practice-panel.h"
#include "ui/recover-page.h"
#include "ui/typed-proof.h"

#define FOLDER "/io/github/hotshoe/Hotshoe/guide/"

/* -- drawings ---------------------------------------------------------------------------------- */

static void
use (GHashTable *used, const HsBoard *board, const char *stem, gboolean other)
{
  g_autofree char *resource = hs_guide_words_dup_resource (board, stem, other);

  if (resource == NULL)
    g_error ("%s: there is no drawing “%s”", board->id, stem);
  if (hs_guide_words_drawing (stem) == NULL)
    g_error ("nobody who can't see “%s” is told what it shows", stem);
  g_hash_table_add (used, g_steal_pointer (&resource));
}

/* The drawing, and the one for a cable that is still in. */
static void
use_both (GHashTable *used, const HsBoard *board, const char *stem, gboolean other)
{
  g_autofree char *still_in = hs_guide_words_dup_still_in (stem);

  use (used, board, stem, other);
  if (still_in != NULL)
    use (used, board, still_in, other);
}

static void
use_table (GHashTable *used, const HsGuideTable *table, const HsBoard *board)
{
  for (guint n = 0; table->steps[n].id != NULL; n++) {
    const HsGuideStep *step = &table->steps[n];

    g_test_message ("%s at %s", board->id, step->id);
    if (step->drawing != NULL)
      use_both (used, board, step->drawing, FALSE);
    if (step->drawing != NULL && board->other_pads != NULL)
      use (used, board, step->drawing, TRUE);
    if (step->asked_drawing != NULL)
      use (used, board, step->asked_drawing, FALSE);
    if (step->other_drawing != NULL)
      use_both (used, board, step->other_drawing, TRUE);
  }
  /* What a job asks for brings its own: app/step-tool-se.c. */
  if (table->recovery == HS_RECOVERY_SE_TOOL)
    use (used, board, "replug-adapter", FALSE);
  /* What the page shows instead of "replug" once half of it is done. */
  use (used, board, "plug", FALSE);
}

/* Every step of every guide has a drawing for every board, and no drawing lies about unused. */
static void
test_drawings (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) files = g_resources_enumerate_children (FOLDER, 0, NULL);
  const HsGuideTable *table;

  for (guint n = 0; (table = hs_guide_nth_table (n)) != NULL; n++)
    for (guint i = 0; i < hs_board_count (); i++)
      if (pose_fits (table, hs_board_nth (i)))
        use_table (used, table, hs_board_nth (i));
  for (guint i = 0; files[i] != NULL; i++) {
    g_autofree char *path = g_strconcat (FOLDER, files[i], NULL);

    if (!g_hash_table_contains (used, path))
      g_error ("no guide shows %s", files[i]);
  }
}

/* -- steps ------------------------------------------------------------------------------------- */

static GtkWindow *
show (HsSession *session, HsGuide *guide)
{
  GtkWindow *window = g_object_new (HS_TYPE_GUIDE_WINDOW, NULL);

  hs_guide_window_show (HS_GUIDE_WINDOW (window), session, guide);
  gtk_window_present (window);
  spin_for (20);
  return window;
}

static void
assert_closes (GtkWindow *window)
{
  gpointer weak = window;

  g_object_add_weak_pointer (weak, &weak);
  gtk_window_destroy (window);
  spin_for (50);
  g_assert_null (weak);
}

/* Each says its sentence; whoever listens learns where the focus is. */
static void
test_every_step (SessionFixture *self, gconstpointer data)
{
  const HsGuideTable *table;

  for (guint i = 0; (table = hs_guide_nth_table (i)) != NULL; i++) {
    g_autoptr (HsGuide) guide = pose_new (self->session, table, pose_board (table), 0);
    GtkWindow *window = show (self->session, guide);

    for (guint n = 0; table->steps[n + 1].id != NULL; n++) {
      g_autofree char *sentence = NULL;

      pose_at (guide, n);
      spin_for (10);
      sentence = hs_guide_dup_sentence (guide);
      g_test_message ("%s: %s", table->steps[n].id, sentence);
      g_assert_nonnull (find_label (GTK_WIDGET (window), sentence));
      assert_named (GTK_WIDGET (window));
    }
    assert_closes (window);
  }
}

static guint
find_step (const HsGuideTable *table, const char *id)
{
  for (guint n = 0; table->steps[n].id != NULL; n++)
    if (g_str_equal (table->steps[n].id, id))
      return n;
  g_assert_not_reached ();
}

static HsGuide *
pose_jumper (HsSession *session)
{
  const HsGuideTable *table = hs_guide_find_table (HS_GUIDE_RECOVER, hs_board_by_id ("OPENMV4"));

  return pose_new (session, table, hs_board_by_id ("OPENMV4"), find_step (table, "set-jumper"));
}

/* Grey first; then three causes, and that something may not be opened has a way out. */
static void
test_late (SessionFixture *self, gconstpointer data)
{
  g_autoptr (HsGuide) guide = pose_jumper (self->session);
  GtkWindow *window = show (self->session, guide);

  g_assert_nonnull (find_label (GTK_WIDGET (window), "Nothing happens?"));
  pose_late (guide);
  spin_for (20);
  g_assert_null (find_label (GTK_WIDGET (window), "Nothing happens?"));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "Nothing yet."));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "The cable"));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "Power"));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "Permissions"));
  g_assert_null (find_button (GTK_WIDGET (window), "Set Up _Access…"));
  pose_sight (guide, HS_SIGHT_NO_ACCESS, "ROM on left 1", "It may not be opened.");
  hs_guide_changed (guide);
  spin_for (20);
  g_assert_nonnull (find_button (GTK_WIDGET (window), "Set Up _Access…"));
  assert_named (GTK_WIDGET (window));
  assert_closes (window);
}

/* What a wrong move means is said beside the sentence, and goes when it is mended. */
static void
test_surprise (SessionFixture *self, gconstpointer data)
{
  g_autoptr (HsGuide) guide = pose_jumper (self->session);
  GtkWindow *window = show (self->session, guide);

  pose_sight (guide, HS_SIGHT_APP, "Firmware on left 1", "The jumper is not in place.");
  hs_guide_changed (guide);
  spin_for (20);
  g_assert_nonnull (find_label (GTK_WIDGET (window), "The jumper is not in place."));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "Firmware on left 1"));
  pose_sight (guide, HS_SIGHT_ROM, "ST ROM bootloader on left 1", NULL);
  hs_guide_changed (guide);
  spin_for (20);
  g_assert_nonnull (find_label (GTK_WIDGET (window), "ST ROM bootloader on left 1"));
  assert_closes (window);
}

static void
test_other_pads (SessionFixture *self, gconstpointer data)
{
  g_autoptr (HsGuide) guide = pose_jumper (self->session);
  GtkWindow *window = show (self->session, guide);

  g_assert_nonnull (find_label (GTK_WIDGET (window), "Unplug the camera, connect BOOT and RST"));
  g_signal_emit_by_name (find_button (GTK_WIDGET (window), "My Board Looks _Different"), "clicked");
  spin_for (20);
  g_assert_nonnull (find_label (GTK_WIDGET (window), "Unplug the camera, connect BOOT and 3.3V"));
  g_assert_nonnull (find_button (GTK_WIDGET (window), "My Board Is the _First One"));
  assert_closes (window);
}

/* -- what is wanted ---------------------------------------------------------------------------- */

static GtkWidget *
find_entry (GtkWidget *widget)
{
  if (GTK_IS_ENTRY (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_entry (child);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static GtkWidget *
find_check (GtkWidget *widget)
{
  if (GTK_IS_CHECK_BUTTON (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_check (child);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static void
type (GtkWidget *entry, const char *text)
{
  GtkEditable *editable = GTK_EDITABLE (entry);

  for (const char *p = text; *p != '\0'; p++) {
    int position = (int) strlen (gtk_editable_get_text (editable));

    gtk_editable_insert_text (editable, p, 1, &position);
  }
}

/* What can't be undone takes the ending typed and a spare: neither alone is enough. */
static void
test_confirmation (SessionFixture *self, gconstpointer data)
{
  g_autoptr (HsGuide) guide = pose_jumper (self->session);
  GtkWindow *window = show (self->session, guide);
  GtkWidget *verb, *entry, *check;

  hs_guide_ask (guide, HS_GUIDE_WANTS_CONFIRMATION, "The fuse is burnt for ever.");
  spin_for (20);
  g_assert_nonnull (find_label (GTK_WIDGET (window), "The fuse is burnt for ever."));
  verb = find_button (GTK_WIDGET (window), "Do _It, It Can't Be Undone");
  entry = find_entry (GTK_WIDGET (window));
  check = find_check (GTK_WIDGET (window));
  g_assert_false (gtk_widget_is_sensitive (verb));
  type (entry, hs_guide_get_ending (guide));
  g_assert_false (gtk_widget_is_sensitive (verb));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), TRUE);
  g_assert_true (gtk_widget_is_sensitive (verb));
  /* Something else changes meanwhile: what was typed stays. */
  hs_guide_changed (guide);
  g_assert_true (find_button (GTK_WIDGET (window), "Do _It, It Can't Be Undone") == verb);
  assert_named (GTK_WIDGET (window));
  assert_closes (window);
}

static void
test_file (SessionFixture *self, gconstpointer data)
{
  const HsBoard *board = hs_board_by_id ("OPENMV4");
  const HsGuideTable *table = hs_guide_find_table (HS_GUIDE_RECOVER, board);
  g_autoptr (HsGuide) guide = pose_new (self->session, table, board, find_step (table, "files"));
  GtkWindow *window = show (self->session, guide);

  g_assert_nonnull (find_button (GTK_WIDGET (window), "Choose a _File…"));
  g_assert_null (find_button (GTK_WIDGET (window), "Choose a F_older…"));
  hs_guide_ask (guide, HS_GUIDE_WANTS_TOOL, NULL);
  spin_for (20);
  g_assert_nonnull (find_button (GTK_WIDGET (window), "Choose a _Program…"));
  g_assert_nonnull (find_button (GTK_WIDGET (window), "Choose a F_older…"));
  assert_named (GTK_WIDGET (window));
  assert_closes (window);
}

static void
test_stopped (SessionFixture *self, gconstpointer data)
{
  g_autoptr (HsGuide) guide = pose_jumper (self->session);
  GtkWindow *window = show (self->session, guide);

  pose_problem (guide, HS_GUIDE_STOPPED);
  spin_for (20);
  g_assert_nonnull (find_label (GTK_WIDGET (window), "It can't go on."));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "The program hung."));
  g_assert_nonnull (find_button (GTK_WIDGET (window), "Details"));
  g_assert_nonnull (find_button (GTK_WIDGET (window), "_Close"));
  g_assert_null (find_button (GTK_WIDGET (window), "My Board Looks _Different"));
  assert_named (GTK_WIDGET (window));
  assert_closes (window);
}

/* -- from the first question to the end -------------------------------------------------------- */

static void
wait_until_ready (GtkWindow *window)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  GtkWidget *start;

  while ((start = find_button (GTK_WIDGET (window), "_Start")) == NULL ||
         !gtk_widget_is_sensitive (start)) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, TRUE);
  }
}

static void
wait_for_state (HsGuide *guide, HsGuideState state)
{
  gint64 end = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;

  while (hs_guide_get_state (guide) != state) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_main_context_iteration (NULL, TRUE);
  }
}

/* What the slot shows is chosen already; one press, and a camera that is fine is proven so. */
static void
test_walk (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  HsSlot *slot = g_ptr_array_index (slots, 0);
  GtkWindow *window = hs_guide_window_new_recover (
      NULL, self->session, hs_slot_get_board (slot), hs_slot_get_port (slot), NULL);
  HsGuide *guide;

  gtk_window_present (window);
  wait_until_ready (window);
  g_assert_nonnull (find_label (GTK_WIDGET (window), "OpenMV Cam H7"));
  assert_named (GTK_WIDGET (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "guide.start", NULL);
  guide = hs_guide_window_get_guide (HS_GUIDE_WINDOW (window));
  g_assert_cmpstr (hs_guide_get_port (guide), ==, hs_slot_get_port (slot));
  wait_for_state (guide, HS_GUIDE_DONE);
  spin_for (50);
  g_assert_nonnull (find_label (GTK_WIDGET (window), "The camera is back."));
  g_assert_nonnull (find_label (GTK_WIDGET (window), "Read back"));
  assert_named (GTK_WIDGET (window));
  assert_closes (window);
}

/* Without a hand nothing is written: closing needs no question. */
static void
test_cancel (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  g_autofree char *port = g_strdup (hs_slot_get_port (g_ptr_array_index (slots, 0)));
  GtkWindow *window;
  g_autoptr (HsGuide) guide = NULL;
  gpointer weak;

  hs_sim_bus_unplug (hs_session_get_sim_bus (self->session), 0);
  spin_for (50);
  window =
      hs_guide_window_new_recover (NULL, self->session, hs_board_by_id ("OPENMV4"), port, NULL);
  weak = window;
  g_object_add_weak_pointer (weak, &weak);
  gtk_window_present (window);
  wait_until_ready (window);
  gtk_widget_activate_action (GTK_WIDGET (window), "guide.start", NULL);
  guide = g_object_ref (hs_guide_window_get_guide (HS_GUIDE_WINDOW (window)));
  wait_for_label (window, "Unplug the camera, then plug it in again.");
  gtk_widget_activate_action (GTK_WIDGET (window), "guide.cancel", NULL);
  wait_for_state (guide, HS_GUIDE_STOPPED);
  spin_for (100);
  g_assert_null (weak);
}

/* Boards that can't be recovered from here say why, and where to go. */
static void
test_not_offered (SessionFixture *self, gconstpointer data)
{
  GtkWindow *window = hs_guide_window_new_recover (
      NULL, self->session, hs_board_by_id ("ARDUINO_PORTENTA_H7"), NULL, NULL);

  gtk_window_present (window);
  wait_for_label (window, "The bootloader of Arduino Portenta H7 is Arduino");
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (window), "_Start")));
  assert_named (GTK_WIDGET (window));
  assert_closes (window);
}

/* There is nothing that the camera could carry in the end. */
static void
test_no_build (SessionFixture *self, gconstpointer data)
{
  GtkWindow *window =
      hs_guide_window_new_recover (NULL, self->session, hs_board_by_id ("OPENMV_AE3"), NULL, NULL);

  gtk_window_present (window);
  wait_for_label (window, "There is no build for this board yet.");
  g_assert_false (gtk_widget_is_sensitive (find_button (GTK_WIDGET (window), "_Start")));
  assert_closes (window);
}

/* -- practice ---------------------------------------------------------------------------------- */

static GtkWidget *
find_switch (GtkWidget *widget, const char *tooltip)
{
  if (GTK_IS_SWITCH (widget) && g_strcmp0 (gtk_widget_get_tooltip_text (widget), tooltip) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_switch (child, tooltip);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* @mode: HS_MODE_UNKNOWN: until nothing is on that port; its slot may be gone with it */
static void
wait_for_mode (HsSession *session, const char *port, HsMode mode)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  HsMode found;

  do {
    HsSlot *slot = hs_session_find_slot (session, port);
    HsDevice *device = slot != NULL ? hs_slot_get_device (slot) : NULL;

    found = device != NULL && hs_device_get_attached (device) ? hs_device_get_mode (device)
                                                              : HS_MODE_UNKNOWN;
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    spin_for (10);
  } while (found != mode);
}

/* The Simulator has the jumper, and can take the bootloader away: then the bus shows nothing. */
static void
test_practice (SessionFixture *self, gconstpointer data)
{
  HsSimBus *bus = hs_session_get_sim_bus (self->session);
  g_autoptr (GPtrArray) slots = wait_for_slots (self->session, 1);
  g_autofree char *port = g_strdup (hs_slot_get_port (g_ptr_array_index (slots, 0)));
  GtkWidget *panel = hs_practice_panel_new (NULL, self->session);
  GtkWidget *jumper;

  gtk_window_present (GTK_WINDOW (panel));
  spin_for (50);
  assert_named (panel);
  jumper = find_switch (panel, "Jumper on BOOT and RST");
  gtk_switch_set_active (GTK_SWITCH (jumper), TRUE);
  g_assert_true (hs_sim_bus_get_jumper (bus, 0));
  hs_sim_bus_set_jumper (bus, 0, FALSE);
  spin_for (50);
  g_assert_false (gtk_switch_get_active (GTK_SWITCH (jumper)));
  g_assert_true (hs_sim_bus_can_break (bus, 0, HS_SIM_CONDITION_NO_BOOTLOADER));
  g_assert_false (hs_sim_bus_can_break (bus, 0, HS_SIM_CONDITION_FINE));
  hs_sim_bus_break (bus, 0, HS_SIM_CONDITION_NO_BOOTLOADER);
  wait_for_mode (self->session, port, HS_MODE_UNKNOWN);
  g_assert_true (hs_sim_camera_is_plugged (hs_sim_bus_get_camera (bus, 0)));
  /* What is no bootloader does not start; the ROM does. */
  hs_sim_bus_unplug (bus, 0);
  hs_sim_bus_set_jumper (bus, 0, TRUE);
  hs_sim_bus_plug (bus, 0);
  wait_for_mode (self->session, port, HS_MODE_ROM);
  gtk_window_destroy (GTK_WINDOW (panel));
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
#define ADD(path, func)                                                                            \
  g_test_add (                                                                                     \
      path, SessionFixture, "OPENMV4", session_fixture_set_up, func, session_fixture_tear_down)
  ADD ("/guide-page/drawings", test_drawings);
  ADD ("/guide-page/every-step", test_every_step);
  ADD ("/guide-page/late", test_late);
  ADD ("/guide-page/surprise", test_surprise);
  ADD ("/guide-page/other-pads", test_other_pads);
  ADD ("/guide-page/confirmation", test_confirmation);
  ADD ("/guide-page/file", test_file);
  ADD ("/guide-page/stopped", test_stopped);
  ADD ("/guide-page/walk", test_walk);
  ADD ("/guide-page/cancel", test_cancel);
  ADD ("/guide-page/not-offered", test_not_offered);
  ADD ("/guide-page/no-build", test_no_build);
  ADD ("/guide-page/practice", test_practice);
#undef ADD
  return g_test_run ();
}
