/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-target-page.h"

#include "app/explain.h"
#include "ui/build-problem-view.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

#define MOST_FLASH (1u << 30) /* bytes; an emulated board takes all that has an address */

struct _HsBuildTargetPage {
  HsWizardPage parent_instance;

  GtkWidget *hint;
  GtkWidget *needs;
  GtkWidget *list;

  HsBuildDraft *draft; /* owned */
  HsTree *shown;       /* owned; nullable: the tree whose boards are listed */
  GPtrArray *checks;   /* owned; GtkCheckButton, borrowed: children of list */
};

G_DEFINE_FINAL_TYPE (HsBuildTargetPage, hs_build_target_page, HS_TYPE_WIZARD_PAGE)

/* -- boards ---------------------------------------------------------------------------------- */

static void
toggled_cb (GtkCheckButton *check, HsBuildTargetPage *self)
{
  hs_build_draft_choose (self->draft,
                         g_object_get_data (G_OBJECT (check), "target"),
                         gtk_check_button_get_active (check));
}

static char *
board_text (const HsTreeBoard *board)
{
  g_autofree char *room = board->firmware_length > 0 && board->firmware_length < MOST_FLASH
                              ? hs_format_size (board->firmware_length)
                              : NULL;
  g_autofree char *flash = room != NULL ? g_strdup_printf (_ ("%s for the firmware"), room) : NULL;
  const char *mcu = board->mcu != NULL ? board->mcu : board->port;

  if (board->refused != NULL)
    return g_strdup (board->refused);
  return g_strdup_printf ("%s%s%s%s%s",
                          mcu != NULL ? mcu : "",
                          mcu != NULL && flash != NULL ? " · " : "",
                          flash != NULL ? flash : "",
                          board->board == NULL ? " · " : "",
                          board->board == NULL ? _ ("Hotshoe does not know this board") : "");
}

static GtkWidget *
board_row (HsBuildTargetPage *self, const HsTreeBoard *board)
{
  g_autofree char *text = board_text (board);
  g_autofree char *name = g_strdup_printf (_ ("Build %s"), board->target);
  g_autofree char *title = board->board != NULL
                               ? g_markup_printf_escaped ("<b>%s</b>  <span alpha='60%%'>%s</span>",
                                                          board->target,
                                                          hs_format_board_name (board->board->id))
                               : g_markup_printf_escaped ("<b>%s</b>", board->target);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *head = hs_piece_markup (title, NULL);
  GtkWidget *sub = hs_piece_label (text, board->refused != NULL ? "warn" : "dim-label");

  gtk_label_set_ellipsize (GTK_LABEL (head), PANGO_ELLIPSIZE_END);
  gtk_label_set_wrap (GTK_LABEL (sub), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (sub), PANGO_WRAP_WORD_CHAR);
  gtk_box_append (GTK_BOX (words), head);
  gtk_box_append (GTK_BOX (words), sub);
  gtk_widget_set_hexpand (words, TRUE);
  hs_piece_name (check, name);
  gtk_widget_set_sensitive (check, board->refused == NULL);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               hs_build_draft_is_chosen (self->draft, board->target));
  g_object_set_data_full (G_OBJECT (check), "target", g_strdup (board->target), g_free);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  g_ptr_array_add (self->checks, check);
  return hs_piece_row (14, check, words, NULL);
}

/* One may be chosen from elsewhere, after the boards were listed: what is ticked is what is built.
 */
static void
tick_chosen (HsBuildTargetPage *self)
{
  for (guint i = 0; i < self->checks->len; i++) {
    GtkCheckButton *check = g_ptr_array_index (self->checks, i);

    gtk_check_button_set_active (
        check,
        hs_build_draft_is_chosen (self->draft, g_object_get_data (G_OBJECT (check), "target")));
  }
}

/* Those that can be built first. */
static void
list_boards (HsBuildTargetPage *self, HsTree *tree)
{
  GPtrArray *boards = hs_tree_get_boards (tree);
  guint n = 0;

  g_ptr_array_set_size (self->checks, 0);
  hs_piece_clear (self->list);
  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < boards->len; i++) {
      const HsTreeBoard *board = g_ptr_array_index (boards, i);
      GtkWidget *row;

      if ((board->refused != NULL) != (pass == 1))
        continue;
      row = board_row (self, board);
      hs_piece_set_classes (row, n++ == 0 ? "table-row first" : "table-row");
      gtk_box_append (GTK_BOX (self->list), row);
    }
}

