/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/operator-window.h"

#include "app/pin.h"
#include "ui/format.h"
#include "ui/operator-counter.h"
#include "ui/operator-grid.h"
#include "ui/operator-leave.h"
#include "ui/piece.h"
#include "ui/practice-panel.h"
#include "ui/scanner.h"

#include <glib/gi18n-lib.h>

enum {
  SIDE_PX = 48,   /* left and right of everything */
  FRAME_PX = 210, /* header, figures and what is between */
  SMALL_SCREEN_PX = 1600,
  NOTICE_S = 2,
  POINTER_S = 3,
  CLOCK_S = 5,
  SETTLE_MS = 10, /* how often held back keys are looked at */
};

struct _HsOperatorWindow {
  GtkWindow parent_instance;

  GtkWidget *bench; /* all but the panel */
  GtkLabel *release;
  GtkLabel *board;
  GtkLabel *person;
  GtkLabel *clock;
  GtkWidget *practice;
  HsOperatorGrid *tiles;
  HsOperatorCounter *counter;
  GtkButton *retry;
  GtkLabel *notice;
  GtkWidget *veil;
  HsOperatorLeave *leave;

  HsSession *session;
  HsOperator *mode;
  GtkWindow *parent;    /* the bench's; nullable, weak */
  GtkWidget *simulator; /* nullable, weak */
  HsSounds *sounds;
  HsScanner *scanner;
  gint64 key_ms; /* the newest key, by the display's clock made endless */
  gint64 key_us; /* the same, by ours */
  guint32 key_time;
  AdwColorScheme scheme; /* of before */
  guint look_source, notice_source, pointer_source, clock_source, settle_source;
  guint n_working;
  gboolean left;
};

G_DEFINE_FINAL_TYPE (HsOperatorWindow, hs_operator_window, GTK_TYPE_WINDOW)

/* -- how large ----------------------------------------------------------------------------------
 */

static void
set_class (gpointer widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static void
apply_look (HsOperatorWindow *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  HsTileScale scale;

  if (width <= 0) /* not shown yet */
    gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  scale = hs_operator_grid_fit (self->tiles, width - 2 * SIDE_PX, height - FRAME_PX);
  for (HsTileScale i = HS_TILE_SCALE_S; i <= HS_TILE_SCALE_XXS; i++)
    set_class (self, hs_tile_scale_class (i), i == scale);
  set_class (self, hs_tile_scale_class (HS_TILE_SCALE_XS), scale >= HS_TILE_SCALE_XS);
  set_class (self, "small-screen", width < SMALL_SCREEN_PX);
  hs_operator_counter_set_small (self->counter, width < SMALL_SCREEN_PX);
}

static gboolean
look_cb (gpointer data)
{
  HsOperatorWindow *self = data;

  self->look_source = 0;
  apply_look (self);
  return G_SOURCE_REMOVE;
}

/* Not inside the allocation itself. */
static void
hs_operator_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HsOperatorWindow *self = HS_OPERATOR_WINDOW (widget);

  GTK_WIDGET_CLASS (hs_operator_window_parent_class)
      ->size_allocate (widget, width, height, baseline);

  if (self->look_source == 0 && self->mode != NULL)
    self->look_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, look_cb, self, NULL);
}

/* -- tiles --------------------------------------------------------------------------------------
 */

/* Failed, and there to be tried again. */
static guint
count_failed (HsOperatorWindow *self)
{
  GListModel *tiles = hs_operator_get_tiles (self->mode);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (tiles); i++) {
    g_autoptr (HsTile) tile = g_list_model_get_item (tiles, i);

    n += hs_tile_get_state (tile) == HS_TILE_FAIL &&
         hs_slot_get_device (hs_tile_get_slot (tile)) != NULL;
  }
  return n;
}

static void
update_retry (HsOperatorWindow *self)
{
  guint n = count_failed (self);
  g_autofree char *label = g_strdup_printf (ngettext ("Retry %u Failed", "Retry %u Failed", n), n);

  gtk_widget_set_visible (GTK_WIDGET (self->retry), n > 0);
  gtk_button_set_label (self->retry, label);
}

