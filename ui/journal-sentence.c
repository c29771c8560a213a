/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/journal-sentence.h"

#include "app/explain.h"
#include "store/kinds.h"
#include "ui/sentence-facts.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

static const char *
slot_of (const HsFacts *facts)
{
  const char *slot = hs_facts_text (facts, "slot");

  return *slot != '\0' ? slot : hs_facts_text (facts, "port");
}

static HsSentence *
catalog_born (const HsFacts *facts)
{
  gboolean practice = g_str_equal (hs_facts_text (facts, "purpose"), "practice");

  return hs_facts_say ("hs-journal-symbolic",
                       "idle",
                       g_strdup (practice ? _ ("A catalog for practice was made")
                                          : _ ("A catalog for production was made")),
                       g_strdup (hs_facts_text (facts, "name")));
}

static HsSentence *
chain_started (const HsFacts *facts)
{
  return hs_facts_say ("hs-journal-symbolic",
                       "idle",
                       g_strdup (_ ("A new chain of entries was started")),
                       g_strdup (hs_facts_text (facts, "reason")));
}

static HsSentence *
session_started (const HsFacts *facts)
{
  g_autofree char *version = g_strdup_printf (_ ("Hotshoe %s"), hs_facts_text (facts, "version"));

  return hs_facts_say ("hs-bench-symbolic",
                       "idle",
                       g_strdup (_ ("Hotshoe was started")),
                       hs_facts_join (version, hs_facts_text (facts, "host"), NULL));
}

static HsSentence *
session_ended (const HsFacts *facts)
{
  return hs_facts_say (
      "hs-bench-symbolic", "idle", g_strdup (_ ("Hotshoe was closed")), g_strdup (""));
}

static HsSentence *
build_imported (const HsFacts *facts)
{
  guint n = 0;
  g_autofree char *artifacts = NULL;
  g_autofree char *commit = NULL;

  if (json_object_has_member (facts->payload, "artifacts") &&
      JSON_NODE_HOLDS_ARRAY (json_object_get_member (facts->payload, "artifacts")))
    n = json_array_get_length (json_object_get_array_member (facts->payload, "artifacts"));
  artifacts = g_strdup_printf (ngettext ("%u artifact", "%u artifacts", n), n);
  commit = g_strndup (hs_facts_text (facts, "commit"), 9);
  /* Translators: %s is the build's name in bold */
  return hs_facts_say ("hs-builds-symbolic",
                       "idle",
                       g_strdup_printf (_ ("Build %s imported"), facts->who),
                       hs_facts_join (artifacts, hs_facts_text (facts, "board"), commit));
}

static HsSentence *
build_renamed (const HsFacts *facts)
{
  g_autofree char *name = hs_facts_bold (hs_facts_text (facts, "name"));

  return hs_facts_say ("hs-builds-symbolic",
                       "idle",
                       g_strdup_printf (_ ("A build is called %s now"), name),
                       g_strdup (""));
}

static HsSentence *
unit_seen (const HsFacts *facts)
{
  return hs_facts_say (
      "hs-units-symbolic",
      "idle",
      g_strdup_printf (_ ("%s was identified"), facts->who),
      hs_facts_join (hs_facts_text (facts, "board"), hs_facts_text (facts, "port"), NULL));
}

static HsSentence *
unit_labelled (const HsFacts *facts)
{
  g_autofree char *label = hs_facts_bold (hs_facts_text (facts, "label"));
  const char *key = strchr (facts->subject, ':');
  g_autofree char *id = hs_sentence_short_id (key != NULL ? key + 1 : facts->subject);

  if (*hs_facts_text (facts, "label") == '\0')
    return hs_facts_say ("hs-units-symbolic",
                         "idle",
                         g_strdup_printf (_ ("The label of %s was taken off"), facts->who),
                         g_strdup (""));
  return hs_facts_say ("hs-units-symbolic",
                       "idle",
                       g_strdup_printf (_ ("A unit is called %s now"), label),
                       g_steal_pointer (&id));
}

static HsSentence *
unit_noted (const HsFacts *facts)
{
  return hs_facts_say ("hs-units-symbolic",
                       "idle",
                       g_strdup_printf (_ ("Note on %s"), facts->who),
                       g_strdup (hs_facts_text (facts, "text")));
}

