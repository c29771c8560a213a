/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/explain.h"
#include "app/guide/guide-private.h"
#include "app/protection.h"

#include <glib/gi18n-lib.h>

/* From step to step: by what the bus shows, by how a job ended, and by what somebody chose. */

/* More steps than that without anything new on the bus are a circle. */
#define MOST_MOVES 12

static const HsGuideSurprise *
find_surprise (const HsGuideStep *step, HsSight sight)
{
  const HsGuideSurprise *at = step->surprises;

  for (; at != NULL && at->sight != HS_SIGHT_ANY; at++)
    if (at->sight == sight)
      return at;
  return NULL;
}

const HsGuideSurprise *
hs_guide_find_surprise (HsGuide *self, HsSight sight)
{
  return find_surprise (hs_guide_get_step (self), sight);
}

static gboolean
is_last (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);

  return hs_guide_get_then (self, self->step) == self->step && step->what == NULL &&
         step->wants == HS_GUIDE_WANTS_NOTHING;
}

/* It ends here, whatever the problem says. */
void
hs_guide_stop (HsGuide *self)
{
  self->state = HS_GUIDE_STOPPED;
  self->want = HS_GUIDE_WANTS_NOTHING;
  hs_guide_stop_waiting (self);
  hs_guide_unwatch (self);
  hs_guide_changed (self);
}

static void
finish (HsGuide *self)
{
  self->state = HS_GUIDE_DONE;
  hs_guide_stop_waiting (self);
  hs_guide_unwatch (self);
  hs_guide_changed (self);
}

static void
stop_in_circle (HsGuide *self)
{
  g_autoptr (GError) error = g_error_new_literal (
      HS_APP_ERROR,
      HS_APP_ERROR_FAILED,
      _ ("The same steps come again and again, and nothing changes. Nothing more can be done here "
         "without looking at the camera itself."));

  if (self->problem == NULL) {
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    hs_guide_set_problem (self, problem);
  }
  hs_guide_stop (self);
}

/* The steps on the way here; one that comes again was the way back to it. */
static void
note_path (HsGuide *self)
{
  for (guint i = 0; i < self->path->len; i++)
    if (g_array_index (self->path, guint, i) == self->step)
      g_array_set_size (self->path, i);
  g_array_append_val (self->path, self->step);
}

/* A choice that the options have made already. */
static gboolean
is_chosen (HsGuide *self, const HsGuideStep *step)
{
  return step->wants == HS_GUIDE_WANTS_CHOICE && hs_role_is_filesystem (step->role) &&
         self->options.erase_filesystem;
}

/* What the bus shows is what it would wait for. */
static gboolean
shows (HsGuide *self, const HsGuideStep *step)
{
  if (step->what != NULL || step->wait == HS_SIGHT_ANY || self->sight == HS_SIGHT_ANY)
    return FALSE;
  return self->sight == step->wait;
}

/* What the bus shows leads elsewhere at once; NULL: it does not. */
static const char *
find_elsewhere (HsGuide *self, const HsGuideStep *step)
{
  const HsGuideSurprise *surprise = step->what == NULL ? find_surprise (step, self->sight) : NULL;

  return surprise != NULL && !self->replug ? surprise->then : NULL;
}

/* Nobody has to hear of a step that is done before it begins. */
static guint
skip_done (HsGuide *self, guint step)
{
  for (guint n = 0; n < MOST_MOVES; n++) {
    const HsGuideStep *at = hs_guide_nth_step (self, step);

    if (is_chosen (self, at))
      step = hs_guide_find_step (self, at->choices[0].then);
    else if (find_elsewhere (self, at) != NULL)
      step = hs_guide_find_step (self, find_elsewhere (self, at));
    else if (shows (self, at) ||
             (at->wants != HS_GUIDE_WANTS_NOTHING && hs_guide_has_what_it_wants (self, at)))
      step = hs_guide_get_then (self, step);
    else
      break;
  }
  return step;
}

static void
enter (HsGuide *self, guint step)
{
  gboolean takes_job = self->taking;

  if (!takes_job)
    hs_guide_drop_job (self);
  self->taking = FALSE;
  self->step = step;
  self->next = -1;
  self->held = FALSE;
  self->want = HS_GUIDE_WANTS_NOTHING;
  g_clear_pointer (&self->question, g_free);
  g_clear_object (&self->offer);
  note_path (self);
  hs_guide_stop_waiting (self);
  self->state = takes_job ? HS_GUIDE_WORKING : HS_GUIDE_WAITING;
  hs_guide_step_changed (self);
  hs_guide_changed (self);
  if (self->state != HS_GUIDE_STOPPED && self->step == step)
    hs_guide_begin_step (self);
}

