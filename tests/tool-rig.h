/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/tool-run.h"
#include "store/kinds.h"
#include "tests/job-rig.h"

#include <string.h>

/* Stand-ins for vendors' programs, and what the journal says of them. */

typedef struct {
  JobRig job;
  char *state; /* what the stand-ins remember */
  char *log;   /* how they were called */
} ToolRig;

static inline void
tool_rig_init (ToolRig *self, const char *board)
{
  g_autofree char *tools = g_test_build_filename (G_TEST_DIST, "tools", NULL);

  job_rig_init (&self->job, board);
  self->state = g_build_filename (self->job.folder, "state", NULL);
  self->log = g_build_filename (self->job.folder, "calls", NULL);
  g_assert_cmpint (g_mkdir_with_parents (self->state, 0700), ==, 0);
  g_setenv ("HOTSHOE_TOOLS", tools, TRUE);
  g_setenv ("HOTSHOE_STANDIN_STATE", self->state, TRUE);
  g_setenv ("HOTSHOE_STANDIN_LOG", self->log, TRUE);
  g_unsetenv ("HOTSHOE_STANDIN");
}

static inline void
tool_rig_clear (ToolRig *self)
{
  g_free (self->state);
  g_free (self->log);
  job_rig_clear (&self->job);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ToolRig, tool_rig_clear)

static inline void
tool_rig_remember (ToolRig *self, const char *name, const char *value)
{
  g_autofree char *path = g_build_filename (self->state, name, NULL);

  g_assert_true (g_file_set_contents (path, value, -1, NULL));
}

/* (transfer full): all calls so far, one a line */
static inline char *
tool_rig_dup_calls (ToolRig *self)
{
  char *text = NULL;

  return g_file_get_contents (self->log, &text, NULL, NULL) ? text : g_strdup ("");
}

/* (transfer full) (nullable): the payload of the last tool.ran */
static inline char *
tool_rig_dup_last (ToolRig *self)
{
  const char *kinds[] = { HS_KIND_TOOL_RAN, NULL };
  const HsJournalFilter filter = { .kinds = kinds };
  g_autoptr (GArray) rows = hs_catalog_list_journal (self->job.catalog, &filter, 1, NULL, NULL);
  g_autoptr (HsEntry) entry = NULL;

  if (rows->len == 0)
    return NULL;
  entry = hs_catalog_get_entry (self->job.catalog, g_array_index (rows, gint64, 0), NULL);
  return g_strdup (hs_entry_get_payload (entry));
}

static inline void
tool_rig_assert_ran (ToolRig *self, const char *tool, const char *outcome)
{
  g_autofree char *name = g_strdup_printf ("\"tool\":\"%s\"", tool);
  g_autofree char *end = g_strdup_printf ("\"outcome\":\"%s\"", outcome);
  g_autofree char *last = tool_rig_dup_last (self);

  g_assert_nonnull (last);
  g_assert_nonnull (strstr (last, name));
  g_assert_nonnull (strstr (last, end));
}
