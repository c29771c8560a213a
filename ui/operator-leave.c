/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/operator-leave.h"

#include "app/pin.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

struct _HsOperatorLeave {
  GtkBox parent_instance;

  GtkLabel *running;
  GtkWidget *pin_box;
  GtkEditable *pin;
  GtkLabel *wrong;
  GtkWidget *stay;
  GtkWidget *leave;

  GCancellable *cancellable; /* nullable: while a PIN is checked */
};

G_DEFINE_FINAL_TYPE (HsOperatorLeave, hs_operator_leave, GTK_TYPE_BOX)

enum { LEAVE, STAY, N_SIGNALS };
static guint signals[N_SIGNALS];

static gboolean
asks_pin (HsOperatorLeave *self)
{
  return gtk_widget_get_visible (self->pin_box);
}

static void
set_checking (HsOperatorLeave *self, gboolean checking)
{
  gtk_editable_set_editable (self->pin, !checking); /* it keeps the focus */
  gtk_widget_set_sensitive (self->leave, !checking && *gtk_editable_get_text (self->pin) != '\0');
  if (checking)
    gtk_label_set_label (self->wrong, _ ("Checking…"));
}

/* -- off the main loop: it takes half a second on purpose ---------------------------------------
 */

static void
check_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_boolean (task, hs_pin_check (data));
}

static void
free_pin (gpointer data)
{
  char *pin = data;

  memset (pin, 0, strlen (pin));
  g_free (pin);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  HsOperatorLeave *self = HS_OPERATOR_LEAVE (source);
  g_autoptr (GError) error = NULL;
  gboolean right = g_task_propagate_boolean (G_TASK (result), &error);

  if (error != NULL) /* nobody waits for it any more */
    return;

  g_clear_object (&self->cancellable);
  gtk_editable_set_text (self->pin, "");
  set_checking (self, FALSE);
  gtk_label_set_label (self->wrong, right ? "" : _ ("That is not the PIN."));
  if (right)
    g_signal_emit (self, signals[LEAVE], 0);
  else
    gtk_widget_grab_focus (GTK_WIDGET (self->pin));
}

static void
check_cb (HsOperatorLeave *self)
{
  const char *pin = gtk_editable_get_text (self->pin);
  g_autoptr (GTask) task = NULL;

  if (!asks_pin (self)) {
    g_signal_emit (self, signals[LEAVE], 0);
    return;
  }
  if (self->cancellable != NULL || *pin == '\0')
    return;

  self->cancellable = g_cancellable_new ();
  task = g_task_new (self, self->cancellable, checked_cb, NULL);
  g_task_set_task_data (task, g_strdup (pin), free_pin);
  set_checking (self, TRUE);
  g_task_run_in_thread (task, check_thread);
}

static void
changed_cb (HsOperatorLeave *self)
{
  if (self->cancellable != NULL)
    return;

  gtk_widget_set_sensitive (self->leave, *gtk_editable_get_text (self->pin) != '\0');
  if (*gtk_editable_get_text (self->pin) != '\0')
    gtk_label_set_label (self->wrong, "");
}

static void
forget_check (HsOperatorLeave *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
stay_cb (HsOperatorLeave *self)
{
  forget_check (self);
  gtk_editable_set_text (self->pin, "");
  g_signal_emit (self, signals[STAY], 0);
}

static void
hs_operator_leave_dispose (GObject *object)
{
  forget_check (HS_OPERATOR_LEAVE (object));

  G_OBJECT_CLASS (hs_operator_leave_parent_class)->dispose (object);
}

static void
hs_operator_leave_class_init (HsOperatorLeaveClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_operator_leave_dispose;

  signals[LEAVE] =
      g_signal_new ("leave", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[STAY] =
      g_signal_new ("stay", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("operator-leave"));
  gtk_widget_class_bind_template_child (widget_class, HsOperatorLeave, running);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorLeave, pin_box);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorLeave, pin);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorLeave, wrong);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorLeave, stay);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorLeave, leave);
  gtk_widget_class_bind_template_callback (widget_class, check_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stay_cb);
}

static void
hs_operator_leave_init (HsOperatorLeave *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
hs_operator_leave_new (void)
{
  return g_object_new (HS_TYPE_OPERATOR_LEAVE, NULL);
}

/**
 * hs_operator_leave_ask:
 * @self: the panel, shown already
 * @with_pin: whether the PIN is asked for
 * @running: (nullable): a sentence about what still runs
 */
void
hs_operator_leave_ask (HsOperatorLeave *self, gboolean with_pin, const char *running)
{
  g_return_if_fail (HS_IS_OPERATOR_LEAVE (self));

  forget_check (self);
  gtk_label_set_label (self->running, running != NULL ? running : "");
  gtk_widget_set_visible (GTK_WIDGET (self->running), running != NULL);
  gtk_widget_set_visible (self->pin_box, with_pin);
  gtk_editable_set_text (self->pin, "");
  gtk_label_set_label (self->wrong, "");
  set_checking (self, FALSE);
  gtk_widget_set_sensitive (self->leave, !with_pin);
  gtk_widget_grab_focus (with_pin ? GTK_WIDGET (self->pin) : self->stay);
}

GtkEditable *
hs_operator_leave_get_entry (HsOperatorLeave *self)
{
  g_return_val_if_fail (HS_IS_OPERATOR_LEAVE (self), NULL);

  return asks_pin (self) ? self->pin : NULL;
}