static guint
count_working (HsOperatorWindow *self)
{
  GListModel *tiles = hs_operator_get_tiles (self->mode);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (tiles); i++) {
    g_autoptr (HsTile) tile = g_list_model_get_item (tiles, i);

    n += hs_tile_get_state (tile) == HS_TILE_WORK;
  }
  return n;
}

static void
tile_changed_cb (HsOperatorWindow *self)
{
  guint n_working;

  if (self->mode == NULL) /* closed; what runs goes on */
    return;

  n_working = count_working (self);
  if (n_working > self->n_working)
    hs_sounds_play (self->sounds, HS_SOUND_TICK);
  self->n_working = n_working;
  update_retry (self);
}

static void
verdict_cb (HsOperatorWindow *self, HsTile *tile)
{
  HsTileState state = hs_tile_get_state (tile);

  if (self->mode == NULL)
    return;

  if (state == HS_TILE_PASS)
    hs_sounds_play (self->sounds, HS_SOUND_PASS);
  else if (state == HS_TILE_FAIL)
    hs_sounds_play (self->sounds, HS_SOUND_FAIL);
  else
    hs_sounds_play (self->sounds, HS_SOUND_REFUSED);
  update_retry (self);
}

static void
tiles_changed_cb (HsOperatorWindow *self)
{
  if (self->mode == NULL)
    return;

  apply_look (self);
  update_retry (self);
}

static void
counts_changed_cb (HsOperatorWindow *self)
{
  HsOperatorCounts counts;

  if (self->mode == NULL)
    return;

  hs_operator_get_counts (self->mode, &counts);
  hs_operator_counter_set (self->counter, &counts);
}

/* -- header, notices, the pointer ---------------------------------------------------------------
 */

static gboolean
clock_cb (gpointer data)
{
  HsOperatorWindow *self = data;
  g_autofree char *now = hs_format_clock (g_get_real_time ());

  gtk_label_set_label (self->clock, now);
  gtk_label_set_label (self->person, hs_session_get_operator (self->session));
  return G_SOURCE_CONTINUE;
}

static void
fill_header (HsOperatorWindow *self)
{
  HsRelease *release = hs_operator_get_release (self->mode);
  const HsRecipe *recipe = hs_operator_get_recipe (self->mode);
  g_autofree char *name =
      g_strdup_printf ("%s %s", hs_release_get_name (release), hs_release_get_version (release));
  g_autoptr (GString) boards = g_string_new (NULL);

  for (guint i = 0; recipe != NULL && i < recipe->boards->len; i++) {
    const HsRecipeBoard *board = recipe->boards->pdata[i];

    if (boards->len > 0)
      g_string_append (boards, ", ");
    g_string_append (boards, hs_format_board_name (board->board));
  }
  gtk_label_set_label (self->release, name);
  gtk_label_set_label (self->board, boards->str);
  gtk_widget_set_visible (self->practice, hs_session_is_practice (self->session));
  clock_cb (self);
}

static gboolean
hide_notice_cb (gpointer data)
{
  HsOperatorWindow *self = data;

  self->notice_source = 0;
  gtk_widget_set_visible (GTK_WIDGET (self->notice), FALSE);
  return G_SOURCE_REMOVE;
}

static void
notify_for_a_while (HsOperatorWindow *self, const char *text, gboolean good)
{
  g_clear_handle_id (&self->notice_source, g_source_remove);
  gtk_label_set_label (self->notice, text);
  set_class (self->notice, "bad", !good);
  gtk_widget_set_visible (GTK_WIDGET (self->notice), TRUE);
  self->notice_source = g_timeout_add_seconds (NOTICE_S, hide_notice_cb, self);
}

static gboolean
hide_pointer_cb (gpointer data)
{
  HsOperatorWindow *self = data;

  self->pointer_source = 0;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "none");
  return G_SOURCE_REMOVE;
}

static void
moved_cb (HsOperatorWindow *self)
{
  g_clear_handle_id (&self->pointer_source, g_source_remove);
  gtk_widget_set_cursor (GTK_WIDGET (self), NULL);
  self->pointer_source = g_timeout_add_seconds (POINTER_S, hide_pointer_cb, self);
}

/* -- the scanner --------------------------------------------------------------------------------
 */

