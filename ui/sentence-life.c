/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "store/kinds.h"
#include "ui/sentence-facts.h"

#include <glib/gi18n-lib.h>

/* -- releases -------------------------------------------------------------------------------- */

/* "gate-counter 1.4.2" in bold, as far as the entry or the catalog know it. */
static char *
release_of (const HsFacts *facts)
{
  const char *name = hs_facts_text (facts, "name");
  const char *version = hs_facts_text (facts, "version");
  g_autofree char *whole = NULL;

  if (*name == '\0')
    return g_strdup (facts->who);

  whole = *version != '\0' ? g_strdup_printf ("%s %s", name, version) : g_strdup (name);
  return hs_facts_bold (whole);
}

static char *
short_release (const char *id)
{
  return strlen (id) == 64 ? g_strdup_printf ("%.8s…", id) : g_strdup ("");
}

static const char *
id_of (const HsFacts *facts)
{
  const char *colon = strchr (facts->subject, ':');

  return colon != NULL ? colon + 1 : facts->subject;
}

static HsSentence *
release_drafted (const HsFacts *facts)
{
  g_autofree char *release = release_of (facts);

  return hs_facts_say ("hs-releases-symbolic",
                       "idle",
                       /* Translators: name and version of a release, in bold */
                       g_strdup_printf (_ ("Draft %s saved"), release),
                       g_strdup (""));
}

static HsSentence *
release_dropped (const HsFacts *facts)
{
  gboolean locked = *hs_facts_text (facts, "as") != '\0';

  return hs_facts_say ("hs-releases-symbolic",
                       "idle",
                       locked ? g_strdup_printf (_ ("Draft %s became a release"), facts->who)
                              : g_strdup_printf (_ ("Draft %s deleted"), facts->who),
                       short_release (hs_facts_text (facts, "as")));
}

static HsSentence *
release_locked (const HsFacts *facts)
{
  g_autofree char *release = release_of (facts);
  g_autofree char *id = short_release (id_of (facts));
  gboolean bundle = g_str_equal (hs_facts_text (facts, "origin"), "bundle");
  gboolean newer = *hs_facts_text (facts, "supersedes") != '\0';

  return hs_facts_say ("hs-releases-symbolic",
                       "work",
                       bundle ? g_strdup_printf (_ ("Release %s came in with a bundle"), release)
                              : g_strdup_printf (_ ("Release %s locked"), release),
                       hs_facts_join (id, newer ? _ ("supersedes an older one") : NULL, NULL));
}

static HsSentence *
release_signed (const HsFacts *facts)
{
  return hs_facts_say ("hs-releases-symbolic",
                       "work",
                       g_strdup_printf (_ ("Release %s signed"), facts->who),
                       g_strdup_printf (_ ("key %.8s…"), hs_facts_text (facts, "key")));
}

static HsSentence *
release_withdrawn (const HsFacts *facts)
{
  return hs_facts_say ("hs-attention-symbolic",
                       "warn",
                       g_strdup_printf (_ ("Release %s withdrawn"), facts->who),
                       g_strdup (hs_facts_text (facts, "reason")));
}

static HsSentence *
batch_opened (const HsFacts *facts)
{
  guint quantity = hs_facts_number (facts, "quantity");
  char *markup =
      quantity == 0
          /* Translators: a batch, in bold */
          ? g_strdup_printf (_ ("Batch %s opened"), facts->who)
          : g_strdup_printf (
                ngettext ("Batch %s of %u unit opened", "Batch %s of %u units opened", quantity),
                facts->who,
                quantity);

  return hs_facts_say (
      "hs-releases-symbolic", "idle", markup, g_strdup (hs_facts_text (facts, "name")));
}

static HsSentence *
batch_closed (const HsFacts *facts)
{
  return hs_facts_say ("hs-releases-symbolic",
                       "idle",
                       g_strdup_printf (_ ("Batch %s closed"), facts->who),
                       g_strdup (""));
}

/* -- numbers --------------------------------------------------------------------------------- */

