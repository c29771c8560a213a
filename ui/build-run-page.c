/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-run-page.h"

#include "ui/ask.h"
#include "ui/build-before.h"
#include "ui/build-help.h"
#include "ui/build-log-view.h"
#include "ui/build-memory.h"
#include "ui/build-phases.h"
#include "ui/build-problem-view.h"
#include "ui/build-words.h"
#include "ui/piece.h"
#include "ui/practice-ribbon.h"

#include <glib/gi18n-lib.h>

struct _HsBuildRunPage {
  GtkBox parent_instance;

  AdwWindowTitle *title;
  GtkWidget *load;
  GtkWidget *show_build;
  GtkWidget *again;
  GtkWidget *stop;
  GtkListBox *runs;
  GtkLabel *target;
  HsBuildPhases *phases;
  GtkWidget *progress_box;
  GtkProgressBar *progress;
  GtkLabel *steps;
  GtkWidget *top;
  AdwBin *verdict;
  AdwBin *memory;
  HsBuildLogView *log;

  HsSession *session;  /* owned */
  HsBuildWatch *watch; /* owned */
  HsBuildRun *run;     /* owned; nullable */
  HsBuild *before;     /* owned; nullable: the build of this board before */
  GCancellable *reading;
  guint second_source;
  guint memory_shown; /* rows of the memory's picture that are shown */
  int verdict_shown;  /* state that the verdict is of; -1: none */
  gboolean filling;   /* the list of builds is being made */
};

G_DEFINE_FINAL_TYPE (HsBuildRunPage, hs_build_run_page, GTK_TYPE_BOX)

enum { SIGNAL_BACK, N_SIGNALS };
static guint signals[N_SIGNALS];

/* -- the list of builds ---------------------------------------------------------------------- */

static GtkWidget *
run_row (HsBuildRun *run)
{
  g_autofree char *name = hs_build_words_name (run);
  GtkWidget *shape = hs_shape_new (HS_SHAPE_EMPTY, 18);
  GtkWidget *title = hs_piece_label (hs_build_run_get_request (run)->target, "heading");
  GtkWidget *sub = hs_piece_label (NULL, "caption dim-label figure");
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (sub), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), title);
  gtk_box_append (GTK_BOX (words), sub);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), hs_piece_row (10, shape, words, NULL));
  gtk_widget_set_tooltip_text (row, name);
  g_object_set_data (G_OBJECT (row), "run", run);
  g_object_set_data (G_OBJECT (row), "shape", shape);
  g_object_set_data (G_OBJECT (row), "sub", sub);
  return row;
}

static void
fill_row (GtkWidget *row)
{
  HsBuildRun *run = g_object_get_data (G_OBJECT (row), "run");
  const char *target = hs_build_run_get_request (run)->target;
  g_autofree char *name = hs_build_words_name (run);
  g_autofree char *state = hs_build_words_short (run);
  g_autofree char *text =
      g_str_equal (name, target) ? g_strdup (state) : g_strdup_printf ("%s · %s", state, name);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", target, text);

  hs_shape_set (g_object_get_data (G_OBJECT (row), "shape"), hs_build_words_shape (run));
  gtk_label_set_label (g_object_get_data (G_OBJECT (row), "sub"), text);
  hs_piece_name (row, spoken);
}

static void
show_runs (HsBuildRunPage *self)
{
  guint n = hs_build_watch_get_n (self->watch);

  self->filling = TRUE;
  for (guint i = 0; i < n; i++) {
    GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->runs, (int) i);
    HsBuildRun *run = hs_build_watch_nth (self->watch, i);

    if (row == NULL) {
      gtk_list_box_append (self->runs, run_row (run));
      row = gtk_list_box_get_row_at_index (self->runs, (int) i);
    }
    fill_row (GTK_WIDGET (row));
    if (run == self->run && gtk_list_box_get_selected_row (self->runs) != row)
      gtk_list_box_select_row (self->runs, row);
  }
  self->filling = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->runs), n > 1);
}

