/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/window.h"

#include "app/explain.h"
#include "store/catalog-releases.h"
#include "ui/ask.h"
#include "ui/bench-page.h"
#include "ui/build-watch.h"
#include "ui/builds-place.h"
#include "ui/dark-hint.h"
#include "ui/dialogs.h"
#include "ui/flash-wizard.h"
#include "ui/format.h"
#include "ui/guide-window.h"
#include "ui/import.h"
#include "ui/piece.h"
#include "ui/place-row.h"
#include "ui/places.h"
#include "ui/settings.h"
#include "ui/trouble-bar.h"
#include "ui/units-page.h"
#include "ui/window-dialogs.h"

#include <glib/gi18n-lib.h>

enum { RAIL_BELOW_PX = 1000, WIDE_PX = 212, RAIL_PX = 56 };

struct _HsWindow {
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkRevealer *drop_revealer;
  GtkWidget *sidebar;
  AdwHeaderBar *sidebar_bar;
  GtkStack *sidebar_title;
  GtkListBox *places;
  GtkMenuButton *foot;
  GtkLabel *bench_name;
  GtkLabel *operator_name;
  GtkEditable *bench_entry;
  GtkEditable *operator_entry;
  GtkPopover *who_popover;
  HsTroubleBar *trouble;
  GtkStack *pages;

  HsSession *session;
  HsBuildWatch *builds;
  guint n_builds;      /* in the catalog */
  GSettings *settings; /* nullable */
  GCancellable *cancellable;
  guint rail_source; /* the change waits for the end of the allocation */
  gboolean rail;
  gboolean closing; /* asked, and waiting for the jobs to stop */
};

G_DEFINE_FINAL_TYPE (HsWindow, hs_window, ADW_TYPE_APPLICATION_WINDOW)

/* -- places ----------------------------------------------------------------------------------- */

static HsPlaceRow *
find_row (HsWindow *self, const char *id)
{
  for (int i = 0;; i++) {
    GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->places, i);

    if (row == NULL || g_strcmp0 (hs_place_row_get_id (HS_PLACE_ROW (row)), id) == 0)
      return row != NULL ? HS_PLACE_ROW (row) : NULL;
  }
}

static const HsPlace *
current_place (HsWindow *self)
{
  return hs_place_by_id (gtk_stack_get_visible_child_name (self->pages));
}

static HsBenchPage *
bench_page (HsWindow *self)
{
  return HS_BENCH_PAGE (gtk_stack_get_child_by_name (self->pages, "bench"));
}

/* Pages are made when they are first shown: the bench is there sooner. */
static void
ensure_page (HsWindow *self, const char *id)
{
  if (gtk_stack_get_child_by_name (self->pages, id) == NULL)
    gtk_stack_add_named (self->pages, hs_place_by_id (id)->new_page (self->session), id);
}

/**
 * hs_window_show_place:
 * @self: a window
 * @place: "bench" "builds" "releases" "units" "journal"
 */
void
hs_window_show_place (HsWindow *self, const char *place)
{
  HsPlaceRow *row;

  g_return_if_fail (HS_IS_WINDOW (self));

  row = find_row (self, place);
  if (row == NULL || self->session == NULL)
    return;

  ensure_page (self, place);

  gtk_stack_set_visible_child_name (self->pages, place);
  gtk_list_box_select_row (self->places, GTK_LIST_BOX_ROW (row));
  if (current_place (self)->entered != NULL)
    current_place (self)->entered (gtk_stack_get_visible_child (self->pages));
}

static void
place_activated_cb (GtkListBox *places, GtkListBoxRow *row, HsWindow *self)
{
  hs_window_show_place (self, hs_place_row_get_id (HS_PLACE_ROW (row)));
}

/* Tab selects as it goes through the rows: the one that is shown stays marked. */
static void
place_selected_cb (GtkListBox *places, GtkListBoxRow *row, HsWindow *self)
{
  HsPlaceRow *right;

  if (row == NULL) /* the window goes */
    return;
  right = find_row (self, gtk_stack_get_visible_child_name (self->pages));
  if (right != NULL && row != GTK_LIST_BOX_ROW (right))
    gtk_list_box_select_row (places, GTK_LIST_BOX_ROW (right));
}

