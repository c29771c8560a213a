/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/offer.h"

#include "app/recipe.h"
#include "store/catalog-releases.h"
#include "ui/format.h"
#include "ui/release-words.h"

static void
offer_free (gpointer data)
{
  HsOffer *self = data;

  g_clear_object (&self->build);
  g_clear_object (&self->release);
  g_clear_pointer (&self->builds, g_ptr_array_unref);
  g_free (self);
}

/* NULL: its recipe or one of its builds can't be read, so it can't be flashed from here. */
static GPtrArray *
read_builds (HsCatalog *catalog, HsRelease *release)
{
  g_autoptr (HsRecipe) recipe = hs_recipe_parse (hs_release_get_recipe (release), NULL);
  g_autoptr (GPtrArray) builds = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; recipe != NULL && i < recipe->boards->len; i++) {
    const HsRecipeBoard *board = g_ptr_array_index (recipe->boards, i);
    HsBuild *build = hs_catalog_get_build (catalog, board->build, NULL);

    if (build == NULL)
      return NULL;
    g_ptr_array_add (builds, build);
  }
  return builds->len > 0 ? g_steal_pointer (&builds) : NULL;
}

static void
add_releases (GPtrArray *offers, HsCatalog *catalog, GPtrArray *ids, GCancellable *cancellable)
{
  for (guint i = 0; i < ids->len && !g_cancellable_is_cancelled (cancellable); i++) {
    g_autoptr (HsRelease) release =
        hs_catalog_get_release (catalog, g_ptr_array_index (ids, i), NULL);
    gboolean locked = release != NULL && g_strcmp0 (hs_release_get_state (release), "locked") == 0;
    GPtrArray *builds = locked ? read_builds (catalog, release) : NULL;
    HsOffer *offer;

    if (builds == NULL)
      continue;
    offer = g_new0 (HsOffer, 1);
    offer->release = g_steal_pointer (&release);
    offer->builds = builds;
    g_ptr_array_add (offers, offer);
  }
}

static void
add_builds (GPtrArray *offers, HsCatalog *catalog, GPtrArray *ids, GCancellable *cancellable)
{
  for (guint i = 0; i < ids->len && !g_cancellable_is_cancelled (cancellable); i++) {
    HsBuild *build = hs_catalog_get_build (catalog, g_ptr_array_index (ids, i), NULL);
    HsOffer *offer;

    if (build == NULL)
      continue;
    offer = g_new0 (HsOffer, 1);
    offer->build = build;
    g_ptr_array_add (offers, offer);
  }
}

GPtrArray *
hs_offers_read (HsCatalog *catalog,
                const char *query,
                guint limit,
                GCancellable *cancellable,
                GError **error)
{
  g_autoptr (GPtrArray) releases = hs_catalog_list_releases (catalog, query, limit, NULL, error);
  g_autoptr (GPtrArray) builds =
      releases != NULL ? hs_catalog_list_builds (catalog, query, limit, NULL, error) : NULL;
  GPtrArray *offers;

  if (builds == NULL)
    return NULL;

  offers = g_ptr_array_new_with_free_func (offer_free);
  add_releases (offers, catalog, releases, cancellable);
  add_builds (offers, catalog, builds, cancellable);
  return offers;
}

/* Whether it has something for the board with the id @board. */
gboolean
hs_offer_fits (const HsOffer *self, const char *board)
{
  if (self->build != NULL)
    return g_strcmp0 (hs_build_get_board (self->build), board) == 0;

  for (guint i = 0; i < self->builds->len; i++)
    if (g_strcmp0 (hs_build_get_board (g_ptr_array_index (self->builds, i)), board) == 0)
      return TRUE;
  return FALSE;
}

char *
hs_offer_dup_title (const HsOffer *self)
{
  return self->release != NULL ? hs_release_dup_title (self->release)
                               : g_strdup (hs_build_get_name (self->build));
}

/* "OpenMV Cam H7, OpenMV N6" */
char *
hs_offer_dup_boards (const HsOffer *self)
{
  GString *names;

  if (self->build != NULL)
    return g_strdup (hs_format_board_name (hs_build_get_board (self->build)));

  names = g_string_new (NULL);
  for (guint i = 0; i < self->builds->len; i++)
    g_string_append_printf (
        names,
        "%s%s",
        i > 0 ? ", " : "",
        hs_format_board_name (hs_build_get_board (g_ptr_array_index (self->builds, i))));
  return g_string_free (names, FALSE);
}

gboolean
hs_offer_is_loaded (const HsOffer *self, HsSession *session)
{
  HsRelease *release = hs_session_get_release (session);
  HsBuild *build = hs_session_get_loaded (session);

  if (self->release != NULL)
    return release != NULL &&
           g_strcmp0 (hs_release_get_id (release), hs_release_get_id (self->release)) == 0;
  return release == NULL && build != NULL &&
         g_strcmp0 (hs_build_get_id (build), hs_build_get_id (self->build)) == 0;
}

void
hs_offer_load (const HsOffer *self, HsSession *session)
{
  if (self->release != NULL)
    hs_session_set_release (session, self->release, self->builds);
  else
    hs_session_set_loaded (session, self->build);
}
