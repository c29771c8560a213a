/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/bench-page.h"

#include "ui/bench-bar.h"
#include "ui/dialogs.h"
#include "ui/drawing.h"
#include "ui/ignored-ports.h"
#include "ui/piece.h"
#include "ui/practice-panel.h"
#include "ui/practice-ribbon.h"
#include "ui/recent-runs.h"
#include "ui/settings.h"
#include "ui/shape.h"
#include "ui/slot-actions.h"
#include "ui/slot-grid.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

struct _HsBenchPage {
  GtkBox parent_instance;

  AdwWindowTitle *title;
  GtkWidget *simulator;
  GtkMenuButton *more;
  GtkStack *stack;
  GtkWidget *practice;
  GtkWidget *open_simulator;
  GtkWidget *access;
  GtkImage *access_shape;
  GtkLabel *access_words;
  GtkWidget *access_button;
  HsSlotGrid *grid;
  HsRecentRuns *recent;
  HsBenchBar *bar;

  HsSession *session;
  GSettings *settings; /* nullable */
  GMenu *others;       /* "2 other USB devices" */
  GtkWidget *panel;    /* nullable; the simulator's window */
};

G_DEFINE_FINAL_TYPE (HsBenchPage, hs_bench_page, GTK_TYPE_BOX)

/* -- counting --------------------------------------------------------------------------------- */

typedef struct {
  guint n_cameras, n_ready, n_running;
} Summary;

static void
count_slots (HsBenchPage *self, Summary *summary)
{
  *summary = (Summary){ 0 };
  for (guint i = 0; i < hs_slot_grid_get_n_cards (self->grid); i++) {
    HsSlot *slot = hs_slot_card_get_slot (hs_slot_grid_get_card (self->grid, i));
    gboolean running = hs_slot_is_running (slot);

    summary->n_cameras += hs_slot_get_device (slot) != NULL;
    summary->n_running += running;
    summary->n_ready += hs_slot_is_ready (slot);
  }
}

static char *
summarize (const Summary *summary)
{
  GString *text = g_string_new (NULL);

  if (summary->n_cameras == 0)
    return g_string_free (text, FALSE);

  g_string_append_printf (
      text, ngettext ("%u camera", "%u cameras", summary->n_cameras), summary->n_cameras);
  if (summary->n_ready > 0) {
    g_string_append (text, " · ");
    g_string_append_printf (
        text, ngettext ("%u ready", "%u ready", summary->n_ready), summary->n_ready);
  }
  if (summary->n_running > 0) {
    g_string_append (text, " · ");
    g_string_append_printf (
        text, ngettext ("%u running", "%u running", summary->n_running), summary->n_running);
  }
  return g_string_free (text, FALSE);
}

static void
update (HsBenchPage *self)
{
  gboolean empty = hs_slot_grid_get_n_cards (self->grid) == 0;
  g_autofree char *text = NULL;
  Summary summary;

  count_slots (self, &summary);
  text = summarize (&summary);
  adw_window_title_set_subtitle (self->title, text);
  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "cards");
  hs_bench_bar_update (self->bar);
}

/* -- the header's menu ------------------------------------------------------------------------ */

static void
update_others (HsBenchPage *self)
{
  guint n = hs_monitor_get_n_others (hs_session_get_monitor (self->session));
  g_autofree char *text = NULL;

  g_menu_remove_all (self->others);
  if (n == 0)
    return;

  text = g_strdup_printf (ngettext ("%u other USB device", "%u other USB devices", n), n);
  g_menu_append (self->others, text, "bench.nothing"); /* no such action: a line of text */
}

static void
add_density (GMenu *menu, const char *label, const char *nick)
{
  g_autofree char *action = g_strdup_printf ("bench.density::%s", nick);

  g_menu_append (menu, label, action);
}

static void
fill_menu (HsBenchPage *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) density = g_menu_new ();
  g_autoptr (GMenu) ports = g_menu_new ();

  add_density (density, _ ("Automatic"), "automatic");
  add_density (density, _ ("Large"), "large");
  add_density (density, _ ("Compact"), "compact");
  g_menu_append_section (menu, _ ("Cards"), G_MENU_MODEL (density));
  g_menu_append (ports, _ ("Ignored Ports…"), "ports.ignored");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (ports));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (self->others));
  gtk_menu_button_set_menu_model (self->more, G_MENU_MODEL (menu));
}

