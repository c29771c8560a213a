/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog-private.h"
#include "store/kinds.h"

#include <glib/gstdio.h>

/* A catalog in a folder of its own, and the facts of a small life. */
typedef struct {
  char *folder;
  char *path;
  HsCatalog *catalog;
} Fixture;

#define KEY_A   "stm32:3046534563033125523046AA"
#define KEY_B   "stm32:3046534563033125523046BB"
#define BUILD_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BUILD_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define SHA_A   "1111111111111111111111111111111111111111111111111111111111111111"
#define SHA_B   "2222222222222222222222222222222222222222222222222222222222222222"

static inline void
remove_tree (const char *path)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    remove_tree (child);
  }
  g_remove (path);
}

/* Who works on it by itself may still hold it: its files are free when this returns. */
static inline void
close_catalog (HsCatalog **catalog)
{
  if (*catalog != NULL)
    hs_catalog_close (*catalog);
  g_clear_object (catalog);
}

static inline HsCatalog *
open_fast (const char *path, GError **error)
{
  const HsCatalogTweaks fast = { .fast = TRUE };

  return hs_catalog_open_full (path, HS_PURPOSE_PRACTICE, &fast, error);
}

static inline void
fixture_reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  close_catalog (&self->catalog);
  self->catalog = open_fast (self->path, &error);
  g_assert_no_error (error);
}

static inline void
fixture_set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("hotshoe-catalog-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "catalog.db", NULL);
  fixture_reopen (self);
}

static inline void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  close_catalog (&self->catalog);
  remove_tree (self->folder);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->folder, g_free);
}

static inline void
add (HsCatalog *catalog, const char *kind, const char *subject, const char *payload)
{
  g_autoptr (GError) error = NULL;
  HsFact fact = { kind, subject, payload };

  hs_catalog_append (catalog, &fact, 1, NULL, &error);
  g_assert_no_error (error);
}

static inline void
assert_whole (HsCatalog *catalog)
{
  g_autoptr (GError) error = NULL;
  HsVerifyReport report;

  hs_catalog_verify (catalog, &report, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (report.problem, ==, NULL);
  hs_verify_report_clear (&report);
}

static inline void
add_build (HsCatalog *catalog)
{
  add (catalog,
       HS_KIND_BUILD_IMPORTED,
       "build:" BUILD_A,
       "{\"v\":1,\"id\":\"" BUILD_A "\",\"name\":\"gate-counter 1.4.2\",\"board\":\"OPENMV4\","
       "\"version\":\"v5.0.0\",\"number\":\"5.0.0\",\"mpy_version\":null,\"built\":\"2026-11-21\","
       "\"origin\":\"folder\",\"commit\":\"0123abc\",\"dirty\":true,\"details\":{\"sdk\":\"1.4\"},"
       "\"artifacts\":[{\"role\":\"romfs0\",\"file\":\"romfs0.img\",\"size\":4096,\"sha256\":"
       "\"" SHA_B "\"},{\"role\":\"firmware\",\"file\":\"firmware.bin\",\"size\":1700000,"
       "\"sha256\":\"" SHA_A "\"}]}");
}

static inline void
see_unit (HsCatalog *catalog, const char *key)
{
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);
  g_autofree char *payload = g_strdup_printf (
      "{\"v\":1,\"board\":\"OPENMV4\",\"port\":\"1-4\",\"identities\":[{\"scheme\":\"stm32\","
      "\"value\":\"%s\",\"strength\":\"proven\",\"evidence\":\"usb\"},{\"scheme\":\"stm32-st\","
      "\"value\":\"346534563033\",\"strength\":\"suggested\",\"evidence\":\"usb\"}]}",
      strchr (key, ':') + 1);

  add (catalog, HS_KIND_UNIT_SEEN, subject, payload);
}

/* One fact of a run on a unit; the members that only some kinds have may stay. */
static inline void
add_step (HsCatalog *catalog, const char *kind, const char *subject, const char *run)
{
  const char *session = hs_catalog_get_session (catalog);
  g_autofree char *payload = g_strdup_printf (
      "{\"v\":1,\"run\":\"%s\",\"session\":\"%s\",\"what\":\"flash\",\"board\":\"OPENMV4\","
      "\"port\":\"1-4\",\"slot\":\"left 1\",\"build\":\"" BUILD_A "\",\"role\":\"firmware\","
      "\"partition\":\"FIRMWARE\",\"sha256\":\"" SHA_A "\",\"length\":1700000,"
      "\"outcome\":\"passed\"}",
      run,
      session != NULL ? session : "dead-session");

  add (catalog, kind, subject, payload);
}

static inline void
flash_unit (HsCatalog *catalog, const char *key, const char *run)
{
  g_autofree char *subject = g_strconcat ("unit:", key, NULL);

  add_step (catalog, HS_KIND_RUN_STARTED, subject, run);
  add_step (catalog, HS_KIND_PARTITION_BEGUN, subject, run);
  add_step (catalog, HS_KIND_PARTITION_WROTE, subject, run);
  add_step (catalog, HS_KIND_PARTITION_HOLDS, subject, run);
  add_step (catalog, HS_KIND_RUN_FINISHED, subject, run);
}

/* What somebody with another program does to the file; all of it is in the file afterwards. */
static inline void
tamper (const char *path, const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsDatabase) database = hs_database_open (path, HS_DATABASE_DEFAULT, &error);

  g_assert_no_error (error);
  hs_database_exec (database, sql, &error);
  g_assert_no_error (error);
  hs_database_use_wal (database, &error);
  g_assert_no_error (error);
}
