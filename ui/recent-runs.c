/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/recent-runs.h"

#include "app/explain.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

enum { MAX_RUNS = 500, MAX_ROWS = 6 };

struct _HsRecentRuns {
  GtkBox parent_instance;

  GtkWidget *summary;
  GtkWidget *rows;

  HsSession *session;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (HsRecentRuns, hs_recent_runs, GTK_TYPE_BOX)

/* The run's own record; (transfer full) (nullable). */
static JsonObject *
dup_result (HsRun *run)
{
  g_autoptr (JsonNode) node =
      hs_run_get_result (run) != NULL ? json_from_string (hs_run_get_result (run), NULL) : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_dup_object (node) : NULL;
}

/* What the card and the wizard said too; the journal's times leave out the waiting before. */
static double
seconds_of (HsRun *run)
{
  g_autoptr (JsonObject) result = dup_result (run);
  double between = (double) (hs_run_get_finished (run) - hs_run_get_started (run)) / G_USEC_PER_SEC;

  return result != NULL ? json_object_get_double_member_with_default (result, "seconds", between)
                        : between;
}

/* What the run's own record says went wrong; NULL: nothing. */
static char *
dup_problem (HsRun *run)
{
  g_autoptr (JsonObject) result = dup_result (run);
  JsonNode *error = result != NULL ? json_object_get_member (result, "error") : NULL;

  if (error == NULL || !JSON_NODE_HOLDS_OBJECT (error))
    return NULL;
  return g_strdup (
      json_object_get_string_member_with_default (json_node_get_object (error), "message", NULL));
}

static char *
dup_who (HsRun *run)
{
  const char *label = hs_run_get_unit_label (run);

  if (label != NULL && *label != '\0')
    return g_strdup (label);
  if (hs_run_get_number (run) != NULL)
    return g_strdup (hs_run_get_number (run));
  if (hs_run_get_unit (run) != NULL)
    return g_strdup (_ ("A unit without label"));
  return g_strdup (hs_format_board_name (hs_run_get_board (run)));
}

/* Translators: %s are the name of a unit and of a slot. */
static char *
dup_plain_sentence (HsOutcome outcome, const char *who, const char *slot)
{
  switch (outcome) {
  case HS_OUTCOME_PASSED:
    return g_strdup_printf (_ ("%s passed on %s"), who, slot);
  case HS_OUTCOME_FAILED:
    return g_strdup_printf (_ ("%s failed on %s"), who, slot);
  case HS_OUTCOME_CANCELLED:
    return g_strdup_printf (_ ("%s was stopped on %s"), who, slot);
  case HS_OUTCOME_REFUSED:
    return g_strdup_printf (_ ("%s was refused on %s"), who, slot);
  case HS_OUTCOME_UNPROVEN:
    return g_strdup_printf (_ ("%s is unproven on %s"), who, slot);
  case HS_OUTCOME_INTERRUPTED:
    return g_strdup_printf (_ ("%s broke off on %s"), who, slot);
  case HS_OUTCOME_NONE:
    break;
  }
  return g_strdup_printf (_ ("%s is in work on %s"), who, slot);
}

static char *
dup_sentence (HsRun *run, HsOutcome outcome)
{
  g_autofree char *who = dup_who (run);
  g_autofree char *slot = hs_format_port (hs_run_get_slot (run), hs_run_get_port (run));
  g_autofree char *text = dup_plain_sentence (outcome, who, slot);

  return hs_format_bold_part (text, who);
}

static char *
dup_more (HsRun *run, HsOutcome outcome)
{
  g_autofree char *problem = outcome != HS_OUTCOME_PASSED ? dup_problem (run) : NULL;
  g_autofree char *time =
      hs_run_get_finished (run) > 0 ? hs_format_duration (seconds_of (run)) : g_strdup ("");
  const char *build = hs_run_get_build_name (run);

  if (problem != NULL)
    return g_steal_pointer (&problem);
  if (build != NULL)
    return g_strdup_printf ("%s · %s", build, time);
  return g_strdup_printf ("%s · %s", hs_run_get_what (run), time);
}

static void
add_row (HsRecentRuns *self, HsRun *run, gboolean first)
{
  HsOutcome outcome = hs_outcome_from_name (hs_run_get_outcome (run));
  g_autofree char *clock = hs_format_clock (hs_run_get_started (run));
  g_autofree char *sentence = dup_sentence (run, outcome);
  g_autofree char *more = dup_more (run, outcome);
  g_autofree char *serial = hs_format_serial_last_markup (hs_run_get_unit (run));
  GtkWidget *time = hs_piece_label (clock, "figure dim-label");
  GtkWidget *what = hs_piece_markup (sentence, NULL);
  GtkWidget *grey = hs_piece_label (more, "dim-label");
  GtkWidget *row;

  gtk_label_set_width_chars (GTK_LABEL (time), 6);
  gtk_label_set_ellipsize (GTK_LABEL (what), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (grey), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (grey, TRUE);
  gtk_widget_set_tooltip_text (grey, more);
  row = hs_piece_row (10,
                      time,
                      hs_shape_new (hs_shape_for_outcome (outcome), 16),
                      what,
                      grey,
                      hs_piece_markup (serial, "serial"),
                      NULL);
  hs_piece_set_classes (row, first ? "table-row first" : "table-row");
  gtk_box_append (GTK_BOX (self->rows), row);
}

/* -- the summary ------------------------------------------------------------------------------ */

static int
compare_double (gconstpointer a, gconstpointer b)
{
  double one = *(const double *) a, two = *(const double *) b;

  return one < two ? -1 : one > two;
}

static void
update_summary (HsRecentRuns *self, GPtrArray *runs)
{
  g_autoptr (GArray) seconds = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GString) markup = g_string_new (NULL);
  guint n_failed = 0;

  for (guint i = 0; i < runs->len; i++) {
    HsRun *run = runs->pdata[i];
    HsOutcome outcome = hs_outcome_from_name (hs_run_get_outcome (run));
    double value = seconds_of (run);

    n_failed += outcome == HS_OUTCOME_FAILED;
    if (outcome == HS_OUTCOME_PASSED)
      g_array_append_val (seconds, value);
  }
  g_string_append_printf (markup, _ ("<b>%u</b> passed"), seconds->len);
  if (n_failed > 0) {
    g_string_append (markup, "  ·  ");
    g_string_append_printf (markup, _ ("<b>%u</b> failed"), n_failed);
  }
  if (seconds->len > 0) {
    g_autofree char *middle = NULL;

    g_array_sort (seconds, compare_double);
    middle = hs_format_duration (g_array_index (seconds, double, seconds->len / 2));
    g_string_append (markup, "  ·  ");
    /* Translators: the median of how long runs took: 24.8 s */
    g_string_append_printf (markup, _ ("middle time <b>%s</b>"), middle);
  }
  gtk_label_set_markup (GTK_LABEL (self->summary), markup->str);
}

/* -- reading ---------------------------------------------------------------------------------- */

static gpointer
list_runs_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_catalog_list_runs (catalog, NULL, hs_local_midnight_us (), MAX_RUNS, error);
}

