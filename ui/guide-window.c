/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/guide-window.h"

#include "ui/dark-hint.h"
#include "ui/dialogs.h"
#include "ui/format.h"
#include "ui/guide-page.h"
#include "ui/piece.h"
#include "ui/recover-page.h"

#include "app/explain.h"

#include <glib/gi18n-lib.h>

enum { MAX_DOTS = 24, TIGHT_BELOW_PX = 660 };

struct _HsGuideWindow {
  AdwWindow parent_instance;

  AdwWindowTitle *heading;
  GtkWidget *cancel;
  GtkWidget *start;
  GtkWidget *other;
  GtkWidget *simulator;
  GtkWidget *steps;
  GtkWidget *dots;
  GtkLabel *step;
  AdwBin *page;

  HsSession *session; /* owned */
  HsGuide *guide;     /* owned; nullable: still being asked */
  gboolean stopping;  /* it was asked to stop, and a job still runs */
  gboolean tight;
  guint turn_source; /* the change waits for the end of the allocation */
};

G_DEFINE_FINAL_TYPE (HsGuideWindow, hs_guide_window, ADW_TYPE_WINDOW)

/* -- what the header says ---------------------------------------------------------------------- */

/* "left 4 · OpenMV Cam H7", as far as it is known. */
static char *
dup_subtitle (HsGuideWindow *self)
{
  const char *port = hs_guide_get_port (self->guide);
  HsSlot *slot = port != NULL ? hs_session_find_slot (self->session, port) : NULL;
  const char *board = _ (hs_guide_get_board (self->guide)->name);
  g_autofree char *place = port != NULL && slot == NULL ? hs_format_port (NULL, port) : NULL;
  HsUnit *unit = slot != NULL ? hs_slot_get_unit (slot) : NULL;
  const char *name = unit != NULL ? hs_unit_get_label (unit) : NULL;

  if (slot != NULL)
    place = g_strdup (hs_slot_get_name (slot));
  if (place == NULL)
    return g_strdup (board);
  if (name == NULL || *name == '\0')
    return g_strdup_printf ("%s · %s", place, board);
  return g_strdup_printf ("%s · %s · %s", name, place, board);
}

static void
show_steps (HsGuideWindow *self)
{
  guint n = 0;
  guint position = hs_guide_get_position (self->guide, &n);
  gboolean over = hs_guide_get_state (self->guide) >= HS_GUIDE_DONE;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->steps, !over && n > 1);
  if (over || n <= 1)
    return;

  /* Translators: which step of how many */
  text = g_strdup_printf (_ ("Step %u of %u"), position, n);
  gtk_label_set_label (self->step, text);
  hs_piece_clear (self->dots);
  for (guint i = 1; i <= n && n <= MAX_DOTS; i++) {
    GtkWidget *dot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

    gtk_widget_set_valign (dot, GTK_ALIGN_CENTER);
    hs_piece_set_classes (dot, "guide-dot");
    hs_piece_set_classes (dot, i == position ? "here" : i < position ? "done" : NULL);
    gtk_box_append (GTK_BOX (self->dots), dot);
  }
}

static void
update (HsGuideWindow *self)
{
  HsGuideState state = hs_guide_get_state (self->guide);
  gboolean other = hs_guide_has_other (self->guide) && state < HS_GUIDE_DONE;
  g_autofree char *subtitle = dup_subtitle (self);
  const char *title = _ (hs_guide_get_table (self->guide)->title);

  adw_window_title_set_title (self->heading, title);
  adw_window_title_set_subtitle (self->heading, subtitle);
  self->stopping = self->stopping && state == HS_GUIDE_WORKING;
  gtk_button_set_label (GTK_BUTTON (self->cancel),
                        state >= HS_GUIDE_DONE ? _ ("_Close")
                        : self->stopping       ? _ ("Stopping…")
                                               : _ ("_Cancel"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "guide.cancel", !self->stopping);
  gtk_button_set_label (GTK_BUTTON (self->other),
                        hs_guide_get_other (self->guide) ? _ ("My Board Is the _First One")
                                                         : _ ("My Board Looks _Different"));
  gtk_widget_set_visible (self->other, other);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "guide.other", other);
  show_steps (self);
}

/* -- leaving ----------------------------------------------------------------------------------- */

