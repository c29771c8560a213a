/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/tool-run.h"

#include "app/app-error.h"
#include "app/recorder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What it says, on the way to who asked for it. */
typedef struct {
  const HsToolCall *call;
  char *complaint; /* nullable: the first line that says that something went wrong */
  char *last;      /* nullable: its last line */
} Listening;

static void
listening_clear (Listening *self)
{
  g_free (self->complaint);
  g_free (self->last);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listening, listening_clear)

/* "Error: …" of STMicroelectronics and OpenOCD, "[ERROR] …" of Alif; what follows the word, or
 * NULL. */
static const char *
find_complaint (const char *line)
{
  static const char *const words[] = { "Error:", "[ERROR]", "ERROR:" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_has_prefix (line, words[i])) {
      line += strlen (words[i]);
      return line + strspn (line, " *");
    }
  return NULL;
}

static char *
line_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Listening *self = user_data;
  const char *complaint = find_complaint (line);

  if (self->complaint == NULL && complaint != NULL && *complaint != '\0')
    self->complaint = g_strdup (complaint);
  if (hs_tool_parse_percent (line) < 0) {
    g_free (self->last);
    self->last = g_strdup (line);
  }
  return self->call->func != NULL ? self->call->func (line, whole, self->call->user_data, error)
                                  : NULL;
}

/* "[==========          ] 42%", and with blocks instead of signs of equality. */
int
hs_tool_parse_percent (const char *line)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("(?:\\[[=#\\s]*\\]|\xe2\x96\x88)\\s*(\\d{1,3})\\s*%", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *number = NULL;

  if (!g_regex_match (regex, line, 0, &match))
    return -1;
  number = g_match_info_fetch (match, 1);
  return MIN (g_ascii_strtoll (number, NULL, 10), 100);
}

/* (transfer full) (element-type utf8) (array zero-terminated=1) */
static GPtrArray *
make_argv (HsWork *work, const HsToolCall *call)
{
  GPtrArray *argv = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *folder = g_path_get_dirname (call->program);

  g_ptr_array_add (argv, g_strdup ("env"));
  if (call->tool == HS_TOOL_STM32_PROGRAMMER) /* where it looks for its own files */
    g_ptr_array_add (argv, g_strconcat ("STM32_PRG_PATH=", folder, NULL));
  if (work->seen->simulated) /* for what stands in for it */
    g_ptr_array_add (argv,
                     g_strconcat ("HOTSHOE_SIMULATED_CAMERAS=",
                                  hs_bus_get_scope (hs_camera_get_bus (work->camera)),
                                  NULL));
  if (g_str_has_suffix (call->program, ".py"))
    g_ptr_array_add (argv, g_strdup ("python3"));
  g_ptr_array_add (argv, g_strdup (call->program));
  for (guint i = 0; call->arguments[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (call->arguments[i]));
  g_ptr_array_add (argv, NULL);
  return argv;
}

static gboolean
fail_badly (const HsToolCall *call, const Listening *heard, int status, GError **error)
{
  g_autofree char *name = g_path_get_basename (call->program);

  if (heard->complaint != NULL)
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_TOOL,
                 /* Translators: name of a program, what it says */
                 _ ("The program %s reports: %s"),
                 name,
                 heard->complaint);
  else
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_TOOL,
                 /* Translators: name of a program, a number, what it said last */
                 _ ("The program %s ended with status %d. It said last: %s"),
                 name,
                 status,
                 heard->last != NULL ? heard->last : _ ("nothing"));
  return FALSE;
}

/* Errors of the start and of the clock, in the words of the program that it was. */
static void
translate_error (const HsToolCall *call, const Listening *heard, GError *local, GError **error)
{
  g_autofree char *name = g_path_get_basename (call->program);

  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_TOOL,
                 /* Translators: name of a program, what it said last */
                 _ ("The program %s took too long and was stopped. It said last: %s"),
                 name,
                 heard->last != NULL ? heard->last : _ ("nothing"));
  else if (local->domain == G_SPAWN_ERROR)
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NO_TOOL,
                 _ ("%s can't be started: %s"),
                 name,
                 local->message);
  else {
    g_propagate_error (error, local);
    return;
  }
  g_error_free (local);
}

/* Vendors' programs see the real bus only: for a simulated camera one that stands in for them must
 * be named, or a real camera beside it would be written to. */
static gboolean
check_simulated (HsWork *work, const HsToolCall *call, GError **error)
{
  const char *own = g_getenv ("HOTSHOE_TOOLS");
  const char *origin = call->origin != NULL ? call->origin : call->program;
  g_autofree char *folder = own != NULL ? g_strconcat (own, "/", NULL) : NULL;

  if (!work->seen->simulated || (folder != NULL && g_str_has_prefix (origin, folder)))
    return TRUE;
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_NOT_OFFERED,
                       _ ("This camera is simulated, and vendors' programs see real cameras only. "
                          "HOTSHOE_TOOLS has to name a folder with stand-ins for them."));
  return FALSE;
}

