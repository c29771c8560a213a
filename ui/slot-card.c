/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/slot-card.h"

#include "ui/dialogs.h"
#include "ui/flash-strip.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/shape.h"
#include "ui/slot-actions.h"
#include "ui/slot-drag.h"

#include <glib/gi18n-lib.h>

enum { TICK_MS = 200 };

struct _HsSlotCard {
  GtkBox parent_instance;

  GtkWidget *who;
  GtkLabel *slot_name;
  GtkLabel *board;
  GtkLabel *label;
  GtkCheckButton *choose;
  GtkBox *state;
  GtkImage *shape;
  GtkLabel *headline;
  GtkLabel *sentence;
  GtkLabel *time_left;
  HsFlashStrip *strip;
  GtkLabel *serial;
  GtkButton *first;
  GtkButton *second;
  GtkMenuButton *more;

  HsSession *session;
  HsSlot *slot;
  guint tick_source; /* while a person is awaited: seconds go on without news */
  gboolean compact;
};

G_DEFINE_FINAL_TYPE (HsSlotCard, hs_slot_card, GTK_TYPE_BOX)

/* clang-format off */
static const char *const camera_actions[] = {
  "card.flash", "card.identify", "card.compare", "card.read", "card.read-build", "card.erase",
  "card.reset-romfs", "card.enter", "card.leave", "card.restart", "card.retry", "card.dismiss",
  "card.stop", "card.audit", "card.recover",
};
static const char *const person_actions[] = {
  "card.label", "card.name-slot", "card.access", "card.details", "card.open-unit", "card.ignore",
  "card.copy-serial", "card.earlier", "card.later",
};
/* clang-format on */

/* -- what is shown ---------------------------------------------------------------------------- */

static void
set_class (gpointer widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static const HsBoard *
board_of (HsSlotCard *self)
{
  HsDevice *device = hs_slot_get_device (self->slot);
  HsJob *job = hs_slot_get_job (self->slot);

  if (device != NULL && hs_device_get_board (device) != NULL)
    return hs_device_get_board (device);
  return job != NULL ? hs_job_get_board (job) : NULL;
}

static char *
dup_board_name (HsSlotCard *self)
{
  HsDevice *device = hs_slot_get_device (self->slot);
  const HsBoard *board = board_of (self);

  if (board != NULL)
    return g_strdup (_ (board->name));
  if (device != NULL && hs_device_get_mode (device) == HS_MODE_ROM)
    return g_strdup (_ ("ROM bootloader"));
  return g_strdup (device != NULL ? _ ("Unknown board") : "");
}

/* As much of its name as leaves room for the board's; the tape itself never gives way. */
static char *
dup_slot_name (HsSlotCard *self)
{
  const char *name = hs_slot_get_name (self->slot);
  int room = self->compact ? 14 : 24;
  g_autofree char *start = g_utf8_substring (name, 0, MIN (room, g_utf8_strlen (name, -1)));

  return g_strdup_printf ("%s%s", start, strlen (start) < strlen (name) ? "…" : "");
}

static void
update_who (HsSlotCard *self)
{
  g_autofree char *name = dup_slot_name (self);
  HsSlotState state = hs_slot_get_state (self->slot);
  HsUnit *unit = hs_slot_get_unit (self->slot);
  HsDevice *device = hs_slot_get_device (self->slot);
  g_autofree char *board = dup_board_name (self);
  g_autofree char *label = NULL;

  if (unit != NULL)
    label = hs_format_unit_name (unit);
  else if (device != NULL && hs_device_get_strength (device) == HS_IDENTITY_PROVEN)
    label = g_strdup (_ ("new unit"));
  gtk_label_set_label (self->slot_name, name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->slot_name), hs_slot_get_name (self->slot));
  gtk_label_set_label (self->board, board);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->board), self->compact ? board : NULL);
  gtk_label_set_label (self->label, label != NULL && state != HS_SLOT_EMPTY ? label : "");
  set_class (self->slot_name, "ghost", state == HS_SLOT_EMPTY);
}

