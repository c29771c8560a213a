/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "app/operator-private.h"
#include "store/catalog-numbers.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What a barcode scanner types: who works here, which number a camera gets, what is written on it.
 */

/* What follows @prefix, whatever the letters' case; NULL: it does not begin so. */
static const char *
skip_prefix (const char *line, const char *prefix)
{
  gsize length = strlen (prefix);

  return g_ascii_strncasecmp (line, prefix, length) == 0 ? line + length : NULL;
}

static gboolean
take_operator (HsOperator *self, const char *typed, char **understood)
{
  g_autofree char *name = g_strstrip (g_strdup (typed));

  if (*name == '\0') {
    *understood = g_strdup (_ ("Not understood: no name of an operator."));
    return FALSE;
  }

  hs_session_set_operator (self->session, name);
  *understood = g_strdup_printf (_ ("Operator: %s"), name);
  return TRUE;
}

/* --- a label for a unit --- */

/* The camera that waits for its number, if one does, else what passed last. */
static const char *
find_unit_to_label (HsOperator *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tiles)); i++) {
    HsTile *tile = hs_operator_nth_tile (self, i);
    HsDevice *device = hs_slot_get_device (tile->slot);

    if (tile->state == HS_TILE_SCAN && device != NULL &&
        hs_identity_names_unit (hs_device_get_board (device), hs_device_get_key (device)))
      return hs_device_get_key (device);
  }
  return self->last_unit;
}

static gboolean
take_label (HsOperator *self, const char *typed, char **understood)
{
  g_autofree char *label = g_strstrip (g_strdup (typed));
  const char *unit = find_unit_to_label (self);
  g_autoptr (GError) error = NULL;

  if (*label == '\0' || unit == NULL) {
    *understood =
        g_strdup (*label == '\0' ? _ ("Not understood: the label is empty.")
                                 : _ ("Not understood: no unit has passed yet to be labelled."));
    return FALSE;
  }
  if (!hs_session_label_unit (self->session, unit, label, &error)) {
    *understood = g_strdup_printf (_ ("Not labelled: %s"), error->message);
    return FALSE;
  }

  *understood = g_strdup_printf (_ ("Label: %s"), label);
  return TRUE;
}

/* --- a unit --- */

static char *
describe_state (HsUnit *unit)
{
  const char *state = hs_unit_get_state (unit);
  const char *customer = hs_unit_get_party_name (unit);

  if (g_strcmp0 (state, "shipped") == 0)
    return customer != NULL ? g_strdup_printf (_ ("shipped to %s"), customer)
                            : g_strdup (_ ("shipped"));
  if (g_strcmp0 (state, "scrapped") == 0)
    return g_strdup (_ ("scrapped"));
  if (g_strcmp0 (state, "returned") == 0)
    return g_strdup (_ ("returned"));
  return g_strdup (g_strcmp0 (state, "ready") == 0 ? _ ("ready to ship") : _ ("not ready"));
}

static gboolean
tell_unit (HsOperator *self, const char *line, char **understood)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autofree char *id = hs_catalog_resolve_unit (catalog, line, NULL);
  g_autoptr (HsUnit) unit = id != NULL ? hs_catalog_get_unit (catalog, id, NULL) : NULL;
  g_autofree char *state = NULL;

  if (unit == NULL) {
    *understood = g_strdup_printf (_ ("Not understood: %s"), line);
    return FALSE;
  }

  state = describe_state (unit);
  /* Translators: what was scanned, and how that unit is: "GATE-0471: shipped to …" */
  *understood = g_strdup_printf (_ ("%s: %s"), line, state);
  return TRUE;
}

/* --- a product serial --- */

/* Who has waited longest. */
static HsTile *
find_waiting (HsOperator *self)
{
  HsTile *found = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tiles)); i++) {
    HsTile *tile = hs_operator_nth_tile (self, i);

    if (tile->state == HS_TILE_SCAN && (found == NULL || tile->waits_since < found->waits_since))
      found = tile;
  }
  return found;
}

