/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-run-page.h"

#include "ui/confirm.h"
#include "ui/flash-job-row.h"
#include "ui/flash-strip.h"
#include "ui/operation.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsFlashRunPage {
  HsWizardPage parent_instance;

  GtkLabel *heading;
  GtkLabel *left;
  GtkLabel *left_text;
  GtkWidget *list;
  GtkWidget *legend;
  GtkWidget *cables;
  GtkWidget *reads;

  HsSession *session; /* owned */
  GPtrArray *jobs;    /* HsJob, owned; nullable */
  GCancellable *asking;
  guint tick_source;
  gboolean told; /* ::finished was emitted for these jobs */
};

G_DEFINE_FINAL_TYPE (HsFlashRunPage, hs_flash_run_page, HS_TYPE_WIZARD_PAGE)

enum { SIGNAL_FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

static guint
n_running (HsFlashRunPage *self)
{
  guint n = 0;

  for (guint i = 0; self->jobs != NULL && i < self->jobs->len; i++)
    n += hs_job_get_state (g_ptr_array_index (self->jobs, i)) != HS_JOB_FINISHED;
  return n;
}

static guint
n_stopping (HsFlashRunPage *self)
{
  guint n = 0;

  for (guint i = 0; self->jobs != NULL && i < self->jobs->len; i++)
    n += hs_job_get_state (g_ptr_array_index (self->jobs, i)) == HS_JOB_STOPPING;
  return n;
}

static gboolean
waits (HsJob *job)
{
  HsProgressState progress;

  hs_job_get_progress (job, &progress);
  return hs_job_get_state (job) == HS_JOB_RUNNING && progress.activity == HS_ACTIVITY_WAITING;
}

/* A job that only a person brings further, or NULL. */
static HsJob *
find_waiting (HsFlashRunPage *self)
{
  for (guint i = 0; i < self->jobs->len; i++)
    if (waits (g_ptr_array_index (self->jobs, i)))
      return g_ptr_array_index (self->jobs, i);
  return NULL;
}

/* The time left of the slowest, apart from those that wait for a person; not known as long as one
 * of them does not know; 0 if all wait. */
static double
slowest (HsFlashRunPage *self)
{
  double left = 0;

  for (guint i = 0; i < self->jobs->len; i++) {
    HsJob *job = g_ptr_array_index (self->jobs, i);
    double one;

    if (hs_job_get_state (job) == HS_JOB_FINISHED || waits (job))
      continue;
    one = hs_job_get_time_left (job);
    if (one < 0)
      return -1;
    left = MAX (left, one);
  }
  return left;
}

/* What the person does for @job; big if nothing else goes on. */
static void
show_hand (HsFlashRunPage *self, HsJob *job, double left)
{
  HsSlot *slot = hs_session_find_slot (self->session, hs_job_get_port (job));
  g_autofree char *headline = slot != NULL ? hs_slot_dup_headline (slot) : g_strdup ("…");
  g_autofree char *time = left > 0 ? hs_flash_time_left (left) : NULL;
  g_autofree char *markup = g_markup_printf_escaped ("<span size='%s' weight='light'>%s</span>",
                                                     left > 0 ? "300%" : "200%",
                                                     left > 0 ? time : headline);
  /* Translators: name of a slot */
  g_autofree char *text = g_strdup_printf (
      left > 0 ? _ ("left for the others; %s waits for your hand") : _ ("%s waits for your hand"),
      slot != NULL ? hs_slot_get_name (slot) : hs_job_get_port (job));

  gtk_label_set_markup (self->left, markup);
  gtk_label_set_label (self->left_text, text);
}

static void
show_left (HsFlashRunPage *self)
{
  double left = slowest (self);
  guint n = self->jobs->len;
  HsJob *waiting = find_waiting (self);
  g_autofree char *time = hs_flash_time_left (left);
  g_autofree char *markup =
      g_strdup_printf ("<span size='300%%' weight='light'>%s</span>", left < 0 ? "…" : time);

  if (waiting != NULL && left >= 0) {
    show_hand (self, waiting, left);
    return;
  }
  gtk_label_set_markup (self->left, markup);
  gtk_label_set_label (self->left_text,
                       left < 0 ? _ ("finding out how long it takes")
                       : n > 1  ? _ ("left until the last camera is done")
                                : _ ("left until the camera is done"));
}

static void
update_buttons (HsFlashRunPage *self)
{
  gboolean stopping = n_running (self) > 0 && n_stopping (self) == n_running (self);

  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self),
                           stopping ? _ ("Stopping…") : _ ("_Stop…"),
                           !stopping && n_running (self) > 0,
                           FALSE,
                           FALSE);
}

