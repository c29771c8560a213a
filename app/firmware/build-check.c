/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/build-commands.h"
#include "app/firmware/build-work.h"
#include "app/firmware/sdk.h"
#include "app/firmware/tree-edit.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The problem that a need becomes, if it is not met. */
static const struct {
  const char *id; /* or its front, up to the colon */
  const char *missing;
  const char *other;
} codes[] = {
  { "sdk", "no-sdk", "other-sdk" },
  { "make", "no-make", "no-make" },
  { "compiler", "no-compiler", "old-compiler" },
  { "python3", "no-python", "no-python" },
  { "submodule:", "no-submodule", "no-submodule" },
  { "engine", "no-engine", "engine-failed" },
  { "clang", "no-compiler", "old-compiler" },
  { "vela", "no-converter", "no-converter" },
  { "stedgeai", "no-converter", "no-converter" },
};

static const char *
find_code (const HsNeed *need)
{
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_str_has_prefix (need->id, codes[i].id))
      return need->state == HS_NEED_MISSING ? codes[i].missing : codes[i].other;
  return "other";
}

gboolean
hs_build_need_blocks (HsBuildEngine engine, const HsNeed *need)
{
  if (need->state == HS_NEED_MET || !need->blocks || strcmp (need->id, "mpy-cross") == 0)
    return FALSE;
  if (engine == HS_ENGINE_NATIVE)
    return strcmp (need->id, "engine") != 0;
  return strcmp (need->id, "sdk") == 0 || strcmp (need->id, "make") == 0;
}

static const char *
need_name (const HsNeed *need)
{
  if (g_str_has_prefix (need->id, "submodule:"))
    return need->id + strlen ("submodule:");
  if (need->state == HS_NEED_MISSING)
    return strcmp (need->id, "compiler") == 0 ? "arm-none-eabi-gcc" : need->id;
  return need->found;
}

static gboolean
fail_need (HsBuildWork *self, const HsNeed *need)
{
  hs_build_work_say (self, need->text);
  hs_build_work_fail (self,
                      find_code (need),
                      need_name (need),
                      strcmp (find_code (need), "other") == 0 ? need->text : need->wanted);
  if (need->command != NULL) {
    g_free (self->problem->command);
    self->problem->command = g_strdup (need->command);
  }
  return FALSE;
}

static gboolean
check_needs (HsBuildWork *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) needs =
      hs_sdk_check (self->tree, self->request.target, self->sdk_dir, &error);
  const HsNeed *compiler;

  if (needs == NULL)
    return hs_build_work_fail (self, "other", NULL, error->message);

  compiler = hs_sdk_find (needs, "compiler");
  if (compiler != NULL && self->request.engine == HS_ENGINE_NATIVE)
    self->compiler = g_strdup (compiler->found);
  if (hs_sdk_find (needs, "sdk") != NULL)
    self->sdk_version = g_strdup (hs_sdk_find (needs, "sdk")->found);
  for (guint i = 0; i < needs->len; i++) {
    const HsNeed *need = g_ptr_array_index (needs, i);

    if (hs_build_need_blocks (self->request.engine, need))
      return fail_need (self, need);
  }
  return TRUE;
}

static gboolean
check_board (HsBuildWork *self)
{
  const HsBuildRequest *request = &self->request;

  if (request->target == NULL || *request->target == '\0')
    return hs_build_work_fail (self, "no-target", NULL, NULL);
  self->board = hs_tree_find_board (self->tree, request->target);
  if (self->board == NULL)
    return hs_build_work_fail (self, "unknown-target", request->target, NULL);
  if (self->board->refused == NULL)
    return TRUE;

  hs_build_work_say (self, self->board->refused);
  hs_build_work_fail (self, "unsupported-target", request->target, NULL);
  g_free (self->problem->text);
  self->problem->text = g_strdup (self->board->refused);
  return FALSE;
}

static gboolean
check_options (HsBuildWork *self)
{
  for (guint i = 0; self->request.options != NULL && self->request.options[i] != NULL; i++) {
    g_autoptr (GError) error = NULL;

    if (!hs_build_option_check (self->request.options[i], &error))
      return hs_build_work_fail (self, "other", NULL, error->message);
  }
  return TRUE;
}

static gboolean
open_tree (HsBuildWork *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->tree);
  self->tree = hs_tree_new (self->request.tree, self->cancellable, &error);
  if (self->tree != NULL)
    return TRUE;
  return hs_build_work_is_cancelled (self)
             ? FALSE
             : hs_build_work_fail (self, "other", NULL, error->message);
}

/* Half an edit is nothing that anybody meant. */
static gboolean
finish_edits (HsBuildWork *self)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (!hs_tree_edits_recover (hs_tree_get_root (self->tree), &n, &error))
    return hs_build_work_fail (self, "other", NULL, error->message);
  if (n == 0)
    return TRUE;
  hs_build_work_say (self, _ ("An edit of this tree that broke off was taken back."));
  return open_tree (self);
}

/* make takes what follows a space for the next word; neither the tree's makefiles nor the SDK's
 * programs get along with that. */
static gboolean
check_paths (HsBuildWork *self)
{
  const char *const paths[] = { hs_tree_get_root (self->tree), self->sdk_dir };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    if (paths[i] != NULL && strpbrk (paths[i], " \t") != NULL)
      return hs_build_work_fail (self, "space-in-path", paths[i], NULL);
  return TRUE;
}

/* Fails before make does, with the same words. */
gboolean
hs_build_work_check (HsBuildWork *self)
{
  return check_options (self) && open_tree (self) && finish_edits (self) && check_board (self) &&
         check_paths (self) && check_needs (self) &&
         (self->request.engine == HS_ENGINE_NATIVE || hs_build_docker_check (self));
}
