/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/journal-page.h"

#include "app/explain.h"
#include "store/kinds.h"
#include "ui/ask.h"
#include "ui/day-jump.h"
#include "ui/entry-dialog.h"
#include "ui/file-chooser.h"
#include "ui/format.h"
#include "ui/journal-model.h"
#include "ui/journal-row.h"
#include "ui/piece.h"
#include "ui/practice-ribbon.h"
#include "ui/table-export.h"

#include <glib/gi18n-lib.h>

/* A chain of so many entries is verified without being asked: it takes no time. */
enum { VERIFY_BY_ITSELF = 5000 };

/* What the filter pills stand for. */
static const char *const run_kinds[] = {
  HS_KIND_RUN_STARTED,       HS_KIND_RUN_FINISHED,      HS_KIND_RUN_INTERRUPTED,
  HS_KIND_PARTITION_BEGUN,   HS_KIND_PARTITION_WROTE,   HS_KIND_PARTITION_HOLDS,
  HS_KIND_PARTITION_UNKNOWN, HS_KIND_FILESYSTEM_ERASED, NULL
};
static const char *const failure_kinds[] = { HS_FILTER_FAILED,
                                             HS_KIND_RUN_INTERRUPTED,
                                             HS_KIND_PARTITION_UNKNOWN,
                                             HS_KIND_UNIT_CHANGED,
                                             NULL };
static const char *const build_kinds[] = { HS_KIND_BUILD_IMPORTED, HS_KIND_BUILD_RENAMED,
                                           HS_KIND_BUILD_KEPT,     HS_KIND_BUILD_REPEATED,
                                           HS_KIND_BUILD_ARCHIVED, NULL };
static const char *const release_kinds[] = { HS_KIND_RELEASE_DRAFTED,
                                             HS_KIND_RELEASE_DROPPED,
                                             HS_KIND_RELEASE_LOCKED,
                                             HS_KIND_RELEASE_SIGNED,
                                             HS_KIND_RELEASE_WITHDRAWN,
                                             HS_KIND_BATCH_OPENED,
                                             HS_KIND_BATCH_CLOSED,
                                             HS_KIND_LEASE_TAKEN,
                                             HS_KIND_LEASE_GIVEN,
                                             HS_KIND_KEY_TRUSTED,
                                             HS_KIND_KEY_DISTRUSTED,
                                             HS_KIND_POLICY_SET,
                                             NULL };
static const char *const unit_kinds[] = {
  HS_KIND_UNIT_SEEN,       HS_KIND_UNIT_LABELLED,    HS_KIND_UNIT_NOTED,     HS_KIND_UNIT_JOINED,
  HS_KIND_UNIT_REPORTED,   HS_KIND_UNIT_CHANGED,     HS_KIND_UNIT_SHIPPED,   HS_KIND_UNIT_RETURNED,
  HS_KIND_UNIT_SCRAPPED,   HS_KIND_UNIT_ATTACHED,    HS_KIND_UNIT_CORRECTED, HS_KIND_FILE_HOLDS,
  HS_KIND_NUMBER_RESERVED, HS_KIND_NUMBER_COMMITTED, HS_KIND_NUMBER_FREED,   NULL
};
static const char *const bench_kinds[] = { HS_KIND_CATALOG_BORN,
                                           HS_KIND_CHAIN_STARTED,
                                           HS_KIND_SESSION_STARTED,
                                           HS_KIND_SESSION_ENDED,
                                           HS_KIND_SLOT_NAMED,
                                           HS_KIND_SLOT_IGNORED,
                                           NULL };

static const struct {
  const char *title;
  const char *const *kinds;
} filters[] = {
  { N_ ("Runs"), run_kinds },     { N_ ("Failures"), failure_kinds },
  { N_ ("Builds"), build_kinds }, { N_ ("Releases"), release_kinds },
  { N_ ("Units"), unit_kinds },   { N_ ("Bench"), bench_kinds },
};

struct _HsJournalPage {
  GtkBox parent_instance;

  GtkEditable *search;
  GtkWidget *export;
  GtkWidget *verify;
  AdwToastOverlay *toasts;
  GtkWidget *pills;
  HsDayJump *day_jump;
  GtkWidget *up_to;
  GtkLabel *up_to_words;
  GtkImage *chain_shape;
  GtkLabel *chain;
  GtkStack *stack;
  GtkListView *list;
  AdwStatusPage *nothing;

