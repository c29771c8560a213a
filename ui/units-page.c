/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/units-page.h"

#include "store/kinds.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/list-detail.h"
#include "ui/piece.h"
#include "ui/practice-ribbon.h"
#include "ui/unit-model.h"
#include "ui/unit-view.h"

#include <glib/gi18n-lib.h>

enum { RUNS_READ = 50, NOTES_READ = 8 };

struct _HsUnitsPage {
  GtkBox parent_instance;

  GtkWidget *back;
  GtkStack *stack;
  HsListDetail *list;

  HsSession *session;  /* owned */
  HsPagedModel *model; /* owned */
  HsUnitView *view;    /* borrowed: child of list */
  GCancellable *reading;
};

G_DEFINE_FINAL_TYPE (HsUnitsPage, hs_units_page, GTK_TYPE_BOX)

/* -- the list -------------------------------------------------------------------------------- */

/* "…0042 003A": the part that was searched for in bold, else the last four. */
static char *
serial_markup (HsUnit *unit, const char *typed)
{
  g_autofree char *digits = hs_format_key_serial (hs_unit_get_id (unit));
  gsize length = strlen (digits);
  const char *tail = length > 8 ? digits + length - 8 : digits;
  g_autofree char *matched = hs_format_bold_part (tail, typed);

  if (typed != NULL && *typed != '\0' && strstr (matched, "<b>") != NULL)
    return g_strdup_printf ("%s%s", tail == digits ? "" : "…", matched);
  return hs_format_serial_short_markup (hs_unit_get_id (unit));
}

static const char *
carries (HsUnit *unit)
{
  const HsContent *content = hs_unit_find_content (unit, hs_role_name (HS_ROLE_FIRMWARE));

  if (content != NULL && g_strcmp0 (content->state, "unknown") == 0)
    return _ ("firmware unknown");
  if (content != NULL && content->build_name != NULL)
    return content->build_name;
  return hs_unit_get_last_version (unit) != NULL ? hs_unit_get_last_version (unit)
                                                 : _ ("firmware not read");
}

static void
fill_row (HsListRow *row, gpointer item, gpointer page)
{
  HsUnitsPage *self = page;
  HsUnit *unit = item;
  const char *typed = hs_list_detail_get_text (self->list);
  const char *label = hs_unit_get_label (unit) != NULL ? hs_unit_get_label (unit) : _ ("no label");
  gboolean here = hs_unit_find_slot (self->session, hs_unit_get_id (unit)) != NULL;
  const char *meaning = NULL;
  const char *state = hs_unit_chip_text (unit, &meaning);
  g_autofree char *title = hs_format_bold_part (label, typed);
  g_autofree char *serial = serial_markup (unit, typed);
  g_autofree char *held = hs_format_bold_part (carries (unit), typed);
  g_autofree char *sub = g_strdup_printf ("%s · %s", serial, held);
  g_autofree char *digits = hs_format_key_serial (hs_unit_get_id (unit));
  /* Translators: label, serial and build of a unit, for assistive technology */
  g_autofree char *name = g_strdup_printf (_ ("%s, %s, %s"), label, digits, carries (unit));

  hs_list_row_set (row, title, sub, here ? _ ("on bench") : state, here ? "work" : meaning, name);
}

static void
listed_cb (HsUnitsPage *self)
{
  guint total = hs_paged_model_get_total (self->model);
  guint64 all = hs_paged_model_get_count (self->model);
  g_autofree char *found = hs_format_count (total);
  g_autofree char *known = hs_format_count (all);
  /* Translators: how many were found, and how many there are */
  g_autofree char *count =
      g_strdup_printf (ngettext ("%s of %s unit", "%s of %s units", all), found, known);
  const char *typed = hs_list_detail_get_text (self->list);
  g_autofree char *nothing =
      g_strdup_printf (_ ("No unit has “%s”. Serials are searched in every form."), typed);

  hs_list_detail_set_count (self->list, count, nothing);
  gtk_stack_set_visible_child_name (self->stack, all == 0 && *typed == '\0' ? "empty" : "list");
}

/* -- the detail ------------------------------------------------------------------------------ */

typedef struct {
  HsUnit *unit;
  GPtrArray *runs;
  GPtrArray *notes; /* HsEntry */
} Detail;

static void
detail_free (gpointer data)
{
  Detail *detail = data;

  g_clear_object (&detail->unit);
  g_clear_pointer (&detail->runs, g_ptr_array_unref);
  g_clear_pointer (&detail->notes, g_ptr_array_unref);
  g_free (detail);
}

