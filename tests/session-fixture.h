/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"
#include "tests/window-fixture.h"
#include "ui/application.h"

#include <glib/gstdio.h>

/* A session with simulated cameras in virtual time, in a folder of its own. */
typedef struct {
  char *folder;
  HsSession *session;
} SessionFixture;

static inline void
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

/* @data: which cameras, as for --simulate; behind a "!" with the times of real ones. */
static inline void
session_fixture_set_up (SessionFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *catalog = NULL;
  g_autofree char *cameras = NULL;
  gboolean real = *(const char *) data == '!';
  HsSessionOptions options = { .simulate = (const char *) data + real,
                               .simulate_fast = !real,
                               .practice_builds = TRUE,
                               .operator_name = "operator 1" };

  self->folder = g_dir_make_tmp ("hotshoe-window-XXXXXX", NULL);
  catalog = g_build_filename (self->folder, "catalog.db", NULL);
  cameras = g_build_filename (self->folder, "cameras", NULL);
  options.catalog = catalog;
  options.simulate_dir = cameras;
  self->session = hs_session_new (&options, &error);
  g_assert_no_error (error);
}

static inline void
session_fixture_tear_down (SessionFixture *self, gconstpointer data)
{
  g_clear_object (&self->session);
  remove_folder (self->folder);
  g_clear_pointer (&self->folder, g_free);
}

/* Waits until the bench has @n cameras. */
static inline GPtrArray *
wait_for_slots (HsSession *session, guint n)
{
  GListModel *slots = hs_session_get_slots (session);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_object_unref);

  while (found->len < n) {
    g_ptr_array_set_size (found, 0);
    for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
      HsSlot *slot = g_list_model_get_item (slots, i);

      if (hs_slot_get_device (slot) != NULL)
        g_ptr_array_add (found, slot);
      else
        g_object_unref (slot);
    }
    if (found->len < n)
      g_main_context_iteration (NULL, TRUE);
  }
  return found;
}

/* The first label that is shown below @widget whose text begins with @text. */
static inline GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_LABEL (widget) && g_str_has_prefix (gtk_label_get_text (GTK_LABEL (widget)), text))
    return widget;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child)) {
    GtkWidget *found = find_label (child, text);

    if (found != NULL)
      return found;
  }
  return NULL;
}

/* For whoever reads a failed test: every label that is there. */
static inline void
tell_labels (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget))
    g_test_message ("%s", gtk_label_get_text (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    tell_labels (child);
}

static inline void
wait_for_label (gpointer widget, const char *text)
{
  gint64 end = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;

  while (find_label (widget, text) == NULL) {
    if (g_get_monotonic_time () > end) {
      tell_labels (widget);
      g_test_message ("“%s” never came", text);
      g_assert_not_reached ();
    }
    g_main_context_iteration (NULL, TRUE);
  }
}