static void
fill_places (HsWindow *self)
{
  for (guint i = 0; i < hs_place_count (); i++) {
    const HsPlace *place = hs_place_nth (i);

    gtk_list_box_append (self->places,
                         hs_place_row_new (place->id, _ (place->title), place->icon_name));
  }
  ensure_page (self, "bench");
}

/* -- live counts ------------------------------------------------------------------------------ */

typedef struct {
  guint n_units, n_builds, n_releases;
} Counts;

static gpointer
count_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Counts *counts = g_new0 (Counts, 1);

  hs_catalog_count (catalog, &counts->n_units, &counts->n_builds, NULL);
  counts->n_releases = hs_catalog_count_releases (catalog);
  return counts;
}

static void
set_count (HsWindow *self, const char *place, guint n)
{
  HsPlaceRow *row = find_row (self, place);
  g_autofree char *text = n > 0 ? hs_format_count (n) : NULL;

  if (row != NULL)
    hs_place_row_set_badge (row, text, FALSE);
}

static guint
n_building (HsWindow *self)
{
  return hs_build_queue_get_n_running (hs_build_watch_get_queue (self->builds));
}

static void
close_when_idle (HsWindow *self)
{
  if (self->closing && hs_session_get_n_running (self->session) == 0 && n_building (self) == 0)
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
builds_changed_cb (HsWindow *self)
{
  guint n = n_building (self);
  g_autofree char *text =
      n > 0 ? g_strdup_printf (ngettext ("%u running", "%u running", n), n) : NULL;

  if (n > 0)
    hs_place_row_set_badge (find_row (self, "builds"), text, TRUE);
  else
    set_count (self, "builds", self->n_builds);
  close_when_idle (self);
}

static void
counted_cb (gpointer owner, gpointer result, const GError *error)
{
  Counts *counts = result;

  if (counts == NULL)
    return;

  HS_WINDOW (owner)->n_builds = counts->n_builds;
  builds_changed_cb (owner);
  set_count (owner, "releases", counts->n_releases);
  set_count (owner, "units", counts->n_units);
}

static void
count (HsWindow *self)
{
  hs_ask (hs_session_get_catalog (self->session),
          self,
          count_func,
          NULL,
          NULL,
          g_free,
          self->cancellable,
          counted_cb);
}

static void
jobs_changed_cb (HsWindow *self)
{
  guint n = hs_session_get_n_running (self->session);
  guint n_cameras = hs_bench_page_get_n_cameras (bench_page (self));
  g_autofree char *text = NULL;

  if (n > 0)
    text = g_strdup_printf (ngettext ("%u running", "%u running", n), n);
  else if (n_cameras > 0)
    text = hs_format_count (n_cameras);
  hs_place_row_set_badge (find_row (self, "bench"), text, n > 0);
  close_when_idle (self);
}

static void
who_changed_cb (HsWindow *self)
{
  const char *bench = hs_session_get_bench (self->session);
  const char *person = hs_session_get_operator (self->session);
  g_autofree char *spoken = NULL;

  gtk_label_set_label (self->bench_name, bench);
  gtk_label_set_label (self->operator_name, person);
  gtk_editable_set_text (self->bench_entry, bench);
  gtk_editable_set_text (self->operator_entry, person);
  /* Translators: names of a bench and of a person */
  spoken = g_strdup_printf (_ ("%s, %s: change"), bench, person);
  hs_piece_name (GTK_WIDGET (self->foot), spoken);
}

static void
operator_apply_cb (HsWindow *self)
{
  hs_session_set_operator (self->session, gtk_editable_get_text (self->operator_entry));
  gtk_popover_popdown (self->who_popover);
  who_changed_cb (self);
}

static void
bench_apply_cb (HsWindow *self)
{
  hs_session_set_bench (self->session, gtk_editable_get_text (self->bench_entry));
  gtk_popover_popdown (self->who_popover);
  who_changed_cb (self);
}

/* -- the rail of a narrow window -------------------------------------------------------------- */

static void
set_rail (HsWindow *self, gboolean rail)
{
  if (rail == self->rail)
    return;

  self->rail = rail;
  gtk_widget_set_size_request (self->sidebar, rail ? RAIL_PX : WIDE_PX, -1);
  gtk_stack_set_visible_child_name (self->sidebar_title, rail ? "rail" : "wide");
  adw_header_bar_set_show_start_title_buttons (self->sidebar_bar, !rail);
  gtk_widget_set_visible (GTK_WIDGET (self->foot), !rail);
  if (rail)
    gtk_widget_add_css_class (self->sidebar, "rail");
  else
    gtk_widget_remove_css_class (self->sidebar, "rail");
  for (guint i = 0; i < hs_place_count (); i++)
    hs_place_row_set_rail (find_row (self, hs_place_nth (i)->id), rail);
}

static gboolean
apply_rail_cb (gpointer data)
{
  HsWindow *self = data;

  self->rail_source = 0;
  set_rail (self, gtk_widget_get_width (GTK_WIDGET (self)) < RAIL_BELOW_PX);
  return G_SOURCE_REMOVE;
}

/* Before it is shown: with large text the whole sidebar would make a narrow window wider. */
static void
hs_window_realize (GtkWidget *widget)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (widget), &width, &height);
  set_rail (HS_WINDOW (widget), width > 0 && width < RAIL_BELOW_PX);
  GTK_WIDGET_CLASS (hs_window_parent_class)->realize (widget);
}

