/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/tree-window.h"

#include "ui/ask.h"
#include "ui/dark-hint.h"
#include "ui/edit-dialog.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"

#include <glib/gi18n-lib.h>

/* What was read, with the tree it was read from; all 0 but the last two if it could not be. */
typedef struct {
  HsTree *tree;
  gpointer what;
  GDestroyNotify free_what;
  guint n_taken_back;
  GError *error; /* nullable */
} Found;

typedef struct {
  AdwToastOverlay *toasts;
  AdwHeaderBar *header;
  AdwWindowTitle *title;
  GtkSpinner *spinner;
  GtkSpinner *large_spinner;
  AdwBin *problem;
  GtkStack *stack;
  AdwBin *body;

  HsSession *session; /* owned */
  char *root;
  char *target;
  Found *found;           /* owned; nullable: not read yet */
  GCancellable *reading;  /* owned; nullable: nothing is read */
  GCancellable *planning; /* owned; nullable */
} HsTreeWindowPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HsTreeWindow, hs_tree_window, ADW_TYPE_WINDOW)

static HsTreeWindowPrivate *
priv_of (HsTreeWindow *self)
{
  return hs_tree_window_get_instance_private (self);
}

static void
found_free (gpointer data)
{
  Found *self = data;

  if (self->what != NULL && self->free_what != NULL)
    self->free_what (self->what);
  g_clear_object (&self->tree);
  g_clear_error (&self->error);
  g_free (self);
}

static void
show_busy (HsTreeWindow *self)
{
  HsTreeWindowPrivate *priv = priv_of (self);
  gboolean busy = priv->reading != NULL || priv->planning != NULL;
  gboolean first = priv->reading != NULL && priv->found == NULL;

  gtk_spinner_set_spinning (priv->spinner, busy && !first);
  gtk_widget_set_visible (GTK_WIDGET (priv->spinner), busy && !first);
  gtk_spinner_set_spinning (priv->large_spinner, first);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "tree.reload", !busy);
}

void
hs_tree_window_show_problem (HsTreeWindow *self, const GError *error)
{
  g_return_if_fail (HS_IS_TREE_WINDOW (self));

  adw_bin_set_child (priv_of (self)->problem, error != NULL ? hs_tree_problem (error) : NULL);
  gtk_widget_set_margin_top (GTK_WIDGET (priv_of (self)->problem), error != NULL ? 12 : 0);
}

/* -- reading ---------------------------------------------------------------------------------- */

typedef struct {
  char *root;
  char *target;
  HsTreeWindowClass *klass; /* owned: a reference of the type's class */
  gpointer options;
} Question;

static void
question_free (gpointer data)
{
  Question *self = data;

  if (self->options != NULL && self->klass->free_options != NULL)
    self->klass->free_options (self->options);
  g_type_class_unref (self->klass);
  g_free (self->root);
  g_free (self->target);
  g_free (self);
}

static gpointer
read_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Question *question = data;
  Found *found = g_new0 (Found, 1);

  if (hs_tree_edits_recover (question->root, &found->n_taken_back, &found->error))
    found->tree = hs_tree_new (question->root, cancellable, &found->error);
  if (found->tree != NULL)
    found->what = question->klass->read (
        found->tree, question->target, question->options, cancellable, &found->error);
  found->free_what = question->klass->free_result;
  return found;
}

/* "OPENMV4 · v5.0.0-34-gcbbb877ed · ~/openmv" */
static void
show_title (HsTreeWindow *self)
{
  HsTreeWindowPrivate *priv = priv_of (self);
  const char *describe = priv->found != NULL ? hs_tree_get_describe (priv->found->tree) : NULL;
  g_autofree char *folder = g_path_get_basename (priv->root);
  g_autofree char *subtitle = describe != NULL
                                  ? g_strdup_printf ("%s · %s · %s", priv->target, folder, describe)
                                  : g_strdup_printf ("%s · %s", priv->target, folder);

  adw_window_title_set_subtitle (priv->title, subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (priv->title), priv->root);
}

static void
read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsTreeWindow *self = owner;
  HsTreeWindowPrivate *priv = priv_of (self);
  Found *found = result;

  g_clear_object (&priv->reading);
  hs_tree_window_show_problem (self, found != NULL ? found->error : error);
  if (found != NULL && found->n_taken_back > 0)
    hs_tree_say_taken_back (GTK_WIDGET (priv->stack));
  if (found != NULL && found->what != NULL) {
    g_autofree Found *old = priv->found;

    priv->found = g_memdup2 (found, sizeof *found);
    *found = old != NULL ? *old : (Found){ NULL }; /* freed by who asked */
    HS_TREE_WINDOW_GET_CLASS (self)->show (self, priv->found->what);
    show_title (self);
  }
  show_busy (self);
  gtk_stack_set_visible_child_name (priv->stack, priv->found != NULL ? "body" : "failed");
}

