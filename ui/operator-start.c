/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/operator-start.h"

#include "app/batch.h"
#include "app/explain.h"
#include "app/operator.h"
#include "app/pin.h"
#include "app/release.h"
#include "ui/ask.h"
#include "ui/dialogs.h"
#include "ui/format.h"
#include "ui/operator-window.h"
#include "ui/piece.h"
#include "ui/settings.h"
#include "ui/sounds.h"

#include <glib/gi18n-lib.h>

enum { MAX_RELEASES = 500, FULL_VOLUME = 100, USUAL_VOLUME = 80 };

/* A locked release that can be chosen. */
typedef struct {
  HsRelease *release;
  HsBatch *batch; /* open; nullable */
} Choice;

struct _HsOperatorStart {
  AdwWindow parent_instance;

  AdwComboRow *release;
  GtkWidget *go_on_row;
  GtkCheckButton *go_on;
  GtkWidget *anew_row;
  GtkCheckButton *anew;
  GtkWidget *quantity_row;
  GtkSpinButton *quantity;
  GtkWidget *sound_row;
  GtkSwitch *sound;
  GtkLabel *does;
  GtkLabel *loss;
  GtkLabel *way_out;
  GtkLabel *trouble;
  GtkWidget *start;

  HsSession *session;
  GSettings *settings; /* nullable */
  GPtrArray *choices;  /* Choice; nullable until the catalog has answered */
  char *wanted;        /* id; nullable */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (HsOperatorStart, hs_operator_start, ADW_TYPE_WINDOW)

static void
choice_free (gpointer data)
{
  Choice *self = data;

  g_clear_object (&self->release);
  g_clear_pointer (&self->batch, hs_batch_free);
  g_free (self);
}

/* -- which releases -----------------------------------------------------------------------------
 */

/* On the catalog's thread: locked releases, each with its open batch. */
static gpointer
choices_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) ids = hs_catalog_list_releases (catalog, NULL, MAX_RELEASES, NULL, error);
  GPtrArray *choices;

  if (ids == NULL)
    return NULL;

  choices = g_ptr_array_new_with_free_func (choice_free);
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsRelease) release = hs_catalog_get_release (catalog, ids->pdata[i], NULL);
    Choice *choice;

    if (release == NULL || g_strcmp0 (hs_release_get_state (release), "locked") != 0)
      continue;
    choice = g_new0 (Choice, 1);
    choice->batch = hs_catalog_find_open_batch (catalog, hs_release_get_id (release), NULL);
    choice->release = g_steal_pointer (&release);
    g_ptr_array_add (choices, choice);
  }
  return choices;
}

static Choice *
chosen (HsOperatorStart *self)
{
  guint n = adw_combo_row_get_selected (self->release);

  return self->choices != NULL && n < self->choices->len ? self->choices->pdata[n] : NULL;
}

static char *
dup_title (HsRelease *release)
{
  return g_strdup_printf ("%s %s", hs_release_get_name (release), hs_release_get_version (release));
}

/* -- what follows from the choice ---------------------------------------------------------------
 */

static char *
dup_batch_text (const HsBatch *batch)
{
  g_autofree char *passed = hs_format_count (batch->n_passed);
  g_autofree char *quantity = hs_format_count (batch->quantity);

  if (batch->quantity == 0)
    return g_strdup_printf (_ ("%s passed so far"), passed);
  /* Translators: 37 of 100 passed */
  return g_strdup_printf (_ ("%s of %s passed"), passed, quantity);
}

static void
update_batch (HsOperatorStart *self)
{
  Choice *choice = chosen (self);
  const HsBatch *batch = choice != NULL ? choice->batch : NULL;
  gboolean anew = batch == NULL || gtk_check_button_get_active (self->anew);

  gtk_widget_set_visible (self->go_on_row, batch != NULL);
  gtk_widget_set_visible (self->anew_row, batch != NULL);
  gtk_widget_set_visible (self->quantity_row, anew);
  if (batch != NULL) {
    g_autofree char *text = dup_batch_text (batch);

    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->go_on_row), text);
  }
}

static char *
dup_boards (const HsRecipe *recipe)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < recipe->boards->len; i++) {
    const HsRecipeBoard *board = recipe->boards->pdata[i];

    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", hs_format_board_name (board->board));
  }
  return g_string_free (text, FALSE);
}

static const char *
rule_sentence (HsNumberRule rule)
{
  switch (rule) {
  case HS_NUMBER_COUNTER:
  case HS_NUMBER_LIST:
    return _ ("It gets the next product serial.");
  case HS_NUMBER_SCAN:
    return _ ("Its product serial is scanned first.");
  case HS_NUMBER_CHIP:
    return _ ("Its product serial is the chip's own id.");
  case HS_NUMBER_NONE:
  default:
    return "";
  }
}

static void
update_words (HsOperatorStart *self)
{
  Choice *choice = chosen (self);
  g_autoptr (HsRecipe) recipe =
      choice != NULL ? hs_recipe_parse (hs_release_get_recipe (choice->release), NULL) : NULL;
  g_autofree char *boards = recipe != NULL ? dup_boards (recipe) : NULL;
  g_autofree char *does = NULL;

  if (recipe != NULL)
    /* Translators: first the boards, then a sentence about product serials, or nothing */
    does = g_strdup_printf (_ ("Every %s that is plugged in is flashed and proven by itself, "
                               "without a question. %s What does not fit is refused."),
                            boards,
                            rule_sentence (recipe->rule));
  else if (self->choices != NULL)
    does = g_strdup (_ ("No release is locked yet. Lock one on the Releases page first."));
  gtk_label_set_label (self->does, does != NULL ? does : "");
  gtk_label_set_label (
      self->loss,
      _ ("The filesystem of every camera is erased. Scripts, settings and logs on it are lost."));
  gtk_widget_set_visible (GTK_WIDGET (self->loss), recipe != NULL && recipe->erase_filesystem);
  gtk_label_set_label (self->way_out,
                       hs_pin_is_set ()
                           ? _ ("The screen shows nothing else until the PIN is given (Escape).")
                           : _ ("The screen shows nothing else until somebody leaves with Escape. "
                                "No PIN is set: Preferences."));
  gtk_widget_set_sensitive (self->start, choice != NULL);
}

