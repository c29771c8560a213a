/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/kinds.h"
#include "ui/journal-sentence.h"

#include <glib.h>

#define UNIT    "unit:stm32:33363137313851060042003A"
#define RELEASE "release:4be071c9aa11223344556677889900aabbccddeeff00112233445566778899aa"

/* An entry, and what is said of it. */
typedef struct {
  const char *kind;
  const char *subject;
  const char *payload;
  const char *name;
  const char *build;
  const char *markup;
  const char *more;
  const char *meaning;
} Case;

/* clang-format off */
static const Case cases[] = {
  { HS_KIND_RUN_FINISHED, UNIT,
    "{\"outcome\":\"passed\",\"what\":\"flash\",\"slot\":\"left 3\",\"proof\":\"read-back+version\",\"seconds\":24.8}",
    "GATE-0473", "gate-counter 1.4.2",
    "<b>GATE-0473</b> passed with gate-counter 1.4.2", "left 3 · read back equal · 24.8 s", "ok" },
  { HS_KIND_RUN_FINISHED, UNIT,
    "{\"outcome\":\"failed\",\"what\":\"flash\",\"slot\":\"left 4\",\"error\":{\"code\":\"gone\","
    "\"message\":\"the cable came off\",\"action\":\"Plug it in again.\"}}",
    "GATE-0474", NULL,
    "<b>GATE-0474</b> failed: the cable came off", "left 4 · Plug it in again.", "bad" },
  { HS_KIND_RUN_FINISHED, UNIT, "{\"outcome\":\"unproven\"}", NULL, NULL,
    "<b>…0042003A</b> is flashed, not proven", "", "warn" },
  { HS_KIND_RUN_FINISHED, UNIT, "{\"outcome\":\"refused\",\"error\":null}", NULL, NULL,
    "<b>…0042003A</b> was refused", "", "warn" },
  { HS_KIND_RUN_FINISHED, UNIT, "{\"outcome\":\"of another age\"}", NULL, NULL,
    "<b>…0042003A</b> ended", "", "warn" },
  { HS_KIND_RUN_STARTED, UNIT, "{\"what\":\"flash\",\"slot\":\"left 4\",\"port\":\"1-4\"}",
    "GATE-0474", "gate-counter 1.4.2",
    "<b>GATE-0474</b> started with gate-counter 1.4.2",
    "left 4 · recorded before the first erase", "work" },
  { HS_KIND_RUN_STARTED, "port:1-4", "{\"what\":\"identify\",\"port\":\"1-4\"}", NULL, NULL,
    "<b>The camera on port 1-4</b> is being identified", "1-4", "work" },
  { HS_KIND_RUN_INTERRUPTED, UNIT, "{}", "a <b> & c", NULL,
    "<b>a &lt;b&gt; &amp; c</b> was interrupted", "Hotshoe ended while it was at work", "warn" },
  { HS_KIND_BUILD_IMPORTED, "build:aa",
    "{\"name\":\"gate-counter 1.4.2\",\"board\":\"OPENMV4\",\"commit\":\"cbbb877eda11\",\"artifacts\":[{},{}]}",
    NULL, NULL,
    "Build <b>gate-counter 1.4.2</b> imported", "2 artifacts · OPENMV4 · cbbb877ed", "idle" },
  { HS_KIND_BUILD_RENAMED, "build:aa", "{\"name\":\"night build\"}", NULL, NULL,
    "A build is called <b>night build</b> now", "", "idle" },
  { HS_KIND_UNIT_LABELLED, UNIT, "{\"label\":\"GATE-0471\"}", "GATE-0471", NULL,
    "A unit is called <b>GATE-0471</b> now", "…0042003A", "idle" },
  { HS_KIND_UNIT_LABELLED, UNIT, "{\"label\":\"\"}", NULL, NULL,
    "The label of <b>…0042003A</b> was taken off", "", "idle" },
  { HS_KIND_UNIT_REPORTED, UNIT,
    "{\"version\":\"4.8.1\",\"verdict\":\"differs\",\"expected\":\"5.0.0\"}", NULL, NULL,
    "<b>…0042003A</b> reports 4.8.1", "expected 5.0.0", "bad" },
  { HS_KIND_UNIT_REPORTED, UNIT, "{\"version\":null}", NULL, NULL,
    "<b>…0042003A</b> runs, and does not tell its version", "", "work" },
  { HS_KIND_UNIT_CHANGED, UNIT, "{\"partition\":\"FIRMWARE\"}", NULL, NULL,
    "<b>…0042003A</b> was changed outside Hotshoe", "FIRMWARE", "warn" },
  { HS_KIND_PARTITION_BEGUN, UNIT, "{\"partition\":\"FIRMWARE\",\"length\":2097152}", "A", NULL,
    "<b>A</b>: writing FIRMWARE begins", "2.0 MB", "work" },
  { HS_KIND_PARTITION_UNKNOWN, UNIT, "{\"partition\":\"ROMFS0\",\"why\":\"broke off\"}", "A", NULL,
    "<b>A</b>: what ROMFS0 holds is not known", "broke off", "warn" },
  { HS_KIND_FILESYSTEM_ERASED, UNIT, "{\"partition\":\"FILESYSTEM\"}", "A", NULL,
    "The filesystem of <b>A</b> was erased", "FILESYSTEM", "warn" },
  { HS_KIND_FILESYSTEM_ERASED, UNIT, "{\"partition\":\"SPI_FLASH\",\"overwrite\":true}", "A", NULL,
    "The filesystem of <b>A</b> was overwritten", "SPI_FLASH", "warn" },
  { HS_KIND_RUN_STARTED, UNIT, "{\"what\":\"dry-run\",\"port\":\"1-4\"}", "A", "v5",
    "Dry run on <b>A</b>", "1-4", "work" },
  { HS_KIND_RUN_STARTED, UNIT, "{\"what\":\"erase\",\"port\":\"1-4\"}", "A", NULL,
    "The filesystem of <b>A</b> is being erased", "1-4 · recorded before the first erase", "work" },
  { HS_KIND_RUN_FINISHED, UNIT,
    "{\"what\":\"compare\",\"outcome\":\"passed\",\"proof\":\"read-back\",\"port\":\"1-4\"}", "A", "v5",
    "<b>A</b> holds what it was compared with", "1-4 · read back equal", "ok" },
  { HS_KIND_SLOT_NAMED, "slot:1-4", "{\"port\":\"1-4\",\"name\":\"left 1\"}", NULL, NULL,
    "A slot is called <b>left 1</b> now", "port 1-4", "idle" },
  { HS_KIND_SLOT_IGNORED, "slot:1-4", "{\"port\":\"1-4\",\"ignored\":false}", NULL, NULL,
    "Port <b>1-4</b> is part of the bench again", "", "idle" },
  { HS_KIND_CATALOG_BORN, "catalog", "{\"purpose\":\"practice\"}", NULL, NULL,
    "A catalog for practice was made", "", "idle" },
  { HS_KIND_RELEASE_DRAFTED, "release:5f6d", "{\"name\":\"gate-counter\",\"version\":\"1.4.2\"}", NULL, NULL,
    "Draft <b>gate-counter 1.4.2</b> saved", "", "idle" },
  { HS_KIND_RELEASE_LOCKED, RELEASE,
    "{\"name\":\"gate-counter\",\"version\":\"1.4.2\",\"origin\":\"bench\",\"supersedes\":\"ab\"}", NULL, NULL,
    "Release <b>gate-counter 1.4.2</b> locked", "4be071c9… · supersedes an older one", "work" },
  { HS_KIND_RELEASE_LOCKED, RELEASE, "{\"name\":\"g\",\"version\":\"1\",\"origin\":\"bundle\"}", NULL, NULL,
    "Release <b>g 1</b> came in with a bundle", "4be071c9…", "work" },
  { HS_KIND_RELEASE_SIGNED, RELEASE, "{\"key\":\"99887766554433221100\"}", "gate-counter 1.4.2", NULL,
    "Release <b>gate-counter 1.4.2</b> signed", "key 99887766…", "work" },
  { HS_KIND_RELEASE_WITHDRAWN, RELEASE, "{\"reason\":\"loses frames\"}", "gate-counter 1.3.0", NULL,
    "Release <b>gate-counter 1.3.0</b> withdrawn", "loses frames", "warn" },
  { HS_KIND_BATCH_OPENED, "batch:7", "{\"quantity\":50}", "gate-counter 1.4.2", NULL,
    "Batch <b>gate-counter 1.4.2</b> of 50 units opened", "", "idle" },
  { HS_KIND_LEASE_TAKEN, "series:gate", "{\"series\":\"gate\",\"first\":1,\"last\":500}", NULL, NULL,
    "Numbers of <b>gate</b> may be given out here: 1 to 500", "", "idle" },
  { HS_KIND_LEASE_GIVEN, "series:gate", "{\"series\":\"gate\",\"first\":1,\"last\":50,\"to\":\"bench 2\"}", NULL, NULL,
    "Numbers of <b>gate</b> handed over: 1 to 50", "bench 2", "idle" },
  { HS_KIND_NUMBER_COMMITTED, UNIT, "{\"series\":\"gate\",\"number\":\"GATE-0471\"}", NULL, NULL,
    "<b>…0042003A</b> has number GATE-0471 from now on", "gate", "idle" },
  { HS_KIND_UNIT_SHIPPED, UNIT, "{\"date\":\"2026-11-12\",\"order\":\"A-77\"}", "GATE-0471", NULL,
    "<b>GATE-0471</b> was shipped", "2026-11-12 · order A-77", "idle" },
  { HS_KIND_UNIT_RETURNED, UNIT, "{\"reason\":\"lens\",\"date\":\"2026-11-20\"}", "GATE-0471", NULL,
    "<b>GATE-0471</b> came back", "lens · 2026-11-20", "warn" },
  { HS_KIND_FILE_HOLDS, UNIT, "{\"path\":\"tls/key.der\",\"length\":2048,\"sha256\":\"4be071c9\"}", "A", NULL,
    "<b>A</b>: tls/key.der on its drive was read back", "2 KB · sha256 4be071c9…", "ok" },
  { HS_KIND_KEY_TRUSTED, "key:9988", "{\"key\":\"99887766554433\",\"name\":\"release desk\"}", NULL, NULL,
    "Signatures of key <b>release desk</b> are trusted here", "99887766…", "work" },
  { HS_KIND_POLICY_SET, "policy:require-signature", "{\"name\":\"require-signature\",\"value\":\"yes\"}", NULL, NULL,
    "Only releases signed by trusted keys run here", "", "work" },
  { HS_KIND_AUDIT_MADE, UNIT,
    "{\"run\":\"r\",\"doors\":[{\"state\":\"open\"},{\"state\":\"cant-close\"},{\"state\":\"closed\"}]}", "A", NULL,
    "Every way to read the code of <b>A</b> was tried", "2 of 3 doors are open", "warn" },
  { HS_KIND_PROTECTION_REQUESTED, UNIT, "{\"level\":1,\"way\":\"rom\",\"before\":\"ffaa\"}", "A", NULL,
    "<b>A</b>: readout protection at level 1 was asked for",
    "through the ROM bootloader · option bytes ffaa", "work" },
  { HS_KIND_PROTECTION_WRITTEN, UNIT, "{\"level\":1,\"way\":\"rom\",\"options\":\"ffbb\"}", "A", NULL,
    "<b>A</b>: readout protection was written, not seen in force yet",
    "through the ROM bootloader · option bytes ffbb", "warn" },
  { HS_KIND_PROTECTION_OBSERVED, UNIT, "{\"level\":1,\"evidence\":\"rom-refuses\"}", "A", NULL,
    "<b>A</b> has readout protection at level 1", "the ROM bootloader refuses to read", "ok" },
  { HS_KIND_PROTECTION_OBSERVED, UNIT, "{\"level\":0,\"evidence\":\"register\"}", "A", NULL,
    "<b>A</b> has no readout protection", "the running firmware read the register", "warn" },
  { HS_KIND_PROTECTION_OBSERVED, UNIT, "{\"level\":-1,\"evidence\":\"register\"}", "A", NULL,
    "<b>A</b> does not tell whether it is protected", "", "warn" },
  { HS_KIND_FUSE_REQUESTED, UNIT, "{\"word\":\"6\",\"before\":\"00000000\",\"value\":\"00000010\"}", "A", NULL,
    "<b>A</b>: fuse word 6 is about to be burnt, for ever",
    "before: 00000000 · to burn: 00000010", "warn" },
  { HS_KIND_FUSE_OBSERVED, UNIT, "{\"word\":6,\"value\":\"00000010\"}", "A", NULL,
    "<b>A</b>: fuse word 6 reads 00000010", "", "ok" },
  { HS_KIND_TOOL_RAN, UNIT, "{\"tool\":\"openocd\",\"outcome\":\"done\",\"version\":\"0.12.0\"}", "A", NULL,
    "<b>A</b>: openocd ran", "0.12.0", "work" },
  { HS_KIND_TOOL_RAN, UNIT, "{\"tool\":\"openocd\",\"outcome\":\"timed-out\"}", "A", NULL,
    "<b>A</b>: openocd said nothing any more and was ended", "", "bad" },
  { "unit.teleported", UNIT, "{\"v\":9}", NULL, NULL, "unit.teleported", UNIT, "idle" },
};
/* clang-format on */

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const Case *c = &cases[i];
    g_autoptr (HsSentence) sentence =
        hs_sentence_new (c->kind, c->subject, c->payload, c->name, c->build);

    g_test_message ("%s", c->kind);
    g_assert_cmpstr (sentence->markup, ==, c->markup);
    g_assert_cmpstr (sentence->more, ==, c->more);
    g_assert_cmpstr (sentence->meaning, ==, c->meaning);
  }
}

