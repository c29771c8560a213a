/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/ask.h"
#include "ui/file-chooser.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/release-dialogs.h"
#include "ui/release-draft.h"
#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

enum { MAX_DIGITS = 12, MAX_LIST_BYTES = 16 * 1024 * 1024 };

#define HS_TYPE_RELEASE_NUMBERS_PAGE (hs_release_numbers_page_get_type ())
G_DECLARE_FINAL_TYPE (HsReleaseNumbersPage,
                      hs_release_numbers_page,
                      HS,
                      RELEASE_NUMBERS_PAGE,
                      HsWizardPage)

struct _HsReleaseNumbersPage {
  HsWizardPage parent_instance;

  AdwComboRow *rule;
  GtkWidget *prefix;
  GtkWidget *digits;
  GtkWidget *suffix;
  GtkWidget *first;
  GtkWidget *last;
  AdwActionRow *list;
  GtkWidget *choose;
  GtkWidget *series;
  GtkLabel *preview;
  GtkLabel *hint;

  HsReleaseDraft *draft; /* owned */
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (HsReleaseNumbersPage, hs_release_numbers_page, HS_TYPE_WIZARD_PAGE)

/* -- what is written ------------------------------------------------------------------------- */

/* -1: no whole number. */
static gint64
number_of (GtkWidget *entry)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));
  gint64 number = 0;

  return g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &number, NULL) ? number : -1;
}

static void
take_text (char **field, GtkWidget *entry)
{
  g_free (*field);
  *field = g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/* Why the rule can't be like this; NULL: it can. */
static const char *
why_not (HsReleaseNumbersPage *self)
{
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);
  g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, recipe->last);

  if (recipe->rule == HS_NUMBER_LIST && recipe->list_sha256 == NULL)
    return _ ("Choose the file with the numbers.");
  if (recipe->rule != HS_NUMBER_COUNTER)
    return NULL;
  if (number_of (self->digits) < 1 || number_of (self->digits) > MAX_DIGITS)
    return _ ("Between 1 and 12 digits.");
  if (number_of (self->first) < 0 || number_of (self->last) < 0)
    return _ ("First and last are whole numbers.");
  if (recipe->last < recipe->first || recipe->last == 0)
    return _ ("The last number comes before the first one.");
  if (strlen (last) > recipe->digits)
    return _ ("The last number has more digits than that.");
  return NULL;
}

static char *
preview_text (const HsRecipe *recipe)
{
  g_autofree char *first = NULL;
  g_autofree char *last = NULL;

  if (recipe->rule != HS_NUMBER_COUNTER)
    return hs_recipe_say_serial (recipe);

  first = hs_recipe_dup_number (recipe, recipe->first);
  last = hs_recipe_dup_number (recipe, recipe->last);
  /* Translators: the first and the last product number */
  return g_strdup_printf (_ ("%s … %s"), first, last);
}

static const char *
hint_text (const HsRecipe *recipe)
{
  switch (recipe->rule) {
  case HS_NUMBER_COUNTER:
  case HS_NUMBER_LIST:
    return _ ("A bench gives out numbers that it has taken for itself. A unit keeps its number for "
              "ever.");
  case HS_NUMBER_SCAN:
    return _ ("The operator scans the number of each unit before it is flashed.");
  case HS_NUMBER_CHIP:
    return _ ("The number that the chip has from its maker.");
  case HS_NUMBER_NONE:
  default:
    return _ ("Units are told apart by the chip's id alone.");
  }
}