static void
run_selected_cb (GtkListBox *runs, GtkListBoxRow *row, HsBuildRunPage *self)
{
  if (row != NULL && !self->filling)
    hs_build_run_page_set_run (self, g_object_get_data (G_OBJECT (row), "run"));
}

/* -- what became of it ----------------------------------------------------------------------- */

static void
open_cb (HsBuildRunPage *self, const char *where)
{
  const HsBuildRequest *request = hs_build_run_get_request (self->run);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  hs_build_help_open (where, self->session, GTK_WINDOW (root), request->tree, request->target);
}

static char *
repeated_text (HsBuildRun *run)
{
  const char *repeated = hs_build_run_get_repeated (run);
  const char *const *differing = hs_build_run_get_differing (run);
  g_autofree char *files = NULL;

  if (g_strcmp0 (repeated, "equal") == 0)
    return g_strdup (_ ("Built before from the same inputs: equal to the byte."));
  if (g_strcmp0 (repeated, "differs") != 0 || differing == NULL)
    return NULL;
  files = g_strjoinv (", ", (char **) differing);
  return g_strdup_printf (_ ("Built before from the same inputs, and it differs: %s."), files);
}

static char *
done_text (HsBuildRun *run)
{
  g_autofree char *name = hs_build_words_name (run);

  if (hs_build_run_get_build (run) != NULL)
    return g_strdup_printf (_ ("%s is in the catalog"), name);
  return g_strdup (hs_build_run_get_not_imported (run));
}

static GtkWidget *
done_panel (HsBuildRun *run)
{
  g_autofree char *said = done_text (run);
  g_autofree char *repeated = repeated_text (run);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *title = hs_piece_label (said, "headline");
  GtkWidget *panel;

  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (title), PANGO_WRAP_WORD_CHAR);
  gtk_box_append (GTK_BOX (words), title);
  if (repeated != NULL) {
    GtkWidget *label = hs_piece_label (repeated, "dim-label");

    gtk_label_set_wrap (GTK_LABEL (label), TRUE);
    gtk_box_append (GTK_BOX (words), label);
  }
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  panel = hs_piece_row (16, hs_shape_new (HS_SHAPE_PASS, 30), words, NULL);
  gtk_widget_add_css_class (panel, "panel");
  return panel;
}

static void
show_verdict (HsBuildRunPage *self)
{
  HsBuildState state = hs_build_run_get_state (self->run);
  const HsBuildProblem *problem = hs_build_run_get_problem (self->run);
  GtkWidget *panel = NULL;

  if ((int) state == self->verdict_shown)
    return;
  self->verdict_shown = (int) state;
  if (state == HS_BUILD_FAILED && problem != NULL) {
    panel = hs_build_problem_view_new (problem);
    g_signal_connect_object (panel, "open", G_CALLBACK (open_cb), self, G_CONNECT_SWAPPED);
  } else if (state == HS_BUILD_DONE) {
    panel = done_panel (self->run);
  }
  adw_bin_set_child (self->verdict, panel);
  gtk_widget_set_visible (GTK_WIDGET (self->verdict), panel != NULL);
}

static void
show_memory (HsBuildRunPage *self)
{
  GPtrArray *memory = hs_build_run_get_memory (self->run);
  g_autoptr (JsonNode) details = NULL;
  g_autoptr (GPtrArray) before = NULL;
  GtkWidget *picture = NULL;

  if (memory != NULL && memory->len == self->memory_shown)
    return;
  self->memory_shown = memory != NULL ? memory->len : 0;
  details = hs_build_details_parse (self->before);
  before = hs_build_memory_read (details != NULL ? json_node_get_object (details) : NULL);
  if (memory != NULL)
    picture = hs_build_memory_new (memory, before);
  if (picture != NULL) {
    g_autofree char *line = before->len > 0
                                ? g_strdup_printf (_ ("the thin line above each bar is %s"),
                                                   hs_build_get_name (self->before))
                                : g_strdup ("");
    GtkWidget *end = hs_piece_label (line, "caption dim-label");

    gtk_label_set_ellipsize (GTK_LABEL (end), PANGO_ELLIPSIZE_END);
    picture = hs_piece_panel (_ ("Memory"), picture, end);
  }
  adw_bin_set_child (self->memory, picture);
  gtk_widget_set_visible (GTK_WIDGET (self->memory), picture != NULL);
}

