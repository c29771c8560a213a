/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/hands.h"

#include "app/app-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* Between two things that hands do the bench sees the first. */
#define PAUSE_MS 5

struct _HsHands {
  HsOperator *bench; /* borrowed; nullable: nothing but hands and guides */
  HsSimBus *bus;     /* borrowed; nullable */
  gboolean scans;
  HsHandsFunc func;
  gpointer user_data;

  int fd;
  guint readable; /* source; 0: all is read */
  GString *read;  /* what has come, no whole line yet at its end */
  guint pause;    /* source; 0 none */
  guint n_verdicts;
  guint wait_for;           /* verdicts */
  char *step;               /* of the guide, where it is; nullable */
  char *wait_step;          /* where it is waited for; nullable: no more */
  char *complaint;          /* nullable */
  HsHandsAnswerFunc answer; /* nullable */
  gpointer answer_data;
};

static void go_on (HsHands *self);

static void
complain (HsHands *self, const char *line, const char *why)
{
  g_free (self->complaint);
  self->complaint = g_strdup_printf (_ ("“%s”: %s"), line, why);
}

static gboolean
parse_camera (HsHands *self, const char *word, guint *n)
{
  guint64 number;

  if (word == NULL || !g_ascii_string_to_unsigned (
                          word, 10, 1, hs_sim_bus_get_n_cameras (self->bus), &number, NULL))
    return FALSE;

  *n = number - 1;
  return TRUE;
}

static gboolean
plug (HsHands *self, char **words)
{
  guint n;

  if (!parse_camera (self, words[1], &n))
    return FALSE;
  if (words[2] != NULL)
    hs_sim_bus_plug_at (self->bus, n, words[2]);
  else
    hs_sim_bus_plug (self->bus, n);
  return TRUE;
}

static gboolean
unplug (HsHands *self, char **words)
{
  guint n;

  if (!parse_camera (self, words[1], &n))
    return FALSE;
  hs_sim_bus_unplug (self->bus, n);
  return TRUE;
}

/* "on" or "off" */
static gboolean
jumper (HsHands *self, char **words)
{
  gboolean set = g_strcmp0 (words[1] != NULL ? words[2] : NULL, "on") == 0;
  guint n;

  if (!parse_camera (self, words[1], &n) || words[2] == NULL ||
      (!set && !g_str_equal (words[2], "off")))
    return FALSE;
  hs_sim_bus_set_jumper (self->bus, n, set);
  return TRUE;
}

static gboolean
button (HsHands *self, char **words)
{
  guint n;

  if (!parse_camera (self, words[1], &n))
    return FALSE;
  hs_sim_bus_press_button (self->bus, n);
  return TRUE;
}

static gboolean
is_fault (const char *name)
{
  const HsSimFault *fault;

  for (guint i = 0; name != NULL && (fault = hs_sim_fault_nth (i)) != NULL; i++)
    if (g_str_equal (fault->name, name))
      return TRUE;
  return FALSE;
}

static gboolean
break_camera (HsHands *self, char **words)
{
  gint64 value;
  guint n;

  if (!parse_camera (self, words[1], &n) || !is_fault (words[2]) || words[3] == NULL ||
      !g_ascii_string_to_signed (words[3], 10, -1, G_MAXINT, &value, NULL))
    return FALSE;
  hs_sim_bus_set_fault (self->bus, n, words[2], value);
  return TRUE;
}

static gboolean
wait_for (HsHands *self, char **words)
{
  guint64 n;

  if (words[1] == NULL || !g_ascii_string_to_unsigned (words[1], 10, 1, G_MAXUINT, &n, NULL))
    return FALSE;
  self->wait_for = n;
  return TRUE;
}

static gboolean
wait_for_step (HsHands *self, char **words)
{
  if (words[1] == NULL)
    return FALSE;
  g_free (self->wait_step);
  self->wait_step = g_strdup (words[1]);
  return TRUE;
}

static gboolean
retry (HsHands *self, char **words)
{
  if (self->bench == NULL)
    return FALSE;
  hs_operator_retry_failed (self->bench);
  return TRUE;
}

static void
scan (HsHands *self, const char *line)
{
  g_autofree char *understood = NULL;
  gboolean good = hs_operator_scan (self->bench, line, &understood);

  self->func (line, good, understood, self->user_data);
}

