/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the view of a build's log costs: while 20,000 lines a second come, and while a million are
 * scrolled; beside a GtkListView whose rows are one plain label. Asserts nothing. */
#include "tests/window-fixture.h"
#include "ui/build-log-view.h"

enum {
  LINES = 1000 * 1000,
  LINES_A_SECOND = 20000,
  LIVE_MS = 5000,
  PIECE_LINES = 200,
  FRAMES = 400,
  STEP_PX = 190
};

typedef struct {
  GtkWidget *window;
  GtkAdjustment *place;
  GArray *times; /* gint64, µs of each frame */
  gint64 begun;
  guint jump; /* frames until the place is somewhere else altogether; 0: never */
  gboolean over;
} Run;

static void
before_cb (GdkFrameClock *clock, Run *run)
{
  run->begun = g_get_monotonic_time ();
}

static void
after_cb (GdkFrameClock *clock, Run *run)
{
  gint64 took = g_get_monotonic_time () - run->begun;

  g_array_append_val (run->times, took);
}

/* Down, and up again from the end; so fast that every frame has rows to bind. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Run *run = data;
  double value = gtk_adjustment_get_value (run->place) + STEP_PX;
  double end = gtk_adjustment_get_upper (run->place) - gtk_adjustment_get_page_size (run->place);

  if (run->jump > 0 && run->times->len % run->jump == 0)
    value = g_random_double_range (0, end);
  gtk_adjustment_set_value (run->place, value > end ? 0 : value);
  run->over = run->times->len >= FRAMES;
  return run->over ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static double
quantile_ms (Run *run, double q)
{
  g_array_sort (run->times, compare);
  return (double) g_array_index (run->times, gint64, (guint) (q * (run->times->len - 1))) / 1000;
}

static double
rss_mb (void)
{
  g_autofree char *text = NULL;
  guint64 pages = 0;

  if (g_file_get_contents ("/proc/self/statm", &text, NULL, NULL)) {
    const char *second = strchr (text, ' ');

    pages = second != NULL ? g_ascii_strtoull (second, NULL, 10) : 0;
  }
  return (double) (pages * 4096) / 1e6;
}

static void
present (Run *run, GtkWidget *child, GtkAdjustment *place)
{
  *run = (Run){ .window = adw_window_new (), .times = g_array_new (FALSE, FALSE, sizeof (gint64)) };
  run->place = place;
  gtk_window_set_default_size (GTK_WINDOW (run->window), 860, 760);
  adw_window_set_content (ADW_WINDOW (run->window), child);
  gtk_window_present (GTK_WINDOW (run->window));
  spin_for (500);
}

static GdkFrameClock *
count_frames (Run *run)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (run->window);

  g_signal_connect (clock, "before-paint", G_CALLBACK (before_cb), run);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_cb), run);
  return clock;
}

static void
scroll (Run *run, guint jump)
{
  GdkFrameClock *clock = count_frames (run);

  run->jump = jump;
  gtk_widget_add_tick_callback (run->window, tick_cb, run, NULL);
  while (!run->over)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (clock, run);
}

static void
print_times (const char *what, Run *run)
{
  g_print ("# %-28s median %.2f ms, 95 %% %.2f ms, max %.2f ms a frame (%u frames)\n",
           what,
           quantile_ms (run, .5),
           quantile_ms (run, .95),
           quantile_ms (run, 1),
           run->times->len);
}

/* -- the empty list -------------------------------------------------------------------------- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkStringObject *string = gtk_list_item_get_item (item);

  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (item)),
                       gtk_string_object_get_string (string));
}

static void
measure_empty (Run *run)
{
  GtkStringList *strings = gtk_string_list_new (NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *list;

  for (guint i = 0; i < FRAMES * 20; i++)
    gtk_string_list_append (strings, "line");
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_multi_selection_new (G_LIST_MODEL (strings))),
                            factory);
  gtk_widget_add_css_class (list, "log");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  present (run, scroller, gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)));
  scroll (run, 0);
  gtk_window_destroy (GTK_WINDOW (run->window));
}

/* -- ours ------------------------------------------------------------------------------------ */

typedef struct {
  HsBuildLog *log;
  guint lines;
  guint per_second; /* 0: as fast as it goes */
  int over;         /* atomic */
} Feeder;

