/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/slot-actions.h"

#include "app/explain.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>

enum { MAX_BUTTONS = 2 };

/* clang-format off */
static const HsSlotButton state_buttons[][MAX_BUTTONS] = {
  [HS_SLOT_EMPTY]       = { { NULL } },
  [HS_SLOT_READY]       = { { N_("Flash…"), "card.flash" } },
  [HS_SLOT_UP_TO_DATE]  = { { N_("Verify"), "card.identify" } },
  [HS_SLOT_HELD]        = { { N_("Let It Start"), "card.leave" }, { N_("Flash…"), "card.flash" } },
  [HS_SLOT_WORKING]     = { { N_("Stop"), "card.stop" } },
  [HS_SLOT_SLOW]        = { { N_("Stop"), "card.stop" } },
  [HS_SLOT_PASSED]      = { { N_("Label…"), "card.label" } },
  [HS_SLOT_FAILED]      = { { N_("Details"), "card.details" },
                            { N_("Retry"), "card.retry", TRUE } },
  [HS_SLOT_CANCELLED]   = { { N_("Retry"), "card.retry" } },
  [HS_SLOT_UNPROVEN]    = { { N_("Details"), "card.details" }, { N_("Verify"), "card.identify" } },
  [HS_SLOT_REFUSED]     = { { N_("Details"), "card.details" }, { N_("Retry"), "card.retry" } },
  [HS_SLOT_WRONG_BOARD] = { { N_("Choose Build…"), "win.load-build" } },
  [HS_SLOT_INTERRUPTED] = { { N_("Verify"), "card.identify" }, { N_("Flash…"), "card.flash" } },
  [HS_SLOT_WHICH_UNIT]  = { { N_("Recover…"), "card.recover" } },
  [HS_SLOT_NO_ACCESS]   = { { N_("Set Up Access…"), "card.access", TRUE },
                            { N_("Flash…"), "card.flash" } },
  [HS_SLOT_BUSY]        = { { N_("Try Again"), "card.dismiss" } },
  [HS_SLOT_NO_METHOD]   = { { NULL } },
  [HS_SLOT_WAITING]     = { { N_("Stop"), "card.stop" } },
  [HS_SLOT_DIFFERS]     = { { N_("Details"), "card.details" }, { N_("Flash…"), "card.flash" } },
};
/* clang-format on */

const HsSlotButton *
hs_slot_state_buttons (HsSlotState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (state_buttons), state_buttons[0]);

  return state_buttons[state];
}

static gboolean
is_idle_camera (HsSlot *slot)
{
  HsDevice *device = hs_slot_get_device (slot);

  return device != NULL && hs_device_get_attached (device) &&
         hs_device_get_problem (device) == HS_DEVICE_OK && hs_device_get_board (device) != NULL &&
         hs_device_get_board (device)->method != NULL && !hs_slot_is_running (slot);
}

/* Also one of which only the loaded build tells which board it is, and one whose drive is left. */
static gboolean
can_flash (HsSlot *slot)
{
  HsDevice *device = hs_slot_get_device (slot);

  if (is_idle_camera (slot))
    return TRUE;
  return device != NULL &&
         (hs_device_get_problem (device) == HS_DEVICE_AMBIGUOUS ||
          hs_device_get_problem (device) == HS_DEVICE_NO_ACCESS) &&
         hs_slot_can_flash (slot, NULL);
}

static gboolean
is_in_mode (HsSlot *slot, HsMode mode)
{
  return is_idle_camera (slot) && hs_device_get_mode (hs_slot_get_device (slot)) == mode;
}

static gboolean
can_stop (HsSlot *slot)
{
  HsJob *job = hs_slot_get_job (slot);

  return job != NULL && hs_job_get_state (job) < HS_JOB_STOPPING;
}

/* Also while the camera is away: the job then waits until it is plugged in, and catches its window.
 */
gboolean
hs_slot_can_retry (HsSlot *slot)
{
  HsJob *job = hs_slot_get_job (slot);

  return job != NULL && hs_job_get_state (job) == HS_JOB_FINISHED &&
         hs_job_get_outcome (job) != HS_OUTCOME_PASSED &&
         (is_idle_camera (slot) || hs_slot_get_device (slot) == NULL);
}

/* What has just passed needs nothing more; its menu still offers Flash…. A camera of another board
 * than the loaded build's can be chosen too: not everything needs a build. */
gboolean
hs_slot_can_choose (HsSlot *slot)
{
  return hs_slot_get_state (slot) != HS_SLOT_PASSED && hs_slot_can_work (slot);
}

/* Taken by the blue button while nothing is chosen: what failed is retried or chosen by hand, what
 * carries the build already needs none. */
gboolean
hs_slot_is_ready (HsSlot *slot)
{
  switch (hs_slot_get_state (slot)) {
  case HS_SLOT_READY:
  case HS_SLOT_HELD:
  case HS_SLOT_INTERRUPTED:
    return hs_slot_can_flash (slot, NULL);
  default:
    return FALSE;
  }
}

static gboolean
has_result (HsSlot *slot)
{
  HsJob *job = hs_slot_get_job (slot);

  return job != NULL && hs_job_get_state (job) == HS_JOB_FINISHED;
}

static gboolean
has_problem (HsSlot *slot)
{
  return has_result (slot) && hs_job_get_problem (hs_slot_get_job (slot)) != NULL;
}

static gboolean
has_unit (HsSlot *slot)
{
  return hs_slot_get_unit (slot) != NULL;
}

static gboolean
has_serial (HsSlot *slot)
{
  HsDevice *device = hs_slot_get_device (slot);

  return has_unit (slot) || (device != NULL && hs_device_get_serial (device) != NULL);
}

