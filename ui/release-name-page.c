/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/ask.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/release-draft.h"

#include <glib/gi18n-lib.h>

enum { MAX_BUILDS = 400 }; /* read; the newest of each board come first */

#define HS_TYPE_RELEASE_NAME_PAGE (hs_release_name_page_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseNamePage, hs_release_name_page, HS, RELEASE_NAME_PAGE, HsWizardPage)

struct _HsReleaseNamePage {
  HsWizardPage parent_instance;

  GtkEditable *name;
  GtkEditable *version;
  GtkEditable *notes;
  AdwPreferencesGroup *boards;
  GtkLabel *nothing;

  HsReleaseDraft *draft; /* owned */
  GPtrArray *rows;       /* AdwComboRow, borrowed: children of boards */
  GCancellable *reading;
  gboolean setting; /* shown from the recipe, not chosen by a person */
};

G_DEFINE_FINAL_TYPE (HsReleaseNamePage, hs_release_name_page, HS_TYPE_WIZARD_PAGE)

static void
update_verb (HsReleaseNamePage *self)
{
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);
  gboolean complete = *recipe->name != '\0' && recipe->boards->len > 0;

  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), complete, FALSE, TRUE);
}

static void
take_text (char **field, GtkEditable *entry, gboolean nullable)
{
  char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  g_free (*field);
  *field = text;
  if (nullable && *text == '\0')
    g_clear_pointer (field, g_free);
}

static void
edited_cb (HsReleaseNamePage *self)
{
  HsRecipe *recipe;

  if (self->setting)
    return;

  recipe = hs_release_draft_get_recipe (self->draft);
  take_text (&recipe->name, self->name, FALSE);
  take_text (&recipe->version, self->version, FALSE);
  take_text (&recipe->notes, self->notes, TRUE);
  hs_release_draft_changed (self->draft);
  update_verb (self);
}

/* -- boards ---------------------------------------------------------------------------------- */

static GPtrArray *
builds_of (gpointer row)
{
  return g_object_get_data (row, "builds");
}

/* The first choice leaves the board out. */
static void
chosen_cb (AdwComboRow *row, GParamSpec *pspec, HsReleaseNamePage *self)
{
  GPtrArray *builds = builds_of (row);
  guint n = adw_combo_row_get_selected (row);

  if (self->setting)
    return;

  if (n == 0 || n > builds->len) {
    HsBuild *any = g_ptr_array_index (builds, 0);

    hs_release_draft_drop_board (self->draft, hs_build_get_board (any));
  } else {
    hs_release_draft_take_build (self->draft, g_ptr_array_index (builds, n - 1), 0);
  }
  update_verb (self);
}

static guint
position_of (GPtrArray *builds, const char *id)
{
  for (guint i = 0; i < builds->len; i++)
    if (g_strcmp0 (hs_build_get_id (g_ptr_array_index (builds, i)), id) == 0)
      return i + 1;
  return 0;
}

static void
add_row (HsReleaseNamePage *self, const char *board, GPtrArray *builds)
{
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);
  const HsRecipeBoard *entry = hs_recipe_find_board (recipe, board);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *spoken = g_strdup_printf (_ ("Build for %s"), hs_format_board_name (board));
  GtkWidget *row = adw_combo_row_new ();
  guint selected = entry != NULL ? position_of (builds, entry->build) : 0;

  gtk_string_list_append (names, _ ("Not for this board"));
  for (guint i = 0; i < builds->len; i++) {
    HsBuild *build = g_ptr_array_index (builds, i);
    g_autofree char *when = hs_format_day (hs_build_get_imported (build));
    g_autofree char *text = g_strdup_printf ("%s · %s", hs_build_get_name (build), when);

    gtk_string_list_append (names, text);
  }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), hs_format_board_name (board));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), board);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (names));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), selected);
  hs_piece_name (row, spoken);
  if (selected > 0)
    hs_release_draft_know_build (self->draft, g_ptr_array_index (builds, selected - 1));
  g_object_set_data_full (
      G_OBJECT (row), "builds", g_ptr_array_ref (builds), (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (chosen_cb), self, 0);
  adw_preferences_group_add (self->boards, row);
  g_ptr_array_add (self->rows, row);
}