static HsSentence *
unit_joined (const HsFacts *facts)
{
  g_autofree char *other = hs_sentence_short_id (hs_facts_text (facts, "other"));
  g_autofree char *safe = g_markup_escape_text (other, -1);

  /* Translators: the first %s is a unit in bold, the second an id */
  return hs_facts_say ("hs-units-symbolic",
                       "idle",
                       g_strdup_printf (_ ("%s and %s are one unit"), facts->who, safe),
                       g_strdup (hs_facts_text (facts, "evidence")));
}

static HsSentence *
unit_reported (const HsFacts *facts)
{
  g_autofree char *version = g_markup_escape_text (hs_facts_text (facts, "version"), -1);
  gboolean differs = g_str_equal (hs_facts_text (facts, "verdict"), "differs");
  g_autofree char *expected =
      differs ? g_strdup_printf (_ ("expected %s"), hs_facts_text (facts, "expected")) : NULL;

  if (*version == '\0')
    return hs_facts_say ("hs-ready-symbolic",
                         "work",
                         g_strdup_printf (_ ("%s runs, and does not tell its version"), facts->who),
                         g_strdup (""));
  /* Translators: a unit in bold, and the version that it reports */
  return hs_facts_say (differs ? "hs-fail-symbolic" : "hs-ready-symbolic",
                       differs ? "bad" : "work",
                       g_strdup_printf (_ ("%s reports %s"), facts->who, version),
                       hs_facts_join (expected, NULL, NULL));
}

static HsSentence *
unit_changed (const HsFacts *facts)
{
  return hs_facts_say ("hs-attention-symbolic",
                       "warn",
                       g_strdup_printf (_ ("%s was changed outside Hotshoe"), facts->who),
                       g_strdup (hs_facts_text (facts, "partition")));
}

/* What a run does with a unit, as it begins and when it has passed; %s is the unit in bold. What is
 * not here is said by the build. */
static const struct {
  const char *what;
  const char *begins;
  const char *passed; /* NULL: "passed" */
} deeds[] = {
  { "identify", N_ ("%s is being identified"), NULL },
  { "enter", N_ ("%s goes to its bootloader"), NULL },
  { "leave", N_ ("%s leaves its bootloader"), NULL },
  { "restart", N_ ("%s restarts"), NULL },
  { "read-build", N_ ("A build is being made from %s"), NULL },
  { "erase", N_ ("The filesystem of %s is being erased"), N_ ("The filesystem of %s is erased") },
  { "reset-romfs", N_ ("ROMFS of %s is being reset"), N_ ("ROMFS of %s is reset") },
  { "deploy", N_ ("%s is being written by a probe"), N_ ("%s is written by a probe") },
  { "compare",
    N_ ("%s is being compared with a build"),
    N_ ("%s holds what it was compared with") },
  { "read", N_ ("A partition of %s is being read"), N_ ("A partition of %s was read to a file") },
  { "restore-bootloader",
    N_ ("The bootloader of %s is being restored"),
    N_ ("The bootloader of %s is restored") },
  { "dry-run", N_ ("Dry run on %s"), N_ ("Dry run on %s ended; nothing was written") },
  { "audit",
    N_ ("Every way to read the code of %s is being tried"),
    N_ ("The audit of %s is made") },
  { "protect",
    N_ ("Readout protection of %s is being set"),
    N_ ("Readout protection of %s is written") },
  { "unprotect",
    N_ ("Readout protection of %s is being taken off"),
    N_ ("Readout protection of %s is taken off, everything in it is erased") },
  { "observe-protection",
    N_ ("The readout protection of %s is being looked at"),
    N_ ("The readout protection of %s was seen") },
};

/* (transfer full): @text with the unit in the place of its %s */
static char *
put_name (const char *text, const char *who)
{
  g_auto (GStrv) parts = g_strsplit (text, "%s", 2);

  return g_strjoinv (who, parts);
}

static char *
say_deed (const HsFacts *facts, gboolean passed)
{
  const char *what = hs_facts_text (facts, "what");

  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++) {
    const char *text = passed ? deeds[i].passed : deeds[i].begins;

    if (g_str_equal (deeds[i].what, what) && text != NULL)
      return put_name (_ (text), facts->who);
  }
  return NULL;
}

static char *
run_markup (const HsFacts *facts)
{
  char *deed = say_deed (facts, FALSE);

  if (deed != NULL)
    return deed;
  if (facts->build != NULL)
    /* Translators: a unit in bold, then the name of a build */
    return g_strdup_printf (_ ("%s started with %s"), facts->who, facts->build);
  return g_strdup_printf (_ ("%s started"), facts->who);
}

