/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/story.h"

#include "store/values-private.h"

static void
shipment_free (gpointer data)
{
  HsShipment *self = data;

  g_free (self->entry);
  g_free (self->id);
  g_free (self->party);
  g_free (self->party_name);
  g_free (self->order);
  g_free (self->date);
  g_free (self->returned_why);
  g_free (self);
}

static void
remark_free (gpointer data)
{
  HsRemark *self = data;

  g_free (self->entry);
  g_free (self->kind);
  g_free (self->operator_name);
  g_free (self->text);
  g_free (self->sha256);
  g_free (self->corrected);
  g_free (self);
}

static void
number_free (gpointer data)
{
  HsNumber *self = data;

  g_free (self->series);
  g_free (self->number);
  g_free (self->state);
  g_free (self->release);
  g_free (self);
}

static void
held_free (gpointer data)
{
  HsHeld *self = data;

  g_free (self->partition);
  g_free (self->role);
  g_free (self->sha256);
  g_free (self->build);
  g_free (self->build_name);
  g_free (self);
}

static void
slow_free (gpointer data)
{
  HsSlowSector *self = data;

  g_free (self->run);
  g_free (self->partition);
  g_free (self);
}

/* Empty lists that own what is put into them. */
HsStory *
hs_story_new (void)
{
  HsStory *self = g_new0 (HsStory, 1);

  self->shipments = g_ptr_array_new_with_free_func (shipment_free);
  self->remarks = g_ptr_array_new_with_free_func (remark_free);
  self->numbers = g_ptr_array_new_with_free_func (number_free);
  self->held = g_ptr_array_new_with_free_func (held_free);
  self->slow = g_ptr_array_new_with_free_func (slow_free);
  return self;
}

void
hs_story_free (HsStory *self)
{
  if (self == NULL)
    return;

  g_ptr_array_unref (self->shipments);
  g_ptr_array_unref (self->remarks);
  g_ptr_array_unref (self->numbers);
  g_ptr_array_unref (self->held);
  g_ptr_array_unref (self->slow);
  g_free (self);
}

void
hs_recall_row_free (HsRecallRow *self)
{
  if (self == NULL)
    return;

  g_free (self->unit);
  g_free (self->board);
  g_free (self->label);
  g_free (self->serial);
  g_free (self->state);
  g_free (self->what);
  g_free (self->party_name);
  g_free (self->order);
  g_free (self->date);
  g_free (self);
}

void
hs_conflict_free (HsConflict *self)
{
  if (self == NULL)
    return;

  g_free (self->kind);
  g_free (self->subject);
  g_clear_pointer (&self->units, g_ptr_array_unref);
  g_free (self->entries);
  g_free (self);
}