/* Entries of another version, or of somebody's own making, never stop the page. */
static void
test_strange_payloads (void)
{
  static const char *const payloads[] = {
    NULL,
    "",
    "{",
    "[]",
    "null",
    "\"text\"",
    "{}",
    "{\"outcome\":7,\"label\":{},\"error\":[1]}",
    "{\"artifacts\":7,\"seconds\":\"long\",\"name\":null,\"length\":\"x\",\"ignored\":\"x\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint k = 0; k < G_N_ELEMENTS (payloads); k++) {
      g_autoptr (HsSentence) sentence =
          hs_sentence_new (cases[i].kind, NULL, payloads[k], NULL, NULL);

      g_assert_nonnull (sentence->markup);
      g_assert_nonnull (sentence->more);
      g_assert_nonnull (sentence->icon);
    }
}

static void
test_short_id (void)
{
  static const struct {
    const char *key;
    const char *expected;
  } ids[] = {
    { "stm32:33363137313851060042003A", "…0042003A" },
    { "alif-eui64:0011223344556677", "…44556677" },
    { "1-4", "1-4" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autofree char *id = hs_sentence_short_id (ids[i].key);

    g_assert_cmpstr (id, ==, ids[i].expected);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal-sentence/cases", test_cases);
  g_test_add_func ("/journal-sentence/strange-payloads", test_strange_payloads);
  g_test_add_func ("/journal-sentence/short-id", test_short_id);
  return g_test_run ();
}
