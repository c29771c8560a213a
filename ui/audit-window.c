/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/audit-window.h"

#include "app/explain.h"
#include "ui/audit-facts.h"
#include "ui/dark-hint.h"
#include "ui/dialogs.h"
#include "ui/door.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/protect-wizard.h"
#include "ui/unit-state.h"

#include <glib/gi18n-lib.h>

enum { PULSE_MS = 150, LAST_DIGITS = 8 };

struct _HsAuditWindow {
  AdwWindow parent_instance;

  AdwWindowTitle *title;
  GtkImage *shape;
  GtkLabel *verdict;
  GtkLabel *consequence;
  GtkLabel *when;
  GtkLabel *how;
  GtkWidget *doctor;
  GtkWidget *running;
  GtkLabel *activity;
  GtkProgressBar *progress;
  GtkWidget *problem;
  GtkLabel *problem_text;
  AdwBin *doors;
  GtkWidget *unprotect;
  GtkWidget *protect;
  GtkLabel *reason;
  AdwBin *record;

  HsSession *session; /* owned */
  const HsBoard *board;
  char *unit;          /* key; nullable until it is known */
  char *port;          /* where it was last; nullable */
  HsAuditFacts *facts; /* owned; NULL until they are read */
  HsJob *job;          /* owned; nullable; the check that runs or ran here */
  HsProblem *trouble;  /* owned; nullable */
  GCancellable *cancellable;
  guint pulse_source;
};

G_DEFINE_FINAL_TYPE (HsAuditWindow, hs_audit_window, ADW_TYPE_WINDOW)

/* -- where it is ------------------------------------------------------------------------------ */

static HsSlot *
find_slot (HsAuditWindow *self)
{
  HsSlot *slot = NULL;

  if (self->unit != NULL)
    return hs_unit_find_slot (self->session, self->unit);
  if (self->port != NULL)
    slot = hs_session_find_slot (self->session, self->port);
  return slot != NULL && hs_slot_get_device (slot) != NULL ? slot : NULL;
}

static gboolean
is_checking (HsAuditWindow *self)
{
  return self->job != NULL && hs_job_get_state (self->job) != HS_JOB_FINISHED;
}

static gboolean
lacks_access (HsAuditWindow *self)
{
  HsSlot *slot = find_slot (self);

  return slot != NULL && hs_device_get_problem (hs_slot_get_device (slot)) == HS_DEVICE_NO_ACCESS;
}

/* Why nothing can be checked now; NULL: it can. */
static const char *
why_not_now (HsAuditWindow *self)
{
  HsSlot *slot = find_slot (self);

  if (slot == NULL)
    return _ ("Plug it in to check it.");
  if (is_checking (self))
    return "";
  if (hs_slot_is_running (slot))
    return _ ("It is in work; it can be checked afterwards.");
  if (lacks_access (self))
    return _ ("Hotshoe may not open this camera: the doctor says why.");
  return NULL;
}

/* -- what is shown ---------------------------------------------------------------------------- */

/* What people call it; else its model and the digits that they compare. */
static char *
dup_name (HsAuditWindow *self)
{
  HsUnit *unit = self->facts != NULL ? self->facts->unit : NULL;
  const char *called = unit != NULL ? hs_unit_get_called (unit) : NULL;
  const char *board = self->board != NULL ? _ (self->board->name) : _ ("Camera");
  g_autofree char *digits = self->unit != NULL ? hs_format_key_serial (self->unit) : NULL;
  gsize length = digits != NULL ? strlen (digits) : 0;

  if (called != NULL && *called != '\0')
    return g_strdup (called);
  if (length <= LAST_DIGITS)
    return g_strdup (board);
  return g_strdup_printf ("%s · …%s", board, digits + length - LAST_DIGITS);
}