  GtkToggleButton *everything; /* borrowed: child of pills */
  GtkToggleButton *filters[G_N_ELEMENTS (filters)];
  gboolean setting; /* pills are being set, not pressed */
  gboolean jumped;  /* to another day: the list is to begin at its top */

  HsSession *session;
  HsPagedModel *model;
  gboolean verifying;
  guint64 verified; /* entries, when the chain was last found whole */
  gboolean broken;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (HsJournalPage, hs_journal_page, GTK_TYPE_BOX)

/* -- the chain ------------------------------------------------------------------------------- */

static void
set_chain (HsJournalPage *self, const char *icon, const char *meaning, const char *markup)
{
  hs_piece_set_shape (self->chain_shape, icon, meaning);
  gtk_label_set_markup (self->chain, markup);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->chain), gtk_label_get_text (self->chain));
}

static void
report_free (gpointer report)
{
  hs_verify_report_clear (report);
  g_free (report);
}

static gpointer
verify_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  HsVerifyReport *report = g_new0 (HsVerifyReport, 1);

  if (hs_catalog_verify (catalog, report, error))
    return report;

  report_free (report);
  return NULL;
}

static void
show_report (HsJournalPage *self, const HsVerifyReport *report)
{
  g_autofree char *count = hs_format_count (report->n_entries);
  g_autofree char *where = hs_format_count (report->problem_n);
  g_autofree char *markup = NULL;

  self->broken = report->problem_chain != NULL;
  self->verified = report->n_entries;
  if (self->broken)
    /* Translators: number of an entry, and what is wrong with it */
    markup = g_markup_printf_escaped (
        _ ("Entry <b>%s</b>: %s"), where, report->problem != NULL ? report->problem : "");
  else
    markup = g_markup_printf_escaped (_ ("Chain unbroken to entry <b>%s</b>"), count);
  set_chain (self,
             self->broken ? "hs-fail-symbolic" : "hs-pass-symbolic",
             self->broken ? "bad" : "ok",
             markup);
}

static void
verified_cb (gpointer owner, gpointer result, const GError *error)
{
  HsJournalPage *self = owner;

  self->verifying = FALSE;
  gtk_widget_set_sensitive (self->verify, TRUE);
  if (result != NULL) {
    show_report (self, result);
  } else {
    g_autoptr (HsProblem) problem = hs_explain_error (error);
    g_autofree char *markup = g_markup_escape_text (problem->message, -1);

    set_chain (self, "hs-attention-symbolic", "warn", markup);
  }
}

static void
verify_cb (HsJournalPage *self)
{
  if (self->verifying)
    return;

  self->verifying = TRUE;
  gtk_widget_set_sensitive (self->verify, FALSE);
  set_chain (self, "hs-work-symbolic", "work", _ ("Checking the chain…"));
  hs_ask (hs_session_get_catalog (self->session),
          self,
          verify_func,
          NULL,
          NULL,
          report_free,
          self->cancellable,
          verified_cb);
}

/* Verifying is cheap for a short journal, and then the truth is never old. */
static void
keep_chain (HsJournalPage *self)
{
  guint64 n = hs_paged_model_get_count (self->model);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)) || self->verifying || n == self->verified)
    return;
  if (n <= VERIFY_BY_ITSELF)
    verify_cb (self);
  else if (self->verified == 0)
    set_chain (self, "hs-unknown-symbolic", "idle", _ ("Chain not checked yet"));
}

/* -- the list -------------------------------------------------------------------------------- */

