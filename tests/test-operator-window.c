/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/pin.h"
#include "tests/operator-rig.h"
#include "tests/window-fixture.h"
#include "ui/operator-start.h"
#include "ui/operator-tile.h"
#include "ui/operator-window.h"

#include <glib/gstdio.h>

/* Operator mode as it is seen and heard, on simulated cameras through a real session. */

typedef struct {
  OperatorRig rig;
  HsOperator *mode;
  GtkWidget *window;
  gint64 now_ms; /* of the keys */
} Bench;

static void
set_up (Bench *self, gconstpointer data)
{
  operator_rig_set_up (&self->rig, data);
  self->now_ms = 10000;
}

static void
tear_down (Bench *self, gconstpointer data)
{
  if (self->window != NULL)
    gtk_window_destroy (GTK_WINDOW (self->window));
  g_clear_object (&self->mode);
  g_assert_true (hs_pin_set (NULL, NULL));
  operator_rig_tear_down (&self->rig, data);
}

static void
open_window (Bench *self, HsRecipe *recipe, guint quantity)
{
  g_autofree char *release = operator_rig_lock (&self->rig, recipe);
  g_autoptr (GError) error = NULL;

  self->mode = hs_operator_new (self->rig.session, release, quantity, &error);
  g_assert_no_error (error);
  self->window = hs_operator_window_new (NULL, self->rig.session, self->mode, 1);
  g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
  gtk_window_present (GTK_WINDOW (self->window));
}

static GtkWidget *
find_tile (GtkWidget *widget, HsTile *tile)
{
  if (HS_IS_OPERATOR_TILE (widget))
    return hs_operator_tile_get_tile (HS_OPERATOR_TILE (widget)) == tile ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_tile (child, tile);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* The first label with this CSS class that is shown below @widget. */
static const char *
text_of (GtkWidget *widget, const char *css_class)
{
  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, css_class))
    return gtk_label_get_text (GTK_LABEL (widget));

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    const char *found = text_of (child, css_class);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* What stands on the tile of @port once it is in @state. */
static GtkWidget *
assert_tile (Bench *self, const char *port, HsTileState state, const char *css, const char *word)
{
  HsTile *tile = wait_for_tile (self->mode, port, state);
  GtkWidget *widget = find_tile (self->window, tile);

  g_assert_nonnull (widget);
  g_assert_true (gtk_widget_has_css_class (widget, css));
  g_assert_cmpstr (text_of (widget, "verdict"), ==, word);
  g_assert_true (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) ==
                 GTK_ACCESSIBLE_ROLE_GROUP);
  g_assert_true (
      gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL));
  return widget;
}

static HsSound
last_sound (Bench *self)
{
  return hs_sounds_get_last (hs_operator_window_get_sounds (HS_OPERATOR_WINDOW (self->window)));
}

/* -- what is shown ------------------------------------------------------------------------------
 */

static void
test_pass (Bench *self, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (&self->rig, "OPENMV4");
  GtkWidget *tile;

  operator_rig_number (recipe, HS_NUMBER_COUNTER);
  open_window (self, recipe, 2);
  tile = assert_tile (self, "1-1", HS_TILE_PASS, "pass", "PASS");
  g_assert_true (g_str_has_prefix (text_of (tile, "sub"), "GATE-0001 · "));
  gtk_test_accessible_assert_property (
      tile, GTK_ACCESSIBLE_PROPERTY_LABEL, "Slot port 1-1: PASS, GATE-0001");
  g_assert_cmpint (last_sound (self), ==, HS_SOUND_PASS);
  wait_for_counts (self->mode, 1, 0);
  spin_for (50);
  g_assert_cmpstr (text_of (self->window, "count"), ==, "1");
  g_assert_cmpstr (text_of (self->window, "top"), ==, "gate-counter 1.4.2");
  assert_named (self->window);

  /* The verdict stays when the camera goes, until the next one comes. */
  hs_sim_bus_unplug (self->rig.bus, 0);
  spin_for (100);
  assert_tile (self, "1-1", HS_TILE_PASS, "pass", "PASS");
}

static void
test_fail_and_retry (Bench *self, gconstpointer data)
{
  GtkWidget *tile;

  hs_sim_bus_set_fault (self->rig.bus, 0, "corrupt_block", 3);
  open_window (self, operator_rig_recipe (&self->rig, "OPENMV4"), 0);
  tile = assert_tile (self, "1-1", HS_TILE_FAIL, "fail", "FAIL");
  g_assert_cmpstr (text_of (tile, "todo"), ==, "Plug it in again.");
  g_assert_nonnull (text_of (tile, "sub"));
  g_assert_cmpint (last_sound (self), ==, HS_SOUND_FAIL);
  spin_for (50);
  g_assert_nonnull (find_button (self->window, "Retry 1 Failed"));

  hs_sim_bus_set_fault (self->rig.bus, 0, "corrupt_block", -1);
  gtk_widget_activate_action (self->window, "operator.retry", NULL);
  assert_tile (self, "1-1", HS_TILE_PASS, "pass", "PASS");
  spin_for (50);
  g_assert_null (find_button (self->window, "Retry 1 Failed"));
}