static void
show_title (HsAuditWindow *self)
{
  HsSlot *slot = find_slot (self);
  g_autofree char *name = dup_name (self);
  g_autofree char *subtitle =
      g_strdup_printf ("%s · %s", name, slot != NULL ? hs_slot_get_name (slot) : _ ("not here"));

  adw_window_title_set_subtitle (self->title, subtitle);
}

static void
show_when (HsAuditWindow *self)
{
  const char *why_not = why_not_now (self);
  g_autofree char *clock = hs_format_day_clock (self->facts != NULL ? self->facts->time_us : 0);
  /* Translators: %s is a day and a time */
  g_autofree char *checked = g_strdup_printf (_ ("Checked: %s"), clock);

  gtk_label_set_label (self->when, *clock != '\0' ? checked : _ ("Never checked"));
  gtk_label_set_label (self->how,
                       why_not != NULL
                           ? why_not
                           : _ ("Checking interrupts the script that runs on it, asks the "
                                "bootloader for 4 KB, and lets it start again. Nothing is "
                                "written."));
  gtk_widget_set_visible (GTK_WIDGET (self->how), why_not == NULL || *why_not != '\0');
  gtk_widget_set_visible (self->doctor, lacks_access (self));
}

static void
show_protection (HsAuditWindow *self)
{
  const HsProtectionRecord *record = self->facts != NULL ? self->facts->record : NULL;
  g_autofree char *reason = NULL;
  gboolean offered = self->board != NULL && hs_protection_is_offered (self->board, &reason);
  gboolean on = record != NULL &&
                (hs_protection_may_be_on (record) || hs_doors_say_protected (self->facts->doors));
  gboolean known = self->facts != NULL && self->facts->ending != NULL;

  adw_bin_set_child (self->record, record != NULL ? hs_protection_table_new (record) : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->record), offered && record != NULL);
  gtk_widget_set_visible (self->protect, offered && !on);
  gtk_widget_set_visible (self->unprotect, offered && on);
  gtk_label_set_label (self->reason,
                       !offered && reason != NULL ? reason
                       : !known ? _ ("Which unit this is has to be known first: check it once.")
                                : "");
  gtk_widget_set_visible (GTK_WIDGET (self->reason), !offered || !known);
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "audit.protect", offered && !on && known && !is_checking (self));
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "audit.unprotect", offered && on && known && !is_checking (self));
}

static void
show_actions (HsAuditWindow *self)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "audit.check", why_not_now (self) == NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self),
                                 "audit.stop",
                                 is_checking (self) &&
                                     hs_job_get_state (self->job) < HS_JOB_STOPPING);
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "audit.details", self->trouble != NULL && self->trouble->chain != NULL);
}

static void
show_problem (HsAuditWindow *self, const HsProblem *problem)
{
  HsProblem *copy = problem != NULL ? hs_problem_copy (problem) : NULL;
  g_autofree char *markup = problem != NULL ? hs_dialog_problem_markup (problem) : NULL;

  g_clear_pointer (&self->trouble, hs_problem_free);
  self->trouble = copy;
  gtk_label_set_markup (self->problem_text, markup != NULL ? markup : "");
  gtk_widget_set_visible (self->problem, problem != NULL);
  show_actions (self);
}

static void
show_place (HsAuditWindow *self)
{
  show_title (self);
  show_when (self);
  show_actions (self);
}

static void
show (HsAuditWindow *self)
{
  HsDoorState worst = hs_doors_worst (self->facts->doors);

  hs_piece_set_shape (self->shape, hs_door_icon_name (worst), hs_door_meaning (worst));
  gtk_label_set_label (self->verdict, self->facts->verdict);
  gtk_label_set_label (self->consequence, self->facts->consequence);
  gtk_widget_set_visible (GTK_WIDGET (self->consequence),
                          self->facts->consequence != NULL && *self->facts->consequence != '\0');
  adw_bin_set_child (self->doors, hs_door_table_new (self->facts->doors));
  show_place (self);
  show_protection (self);
}

