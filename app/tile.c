/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "app/operator-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (HsTile, hs_tile, G_TYPE_OBJECT)

enum { PROP_0, PROP_STATE, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
hs_tile_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_int (value, HS_TILE (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hs_tile_dispose (GObject *object)
{
  HsTile *self = HS_TILE (object);

  g_cancellable_cancel (self->asked);
  g_clear_object (&self->asked);
  g_clear_object (&self->job);
  g_clear_object (&self->slot);

  G_OBJECT_CLASS (hs_tile_parent_class)->dispose (object);
}

static void
hs_tile_finalize (GObject *object)
{
  g_free (HS_TILE (object)->number);

  G_OBJECT_CLASS (hs_tile_parent_class)->finalize (object);
}

static void
hs_tile_class_init (HsTileClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hs_tile_get_property;
  object_class->dispose = hs_tile_dispose;
  object_class->finalize = hs_tile_finalize;

  props[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, HS_TILE_LOOK, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[CHANGED] = g_signal_new (
      "changed", HS_TYPE_TILE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_tile_init (HsTile *self)
{
}

static void
emit_changed_cb (HsTile *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/* (transfer full): the tile of one slot, idle. */
HsTile *
hs_tile_new (HsOperator *owner, HsSlot *slot)
{
  HsTile *self = g_object_new (HS_TYPE_TILE, NULL);

  self->owner = owner;
  self->slot = g_object_ref (slot);
  g_signal_connect_object (
      slot, "notify::name", G_CALLBACK (emit_changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}

void
hs_tile_set_state (HsTile *self, HsTileState state)
{
  if (state != self->state) {
    self->state = state;
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
  }
  g_signal_emit (self, signals[CHANGED], 0);
}

/* What it works on from now on; NULL: nothing is shown any more. */
void
hs_tile_set_job (HsTile *self, HsJob *job)
{
  if (self->job != NULL)
    g_signal_handlers_disconnect_by_func (self->job, emit_changed_cb, self);
  g_set_object (&self->job, job);
  if (job != NULL)
    g_signal_connect_object (job, "changed", G_CALLBACK (emit_changed_cb), self, G_CONNECT_SWAPPED);
}

void
hs_tile_set_number (HsTile *self, const char *number)
{
  char *copy = g_strdup (number);

  g_free (self->number);
  self->number = copy;
}

/* --- what others read --- */

HsSlot *
hs_tile_get_slot (HsTile *self)
{
  g_return_val_if_fail (HS_IS_TILE (self), NULL);

  return self->slot;
}

HsTileState
hs_tile_get_state (HsTile *self)
{
  g_return_val_if_fail (HS_IS_TILE (self), HS_TILE_IDLE);

  return self->state;
}

HsJob *
hs_tile_get_job (HsTile *self)
{
  g_return_val_if_fail (HS_IS_TILE (self), NULL);

  return self->job;
}

const char *
hs_tile_get_number (HsTile *self)
{
  g_return_val_if_fail (HS_IS_TILE (self), NULL);

  if (self->job != NULL && hs_job_get_number (self->job) != NULL)
    return hs_job_get_number (self->job);
  return self->number;
}

gboolean
hs_tile_get_already (HsTile *self)
{
  g_return_val_if_fail (HS_IS_TILE (self), FALSE);

  return self->state == HS_TILE_PASS && self->job != NULL && hs_job_get_already (self->job);
}

/* --- words --- */

static const char *
get_code (HsTile *self)
{
  const HsProblem *problem = self->job != NULL ? hs_job_get_problem (self->job) : NULL;

  return problem != NULL ? problem->code : "";
}

static char *
make_work_word (HsTile *self)
{
  HsProgressState state;
  g_autofree char *text = NULL;

  if (self->job == NULL)
    return g_strdup ("");
  hs_job_get_progress (self->job, &state);
  text = hs_explain_activity (&state);
  return *text != '\0' ? g_steal_pointer (&text) : g_strdup (_ ("Starting"));
}

static const char *
get_look_word (HsTile *self)
{
  if (self->job == NULL)
    return _ ("LOOK HERE");
  if (hs_job_get_unrecorded (self->job))
    return _ ("NOT RECORDED");
  if (hs_job_get_outcome (self->job) == HS_OUTCOME_UNPROVEN)
    return _ ("UNPROVEN");
  if (hs_job_get_outcome (self->job) == HS_OUTCOME_CANCELLED)
    return _ ("STOPPED");
  return _ ("LOOK HERE");
}

/**
 * hs_tile_dup_word:
 * @self: a tile
 *
 * Returns: (transfer full): the one thing to read from two metres
 */
char *
hs_tile_dup_word (HsTile *self)
{
  switch (self->state) {
  case HS_TILE_IDLE:
    return g_strdup (_ ("Plug in a camera"));
  case HS_TILE_SCAN:
    return g_strdup (_ ("SCAN"));
  case HS_TILE_WORK:
    return make_work_word (self);
  case HS_TILE_PASS:
    return g_strdup (_ ("PASS"));
  case HS_TILE_FAIL:
    return g_strdup (_ ("FAIL"));
  case HS_TILE_REFUSED:
    return g_strdup (_ ("NOT THIS ONE"));
  case HS_TILE_LOOK:
    return g_strdup (get_look_word (self));
  }
  g_return_val_if_reached (g_strdup (""));
}

/* Pulling and plugging helps against whatever is about the connection; a sector that failed twice
 * is worn. */
static const char *
get_fail_todo (HsTile *self)
{
  static const char *const worn[] = { "read-back-differs", "bootloader-error", NULL };
  static const char *const aside[] = { "version-differs", "protected", NULL };

  if (g_strv_contains (aside, get_code (self)))
    return _ ("Put it aside.");
  if (self->n_fails > 1 && g_strv_contains (worn, get_code (self)))
    return _ ("Put it aside: it failed again.");
  if (self->n_fails > 2)
    return _ ("Put it aside: it fails again and again.");
  return _ ("Plug it in again.");
}

static const char *
get_look_todo (HsTile *self)
{
  const HsProblem *problem = self->job != NULL ? hs_job_get_problem (self->job) : NULL;

  if (self->job != NULL && hs_job_get_unrecorded (self->job))
    return _ ("Put it aside: what was done is not in the catalog.");
  if (problem != NULL && *problem->action != '\0')
    return problem->action;
  return _ ("Ask somebody to look at it.");
}

static gboolean
waits_for_hand (HsTile *self)
{
  HsProgressState state;

  if (self->job == NULL)
    return FALSE;
  hs_job_get_progress (self->job, &state);
  return state.activity == HS_ACTIVITY_WAITING;
}

/* Short: the camera is out already where that is enough. */
static const char *
get_hand (HsTile *self)
{
  const HsBoard *board = hs_job_get_board (self->job);

  return board != NULL && board->by_hand != NULL ? _ (board->by_hand) : _ ("Plug it in again.");
}

/**
 * hs_tile_dup_todo:
 * @self: a tile
 *
 * Returns: (transfer full): what the operator does now; "" if nothing
 */
char *
hs_tile_dup_todo (HsTile *self)
{
  switch (self->state) {
  case HS_TILE_SCAN:
    return g_strdup (_ ("Scan its product serial."));
  case HS_TILE_WORK:
    return g_strdup (waits_for_hand (self) ? get_hand (self) : "");
  case HS_TILE_FAIL:
    return g_strdup (get_fail_todo (self));
  case HS_TILE_REFUSED:
    return g_strdup (g_str_has_prefix (get_code (self), "release-") ||
                             g_str_equal (get_code (self), "unsigned")
                         ? _ ("Stop, and ask for another release.")
                         : _ ("Put it aside."));
  case HS_TILE_LOOK:
    return g_strdup (get_look_todo (self));
  case HS_TILE_IDLE:
  case HS_TILE_PASS:
    break;
  }
  return g_strdup ("");
}

/**
 * hs_tile_dup_why:
 * @self: a tile
 *
 * Returns: (transfer full): a sentence for whoever wants to know more; may be ""
 */
char *
hs_tile_dup_why (HsTile *self)
{
  const HsProblem *problem = self->job != NULL ? hs_job_get_problem (self->job) : NULL;

  if (self->state == HS_TILE_IDLE || self->state == HS_TILE_WORK)
    return g_strdup ("");
  if (self->state == HS_TILE_SCAN)
    return g_strdup (_ ("It has none yet."));
  if (hs_tile_get_already (self))
    return g_strdup (_ ("It carried this release already: read and compared."));
  if (problem != NULL)
    return g_strdup (problem->message);
  if (self->job != NULL && hs_job_get_unrecorded (self->job))
    return g_strdup (_ ("Flashed and proven, not recorded."));
  return g_strdup ("");
}

/* "0:14", counting down; NULL if nothing runs or nobody can tell. */
char *
hs_tile_dup_time (HsTile *self)
{
  double left =
      self->state == HS_TILE_WORK && self->job != NULL ? hs_job_get_time_left (self->job) : -1;

  if (left < 0)
    return NULL;
  return g_strdup_printf ("%d:%02d", (int) (left + 0.5) / 60, (int) (left + 0.5) % 60);
}

#define SHOWN_DIGITS 8

/* "…0035 0021": what is printed last on the camera's own label; nullable. */
char *
hs_tile_dup_unit (HsTile *self)
{
  HsDevice *device = hs_slot_get_device (self->slot);
  const char *unit = self->job != NULL ? hs_job_get_unit (self->job) : NULL;
  g_autofree char *end = NULL;
  const char *value;

  if (unit == NULL && self->job != NULL)
    unit = hs_device_get_key (hs_job_get_device (self->job));
  if (unit == NULL && self->state == HS_TILE_SCAN && device != NULL)
    unit = hs_device_get_key (device);
  if (unit == NULL)
    return NULL;

  value = strchr (unit, ':') != NULL ? strchr (unit, ':') + 1 : unit;
  if (strlen (value) <= SHOWN_DIGITS)
    return hs_format_serial (value);
  end = hs_format_serial (value + strlen (value) - SHOWN_DIGITS);
  return g_strconcat ("…", end, NULL);
}
