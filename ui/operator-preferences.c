/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/operator-preferences.h"

#include "app/pin.h"
#include "ui/piece.h"
#include "ui/pin-dialog.h"
#include "ui/settings.h"
#include "ui/sounds.h"

#include <glib/gi18n-lib.h>

enum { FULL_VOLUME = 100, STEP = 10, SCALE_PX = 180 };

struct _HsOperatorPreferences {
  AdwPreferencesGroup parent_instance;

  AdwActionRow *pin;
  GtkButton *set;
  GtkWidget *remove;
  GtkRange *volume;

  GSettings *settings; /* nullable */
  HsSounds *sounds;    /* nullable: while somebody listens how loud it is */
};

G_DEFINE_FINAL_TYPE (HsOperatorPreferences, hs_operator_preferences, ADW_TYPE_PREFERENCES_GROUP)

static void
update_pin (HsOperatorPreferences *self)
{
  gboolean is_set = hs_pin_is_set ();

  adw_action_row_set_subtitle (self->pin,
                               is_set ? _ ("Asked for when somebody leaves")
                                      : _ ("None: anybody can leave operator mode"));
  gtk_button_set_label (self->set, is_set ? _ ("Change…") : _ ("Set…"));
  hs_piece_name (self->set, is_set ? _ ("Change the PIN") : _ ("Set a PIN"));
  gtk_widget_set_visible (self->remove, is_set);
}

static void
set_cb (HsOperatorPreferences *self)
{
  hs_pin_dialog_present (GTK_WIDGET (self), HS_PIN_DIALOG_SET, (HsPinDone) update_pin, self);
}

static void
remove_cb (HsOperatorPreferences *self)
{
  hs_pin_dialog_present (GTK_WIDGET (self), HS_PIN_DIALOG_REMOVE, (HsPinDone) update_pin, self);
}

static void
volume_cb (HsOperatorPreferences *self)
{
  double volume = gtk_range_get_value (self->volume);

  hs_settings_set_int (self->settings, "operator-volume", (int) volume);
  g_clear_object (&self->sounds);
  self->sounds = hs_sounds_new (volume / FULL_VOLUME);
  hs_sounds_play (self->sounds, HS_SOUND_PASS);
}

static GtkWidget *
new_pin_row (HsOperatorPreferences *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *set = gtk_button_new ();

  self->pin = ADW_ACTION_ROW (row);
  self->set = GTK_BUTTON (set);
  self->remove = gtk_button_new_with_label (_ ("Remove…"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("PIN"));
  hs_piece_name (self->remove, _ ("Remove the PIN"));
  gtk_widget_set_valign (set, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->remove, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->remove);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), set);
  g_signal_connect_swapped (set, "clicked", G_CALLBACK (set_cb), self);
  g_signal_connect_swapped (self->remove, "clicked", G_CALLBACK (remove_cb), self);
  return row;
}

static GtkWidget *
new_volume_row (HsOperatorPreferences *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, FULL_VOLUME, STEP);

  self->volume = GTK_RANGE (scale);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Volume of the sounds"));
  if (!hs_sounds_can_play ())
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                 _ ("GTK's media backend is missing: sounds can't be played here"));
  gtk_range_set_value (self->volume, hs_settings_get_int (self->settings, "operator-volume", 80));
  gtk_widget_set_size_request (scale, SCALE_PX, -1);
  gtk_widget_set_valign (scale, GTK_ALIGN_CENTER);
  gtk_widget_set_sensitive (scale, self->settings != NULL);
  hs_piece_name (scale, _ ("Volume of the sounds"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), scale);
  g_signal_connect_swapped (scale, "value-changed", G_CALLBACK (volume_cb), self);
  return row;
}

static void
hs_operator_preferences_dispose (GObject *object)
{
  HsOperatorPreferences *self = HS_OPERATOR_PREFERENCES (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->sounds);

  G_OBJECT_CLASS (hs_operator_preferences_parent_class)->dispose (object);
}

static void
hs_operator_preferences_class_init (HsOperatorPreferencesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_operator_preferences_dispose;
}

static void
hs_operator_preferences_init (HsOperatorPreferences *self)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (self);

  self->settings = hs_settings_new ();
  adw_preferences_group_set_title (group, _ ("Operator mode"));
  adw_preferences_group_add (group, new_pin_row (self));
  adw_preferences_group_add (group, new_volume_row (self));
  update_pin (self);
}

GtkWidget *
hs_operator_preferences_new (void)
{
  return g_object_new (HS_TYPE_OPERATOR_PREFERENCES, NULL);
}
