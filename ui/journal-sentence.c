/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/journal-sentence.h"

#include "app/explain.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

/* What a sentence is made of. */
typedef struct {
  const char *kind;
  const char *subject;
  JsonObject *payload; /* never NULL */
  const char *build;   /* escaped; nullable */
  const char *who;     /* escaped, bold: the subject */
} Facts;

static const char *
text_of (const Facts *facts, const char *member)
{
  const char *text = "";

  if (json_object_has_member (facts->payload, member)) {
    JsonNode *node = json_object_get_member (facts->payload, member);

    if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
      text = json_node_get_string (node);
  }
  return text != NULL ? text : "";
}

static guint64
number_of (const Facts *facts, const char *member)
{
  return json_object_get_int_member_with_default (facts->payload, member, 0);
}

static char *
bold (const char *text)
{
  return g_markup_printf_escaped ("<b>%s</b>", text);
}

/* "a · b · c" without the empty ones. */
static char *
join (const char *a, const char *b, const char *c)
{
  const char *parts[] = { a, b, c };
  g_autoptr (GString) all = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    if (parts[i] == NULL || *parts[i] == '\0')
      continue;
    if (all->len > 0)
      g_string_append (all, " · ");
    g_string_append (all, parts[i]);
  }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static HsSentence *
sentence (const char *icon, const char *meaning, char *markup, char *more)
{
  HsSentence *self = g_new0 (HsSentence, 1);

  self->icon = icon;
  self->meaning = meaning;
  self->markup = markup;
  self->more = more;
  return self;
}

static const char *
slot_of (const Facts *facts)
{
  const char *slot = text_of (facts, "slot");

  return *slot != '\0' ? slot : text_of (facts, "port");
}

static HsSentence *
catalog_born (const Facts *facts)
{
  gboolean practice = g_str_equal (text_of (facts, "purpose"), "practice");

  return sentence ("hs-journal-symbolic",
                   "idle",
                   g_strdup (practice ? _ ("A catalog for practice was made")
                                      : _ ("A catalog for production was made")),
                   g_strdup (text_of (facts, "name")));
}

static HsSentence *
chain_started (const Facts *facts)
{
  return sentence ("hs-journal-symbolic",
                   "idle",
                   g_strdup (_ ("A new chain of entries was started")),
                   g_strdup (text_of (facts, "reason")));
}

static HsSentence *
session_started (const Facts *facts)
{
  g_autofree char *version = g_strdup_printf (_ ("Hotshoe %s"), text_of (facts, "version"));

  return sentence ("hs-bench-symbolic",
                   "idle",
                   g_strdup (_ ("Hotshoe was started")),
                   join (version, text_of (facts, "host"), NULL));
}

static HsSentence *
session_ended (const Facts *facts)
{
  return sentence ("hs-bench-symbolic", "idle", g_strdup (_ ("Hotshoe was closed")), g_strdup (""));
}

static HsSentence *
build_imported (const Facts *facts)
{
  guint n = 0;
  g_autofree char *artifacts = NULL;
  g_autofree char *commit = NULL;

  if (json_object_has_member (facts->payload, "artifacts") &&
      JSON_NODE_HOLDS_ARRAY (json_object_get_member (facts->payload, "artifacts")))
    n = json_array_get_length (json_object_get_array_member (facts->payload, "artifacts"));
  artifacts = g_strdup_printf (ngettext ("%u artifact", "%u artifacts", n), n);
  commit = g_strndup (text_of (facts, "commit"), 9);
  /* Translators: %s is the build's name in bold */
  return sentence ("hs-builds-symbolic",
                   "idle",
                   g_strdup_printf (_ ("Build %s imported"), facts->who),
                   join (artifacts, text_of (facts, "board"), commit));
}

static HsSentence *
build_renamed (const Facts *facts)
{
  g_autofree char *name = bold (text_of (facts, "name"));

  return sentence ("hs-builds-symbolic",
                   "idle",
                   g_strdup_printf (_ ("A build is called %s now"), name),
                   g_strdup (""));
}

static HsSentence *
unit_seen (const Facts *facts)
{
  return sentence ("hs-units-symbolic",
                   "idle",
                   g_strdup_printf (_ ("%s was identified"), facts->who),
                   join (text_of (facts, "board"), text_of (facts, "port"), NULL));
}

static HsSentence *
unit_labelled (const Facts *facts)
{
  g_autofree char *label = bold (text_of (facts, "label"));
  const char *key = strchr (facts->subject, ':');
  g_autofree char *id = hs_sentence_short_id (key != NULL ? key + 1 : facts->subject);

  if (*text_of (facts, "label") == '\0')
    return sentence ("hs-units-symbolic",
                     "idle",
                     g_strdup_printf (_ ("The label of %s was taken off"), facts->who),
                     g_strdup (""));
  return sentence ("hs-units-symbolic",
                   "idle",
                   g_strdup_printf (_ ("A unit is called %s now"), label),
                   g_steal_pointer (&id));
}

