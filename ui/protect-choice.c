/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/protect-choice.h"

#include "ui/format.h"
#include "ui/guide-window.h"
#include "ui/unit-state.h"

#include <glib/gi18n-lib.h>

enum { N_WAYS_MAX = 8, GROUP = 4 };

struct _HsProtectChoice {
  GObject parent_instance;

  HsSession *session; /* owned */
  HsGuidePurpose purpose;
  const HsBoard *board;
  char *unit;
  char *port;          /* nullable */
  HsAuditFacts *facts; /* owned; nullable */
  GError *error;       /* nullable */
  gboolean ways_known; /* it was looked for the programs */
  gboolean offered[N_WAYS_MAX];
  char *why[N_WAYS_MAX];
  int way;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (HsProtectChoice, hs_protect_choice, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
hs_protect_choice_dispose (GObject *object)
{
  HsProtectChoice *self = HS_PROTECT_CHOICE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_protect_choice_parent_class)->dispose (object);
}

static void
hs_protect_choice_finalize (GObject *object)
{
  HsProtectChoice *self = HS_PROTECT_CHOICE (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->facts, hs_audit_facts_unref);
  g_clear_error (&self->error);
  for (guint i = 0; i < N_WAYS_MAX; i++)
    g_free (self->why[i]);
  g_free (self->unit);
  g_free (self->port);
  G_OBJECT_CLASS (hs_protect_choice_parent_class)->finalize (object);
}

static void
hs_protect_choice_class_init (HsProtectChoiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_protect_choice_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_protect_choice_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_protect_choice_init (HsProtectChoice *self)
{
  self->cancellable = g_cancellable_new ();
  self->way = -1;
}

static void
changed (HsProtectChoice *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* -- what is asked ---------------------------------------------------------------------------- */

static void
read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsProtectChoice *self = owner;

  if (result != NULL)
    self->facts = hs_audit_facts_ref (result);
  else
    self->error = g_error_copy (error);
  changed (self);
}

typedef struct {
  const HsBoard *board;
  gboolean offered[N_WAYS_MAX];
  char *why[N_WAYS_MAX];
} Ways;

static void
ways_free (gpointer data)
{
  Ways *ways = data;

  for (guint i = 0; i < N_WAYS_MAX; i++)
    g_free (ways->why[i]);
  g_free (ways);
}

/* On a thread of its own: it looks through folders. */
static gpointer
ways_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Ways *asked = data;
  Ways *found = g_new0 (Ways, 1);

  for (guint i = 0; i < MIN (hs_protection_way_count (), N_WAYS_MAX); i++)
    found->offered[i] =
        hs_protection_way_is_offered (hs_protection_way_nth (i), asked->board, &found->why[i]);
  return found;
}

static void
ways_cb (gpointer owner, gpointer result, const GError *error)
{
  HsProtectChoice *self = owner;
  Ways *found = result;

  if (found == NULL)
    return;
  self->ways_known = TRUE;
  for (guint i = 0; i < N_WAYS_MAX; i++) {
    self->offered[i] = found->offered[i];
    self->why[i] = g_steal_pointer (&found->why[i]);
    if (found->offered[i] && self->way < 0)
      self->way = (int) i;
  }
  changed (self);
}

/**
 * hs_protect_choice_new:
 * @session: the session
 * @purpose: %HS_GUIDE_PROTECT or %HS_GUIDE_UNPROTECT
 * @board: what the unit is
 * @unit: its key
 * @port: (nullable): where it is
 *
 * Asks at once what is known of the unit, and which programs there are.
 */
HsProtectChoice *
hs_protect_choice_new (HsSession *session,
                       HsGuidePurpose purpose,
                       const HsBoard *board,
                       const char *unit,
                       const char *port)
{
  HsProtectChoice *self = g_object_new (HS_TYPE_PROTECT_CHOICE, NULL);
  HsCatalog *catalog = hs_session_get_catalog (session);
  Ways *ways = g_new0 (Ways, 1);

  self->session = g_object_ref (session);
  self->purpose = purpose;
  self->board = board;
  self->unit = g_strdup (unit);
  self->port = g_strdup (port);
  ways->board = board;
  hs_ask (catalog,
          self,
          hs_audit_facts_read,
          hs_audit_subject_new (unit, board),
          hs_audit_subject_free,
          hs_audit_facts_unref,
          self->cancellable,
          read_cb);
  hs_ask_apart (catalog, self, ways_func, ways, ways_free, ways_free, self->cancellable, ways_cb);
  return self;
}

/* -- what is known ---------------------------------------------------------------------------- */

HsSession *
hs_protect_choice_get_session (HsProtectChoice *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), NULL);

  return self->session;
}