/* Programs that stand in for a vendor's may be given less time, for tests of hanging ones. */
static guint
limit_seconds (HsWork *work, guint most)
{
  const char *own = work->seen->simulated ? g_getenv ("HOTSHOE_STANDIN_LIMIT") : NULL;
  guint64 less = own != NULL ? g_ascii_strtoull (own, NULL, 10) : 0;

  return less > 0 ? MIN (less, most) : most;
}

static const char *
name_outcome (const HsToolCall *call, gboolean ok, const GError *error)
{
  if (ok)
    return "done";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return "cancelled";
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return "timed-out";
  return call->asked != NULL && *call->asked ? "asked" : "failed";
}

/* What lets a cancellation through to the program, or not. */
typedef struct {
  const int *writing; /* nullable */
  GCancellable *own;
} Gate;

static void
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Gate *gate = user_data;

  if (gate->writing == NULL || !g_atomic_int_get (gate->writing))
    g_cancellable_cancel (gate->own);
}

/**
 * hs_tool_run:
 * @work: a job
 * @call: what is started, and how
 * @error: %HS_APP_ERROR_NOT_OFFERED, %HS_APP_ERROR_NO_TOOL, %HS_APP_ERROR_TOOL, an #HsStoreError,
 * and what the function of @call sets
 *
 * Starts a vendor's program, hands its lines on, and records that it ran. That it says that all is
 * well proves nothing; that it says otherwise is believed. One that must come to its end is stopped
 * by its time-outs only. Blocks; on the job's thread.
 */
gboolean
hs_tool_run (HsWork *work, const HsToolCall *call, GError **error)
{
  g_auto (Listening) heard = { .call = call };
  g_autoptr (GPtrArray) argv = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GCancellable) own = g_cancellable_new ();
  Gate gate = { call->writing, own };
  const char *outcome;
  gulong handler = 0;
  int status = -1;
  gboolean ok;

  if (!hs_tool_check_arguments (call->program, call->arguments, error) ||
      !check_simulated (work, call, error) ||
      (call->to_the_end && g_cancellable_set_error_if_cancelled (work->cancellable, error)))
    return FALSE;

  argv = make_argv (work, call);
  if (!call->to_the_end && work->cancellable != NULL)
    handler = g_cancellable_connect (work->cancellable, G_CALLBACK (cancelled_cb), &gate, NULL);
  ok = hs_command_drive ((const char *const *) argv->pdata,
                         call->folder,
                         limit_seconds (work, call->silence_s),
                         limit_seconds (work, call->timeout_s),
                         line_cb,
                         &heard,
                         &status,
                         own,
                         &local);
  if (handler != 0)
    g_cancellable_disconnect (work->cancellable, handler);
  if (ok && (status != 0 || heard.complaint != NULL))
    ok = fail_badly (call, &heard, status, &local);
  outcome = name_outcome (call, ok, local);
  if (!hs_recorder_tool (work->recorder,
                         hs_tool_name (call->tool),
                         call->version,
                         call->arguments,
                         status,
                         outcome,
                         ok ? error : NULL))
    ok = FALSE;
  if (local != NULL)
    translate_error (call, &heard, g_steal_pointer (&local), error);
  return ok;
}

/* --- readout protection by a debug probe --- */

static gboolean
refuse_way (HsWork *work, GError **error)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NOT_OFFERED,
               _ ("There is no way “%s” to do that to this chip with a debug probe."),
               work->options.way != NULL ? work->options.way : "");
  return FALSE;
}

static gboolean
may_be_probed (HsWork *work)
{
  return work->board != NULL && work->board->protection == HS_PROTECTION_RDP;
}

gboolean
hs_tool_rdp_read (HsWork *work, guint *level, GError **error)
{
  if (may_be_probed (work) && g_strcmp0 (work->options.way, "swd-programmer") == 0)
    return hs_tool_programmer_read (work, level, error);
  if (may_be_probed (work) && g_strcmp0 (work->options.way, "swd-openocd") == 0)
    return hs_tool_openocd_read (work, level, error);
  return refuse_way (work, error);
}

gboolean
hs_tool_rdp_set (HsWork *work, HsRdpLevel level, GError **error)
{
  g_return_val_if_fail (level < HS_N_RDP_LEVELS, FALSE);

  if (may_be_probed (work) && g_strcmp0 (work->options.way, "swd-programmer") == 0)
    return hs_tool_programmer_set (work, level, error);
  if (may_be_probed (work) && g_strcmp0 (work->options.way, "swd-openocd") == 0)
    return hs_tool_openocd_set (work, level, error);
  return refuse_way (work, error);
}
