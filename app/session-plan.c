/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/resolve.h"
#include "app/session-private.h"

#include <glib/gi18n-lib.h>

/* What would be done with one camera, in words. */

static HsWork *
begin (HsSession *self,
       const char *what,
       HsDevice *device,
       const HsRequestOptions *options,
       GError **error)
{
  if (hs_device_get_info (device) != NULL)
    return hs_session_make_work (self, what, device, options);

  g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NO_CAMERA, _ ("The camera is gone."));
  return NULL;
}

static HsPlanLine *
describe_step (HsWork *work, const HsStep *step)
{
  char *text = step->class->describe (work, step);
  HsPlanLine *line;

  if (text == NULL)
    return NULL;
  line = g_new0 (HsPlanLine, 1);
  line->verb = g_strdup (_ (step->class->verb));
  line->text = text;
  if (step->class->expect != NULL)
    step->class->expect (work, step, &line->expected);
  line->role = step->class == &hs_step_write || step->class == &hs_step_verify
                   ? hs_work_part (work, step->part)->role
                   : HS_ROLE_NONE;
  return line;
}

static GPtrArray *
describe (HsWork *work, GError **error)
{
  g_autoptr (GArray) steps = NULL;
  g_autoptr (GPtrArray) lines = NULL;

  if (!hs_resolve_parts (work, FALSE, error))
    return NULL;
  steps = hs_resolve_steps (work);
  if (!hs_check_steps (work, steps, error))
    return NULL;

  hs_resolve_estimates (work, FALSE);
  lines = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_plan_line_free);
  for (guint i = 0; i < steps->len; i++) {
    HsPlanLine *line = describe_step (work, &g_array_index (steps, HsStep, i));

    if (line != NULL)
      g_ptr_array_add (lines, line);
  }
  return g_steal_pointer (&lines);
}

/**
 * hs_session_describe:
 * @self: a session
 * @what: as in hs_session_start()
 * @device: the camera
 * @options: how
 * @error: why it would be refused; nothing reaches the camera
 *
 * Blocks on the catalog and its files: for the command line. The window uses
 * hs_session_describe_async().
 *
 * Returns: (transfer full) (element-type HsPlanLine): what would be done
 */
GPtrArray *
hs_session_describe (HsSession *self,
                     const char *what,
                     HsDevice *device,
                     const HsRequestOptions *options,
                     GError **error)
{
  g_autoptr (HsWork) work = begin (self, what, device, options, error);

  return work != NULL ? describe (work, error) : NULL;
}

static gpointer
describe_cb (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return describe (data, error);
}

static void
described_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  GPtrArray *lines = hs_catalog_run_finish (HS_CATALOG (source), result, &error);

  if (lines != NULL)
    g_task_return_pointer (task, lines, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * hs_session_describe_async:
 * @self: a session
 * @what: as in hs_session_start()
 * @device: the camera
 * @options: how
 * @cancellable: (nullable): a page that is left cancels it
 *
 * The same as hs_session_describe() on the catalog's reading thread.
 */
void
hs_session_describe_async (HsSession *self,
                           const char *what,
                           HsDevice *device,
                           const HsRequestOptions *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  HsWork *work = begin (self, what, device, options, &error);

  g_task_set_source_tag (task, hs_session_describe_async);
  if (work == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  /* The task outlives the question, and frees the work where it was made. */
  g_task_set_task_data (task, work, (GDestroyNotify) hs_work_free);
  hs_catalog_run_async (hs_session_get_catalog (self),
                        describe_cb,
                        work,
                        NULL,
                        (GDestroyNotify) g_ptr_array_unref,
                        cancellable,
                        described_cb,
                        g_steal_pointer (&task));
}

GPtrArray *
hs_session_describe_finish (HsSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
