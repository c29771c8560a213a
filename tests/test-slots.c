/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/app-error.h"
#include "app/session.h"

#include <glib/gstdio.h>

/* A bench with simulated cameras on the ports 1-1, 1-2 … in a folder of its own. */
typedef struct {
  char *folder;
  HsSession *session;
} Fixture;

static void
open_session (Fixture *self, const char *spec, const char *cameras_folder)
{
  g_autofree char *catalog = g_build_filename (self->folder, "catalog.db", NULL);
  g_autofree char *cameras = g_build_filename (self->folder, cameras_folder, NULL);
  g_autoptr (GError) error = NULL;
  const HsSessionOptions options = { .catalog = catalog,
                                     .simulate = spec,
                                     .simulate_dir = cameras,
                                     .simulate_fast = TRUE,
                                     .operator_name = "operator 1" };

  self->session = hs_session_new (&options, &error);
  g_assert_no_error (error);
}

/* Questions to the catalog are still on their way. */
static void
close_session (Fixture *self)
{
  gpointer weak = self->session;

  g_object_add_weak_pointer (weak, &weak);
  g_clear_object (&self->session);
  while (weak != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("hotshoe-slots-XXXXXX", NULL);
  open_session (self, data, "cameras");
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_folder (child);
  }
  g_remove (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  close_session (self);
  remove_folder (self->folder);
  g_free (self->folder);
}

/* Which slots there are, in the bench's order, by name. */
static char *
dup_bench (Fixture *self)
{
  GListModel *slots = hs_session_get_slots (self->session);
  GString *text = g_string_new (NULL);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);

    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", hs_slot_get_name (slot));
  }
  return g_string_free (text, FALSE);
}

static void
assert_bench (Fixture *self, const char *expected)
{
  g_autofree char *bench = dup_bench (self);

  g_assert_cmpstr (bench, ==, expected);
}

static void
name (Fixture *self, const char *port, const char *called)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (hs_session_name_slot (self->session, port, called, &error));
  g_assert_no_error (error);
}

/* Numbers by their value, not by their digits. */
static void
test_unnamed (Fixture *self, gconstpointer data)
{
  assert_bench (self,
                "port 1-1, port 1-2, port 1-3, port 1-4, port 1-5, port 1-6, port 1-7, port 1-8, "
                "port 1-9, port 1-10, port 1-11");
}

/* A name puts a port in front of the unnamed ones, behind the others that have one. */
static void
test_names (Fixture *self, gconstpointer data)
{
  name (self, "1-3", "left 1");
  name (self, "1-1", "left 2");
  assert_bench (self, "left 1, left 2, port 1-2");
  name (self, "1-3", "first");
  assert_bench (self, "first, left 2, port 1-2");
  name (self, "1-7", "empty");
  assert_bench (self, "first, left 2, empty, port 1-2");
  name (self, "1-7", NULL);
  assert_bench (self, "first, left 2, port 1-2");
}

/* What is done to "left" is done to one camera. */
static void
test_one_meaning (Fixture *self, gconstpointer data)
{
  static const char *const taken[] = { "left", "1-3" };

  name (self, "1-1", "left");
  name (self, "1-1", "left");
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (hs_session_name_slot (self->session, "1-2", taken[i], &error));
    g_assert_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE);
  }
  assert_bench (self, "left, port 1-2, port 1-3");
  name (self, "1-1", "");
  name (self, "1-2", "left");
  name (self, "1-3", "");
  assert_bench (self, "left, port 1-1, port 1-3");
}

static void
test_order (Fixture *self, gconstpointer data)
{
  static const char *const back[] = { "1-3", "1-1", NULL };
  static const char *const unnamed[] = { "1-3", "1-9", NULL };
  static const char *const twice[] = { "1-3", "1-3", NULL };
  g_autoptr (GError) error = NULL;

  name (self, "1-1", "a");
  name (self, "1-2", "b");
  name (self, "1-3", "c");
  assert_bench (self, "a, b, c");
  g_assert_true (hs_session_order_slots (self->session, back, NULL));
  assert_bench (self, "c, a, b");
  g_assert_false (hs_session_order_slots (self->session, unnamed, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (hs_session_order_slots (self->session, twice, &error));
  g_assert_nonnull (error);
  assert_bench (self, "c, a, b");

  g_assert_true (hs_session_shift_slot (self->session, "1-2", -1, NULL));
  assert_bench (self, "c, b, a");
  g_assert_true (hs_session_shift_slot (self->session, "1-1", 1, NULL));
  assert_bench (self, "c, b, a");
  g_assert_true (hs_session_shift_slot (self->session, "1-3", -1, NULL));
  assert_bench (self, "c, b, a");
  g_assert_true (hs_session_place_slot (self->session, "1-3", NULL, NULL));
  assert_bench (self, "b, a, c");
  g_assert_true (hs_session_place_slot (self->session, "1-3", "1-2", NULL));
  assert_bench (self, "c, b, a");
  g_assert_false (hs_session_place_slot (self->session, "1-9", "1-2", NULL));
}

/* The order is in the journal: the next session has it. */
static void
test_kept (Fixture *self, gconstpointer data)
{
  static const char *const order[] = { "1-2", "1-1", NULL };

  name (self, "1-1", "a");
  name (self, "1-2", "b");
  g_assert_true (hs_session_order_slots (self->session, order, NULL));
  close_session (self);
  open_session (self, data, "other-cameras");
  assert_bench (self, "b, a, port 1-3");
}

static void
test_ignored (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) none = hs_session_dup_ignored_ports (self->session);
  g_auto (GStrv) ports = NULL;

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  name (self, "1-1", "a");
  name (self, "1-2", "b");
  name (self, "1-3", "c");
  g_assert_true (hs_session_ignore_port (self->session, "1-2", TRUE, NULL));
  assert_bench (self, "a, c");
  ports = hs_session_dup_ignored_ports (self->session);
  g_assert_cmpuint (g_strv_length (ports), ==, 1);
  g_assert_cmpstr (ports[0], ==, "1-2");
  g_assert_cmpstr (hs_session_get_port_name (self->session, "1-2"), ==, "b");

  /* It is not a neighbour, and keeps its place. */
  g_assert_true (hs_session_shift_slot (self->session, "1-3", -1, NULL));
  assert_bench (self, "c, a");
  g_assert_true (hs_session_ignore_port (self->session, "1-2", FALSE, NULL));
  assert_bench (self, "c, a, b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/slots/unnamed", Fixture, "OPENMV4*11", set_up, test_unnamed, tear_down);
  g_test_add ("/slots/names", Fixture, "OPENMV4*3", set_up, test_names, tear_down);
  g_test_add ("/slots/one-meaning", Fixture, "OPENMV4*3", set_up, test_one_meaning, tear_down);
  g_test_add ("/slots/order", Fixture, "OPENMV4*3", set_up, test_order, tear_down);
  g_test_add ("/slots/kept", Fixture, "OPENMV4*3", set_up, test_kept, tear_down);
  g_test_add ("/slots/ignored", Fixture, "OPENMV4*3", set_up, test_ignored, tear_down);
  return g_test_run ();
}
