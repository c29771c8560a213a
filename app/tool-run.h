/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/command.h"
#include "app/tools.h"
#include "app/work.h"

G_BEGIN_DECLS

/* One run of a vendor's program, as part of a job. */
typedef struct {
  HsTool tool;
  const char *program;          /* its path; a ".py" is given to python3 */
  const char *origin;           /* of what it is a copy; nullable */
  const char *const *arguments; /* without the program; ends with NULL */
  const char *version;          /* for the journal; nullable */
  const char *folder;           /* where it runs; nullable */
  gboolean to_the_end;          /* stopped half-way it may cost the camera: not by a cancellation */
  const int *writing;           /* (nullable): (atomic): the same from when @func sets it on */
  guint silence_s;
  guint timeout_s;
  HsCommandLineFunc func; /* nullable */
  gpointer user_data;
  const gboolean *asked; /* nullable: @func stopped it, as it asked what nobody may answer */
} HsToolCall;

/* How a level of readout protection is asked for. Level 2 does not exist here. */
typedef enum { HS_RDP_LEVEL_0, HS_RDP_LEVEL_1, HS_N_RDP_LEVELS } HsRdpLevel;

gboolean
hs_tool_check_arguments (const char *program, const char *const *arguments, GError **error);
gboolean hs_tool_run (HsWork *work, const HsToolCall *call, GError **error);
/* "[=====] 42%" -> 42; -1: no such line. */
int hs_tool_parse_percent (const char *line);

/* The level that a debug probe reads: 0, 1, 2; sets it to 0 or 1. By the program that
 * @work->options.way names: "swd-programmer", "swd-openocd". Recorded as tool.ran. Block. What was
 * set counts from the next time that power comes on. %HS_APP_ERROR_NO_TOOL, %HS_APP_ERROR_TOOL,
 * %HS_APP_ERROR_NOT_OFFERED. */
gboolean hs_tool_rdp_read (HsWork *work, guint *level, GError **error);
gboolean hs_tool_rdp_set (HsWork *work, HsRdpLevel level, GError **error);

/* For hs_tool_rdp_*() only. */
gboolean hs_tool_programmer_read (HsWork *work, guint *level, GError **error);
gboolean hs_tool_programmer_set (HsWork *work, HsRdpLevel level, GError **error);
gboolean hs_tool_openocd_read (HsWork *work, guint *level, GError **error);
gboolean hs_tool_openocd_set (HsWork *work, HsRdpLevel level, GError **error);

G_END_DECLS
