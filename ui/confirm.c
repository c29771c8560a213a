/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/confirm.h"

#include <adwaita.h>

static void
response_cb (AdwMessageDialog *dialog, const char *response, GTask *task)
{
  g_signal_handlers_disconnect_by_data (dialog, task);
  g_task_return_boolean (task, g_str_equal (response, "verb"));
  g_object_unref (task);
}

static void
cancelled_cb (GCancellable *cancellable, AdwMessageDialog *dialog)
{
  adw_message_dialog_response (dialog, "keep");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/**
 * hs_confirm_async:
 * @parent: the window that asks
 * @heading: the question
 * @body: what follows from it
 * @keep: label of the button that does nothing
 * @verb: label of the button that does it; with a mnemonic
 * @destructive: red, and not reached by Enter
 * @cancellable: (nullable): takes the question back
 * @callback: told the answer
 * @user_data: for @callback
 *
 * Asks once. Closing the question means no.
 */
void
hs_confirm_async (GtkWindow *parent,
                  const char *heading,
                  const char *body,
                  const char *keep,
                  const char *verb,
                  gboolean destructive,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  GtkWidget *widget = adw_message_dialog_new (parent, heading, body);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (widget);
  GTask *task = g_task_new (parent, cancellable, callback, user_data);

  adw_message_dialog_add_response (dialog, "keep", keep);
  adw_message_dialog_add_response (dialog, "verb", verb);
  adw_message_dialog_set_response_appearance (
      dialog, "verb", destructive ? ADW_RESPONSE_DESTRUCTIVE : ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, destructive ? "keep" : "verb");
  adw_message_dialog_set_close_response (dialog, "keep");
  g_signal_connect (dialog, "response", G_CALLBACK (response_cb), task);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (cancelled_cb), dialog, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* TRUE if the answer was yes. */
gboolean
hs_confirm_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (G_IS_TASK (result), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