/* -- what is missing ------------------------------------------------------------------------- */

static GtkWidget *
need_row (const HsNeed *need)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *text = hs_piece_label (need->text, NULL);
  GtkWidget *shape = hs_shape_new (need->blocks ? HS_SHAPE_FAIL : HS_SHAPE_ATTENTION, 20);

  gtk_label_set_wrap (GTK_LABEL (text), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_widget_set_valign (shape, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (words), text);
  if (need->command != NULL)
    gtk_box_append (GTK_BOX (words), hs_build_command_new (need->command));
  return hs_piece_row (12, shape, words, NULL);
}

static void
again_cb (HsBuildTargetPage *self)
{
  hs_build_draft_read_again (self->draft);
}

static void
add_needs (HsBuildTargetPage *self, const char *target, GHashTable *said, gboolean *reading)
{
  gboolean read = FALSE;
  GPtrArray *needs = hs_build_draft_get_needs (self->draft, target, &read);

  *reading = *reading || read;
  for (guint i = 0; needs != NULL && i < needs->len; i++) {
    const HsNeed *need = g_ptr_array_index (needs, i);

    if (need->state != HS_NEED_MET && g_hash_table_add (said, (gpointer) need->text))
      gtk_box_append (GTK_BOX (self->needs), need_row (need));
  }
}

static void
show_needs (HsBuildTargetPage *self)
{
  g_autoptr (GHashTable) said = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *targets = hs_build_draft_get_targets (self->draft);
  gboolean reading = FALSE;

  hs_piece_clear (self->needs);
  for (guint i = 0; i < targets->len; i++)
    add_needs (self, g_ptr_array_index (targets, i), said, &reading);
  if (g_hash_table_size (said) > 0) {
    GtkWidget *again = gtk_button_new_with_label (_ ("Check Again"));

    gtk_widget_set_halign (again, GTK_ALIGN_END);
    g_signal_connect_object (again, "clicked", G_CALLBACK (again_cb), self, G_CONNECT_SWAPPED);
    gtk_box_append (GTK_BOX (self->needs), again);
  } else if (reading) {
    gtk_box_append (GTK_BOX (self->needs),
                    hs_piece_label (_ ("Looking for SDK, compiler and submodules…"), "dim-label"));
  } else if (targets->len > 0) {
    gtk_box_append (GTK_BOX (self->needs),
                    hs_piece_row (10,
                                  hs_shape_new (HS_SHAPE_PASS, 20),
                                  hs_piece_label (_ ("Everything that is needed is here"), NULL),
                                  NULL));
  }
  gtk_widget_set_visible (self->needs, targets->len > 0);
  gtk_widget_set_visible (self->hint, targets->len == 0);
}

static void
show (HsBuildTargetPage *self)
{
  HsTree *tree = hs_build_draft_get_tree (self->draft);

  if (tree != NULL && tree != self->shown) {
    g_set_object (&self->shown, tree);
    list_boards (self, tree);
  }
  tick_chosen (self);
  show_needs (self);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self),
                           _ ("_Next"),
                           tree != NULL && hs_build_draft_get_targets (self->draft)->len > 0,
                           FALSE,
                           TRUE);
}

static void
hs_build_target_page_entered (HsWizardPage *page)
{
  show (HS_BUILD_TARGET_PAGE (page));
}

static void
hs_build_target_page_dispose (GObject *object)
{
  HsBuildTargetPage *self = HS_BUILD_TARGET_PAGE (object);

  g_clear_object (&self->draft);
  g_clear_object (&self->shown);
  g_clear_pointer (&self->checks, g_ptr_array_unref);
  G_OBJECT_CLASS (hs_build_target_page_parent_class)->dispose (object);
}

static void
hs_build_target_page_class_init (HsBuildTargetPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_build_target_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_build_target_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("build-target-page"));
  gtk_widget_class_bind_template_child (widget_class, HsBuildTargetPage, hint);
  gtk_widget_class_bind_template_child (widget_class, HsBuildTargetPage, needs);
  gtk_widget_class_bind_template_child (widget_class, HsBuildTargetPage, list);
}

static void
hs_build_target_page_init (HsBuildTargetPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->checks = g_ptr_array_new ();
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Boards"));
}

HsWizardPage *
hs_build_target_page_new (HsBuildDraft *draft)
{
  HsBuildTargetPage *self = g_object_new (HS_TYPE_BUILD_TARGET_PAGE, NULL);

  self->draft = g_object_ref (draft);
  g_signal_connect_object (draft, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
