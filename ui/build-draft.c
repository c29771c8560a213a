/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-draft.h"

#include "app/firmware/build-commands.h"
#include "ui/settings.h"

#include <json-glib/json-glib.h>

#define REMEMBERED "build-options" /* a{ss}: root of a tree, and a JSON object */

struct _HsBuildDraft {
  GObject parent_instance;

  HsSession *session;  /* owned */
  GSettings *settings; /* owned; nullable */
  char *root;          /* nullable */
  HsTree *tree;        /* owned; nullable */
  GError *tree_error;
  GCancellable *reading; /* of the tree and of its needs */
  GPtrArray *targets;    /* char * */
  GHashTable *needs;     /* target -> GPtrArray of HsNeed */
  GHashTable *asked;     /* targets whose needs are being read */
  GHashTable *options;   /* name -> value */
  char *lines;
  HsBuildChoice choice;
};

G_DEFINE_FINAL_TYPE (HsBuildDraft, hs_build_draft, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
changed (HsBuildDraft *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* -- what was chosen for a tree the last time ------------------------------------------------- */

static void
forget_options (HsBuildDraft *self)
{
  g_hash_table_remove_all (self->options);
  g_clear_pointer (&self->lines, g_free);
  g_clear_pointer (&self->choice.sdk_dir, g_free);
  g_clear_pointer (&self->choice.name, g_free);
  self->choice = (HsBuildChoice){ .engine = HS_ENGINE_NATIVE };
}

static void
recall_options (HsBuildDraft *self, JsonObject *object)
{
  JsonNode *options = json_object_get_member (object, "options");
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  self->choice.jobs =
      (guint) CLAMP (json_object_get_int_member_with_default (object, "jobs", 0), 0, 256);
  self->choice.engine = (HsBuildEngine) CLAMP (
      json_object_get_int_member_with_default (object, "engine", 0), 0, HS_ENGINE_DOCKER_DEV);
  self->choice.sdk_dir =
      g_strdup (json_object_get_string_member_with_default (object, "sdk", NULL));
  self->lines = g_strdup (json_object_get_string_member_with_default (object, "lines", NULL));
  if (options == NULL || !JSON_NODE_HOLDS_OBJECT (options))
    return;
  json_object_iter_init (&iter, json_node_get_object (options));
  while (json_object_iter_next (&iter, &name, &value))
    if (json_node_get_value_type (value) == G_TYPE_STRING)
      g_hash_table_insert (self->options, g_strdup (name), json_node_dup_string (value));
}

static void
recall (HsBuildDraft *self)
{
  g_autoptr (GVariant) all = NULL;
  g_autoptr (JsonNode) node = NULL;
  const char *text = NULL;

  forget_options (self);
  if (self->settings == NULL)
    return;
  all = g_settings_get_value (self->settings, REMEMBERED);
  if (!g_variant_lookup (all, self->root, "&s", &text))
    return;
  node = json_from_string (text, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    recall_options (self, json_node_get_object (node));
}

static char *
options_json (HsBuildDraft *self)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonObject *options = json_object_new ();
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, self->options);
  while (g_hash_table_iter_next (&iter, &name, &value))
    json_object_set_string_member (options, name, value);
  json_object_set_object_member (object, "options", options);
  json_object_set_int_member (object, "jobs", self->choice.jobs);
  json_object_set_int_member (object, "engine", self->choice.engine);
  if (self->choice.sdk_dir != NULL)
    json_object_set_string_member (object, "sdk", self->choice.sdk_dir);
  if (self->lines != NULL)
    json_object_set_string_member (object, "lines", self->lines);
  json_node_take_object (node, object);
  return json_to_string (node, FALSE);
}

/* Writes down what was chosen, for the next build of this tree. Not the name: that is of one build.
 */
void
hs_build_draft_remember (HsBuildDraft *self)
{
  g_autoptr (GVariant) all = NULL;
  g_autofree char *json = NULL;
  GVariantIter iter;
  GVariantBuilder builder;
  const char *root, *text;

  g_return_if_fail (HS_IS_BUILD_DRAFT (self));

  if (self->settings == NULL || self->root == NULL)
    return;
  json = options_json (self);
  all = g_settings_get_value (self->settings, REMEMBERED);
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  g_variant_iter_init (&iter, all);
  while (g_variant_iter_next (&iter, "{&s&s}", &root, &text))
    if (!g_str_equal (root, self->root))
      g_variant_builder_add (&builder, "{ss}", root, text);
  g_variant_builder_add (&builder, "{ss}", self->root, json);
  g_settings_set_value (self->settings, REMEMBERED, g_variant_builder_end (&builder));
}

/* -- needs ----------------------------------------------------------------------------------- */

typedef struct {
  HsTree *tree;
  char *target;
  char *sdk_dir;
} NeedsQuestion;

static void
needs_question_free (gpointer data)
{
  NeedsQuestion *question = data;

  g_object_unref (question->tree);
  g_free (question->target);
  g_free (question->sdk_dir);
  g_free (question);
}

static void
needs_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  NeedsQuestion *question = data;
  GError *error = NULL;
  GPtrArray *needs = hs_sdk_check (question->tree, question->target, question->sdk_dir, &error);

  if (needs != NULL)
    g_task_return_pointer (task, needs, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
needs_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HsBuildDraft *self = HS_BUILD_DRAFT (source);
  const NeedsQuestion *question = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  GPtrArray *needs = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_hash_table_remove (self->asked, question->target);
  if (needs == NULL)
    needs = g_ptr_array_new (); /* could not be asked: make will say it */
  g_hash_table_insert (self->needs, g_strdup (question->target), needs);
  changed (self);
}

static void
ask_for_needs (HsBuildDraft *self, const char *target)
{
  g_autoptr (GTask) task = NULL;
  NeedsQuestion *question;

  if (self->tree == NULL || g_hash_table_contains (self->needs, target) ||
      !g_hash_table_add (self->asked, g_strdup (target)))
    return;

  question = g_new0 (NeedsQuestion, 1);
  question->tree = g_object_ref (self->tree);
  question->target = g_strdup (target);
  question->sdk_dir = g_strdup (self->choice.sdk_dir);
  task = g_task_new (self, self->reading, needs_read_cb, NULL);
  g_task_set_task_data (task, question, needs_question_free);
  g_task_run_in_thread (task, needs_thread);
}

static void
ask_again_for_needs (HsBuildDraft *self)
{
  g_hash_table_remove_all (self->needs);
  g_hash_table_remove_all (self->asked);
  for (guint i = 0; i < self->targets->len; i++)
    ask_for_needs (self, g_ptr_array_index (self->targets, i));
}

GPtrArray *
hs_build_draft_get_needs (HsBuildDraft *self, const char *target, gboolean *reading)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  if (reading != NULL)
    *reading = g_hash_table_contains (self->asked, target);
  return g_hash_table_lookup (self->needs, target);
}