static void
do_line (HsHands *self, const char *line)
{
  static const struct {
    const char *word;
    gboolean (*func) (HsHands *self, char **words);
  } verbs[] = {
    { "plug", plug },     { "unplug", unplug },      { "jumper", jumper },
    { "button", button }, { "fault", break_camera }, { "wait", wait_for },
    { "retry", retry },   { "step", wait_for_step },
  };
  g_auto (GStrv) words = g_strsplit (line, " ", -1);

  if (self->scans) {
    scan (self, line);
    return;
  }
  if (*line == '\0' || *line == '#')
    return;
  if (g_str_has_prefix (line, "scan ") && self->bench != NULL) {
    scan (self, line + strlen ("scan "));
    return;
  }
  if (g_str_has_prefix (line, "answer ") && self->answer != NULL) {
    self->answer (line + strlen ("answer "), self->answer_data);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (words[0], verbs[i].word)) {
      if (!verbs[i].func (self, words))
        complain (self, line, _ ("there is no such camera, fault or number"));
      return;
    }
  complain (self,
            line,
            self->bench != NULL
                ? _ ("a script has plug, unplug, jumper, button, fault, scan, retry and wait")
                : _ ("a script has plug, unplug, jumper, button, fault, answer and step"));
}

/* The next whole line, (transfer full); what is left at the end of the input is one too. */
static char *
take_line (HsHands *self)
{
  char *end = strchr (self->read->str, '\n');
  char *line;

  if (end == NULL && (self->readable != 0 || self->read->len == 0))
    return NULL;

  line =
      end != NULL ? g_strndup (self->read->str, end - self->read->str) : g_strdup (self->read->str);
  g_string_erase (self->read, 0, end != NULL ? end - self->read->str + 1 : -1);
  return g_strstrip (line);
}

static gboolean
pause_over_cb (gpointer data)
{
  HsHands *self = data;

  self->pause = 0;
  go_on (self);
  return G_SOURCE_REMOVE;
}

/* Whether what the script waits for has not come yet. */
static gboolean
is_waiting (HsHands *self)
{
  if (self->wait_step != NULL && g_strcmp0 (self->step, self->wait_step) == 0)
    g_clear_pointer (&self->wait_step, g_free);
  return self->wait_step != NULL || self->n_verdicts < self->wait_for;
}

static void
go_on (HsHands *self)
{
  g_autofree char *line = NULL;

  if (self->pause != 0 || self->complaint != NULL || is_waiting (self))
    return;

  line = take_line (self);
  if (line == NULL)
    return;
  do_line (self, line);
  self->pause = g_timeout_add (PAUSE_MS, pause_over_cb, self);
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer data)
{
  HsHands *self = data;
  char buffer[1024];
  gssize n = read (fd, buffer, sizeof buffer);

  if (n > 0)
    g_string_append_len (self->read, buffer, n);
  if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN)) {
    self->readable = 0;
    go_on (self);
    return G_SOURCE_REMOVE;
  }
  go_on (self);
  return G_SOURCE_CONTINUE;
}

/* A file is always there to be read: no source would ever wait for it. */
static gboolean
read_file (HsHands *self, const char *path, GError **error)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, error))
    return FALSE;
  g_string_append (self->read, text);
  self->pause = g_timeout_add (PAUSE_MS, pause_over_cb, self);
  return TRUE;
}

HsHands *
hs_hands_new (HsOperator *bench,
              HsSimBus *bus,
              const char *path,
              gboolean scans,
              HsHandsFunc func,
              gpointer user_data,
              GError **error)
{
  g_autoptr (HsHands) self = g_new0 (HsHands, 1);

  self->bench = bench;
  self->bus = bus;
  self->scans = scans;
  self->func = func;
  self->user_data = user_data;
  self->read = g_string_new (NULL);
  if (!scans && bus == NULL) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_USAGE,
                         _ ("only simulated cameras can be plugged in by a script"));
    return NULL;
  }
  if (!g_str_equal (path, "-"))
    return read_file (self, path, error) ? g_steal_pointer (&self) : NULL;

  self->fd = STDIN_FILENO;
  self->readable = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb, self);
  return g_steal_pointer (&self);
}

void
hs_hands_free (HsHands *self)
{
  if (self == NULL)
    return;

  g_clear_handle_id (&self->readable, g_source_remove);
  g_clear_handle_id (&self->pause, g_source_remove);
  g_string_free (self->read, TRUE);
  g_free (self->complaint);
  g_free (self->step);
  g_free (self->wait_step);
  g_free (self);
}

void
hs_hands_note_verdict (HsHands *self)
{
  self->n_verdicts++;
  if (self->pause == 0)
    self->pause = g_timeout_add (PAUSE_MS, pause_over_cb, self);
}

/* @id: of the step that a guide is at now; nullable: none any more */
void
hs_hands_note_step (HsHands *self, const char *id)
{
  char *step = g_strdup (id);

  g_free (self->step);
  self->step = step;
  if (self->pause == 0)
    self->pause = g_timeout_add (PAUSE_MS, pause_over_cb, self);
}

void
hs_hands_set_answer (HsHands *self, HsHandsAnswerFunc func, gpointer user_data)
{
  self->answer = func;
  self->answer_data = user_data;
}

gboolean
hs_hands_are_done (HsHands *self)
{
  return self->complaint != NULL ||
         (self->readable == 0 && self->read->len == 0 && self->pause == 0 && !is_waiting (self));
}

const char *
hs_hands_get_complaint (HsHands *self)
{
  return self->complaint;
}