static gboolean
is_queued (HsOperator *self, const char *number)
{
  return g_queue_find_custom (&self->scanned, number, (GCompareFunc) strcmp) != NULL;
}

/* Somebody scanned the same thing twice, and it is being worked on. */
static HsTile *
find_working (HsOperator *self, const char *number)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->tiles)); i++) {
    HsTile *tile = hs_operator_nth_tile (self, i);

    if (tile->state == HS_TILE_WORK && g_strcmp0 (hs_tile_get_number (tile), number) == 0)
      return tile;
  }
  return NULL;
}

/* A unit has it for good: somebody asks about that unit. */
static gboolean
is_given (HsOperator *self, const char *number)
{
  HsCatalog *catalog = hs_session_get_catalog (self->session);
  g_autofree char *owner = hs_catalog_find_number (catalog, self->recipe->series, number, NULL);
  g_autoptr (HsUnit) unit = owner != NULL ? hs_catalog_get_unit (catalog, owner, NULL) : NULL;

  return unit != NULL && g_strcmp0 (hs_unit_get_serial (unit), number) == 0;
}

static gboolean
take_number (HsOperator *self, const char *number, char **understood)
{
  HsTile *tile = find_working (self, number);

  if (tile != NULL || is_queued (self, number)) {
    *understood = g_strdup_printf (_ ("Serial %s: scanned before"), number);
    return TRUE;
  }
  if (is_given (self, number))
    return tell_unit (self, number, understood);

  tile = find_waiting (self);
  if (tile == NULL) {
    g_queue_push_tail (&self->scanned, g_strdup (number));
    *understood = g_strdup_printf (_ ("Serial %s: plug in its camera"), number);
    return TRUE;
  }

  *understood = g_strdup_printf (_ ("Serial %s: for %s"), number, hs_slot_get_name (tile->slot));
  hs_operator_start (self, tile, number);
  return TRUE;
}

static gboolean
understand (HsOperator *self, const char *line, char **understood)
{
  const char *rest;

  if ((rest = skip_prefix (line, "OPERATOR:")) != NULL ||
      (rest = skip_prefix (line, "OP:")) != NULL)
    return take_operator (self, rest, understood);
  if ((rest = skip_prefix (line, "UNIT:")) != NULL)
    return take_label (self, rest, understood);
  if (self->recipe->rule == HS_NUMBER_SCAN && !self->stopped &&
      g_str_has_prefix (line, self->recipe->prefix))
    return take_number (self, line, understood);
  return tell_unit (self, line, understood);
}

#define MOST_SCANNED 256 /* bytes; a code with more is none of ours */

static gboolean
is_text (const char *line)
{
  if (*line == '\0' || strlen (line) > MOST_SCANNED || !g_utf8_validate (line, -1, NULL))
    return FALSE;
  for (const char *at = line; *at != '\0'; at = g_utf8_next_char (at))
    if (!g_unichar_isprint (g_utf8_get_char (at)))
      return FALSE;
  return TRUE;
}

/**
 * hs_operator_scan:
 * @self: an operator
 * @line: what a scanner typed, without its Enter
 * @understood: (out) (transfer full): what it was taken for, a sentence
 *
 * Main thread. Asks the catalog about one unit or number at most.
 *
 * Returns: whether it made sense
 */
gboolean
hs_operator_scan (HsOperator *self, const char *line, char **understood)
{
  g_autofree char *text = g_strstrip (g_strdup (line));
  gboolean good;

  g_return_val_if_fail (HS_IS_OPERATOR (self), FALSE);

  if (is_text (text)) {
    good = understand (self, text, understood);
  } else {
    good = FALSE;
    *understood = g_strdup (_ ("Not understood: the code is no text."));
  }
  g_signal_emit_by_name (self, "scanned", *understood, good);
  return good;
}
