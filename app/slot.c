/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/slot.h"

#include "app/explain.h"
#include "app/job-text.h"
#include "app/slot-private.h"
#include "app/which-board.h"
#include "flash/method.h"

#include <glib/gi18n-lib.h>

#define PAUSE_US (3 * G_USEC_PER_SEC) /* between unplugging and plugging in */

struct _HsSlot {
  GObject parent_instance;

  HsSession *session; /* borrowed */
  char *port;
  char *name; /* nullable: not named */
  int position;
  HsDevice *device; /* nullable */
  HsJob *job;       /* nullable; running, or its result is still shown */
  HsUnit *unit;     /* nullable */
  HsRun *last_run;  /* nullable */
  HsSlotState state;
  gint64 waiting_since; /* µs, monotonic; 0: no job waits for a person */
  gint64 absent_since;  /* µs, monotonic; 0: a camera is attached, or none ever was */
  gboolean missed;      /* it was plugged in while a job waited, and its firmware started */
  gboolean chosen;
  char *shown_name;
};

G_DEFINE_FINAL_TYPE (HsSlot, hs_slot, G_TYPE_OBJECT)

enum { PROP_0, PROP_NAME, PROP_PORT, PROP_STATE, PROP_DEVICE, PROP_CHOSEN, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
hs_slot_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HsSlot *self = HS_SLOT (object);