void
hs_tree_window_reload (HsTreeWindow *self)
{
  HsTreeWindowClass *klass = HS_TREE_WINDOW_GET_CLASS (self);
  HsTreeWindowPrivate *priv;
  Question *question;

  g_return_if_fail (HS_IS_TREE_WINDOW (self));

  priv = priv_of (self);
  g_cancellable_cancel (priv->reading);
  g_clear_object (&priv->reading);
  priv->reading = g_cancellable_new ();
  if (priv->found == NULL)
    gtk_stack_set_visible_child_name (priv->stack, "reading");
  hs_tree_window_show_problem (self, NULL);
  show_busy (self);
  question = g_new0 (Question, 1);
  question->root = g_strdup (priv->root);
  question->target = g_strdup (priv->target);
  question->klass = g_type_class_ref (G_OBJECT_TYPE (self));
  question->options = klass->dup_options != NULL ? klass->dup_options (self) : NULL;
  hs_ask_apart (hs_session_get_catalog (priv->session),
                self,
                read_func,
                question,
                question_free,
                found_free,
                priv->reading,
                read_cb);
}

static void
reload_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_tree_window_reload (HS_TREE_WINDOW (widget));
}

/* -- changing --------------------------------------------------------------------------------- */

static void
undone_cb (gpointer owner, gpointer result, const GError *error)
{
  HsTreeWindow *self = owner;

  if (error != NULL) {
    hs_tree_window_show_problem (self, error);
    return;
  }
  adw_toast_overlay_add_toast (priv_of (self)->toasts,
                               adw_toast_new (_ ("Undone: every file is as it was")));
  hs_tree_window_reload (self);
}

static void
undo_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsTreeWindow *self = HS_TREE_WINDOW (widget);
  HsTreeWindowPrivate *priv = priv_of (self);

  hs_edit_undo (priv->session, priv->root, g_variant_get_string (parameter, NULL), undone_cb, self);
}

static void
written_cb (gpointer owner, const char *id)
{
  HsTreeWindow *self = owner;
  AdwToast *toast = adw_toast_new (_ ("Written"));

  adw_toast_set_button_label (toast, _ ("Undo"));
  adw_toast_set_action_name (toast, "tree.undo");
  adw_toast_set_action_target (toast, "s", id);
  adw_toast_set_timeout (toast, 15);
  adw_toast_overlay_add_toast (priv_of (self)->toasts, toast);
  hs_tree_window_reload (self);
}

typedef struct {
  HsTree *tree;
  char *target;
  HsTreePlan plan;
  gpointer data;
  GDestroyNotify free_data;
} Plan;

static void
plan_free (gpointer data)
{
  Plan *self = data;

  if (self->data != NULL && self->free_data != NULL)
    self->free_data (self->data);
  g_clear_object (&self->tree);
  g_free (self->target);
  g_free (self);
}

static gpointer
plan_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const Plan *plan = data;

  return plan->plan (plan->tree, plan->target, plan->data, error);
}

static void
planned_cb (gpointer owner, gpointer edit, const GError *error)
{
  HsTreeWindow *self = owner;
  HsTreeWindowPrivate *priv = priv_of (self);

  g_clear_object (&priv->planning);
  show_busy (self);
  hs_tree_window_show_problem (self, error);
  if (edit != NULL)
    hs_edit_dialog_open (priv->session, GTK_WINDOW (self), edit, written_cb, self);
}

void
hs_tree_window_change (HsTreeWindow *self, HsTreePlan plan, gpointer data, GDestroyNotify free_data)
{
  HsTreeWindowPrivate *priv;
  Plan *question;

  g_return_if_fail (HS_IS_TREE_WINDOW (self));

  priv = priv_of (self);
  question = g_new0 (Plan, 1);
  question->plan = plan;
  question->data = data;
  question->free_data = free_data;
  if (priv->found == NULL || priv->planning != NULL) {
    plan_free (question);
    return;
  }
  question->tree = g_object_ref (priv->found->tree);
  question->target = g_strdup (priv->target);
  priv->planning = g_cancellable_new ();
  hs_tree_window_show_problem (self, NULL);
  show_busy (self);
  hs_ask_apart (hs_session_get_catalog (priv->session),
                self,
                plan_func,
                question,
                plan_free,
                g_object_unref,
                priv->planning,
                planned_cb);
}

