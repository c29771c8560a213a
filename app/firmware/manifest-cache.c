/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/manifest-private.h"

#include "app/run-json.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

#define MOST_KEPT 64 /* answers; the oldest goes */

static char *
cache_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "hotshoe", "manifests", NULL);
}

static char *
cache_file (const char *key)
{
  g_autofree char *folder = cache_folder ();
  g_autofree char *name = g_strconcat (key, ".json", NULL);

  return g_build_filename (folder, name, NULL);
}

/* --- is it still so? --- */

static char *
digest_file (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, NULL))
    return NULL;
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) bytes, length);
}

/* As os.walk() goes: links to folders are neither files nor followed. */
static void
list_folder (const char *path, const char *below, GPtrArray *names)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *full = g_build_filename (path, name, NULL);
    g_autofree char *relative =
        *below != '\0' ? g_strconcat (below, "/", name, NULL) : g_strdup (name);
    GStatBuf link, target;

    if (g_lstat (full, &link) != 0)
      continue;
    if (g_stat (full, &target) != 0 || !S_ISDIR (target.st_mode))
      g_ptr_array_add (names, g_steal_pointer (&relative));
    else if (!S_ISLNK (link.st_mode) && !g_str_equal (name, ".git") &&
             !g_str_equal (name, "__pycache__"))
      list_folder (full, relative, names);
  }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char *
digest_folder (const char *path)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *text = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return NULL;
  list_folder (path, "", names);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  text = g_strjoinv ("\n", (char **) names->pdata);
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
}

static gboolean
all_same (JsonObject *digests, char *(*digest) (const char *path))
{
  g_autoptr (GList) paths = json_object_get_members (digests);

  for (GList *l = paths; l != NULL; l = l->next) {
    g_autofree char *now = digest (l->data);

    if (g_strcmp0 (now, hs_manifest_fact (digests, l->data)) != 0)
      return FALSE;
  }
  return TRUE;
}

static gboolean
still_so (JsonObject *answers)
{
  JsonObject *resolved;

  if (!json_object_has_member (answers, "resolved") || !json_object_has_member (answers, "facts"))
    return FALSE;
  resolved = json_object_get_object_member (answers, "resolved");
  return all_same (json_object_get_object_member (resolved, "read"), digest_file) &&
         all_same (json_object_get_object_member (resolved, "listed"), digest_folder);
}

JsonObject *
hs_manifest_cache_get (const char *key)
{
  g_autofree char *path = cache_file (key);
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) node = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  node = json_from_string (text, NULL);
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node) || !still_so (json_node_get_object (node)))
    return NULL;
  g_utime (path, NULL); /* what is used stays */
  return json_object_ref (json_node_get_object (node));
}

/* --- keeping --- */

static void
drop_oldest (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *oldest = NULL;
  gint64 age = G_MAXINT64;
  guint n = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    GStatBuf info;

    if (g_stat (path, &info) != 0)
      continue;
    n++;
    if (info.st_mtime < age) {
      age = info.st_mtime;
      g_free (oldest);
      oldest = g_steal_pointer (&path);
    }
  }
  if (n > MOST_KEPT && oldest != NULL)
    g_unlink (oldest);
}

/* A cache that can't be written costs time, nothing else. */
void
hs_manifest_cache_put (const char *key, JsonObject *answers)
{
  g_autofree char *folder = cache_folder ();
  g_autofree char *path = cache_file (key);
  g_autofree char *text = hs_json_object_to_text (answers);

  if (g_mkdir_with_parents (folder, 0700) != 0 || !g_file_set_contents (path, text, -1, NULL))
    return;
  drop_oldest (folder);
}
