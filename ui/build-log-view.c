/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-log-view.h"

#include "ui/build-log-row.h"
#include "ui/file-chooser.h"
#include "ui/format.h"
#include "ui/piece.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

enum {
  LOOK_MS = 100,           /* how often it is asked whether something is new, while nothing is */
  QUIET_FRAMES = 12,       /* frames without news until the frames are no longer followed */
  SEARCHED_FRAMES = 600,   /* a line that is filtered in comes by then */
  WORDS_EVERY = 15,        /* frames between two counts of lines in words */
  MOST_COPIED = 200 * 1000 /* lines */
};

struct _HsBuildLogView {
  GtkBox parent_instance;

  GtkEditable *search;
  GtkWidget *errors_only;
  GtkWidget *first_error;
  GtkStack *stack;
  GtkLabel *nothing;
  GtkScrolledWindow *scroller;
  GtkListView *list;

  HsBuildLog *log; /* owned; nullable */
  char *name;
  GCancellable *cancellable;
  guint look_source;
  guint tick;
  guint seen;   /* lines that the list knows of */
  guint said;   /* lines that the words say */
  guint quiet;  /* frames since something was new */
  guint frames; /* followed so far */
  guint wanted; /* number of a line that is to be shown; 0: none */
  guint waited; /* frames since it is wanted */
  double last_value;
  gboolean following;
  gboolean live;
};

G_DEFINE_FINAL_TYPE (HsBuildLogView, hs_build_log_view, GTK_TYPE_BOX)

/* -- words ----------------------------------------------------------------------------------- */

static gboolean
only_errors (HsBuildLogView *self)
{
  return gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->errors_only));
}

static char *
nothing_text (HsBuildLogView *self)
{
  const char *typed = gtk_editable_get_text (self->search);

  if (self->said == 0)
    return g_strdup (_ ("Nothing was printed yet"));
  if (*typed != '\0')
    return g_strdup_printf (_ ("No line has “%s”."), typed);
  return g_strdup (only_errors (self) ? _ ("No errors and no warnings") : "");
}

static void
say_counts (HsBuildLogView *self)
{
  g_autofree char *lines = NULL, *placeholder = NULL, *nothing = NULL;
  guint n_errors = self->log != NULL ? hs_build_log_get_n_errors (self->log) : 0;
  gboolean empty = self->log == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->log)) == 0;

  self->said = self->seen;
  lines = hs_format_count (self->said);
  placeholder = g_strdup_printf (ngettext ("Filter %s line", "Filter %s lines", self->said), lines);
  nothing = nothing_text (self);
  g_object_set (self->search, "placeholder-text", placeholder, NULL);
  gtk_label_set_label (self->nothing, nothing);
  gtk_stack_set_visible_child_name (self->stack, empty ? "nothing" : "list");
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log.first-error", n_errors > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "log.save", self->said > 0);
  gtk_widget_set_tooltip_text (self->first_error,
                               n_errors > 0 ? _ ("Go to the first error (F8)") : _ ("No errors"));
}

/* -- place ----------------------------------------------------------------------------------- */

static void
go_to_end (HsBuildLogView *self)
{
  GtkAdjustment *place = gtk_scrolled_window_get_vadjustment (self->scroller);

  gtk_adjustment_set_value (
      place, gtk_adjustment_get_upper (place) - gtk_adjustment_get_page_size (place));
}

/* Before lines go away: the end of those that were is no place in those that come, which GTK says
 * with a warning. */
static void
forget_place (HsBuildLogView *self)
{
  GtkAdjustment *place = gtk_scrolled_window_get_vadjustment (self->scroller);
  gboolean following = self->following;

  gtk_adjustment_set_value (place, 0);
  gtk_adjustment_set_upper (place, gtk_adjustment_get_page_size (place));
  self->following = following;
}

/* Going up leaves the end, being at the end follows it; lines that come change neither. */
static void
moved_cb (HsBuildLogView *self)
{
  GtkAdjustment *place = gtk_scrolled_window_get_vadjustment (self->scroller);
  double value = gtk_adjustment_get_value (place);
  gboolean at_end =
      value + gtk_adjustment_get_page_size (place) + 1 >= gtk_adjustment_get_upper (place);

  if (at_end)
    self->following = TRUE;
  else if (value < self->last_value - .5)
    self->following = FALSE;
  self->last_value = value;
}

/* All rows have one height. */
static gboolean
show_wanted (HsBuildLogView *self)
{
  GtkAdjustment *place = gtk_scrolled_window_get_vadjustment (self->scroller);
  guint position = hs_build_log_find_line (self->log, self->wanted);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->log));
  double row;

  if (position == G_MAXUINT || position >= n || self->waited < 2)
    return FALSE;

  row = gtk_adjustment_get_upper (place) / n;
  self->following = FALSE;
  gtk_selection_model_select_item (gtk_list_view_get_model (self->list), position, TRUE);
  gtk_adjustment_set_value (place,
                            position * row - (gtk_adjustment_get_page_size (place) - row) / 2);
  self->following = FALSE;
  return TRUE;
}

