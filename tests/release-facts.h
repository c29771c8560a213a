/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tests/catalog-fixture.h"

#include "store/catalog-numbers.h"
#include "store/catalog-releases.h"
#include "store/catalog-units.h"
#include "store/payload.h"

/* Facts about releases, numbers and shipments, as the rest of the program writes them. */

#define SERIES "gate-counter"

static inline char *
make_recipe (const char *version, const char *sha256)
{
  return g_strdup_printf (
      "{\"boards\":[{\"artifacts\":[{\"file\":\"firmware.bin\",\"role\":\"firmware\",\"sha256\":"
      "\"%s\",\"size\":1700000}],\"board\":\"OPENMV4\",\"build\":\"" BUILD_A "\"}],\"format\":1,"
      "\"name\":\"gate-counter\",\"serial\":{\"first\":1,\"last\":1000,\"rule\":\"counter\"},"
      "\"version\":\"%s\"}",
      sha256,
      version);
}

static inline void
add_object (HsCatalog *catalog, const char *kind, const char *subject, JsonObject *payload)
{
  g_autofree char *text = NULL;

  json_object_set_int_member (payload, "v", 1);
  text = hs_payload_to_text (payload);
  add (catalog, kind, subject, text);
  json_object_unref (payload);
}

static inline void
add_recipe (HsCatalog *catalog,
            const char *kind,
            const char *id,
            const char *version,
            const char *recipe,
            const char *origin)
{
  JsonObject *payload = json_object_new ();
  g_autofree char *subject = g_strconcat ("release:", id, NULL);

  json_object_set_string_member (payload, "name", "gate-counter");
  json_object_set_string_member (payload, "version", version);
  json_object_set_string_member (payload, "recipe", recipe);
  json_object_set_string_member (payload, "origin", origin);
  add_object (catalog, kind, subject, payload);
}

/* Its id; (transfer full). */
static inline char *
lock_release (HsCatalog *catalog, const char *version, const char *sha256, const char *origin)
{
  g_autofree char *recipe = make_recipe (version, sha256);
  char *id = g_compute_checksum_for_string (G_CHECKSUM_SHA256, recipe, -1);

  add_recipe (catalog, HS_KIND_RELEASE_LOCKED, id, version, recipe, origin);
  return id;
}

/* "stm32:…", the @n-th of many; (transfer full). */
static inline char *
make_key (guint n)
{
  return g_strdup_printf ("stm32:30465345630331255230%04X", n);
}

static inline char *
reserve (HsCatalog *catalog, const char *release, const char *unit, GError **error)
{
  const HsNumberRequest request = {
    .series = SERIES,
    .unit = unit,
    .release = release,
    .run = "run-1",
    .prefix = "GATE-",
    .digits = 4,
    .first = 1,
    .last = 1000,
  };

  return hs_catalog_reserve_number (catalog, &request, error);
}