static void
scan (HsOperatorWindow *self)
{
  g_autofree char *line = hs_scanner_take_line (self->scanner);
  g_autofree char *understood = NULL;
  g_autofree char *unknown = NULL;
  gboolean good = hs_operator_scan (self->mode, line, &understood);

  if (understood == NULL) {
    unknown = g_strdup_printf (good ? "%s" : _ ("Not understood: %s"), line);
    notify_for_a_while (self, unknown, good);
  } else {
    notify_for_a_while (self, understood, good);
  }
  if (!good)
    hs_sounds_play (self->sounds, HS_SOUND_REFUSED);
  clock_cb (self); /* the operator may be another one */
}

static void
give_back_typed (HsOperatorWindow *self)
{
  GtkEditable *entry = hs_operator_leave_get_entry (self->leave);
  g_autofree char *typed = hs_scanner_take_typed (self->scanner);
  int position;

  if (typed == NULL || entry == NULL || !gtk_editable_get_editable (entry))
    return;

  gtk_editable_delete_selection (entry);
  position = gtk_editable_get_position (entry);
  gtk_editable_insert_text (entry, typed, -1, &position);
  gtk_editable_set_position (entry, position);
}

/* The display's clock at this moment: keys that wait in its queue are handled before this. */
static gboolean
settle_cb (gpointer data)
{
  HsOperatorWindow *self = data;
  gint64 now = self->key_ms + (g_get_monotonic_time () - self->key_us) / 1000;

  if (hs_scanner_settle (self->scanner, now))
    give_back_typed (self);
  if (hs_scanner_holds (self->scanner))
    return G_SOURCE_CONTINUE;

  self->settle_source = 0;
  return G_SOURCE_REMOVE;
}

static gunichar
character_of (guint keyval)
{
  gunichar character;

  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter ||
      keyval == GDK_KEY_Linefeed)
    return '\n';
  character = gdk_keyval_to_unicode (keyval);
  return character != 0 && g_unichar_isprint (character) ? character : 0;
}

/* A scanner presses Shift for every capital letter: that ends nothing. */
static gboolean
is_modifier (guint keyval)
{
  return (keyval >= GDK_KEY_Shift_L && keyval <= GDK_KEY_Hyper_R) ||
         (keyval >= GDK_KEY_ISO_Lock && keyval <= GDK_KEY_ISO_Last_Group_Lock) ||
         keyval == GDK_KEY_Mode_switch || keyval == GDK_KEY_Num_Lock;
}

gboolean
hs_operator_window_take_key (HsOperatorWindow *self,
                             guint keyval,
                             GdkModifierType modifiers,
                             gint64 time_ms)
{
  const GdkModifierType commands = GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK;
  gunichar character = (modifiers & commands) == 0 ? character_of (keyval) : 0;
  HsScannerKey key = HS_SCANNER_LEAVE;

  g_return_val_if_fail (HS_IS_OPERATOR_WINDOW (self), FALSE);

  self->key_ms = time_ms;
  self->key_us = g_get_monotonic_time ();
  if (is_modifier (keyval))
    return FALSE;

  if (character != 0)
    key = hs_scanner_push (self->scanner, character, time_ms);
  if (key == HS_SCANNER_LINE)
    scan (self);
  else if (key == HS_SCANNER_LEAVE)
    give_back_typed (self);
  if (hs_scanner_holds (self->scanner) && self->settle_source == 0)
    self->settle_source = g_timeout_add_full (G_PRIORITY_LOW, SETTLE_MS, settle_cb, self, NULL);
  return key != HS_SCANNER_LEAVE;
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType modifiers,
                HsOperatorWindow *self)
{
  guint32 now = gtk_event_controller_get_current_event_time (GTK_EVENT_CONTROLLER (controller));
  /* The display counts 32 bits of milliseconds: seven weeks. */
  gint64 time_ms = self->key_ms + (guint32) (now - self->key_time);

  self->key_time = now;
  return hs_operator_window_take_key (self, keyval, modifiers, time_ms);
}

/* -- leaving ------------------------------------------------------------------------------------
 */

