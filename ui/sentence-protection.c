/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/sentence-facts.h"

#include "app/protection.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>

/* What was tried to read a unit, and what was locked: audits, option bytes, fuses, and vendors'
 * programs. */

/* --- audits --- */

static const char *
state_of (JsonNode *door)
{
  if (!JSON_NODE_HOLDS_OBJECT (door))
    return "";
  return json_object_get_string_member_with_default (json_node_get_object (door), "state", "");
}

static guint
count_doors (const HsFacts *facts, guint *n_open)
{
  JsonNode *node = json_object_get_member (facts->payload, "doors");
  JsonArray *doors =
      node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
  guint n = doors != NULL ? json_array_get_length (doors) : 0;

  *n_open = 0;
  for (guint i = 0; i < n; i++) {
    const char *state = state_of (json_array_get_element (doors, i));

    *n_open += g_strcmp0 (state, hs_door_state_name (HS_DOOR_OPEN)) == 0 ||
               g_strcmp0 (state, hs_door_state_name (HS_DOOR_CANT_CLOSE)) == 0;
  }
  return n;
}

static HsSentence *
audit_made (const HsFacts *facts)
{
  guint n_open;
  guint n = count_doors (facts, &n_open);
  char *found =
      n_open == 0
          ? g_strdup (_ ("no door was found open"))
          : g_strdup_printf (
                ngettext ("%u of %u doors is open", "%u of %u doors are open", n_open), n_open, n);

  return hs_facts_say (
      n_open > 0 ? "hs-attention-symbolic" : "hs-pass-symbolic",
      n_open > 0 ? "warn" : "ok",
      g_strdup_printf (_ ("Every way to read the code of %s was tried"), facts->who),
      found);
}

/* --- readout protection --- */

static const char *
say_way (const char *way)
{
  if (g_str_equal (way, "rom"))
    return _ ("through the ROM bootloader");
  if (g_str_equal (way, "swd-programmer"))
    return _ ("debug probe, STM32_Programmer_CLI");
  return g_str_equal (way, "swd-openocd") ? _ ("debug probe, OpenOCD") : way;
}

static char *
dup_block (const HsFacts *facts, const char *member)
{
  const char *hex = hs_facts_text (facts, member);

  /* Translators: option bytes in hexadecimal digits */
  return *hex != '\0' ? g_strdup_printf (_ ("option bytes %s"), hex) : NULL;
}

static HsSentence *
protection_requested (const HsFacts *facts)
{
  gboolean off = hs_facts_number (facts, "level") == 0;
  g_autofree char *before = dup_block (facts, "before");

  return hs_facts_say ("hs-work-symbolic",
                       "work",
                       g_strdup_printf (off ? _ ("%s: taking off readout protection was asked for")
                                            : _ ("%s: readout protection at level 1 was asked for"),
                                        facts->who),
                       hs_facts_join (say_way (hs_facts_text (facts, "way")), before, NULL));
}

static HsSentence *
protection_written (const HsFacts *facts)
{
  gboolean off = hs_facts_number (facts, "level") == 0;
  g_autofree char *options = dup_block (facts, "options");

  return hs_facts_say (
      "hs-unknown-symbolic",
      "warn",
      g_strdup_printf (off ? _ ("%s: readout protection was taken off, not seen to be off yet")
                           : _ ("%s: readout protection was written, not seen in force yet"),
                       facts->who),
      hs_facts_join (say_way (hs_facts_text (facts, "way")), options, NULL));
}

static const char *
say_evidence (const char *evidence)
{
  static const struct {
    const char *word;
    const char *text;
  } words[] = {
    { "rom-reads", N_ ("the ROM bootloader lets itself be read") },
    { "rom-refuses", N_ ("the ROM bootloader refuses to read") },
    { "register", N_ ("the running firmware read the register") },
    { "tool", N_ ("a debug probe read it") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i].word, evidence))
      return _ (words[i].text);
  return evidence;
}