static void
update_words (HsSlotCard *self)
{
  HsSlotState state = hs_slot_get_state (self->slot);
  HsShape shape = hs_shape_for_state (state);
  g_autofree char *headline = hs_slot_dup_headline (self->slot);
  g_autofree char *sentence = hs_slot_dup_sentence (self->slot);
  g_autofree char *time_left = hs_slot_dup_time (self->slot);
  HsUnit *unit = hs_slot_get_unit (self->slot);
  const HsContent *content = unit != NULL ? hs_unit_find_content (unit, "firmware") : NULL;
  g_autofree char *markup =
      hs_format_bold_part (sentence, content != NULL ? content->build_name : NULL);
  gboolean verdict = state == HS_SLOT_PASSED || state == HS_SLOT_FAILED;

  hs_shape_set (self->shape, shape);
  gtk_label_set_label (self->headline, headline);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->headline), self->compact ? headline : NULL);
  hs_piece_set_meaning (GTK_WIDGET (self->headline),
                        verdict || state == HS_SLOT_EMPTY ? hs_shape_css_class (shape) : NULL);
  gtk_label_set_label (self->sentence, markup);
  set_class (self->sentence, "idle", state == HS_SLOT_EMPTY);
  gtk_widget_set_visible (GTK_WIDGET (self->sentence), *sentence != '\0');
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->sentence), self->compact ? sentence : NULL);
  gtk_label_set_label (self->time_left, time_left != NULL ? time_left : "");
  gtk_widget_set_visible (GTK_WIDGET (self->time_left), time_left != NULL);
}

static gboolean
tick_cb (gpointer data)
{
  update_words (data);
  return G_SOURCE_CONTINUE;
}

/* Several times a second: it reacts at once, and no second is left out. */
static void
update_tick (HsSlotCard *self)
{
  gboolean waits = hs_slot_get_state (self->slot) == HS_SLOT_WAITING;

  if (waits && self->tick_source == 0)
    self->tick_source = g_timeout_add (TICK_MS, tick_cb, self);
  else if (!waits)
    g_clear_handle_id (&self->tick_source, g_source_remove);
}

static gboolean
shows_job (HsSlotCard *self)
{
  HsJob *job = hs_slot_get_job (self->slot);

  if (job == NULL || hs_job_get_n_parts (job) == 0)
    return FALSE;

  switch (hs_slot_get_state (self->slot)) {
  case HS_SLOT_WORKING:
  case HS_SLOT_SLOW:
  case HS_SLOT_WAITING:
  case HS_SLOT_DIFFERS:
  case HS_SLOT_PASSED:
  case HS_SLOT_FAILED:
  case HS_SLOT_CANCELLED:
  case HS_SLOT_UNPROVEN:
  case HS_SLOT_REFUSED:
  case HS_SLOT_EMPTY:
    return TRUE;
  default:
    return FALSE;
  }
}

/* What was proven belongs to the unit's page; here it is shown only where it is the news. */
static gboolean
shows_unit (HsSlotCard *self)
{
  HsSlotState state = hs_slot_get_state (self->slot);

  return hs_slot_get_unit (self->slot) != NULL &&
         (state == HS_SLOT_UP_TO_DATE || state == HS_SLOT_INTERRUPTED);
}

static void
update_strip (HsSlotCard *self)
{
  const HsBoard *board = board_of (self);
  HsSlotState state = hs_slot_get_state (self->slot);
  gboolean visible = board != NULL && board->n_partitions > 0 && state != HS_SLOT_NO_ACCESS &&
                     (state != HS_SLOT_EMPTY || shows_job (self));

  gtk_widget_set_visible (GTK_WIDGET (self->strip), visible);
  if (!visible)
    hs_flash_strip_set_board (self->strip, NULL);
  else if (shows_job (self))
    hs_flash_strip_set_job (self->strip, hs_slot_get_job (self->slot));
  else if (shows_unit (self))
    hs_flash_strip_set_unit (self->strip, board, hs_slot_get_unit (self->slot));
  else
    hs_flash_strip_set_board (self->strip, board);
}

