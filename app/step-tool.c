/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/recorder.h"
#include "app/step.h"

/**
 * hs_step_tool_begin:
 * @work: a job whose parts a vendor's program is about to write
 * @error: an #HsStoreError
 *
 * Makes durable that it begins; nothing may be sent before.
 */
gboolean
hs_step_tool_begin (HsWork *work, GError **error)
{
  if (!work->started && !hs_recorder_started (work->recorder, error))
    return FALSE;
  for (guint i = 0; i < work->parts->len; i++)
    if (!hs_recorder_begun (work->recorder, i, error))
      return FALSE;

  work->began = TRUE;
  for (guint i = 0; i < work->parts->len; i++)
    hs_work_set_part_state (work, i, HS_PART_WRITING);
  return TRUE;
}

/* Written, as the program says: what proves it is the bootloader, once it comes up. */
static gboolean
take_written (HsWork *work, GError **error)
{
  work->no_read_back = TRUE;
  for (guint i = 0; i < work->parts->len; i++) {
    hs_work_lock (work);
    hs_work_part (work, i)->wrote_bytes = hs_work_part (work, i)->length;
    hs_work_unlock (work);
    hs_work_set_part_state (work, i, HS_PART_WRITTEN);
    if (!hs_recorder_wrote (work->recorder, i, error))
      return FALSE;
  }
  return TRUE;
}

/**
 * hs_step_tool_end:
 * @work: the same job
 * @ok: whether the program says that all was written
 * @error: (inout): why not; an #HsStoreError
 *
 * Returns: @ok, if that could be recorded
 */
gboolean
hs_step_tool_end (HsWork *work, gboolean ok, GError **error)
{
  if (ok)
    return take_written (work, error);
  for (guint i = 0; i < work->parts->len; i++) {
    hs_work_set_part_state (work, i, HS_PART_UNKNOWN);
    /* If this can't be recorded either, partition.begun without an end says the same. */
    hs_recorder_unknown (
        work->recorder, i, error != NULL && *error != NULL ? (*error)->message : "", NULL);
  }
  return FALSE;
}