static HsSentence *
lease_moved (const HsFacts *facts)
{
  g_autofree char *series = hs_facts_bold (hs_facts_text (facts, "series"));
  g_autofree char *first = g_strdup_printf ("%" G_GINT64_FORMAT, hs_facts_number (facts, "first"));
  g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, hs_facts_number (facts, "last"));

  if (g_str_equal (facts->kind, HS_KIND_LEASE_GIVEN))
    return hs_facts_say (
        "hs-units-symbolic",
        "idle",
        /* Translators: a series of product numbers in bold, then the first and the last one */
        g_strdup_printf (_ ("Numbers of %s handed over: %s to %s"), series, first, last),
        g_strdup (hs_facts_text (facts, "to")));
  return hs_facts_say (
      "hs-units-symbolic",
      "idle",
      /* Translators: a series of product numbers in bold, then the first and the last one */
      g_strdup_printf (_ ("Numbers of %s may be given out here: %s to %s"), series, first, last),
      g_strdup (hs_facts_text (facts, "reason")));
}

static HsSentence *
number_moved (const HsFacts *facts)
{
  g_autofree char *number = g_markup_escape_text (hs_facts_text (facts, "number"), -1);
  char *markup;

  if (g_str_equal (facts->kind, HS_KIND_NUMBER_RESERVED))
    /* Translators: a unit in bold, and a product number */
    markup = g_strdup_printf (_ ("%s: number %s is reserved"), facts->who, number);
  else if (g_str_equal (facts->kind, HS_KIND_NUMBER_COMMITTED))
    markup = g_strdup_printf (_ ("%s has number %s from now on"), facts->who, number);
  else
    markup = g_strdup_printf (_ ("%s: number %s is free again"), facts->who, number);
  return hs_facts_say (
      "hs-units-symbolic",
      "idle",
      markup,
      hs_facts_join (hs_facts_text (facts, "series"), hs_facts_text (facts, "reason"), NULL));
}

/* -- units after the bench ------------------------------------------------------------------- */

static HsSentence *
unit_shipped (const HsFacts *facts)
{
  g_autofree char *order = *hs_facts_text (facts, "order") != '\0'
                               ? g_strdup_printf (_ ("order %s"), hs_facts_text (facts, "order"))
                               : NULL;

  return hs_facts_say ("hs-units-symbolic",
                       "idle",
                       g_strdup_printf (_ ("%s was shipped"), facts->who),
                       hs_facts_join (hs_facts_text (facts, "date"), order, NULL));
}

static HsSentence *
unit_returned (const HsFacts *facts)
{
  return hs_facts_say (
      "hs-attention-symbolic",
      "warn",
      g_strdup_printf (_ ("%s came back"), facts->who),
      hs_facts_join (hs_facts_text (facts, "reason"), hs_facts_text (facts, "date"), NULL));
}

static HsSentence *
unit_scrapped (const HsFacts *facts)
{
  return hs_facts_say ("hs-units-symbolic",
                       "idle",
                       g_strdup_printf (_ ("%s was scrapped"), facts->who),
                       g_strdup (hs_facts_text (facts, "reason")));
}

static HsSentence *
unit_attached (const HsFacts *facts)
{
  g_autofree char *size = hs_format_size (hs_facts_number (facts, "size"));

  return hs_facts_say ("hs-units-symbolic",
                       "idle",
                       g_strdup_printf (_ ("A file was attached to %s"), facts->who),
                       hs_facts_join (hs_facts_text (facts, "file"), size, NULL));
}

static HsSentence *
unit_corrected (const HsFacts *facts)
{
  return hs_facts_say ("hs-units-symbolic",
                       "idle",
                       g_strdup_printf (_ ("An entry about %s was taken back"), facts->who),
                       g_strdup (hs_facts_text (facts, "reason")));
}

static HsSentence *
file_holds (const HsFacts *facts)
{
  g_autofree char *path = g_markup_escape_text (hs_facts_text (facts, "path"), -1);
  g_autofree char *size = hs_format_size (hs_facts_number (facts, "length"));
  g_autofree char *digest = g_strdup_printf ("sha256 %.8s…", hs_facts_text (facts, "sha256"));

  return hs_facts_say ("hs-pass-symbolic",
                       "ok",
                       /* Translators: a unit in bold, then the path of a file */
                       g_strdup_printf (_ ("%s: %s on its drive was read back"), facts->who, path),
                       hs_facts_join (size, digest, NULL));
}

/* -- builds, keys, policy -------------------------------------------------------------------- */

static HsSentence *
build_kept (const HsFacts *facts)
{
  gboolean archived = g_str_equal (facts->kind, HS_KIND_BUILD_ARCHIVED);

  return hs_facts_say ("hs-builds-symbolic",
                       "idle",
                       archived ? g_strdup_printf (_ ("Build %s archived"), facts->who)
                                : g_strdup_printf (_ ("More files of build %s kept"), facts->who),
                       g_strdup (hs_facts_text (facts, "reason")));
}