/* -- the window ------------------------------------------------------------------------------- */

static void
hs_tree_window_dispose (GObject *object)
{
  HsTreeWindowPrivate *priv = priv_of (HS_TREE_WINDOW (object));

  g_cancellable_cancel (priv->reading);
  g_cancellable_cancel (priv->planning);
  g_clear_object (&priv->reading);
  g_clear_object (&priv->planning);
  g_clear_object (&priv->session);
  G_OBJECT_CLASS (hs_tree_window_parent_class)->dispose (object);
}

static void
hs_tree_window_finalize (GObject *object)
{
  HsTreeWindowPrivate *priv = priv_of (HS_TREE_WINDOW (object));

  g_clear_pointer (&priv->found, found_free);
  g_free (priv->root);
  g_free (priv->target);
  G_OBJECT_CLASS (hs_tree_window_parent_class)->finalize (object);
}

static void
hs_tree_window_class_init (HsTreeWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_tree_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_tree_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("tree-window"));
  gtk_widget_class_bind_template_child_private (widget_class, HsTreeWindow, toasts);
  gtk_widget_class_bind_template_child_private (widget_class, HsTreeWindow, header);
  gtk_widget_class_bind_template_child_private (widget_class, HsTreeWindow, title);
  gtk_widget_class_bind_template_child_private (widget_class, HsTreeWindow, spinner);
  gtk_widget_class_bind_template_child_private (widget_class, HsTreeWindow, large_spinner);
  gtk_widget_class_bind_template_child_private (widget_class, HsTreeWindow, problem);
  gtk_widget_class_bind_template_child_private (widget_class, HsTreeWindow, stack);
  gtk_widget_class_bind_template_child_private (widget_class, HsTreeWindow, body);
  gtk_widget_class_install_action (widget_class, "tree.reload", NULL, reload_action);
  gtk_widget_class_install_action (widget_class, "tree.undo", "s", undo_action);
}

static void
hs_tree_window_init (HsTreeWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_object_bind_property (self, "title", priv_of (self)->title, "title", G_BINDING_SYNC_CREATE);
  hs_dark_hint_follow (GTK_WIDGET (self));
}

void
hs_tree_window_open (HsTreeWindow *self,
                     HsSession *session,
                     GtkWindow *parent,
                     const char *root,
                     const char *target)
{
  HsTreeWindowPrivate *priv;

  g_return_if_fail (HS_IS_TREE_WINDOW (self));
  g_return_if_fail (HS_IS_SESSION (session));
  g_return_if_fail (root != NULL && target != NULL);

  priv = priv_of (self);
  priv->session = g_object_ref (session);
  priv->root = g_strdup (root);
  priv->target = g_strdup (target);
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  show_title (self);
  hs_tree_window_reload (self);
  gtk_window_present (GTK_WINDOW (self));
}

HsSession *
hs_tree_window_get_session (HsTreeWindow *self)
{
  g_return_val_if_fail (HS_IS_TREE_WINDOW (self), NULL);

  return priv_of (self)->session;
}

const char *
hs_tree_window_get_root (HsTreeWindow *self)
{
  g_return_val_if_fail (HS_IS_TREE_WINDOW (self), NULL);

  return priv_of (self)->root;
}

const char *
hs_tree_window_get_target (HsTreeWindow *self)
{
  g_return_val_if_fail (HS_IS_TREE_WINDOW (self), NULL);

  return priv_of (self)->target;
}

HsTree *
hs_tree_window_get_tree (HsTreeWindow *self)
{
  g_return_val_if_fail (HS_IS_TREE_WINDOW (self), NULL);

  return priv_of (self)->found != NULL ? priv_of (self)->found->tree : NULL;
}

gpointer
hs_tree_window_get_result (HsTreeWindow *self)
{
  g_return_val_if_fail (HS_IS_TREE_WINDOW (self), NULL);

  return priv_of (self)->found != NULL ? priv_of (self)->found->what : NULL;
}

void
hs_tree_window_set_body (HsTreeWindow *self, GtkWidget *body)
{
  g_return_if_fail (HS_IS_TREE_WINDOW (self));

  adw_bin_set_child (priv_of (self)->body, body);
}

void
hs_tree_window_add_end (HsTreeWindow *self, GtkWidget *widget)
{
  g_return_if_fail (HS_IS_TREE_WINDOW (self));

  adw_header_bar_pack_end (priv_of (self)->header, widget);
}
