/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/release-preferences.h"

#include "app/keys.h"
#include "ui/ask.h"
#include "ui/file-chooser.h"
#include "ui/form-dialog.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/release-dialogs.h"
#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

struct _HsReleasePreferences {
  AdwPreferencesPage parent_instance;

  GtkSwitch *required;
  AdwPreferencesGroup *own;
  AdwPreferencesGroup *known;

  HsSession *session; /* owned */
  GPtrArray *own_rows;
  GPtrArray *known_rows;
  GCancellable *reading;
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (HsReleasePreferences, hs_release_preferences, ADW_TYPE_PREFERENCES_PAGE)

/* -- what there is --------------------------------------------------------------------------- */

typedef struct {
  char **own;
  GPtrArray *keys; /* HsKey */
  gboolean required;
} State;

static void
state_free (gpointer data)
{
  State *state = data;

  g_strfreev (state->own);
  g_clear_pointer (&state->keys, g_ptr_array_unref);
  g_free (state);
}

static gpointer
read_state (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  State *state = g_new0 (State, 1);

  state->own = hs_keys_list_secret (catalog);
  state->keys = hs_catalog_list_keys (catalog, error);
  state->required = hs_keys_get_required (catalog);
  if (state->keys == NULL)
    g_clear_pointer (&state, state_free);
  return state;
}

static GtkWidget *
row_button (const char *label, const char *spoken)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "small");
  hs_piece_name (button, spoken);
  return button;
}

static void
clear_rows (AdwPreferencesGroup *group, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, g_ptr_array_index (rows, i));
  g_ptr_array_set_size (rows, 0);
}

static GtkWidget *
add_row (AdwPreferencesGroup *group, GPtrArray *rows, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *safe_title = g_markup_escape_text (title, -1);
  g_autofree char *safe = g_markup_escape_text (subtitle != NULL ? subtitle : "", -1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe_title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), safe);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (rows, row);
  return row;
}

/* -- exporting ------------------------------------------------------------------------------- */

typedef struct {
  char *name;
  GFile *target;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_free (export->name);
  g_clear_object (&export->target);
  g_free (export);
}

static gpointer
export_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Export *export = data;

  return hs_keys_export (catalog, export->name, export->target, error) ? g_strdup (export->name)
                                                                       : NULL;
}

static void
target_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GtkWidget) button = data;
  GtkWidget *self = gtk_widget_get_ancestor (button, HS_TYPE_RELEASE_PREFERENCES);
  g_autoptr (GFile) target = hs_file_chooser_save_finish (result, NULL);
  Export *export;

  if (self == NULL || target == NULL)
    return;

  export = g_new0 (Export, 1);
  export->name = g_strdup (g_object_get_data (G_OBJECT (button), "name"));
  export->target = g_steal_pointer (&target);
  hs_release_do (self,
                 HS_RELEASE_PREFERENCES (self)->session,
                 export_func,
                 export,
                 export_free,
                 NULL,
                 NULL,
                 NULL);
}

static void
export_cb (GtkWidget *button, HsReleasePreferences *self)
{
  g_autofree char *name =
      g_strdup_printf ("%s.pub", (const char *) g_object_get_data (G_OBJECT (button), "name"));

  hs_file_chooser_save_async (GTK_WINDOW (gtk_widget_get_root (button)),
                              _ ("Export Public Key"),
                              name,
                              NULL,
                              target_chosen_cb,
                              g_object_ref (button));
}

/* -- trusting -------------------------------------------------------------------------------- */

static gpointer
distrust_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  char **both = data; /* key, reason */

  return hs_keys_distrust (catalog, both[0], both[1], error) ? g_strdup (both[0]) : NULL;
}

static void
distrust_answered (gpointer owner, const char *const *texts, gpointer key)
{
  HsReleasePreferences *self = owner;
  const char *both[] = { key, texts[0], NULL };

  hs_release_do (GTK_WIDGET (self),
                 self->session,
                 distrust_func,
                 g_strdupv ((char **) both),
                 (GDestroyNotify) g_strfreev,
                 NULL,
                 NULL,
                 NULL);
}