static gpointer
read_before (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_build_before_read (catalog, data, NULL, cancellable);
}

static void
before_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsBuildRunPage *self = owner;

  g_set_object (&self->before, result);
  self->memory_shown = G_MAXUINT;
  show_memory (self);
}

/* Asked when the build is opened, before it is in the catalog itself. */
static void
ask_for_before (HsBuildRunPage *self)
{
  HsBuild *build = hs_build_run_get_build (self->run);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->before);
  if (build != NULL)
    return;
  self->reading = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (self->session),
          self,
          read_before,
          g_strdup (hs_build_run_get_request (self->run)->target),
          g_free,
          g_object_unref,
          self->reading,
          before_read_cb);
}

/* -- how far --------------------------------------------------------------------------------- */

static void
show_progress (HsBuildRunPage *self)
{
  HsBuildState state = hs_build_run_get_state (self->run);
  double fraction = hs_build_run_get_fraction (self->run);
  g_autofree char *steps = hs_build_words_steps (self->run);
  gboolean moves = FALSE;

  gtk_widget_set_visible (self->progress_box,
                          state == HS_BUILD_RUNNING || state == HS_BUILD_STOPPING);
  gtk_label_set_label (self->steps, steps);
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &moves, NULL);
  if (fraction >= 0)
    gtk_progress_bar_set_fraction (self->progress, fraction);
  else if (moves)
    gtk_progress_bar_pulse (self->progress);
}

static void
show_buttons (HsBuildRunPage *self)
{
  HsBuildState state = hs_build_run_get_state (self->run);
  HsBuild *build = hs_build_run_get_build (self->run);
  GtkWidget *widget = GTK_WIDGET (self);

  gtk_widget_set_visible (self->stop, state < HS_BUILD_DONE);
  gtk_button_set_label (GTK_BUTTON (self->stop),
                        state == HS_BUILD_STOPPING ? _ ("Stopping…") : _ ("Stop"));
  gtk_widget_set_visible (self->again, state >= HS_BUILD_DONE && build == NULL);
  gtk_widget_set_visible (self->load, build != NULL);
  gtk_widget_set_visible (self->show_build, build != NULL);
  gtk_widget_action_set_enabled (widget, "run.stop", state < HS_BUILD_STOPPING);
}

static void
show_all (HsBuildRunPage *self)
{
  g_autofree char *title = NULL, *subtitle = NULL;

  show_runs (self);
  if (self->run == NULL)
    return;
  title = hs_build_words_title (self->run);
  subtitle = hs_build_words_subtitle (self->run);
  adw_window_title_set_title (self->title, title);
  adw_window_title_set_subtitle (self->title, subtitle);
  gtk_label_set_label (self->target, hs_build_run_get_request (self->run)->target);
  hs_build_phases_set (self->phases,
                       hs_build_run_get_phases (self->run),
                       hs_build_run_get_state (self->run) == HS_BUILD_CANCELLED);
  show_progress (self);
  show_verdict (self);
  show_memory (self);
  gtk_widget_set_visible (self->top,
                          gtk_widget_get_visible (GTK_WIDGET (self->verdict)) ||
                              gtk_widget_get_visible (GTK_WIDGET (self->memory)));
  show_buttons (self);
  hs_build_log_view_set_live (self->log, !hs_build_words_is_over (self->run));
}

static gboolean
second_cb (gpointer data)
{
  HsBuildRunPage *self = data;

  if (self->run != NULL && !hs_build_words_is_over (self->run) &&
      gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_all (self);
  return G_SOURCE_CONTINUE;
}

static void
changed_cb (HsBuildRunPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_all (self);
}

/* -- what can be done ------------------------------------------------------------------------ */

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_signal_emit (widget, signals[SIGNAL_BACK], 0);
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBuildRunPage *self = HS_BUILD_RUN_PAGE (widget);

  if (self->run == NULL || hs_build_words_is_over (self->run))
    return;
  hs_build_run_cancel (self->run);
  show_all (self);
}

