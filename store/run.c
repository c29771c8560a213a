/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/values-private.h"

/**
 * HsRun:
 *
 * One execution of a plan on one unit, as the catalog knew it when it was asked.
 */
G_DEFINE_FINAL_TYPE (HsRun, hs_run, G_TYPE_OBJECT)

static void
hs_run_finalize (GObject *object)
{
  HsRun *self = HS_RUN (object);

  g_free (self->id);
  g_free (self->unit);
  g_free (self->unit_label);
  g_free (self->board);
  g_free (self->port);
  g_free (self->slot);
  g_free (self->build);
  g_free (self->build_name);
  g_free (self->what);
  g_free (self->outcome);
  g_free (self->operator_name);
  g_free (self->result);
  g_free (self->release);
  g_free (self->batch);
  g_free (self->number);

  G_OBJECT_CLASS (hs_run_parent_class)->finalize (object);
}

static void
hs_run_class_init (HsRunClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_run_finalize;
}

static void
hs_run_init (HsRun *self)
{
}

const char *
hs_run_get_id (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->id;
}

const char *
hs_run_get_unit (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->unit;
}

const char *
hs_run_get_unit_label (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->unit_label;
}

const char *
hs_run_get_board (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->board;
}

const char *
hs_run_get_port (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->port;
}

const char *
hs_run_get_slot (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->slot;
}

const char *
hs_run_get_build (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->build;
}

const char *
hs_run_get_build_name (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->build_name;
}

const char *
hs_run_get_release (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->release;
}

const char *
hs_run_get_batch (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->batch;
}

const char *
hs_run_get_number (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->number;
}

const char *
hs_run_get_what (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->what;
}

const char *
hs_run_get_outcome (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->outcome;
}

const char *
hs_run_get_operator (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->operator_name;
}

gint64
hs_run_get_started (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), 0);

  return self->started;
}

gint64
hs_run_get_finished (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), 0);

  return self->finished;
}

const char *
hs_run_get_result (HsRun *self)
{
  g_return_val_if_fail (HS_IS_RUN (self), NULL);

  return self->result;
}