static gpointer
trust_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  char **both = data; /* key or path, name */

  return hs_keys_trust (catalog, both[0], *both[1] != '\0' ? both[1] : NULL, error);
}

static void
trust_answered (gpointer owner, const char *const *texts, gpointer data)
{
  HsReleasePreferences *self = owner;
  const char *both[] = { texts[0], texts[1], NULL };

  hs_release_do (GTK_WIDGET (self),
                 self->session,
                 trust_func,
                 g_strdupv ((char **) both),
                 (GDestroyNotify) g_strfreev,
                 NULL,
                 NULL,
                 NULL);
}

static void
ask_to_trust (HsReleasePreferences *self, const char *key, const char *name)
{
  const HsFormField fields[] = {
    { .title = _ ("Public key (64 digits), or the path of a .pub file"),
      .text = key,
      .required = TRUE },
    { .title = _ ("Name"), .text = name },
  };

  hs_form_dialog_present (
      GTK_WIDGET (self),
      _ ("Trust a Key"),
      _ ("Whoever has the secret part then decides what may run here. Compare the digits with "
         "its owner by another way than the one the key came."),
      fields,
      G_N_ELEMENTS (fields),
      _ ("Trust It"),
      trust_answered,
      self,
      NULL,
      NULL);
}

static void
trust_cb (HsReleasePreferences *self)
{
  ask_to_trust (self, NULL, NULL);
}

static void
change_cb (GtkWidget *button, HsReleasePreferences *self)
{
  const HsFormField reason = { .title = _ ("Reason"), .required = TRUE };
  const char *key = g_object_get_data (G_OBJECT (button), "key");
  const char *name = g_object_get_data (G_OBJECT (button), "name");

  if (!GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "trusted"))) {
    ask_to_trust (self, key, name);
    return;
  }
  hs_form_dialog_present (GTK_WIDGET (self),
                          _ ("Trust this key no more?"),
                          _ ("Releases that only this key has signed are then not trusted here."),
                          &reason,
                          1,
                          _ ("Distrust"),
                          distrust_answered,
                          self,
                          g_strdup (key),
                          g_free);
}

/* -- making ---------------------------------------------------------------------------------- */

static gpointer
create_func (HsCatalog *catalog, gpointer name, GCancellable *cancellable, GError **error)
{
  return hs_keys_create (catalog, name, error);
}

static void
create_answered (gpointer owner, const char *const *texts, gpointer data)
{
  HsReleasePreferences *self = owner;

  hs_release_do (
      GTK_WIDGET (self), self->session, create_func, g_strdup (texts[0]), g_free, NULL, NULL, NULL);
}

static void
create_cb (HsReleasePreferences *self)
{
  const HsFormField name = { .title = _ ("Name, without blanks"), .required = TRUE };

  hs_form_dialog_present (GTK_WIDGET (self),
                          _ ("New Key"),
                          _ ("It signs releases, and is trusted here at once."),
                          &name,
                          1,
                          _ ("Make Key"),
                          create_answered,
                          self,
                          NULL,
                          NULL);
}

/* -- the rule -------------------------------------------------------------------------------- */

static gpointer
require_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_keys_set_required (catalog, GPOINTER_TO_INT (data), error) ? g_strdup ("") : NULL;
}

/* The switch follows when the catalog has it. */
static gboolean
required_cb (HsReleasePreferences *self, gboolean state)
{
  if (self->setting)
    return FALSE;

  hs_release_do (GTK_WIDGET (self),
                 self->session,
                 require_func,
                 GINT_TO_POINTER (state),
                 NULL,
                 NULL,
                 NULL,
                 NULL);
  return TRUE;
}

/* -- the page -------------------------------------------------------------------------------- */

static void
show_own (HsReleasePreferences *self, char **own)
{
  clear_rows (self->own, self->own_rows);
  for (guint i = 0; own != NULL && own[i] != NULL; i++) {
    g_autofree char *spoken = g_strdup_printf (_ ("Export the public part of %s"), own[i]);
    GtkWidget *row = add_row (self->own, self->own_rows, own[i], NULL);
    GtkWidget *button = row_button (_ ("Export…"), spoken);

    g_object_set_data_full (G_OBJECT (button), "name", g_strdup (own[i]), g_free);
    g_signal_connect_object (button, "clicked", G_CALLBACK (export_cb), self, 0);
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  }
  if (self->own_rows->len == 0)
    add_row (self->own, self->own_rows, _ ("No keys yet"), _ ("A key is needed to sign releases."));
}