static void
again_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBuildRunPage *self = HS_BUILD_RUN_PAGE (widget);

  if (self->run != NULL)
    hs_build_run_page_set_run (self,
                               hs_build_queue_add (hs_build_watch_get_queue (self->watch),
                                                   hs_build_run_get_request (self->run)));
}

static void
load_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBuildRunPage *self = HS_BUILD_RUN_PAGE (widget);
  HsBuild *build = self->run != NULL ? hs_build_run_get_build (self->run) : NULL;

  if (build == NULL)
    return;
  hs_session_set_loaded (self->session, build);
  gtk_widget_activate_action (widget, "win.place", "s", "bench");
}

static void
show_build_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBuildRunPage *self = HS_BUILD_RUN_PAGE (widget);
  HsBuild *build = self->run != NULL ? hs_build_run_get_build (self->run) : NULL;

  if (build != NULL)
    gtk_widget_activate_action (widget, "win.show-build", "s", hs_build_get_id (build));
}

static void
first_error_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_build_log_view_show_first_error (HS_BUILD_RUN_PAGE (widget)->log);
}

/* -- life ------------------------------------------------------------------------------------ */

static void
hs_build_run_page_dispose (GObject *object)
{
  HsBuildRunPage *self = HS_BUILD_RUN_PAGE (object);

  g_clear_handle_id (&self->second_source, g_source_remove);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->before);
  g_clear_object (&self->run);
  g_clear_object (&self->watch);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_build_run_page_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, title);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, load);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, show_build);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, again);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, stop);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, runs);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, target);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, phases);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, progress_box);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, progress);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, steps);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, top);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, verdict);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, memory);
  gtk_widget_class_bind_template_child (klass, HsBuildRunPage, log);
}

static void
hs_build_run_page_class_init (HsBuildRunPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_build_run_page_dispose;
  signals[SIGNAL_BACK] = g_signal_new (
      "back", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (HS_TYPE_PRACTICE_RIBBON);
  g_type_ensure (HS_TYPE_BUILD_PHASES);
  g_type_ensure (HS_TYPE_BUILD_LOG_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("build-run-page"));
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, run_selected_cb);
  gtk_widget_class_install_action (widget_class, "run.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "run.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "run.again", NULL, again_action);
  gtk_widget_class_install_action (widget_class, "run.load", NULL, load_action);
  gtk_widget_class_install_action (widget_class, "run.show-build", NULL, show_build_action);
  gtk_widget_class_install_action (widget_class, "run.first-error", NULL, first_error_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Left, GDK_ALT_MASK, "run.back", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F8, 0, "run.first-error", NULL);
}

static void
hs_build_run_page_init (HsBuildRunPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->verdict_shown = -1;
  self->second_source = g_timeout_add_seconds (1, second_cb, self);
  g_signal_connect_after (self, "map", G_CALLBACK (show_all), NULL);
}

GtkWidget *
hs_build_run_page_new (HsSession *session, HsBuildWatch *watch)
{
  HsBuildRunPage *self = g_object_new (HS_TYPE_BUILD_RUN_PAGE, NULL);

  self->session = g_object_ref (session);
  self->watch = g_object_ref (watch);
  g_signal_connect_object (watch, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
hs_build_run_page_set_run (HsBuildRunPage *self, HsBuildRun *run)
{
  g_autofree char *name = NULL;

  g_return_if_fail (HS_IS_BUILD_RUN_PAGE (self));

  if (run == self->run)
    return;
  g_set_object (&self->run, run);
  self->verdict_shown = -1;
  self->memory_shown = G_MAXUINT;
  if (run == NULL)
    return;
  name = hs_build_words_name (run);
  hs_build_log_view_set_log (self->log, hs_build_run_get_log (run), name);
  ask_for_before (self);
  show_all (self);
}

HsBuildRun *
hs_build_run_page_get_run (HsBuildRunPage *self)
{
  g_return_val_if_fail (HS_IS_BUILD_RUN_PAGE (self), NULL);

  return self->run;
}