static void
test_refused (Bench *self, gconstpointer data)
{
  GtkWidget *tile;

  open_window (self, operator_rig_recipe (&self->rig, "OPENMV4"), 0);
  tile = assert_tile (self, "1-1", HS_TILE_REFUSED, "refused", "NOT THIS ONE");
  g_assert_cmpstr (text_of (tile, "todo"), ==, "Put it aside.");
  g_assert_cmpint (last_sound (self), ==, HS_SOUND_REFUSED);
}

/* A bench without a port that was ever used has one tile that says what to do. */
static void
test_empty (Bench *self, gconstpointer data)
{
  hs_sim_bus_unplug (self->rig.bus, 0);
  while (g_list_model_get_n_items (hs_session_get_slots (self->rig.session)) > 0)
    g_main_context_iteration (NULL, TRUE);
  open_window (self, operator_rig_recipe (&self->rig, "OPENMV4"), 0);
  g_assert_cmpstr (text_of (self->window, "verdict"), ==, "Plug in a camera");
  hs_sim_bus_plug (self->rig.bus, 0);
  assert_tile (self, "1-1", HS_TILE_PASS, "pass", "PASS");
}

/* Up to sixteen slots: nothing makes the window larger than the screen. */
static void
test_sixteen (Bench *self, gconstpointer data)
{
  int height = 0;

  open_window (self, operator_rig_recipe (&self->rig, "OPENMV4"), 0);
  for (guint i = 1; i <= 16; i++) {
    g_autofree char *port = g_strdup_printf ("1-%u", i);

    wait_for_tile (self->mode, port, HS_TILE_PASS);
  }
  spin_for (100);
  gtk_widget_measure (gtk_window_get_child (GTK_WINDOW (self->window)),
                      GTK_ORIENTATION_VERTICAL,
                      1280,
                      &height,
                      NULL,
                      NULL,
                      NULL);
  g_assert_cmpint (height, <=, 800);
}

/* -- scanning -----------------------------------------------------------------------------------
 */

/* TRUE if the scanner took the key; what it leaves goes on to the widget that has the focus. */
static gboolean
press (Bench *self, guint keyval, int after_ms)
{
  self->now_ms += after_ms;
  return hs_operator_window_take_key (HS_OPERATOR_WINDOW (self->window), keyval, 0, self->now_ms);
}

static void
scan (Bench *self, const char *text)
{
  self->now_ms += 5000;
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    g_assert_false (press (self, GDK_KEY_Shift_L, 2)); /* nobody types capitals without it */
    g_assert_true (press (self, gdk_unicode_to_keyval (g_utf8_get_char (p)), 5));
  }
  g_assert_true (press (self, GDK_KEY_Return, 5));
}

static void
test_scan_number (Bench *self, gconstpointer data)
{
  HsRecipe *recipe = operator_rig_recipe (&self->rig, "OPENMV4");
  GtkWidget *tile;

  operator_rig_number (recipe, HS_NUMBER_SCAN);
  open_window (self, recipe, 0);
  tile = assert_tile (self, "1-1", HS_TILE_SCAN, "scan", "SCAN");
  g_assert_cmpstr (text_of (tile, "todo"), ==, "Scan its product serial.");

  scan (self, "no such thing");
  g_assert_true (g_str_has_prefix (text_of (self->window, "notice"), "Not understood"));
  g_assert_cmpint (last_sound (self), ==, HS_SOUND_REFUSED);

  scan (self, "OPERATOR:Zoë");
  g_assert_cmpstr (text_of (self->window, "notice"), ==, "Operator: Zoë");
  g_assert_cmpstr (hs_session_get_operator (self->rig.session), ==, "Zoë");

  scan (self, "GATE-0471");
  assert_tile (self, "1-1", HS_TILE_PASS, "pass", "PASS");
  gtk_test_accessible_assert_property (
      tile, GTK_ACCESSIBLE_PROPERTY_LABEL, "Slot port 1-1: PASS, GATE-0471");
  for (guint i = 0; i < 100 && text_of (self->window, "notice") != NULL; i++)
    spin_for (100);
  g_assert_null (text_of (self->window, "notice")); /* it goes by itself */
}

/* Even if a button has the focus: letters, blanks and the Enter are swallowed. Enter that a person
 * presses later is not. */
static void
test_scan_presses_nothing (Bench *self, gconstpointer data)
{
  GtkWidget *retry;

  hs_sim_bus_set_fault (self->rig.bus, 0, "corrupt_block", 3);
  open_window (self, operator_rig_recipe (&self->rig, "OPENMV4"), 0);
  wait_for_tile (self->mode, "1-1", HS_TILE_FAIL);
  spin_for (50);
  retry = find_button (self->window, "Retry 1 Failed");
  gtk_widget_grab_focus (retry);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (self->window)) == retry);

  scan (self, " GATE 1 ");
  g_assert_true (press (self, GDK_KEY_Return, 5)); /* CR LF */
  g_assert_true (press (self, GDK_KEY_KP_Enter, 5));
  g_assert_false (press (self, GDK_KEY_Tab, 5));
  g_assert_false (press (self, GDK_KEY_Return, 3000));
  wait_for_tile (self->mode, "1-1", HS_TILE_FAIL);
}

