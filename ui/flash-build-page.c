/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-build-page.h"

#include "ui/ask.h"
#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum { MAX_BUILDS = 40 }; /* shown; typing narrows the choice */

struct _HsFlashBuildPage {
  HsWizardPage parent_instance;

  GtkEditable *search;
  GtkWidget *list;
  GtkLabel *nothing;

  HsFlashChoice *choice; /* owned */
  GtkWidget *group;      /* owned: never shown; makes a single build look like one of several */
  GCancellable *reading;
};

G_DEFINE_FINAL_TYPE (HsFlashBuildPage, hs_flash_build_page, HS_TYPE_WIZARD_PAGE)

/* -- what fits ------------------------------------------------------------------------------- */

typedef struct {
  char *text;
  char **boards; /* of the chosen cameras */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->text);
  g_strfreev (question->boards);
  g_free (question);
}

/* Builds that fit a chosen camera come first, newest first; the others behind. */
static gpointer
read_builds (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;
  g_autoptr (GPtrArray) ids =
      hs_catalog_list_builds (catalog, question->text, G_MAXINT, NULL, error);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_object_unref);
  GPtrArray *builds;

  if (ids == NULL)
    return NULL;

  builds = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < ids->len && builds->len < MAX_BUILDS; i++) {
    HsBuild *build = hs_catalog_get_build (catalog, g_ptr_array_index (ids, i), NULL);

    if (build == NULL || g_cancellable_is_cancelled (cancellable)) {
      g_clear_object (&build);
      continue;
    }
    if (hs_build_get_board (build) != NULL &&
        g_strv_contains ((const char *const *) question->boards, hs_build_get_board (build)))
      g_ptr_array_add (builds, build);
    else
      g_ptr_array_add (others, build);
  }
  for (guint i = 0; i < others->len && builds->len < MAX_BUILDS; i++)
    g_ptr_array_add (builds, g_object_ref (g_ptr_array_index (others, i)));
  return builds;
}

static char **
chosen_boards (HsFlashChoice *choice)
{
  g_autoptr (GPtrArray) slots = hs_flash_choice_dup_slots (choice);
  GPtrArray *boards = g_ptr_array_new ();

  for (guint i = 0; i < slots->len; i++) {
    HsDevice *device = hs_slot_get_device (g_ptr_array_index (slots, i));
    const HsBoard *board = device != NULL ? hs_device_get_board (device) : NULL;

    if (board != NULL)
      g_ptr_array_add (boards, g_strdup (board->id));
  }
  g_ptr_array_add (boards, NULL);
  return (char **) g_ptr_array_free (boards, FALSE);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
update_verb (HsFlashBuildPage *self)
{
  g_autoptr (GPtrArray) targets = hs_flash_choice_dup_targets (self->choice);

  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), targets->len > 0, FALSE, TRUE);
}

static void
toggled_cb (GtkCheckButton *check, HsFlashBuildPage *self)
{
  if (gtk_check_button_get_active (check))
    hs_flash_choice_set_build (self->choice, g_object_get_data (G_OBJECT (check), "build"));
}

/* Why no chosen camera can take it; NULL if one can. */
static char *
why_nobody (HsFlashBuildPage *self, HsBuild *build)
{
  g_auto (GStrv) boards = chosen_boards (self->choice);

  if (hs_build_get_board (build) != NULL &&
      g_strv_contains ((const char *const *) boards, hs_build_get_board (build)))
    return NULL;
  /* Translators: name of a board */
  return g_strdup_printf (_ ("No chosen camera is an %s."),
                          hs_format_board_name (hs_build_get_board (build)));
}

