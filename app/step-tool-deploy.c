/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/estimate.h"
#include "app/private-folder.h"
#include "app/recorder.h"
#include "app/resolve.h"
#include "app/step.h"
#include "app/tool-run.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What “make deploy” of a firmware tree does: bootloader and firmware in one image, written over a
 * debug probe by STM32_Programmer_CLI (UM2237). The gap between the two is the filesystem's: it
 * becomes 0xFF. What proves it is the bootloader, read over USB. */

#define COMBINED  "openmv.bin"
#define CONFIRMED "filesystem"
#define SILENCE_S 60
#define TIMEOUT_S (5 * 60)

enum {
  GONE_MS = 5000,  /* a camera that was reset by its probe is off the bus for a moment */
  BACK_MS = 10000, /* through its bootloader's window, to its firmware */
};

static gboolean
refuse (GError **error, int code, char *text)
{
  g_set_error_literal (error, HS_APP_ERROR, code, text);
  g_free (text);
  return FALSE;
}

/* --- what may be deployed --- */

static gboolean
check_board (HsWork *work, GError **error)
{
  const HsBoard *board = work->board;

  if (board->recovery == HS_RECOVERY_ST_ROM)
    return TRUE;
  if (board->recovery == HS_RECOVERY_FOREIGN)
    return refuse (error,
                   HS_APP_ERROR_NOT_OFFERED,
                   g_strdup_printf (_ ("%s has its maker’s bootloader: the build makes no %s, and "
                                       "writing one would overwrite what nobody here can bring "
                                       "back. Flash it over USB. Nothing was written."),
                                    _ (board->name),
                                    COMBINED));
  return refuse (
      error,
      HS_APP_ERROR_NOT_OFFERED,
      g_strdup_printf (_ ("%s does not start from the flash inside an STM32: a probe "
                          "can’t write it without a loader of its maker’s. Flash it over "
                          "USB. Nothing was written."),
                       _ (board->name)));
}

static gboolean
add_part (HsWork *work, HsRole role, gboolean load, GError **error)
{
  const HsArtifact *artifact = hs_build_find_artifact (work->options.build, hs_role_name (role));

  if (artifact == NULL)
    return refuse (
        error,
        HS_APP_ERROR_NO_BUILD,
        g_strdup_printf (_ ("The build has no %s. Nothing was written."), hs_role_name (role)));
  return hs_resolve_add_part (work, role, artifact, load, error);
}

/* Both are read back afterwards. */
gboolean
hs_deploy_resolve (HsWork *work, gboolean load, GError **error)
{
  return check_board (work, error) && hs_resolve_check_board (work, error) &&
         add_part (work, HS_ROLE_FIRMWARE, load, error) &&
         add_part (work, HS_ROLE_BOOTLOADER, load, error);
}

