/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/capture-keeper.h"

#include <gio/gio.h>

#define MAX_KEPT 50
#define ENDING   ".hscapture"

/* Where captures lie; (transfer full). */
char *
hs_capture_keeper_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "hotshoe", "captures", NULL);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *) a, *(char *const *) b);
}

/* Names begin with a UUIDv7, so their order is the order of time. */
static void
remove_oldest (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ENDING))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i + MAX_KEPT < names->len; i++) {
    g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);
    g_autoptr (GFile) file = g_file_new_for_path (path);

    g_file_delete (file, NULL, NULL);
  }
}

static gboolean
is_worth_keeping (HsWork *work, HsOutcome outcome)
{
  if (work->capture == NULL)
    return FALSE;
  return work->record || outcome == HS_OUTCOME_FAILED || outcome == HS_OUTCOME_UNPROVEN;
}

/**
 * hs_capture_keeper_keep:
 * @work: a run that has ended
 * @outcome: how
 * @problem: (nullable): why
 *
 * Saves the run's conversation, if it is worth it. Losing it is no reason to fail a run: what goes
 * wrong here is only logged. Blocks on files.
 */
void
hs_capture_keeper_keep (HsWork *work, HsOutcome outcome, const HsProblem *problem)
{
  g_autofree char *folder = hs_capture_keeper_folder ();
  g_autofree char *name = g_strconcat (work->run, ENDING, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;

  if (!is_worth_keeping (work, outcome))
    return;

  hs_capture_set_note (work->capture, "run", work->run);
  hs_capture_set_note (work->capture, "what", work->what);
  hs_capture_set_note (work->capture, "outcome", hs_outcome_name (outcome));
  if (work->board != NULL)
    hs_capture_set_note (work->capture, "board", work->board->id);
  if (problem != NULL)
    hs_capture_set_note (work->capture, "error", problem->chain);

  if (g_mkdir_with_parents (folder, 0700) != 0 || !hs_capture_save (work->capture, file, &error))
    g_message ("The conversation of run %s is not kept: %s",
               work->run,
               error != NULL ? error->message : folder);
  remove_oldest (folder);
}
