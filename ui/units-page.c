/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/units-page.h"

#include "ui/ask.h"
#include "ui/conflicts-window.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/ship-dialog.h"
#include "ui/table-export.h"
#include "ui/table-import.h"
#include "ui/unit-detail.h"
#include "ui/unit-filters.h"
#include "ui/unit-model.h"
#include "ui/unit-state.h"
#include "ui/unit-view.h"

#include <glib/gi18n-lib.h>

struct _HsUnitsPage {
  HsBrowsePage parent_instance;

  HsUnitFilters *filters;
  GtkMenuButton *more;

  HsUnitView *view;  /* borrowed: child of the list */
  GtkWidget *chosen; /* borrowed: at the foot of the list */
  GtkLabel *chosen_count;
  GMenu *menu; /* owned */
  guint n_conflicts;
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
  const char *label =
      hs_unit_get_called (unit) != NULL ? hs_unit_get_called (unit) : _ ("no label");
  gboolean here =
      !hs_unit_has_left_bench (unit) && hs_unit_find_slot (session, hs_unit_get_id (unit)) != NULL;
  const char *meaning = NULL;
  const char *state = hs_unit_chip_text (unit, &meaning);
  g_autofree char *title = hs_format_bold_part (label, typed);
  g_autofree char *serial = serial_markup (unit, typed);
  g_autofree char *held = hs_format_bold_part (carries (unit), typed);
  g_autofree char *sub = g_strdup_printf ("%s · %s", serial, held);
  g_autofree char *digits = hs_format_key_serial (hs_unit_get_id (unit));
  /* Translators: label, serial, build and state of a unit, for assistive technology */
  g_autofree char *name = g_strdup_printf (
      _ ("%s, %s, %s, %s"), label, digits, carries (unit), here ? _ ("on bench") : state);

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
  if (*typed == '\0')
    return g_strdup (_ ("No unit fits the filters."));
  return g_strdup_printf (_ ("No unit has “%s”. Serials are searched in every form."), typed);
}

static void
filters_changed_cb (HsUnitsPage *self)
{
  HsUnitFilter filter = hs_unit_filters_get (self->filters);

  hs_paged_model_set_units (hs_browse_page_get_model (HS_BROWSE_PAGE (self)), &filter);
}

/* -- several --------------------------------------------------------------------------------- */

static void
chosen_cb (HsUnitsPage *self)
{
  HsListDetail *list = hs_browse_page_get_list (HS_BROWSE_PAGE (self));
  g_autoptr (GPtrArray) ids = hs_list_detail_dup_chosen (list);
  g_autofree char *count = hs_format_count (ids->len);
  g_autofree char *text = g_strdup_printf (ngettext ("%s chosen", "%s chosen", ids->len), count);

  gtk_label_set_label (self->chosen_count, text);
  gtk_widget_set_visible (self->chosen, ids->len > 1);
}

static void
ship_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsListDetail *list = hs_browse_page_get_list (HS_BROWSE_PAGE (widget));
  g_autoptr (GPtrArray) ids = hs_list_detail_dup_chosen (list);
  gboolean several = ids->len > 1;

  g_ptr_array_add (ids, NULL);
  hs_ship_dialog_present (GTK_WINDOW (gtk_widget_get_root (widget)),
                          hs_browse_page_get_session (HS_BROWSE_PAGE (widget)),
                          several ? (const char *const *) ids->pdata : NULL);
}

static void
unchoose_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_list_detail_unchoose (hs_browse_page_get_list (HS_BROWSE_PAGE (widget)));
}

static GtkWidget *
chosen_bar_new (HsUnitsPage *self)
{
  GtkWidget *none = gtk_button_new_from_icon_name ("window-close-symbolic");
  GtkWidget *ship = gtk_button_new_with_label (_ ("Ship…"));
  GtkWidget *label = hs_piece_label (NULL, NULL);
  GtkWidget *bar = hs_piece_row (9, label, ship, none, NULL);

  self->chosen_count = GTK_LABEL (label);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (ship), "units.ship");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (none), "units.unchoose");
  hs_piece_set_classes (ship, "suggested-action");
  hs_piece_set_classes (none, "flat");
  gtk_widget_set_tooltip_text (none, _ ("Choose only one again"));
  hs_piece_name (none, _ ("Choose only one again"));
  hs_piece_set_classes (bar, "bench-bar");
  gtk_widget_set_visible (bar, FALSE);
  return bar;
}

/* -- the menu -------------------------------------------------------------------------------- */

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsUnitsPage *self = HS_UNITS_PAGE (widget);
  HsListDetail *list = hs_browse_page_get_list (HS_BROWSE_PAGE (self));
  HsUnitFilter filter = hs_unit_filters_get (self->filters);

  filter.query = hs_list_detail_get_text (list);
  hs_table_export_units_ask (
      GTK_WIDGET (list), hs_browse_page_get_session (HS_BROWSE_PAGE (self)), &filter);
}

static void
import_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_table_import_ask (widget, hs_browse_page_get_session (HS_BROWSE_PAGE (widget)));
}

static void
conflicts_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_conflicts_window_present (GTK_WINDOW (gtk_widget_get_root (widget)),
                               hs_browse_page_get_session (HS_BROWSE_PAGE (widget)));
}