static void
listed_cb (HsJournalPage *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  const char *child = n > 0                                         ? "list"
                      : hs_paged_model_get_count (self->model) == 0 ? "empty"
                                                                    : "nothing";

  gtk_stack_set_visible_child_name (self->stack, child);
  if (self->jumped && n > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", 0);
  self->jumped = FALSE;
  keep_chain (self);
}

static void
bind_row (GtkListItem *item, HsJournalPage *self)
{
  guint position = gtk_list_item_get_position (item);
  GtkWidget *row = gtk_list_item_get_child (item);
  g_autoptr (HsModelRow) above = NULL;

  if (row == NULL || gtk_list_item_get_item (item) == NULL)
    return;
  if (position > 0 && position != GTK_INVALID_LIST_POSITION)
    above = g_list_model_get_item (G_LIST_MODEL (self->model), position - 1);
  hs_journal_row_set (HS_JOURNAL_ROW (row), gtk_list_item_get_item (item), above);
}

static void
position_cb (GtkListItem *item, GParamSpec *pspec, HsJournalPage *self)
{
  bind_row (item, self);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HsJournalPage *self)
{
  gtk_list_item_set_child (item, hs_journal_row_new ());
  /* An entry that comes in on top moves all others down without binding them again. */
  g_signal_connect_object (item, "notify::position", G_CALLBACK (position_cb), self, 0);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item, HsJournalPage *self)
{
  bind_row (item, self);
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  hs_journal_row_set (HS_JOURNAL_ROW (gtk_list_item_get_child (item)), NULL, NULL);
}

static void
row_activated_cb (HsJournalPage *self, guint position)
{
  g_autoptr (HsModelRow) row = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  gpointer item = row != NULL ? hs_model_row_get_item (row) : NULL;

  if (item != NULL)
    hs_entry_dialog_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), item);
}

/* -- filters --------------------------------------------------------------------------------- */

static void
filter_changed_cb (HsJournalPage *self)
{
  g_autoptr (GPtrArray) kinds = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (filters); i++) {
    if (!gtk_toggle_button_get_active (self->filters[i]))
      continue;
    for (guint k = 0; filters[i].kinds[k] != NULL; k++)
      g_ptr_array_add (kinds, (gpointer) filters[i].kinds[k]);
  }
  g_ptr_array_add (kinds, NULL);
  hs_paged_model_set_query (self->model,
                            gtk_editable_get_text (self->search),
                            kinds->len > 1 ? (const char *const *) kinds->pdata : NULL);
}

static gboolean
any_filter (HsJournalPage *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    if (gtk_toggle_button_get_active (self->filters[i]))
      return TRUE;
  return FALSE;
}

/* "Everything" is what is left when no other pill is pressed. */
static void
pill_toggled_cb (GtkToggleButton *pill, HsJournalPage *self)
{
  if (self->setting)
    return;

  self->setting = TRUE;
  for (guint i = 0; pill == self->everything && i < G_N_ELEMENTS (filters); i++)
    gtk_toggle_button_set_active (self->filters[i], FALSE);
  gtk_toggle_button_set_active (self->everything, !any_filter (self));
  self->setting = FALSE;
  filter_changed_cb (self);
}

static GtkToggleButton *
add_pill (HsJournalPage *self, const char *title)
{
  GtkWidget *pill = gtk_toggle_button_new_with_label (title);

  hs_piece_set_classes (pill, "small pillish");
  g_signal_connect_object (pill, "toggled", G_CALLBACK (pill_toggled_cb), self, 0);
  gtk_box_append (GTK_BOX (self->pills), pill);
  return GTK_TOGGLE_BUTTON (pill);
}

/* -- the date -------------------------------------------------------------------------------- */

static void
day_changed_cb (HsJournalPage *self)
{
  const char *words = hs_day_jump_get_words (self->day_jump);

  if (words != NULL) {
    /* Translators: name of a button; %s: Up to 3 November */
    g_autofree char *spoken = g_strdup_printf (_ ("%s: show the newest again"), words);

    gtk_label_set_label (self->up_to_words, words);
    hs_piece_name (self->up_to, spoken);
  } else if (gtk_widget_has_focus (self->up_to)) {
    gtk_widget_grab_focus (GTK_WIDGET (self->list)); /* a hidden button can't keep it */
  }
  gtk_widget_set_visible (self->up_to, words != NULL);
  adw_status_page_set_description (self->nothing,
                                   words != NULL
                                       ? _ ("Try other words, “Everything”, or a later day.")
                                       : _ ("Try other words, or “Everything”."));
  self->jumped = TRUE;
  hs_paged_model_set_before (self->model, hs_day_jump_get_before (self->day_jump));
}

static void
up_to_cb (HsJournalPage *self)
{
  hs_day_jump_go (self->day_jump, NULL);
}

/* -- export ---------------------------------------------------------------------------------- */

static gpointer
export_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  guint64 n = 0;

  if (!hs_catalog_export (catalog, data, &n, error))
    return NULL;
  return g_memdup2 (&n, sizeof n);
}

