/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/preferences.h"

#include "ui/operator-preferences.h"
#include "ui/piece.h"
#include "ui/release-preferences.h"
#include "ui/settings.h"

struct _HsPreferences {
  AdwPreferencesWindow parent_instance;

  AdwPreferencesPage *page;
  GtkEditable *bench;
  GtkEditable *operator;
  AdwComboRow *density;
  GtkWidget *guide_sounds;
  AdwActionRow *catalog;

  HsSession *session;
  GSettings *settings; /* nullable */
};

G_DEFINE_FINAL_TYPE (HsPreferences, hs_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
bench_apply_cb (HsPreferences *self)
{
  hs_session_set_bench (self->session, gtk_editable_get_text (self->bench));
}

static void
operator_apply_cb (HsPreferences *self)
{
  hs_session_set_operator (self->session, gtk_editable_get_text (self->operator));
}

static void
density_selected_cb (HsPreferences *self)
{
  if (self->settings != NULL)
    g_settings_set_enum (
        self->settings, "density", (int) adw_combo_row_get_selected (self->density));
}

static void
hs_preferences_dispose (GObject *object)
{
  HsPreferences *self = HS_PREFERENCES (object);

  g_clear_object (&self->session);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (hs_preferences_parent_class)->dispose (object);
}

static void
hs_preferences_class_init (HsPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_preferences_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("preferences"));
  gtk_widget_class_bind_template_child (widget_class, HsPreferences, page);
  gtk_widget_class_bind_template_child (widget_class, HsPreferences, bench);
  gtk_widget_class_bind_template_child (widget_class, HsPreferences, operator);
  gtk_widget_class_bind_template_child (widget_class, HsPreferences, density);
  gtk_widget_class_bind_template_child (widget_class, HsPreferences, guide_sounds);
  gtk_widget_class_bind_template_child (widget_class, HsPreferences, catalog);
  gtk_widget_class_bind_template_callback (widget_class, bench_apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, operator_apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, density_selected_cb);
}

static void
hs_preferences_init (HsPreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (hs_operator_preferences_new ()));
}

GtkWidget *
hs_preferences_new (GtkWindow *parent, HsSession *session)
{
  HsPreferences *self =
      g_object_new (HS_TYPE_PREFERENCES, "transient-for", parent, "modal", TRUE, NULL);
  GSettings *settings = hs_settings_new ();

  self->session = g_object_ref (session);
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (self), hs_release_preferences_new (session));
  gtk_editable_set_text (self->bench, hs_session_get_bench (session));
  gtk_editable_set_text (self->operator, hs_session_get_operator (session));
  adw_action_row_set_subtitle (self->catalog,
                               hs_catalog_get_path (hs_session_get_catalog (session)));
  if (settings != NULL)
    adw_combo_row_set_selected (self->density, g_settings_get_enum (settings, "density"));
  gtk_widget_set_sensitive (GTK_WIDGET (self->density), settings != NULL);
  if (settings != NULL)
    g_settings_bind (
        settings, "guide-sounds", self->guide_sounds, "active", G_SETTINGS_BIND_DEFAULT);
  gtk_widget_set_sensitive (self->guide_sounds, settings != NULL);
  self->settings = settings;
  return GTK_WIDGET (self);
}