static void
stop_cb (gpointer owner)
{
  HsGuideWindow *self = owner;

  if (self->guide == NULL || hs_guide_get_state (self->guide) >= HS_GUIDE_DONE)
    return;

  self->stopping = hs_guide_get_state (self->guide) == HS_GUIDE_WORKING;
  hs_guide_cancel (self->guide);
  update (self);
}

static void
ask_to_stop (HsGuideWindow *self)
{
  HsJob *job = hs_guide_get_job (self->guide);
  gboolean torn = FALSE;

  for (guint i = 0; job != NULL && i < hs_job_get_n_parts (job); i++)
    torn |= hs_job_get_part (job, i)->state == HS_PART_WRITING;
  hs_dialog_confirm (
      GTK_WIDGET (self),
      _ ("Stop now?"),
      torn ? _ ("Hotshoe stops after the current sector. The camera then does not work until this "
                "guide is run again; it can be, as often as it takes.")
           : _ ("Nothing is in the middle of a write now. The camera stays as it is, not proven."),
      _ ("Go On"),
      _ ("Stop"),
      stop_cb,
      self);
}

static gboolean
hs_guide_window_close_request (GtkWindow *window)
{
  HsGuideWindow *self = HS_GUIDE_WINDOW (window);

  if (self->guide != NULL && hs_guide_get_state (self->guide) == HS_GUIDE_WORKING) {
    if (!self->stopping)
      ask_to_stop (self);
    return TRUE;
  }
  if (self->guide != NULL && hs_guide_get_state (self->guide) < HS_GUIDE_DONE)
    hs_guide_cancel (self->guide);
  return GTK_WINDOW_CLASS (hs_guide_window_parent_class)->close_request (window);
}

static void
cancel_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_window_close (GTK_WINDOW (widget));
}

/* -- going on ---------------------------------------------------------------------------------- */

static void
other_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsGuideWindow *self = HS_GUIDE_WINDOW (widget);

  if (self->guide != NULL)
    hs_guide_set_other (self->guide, !hs_guide_get_other (self->guide));
}

/**
 * hs_guide_window_show:
 * @self: a window that shows no guide yet
 * @session: where its jobs run
 * @guide: what to show; not started
 */
void
hs_guide_window_show (HsGuideWindow *self, HsSession *session, HsGuide *guide)
{
  g_return_if_fail (HS_IS_GUIDE_WINDOW (self));
  g_return_if_fail (self->guide == NULL);

  g_set_object (&self->session, session);
  self->guide = g_object_ref (guide);
  gtk_widget_set_visible (self->start, FALSE);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "guide.start", FALSE);
  adw_bin_set_child (self->page, hs_guide_page_new (session, guide));
  gtk_window_set_title (GTK_WINDOW (self), _ (hs_guide_get_table (guide)->title));
  g_signal_connect_object (guide, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (guide, "step-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
}

static void
run_guide (HsGuideWindow *self, HsGuide *guide)
{
  hs_guide_window_show (self, self->session, guide);
  hs_guide_start (guide);
  gtk_widget_grab_focus (self->cancel);
}

static void
start_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsGuideWindow *self = HS_GUIDE_WINDOW (widget);
  HsRecoverPage *page = HS_RECOVER_PAGE (adw_bin_get_child (self->page));
  g_autoptr (GError) error = NULL;
  g_autoptr (HsGuide) guide = hs_recover_page_new_guide (page, &error);

  if (guide != NULL) {
    run_guide (self, guide);
  } else {
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    hs_dialog_details (widget, problem);
  }
}

static void
simulator_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (widget));

  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.simulator", NULL);
}

/* -- life -------------------------------------------------------------------------------------- */

static gboolean
turn_cb (gpointer data)
{
  HsGuideWindow *self = data;

  self->turn_source = 0;
  if (self->tight)
    gtk_widget_add_css_class (GTK_WIDGET (self), "tight");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "tight");
  return G_SOURCE_REMOVE;
}

/* Where there is little room the words are smaller. */
static void
hs_guide_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HsGuideWindow *self = HS_GUIDE_WINDOW (widget);
  gboolean tight = height < TIGHT_BELOW_PX;

  GTK_WIDGET_CLASS (hs_guide_window_parent_class)->size_allocate (widget, width, height, baseline);
  if (tight == self->tight)
    return;

  self->tight = tight;
  if (self->turn_source == 0)
    self->turn_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, turn_cb, self, NULL);
}

