/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/freeze-draft.h"

#include "ui/ask.h"
#include "ui/edit-dialog.h"
#include "ui/freeze-work.h"

#include <glib/gi18n-lib.h>

struct _HsFreezeDraft {
  GObject parent_instance;

  HsSession *session; /* owned */
  char *root;
  char *target; /* nullable */
  HsTree *tree; /* owned; nullable */
  HsFreezeWish wish;
  GStrv library;
  char *read_for; /* target whose markers were read; nullable */
  gboolean before;
  HsFreezeOutcome *outcome;
  GError *error;
  char *id;
  GCancellable *asking; /* owned; nullable: nothing is asked */
};

G_DEFINE_FINAL_TYPE (HsFreezeDraft, hs_freeze_draft, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_REFUSED, SIGNAL_TAKEN_BACK, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
changed (HsFreezeDraft *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* -- asking ----------------------------------------------------------------------------------- */

/* The question before, if one is under way, is not answered any more. */
static GCancellable *
begin (HsFreezeDraft *self)
{
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_error (&self->error);
  self->asking = g_cancellable_new ();
  return self->asking;
}

static void
end (HsFreezeDraft *self, const GError *error)
{
  g_clear_object (&self->asking);
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
tree_cb (gpointer owner, gpointer result, const GError *error)
{
  HsFreezeDraft *self = owner;
  HsFreezeTree *opened = result;

  end (self, opened != NULL ? opened->error : error);
  g_clear_object (&self->tree);
  if (opened != NULL)
    self->tree = g_steal_pointer (&opened->tree);
  if (opened != NULL && opened->n_taken_back > 0)
    g_signal_emit (self, signals[SIGNAL_TAKEN_BACK], 0);
  if (self->tree != NULL && self->target != NULL &&
      hs_tree_find_board (self->tree, self->target) == NULL)
    g_clear_pointer (&self->target, g_free);
  changed (self);
}

void
hs_freeze_draft_read_tree (HsFreezeDraft *self)
{
  g_return_if_fail (HS_IS_FREEZE_DRAFT (self));

  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                hs_freeze_work_tree,
                g_strdup (self->root),
                g_free,
                hs_freeze_tree_free,
                begin (self),
                tree_cb);
  changed (self);
}

static void
before_cb (gpointer owner, gpointer result, const GError *error)
{
  HsFreezeDraft *self = owner;
  HsFreezeBefore *before = result;

  end (self, error);
  if (before != NULL) {
    g_free (self->read_for);
    self->read_for = g_strdup (self->target);
    self->before = before->found;
    hs_freeze_wish_clear (&self->wish);
    self->wish = before->wish;
    before->wish = (HsFreezeWish){ NULL }; /* it is ours now */
    g_strfreev (self->library);
    self->library = g_steal_pointer (&before->library);
  }
  changed (self);
}

void
hs_freeze_draft_read_before (HsFreezeDraft *self)
{
  g_return_if_fail (HS_IS_FREEZE_DRAFT (self));
  g_return_if_fail (self->tree != NULL && self->target != NULL);

  if (g_strcmp0 (self->read_for, self->target) == 0)
    return;
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                hs_freeze_work_before,
                hs_freeze_question_new (self->tree, self->target, NULL),
                hs_freeze_question_free,
                hs_freeze_before_free,
                begin (self),
                before_cb);
  changed (self);
}

static void
planned_cb (gpointer owner, gpointer result, const GError *error)
{
  HsFreezeDraft *self = owner;

  end (self, error);
  g_clear_pointer (&self->outcome, hs_freeze_outcome_free);
  self->outcome = hs_freeze_outcome_steal (result);
  changed (self);
}

/* What would be written, and what the image holds then. */
void
hs_freeze_draft_plan (HsFreezeDraft *self)
{
  g_return_if_fail (HS_IS_FREEZE_DRAFT (self));
  g_return_if_fail (self->tree != NULL && self->target != NULL);

  g_clear_pointer (&self->outcome, hs_freeze_outcome_free);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                hs_freeze_work_plan,
                hs_freeze_question_new (self->tree, self->target, &self->wish),
                hs_freeze_question_free,
                hs_freeze_outcome_free,
                begin (self),
                planned_cb);
  changed (self);
}

static void
written_cb (gpointer owner, gpointer id, const GError *error)
{
  HsFreezeDraft *self = owner;

  end (self, error);
  g_free (self->id);
  self->id = g_strdup (id);
  changed (self);
}

void
hs_freeze_draft_write (HsFreezeDraft *self)
{
  g_return_if_fail (HS_IS_FREEZE_DRAFT (self));
  g_return_if_fail (self->outcome != NULL);

  begin (self);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                hs_freeze_work_write,
                g_object_ref (self->outcome->edit),
                g_object_unref,
                g_free,
                NULL,
                written_cb);
  changed (self);
}

static void
undone_cb (gpointer owner, gpointer result, const GError *error)
{
  HsFreezeDraft *self = owner;

  end (self, error);
  if (error == NULL) {
    g_clear_pointer (&self->id, g_free);
    g_clear_pointer (&self->read_for, g_free);
  }
  changed (self);
}

void
hs_freeze_draft_undo (HsFreezeDraft *self)
{
  g_return_if_fail (HS_IS_FREEZE_DRAFT (self));
  g_return_if_fail (self->id != NULL);

  begin (self);
  hs_edit_undo (self->session, self->root, self->id, undone_cb, self);
  changed (self);
}

/* -- files that were chosen or dropped ----------------------------------------------------------
 */