static GPtrArray *
read_notes (HsCatalog *catalog, const char *unit)
{
  static const char *const kinds[] = { HS_KIND_UNIT_NOTED, NULL };
  g_autofree char *subject = g_strconcat ("unit:", unit, NULL);
  HsJournalFilter filter = { .subject = subject, .kinds = kinds };
  g_autoptr (GArray) rows = hs_catalog_list_journal (catalog, &filter, NOTES_READ, NULL, NULL);
  GPtrArray *notes = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    HsEntry *entry = hs_catalog_get_entry (catalog, g_array_index (rows, gint64, i), NULL);

    if (entry != NULL)
      g_ptr_array_add (notes, entry);
  }
  return notes;
}

static gpointer
read_detail (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  HsUnit *unit = hs_catalog_get_unit (catalog, data, error);
  Detail *detail;

  if (unit == NULL)
    return NULL;

  detail = g_new0 (Detail, 1);
  detail->unit = unit;
  detail->runs = hs_catalog_list_runs (catalog, data, 0, RUNS_READ, NULL);
  if (detail->runs == NULL)
    detail->runs = g_ptr_array_new ();
  detail->notes = read_notes (catalog, data);
  return detail;
}

static void
detail_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsUnitsPage *self = owner;
  Detail *detail = result;

  if (detail != NULL)
    hs_unit_view_set_unit (self->view, detail->unit, detail->runs, detail->notes);
  else
    hs_unit_view_set_unit (self->view, NULL, NULL, NULL);
}

static void
picked_cb (HsUnitsPage *self, const char *id)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  if (id == NULL) {
    hs_unit_view_set_unit (self->view, NULL, NULL, NULL);
    return;
  }

  self->reading = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (self->session),
          self,
          read_detail,
          g_strdup (id),
          g_free,
          detail_free,
          self->reading,
          detail_read_cb);
}

static void
go_back_cb (HsUnitsPage *self)
{
  hs_list_detail_go_back (self->list);
}

static void
can_go_back_cb (HsUnitsPage *self)
{
  gboolean can;

  g_object_get (self->list, "can-go-back", &can, NULL);
  gtk_widget_set_visible (self->back, can);
}

static void
go_back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_list_detail_go_back (HS_UNITS_PAGE (widget)->list);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_units_page_dispose (GObject *object)
{
  HsUnitsPage *self = HS_UNITS_PAGE (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_units_page_parent_class)->dispose (object);
}

static void
hs_units_page_class_init (HsUnitsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_units_page_dispose;
  g_type_ensure (HS_TYPE_LIST_DETAIL);
  g_type_ensure (HS_TYPE_PRACTICE_RIBBON);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("units-page"));
  gtk_widget_class_bind_template_child (widget_class, HsUnitsPage, back);
  gtk_widget_class_bind_template_child (widget_class, HsUnitsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, HsUnitsPage, list);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, can_go_back_cb);
  gtk_widget_class_install_action (widget_class, "units.back", NULL, go_back_action);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_Left, GDK_ALT_MASK, "units.back", NULL);
}

static void
hs_units_page_init (HsUnitsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_list_detail_set_words (self->list, _ ("Units found"), _ ("Serial, label, board…"), 308);
}

/**
 * hs_units_page_new:
 * @session: the session
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
hs_units_page_new (HsSession *session)
{
  HsUnitsPage *self = g_object_new (HS_TYPE_UNITS_PAGE, NULL);

  self->session = g_object_ref (session);
  self->model = hs_unit_model_new (hs_session_get_catalog (session));
  self->view = HS_UNIT_VIEW (hs_unit_view_new (session));
  g_signal_connect_object (self->model, "listed", G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);
  /* Whether a unit is on the bench is part of its row. */
  g_signal_connect_object (hs_session_get_monitor (session),
                           "items-changed",
                           G_CALLBACK (hs_paged_model_refresh),
                           self->model,
                           G_CONNECT_SWAPPED);
  hs_list_detail_set_up (self->list, self->model, fill_row, self, GTK_WIDGET (self->view));
  /* Typing anywhere on the page searches. */
  gtk_search_entry_set_key_capture_widget (
      GTK_SEARCH_ENTRY (hs_list_detail_get_search (self->list)), GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

/* Shows the unit with the key @id, at once or as soon as the catalog has listed it. */
void
hs_units_page_show_unit (HsUnitsPage *self, const char *id)
{
  g_return_if_fail (HS_IS_UNITS_PAGE (self));

  hs_list_detail_pick (self->list, id);
}

/* Takes the focus to the search field. */
void
hs_units_page_focus_search (HsUnitsPage *self)
{
  g_return_if_fail (HS_IS_UNITS_PAGE (self));

  hs_list_detail_focus_search (self->list);
}