static HsSentence *
build_repeated (const HsFacts *facts)
{
  gboolean equal = json_object_get_boolean_member_with_default (facts->payload, "equal", FALSE);

  return hs_facts_say (
      equal ? "hs-pass-symbolic" : "hs-attention-symbolic",
      equal ? "ok" : "warn",
      equal ? g_strdup_printf (_ ("%s was built again: equal to the byte"), facts->who)
            : g_strdup_printf (_ ("%s was built again from the same inputs, and differs"),
                               facts->who),
      NULL);
}

static HsSentence *
key_moved (const HsFacts *facts)
{
  const char *name = hs_facts_text (facts, "name");
  g_autofree char *digits = g_strdup_printf ("%.8s…", hs_facts_text (facts, "key"));
  g_autofree char *key = hs_facts_bold (*name != '\0' ? name : digits);
  gboolean trusted = g_str_equal (facts->kind, HS_KIND_KEY_TRUSTED);

  return hs_facts_say (
      trusted ? "hs-releases-symbolic" : "hs-attention-symbolic",
      trusted ? "work" : "warn",
      trusted ? g_strdup_printf (_ ("Signatures of key %s are trusted here"), key)
              : g_strdup_printf (_ ("Signatures of key %s are not trusted any more"), key),
      trusted ? g_steal_pointer (&digits) : g_strdup (hs_facts_text (facts, "reason")));
}

static HsSentence *
policy_set (const HsFacts *facts)
{
  const char *name = hs_facts_text (facts, "name");
  const char *value = hs_facts_text (facts, "value");
  g_autofree char *safe = g_markup_escape_text (name, -1);

  if (!g_str_equal (name, "require-signature"))
    return hs_facts_say ("hs-attention-symbolic",
                         "warn",
                         g_strdup_printf (_ ("The rule %s changed"), safe),
                         g_strdup (value));
  if (g_str_equal (value, "yes"))
    return hs_facts_say ("hs-noaccess-symbolic",
                         "work",
                         g_strdup (_ ("Only releases signed by trusted keys run here")),
                         g_strdup (""));
  return hs_facts_say ("hs-attention-symbolic",
                       "warn",
                       g_strdup (_ ("Builds and unsigned releases may run here again")),
                       g_strdup (""));
}

static const struct {
  const char *kind;
  HsSentence *(*say) (const HsFacts *facts);
} sayings[] = {
  { HS_KIND_RELEASE_DRAFTED, release_drafted },
  { HS_KIND_RELEASE_DROPPED, release_dropped },
  { HS_KIND_RELEASE_LOCKED, release_locked },
  { HS_KIND_RELEASE_SIGNED, release_signed },
  { HS_KIND_RELEASE_WITHDRAWN, release_withdrawn },
  { HS_KIND_BATCH_OPENED, batch_opened },
  { HS_KIND_BATCH_CLOSED, batch_closed },
  { HS_KIND_LEASE_TAKEN, lease_moved },
  { HS_KIND_LEASE_GIVEN, lease_moved },
  { HS_KIND_NUMBER_RESERVED, number_moved },
  { HS_KIND_NUMBER_COMMITTED, number_moved },
  { HS_KIND_NUMBER_FREED, number_moved },
  { HS_KIND_UNIT_SHIPPED, unit_shipped },
  { HS_KIND_UNIT_RETURNED, unit_returned },
  { HS_KIND_UNIT_SCRAPPED, unit_scrapped },
  { HS_KIND_UNIT_ATTACHED, unit_attached },
  { HS_KIND_UNIT_CORRECTED, unit_corrected },
  { HS_KIND_FILE_HOLDS, file_holds },
  { HS_KIND_BUILD_KEPT, build_kept },
  { HS_KIND_BUILD_ARCHIVED, build_kept },
  { HS_KIND_BUILD_REPEATED, build_repeated },
  { HS_KIND_KEY_TRUSTED, key_moved },
  { HS_KIND_KEY_DISTRUSTED, key_moved },
  { HS_KIND_POLICY_SET, policy_set },
};

HsSentence *
hs_facts_say_life (const HsFacts *facts)
{
  for (guint i = 0; i < G_N_ELEMENTS (sayings); i++)
    if (g_str_equal (sayings[i].kind, facts->kind))
      return sayings[i].say (facts);
  return NULL;
}
