/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/session-fixture.h"

/* A session and a small firmware tree, for tests of pages about one. */
typedef struct {
  SessionFixture session;
  char *folder;
  char *root;
} TreeFixture;

/* @data: NULL-terminated options for make.py; nullable. */
static inline void
tree_fixture_set_up (TreeFixture *self, gconstpointer data)
{
  const char *const *options = data;
  g_autofree char *make = g_test_build_filename (G_TEST_DIST, "model-tree", "make.py", NULL);
  g_autoptr (GStrvBuilder) argv = g_strv_builder_new ();
  g_autoptr (GSubprocess) maker = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = NULL;

  session_fixture_set_up (&self->session, "OPENMV4");
  self->folder = g_dir_make_tmp ("hotshoe-pages-XXXXXX", NULL);
  self->root = g_build_filename (self->folder, "openmv", NULL);
  g_strv_builder_add_many (argv, "python3", "-B", make, self->root, NULL);
  for (guint i = 0; options != NULL && options[i] != NULL; i++)
    g_strv_builder_add (argv, options[i]);
  words = g_strv_builder_end (argv);
  maker =
      g_subprocess_newv ((const char *const *) words, G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (maker, NULL, &error));
  g_assert_no_error (error);
}

static inline void
tree_fixture_tear_down (TreeFixture *self, gconstpointer data)
{
  session_fixture_tear_down (&self->session, NULL);
  remove_folder (self->folder);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->root, g_free);
}

static inline char *
tree_fixture_read (TreeFixture *self, const char *file)
{
  g_autofree char *path = g_build_filename (self->root, file, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static inline char *
tree_fixture_write (TreeFixture *self, const char *file, const char *text)
{
  char *path = g_build_filename (self->folder, file, NULL);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

/* The window that was opened last; borrowed. */
static inline GtkWidget *
newest_window (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  guint n = g_list_model_get_n_items (windows);
  g_autoptr (GtkWidget) window = n > 0 ? g_list_model_get_item (windows, n - 1) : NULL;

  return window;
}

/* Waits for a button that can be pressed, and presses it. */
static inline void
press (GtkWidget *window, const char *label)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  GtkWidget *button = NULL;

  while (button == NULL || !gtk_widget_is_sensitive (button)) {
    if (g_get_monotonic_time () > end) {
      tell_labels (window);
      g_test_message ("“%s” can’t be pressed", label);
      g_assert_not_reached ();
    }
    spin_for (20);
    button = find_button (window, label);
  }
  g_signal_emit_by_name (button, "clicked");
}

/* What is shown of @type below @widget, the @nth of them; NULL if there is none. */
static inline GtkWidget *
find_nth (GtkWidget *widget, GType type, guint *nth)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && (*nth)-- == 0)
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_nth (child, type, nth);

    if (found != NULL)
      return found;
  }
  return NULL;
}

static inline GtkWidget *
find_shown (GtkWidget *widget, GType type, guint nth)
{
  return find_nth (widget, type, &nth);
}

/* Until @window is closed; it is borrowed and not touched. */
static inline void
wait_until_closed (GtkWidget *window)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  GListModel *windows = gtk_window_get_toplevels ();
  gboolean open = TRUE;

  while (open) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    spin_for (20);
    open = FALSE;
    for (guint i = 0; i < g_list_model_get_n_items (windows); i++) {
      g_autoptr (GtkWidget) one = g_list_model_get_item (windows, i);

      open |= one == window;
    }
  }
}

/* Lets it go, and sees that nothing holds it. */
static inline void
assert_goes (GtkWidget *window)
{
  gpointer left = window;
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  g_object_add_weak_pointer (G_OBJECT (window), &left);
  gtk_window_destroy (GTK_WINDOW (window));
  while (left != NULL && g_get_monotonic_time () < end)
    spin_for (20);
  g_assert_null (left);
}
