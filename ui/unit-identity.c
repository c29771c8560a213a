/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-parts.h"

#include "ui/piece.h"

#include <glib/gi18n-lib.h>

static const HsColumn columns[] = { { NULL, 108 }, { NULL, 0 } };

/* The schemes of flash/identity as people know them. */
static const char *
scheme_text (const char *scheme)
{
  static const struct {
    const char *scheme;
    const char *text;
  } names[] = {
    { "stm32", N_ ("Catalog, chip") },
    { "stm32-st", N_ ("Running") },
    { "stm32-rom", N_ ("ROM") },
    { "stm32-st8", N_ ("Running, older") },
    { "stm32-mem", N_ ("In memory order") },
    { "stm32-arduino", N_ ("Arduino") },
    { "alif-se", N_ ("Bootloader") },
    { "alif-eui64", N_ ("Running") },
    { "ocotp", N_ ("Chip") },
    { "ficr", N_ ("Chip") },
    { "rp2", N_ ("Chip") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].scheme, scheme) == 0)
      return _ (names[i].text);
  return scheme;
}

static GtkWidget *
identity_cell (const HsUnitIdentity *identity)
{
  g_autofree char *markup =
      g_markup_printf_escaped ("<span face='monospace' size='90%%'>%s</span>", identity->value);
  GtkWidget *copy = hs_piece_copy (markup, scheme_text (identity->scheme), identity->value);
  GtkWidget *unsure = NULL;

  if (g_strcmp0 (identity->strength, "proven") != 0) {
    unsure = hs_piece_label (_ ("not unique"), "dim-label caption");
    gtk_label_set_ellipsize (GTK_LABEL (unsure), PANGO_ELLIPSIZE_END);
  }
  return hs_piece_row (6, copy, unsure, NULL);
}

/**
 * hs_unit_identities_new:
 * @unit: a unit
 *
 * Returns: (transfer floating): every form of its identity; a click copies it
 */
GtkWidget *
hs_unit_identities_new (HsUnit *unit)
{
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < hs_unit_get_n_identities (unit); i++) {
    const HsUnitIdentity *identity = hs_unit_get_identity (unit, i);
    GtkWidget *scheme = hs_piece_label (scheme_text (identity->scheme), "dim-label");

    gtk_label_set_ellipsize (GTK_LABEL (scheme), PANGO_ELLIPSIZE_END);
    gtk_widget_set_tooltip_text (scheme, identity->evidence);
    hs_table_add (&table, scheme, identity_cell (identity), NULL);
  }
  return table.grid;
}