static gboolean
is_running (HsSlot *slot)
{
  return is_in_mode (slot, HS_MODE_APP);
}

static gboolean
is_held (HsSlot *slot)
{
  return is_in_mode (slot, HS_MODE_DFU);
}

static gboolean
is_not_running (HsSlot *slot)
{
  HsJob *job = hs_slot_get_job (slot);

  return job == NULL || hs_job_get_state (job) == HS_JOB_FINISHED;
}

/* Its exposure can be looked at whatever it does; checking it anew waits. */
static gboolean
is_known_camera (HsSlot *slot)
{
  const HsBoard *board = hs_slot_get_board (slot);

  return hs_slot_get_device (slot) != NULL && board != NULL && !board->retired;
}

/**
 * hs_slot_action_possible:
 * @slot: a slot
 * @action: "card.flash" and so on
 *
 * Returns: whether it makes sense now
 */
gboolean
hs_slot_action_possible (HsSlot *slot, const char *action)
{
  static const struct {
    const char *action;
    gboolean (*test) (HsSlot *slot);
  } tests[] = {
    { "card.flash", can_flash },
    { "card.identify", is_idle_camera },
    { "card.compare", is_idle_camera },
    { "card.read", is_idle_camera },
    { "card.read-build", is_idle_camera },
    { "card.erase", is_idle_camera },
    { "card.reset-romfs", is_idle_camera },
    { "card.enter", is_running },
    { "card.leave", is_held },
    { "card.restart", is_idle_camera },
    { "card.stop", can_stop },
    { "card.recover", is_not_running },
    { "card.retry", hs_slot_can_retry },
    { "card.details", has_problem },
    { "card.dismiss", has_result },
    { "card.label", has_unit },
    { "card.open-unit", has_unit },
    { "card.copy-serial", has_serial },
    { "card.ignore", is_not_running },
    { "card.audit", is_known_camera },
    { "card.earlier", hs_slot_get_named },
    { "card.later", hs_slot_get_named },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    if (g_strcmp0 (tests[i].action, action) == 0)
      return tests[i].test (slot);
  return TRUE;
}

void
hs_slot_show_error (GtkWidget *widget, const GError *error)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autoptr (HsProblem) problem = hs_explain_error (error);

  if (HS_IS_WINDOW (root))
    hs_window_show_problem (HS_WINDOW (root), problem);
}

static void
start (GtkWidget *widget,
       HsSession *session,
       HsDevice *device,
       const char *what,
       const HsRequestOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsJob) job = NULL;

  job = hs_session_start (session, what, device, options, &error);
  if (error != NULL)
    hs_slot_show_error (widget, error);
}

void
hs_slot_start (GtkWidget *widget, HsSession *session, HsSlot *slot, const char *what)
{
  const HsRequestOptions options = { .confirm = HS_VERSION_NUMBER, .may_wait = TRUE };

  if (g_str_equal (what, "audit")) /* looked at first; checked anew from there */
    gtk_widget_activate_action (widget, "win.audit-port", "s", hs_slot_get_port (slot));
  else if (is_idle_camera (slot))
    start (widget, session, hs_slot_get_device (slot), what, &options);
}

/* What asks before it starts. */
gboolean
hs_slot_has_wizard (const char *what)
{
  static const char *const wizards[] = { "flash", "erase",   "reset-romfs", "compare",
                                         "read",  "recover", NULL };

  return g_strv_contains (wizards, what);
}

/* The same again: the same build, the same partitions. */
void
hs_slot_retry (GtkWidget *widget, HsSession *session, HsSlot *slot)
{
  HsJob *job = hs_slot_get_job (slot);
  HsRequestOptions options = { .confirm = HS_VERSION_NUMBER, .may_wait = TRUE };

  if (!hs_slot_can_retry (slot))
    return;

  options.build = hs_job_get_build (job);
  for (guint i = 0; i < hs_job_get_n_parts (job); i++)
    options.roles |= G_GUINT64_CONSTANT (1) << hs_job_get_part (job, i)->role;
  options.replug = hs_slot_get_device (slot) == NULL;
  start (widget,
         session,
         options.replug ? hs_job_get_device (job) : hs_slot_get_device (slot),
         hs_job_get_what (job),
         &options);
}

/* -- the slot itself -------------------------------------------------------------------------- */

/* Its card goes away, so the way back is said at once. */
void
hs_slot_ignore (GtkWidget *widget, HsSession *session, HsSlot *slot)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autofree char *port = g_strdup (hs_slot_get_port (slot));
  g_autofree char *text = g_strdup_printf (_ ("%s is ignored"), hs_slot_get_name (slot));
  g_autoptr (GError) error = NULL;
  AdwToast *toast;

  hs_slot_dismiss (slot);
  if (!hs_session_ignore_port (session, port, TRUE, &error)) {
    hs_slot_show_error (widget, error);
    return;
  }
  if (!HS_IS_WINDOW (root))
    return;

  toast = adw_toast_new (text);
  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_action_name (toast, "win.watch-port");
  adw_toast_set_action_target_value (toast, g_variant_new_string (port));
  hs_window_add_toast (HS_WINDOW (root), toast);
}

/* @by: -1 towards the first place of the bench, 1 towards the last. */
void
hs_slot_shift (GtkWidget *widget, HsSession *session, HsSlot *slot, int by)
{
  g_autoptr (GError) error = NULL;

  if (!hs_session_shift_slot (session, hs_slot_get_port (slot), by, &error))
    hs_slot_show_error (widget, error);
}
