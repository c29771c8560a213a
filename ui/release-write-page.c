/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/explain.h"
#include "ui/flash-strip.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/release-draft.h"
#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

enum { STRIP_PX = 24 };

#define HS_TYPE_RELEASE_WRITE_PAGE (hs_release_write_page_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseWritePage,
                      hs_release_write_page,
                      HS,
                      RELEASE_WRITE_PAGE,
                      HsWizardPage)

/* What is chosen for one board. */
typedef struct {
  char *board;
  HsFlashStrip *strip; /* borrowed */
  GPtrArray *checks;   /* GtkCheckButton, borrowed */
} Choice;

struct _HsReleaseWritePage {
  HsWizardPage parent_instance;

  GtkWidget *boards;
  GtkWidget *loss_group;
  GtkSwitch *erase;

  HsReleaseDraft *draft; /* owned */
  GPtrArray *choices;    /* Choice */
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (HsReleaseWritePage, hs_release_write_page, HS_TYPE_WIZARD_PAGE)

static void
choice_free (gpointer data)
{
  Choice *self = data;

  g_free (self->board);
  g_ptr_array_unref (self->checks);
  g_free (self);
}

static guint64
chosen_roles (const Choice *choice)
{
  guint64 roles = 0;

  for (guint i = 0; i < choice->checks->len; i++) {
    gpointer check = g_ptr_array_index (choice->checks, i);

    if (gtk_check_button_get_active (check))
      roles |= G_GUINT64_CONSTANT (1)
               << GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "role"));
  }
  return roles;
}

static void
show_strip (HsReleaseWritePage *self, const Choice *choice)
{
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);
  guint64 roles = chosen_roles (choice);

  hs_flash_strip_set_plan (choice->strip,
                           hs_board_by_id (choice->board),
                           roles != 0 ? hs_release_draft_get_build (self->draft, choice->board)
                                      : NULL,
                           roles,
                           recipe->erase_filesystem);
}

/* Every board must get something, or it has no place in the release. */
static void
update (HsReleaseWritePage *self)
{
  gboolean complete = TRUE;

  for (guint i = 0; i < self->choices->len; i++) {
    const Choice *choice = g_ptr_array_index (self->choices, i);

    show_strip (self, choice);
    if (choice->checks->len > 0 && chosen_roles (choice) == 0)
      complete = FALSE;
  }
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), complete, FALSE, TRUE);
}

static void
role_toggled_cb (HsReleaseWritePage *self)
{
  if (self->setting)
    return;

  for (guint i = 0; i < self->choices->len; i++) {
    const Choice *choice = g_ptr_array_index (self->choices, i);
    HsBuild *build = hs_release_draft_get_build (self->draft, choice->board);
    guint64 roles = chosen_roles (choice);

    if (build != NULL && roles != 0)
      hs_release_draft_take_build (self->draft, build, roles);
  }
  update (self);
}

static void
erase_cb (HsReleaseWritePage *self)
{
  if (self->setting)
    return;

  hs_release_draft_get_recipe (self->draft)->erase_filesystem = gtk_switch_get_active (self->erase);
  hs_release_draft_changed (self->draft);
  update (self);
}

/* -- one board ------------------------------------------------------------------------------- */

static void
add_role (HsReleaseWritePage *self,
          Choice *choice,
          AdwPreferencesGroup *group,
          const HsArtifact *artifact,
          const HsPartition *partition,
          gboolean on)
{
  g_autofree char *size = hs_format_size (artifact->size);
  g_autofree char *title = g_markup_escape_text (artifact->file, -1);
  /* Translators: a file goes to a partition: "→ FIRMWARE · 1.6 MB" */
  g_autofree char *subtitle = g_markup_printf_escaped (_ ("→ %s · %s"), partition->name, size);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", artifact->file, choice->board);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), on);
  hs_piece_name (check, spoken);
  g_object_set_data (G_OBJECT (check), "role", GUINT_TO_POINTER (partition->role));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  adw_preferences_group_add (group, row);
  g_ptr_array_add (choice->checks, check);
  g_signal_connect_object (check, "toggled", G_CALLBACK (role_toggled_cb), self, G_CONNECT_SWAPPED);
}

