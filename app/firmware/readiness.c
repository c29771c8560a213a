/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/manifest-private.h"
#include "app/firmware/readiness-words.h"
#include "app/run-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const char *const states[] = { "found", "not-found", "unknown", "not-asked" };
static const char *const ids[] = {
  "entry",   "watchdog", "catch-all", "dated-log", "filesystem",
  "unit-id", "tls-key",  "repl",      "sys-path",
};

void
hs_ready_free (HsReady *self)
{
  g_free (self->title);
  g_free (self->file);
  g_free (self->reason);
  g_free (self->example);
  g_free (self);
}

/* The literal; what python said must not outlive it. */
static const char *
literal_id (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    if (g_strcmp0 (ids[i], id) == 0)
      return ids[i];
  return NULL;
}

static HsReadyState
read_state (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i], word) == 0)
      return i;
  return HS_READY_UNKNOWN;
}

static HsReady *
make_line (const char *id, HsReadyState state, const char *why)
{
  const char *reason = hs_ready_reason (id, why);
  HsReady *ready = g_new0 (HsReady, 1);

  ready->id = id;
  ready->state = state;
  ready->title = g_strdup (_ (hs_ready_title (id)));
  ready->reason = g_strdup (reason != NULL ? _ (reason) : why);
  ready->example = g_strdup (hs_ready_example (id));
  return ready;
}

static gboolean
is_asked (const char *id, gboolean closed)
{
  return closed || !(g_str_equal (id, "repl") || g_str_equal (id, "sys-path"));
}

/* Whether this board's firmware knows pyb.usb_mode(): only the older USB stack does. */
static gboolean
has_usb_mode (HsManifest *manifest, HsTree *tree)
{
  const HsTreeBoard *board = hs_tree_find_board (tree, manifest->target);
  g_autofree char *path = hs_tree_dup_path (tree, HS_TREE_FILE_BOARD_MAKE, manifest->target);
  g_autofree char *text = NULL;

  if (board == NULL || g_strcmp0 (board->port, "stm32") != 0)
    return FALSE;
  return !g_file_get_contents (path, &text, NULL, NULL) ||
         strstr (text, "OMV_USB_STACK_TINYUSB") == NULL;
}

/* What a port does otherwise than the program's text lets one think. */
static void
weigh (HsManifest *manifest,
       gboolean usb_mode,
       const char *id,
       HsReadyState *state,
       const char **why)
{
  if (g_str_equal (id, "entry") && *state == HS_READY_FOUND && g_strcmp0 (*why, "main") == 0 &&
      manifest->main_needs_file) {
    *state = HS_READY_UNKNOWN;
    *why = "needs-file";
  }
  if (g_str_equal (id, "repl") && !usb_mode && g_strcmp0 (*why, "keys-only") != 0) {
    *why = *state == HS_READY_FOUND ? "no-usb-mode" : "no-way";
    *state = HS_READY_NOT_FOUND;
  }
}

static HsReady *
read_line (HsManifest *manifest, JsonObject *fact, gboolean closed, gboolean usb_mode)
{
  const char *id = literal_id (hs_manifest_fact (fact, "id"));
  const char *name = hs_manifest_fact (fact, "file");
  const char *why = hs_manifest_fact (fact, "why");
  HsReadyState state = read_state (hs_manifest_fact (fact, "state"));
  const HsFrozen *frozen = name != NULL ? hs_manifest_find (manifest, name) : NULL;
  HsReady *ready;

  if (id == NULL)
    return NULL;
  if (!is_asked (id, closed))
    return make_line (id, HS_READY_NOT_ASKED, "not-asked");
  weigh (manifest, usb_mode, id, &state, &why);
  ready = make_line (id, state, why);
  if (g_str_equal (id, "repl") && !usb_mode)
    g_clear_pointer (&ready->example, g_free);
  if (frozen != NULL) {
    ready->file = hs_manifest_shorten (manifest, frozen->path);
    ready->line = hs_manifest_fact_number (fact, "line");
  }
  return ready;
}

/* A file of the application that python can't read: then nothing of it is known. */
static const char *
find_broken (JsonObject *facts, guint *line)
{
  JsonArray *files = hs_facts_array (facts, "files");

  for (guint i = 0; i < json_array_get_length (files); i++) {
    JsonObject *file = json_array_get_object_element (files, i);

    if (!json_object_get_null_member (file, "syntax")) {
      *line = hs_manifest_fact_number (json_object_get_object_member (file, "syntax"), "line");
      return hs_manifest_fact (file, "name");
    }
  }
  return NULL;
}

/* What was not found may stand in the file that could not be read. */
static void
doubt (HsManifest *manifest, GPtrArray *found, const char *name, guint line)
{
  const HsFrozen *frozen = hs_manifest_find (manifest, name);

  for (guint i = 0; i < found->len; i++) {
    HsReady *ready = g_ptr_array_index (found, i);

    if (ready->state != HS_READY_NOT_FOUND || frozen == NULL)
      continue;
    ready->state = HS_READY_UNKNOWN;
    g_free (ready->reason);
    ready->reason = g_strdup_printf (_ ("%s has a syntax error, so it could not be read."), name);
    g_free (ready->file);
    ready->file = hs_manifest_shorten (manifest, frozen->path);
    ready->line = line;
  }
}

GPtrArray *
hs_readiness_check (HsManifest *manifest,
                    HsTree *tree,
                    gboolean closed,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_ready_free);
  g_autoptr (JsonObject) facts = NULL;
  const char *broken;
  gboolean usb_mode;
  JsonArray *ready;
  guint line = 0;

  g_return_val_if_fail (HS_IS_MANIFEST (manifest) && HS_IS_TREE (tree), NULL);

  facts = hs_manifest_read_sources (manifest, TRUE, cancellable, error);
  if (facts == NULL)
    return NULL;
  ready = hs_facts_array (facts, "ready");
  usb_mode = has_usb_mode (manifest, tree);
  for (guint i = 0; i < json_array_get_length (ready); i++) {
    HsReady *made =
        read_line (manifest, json_array_get_object_element (ready, i), closed, usb_mode);

    if (made != NULL)
      g_ptr_array_add (found, made);
  }
  broken = find_broken (facts, &line);
  if (broken != NULL)
    doubt (manifest, found, broken, line);
  return g_steal_pointer (&found);
}

JsonArray *
hs_readiness_to_json (GPtrArray *ready)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < ready->len; i++) {
    const HsReady *line = g_ptr_array_index (ready, i);
    JsonObject *object = json_object_new ();

    hs_json_set_string (object, "id", line->id);
    hs_json_set_string (object, "state", states[line->state]);
    hs_json_set_string (object, "title", line->title);
    hs_json_set_string (object, "file", line->file);
    json_object_set_int_member (object, "line", line->line);
    hs_json_set_string (object, "reason", line->reason);
    hs_json_set_string (object, "example", line->example);
    json_array_add_object_element (array, object);
  }
  return array;
}