/* As the build makes openmv.bin: the bootloader, 0xFF, and the firmware where it belongs. */
static GBytes *
make_combined (HsWork *work, GError **error)
{
  guint64 base = hs_board_find (work->board, HS_ROLE_BOOTLOADER)->start;
  g_autoptr (GByteArray) all = g_byte_array_new ();

  for (guint i = 0; i < work->parts->len; i++) {
    const HsJobPart *part = hs_work_part (work, i);
    g_autoptr (GBytes) image = hs_source_dup_bytes (hs_work_image (work, i), error);
    guint64 offset = part->partition->start - base;
    guint64 end = offset + part->length;
    guint before = all->len;

    if (image == NULL)
      return NULL;
    if (end > before) {
      g_byte_array_set_size (all, end);
      memset (all->data + before, 0xFF, end - before);
    }
    memcpy (all->data + offset, g_bytes_get_data (image, NULL), part->length);
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}

static gboolean
check_sizes (HsWork *work, GError **error)
{
  for (guint i = 0; i < work->parts->len; i++) {
    const HsJobPart *part = hs_work_part (work, i);

    if (part->length > part->partition->size) {
      g_set_error (error,
                   HS_FLASH_ERROR,
                   HS_FLASH_ERROR_TOO_LARGE,
                   _ ("%s of the build does not fit its partition. Nothing was written."),
                   hs_role_name (part->role));
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check (HsWork *work, const HsStep *step, GError **error)
{
  g_autofree char *why = NULL;
  g_autoptr (GFile) program = hs_tool_find (HS_TOOL_STM32_PROGRAMMER, &why);

  if (program == NULL)
    return refuse (error, HS_APP_ERROR_NO_TOOL, g_steal_pointer (&why));
  if (!check_sizes (work, error))
    return FALSE;
  if (g_strcmp0 (work->options.confirmed, CONFIRMED) == 0)
    return TRUE;
  return refuse (
      error,
      HS_APP_ERROR_NOT_CONFIRMED,
      g_strdup (_ ("This writes over everything from the bootloader to the firmware: the "
                   "internal filesystem between them is lost, and so is the bootloader "
                   "that was there. Say so with --confirm filesystem. Nothing was "
                   "written.")));
}

static char *
describe (HsWork *work, const HsStep *step)
{
  return g_strdup (_ ("Bootloader and firmware in one, by STM32_Programmer_CLI and a debug probe; "
                      "the internal filesystem is lost"));
}

/* --- doing it --- */

typedef struct {
  HsWork *work;
  guint64 length;
  gboolean done;
} Download;

static char *
download_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  Download *self = user_data;
  int percent = hs_tool_parse_percent (line);

  if (strstr (line, "File download complete") != NULL)
    self->done = TRUE;
  if (percent >= 0)
    hs_progress_report (self->work->progress,
                        HS_ACTIVITY_WRITING,
                        HS_ROLE_FIRMWARE,
                        self->length * percent / 100,
                        self->length);
  return NULL;
}

static gboolean
download (HsWork *work, const char *path, Download *progress, GError **error)
{
  g_autofree char *why = NULL;
  g_autoptr (GFile) program = hs_tool_find (HS_TOOL_STM32_PROGRAMMER, &why);
  g_autofree char *base = g_strdup_printf ("0x%08" G_GINT64_MODIFIER "X",
                                           hs_board_find (work->board, HS_ROLE_BOOTLOADER)->start);
  const char *arguments[] = { "-c", "port=SWD", "mode=HOTPLUG", "ap=1", "-w",
                              path, base,       "-hardRst",     NULL };
  g_autofree char *version = NULL;

  if (program == NULL)
    return refuse (error, HS_APP_ERROR_NO_TOOL, g_steal_pointer (&why));
  version = hs_tool_get_version (HS_TOOL_STM32_PROGRAMMER, program, work->cancellable);
  if (!hs_tool_run (work,
                    &(HsToolCall){ .tool = HS_TOOL_STM32_PROGRAMMER,
                                   .program = g_file_peek_path (program),
                                   .arguments = arguments,
                                   .version = version,
                                   .to_the_end = TRUE,
                                   .silence_s = SILENCE_S,
                                   .timeout_s = TIMEOUT_S,
                                   .func = download_cb,
                                   .user_data = progress },
                    error))
    return FALSE;
  return progress->done ||
         refuse (error,
                 HS_APP_ERROR_TOOL,
                 g_strdup (_ ("STM32_Programmer_CLI ended without saying that the image was "
                              "written.")));
}

/* All of it is to be read: nothing was compared before. */
static void
expect_reading (HsWork *work, HsJobPart *part)
{
  guint64 offset = 0, size = 0;
  guint n = 0;

  for (; offset + size < part->length; n++)
    hs_method_get_unit (work->board, part->partition, n, &offset, &size);
  hs_work_lock (work);
  g_clear_pointer (&part->equal_owner, g_bytes_unref);
  part->equal_owner = g_bytes_new_take (g_malloc0 (MAX (n, 1)), MAX (n, 1));
  part->equal = g_bytes_get_data (part->equal_owner, NULL);
  part->n_units = n;
  hs_work_unlock (work);
}

/* Whether part @n of it may hold already what will be written. @error: it was cancelled. */
static gboolean
holds_part (HsWork *work, guint n, GError **error)
{
  const HsJobPart *part = hs_work_part (work, n);
  const char *key = hs_work_get_unit (work);
  g_autoptr (HsUnit) unit = key != NULL ? hs_catalog_get_unit (work->catalog, key, NULL) : NULL;
  g_autoptr (GError) local = NULL;
  HsWriteResult result = { 0 };
  gboolean same;

  /* What must not be read after a write that was cut (H7) may be what it was before. */
  if ((part->partition->flags & HS_PARTITION_TORN_HANGS) != 0 &&
      hs_estimate_why (unit, part->partition, FALSE, FALSE) == HS_WRITE_ALL_TORN)
    return TRUE;
  if (!work->method->compare (work->camera,
                              part->partition,
                              hs_work_image (work, n),
                              &result,
                              work->progress,
                              work->cancellable,
                              &local))
    result.n_differ = 0; /* who can't be asked may */
  same = result.n_differ == 0;
  hs_write_result_clear (&result);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&local));
  return same;
}

/* Then reading it afterwards shows nothing: the probe may be wired to another one. */
static gboolean
holds_all (HsWork *work, GError **error)
{
  g_autoptr (GError) cancelled = NULL;
  gboolean all = TRUE;

  if (work->no_read_back)
    return TRUE;
  for (guint i = 0; all && i < work->parts->len; i++)
    all = holds_part (work, i, &cancelled);
  if (cancelled != NULL)
    g_propagate_error (error, g_steal_pointer (&cancelled));
  return all;
}

/* The probe has reset it: it goes, and comes back by itself. One that the reset did not reach is
 * still there, and hands out what it holds all the same. @held: that is what it held before, too:
 * only one that went is the one that the probe is wired to. */
static gboolean
await_back (HsWork *work, gboolean held, GError **error)
{
  g_autoptr (GError) stayed = NULL;

  hs_camera_close (work->camera);
  if (!hs_camera_await_gone (work->camera, GONE_MS, work->cancellable, &stayed)) {
    work->maybe_other = work->no_read_back = held; /* unproven */
    if (!g_error_matches (stayed, G_IO_ERROR, G_IO_ERROR_CANCELLED))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&stayed));
    return FALSE;
  }
  return hs_camera_await_mode (work->camera, HS_MODE_APP, BACK_MS, work->cancellable, error);
}

