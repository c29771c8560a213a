/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-words.h"

#include "ui/format.h"

#include <glib/gi18n-lib.h>

/**
 * hs_format_span:
 * @seconds: how long something takes
 *
 * Returns: (transfer full): "1:59"; with hours "1:02:03"
 */
char *
hs_format_span (double seconds)
{
  guint all = seconds > 0 ? (guint) (seconds + .5) : 0;

  if (all >= 3600)
    return g_strdup_printf ("%u:%02u:%02u", all / 3600, all / 60 % 60, all % 60);
  return g_strdup_printf ("%u:%02u", all / 60, all % 60);
}

gboolean
hs_build_words_is_over (HsBuildRun *run)
{
  return hs_build_run_get_state (run) >= HS_BUILD_DONE;
}

char *
hs_build_words_name (HsBuildRun *run)
{
  const HsBuildRequest *request = hs_build_run_get_request (run);

  if (hs_build_run_get_build (run) != NULL)
    return g_strdup (hs_build_get_name (hs_build_run_get_build (run)));
  return g_strdup (request->name != NULL && *request->name != '\0' ? request->name
                                                                   : request->target);
}

char *
hs_build_words_title (HsBuildRun *run)
{
  g_autofree char *name = hs_build_words_name (run);

  if (hs_build_words_is_over (run))
    return g_steal_pointer (&name);
  return g_strdup_printf (_ ("Building %s"), name);
}

static const char *
phase_title (HsBuildRun *run)
{
  GArray *phases = hs_build_run_get_phases (run);

  for (guint i = 0; phases != NULL && i < phases->len; i++)
    if (g_array_index (phases, HsBuildPhase, i).state == 1)
      return g_array_index (phases, HsBuildPhase, i).title;
  return NULL;
}

/* "2:10 left"; NULL: not known. */
static char *
left_text (HsBuildRun *run)
{
  double left = hs_build_run_get_seconds_left (run);
  g_autofree char *span = left >= 0 ? hs_format_span (left) : NULL;

  return span != NULL ? g_strdup_printf (_ ("%s left"), span) : NULL;
}

static char *
running_text (HsBuildRun *run)
{
  const char *phase = phase_title (run);
  g_autofree char *left = left_text (run);
  g_autofree char *spent = hs_format_span (hs_build_run_get_seconds (run));

  if (left == NULL)
    left = g_strdup_printf (_ ("%s so far"), spent);
  return phase != NULL ? g_strdup_printf ("%s · %s", phase, left) : g_steal_pointer (&left);
}

static char *
done_text (HsBuildRun *run, const char *span)
{
  if (hs_build_run_get_build (run) == NULL)
    return g_strdup_printf (_ ("done in %s · nothing was imported"), span);
  return g_strdup_printf (_ ("done in %s · in the catalog"), span);
}

char *
hs_build_words_subtitle (HsBuildRun *run)
{
  g_autofree char *span = hs_format_span (hs_build_run_get_seconds (run));

  switch (hs_build_run_get_state (run)) {
  case HS_BUILD_WAITING:
    return g_strdup (_ ("waiting for another build"));
  case HS_BUILD_RUNNING:
    return running_text (run);
  case HS_BUILD_STOPPING:
    return g_strdup (_ ("Stopping…"));
  case HS_BUILD_DONE:
    return done_text (run, span);
  case HS_BUILD_FAILED:
    return g_strdup_printf (_ ("stopped after %s · nothing was imported"), span);
  case HS_BUILD_CANCELLED:
    return g_strdup_printf (_ ("stopped by you after %s · nothing was imported"), span);
  }
  return g_strdup ("");
}

char *
hs_build_words_short (HsBuildRun *run)
{
  g_autofree char *left = left_text (run);

  switch (hs_build_run_get_state (run)) {
  case HS_BUILD_WAITING:
    return g_strdup (_ ("waiting"));
  case HS_BUILD_RUNNING:
    return left != NULL ? g_strdup_printf (_ ("building · %s"), left) : g_strdup (_ ("building"));
  case HS_BUILD_STOPPING:
    return g_strdup (_ ("stopping"));
  case HS_BUILD_DONE:
    return g_strdup (_ ("built"));
  case HS_BUILD_FAILED:
    return g_strdup (_ ("failed"));
  case HS_BUILD_CANCELLED:
    return g_strdup (_ ("stopped"));
  }
  return g_strdup ("");
}

char *
hs_build_words_steps (HsBuildRun *run)
{
  guint steps = hs_build_run_get_steps (run);
  double fraction = hs_build_run_get_fraction (run);
  g_autofree char *count = hs_format_count (steps);
  g_autofree char *text = g_strdup_printf (ngettext ("%s step", "%s steps", steps), count);
  g_autofree char *left = left_text (run);

  if (fraction < 0)
    return g_strdup_printf (_ ("%s so far; the first build here, so nobody knows how many"), text);
  if (left == NULL)
    return g_steal_pointer (&text);
  return g_strdup_printf ("%s · %s", text, left);
}

HsShape
hs_build_words_shape (HsBuildRun *run)
{
  switch (hs_build_run_get_state (run)) {
  case HS_BUILD_WAITING:
    return HS_SHAPE_EMPTY;
  case HS_BUILD_RUNNING:
  case HS_BUILD_STOPPING:
    return HS_SHAPE_WORK;
  case HS_BUILD_DONE:
    return HS_SHAPE_PASS;
  case HS_BUILD_FAILED:
    return HS_SHAPE_FAIL;
  case HS_BUILD_CANCELLED:
    return HS_SHAPE_STOPPED;
  }
  return HS_SHAPE_EMPTY;
}

/* @state: of an HsBuildPhase. */
HsShape
hs_build_words_phase_shape (int state)
{
  static const HsShape shapes[] = {
    HS_SHAPE_EMPTY, HS_SHAPE_WORK, HS_SHAPE_PASS, HS_SHAPE_FAIL, HS_SHAPE_EMPTY
  };

  return state >= 0 && state < (int) G_N_ELEMENTS (shapes) ? shapes[state] : HS_SHAPE_EMPTY;
}