static void
update (HsReleaseNumbersPage *self)
{
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);
  gboolean counted = recipe->rule == HS_NUMBER_COUNTER;
  gboolean listed = recipe->rule == HS_NUMBER_LIST;
  gboolean scanned = recipe->rule == HS_NUMBER_SCAN;
  const char *problem = why_not (self);
  g_autofree char *preview = problem == NULL ? preview_text (recipe) : g_strdup (problem);
  g_autofree char *lines =
      recipe->list_sha256 != NULL ? hs_recipe_say_serial (recipe) : g_strdup (_ ("Not chosen yet"));

  gtk_widget_set_visible (self->prefix, counted || scanned);
  gtk_widget_set_visible (self->digits, counted);
  gtk_widget_set_visible (self->suffix, counted);
  gtk_widget_set_visible (self->first, counted);
  gtk_widget_set_visible (self->last, counted);
  gtk_widget_set_visible (GTK_WIDGET (self->list), listed);
  gtk_widget_set_visible (self->series, counted || listed || scanned);
  adw_action_row_set_subtitle (self->list, listed ? lines : "");
  gtk_label_set_label (self->preview, preview);
  hs_piece_set_meaning (GTK_WIDGET (self->preview), problem != NULL ? "warn" : NULL);
  gtk_label_set_label (self->hint, hint_text (recipe));
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), _ ("_Next"), problem == NULL, FALSE, TRUE);
}

/* An empty rule is made one that works: people then change what they do not like. */
static void
propose (HsRecipe *recipe)
{
  if (recipe->rule != HS_NUMBER_COUNTER || recipe->last > 0)
    return;

  recipe->digits = 4;
  recipe->first = 1;
  recipe->last = 9999;
}

static void
show_recipe (HsReleaseNumbersPage *self)
{
  const HsRecipe *recipe = hs_release_draft_get_recipe (self->draft);
  g_autofree char *digits = g_strdup_printf ("%u", recipe->digits);
  g_autofree char *first = g_strdup_printf ("%" G_GINT64_FORMAT, recipe->first);
  g_autofree char *last = g_strdup_printf ("%" G_GINT64_FORMAT, recipe->last);

  self->setting = TRUE;
  adw_combo_row_set_selected (self->rule, recipe->rule);
  gtk_editable_set_text (GTK_EDITABLE (self->prefix), recipe->prefix != NULL ? recipe->prefix : "");
  gtk_editable_set_text (GTK_EDITABLE (self->suffix), recipe->suffix != NULL ? recipe->suffix : "");
  gtk_editable_set_text (GTK_EDITABLE (self->digits), digits);
  gtk_editable_set_text (GTK_EDITABLE (self->first), first);
  gtk_editable_set_text (GTK_EDITABLE (self->last), last);
  gtk_editable_set_text (GTK_EDITABLE (self->series),
                         hs_recipe_get_series (recipe) != NULL ? hs_recipe_get_series (recipe)
                                                               : "");
  self->setting = FALSE;
}

static void
take_counter (HsReleaseNumbersPage *self, HsRecipe *recipe)
{
  recipe->digits = CLAMP (number_of (self->digits), 0, MAX_DIGITS);
  recipe->first = MAX (number_of (self->first), 0);
  recipe->last = MAX (number_of (self->last), 0);
}

/* With another rule than before, what the one before it needed is forgotten. */
static void
take_rule (HsRecipe *recipe, HsNumberRule rule)
{
  recipe->rule = rule;
  g_clear_pointer (&recipe->list_sha256, g_free);
  recipe->digits = 0;
  recipe->first = 0;
  recipe->last = 0;
  propose (recipe);
}

static void
changed_cb (HsReleaseNumbersPage *self)
{
  guint rule = adw_combo_row_get_selected (self->rule);
  HsRecipe *recipe;

  if (self->setting || rule > HS_NUMBER_CHIP)
    return;

  recipe = hs_release_draft_get_recipe (self->draft);
  if (rule != recipe->rule) {
    take_rule (recipe, rule);
    show_recipe (self);
  } else {
    take_text (&recipe->prefix, self->prefix);
    take_text (&recipe->suffix, self->suffix);
    take_text (&recipe->series, self->series);
    g_strstrip (recipe->series);
    if (*recipe->series == '\0')
      g_clear_pointer (&recipe->series, g_free);
    if (rule == HS_NUMBER_COUNTER)
      take_counter (self, recipe);
  }
  hs_release_draft_changed (self->draft);
  update (self);
}