static gboolean
write_image (HsWork *work, GBytes *combined, GError **error)
{
  const HsPartition *filesystem = hs_board_find (work->board, HS_ROLE_FILESYSTEM);
  Download progress = { .work = work, .length = g_bytes_get_size (combined) };
  g_autoptr (HsPrivateFolder) own = hs_private_folder_new (error);
  g_autofree char *path = own != NULL ? hs_private_folder_build (own, COMBINED) : NULL;
  gboolean ok;

  if (own == NULL || !hs_private_folder_put (own, COMBINED, combined, error) ||
      !hs_step_tool_begin (work, error) ||
      (filesystem != NULL && !hs_recorder_erasing (work->recorder, filesystem, error)))
    return FALSE;
  work->touched = TRUE;
  work->n_writes++;
  ok = hs_step_tool_end (work, download (work, path, &progress, error), error);
  if (filesystem != NULL && ok)
    ok = hs_recorder_erased (work->recorder, filesystem, FALSE, error);
  else if (filesystem != NULL)
    hs_recorder_not_erased (work->recorder, filesystem, "the program did not end well", NULL);
  return ok;
}

static gboolean
run (HsWork *work, const HsStep *step, GError **error)
{
  g_autoptr (GBytes) combined = make_combined (work, error);
  g_autoptr (GError) cancelled = NULL;
  gboolean held = holds_all (work, &cancelled);

  if (cancelled != NULL)
    g_propagate_error (error, g_steal_pointer (&cancelled));
  if (cancelled != NULL || combined == NULL || !write_image (work, combined, error))
    return FALSE;
  work->no_read_back = FALSE; /* the bootloader that comes up now tells whether it can be read */
  for (guint i = 0; i < work->parts->len; i++)
    expect_reading (work, hs_work_part (work, i));
  return await_back (work, held, error);
}

const HsStepClass hs_step_tool_deploy = {
  .verb = N_ ("Deploy"),
  .check = check,
  .describe = describe,
  .run = run,
};