/* libadwaita 1.2 has no breakpoints. */
static void
hs_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HsWindow *self = HS_WINDOW (widget);

  GTK_WIDGET_CLASS (hs_window_parent_class)->size_allocate (widget, width, height, baseline);

  if ((width < RAIL_BELOW_PX) != self->rail && self->rail_source == 0)
    self->rail_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, apply_rail_cb, self, NULL);
}

/* -- closing ---------------------------------------------------------------------------------- */

static void
stop_and_close_cb (gpointer owner)
{
  HsWindow *self = owner;
  GListModel *jobs = hs_session_get_jobs (self->session);

  self->closing = TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++) {
    g_autoptr (HsJob) job = g_list_model_get_item (jobs, i);

    if (hs_job_get_state (job) < HS_JOB_STOPPING)
      hs_job_cancel (job);
  }
  hs_build_watch_cancel_all (self->builds);
  hs_window_add_toast (self, adw_toast_new (_ ("Stopping… the window closes by itself")));
  close_when_idle (self);
}

static void
remember (HsWindow *self)
{
  int width = 0, height = 0;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  hs_settings_set_int (self->settings, "window-width", width);
  hs_settings_set_int (self->settings, "window-height", height);
  hs_settings_set_boolean (
      self->settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  hs_settings_set_string (self->settings, "place", gtk_stack_get_visible_child_name (self->pages));
}

static gboolean
hs_window_close_request (GtkWindow *window)
{
  HsWindow *self = HS_WINDOW (window);

  remember (self);
  if (hs_session_get_n_running (self->session) == 0 && n_building (self) == 0)
    return GTK_WINDOW_CLASS (hs_window_parent_class)->close_request (window);

  if (self->closing)
    return TRUE;
  if (hs_session_get_n_running (self->session) == 0)
    hs_dialog_confirm (GTK_WIDGET (self),
                       _ ("A build goes on"),
                       _ ("If Hotshoe closes now, the build is stopped and nothing is imported."),
                       _ ("Keep Open"),
                       _ ("Stop Building"),
                       stop_and_close_cb,
                       self);
  else
    hs_dialog_confirm (GTK_WIDGET (self),
                       _ ("Flashing goes on"),
                       _ ("Cameras are in work. If Hotshoe closes now, they stop after the current "
                          "sector and have no working firmware until they are flashed again."),
                       _ ("Keep It Open"),
                       _ ("Stop and Close"),
                       stop_and_close_cb,
                       self);
  return TRUE;
}

/* -- actions ---------------------------------------------------------------------------------- */

static void
place_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_window_show_place (HS_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
import_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_import_ask (HS_WINDOW (widget));
}

static void
import_folder_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_import_choose (HS_WINDOW (widget), TRUE);
}

static void
paste_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_import_paste (HS_WINDOW (widget));
}

