/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/command.h"
#include "app/firmware/build-work.h"
#include "app/firmware/manifest.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_COMMITS "100"

/* --- git --- */

static char *
git (HsBuildWork *self, const char *a, const char *b, const char *c, const char *d)
{
  const char *argv[] = { "git", "-C", hs_tree_get_root (self->tree), a, b, c, d, NULL };

  return hs_command_output (argv, self->cancellable, NULL);
}

/* The remote that is OpenMV's own, else "origin". */
static char *
find_upstream (HsBuildWork *self)
{
  g_autofree char *text = git (self, "remote", "-v", NULL, NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "openmv/openmv") != NULL)
      return g_strndup (lines[i], strcspn (lines[i], "\t "));
  return g_strdup ("origin");
}

static void
add_commits (HsBuildWork *self, JsonObject *object, const char *base)
{
  g_autofree char *range = g_strconcat (base, "..HEAD", NULL);
  g_autofree char *text = git (self, "log", "--format=%H %s", "--max-count=" MOST_COMMITS, range);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  JsonArray *commits = json_array_new ();

  for (guint i = 0; lines[i] != NULL; i++) {
    JsonObject *commit;

    if (strlen (lines[i]) < 41)
      continue;
    commit = json_object_new ();
    lines[i][40] = '\0';
    json_object_set_string_member (commit, "commit", lines[i]);
    json_object_set_string_member (commit, "subject", lines[i] + 41);
    json_array_add_object_element (commits, commit);
  }
  json_object_set_array_member (object, "commits", commits);
}

/* Where this tree left OpenMV's master. A shallow clone does not know. */
static void
add_merge_base (HsBuildWork *self, JsonObject *object)
{
  g_autofree char *remote = find_upstream (self);
  g_autofree char *ref = g_strdup_printf ("refs/remotes/%s/master", remote);
  g_autofree char *head = git (self, "rev-parse", "--verify", "-q", ref);
  g_autofree char *base = head != NULL ? git (self, "merge-base", "HEAD", ref, NULL) : NULL;
  g_autofree char *shallow = git (self, "rev-parse", "--is-shallow-repository", NULL, NULL);

  if (base != NULL && strlen (base) == 40) {
    json_object_set_string_member (object, "upstream", ref + strlen ("refs/remotes/"));
    json_object_set_string_member (object, "merge_base", base);
    add_commits (self, object, base);
    return;
  }
  json_object_set_null_member (object, "merge_base");
  json_object_set_string_member (object,
                                 "merge_base_unknown",
                                 g_strcmp0 (shallow, "true") == 0 ? "shallow"
                                 : head == NULL                   ? "no-upstream"
                                                                  : "unrelated");
}

static void
add_submodules (HsBuildWork *self, JsonObject *object)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < self->changes->submodules->len; i++) {
    const HsBuildPart *part = g_ptr_array_index (self->changes->submodules, i);
    JsonObject *row = json_object_new ();

    json_object_set_string_member (row, "path", part->path);
    json_object_set_string_member (row, "commit", part->commit);
    json_object_set_boolean_member (row, "different", part->different);
    json_object_set_boolean_member (row, "missing", part->missing);
    json_array_add_object_element (array, row);
  }
  json_object_set_array_member (object, "submodules", array);
}

static void
add_changed (HsBuildWork *self, JsonObject *object)
{
  const char *const *changed = hs_tree_get_changed (self->tree);
  g_autofree char *text = changed != NULL ? g_strjoinv ("\n", (char **) changed) : NULL;

  if (text != NULL && *text != '\0')
    json_object_set_string_member (object, "changed_files", text);
}

/* --- all together --- */

static char *
manifest_digest (HsBuildWork *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsManifest) manifest =
      hs_manifest_resolve (self->tree, self->request.target, NULL, NULL, self->cancellable, &error);

  if (manifest != NULL)
    return g_strdup (hs_manifest_get_digest (manifest));
  hs_build_work_say (self, error->message);
  return NULL;
}

static char *
dup_options (HsBuildWork *self)
{
  g_auto (GStrv) sorted = g_strdupv ((char **) self->request.options);

  if (sorted == NULL)
    return g_strdup ("");
  for (guint i = 0; sorted[i] != NULL; i++)
    for (guint j = i + 1; sorted[j] != NULL; j++)
      if (strcmp (sorted[i], sorted[j]) > 0) {
        char *one = sorted[i];

        sorted[i] = sorted[j];
        sorted[j] = one;
      }
  return g_strjoinv (" ", sorted);
}

static void
add_memory (HsBuildWork *self, JsonObject *object)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < self->memory->len; i++) {
    const HsMemoryUse *use = g_ptr_array_index (self->memory, i);
    JsonObject *row = json_object_new ();

    json_object_set_string_member (row, "elf", use->elf);
    json_object_set_string_member (row, "region", use->region);
    json_object_set_int_member (row, "used", use->used);
    json_object_set_int_member (row, "length", use->length);
    json_array_add_object_element (array, row);
  }
  json_object_set_array_member (object, "memory", array);
}