gboolean
hs_protect_choice_is_off (HsProtectChoice *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), FALSE);

  return self->purpose == HS_GUIDE_UNPROTECT;
}

const HsBoard *
hs_protect_choice_get_board (HsProtectChoice *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), NULL);

  return self->board;
}

const char *
hs_protect_choice_get_port (HsProtectChoice *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), NULL);

  return self->port;
}

const HsAuditFacts *
hs_protect_choice_get_facts (HsProtectChoice *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), NULL);

  return self->facts;
}

const GError *
hs_protect_choice_get_error (HsProtectChoice *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), NULL);

  return self->error;
}

const char *
hs_protect_choice_get_called (HsProtectChoice *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), NULL);

  return self->facts != NULL && self->facts->unit != NULL ? hs_unit_get_called (self->facts->unit)
                                                          : NULL;
}

char *
hs_protect_choice_dup_name (HsProtectChoice *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), NULL);

  if (self->facts == NULL || self->facts->unit == NULL)
    return g_strdup ("");
  return hs_format_unit_name (self->facts->unit);
}

/* Groups of four, from the end: what has to be typed carries the weight. */
char *
hs_protect_choice_dup_serial (HsProtectChoice *self)
{
  g_autofree char *digits = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gsize length, bold;

  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), NULL);

  digits = hs_format_key_serial (self->unit);
  length = strlen (digits);
  bold = self->facts != NULL && self->facts->ending != NULL ? strlen (self->facts->ending) : GROUP;
  if (!g_str_is_ascii (digits) || bold > length)
    return g_markup_escape_text (digits, -1);

  g_string_append (text, "<span alpha='62%'>");
  for (gsize i = 0; i < length; i++) {
    if (i > 0 && (length - i) % GROUP == 0)
      g_string_append_c (text, ' ');
    if (i == length - bold)
      g_string_append (text, "</span><b>");
    g_string_append_c (text, digits[i]);
  }
  g_string_append (text, "</b>");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
hs_protect_choice_dup_slot (HsProtectChoice *self)
{
  HsSlot *slot;

  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), NULL);

  slot = hs_unit_find_slot (self->session, self->unit);
  if (slot == NULL && self->port != NULL)
    slot = hs_session_find_slot (self->session, self->port);
  return g_strdup (slot != NULL ? hs_slot_get_name (slot) : _ ("not here"));
}

/* -- the way ---------------------------------------------------------------------------------- */

gboolean
hs_protect_choice_get_offered (HsProtectChoice *self, guint way, const char **why)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), FALSE);
  g_return_val_if_fail (way < N_WAYS_MAX, FALSE);

  if (why != NULL)
    *why = self->ways_known ? self->why[way] : _ ("Looking for it…");
  return self->offered[way];
}

int
hs_protect_choice_get_way (HsProtectChoice *self)
{
  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), -1);

  return self->way;
}

void
hs_protect_choice_set_way (HsProtectChoice *self, guint way)
{
  g_return_if_fail (HS_IS_PROTECT_CHOICE (self));
  g_return_if_fail (way < N_WAYS_MAX);

  if (!self->offered[way] || self->way == (int) way)
    return;
  self->way = (int) way;
  changed (self);
}

void
hs_protect_choice_fill (HsProtectChoice *self,
                        const char *typed,
                        gboolean spare,
                        HsRequestOptions *options)
{
  g_return_if_fail (HS_IS_PROTECT_CHOICE (self));
  g_return_if_fail (self->way >= 0);

  *options = (HsRequestOptions){ .confirm = HS_VERSION_TEXT,
                                 .may_wait = TRUE,
                                 .unit = self->unit,
                                 .board = self->board,
                                 .way = hs_protection_way_nth ((guint) self->way)->name,
                                 .confirmed = (char *) typed,
                                 .spare = spare };
}

/**
 * hs_protect_choice_start:
 * @self: a choice with a way
 * @parent: the window that the walk is in front of
 * @typed: what was typed to confirm it
 * @spare: somebody has a spare
 * @error: %HS_APP_ERROR_NOT_OFFERED …
 *
 * Opens the guide that does it: it says what the hand does and starts the jobs by itself.
 */
gboolean
hs_protect_choice_start (HsProtectChoice *self,
                         GtkWindow *parent,
                         const char *typed,
                         gboolean spare,
                         GError **error)
{
  HsRequestOptions options;
  g_autoptr (HsGuide) guide = NULL;

  g_return_val_if_fail (HS_IS_PROTECT_CHOICE (self), FALSE);

  hs_protect_choice_fill (self, typed, spare, &options);
  guide = hs_guide_new (self->session, self->purpose, self->board, self->port, &options, error);
  if (guide == NULL)
    return FALSE;
  gtk_window_present (hs_guide_window_new (parent, self->session, guide));
  return TRUE;
}