static gboolean
is_flash (HsRun *run)
{
  return g_strcmp0 (hs_run_get_what (run), "flash") == 0 && hs_run_get_outcome (run) != NULL;
}

static void
runs_listed_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRecentRuns *self = owner;
  GPtrArray *all = result;
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  for (guint i = 0; all != NULL && i < all->len; i++)
    if (is_flash (all->pdata[i]))
      g_ptr_array_add (runs, all->pdata[i]);

  hs_piece_clear (self->rows);
  for (guint i = 0; i < MIN (runs->len, MAX_ROWS); i++)
    add_row (self, runs->pdata[i], i == 0);
  update_summary (self, runs);
  gtk_widget_set_visible (GTK_WIDGET (self), runs->len > 0);
}

static void
free_runs (gpointer runs)
{
  g_ptr_array_unref (runs);
}

static void
read_runs (HsRecentRuns *self)
{
  hs_ask (hs_session_get_catalog (self->session),
          self,
          list_runs_func,
          NULL,
          NULL,
          free_runs,
          self->cancellable,
          runs_listed_cb);
}

static void
hs_recent_runs_dispose (GObject *object)
{
  HsRecentRuns *self = HS_RECENT_RUNS (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_recent_runs_parent_class)->dispose (object);
}

static void
hs_recent_runs_class_init (HsRecentRunsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_recent_runs_dispose;
}

static void
hs_recent_runs_init (HsRecentRuns *self)
{
  GtkWidget *title = hs_piece_label (_ ("Today on this bench"), "heading");
  GtkWidget *head;

  self->cancellable = g_cancellable_new ();
  self->summary = hs_piece_label (NULL, "figure dim-label");
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_hexpand (title, TRUE);
  head = hs_piece_row (12, title, self->summary, NULL);
  gtk_widget_set_margin_bottom (head, 4);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_append (GTK_BOX (self), head);
  gtk_box_append (GTK_BOX (self), self->rows);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
hs_recent_runs_set_session (HsRecentRuns *self, HsSession *session)
{
  g_return_if_fail (HS_IS_RECENT_RUNS (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      hs_session_get_catalog (session), "changed", G_CALLBACK (read_runs), self, G_CONNECT_SWAPPED);
  read_runs (self);
}