const HsNeed *
hs_build_draft_find_block (HsBuildDraft *self)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  for (guint i = 0; i < self->targets->len; i++) {
    GPtrArray *needs = g_hash_table_lookup (self->needs, g_ptr_array_index (self->targets, i));

    for (guint n = 0; needs != NULL && n < needs->len; n++)
      if (hs_build_need_blocks (self->choice.engine, g_ptr_array_index (needs, n)))
        return g_ptr_array_index (needs, n);
  }
  return NULL;
}

/* -- tree ------------------------------------------------------------------------------------ */

static void
tree_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  HsTree *tree = hs_tree_new (data, cancellable, &error);

  if (tree != NULL)
    g_task_return_pointer (task, tree, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* Targets that this tree does not have, or that it refuses, are not chosen any more. */
static void
drop_targets (HsBuildDraft *self)
{
  for (guint i = self->targets->len; i > 0; i--) {
    const HsTreeBoard *board =
        hs_tree_find_board (self->tree, g_ptr_array_index (self->targets, i - 1));

    if (board == NULL || board->refused != NULL)
      g_ptr_array_remove_index (self->targets, i - 1);
  }
}

static void
tree_read_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HsBuildDraft *self = HS_BUILD_DRAFT (source);
  g_autoptr (GError) error = NULL;
  HsTree *tree = g_task_propagate_pointer (G_TASK (result), &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->tree);
  g_clear_error (&self->tree_error);
  self->tree = tree;
  self->tree_error = g_steal_pointer (&error);
  if (tree != NULL) {
    drop_targets (self);
    ask_again_for_needs (self);
  }
  changed (self);
}