static HsSentence *
protection_observed (const HsFacts *facts)
{
  gint64 level =
      json_object_has_member (facts->payload, "level") ? hs_facts_number (facts, "level") : -1;
  const char *evidence = say_evidence (hs_facts_text (facts, "evidence"));

  if (level < 0)
    return hs_facts_say (
        "hs-unknown-symbolic",
        "warn",
        g_strdup_printf (_ ("%s does not tell whether it is protected"), facts->who),
        g_strdup (""));
  if (level == 0)
    return hs_facts_say ("hs-attention-symbolic",
                         "warn",
                         g_strdup_printf (_ ("%s has no readout protection"), facts->who),
                         g_strdup (evidence));
  return hs_facts_say (
      "hs-pass-symbolic",
      "ok",
      g_strdup_printf (_ ("%s has readout protection at level %d"), facts->who, (int) level),
      g_strdup (evidence));
}

/* --- fuses --- */

static char *
dup_word (const HsFacts *facts, const char *member)
{
  return g_markup_escape_text (hs_facts_text (facts, member), -1);
}

/* The word may be a number. */
static char *
dup_fuse (const HsFacts *facts)
{
  const char *text = hs_facts_text (facts, "word");

  return *text != '\0' ? g_markup_escape_text (text, -1)
                       : g_strdup_printf ("%" G_GINT64_FORMAT, hs_facts_number (facts, "word"));
}

static HsSentence *
fuse_requested (const HsFacts *facts)
{
  g_autofree char *word = dup_fuse (facts);
  g_autofree char *before = g_strdup_printf (_ ("before: %s"), hs_facts_text (facts, "before"));
  g_autofree char *value = g_strdup_printf (_ ("to burn: %s"), hs_facts_text (facts, "value"));

  return hs_facts_say (
      "hs-attention-symbolic",
      "warn",
      g_strdup_printf (_ ("%s: fuse word %s is about to be burnt, for ever"), facts->who, word),
      hs_facts_join (before, value, NULL));
}

static HsSentence *
fuse_observed (const HsFacts *facts)
{
  g_autofree char *word = dup_fuse (facts);
  g_autofree char *value = dup_word (facts, "value");

  return hs_facts_say ("hs-pass-symbolic",
                       "ok",
                       g_strdup_printf (_ ("%s: fuse word %s reads %s"), facts->who, word, value),
                       g_strdup (""));
}

/* --- vendors' programs --- */

static HsSentence *
tool_ran (const HsFacts *facts)
{
  static const struct {
    const char *outcome;
    const char *text;
  } ends[] = {
    { "failed", N_ ("%s: %s failed") },
    { "timed-out", N_ ("%s: %s said nothing any more and was ended") },
    { "asked", N_ ("%s: %s asked what nobody may answer for it, and was ended") },
    { "cancelled", N_ ("%s: %s was stopped") },
  };
  const char *outcome = hs_facts_text (facts, "outcome");
  g_autofree char *tool = dup_word (facts, "tool");
  const char *version = hs_facts_text (facts, "version");
  const char *text = N_ ("%s: %s ran");
  g_auto (GStrv) parts = NULL;
  gboolean done = g_str_equal (outcome, "done");

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (g_str_equal (ends[i].outcome, outcome))
      text = ends[i].text;
  parts = g_strsplit (_ (text), "%s", 3);
  return hs_facts_say (done ? "hs-work-symbolic" : "hs-fail-symbolic",
                       done ? "work" : "bad",
                       g_strconcat (parts[0],
                                    facts->who,
                                    parts[1] != NULL ? parts[1] : "",
                                    tool,
                                    parts[1] != NULL ? parts[2] : NULL,
                                    NULL),
                       g_strdup (version));
}

static const struct {
  const char *kind;
  HsSentence *(*say) (const HsFacts *facts);
} sayings[] = {
  { HS_KIND_AUDIT_MADE, audit_made },
  { HS_KIND_PROTECTION_REQUESTED, protection_requested },
  { HS_KIND_PROTECTION_WRITTEN, protection_written },
  { HS_KIND_PROTECTION_OBSERVED, protection_observed },
  { HS_KIND_FUSE_REQUESTED, fuse_requested },
  { HS_KIND_FUSE_OBSERVED, fuse_observed },
  { HS_KIND_TOOL_RAN, tool_ran },
};

HsSentence *
hs_facts_say_protection (const HsFacts *facts)
{
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++)
    if (g_str_equal (sayings[i].kind, facts->kind))
      return sayings[i].say (facts);
  return NULL;
}
