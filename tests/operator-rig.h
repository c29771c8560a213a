/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/import.h"
#include "app/operator-private.h"
#include "app/release.h"
#include "flash/sim/sample-image.h"
#include "store/catalog-numbers.h"
#include "tests/catalog-fixture.h"

/* A session with simulated cameras in virtual time and small builds for them, without a window. */

typedef struct {
  char *folder;
  HsSession *session;
  HsCatalog *catalog; /* borrowed from the session */
  HsSimBus *bus;      /* the same */
} OperatorRig;

#define RIG_NUMBER "5.0.0"
#define RIG_KIB    1024u

static inline void
operator_rig_set_up (OperatorRig *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *catalog = NULL;
  g_autofree char *cameras = NULL;
  HsSessionOptions options = { .simulate = data,
                               .simulate_fast = TRUE,
                               .operator_name = "operator 1" };

  self->folder = g_dir_make_tmp ("hotshoe-operator-XXXXXX", NULL);
  catalog = g_build_filename (self->folder, "catalog.db", NULL);
  cameras = g_build_filename (self->folder, "cameras", NULL);
  options.catalog = catalog;
  options.simulate_dir = cameras;
  self->session = hs_session_new (&options, &error);
  g_assert_no_error (error);
  self->catalog = hs_session_get_catalog (self->session);
  self->bus = hs_session_get_sim_bus (self->session);
}

static inline void
operator_rig_tear_down (OperatorRig *self, gconstpointer data)
{
  hs_session_drain (self->session);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&self->session);
  remove_tree (self->folder);
  g_clear_pointer (&self->folder, g_free);
}

static inline HsBuild *
operator_rig_import (OperatorRig *self, const char *board_id, guint seed)
{
  const HsBoard *board = hs_board_by_id (board_id);
  g_autoptr (HsImport) files = hs_import_new (self->catalog);
  g_autoptr (GBytes) firmware = hs_sample_firmware (
      board, HS_ROLE_FIRMWARE, "v" RIG_NUMBER, RIG_NUMBER, seed, 200 * RIG_KIB + 77);
  g_autoptr (GBytes) romfs = hs_sample_romfs (seed, 40 * RIG_KIB + 8);
  gboolean two = hs_board_find (board, HS_ROLE_FIRMWARE_HE) != NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GError) error = NULL;
  HsBuild *build;

  hs_import_set_detail (files, "number", RIG_NUMBER);
  hs_import_add_bytes (files, two ? "firmware_M55_HP.bin" : "firmware.bin", firmware, &error);
  g_assert_no_error (error);
  if (two) {
    second = hs_sample_firmware (
        board, HS_ROLE_FIRMWARE_HE, "v" RIG_NUMBER, RIG_NUMBER, seed + 1, 100 * RIG_KIB);
    hs_import_add_bytes (files, "firmware_M55_HE.bin", second, &error);
    g_assert_no_error (error);
  }
  hs_import_add_bytes (files, "romfs0.img", romfs, &error);
  g_assert_no_error (error);
  build = hs_import_finish (files, board_id, NULL, &error);
  g_assert_no_error (error);
  return build;
}

/* A recipe for the board; the caller may change it before operator_rig_lock(). */
static inline HsRecipe *
operator_rig_recipe (OperatorRig *self, const char *board)
{
  static const char *const codes[] = {
    "debug-build", "profile-build", "dirty-tree", "unknown-origin", "empty-romfs",
  };
  HsRecipe *recipe = hs_recipe_new ();
  g_autoptr (HsBuild) build = operator_rig_import (self, board, 500);

  hs_recipe_take_build (recipe, build, 0);
  g_free (recipe->name);
  recipe->name = g_strdup ("gate-counter");
  g_free (recipe->version);
  recipe->version = g_strdup ("1.4.2");
  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    g_hash_table_insert (recipe->reasons, g_strdup (codes[i]), g_strdup ("for a test"));
  return recipe;
}

static inline void
operator_rig_number (HsRecipe *recipe, HsNumberRule rule)
{
  recipe->rule = rule;
  if (rule != HS_NUMBER_COUNTER && rule != HS_NUMBER_SCAN)
    return;

  g_free (recipe->prefix);
  recipe->prefix = g_strdup ("GATE-");
  if (rule == HS_NUMBER_SCAN)
    return;
  recipe->digits = 4;
  recipe->first = 1;
  recipe->last = 9999;
}

/* @recipe: (transfer full); the locked id, (transfer full) */
static inline char *
operator_rig_lock (OperatorRig *self, HsRecipe *recipe)
{
  g_autoptr (HsRecipe) owned = recipe;
  g_autoptr (GError) error = NULL;
  g_autofree char *draft = hs_release_save_draft (self->catalog, NULL, owned, &error);
  char *id;

  g_assert_no_error (error);
  id = hs_release_lock (self->catalog, draft, &error);
  g_assert_no_error (error);
  if (owned->rule == HS_NUMBER_COUNTER || owned->rule == HS_NUMBER_LIST) {
    hs_catalog_take_lease (self->catalog, "gate-counter", 1, 9999, id, NULL, NULL, &error);
    g_assert_no_error (error);
  }
  return id;
}

static inline gboolean
time_is_up (gint64 end)
{
  if (g_get_monotonic_time () > end)
    return TRUE;
  g_main_context_iteration (NULL, FALSE);
  g_usleep (500);
  return FALSE;
}

static inline HsTile *
tile_on (HsOperator *bench, const char *port)
{
  for (guint i = 0; i < g_list_model_get_n_items (hs_operator_get_tiles (bench)); i++) {
    HsTile *tile = hs_operator_nth_tile (bench, i);

    if (g_str_equal (hs_slot_get_port (hs_tile_get_slot (tile)), port))
      return tile;
  }
  return NULL;
}

/* Until the slot's tile is so, and nothing runs. */
static inline HsTile *
wait_for_tile (HsOperator *bench, const char *port, HsTileState state)
{
  gint64 end = g_get_monotonic_time () + 30 * G_TIME_SPAN_SECOND;
  HsTile *tile;

  while ((tile = tile_on (bench, port)) == NULL || hs_tile_get_state (tile) != state)
    if (time_is_up (end)) {
      g_autofree char *word = tile != NULL ? hs_tile_dup_word (tile) : NULL;
      g_autofree char *why = tile != NULL ? hs_tile_dup_why (tile) : NULL;

      g_error ("slot %s says: %s (%s)", port, word, why);
    }
  return tile;
}

static inline void
wait_for_counts (HsOperator *bench, guint passed, guint failed)
{
  gint64 end = g_get_monotonic_time () + 10 * G_TIME_SPAN_SECOND;
  HsOperatorCounts counts;

  do
    hs_operator_get_counts (bench, &counts);
  while ((counts.passed != passed || counts.failed != failed) && !time_is_up (end));
  g_assert_cmpuint (counts.passed, ==, passed);
  g_assert_cmpuint (counts.failed, ==, failed);
}

/* Pulled by hand, plugged in again, once the bench has seen it gone. */
static inline void
replug (OperatorRig *self, guint n)
{
  hs_sim_bus_unplug (self->bus, n);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  hs_sim_bus_plug (self->bus, n);
}
