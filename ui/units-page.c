/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/units-page.h"

#include "store/kinds.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/unit-model.h"
#include "ui/unit-view.h"

#include <glib/gi18n-lib.h>

enum { RUNS_READ = 50, NOTES_READ = 8 };

struct _HsUnitsPage {
  HsBrowsePage parent_instance;

  HsUnitView *view; /* borrowed: child of the list */
};

G_DEFINE_FINAL_TYPE (HsUnitsPage, hs_units_page, HS_TYPE_BROWSE_PAGE)

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
fill_row (HsBrowsePage *self, HsListRow *row, gpointer item, const char *typed)
{
  HsSession *session = hs_browse_page_get_session (self);
  HsUnit *unit = item;
  const char *label = hs_unit_get_label (unit) != NULL ? hs_unit_get_label (unit) : _ ("no label");
  gboolean here = hs_unit_find_slot (session, hs_unit_get_id (unit)) != NULL;
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

static char *
count_text (guint64 found, guint64 all)
{
  g_autofree char *some = hs_format_count (found);
  g_autofree char *known = hs_format_count (all);

  /* Translators: how many were found, and how many there are */
  return g_strdup_printf (ngettext ("%s of %s unit", "%s of %s units", all), some, known);
}

static char *
nothing_text (const char *typed)
{
  return g_strdup_printf (_ ("No unit has “%s”. Serials are searched in every form."), typed);
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
show_detail (HsBrowsePage *page, gpointer data)
{
  HsUnitsPage *self = HS_UNITS_PAGE (page);
  Detail *detail = data;

  if (detail != NULL)
    hs_unit_view_set_unit (self->view, detail->unit, detail->runs, detail->notes);
  else
    hs_unit_view_set_unit (self->view, NULL, NULL, NULL);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_units_page_class_init (HsUnitsPageClass *klass)
{
  HsBrowsePageClass *page_class = HS_BROWSE_PAGE_CLASS (klass);

  page_class->fill_row = fill_row;
  page_class->count_text = count_text;
  page_class->nothing_text = nothing_text;
  page_class->read_detail = read_detail;
  page_class->free_detail = detail_free;
  page_class->show_detail = show_detail;
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               HS_UI_TEMPLATE ("units-page"));
}

static void
hs_units_page_init (HsUnitsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_browse_page_set_words (
      HS_BROWSE_PAGE (self), _ ("Units"), _ ("Units found"), _ ("Serial, label, board…"), 308);
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
  HsPagedModel *model = hs_unit_model_new (hs_session_get_catalog (session));
  HsListDetail *list = hs_browse_page_get_list (HS_BROWSE_PAGE (self));

  self->view = HS_UNIT_VIEW (hs_unit_view_new (session));
  hs_list_detail_set_several (list);
  hs_browse_page_set_up (HS_BROWSE_PAGE (self), session, model, GTK_WIDGET (self->view));
  /* Whether a unit is on the bench is part of its row. */
  g_signal_connect_object (hs_session_get_monitor (session),
                           "items-changed",
                           G_CALLBACK (hs_paged_model_refresh),
                           model,
                           G_CONNECT_SWAPPED);
  /* Typing anywhere on the page searches. */
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (hs_list_detail_get_search (list)),
                                           GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
