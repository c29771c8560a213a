/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/protect-pages.h"

#include "ui/piece.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define HS_TYPE_PROTECT_WAY_PAGE (hs_protect_way_page_get_type ())
G_DECLARE_FINAL_TYPE (HsProtectWayPage, hs_protect_way_page, HS, PROTECT_WAY_PAGE, HsWizardPage)

typedef struct {
  AdwActionRow *row;
  GtkCheckButton *check;
} Row;

struct _HsProtectWayPage {
  HsWizardPage parent_instance;

  GtkLabel *nothing;
  GArray *rows;            /* Row, one for each way; borrowed: children */
  HsProtectChoice *choice; /* owned */
  gboolean setting;        /* shown, not pressed */
};

G_DEFINE_FINAL_TYPE (HsProtectWayPage, hs_protect_way_page, HS_TYPE_WIZARD_PAGE)

/* What it takes; whether anybody has ever done it; why it can't be done. */
static char *
dup_subtitle (HsProtectWayPage *self, guint n, gboolean offered, const char *why)
{
  const HsProtectionWay *way = hs_protection_way_nth (n);
  const HsBoard *board = hs_protect_choice_get_board (self->choice);
  g_autofree char *text = NULL;

  if (!offered)
    return g_markup_escape_text (why != NULL ? why : "", -1);
  text = g_strdup_printf ("%s%s",
                          _ (way->text),
                          board->proven_on_hardware[HS_OPERATION_PROTECT]
                              ? ""
                              : _ (" This has never met hardware: try it on a spare first."));
  return g_markup_escape_text (text, -1);
}

static void
show (HsProtectWayPage *self)
{
  int chosen = hs_protect_choice_get_way (self->choice);

  self->setting = TRUE;
  for (guint i = 0; i < self->rows->len; i++) {
    Row *row = &g_array_index (self->rows, Row, i);
    const char *why = NULL;
    gboolean offered = hs_protect_choice_get_offered (self->choice, i, &why);
    g_autofree char *subtitle = dup_subtitle (self, i, offered, why);

    /* Its reason stays readable. */
    gtk_widget_set_sensitive (GTK_WIDGET (row->check), offered);
    gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row->row), offered);
    gtk_check_button_set_active (row->check, (int) i == chosen);
    adw_action_row_set_subtitle (row->row, subtitle);
  }
  self->setting = FALSE;
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), chosen < 0);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), chosen >= 0, FALSE, TRUE);
}

static void
toggled_cb (GtkCheckButton *check, HsProtectWayPage *self)
{
  if (self->setting || !gtk_check_button_get_active (check))
    return;
  for (guint i = 0; i < self->rows->len; i++)
    if (g_array_index (self->rows, Row, i).check == check)
      hs_protect_choice_set_way (self->choice, i);
}

static void
hs_protect_way_page_dispose (GObject *object)
{
  HsProtectWayPage *self = HS_PROTECT_WAY_PAGE (object);

  self->setting = TRUE;
  g_clear_object (&self->choice);
  G_OBJECT_CLASS (hs_protect_way_page_parent_class)->dispose (object);
}

static void
hs_protect_way_page_finalize (GObject *object)
{
  g_array_unref (HS_PROTECT_WAY_PAGE (object)->rows);
  G_OBJECT_CLASS (hs_protect_way_page_parent_class)->finalize (object);
}

static void
hs_protect_way_page_class_init (HsProtectWayPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_protect_way_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_protect_way_page_finalize;
}

static void
hs_protect_way_page_init (HsProtectWayPage *self)
{
  self->rows = g_array_new (FALSE, TRUE, sizeof (Row));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Which way"));
}

static void
add_row (HsProtectWayPage *self, GtkWidget *group, guint n)
{
  const HsProtectionWay *way = hs_protection_way_nth (n);
  Row row = { ADW_ACTION_ROW (adw_action_row_new ()), GTK_CHECK_BUTTON (gtk_check_button_new ()) };

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row.row), _ (way->title));
  adw_action_row_set_subtitle_lines (row.row, 0);
  gtk_widget_set_valign (GTK_WIDGET (row.check), GTK_ALIGN_CENTER);
  hs_piece_name (row.check, _ (way->title));
  if (n > 0)
    gtk_check_button_set_group (row.check, g_array_index (self->rows, Row, 0).check);
  adw_action_row_add_prefix (row.row, GTK_WIDGET (row.check));
  adw_action_row_set_activatable_widget (row.row, GTK_WIDGET (row.check));
  g_signal_connect_object (row.check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), GTK_WIDGET (row.row));
  g_array_append_val (self->rows, row);
}

HsWizardPage *
hs_protect_way_page_new (HsProtectChoice *choice)
{
  HsProtectWayPage *self = g_object_new (HS_TYPE_PROTECT_WAY_PAGE, NULL);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *body;
  GtkWidget *frame = hs_protect_page_frame (_ ("Which way?"), &body);

  self->choice = g_object_ref (choice);
  self->setting = TRUE;
  for (guint i = 0; i < hs_protection_way_count (); i++)
    add_row (self, group, i);
  hs_piece_name_group (group, _ ("Ways"));
  self->nothing = GTK_LABEL (hs_piece_label (
      _ ("None of them can be gone now. What is missing stands below each of them; the doctor "
         "names where it was looked for."),
      "dim-label"));
  gtk_label_set_wrap (self->nothing, TRUE);
  gtk_box_append (GTK_BOX (body), group);
  gtk_box_append (GTK_BOX (body), GTK_WIDGET (self->nothing));
  gtk_box_append (GTK_BOX (self), frame);
  g_signal_connect_object (choice, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return HS_WIZARD_PAGE (self);
}