void
hs_build_draft_read_again (HsBuildDraft *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (HS_IS_BUILD_DRAFT (self));

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  if (self->root == NULL)
    return;
  self->reading = g_cancellable_new ();
  task = g_task_new (self, self->reading, tree_read_cb, NULL);
  g_task_set_task_data (task, g_strdup (self->root), g_free);
  g_task_run_in_thread (task, tree_thread);
}

void
hs_build_draft_set_root (HsBuildDraft *self, const char *root)
{
  g_return_if_fail (HS_IS_BUILD_DRAFT (self));

  if (g_strcmp0 (root, self->root) == 0)
    return;
  g_free (self->root);
  self->root = g_strdup (root);
  g_clear_object (&self->tree);
  g_clear_error (&self->tree_error);
  g_hash_table_remove_all (self->needs);
  g_hash_table_remove_all (self->asked);
  recall (self);
  hs_build_draft_read_again (self);
  changed (self);
}

const char *
hs_build_draft_get_root (HsBuildDraft *self)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  return self->root;
}

HsTree *
hs_build_draft_get_tree (HsBuildDraft *self)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  return self->tree;
}

const GError *
hs_build_draft_get_tree_error (HsBuildDraft *self)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  return self->tree_error;
}

/* -- targets --------------------------------------------------------------------------------- */

static guint
find_target (HsBuildDraft *self, const char *target)
{
  for (guint i = 0; i < self->targets->len; i++)
    if (g_str_equal (g_ptr_array_index (self->targets, i), target))
      return i;
  return G_MAXUINT;
}

void
hs_build_draft_choose (HsBuildDraft *self, const char *target, gboolean chosen)
{
  guint at;

  g_return_if_fail (HS_IS_BUILD_DRAFT (self));

  at = find_target (self, target);
  if ((at != G_MAXUINT) == chosen)
    return;
  if (chosen)
    g_ptr_array_add (self->targets, g_strdup (target));
  else
    g_ptr_array_remove_index (self->targets, at);
  if (chosen)
    ask_for_needs (self, target);
  changed (self);
}

gboolean
hs_build_draft_is_chosen (HsBuildDraft *self, const char *target)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), FALSE);

  return find_target (self, target) != G_MAXUINT;
}

GPtrArray *
hs_build_draft_get_targets (HsBuildDraft *self)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  return self->targets;
}

/* -- options --------------------------------------------------------------------------------- */

const char *
hs_build_draft_get_option (HsBuildDraft *self, const char *name)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  return g_hash_table_lookup (self->options, name);
}

/* @value: (nullable): %NULL or "": as the Makefile has it. */
void
hs_build_draft_set_option (HsBuildDraft *self, const char *name, const char *value)
{
  g_return_if_fail (HS_IS_BUILD_DRAFT (self));

  if (value != NULL && *value != '\0')
    g_hash_table_insert (self->options, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->options, name);
  changed (self);
}

const char *
hs_build_draft_get_lines (HsBuildDraft *self)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  return self->lines != NULL ? self->lines : "";
}

void
hs_build_draft_set_lines (HsBuildDraft *self, const char *lines)
{
  g_return_if_fail (HS_IS_BUILD_DRAFT (self));

  if (g_strcmp0 (lines, self->lines) == 0)
    return;
  g_free (self->lines);
  self->lines = g_strdup (lines);
  changed (self);
}