static void
add_readiness (HsBuildWork *self, JsonObject *object)
{
  JsonNode *node =
      self->request.readiness != NULL ? json_from_string (self->request.readiness, NULL) : NULL;

  if (node != NULL)
    json_object_set_member (object, "readiness", node);
}

static const char *
engine_name (HsBuildWork *self)
{
  static const char *const names[] = { "native", "docker", "docker-dev" };

  return names[self->request.engine];
}

static void
update_line (GChecksum *sum, const char *name, const char *value)
{
  g_autofree char *line = g_strdup_printf ("%s=%s\n", name, value != NULL ? value : "");

  g_checksum_update (sum, (guchar *) line, -1);
}

/* One digest over everything that decides what the images hold; none if some of it is not known. */
static void
add_inputs (HsBuildWork *self, JsonObject *object)
{
  static const char *const members[] = { "commit", "diff",     "options", "engine",
                                         "sdk",    "compiler", "manifest" };
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  if (!self->changes->whole)
    return;
  update_line (sum, "target", self->request.target);
  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    update_line (
        sum, members[i], json_object_get_string_member_with_default (object, members[i], NULL));
  for (guint i = 0; i < self->changes->submodules->len; i++) {
    const HsBuildPart *part = g_ptr_array_index (self->changes->submodules, i);

    update_line (sum, part->path, part->commit);
  }
  g_checksum_update (sum, (guchar *) self->changes->loose->str, -1);
  json_object_set_string_member (object, "inputs", g_checksum_get_string (sum));
}

static void
add_diff (HsBuildWork *self, JsonObject *object, GBytes *diff)
{
  g_autofree char *digest =
      diff != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, diff) : NULL;

  hs_json_set_string (object, "diff", digest);
  if (self->changes->whole)
    return;
  json_object_set_boolean_member (object, "diff_incomplete", TRUE);
  hs_build_work_say (self,
                     _ ("Not all that is changed in this tree can be read: the build is compared "
                        "with no other one."));
}

/**
 * hs_build_provenance:
 * @self: a build whose make has not begun
 * @diff: (out) (transfer full) (nullable): what is not committed
 *
 * What it is made from, as it is now. Blocks on git and python.
 *
 * Returns: (transfer full): the members of a build's details
 */
JsonObject *
hs_build_provenance (HsBuildWork *self, GBytes **diff)
{
  const char *root = hs_tree_get_root (self->tree);
  JsonObject *object = json_object_new ();
  g_autofree char *name = g_path_get_basename (root);
  g_autofree char *options = dup_options (self);
  g_autofree char *manifest = NULL;

  g_clear_pointer (&self->changes, hs_build_changes_free);
  self->changes = hs_build_changes_read (root, self->cancellable);
  manifest = manifest_digest (self);
  *diff = hs_build_changes_dup_diff (self->changes);
  json_object_set_string_member (object, "tree", name);
  hs_json_set_string (object, "commit", hs_tree_get_commit (self->tree));
  hs_json_set_string (object, "describe", hs_tree_get_describe (self->tree));
  hs_json_set_string (object, "branch", hs_tree_get_branch (self->tree));
  if (hs_tree_get_number (self->tree) != NULL)
    json_object_set_string_member (object, "number", hs_tree_get_number (self->tree));
  if (hs_tree_get_commit (self->tree) != NULL)
    add_merge_base (self, object);
  add_changed (self, object);
  add_diff (self, object, *diff);
  add_submodules (self, object);
  json_object_set_string_member (object, "options", options);
  json_object_set_string_member (object, "engine", engine_name (self));
  hs_json_set_string (object, "manifest", manifest);
  hs_json_set_string (object, "sdk", self->sdk_version);
  hs_json_set_string (object, "compiler", self->compiler);
  add_inputs (self, object);
  return object;
}

/**
 * hs_build_provenance_holds:
 * @self: a build whose make has ended well
 *
 * Whether the tree is what it was when make began: what was compiled in between is neither the one
 * nor the other else. Blocks on git.
 */
gboolean
hs_build_provenance_holds (HsBuildWork *self)
{
  g_autoptr (HsBuildChanges) now =
      hs_build_changes_read (hs_tree_get_root (self->tree), self->cancellable);
  g_autofree char *moved = NULL;

  if (hs_build_work_is_cancelled (self))
    return FALSE;
  moved = g_strcmp0 (hs_tree_get_commit (self->tree), self->changes->commit) != 0
              ? g_strdup ("HEAD")
              : hs_build_changes_dup_moved (self->changes, now);
  return moved == NULL || hs_build_work_fail (self, "tree-changed", moved, NULL);
}

/* What is known only at the end. */
void
hs_build_provenance_add_results (HsBuildWork *self, JsonObject *object)
{
  json_object_set_double_member (object, "seconds", self->make_seconds);
  add_memory (self, object);
  add_readiness (self, object);
}
