/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/guide-walk.h"

#include "app/app-error.h"
#include "app/cli/doors.h"
#include "app/cli/hands.h"
#include "app/explain.h"
#include "app/run-json.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

/* One guide, from its first sentence to its end. */
typedef struct {
  HsCli *cli;
  HsGuide *guide;
  const HsGuideWalk *walk;
  HsHands *hands;  /* nullable */
  GIOChannel *in;  /* nullable: what a person types */
  guint typed;     /* source; 0 none */
  char *said;      /* the last sentence, and what it waits for */
  char *asked;     /* the last question */
  char *doing;     /* the last activity */
  char *problem;   /* the last one */
  guint n_sights;  /* that were told */
  guint n_causes;  /* the same */
  HsJob *job;      /* owned; whose activities are told */
  GPtrArray *jobs; /* (element-type HsJob) */
  JsonArray *steps;
  gboolean gave_file;
  gboolean gave_table;
  gboolean unanswered;
  gboolean interrupted;
  gint64 began; /* real time, in microseconds */
} Walk;

void
hs_guide_walk_clear (HsGuideWalk *self)
{
  g_free (self->hands);
  g_free (self->confirm);
  g_free (self->file);
  g_free (self->table);
}

/* --- telling --- */

/* TRUE if @text is another than *@last, which it then is; takes @text. */
static gboolean
is_news (char **last, char *text)
{
  gboolean news = g_strcmp0 (*last, text) != 0;

  g_free (*last);
  *last = text;
  return news;
}

/* Takes @object. */
static void
print_event (Walk *self, JsonObject *object)
{
  g_autoptr (JsonObject) owned = object;
  g_autofree char *text = NULL;

  if (!self->cli->events)
    return;
  text = hs_json_object_to_text (owned);
  g_print ("%s\n", text);
}

static void
tell_step (Walk *self)
{
  const HsGuideStep *step = hs_guide_get_step (self->guide);
  g_autofree char *sentence = hs_guide_dup_sentence (self->guide);
  g_autofree char *help = hs_guide_dup_help (self->guide);
  g_autofree char *waits_for = hs_guide_dup_waits_for (self->guide);
  g_autofree char *drawing = hs_guide_dup_drawing (self->guide);
  JsonObject *object;
  guint n_steps;
  guint position = hs_guide_get_position (self->guide, &n_steps);

  if (!is_news (&self->said, g_strconcat (step->id, ": ", sentence, NULL)))
    return;
  object = json_object_new ();
  json_object_set_string_member (object, "event", "guide");
  json_object_set_string_member (object, "step", step->id);
  json_object_set_string_member (object, "sentence", sentence);
  hs_json_set_string (object, "help", help);
  hs_json_set_string (object, "waits_for", waits_for);
  hs_json_set_string (object, "drawing", drawing);
  json_object_set_int_member (object, "position", position);
  json_object_set_int_member (object, "steps", n_steps);
  print_event (self, object);

  hs_cli_print (self->cli, "%u/%u  %s", position, n_steps, sentence);
  if (help != NULL)
    hs_cli_print (self->cli, "     %s", help);
  if (waits_for != NULL)
    hs_cli_print (self->cli, "     %s", waits_for);
}

static void
tell_sights (Walk *self)
{
  GListModel *sights = hs_guide_get_sights (self->guide);

  for (; self->n_sights < g_list_model_get_n_items (sights); self->n_sights++) {
    g_autoptr (HsGuideSight) sight = g_list_model_get_item (sights, self->n_sights);
    const char *meaning = hs_guide_sight_get_meaning (sight);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "event", "sight");
    json_object_set_string_member (
        object, "sight", hs_sight_name (hs_guide_sight_get_sight (sight)));
    json_object_set_string_member (object, "text", hs_guide_sight_get_text (sight));
    hs_json_set_string (object, "meaning", meaning);
    print_event (self, object);
    hs_cli_print (self->cli,
                  "     · %s%s%s",
                  hs_guide_sight_get_text (sight),
                  meaning != NULL ? ": " : "",
                  meaning != NULL ? meaning : "");
  }
}