static gboolean
tick_cb (gpointer data)
{
  HsFlashRunPage *self = data;

  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    hs_flash_job_row_tick (HS_FLASH_JOB_ROW (row));
  show_left (self);
  return G_SOURCE_CONTINUE;
}

static void
job_changed_cb (HsFlashRunPage *self)
{
  update_buttons (self);
  show_left (self);
  if (n_running (self) > 0 || self->told)
    return;

  self->told = TRUE;
  g_cancellable_cancel (self->asking);
  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_signal_emit (self, signals[SIGNAL_FINISHED], 0);
}

/* -- stop ------------------------------------------------------------------------------------ */

static void
stop_answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsFlashRunPage) self = data;

  if (!hs_confirm_finish (result, NULL) || self->jobs == NULL)
    return;

  for (guint i = 0; i < self->jobs->len; i++) {
    HsJob *job = g_ptr_array_index (self->jobs, i);

    if (hs_job_get_state (job) < HS_JOB_STOPPING)
      hs_job_cancel (job);
  }
  update_buttons (self);
}

/* Is the camera in the middle of a write? */
static gboolean
is_torn (HsJob *job)
{
  if (hs_job_get_state (job) == HS_JOB_FINISHED)
    return FALSE;
  for (guint i = 0; i < hs_job_get_n_parts (job); i++)
    if (hs_job_get_part (job, i)->state == HS_PART_WRITING)
      return TRUE;
  return FALSE;
}

/* What follows from stopping now. */
static char *
stop_text (HsFlashRunPage *self)
{
  HsJob *torn = NULL;
  guint n = 0;

  for (guint i = 0; i < self->jobs->len; i++) {
    HsJob *job = g_ptr_array_index (self->jobs, i);

    n += is_torn (job);
    torn = is_torn (job) ? job : torn;
  }
  if (n == 0)
    return g_strdup (_ ("No camera is in the middle of a write now. They stay as they are, not "
                        "proven."));
  if (n == 1) {
    HsSlot *slot = hs_session_find_slot (self->session, hs_job_get_port (torn));

    return g_strdup_printf (_ ("%s then has no working firmware until it is flashed again."),
                            slot != NULL ? hs_slot_get_name (slot) : hs_job_get_port (torn));
  }
  return g_strdup_printf (
      ngettext ("%u camera then has no working firmware until it is flashed again.",
                "%u cameras then have no working firmware until they are flashed again.",
                n),
      n);
}

static gboolean
hs_flash_run_page_forward (HsWizardPage *page)
{
  HsFlashRunPage *self = HS_FLASH_RUN_PAGE (page);
  g_autofree char *body = stop_text (self);

  if (n_running (self) == 0)
    return TRUE;

  g_clear_object (&self->asking);
  self->asking = g_cancellable_new ();
  hs_confirm_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                    _ ("Stop after the current sector?"),
                    body,
                    _ ("_Keep Going"),
                    _ ("_Stop"),
                    TRUE,
                    self->asking,
                    stop_answered_cb,
                    g_object_ref (self));
  return TRUE;
}

/* "Continue on the Bench": the cards show the rest. */
static gboolean
hs_flash_run_page_backward (HsWizardPage *page)
{
  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (page))));
  return TRUE;
}

/* -- the page -------------------------------------------------------------------------------- */

/* Of the cells that can come: where nothing is written, none is written. */
static void
fill_legend (HsFlashRunPage *self, gboolean writes)
{
  static const struct {
    HsCell cell;
    const char *text;
    gboolean written, read; /* can it come where something is written, or only read? */
  } cells[] = {
    { HS_CELL_TODO, N_ ("to do"), TRUE, FALSE },
    { HS_CELL_ERASING, N_ ("erasing"), TRUE, FALSE },
    { HS_CELL_WRITTEN, N_ ("written"), TRUE, FALSE },
    { HS_CELL_READ, N_ ("read"), FALSE, TRUE },
    { HS_CELL_READ_BACK, N_ ("read back"), TRUE, FALSE },
    { HS_CELL_READ_BACK, N_ ("equal"), FALSE, TRUE },
    { HS_CELL_UNKNOWN, N_ ("unknown"), TRUE, FALSE },
    { HS_CELL_FAILED, N_ ("failed here"), TRUE, FALSE },
    { HS_CELL_DIFFERS, N_ ("holds something else"), FALSE, TRUE },
    { HS_CELL_UNTOUCHED, N_ ("not touched"), TRUE, FALSE },
    { HS_CELL_LOCKED, N_ ("locked"), TRUE, TRUE },
  };

  hs_piece_clear (self->legend);
  for (guint i = 0; i < G_N_ELEMENTS (cells); i++) {
    GtkWidget *cell;

    if (!(writes ? cells[i].written : cells[i].read))
      continue;
    cell = hs_flash_cell_new (cells[i].cell);
    gtk_widget_set_valign (cell, GTK_ALIGN_CENTER);
    gtk_box_append (
        GTK_BOX (self->legend),
        hs_piece_row (6, cell, hs_piece_label (_ (cells[i].text), "caption dim-label"), NULL));
  }
}