static HsSentence *
run_started (const HsFacts *facts)
{
  const char *what = hs_facts_text (facts, "what");
  gboolean writes = g_str_equal (what, "flash") || g_str_equal (what, "reset-romfs") ||
                    g_str_equal (what, "deploy") || g_str_equal (what, "erase") ||
                    g_str_equal (what, "restore-bootloader");

  return hs_facts_say (
      "hs-work-symbolic",
      "work",
      run_markup (facts),
      hs_facts_join (slot_of (facts), writes ? _ ("recorded before the first erase") : NULL, NULL));
}

static HsSentence *
partition_begun (const HsFacts *facts)
{
  g_autofree char *size = hs_format_size (hs_facts_number (facts, "length"));
  g_autofree char *name = g_markup_escape_text (hs_facts_text (facts, "partition"), -1);

  return hs_facts_say ("hs-work-symbolic",
                       "work",
                       g_strdup_printf (_ ("%s: writing %s begins"), facts->who, name),
                       g_steal_pointer (&size));
}

static HsSentence *
partition_wrote (const HsFacts *facts)
{
  g_autofree char *wrote = hs_format_size (hs_facts_number (facts, "wrote_bytes"));
  g_autofree char *skipped = hs_format_size (hs_facts_number (facts, "skipped_bytes"));
  g_autofree char *sent = g_strdup_printf (_ ("%s sent"), wrote);
  g_autofree char *equal = hs_facts_number (facts, "skipped_bytes") > 0
                               ? g_strdup_printf (_ ("%s were equal already"), skipped)
                               : NULL;
  g_autofree char *name = g_markup_escape_text (hs_facts_text (facts, "partition"), -1);

  return hs_facts_say ("hs-work-symbolic",
                       "work",
                       g_strdup_printf (_ ("%s: %s is written"), facts->who, name),
                       hs_facts_join (sent, equal, NULL));
}

static HsSentence *
partition_holds (const HsFacts *facts)
{
  g_autofree char *name = g_markup_escape_text (hs_facts_text (facts, "partition"), -1);
  g_autofree char *digest = g_strdup_printf ("sha256 %.8s…", hs_facts_text (facts, "sha256"));
  g_autofree char *size = hs_format_size (hs_facts_number (facts, "length"));
  gboolean written = !g_str_equal (hs_facts_text (facts, "evidence"), "read");

  return hs_facts_say (
      "hs-pass-symbolic",
      "ok",
      g_strdup_printf (
          written ? _ ("%s: %s was read back") : _ ("%s: %s was read"), facts->who, name),
      hs_facts_join (facts->build != NULL ? facts->build : NULL, size, digest));
}

static HsSentence *
partition_unknown (const HsFacts *facts)
{
  g_autofree char *name = g_markup_escape_text (hs_facts_text (facts, "partition"), -1);

  return hs_facts_say ("hs-unknown-symbolic",
                       "warn",
                       g_strdup_printf (_ ("%s: what %s holds is not known"), facts->who, name),
                       g_strdup (hs_facts_text (facts, "why")));
}

static HsSentence *
filesystem_erased (const HsFacts *facts)
{
  gboolean all = json_object_get_boolean_member_with_default (facts->payload, "overwrite", FALSE);

  return hs_facts_say ("hs-attention-symbolic",
                       "warn",
                       g_strdup_printf (all ? _ ("The filesystem of %s was overwritten")
                                            : _ ("The filesystem of %s was erased"),
                                        facts->who),
                       g_strdup (hs_facts_text (facts, "partition")));
}

/* The problem of a run that did not pass: "the cable came off". */
static char *
problem_of (const HsFacts *facts, const char *member)
{
  JsonNode *node = json_object_get_member (facts->payload, "error");

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return g_strdup ("");
  return g_strdup (
      json_object_get_string_member_with_default (json_node_get_object (node), member, ""));
}

static char *
seconds_of (const HsFacts *facts)
{
  double seconds = json_object_get_double_member_with_default (facts->payload, "seconds", 0);

  return seconds > 0 ? hs_format_duration (seconds) : g_strdup ("");
}