static void
tell_causes (Walk *self)
{
  guint n = hs_guide_get_n_causes (self->guide);
  JsonObject *object;
  JsonArray *causes;

  if (n == self->n_causes)
    return;
  self->n_causes = n;
  if (n == 0)
    return;

  object = json_object_new ();
  causes = json_array_new ();
  hs_cli_print (self->cli, "%s", _ ("     Nothing yet. Look at these, in this order:"));
  for (guint i = 0; i < n; i++) {
    const HsGuideCause *cause = hs_guide_get_cause (self->guide, i);
    JsonObject *line = json_object_new ();

    json_object_set_string_member (line, "text", cause->text);
    hs_json_set_string (line, "checked", cause->checked);
    json_object_set_boolean_member (line, "is_it", cause->is_it);
    json_array_add_object_element (causes, line);
    hs_cli_print (self->cli,
                  "     %u. %s%s%s",
                  i + 1,
                  cause->text,
                  cause->checked != NULL ? " " : "",
                  cause->checked != NULL ? cause->checked : "");
  }
  json_object_set_string_member (object, "event", "late");
  json_object_set_array_member (object, "causes", causes);
  print_event (self, object);
}

static void
tell_problem (Walk *self)
{
  const HsProblem *problem = hs_guide_get_problem (self->guide);
  JsonObject *object;

  if (!is_news (&self->problem, problem != NULL ? g_strdup (problem->chain) : NULL) ||
      problem == NULL)
    return;
  object = json_object_new ();
  json_object_set_string_member (object, "event", "problem");
  json_object_set_object_member (object, "problem", hs_problem_to_json (problem));
  print_event (self, object);
  hs_cli_print (self->cli,
                "     ! %s%s%s",
                problem->message,
                *problem->action != '\0' ? " " : "",
                problem->action);
}

static void
tell_progress (Walk *self, HsJob *job)
{
  JsonObject *object = json_object_new ();
  HsProgressState state;

  hs_job_get_progress (job, &state);
  json_object_set_string_member (object, "event", "progress");
  json_object_set_string_member (object, "run", hs_job_get_id (job));
  json_object_set_string_member (object, "port", hs_job_get_port (job));
  hs_json_set_string (object, "unit", hs_job_get_unit (job));
  json_object_set_string_member (object, "activity", hs_activity_name (state.activity));
  json_object_set_string_member (object, "role", hs_role_name (state.role));
  json_object_set_int_member (object, "done", state.done);
  json_object_set_int_member (object, "total", state.total);
  print_event (self, object);
}

static void
job_changed_cb (Walk *self, HsJob *job)
{
  HsProgressState state;

  if (hs_job_get_state (job) == HS_JOB_FINISHED)
    return;
  hs_job_get_progress (job, &state);
  tell_progress (self, job);
  if (state.activity != HS_ACTIVITY_NONE && state.activity != HS_ACTIVITY_WAITING &&
      is_news (&self->doing, hs_explain_activity (&state)))
    hs_cli_print (self->cli, "     %s…", self->doing);
}

static void
job_outcome_cb (Walk *self, GParamSpec *pspec, HsJob *job)
{
  g_autofree char *text = NULL;

  if (hs_job_get_outcome (job) == HS_OUTCOME_NONE)
    return;
  g_clear_pointer (&self->doing, g_free);
  if (!self->cli->events)
    return;
  text = hs_job_dup_json (job);
  g_print ("{\"event\":\"finished\",\"result\":%s}\n", text);
}

static void
follow_job (Walk *self)
{
  HsJob *job = hs_guide_get_job (self->guide);

  if (job == NULL || g_ptr_array_find (self->jobs, job, NULL))
    return;
  g_ptr_array_add (self->jobs, g_object_ref (job));
  g_signal_connect_swapped (job, "changed", G_CALLBACK (job_changed_cb), self);
  g_signal_connect_swapped (job, "notify::outcome", G_CALLBACK (job_outcome_cb), self);
}

/* --- answering --- */

static const char *
name_want (HsGuideWant want)
{
  static const char *const names[] = { "nothing", "file", "tool", "confirmation", "choice" };

  return names[want];
}

/* Where what is missing was looked for, and how to say where it is. */
static void
tell_where (Walk *self)
{
  const HsGuideStep *step = hs_guide_get_step (self->guide);
  g_autofree char *why = NULL;
  g_autoptr (GFile) found = NULL;

  if (step->role == HS_ROLE_NONE)
    found = hs_tool_find (step->tool, &why);
  if (why != NULL)
    hs_cli_print (self->cli, "     %s", why);
  if (self->in != NULL)
    hs_cli_print (self->cli, "%s", _ ("     Type its path here."));
  else if (step->role == HS_ROLE_NONE)
    hs_cli_print (self->cli,
                  "%s",
                  _ ("     HOTSHOE_TOOLS=FOLDER, before the command, names a folder that has it."));
}

