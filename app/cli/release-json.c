/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/release-json.h"

#include "app/cli/unit-json.h"
#include "app/explain.h"
#include "app/run-json.h"
#include "store/catalog-numbers.h"

#include <glib/gi18n-lib.h>

static JsonArray *
boards_to_json (HsRelease *release)
{
  g_autoptr (HsRecipe) recipe = hs_recipe_parse (hs_release_get_recipe (release), NULL);
  JsonArray *array = json_array_new ();

  for (guint i = 0; recipe != NULL && i < recipe->boards->len; i++) {
    const HsRecipeBoard *board = g_ptr_array_index (recipe->boards, i);

    json_array_add_string_element (array, board->board);
  }
  return array;
}

static JsonArray *
artifacts_to_json (HsRelease *release)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < hs_release_get_n_artifacts (release); i++) {
    const HsReleaseArtifact *artifact = hs_release_get_artifact (release, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "board", artifact->board);
    json_object_set_string_member (object, "role", artifact->role);
    json_object_set_string_member (object, "sha256", artifact->sha256);
    json_object_set_string_member (object, "build", artifact->build);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
signatures_to_json (HsRelease *release)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < hs_release_get_n_signatures (release); i++) {
    const HsSignature *signature = hs_release_get_signature (release, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "key", signature->key);
    hs_json_set_string (object, "name", signature->key_name);
    json_object_set_boolean_member (object, "trusted", signature->trusted);
    json_object_set_string_member (object, "signature", signature->signature);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
batches_to_json (GPtrArray *batches)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; batches != NULL && i < batches->len; i++) {
    const HsBatch *batch = g_ptr_array_index (batches, i);
    JsonObject *object = json_object_new ();
    g_autofree char *opened = hs_time_to_text (batch->opened);
    g_autofree char *closed = hs_time_to_text (batch->closed);

    json_object_set_string_member (object, "id", batch->id);
    hs_json_set_string (object, "name", batch->name);
    json_object_set_int_member (object, "quantity", batch->quantity);
    hs_json_set_string (object, "opened", opened);
    hs_json_set_string (object, "closed", closed);
    json_object_set_int_member (object, "passed", batch->n_passed);
    json_object_set_int_member (object, "failed", batch->n_failed);
    json_object_set_int_member (object, "unproven", batch->n_unproven);
    json_object_set_int_member (object, "refused", batch->n_refused);
    json_object_set_int_member (object, "already", batch->n_already);
    json_array_add_object_element (array, object);
  }
  return array;
}

JsonArray *
hs_leases_to_json (GPtrArray *leases)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; leases != NULL && i < leases->len; i++) {
    const HsLease *lease = g_ptr_array_index (leases, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "id", lease->id);
    json_object_set_string_member (object, "series", lease->series);
    json_object_set_int_member (object, "first", lease->first);
    json_object_set_int_member (object, "last", lease->last);
    json_object_set_string_member (object, "state", lease->state);
    json_object_set_boolean_member (object, "ours", lease->ours);
    hs_json_set_string (object, "to", lease->to);
    json_object_set_int_member (object, "used", lease->n_used);
    json_array_add_object_element (array, object);
  }
  return array;
}

JsonArray *
hs_release_findings_to_json (GPtrArray *findings)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < findings->len; i++) {
    const HsReleaseFinding *finding = g_ptr_array_index (findings, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "code", finding->code);
    hs_json_set_string (object, "board", finding->board);
    json_object_set_string_member (object, "text", finding->text);
    json_object_set_boolean_member (object, "blocks", finding->blocks);
    hs_json_set_string (object, "reason", finding->reason);
    json_array_add_object_element (array, object);
  }
  return array;
}

static void
add_whole (JsonObject *object, HsCatalog *catalog, HsRelease *release)
{
  const char *id = hs_release_get_id (release);
  const char *text = hs_release_get_recipe (release);
  g_autoptr (JsonNode) recipe_node = json_from_string (text, NULL);
  g_autoptr (HsRecipe) recipe = hs_recipe_parse (text, NULL);
  g_autoptr (GPtrArray) batches = hs_catalog_list_batches (catalog, id, NULL);
  g_autoptr (GPtrArray) leases =
      recipe != NULL ? hs_catalog_list_leases (catalog, recipe->series, NULL) : NULL;

  if (recipe_node != NULL)
    json_object_set_member (object, "recipe", g_steal_pointer (&recipe_node));
  json_object_set_array_member (object, "artifacts", artifacts_to_json (release));
  json_object_set_array_member (object, "signatures", signatures_to_json (release));
  json_object_set_array_member (object, "batches", batches_to_json (batches));
  json_object_set_array_member (object, "leases", hs_leases_to_json (leases));
}

JsonObject *
hs_release_to_json (HsCatalog *catalog, HsRelease *release, gboolean whole)
{
  JsonObject *object = json_object_new ();
  g_autofree char *time = hs_time_to_text (hs_release_get_time (release));

  json_object_set_string_member (object, "id", hs_release_get_id (release));
  json_object_set_string_member (object, "name", hs_release_get_name (release));
  json_object_set_string_member (object, "version", hs_release_get_version (release));
  json_object_set_string_member (object, "state", hs_release_get_state (release));
  hs_json_set_string (object, "reason", hs_release_get_reason (release));
  hs_json_set_string (object, "supersedes", hs_release_get_supersedes (release));
  hs_json_set_string (object, "origin", hs_release_get_origin (release));
  hs_json_set_string (object, "operator", hs_release_get_operator (release));
  hs_json_set_string (object, "time", time);
  json_object_set_int_member (object, "units", hs_release_get_n_units (release));
  json_object_set_boolean_member (object, "trusted", hs_release_is_trusted (release));
  json_object_set_array_member (object, "boards", boards_to_json (release));
  if (whole)
    add_whole (object, catalog, release);
  return object;
}