static char *
dup_running (HsOperatorWindow *self)
{
  guint n = hs_session_get_n_running (self->session);

  if (n == 0)
    return NULL;
  return g_strdup_printf (
      ngettext ("%u camera is still in work. It goes on; its card on the bench shows the rest.",
                "%u cameras are still in work. They go on; their cards on the bench show the rest.",
                n),
      n);
}

static void
show_panel (HsOperatorWindow *self, gboolean visible)
{
  gtk_window_set_focus (GTK_WINDOW (self), NULL); /* an entry wants to hear of it */
  gtk_widget_set_visible (self->veil, visible);
  gtk_widget_set_can_focus (self->bench, !visible);
  gtk_widget_set_can_target (self->bench, !visible);
}

/* The batch of an ordered quantity ends with its last unit; any other goes on next time. */
static void
end_batch (HsOperatorWindow *self)
{
  HsOperatorCounts counts;
  g_autoptr (GError) error = NULL;

  hs_operator_get_counts (self->mode, &counts);
  if (counts.quantity == 0 || counts.left > 0)
    return;
  if (!hs_operator_close_batch (self->mode, &error))
    g_message ("The batch stays open: %s", error->message);
}

static void
leave_cb (HsOperatorWindow *self)
{
  if (self->left)
    return;

  self->left = TRUE;
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  hs_operator_stop (self->mode);
  end_batch (self);
  if (self->parent != NULL)
    gtk_window_present (self->parent);
  gtk_window_destroy (GTK_WINDOW (self));
}

static void
stay_cb (HsOperatorWindow *self)
{
  hs_scanner_set_guarded (self->scanner, FALSE);
  show_panel (self, FALSE);
}

static void
ask_to_leave (HsOperatorWindow *self)
{
  g_autofree char *running = dup_running (self);
  gboolean with_pin = hs_pin_is_set ();

  if (!with_pin && running == NULL) {
    leave_cb (self);
    return;
  }
  show_panel (self, TRUE);
  hs_operator_leave_ask (self->leave, with_pin, running);
  hs_scanner_set_guarded (self->scanner, with_pin);
}

/* Escape on the panel means to stay. */
static void
leave_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsOperatorWindow *self = HS_OPERATOR_WINDOW (widget);

  if (gtk_widget_get_visible (self->veil))
    stay_cb (self);
  else
    ask_to_leave (self);
}

static gboolean
hs_operator_window_close_request (GtkWindow *window)
{
  HsOperatorWindow *self = HS_OPERATOR_WINDOW (window);

  if (!gtk_widget_get_visible (self->veil))
    ask_to_leave (self);
  return TRUE;
}

static void
retry_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsOperatorWindow *self = HS_OPERATOR_WINDOW (widget);
  guint n = 0;

  if (gtk_widget_get_visible (self->veil) || count_failed (self) == 0)
    return;

  n = hs_operator_retry_failed (self->mode);
  if (n == 0)
    notify_for_a_while (self, _ ("Plug the failed cameras in again."), FALSE);
}

static void
simulator_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsOperatorWindow *self = HS_OPERATOR_WINDOW (widget);

  if (!hs_session_is_practice (self->session) || gtk_widget_get_visible (self->veil))
    return;

  if (self->simulator == NULL)
    g_set_weak_pointer (&self->simulator, hs_practice_panel_new (GTK_WINDOW (self), self->session));
  gtk_window_present (GTK_WINDOW (self->simulator));
}

/* -- life ---------------------------------------------------------------------------------------
 */

static void
hs_operator_window_dispose (GObject *object)
{
  HsOperatorWindow *self = HS_OPERATOR_WINDOW (object);

  g_clear_handle_id (&self->look_source, g_source_remove);
  g_clear_handle_id (&self->notice_source, g_source_remove);
  g_clear_handle_id (&self->pointer_source, g_source_remove);
  g_clear_handle_id (&self->clock_source, g_source_remove);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  if (self->mode != NULL) {
    hs_operator_stop (self->mode);
    adw_style_manager_set_color_scheme (adw_style_manager_get_default (), self->scheme);
    gtk_settings_reset_property (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-cursor-blink");
  }
  g_clear_weak_pointer (&self->parent);
  g_clear_weak_pointer (&self->simulator);
  g_clear_object (&self->mode);
  g_clear_object (&self->session);
  g_clear_object (&self->sounds);
  g_clear_pointer (&self->scanner, hs_scanner_free);

  G_OBJECT_CLASS (hs_operator_window_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *klass)
{
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, bench);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, release);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, board);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, person);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, clock);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, practice);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, tiles);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, counter);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, retry);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, notice);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, veil);
  gtk_widget_class_bind_template_child (klass, HsOperatorWindow, leave);
  gtk_widget_class_bind_template_callback (klass, leave_cb);
  gtk_widget_class_bind_template_callback (klass, stay_cb);
  gtk_widget_class_bind_template_callback (klass, tile_changed_cb);
}

