/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/guide/guide-private.h"
#include "app/import.h"
#include "app/protection.h"
#include "app/recipe.h"

#include <glib/gi18n-lib.h>

/* What a step needs besides hands: files and programs of others, a confirmation, a choice. */

/* --- whose bootloader is written --- */

typedef struct {
  char *board;
  char *recipe; /* nullable */
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_free (search->board);
  g_free (search->recipe);
  g_free (search);
}

static gboolean
has_loader (HsBuild *build)
{
  return build != NULL && hs_build_find_artifact (build, hs_role_name (HS_ROLE_BOOTLOADER)) != NULL;
}

static HsBuild *
find_released (HsCatalog *catalog, const Search *search)
{
  g_autoptr (HsRecipe) recipe =
      search->recipe != NULL ? hs_recipe_parse (search->recipe, NULL) : NULL;
  const HsRecipeBoard *line = recipe != NULL ? hs_recipe_find_board (recipe, search->board) : NULL;

  return line != NULL ? hs_catalog_get_build (catalog, line->build, NULL) : NULL;
}

/* The release's own, else the newest for this board that has one. On the catalog's thread. */
static gpointer
search_cb (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Search *search = data;
  g_autoptr (HsBuild) released = find_released (catalog, search);
  g_autoptr (GPtrArray) ids = NULL;

  if (has_loader (released))
    return g_steal_pointer (&released);

  ids = hs_catalog_list_builds (catalog, NULL, 1000, NULL, error);
  for (guint i = 0; ids != NULL && i < ids->len; i++) {
    g_autoptr (HsBuild) build = hs_catalog_get_build (catalog, ids->pdata[i], NULL);

    if (build != NULL && g_strcmp0 (hs_build_get_board (build), search->board) == 0 &&
        has_loader (build))
      return g_steal_pointer (&build);
  }
  if (ids != NULL)
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_NO_BUILD,
                         _ ("No build in the catalog has a bootloader."));
  return NULL;
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsGuide) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBuild) build = hs_catalog_run_finish (HS_CATALOG (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->searching = FALSE;
  if (build != NULL)
    g_set_object (&self->loader_build, build);
  if (self->state != HS_GUIDE_WAITING)
    return;
  if (hs_guide_get_step (self)->wants != HS_GUIDE_WANTS_NOTHING)
    hs_guide_begin_step (self);
  else
    hs_guide_advance (self);
}

/* Looks in the catalog for one, if the build that was chosen has none. */
void
hs_guide_find_loader (HsGuide *self)
{
  Search *search;

  if (has_loader (self->options.build))
    return;

  search = g_new0 (Search, 1);
  search->board = g_strdup (self->board->id);
  if (self->options.release != NULL)
    search->recipe = g_strdup (hs_release_get_recipe (self->options.release));
  self->searching = TRUE;
  hs_catalog_run_async (hs_session_get_catalog (self->session),
                        search_cb,
                        search,
                        search_free,
                        g_object_unref,
                        self->cancellable,
                        searched_cb,
                        g_object_ref (self));
}

/* --- asking --- */

/* Simulated cameras take a loader that is made for them. */
static gboolean
brings_its_own (HsGuide *self, const HsGuideStep *step)
{
  return step->tool == HS_TOOL_RT1062_FLASHLOADER && hs_session_get_sim_bus (self->session) != NULL;
}

/* Whether @step's wish is fulfilled already. */
gboolean
hs_guide_has_what_it_wants (HsGuide *self, const HsGuideStep *step)
{
  g_autoptr (GFile) found = NULL;

  switch (step->wants) {
  case HS_GUIDE_WANTS_FILE:
    if (step->role != HS_ROLE_NONE)
      return self->loader_build != NULL &&
             hs_build_find_artifact (self->loader_build, hs_role_name (step->role)) != NULL;
    found = hs_tool_find (step->tool, NULL);
    return found != NULL || brings_its_own (self, step);
  case HS_GUIDE_WANTS_TOOL:
    found = hs_tool_find (step->tool, NULL);
    return found != NULL;
  case HS_GUIDE_WANTS_CONFIRMATION:
    return self->options.confirmed != NULL;
  case HS_GUIDE_WANTS_NOTHING:
  case HS_GUIDE_WANTS_CHOICE:
    break;
  }
  return step->wants == HS_GUIDE_WANTS_NOTHING;
}

/* Beside the bootloader that was chosen. */
static GFile *
find_table (HsGuide *self)
{
  g_autoptr (GFile) folder = self->given != NULL ? g_file_get_parent (self->given) : NULL;
  g_autoptr (GFile) file = folder != NULL ? g_file_get_child (folder, "firmware_pad.toc") : NULL;

  return file != NULL && g_file_query_exists (file, NULL) ? g_steal_pointer (&file) : NULL;
}

/* What a vendor's installation on this machine has. */
static GFile *
find_offer (HsGuide *self, const HsGuideStep *step)
{
  gboolean is_tool = step->role == HS_ROLE_NONE || step->tool != 0;

  if (step->wants == HS_GUIDE_WANTS_FILE && step->role == HS_ROLE_TOC)
    return find_table (self);
  return step->wants == HS_GUIDE_WANTS_FILE && is_tool ? hs_tool_find (step->tool, NULL) : NULL;
}

/* @question: (nullable): instead of the step's */
void
hs_guide_ask (HsGuide *self, HsGuideWant want, const char *question)
{
  self->state = HS_GUIDE_ASKING;
  self->want = want;
  g_free (self->question);
  self->question = g_strdup (question);
  g_clear_object (&self->offer);
  self->offer = find_offer (self, hs_guide_get_step (self));
  hs_guide_stop_waiting (self);
  hs_guide_changed (self);
}

HsGuideWant
hs_guide_get_want (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), HS_GUIDE_WANTS_NOTHING);

  return self->state == HS_GUIDE_ASKING ? self->want : HS_GUIDE_WANTS_NOTHING;
}