static GtkWidget *
build_row (HsFlashBuildPage *self, HsBuild *build)
{
  g_autofree char *why_not = why_nobody (self, build);
  g_autofree char *when = hs_format_day (hs_build_get_imported (build));
  g_autofree char *second = g_strdup_printf (
      "%s · %s%s%s",
      when,
      hs_build_get_board (build) != NULL ? hs_build_get_board (build) : _ ("unknown board"),
      hs_build_get_version (build) != NULL ? " · " : "",
      hs_build_get_version (build) != NULL ? hs_build_get_version (build) : "");
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *name = hs_piece_label (hs_build_get_name (build), "heading");
  GtkWidget *sub = hs_piece_label (why_not != NULL ? why_not : second, "dim-label caption");
  GtkWidget *dirty =
      hs_build_get_dirty (build) ? hs_piece_chip (_ ("changed files"), "warn") : NULL;
  HsBuild *chosen = hs_flash_choice_get_build (self->choice);

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (sub), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), name);
  gtk_box_append (GTK_BOX (words), sub);
  hs_piece_name (check, hs_build_get_name (build));
  gtk_widget_set_sensitive (check, why_not == NULL);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (self->group));
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               chosen != NULL &&
                                   g_str_equal (hs_build_get_id (chosen), hs_build_get_id (build)));
  g_object_set_data_full (G_OBJECT (check), "build", g_object_ref (build), g_object_unref);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  return hs_piece_row (14, check, words, dirty, NULL);
}

static void
builds_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsFlashBuildPage *self = owner;
  GPtrArray *builds = result;
  guint n = builds != NULL ? builds->len : 0;

  hs_piece_clear (self->list);
  for (guint i = 0; i < n; i++) {
    GtkWidget *row = build_row (self, g_ptr_array_index (builds, i));

    hs_piece_set_classes (row, i == 0 ? "table-row first" : "table-row");
    gtk_box_append (GTK_BOX (self->list), row);
  }
  gtk_widget_set_visible (self->list, n > 0);
  gtk_label_set_label (self->nothing,
                       error != NULL ? error->message
                       : *gtk_editable_get_text (self->search) != '\0'
                           ? _ ("No build fits.")
                           : _ ("No builds yet. Import one first."));
  gtk_widget_set_visible (GTK_WIDGET (self->nothing), n == 0);
  update_verb (self);
}

static void
ask_for_builds (HsFlashBuildPage *self)
{
  HsSession *session = hs_flash_choice_get_session (self->choice);
  Question *question = g_new0 (Question, 1);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  self->reading = g_cancellable_new ();
  question->text = g_strdup (gtk_editable_get_text (self->search));
  question->boards = chosen_boards (self->choice);
  hs_ask (hs_session_get_catalog (session),
          self,
          read_builds,
          question,
          question_free,
          (GDestroyNotify) g_ptr_array_unref,
          self->reading,
          builds_read_cb);
}

static void
search_changed_cb (HsFlashBuildPage *self)
{
  ask_for_builds (self);
}

static void
hs_flash_build_page_entered (HsWizardPage *page)
{
  update_verb (HS_FLASH_BUILD_PAGE (page));
  ask_for_builds (HS_FLASH_BUILD_PAGE (page));
}

static void
hs_flash_build_page_dispose (GObject *object)
{
  HsFlashBuildPage *self = HS_FLASH_BUILD_PAGE (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->choice);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (hs_flash_build_page_parent_class)->dispose (object);
}

static void
hs_flash_build_page_class_init (HsFlashBuildPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_flash_build_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_flash_build_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("flash-build-page"));
  gtk_widget_class_bind_template_child (widget_class, HsFlashBuildPage, search);
  gtk_widget_class_bind_template_child (widget_class, HsFlashBuildPage, list);
  gtk_widget_class_bind_template_child (widget_class, HsFlashBuildPage, nothing);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
}

static void
hs_flash_build_page_init (HsFlashBuildPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->group = g_object_ref_sink (gtk_check_button_new ());
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Build"));
}

HsWizardPage *
hs_flash_build_page_new (HsFlashChoice *choice)
{
  HsFlashBuildPage *self = g_object_new (HS_TYPE_FLASH_BUILD_PAGE, NULL);

  self->choice = g_object_ref (choice);
  g_signal_connect_object (choice, "changed", G_CALLBACK (update_verb), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