static HsSentence *
unit_noted (const Facts *facts)
{
  return sentence ("hs-units-symbolic",
                   "idle",
                   g_strdup_printf (_ ("Note on %s"), facts->who),
                   g_strdup (text_of (facts, "text")));
}

static HsSentence *
unit_joined (const Facts *facts)
{
  g_autofree char *other = hs_sentence_short_id (text_of (facts, "other"));
  g_autofree char *safe = g_markup_escape_text (other, -1);

  /* Translators: the first %s is a unit in bold, the second an id */
  return sentence ("hs-units-symbolic",
                   "idle",
                   g_strdup_printf (_ ("%s and %s are one unit"), facts->who, safe),
                   g_strdup (text_of (facts, "evidence")));
}

static HsSentence *
unit_reported (const Facts *facts)
{
  g_autofree char *version = g_markup_escape_text (text_of (facts, "version"), -1);
  gboolean differs = g_str_equal (text_of (facts, "verdict"), "differs");
  g_autofree char *expected =
      differs ? g_strdup_printf (_ ("expected %s"), text_of (facts, "expected")) : NULL;

  if (*version == '\0')
    return sentence ("hs-ready-symbolic",
                     "work",
                     g_strdup_printf (_ ("%s runs, and does not tell its version"), facts->who),
                     g_strdup (""));
  /* Translators: a unit in bold, and the version that it reports */
  return sentence (differs ? "hs-fail-symbolic" : "hs-ready-symbolic",
                   differs ? "bad" : "work",
                   g_strdup_printf (_ ("%s reports %s"), facts->who, version),
                   join (expected, NULL, NULL));
}

static HsSentence *
unit_changed (const Facts *facts)
{
  return sentence ("hs-attention-symbolic",
                   "warn",
                   g_strdup_printf (_ ("%s was changed outside Hotshoe"), facts->who),
                   g_strdup (text_of (facts, "partition")));
}

static char *
run_markup (const Facts *facts)
{
  const char *what = text_of (facts, "what");

  if (g_str_equal (what, "identify"))
    return g_strdup_printf (_ ("%s is being identified"), facts->who);
  if (g_str_equal (what, "enter"))
    return g_strdup_printf (_ ("%s goes to its bootloader"), facts->who);
  if (g_str_equal (what, "leave"))
    return g_strdup_printf (_ ("%s leaves its bootloader"), facts->who);
  if (g_str_equal (what, "restart"))
    return g_strdup_printf (_ ("%s restarts"), facts->who);
  if (g_str_equal (what, "read-build"))
    return g_strdup_printf (_ ("A build is being made from %s"), facts->who);
  if (facts->build != NULL)
    /* Translators: a unit in bold, then the name of a build */
    return g_strdup_printf (_ ("%s started with %s"), facts->who, facts->build);
  return g_strdup_printf (_ ("%s started"), facts->who);
}

static HsSentence *
run_started (const Facts *facts)
{
  gboolean writes = g_str_equal (text_of (facts, "what"), "flash");

  return sentence (
      "hs-work-symbolic",
      "work",
      run_markup (facts),
      join (slot_of (facts), writes ? _ ("recorded before the first erase") : NULL, NULL));
}

static HsSentence *
partition_begun (const Facts *facts)
{
  g_autofree char *size = hs_format_size (number_of (facts, "length"));
  g_autofree char *name = g_markup_escape_text (text_of (facts, "partition"), -1);

  return sentence ("hs-work-symbolic",
                   "work",
                   g_strdup_printf (_ ("%s: writing %s begins"), facts->who, name),
                   g_steal_pointer (&size));
}

static HsSentence *
partition_wrote (const Facts *facts)
{
  g_autofree char *wrote = hs_format_size (number_of (facts, "wrote_bytes"));
  g_autofree char *skipped = hs_format_size (number_of (facts, "skipped_bytes"));
  g_autofree char *sent = g_strdup_printf (_ ("%s sent"), wrote);
  g_autofree char *equal = number_of (facts, "skipped_bytes") > 0
                               ? g_strdup_printf (_ ("%s were equal already"), skipped)
                               : NULL;
  g_autofree char *name = g_markup_escape_text (text_of (facts, "partition"), -1);

  return sentence ("hs-work-symbolic",
                   "work",
                   g_strdup_printf (_ ("%s: %s is written"), facts->who, name),
                   join (sent, equal, NULL));
}

