/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-write-page.h"

#include "app/explain.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

/* The rows of the "confirm" list, in its order. */
enum { CONFIRM_NUMBER, CONFIRM_TEXT, CONFIRM_NONE };

struct _HsFlashWritePage {
  HsWizardPage parent_instance;

  AdwPreferencesGroup *roles;
  GtkSwitch *full;
  GtkSwitch *save_first;
  GtkSwitch *replug;
  AdwComboRow *confirm;
  GtkWidget *loss_group;
  GtkSwitch *erase;

  HsFlashChoice *choice; /* owned */
  GPtrArray *checks;     /* GtkCheckButton, borrowed: children of roles */
  GPtrArray *rows;       /* GtkWidget, borrowed: children of roles */
  gboolean setting;      /* shown from the choice, not pressed */
};

G_DEFINE_FINAL_TYPE (HsFlashWritePage, hs_flash_write_page, HS_TYPE_WIZARD_PAGE)

static guint64
role_bit (gpointer check)
{
  HsRole role = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "role"));

  return G_GUINT64_CONSTANT (1) << role;
}

static guint64
chosen_roles (HsFlashWritePage *self)
{
  guint64 roles = 0;

  for (guint i = 0; i < self->checks->len; i++) {
    gpointer check = g_ptr_array_index (self->checks, i);

    if (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
      roles |= role_bit (check);
  }
  return roles;
}

static void
take (HsFlashWritePage *self)
{
  HsRequestOptions options = *hs_flash_choice_get_options (self->choice);
  guint confirm = adw_combo_row_get_selected (self->confirm);

  if (self->setting)
    return;

  options.roles = chosen_roles (self);
  options.full = gtk_switch_get_active (self->full);
  options.save_first = gtk_switch_get_active (self->save_first);
  options.replug = gtk_switch_get_active (self->replug);
  options.erase_filesystem = gtk_switch_get_active (self->erase);
  options.confirm_none = confirm == CONFIRM_NONE;
  options.confirm = confirm == CONFIRM_TEXT ? HS_VERSION_TEXT : HS_VERSION_NUMBER;
  hs_flash_choice_set_options (self->choice, &options);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), options.roles != 0, FALSE, TRUE);
}

static void
switched_cb (HsFlashWritePage *self)
{
  take (self);
}

static void
add_role (HsFlashWritePage *self, const HsArtifact *artifact, const HsPartition *partition)
{
  g_autofree char *size = hs_format_size (artifact->size);
  g_autofree char *bytes = hs_format_bytes (artifact->size);
  g_autofree char *title = g_markup_escape_text (artifact->file, -1);
  /* Translators: a file goes to a partition: "→ FIRMWARE · 1.6 MB" */
  g_autofree char *subtitle = g_markup_printf_escaped (_ ("→ %s · %s"), partition->name, size);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  gboolean on =
      hs_flash_choice_get_roles (self->choice) & (G_GUINT64_CONSTANT (1) << partition->role);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_tooltip_text (row, bytes);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), on);
  hs_piece_name (check, artifact->file);
  g_object_set_data (G_OBJECT (check), "role", GUINT_TO_POINTER (partition->role));
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  adw_preferences_group_add (self->roles, row);
  g_ptr_array_add (self->checks, check);
  g_ptr_array_add (self->rows, row);
  g_signal_connect_object (check, "toggled", G_CALLBACK (take), self, G_CONNECT_SWAPPED);
}

static void
fill_roles (HsFlashWritePage *self)
{
  HsBuild *build = hs_flash_choice_get_build (self->choice);
  const HsBoard *board = hs_flash_choice_get_board (self->choice);
  guint64 possible = board != NULL ? hs_flash_default_roles (build, board) : 0;

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->roles, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->checks, 0);
  for (HsRole role = HS_ROLE_FIRMWARE; role < HS_N_ROLES; role++) {
    const HsArtifact *artifact = possible & (G_GUINT64_CONSTANT (1) << role)
                                     ? hs_build_find_artifact (build, hs_role_name (role))
                                     : NULL;

    if (artifact != NULL)
      add_role (self, artifact, hs_board_find (board, role));
  }
  gtk_widget_set_visible (self->loss_group,
                          board != NULL && hs_board_find (board, HS_ROLE_FILESYSTEM) != NULL);
}

static void
hs_flash_write_page_entered (HsWizardPage *page)
{
  HsFlashWritePage *self = HS_FLASH_WRITE_PAGE (page);
  const HsRequestOptions *options = hs_flash_choice_get_options (self->choice);

  self->setting = TRUE;
  fill_roles (self);
  gtk_switch_set_active (self->full, options->full);
  gtk_switch_set_active (self->save_first, options->save_first);
  gtk_switch_set_active (self->replug, options->replug);
  gtk_switch_set_active (self->erase, options->erase_filesystem);
  adw_combo_row_set_selected (self->confirm,
                              options->confirm_none                 ? CONFIRM_NONE
                              : options->confirm == HS_VERSION_TEXT ? CONFIRM_TEXT
                                                                    : CONFIRM_NUMBER);
  self->setting = FALSE;
  hs_wizard_page_set_verb (page, _ ("_Next"), chosen_roles (self) != 0, FALSE, TRUE);
}

static void
hs_flash_write_page_dispose (GObject *object)
{
  HsFlashWritePage *self = HS_FLASH_WRITE_PAGE (object);

  self->setting = TRUE;
  g_clear_object (&self->choice);
  G_OBJECT_CLASS (hs_flash_write_page_parent_class)->dispose (object);
}

static void
hs_flash_write_page_finalize (GObject *object)
{
  HsFlashWritePage *self = HS_FLASH_WRITE_PAGE (object);

  g_ptr_array_unref (self->checks);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (hs_flash_write_page_parent_class)->finalize (object);
}

static void
hs_flash_write_page_class_init (HsFlashWritePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_flash_write_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_flash_write_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_flash_write_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("flash-write-page"));
  gtk_widget_class_bind_template_child (widget_class, HsFlashWritePage, roles);
  gtk_widget_class_bind_template_child (widget_class, HsFlashWritePage, full);
  gtk_widget_class_bind_template_child (widget_class, HsFlashWritePage, save_first);
  gtk_widget_class_bind_template_child (widget_class, HsFlashWritePage, replug);
  gtk_widget_class_bind_template_child (widget_class, HsFlashWritePage, confirm);
  gtk_widget_class_bind_template_child (widget_class, HsFlashWritePage, loss_group);
  gtk_widget_class_bind_template_child (widget_class, HsFlashWritePage, erase);
  gtk_widget_class_bind_template_callback (widget_class, switched_cb);
}

static void
hs_flash_write_page_init (HsFlashWritePage *self)
{
  self->checks = g_ptr_array_new ();
  self->rows = g_ptr_array_new ();
  self->setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("What to write"));
}

HsWizardPage *
hs_flash_write_page_new (HsFlashChoice *choice)
{
  HsFlashWritePage *self = g_object_new (HS_TYPE_FLASH_WRITE_PAGE, NULL);

  self->choice = g_object_ref (choice);
  return HS_WIZARD_PAGE (self);
}