static void
add_known (HsReleasePreferences *self, const HsKey *key)
{
  g_autofree char *digits = hs_key_short (key->key);
  const char *name = key->name != NULL && *key->name != '\0' ? key->name : digits;
  g_autofree char *subtitle =
      g_strdup_printf ("%s · %s", digits, key->trusted ? _ ("trusted") : _ ("not trusted"));
  g_autofree char *spoken =
      g_strdup_printf (key->trusted ? _ ("Distrust key %s") : _ ("Trust key %s"), name);
  GtkWidget *row = add_row (self->known, self->known_rows, name, subtitle);
  GtkWidget *button = row_button (key->trusted ? _ ("Distrust…") : _ ("Trust…"), spoken);

  gtk_widget_set_tooltip_text (row, key->key);
  g_object_set_data_full (G_OBJECT (button), "key", g_strdup (key->key), g_free);
  g_object_set_data_full (G_OBJECT (button), "name", g_strdup (key->name), g_free);
  g_object_set_data (G_OBJECT (button), "trusted", GINT_TO_POINTER (key->trusted));
  g_signal_connect_object (button, "clicked", G_CALLBACK (change_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
state_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsReleasePreferences *self = owner;
  State *state = result;

  if (state == NULL)
    return;

  self->setting = TRUE;
  gtk_switch_set_active (self->required, state->required);
  gtk_switch_set_state (self->required, state->required);
  self->setting = FALSE;
  show_own (self, state->own);
  clear_rows (self->known, self->known_rows);
  for (guint i = 0; i < state->keys->len; i++)
    add_known (self, g_ptr_array_index (state->keys, i));
  if (self->known_rows->len == 0)
    add_row (self->known, self->known_rows, _ ("None yet"), NULL);
}

static void
ask_for_state (HsReleasePreferences *self)
{
  hs_ask (hs_session_get_catalog (self->session),
          self,
          read_state,
          NULL,
          NULL,
          state_free,
          self->reading,
          state_read_cb);
}

static void
hs_release_preferences_dispose (GObject *object)
{
  HsReleasePreferences *self = HS_RELEASE_PREFERENCES (object);

  self->setting = TRUE;
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_release_preferences_parent_class)->dispose (object);
}

static void
hs_release_preferences_finalize (GObject *object)
{
  HsReleasePreferences *self = HS_RELEASE_PREFERENCES (object);

  g_object_unref (self->reading);
  g_ptr_array_unref (self->own_rows);
  g_ptr_array_unref (self->known_rows);
  G_OBJECT_CLASS (hs_release_preferences_parent_class)->finalize (object);
}

static void
hs_release_preferences_class_init (HsReleasePreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_release_preferences_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_release_preferences_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               HS_UI_TEMPLATE ("release-preferences"));
  gtk_widget_class_bind_template_child (widget_class, HsReleasePreferences, required);
  gtk_widget_class_bind_template_child (widget_class, HsReleasePreferences, own);
  gtk_widget_class_bind_template_child (widget_class, HsReleasePreferences, known);
  gtk_widget_class_bind_template_callback (widget_class, required_cb);
  gtk_widget_class_bind_template_callback (widget_class, create_cb);
  gtk_widget_class_bind_template_callback (widget_class, trust_cb);
}

static void
hs_release_preferences_init (HsReleasePreferences *self)
{
  self->setting = TRUE;
  self->own_rows = g_ptr_array_new ();
  self->known_rows = g_ptr_array_new ();
  self->reading = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

AdwPreferencesPage *
hs_release_preferences_new (HsSession *session)
{
  HsReleasePreferences *self = g_object_new (HS_TYPE_RELEASE_PREFERENCES, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (hs_session_get_catalog (session),
                           "changed",
                           G_CALLBACK (ask_for_state),
                           self,
                           G_CONNECT_SWAPPED);
  ask_for_state (self);
  return ADW_PREFERENCES_PAGE (self);
}