/* -- what is known ---------------------------------------------------------------------------- */

static void
read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsAuditWindow *self = owner;

  if (result == NULL) {
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    show_problem (self, problem);
    return;
  }
  g_clear_pointer (&self->facts, hs_audit_facts_unref);
  self->facts = hs_audit_facts_ref (result);
  show (self);
}

static void
read_again (HsAuditWindow *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (self->session),
          self,
          hs_audit_facts_read,
          hs_audit_subject_new (self->unit, self->board),
          hs_audit_subject_free,
          hs_audit_facts_unref,
          self->cancellable,
          read_cb);
}

/* -- the check -------------------------------------------------------------------------------- */

static void
show_progress (HsAuditWindow *self)
{
  gboolean checking = is_checking (self);
  g_autofree char *text = NULL;
  HsProgressState progress;

  gtk_widget_set_visible (self->running, checking);
  if (!checking)
    return;

  hs_job_get_progress (self->job, &progress);
  text = hs_job_get_state (self->job) == HS_JOB_STOPPING ? g_strdup (_ ("Stopping…"))
         : progress.activity == HS_ACTIVITY_WAITING
             ? g_strdup (hs_explain_hand (hs_job_get_board (self->job)))
             : hs_explain_activity (&progress);
  gtk_label_set_label (self->activity, text);
  if (progress.total > 0)
    gtk_progress_bar_set_fraction (self->progress,
                                   CLAMP ((double) progress.done / progress.total, 0, 1));
}

static gboolean
pulse_cb (gpointer data)
{
  HsAuditWindow *self = data;
  HsProgressState progress;

  if (!is_checking (self)) {
    self->pulse_source = 0;
    return G_SOURCE_REMOVE;
  }
  hs_job_get_progress (self->job, &progress);
  if (progress.total == 0)
    gtk_progress_bar_pulse (self->progress);
  return G_SOURCE_CONTINUE;
}

static void
finished (HsAuditWindow *self)
{
  const char *unit = hs_job_get_unit (self->job);

  if (self->unit == NULL && unit != NULL)
    self->unit = g_strdup (unit);
  show_problem (self, hs_job_get_problem (self->job));
  read_again (self);
}

static void
job_changed_cb (HsAuditWindow *self)
{
  show_progress (self);
  show_place (self);
  show_protection (self);
}

static void
job_state_cb (HsAuditWindow *self)
{
  if (!is_checking (self))
    finished (self);
  job_changed_cb (self);
}

static void
watch (HsAuditWindow *self, HsJob *job)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  g_signal_connect_object (job, "changed", G_CALLBACK (job_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      job, "notify::state", G_CALLBACK (job_state_cb), self, G_CONNECT_SWAPPED);
  if (self->pulse_source == 0)
    self->pulse_source = g_timeout_add (PULSE_MS, pulse_cb, self);
  job_changed_cb (self);
}

static void
check_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsAuditWindow *self = HS_AUDIT_WINDOW (widget);
  HsSlot *slot = find_slot (self);
  HsRequestOptions options = {
    .confirm = HS_VERSION_TEXT, .may_wait = TRUE, .unit = self->unit, .board = self->board
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (HsProblem) problem = NULL;
  HsJob *job;

  if (slot == NULL)
    return;

  show_problem (self, NULL);
  job = hs_session_start (self->session, "audit", hs_slot_get_device (slot), &options, &error);
  if (job != NULL) {
    watch (self, job);
    return;
  }
  problem = hs_explain_error (error);
  show_problem (self, problem);
}

static void
stop_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsAuditWindow *self = HS_AUDIT_WINDOW (widget);

  if (is_checking (self))
    hs_dialog_stop_job (widget, self->job);
}

static void
details_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsAuditWindow *self = HS_AUDIT_WINDOW (widget);

  if (self->trouble != NULL)
    hs_dialog_details (widget, self->trouble);
}