static void
tell_question (Walk *self)
{
  HsGuideWant want = hs_guide_get_want (self->guide);
  g_autofree char *question = hs_guide_dup_question (self->guide);
  GFile *offer = hs_guide_get_offer (self->guide);
  JsonObject *object = json_object_new ();
  JsonArray *choices = json_array_new ();

  hs_cli_print (self->cli, "     ? %s", question);
  if (want == HS_GUIDE_WANTS_CONFIRMATION && self->walk->confirm == NULL)
    hs_cli_print (self->cli,
                  self->in != NULL ? _ ("     Type %s to confirm, and say --spare.")
                                   : _ ("     It is confirmed by --confirm %s --spare."),
                  hs_guide_get_ending (self->guide));
  if (want == HS_GUIDE_WANTS_TOOL || want == HS_GUIDE_WANTS_FILE)
    tell_where (self);
  for (guint i = 0; i < hs_guide_get_n_choices (self->guide); i++) {
    const char *label = hs_guide_get_choice (self->guide, i);

    hs_cli_print (self->cli, "     %u: %s", i + 1, label);
    json_array_add_string_element (choices, label);
  }
  json_object_set_string_member (object, "event", "wants");
  json_object_set_string_member (object, "wants", name_want (want));
  json_object_set_string_member (object, "question", question);
  hs_json_set_string (object, "offer", offer != NULL ? g_file_peek_path (offer) : NULL);
  if (want == HS_GUIDE_WANTS_CONFIRMATION)
    json_object_set_string_member (object, "ending", hs_guide_get_ending (self->guide));
  json_object_set_array_member (object, "choices", choices);
  print_event (self, object);
}

/* Takes what the command line or the machine has; FALSE: nothing of that. */
static gboolean
give_file (Walk *self, GError **error)
{
  gboolean is_table = hs_guide_get_step (self->guide)->role == HS_ROLE_TOC;
  GFile *offer = hs_guide_get_offer (self->guide);
  g_autoptr (GFile) file = NULL;

  if (is_table)
    file = self->walk->table != NULL && !self->gave_table
               ? g_file_new_for_commandline_arg (self->walk->table)
               : NULL;
  else if (self->walk->file != NULL && !self->gave_file)
    file = g_file_new_for_commandline_arg (self->walk->file);
  if (file == NULL && offer != NULL)
    file = g_object_ref (offer);
  if (file == NULL)
    return FALSE;
  *(is_table ? &self->gave_table : &self->gave_file) = TRUE;
  hs_cli_print (self->cli, _ ("     Taken: %s"), g_file_peek_path (file));
  return hs_guide_give_file (self->guide, file, error);
}

/* What was said when it was called. */
static gboolean
answer_at_once (Walk *self, GError **error)
{
  switch (hs_guide_get_want (self->guide)) {
  case HS_GUIDE_WANTS_FILE:
  case HS_GUIDE_WANTS_TOOL:
    return give_file (self, error);
  case HS_GUIDE_WANTS_CONFIRMATION:
    return self->walk->confirm != NULL &&
           hs_guide_confirm (self->guide, self->walk->confirm, self->walk->spare, error);
  case HS_GUIDE_WANTS_CHOICE:
  case HS_GUIDE_WANTS_NOTHING:
    break;
  }
  return FALSE;
}

static void
say_error (Walk *self, const GError *error)
{
  g_autoptr (HsProblem) problem = error != NULL ? hs_explain_error (error) : NULL;
  JsonObject *object;

  if (problem == NULL)
    return;
  hs_cli_print (self->cli, "     ! %s", problem->message);
  object = json_object_new ();
  json_object_set_string_member (object, "event", "not-taken");
  json_object_set_string_member (object, "message", problem->message);
  print_event (self, object);
}

/* A question that neither the options nor a person can answer ends it. */
static void
answer (Walk *self)
{
  g_autofree char *question = hs_guide_dup_question (self->guide);
  g_autofree char *key = g_strconcat (hs_guide_get_step (self->guide)->id, ": ", question, NULL);
  g_autoptr (GError) error = NULL;

  if (!is_news (&self->asked, g_steal_pointer (&key)))
    return;
  tell_question (self);
  if (answer_at_once (self, &error))
    return;
  say_error (self, error);
  if (self->in != NULL || (self->hands != NULL && !hs_hands_are_done (self->hands)))
    return;
  self->unanswered = TRUE;
  hs_guide_cancel (self->guide);
}

static void
choose (Walk *self, const char *line)
{
  guint64 n;

  if (g_ascii_string_to_unsigned (
          line, 10, 1, MAX (hs_guide_get_n_choices (self->guide), 1), &n, NULL) &&
      hs_guide_get_n_choices (self->guide) > 0)
    hs_guide_choose (self->guide, n - 1);
}

