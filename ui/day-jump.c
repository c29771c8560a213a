/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/day-jump.h"

#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsDayJump {
  GtkWidget parent_instance;

  GtkMenuButton *button;
  GtkPopover *popover;
  GtkCalendar *calendar;
  GtkLabel *meaning;
  GtkWidget *go;
  GtkWidget *newest;

  gint64 before; /* µs; 0: no day is chosen */
  char *words;   /* nullable */
};

G_DEFINE_FINAL_TYPE (HsDayJump, hs_day_jump, GTK_TYPE_WIDGET)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* "Up to 3 November": never "today", which is another day tomorrow. */
static char *
words_for (GDateTime *day)
{
  g_autofree char *iso = g_date_time_format (day, "%F");
  g_autofree char *text = hs_format_iso_day (iso);

  /* Translators: entries until the end of a day are shown: Up to 3 November */
  return g_strdup_printf (_ ("Up to %s"), text);
}

/* GtkCalendar tells nobody which day it is on: its name does, and the line below it. */
static void
day_selected_cb (HsDayJump *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);
  g_autofree char *words = words_for (day);

  gtk_label_set_label (self->meaning, words);
  hs_piece_name (self->calendar, words);
}

static void
go_cb (HsDayJump *self)
{
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);

  gtk_popover_popdown (self->popover);
  hs_day_jump_go (self, day);
}

static void
newest_cb (HsDayJump *self)
{
  gtk_popover_popdown (self->popover);
  hs_day_jump_go (self, NULL);
}

/* Left alone, the arrows of a GtkCalendar move a frame that only Space makes the chosen day, and
 * Enter would go elsewhere than where the frame is. */
static gboolean
key_pressed_cb (HsDayJump *self, guint key, guint code, GdkModifierType state)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  const struct {
    guint key;
    int days;
    int months;
  } moves[] = {
    { GDK_KEY_Left, mirrored ? 1 : -1, 0 },
    { GDK_KEY_Right, mirrored ? -1 : 1, 0 },
    { GDK_KEY_Up, -7, 0 },
    { GDK_KEY_Down, 7, 0 },
    { GDK_KEY_Page_Up, 0, -1 },
    { GDK_KEY_Page_Down, 0, 1 },
  };
  g_autoptr (GDateTime) day = gtk_calendar_get_date (self->calendar);

  if ((state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;

  for (guint i = 0; i < G_N_ELEMENTS (moves); i++) {
    g_autoptr (GDateTime) moved = NULL;

    if (moves[i].key != key)
      continue;
    moved = g_date_time_add_full (day, 0, moves[i].months, moves[i].days, 0, 0, 0);
    if (moved != NULL)
      gtk_calendar_select_day (self->calendar, moved);
    return GDK_EVENT_STOP;
  }
  return GDK_EVENT_PROPAGATE;
}

static void
shown_cb (HsDayJump *self)
{
  g_autoptr (GDateTime) today = g_date_time_new_now_local ();

  if (self->before == 0) /* the window may be open for days */
    gtk_calendar_select_day (self->calendar, today);
  gtk_widget_set_sensitive (self->newest, self->before != 0);
  day_selected_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->calendar));
}

static void
hs_day_jump_dispose (GObject *object)
{
  HsDayJump *self = HS_DAY_JUMP (object);

  g_clear_pointer ((GtkWidget **) &self->button, gtk_widget_unparent);
  G_OBJECT_CLASS (hs_day_jump_parent_class)->dispose (object);
}

static void
hs_day_jump_finalize (GObject *object)
{
  g_free (HS_DAY_JUMP (object)->words);
  G_OBJECT_CLASS (hs_day_jump_parent_class)->finalize (object);
}

static void
hs_day_jump_class_init (HsDayJumpClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_day_jump_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_day_jump_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("day-jump"));
  gtk_widget_class_bind_template_child (widget_class, HsDayJump, button);
  gtk_widget_class_bind_template_child (widget_class, HsDayJump, popover);
  gtk_widget_class_bind_template_child (widget_class, HsDayJump, calendar);
  gtk_widget_class_bind_template_child (widget_class, HsDayJump, meaning);
  gtk_widget_class_bind_template_child (widget_class, HsDayJump, go);
  gtk_widget_class_bind_template_child (widget_class, HsDayJump, newest);
  gtk_widget_class_bind_template_callback (widget_class, day_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_cb);
  gtk_widget_class_bind_template_callback (widget_class, newest_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, shown_cb);
}

static void
hs_day_jump_init (HsDayJump *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_popover_set_default_widget (self->popover, self->go);
}

/* Shows the calendar. */
void
hs_day_jump_open (HsDayJump *self)
{
  g_return_if_fail (HS_IS_DAY_JUMP (self));

  gtk_menu_button_popup (self->button);
}

/**
 * hs_day_jump_go:
 * @self: a day jump
 * @day: (nullable): any time of the day that is the last one to be shown; %NULL: there is none
 *
 * Emits "changed" if that was not so before.
 */
void
hs_day_jump_go (HsDayJump *self, GDateTime *day)
{
  gint64 before;

  g_return_if_fail (HS_IS_DAY_JUMP (self));

  before = day != NULL ? hs_local_day_end_us (day) : 0;
  if (before == self->before)
    return;

  self->before = before;
  g_free (self->words);
  self->words = day != NULL ? words_for (day) : NULL;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

gint64
hs_day_jump_get_before (HsDayJump *self)
{
  g_return_val_if_fail (HS_IS_DAY_JUMP (self), 0);

  return self->before;
}

const char *
hs_day_jump_get_words (HsDayJump *self)
{
  g_return_val_if_fail (HS_IS_DAY_JUMP (self), NULL);

  return self->words;
}