static inline void
assert_reserves (HsCatalog *catalog, const char *release, const char *unit, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *number = reserve (catalog, release, unit, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (number, ==, expected);
}

static inline void
commit_number (HsCatalog *catalog, const char *unit, const char *number, gint64 value)
{
  g_autofree char *subject = g_strconcat ("unit:", unit, NULL);
  JsonObject *payload = json_object_new ();

  json_object_set_string_member (payload, "series", SERIES);
  json_object_set_string_member (payload, "number", number);
  json_object_set_int_member (payload, "value", value);
  json_object_set_string_member (payload, "run", "run-1");
  add_object (catalog, HS_KIND_NUMBER_COMMITTED, subject, payload);
}

/* The entry's id; (transfer full). */
static inline char *
ship (HsCatalog *catalog, const char *unit, const char *shipment, const char *party)
{
  g_autofree char *payload =
      g_strdup_printf ("{\"v\":1,\"shipment\":\"%s\",\"party\":\"%s\",\"order\":\"PO-2231\","
                       "\"date\":\"2026-11-21\"}",
                       shipment,
                       party);
  g_autofree char *subject = g_strconcat ("unit:", unit, NULL);
  HsFact fact = { HS_KIND_UNIT_SHIPPED, subject, payload };
  g_autoptr (GError) error = NULL;
  char *id = NULL;

  hs_catalog_append (catalog, &fact, 1, &id, &error);
  g_assert_no_error (error);
  return id;
}

static inline void
correct (HsCatalog *catalog, const char *unit, const char *entry)
{
  g_autofree char *subject = g_strconcat ("unit:", unit, NULL);
  JsonObject *payload = json_object_new ();

  json_object_set_string_member (payload, "entry", entry);
  json_object_set_string_member (payload, "reason", "a slip");
  add_object (catalog, HS_KIND_UNIT_CORRECTED, subject, payload);
}

/* What there is to record since releases exist, once each. */
static const HsFact later_life[] = {
  { HS_KIND_RELEASE_DRAFTED,
    "release:draft",
    "{\"v\":1,\"name\":\"x\",\"version\":\"1\",\"recipe\":\"{}\"}" },
  { HS_KIND_RELEASE_DROPPED, "release:draft", "{\"v\":1}" },
  { HS_KIND_RELEASE_DRAFTED,
    "release:draft-2",
    "{\"v\":1,\"name\":\"y\",\"version\":\"1\",\"recipe\":\"{\\\"boards\\\":[{\\\"board\\\":"
    "\\\"OPENMV4\\\",\\\"artifacts\\\":[{\\\"role\\\":\\\"firmware\\\"}]}]}\"}" },
  { HS_KIND_RELEASE_SIGNED,
    "release:draft-2",
    "{\"v\":1,\"key\":\"" SHA_A "\",\"signature\":\"" SHA_A SHA_B "\"}" },
  { HS_KIND_RELEASE_WITHDRAWN, "release:draft-2", "{\"v\":1,\"reason\":\"r\"}" },
  { HS_KIND_KEY_TRUSTED, "key:" SHA_A, "{\"v\":1,\"key\":\"" SHA_A "\",\"name\":\"k\"}" },
  { HS_KIND_KEY_DISTRUSTED, "key:" SHA_B, "{\"v\":1,\"key\":\"" SHA_B "\",\"reason\":\"lost\"}" },
  { HS_KIND_POLICY_SET,
    "policy:require-signature",
    "{\"v\":1,\"name\":\"require-signature\",\"value\":\"yes\"}" },
  { HS_KIND_BATCH_OPENED,
    "batch:b",
    "{\"v\":1,\"batch\":\"b\",\"release\":\"" SHA_A "\",\"quantity\":5}" },
  { HS_KIND_BATCH_CLOSED, "batch:b", "{\"v\":1,\"batch\":\"b\"}" },
  { HS_KIND_LEASE_TAKEN,
    "series:s",
    "{\"v\":1,\"lease\":\"l1\",\"series\":\"s\",\"first\":1,\"last\":9,\"replaces\":[\"l0\"]}" },
  { HS_KIND_LEASE_GIVEN,
    "series:s",
    "{\"v\":1,\"lease\":\"l2\",\"series\":\"s\",\"first\":8,\"last\":9,\"to\":\"south\"}" },
  { HS_KIND_NUMBER_RESERVED,
    "unit:" KEY_A,
    "{\"v\":1,\"series\":\"s\",\"number\":\"1\",\"value\":1}" },
  { HS_KIND_NUMBER_COMMITTED,
    "unit:" KEY_A,
    "{\"v\":1,\"series\":\"s\",\"number\":\"1\",\"value\":1}" },
  { HS_KIND_NUMBER_RESERVED,
    "unit:" KEY_A,
    "{\"v\":1,\"series\":\"s\",\"number\":\"2\",\"value\":2}" },
  { HS_KIND_NUMBER_FREED,
    "unit:" KEY_A,
    "{\"v\":1,\"series\":\"s\",\"number\":\"2\",\"reason\":\"r\"}" },
  { HS_KIND_UNIT_SHIPPED,
    "unit:" KEY_A,
    "{\"v\":1,\"shipment\":\"s1\",\"party\":\"p1\",\"order\":\"o1\",\"date\":\"2026-11-21\"}" },
  { HS_KIND_UNIT_RETURNED, "unit:" KEY_A, "{\"v\":1,\"reason\":\"r\"}" },
  { HS_KIND_UNIT_ATTACHED,
    "unit:" KEY_A,
    "{\"v\":1,\"file\":\"f\",\"size\":1,\"sha256\":\"" SHA_B "\"}" },
  { HS_KIND_FILE_HOLDS,
    "unit:" KEY_A,
    "{\"v\":1,\"run\":\"run-1\",\"path\":\"a/b\",\"sha256\":\"" SHA_B "\",\"length\":5}" },
  { HS_KIND_UNIT_CORRECTED, "unit:" KEY_A, "{\"v\":1,\"entry\":\"none\",\"reason\":\"r\"}" },
  { HS_KIND_UNIT_SCRAPPED, "unit:" KEY_A, "{\"v\":1,\"reason\":\"r\"}" },
  { HS_KIND_BUILD_KEPT,
    "build:" BUILD_A,
    "{\"v\":1,\"files\":[{\"role\":\"elf\",\"file\":\"f\",\"size\":1,\"sha256\":\"" SHA_A "\"}]}" },
  { HS_KIND_BUILD_ARCHIVED, "build:" BUILD_A, "{\"v\":1,\"dropped\":[\"" SHA_A "\"]}" },
};

static inline void
live_on (HsCatalog *catalog)
{
  g_autofree char *party = hs_catalog_put_party (catalog, "Harbour", NULL);
  g_autofree char *release = lock_release (catalog, "1.4.2", SHA_A, "bench");
  g_autofree char *number = reserve (catalog, release, KEY_A, NULL);
  g_autofree char *entry = ship (catalog, KEY_A, "s0", party);

  g_assert_nonnull (number);
  correct (catalog, KEY_A, entry);
  for (guint i = 0; i < G_N_ELEMENTS (later_life); i++)
    add (catalog, later_life[i].kind, later_life[i].subject, later_life[i].payload);
}