static HsSentence *
run_passed (const HsFacts *facts)
{
  g_autofree char *seconds = seconds_of (facts);
  gboolean read_back = g_str_has_prefix (hs_facts_text (facts, "proof"), "read-back");
  char *markup = say_deed (facts, TRUE);

  if (markup == NULL && facts->build != NULL &&
      g_str_equal (hs_facts_text (facts, "what"), "flash"))
    /* Translators: a unit in bold, then the name of a build */
    markup = g_strdup_printf (_ ("%s passed with %s"), facts->who, facts->build);
  else if (markup == NULL)
    markup = g_strdup_printf (_ ("%s passed"), facts->who);
  return hs_facts_say (
      "hs-pass-symbolic",
      "ok",
      markup,
      hs_facts_join (slot_of (facts), read_back ? _ ("read back equal") : NULL, seconds));
}

/* Whole sentences, with and without the reason. */
static char *
end_markup (const char *outcome, const char *who, const char *why)
{
  gboolean told = *why != '\0';

  if (g_str_equal (outcome, "failed"))
    return told ? g_strdup_printf (_ ("%s failed: %s"), who, why)
                : g_strdup_printf (_ ("%s failed"), who);
  if (g_str_equal (outcome, "cancelled"))
    return told ? g_strdup_printf (_ ("%s was stopped: %s"), who, why)
                : g_strdup_printf (_ ("%s was stopped"), who);
  if (g_str_equal (outcome, "refused"))
    return told ? g_strdup_printf (_ ("%s was refused: %s"), who, why)
                : g_strdup_printf (_ ("%s was refused"), who);
  if (g_str_equal (outcome, "unproven"))
    return told ? g_strdup_printf (_ ("%s is flashed, not proven: %s"), who, why)
                : g_strdup_printf (_ ("%s is flashed, not proven"), who);
  if (g_str_equal (outcome, "interrupted"))
    return g_strdup_printf (_ ("%s was interrupted"), who);
  return g_strdup_printf (_ ("%s ended"), who);
}

static HsSentence *
run_finished (const HsFacts *facts)
{
  static const struct {
    const char *outcome;
    const char *icon;
    const char *meaning;
  } looks[] = {
    { "failed", "hs-fail-symbolic", "bad" },
    { "cancelled", "hs-stop-symbolic", "warn" },
    { "refused", "hs-attention-symbolic", "warn" },
  };
  const char *outcome = hs_facts_text (facts, "outcome");
  const char *icon = "hs-unknown-symbolic";
  const char *meaning = "warn";
  g_autofree char *message = problem_of (facts, "message");
  g_autofree char *action = problem_of (facts, "action");
  g_autofree char *safe = g_markup_escape_text (message, -1);

  if (g_str_equal (outcome, "passed"))
    return run_passed (facts);

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++) {
    if (!g_str_equal (outcome, looks[i].outcome))
      continue;
    icon = looks[i].icon;
    meaning = looks[i].meaning;
  }
  return hs_facts_say (icon,
                       meaning,
                       end_markup (outcome, facts->who, safe),
                       hs_facts_join (slot_of (facts), action, NULL));
}

static HsSentence *
run_interrupted (const HsFacts *facts)
{
  return hs_facts_say ("hs-unknown-symbolic",
                       "warn",
                       g_strdup_printf (_ ("%s was interrupted"), facts->who),
                       g_strdup (_ ("Hotshoe ended while it was at work")));
}

static HsSentence *
slot_named (const HsFacts *facts)
{
  g_autofree char *name = hs_facts_bold (hs_facts_text (facts, "name"));
  g_autofree char *port = g_strdup_printf (_ ("port %s"), hs_facts_text (facts, "port"));

  return hs_facts_say ("hs-usb-symbolic",
                       "idle",
                       g_strdup_printf (_ ("A slot is called %s now"), name),
                       g_steal_pointer (&port));
}

static HsSentence *
slot_ignored (const HsFacts *facts)
{
  gboolean ignored = json_object_get_boolean_member_with_default (facts->payload, "ignored", TRUE);
  g_autofree char *port = hs_facts_bold (hs_facts_text (facts, "port"));

  return hs_facts_say ("hs-usb-symbolic",
                       "idle",
                       g_strdup_printf (ignored ? _ ("Port %s is left out of the bench")
                                                : _ ("Port %s is part of the bench again"),
                                        port),
                       g_strdup (""));
}