/* (transfer full) (nullable): what is wanted, and what will be lost */
char *
hs_guide_dup_question (HsGuide *self)
{
  const HsGuideStep *step;

  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  step = hs_guide_get_step (self);
  if (self->state != HS_GUIDE_ASKING)
    return NULL;
  if (self->question != NULL)
    return g_strdup (self->question);
  return g_strdup (step->question != NULL ? _ (step->question) : _ (step->sentence));
}

GFile *
hs_guide_get_offer (HsGuide *self)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  return self->state == HS_GUIDE_ASKING ? self->offer : NULL;
}

/* What was asked is answered: on with it. */
static void
go_on (HsGuide *self)
{
  const HsGuideStep *step = hs_guide_get_step (self);

  self->want = HS_GUIDE_WANTS_NOTHING;
  self->n_moves = 0;
  self->n_failures = 0;
  if (step->wants != HS_GUIDE_WANTS_NOTHING) {
    hs_guide_go (self, hs_guide_get_then (self, self->step));
    return;
  }
  /* The job of the step asked: it is begun again. */
  self->state = HS_GUIDE_WAITING;
  self->held = FALSE;
  hs_guide_changed (self);
  hs_guide_advance (self);
}

/* A boot table is added to the bootloader that is there already. */
static gboolean
add_loader (HsGuide *self, HsImport *files, HsRole role, GError **error)
{
  const HsArtifact *loader =
      has_loader (self->loader_build) && role != HS_ROLE_BOOTLOADER
          ? hs_build_find_artifact (self->loader_build, hs_role_name (HS_ROLE_BOOTLOADER))
          : NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (loader == NULL)
    return TRUE;
  bytes = hs_catalog_get_blob (hs_session_get_catalog (self->session), loader->sha256, error);
  return bytes != NULL && hs_import_add_bytes (files, loader->file, bytes, error);
}

