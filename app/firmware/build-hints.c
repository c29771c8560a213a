/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/build-work.h"
#include "app/firmware/json-span.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define MOST_OBJECTS 4000 /* of a map that are summed up */
#define MOST_HINTS   12
#define MOST_MAP     (128 * 1024 * 1024) /* bytes */
#define DEEPEST      6                   /* folders below frozen_mpy */

/* What objects of a map belong to, and how to do without. */
static const struct {
  const char *word; /* in the object's name */
  const char *what; /* N_() */
  const char *how;  /* N_() */
  const char *where;
} features[] = {
  { "apriltag", N_ ("AprilTags"), N_ ("imlib_config.h, switch off"), "features" },
  { "qrcode", N_ ("QR codes"), N_ ("imlib_config.h, switch off"), "features" },
  { "dmtx", N_ ("Data matrices"), N_ ("imlib_config.h, switch off"), "features" },
  { "datamatri", N_ ("Data matrices"), N_ ("imlib_config.h, switch off"), "features" },
  { "zbar", N_ ("Bar codes"), N_ ("imlib_config.h, switch off"), "features" },
  { "barcode", N_ ("Bar codes"), N_ ("imlib_config.h, switch off"), "features" },
  { "lab_tab", N_ ("Table for LAB colours"), N_ ("imlib_config.h, switch off"), "features" },
  { "lab_lut", N_ ("Table for LAB colours"), N_ ("imlib_config.h, switch off"), "features" },
  { "yuv_tab", N_ ("Table for YUV colours"), N_ ("imlib_config.h, switch off"), "features" },
  { "selective_search", N_ ("Selective search"), N_ ("imlib_config.h, switch off"), "features" },
  { "stereo", N_ ("Stereo disparity"), N_ ("imlib_config.h, switch off"), "features" },
  { "find_rects", N_ ("find_rects()"), N_ ("imlib_config.h, switch off"), "features" },
  { "frozen_content", N_ ("Frozen Python"), N_ ("manifest.py, freeze less"), "freeze" },
  { "winc", N_ ("WINC1500 Wi-Fi"), N_ ("option MICROPY_PY_WINC1500=0, with a clean build"), "" },
};

static HsBuildHint *
add_hint (GPtrArray *hints, const char *what, guint64 bytes, const char *how, const char *where)
{
  HsBuildHint *hint = g_new0 (HsBuildHint, 1);

  hint->what = g_strdup (what);
  hint->bytes = bytes;
  hint->how = g_strdup (how);
  hint->where = where;
  g_ptr_array_add (hints, hint);
  return hint;
}

static int
compare_hints (gconstpointer a, gconstpointer b)
{
  const HsBuildHint *one = *(HsBuildHint *const *) a, *other = *(HsBuildHint *const *) b;

  /* What can be switched off comes before what can only be looked at. */
  if ((*one->where != '\0') != (*other->where != '\0'))
    return *one->where != '\0' ? -1 : 1;
  return one->bytes == other->bytes ? 0 : one->bytes > other->bytes ? -1 : 1;
}

static HsBuildHint *
find_hint (GPtrArray *hints, const char *what)
{
  for (guint i = 0; i < hints->len; i++) {
    HsBuildHint *hint = g_ptr_array_index (hints, i);

    if (strcmp (hint->what, what) == 0)
      return hint;
  }
  return NULL;
}

/* Objects of one feature become one hint; the others stay as they are. */
static void
add_objects (GPtrArray *hints, GPtrArray *objects)
{
  for (guint i = 0; i < objects->len; i++) {
    const HsBuildHint *object = g_ptr_array_index (objects, i);
    guint n = 0;
    HsBuildHint *known;

    while (n < G_N_ELEMENTS (features) && strstr (object->what, features[n].word) == NULL)
      n++;
    if (n == G_N_ELEMENTS (features)) {
      add_hint (hints, object->what, object->bytes, "", "");
      continue;
    }
    known = find_hint (hints, _ (features[n].what));
    if (known != NULL)
      known->bytes += object->bytes;
    else
      add_hint (hints, _ (features[n].what), object->bytes, _ (features[n].how), features[n].where);
  }
}

/* --- the map --- */

/* The newest of the build's maps: that of the link that failed. */
static char *
find_map (HsBuildWork *self)
{
  g_autofree char *build = hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);
  g_autoptr (GDir) dir = g_dir_open (build, 0, NULL);
  char *found = NULL;
  gint64 newest = self->began / G_USEC_PER_SEC - 2;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (build, name, NULL);
    GStatBuf status;

    if (!g_str_has_suffix (name, ".map") || g_lstat (path, &status) != 0 ||
        !S_ISREG (status.st_mode) || status.st_mtime < newest || status.st_size > MOST_MAP)
      continue;
    newest = status.st_mtime;
    g_free (found);
    found = g_steal_pointer (&path);
  }
  return found;
}