static char *
dup_serial (HsSlotCard *self)
{
  HsDevice *device = hs_slot_get_device (self->slot);
  HsUnit *unit = hs_slot_get_unit (self->slot);

  /* Gone, but what happened to it is still shown. */
  if (device == NULL)
    return shows_job (self) ? hs_format_key_serial (hs_job_get_unit (hs_slot_get_job (self->slot)))
                            : NULL;
  if (hs_device_get_key (device) != NULL)
    return hs_format_key_serial (hs_device_get_key (device));
  if (unit != NULL)
    return hs_format_key_serial (hs_unit_get_id (unit));
  return g_strdup (hs_device_get_serial (device));
}

static void
update_serial (HsSlotCard *self)
{
  HsDevice *device = hs_slot_get_device (self->slot);
  HsSlotState state = hs_slot_get_state (self->slot);
  g_autofree char *serial = dup_serial (self);
  g_autofree char *markup = NULL;
  const char *node = device != NULL && hs_device_get_info (device) != NULL
                         ? hs_device_get_info (device)->node
                         : NULL;

  if (state == HS_SLOT_NO_ACCESS && node != NULL)
    markup = g_markup_printf_escaped ("<span alpha='62%%'>%s</span>", node);
  else if (device != NULL && (serial == NULL || state == HS_SLOT_WHICH_UNIT))
    markup = g_markup_printf_escaped ("<span alpha='62%%'>%s</span>", _ ("known by its port only"));
  else if (serial != NULL && self->compact)
    markup = hs_format_serial_short_markup (serial);
  else
    markup = hs_format_serial_markup (serial);
  gtk_label_set_markup (self->serial, markup);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->serial), serial);
}

/* On a compact card only what is urgent; the rest is in its menu. */
static void
show_button (HsSlotCard *self, GtkButton *button, const HsSlotButton *what)
{
  gboolean visible = what->action != NULL && (!self->compact || what->suggested) &&
                     hs_slot_action_possible (self->slot, what->action);

  /* A button that goes gives the focus to its card. */
  if (!visible && gtk_widget_has_focus (GTK_WIDGET (button)))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (button), visible);
  if (!visible)
    return;

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), what->action);
  if (g_strcmp0 (gtk_button_get_label (button), _ (what->label)) != 0)
    gtk_button_set_label (button, _ (what->label));
  set_class (button, "suggested-action", what->suggested);
}

static void
enable_actions (HsSlotCard *self, const char *const *actions, guint n)
{
  for (guint i = 0; i < n; i++)
    gtk_widget_action_set_enabled (
        GTK_WIDGET (self), actions[i], hs_slot_action_possible (self->slot, actions[i]));
}

static void
update_actions (HsSlotCard *self)
{
  const HsSlotButton *buttons = hs_slot_state_buttons (hs_slot_get_state (self->slot));
  gboolean possible = hs_slot_can_choose (self->slot);

  enable_actions (self, camera_actions, G_N_ELEMENTS (camera_actions));
  enable_actions (self, person_actions, G_N_ELEMENTS (person_actions));
  show_button (self, self->first, &buttons[0]);
  show_button (self, self->second, &buttons[1]);
  gtk_widget_set_visible (GTK_WIDGET (self->choose), possible);
  gtk_check_button_set_active (self->choose, hs_slot_get_chosen (self->slot));
}

static void
update_names (HsSlotCard *self)
{
  const char *slot = hs_slot_get_name (self->slot);
  g_autofree char *headline = hs_slot_dup_headline (self->slot);
  g_autofree char *board = dup_board_name (self);
  /* Translators: name of a slot, board, state: Slot left 2, OpenMV Cam H7: Writing firmware */
  g_autofree char *card = *board != '\0'
                              ? g_strdup_printf (_ ("Slot %s, %s: %s"), slot, board, headline)
                              : g_strdup_printf (_ ("Slot %s: %s"), slot, headline);
  g_autofree char *choose = g_strdup_printf (_ ("Choose %s"), slot);
  g_autofree char *more = g_strdup_printf (_ ("More actions for %s"), slot);

  hs_piece_name (GTK_WIDGET (self), card);
  hs_piece_name (GTK_WIDGET (self->choose), choose);
  hs_piece_name (GTK_WIDGET (self->more), more);
}

