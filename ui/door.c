/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/door.h"

#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum { DOOR_ICON_PX = 22, STATE_PX = 148, NAME_PX = 178 };

/* clang-format off */
static const struct {
  const char *icon;
  const char *meaning;
} looks[] = {
  [HS_DOOR_NOT_CHECKED] = { "hs-unknown-symbolic",     "warn" },
  [HS_DOOR_OPEN]        = { "hs-door-open-symbolic",   "bad" },
  [HS_DOOR_CLOSED]      = { "hs-door-closed-symbolic", "ok" },
  [HS_DOOR_CANT_CLOSE]  = { "hs-door-stuck-symbolic",  "idle" },
  [HS_DOOR_NOT_THERE]   = { "hs-door-fixed-symbolic",  "idle" },
};
/* clang-format on */

const char *
hs_door_icon_name (HsDoorState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (looks), NULL);

  return looks[state].icon;
}

const char *
hs_door_meaning (HsDoorState state)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (looks), NULL);

  return looks[state].meaning;
}

GtkWidget *
hs_door_icon_new (HsDoorState state, int size)
{
  g_return_val_if_fail (state < G_N_ELEMENTS (looks), NULL);

  return hs_piece_icon (looks[state].icon, size, looks[state].meaning);
}

/* One open door is enough; then what nobody looked at; only what is left can make it closed. */
HsDoorState
hs_doors_worst (GPtrArray *doors)
{
  static const HsDoorState order[] = {
    HS_DOOR_OPEN, HS_DOOR_NOT_CHECKED, HS_DOOR_CANT_CLOSE, HS_DOOR_CLOSED
  };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    for (guint n = 0; n < doors->len; n++)
      if (((const HsDoorLine *) g_ptr_array_index (doors, n))->state == order[i])
        return order[i];
  return HS_DOOR_NOT_CHECKED;
}

gboolean
hs_doors_say_protected (GPtrArray *doors)
{
  for (guint i = 0; i < doors->len; i++) {
    const HsDoorLine *line = g_ptr_array_index (doors, i);

    if (line->door == HS_DOOR_ROM && line->state == HS_DOOR_CLOSED)
      return TRUE;
  }
  return FALSE;
}

/* -- the table of doors ----------------------------------------------------------------------- */

static const HsColumn door_columns[] = {
  { N_ ("State"), STATE_PX },
  { N_ ("Door"), NAME_PX },
  { N_ ("What Hotshoe saw"), 0 },
  { N_ ("What closes it"), 0 },
};

static GtkWidget *
wrapped (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text != NULL ? text : "", classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

static void
add_door (HsTable *table, const HsDoorLine *line)
{
  GtkWidget *state = wrapped (hs_door_state_title (line->state), "heading");
  GtkWidget *name = wrapped (hs_door_title (line->door), "heading");
  GtkWidget *cell;

  gtk_widget_add_css_class (state, hs_door_meaning (line->state));
  gtk_widget_set_hexpand (state, TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (state), 12);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 20);
  cell = hs_piece_row (10, hs_door_icon_new (line->state, DOOR_ICON_PX), state, NULL);
  hs_table_add (table, cell, name, wrapped (line->saw, NULL), wrapped (line->closes, NULL), NULL);
}

GtkWidget *
hs_door_table_new (GPtrArray *doors)
{
  HsTable table;

  g_return_val_if_fail (doors != NULL, NULL);

  hs_table_init (&table, door_columns, G_N_ELEMENTS (door_columns));
  for (guint i = 0; i < doors->len; i++)
    add_door (&table, g_ptr_array_index (doors, i));
  hs_piece_name (table.grid, _ ("Doors"));
  return table.grid;
}

/* -- requested, written, observed -------------------------------------------------------------- */

static const HsColumn fact_columns[] = { { NULL, 120 }, { NULL, 210 }, { NULL, 0 } };

/* "level 1, 3 November, 14:06"; "never" */
char *
hs_protection_fact_dup_level (const HsProtectionFact *fact)
{
  g_autofree char *when = hs_format_day_clock (fact->time_us);

  if (fact->time_us == 0)
    return g_strdup (_ ("never"));
  if (fact->level < 0)
    /* Translators: %s is a day and a time */
    return g_strdup_printf (_ ("can’t be told, %s"), when);
  /* Translators: a level of readout protection, and when: "level 1, 3 November, 14:06" */
  return g_strdup_printf (_ ("level %d, %s"), fact->level, when);
}

static void
add_fact (HsTable *table, const char *title, const HsProtectionFact *fact)
{
  g_autofree char *level = hs_protection_fact_dup_level (fact);

  hs_table_add (table,
                hs_piece_label (title, "heading"),
                wrapped (level, fact->time_us == 0 ? "dim-label" : "figure"),
                wrapped (fact->proof, "dim-label"),
                NULL);
}

GtkWidget *
hs_protection_table_new (const HsProtectionRecord *record)
{
  HsTable table;

  hs_table_init (&table, fact_columns, G_N_ELEMENTS (fact_columns));
  add_fact (&table, _ ("Requested"), &record->requested);
  add_fact (&table, _ ("Written"), &record->written);
  add_fact (&table, _ ("Observed"), &record->observed);
  hs_piece_name (table.grid, _ ("Readout protection"));
  return table.grid;
}

gboolean
hs_protection_may_be_on (const HsProtectionRecord *record)
{
  const HsProtectionFact *const facts[] = { &record->requested,
                                            &record->written,
                                            &record->observed };
  const HsProtectionFact *newest = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (facts[i]->time_us > 0 && facts[i]->level >= 0 &&
        (newest == NULL || facts[i]->time_us >= newest->time_us))
      newest = facts[i];
  return newest != NULL && newest->level >= 1;
}
