/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/sim-hands-row.h"

#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsSimHandsRow {
  AdwActionRow parent_instance;

  GtkSwitch *jumper; /* nullable: the board has none */

  HsSession *session; /* owned */
  guint n;            /* of the bus's cameras */
  gboolean updating;
  gboolean useful; /* hands can do something to that camera */
};

G_DEFINE_FINAL_TYPE (HsSimHandsRow, hs_sim_hands_row, ADW_TYPE_ACTION_ROW)

/* clang-format off */
static const struct {
  HsSimCondition condition;
  const char *label;
} breaks[] = {
  { HS_SIM_CONDITION_NO_BOOTLOADER, N_("No Bootloader") },
  { HS_SIM_CONDITION_HALF_WRITTEN, N_("Half-Written Firmware") },
  { HS_SIM_CONDITION_BAD_MAIN, N_("A main.py That Hangs") },
};
/* clang-format on */

static HsSimBus *
bus_of (HsSimHandsRow *self)
{
  return hs_session_get_sim_bus (self->session);
}

static gboolean
has_switch (const HsBoard *board)
{
  return board->recovery == HS_RECOVERY_SE_TOOL;
}

static gboolean
jumper_cb (HsSimHandsRow *self, gboolean set)
{
  if (!self->updating)
    hs_sim_bus_set_jumper (bus_of (self), self->n, set);
  return FALSE;
}

static void
button_cb (HsSimHandsRow *self)
{
  hs_sim_bus_press_button (bus_of (self), self->n);
}

static void
break_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSimHandsRow *self = HS_SIM_HANDS_ROW (widget);

  hs_sim_bus_break (bus_of (self), self->n, g_variant_get_int32 (parameter));
}

/* Call after the bus changed. */
void
hs_sim_hands_row_update (HsSimHandsRow *self)
{
  g_return_if_fail (HS_IS_SIM_HANDS_ROW (self));

  if (self->jumper == NULL)
    return;

  self->updating = TRUE;
  gtk_switch_set_active (self->jumper, hs_sim_bus_get_jumper (bus_of (self), self->n));
  self->updating = FALSE;
}

/* A camera that hands can do nothing to has no such row to be seen. */
void
hs_sim_hands_row_set_wanted (HsSimHandsRow *self, gboolean wanted)
{
  g_return_if_fail (HS_IS_SIM_HANDS_ROW (self));

  gtk_widget_set_visible (GTK_WIDGET (self), wanted && self->useful);
}

static void
hs_sim_hands_row_dispose (GObject *object)
{
  g_clear_object (&HS_SIM_HANDS_ROW (object)->session);

  G_OBJECT_CLASS (hs_sim_hands_row_parent_class)->dispose (object);
}

static void
hs_sim_hands_row_class_init (HsSimHandsRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_sim_hands_row_dispose;
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "sim.break", "i", break_action);
}

static void
hs_sim_hands_row_init (HsSimHandsRow *self)
{
}

/* Only what is possible for the board. */
static GMenuModel *
break_menu (HsSimHandsRow *self)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (breaks); i++) {
    g_autofree char *action = g_strdup_printf ("sim.break(%d)", breaks[i].condition);

    if (hs_sim_bus_can_break (bus_of (self), self->n, breaks[i].condition))
      g_menu_append (menu, _ (breaks[i].label), action);
  }
  return G_MENU_MODEL (menu);
}

static void
add (HsSimHandsRow *self, GtkWidget *widget)
{
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), widget);
}

static void
add_jumper (HsSimHandsRow *self, const char *title, const char *who)
{
  /* Translators: "Jumper on BOOT and RST", "OpenMV Cam H7, …003A" */
  g_autofree char *name = g_strdup_printf (_ ("%s, %s"), title, who);
  GtkWidget *jumper = gtk_switch_new ();

  self->jumper = GTK_SWITCH (jumper);
  gtk_widget_set_tooltip_text (jumper, title);
  hs_piece_name (jumper, name);
  g_signal_connect_data (
      jumper, "state-set", G_CALLBACK (jumper_cb), self, NULL, G_CONNECT_SWAPPED);
  add (self, jumper);
}

static void
add_button (HsSimHandsRow *self, const char *who)
{
  /* Translators: a camera */
  g_autofree char *name = g_strdup_printf (_ ("Press the user button of %s"), who);
  GtkWidget *button = gtk_button_new_with_label (_ ("Press the Button"));

  hs_piece_name (button, name);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (button_cb), self);
  add (self, button);
}

static gboolean
add_breaks (HsSimHandsRow *self, const char *who)
{
  g_autoptr (GMenuModel) menu = break_menu (self);
  /* Translators: a camera */
  g_autofree char *name = g_strdup_printf (_ ("Break %s"), who);
  GtkWidget *button = gtk_menu_button_new ();

  if (g_menu_model_get_n_items (menu) == 0) {
    g_object_ref_sink (button);
    g_object_unref (button);
    return FALSE;
  }
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _ ("Break…"));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (button), menu);
  hs_piece_name (button, name);
  add (self, button);
  return TRUE;
}

GtkWidget *
hs_sim_hands_row_new (HsSession *session, guint n)
{
  HsSimHandsRow *self = g_object_new (HS_TYPE_SIM_HANDS_ROW, NULL);
  HsSimCamera *camera = hs_sim_bus_get_camera (hs_session_get_sim_bus (session), n);
  const HsBoard *board = hs_sim_camera_get_board (camera);
  const char *id = hs_sim_camera_get_id (camera);
  gsize length = strlen (id);
  /* Translators: a board, and the last digits of a serial */
  g_autofree char *who =
      g_strdup_printf (_ ("%s, …%s"), _ (board->name), length > 4 ? id + length - 4 : id);
  g_autofree char *title = NULL;

  self->session = g_object_ref (session);
  self->n = n;
  if (has_switch (board))
    title = g_strdup (_ ("Maintenance switch on"));
  else if (board->pads != NULL)
    /* Translators: pads of a board: "BOOT and RST" */
    title = g_strdup_printf (_ ("Jumper on %s"), _ (board->pads));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), title != NULL ? title : "");
  gtk_widget_add_css_class (GTK_WIDGET (self), "sim-hands");
  self->useful = add_breaks (self, who) || title != NULL;
  if (has_switch (board))
    add_button (self, who);
  if (title != NULL)
    add_jumper (self, title, who);
  hs_sim_hands_row_update (self);
  return GTK_WIDGET (self);
}