static void
density_changed_cb (HsBenchPage *self)
{
  HsDensity density = self->settings != NULL ? g_settings_get_enum (self->settings, "density")
                                             : HS_DENSITY_AUTOMATIC;

  hs_slot_grid_set_density (self->grid, density);
}

static void
ignored_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBenchPage *self = HS_BENCH_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);

  gtk_window_present (GTK_WINDOW (hs_ignored_ports_new (GTK_WINDOW (root), self->session)));
}

/* -- access ----------------------------------------------------------------------------------- */

static gboolean
rules_installed (void)
{
  static const char *const paths[] = { "/etc/udev/rules.d/60-hotshoe.rules",
                                       "/usr/lib/udev/rules.d/60-hotshoe.rules",
                                       "/lib/udev/rules.d/60-hotshoe.rules" };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    if (g_file_test (paths[i], G_FILE_TEST_EXISTS))
      return TRUE;
  return FALSE;
}

/* Simulated cameras need no rules. */
static void
update_access (HsBenchPage *self)
{
  gboolean installed = rules_installed ();
  gboolean practice = hs_session_is_practice (self->session);

  gtk_widget_set_visible (self->access, !practice);
  hs_shape_set (self->access_shape, installed ? HS_SHAPE_PASS : HS_SHAPE_NO_ACCESS);
  gtk_label_set_label (
      self->access_words,
      installed ? _ ("This computer may open OpenMV cameras: the udev rules are in place.")
                : _ ("The udev rules are not installed: this computer may not open cameras yet."));
  gtk_widget_set_visible (self->access_button, !installed);
  gtk_widget_set_visible (self->practice, !practice);
  gtk_widget_set_visible (self->open_simulator, practice);
}

static void
access_clicked_cb (HsBenchPage *self)
{
  hs_dialog_open_doctor (GTK_WIDGET (self));
}

/* -- the simulator ---------------------------------------------------------------------------- */

/* What hands do to simulated cameras; only on a practice bench. */
void
hs_bench_page_open_simulator (HsBenchPage *self)
{
  GtkRoot *root;

  g_return_if_fail (HS_IS_BENCH_PAGE (self));

  root = gtk_widget_get_root (GTK_WIDGET (self));
  if (hs_session_get_sim_bus (self->session) == NULL)
    return;
  if (self->panel == NULL) {
    self->panel = hs_practice_panel_new (GTK_WINDOW (root), self->session);
    g_object_add_weak_pointer (G_OBJECT (self->panel), (gpointer *) &self->panel);
  }
  gtk_window_present (GTK_WINDOW (self->panel));
}

static void
simulator_clicked_cb (HsBenchPage *self)
{
  hs_bench_page_open_simulator (self);
}

/* -- choosing --------------------------------------------------------------------------------- */

static gboolean
choose_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  HsBenchPage *self = HS_BENCH_PAGE (widget);
  gboolean chosen = g_variant_get_boolean (args);

  for (guint i = 0; i < hs_slot_grid_get_n_cards (self->grid); i++) {
    HsSlot *slot = hs_slot_card_get_slot (hs_slot_grid_get_card (self->grid, i));

    hs_slot_set_chosen (slot, chosen && hs_slot_is_ready (slot));
  }
  return TRUE;
}

/* -- the page --------------------------------------------------------------------------------- */

static void
hs_bench_page_dispose (GObject *object)
{
  HsBenchPage *self = HS_BENCH_PAGE (object);

  if (self->panel != NULL) {
    g_object_remove_weak_pointer (G_OBJECT (self->panel), (gpointer *) &self->panel);
    gtk_window_destroy (GTK_WINDOW (self->panel));
    self->panel = NULL;
  }
  g_clear_object (&self->others);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_bench_page_parent_class)->dispose (object);
}

