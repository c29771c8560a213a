/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/manifest-private.h"

#include "app/app-error.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (HsManifest, hs_manifest, G_TYPE_OBJECT)

/* --- values --- */

static void
hs_frozen_free (HsFrozen *self)
{
  g_free (self->name);
  g_free (self->path);
  g_free (self->kind);
  g_free (self->by);
  g_free (self->manifest);
  g_free (self);
}

HsFrozen *
hs_frozen_new (void)
{
  return g_new0 (HsFrozen, 1);
}

HsFrozen *
hs_frozen_copy (const HsFrozen *self)
{
  HsFrozen *copy = g_memdup2 (self, sizeof *self);

  copy->name = g_strdup (self->name);
  copy->path = g_strdup (self->path);
  copy->kind = g_strdup (self->kind);
  copy->by = g_strdup (self->by);
  copy->manifest = g_strdup (self->manifest);
  return copy;
}

HsFinding *
hs_finding_copy (const HsFinding *self)
{
  return hs_finding_new (self->level,
                         self->code,
                         self->file,
                         self->line,
                         g_strdup (self->text),
                         g_strdup (self->action),
                         g_strdup (self->example));
}

const char *
hs_manifest_fact (JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default (object, name, NULL);
}

guint
hs_manifest_fact_number (JsonObject *object, const char *name)
{
  return json_object_get_int_member_with_default (object, name, 0);
}

gboolean
hs_facts_flag (JsonObject *object, const char *name)
{
  return json_object_get_boolean_member_with_default (object, name, FALSE);
}

JsonArray *
hs_facts_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node)) {
    json_object_set_array_member (object, name, json_array_new ());
    node = json_object_get_member (object, name);
  }
  return json_node_get_array (node);
}

/* --- the object --- */

static void
hs_manifest_finalize (GObject *object)
{
  HsManifest *self = HS_MANIFEST (object);

  g_free (self->target);
  g_free (self->root);
  g_free (self->micropython);
  g_free (self->manifest);
  g_free (self->core);
  g_free (self->digest);
  g_ptr_array_unref (self->frozen);
  g_ptr_array_unref (self->findings);
  g_hash_table_unref (self->texts);
  g_clear_pointer (&self->facts, json_object_unref);

  G_OBJECT_CLASS (hs_manifest_parent_class)->finalize (object);
}

static void
hs_manifest_class_init (HsManifestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_manifest_finalize;
}

static void
hs_manifest_init (HsManifest *self)
{
  self->frozen = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_frozen_free);
  self->findings = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_finding_free);
  self->texts =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
}

HsManifest *
hs_manifest_new_empty (void)
{
  return g_object_new (HS_TYPE_MANIFEST, NULL);
}

char *
hs_manifest_shorten (HsManifest *self, const char *path)
{
  gsize length = strlen (self->root);

  if (g_str_has_prefix (path, self->root) && path[length] == '/')
    return g_strdup (path + length + 1);
  return g_strdup (path);
}

/* --- resolving --- */

static char *
digest_sources (HsManifest *self, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  for (guint i = 0; i < self->frozen->len; i++) {
    const HsFrozen *frozen = g_ptr_array_index (self->frozen, i);
    g_autoptr (GBytes) bytes = hs_manifest_read (self, frozen->path, error);
    g_autofree char *digest = NULL;
    g_autofree char *line = NULL;

    if (bytes == NULL)
      return NULL;
    digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
    line = g_strdup_printf ("%s\n%s %d %s\n", frozen->name, frozen->kind, frozen->opt, digest);
    g_checksum_update (checksum, (const guchar *) line, -1);
  }
  return g_strdup (g_checksum_get_string (checksum));
}

static HsManifest *
begin (HsTree *tree, const char *target, const char *variant, GError **error)
{
  g_autoptr (HsManifest) self = NULL;

  if (hs_tree_find_board (tree, target) == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NO_TREE,
                 _ ("There is no board %s in %s"),
                 target,
                 hs_tree_get_root (tree));
    return NULL;
  }
  self = hs_manifest_new_empty ();
  self->target = g_strdup (target);
  self->root = g_strdup (hs_tree_get_root (tree));
  self->micropython = hs_tree_dup_path (tree, HS_TREE_FILE_MICROPYTHON, target);
  self->manifest = hs_tree_dup_path (tree, HS_TREE_FILE_MANIFEST, target);
  hs_manifest_learn_port (self, tree, variant);
  return g_steal_pointer (&self);
}