/* What a person, or a script, says to a question. */
static void
take_line (Walk *self, const char *line)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GError) error = NULL;

  switch (hs_guide_get_want (self->guide)) {
  case HS_GUIDE_WANTS_FILE:
  case HS_GUIDE_WANTS_TOOL:
    file = g_file_new_for_commandline_arg (line);
    hs_guide_give_file (self->guide, file, &error);
    break;
  case HS_GUIDE_WANTS_CONFIRMATION:
    hs_guide_confirm (self->guide, line, self->walk->spare, &error);
    break;
  case HS_GUIDE_WANTS_CHOICE:
  case HS_GUIDE_WANTS_NOTHING:
    choose (self, line);
    break;
  }
  say_error (self, error);
}

static void
answered_cb (const char *text, gpointer user_data)
{
  take_line (user_data, text);
}

static gboolean
typed_cb (GIOChannel *channel, GIOCondition condition, gpointer data)
{
  Walk *self = data;
  g_autofree char *line = NULL;

  if (g_io_channel_read_line (channel, &line, NULL, NULL, NULL) != G_IO_STATUS_NORMAL) {
    self->typed = 0;
    return G_SOURCE_REMOVE;
  }
  take_line (self, g_strstrip (line));
  return G_SOURCE_CONTINUE;
}

/* --- walking --- */

static void
changed_cb (Walk *self)
{
  HsGuideState state = hs_guide_get_state (self->guide);

  follow_job (self);
  tell_sights (self);
  tell_problem (self);
  if (state != HS_GUIDE_STOPPED)
    tell_step (self);
  tell_causes (self);
  if (state == HS_GUIDE_ASKING)
    answer (self);
  else
    g_clear_pointer (&self->asked, g_free);
}

static void
step_changed_cb (Walk *self)
{
  const char *id = hs_guide_get_step (self->guide)->id;

  g_clear_pointer (&self->said, g_free);
  json_array_add_string_element (self->steps, id);
  self->n_causes = 0;
  tell_sights (self);
  tell_problem (self);
  tell_step (self);
  if (self->hands != NULL)
    hs_hands_note_step (self->hands, id);
}

static gboolean
interrupt_cb (gpointer data)
{
  Walk *self = data;

  self->interrupted = TRUE;
  hs_guide_cancel (self->guide);
  return G_SOURCE_CONTINUE;
}

static gboolean
is_over (gpointer data)
{
  Walk *self = data;
  HsGuideState state = hs_guide_get_state (self->guide);

  if (self->hands != NULL && hs_hands_get_complaint (self->hands) != NULL)
    return TRUE;
  return state == HS_GUIDE_DONE || state == HS_GUIDE_STOPPED;
}

/* Of those that stopped it for good: it may not be, as against it went wrong. */
static gboolean
is_refusal (const HsProblem *problem)
{
  static const char *const codes[] = { "wrong-board",   "wrong-role",        "bad-file",
                                       "never-written", "no-build",          "unsigned",
                                       "release-draft", "release-withdrawn", "unit-shipped",
                                       "unit-scrapped", "needs-number",      "no-tool",
                                       "not-offered",   "not-confirmed",     NULL };

  return problem != NULL && g_strv_contains (codes, problem->code);
}

static int
status_of (Walk *self)
{
  const HsProblem *problem = hs_guide_get_problem (self->guide);

  if (hs_guide_get_state (self->guide) == HS_GUIDE_DONE)
    return hs_guide_get_proven (self->guide) ? HS_EXIT_DONE : HS_EXIT_NOT_ALL;
  if (self->interrupted)
    return HS_EXIT_CANCELLED;
  return self->unanswered || is_refusal (problem) ? HS_EXIT_REFUSED : HS_EXIT_NOT_ALL;
}

static JsonArray *
runs_to_json (Walk *self)
{
  JsonArray *runs = json_array_new ();

  for (guint i = 0; i < self->jobs->len; i++) {
    g_autofree char *text = hs_job_dup_json (g_ptr_array_index (self->jobs, i));

    json_array_add_element (runs, json_from_string (text, NULL));
  }
  return runs;
}

static void
say_stopped (Walk *self)
{
  const char *unit = hs_guide_get_unit (self->guide);

  if (unit != NULL && hs_cli_print_written (self->cli, unit, self->began))
    return;
  hs_cli_print (self->cli,
                "%s",
                self->unanswered ? _ ("Stopped: that question has to be answered. Begin again with "
                                      "the answer; nothing is lost by that.")
                                 : _ ("Stopped. Nothing is lost by beginning again."));
}

