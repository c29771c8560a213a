/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/method.h"

#include "tests/toy-bus.h"

#define METHOD (&hs_method_openmv_dfu)

typedef struct {
  ToyBus *bus;
  ToyClock *clock;
  ToyCamera *toy;
  HsCamera *camera;
  HsProgress *progress;
  HsMode plugged_as; /* what a person's plugging in makes it */
} Fixture;

/* Seen anew, after its descriptors were changed. */
static void
see_again (Fixture *self, const char *key)
{
  g_autoptr (HsUsbInfo) info = hs_bus_find_port (HS_BUS (self->bus), "1-1");

  g_clear_object (&self->camera);
  self->camera = hs_camera_new (HS_BUS (self->bus), info, &toy_board, key);
}

static void
set_up_with (Fixture *self, const ToyPartition *layout, HsMode mode)
{
  self->bus = toy_bus_new ();
  self->clock = toy_bus_get_clock (self->bus);
  self->toy = toy_bus_add (self->bus, "1-1", &toy_board, layout);
  toy_camera_show (self->clock, self->toy, mode);
  see_again (self, NULL);
  self->progress = hs_progress_new ();
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_with (self, toy_layout, HS_MODE_DFU);
}

static void
set_up_app (Fixture *self, gconstpointer data)
{
  set_up_with (self, toy_layout, HS_MODE_APP);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->camera);
  g_clear_object (&self->bus);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->progress);
}

/* One UPLOAD of the bootloader holds the window, before anything else. */
static void
test_enter_from_bootloader (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (METHOD->enter (self->camera, FALSE, self->progress, NULL, &error));
  g_assert_cmpstr (self->toy->log->str, ==, "AU");
  g_assert_true (self->toy->held);
  g_assert_cmpstr (hs_camera_get_key (self->camera), ==, TOY_KEY);
}