/* -- what is new ----------------------------------------------------------------------------- */

static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  HsBuildLogView *self = HS_BUILD_LOG_VIEW (widget);
  guint n = hs_build_log_get_n_lines (self->log);

  self->quiet++;
  self->frames++;
  if (self->following && self->wanted == 0)
    go_to_end (self); /* of what was laid out in the last frame */
  if (n != self->seen) {
    self->seen = n;
    self->quiet = 0;
    hs_build_log_update (self->log);
  }
  if (self->wanted != 0 && (show_wanted (self) || ++self->waited > SEARCHED_FRAMES))
    self->wanted = 0;
  if (self->seen != self->said &&
      (self->quiet > 0 || self->said == 0 || self->frames % WORDS_EVERY == 0))
    say_counts (self);

  if (self->quiet < QUIET_FRAMES || self->wanted != 0)
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  say_counts (self);
  return G_SOURCE_REMOVE;
}

static void
start_ticking (HsBuildLogView *self)
{
  self->quiet = 0;
  if (self->tick == 0 && self->log != NULL)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static gboolean
look_cb (gpointer data)
{
  HsBuildLogView *self = data;

  if (self->log != NULL && hs_build_log_get_n_lines (self->log) != self->seen)
    start_ticking (self);
  return G_SOURCE_CONTINUE;
}

static void
items_changed_cb (HsBuildLogView *self)
{
  start_ticking (self);
}

/* -- filter ---------------------------------------------------------------------------------- */

static void
filter_cb (HsBuildLogView *self)
{
  const char *typed = gtk_editable_get_text (self->search);

  if (self->log == NULL)
    return;
  if (self->following)
    forget_place (self);
  hs_build_log_filter (self->log, *typed != '\0' ? typed : NULL, only_errors (self));
  start_ticking (self);
}

static void
search_stopped_cb (HsBuildLogView *self)
{
  gtk_editable_set_text (self->search, "");
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

/* -- copy, save ------------------------------------------------------------------------------ */

static void
tell (HsBuildLogView *self, const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (GTK_WIDGET (self), ADW_TYPE_TOAST_OVERLAY);

  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new (text));
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBuildLogView *self = HS_BUILD_LOG_VIEW (widget);
  GtkSelectionModel *model = gtk_list_view_get_model (self->list);
  g_autoptr (GtkBitset) chosen =
      model != NULL ? gtk_selection_model_get_selection (model) : gtk_bitset_new_empty ();
  g_autoptr (GString) text = g_string_new (NULL);
  GtkBitsetIter iter;
  guint position, n = 0;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, chosen, &position);
       more && n < MOST_COPIED;
       more = gtk_bitset_iter_next (&iter, &position), n++) {
    g_autoptr (HsLogLine) line = g_list_model_get_item (G_LIST_MODEL (model), position);

    if (line != NULL)
      g_string_append_printf (text, "%s\n", hs_log_line_get_text (line));
  }
  if (n == 0)
    return;
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text->str);
  if (n < gtk_bitset_get_size (chosen)) {
    g_autofree char *count = hs_format_count (n);
    g_autofree char *said = g_strdup_printf (
        ngettext ("Copied the first %s line", "Copied the first %s lines", n), count);

    tell (self, said);
  } else {
    tell (self, _ ("Copied"));
  }
}

static void
save_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (hs_build_log_save (source, data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsBuildLogView) self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error)) {
    tell (self, _ ("Saved"));
    return;
  }
  said = g_strdup_printf (_ ("Not saved: %s"), error->message);
  tell (self, said);
}

static void
chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsBuildLogView) self = data;
  g_autoptr (GFile) file = hs_file_chooser_save_finish (result, NULL);
  g_autoptr (GTask) task = NULL;

  if (file == NULL || self->log == NULL || g_file_peek_path (file) == NULL)
    return;
  task = g_task_new (self->log, NULL, saved_cb, g_object_ref (self));
  g_task_set_task_data (task, g_file_get_path (file), g_free);
  g_task_run_in_thread (task, save_thread);
}

static void
save_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  HsBuildLogView *self = HS_BUILD_LOG_VIEW (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *name = g_strdup_printf ("%s.log", self->name != NULL ? self->name : _ ("build"));

  g_strdelimit (name, "/", '-');
  hs_file_chooser_save_async (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                              _ ("Save the Log"),
                              name,
                              self->cancellable,
                              chosen_cb,
                              g_object_ref (self));
}

