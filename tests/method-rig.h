/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/method.h"

/* A method's write and read as most tests want them: an image in memory, from the start. */

/* @result: (nullable): only the numbers of it. */
static inline gboolean
method_write (const HsMethod *method,
              HsCamera *camera,
              const HsPartition *partition,
              GBytes *image,
              const HsWriteOptions *options,
              HsWriteResult *result,
              HsProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  g_autoptr (HsSource) source = hs_source_new_bytes (image);
  HsWriteResult all = { 0 };
  gboolean ok =
      method->write (camera, partition, source, options, &all, progress, cancellable, error);

  if (result != NULL)
    *result = (HsWriteResult){ all.wrote_bytes, all.skipped_bytes, all.n_units, all.n_differ };
  hs_write_result_clear (&all);
  return ok;
}

static inline gboolean
method_read (const HsMethod *method,
             HsCamera *camera,
             const HsPartition *partition,
             guint64 length,
             HsReadSink sink,
             gpointer user_data,
             HsActivity activity,
             HsProgress *progress,
             GCancellable *cancellable,
             GError **error)
{
  return method->read (
      camera, partition, 0, length, sink, user_data, activity, progress, cancellable, error);
}