HsManifest *
hs_manifest_resolve (HsTree *tree,
                     const char *target,
                     const char *variant,
                     HsTreeEdit *edit,
                     GCancellable *cancellable,
                     GError **error)
{
  g_autoptr (HsManifest) self = NULL;
  g_autoptr (JsonObject) answers = NULL;

  g_return_val_if_fail (HS_IS_TREE (tree), NULL);
  g_return_val_if_fail (target != NULL, NULL);

  self = begin (tree, target, variant, error);
  if (self == NULL)
    return NULL;
  answers = hs_manifest_ask (self, tree, edit, cancellable, error);
  if (answers == NULL)
    return NULL;
  self->facts = json_object_ref (json_object_get_object_member (answers, "facts"));
  self->digest = digest_sources (self, error);
  if (self->digest == NULL)
    return NULL;
  hs_manifest_check (self, tree, edit, json_object_get_object_member (answers, "resolved"));
  return g_steal_pointer (&self);
}

GPtrArray *
hs_manifest_get_frozen (HsManifest *self)
{
  g_return_val_if_fail (HS_IS_MANIFEST (self), NULL);
  return self->frozen;
}

GPtrArray *
hs_manifest_get_findings (HsManifest *self)
{
  g_return_val_if_fail (HS_IS_MANIFEST (self), NULL);
  return self->findings;
}

const HsFrozen *
hs_manifest_find (HsManifest *self, const char *name)
{
  g_return_val_if_fail (HS_IS_MANIFEST (self), NULL);

  for (guint i = 0; i < self->frozen->len; i++) {
    const HsFrozen *frozen = g_ptr_array_index (self->frozen, i);

    if (g_str_equal (frozen->name, name))
      return frozen;
  }
  return NULL;
}

const char *
hs_manifest_get_core (HsManifest *self)
{
  g_return_val_if_fail (HS_IS_MANIFEST (self), NULL);
  return self->core;
}

const char *
hs_manifest_get_digest (HsManifest *self)
{
  g_return_val_if_fail (HS_IS_MANIFEST (self), NULL);
  return self->digest;
}

guint64
hs_manifest_get_compiled (HsManifest *self)
{
  g_return_val_if_fail (HS_IS_MANIFEST (self), 0);
  return self->compiled;
}

/* --- JSON --- */

JsonArray *
hs_findings_to_json (GPtrArray *findings)
{
  static const char *const levels[] = { "note", "warning", "error" };
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < findings->len; i++) {
    const HsFinding *finding = g_ptr_array_index (findings, i);
    JsonObject *object = json_object_new ();

    hs_json_set_string (object, "level", levels[finding->level]);
    hs_json_set_string (object, "code", finding->code);
    hs_json_set_string (object, "file", finding->file);
    json_object_set_int_member (object, "line", finding->line);
    hs_json_set_string (object, "text", finding->text);
    hs_json_set_string (object, "action", finding->action);
    hs_json_set_string (object, "example", finding->example);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonObject *
frozen_to_json (HsManifest *self, const HsFrozen *frozen)
{
  g_autofree char *path = hs_manifest_shorten (self, frozen->path);
  g_autofree char *manifest =
      frozen->manifest != NULL ? hs_manifest_shorten (self, frozen->manifest) : NULL;
  JsonObject *object = json_object_new ();

  hs_json_set_string (object, "name", frozen->name);
  hs_json_set_string (object, "path", path);
  hs_json_set_string (object, "kind", frozen->kind);
  hs_json_set_string (object, "by", frozen->by);
  hs_json_set_string (object, "manifest", manifest);
  json_object_set_int_member (object, "line", frozen->line);
  if (frozen->opt >= 0)
    json_object_set_int_member (object, "opt", frozen->opt);
  json_object_set_int_member (object, "size", frozen->size);
  if (frozen->compiled > 0)
    json_object_set_int_member (object, "compiled", frozen->compiled);
  return object;
}

JsonObject *
hs_manifest_to_json (HsManifest *self)
{
  JsonObject *object = json_object_new ();
  JsonArray *frozen = json_array_new ();

  for (guint i = 0; i < self->frozen->len; i++)
    json_array_add_object_element (frozen,
                                   frozen_to_json (self, g_ptr_array_index (self->frozen, i)));
  hs_json_set_string (object, "target", self->target);
  hs_json_set_string (object, "core", self->core);
  hs_json_set_string (object, "digest", self->digest);
  json_object_set_int_member (object, "compiled", self->compiled);
  json_object_set_array_member (object, "frozen", frozen);
  json_object_set_array_member (object, "findings", hs_findings_to_json (self->findings));
  return object;
}
