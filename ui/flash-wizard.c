/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-wizard.h"

#include "app/explain.h"
#include "app/job-text.h"
#include "ui/erase-page.h"
#include "ui/flash-build-page.h"
#include "ui/flash-cameras-page.h"
#include "ui/flash-choice.h"
#include "ui/flash-confirm-page.h"
#include "ui/flash-result-page.h"
#include "ui/flash-run-page.h"
#include "ui/flash-write-page.h"
#include "ui/operation.h"
#include "ui/read-page.h"

#include <glib/gi18n-lib.h>

struct _HsFlashWizard {
  HsWizard parent_instance;

  HsSession *session;    /* owned */
  HsFlashChoice *choice; /* owned */
  GPtrArray *jobs;       /* HsJob, owned; nullable: what was started last */
  HsWizardPage *cameras; /* the pages are borrowed: children */
  HsWizardPage *build;   /* nullable */
  HsWizardPage *ask;     /* nullable; a question of this operation alone */
  HsWizardPage *confirm; /* nullable */
  HsWizardPage *run;
  HsWizardPage *result;
};

G_DEFINE_FINAL_TYPE (HsFlashWizard, hs_flash_wizard, HS_TYPE_WIZARD)

/* -- running --------------------------------------------------------------------------------- */

static void
show_problem (HsFlashWizard *self, const GError *error)
{
  g_autoptr (HsProblem) problem = hs_explain_error (error);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), problem->message, problem->action);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
start_one (HsFlashWizard *self, const char *what, HsDevice *device, GPtrArray *jobs)
{
  HsSlot *slot = hs_session_find_slot (self->session, hs_device_get_port (device));
  g_autoptr (GError) error = NULL;
  HsRequestOptions options;
  HsJob *job;

  hs_flash_choice_get_options_for (self->choice, slot, &options);
  options.of = hs_flash_choice_get_what (self->choice);
  job = hs_session_start (self->session, what, device, &options, &error);

  if (job != NULL)
    g_ptr_array_add (jobs, g_object_ref (job));
  else
    show_problem (self, error);
}

static void
run_jobs (HsFlashWizard *self, GPtrArray *jobs)
{
  if (jobs->len == 0)
    return;

  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  self->jobs = g_ptr_array_ref (jobs);
  hs_flash_run_page_set_jobs (HS_FLASH_RUN_PAGE (self->run), jobs);
  if (hs_wizard_get_page (HS_WIZARD (self)) != self->result)
    hs_wizard_go_to (HS_WIZARD (self), self->run);
}

static void
start_all (HsFlashWizard *self, const char *what)
{
  g_autoptr (GPtrArray) targets = hs_flash_choice_dup_targets (self->choice);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < targets->len; i++)
    start_one (self, what, hs_slot_get_device (g_ptr_array_index (targets, i)), jobs);
  run_jobs (self, jobs);
}

static void
start (HsFlashWizard *self)
{
  start_all (self, hs_flash_choice_get_what (self->choice));
}

static void
try_cb (HsFlashWizard *self)
{
  start_all (self, "dry-run");
}

static void
again_cb (HsFlashWizard *self)
{
  hs_wizard_go_to (HS_WIZARD (self), self->confirm);
}

/* What the comparison found different is written: another wizard, with the same build. */
static void
flash_cb (HsFlashWizard *self)
{
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));
  GtkWindow *wizard;

  for (guint i = 0; i < self->jobs->len; i++) {
    HsJob *job = g_ptr_array_index (self->jobs, i);
    HsSlot *slot = hs_session_find_slot (self->session, hs_job_get_port (job));

    if (slot != NULL && hs_job_differs (job))
      g_ptr_array_add (slots, g_object_ref (slot));
  }
  wizard = hs_flash_wizard_new_for (
      self->session, slots, "flash", hs_flash_choice_get_build (self->choice));
  gtk_window_set_transient_for (wizard, parent);
  gtk_window_present (wizard);
  gtk_window_close (GTK_WINDOW (self));
}

static void
finished_cb (HsFlashWizard *self)
{
  hs_flash_result_page_set_jobs (HS_FLASH_RESULT_PAGE (self->result), self->jobs);
  hs_wizard_go_to (HS_WIZARD (self), self->result);
}

/* The cameras that did not pass go again, as they are on the bus now. */
static void
retry_cb (HsFlashWizard *self)
{
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (g_object_unref);

  hs_wizard_go_to (HS_WIZARD (self), self->run);
  for (guint i = 0; i < self->jobs->len; i++) {
    HsJob *job = g_ptr_array_index (self->jobs, i);
    HsSlot *slot = hs_session_find_slot (self->session, hs_job_get_port (job));
    HsDevice *device = slot != NULL ? hs_slot_get_device (slot) : NULL;

    if (hs_job_get_outcome (job) == HS_OUTCOME_PASSED)
      continue;
    start_one (
        self, hs_job_get_what (job), device != NULL ? device : hs_job_get_device (job), jobs);
  }
  if (jobs->len == 0)
    hs_wizard_go_to (HS_WIZARD (self), self->result);
  run_jobs (self, jobs);
}