static void
doctor_cb (HsAuditWindow *self)
{
  hs_dialog_open_doctor (GTK_WIDGET (self));
}

static void
protect_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsAuditWindow *self = HS_AUDIT_WINDOW (widget);
  HsSlot *slot = find_slot (self);
  gboolean off = g_strcmp0 (name, "audit.unprotect") == 0;

  gtk_window_present (hs_protect_wizard_new (GTK_WINDOW (self),
                                             self->session,
                                             off ? HS_GUIDE_UNPROTECT : HS_GUIDE_PROTECT,
                                             self->board,
                                             self->unit,
                                             slot != NULL ? hs_slot_get_port (slot) : self->port));
}

/* -- the window ------------------------------------------------------------------------------- */

static void
hs_audit_window_dispose (GObject *object)
{
  HsAuditWindow *self = HS_AUDIT_WINDOW (object);

  g_clear_handle_id (&self->pulse_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->job);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_audit_window_parent_class)->dispose (object);
}

static void
hs_audit_window_finalize (GObject *object)
{
  HsAuditWindow *self = HS_AUDIT_WINDOW (object);

  g_clear_pointer (&self->facts, hs_audit_facts_unref);
  g_clear_pointer (&self->trouble, hs_problem_free);
  g_free (self->unit);
  g_free (self->port);
  G_OBJECT_CLASS (hs_audit_window_parent_class)->finalize (object);
}

static void
hs_audit_window_class_init (HsAuditWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_audit_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_audit_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("audit-window"));
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, title);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, shape);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, verdict);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, consequence);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, when);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, how);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, doctor);
  gtk_widget_class_bind_template_callback (widget_class, doctor_cb);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, running);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, activity);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, progress);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, problem_text);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, doors);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, unprotect);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, protect);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, reason);
  gtk_widget_class_bind_template_child (widget_class, HsAuditWindow, record);
  gtk_widget_class_install_action (widget_class, "audit.check", NULL, check_action);
  gtk_widget_class_install_action (widget_class, "audit.stop", NULL, stop_action);
  gtk_widget_class_install_action (widget_class, "audit.details", NULL, details_action);
  gtk_widget_class_install_action (widget_class, "audit.protect", NULL, protect_action);
  gtk_widget_class_install_action (widget_class, "audit.unprotect", NULL, protect_action);
}

static void
hs_audit_window_init (HsAuditWindow *self)
{

  gtk_widget_init_template (GTK_WIDGET (self));
  hs_dark_hint_follow (GTK_WIDGET (self));
}

static void
listen (HsAuditWindow *self)
{
  g_signal_connect_object (hs_session_get_catalog (self->session),
                           "changed",
                           G_CALLBACK (read_again),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hs_session_get_slots (self->session),
                           "items-changed",
                           G_CALLBACK (show_place),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hs_session_get_monitor (self->session),
                           "items-changed",
                           G_CALLBACK (show_place),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->session, "jobs-changed", G_CALLBACK (show_place), self, G_CONNECT_SWAPPED);
}

GtkWindow *
hs_audit_window_new (GtkWindow *parent,
                     HsSession *session,
                     const HsBoard *board,
                     const char *unit,
                     const char *port)
{
  HsAuditWindow *self = g_object_new (HS_TYPE_AUDIT_WINDOW, "transient-for", parent, NULL);
  HsSlot *slot;

  self->session = g_object_ref (session);
  self->board = board;
  self->unit = g_strdup (unit);
  self->port = g_strdup (port);
  listen (self);
  show_place (self);
  show_protection (self);
  slot = find_slot (self);
  if (slot != NULL && hs_slot_is_running (slot) &&
      g_strcmp0 (hs_job_get_what (hs_slot_get_job (slot)), "audit") == 0)
    watch (self, hs_slot_get_job (slot));
  read_again (self);
  return GTK_WINDOW (self);
}