static gboolean
take_one (HsFreezeDraft *self, const HsFreezeFile *file)
{
  switch (file->kind) {
  case HS_FREEZE_FILE_MAIN:
    g_free (self->wish.main);
    self->wish.main = g_strdup (file->path);
    return TRUE;
  case HS_FREEZE_FILE_BOOT:
    g_free (self->wish.boot);
    self->wish.boot = g_strdup (file->path);
    return TRUE;
  case HS_FREEZE_FILE_MODULE:
    hs_freeze_add_unique (self->wish.modules, file->path);
    return TRUE;
  case HS_FREEZE_FILE_PACKAGE:
    hs_freeze_add_unique (self->wish.packages, file->path);
    return TRUE;
  case HS_FREEZE_FILE_NONE:
    break;
  }
  return FALSE;
}

static void
classified_cb (gpointer owner, gpointer result, const GError *error)
{
  HsFreezeDraft *self = owner;
  GPtrArray *files = result;

  for (guint i = 0; files != NULL && i < files->len; i++) {
    const HsFreezeFile *file = g_ptr_array_index (files, i);

    if (!take_one (self, file))
      g_signal_emit (self, signals[SIGNAL_REFUSED], 0, file->why);
  }
  changed (self);
}

static void
array_unref (gpointer array)
{
  g_ptr_array_unref (array);
}

void
hs_freeze_draft_take_files (HsFreezeDraft *self, const char *const *paths)
{
  g_return_if_fail (HS_IS_FREEZE_DRAFT (self));

  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                hs_freeze_work_classify,
                g_strdupv ((char **) paths),
                (GDestroyNotify) g_strfreev,
                array_unref,
                NULL,
                classified_cb);
}

/* -- looking ---------------------------------------------------------------------------------- */

HsSession *
hs_freeze_draft_get_session (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return self->session;
}

const char *
hs_freeze_draft_get_root (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return self->root;
}

const char *
hs_freeze_draft_get_target (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return self->target;
}

HsTree *
hs_freeze_draft_get_tree (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return self->tree;
}

const HsTreeBoard *
hs_freeze_draft_get_board (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return self->tree != NULL && self->target != NULL ? hs_tree_find_board (self->tree, self->target)
                                                    : NULL;
}

HsFreezeWish *
hs_freeze_draft_get_wish (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return &self->wish;
}

const char *const *
hs_freeze_draft_get_library (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return (const char *const *) self->library;
}

const HsFreezeOutcome *
hs_freeze_draft_get_outcome (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return self->outcome;
}

const GError *
hs_freeze_draft_get_error (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return self->error;
}

gboolean
hs_freeze_draft_is_busy (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), FALSE);

  return self->asking != NULL;
}

gboolean
hs_freeze_draft_has_before (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), FALSE);

  return self->before;
}

gboolean
hs_freeze_draft_is_empty (HsFreezeDraft *self)
{
  const HsFreezeWish *wish = &self->wish;

  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), TRUE);

  return wish->main == NULL && wish->boot == NULL && wish->modules->len == 0 &&
         wish->packages->len == 0 && wish->requires->len == 0;
}

const char *
hs_freeze_draft_get_id (HsFreezeDraft *self)
{
  g_return_val_if_fail (HS_IS_FREEZE_DRAFT (self), NULL);

  return self->id;
}

void
hs_freeze_draft_set_target (HsFreezeDraft *self, const char *target)
{
  g_return_if_fail (HS_IS_FREEZE_DRAFT (self));

  if (g_strcmp0 (target, self->target) == 0)
    return;
  g_free (self->target);
  self->target = g_strdup (target);
  changed (self);
}

void
hs_freeze_draft_wish_changed (HsFreezeDraft *self)
{
  g_return_if_fail (HS_IS_FREEZE_DRAFT (self));

  changed (self);
}

/* -- the draft -------------------------------------------------------------------------------- */

static void
hs_freeze_draft_dispose (GObject *object)
{
  HsFreezeDraft *self = HS_FREEZE_DRAFT (object);

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->tree);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_freeze_draft_parent_class)->dispose (object);
}

static void
hs_freeze_draft_finalize (GObject *object)
{
  HsFreezeDraft *self = HS_FREEZE_DRAFT (object);

  hs_freeze_wish_clear (&self->wish);
  g_clear_pointer (&self->outcome, hs_freeze_outcome_free);
  g_clear_error (&self->error);
  g_strfreev (self->library);
  g_free (self->root);
  g_free (self->target);
  g_free (self->read_for);
  g_free (self->id);
  G_OBJECT_CLASS (hs_freeze_draft_parent_class)->finalize (object);
}

static void
hs_freeze_draft_class_init (HsFreezeDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_freeze_draft_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_freeze_draft_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TAKEN_BACK] = g_signal_new ("taken-back",
                                             G_TYPE_FROM_CLASS (klass),
                                             G_SIGNAL_RUN_LAST,
                                             0,
                                             NULL,
                                             NULL,
                                             NULL,
                                             G_TYPE_NONE,
                                             0);
  signals[SIGNAL_REFUSED] = g_signal_new ("refused",
                                          G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          1,
                                          G_TYPE_STRING);
}

static void
hs_freeze_draft_init (HsFreezeDraft *self)
{
  hs_freeze_wish_init (&self->wish);
}

HsFreezeDraft *
hs_freeze_draft_new (HsSession *session, const char *root, const char *target)
{
  HsFreezeDraft *self;

  g_return_val_if_fail (HS_IS_SESSION (session), NULL);
  g_return_val_if_fail (root != NULL, NULL);

  self = g_object_new (HS_TYPE_FREEZE_DRAFT, NULL);
  self->session = g_object_ref (session);
  self->root = g_strdup (root);
  self->target = g_strdup (target);
  return self;
}
