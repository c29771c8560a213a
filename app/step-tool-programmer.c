/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/explain.h"
#include "app/private-folder.h"
#include "app/recorder.h"
#include "app/resolve.h"
#include "app/step.h"
#include "app/tool-run.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* STM32_Programmer_CLI (UM2237): the bootloader of a camera whose ROM only it can talk to to the
 * end, and readout protection by a debug probe. */

#define TIMEOUT_S     (5 * 60)
#define SILENCE_S     120 /* erasing all of an external flash chip, without a word */
#define SWD_SILENCE_S 60
#define SWD_TIMEOUT_S 120
#define LAYOUT        "FlashLayout.tsv"

/* What goes where, in this order: the first two are the SDK's, the last one is the build's. */
enum { ROW_FSBL, ROW_LOADER, ROW_APP, N_ROWS };
static const struct {
  guint phase;
  const char *text; /* a line of the layout, but for the file */
} rows[N_ROWS] = {
  { 0x1, "P\t0x1\tfsbl-openbl\tBinary\tnone\t0x0\t" },
  { 0x3, "P\t0x3\tfsbl-extfl\tBinary\tnone\t0x0\t" },
  { 0x4, "P\t0x4\tfsbl-app\tBinary\tnor0\t0x0\t" },
};

/* --- the program --- */

static GFile *
find_tool (HsTool tool, GError **error)
{
  g_autofree char *why = NULL;
  GFile *file = hs_tool_find (tool, &why);

  if (file == NULL)
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL, why);
  return file;
}

/* --- the layout --- */

/* The file of one line of a layout, if it is that of @phase; (transfer full) (nullable) */
static char *
parse_row (const char *line, guint phase)
{
  g_auto (GStrv) words = g_regex_split_simple ("\\s+", line, 0, 0);

  if (*line == '#' || g_strv_length (words) < 7 || g_ascii_strtoull (words[1], NULL, 0) != phase ||
      g_str_equal (words[6], "none"))
    return NULL;
  return g_strdup (words[6]);
}

/* The SDK's file for @phase; (transfer full) */
static char *
find_in_layout (const char *folder, const char *text, guint phase, GError **error)
{
  g_auto (GStrv) lines = g_strsplit_set (text, "\r\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *name = parse_row (lines[i], phase);
    g_autofree char *path = name != NULL ? g_build_filename (folder, name, NULL) : NULL;

    if (path != NULL && g_path_is_absolute (name))
      return g_steal_pointer (&name);
    if (path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR))
      return g_steal_pointer (&path);
  }
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NO_TOOL,
               _ ("%s/%s names no file for phase 0x%x, or it is not there. Choose the folder of a "
                  "whole OpenMV SDK."),
               folder,
               LAYOUT,
               phase);
  return NULL;
}

/* A layout of our own: the SDK's helpers, and the bootloader of this build. */
static gboolean
write_layout (HsPrivateFolder *own, const char *folder, GBytes *bootloader, GError **error)
{
  g_autofree char *path = g_build_filename (folder, LAYOUT, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) layout = g_string_new ("#Opt\tId\tName\tType\tIP\tOffset\tBinary\n");
  g_autoptr (GError) local = NULL;

  if (!g_file_get_contents (path, &text, NULL, &local)) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL, local->message);
    return FALSE;
  }

  for (guint i = 0; i < N_ROWS; i++) {
    g_autofree char *file =
        i == ROW_APP ? NULL : find_in_layout (folder, text, rows[i].phase, error);
    g_autofree char *name = file != NULL ? g_path_get_basename (file) : g_strdup ("bootloader.bin");

    if (i != ROW_APP && (file == NULL || !hs_private_folder_copy (own, file, name, error)))
      return FALSE;
    if (i == ROW_APP && !hs_private_folder_put (own, name, bootloader, error))
      return FALSE;
    g_string_append_printf (layout, "%s%s\n", rows[i].text, name);
  }
  return hs_private_folder_put_text (own, LAYOUT, layout->str, error);
}