static gboolean
import (HsGuide *self, GFile *file, HsRole role, GError **error)
{
  g_autoptr (HsImport) files = hs_import_new (hs_session_get_catalog (self->session));
  g_autoptr (HsBuild) build = NULL;

  if (g_file_peek_path (file) == NULL) {
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_NOTHING, _ ("Choose a file on this computer."));
    return FALSE;
  }
  if (add_loader (self, files, role, error) &&
      hs_import_add_path (files, g_file_peek_path (file), error))
    build = hs_import_finish (files, self->board->id, NULL, error);
  if (build == NULL)
    return FALSE;
  if (hs_build_find_artifact (build, hs_role_name (role)) == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NO_BUILD,
                 role == HS_ROLE_BOOTLOADER ? _ ("%s is no bootloader of %s.")
                                            : _ ("%s is not what is needed for %s."),
                 g_file_peek_path (file),
                 _ (self->board->name));
    return FALSE;
  }
  g_set_object (&self->loader_build, build);
  g_set_object (&self->given, file);
  return TRUE;
}

/**
 * hs_guide_give_file:
 * @self: a guide that wants a file or a program
 * @file: that
 * @error: a sentence, if it is not what is wanted
 *
 * It is kept: as an artifact of the catalog, or as a setting. Blocks on files.
 */
gboolean
hs_guide_give_file (HsGuide *self, GFile *file, GError **error)
{
  const HsGuideStep *step;

  g_return_val_if_fail (HS_IS_GUIDE (self), FALSE);
  g_return_val_if_fail (self->state == HS_GUIDE_ASKING, FALSE);

  step = hs_guide_get_step (self);
  if (step->role != HS_ROLE_NONE ? !import (self, file, step->role, error)
                                 : !hs_tool_choose (step->tool, file, error))
    return FALSE;
  go_on (self);
  return TRUE;
}

/* --- what can't be undone --- */

/* (nullable): key of the unit that it is about, as far as somebody said so or the port's last one
 * tells */
const char *
hs_guide_get_unit (HsGuide *self)
{
  HsSlot *slot = self->port != NULL ? hs_session_find_slot (self->session, self->port) : NULL;
  HsUnit *unit = slot != NULL ? hs_slot_get_unit (slot) : NULL;

  if (self->options.unit != NULL)
    return self->options.unit;
  return unit != NULL ? hs_unit_get_id (unit) : NULL;
}

/**
 * hs_guide_get_ending:
 * @self: a guide
 *
 * Blocks on the catalog the first time.
 *
 * Returns: what has to be typed: the ending of the unit's id, or, if it is not known, the name of
 *   its board
 */
const char *
hs_guide_get_ending (HsGuide *self)
{
  const char *unit;

  g_return_val_if_fail (HS_IS_GUIDE (self), NULL);

  unit = hs_guide_get_unit (self);
  if (self->ending == NULL && unit != NULL)
    self->ending = hs_protection_make_ending (hs_session_get_catalog (self->session), unit, NULL);
  return self->ending != NULL ? self->ending : self->board->id;
}

/* A unit that is not known has no id of which an ending could be typed. */
static gboolean
names_board (HsGuide *self, const char *typed, GError **error)
{
  if (g_ascii_strcasecmp (typed, self->board->id) == 0 ||
      g_strcmp0 (typed, _ (self->board->name)) == 0)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NOT_CONFIRMED,
               _ ("Type %s to confirm it."),
               self->board->id);
  return FALSE;
}

/**
 * hs_guide_confirm:
 * @self: a guide that wants a confirmation
 * @typed: what was typed
 * @spare: "I have a spare"
 * @error: %HS_APP_ERROR_NOT_CONFIRMED with a sentence
 */
gboolean
hs_guide_confirm (HsGuide *self, const char *typed, gboolean spare, GError **error)
{
  g_return_val_if_fail (HS_IS_GUIDE (self), FALSE);
  g_return_val_if_fail (self->state == HS_GUIDE_ASKING, FALSE);

  hs_guide_get_ending (self);
  if (self->ending != NULL ? !hs_protection_check_ending (self->ending, typed, error)
                           : !names_board (self, typed, error))
    return FALSE;
  if (!spare) {
    g_set_error_literal (
        error,
        HS_APP_ERROR,
        HS_APP_ERROR_NOT_CONFIRMED,
        _ ("It has never been tried on a real camera: say that you have a spare."));
    return FALSE;
  }
  g_free (self->options.confirmed);
  self->options.confirmed = g_strdup (typed);
  self->options.spare = TRUE;
  go_on (self);
  return TRUE;
}