static gboolean
add_checked (GPtrArray *all, const char *assignment, GError **error)
{
  if (!hs_build_option_check (assignment, error))
    return FALSE;
  g_ptr_array_add (all, g_strdup (assignment));
  return TRUE;
}

GStrv
hs_build_draft_dup_options (HsBuildDraft *self, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = NULL;
  const HsBuildOption *options;
  guint n;

  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  options = hs_build_options (&n);
  for (guint i = 0; i < n; i++) {
    const char *value = g_hash_table_lookup (self->options, options[i].name);
    g_autofree char *assignment =
        value != NULL ? g_strdup_printf ("%s=%s", options[i].name, value) : NULL;

    if (assignment != NULL && !add_checked (all, assignment, error))
      return NULL;
  }
  lines = g_strsplit (hs_build_draft_get_lines (self), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0' && !add_checked (all, lines[i], error))
      return NULL;
  g_ptr_array_add (all, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&all), FALSE);
}

const HsBuildChoice *
hs_build_draft_get_choice (HsBuildDraft *self)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  return &self->choice;
}

static void
set_text (char **field, const char *text)
{
  char *copy = text != NULL && *text != '\0' ? g_strdup (text) : NULL;

  g_free (*field);
  *field = copy;
}

void
hs_build_draft_set_choice (HsBuildDraft *self, const HsBuildChoice *choice)
{
  gboolean other_sdk;

  g_return_if_fail (HS_IS_BUILD_DRAFT (self));

  other_sdk = g_strcmp0 (choice->sdk_dir != NULL ? choice->sdk_dir : "",
                         self->choice.sdk_dir != NULL ? self->choice.sdk_dir : "") != 0;
  self->choice.jobs = choice->jobs;
  self->choice.clean = choice->clean;
  self->choice.engine = choice->engine;
  set_text (&self->choice.sdk_dir, choice->sdk_dir);
  set_text (&self->choice.name, choice->name);
  if (other_sdk)
    ask_again_for_needs (self);
  changed (self);
}

void
hs_build_draft_fill_request (HsBuildDraft *self,
                             const char *target,
                             const char *const *options,
                             HsBuildRequest *request)
{
  g_return_if_fail (HS_IS_BUILD_DRAFT (self));

  *request = (HsBuildRequest){ .tree = self->root,
                               .target = target,
                               .options = options,
                               .jobs = self->choice.jobs,
                               .clean = self->choice.clean,
                               .engine = self->choice.engine,
                               .sdk_dir = self->choice.sdk_dir,
                               .name = self->choice.name };
}

/* -- life ------------------------------------------------------------------------------------ */

HsSession *
hs_build_draft_get_session (HsBuildDraft *self)
{
  g_return_val_if_fail (HS_IS_BUILD_DRAFT (self), NULL);

  return self->session;
}

static void
hs_build_draft_dispose (GObject *object)
{
  HsBuildDraft *self = HS_BUILD_DRAFT (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->tree);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_build_draft_parent_class)->dispose (object);
}

static void
hs_build_draft_finalize (GObject *object)
{
  HsBuildDraft *self = HS_BUILD_DRAFT (object);

  forget_options (self);
  g_free (self->root);
  g_clear_error (&self->tree_error);
  g_ptr_array_unref (self->targets);
  g_hash_table_unref (self->needs);
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->options);
  G_OBJECT_CLASS (hs_build_draft_parent_class)->finalize (object);
}

static void
hs_build_draft_class_init (HsBuildDraftClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_build_draft_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_build_draft_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_build_draft_init (HsBuildDraft *self)
{
  self->settings = hs_settings_new ();
  self->targets = g_ptr_array_new_with_free_func (g_free);
  self->needs =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

HsBuildDraft *
hs_build_draft_new (HsSession *session)
{
  HsBuildDraft *self = g_object_new (HS_TYPE_BUILD_DRAFT, NULL);

  self->session = g_object_ref (session);
  return self;
}
