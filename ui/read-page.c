/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/read-page.h"

#include "app/explain.h"
#include "ui/file-chooser.h"
#include "ui/flash-who.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsReadPage {
  HsWizardPage parent_instance;

  AdwBin *who;
  AdwPreferencesGroup *partitions;
  GtkWidget *file_group;
  AdwActionRow *file_row;

  HsFlashChoice *choice; /* owned */
  GPtrArray *rows;       /* GtkWidget, borrowed: children of @partitions */
  GtkWidget *group;      /* owned: never shown; makes a single row look like one of several */
  const HsBoard *board;  /* whose partitions are shown; nullable */
  GCancellable *choosing;
};

G_DEFINE_FINAL_TYPE (HsReadPage, hs_read_page, HS_TYPE_WIZARD_PAGE)

enum { SIGNAL_START, N_SIGNALS };
static guint signals[N_SIGNALS];

static HsSlot *
slot_of (HsReadPage *self)
{
  g_autoptr (GPtrArray) targets = hs_flash_choice_dup_targets (self->choice);

  return targets->len == 1 ? g_ptr_array_index (targets, 0) : NULL;
}

static void
update_verb (HsReadPage *self)
{
  const HsRequestOptions *options = hs_flash_choice_get_options (self->choice);
  const HsPartition *partition =
      self->board != NULL ? hs_board_find (self->board, options->role) : NULL;
  g_autofree char *path = options->file != NULL ? g_file_get_parse_name (options->file) : NULL;
  g_autofree char *subtitle = path != NULL ? g_markup_escape_text (path, -1) : NULL;
  g_autofree char *verb = partition != NULL ? g_strdup_printf (_ ("_Read %s"), partition->name)
                                            : g_strdup (_ ("_Read"));

  adw_action_row_set_subtitle (self->file_row, subtitle != NULL ? subtitle : _ ("Not chosen yet"));
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self),
                           verb,
                           partition != NULL && options->file != NULL && slot_of (self) != NULL,
                           FALSE,
                           TRUE);
}

/* -- which partition -------------------------------------------------------------------------- */

static void
toggled_cb (GtkCheckButton *check, HsReadPage *self)
{
  HsRequestOptions options = *hs_flash_choice_get_options (self->choice);

  if (!gtk_check_button_get_active (check))
    return;
  options.role = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "role"));
  hs_flash_choice_set_options (self->choice, &options);
}

static GtkWidget *
partition_row (HsReadPage *self, const HsPartition *partition)
{
  guint32 own = hs_partition_get_own_size (partition);
  g_autofree char *size = hs_format_size (own);
  g_autofree char *bytes = hs_format_bytes (own);
  g_autofree char *subtitle =
      g_markup_printf_escaped ("%s · %s", hs_explain_role (partition->role), size);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  HsRole chosen = hs_flash_choice_get_options (self->choice)->role;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), partition->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_tooltip_text (row, bytes);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  hs_piece_name (check, partition->name);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (self->group));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), chosen == partition->role);
  g_object_set_data (G_OBJECT (check), "role", GUINT_TO_POINTER (partition->role));
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  return row;
}

static void
fill (HsReadPage *self, const HsBoard *board)
{
  HsRequestOptions options = *hs_flash_choice_get_options (self->choice);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->partitions, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);

  self->board = board;
  if (board == NULL)
    return;
  if (options.role == HS_ROLE_NONE || hs_board_find (board, options.role) == NULL) {
    options.role = HS_ROLE_FIRMWARE;
    hs_flash_choice_set_options (self->choice, &options);
  }
  for (guint i = 0; i < board->n_partitions; i++) {
    GtkWidget *row;

    if (board->partitions[i].flags & HS_PARTITION_NO_UPLOAD)
      continue;
    row = partition_row (self, &board->partitions[i]);
    adw_preferences_group_add (self->partitions, row);
    g_ptr_array_add (self->rows, row);
  }
}

/* -- where to --------------------------------------------------------------------------------- */

static void
saved_to_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsReadPage) self = data;
  g_autoptr (GFile) file = hs_file_chooser_save_finish (result, NULL);

  if (file != NULL && self->choice != NULL)
    hs_flash_choice_set_file (self->choice, file, FALSE);
}

/* "GATE-0471-FIRMWARE.bin" */
static char *
suggest_name (HsReadPage *self)
{
  HsSlot *slot = slot_of (self);
  HsUnit *unit = slot != NULL ? hs_slot_get_unit (slot) : NULL;
  const char *label = unit != NULL ? hs_unit_get_label (unit) : NULL;
  const HsPartition *partition =
      hs_board_find (self->board, hs_flash_choice_get_options (self->choice)->role);
  char *name = g_strdup_printf ("%s-%s.bin",
                                label != NULL ? label : self->board->id,
                                partition != NULL ? partition->name : "flash");

  return g_strdelimit (name, G_DIR_SEPARATOR_S, '-');
}

static void
choose_cb (HsReadPage *self)
{
  g_autofree char *name = NULL;

  if (self->board == NULL)
    return;

  name = suggest_name (self);
  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  self->choosing = g_cancellable_new ();
  hs_file_chooser_save_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                              _ ("Save the Partition"),
                              name,
                              self->choosing,
                              saved_to_cb,
                              g_object_ref (self));
}

/* -- the page --------------------------------------------------------------------------------- */

static void
choice_changed_cb (HsReadPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update_verb (self);
}

static void
hs_read_page_entered (HsWizardPage *page)
{
  HsReadPage *self = HS_READ_PAGE (page);
  HsSlot *slot = slot_of (self);

  adw_bin_set_child (self->who, slot != NULL ? hs_who_new_for_slot (slot) : NULL);
  fill (self, slot != NULL ? hs_device_get_board (hs_slot_get_device (slot)) : NULL);
  update_verb (self);
}

static gboolean
hs_read_page_forward (HsWizardPage *page)
{
  g_signal_emit (page, signals[SIGNAL_START], 0);
  return TRUE;
}

static void
hs_read_page_dispose (GObject *object)
{
  HsReadPage *self = HS_READ_PAGE (object);

  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  g_clear_object (&self->choice);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (hs_read_page_parent_class)->dispose (object);
}

static void
hs_read_page_finalize (GObject *object)
{
  g_ptr_array_unref (HS_READ_PAGE (object)->rows);
  G_OBJECT_CLASS (hs_read_page_parent_class)->finalize (object);
}

static void
hs_read_page_class_init (HsReadPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_read_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_read_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_read_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_read_page_forward;
  signals[SIGNAL_START] = g_signal_new (
      "start", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("read-page"));
  gtk_widget_class_bind_template_child (widget_class, HsReadPage, who);
  gtk_widget_class_bind_template_child (widget_class, HsReadPage, partitions);
  gtk_widget_class_bind_template_child (widget_class, HsReadPage, file_group);
  gtk_widget_class_bind_template_child (widget_class, HsReadPage, file_row);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
}

static void
hs_read_page_init (HsReadPage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->group = g_object_ref_sink (gtk_check_button_new ());
  hs_piece_name_group (GTK_WIDGET (self->partitions), _ ("Partition"));
  hs_piece_name_group (self->file_group, _ ("File"));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("What to read"));
}

HsWizardPage *
hs_read_page_new (HsFlashChoice *choice)
{
  HsReadPage *self = g_object_new (HS_TYPE_READ_PAGE, NULL);

  self->choice = g_object_ref (choice);
  g_signal_connect_object (
      choice, "changed", G_CALLBACK (choice_changed_cb), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