/* -- a list ---------------------------------------------------------------------------------- */

typedef struct {
  char *sha256;
  gint64 n_lines;
} List;

static void
list_free (gpointer data)
{
  List *list = data;

  g_free (list->sha256);
  g_free (list);
}

static gint64
count_lines (GBytes *bytes)
{
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  g_autofree char *copy = g_strndup (text, size);
  g_auto (GStrv) lines = g_strsplit (g_strchomp (copy), "\n", -1);

  return *copy != '\0' ? g_strv_length (lines) : 0;
}

static gpointer
read_list (HsCatalog *catalog, gpointer file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = g_file_load_bytes (file, cancellable, NULL, error);
  g_autofree char *sha256 = NULL;
  List *list;

  if (bytes == NULL)
    return NULL;
  if (g_bytes_get_size (bytes) > MAX_LIST_BYTES) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _ ("A list of numbers has 16 MB at most."));
    return NULL;
  }
  if (!hs_catalog_put_blob (catalog, bytes, &sha256, error))
    return NULL;

  list = g_new0 (List, 1);
  list->n_lines = count_lines (bytes);
  list->sha256 = g_steal_pointer (&sha256);
  return list;
}

static void
list_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsReleaseNumbersPage *self = owner;
  List *list = result;
  HsRecipe *recipe;

  if (list == NULL) {
    hs_release_tell_problem (GTK_WIDGET (self), error);
    return;
  }

  recipe = hs_release_draft_get_recipe (self->draft);
  g_free (recipe->list_sha256);
  recipe->list_sha256 = g_strdup (list->sha256);
  recipe->first = 1;
  recipe->last = list->n_lines;
  hs_release_draft_changed (self->draft);
  update (self);
}

static void
list_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsReleaseNumbersPage) self = data;
  g_autoptr (GListModel) files = hs_file_chooser_open_finish (result, NULL);

  if (files == NULL || self->draft == NULL)
    return;

  hs_ask (hs_session_get_catalog (hs_release_draft_get_session (self->draft)),
          self,
          read_list,
          g_list_model_get_item (files, 0),
          g_object_unref,
          list_free,
          NULL,
          list_read_cb);
}

static void
choose_cb (HsReleaseNumbersPage *self)
{
  hs_file_chooser_open_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                              _ ("Product Numbers"),
                              FALSE,
                              NULL,
                              list_chosen_cb,
                              g_object_ref (self));
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_release_numbers_page_entered (HsWizardPage *page)
{
  HsReleaseNumbersPage *self = HS_RELEASE_NUMBERS_PAGE (page);

  show_recipe (self);
  update (self);
}

static void
hs_release_numbers_page_dispose (GObject *object)
{
  HsReleaseNumbersPage *self = HS_RELEASE_NUMBERS_PAGE (object);

  self->setting = TRUE;
  g_clear_object (&self->draft);
  G_OBJECT_CLASS (hs_release_numbers_page_parent_class)->dispose (object);
}

static void
hs_release_numbers_page_class_init (HsReleaseNumbersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_release_numbers_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_release_numbers_page_entered;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               HS_UI_TEMPLATE ("release-numbers-page"));
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, rule);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, prefix);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, digits);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, suffix);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, first);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, last);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, list);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, choose);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, series);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, preview);
  gtk_widget_class_bind_template_child (widget_class, HsReleaseNumbersPage, hint);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
}

static void
hs_release_numbers_page_init (HsReleaseNumbersPage *self)
{
  self->setting = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_piece_name_group (
      gtk_widget_get_ancestor (GTK_WIDGET (self->rule), ADW_TYPE_PREFERENCES_GROUP),
      _ ("Product number"));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Numbers"));
}

HsWizardPage *
hs_release_numbers_page_new (HsReleaseDraft *draft)
{
  HsReleaseNumbersPage *self = g_object_new (HS_TYPE_RELEASE_NUMBERS_PAGE, NULL);

  self->draft = g_object_ref (draft);
  return HS_WIZARD_PAGE (self);
}