static void
say_end (Walk *self, int status)
{
  const HsProblem *problem = hs_guide_get_problem (self->guide);
  gboolean done = hs_guide_get_state (self->guide) == HS_GUIDE_DONE;
  JsonObject *object = json_object_new ();

  json_object_set_boolean_member (object, "ok", status == HS_EXIT_DONE);
  json_object_set_string_member (object, "outcome", done ? "done" : "stopped");
  json_object_set_string_member (object, "board", hs_guide_get_board (self->guide)->id);
  hs_json_set_string (object, "port", hs_guide_get_port (self->guide));
  json_object_set_string_member (object, "step", hs_guide_get_step (self->guide)->id);
  json_object_set_array_member (object, "steps", json_array_ref (self->steps));
  json_object_set_array_member (object, "runs", runs_to_json (self));
  if (problem != NULL)
    json_object_set_object_member (object, "error", hs_problem_to_json (problem));
  if (!done)
    say_stopped (self);
  if (self->cli->events) {
    g_autofree char *text = hs_json_object_to_text (object);

    g_print ("{\"event\":\"ended\",\"result\":%s}\n", text);
  }
  hs_cli_answer (self->cli, object);
}

static gboolean
take_hands (Walk *self, GError **error)
{
  if (self->walk->hands == NULL) {
    if (isatty (STDIN_FILENO)) {
      self->in = g_io_channel_unix_new (STDIN_FILENO);
      self->typed = g_io_add_watch (self->in, G_IO_IN | G_IO_HUP, typed_cb, self);
    }
    return TRUE;
  }
  self->hands = hs_hands_new (NULL,
                              hs_session_get_sim_bus (self->cli->session),
                              self->walk->hands,
                              FALSE,
                              NULL,
                              NULL,
                              error);
  if (self->hands != NULL)
    hs_hands_set_answer (self->hands, answered_cb, self);
  return self->hands != NULL;
}

static void
clear (Walk *self)
{
  g_signal_handlers_disconnect_by_data (self->guide, self);
  for (guint i = 0; i < self->jobs->len; i++)
    g_signal_handlers_disconnect_by_data (self->jobs->pdata[i], self);
  g_clear_handle_id (&self->typed, g_source_remove);
  g_clear_pointer (&self->in, g_io_channel_unref);
  g_clear_pointer (&self->hands, hs_hands_free);
  g_ptr_array_unref (self->jobs);
  json_array_unref (self->steps);
  g_free (self->said);
  g_free (self->asked);
  g_free (self->doing);
  g_free (self->problem);
}

static int
go (Walk *self)
{
  HsSession *session = self->cli->session;
  guint sigint = g_unix_signal_add (SIGINT, interrupt_cb, self);
  guint sigterm = g_unix_signal_add (SIGTERM, interrupt_cb, self);
  int status;

  self->began = g_get_real_time ();
  hs_guide_start (self->guide);
  changed_cb (self);
  hs_session_run_until (session, is_over, self);
  g_source_remove (sigint);
  g_source_remove (sigterm);
  if (self->hands != NULL && hs_hands_get_complaint (self->hands) != NULL) {
    hs_guide_cancel (self->guide);
    hs_session_drain (session);
    return hs_cli_fail_usage (self->cli, "%s", hs_hands_get_complaint (self->hands));
  }
  hs_session_drain (session);
  status = status_of (self);
  say_end (self, status);
  return status;
}

/**
 * hs_cli_walk_guide:
 * @cli: a call with an open session
 * @guide: a guide that was not started yet
 * @walk: how
 *
 * Returns: the exit status: 0 the guide reached its end, 4 something was refused or not answered
 */
int
hs_cli_walk_guide (HsCli *cli, HsGuide *guide, const HsGuideWalk *walk)
{
  Walk self = { .cli = cli, .guide = guide, .walk = walk };
  g_autoptr (GError) error = NULL;
  int status;

  self.jobs = g_ptr_array_new_with_free_func (g_object_unref);
  self.steps = json_array_new ();
  hs_guide_set_other (guide, walk->other_pads);
  if (walk->patience > 0)
    hs_guide_set_patience (guide, MAX (1, walk->patience * 1000));
  g_signal_connect_swapped (guide, "step-changed", G_CALLBACK (step_changed_cb), &self);
  g_signal_connect_swapped (guide, "changed", G_CALLBACK (changed_cb), &self);
  status = take_hands (&self, &error) ? go (&self) : hs_cli_fail (cli, error);
  clear (&self);
  return status;
}
