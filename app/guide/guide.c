/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/guide/guide-private.h"

#include "app/app-error.h"
#include "app/work.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PATIENCE_MS 20000

G_DEFINE_FINAL_TYPE (HsGuide, hs_guide, G_TYPE_OBJECT)

enum { CHANGED, STEP_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
cause_clear (gpointer data)
{
  HsGuideCause *cause = data;

  g_free ((char *) cause->text);
  g_free ((char *) cause->checked);
}

static void
hs_guide_dispose (GObject *object)
{
  HsGuide *self = HS_GUIDE (object);

  g_cancellable_cancel (self->cancellable);
  hs_guide_stop_waiting (self);
  hs_guide_drop_job (self);
  hs_guide_unwatch (self);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_guide_parent_class)->dispose (object);
}

static void
hs_guide_finalize (GObject *object)
{
  HsGuide *self = HS_GUIDE (object);

  g_free (self->port);
  g_free (self->stranger);
  hs_request_options_clear (&self->options);
  g_clear_object (&self->loader_build);
  g_clear_object (&self->cancellable);
  g_array_unref (self->path);
  g_array_unref (self->causes);
  g_ptr_array_unref (self->watched);
  g_hash_table_unref (self->ignored);
  g_object_unref (self->sights);
  hs_problem_free (self->problem);
  g_free (self->question);
  g_clear_object (&self->offer);
  g_clear_object (&self->given);
  g_free (self->ending);

  G_OBJECT_CLASS (hs_guide_parent_class)->finalize (object);
}

static void
hs_guide_class_init (HsGuideClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hs_guide_dispose;
  object_class->finalize = hs_guide_finalize;

  signals[CHANGED] = g_signal_new (
      "changed", HS_TYPE_GUIDE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STEP_CHANGED] = g_signal_new (
      "step-changed", HS_TYPE_GUIDE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_guide_init (HsGuide *self)
{
  self->path = g_array_new (FALSE, FALSE, sizeof (guint));
  self->causes = g_array_new (FALSE, TRUE, sizeof (HsGuideCause));
  g_array_set_clear_func (self->causes, cause_clear);
  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  self->ignored = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->sights = g_list_store_new (HS_TYPE_GUIDE_SIGHT);
  self->cancellable = g_cancellable_new ();
  self->patience_ms = PATIENCE_MS;
  self->next = -1;
}

void
hs_guide_changed (HsGuide *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
hs_guide_step_changed (HsGuide *self)
{
  g_signal_emit (self, signals[STEP_CHANGED], 0);
}

/* --- making one --- */

/* As hs_guide_new(), with a table that need not be listed. */
HsGuide *
hs_guide_new_for_table (HsSession *session,
                        const HsGuideTable *table,
                        const HsBoard *board,
                        const char *port,
                        const HsRequestOptions *options)
{
  HsGuide *self = g_object_new (HS_TYPE_GUIDE, NULL);

  self->session = g_object_ref (session);
  self->table = table;
  self->board = board;
  self->port = g_strdup (port);
  hs_request_options_copy (&self->options, options);
  self->options.board = board;
  g_set_object (&self->loader_build, options->build);
  g_array_append_val (self->path, self->step);
  return self;
}

static void
refuse (const HsBoard *board, GError **error)
{
  const char *name = _ (board->name);
  g_autofree char *sentence = NULL;

  if (board->recovery == HS_RECOVERY_FOREIGN)
    sentence = g_strdup_printf (
        _ ("The bootloader of %s is Arduino’s, and can’t be restored here. If pressing RESET twice "
           "does not bring it up, Arduino’s own tooling can: the Arduino IDE, or Arduino’s "
           "support."),
        name);
  else if (board->retired)
    sentence = g_strdup_printf (
        _ ("%s can’t be rescued: OpenMV makes no firmware for it any more."), name);
  else
    sentence = g_strdup_printf (
        _ ("The bootloader of %s is in the chip’s ROM and can’t be lost. Hold BOOTSEL while "
           "plugging the camera in, then flash it."),
        name);
  g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED, sentence);
}

static gboolean
check_build (const HsBoard *board, const HsRequestOptions *options, GError **error)
{
  if (options->build == NULL && options->release == NULL) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_NO_BUILD,
                         _ ("Say which build the camera is to have in the end."));
    return FALSE;
  }
  if (options->build == NULL || g_strcmp0 (hs_build_get_board (options->build), board->id) == 0)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_BOARD,
               _ ("This build is for %s, the camera is an %s. Nothing was written."),
               hs_build_get_board (options->build),
               board->id);
  return FALSE;
}

/**
 * hs_guide_new:
 * @session: a session
 * @purpose: what it is for
 * @board: which model the camera is
 * @port: (nullable): where the camera is or was
 * @options: build, release, unit …; copied
 * @error: %HS_APP_ERROR_NOT_OFFERED with a sentence that says where to go, %HS_APP_ERROR_NO_BUILD,
 *   %HS_FLASH_ERROR_WRONG_BOARD
 *
 * Returns: (transfer full): a guide that waits for hs_guide_start()
 */