static void
release_cb (HsOperatorStart *self)
{
  gtk_check_button_set_active (self->go_on, TRUE);
  update_batch (self);
  update_words (self);
}

static void
show_trouble (HsOperatorStart *self, const GError *error)
{
  g_autoptr (HsProblem) problem = hs_explain_error (error);
  g_autofree char *markup = hs_dialog_problem_markup (problem);

  gtk_label_set_markup (self->trouble, markup);
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), TRUE);
}

static void
choices_cb (gpointer owner, gpointer result, const GError *error)
{
  HsOperatorStart *self = owner;
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  guint wanted = 0;

  if (result == NULL) {
    show_trouble (self, error);
    return;
  }

  self->choices = g_ptr_array_ref (result);
  for (guint i = 0; i < self->choices->len; i++) {
    const Choice *choice = self->choices->pdata[i];
    g_autofree char *title = dup_title (choice->release);

    gtk_string_list_append (titles, title);
    if (g_strcmp0 (hs_release_get_id (choice->release), self->wanted) == 0)
      wanted = i;
  }
  adw_combo_row_set_model (self->release, G_LIST_MODEL (titles));
  if (self->choices->len > 0)
    adw_combo_row_set_selected (self->release, wanted);
  release_cb (self);
}

/* -- start --------------------------------------------------------------------------------------
 */

/* The operator opens a batch where none is open. */
static HsOperator *
new_operator (HsOperatorStart *self, const Choice *choice, GError **error)
{
  const char *id = hs_release_get_id (choice->release);
  gboolean anew = choice->batch != NULL && gtk_check_button_get_active (self->anew);
  guint quantity = (guint) gtk_spin_button_get_value_as_int (self->quantity);

  if (anew && !hs_batch_close (hs_session_get_catalog (self->session), choice->batch->id, error))
    return NULL;
  return hs_operator_new (self->session, id, quantity, error);
}

static double
chosen_volume (HsOperatorStart *self)
{
  int volume = hs_settings_get_int (self->settings, "operator-volume", USUAL_VOLUME);

  return gtk_switch_get_active (self->sound) ? (double) volume / FULL_VOLUME : 0;
}

static void
start_cb (HsOperatorStart *self)
{
  const Choice *choice = chosen (self);
  GtkWindow *bench = gtk_window_get_transient_for (GTK_WINDOW (self));
  g_autoptr (HsOperator) mode = NULL;
  g_autoptr (GError) error = NULL;
  GtkWidget *window;

  if (choice == NULL)
    return;

  mode = new_operator (self, choice, &error);
  if (mode == NULL) {
    show_trouble (self, error);
    return;
  }
  hs_settings_set_string (self->settings, "operator-release", hs_release_get_id (choice->release));
  hs_settings_set_boolean (self->settings, "operator-sounds", gtk_switch_get_active (self->sound));
  window = hs_operator_window_new (bench, self->session, mode, chosen_volume (self));
  gtk_window_present (GTK_WINDOW (window));
  gtk_window_destroy (GTK_WINDOW (self));
}

/* -- life ---------------------------------------------------------------------------------------
 */

static void
hs_operator_start_dispose (GObject *object)
{
  HsOperatorStart *self = HS_OPERATOR_START (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_operator_start_parent_class)->dispose (object);
}

static void
hs_operator_start_class_init (HsOperatorStartClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_operator_start_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("operator-start"));
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, release);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, go_on_row);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, go_on);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, anew_row);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, anew);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, quantity_row);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, quantity);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, sound_row);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, sound);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, does);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, loss);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, way_out);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, trouble);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorStart, start);
  gtk_widget_class_bind_template_callback (widget_class, release_cb);
  gtk_widget_class_bind_template_callback (widget_class, update_batch);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
}

static void
hs_operator_start_init (HsOperatorStart *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  self->settings = hs_settings_new ();
  gtk_window_set_default_widget (GTK_WINDOW (self), self->start);
  gtk_switch_set_active (self->sound,
                         hs_settings_get_boolean (self->settings, "operator-sounds", TRUE));
  if (!hs_sounds_can_play ())
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->sound_row),
                                 _ ("This computer has nothing to play them with"));
}

GtkWidget *
hs_operator_start_new (GtkWindow *bench, HsSession *session, const char *release)
{
  HsOperatorStart *self = g_object_new (HS_TYPE_OPERATOR_START, "transient-for", bench, NULL);

  self->session = g_object_ref (session);
  if (release != NULL && *release != '\0')
    self->wanted = g_strdup (release);
  else if (hs_session_get_release (session) != NULL)
    self->wanted = g_strdup (hs_release_get_id (hs_session_get_release (session)));
  else
    self->wanted = hs_settings_dup_string (self->settings, "operator-release", "");
  release_cb (self);
  hs_ask (hs_session_get_catalog (session),
          self,
          choices_func,
          NULL,
          NULL,
          (GDestroyNotify) g_ptr_array_unref,
          self->cancellable,
          choices_cb);
  return GTK_WIDGET (self);
}