/* --- for people --- */

void
hs_cli_print_findings (HsCli *cli, GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++) {
    const HsReleaseFinding *finding = g_ptr_array_index (findings, i);

    if (finding->blocks)
      hs_cli_print (cli, _ ("  stands against it: %s (%s)"), finding->text, finding->code);
    else if (finding->reason == NULL)
      hs_cli_print (
          cli, _ ("  needs a reason: %s (--reason %s=TEXT)"), finding->text, finding->code);
    else
      hs_cli_print (cli, _ ("  allowed: %s Reason: %s"), finding->text, finding->reason);
  }
}

static const char *
describe_lease (const HsLease *lease)
{
  if (g_strcmp0 (lease->state, "given") == 0)
    return _ ("given away");
  if (g_strcmp0 (lease->state, "replaced") == 0)
    return _ ("replaced");
  return lease->ours ? _ ("ours") : _ ("of another bench");
}

void
hs_cli_print_leases (HsCli *cli, GPtrArray *leases)
{
  for (guint i = 0; leases != NULL && i < leases->len; i++) {
    const HsLease *lease = g_ptr_array_index (leases, i);

    hs_cli_print (cli,
                  _ ("  numbers %ld to %ld: %s, %lu used"),
                  (glong) lease->first,
                  (glong) lease->last,
                  describe_lease (lease),
                  (gulong) lease->n_used);
  }
}

static void
print_board (HsCli *cli, const HsRecipeBoard *board)
{
  hs_cli_print (cli, "  %s: %s (%.12s)", board->board, board->build_name, board->build);
  for (guint i = 0; i < board->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (board->artifacts, i);
    g_autofree char *size = hs_format_size (artifact->size);

    hs_cli_print (
        cli, "    %-12s %-22s %-9s %.12s", artifact->role, artifact->file, size, artifact->sha256);
  }
}

static void
print_recipe (HsCli *cli, const HsRecipe *recipe)
{
  for (guint i = 0; i < recipe->boards->len; i++)
    print_board (cli, g_ptr_array_index (recipe->boards, i));
  for (guint i = 0; i < recipe->files->len; i++) {
    const HsRecipeFile *file = g_ptr_array_index (recipe->files, i);

    hs_cli_print (
        cli, _ ("  file for each unit: %s (%s)"), file->path, hs_file_source_name (file->source));
  }
  if (recipe->erase_filesystem)
    hs_cli_print (cli, _ ("  The filesystem is erased."));
  hs_cli_print (cli,
                _ ("  version by: %s"),
                recipe->confirm_none ? "none" : hs_version_kind_name (recipe->confirm));
  if (recipe->rule != HS_NUMBER_NONE)
    hs_cli_print (
        cli, _ ("  product numbers: %s, %s"), hs_number_rule_name (recipe->rule), recipe->series);
  if (recipe->allow_unproven)
    hs_cli_print (cli, _ ("  Unproven units count as done, never as passed."));
  if (recipe->notes != NULL)
    hs_cli_print (cli, "  %s", recipe->notes);
}

static void
print_signatures (HsCli *cli, HsRelease *release)
{
  for (guint i = 0; i < hs_release_get_n_signatures (release); i++) {
    const HsSignature *signature = hs_release_get_signature (release, i);

    hs_cli_print (cli,
                  signature->trusted ? _ ("  signed by %s (%.16s…), trusted here")
                                     : _ ("  signed by %s (%.16s…), not trusted here"),
                  signature->key_name != NULL ? signature->key_name : "?",
                  signature->key);
  }
}

static void
print_batches (HsCli *cli, HsCatalog *catalog, const char *release)
{
  g_autoptr (GPtrArray) batches = hs_catalog_list_batches (catalog, release, NULL);

  for (guint i = 0; batches != NULL && i < batches->len; i++) {
    const HsBatch *batch = g_ptr_array_index (batches, i);

    hs_cli_print (cli,
                  _ ("  batch %.8s: %u passed, %u failed, %u unproven, of %u%s"),
                  batch->id,
                  batch->n_passed,
                  batch->n_failed,
                  batch->n_unproven,
                  batch->quantity,
                  batch->closed == 0 ? _ (", open") : "");
  }
}

void
hs_cli_print_release (HsCli *cli, HsCatalog *catalog, HsRelease *release)
{
  g_autoptr (HsRecipe) recipe = hs_recipe_parse (hs_release_get_recipe (release), NULL);
  g_autoptr (GPtrArray) leases = NULL;
  guint n = hs_release_get_n_units (release);

  hs_cli_print (cli,
                "%s %s: %s",
                hs_release_get_name (release),
                hs_release_get_version (release),
                hs_release_get_state (release));
  hs_cli_print (cli, "  %s", hs_release_get_id (release));
  if (hs_release_get_reason (release) != NULL)
    hs_cli_print (cli, _ ("  withdrawn: %s"), hs_release_get_reason (release));
  if (hs_release_get_supersedes (release) != NULL)
    hs_cli_print (cli, _ ("  supersedes %.12s"), hs_release_get_supersedes (release));
  if (recipe != NULL)
    print_recipe (cli, recipe);
  print_signatures (cli, release);
  hs_cli_print (cli, ngettext ("  %u unit carries it", "  %u units carry it", n), n);
  print_batches (cli, catalog, hs_release_get_id (release));
  if (recipe != NULL && recipe->rule != HS_NUMBER_NONE)
    leases = hs_catalog_list_leases (catalog, recipe->series, NULL);
  hs_cli_print_leases (cli, leases);
}