static void
hs_guide_window_dispose (GObject *object)
{
  HsGuideWindow *self = HS_GUIDE_WINDOW (object);

  g_clear_handle_id (&self->turn_source, g_source_remove);
  g_clear_object (&self->guide);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_guide_window_parent_class)->dispose (object);
}

static void
hs_guide_window_class_init (HsGuideWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_guide_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = hs_guide_window_close_request;
  widget_class->size_allocate = hs_guide_window_size_allocate;

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("guide-window"));
  gtk_widget_class_bind_template_child (widget_class, HsGuideWindow, heading);
  gtk_widget_class_bind_template_child (widget_class, HsGuideWindow, cancel);
  gtk_widget_class_bind_template_child (widget_class, HsGuideWindow, start);
  gtk_widget_class_bind_template_child (widget_class, HsGuideWindow, other);
  gtk_widget_class_bind_template_child (widget_class, HsGuideWindow, simulator);
  gtk_widget_class_bind_template_child (widget_class, HsGuideWindow, steps);
  gtk_widget_class_bind_template_child (widget_class, HsGuideWindow, dots);
  gtk_widget_class_bind_template_child (widget_class, HsGuideWindow, step);
  gtk_widget_class_bind_template_child (widget_class, HsGuideWindow, page);
  gtk_widget_class_install_action (widget_class, "guide.cancel", NULL, cancel_action);
  gtk_widget_class_install_action (widget_class, "guide.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "guide.other", NULL, other_action);
  gtk_widget_class_install_action (widget_class, "guide.simulator", NULL, simulator_action);
}

static void
hs_guide_window_init (HsGuideWindow *self)
{

  gtk_widget_init_template (GTK_WIDGET (self));
  hs_dark_hint_follow (GTK_WIDGET (self));
}

static HsGuideWindow *
new_window (GtkWindow *parent, HsSession *session)
{
  HsGuideWindow *self = g_object_new (HS_TYPE_GUIDE_WINDOW, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  gtk_widget_set_visible (self->simulator,
                          parent != NULL && hs_session_get_sim_bus (session) != NULL);
  return self;
}

GtkWindow *
hs_guide_window_new (GtkWindow *parent, HsSession *session, HsGuide *guide)
{
  HsGuideWindow *self = new_window (parent, session);

  run_guide (self, guide);
  return GTK_WINDOW (self);
}

static void
ready_cb (HsRecoverPage *page, GParamSpec *pspec, HsGuideWindow *self)
{
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "guide.start", hs_recover_page_get_ready (page));
}

GtkWindow *
hs_guide_window_new_recover (GtkWindow *parent,
                             HsSession *session,
                             const HsBoard *board,
                             const char *port,
                             const char *unit)
{
  HsGuideWindow *self = new_window (parent, session);
  GtkWidget *page = hs_recover_page_new (session, board, port, unit);

  adw_bin_set_child (self->page, page);
  gtk_window_set_title (GTK_WINDOW (self), _ ("Recover a Camera"));
  adw_window_title_set_title (self->heading, _ ("Recover a Camera"));
  gtk_widget_set_visible (self->start, TRUE);
  g_signal_connect_object (page, "notify::ready", G_CALLBACK (ready_cb), self, 0);
  ready_cb (HS_RECOVER_PAGE (page), NULL, self);
  gtk_window_set_default_widget (GTK_WINDOW (self), self->start);
  return GTK_WINDOW (self);
}

void
hs_guide_window_recover_slot (GtkWindow *parent, HsSession *session, HsSlot *slot)
{
  HsDevice *device = hs_slot_get_device (slot);
  HsJob *job = hs_slot_get_job (slot);
  HsUnit *unit = hs_slot_get_unit (slot);
  const HsBoard *board = hs_slot_get_board (slot);

  if (board == NULL && device == NULL && job != NULL)
    board = hs_job_get_board (job);
  if (board == NULL && unit != NULL)
    board = hs_board_by_id (hs_unit_get_board (unit));
  gtk_window_present (
      hs_guide_window_new_recover (parent, session, board, hs_slot_get_port (slot), NULL));
}

/* (nullable): which it walks through */
HsGuide *
hs_guide_window_get_guide (HsGuideWindow *self)
{
  g_return_val_if_fail (HS_IS_GUIDE_WINDOW (self), NULL);

  return self->guide;
}
