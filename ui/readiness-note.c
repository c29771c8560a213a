/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/readiness-note.h"

#include "app/firmware/manifest.h"
#include "ui/settings.h"

#define KEY "closed-products"

/* -- whether it is asked for --------------------------------------------------------------------
 */

/* Target, blank, folder: a target has no blank. */
static char *
dup_entry (const char *tree, const char *target)
{
  return g_strdup_printf ("%s %s", target, tree);
}

gboolean
hs_readiness_get_closed (const char *tree, const char *target)
{
  g_autoptr (GSettings) settings = hs_settings_new ();
  g_autofree char *entry = dup_entry (tree, target);
  g_auto (GStrv) all = settings != NULL ? g_settings_get_strv (settings, KEY) : NULL;

  return all != NULL && g_strv_contains ((const char *const *) all, entry);
}

void
hs_readiness_set_closed (const char *tree, const char *target, gboolean closed)
{
  g_autoptr (GSettings) settings = hs_settings_new ();
  g_autofree char *entry = dup_entry (tree, target);
  g_auto (GStrv) all = settings != NULL ? g_settings_get_strv (settings, KEY) : NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) fresh = NULL;

  for (guint i = 0; all != NULL && all[i] != NULL; i++)
    if (!g_str_equal (all[i], entry))
      g_strv_builder_add (builder, all[i]);
  if (closed)
    g_strv_builder_add (builder, entry);
  fresh = g_strv_builder_end (builder);
  if (settings != NULL)
    g_settings_set_strv (settings, KEY, (const char *const *) fresh);
}

/* -- checking --------------------------------------------------------------------------------- */

typedef struct {
  char *tree;
  char *target;
  gboolean closed;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  g_free (self->tree);
  g_free (self->target);
  g_free (self);
}

static gpointer
check_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  g_autoptr (HsTree) tree = hs_tree_new (question->tree, cancellable, error);
  g_autoptr (HsManifest) manifest =
      tree != NULL ? hs_manifest_resolve (tree, question->target, NULL, NULL, cancellable, error)
                   : NULL;
  g_autoptr (GPtrArray) lines =
      manifest != NULL ? hs_readiness_check (manifest, tree, question->closed, cancellable, error)
                       : NULL;
  g_autoptr (JsonNode) node = NULL;

  if (lines == NULL)
    return NULL;
  node = json_node_new (JSON_NODE_ARRAY);
  json_node_take_array (node, hs_readiness_to_json (lines));
  return json_to_string (node, FALSE);
}

void
hs_readiness_ask (HsSession *session,
                  const char *tree,
                  const char *target,
                  GCancellable *cancellable,
                  HsAnswerFunc answer,
                  gpointer owner)
{
  Question *question;

  g_return_if_fail (HS_IS_SESSION (session));
  g_return_if_fail (tree != NULL && target != NULL);

  question = g_new0 (Question, 1);
  question->tree = g_strdup (tree);
  question->target = g_strdup (target);
  question->closed = hs_readiness_get_closed (tree, target);
  hs_ask_apart (hs_session_get_catalog (session),
                owner,
                check_func,
                question,
                question_free,
                g_free,
                cancellable,
                answer);
}