static void
add_map (HsBuildWork *self, HsBuildProblem *problem)
{
  g_autofree char *path = find_map (self);
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) objects = NULL;
  gsize length;

  if (path == NULL || !g_file_get_contents (path, &text, &length, NULL))
    return;
  objects = hs_map_file_read (text, length, problem->region, MOST_OBJECTS);
  add_objects (problem->hints, objects);
}

/* --- frozen modules --- */

static void
add_frozen (GPtrArray *hints, const char *folder, const char *prefix, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *shown = g_strconcat (prefix, name, NULL);
    GStatBuf status;

    if (g_lstat (path, &status) != 0)
      continue;
    if (S_ISDIR (status.st_mode) && depth < DEEPEST) {
      g_autofree char *deeper = g_strconcat (shown, "/", NULL);

      add_frozen (hints, path, deeper, depth + 1);
    } else if (S_ISREG (status.st_mode) && g_str_has_suffix (name, ".mpy")) {
      shown[strlen (shown) - strlen (".mpy")] = '\0';
      add_hint (hints, shown, status.st_size, _ ("freeze it no longer, or ROMFS"), "freeze");
    }
  }
}

/* Their compiled forms, where MicroPython's build leaves them. */
static void
add_all_frozen (HsBuildWork *self, HsBuildProblem *problem)
{
  static const char *const places[] = { "lib/micropython/frozen_mpy", "frozen_mpy" };
  g_autofree char *build = hs_tree_dup_path (self->tree, HS_TREE_FILE_BUILD, self->request.target);

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree char *folder = g_build_filename (build, places[i], NULL);

    add_frozen (problem->hints, folder, "", 0);
  }
}

/* --- files of ROMFS --- */

static void
add_entry (HsBuildWork *self, JsonNode *node, GPtrArray *hints)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *form =
      object != NULL ? json_object_get_string_member_with_default (object, "path", NULL) : NULL;
  g_autofree char *path = NULL;
  g_autofree char *base = NULL;
  GStatBuf status;

  if (form == NULL || !g_str_has_prefix (form, "{TOP}/") ||
      !json_object_get_boolean_member_with_default (object, "enabled", TRUE))
    return;
  path = g_build_filename (hs_tree_get_root (self->tree), form + strlen ("{TOP}/"), NULL);
  base = g_path_get_basename (path);
  if (g_stat (path, &status) == 0)
    add_hint (hints, base, status.st_size, _ ("romfs_config.json, take it out"), "romfs");
}

static void
add_romfs (HsBuildWork *self, HsBuildProblem *problem)
{
  g_autofree char *path =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_ROMFS_CONFIG, self->request.target);
  g_autoptr (JsonObject) root = NULL;
  g_autofree char *text = NULL;
  gsize length;
  g_autoptr (GList) partitions = NULL;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return;
  root = hs_json_span_parse (text, length, NULL);
  if (root == NULL)
    return;
  partitions = json_object_get_values (root);
  for (GList *at = partitions; at != NULL; at = at->next) {
    JsonNode *entries = JSON_NODE_HOLDS_OBJECT (at->data)
                            ? json_object_get_member (json_node_get_object (at->data), "entries")
                            : NULL;
    JsonArray *array =
        entries != NULL && JSON_NODE_HOLDS_ARRAY (entries) ? json_node_get_array (entries) : NULL;

    for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
      add_entry (self, json_array_get_element (array, i), problem->hints);
  }
}

/* What takes the room, the biggest first. Blocks on files of the build. */
void
hs_build_hints_add (HsBuildWork *self, HsBuildProblem *problem)
{
  if (problem == NULL || self->tree == NULL)
    return;

  if (strcmp (problem->code, "flash-overflow") == 0) {
    add_map (self, problem);
    add_all_frozen (self, problem);
  } else if (strcmp (problem->code, "memory-overflow") == 0) {
    add_map (self, problem);
  } else if (strcmp (problem->code, "romfs-overflow") == 0) {
    add_romfs (self, problem);
  }
  g_ptr_array_sort (problem->hints, compare_hints);
  if (problem->hints->len > MOST_HINTS)
    g_ptr_array_set_size (problem->hints, MOST_HINTS);
}
