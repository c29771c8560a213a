/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/unit-life.h"

#include "app/explain.h"
#include "app/recipe.h"
#include "store/catalog-releases.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void say (GPtrArray *sentences, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
say (GPtrArray *sentences, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  /* A role's name is lower-case within a sentence. */
  *text = g_ascii_toupper (*text);
  g_ptr_array_add (sentences, g_steal_pointer (&text));
}

static char *
name_of (HsRelease *release)
{
  return g_strdup_printf ("%s %s", hs_release_get_name (release), hs_release_get_version (release));
}

/* What would stop it before anything is written. */
static void
say_obstacles (GPtrArray *sentences, HsUnit *unit, HsRelease *release)
{
  g_autofree char *name = name_of (release);
  const char *who = hs_unit_get_party_name (unit);

  if (g_str_equal (hs_unit_get_state (unit), "scrapped"))
    say (sentences, _ ("The unit is scrap: it is never flashed."));
  else if (g_str_equal (hs_unit_get_state (unit), "shipped") && who != NULL && *who != '\0')
    say (sentences, _ ("The unit is with %s: its return has to be registered first."), who);
  else if (g_str_equal (hs_unit_get_state (unit), "shipped"))
    say (sentences, _ ("The unit is shipped: its return has to be registered first."));

  if (g_str_equal (hs_release_get_state (release), "withdrawn"))
    say (sentences, _ ("%s is withdrawn: it can't be run."), name);
  else if (g_str_equal (hs_release_get_state (release), "draft"))
    say (sentences, _ ("%s is a draft: it has to be locked first."), name);
}

static char *
name_build (HsCatalog *catalog, const char *id, const char *sha256)
{
  g_autoptr (HsBuild) build = id != NULL ? hs_catalog_get_build (catalog, id, NULL) : NULL;

  return build != NULL ? g_strdup (hs_build_get_name (build)) : g_strndup (sha256, 12);
}

static void
say_artifact (GPtrArray *sentences,
              HsCatalog *catalog,
              HsUnit *unit,
              const HsReleaseArtifact *artifact)
{
  const HsContent *content = hs_unit_find_content (unit, artifact->role);
  const char *role = hs_explain_role (hs_role_from_name (artifact->role));
  g_autofree char *after = name_build (catalog, artifact->build, artifact->sha256);
  g_autofree char *before = NULL;

  if (content == NULL) {
    say (sentences, _ ("%s was never read: %s would be written."), role, after);
    return;
  }
  if (content->sha256 == NULL || g_str_equal (content->state, "unknown")) {
    say (sentences, _ ("%s is not known any more: %s would be written in full."), role, after);
    return;
  }
  if (g_ascii_strcasecmp (content->sha256, artifact->sha256) == 0) {
    if (!g_str_equal (content->state, "verified"))
      say (sentences, _ ("%s was written, but not proven: it would be read back."), role);
    return;
  }
  before = name_build (catalog, content->build, content->sha256);
  if (g_str_equal (before, after))
    say (sentences,
         _ ("%s would change from %.12s to %.12s of %s."),
         role,
         content->sha256,
         artifact->sha256,
         after);
  else
    say (sentences, _ ("%s would change from %s to %s."), role, before, after);
}

/* What only the recipe's text tells. */
static void
say_recipe (GPtrArray *sentences, HsUnit *unit, const HsRecipe *recipe)
{
  const HsRecipeBoard *board = hs_recipe_find_board (recipe, hs_unit_get_board (unit));
  const char *reported = hs_unit_get_last_version (unit);
  const char *text = board != NULL ? board->version : NULL;
  const char *number = board != NULL ? board->number : NULL;
  const char *expected = text != NULL ? text : number;

  if (recipe->erase_filesystem)
    say (sentences, _ ("Its filesystem would be erased."));
  /* Which of the two it reports depends on how it was asked. */
  if (expected != NULL && reported != NULL && g_strcmp0 (reported, text) != 0 &&
      g_strcmp0 (reported, number) != 0)
    say (sentences, _ ("It reported version %s; it would have to report %s."), reported, expected);
  if (recipe->rule != HS_NUMBER_NONE && hs_unit_get_serial (unit) == NULL)
    say (sentences, _ ("It has no product serial; it would get one."));
  if (recipe->files->len > 0)
    say (sentences,
         ngettext ("%u file of its own would be written to its drive.",
                   "%u files of its own would be written to its drive.",
                   recipe->files->len),
         recipe->files->len);
}

/**
 * hs_unit_compare_release:
 * @catalog: a catalog
 * @unit: key
 * @release: id
 * @error: a #HsStoreError, %HS_APP_ERROR_BAD_RECIPE
 *
 * What running @release would change on @unit, and what stands in the way, as far as the catalog
 * knows what the unit holds. Blocks.
 *
 * Returns: (transfer container) (element-type utf8): sentences; empty: nothing
 */
GPtrArray *
hs_unit_compare_release (HsCatalog *catalog, const char *unit, const char *release, GError **error)
{
  g_autoptr (GPtrArray) sentences = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (HsUnit) known = hs_catalog_get_unit (catalog, unit, error);
  g_autoptr (HsRelease) wanted =
      known != NULL ? hs_catalog_get_release (catalog, release, error) : NULL;
  g_autoptr (HsRecipe) recipe =
      wanted != NULL ? hs_recipe_parse (hs_release_get_recipe (wanted), error) : NULL;
  const char *board;
  guint n = 0;

  if (recipe == NULL)
    return NULL;

  board = hs_unit_get_board (known);
  say_obstacles (sentences, known, wanted);
  for (guint i = 0; i < hs_release_get_n_artifacts (wanted); i++) {
    const HsReleaseArtifact *artifact = hs_release_get_artifact (wanted, i);

    if (!g_str_equal (artifact->board, board))
      continue;
    say_artifact (sentences, catalog, known, artifact);
    n++;
  }
  if (n == 0) {
    g_autofree char *name = name_of (wanted);

    say (sentences, _ ("%s has nothing for %s."), name, board);
    return g_steal_pointer (&sentences);
  }

  say_recipe (sentences, known, recipe);
  if (hs_unit_get_changed_outside (known))
    say (sentences, _ ("It was changed outside Hotshoe: only reading it tells what is there."));
  return g_steal_pointer (&sentences);
}