/* Newest first, as the catalog lists them. */
static gpointer
read_builds (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) ids = hs_catalog_list_builds (catalog, NULL, MAX_BUILDS, NULL, error);
  GPtrArray *builds;

  if (ids == NULL)
    return NULL;

  builds = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < ids->len && !g_cancellable_is_cancelled (cancellable); i++) {
    HsBuild *build = hs_catalog_get_build (catalog, g_ptr_array_index (ids, i), NULL);
    const HsBoard *board = build != NULL && hs_build_get_board (build) != NULL
                               ? hs_board_by_id (hs_build_get_board (build))
                               : NULL;

    if (board != NULL && board->method != NULL)
      g_ptr_array_add (builds, build);
    else
      g_clear_object (&build);
  }
  return builds;
}

static GPtrArray *
builds_for (GPtrArray *builds, const char *board)
{
  GPtrArray *some = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < builds->len; i++)
    if (g_strcmp0 (hs_build_get_board (g_ptr_array_index (builds, i)), board) == 0)
      g_ptr_array_add (some, g_object_ref (g_ptr_array_index (builds, i)));
  return some;
}

static void
builds_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsReleaseNamePage *self = owner;
  GPtrArray *builds = result;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->boards, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  self->setting = TRUE;
  for (guint i = 0; builds != NULL && i < hs_board_count (); i++) {
    const char *board = hs_board_nth (i)->id;
    g_autoptr (GPtrArray) some = builds_for (builds, board);

    if (some->len > 0)
      add_row (self, board, some);
  }
  self->setting = FALSE;
  gtk_label_set_label (self->nothing,
                       error != NULL ? error->message : _ ("No builds yet. Import one first."));
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), self->rows->len == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->boards), self->rows->len > 0);
  update_verb (self);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_release_name_page_entered (HsWizardPage *page)
{
  HsReleaseNamePage *self = HS_RELEASE_NAME_PAGE (page);
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);

  self->setting = TRUE;
  gtk_editable_set_text (self->name, recipe->name);
  gtk_editable_set_text (self->version, recipe->version);
  gtk_editable_set_text (self->notes, recipe->notes != NULL ? recipe->notes : "");
  self->setting = FALSE;
  update_verb (self);
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (hs_release_draft_get_session (self->draft)),
          self,
          read_builds,
          NULL,
          NULL,
          (GDestroyNotify) g_ptr_array_unref,
          self->reading,
          builds_read_cb);
}

/* Closing asks if something would be lost. */
static gboolean
hs_release_name_page_backward (HsWizardPage *page)
{
  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (page))));
  return TRUE;
}

static void
hs_release_name_page_dispose (GObject *object)
{
  HsReleaseNamePage *self = HS_RELEASE_NAME_PAGE (object);

  self->setting = TRUE;
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (hs_release_name_page_parent_class)->dispose (object);
}

static void
hs_release_name_page_finalize (GObject *object)
{
  g_ptr_array_unref (HS_RELEASE_NAME_PAGE (object)->rows);
  G_OBJECT_CLASS (hs_release_name_page_parent_class)->finalize (object);
}

static void
hs_release_name_page_class_init (HsReleaseNamePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_release_name_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_release_name_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_release_name_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->backward = hs_release_name_page_backward;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("release-name-page"));
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNamePage, name);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNamePage, version);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNamePage, notes);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNamePage, boards);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNamePage, nothing);
  gtk_widget_class_bind_template_callback (widget_class, edited_cb);
}

static void
hs_release_name_page_init (HsReleaseNamePage *self)
{
  self->setting = TRUE;
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_piece_name_group (
      gtk_widget_get_ancestor (GTK_WIDGET (self->name), ADW_TYPE_PREFERENCES_GROUP), _ ("Name"));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Name"));
  hs_wizard_page_set_back (HS_WIZARD_PAGE (self), _ ("_Cancel"), FALSE);
}

HsWizardPage *
hs_release_name_page_new (HsReleaseDraft *draft)
{
  HsReleaseNamePage *self = g_object_new (HS_TYPE_RELEASE_NAME_PAGE, NULL);

  self->draft = g_object_ref (draft);
  /* The first question, not Cancel, which is all there is before the window is shown. */
  g_signal_connect_object (
      self, "map", G_CALLBACK (gtk_widget_grab_focus), self->name, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