/* --- recovery --- */

typedef struct {
  HsWork *work;
  guint64 length; /* bytes of the bootloader */
  guint n_done;   /* files that are over */
} Download;

static char *
download_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Download *self = user_data;
  int percent = hs_tool_parse_percent (line);

  if (strstr (line, "File download complete") != NULL)
    self->n_done = MIN (self->n_done + 1, N_ROWS);
  else if (percent < 0 || self->n_done >= N_ROWS)
    return NULL;

  percent = self->n_done * 100 + (percent > 0 && percent < 100 ? percent : 0);
  hs_progress_report (self->work->progress,
                      HS_ACTIVITY_WRITING,
                      HS_ROLE_BOOTLOADER,
                      self->length * percent / (100 * N_ROWS),
                      self->length);
  return NULL;
}

/* The program takes the first such ROM that it finds: it has to be the only one. */
static gboolean
check_alone (HsWork *work, GError **error)
{
  g_autoptr (GPtrArray) infos = hs_bus_list (hs_camera_get_bus (work->camera));
  guint n = 0;

  for (guint i = 0; i < infos->len; i++) {
    const HsUsbInfo *info = g_ptr_array_index (infos, i);

    n += hs_board_get_mode (work->board, info->vid, info->pid) == HS_MODE_ROM;
  }
  if (n == 1 && hs_camera_get_mode (work->camera) == HS_MODE_ROM)
    return TRUE;
  if (n > 1)
    g_set_error_literal (error,
                         HS_FLASH_ERROR,
                         HS_FLASH_ERROR_BUSY,
                         _ ("Several ST ROM bootloaders are attached, and STM32_Programmer_CLI "
                            "can't be told which is meant. Unplug the others. Nothing was "
                            "written."));
  else
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_NO_CAMERA,
                         _ ("The ST ROM bootloader is not on the bus. Nothing was written."));
  return FALSE;
}

static HsJobPart *
find_part (HsWork *work, guint *n)
{
  for (*n = 0; *n < work->parts->len; (*n)++)
    if (hs_work_part (work, *n)->role == HS_ROLE_BOOTLOADER)
      return hs_work_part (work, *n);
  return NULL;
}

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (GFile) program = find_tool (HS_TOOL_STM32_PROGRAMMER, error);
  g_autoptr (GFile) layout = program != NULL ? find_tool (HS_TOOL_N6_LAYOUT, error) : NULL;
  guint n;

  if (layout == NULL)
    return FALSE;
  if (find_part (work, &n) != NULL)
    return hs_restore_check_image (work, n, error);
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_NO_BUILD,
                       _ ("The build has no bootloader. Nothing was written."));
  return FALSE;
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("The bootloader, by STM32_Programmer_CLI with the layout of the OpenMV SDK"));
}

/* With all that it needs in @own; TRUE: the program says that all was written. */
static gboolean
download (HsWork *work, HsPrivateFolder *own, Download *progress, GError **error)
{
  g_autoptr (GFile) program = find_tool (HS_TOOL_STM32_PROGRAMMER, error);
  g_autofree char *layout = hs_private_folder_build (own, LAYOUT);
  const char *arguments[] = { "-c", "port=USB1", "-d", layout, NULL };
  g_autofree char *version = NULL;

  if (program == NULL)
    return FALSE;
  version = hs_tool_get_version (HS_TOOL_STM32_PROGRAMMER, program, work->cancellable);
  if (!hs_tool_run (work,
                    &(HsToolCall){ .tool = HS_TOOL_STM32_PROGRAMMER,
                                   .program = g_file_peek_path (program),
                                   .arguments = arguments,
                                   .version = version,
                                   .folder = hs_private_folder_get_path (own),
                                   .silence_s = SILENCE_S,
                                   .timeout_s = TIMEOUT_S,
                                   .func = download_cb,
                                   .user_data = progress },
                    error))
    return FALSE;
  if (progress->n_done == N_ROWS)
    return TRUE;

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_TOOL,
               _ ("STM32_Programmer_CLI ended after %u of %u files. Unplug the camera, plug it in "
                  "again with the jumper in place, and try again."),
               progress->n_done,
               N_ROWS);
  return FALSE;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  guint n;
  HsJobPart *part = find_part (work, &n);
  Download progress = { .work = work, .length = part->length };
  g_autoptr (GFile) folder = find_tool (HS_TOOL_N6_LAYOUT, error);
  g_autoptr (HsPrivateFolder) own = folder != NULL ? hs_private_folder_new (error) : NULL;
  g_autoptr (GBytes) image =
      own != NULL ? hs_source_dup_bytes (hs_work_image (work, n), error) : NULL;

  if (image == NULL || !write_layout (own, g_file_peek_path (folder), image, error) ||
      !check_alone (work, error) || !hs_step_tool_begin (work, error))
    return FALSE;
  hs_progress_report (work->progress, HS_ACTIVITY_WRITING, HS_ROLE_BOOTLOADER, 0, part->length);
  return hs_step_tool_end (work, download (work, own, &progress, error), error);
}