/* Whatever the board takes when it is flashed, and the build has. */
static void
add_roles (HsReleaseWritePage *self,
           Choice *choice,
           AdwPreferencesGroup *group,
           const HsRecipeBoard *entry)
{
  const HsBoard *board = hs_board_by_id (entry->board);
  HsBuild *build = hs_release_draft_get_build (self->draft, entry->board);
  guint64 chosen = hs_recipe_board_get_roles (entry);

  if (build == NULL)
    return;

  for (const HsRole *role = board->flash_order; role != NULL && *role != HS_ROLE_NONE; role++) {
    const HsArtifact *artifact = hs_build_find_artifact (build, hs_role_name (*role));
    const HsPartition *partition = hs_board_find (board, *role);

    if (artifact != NULL && partition != NULL)
      add_role (self,
                choice,
                group,
                artifact,
                partition,
                (chosen & (G_GUINT64_CONSTANT (1) << *role)) != 0);
  }
}

static void
add_board (HsReleaseWritePage *self, const HsRecipeBoard *entry)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *strip = hs_flash_strip_new (GTK_ACCESSIBLE_ROLE_IMG);
  /* Translators: name of a board, and of a build */
  g_autofree char *title = g_markup_printf_escaped (
      _ ("%s: %s"), hs_format_board_name (entry->board), entry->build_name);
  Choice *choice = g_new0 (Choice, 1);

  choice->board = g_strdup (entry->board);
  choice->checks = g_ptr_array_new ();
  choice->strip = HS_FLASH_STRIP (strip);
  hs_flash_strip_set_cell_height (choice->strip, STRIP_PX);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  g_ptr_array_add (self->choices, choice);
  add_roles (self, choice, ADW_PREFERENCES_GROUP (group), entry);
  if (choice->checks->len == 0)
    adw_preferences_group_set_description (
        ADW_PREFERENCES_GROUP (group),
        _ ("The catalog does not have this build; choose another one on the first page."));
  gtk_box_append (GTK_BOX (column), group);
  gtk_box_append (GTK_BOX (column), strip);
  gtk_box_append (GTK_BOX (self->boards), column);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_release_write_page_entered (HsWizardPage *page)
{
  HsReleaseWritePage *self = HS_RELEASE_WRITE_PAGE (page);
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);
  gboolean drive = FALSE;

  self->setting = TRUE;
  hs_piece_clear (self->boards);
  g_ptr_array_set_size (self->choices, 0);
  for (guint i = 0; i < recipe->boards->len; i++) {
    const HsRecipeBoard *entry = g_ptr_array_index (recipe->boards, i);
    const HsBoard *board = hs_board_by_id (entry->board);

    if (board == NULL)
      continue;
    add_board (self, entry);
    drive = drive || hs_board_find (board, HS_ROLE_FILESYSTEM) != NULL;
  }
  gtk_switch_set_active (self->erase, recipe->erase_filesystem);
  gtk_widget_set_visible (self->loss_group, drive);
  self->setting = FALSE;
  update (self);
}

static void
hs_release_write_page_dispose (GObject *object)
{
  HsReleaseWritePage *self = HS_RELEASE_WRITE_PAGE (object);

  self->setting = TRUE;
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (hs_release_write_page_parent_class)->dispose (object);
}

static void
hs_release_write_page_finalize (GObject *object)
{
  g_ptr_array_unref (HS_RELEASE_WRITE_PAGE (object)->choices);
  G_OBJECT_CLASS (hs_release_write_page_parent_class)->finalize (object);
}

static void
hs_release_write_page_class_init (HsReleaseWritePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_release_write_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_release_write_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_release_write_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("release-write-page"));
  gtk_widget_class_bind_template_child (widget_class, HsReleaseWritePage, boards);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseWritePage, loss_group);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseWritePage, erase);
  gtk_widget_class_bind_template_callback (widget_class, erase_cb);
}

static void
hs_release_write_page_init (HsReleaseWritePage *self)
{
  self->setting = TRUE;
  self->choices = g_ptr_array_new_with_free_func (choice_free);
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("What to write"));
}

HsWizardPage *
hs_release_write_page_new (HsReleaseDraft *draft)
{
  HsReleaseWritePage *self = g_object_new (HS_TYPE_RELEASE_WRITE_PAGE, NULL);

  self->draft = g_object_ref (draft);
  return HS_WIZARD_PAGE (self);
}