HsGuide *
hs_guide_new (HsSession *session,
              HsGuidePurpose purpose,
              const HsBoard *board,
              const char *port,
              const HsRequestOptions *options,
              GError **error)
{
  const HsGuideTable *table;

  if (purpose != HS_GUIDE_RECOVER) {
    table = hs_guide_choose_protection (purpose, board, options->way, error);
    return table != NULL ? hs_guide_new_for_table (session, table, board, port, options) : NULL;
  }

  table = hs_guide_find_table (purpose, board);
  if (table == NULL) {
    refuse (board, error);
    return NULL;
  }
  if (!check_build (board, options, error))
    return NULL;
  return hs_guide_new_for_table (session, table, board, port, options);
}

/* --- steps --- */

const HsGuideStep *
hs_guide_nth_step (HsGuide *self, guint n)
{
  return &self->table->steps[n];
}

/* -1: there is none; only a mistake in a table. */
int
hs_guide_find_step (HsGuide *self, const char *id)
{
  for (guint i = 0; self->table->steps[i].id != NULL; i++)
    if (g_strcmp0 (self->table->steps[i].id, id) == 0)
      return (int) i;
  g_return_val_if_reached (-1);
}

/* Which one comes after it; the last one comes after itself. */
guint
hs_guide_get_then (HsGuide *self, guint n)
{
  const HsGuideStep *step = hs_guide_nth_step (self, n);

  if (step->then != NULL)
    return hs_guide_find_step (self, step->then);
  return self->table->steps[n + 1].id != NULL ? n + 1 : n;
}

HsGuideState
hs_guide_get_state (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), HS_GUIDE_STOPPED);

  return self->state;
}

gboolean
hs_guide_get_proven (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), FALSE);

  return self->state == HS_GUIDE_DONE && self->problem == NULL;
}

/* At its end, which is none to be green about. */
static gboolean
ends_unproven (HsGuide *self)
{
  return self->state == HS_GUIDE_DONE && self->problem != NULL;
}

const HsGuideTable *
hs_guide_get_table (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  return self->table;
}

const HsGuideStep *
hs_guide_get_step (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  return hs_guide_nth_step (self, self->step);
}

/* What is wanted is usually there. */
static gboolean
has_to_be_done (const HsGuideStep *step)
{
  return step->wants != HS_GUIDE_WANTS_FILE && step->wants != HS_GUIDE_WANTS_TOOL;
}

/* From 1. @n_steps: (out) (optional): if nothing surprising happens from here on. */
guint
hs_guide_get_position (HsGuide *self, guint *n_steps)
{
  guint after = 0;

  g_return_val_if_fail (HS_IS_GUIDE (self), 0);

  for (guint n = self->step; hs_guide_get_then (self, n) != n; n = hs_guide_get_then (self, n))
    after += has_to_be_done (hs_guide_nth_step (self, hs_guide_get_then (self, n)));
  if (n_steps != NULL)
    *n_steps = self->path->len + after;
  return self->path->len;
}

const HsBoard *
hs_guide_get_board (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  return self->board;
}

const char *
hs_guide_get_port (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  return self->port;
}

/* --- in words --- */

static char *
fill_in (HsGuide *self, const char *text)
{
  const char *pads =
      self->other && self->board->other_pads != NULL ? self->board->other_pads : self->board->pads;
  g_auto (GStrv) parts = g_strsplit (text, "%s", -1);

  return g_strjoinv (pads != NULL ? _ (pads) : "", parts);
}

/* It is about what hands are to do before the job is tried again. */
static gboolean
has_failed_here (HsGuide *self, const HsGuideStep *step)
{
  return self->held && self->state == HS_GUIDE_WAITING && step->sentence_failed != NULL;
}

/* (transfer full): translated, pads filled in */
char *
hs_guide_dup_sentence (HsGuide *self)
{
  const HsGuideStep *step;
  g_autofree char *asks = NULL;

  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  if (ends_unproven (self))
    return g_strdup (_ ("It was written, but nothing could be read back."));
  asks = hs_guide_job_runs (self) ? hs_job_dup_asks (self->job) : NULL;
  if (asks != NULL) /* what a program asks for in the middle of its work */
    return g_steal_pointer (&asks);
  step = hs_guide_get_step (self);
  if (has_failed_here (self, step))
    return fill_in (self, _ (step->sentence_failed));
  return fill_in (
      self, self->out && step->sentence_out != NULL ? _ (step->sentence_out) : _ (step->sentence));
}

/* Whether the catalog knows of a write of firmware to this unit, or on this port, that broke off.
 */