/* -- leaving ------------------------------------------------------------------------------------
 */

static void
test_leave_at_once (Bench *self, gconstpointer data)
{
  open_window (self, operator_rig_recipe (&self->rig, "OPENMV4"), 1);
  wait_for_tile (self->mode, "1-1", HS_TILE_PASS);
  wait_for_counts (self->mode, 1, 0);
  gtk_widget_activate_action (self->window, "operator.leave", NULL);
  g_assert_null (self->window);
}

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

static void
type_pin (Bench *self, GtkWidget *entry, const char *pin)
{
  for (const char *p = pin; *p != '\0'; p++) {
    g_assert_true (press (self, (guint) *p, 150));
    spin_for (80);
  }
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, pin);
  g_assert_false (press (self, GDK_KEY_Return, 800)); /* the entry's */
  g_signal_emit_by_name (entry, "activate");
}

static void
wait_for_wrong (Bench *self)
{
  const char *text;

  while ((text = text_of (self->window, "wrong")) == NULL ||
         g_strcmp0 (text, "That is not the PIN.") != 0)
    g_main_context_iteration (NULL, TRUE);
}

/* The window manager's close asks as well; a scan is no PIN; a wrong PIN is said to be wrong. */
static void
test_leave_with_pin (Bench *self, gconstpointer data)
{
  GtkWidget *entry;

  g_assert_true (hs_pin_set ("2718", NULL));
  open_window (self, operator_rig_recipe (&self->rig, "OPENMV4"), 0);
  wait_for_tile (self->mode, "1-1", HS_TILE_PASS);
  entry = find_entry (self->window);
  gtk_window_close (GTK_WINDOW (self->window));
  spin_for (100);
  g_assert_nonnull (self->window);
  g_assert_true (gtk_widget_get_mapped (entry));
  assert_named (self->window);

  scan (self, "OP:2718");
  spin_for (100);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  g_assert_cmpstr (text_of (self->window, "notice"), ==, "Operator: 2718");

  type_pin (self, entry, "2719");
  wait_for_wrong (self);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  gtk_widget_activate_action (self->window, "operator.leave", NULL); /* Escape: stay */
  g_assert_false (gtk_widget_get_mapped (entry));

  gtk_widget_activate_action (self->window, "operator.leave", NULL);
  type_pin (self, entry, "2718");
  while (self->window != NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* What is decided before: an open batch goes on, and nobody keeps the dialog. */
static void
test_start (Bench *self, gconstpointer data)
{
  g_autofree char *release =
      operator_rig_lock (&self->rig, operator_rig_recipe (&self->rig, "OPENMV4"));
  g_autoptr (HsOperator) before = hs_operator_new (self->rig.session, release, 100, NULL);
  gpointer dialog;

  wait_for_counts (before, 1, 0);
  hs_operator_stop (before);
  dialog = hs_operator_start_new (NULL, self->rig.session, release);
  g_object_add_weak_pointer (dialog, &dialog);
  gtk_window_present (dialog);
  spin_for (300);
  assert_named (dialog);
  g_assert_nonnull (find_button (dialog, "Start"));
  g_assert_true (gtk_widget_is_sensitive (find_button (dialog, "Start")));
  gtk_window_destroy (dialog);
  spin_for (50);
  g_assert_null (dialog);
}

int
main (int argc, char **argv)
{
  char *home = g_dir_make_tmp ("hotshoe-home-XXXXXX", NULL); /* for the PIN */

  g_setenv ("XDG_DATA_HOME", home, TRUE);
  window_test_init (&argc, &argv);
#define ADD(path, spec, func) g_test_add (path, Bench, spec, set_up, func, tear_down)
  ADD ("/operator-window/pass", "OPENMV4", test_pass);
  ADD ("/operator-window/fail-and-retry", "OPENMV4", test_fail_and_retry);
  ADD ("/operator-window/refused", "OPENMV_N6", test_refused);
  ADD ("/operator-window/empty", "OPENMV4", test_empty);
  ADD ("/operator-window/sixteen", "OPENMV4*16", test_sixteen);
  ADD ("/operator-window/scan-number", "OPENMV4", test_scan_number);
  ADD ("/operator-window/scan-presses-nothing", "OPENMV4", test_scan_presses_nothing);
  ADD ("/operator-window/leave-at-once", "OPENMV4", test_leave_at_once);
  ADD ("/operator-window/leave-with-pin", "OPENMV4", test_leave_with_pin);
  ADD ("/operator-window/start", "OPENMV4", test_start);
#undef ADD
  argc = g_test_run ();
  remove_tree (home);
  g_free (home);
  return argc;
}