static void
update (HsSlotCard *self)
{
  HsSlotState state = hs_slot_get_state (self->slot);

  update_who (self);
  update_words (self);
  update_tick (self);
  update_strip (self);
  update_serial (self);
  update_actions (self);
  update_names (self);
  set_class (self, "passed", state == HS_SLOT_PASSED);
  set_class (self, "failed", state == HS_SLOT_FAILED);
  set_class (self, "vacant", hs_slot_get_device (self->slot) == NULL && state == HS_SLOT_EMPTY);
  set_class (self, "selected", hs_slot_get_chosen (self->slot));
}

/* -- what can be done ------------------------------------------------------------------------- */

static void
toggle_chosen (HsSlotCard *self)
{
  if (hs_slot_can_choose (self->slot))
    hs_slot_set_chosen (self->slot, !hs_slot_get_chosen (self->slot));
}

static void
choose_toggled_cb (HsSlotCard *self)
{
  hs_slot_set_chosen (self->slot, gtk_check_button_get_active (self->choose));
}

/* A check box lets a click through to its card. */
static gboolean
is_own_area (HsSlotCard *self, double x, double y)
{
  GtkWidget *hit = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);

  for (; hit != NULL && hit != GTK_WIDGET (self); hit = gtk_widget_get_parent (hit))
    if (gtk_widget_get_focusable (hit))
      return FALSE;
  return hit != NULL;
}

static void
released_cb (GtkGestureClick *gesture, int n_press, double x, double y, HsSlotCard *self)
{
  if (!is_own_area (self, x, y))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  toggle_chosen (self);
}

static void
menu_pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, HsSlotCard *self)
{
  gtk_menu_button_popup (self->more);
}

/* Keys that belong to the card itself, not to a button in it. */
static gboolean
key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  HsSlotCard *self = HS_SLOT_CARD (widget);
  const char *what = g_variant_get_string (args, NULL);

  if (g_strcmp0 (what, "menu") == 0) {
    gtk_menu_button_popup (self->more);
    return TRUE;
  }
  if (g_strcmp0 (what, "copy") == 0) {
    gtk_widget_activate_action (widget, "card.copy-serial", NULL);
    return TRUE;
  }
  if (!gtk_widget_is_focus (widget))
    return FALSE;

  if (g_strcmp0 (what, "choose") == 0)
    toggle_chosen (self);
  else
    gtk_widget_activate_action (widget, "card.open-unit", NULL);
  return TRUE;
}

static void
label_answer (gpointer owner, const char *text)
{
  HsSlotCard *self = owner;
  HsUnit *unit = hs_slot_get_unit (self->slot);
  g_autoptr (GError) error = NULL;

  if (unit != NULL && !hs_session_label_unit (self->session, hs_unit_get_id (unit), text, &error))
    hs_slot_show_error (GTK_WIDGET (self), error);
}

static void
name_answer (gpointer owner, const char *text)
{
  HsSlotCard *self = owner;
  g_autoptr (GError) error = NULL;

  if (!hs_session_name_slot (self->session, hs_slot_get_port (self->slot), text, &error))
    hs_slot_show_error (GTK_WIDGET (self), error);
}

static void
ask_label (HsSlotCard *self)
{
  HsUnit *unit = hs_slot_get_unit (self->slot);
  g_autofree char *serial = dup_serial (self);

  if (unit == NULL)
    return;
  hs_dialog_ask_text (GTK_WIDGET (self),
                      _ ("Label this unit"),
                      serial,
                      _ ("Label"),
                      hs_unit_get_label (unit),
                      _ ("Label"),
                      label_answer,
                      self);
}