static HsSentence *
partition_holds (const Facts *facts)
{
  g_autofree char *name = g_markup_escape_text (text_of (facts, "partition"), -1);
  g_autofree char *digest = g_strdup_printf ("sha256 %.8s…", text_of (facts, "sha256"));
  g_autofree char *size = hs_format_size (number_of (facts, "length"));

  return sentence ("hs-pass-symbolic",
                   "ok",
                   g_strdup_printf (_ ("%s: %s was read back"), facts->who, name),
                   join (facts->build != NULL ? facts->build : NULL, size, digest));
}

static HsSentence *
partition_unknown (const Facts *facts)
{
  g_autofree char *name = g_markup_escape_text (text_of (facts, "partition"), -1);

  return sentence ("hs-unknown-symbolic",
                   "warn",
                   g_strdup_printf (_ ("%s: what %s holds is not known"), facts->who, name),
                   g_strdup (text_of (facts, "why")));
}

static HsSentence *
filesystem_erased (const Facts *facts)
{
  return sentence ("hs-attention-symbolic",
                   "warn",
                   g_strdup_printf (_ ("The filesystem of %s was erased"), facts->who),
                   g_strdup (text_of (facts, "partition")));
}

/* The problem of a run that did not pass: "the cable came off". */
static char *
problem_of (const Facts *facts, const char *member)
{
  JsonNode *node = json_object_get_member (facts->payload, "error");

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return g_strdup ("");
  return g_strdup (
      json_object_get_string_member_with_default (json_node_get_object (node), member, ""));
}

static char *
seconds_of (const Facts *facts)
{
  double seconds = json_object_get_double_member_with_default (facts->payload, "seconds", 0);

  return seconds > 0 ? hs_format_duration (seconds) : g_strdup ("");
}

static HsSentence *
run_passed (const Facts *facts)
{
  g_autofree char *seconds = seconds_of (facts);
  gboolean read_back = g_str_has_prefix (text_of (facts, "proof"), "read-back");
  char *markup;

  if (facts->build != NULL && g_str_equal (text_of (facts, "what"), "flash"))
    /* Translators: a unit in bold, then the name of a build */
    markup = g_strdup_printf (_ ("%s passed with %s"), facts->who, facts->build);
  else
    markup = g_strdup_printf (_ ("%s passed"), facts->who);
  return sentence ("hs-pass-symbolic",
                   "ok",
                   markup,
                   join (slot_of (facts), read_back ? _ ("read back equal") : NULL, seconds));
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
run_finished (const Facts *facts)
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
  const char *outcome = text_of (facts, "outcome");
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
  return sentence (
      icon, meaning, end_markup (outcome, facts->who, safe), join (slot_of (facts), action, NULL));
}

static HsSentence *
run_interrupted (const Facts *facts)
{
  return sentence ("hs-unknown-symbolic",
                   "warn",
                   g_strdup_printf (_ ("%s was interrupted"), facts->who),
                   g_strdup (_ ("Hotshoe ended while it was at work")));
}

static HsSentence *
slot_named (const Facts *facts)
{
  g_autofree char *name = bold (text_of (facts, "name"));
  g_autofree char *port = g_strdup_printf (_ ("port %s"), text_of (facts, "port"));

  return sentence ("hs-usb-symbolic",
                   "idle",
                   g_strdup_printf (_ ("A slot is called %s now"), name),
                   g_steal_pointer (&port));
}

static HsSentence *
slot_ignored (const Facts *facts)
{
  gboolean ignored = json_object_get_boolean_member_with_default (facts->payload, "ignored", TRUE);
  g_autofree char *port = bold (text_of (facts, "port"));

  return sentence ("hs-usb-symbolic",
                   "idle",
                   g_strdup_printf (ignored ? _ ("Port %s is left out of the bench")
                                            : _ ("Port %s is part of the bench again"),
                                    port),
                   g_strdup (""));
}

static const struct {
  const char *kind;
  HsSentence *(*say) (const Facts *facts);
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
    return bold (name);
  if (g_str_has_prefix (subject, "port:")) {
    id = g_strdup_printf (_ ("The camera on port %s"), subject + strlen ("port:"));
    return bold (id);
  }
  id = hs_sentence_short_id (key != NULL ? key + 1 : subject);
  return bold (id);
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
  Facts facts = { .kind = kind, .payload = object, .build = safe_build };

  g_return_val_if_fail (kind != NULL, NULL);

  facts.subject = subject != NULL ? subject : "";
  if (name == NULL && g_str_equal (kind, HS_KIND_BUILD_IMPORTED))
    name = text_of (&facts, "name");
  who = who_of (kind, facts.subject, name);
  facts.who = who;
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++)
    if (g_str_equal (sayings[i].kind, kind))
      return sayings[i].say (&facts);
  return sentence (
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