static void
hs_operator_window_class_init (HsOperatorWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_operator_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = hs_operator_window_close_request;
  widget_class->size_allocate = hs_operator_window_size_allocate;

  g_type_ensure (HS_TYPE_OPERATOR_COUNTER);
  g_type_ensure (HS_TYPE_OPERATOR_GRID);
  g_type_ensure (HS_TYPE_OPERATOR_LEAVE);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("operator-window"));
  bind_children (widget_class);
  gtk_widget_class_install_action (widget_class, "operator.leave", NULL, leave_action);
  gtk_widget_class_install_action (widget_class, "operator.retry", NULL, retry_action);
  gtk_widget_class_install_action (widget_class, "operator.simulator", NULL, simulator_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "operator.leave", NULL);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_r, GDK_CONTROL_MASK, "operator.retry", NULL);
}

static void
hs_operator_window_init (HsOperatorWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  self->scanner = hs_scanner_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (moved_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  self->clock_source = g_timeout_add_seconds (CLOCK_S, clock_cb, self);
  moved_cb (self);
}

static void
connect_operator (HsOperatorWindow *self)
{
  hs_operator_grid_set_tiles (self->tiles, hs_operator_get_tiles (self->mode));
  g_signal_connect_object (hs_operator_get_tiles (self->mode),
                           "items-changed",
                           G_CALLBACK (tiles_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->mode, "counts-changed", G_CALLBACK (counts_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->mode, "verdict", G_CALLBACK (verdict_cb), self, G_CONNECT_SWAPPED);
}

/* As large as the screen from the first frame on: sizes of words follow from it. */
static void
fill_screen (HsOperatorWindow *self)
{
  GListModel *monitors = gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, 0);
  GdkRectangle area;

  if (monitor != NULL) {
    gdk_monitor_get_geometry (monitor, &area);
    gtk_window_set_default_size (GTK_WINDOW (self), area.width, area.height);
  }
  gtk_window_fullscreen (GTK_WINDOW (self));
}

/**
 * hs_operator_window_new:
 * @bench: (nullable): the window to come back to; hidden meanwhile
 * @session: the bench
 * @mode: what runs on it
 * @volume: of the sounds, 0 … 1
 */
GtkWidget *
hs_operator_window_new (GtkWindow *bench, HsSession *session, HsOperator *mode, double volume)
{
  GtkApplication *app = bench != NULL ? gtk_window_get_application (bench) : NULL;
  HsOperatorWindow *self = g_object_new (HS_TYPE_OPERATOR_WINDOW, "application", app, NULL);
  AdwStyleManager *style = adw_style_manager_get_default ();

  self->session = g_object_ref (session);
  self->mode = g_object_ref (mode);
  self->sounds = hs_sounds_new (volume);
  g_set_weak_pointer (&self->parent, bench);
  self->scheme = adw_style_manager_get_color_scheme (style);
  adw_style_manager_set_color_scheme (style, ADW_COLOR_SCHEME_FORCE_DARK);
  /* Nothing blinks on this screen. */
  g_object_set (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-cursor-blink", FALSE, NULL);

  fill_screen (self);
  connect_operator (self);
  fill_header (self);
  tiles_changed_cb (self);
  counts_changed_cb (self);
  if (bench != NULL)
    gtk_widget_set_visible (GTK_WIDGET (bench), FALSE);
  return GTK_WIDGET (self);
}

HsSounds *
hs_operator_window_get_sounds (HsOperatorWindow *self)
{
  g_return_val_if_fail (HS_IS_OPERATOR_WINDOW (self), NULL);

  return self->sounds;
}
