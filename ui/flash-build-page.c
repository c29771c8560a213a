/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-build-page.h"

#include "ui/ask.h"
#include "ui/format.h"
#include "ui/offer.h"
#include "ui/operation.h"
#include "ui/piece.h"
#include "ui/wizard.h"

#include <glib/gi18n-lib.h>

enum { MAX_SHOWN = 40, MAX_READ = 400 }; /* typing narrows the choice */

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
  char **boards;        /* of the chosen cameras */
  gboolean only_builds; /* only flashing takes a release */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->text);
  g_strfreev (question->boards);
  g_free (question);
}

static gboolean
fits_any (const HsOffer *offer, char **boards)
{
  for (guint i = 0; boards[i] != NULL; i++)
    if (hs_offer_fits (offer, boards[i]))
      return TRUE;
  return FALSE;
}

/* What fits a chosen camera comes first, newest first; the others behind. */
static gpointer
read_offers (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;
  GPtrArray *offers = hs_offers_read (catalog, question->text, MAX_READ, cancellable, error);
  guint n_fit = 0;

  for (guint i = offers != NULL && question->only_builds ? offers->len : 0; i > 0; i--)
    if (((HsOffer *) g_ptr_array_index (offers, i - 1))->release != NULL)
      g_ptr_array_remove_index (offers, i - 1);
  for (guint i = 0; offers != NULL && i < offers->len; i++) {
    if (!fits_any (g_ptr_array_index (offers, i), question->boards))
      continue;
    for (guint at = i; at > n_fit; at--) {
      gpointer before = offers->pdata[at - 1];

      offers->pdata[at - 1] = offers->pdata[at];
      offers->pdata[at] = before;
    }
    n_fit++;
  }
  return offers;
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
  HsRelease *release = g_object_get_data (G_OBJECT (check), "release");

  if (!gtk_check_button_get_active (check))
    return;
  if (release != NULL)
    hs_flash_choice_set_release (
        self->choice, release, g_object_get_data (G_OBJECT (check), "builds"));
  else
    hs_flash_choice_set_build (self->choice, g_object_get_data (G_OBJECT (check), "build"));
}

/* A build without what the operation needs is named with the reason. */
static char *
why_not_build (HsFlashBuildPage *self, const HsOffer *offer)
{
  const HsBoard *board =
      offer->build != NULL ? hs_board_by_id (hs_build_get_board (offer->build)) : NULL;

  if (board == NULL)
    return NULL;
  return hs_operation_why_not (hs_flash_choice_get_what (self->choice), board, offer->build);
}

/* Why no chosen camera can take it; NULL if one can. */
static char *
why_nobody (HsFlashBuildPage *self, const HsOffer *offer)
{
  g_auto (GStrv) boards = chosen_boards (self->choice);

  return fits_any (offer, boards) ? why_not_build (self, offer)
                                  : g_strdup (_ ("for none of the chosen cameras"));
}

static char *
second_line (const HsOffer *offer)
{
  g_autofree char *boards = hs_offer_dup_boards (offer);
  g_autofree char *when =
      hs_format_day (offer->release != NULL ? hs_release_get_time (offer->release)
                                            : hs_build_get_imported (offer->build));
  const char *version = offer->build != NULL ? hs_build_get_version (offer->build) : NULL;

  return g_strdup_printf (
      "%s · %s%s%s", when, boards, version != NULL ? " · " : "", version != NULL ? version : "");
}

static gboolean
is_chosen (HsFlashBuildPage *self, const HsOffer *offer)
{
  HsRelease *release = hs_flash_choice_get_release (self->choice);
  HsBuild *build = hs_flash_choice_get_build (self->choice);

  if (offer->release != NULL)
    return release != NULL &&
           g_str_equal (hs_release_get_id (release), hs_release_get_id (offer->release));
  return release == NULL && build != NULL &&
         g_str_equal (hs_build_get_id (build), hs_build_get_id (offer->build));
}

static GtkWidget *
chip_of (const HsOffer *offer)
{
  if (offer->release != NULL)
    return hs_piece_chip (_ ("release"), "filled");
  return hs_build_get_dirty (offer->build) ? hs_piece_chip (_ ("changed files"), "warn") : NULL;
}

static void
keep (GtkWidget *check, const HsOffer *offer)
{
  GObject *object = G_OBJECT (check);

  if (offer->release == NULL) {
    g_object_set_data_full (object, "build", g_object_ref (offer->build), g_object_unref);
    return;
  }
  g_object_set_data_full (object, "release", g_object_ref (offer->release), g_object_unref);
  g_object_set_data_full (
      object, "builds", g_ptr_array_ref (offer->builds), (GDestroyNotify) g_ptr_array_unref);
}

static GtkWidget *
offer_row (HsFlashBuildPage *self, const HsOffer *offer)
{
  g_autofree char *why_not = why_nobody (self, offer);
  g_autofree char *title = hs_offer_dup_title (offer);
  g_autofree char *boards = hs_offer_dup_boards (offer);
  g_autofree char *spoken = g_strdup_printf ("%s, %s", title, boards);
  g_autofree char *second =
      why_not != NULL ? g_strdup_printf ("%s · %s", boards, why_not) : second_line (offer);
  GtkWidget *check = gtk_check_button_new ();
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *name = hs_piece_label (title, "heading");
  GtkWidget *sub = hs_piece_label (second, "dim-label caption");

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_label_set_ellipsize (GTK_LABEL (sub), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), name);
  gtk_box_append (GTK_BOX (words), sub);
  hs_piece_name (check, spoken);
  gtk_widget_set_sensitive (check, why_not == NULL);
  gtk_check_button_set_group (GTK_CHECK_BUTTON (check), GTK_CHECK_BUTTON (self->group));
  /* Tab goes to the active one of a group only: one that is greyed would keep it out. */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check),
                               why_not == NULL && is_chosen (self, offer));
  keep (check, offer);
  g_signal_connect_object (check, "toggled", G_CALLBACK (toggled_cb), self, 0);
  return hs_piece_row (14, check, words, chip_of (offer), NULL);
}

static void
offers_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsFlashBuildPage *self = owner;
  GPtrArray *offers = result;
  guint n = offers != NULL ? MIN (offers->len, MAX_SHOWN) : 0;

  hs_piece_clear (self->list);
  for (guint i = 0; i < n; i++) {
    GtkWidget *row = offer_row (self, g_ptr_array_index (offers, i));

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
  question->only_builds = !g_str_equal (hs_flash_choice_get_what (self->choice), "flash");
  hs_ask (hs_session_get_catalog (session),
          self,
          read_offers,
          question,
          question_free,
          (GDestroyNotify) g_ptr_array_unref,
          self->reading,
          offers_read_cb);
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

/* A release leaves nothing to choose on the page behind. */
static gboolean
hs_flash_build_page_forward (HsWizardPage *page)
{
  HsFlashBuildPage *self = HS_FLASH_BUILD_PAGE (page);

  if (hs_flash_choice_get_release (self->choice) != NULL)
    hs_wizard_go_next (HS_WIZARD (gtk_widget_get_root (GTK_WIDGET (page))));
  return FALSE;
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
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_flash_build_page_forward;
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