static void
hs_flash_run_page_dispose (GObject *object)
{
  HsFlashRunPage *self = HS_FLASH_RUN_PAGE (object);

  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_flash_run_page_parent_class)->dispose (object);
}

static void
hs_flash_run_page_class_init (HsFlashRunPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_flash_run_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_flash_run_page_forward;
  HS_WIZARD_PAGE_CLASS (klass)->backward = hs_flash_run_page_backward;
  signals[SIGNAL_FINISHED] = g_signal_new ("finished",
                                           G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST,
                                           0,
                                           NULL,
                                           NULL,
                                           NULL,
                                           G_TYPE_NONE,
                                           0);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("flash-run-page"));
  gtk_widget_class_bind_template_child (widget_class, HsFlashRunPage, heading);
  gtk_widget_class_bind_template_child (widget_class, HsFlashRunPage, left);
  gtk_widget_class_bind_template_child (widget_class, HsFlashRunPage, left_text);
  gtk_widget_class_bind_template_child (widget_class, HsFlashRunPage, list);
  gtk_widget_class_bind_template_child (widget_class, HsFlashRunPage, legend);
  gtk_widget_class_bind_template_child (widget_class, HsFlashRunPage, cables);
  gtk_widget_class_bind_template_child (widget_class, HsFlashRunPage, reads);
}

static void
hs_flash_run_page_init (HsFlashRunPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_back (HS_WIZARD_PAGE (self), _ ("_Continue on the Bench"), TRUE);
}

HsWizardPage *
hs_flash_run_page_new (HsSession *session)
{
  HsFlashRunPage *self = g_object_new (HS_TYPE_FLASH_RUN_PAGE, NULL);

  self->session = g_object_ref (session);
  return HS_WIZARD_PAGE (self);
}

/**
 * hs_flash_run_page_set_jobs:
 * @self: a page
 * @jobs: (element-type HsJob): what was started; at least one
 *
 * Shows @jobs from now on.
 */
void
hs_flash_run_page_set_jobs (HsFlashRunPage *self, GPtrArray *jobs)
{
  g_autofree char *title = NULL;
  const char *what;

  g_return_if_fail (HS_IS_FLASH_RUN_PAGE (self));
  g_return_if_fail (jobs->len > 0);

  what = hs_job_get_what (g_ptr_array_index (jobs, 0));
  gtk_widget_set_visible (self->cables, hs_operation_writes (what));
  gtk_widget_set_visible (self->reads, !hs_operation_writes (what));
  fill_legend (self, hs_operation_writes (what));

  for (guint i = 0; self->jobs != NULL && i < self->jobs->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->jobs, i), self);
  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  self->jobs = g_ptr_array_ref (jobs);
  self->told = FALSE;
  title = hs_operation_running (what, jobs->len);
  gtk_label_set_label (self->heading, title);

  hs_piece_clear (self->list);
  for (guint i = 0; i < jobs->len; i++) {
    HsJob *job = g_ptr_array_index (jobs, i);
    GtkWidget *row = hs_flash_job_row_new (self->session, job, FALSE);

    hs_piece_set_classes (row, i == 0 ? "table-row first" : "table-row");
    gtk_box_append (GTK_BOX (self->list), row);
    g_signal_connect_object (
        job, "notify::state", G_CALLBACK (job_changed_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (job, "changed", G_CALLBACK (show_left), self, G_CONNECT_SWAPPED);
  }
  if (self->tick_source == 0)
    self->tick_source = g_timeout_add (500, tick_cb, self);
  job_changed_cb (self);
}