static void
exported_cb (gpointer owner, gpointer result, const GError *error)
{
  HsJournalPage *self = owner;
  g_autofree char *text = NULL;

  gtk_widget_set_sensitive (self->export, TRUE);
  if (result != NULL) {
    g_autofree char *count = hs_format_count (*(guint64 *) result);

    text = g_strdup_printf (
        ngettext ("%s entry exported", "%s entries exported", (gulong) * (guint64 *) result),
        count);
  } else {
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    text = g_strdup_printf ("%s %s", problem->message, problem->action);
  }
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (text));
}

static void
folder_chosen_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsJournalPage) self = data;
  g_autoptr (GListModel) folders = hs_file_chooser_open_finish (result, NULL);
  GFile *folder = folders != NULL ? g_list_model_get_item (folders, 0) : NULL;

  if (folder == NULL || self->session == NULL) {
    g_clear_object (&folder);
    return;
  }

  gtk_widget_set_sensitive (self->export, FALSE);
  hs_ask (hs_session_get_catalog (self->session),
          self,
          export_func,
          folder,
          g_object_unref,
          g_free,
          self->cancellable,
          exported_cb);
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsJournalPage *self = HS_JOURNAL_PAGE (widget);

  hs_file_chooser_open_async (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                              _ ("Export the Journal Into a Folder"),
                              TRUE,
                              self->cancellable,
                              folder_chosen_cb,
                              g_object_ref (self));
}

static void
export_table_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsJournalPage *self = HS_JOURNAL_PAGE (widget);
  gboolean json = g_str_equal (name, "journal.export-json");

  hs_table_export_journal_ask (GTK_WIDGET (self->list),
                               self->session,
                               hs_paged_model_get_query (self->model),
                               json ? HS_TABLE_JSON : HS_TABLE_CSV);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_journal_page_map (GtkWidget *widget)
{
  HsJournalPage *self = HS_JOURNAL_PAGE (widget);

  GTK_WIDGET_CLASS (hs_journal_page_parent_class)->map (widget);
  if (hs_paged_model_get_ready (self->model))
    keep_chain (self);
}

static void
hs_journal_page_dispose (GObject *object)
{
  HsJournalPage *self = HS_JOURNAL_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_journal_page_parent_class)->dispose (object);
}

static void
hs_journal_page_class_init (HsJournalPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_journal_page_dispose;
  widget_class->map = hs_journal_page_map;
  g_type_ensure (HS_TYPE_PRACTICE_RIBBON);
  g_type_ensure (HS_TYPE_DAY_JUMP);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("journal-page"));
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, search);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, export);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, verify);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, toasts);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, pills);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, day_jump);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, up_to);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, up_to_words);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, chain_shape);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, chain);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, stack);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, list);
  gtk_widget_class_bind_template_child (widget_class, HsJournalPage, nothing);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, day_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, up_to_cb);
  gtk_widget_class_bind_template_callback (widget_class, verify_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_install_action (widget_class, "journal.export", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "journal.export-csv", NULL, export_table_action);
  gtk_widget_class_install_action (widget_class, "journal.export-json", NULL, export_table_action);
}

static void
hs_journal_page_init (HsJournalPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->cancellable = g_cancellable_new ();
  adw_status_page_set_description (self->nothing, _ ("Try other words, or “Everything”."));
  self->setting = TRUE;
  self->everything = add_pill (self, _ ("Everything"));
  gtk_toggle_button_set_active (self->everything, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    self->filters[i] = add_pill (self, _ (filters[i].title));
  self->setting = FALSE;
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
}

/**
 * hs_journal_page_new:
 * @session: the session
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
hs_journal_page_new (HsSession *session)
{
  HsJournalPage *self = g_object_new (HS_TYPE_JOURNAL_PAGE, NULL);
  g_autoptr (GtkSingleSelection) selection = NULL;

  self->session = g_object_ref (session);
  self->model = hs_journal_model_new (hs_session_get_catalog (session));
  selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (self->model, "listed", G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

/* Takes the focus to the search field. */
void
hs_journal_page_focus_search (HsJournalPage *self)
{
  g_return_if_fail (HS_IS_JOURNAL_PAGE (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

/* Shows the calendar that asks for the last day to be listed. */
void
hs_journal_page_ask_day (HsJournalPage *self)
{
  g_return_if_fail (HS_IS_JOURNAL_PAGE (self));

  hs_day_jump_open (self->day_jump);
}