static void
fill_menu (HsUnitsPage *self)
{
  g_menu_remove_all (self->menu);
  g_menu_append (self->menu, _ ("Export Units…"), "units.export");
  g_menu_append (self->menu, _ ("Import Units or Shipments…"), "units.import");
  if (self->n_conflicts > 0) {
    g_autofree char *count = hs_format_count (self->n_conflicts);
    g_autofree char *title = g_strdup_printf (_ ("Conflicts (%s)"), count);
    g_autoptr (GMenu) section = g_menu_new ();

    g_menu_append (section, title, "units.conflicts");
    g_menu_append_section (self->menu, NULL, G_MENU_MODEL (section));
  }
}

static gpointer
conflicts_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_catalog_list_conflicts (catalog, error);
}

static void
array_unref (gpointer array)
{
  g_ptr_array_unref (array);
}

static void
conflicts_cb (gpointer owner, gpointer result, const GError *error)
{
  HsUnitsPage *self = owner;
  guint n = result != NULL ? ((GPtrArray *) result)->len : 0;

  if (n == self->n_conflicts)
    return;
  self->n_conflicts = n;
  fill_menu (self);
}

/* Asked when the menu is opened: nobody waits for it otherwise. */
static void
menu_opened_cb (HsUnitsPage *self)
{
  HsSession *session = hs_browse_page_get_session (HS_BROWSE_PAGE (self));

  if (session != NULL)
    hs_ask (hs_session_get_catalog (session),
            self,
            conflicts_func,
            NULL,
            NULL,
            array_unref,
            NULL,
            conflicts_cb);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
show_detail (HsBrowsePage *page, gpointer detail)
{
  hs_unit_view_set_detail (HS_UNITS_PAGE (page)->view, detail);
}

static void
hs_units_page_dispose (GObject *object)
{
  g_clear_object (&HS_UNITS_PAGE (object)->menu);
  G_OBJECT_CLASS (hs_units_page_parent_class)->dispose (object);
}

static void
hs_units_page_class_init (HsUnitsPageClass *klass)
{
  HsBrowsePageClass *page_class = HS_BROWSE_PAGE_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_units_page_dispose;
  page_class->fill_row = fill_row;
  page_class->count_text = count_text;
  page_class->nothing_text = nothing_text;
  page_class->read_detail = hs_unit_detail_read;
  page_class->free_detail = hs_unit_detail_unref;
  page_class->show_detail = show_detail;
  g_type_ensure (HS_TYPE_UNIT_FILTERS);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("units-page"));
  gtk_widget_class_bind_template_child (widget_class, HsUnitsPage, filters);
  gtk_widget_class_bind_template_child (widget_class, HsUnitsPage, more);
  gtk_widget_class_bind_template_callback (widget_class, filters_changed_cb);
  gtk_widget_class_install_action (widget_class, "units.ship", NULL, ship_action);
  gtk_widget_class_install_action (widget_class, "units.unchoose", NULL, unchoose_action);
  gtk_widget_class_install_action (widget_class, "units.export", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "units.import", NULL, import_action);
  gtk_widget_class_install_action (widget_class, "units.conflicts", NULL, conflicts_action);
}

static void
hs_units_page_init (HsUnitsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_browse_page_set_words (
      HS_BROWSE_PAGE (self), _ ("Units"), _ ("Units found"), _ ("Serial, label, customer…"), 308);
  self->menu = g_menu_new ();
  fill_menu (self);
  gtk_menu_button_set_menu_model (self->more, G_MENU_MODEL (self->menu));
  g_signal_connect_object (gtk_menu_button_get_popover (self->more),
                           "map",
                           G_CALLBACK (menu_opened_cb),
                           self,
                           G_CONNECT_SWAPPED);
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
  GtkWidget *search = hs_list_detail_get_search (list);

  self->view = HS_UNIT_VIEW (hs_unit_view_new (session));
  hs_list_detail_set_several (list);
  hs_browse_page_set_up (HS_BROWSE_PAGE (self), session, model, GTK_WIDGET (self->view));
  hs_unit_filters_set_up (self->filters, session, GTK_EDITABLE (search));
  hs_list_detail_set_above (list, hs_unit_filters_get_pills (self->filters));
  self->chosen = chosen_bar_new (self);
  hs_list_detail_set_below (list, self->chosen);
  g_signal_connect_object (list, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  /* Whether a unit is on the bench is part of its row. */
  g_signal_connect_object (hs_session_get_monitor (session),
                           "items-changed",
                           G_CALLBACK (hs_paged_model_refresh),
                           model,
                           G_CONNECT_SWAPPED);
  /* Typing anywhere on the page searches. */
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (search), GTK_WIDGET (self));
  return GTK_WIDGET (self);
}

void
hs_units_page_show_release (HsUnitsPage *self, const char *id, const char *title)
{
  HsListDetail *list;

  g_return_if_fail (HS_IS_UNITS_PAGE (self));

  list = hs_browse_page_get_list (HS_BROWSE_PAGE (self));
  hs_list_detail_set_text (list, "");
  hs_unit_filters_show_release (self->filters, id, title);
}