static void
hs_bench_page_class_init (HsBenchPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_bench_page_dispose;

  g_type_ensure (HS_TYPE_BENCH_BAR);
  g_type_ensure (HS_TYPE_DRAWING);
  g_type_ensure (HS_TYPE_PRACTICE_RIBBON);
  g_type_ensure (HS_TYPE_RECENT_RUNS);
  g_type_ensure (HS_TYPE_SLOT_GRID);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("bench-page"));
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, title);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, simulator);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, more);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, stack);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, practice);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, open_simulator);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, access);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, access_shape);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, access_words);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, access_button);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, grid);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, recent);
  gtk_widget_class_bind_template_child (widget_class, HsBenchPage, bar);
  gtk_widget_class_bind_template_callback (widget_class, simulator_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, access_clicked_cb);
  gtk_widget_class_install_action (widget_class, "ports.ignored", NULL, ignored_action);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_a, GDK_CONTROL_MASK, choose_cb, "b", TRUE);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, choose_cb, "b", FALSE);
}

static void
hs_bench_page_init (HsBenchPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hs_settings_new ();
  self->others = g_menu_new ();
  if (self->settings != NULL) {
    g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
    g_autoptr (GAction) density = g_settings_create_action (self->settings, "density");

    g_action_map_add_action (G_ACTION_MAP (group), density);
    gtk_widget_insert_action_group (GTK_WIDGET (self), "bench", G_ACTION_GROUP (group));
    g_signal_connect_object (self->settings,
                             "changed::density",
                             G_CALLBACK (density_changed_cb),
                             self,
                             G_CONNECT_SWAPPED);
  }
  fill_menu (self);
}

GtkWidget *
hs_bench_page_new (HsSession *session)
{
  HsBenchPage *self = g_object_new (HS_TYPE_BENCH_PAGE, NULL);
  gboolean simulated = hs_session_get_sim_bus (session) != NULL;

  self->session = g_object_ref (session);
  gtk_widget_set_visible (self->simulator, simulated);
  hs_bench_bar_set_session (self->bar, session);
  hs_recent_runs_set_session (self->recent, session);
  g_signal_connect_object (self->grid, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hs_session_get_monitor (session),
                           "notify::n-others",
                           G_CALLBACK (update_others),
                           self,
                           G_CONNECT_SWAPPED);
  hs_slot_grid_set_session (self->grid, session);
  density_changed_cb (self);
  update_others (self);
  update_access (self);
  update (self);
  return GTK_WIDGET (self);
}

/* Call when the page becomes visible. */
void
hs_bench_page_enter (HsBenchPage *self)
{
  g_return_if_fail (HS_IS_BENCH_PAGE (self));

  update_access (self);
  gtk_widget_child_focus (GTK_WIDGET (self->stack), GTK_DIR_TAB_FORWARD);
}

guint
hs_bench_page_get_n_cameras (HsBenchPage *self)
{
  Summary summary;

  g_return_val_if_fail (HS_IS_BENCH_PAGE (self), 0);

  count_slots (self, &summary);
  return summary.n_cameras;
}

void
hs_bench_page_open_builds (HsBenchPage *self)
{
  g_return_if_fail (HS_IS_BENCH_PAGE (self));

  hs_bench_bar_open_builds (self->bar);
}

/* (transfer container) (element-type HsSlot): what the bar is about. */
GPtrArray *
hs_bench_page_dup_targets (HsBenchPage *self)
{
  g_return_val_if_fail (HS_IS_BENCH_PAGE (self), NULL);

  return hs_bench_bar_dup_targets (self->bar);
}

/* Every camera whose last run failed, once more. */
void
hs_bench_page_retry_failed (HsBenchPage *self)
{
  g_return_if_fail (HS_IS_BENCH_PAGE (self));

  for (guint i = 0; i < hs_slot_grid_get_n_cards (self->grid); i++) {
    HsSlotCard *card = hs_slot_grid_get_card (self->grid, i);

    if (hs_slot_get_state (hs_slot_card_get_slot (card)) == HS_SLOT_FAILED)
      hs_slot_card_retry (card);
  }
}

void
hs_bench_page_stop_focused (HsBenchPage *self)
{
  HsSlotCard *card;

  g_return_if_fail (HS_IS_BENCH_PAGE (self));

  card = hs_slot_grid_get_focused (self->grid);
  if (card != NULL)
    gtk_widget_activate_action (GTK_WIDGET (card), "card.stop", NULL);
}
