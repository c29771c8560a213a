/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/doctor-window.h"

#include "app/doctor.h"
#include "app/explain.h"
#include "ui/ask.h"
#include "ui/dark-hint.h"
#include "ui/dialogs.h"
#include "ui/doctor-list.h"
#include "ui/piece.h"
#include "ui/rules-dialog.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

struct _HsDoctorWindow {
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkSpinner *spinner;
  GtkImage *shape;
  GtkLabel *summary;
  GtkWidget *problem;
  GtkLabel *problem_text;
  AdwBin *list;

  HsSession *session;   /* owned */
  GCancellable *asking; /* owned; nullable: nothing is looked at */
  gboolean installing;
};

G_DEFINE_FINAL_TYPE (HsDoctorWindow, hs_doctor_window, ADW_TYPE_WINDOW)

/* -- what is shown ---------------------------------------------------------------------------- */

static void
show_busy (HsDoctorWindow *self, gboolean busy)
{
  gtk_spinner_set_spinning (self->spinner, busy);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "doctor.check", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "doctor.install", !busy);
}

static void
show_problem (HsDoctorWindow *self, const GError *error)
{
  g_autoptr (HsProblem) problem = error != NULL ? hs_explain_error (error) : NULL;
  g_autofree char *markup = problem != NULL ? hs_dialog_problem_markup (problem) : NULL;

  gtk_label_set_markup (self->problem_text, markup != NULL ? markup : "");
  gtk_widget_set_visible (self->problem, problem != NULL);
}

static void
show_findings (HsDoctorWindow *self, GPtrArray *findings)
{
  static const HsShape shapes[] = { [HS_DOCTOR_OK] = HS_SHAPE_PASS,
                                    [HS_DOCTOR_NOTE] = HS_SHAPE_READY,
                                    [HS_DOCTOR_TROUBLE] = HS_SHAPE_FAIL };
  g_autofree char *summary = hs_doctor_summary (findings);
  guint notes = 0;

  for (guint i = 0; i < findings->len; i++)
    notes += ((const HsDoctorFinding *) g_ptr_array_index (findings, i))->state == HS_DOCTOR_NOTE;
  if (hs_doctor_get_worst (findings) == HS_DOCTOR_NOTE) {
    g_autofree char *nothing = g_steal_pointer (&summary);

    /* Translators: "Nothing is in trouble, 3 things to know" */
    summary = g_strdup_printf (
        ngettext ("%s, %u thing to know", "%s, %u things to know", notes), nothing, notes);
  }
  hs_shape_set (self->shape, shapes[hs_doctor_get_worst (findings)]);
  gtk_label_set_label (self->summary, summary);
  adw_bin_set_child (self->list, hs_doctor_list_new (findings));
}

/* -- looking ---------------------------------------------------------------------------------- */

static void
examined_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsDoctorWindow) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = hs_doctor_examine_finish (result, &error);

  if (self->session == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  show_busy (self, self->installing);
  if (findings != NULL)
    show_findings (self, findings);
  else
    show_problem (self, error);
}

static void
examine (HsDoctorWindow *self)
{
  if (self->asking != NULL)
    return;
  self->asking = g_cancellable_new ();
  show_busy (self, TRUE);
  hs_doctor_examine_async (self->session, self->asking, examined_cb, g_object_ref (self));
}

static void
check_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsDoctorWindow *self = HS_DOCTOR_WINDOW (widget);

  show_problem (self, NULL);
  examine (self);
}

/* -- the rules -------------------------------------------------------------------------------- */

static void
installed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (HsDoctorWindow) self = data;
  g_autoptr (GError) error = NULL;
  gboolean done = hs_doctor_install_rules_finish (result, &error);

  self->installing = FALSE;
  if (self->session == NULL)
    return;
  show_busy (self, FALSE);
  if (!done && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_problem (self, error);
  if (done)
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_ ("The rules are installed")));
  examine (self);
}

static void
install (gpointer owner)
{
  HsDoctorWindow *self = owner;

  self->installing = TRUE;
  show_busy (self, TRUE);
  hs_doctor_install_rules_async (NULL, installed_cb, g_object_ref (self));
}

static gpointer
plan_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_doctor_plan_rules (NULL, error);
}

static void
free_change (gpointer change)
{
  hs_rules_change_free (change);
}

static void
planned_cb (gpointer owner, gpointer change, const GError *error)
{
  HsDoctorWindow *self = owner;

  if (change != NULL)
    hs_rules_dialog_present (GTK_WINDOW (self), change, install, self);
  else
    show_problem (self, error);
}

/* What will be written is shown before. */
static void
install_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsDoctorWindow *self = HS_DOCTOR_WINDOW (widget);

  show_problem (self, NULL);
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                plan_func,
                NULL,
                NULL,
                free_change,
                NULL,
                planned_cb);
}

/* -- small things ----------------------------------------------------------------------------- */

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsDoctorWindow *self = HS_DOCTOR_WINDOW (widget);

  hs_piece_copy_text (GTK_WIDGET (self->list), g_variant_get_string (parameter, NULL));
}

/* The catalog's folder: the only one that a finding is about. */
static void
open_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsDoctorWindow *self = HS_DOCTOR_WINDOW (widget);
  const char *path = hs_catalog_get_path (hs_session_get_catalog (self->session));
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autofree char *uri = g_file_get_uri (file);

  gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

/* -- the window ------------------------------------------------------------------------------- */

static void
hs_doctor_window_dispose (GObject *object)
{
  HsDoctorWindow *self = HS_DOCTOR_WINDOW (object);

  g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_doctor_window_parent_class)->dispose (object);
}

static void
hs_doctor_window_class_init (HsDoctorWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_doctor_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("doctor-window"));
  gtk_widget_class_bind_template_child (widget_class, HsDoctorWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, HsDoctorWindow, spinner);
  gtk_widget_class_bind_template_child (widget_class, HsDoctorWindow, shape);
  gtk_widget_class_bind_template_child (widget_class, HsDoctorWindow, summary);
  gtk_widget_class_bind_template_child (widget_class, HsDoctorWindow, problem);
  gtk_widget_class_bind_template_child (widget_class, HsDoctorWindow, problem_text);
  gtk_widget_class_bind_template_child (widget_class, HsDoctorWindow, list);
  gtk_widget_class_install_action (widget_class, "doctor.check", NULL, check_action);
  gtk_widget_class_install_action (widget_class, "doctor.install", NULL, install_action);
  gtk_widget_class_install_action (widget_class, "doctor.copy", "s", copy_action);
  gtk_widget_class_install_action (widget_class, "doctor.open", "s", open_action);
}

static void
hs_doctor_window_init (HsDoctorWindow *self)
{

  gtk_widget_init_template (GTK_WIDGET (self));
  hs_dark_hint_follow (GTK_WIDGET (self));
}

GtkWindow *
hs_doctor_window_new (GtkWindow *parent, HsSession *session)
{
  HsDoctorWindow *self = g_object_new (HS_TYPE_DOCTOR_WINDOW, "transient-for", parent, NULL);

  self->session = g_object_ref (session);
  examine (self);
  return GTK_WINDOW (self);
}
