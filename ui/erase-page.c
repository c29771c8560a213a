/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/erase-page.h"

#include "app/explain.h"
#include "app/step.h"
#include "ui/file-chooser.h"
#include "ui/operation.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsErasePage {
  HsWizardPage parent_instance;

  GtkLabel *regions;
  GtkWidget *how;
  AdwActionRow *overwrite_row;
  GtkSwitch *overwrite;
  AdwActionRow *save_row;
  GtkWidget *choose;
  GtkWidget *forget;

  HsFlashChoice *choice; /* owned */
  GCancellable *choosing;
  GCancellable *asking; /* owned; nullable: nothing is asked */
  double seconds[2];    /* without and with overwriting; 0: not known yet */
  gboolean setting;     /* shown from the choice, not pressed */
};

G_DEFINE_FINAL_TYPE (HsErasePage, hs_erase_page, HS_TYPE_WIZARD_PAGE)

/* -- words ------------------------------------------------------------------------------------ */

static const HsBoard *
first_board (HsErasePage *self)
{
  g_autoptr (GPtrArray) targets = hs_flash_choice_dup_targets (self->choice);

  return targets->len > 0 ? hs_flash_choice_get_board_of (self->choice, targets->pdata[0]) : NULL;
}

/* "FILESYSTEM, 128 KB" */
static void
append_regions (GString *text, const HsBoard *board)
{
  g_autoptr (GPtrArray) regions = hs_erase_regions (board);

  for (guint i = 0; i < regions->len; i++) {
    const HsPartition *region = g_ptr_array_index (regions, i);
    g_autofree char *size = hs_format_size (hs_partition_get_own_size (region));

    g_string_append_printf (text, "%s%s, %s", i > 0 ? " · " : "", region->name, size);
  }
}

/* Each board's once; with its name if there are several. */
static char *
dup_regions (HsErasePage *self)
{
  g_autoptr (GPtrArray) targets = hs_flash_choice_dup_targets (self->choice);
  g_autoptr (GPtrArray) boards = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < targets->len; i++) {
    gpointer board = (gpointer) hs_flash_choice_get_board_of (self->choice, targets->pdata[i]);

    if (!g_ptr_array_find (boards, board, NULL))
      g_ptr_array_add (boards, board);
  }
  for (guint i = 0; i < boards->len; i++) {
    const HsBoard *board = g_ptr_array_index (boards, i);

    if (boards->len > 1)
      g_string_append_printf (text, "%s%s: ", i > 0 ? "\n" : "", _ (board->name));
    append_regions (text, board);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* What is said of overwriting, once both times are known. */
static void
show_times (HsErasePage *self)
{
  g_autofree char *slow = NULL;
  g_autofree char *fast = NULL;
  g_autofree char *text = NULL;

  if (self->seconds[FALSE] <= 0 || self->seconds[TRUE] <= 0) {
    adw_action_row_set_subtitle (self->overwrite_row,
                                 _ ("Writes the whole region and reads it back: nothing of the old "
                                    "files is left to be read."));
    return;
  }
  slow = hs_estimate_dup_seconds (self->seconds[TRUE]);
  fast = hs_estimate_dup_seconds (self->seconds[FALSE]);
  /* Translators: two durations: about 40 s instead of 6 s */
  text = g_strdup_printf (_ ("Writes the whole region and reads it back: nothing of the old files "
                             "is left to be read. Takes about %s instead of %s."),
                          slow,
                          fast);
  adw_action_row_set_subtitle (self->overwrite_row, text);
}

static void
described (HsErasePage *self, GObject *session, GAsyncResult *result, gboolean overwrite)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = hs_session_describe_finish (HS_SESSION (session), result, &error);
  HsEstimate expected;
  double seconds;

  if (lines == NULL) /* also when the page is gone */
    return;
  expected = hs_plan_expect (lines);
  seconds = hs_estimate_seconds (&expected) + HS_ESTIMATE_AROUND;
  self->seconds[overwrite] = MAX (self->seconds[overwrite], seconds);
  show_times (self);
}

static void
formatting_described_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  described (user_data, source, result, FALSE);
}

static void
overwriting_described_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  described (user_data, source, result, TRUE);
}

/* By what the boards took before; of the slowest. */
static void
ask_times (HsErasePage *self)
{
  g_autoptr (GPtrArray) targets = hs_flash_choice_dup_targets (self->choice);
  HsSession *session = hs_flash_choice_get_session (self->choice);
  const HsRequestOptions format = { .overwrite = FALSE }, all = { .overwrite = TRUE };

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->asking = g_cancellable_new ();
  self->seconds[FALSE] = self->seconds[TRUE] = 0;
  for (guint i = 0; i < targets->len; i++) {
    HsDevice *device = hs_slot_get_device (targets->pdata[i]);

    hs_session_describe_async (
        session, "erase", device, &format, self->asking, formatting_described_cb, self);
    hs_session_describe_async (
        session, "erase", device, &all, self->asking, overwriting_described_cb, self);
  }
}