/* -- the wizard ------------------------------------------------------------------------------ */

static void
hs_flash_wizard_dispose (GObject *object)
{
  HsFlashWizard *self = HS_FLASH_WIZARD (object);

  g_clear_pointer (&self->jobs, g_ptr_array_unref);
  g_clear_object (&self->choice);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_flash_wizard_parent_class)->dispose (object);
}

static void
hs_flash_wizard_class_init (HsFlashWizardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_flash_wizard_dispose;
}

static void
hs_flash_wizard_init (HsFlashWizard *self)
{
}

static HsWizardPage *
add (HsFlashWizard *self, HsWizardPage *page)
{
  hs_wizard_add_page (HS_WIZARD (self), page);
  return page;
}

static HsWizardPage *
first_open_question (HsFlashWizard *self)
{
  g_autoptr (GPtrArray) targets = hs_flash_choice_dup_targets (self->choice);
  guint n = hs_flash_choice_get_n_slots (self->choice);

  if (n == 0 || (n > 1 && hs_operation_is_for_one (hs_flash_choice_get_what (self->choice))))
    return self->cameras;
  if (self->ask != NULL)
    return targets->len == n ? self->ask : self->cameras;
  return targets->len == 0 && self->build != NULL ? self->build : self->confirm;
}

static void
add_pages (HsFlashWizard *self)
{
  const char *what = hs_flash_choice_get_what (self->choice);

  self->cameras = add (self, hs_flash_cameras_page_new (self->choice));
  if (hs_operation_needs_build (what))
    self->build = add (self, hs_flash_build_page_new (self->choice));
  if (g_str_equal (what, "flash"))
    add (self, hs_flash_write_page_new (self->choice));
  else if (g_str_equal (what, "erase"))
    self->ask = add (self, hs_erase_page_new (self->choice));
  else if (g_str_equal (what, "read"))
    self->ask = add (self, hs_read_page_new (self->choice));
  if (!g_str_equal (what, "read"))
    self->confirm = add (self, hs_flash_confirm_page_new (self->choice));
  self->run = add (self, hs_flash_run_page_new (self->session));
  self->result = add (self, hs_flash_result_page_new (self->session));
}

static void
follow_pages (HsFlashWizard *self)
{
  g_signal_connect_object (self->confirm != NULL ? self->confirm : self->ask,
                           "start",
                           G_CALLBACK (start),
                           self,
                           G_CONNECT_SWAPPED);
  if (self->confirm != NULL)
    g_signal_connect_object (self->confirm, "try", G_CALLBACK (try_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->run, "finished", G_CALLBACK (finished_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->result, "retry", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->result, "flash", G_CALLBACK (flash_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->result, "again", G_CALLBACK (again_cb), self, G_CONNECT_SWAPPED);
}

/**
 * hs_flash_wizard_new_for:
 * @session: the session
 * @slots: (element-type HsSlot): what was chosen on the bench; may be empty
 * @what: what is to be done: "flash", "erase" … of ui/operation.h
 * @build: (nullable): with which build; %NULL: what is loaded on the bench
 *
 * Opens at the first question that is open. Set what it is transient for, then present it.
 *
 * Returns: (transfer none): the wizard; it belongs to itself until it is closed
 */
GtkWindow *
hs_flash_wizard_new_for (HsSession *session, GPtrArray *slots, const char *what, HsBuild *build)
{
  HsFlashWizard *self = g_object_new (HS_TYPE_FLASH_WIZARD, NULL);

  self->session = g_object_ref (session);
  self->choice = hs_flash_choice_new (session, slots);
  hs_flash_choice_set_what (self->choice, what);
  if (build != NULL)
    hs_flash_choice_set_build (self->choice, build);
  gtk_window_set_title (GTK_WINDOW (self), hs_operation_window_title (what));
  add_pages (self);
  follow_pages (self);
  hs_wizard_go_to (HS_WIZARD (self), first_open_question (self));
  return GTK_WINDOW (self);
}

/* Flashes what is loaded on the bench: usually opens at Confirm. */
GtkWindow *
hs_flash_wizard_new (HsSession *session, GPtrArray *slots)
{
  return hs_flash_wizard_new_for (session, slots, "flash", NULL);
}

/* Write every sector without comparing first. */
void
hs_flash_wizard_set_full (HsFlashWizard *self, gboolean full)
{
  HsRequestOptions options;

  g_return_if_fail (HS_IS_FLASH_WIZARD (self));

  options = *hs_flash_choice_get_options (self->choice);
  options.full = full;
  hs_flash_choice_set_options (self->choice, &options);
}