  switch (id) {
  case PROP_NAME:
    g_value_set_string (value, hs_slot_get_name (self));
    break;
  case PROP_PORT:
    g_value_set_string (value, self->port);
    break;
  case PROP_STATE:
    g_value_set_int (value, self->state);
    break;
  case PROP_DEVICE:
    g_value_set_object (value, self->device);
    break;
  case PROP_CHOSEN:
    g_value_set_boolean (value, self->chosen);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hs_slot_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CHOSEN)
    hs_slot_set_chosen (HS_SLOT (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hs_slot_dispose (GObject *object)
{
  HsSlot *self = HS_SLOT (object);

  g_clear_object (&self->device);
  g_clear_object (&self->job);
  g_clear_object (&self->unit);
  g_clear_object (&self->last_run);

  G_OBJECT_CLASS (hs_slot_parent_class)->dispose (object);
}

static void
hs_slot_finalize (GObject *object)
{
  HsSlot *self = HS_SLOT (object);

  g_free (self->port);
  g_free (self->name);
  g_free (self->shown_name);

  G_OBJECT_CLASS (hs_slot_parent_class)->finalize (object);
}

static void
hs_slot_class_init (HsSlotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hs_slot_get_property;
  object_class->set_property = hs_slot_set_property;
  object_class->dispose = hs_slot_dispose;
  object_class->finalize = hs_slot_finalize;

  props[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  props[PROP_PORT] = g_param_spec_string ("port", NULL, NULL, NULL, flags);
  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, HS_SLOT_DIFFERS, 0, flags);
  props[PROP_DEVICE] = g_param_spec_object ("device", NULL, NULL, HS_TYPE_DEVICE, flags);
  props[PROP_CHOSEN] = g_param_spec_boolean ("chosen", NULL, NULL, FALSE, flags | G_PARAM_WRITABLE);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[CHANGED] = g_signal_new (
      "changed", HS_TYPE_SLOT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_slot_init (HsSlot *self)
{
}

HsSlot *
hs_slot_new (HsSession *session, const char *port)
{
  HsSlot *self = g_object_new (HS_TYPE_SLOT, NULL);

  self->session = session;
  self->port = g_strdup (port);
  self->shown_name = g_strdup_printf (_ ("port %s"), port);
  self->position = G_MAXINT;
  return self;
}

/* --- the state, computed in one place --- */

static HsSlotState
state_of_job (HsJob *job)
{
  HsProgressState progress;
  const HsProblem *problem = hs_job_get_problem (job);

  switch (hs_job_get_outcome (job)) {
  case HS_OUTCOME_PASSED: /* no green before the journal has it */
    return hs_job_get_unrecorded (job) ? HS_SLOT_UNPROVEN : HS_SLOT_PASSED;
  case HS_OUTCOME_CANCELLED:
    return HS_SLOT_CANCELLED;
  case HS_OUTCOME_UNPROVEN:
    return HS_SLOT_UNPROVEN;
  case HS_OUTCOME_REFUSED:
    if (problem != NULL && g_strcmp0 (problem->code, "no-permission") == 0)
      return HS_SLOT_NO_ACCESS;
    if (problem != NULL && g_strcmp0 (problem->code, "camera-held") == 0)
      return HS_SLOT_BUSY;
    return HS_SLOT_REFUSED;
  case HS_OUTCOME_FAILED:
    return hs_job_differs (job) ? HS_SLOT_DIFFERS : HS_SLOT_FAILED;
  case HS_OUTCOME_INTERRUPTED:
    return HS_SLOT_FAILED;
  case HS_OUTCOME_NONE:
    break;
  }

  hs_job_get_progress (job, &progress);
  if (progress.activity == HS_ACTIVITY_WAITING && hs_job_get_state (job) == HS_JOB_RUNNING)
    return HS_SLOT_WAITING;
  return progress.slow ? HS_SLOT_SLOW : HS_SLOT_WORKING;
}

/* Does the unit's last proof say that it carries all that the build has for it? */
static gboolean
carries (HsUnit *unit, HsBuild *build, const HsBoard *board)
{
  gboolean any = FALSE;

  if (unit == NULL || build == NULL || hs_unit_get_changed_outside (unit))
    return FALSE;

  for (const HsRole *role = board->flash_order; role != NULL && *role != HS_ROLE_NONE; role++) {
    const HsArtifact *artifact = hs_build_find_artifact (build, hs_role_name (*role));
    const HsContent *content = hs_unit_find_content (unit, hs_role_name (*role));

    if (artifact == NULL)
      continue;
    if (content == NULL || g_strcmp0 (content->state, "verified") != 0 ||
        g_strcmp0 (content->sha256, artifact->sha256) != 0)
      return FALSE;
    any = TRUE;
  }
  return any;
}

/* Something is loaded, and it has nothing for this board. */
static gboolean
is_foreign (HsSlot *self, const HsBoard *board)
{
  return board != NULL && hs_session_get_loaded (self->session) != NULL &&
         hs_session_get_loaded_for (self->session, board->id) == NULL;
}

static HsSlotState
state_of_device (HsSlot *self)
{
  const HsBoard *board = hs_slot_get_board (self);
  HsBuild *loaded = board != NULL ? hs_session_get_loaded_for (self->session, board->id) : NULL;

  switch (hs_device_get_problem (self->device)) {
  case HS_DEVICE_NO_ACCESS:
    return HS_SLOT_NO_ACCESS;
  case HS_DEVICE_AMBIGUOUS:
    if (board == NULL)
      return HS_SLOT_WHICH_UNIT;
    if (board->method == NULL)
      return HS_SLOT_NO_METHOD;
    break;
  case HS_DEVICE_UNWATCHED:
    return HS_SLOT_WHICH_UNIT;
  case HS_DEVICE_NO_METHOD:
    return HS_SLOT_NO_METHOD;
  case HS_DEVICE_OK:
    break;
  }

  if (self->unit != NULL && hs_unit_has_unknown (self->unit))
    return HS_SLOT_INTERRUPTED;
  if (is_foreign (self, board))
    return HS_SLOT_WRONG_BOARD;
  if (hs_device_get_mode (self->device) == HS_MODE_DFU)
    return HS_SLOT_HELD;
  if (hs_device_get_mode (self->device) == HS_MODE_ROM)
    return HS_SLOT_WHICH_UNIT;
  if (carries (self->unit, loaded, board))
    return HS_SLOT_UP_TO_DATE;
  return HS_SLOT_READY;
}

/* What its job did is no verdict: the camera was looked at, held or restarted, and what is on it is
 * as it was. */
static gboolean
is_no_verdict (HsSlot *self)
{
  static const char *const verdicts[] = { "flash", "reset-romfs", "erase", "compare", NULL };

  return self->job != NULL && hs_job_get_outcome (self->job) == HS_OUTCOME_PASSED &&
         !g_strv_contains (verdicts, hs_job_get_what (self->job));
}

static HsSlotState
compute_state (HsSlot *self)
{
  if (self->job != NULL && !is_no_verdict (self))
    return state_of_job (self->job);
  if (self->device == NULL || !hs_device_get_attached (self->device))
    return HS_SLOT_EMPTY;
  return state_of_device (self);
}

/* When what the person does began: for the countdown between unplugging and plugging in. */
static void
follow_hand (HsSlot *self, HsSlotState state)
{
  gboolean attached = self->device != NULL && hs_device_get_attached (self->device);

  if (state != HS_SLOT_WAITING) {
    self->waiting_since = 0;
    self->missed = FALSE;
  } else if (self->waiting_since == 0) {
    self->waiting_since = g_get_monotonic_time ();
  }
  if (self->waiting_since != 0 && attached && self->absent_since != 0)
    self->missed = hs_device_get_mode (self->device) == HS_MODE_APP;
  if (attached)
    self->absent_since = 0;
  else if (self->absent_since == 0)
    self->absent_since = g_get_monotonic_time ();
}

void
hs_slot_update (HsSlot *self)
{
  HsSlotState state = compute_state (self);

  follow_hand (self, state);

  if (state != self->state) {
    self->state = state;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  }
  if (self->chosen && !hs_slot_can_work (self))
    hs_slot_set_chosen (self, FALSE);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- what the list puts in --- */

void
hs_slot_set_name (HsSlot *self, const char *name)
{
  if (g_strcmp0 (self->name, name) == 0)
    return;

  g_free (self->name);
  self->name = g_strdup (name);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_NAME]);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
hs_slot_set_position (HsSlot *self, int position)
{
  self->position = position;
}

int
hs_slot_get_position (HsSlot *self)
{
  return self->position;
}

/* A result is only shown with the camera it is about: followed by the monitor without a break, or
 * proven by its full id. */
static gboolean
same_unit (HsDevice *device, HsJob *job)
{
  HsAgreement agreement = hs_identity_agrees (hs_job_get_unit (job),
                                              hs_device_get_board (device),
                                              hs_device_get_mode (device),
                                              hs_device_get_serial (device));

  return agreement == HS_AGREE_YES ||
         (agreement == HS_AGREE_MAYBE && hs_job_get_device (job) == device);
}

/* The next camera on the slot ends the showing of the last one's result. */
void
hs_slot_set_device (HsSlot *self, HsDevice *device)
{
  gboolean other = device != NULL && self->job != NULL &&
                   hs_job_get_state (self->job) == HS_JOB_FINISHED &&
                   !same_unit (device, self->job);

  if (g_set_object (&self->device, device)) {
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DEVICE]);
    if (device != NULL) {
      g_clear_object (&self->unit);
      g_clear_object (&self->last_run);
    }
  }
  if (other)
    g_clear_object (&self->job);
  hs_slot_update (self);
}

void
hs_slot_set_job (HsSlot *self, HsJob *job)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_data (self->job, self);
  g_set_object (&self->job, job);
  if (job != NULL)
    g_signal_connect_object (job, "changed", G_CALLBACK (hs_slot_update), self, G_CONNECT_SWAPPED);
  hs_slot_update (self);
}

void
hs_slot_set_known (HsSlot *self, HsUnit *unit, HsRun *last_run)
{
  g_set_object (&self->unit, unit);
  g_set_object (&self->last_run, last_run);
  hs_slot_update (self);
}

/* --- what others read --- */

const char *
hs_slot_get_port (HsSlot *self)
{
  return self->port;
}

const char *
hs_slot_get_name (HsSlot *self)
{
  g_return_val_if_fail (HS_IS_SLOT (self), NULL);

  return self->name != NULL ? self->name : self->shown_name;
}

gboolean
hs_slot_get_named (HsSlot *self)
{
  return self->name != NULL;
}

HsSlotState
hs_slot_get_state (HsSlot *self)
{
  g_return_val_if_fail (HS_IS_SLOT (self), HS_SLOT_EMPTY);

  return self->state;
}

HsDevice *
hs_slot_get_device (HsSlot *self)
{
  return self->device;
}

/* Which board the camera is; if several show its USB id, the one that is loaded. (nullable) */
const HsBoard *
hs_slot_get_board (HsSlot *self)
{
  g_return_val_if_fail (HS_IS_SLOT (self), NULL);

  return self->device != NULL ? hs_which_board (self->device,
                                                hs_session_get_loaded (self->session),
                                                hs_session_get_release (self->session))
                              : NULL;
}

HsJob *
hs_slot_get_job (HsSlot *self)
{
  return self->job;
}

HsUnit *
hs_slot_get_unit (HsSlot *self)
{
  return self->unit;
}

HsRun *
hs_slot_get_last_run (HsSlot *self)
{
  return self->last_run;
}

HsBuild *
hs_slot_get_loaded (HsSlot *self)
{
  return hs_session_get_loaded (self->session);
}

gboolean
hs_slot_get_chosen (HsSlot *self)
{
  return self->chosen;
}

void
hs_slot_set_chosen (HsSlot *self, gboolean chosen)
{
  chosen = !!chosen;
  if (self->chosen == chosen)
    return;

  self->chosen = chosen;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CHOSEN]);
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
hs_slot_is_running (HsSlot *self)
{
  return self->job != NULL && hs_job_get_state (self->job) != HS_JOB_FINISHED;
}

/**
 * hs_slot_get_hand:
 * @self: a slot whose job waits for a person
 * @seconds: (out): since it waits; while pausing, left of the pause
 *
 * A camera that is plugged in again at once may not have lost its power.
 *
 * Returns: what the person does next
 */
HsSlotHand
hs_slot_get_hand (HsSlot *self, guint *seconds)
{
  const HsBoard *board = hs_job_get_board (self->job);
  gint64 now = g_get_monotonic_time ();
  gint64 absent_us = self->absent_since != 0 ? now - self->absent_since : 0;

  *seconds = self->waiting_since != 0 ? (now - self->waiting_since) / G_USEC_PER_SEC : 0;
  if (board != NULL && board->by_hand != NULL)
    return HS_SLOT_HAND_BOARD;
  if (self->absent_since == 0)
    return self->missed ? HS_SLOT_HAND_AGAIN : HS_SLOT_HAND_UNPLUG;
  if (absent_us >= PAUSE_US || self->absent_since < self->waiting_since)
    return HS_SLOT_HAND_PLUG_IN;

  *seconds = (PAUSE_US - absent_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
  return HS_SLOT_HAND_PAUSE;
}

/* The bootloader may not be spoken with, but its drive takes the loaded build as a file: that ends
 * unproven. */
gboolean
hs_slot_takes_by_drive (HsSlot *self)
{
  const HsBoard *board = hs_slot_get_board (self);

  return board != NULL && board->method != NULL && (board->method->flags & HS_METHOD_DRIVE) != 0 &&
         hs_device_get_problem (self->device) == HS_DEVICE_NO_ACCESS &&
         hs_device_get_mode (self->device) == HS_MODE_DFU &&
         hs_session_get_loaded_for (self->session, board->id) != NULL;
}

/**
 * hs_slot_can_flash:
 * @self: a slot
 * @reason: (out) (optional): a sentence, if it can't
 *
 * Returns: whether the camera here can take the loaded build now
 */
gboolean
hs_slot_can_flash (HsSlot *self, char **reason)
{
  g_autofree char *why = NULL;

  if (self->device == NULL || !hs_device_get_attached (self->device))
    why = g_strdup (_ ("no camera"));
  else if (hs_slot_is_running (self))
    why = g_strdup (_ ("in work"));
  else if (hs_slot_takes_by_drive (self))
    return TRUE;
  else if (state_of_device (self) == HS_SLOT_NO_ACCESS)
    why = g_strdup (_ ("Hotshoe may not open it"));
  else if (state_of_device (self) == HS_SLOT_NO_METHOD)
    why = g_strdup (_ ("can’t be flashed yet"));
  else if (hs_device_get_problem (self->device) == HS_DEVICE_UNWATCHED)
    why = g_strdup (_ ("unplug it and plug it in again"));
  else if (state_of_device (self) == HS_SLOT_WHICH_UNIT)
    why = g_strdup (_ ("which unit it is can’t be told"));
  else if (is_foreign (self, hs_slot_get_board (self))) /* also what broke off on another board */
    why = g_strdup_printf (_ ("another board, %s"), _ (hs_slot_get_board (self)->name));

  if (why == NULL)
    return TRUE;
  if (reason != NULL)
    *reason = g_steal_pointer (&why);
  return FALSE;
}

/* Something can be done with the camera here now, if not with the loaded build. */
gboolean
hs_slot_can_work (HsSlot *self)
{
  if (hs_slot_can_flash (self, NULL))
    return TRUE;
  return self->device != NULL && hs_device_get_attached (self->device) &&
         !hs_slot_is_running (self) && hs_device_get_problem (self->device) == HS_DEVICE_OK &&
         is_foreign (self, hs_slot_get_board (self));
}

/* Forgets the result that is still shown; harmless while something runs. */
void
hs_slot_dismiss (HsSlot *self)
{
  if (self->job != NULL && hs_job_get_state (self->job) == HS_JOB_FINISHED)
    hs_slot_set_job (self, NULL);
}

char *
hs_slot_dup_headline (HsSlot *self)
{
  return hs_slot_make_headline (self);
}

char *
hs_slot_dup_sentence (HsSlot *self)
{
  return hs_slot_make_sentence (self);
}

static char *
dup_time_of_hand (HsSlot *self)
{
  guint seconds;

  if (hs_slot_get_hand (self, &seconds) == HS_SLOT_HAND_PAUSE)
    return g_strdup_printf ("%u", seconds);
  return g_strdup_printf ("%u:%02u", seconds / 60, seconds % 60);
}

/* "0:14", counting down; while a person is awaited, how long, or the countdown until the camera may
 * be plugged in; NULL if nothing runs or nobody can tell. */
char *
hs_slot_dup_time (HsSlot *self)
{
  double left;

  if (!hs_slot_is_running (self))
    return NULL;
  if (self->state == HS_SLOT_WAITING)
    return dup_time_of_hand (self);
  left = hs_job_get_time_left (self->job);
  if (left < 0)
    return NULL;
  return g_strdup_printf ("%d:%02d", (int) (left + 0.5) / 60, (int) (left + 0.5) % 60);
}