static void
show_save (HsErasePage *self)
{
  GFile *file = hs_flash_choice_get_options (self->choice)->file;
  g_autofree char *path = file != NULL ? g_file_get_parse_name (file) : NULL;
  g_autofree char *markup = path != NULL ? g_markup_escape_text (path, -1) : NULL;

  adw_action_row_set_subtitle (
      self->save_row,
      markup != NULL ? markup : _ ("No copy is kept. What is erased can’t be brought back."));
  gtk_widget_set_visible (self->forget, file != NULL);
}

static void
show (HsErasePage *self)
{
  const HsBoard *board = first_board (self);
  const HsRequestOptions *options = hs_flash_choice_get_options (self->choice);
  g_autofree char *regions = dup_regions (self);

  self->setting = TRUE;
  gtk_label_set_label (self->regions, regions);
  show_times (self);
  gtk_switch_set_active (self->overwrite, options->overwrite);
  show_save (self);
  self->setting = FALSE;
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), board != NULL, FALSE, TRUE);
}

/* -- what is pressed -------------------------------------------------------------------------- */

static void
switched_cb (HsErasePage *self)
{
  HsRequestOptions options = *hs_flash_choice_get_options (self->choice);

  if (self->setting)
    return;
  options.overwrite = gtk_switch_get_active (self->overwrite);
  hs_flash_choice_set_options (self->choice, &options);
}

static void
saved_to_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsErasePage) self = data;
  g_autoptr (GFile) file = hs_file_chooser_save_finish (result, NULL);

  if (file != NULL && self->choice != NULL)
    hs_flash_choice_set_file (self->choice, file, FALSE);
}

static void
folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsErasePage) self = data;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);
  g_autoptr (GFile) folder = files != NULL ? g_list_model_get_item (files, 0) : NULL;

  if (folder != NULL && self->choice != NULL)
    hs_flash_choice_set_file (self->choice, folder, TRUE);
}

/* One camera: a file. Several: a folder, in which each has its own. */
static void
choose_cb (HsErasePage *self)
{
  g_autoptr (GPtrArray) targets = hs_flash_choice_dup_targets (self->choice);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));

  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  self->choosing = g_cancellable_new ();
  if (targets->len > 1)
    hs_file_chooser_open_async (window,
                                _ ("Save the Regions in a Folder"),
                                TRUE,
                                self->choosing,
                                folder_chosen_cb,
                                g_object_ref (self));
  else
    hs_file_chooser_save_async (window,
                                _ ("Save the Region"),
                                "filesystem.bin",
                                self->choosing,
                                saved_to_cb,
                                g_object_ref (self));
}

static void
forget_cb (HsErasePage *self)
{
  gtk_widget_grab_focus (self->choose);
  hs_flash_choice_set_file (self->choice, NULL, FALSE);
}

/* -- the page --------------------------------------------------------------------------------- */

static void
choice_changed_cb (HsErasePage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show (self);
}

static void
hs_erase_page_entered (HsWizardPage *page)
{
  show (HS_ERASE_PAGE (page));
  ask_times (HS_ERASE_PAGE (page));
}

static void
hs_erase_page_dispose (GObject *object)
{
  HsErasePage *self = HS_ERASE_PAGE (object);

  self->setting = TRUE;
  g_cancellable_cancel (self->choosing);
  g_clear_object (&self->choosing);
  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->choice);
  G_OBJECT_CLASS (hs_erase_page_parent_class)->dispose (object);
}

static void
hs_erase_page_class_init (HsErasePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_erase_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_erase_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("erase-page"));
  gtk_widget_class_bind_template_child (widget_class, HsErasePage, regions);
  gtk_widget_class_bind_template_child (widget_class, HsErasePage, how);
  gtk_widget_class_bind_template_child (widget_class, HsErasePage, overwrite_row);
  gtk_widget_class_bind_template_child (widget_class, HsErasePage, overwrite);
  gtk_widget_class_bind_template_child (widget_class, HsErasePage, save_row);
  gtk_widget_class_bind_template_child (widget_class, HsErasePage, choose);
  gtk_widget_class_bind_template_child (widget_class, HsErasePage, forget);
  gtk_widget_class_bind_template_callback (widget_class, switched_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, forget_cb);
}

static void
hs_erase_page_init (HsErasePage *self)
{
  self->setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_piece_name_group (self->how, _ ("How to erase"));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("How to erase"));
}

HsWizardPage *
hs_erase_page_new (HsFlashChoice *choice)
{
  HsErasePage *self = g_object_new (HS_TYPE_ERASE_PAGE, NULL);

  self->choice = g_object_ref (choice);
  g_signal_connect_object (
      choice, "changed", G_CALLBACK (choice_changed_cb), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