const HsStepClass hs_step_tool_programmer = {
  .verb = N_ ("Write"),
  .check = check,
  .describe = describe,
  .run = run,
};

/* --- readout protection --- */

typedef struct {
  gboolean found;
  guint value;
} Reading;

/* "     RDP          : 0xAA (Level 0, no protection)" */
static char *
level_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Reading *self = user_data;
  g_autoptr (GRegex) regex = g_regex_new ("^\\s*RDP\\s*:\\s*0x([0-9A-Fa-f]{1,2})\\b", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *digits = NULL;

  if (whole && g_regex_match (regex, line, 0, &match)) {
    digits = g_match_info_fetch (match, 1);
    self->value = g_ascii_strtoull (digits, NULL, 16);
    self->found = TRUE;
  }
  return NULL;
}

static gboolean
run_swd (HsWork *work, const char *option, gboolean writes, Reading *reading, GError **error)
{
  g_autoptr (GFile) program = find_tool (HS_TOOL_STM32_PROGRAMMER, error);
  const char *arguments[] = { "-c", "port=SWD", "mode=UR", "-ob", option, NULL };
  g_autofree char *version = NULL;

  if (program == NULL)
    return FALSE;
  version = hs_tool_get_version (HS_TOOL_STM32_PROGRAMMER, program, work->cancellable);
  return hs_tool_run (work,
                      &(HsToolCall){ .tool = HS_TOOL_STM32_PROGRAMMER,
                                     .program = g_file_peek_path (program),
                                     .arguments = arguments,
                                     .version = version,
                                     .to_the_end = writes,
                                     .silence_s = SWD_SILENCE_S,
                                     .timeout_s = SWD_TIMEOUT_S,
                                     .func = level_cb,
                                     .user_data = reading },
                      error);
}

gboolean
hs_tool_programmer_read (HsWork *work, guint *level, GError **error)
{
  Reading reading = { 0 };

  if (!run_swd (work, "displ", FALSE, &reading, error))
    return FALSE;
  if (!reading.found) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_TOOL,
                         _ ("STM32_Programmer_CLI ended without saying what the option bytes "
                            "are."));
    return FALSE;
  }
  *level = reading.value == 0xAA ? 0 : reading.value == 0xCC ? 2 : 1;
  return TRUE;
}

/* The only values that are ever written; what would lock the chip for ever is not among them. */
gboolean
hs_tool_programmer_set (HsWork *work, HsRdpLevel level, GError **error)
{
  static const char *const options[HS_N_RDP_LEVELS] = {
    [HS_RDP_LEVEL_0] = "RDP=0xAA",
    [HS_RDP_LEVEL_1] = "RDP=0xBB",
  };
  Reading reading = { 0 };

  g_return_val_if_fail (level < HS_N_RDP_LEVELS, FALSE);

  return run_swd (work, options[level], TRUE, &reading, error);
}