/* To @step; a job that waits for hands is stopped first. */
void
hs_guide_go (HsGuide *self, guint step)
{
  g_autoptr (HsGuide) alive = g_object_ref (self);

  if (self->state == HS_GUIDE_DONE || self->state == HS_GUIDE_STOPPED)
    return;
  if (hs_guide_job_runs (self) && !self->caught) {
    if (hs_guide_job_is_at_work (self)) /* what it waited for has come */
      return;
    self->next = (int) step;
    hs_job_call_off (self->job,
                     _ ("Nothing was written: the guide went on with another step, and this one "
                        "was not waited for any more."));
    return;
  }
  if (++self->n_moves > MOST_MOVES)
    stop_in_circle (self);
  else
    enter (self, self->taking ? step : skip_done (self, step));
}

/* What is to happen as soon as a step is reached. */
void
hs_guide_begin_step (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);

  if (self->state == HS_GUIDE_WORKING)
    return;
  if (is_last (self)) {
    finish (self);
    return;
  }
  /* The first step too: what was confirmed before the guide began is not asked again. */
  if (step->wants != HS_GUIDE_WANTS_NOTHING && hs_guide_has_what_it_wants (self, step)) {
    hs_guide_go (self, hs_guide_get_then (self, self->step));
    return;
  }
  /* Nobody is asked for what the catalog may have: it is being looked for. */
  if (step->wants == HS_GUIDE_WANTS_FILE && step->role != HS_ROLE_NONE && self->searching)
    return;
  hs_guide_wait_patiently (self);
  if (step->wants != HS_GUIDE_WANTS_NOTHING && !hs_guide_go_where_it_shows (self))
    hs_guide_ask (self, step->wants, NULL);
  else if (self->state == HS_GUIDE_WAITING)
    hs_guide_advance (self);
}

/* TRUE: what is seen leads elsewhere. */
gboolean
hs_guide_go_where_it_shows (HsGuide *self)
{
  const HsGuideSurprise *surprise = hs_guide_find_surprise (self, self->sight);

  if (surprise == NULL || surprise->then == NULL || self->replug)
    return FALSE;
  hs_guide_go (self, hs_guide_find_step (self, surprise->then));
  return TRUE;
}

/* As far as what is seen now allows. */
void
hs_guide_advance (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);

  if (self->state != HS_GUIDE_WAITING || self->sight == HS_SIGHT_ANY || self->next >= 0 ||
      self->quiet || (hs_guide_job_runs (self) && self->caught))
    return;
  if (shows (self, step)) {
    hs_guide_set_problem (self, NULL);
    hs_guide_go (self, hs_guide_get_then (self, self->step));
    return;
  }
  if (hs_guide_go_where_it_shows (self))
    return;
  if (step->what != NULL && !hs_guide_job_runs (self) && !self->held)
    hs_guide_start_job (self);
}

/* --- by hand --- */

void
hs_guide_start (HsGuide *self)
{
  g_return_if_fail (HS_IS_GUIDE (self));
  g_return_if_fail (self->sight == HS_SIGHT_ANY);

  if (self->table->purpose == HS_GUIDE_RECOVER)
    hs_guide_find_loader (self);
  self->state = HS_GUIDE_WAITING;
  hs_guide_step_changed (self);
  hs_guide_watch (self);
  if (self->step == 0 && self->state == HS_GUIDE_WAITING)
    hs_guide_begin_step (self);
}

/**
 * hs_guide_cancel:
 * @self: a guide
 *
 * Ends it; a running job is stopped first, and the guide is stopped when that has ended, however
 * it has. Only one that has brought the guide to its end all the same is not called stopped.
 */
void
hs_guide_cancel (HsGuide *self)
{
  g_return_if_fail (HS_IS_GUIDE (self));

  if (self->state == HS_GUIDE_DONE || self->state == HS_GUIDE_STOPPED)
    return;
  if (hs_guide_job_runs (self)) {
    self->next = -1;
    self->stopping = TRUE;
    hs_job_cancel (self->job);
    return;
  }
  hs_guide_stop (self);
}

guint
hs_guide_get_n_choices (HsGuide *self)
{
  const HsGuideChoice *choices;
  guint n = 0;

  g_return_val_if_fail (HS_IS_GUIDE (self), 0);

  choices = hs_guide_get_step (self)->choices;
  if (self->state != HS_GUIDE_WAITING && self->state != HS_GUIDE_ASKING)
    return 0;
  while (choices != NULL && choices[n].label != NULL)
    n++;
  return n;
}

/* Translated. */
const char *
hs_guide_get_choice (HsGuide *self, guint n)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);
  g_return_val_if_fail (n < hs_guide_get_n_choices (self), NULL);

  return _ (hs_guide_get_step (self)->choices[n].label);
}

void
hs_guide_choose (HsGuide *self, guint n)
{
  const HsGuideChoice *choice;

  g_return_if_fail (HS_IS_GUIDE (self));
  g_return_if_fail (n < hs_guide_get_n_choices (self));

  choice = &hs_guide_get_step (self)->choices[n];
  self->n_moves = 0;
  self->n_failures = 0;
  if (choice->then != NULL)
    hs_guide_go (self, hs_guide_find_step (self, choice->then));
  else
    hs_guide_cancel (self);
}