static void
append_piece (HsBuildLog *log, guint from, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = from; i < from + n; i++)
    if (i % 997 == 0)
      g_string_append_printf (text, "lib/imlib/blob.c:%u:34: error: 'x' undeclared\n", i);
    else if (i % 101 == 0)
      g_string_append_printf (text, "arm-none-eabi-gcc -DLINE=%u %0400u -o x.o\n", i, i);
    else
      g_string_append_printf (text, "CC ../../lib/imlib/stereo_%u.c\n", i);
  hs_build_log_append (log, text->str, text->len, FALSE);
}

static gpointer
feed (gpointer data)
{
  Feeder *feeder = data;
  gint64 begun = g_get_monotonic_time ();

  for (guint n = 0; n < feeder->lines; n += PIECE_LINES) {
    gint64 due =
        feeder->per_second > 0 ? begun + (gint64) n * G_TIME_SPAN_SECOND / feeder->per_second : 0;
    gint64 now = g_get_monotonic_time ();

    if (due > now)
      g_usleep ((gulong) (due - now));
    append_piece (feeder->log, n, PIECE_LINES);
  }
  g_atomic_int_set (&feeder->over, 1);
  return NULL;
}

/* Until everything that was fed is on the screen; seconds. */
static double
run_feeder (HsBuildLog *log, guint lines, guint per_second)
{
  Feeder feeder = { log, lines, per_second, 0 };
  guint wanted = hs_build_log_get_n_lines (log) + lines;
  gint64 begun = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("feed", feed, &feeder);

  while (!g_atomic_int_get (&feeder.over) || g_list_model_get_n_items (G_LIST_MODEL (log)) < wanted)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  return (double) (g_get_monotonic_time () - begun) / G_TIME_SPAN_SECOND;
}

int
main (int argc, char **argv)
{
  HsBuildLog *log = hs_build_log_new ();
  const guint live_lines = LINES_A_SECOND / 1000 * LIVE_MS;
  GtkWidget *view;
  Run empty, live, scrolled, jumped;
  GdkFrameClock *clock;
  double before, after, seconds;

  window_test_init (&argc, &argv);
  measure_empty (&empty);
  print_times ("empty list, scrolled", &empty);

  view = hs_build_log_view_new ();
  hs_build_log_view_set_log (HS_BUILD_LOG_VIEW (view), log, "bench");
  hs_build_log_view_set_live (HS_BUILD_LOG_VIEW (view), TRUE);
  present (&live, view, hs_build_log_view_get_place (HS_BUILD_LOG_VIEW (view)));
  before = rss_mb ();
  clock = count_frames (&live);
  seconds = run_feeder (log, live_lines, LINES_A_SECOND);
  g_signal_handlers_disconnect_by_data (clock, &live);
  g_print ("# live: %.0f lines/s (wanted: 20000)\n", live_lines / seconds);
  print_times ("live, at the end", &live);

  seconds = run_feeder (log, LINES - live_lines, 0);
  after = rss_mb ();
  g_print ("# as fast as it goes: %.0f lines/s\n", (LINES - live_lines) / seconds);
  g_print ("# %u lines, memory grew by %.1f MB\n", hs_build_log_get_n_lines (log), after - before);

  hs_build_log_view_set_live (HS_BUILD_LOG_VIEW (view), FALSE);
  spin_for (500);
  scrolled = live;
  scrolled.times = g_array_new (FALSE, FALSE, sizeof (gint64));
  gtk_adjustment_set_value (scrolled.place, 0);
  scroll (&scrolled, 0);
  print_times ("a million, scrolled", &scrolled);
  jumped = scrolled;
  jumped.over = FALSE;
  jumped.times = g_array_new (FALSE, FALSE, sizeof (gint64));
  scroll (&jumped, 5);
  print_times ("a million, jumped about", &jumped);
  g_print ("# our share, scrolled: median %.2f ms, 95 %% %.2f ms (wanted: at most 4 ms)\n",
           quantile_ms (&scrolled, .5) - quantile_ms (&empty, .5),
           quantile_ms (&scrolled, .95) - quantile_ms (&empty, .95));
  g_print ("1..1\nok 1 - measured\n");
  gtk_window_destroy (GTK_WINDOW (live.window));
  g_object_unref (log);
  return 0;
}