static const struct {
  const char *kind;
  HsSentence *(*say) (const HsFacts *facts);
} sayings[] = {
  { HS_KIND_CATALOG_BORN, catalog_born },
  { HS_KIND_CHAIN_STARTED, chain_started },
  { HS_KIND_SESSION_STARTED, session_started },
  { HS_KIND_SESSION_ENDED, session_ended },
  { HS_KIND_BUILD_IMPORTED, build_imported },
  { HS_KIND_BUILD_RENAMED, build_renamed },
  { HS_KIND_UNIT_SEEN, unit_seen },
  { HS_KIND_UNIT_LABELLED, unit_labelled },
  { HS_KIND_UNIT_NOTED, unit_noted },
  { HS_KIND_UNIT_JOINED, unit_joined },
  { HS_KIND_UNIT_REPORTED, unit_reported },
  { HS_KIND_UNIT_CHANGED, unit_changed },
  { HS_KIND_RUN_STARTED, run_started },
  { HS_KIND_PARTITION_BEGUN, partition_begun },
  { HS_KIND_PARTITION_WROTE, partition_wrote },
  { HS_KIND_PARTITION_HOLDS, partition_holds },
  { HS_KIND_PARTITION_UNKNOWN, partition_unknown },
  { HS_KIND_FILESYSTEM_ERASED, filesystem_erased },
  { HS_KIND_RUN_FINISHED, run_finished },
  { HS_KIND_RUN_INTERRUPTED, run_interrupted },
  { HS_KIND_SLOT_NAMED, slot_named },
  { HS_KIND_SLOT_IGNORED, slot_ignored },
};

/**
 * hs_sentence_short_id:
 * @key: "stm32:33363137313851060042003A", a port, or any id
 *
 * Returns: (transfer full): its last eight digits: "…0042003A"; short ones whole
 */
char *
hs_sentence_short_id (const char *key)
{
  const char *value = strchr (key, ':');
  gsize length;

  value = value != NULL ? value + 1 : key;
  length = strlen (value);
  return length > 12 ? g_strdup_printf ("…%s", value + length - 8) : g_strdup (value);
}

static char *
who_of (const char *kind, const char *subject, const char *name)
{
  const char *key = strchr (subject, ':');
  g_autofree char *id = NULL;

  if (name != NULL && *name != '\0')
    return hs_facts_bold (name);
  if (g_str_has_prefix (subject, "port:")) {
    id = g_strdup_printf (_ ("The camera on port %s"), subject + strlen ("port:"));
    return hs_facts_bold (id);
  }
  id = hs_sentence_short_id (key != NULL ? key + 1 : subject);
  return hs_facts_bold (id);
}

/**
 * hs_sentence_new:
 * @kind: of the entry; one that is not known yet is shown as it is
 * @subject: (nullable): "unit:stm32:…"
 * @payload: (nullable): JSON
 * @name: (nullable): what people call the subject
 * @build: (nullable): name of the build that the entry's run writes
 *
 * Puts a journal entry in words. Never fails: an entry of a newer Hotshoe says its kind.
 *
 * Returns: (transfer full): the sentence
 */
HsSentence *
hs_sentence_new (const char *kind,
                 const char *subject,
                 const char *payload,
                 const char *name,
                 const char *build)
{
  g_autoptr (JsonNode) node = payload != NULL ? json_from_string (payload, NULL) : NULL;
  g_autoptr (JsonObject) object = node != NULL && JSON_NODE_HOLDS_OBJECT (node)
                                      ? json_object_ref (json_node_get_object (node))
                                      : json_object_new ();
  g_autofree char *who = NULL;
  g_autofree char *safe_build = build != NULL ? g_markup_escape_text (build, -1) : NULL;
  HsFacts facts = { .kind = kind, .payload = object, .build = safe_build };
  HsSentence *said;

  g_return_val_if_fail (kind != NULL, NULL);

  facts.subject = subject != NULL ? subject : "";
  if (name == NULL && g_str_equal (kind, HS_KIND_BUILD_IMPORTED))
    name = hs_facts_text (&facts, "name");
  who = who_of (kind, facts.subject, name);
  facts.who = who;
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++)
    if (g_str_equal (sayings[i].kind, kind))
      return sayings[i].say (&facts);
  said = hs_facts_say_life (&facts);
  if (said == NULL)
    said = hs_facts_say_protection (&facts);
  if (said != NULL)
    return said;
  return hs_facts_say (
      "hs-journal-symbolic", "idle", g_markup_escape_text (kind, -1), g_strdup (facts.subject));
}

void
hs_sentence_free (HsSentence *self)
{
  if (self == NULL)
    return;

  g_free (self->markup);
  g_free (self->more);
  g_free (self);
}