static void
first_error_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_build_log_view_show_first_error (HS_BUILD_LOG_VIEW (widget));
}

/* -- life ------------------------------------------------------------------------------------ */

static void
hs_build_log_view_dispose (GObject *object)
{
  HsBuildLogView *self = HS_BUILD_LOG_VIEW (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
  if (self->log != NULL)
    g_signal_handlers_disconnect_by_data (self->log, self);
  g_clear_object (&self->log);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (hs_build_log_view_parent_class)->dispose (object);
}

static void
hs_build_log_view_class_init (HsBuildLogViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_build_log_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("build-log-view"));
  gtk_widget_class_bind_template_child (widget_class, HsBuildLogView, search);
  gtk_widget_class_bind_template_child (widget_class, HsBuildLogView, errors_only);
  gtk_widget_class_bind_template_child (widget_class, HsBuildLogView, first_error);
  gtk_widget_class_bind_template_child (widget_class, HsBuildLogView, stack);
  gtk_widget_class_bind_template_child (widget_class, HsBuildLogView, nothing);
  gtk_widget_class_bind_template_child (widget_class, HsBuildLogView, scroller);
  gtk_widget_class_bind_template_child (widget_class, HsBuildLogView, list);
  gtk_widget_class_bind_template_callback (widget_class, filter_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_install_action (widget_class, "log.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "log.save", NULL, save_action);
  gtk_widget_class_install_action (widget_class, "log.first-error", NULL, first_error_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F8, 0, "log.first-error", NULL);
}

static void
hs_build_log_view_init (HsBuildLogView *self)
{
  g_autoptr (GtkListItemFactory) factory = hs_build_log_row_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->following = TRUE;
  gtk_list_view_set_factory (self->list, factory);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller),
                           "value-changed",
                           G_CALLBACK (moved_cb),
                           self,
                           G_CONNECT_SWAPPED);
  say_counts (self);
}

GtkWidget *
hs_build_log_view_new (void)
{
  return g_object_new (HS_TYPE_BUILD_LOG_VIEW, NULL);
}

void
hs_build_log_view_set_log (HsBuildLogView *self, HsBuildLog *log, const char *name)
{
  g_return_if_fail (HS_IS_BUILD_LOG_VIEW (self));

  g_free (self->name);
  self->name = g_strdup (name);
  if (log == self->log)
    return;

  if (self->log != NULL)
    g_signal_handlers_disconnect_by_data (self->log, self);
  forget_place (self);
  gtk_list_view_set_model (self->list, NULL);
  g_set_object (&self->log, log);
  self->seen = 0;
  self->wanted = 0;
  self->following = TRUE;
  if (log != NULL) {
    g_autoptr (GtkMultiSelection) model =
        gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (log)));

    g_signal_connect_object (
        log, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED);
    gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
    filter_cb (self);
  }
  say_counts (self);
}

void
hs_build_log_view_set_live (HsBuildLogView *self, gboolean live)
{
  g_return_if_fail (HS_IS_BUILD_LOG_VIEW (self));

  if (live == self->live)
    return;
  self->live = live;
  g_clear_handle_id (&self->look_source, g_source_remove);
  if (live)
    self->look_source = g_timeout_add (LOOK_MS, look_cb, self);
  start_ticking (self);
}

/**
 * hs_build_log_view_show_line:
 * @self: a view
 * @number: of a line, from 1
 *
 * Scrolls to that line and selects it. A filter that hides it is taken away.
 */
void
hs_build_log_view_show_line (HsBuildLogView *self, guint number)
{
  g_return_if_fail (HS_IS_BUILD_LOG_VIEW (self));

  if (self->log == NULL || number == 0)
    return;
  hs_build_log_update (self->log);
  if (hs_build_log_find_line (self->log, number) == G_MAXUINT) {
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->errors_only), FALSE);
    gtk_editable_set_text (self->search, "");
    filter_cb (self);
  }
  self->wanted = number;
  self->waited = 0;
  start_ticking (self);
}

void
hs_build_log_view_show_first_error (HsBuildLogView *self)
{
  g_return_if_fail (HS_IS_BUILD_LOG_VIEW (self));

  if (self->log != NULL)
    hs_build_log_view_show_line (self, hs_build_log_get_first_error (self->log));
}

gboolean
hs_build_log_view_get_following (HsBuildLogView *self)
{
  g_return_val_if_fail (HS_IS_BUILD_LOG_VIEW (self), FALSE);

  return self->following;
}

/* Where it is scrolled to; borrowed. */
GtkAdjustment *
hs_build_log_view_get_place (HsBuildLogView *self)
{
  g_return_val_if_fail (HS_IS_BUILD_LOG_VIEW (self), NULL);

  return gtk_scrolled_window_get_vadjustment (self->scroller);
}