static void
test_enter_from_application (Fixture *self, gconstpointer data)
{
  const gboolean legacy[] = { FALSE, TRUE };

  for (guint i = 0; i < G_N_ELEMENTS (legacy); i++) {
    g_autoptr (GError) error = NULL;

    self->toy->legacy_app = legacy[i];
    g_assert_true (METHOD->enter (self->camera, FALSE, self->progress, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (self->toy->mode, ==, HS_MODE_DFU);
    g_assert_true (self->toy->held);
    g_assert_cmpstr (hs_camera_get_key (self->camera), ==, TOY_KEY);
    g_assert_true (METHOD->leave (self->camera, self->progress, NULL, &error));
    g_assert_no_error (error);
    g_assert_cmpint (hs_camera_get_mode (self->camera), ==, HS_MODE_APP);
  }
}

/* The firmware speaks no debug protocol, but it has a REPL. */
static void
test_enter_by_repl (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->toy->deaf_debug = TRUE;
  g_assert_true (METHOD->enter (self->camera, FALSE, self->progress, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (self->toy->mode, ==, HS_MODE_DFU);
}

static void
test_enter_silent (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->toy->silent_app = TRUE;
  g_assert_false (METHOD->enter (self->camera, FALSE, self->progress, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
  g_assert_null (hs_camera_get_transport (self->camera));
}

static void
test_enter_wrong_unit (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->toy->comes_back_as = "343234373033510600330020";
  g_assert_false (METHOD->enter (self->camera, FALSE, self->progress, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
  g_assert_cmpuint (self->toy->n_uploads, ==, 0);
}

static void
test_enter_from_rom (void)
{
  Fixture fixture = { 0 };
  g_autoptr (GError) error = NULL;

  set_up_with (&fixture, toy_layout, HS_MODE_ROM);
  g_assert_false (METHOD->enter (fixture.camera, FALSE, NULL, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_UNSUPPORTED);
  tear_down (&fixture, NULL);
}

/* A person unplugs the camera, and then plugs it in. */
static void
replug (ToyBus *bus, gpointer data)
{
  Fixture *self = data;
  HsProgressState state;

  hs_progress_peek (self->progress, &state);
  g_assert_cmpint (state.activity, ==, HS_ACTIVITY_WAITING);
  toy_camera_show (self->clock,
                   self->toy,
                   self->toy->mode == HS_MODE_UNKNOWN ? self->plugged_as : HS_MODE_UNKNOWN);
}

static void
test_replug (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  toy_bus_set_hands (self->bus, replug, self);
  self->plugged_as = HS_MODE_DFU;
  g_assert_true (METHOD->enter (self->camera, TRUE, self->progress, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (self->toy->held);
  g_assert_cmpstr (self->toy->log->str, ==, "AU");

  self->plugged_as = HS_MODE_APP;
  g_assert_false (METHOD->enter (self->camera, TRUE, self->progress, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
}

static void
test_window_missed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->toy->fail_at = 2;
  self->toy->fail_code = HS_FLASH_ERROR_GONE;
  g_assert_false (METHOD->enter (self->camera, FALSE, self->progress, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_MISSED);
}

static void
test_leave (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (METHOD->leave (self->camera, self->progress, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (self->toy->log->str, ==, "Lc");
  g_assert_cmpint (hs_camera_get_mode (self->camera), ==, HS_MODE_APP);
  g_assert_cmpuint (self->toy->n_resets, ==, 0);

  /* It is there already. */
  g_assert_true (METHOD->leave (self->camera, self->progress, NULL, &error));
  g_assert_cmpstr (self->toy->log->str, ==, "Lc");
}

/* Older bootloaders ignore DETACH after an order of the firmware: a bus reset, once, at the end. */
static void
test_leave_old_bootloader (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->toy->old_bootloader = TRUE;
  g_assert_true (METHOD->enter (self->camera, FALSE, self->progress, NULL, &error));
  g_string_set_size (self->toy->log, 0);
  g_assert_true (METHOD->leave (self->camera, self->progress, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (self->toy->log->str, ==, "LRc");
}

/* Stopped after it was told to leave: it is let go in peace (the bus sees to it that nothing is
 * asked), also an old one that needs the reset. */
static void
test_leave_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  self->toy->old_bootloader = TRUE;
  g_assert_true (METHOD->enter (self->camera, FALSE, self->progress, NULL, &error));
  g_string_set_size (self->toy->log, 0);
  g_cancellable_cancel (cancellable);
  g_assert_false (METHOD->leave (self->camera, self->progress, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (self->toy->log->str, ==, "LRc");
}

static void
test_leave_wrong_unit (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->toy->comes_back_as = "346534563034";
  g_assert_false (METHOD->leave (self->camera, self->progress, NULL, &error));
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_WRONG_UNIT);
}

#define ADD(path, function)     g_test_add (path, Fixture, NULL, set_up, function, tear_down)
#define ADD_APP(path, function) g_test_add (path, Fixture, NULL, set_up_app, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/openmv-dfu/enter-from-bootloader", test_enter_from_bootloader);
  ADD_APP ("/openmv-dfu/enter-from-application", test_enter_from_application);
  ADD_APP ("/openmv-dfu/enter-by-repl", test_enter_by_repl);
  ADD_APP ("/openmv-dfu/enter-silent", test_enter_silent);
  ADD_APP ("/openmv-dfu/enter-wrong-unit", test_enter_wrong_unit);
  g_test_add_func ("/openmv-dfu/enter-from-rom", test_enter_from_rom);
  ADD_APP ("/openmv-dfu/replug", test_replug);
  ADD ("/openmv-dfu/window-missed", test_window_missed);
  ADD ("/openmv-dfu/leave", test_leave);
  ADD_APP ("/openmv-dfu/leave-old-bootloader", test_leave_old_bootloader);
  ADD_APP ("/openmv-dfu/leave-cancelled", test_leave_cancelled);
  ADD ("/openmv-dfu/leave-wrong-unit", test_leave_wrong_unit);

  return g_test_run ();
}