static void
ask_slot_name (HsSlotCard *self)
{
  g_autofree char *body =
      /* Translators: %s is the path of a USB port: 1-4.2 */
      g_strdup_printf (_ ("The USB port %s is called so from now on."),
                       hs_slot_get_port (self->slot));

  hs_dialog_ask_text (GTK_WIDGET (self),
                      _ ("Name this slot"),
                      body,
                      _ ("Name of the slot"),
                      hs_slot_get_named (self->slot) ? hs_slot_get_name (self->slot) : NULL,
                      _ ("Name"),
                      name_answer,
                      self);
}

/* Deeds that concern the person, the unit or the port, not the camera. */

static void
show_details (HsSlotCard *self)
{
  HsJob *job = hs_slot_get_job (self->slot);

  if (job != NULL && hs_job_get_problem (job) != NULL)
    hs_dialog_details (GTK_WIDGET (self), hs_job_get_problem (job));
}

static void
open_unit (HsSlotCard *self)
{
  HsUnit *unit = hs_slot_get_unit (self->slot);

  if (unit != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-unit", "s", hs_unit_get_id (unit));
}

static void
copy_serial (HsSlotCard *self)
{
  g_autofree char *serial = dup_serial (self);

  if (serial != NULL)
    hs_piece_copy_text (GTK_WIDGET (self), serial);
}

static void
set_up_access (HsSlotCard *self)
{
  hs_dialog_open_doctor (GTK_WIDGET (self));
}

static void
ignore_port (HsSlotCard *self)
{
  hs_slot_ignore (GTK_WIDGET (self), self->session, self->slot);
}

static void
move_earlier (HsSlotCard *self)
{
  hs_slot_shift (GTK_WIDGET (self), self->session, self->slot, -1);
}

static void
move_later (HsSlotCard *self)
{
  hs_slot_shift (GTK_WIDGET (self), self->session, self->slot, 1);
}

static const struct {
  const char *action;
  void (*run) (HsSlotCard *self);
} deeds[] = {
  { "card.label", ask_label },         { "card.name-slot", ask_slot_name },
  { "card.access", set_up_access },    { "card.details", show_details },
  { "card.open-unit", open_unit },     { "card.ignore", ignore_port },
  { "card.copy-serial", copy_serial }, { "card.earlier", move_earlier },
  { "card.later", move_later },
};

static void
person_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    if (g_str_equal (deeds[i].action, name))
      deeds[i].run (HS_SLOT_CARD (widget));
}

static void
camera_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSlotCard *self = HS_SLOT_CARD (widget);
  const char *what = name + strlen ("card.");

  if (hs_slot_has_wizard (what))
    gtk_widget_activate_action (widget, "win.do-port", "(ss)", what, hs_slot_get_port (self->slot));
  else if (g_strcmp0 (what, "retry") == 0)
    hs_slot_retry (widget, self->session, self->slot);
  else if (g_strcmp0 (what, "dismiss") == 0)
    hs_slot_dismiss (self->slot);
  else if (g_strcmp0 (what, "stop") != 0)
    hs_slot_start (widget, self->session, self->slot, what);
  else if (hs_slot_get_job (self->slot) != NULL)
    hs_dialog_stop_job (widget, hs_slot_get_job (self->slot));
}

/* -- life ------------------------------------------------------------------------------------- */