static gboolean
was_broken_off (HsGuide *self)
{
  HsSlot *slot = self->port != NULL ? hs_session_find_slot (self->session, self->port) : NULL;
  HsUnit *unit = slot != NULL ? hs_slot_get_unit (slot) : NULL;
  const HsContent *content =
      unit != NULL ? hs_unit_find_content (unit, hs_role_name (HS_ROLE_FIRMWARE)) : NULL;

  return content != NULL && g_strcmp0 (content->state, "unknown") == 0;
}

/* (transfer full) (nullable): one line */
char *
hs_guide_dup_help (HsGuide *self)
{
  const HsGuideStep *step;
  g_autofree char *help = NULL;
  g_autofree char *others = NULL;

  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  if (ends_unproven (self))
    return g_strdup (_ ("Whether the camera is back is not proven: see whether its firmware does "
                        "what it should."));
  step = hs_guide_get_step (self);
  if (hs_guide_is_by_hand (step) && g_str_equal (step->what, "flash") && was_broken_off (self))
    return g_strdup (_ ("The last write of its firmware broke off: most likely that is all that is "
                        "wrong. It is written again in full."));

  help = step->help != NULL ? fill_in (self, _ (step->help)) : NULL;
  if (!hs_guide_has_other (self))
    return g_steal_pointer (&help);
  others = g_strdup_printf (
      /* Translators: pads: "BOOT and 3.3V" */
      _ ("Should that do nothing: other sources name %s."),
      self->other ? _ (self->board->pads) : _ (self->board->other_pads));
  return help != NULL ? g_strjoin (" ", help, others, NULL) : g_steal_pointer (&others);
}

/* (transfer full) (nullable): "Waiting for … · usually 3 s" */
char *
hs_guide_dup_waits_for (HsGuide *self)
{
  const HsGuideStep *step;

  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  step = hs_guide_get_step (self);
  if (step->waits_for == NULL || self->state != HS_GUIDE_WAITING)
    return NULL;
  if (step->usual_s == 0)
    /* Translators: what the bus is to show: "the ST ROM bootloader, 0483:DF11" */
    return g_strdup_printf (_ ("Waiting for %s"), _ (step->waits_for));
  return g_strdup_printf (ngettext ("Waiting for %s · usually %u second",
                                    "Waiting for %s · usually %u seconds",
                                    step->usual_s),
                          _ (step->waits_for),
                          step->usual_s);
}

/* (transfer full) (nullable): stem of a file in app/data/guide/ */
char *
hs_guide_dup_drawing (HsGuide *self)
{
  const HsGuideStep *step;
  g_autofree char *asks = NULL;

  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  step = hs_guide_get_step (self);
  asks = hs_guide_job_runs (self) ? hs_job_dup_asks (self->job) : NULL;
  if ((asks != NULL || has_failed_here (self, step)) && step->asked_drawing != NULL)
    return g_strdup (step->asked_drawing);
  return g_strdup (self->other && hs_guide_has_other (self) ? step->other_drawing : step->drawing);
}

gboolean
hs_guide_get_out (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), FALSE);

  return self->out;
}

gboolean
hs_guide_has_other (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), FALSE);

  return hs_guide_get_step (self)->other_drawing != NULL && self->board->other_pads != NULL;
}

gboolean
hs_guide_get_other (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), FALSE);

  return self->other;
}

/* @other: the pads that other sources name */
void
hs_guide_set_other (HsGuide *self, gboolean other)
{
  g_return_if_fail (HS_IS_GUIDE (self));

  if (self->other == other)
    return;
  self->other = other;
  hs_guide_changed (self);
}

/* (transfer none): HsGuideSight, newest last */
GListModel *
hs_guide_get_sights (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  return G_LIST_MODEL (self->sights);
}

gboolean
hs_guide_get_late (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), FALSE);

  return self->causes->len > 0;
}

guint
hs_guide_get_n_causes (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), 0);

  return self->causes->len;
}

const HsGuideCause *
hs_guide_get_cause (HsGuide *self, guint n)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);
  g_return_val_if_fail (n < self->causes->len, NULL);

  return &g_array_index (self->causes, HsGuideCause, n);
}

/* (nullable): runs or ran in this step */
HsJob *
hs_guide_get_job (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  return self->job;
}

/* (nullable): why it stopped, or stays */
const HsProblem *
hs_guide_get_problem (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  return self->problem;
}

void
hs_guide_set_problem (HsGuide *self, const HsProblem *problem)
{
  HsProblem *copy = problem != NULL ? hs_problem_copy (problem) : NULL;

  hs_problem_free (self->problem);
  self->problem = copy;
}

/* How long nothing may come before causes are named; tests have less of it. */
void
hs_guide_set_patience (HsGuide *self, guint ms)
{
  g_return_if_fail (HS_IS_GUIDE (self));

  self->patience_ms = ms;
}