static void
bench_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);

  if (g_strcmp0 (name, "win.load-build") == 0) {
    hs_window_show_place (self, "bench");
    hs_bench_page_open_builds (bench_page (self));
  } else if (g_strcmp0 (name, "win.retry-failed") == 0) {
    hs_bench_page_retry_failed (bench_page (self));
  } else if (g_strcmp0 (name, "win.simulator") == 0) {
    hs_bench_page_open_simulator (bench_page (self));
  } else if (g_strcmp0 (name, "win.stop") == 0) {
    hs_bench_page_stop_focused (bench_page (self));
  } else {
    g_autoptr (GPtrArray) slots = hs_bench_page_dup_targets (bench_page (self));

    hs_window_flash (self, slots);
  }
}

/* @parameter: what; for the chosen cameras. */
static void
do_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  const char *what = g_variant_get_string (parameter, NULL);
  g_autoptr (GPtrArray) slots = hs_bench_page_dup_targets (bench_page (self));

  hs_window_operate (self, what, slots);
}

static void
show_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);

  hs_window_show_place (self,
                        g_strcmp0 (name, "win.show-unit") == 0      ? "units"
                        : g_strcmp0 (name, "win.show-release") == 0 ? "releases"
                                                                    : "builds");
  if (current_place (self)->reveal != NULL)
    current_place (self)->reveal (gtk_stack_get_visible_child (self->pages),
                                  g_variant_get_string (parameter, NULL));
}

/* @parameter: id and title of a release that the units carry. */
static void
show_carriers_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);
  const char *id = NULL, *title = NULL;

  g_variant_get (parameter, "(&s&s)", &id, &title);
  hs_window_show_place (self, "units");
  hs_units_page_show_release (HS_UNITS_PAGE (gtk_stack_get_visible_child (self->pages)), id, title);
}

/* @parameter: position of a build in the queue. */
static void
show_build_run_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);

  hs_window_show_place (self, "builds");
  hs_builds_place_show_run (HS_BUILDS_PLACE (gtk_stack_get_visible_child (self->pages)),
                            g_variant_get_uint32 (parameter));
}

static void
search_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);

  if (current_place (self)->search != NULL)
    current_place (self)->search (gtk_stack_get_visible_child (self->pages));
}

static void
go_to_day_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWindow *self = HS_WINDOW (widget);

  if (current_place (self)->jump != NULL)
    current_place (self)->jump (gtk_stack_get_visible_child (self->pages));
}

static void
install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.place", "s", place_action);
  gtk_widget_class_install_action (klass, "win.import", NULL, import_action);
  gtk_widget_class_install_action (klass, "win.import-folder", NULL, import_folder_action);
  gtk_widget_class_install_action (klass, "win.paste", NULL, paste_action);
  gtk_widget_class_install_action (klass, "win.load-build", NULL, bench_action);
  gtk_widget_class_install_action (klass, "win.flash", NULL, bench_action);
  gtk_widget_class_install_action (klass, "win.retry-failed", NULL, bench_action);
  gtk_widget_class_install_action (klass, "win.stop", NULL, bench_action);
  gtk_widget_class_install_action (klass, "win.simulator", NULL, bench_action);
  gtk_widget_class_install_action (klass, "win.do", "s", do_action);
  gtk_widget_class_install_action (klass, "win.show-unit", "s", show_action);
  gtk_widget_class_install_action (klass, "win.show-build", "s", show_action);
  gtk_widget_class_install_action (klass, "win.show-build-run", "u", show_build_run_action);
  gtk_widget_class_install_action (klass, "win.show-release", "s", show_action);
  gtk_widget_class_install_action (klass, "win.show-carriers", "(ss)", show_carriers_action);
  gtk_widget_class_install_action (klass, "win.search", NULL, search_action);
  gtk_widget_class_install_action (klass, "win.go-to-day", NULL, go_to_day_action);
  /* Not an accelerator: in an entry Ctrl+V pastes text. */
  gtk_widget_class_add_binding_action (klass, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste", NULL);
}

/* -- life ------------------------------------------------------------------------------------- */

static void
hs_window_dispose (GObject *object)
{
  HsWindow *self = HS_WINDOW (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->rail_source, g_source_remove);
  g_clear_object (&self->builds);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (hs_window_parent_class)->dispose (object);
}