static void
hs_slot_card_dispose (GObject *object)
{
  HsSlotCard *self = HS_SLOT_CARD (object);

  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_object (&self->slot);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_slot_card_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *klass)
{
  for (guint i = 0; i < G_N_ELEMENTS (person_actions); i++)
    gtk_widget_class_install_action (klass, person_actions[i], NULL, person_action);
  for (guint i = 0; i < G_N_ELEMENTS (camera_actions); i++)
    gtk_widget_class_install_action (klass, camera_actions[i], NULL, camera_action);

  gtk_widget_class_add_binding (klass, GDK_KEY_space, 0, key_cb, "s", "choose");
  gtk_widget_class_add_binding (klass, GDK_KEY_Return, 0, key_cb, "s", "open");
  gtk_widget_class_add_binding (klass, GDK_KEY_KP_Enter, 0, key_cb, "s", "open");
  gtk_widget_class_add_binding (klass, GDK_KEY_Menu, 0, key_cb, "s", "menu");
  gtk_widget_class_add_binding (klass, GDK_KEY_F10, GDK_SHIFT_MASK, key_cb, "s", "menu");
  gtk_widget_class_add_binding (klass, GDK_KEY_c, GDK_CONTROL_MASK, key_cb, "s", "copy");
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Up, GDK_ALT_MASK, "card.earlier", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Down, GDK_ALT_MASK, "card.later", NULL);
}

static void
hs_slot_card_class_init (HsSlotCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_slot_card_dispose;

  g_type_ensure (HS_TYPE_FLASH_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("slot-card"));
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, who);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, slot_name);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, board);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, label);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, choose);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, state);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, shape);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, headline);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, sentence);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, time_left);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, strip);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, serial);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, first);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, second);
  gtk_widget_class_bind_template_child (widget_class, HsSlotCard, more);
  gtk_widget_class_bind_template_callback (widget_class, choose_toggled_cb);
  install_actions (widget_class);
}

static void
hs_slot_card_init (HsSlotCard *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *menu = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (menu), GDK_BUTTON_SECONDARY);
  g_signal_connect (menu, "pressed", G_CALLBACK (menu_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (menu));
}

GtkWidget *
hs_slot_card_new (HsSession *session, HsSlot *slot)
{
  HsSlotCard *self = g_object_new (HS_TYPE_SLOT_CARD, NULL);

  self->session = g_object_ref (session);
  self->slot = g_object_ref (slot);
  hs_slot_drag_install (GTK_WIDGET (self), session, slot);
  g_signal_connect_object (slot, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (slot, "notify::chosen", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}

HsSlot *
hs_slot_card_get_slot (HsSlotCard *self)
{
  g_return_val_if_fail (HS_IS_SLOT_CARD (self), NULL);

  return self->slot;
}

static void
set_one_line (GtkLabel *label, gboolean one_line)
{
  gtk_label_set_wrap (label, !one_line);
  gtk_label_set_ellipsize (label, one_line ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
}

/* Seven cameras and more: headline and sentence one line each, a thin strip without names. */
void
hs_slot_card_set_compact (HsSlotCard *self, gboolean compact)
{
  g_return_if_fail (HS_IS_SLOT_CARD (self));

  if (self->compact == compact)
    return;

  self->compact = compact;
  set_class (self, "compact", compact);
  gtk_box_set_spacing (GTK_BOX (self), compact ? 7 : 12);
  gtk_widget_set_size_request (self->who, -1, compact ? 26 : 32);
  gtk_image_set_pixel_size (self->shape, compact ? 22 : 38);
  gtk_box_set_spacing (self->state, compact ? 9 : 14);
  set_class (self->headline, "headline", !compact);
  set_class (self->headline, "heading", compact);
  set_one_line (self->headline, compact);
  set_class (self->sentence, "caption", compact);
  set_one_line (self->sentence, compact);
  set_class (self->time_left, "left-time", !compact);
  set_class (self->time_left, "figure", compact);
  gtk_widget_set_visible (GTK_WIDGET (self->label), !compact);
  gtk_widget_set_hexpand (GTK_WIDGET (self->board), compact);
  set_class (self->board, "heading", !compact);
  set_class (self->board, "dim-label", compact);
  hs_flash_strip_set_show_names (self->strip, !compact);
  hs_flash_strip_set_cell_height (self->strip, compact ? 12 : 20);
  update (self);
}

void
hs_slot_card_retry (HsSlotCard *self)
{
  g_return_if_fail (HS_IS_SLOT_CARD (self));

  hs_slot_retry (GTK_WIDGET (self), self->session, self->slot);
}
