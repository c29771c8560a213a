/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/release-draft.h"

struct _HsReleaseDraft {
  GObject parent_instance;

  HsSession *session; /* owned */
  char *id;           /* nullable */
  HsRecipe *recipe;
  char *saved;        /* the recipe's text when it was last saved, or as it began */
  GHashTable *builds; /* board -> HsBuild */
};

G_DEFINE_FINAL_TYPE (HsReleaseDraft, hs_release_draft, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
hs_release_draft_finalize (GObject *object)
{
  HsReleaseDraft *self = HS_RELEASE_DRAFT (object);

  g_object_unref (self->session);
  g_free (self->id);
  hs_recipe_free (self->recipe);
  g_free (self->saved);
  g_hash_table_unref (self->builds);
  G_OBJECT_CLASS (hs_release_draft_parent_class)->finalize (object);
}

static void
hs_release_draft_class_init (HsReleaseDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_release_draft_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_release_draft_init (HsReleaseDraft *self)
{
  self->builds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/**
 * hs_release_draft_new:
 * @session: the session
 * @id: (nullable): of the draft that is edited; %NULL: a new one
 * @recipe: (nullable): what it says
 *
 * Returns: (transfer full): a draft
 */
HsReleaseDraft *
hs_release_draft_new (HsSession *session, const char *id, const HsRecipe *recipe)
{
  HsReleaseDraft *self = g_object_new (HS_TYPE_RELEASE_DRAFT, NULL);

  self->session = g_object_ref (session);
  self->id = g_strdup (id);
  self->recipe = recipe != NULL ? hs_recipe_copy (recipe) : hs_recipe_new ();
  self->saved = hs_recipe_to_text (self->recipe);
  return self;
}

HsSession *
hs_release_draft_get_session (HsReleaseDraft *self)
{
  g_return_val_if_fail (HS_IS_RELEASE_DRAFT (self), NULL);

  return self->session;
}

const char *
hs_release_draft_get_id (HsReleaseDraft *self)
{
  g_return_val_if_fail (HS_IS_RELEASE_DRAFT (self), NULL);

  return self->id;
}

/* (transfer none): to be read and written; say so with hs_release_draft_changed(). */
HsRecipe *
hs_release_draft_get_recipe (HsReleaseDraft *self)
{
  g_return_val_if_fail (HS_IS_RELEASE_DRAFT (self), NULL);

  return self->recipe;
}

/* Whether something would be lost if it went now. */
gboolean
hs_release_draft_is_dirty (HsReleaseDraft *self)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (HS_IS_RELEASE_DRAFT (self), FALSE);

  text = hs_recipe_to_text (self->recipe);
  return g_strcmp0 (text, self->saved) != 0;
}

void
hs_release_draft_changed (HsReleaseDraft *self)
{
  g_return_if_fail (HS_IS_RELEASE_DRAFT (self));

  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* -- builds ---------------------------------------------------------------------------------- */

/* NULL: the board has none, or the catalog does not know it. */
HsBuild *
hs_release_draft_get_build (HsReleaseDraft *self, const char *board)
{
  g_return_val_if_fail (HS_IS_RELEASE_DRAFT (self), NULL);

  return g_hash_table_lookup (self->builds, board);
}

void
hs_release_draft_know_build (HsReleaseDraft *self, HsBuild *build)
{
  g_return_if_fail (HS_IS_RELEASE_DRAFT (self));

  g_hash_table_replace (self->builds, g_strdup (hs_build_get_board (build)), g_object_ref (build));
}

/**
 * hs_release_draft_take_build:
 * @self: a draft
 * @build: what its board gets from now on
 * @roles: bits 1 << #HsRole; 0: all that the board takes when it is flashed
 *
 * Adds the board of @build, or replaces what the recipe had for it.
 */
void
hs_release_draft_take_build (HsReleaseDraft *self, HsBuild *build, guint64 roles)
{
  g_return_if_fail (HS_IS_RELEASE_DRAFT (self));

  hs_release_draft_know_build (self, build);
  hs_recipe_take_build (self->recipe, build, roles);
  hs_release_draft_changed (self);
}

void
hs_release_draft_drop_board (HsReleaseDraft *self, const char *board)
{
  const HsRecipeBoard *entry;

  g_return_if_fail (HS_IS_RELEASE_DRAFT (self));

  entry = hs_recipe_find_board (self->recipe, board);
  if (entry == NULL)
    return;

  g_hash_table_remove (self->builds, board);
  g_ptr_array_remove (self->recipe->boards, (gpointer) entry);
  hs_release_draft_changed (self);
}

/* -- saving ---------------------------------------------------------------------------------- */

typedef struct {
  char *id;
  HsRecipe *recipe;
} Save;

static void
save_free (gpointer data)
{
  Save *save = data;

  g_free (save->id);
  hs_recipe_free (save->recipe);
  g_free (save);
}

static gpointer
save_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Save *save = data;

  return hs_release_save_draft (catalog, save->id, save->recipe, error);
}

static void
saved_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  HsReleaseDraft *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  char *id = hs_catalog_run_finish (HS_CATALOG (source), result, &error);

  if (id == NULL) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }

  g_free (self->id);
  self->id = g_strdup (id);
  g_free (self->saved);
  self->saved = g_strdup (g_task_get_task_data (task));
  g_task_return_pointer (task, id, g_free);
}

void
hs_release_draft_save_async (HsReleaseDraft *self, GAsyncReadyCallback callback, gpointer data)
{
  GTask *task;
  Save *save;

  g_return_if_fail (HS_IS_RELEASE_DRAFT (self));

  task = g_task_new (self, NULL, callback, data);
  g_task_set_task_data (task, hs_recipe_to_text (self->recipe), g_free);
  save = g_new0 (Save, 1);
  save->id = g_strdup (self->id);
  save->recipe = hs_recipe_copy (self->recipe);
  hs_catalog_run_async (hs_session_get_catalog (self->session),
                        save_func,
                        save,
                        save_free,
                        g_free,
                        NULL,
                        saved_cb,
                        task);
}

/* (transfer full): the draft's id */
char *
hs_release_draft_save_finish (HsReleaseDraft *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