static void
hs_window_class_init (HsWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = hs_window_close_request;
  widget_class->size_allocate = hs_window_size_allocate;
  widget_class->realize = hs_window_realize;

  g_type_ensure (HS_TYPE_TROUBLE_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("window"));
  gtk_widget_class_bind_template_child (widget_class, HsWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, drop_revealer);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, sidebar_bar);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, sidebar_title);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, places);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, foot);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, bench_name);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, operator_name);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, bench_entry);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, operator_entry);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, who_popover);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, trouble);
  gtk_widget_class_bind_template_child (widget_class, HsWindow, pages);
  gtk_widget_class_bind_template_callback (widget_class, place_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, place_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, operator_apply_cb);
  gtk_widget_class_bind_template_callback (widget_class, bench_apply_cb);
  install_actions (widget_class);
  hs_window_install_dialogs (widget_class);
}

static void
hs_window_init (HsWindow *self)
{

  gtk_widget_init_template (GTK_WIDGET (self));
  /* GtkMenuButton centres what is in it. */
  gtk_widget_set_halign (gtk_widget_get_parent (gtk_menu_button_get_child (self->foot)),
                         GTK_ALIGN_FILL);
  self->cancellable = g_cancellable_new ();
  self->settings = hs_settings_new ();
  hs_dark_hint_follow (GTK_WIDGET (self));
  hs_import_accept_drops (self, self->drop_revealer);
  gtk_window_set_default_size (GTK_WINDOW (self),
                               hs_settings_get_int (self->settings, "window-width", 1280),
                               hs_settings_get_int (self->settings, "window-height", 800));
  if (hs_settings_get_boolean (self->settings, "window-maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
}

/**
 * hs_window_new:
 * @application: the application
 * @session: what it shows
 */
GtkWidget *
hs_window_new (GtkApplication *application, HsSession *session)
{
  HsWindow *self = g_object_new (HS_TYPE_WINDOW, "application", application, NULL);
  g_autofree char *place = hs_settings_dup_string (self->settings, "place", "bench");

  self->session = g_object_ref (session);
  self->builds = hs_build_watch_new (hs_session_get_build_queue (session));
  fill_places (self);
  hs_window_show_place (self, "bench");
  hs_window_show_place (self, place);

  g_signal_connect_object (
      session, "jobs-changed", G_CALLBACK (jobs_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hs_session_get_slots (session),
                           "items-changed",
                           G_CALLBACK (jobs_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (
      hs_session_get_catalog (session), "changed", G_CALLBACK (count), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->builds, "changed", G_CALLBACK (builds_changed_cb), self, G_CONNECT_SWAPPED);
  jobs_changed_cb (self);
  builds_changed_cb (self);
  who_changed_cb (self);
  count (self);
  return GTK_WIDGET (self);
}

HsSession *
hs_window_get_session (HsWindow *self)
{
  g_return_val_if_fail (HS_IS_WINDOW (self), NULL);

  return self->session;
}

/* @problem: (nullable): %NULL takes an older one away. */
void
hs_window_show_problem (HsWindow *self, const HsProblem *problem)
{
  g_return_if_fail (HS_IS_WINDOW (self));

  hs_trouble_bar_set_problem (self->trouble, problem);
}

/* @toast: (transfer full) */
void
hs_window_add_toast (HsWindow *self, AdwToast *toast)
{
  g_return_if_fail (HS_IS_WINDOW (self));

  adw_toast_overlay_add_toast (self->toasts, toast);
}

/**
 * hs_window_operate:
 * @self: a window
 * @what: "flash", "erase" … of ui/operation.h
 * @slots: (element-type HsSlot): which cameras
 *
 * Opens the wizard of @what for the cameras on @slots.
 */
void
hs_window_operate (HsWindow *self, const char *what, GPtrArray *slots)
{
  GtkWindow *wizard;

  g_return_if_fail (HS_IS_WINDOW (self));

  if (slots->len == 0)
    return;
  if (g_str_equal (what, "recover")) {
    hs_guide_window_recover_slot (GTK_WINDOW (self), self->session, g_ptr_array_index (slots, 0));
    return;
  }

  wizard = hs_flash_wizard_new_for (self->session, slots, what, NULL);
  gtk_window_set_transient_for (wizard, GTK_WINDOW (self));
  gtk_window_present (wizard);
}

void
hs_window_flash (HsWindow *self, GPtrArray *slots)
{
  hs_window_operate (self, "flash", slots);
}
