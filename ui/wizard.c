/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/wizard.h"

#include "ui/dark-hint.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

typedef struct {
  AdwWindowTitle *title;
  GtkWidget *back;
  GtkWidget *next;
  GtkWidget *steps;
  GtkStack *stack;
  GPtrArray *pages;    /* HsWizardPage, borrowed: children of stack */
  guint settling;      /* the tick callback of a page that is being laid out; 0: none */
  guint frames;        /* since it began */
  gconstpointer given; /* what was given the focus before that; only compared */
} HsWizardPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (HsWizard, hs_wizard, ADW_TYPE_WINDOW)

static HsWizardPrivate *
priv_of (HsWizard *self)
{
  return hs_wizard_get_instance_private (self);
}

static guint
position_of (HsWizard *self, HsWizardPage *page)
{
  guint position = 0;

  g_ptr_array_find (priv_of (self)->pages, page, &position);
  return position;
}

/* The line of steps: what was, the page that is shown in bold, what comes. */
static void
show_steps (HsWizard *self, HsWizardPage *here)
{
  HsWizardPrivate *priv = priv_of (self);
  gboolean before = TRUE;
  guint n = 0;

  hs_piece_clear (priv->steps);
  for (guint i = 0; i < priv->pages->len; i++) {
    HsWizardPage *page = g_ptr_array_index (priv->pages, i);
    const char *step = hs_wizard_page_get_look (page)->step;

    if (step == NULL)
      continue;
    if (page == here)
      before = FALSE;
    if (n++ > 0)
      gtk_box_append (GTK_BOX (priv->steps), hs_piece_icon ("go-next-symbolic", 10, "idle"));
    gtk_box_append (GTK_BOX (priv->steps),
                    hs_piece_label (step,
                                    page == here ? "here"
                                    : before     ? "done"
                                                 : NULL));
  }
  gtk_widget_set_visible (priv->steps, n > 0 && hs_wizard_page_get_look (here)->step != NULL);
}

static void
set_class (GtkWidget *widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/* All buttons follow from the page that is shown; nothing else touches them. */
static void
update (HsWizard *self)
{
  HsWizardPrivate *priv = priv_of (self);
  HsWizardPage *page = hs_wizard_get_page (self);
  const HsWizardLook *look;
  gboolean can_back;

  if (page == NULL)
    return;

  look = hs_wizard_page_get_look (page);
  can_back = look->back != NULL || (!look->no_back && position_of (self, page) > 0);
  gtk_button_set_label (GTK_BUTTON (priv->back), look->back != NULL ? look->back : _ ("_Back"));
  gtk_widget_set_visible (priv->back, can_back);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "wizard.back", can_back);

  gtk_button_set_label (GTK_BUTTON (priv->next), look->verb != NULL ? look->verb : "");
  gtk_widget_set_visible (priv->next, look->verb != NULL);
  gtk_widget_action_set_enabled (
      GTK_WIDGET (self), "wizard.next", look->verb != NULL && look->complete);
  set_class (priv->next, "destructive-action", look->destructive);
  set_class (priv->next, "suggested-action", look->suggested && !look->destructive);
  gtk_window_set_default_widget (GTK_WINDOW (self), look->destructive ? NULL : priv->next);
  show_steps (self, page);
}

static void
page_changed_cb (HsWizard *self)
{
  update (self);
}

/* Enter does nothing on a red verb: it needs a click, or Alt with its letter. */
static gboolean
verb_key_cb (GtkEventControllerKey *keys,
             guint keyval,
             guint keycode,
             GdkModifierType state,
             HsWizard *self)
{
  HsWizardPage *page = hs_wizard_get_page (self);

  return page != NULL && hs_wizard_page_get_look (page)->destructive &&
         (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter);
}

static void
back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWizard *self = HS_WIZARD (widget);
  HsWizardPage *page = hs_wizard_get_page (self);
  guint position = position_of (self, page);

  if (!hs_wizard_page_backward (page) && position > 0)
    hs_wizard_go_to (self, g_ptr_array_index (priv_of (self)->pages, position - 1));
}

static void
next_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsWizard *self = HS_WIZARD (widget);
  HsWizardPage *page = hs_wizard_get_page (self);

  if (hs_wizard_page_get_look (page)->complete && !hs_wizard_page_forward (page))
    hs_wizard_go_next (self);
}

static void
hs_wizard_finalize (GObject *object)
{
  g_ptr_array_unref (priv_of (HS_WIZARD (object))->pages);
  G_OBJECT_CLASS (hs_wizard_parent_class)->finalize (object);
}

static void
hs_wizard_class_init (HsWizardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_wizard_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("wizard"));
  gtk_widget_class_bind_template_child_private (widget_class, HsWizard, title);
  gtk_widget_class_bind_template_child_private (widget_class, HsWizard, back);
  gtk_widget_class_bind_template_child_private (widget_class, HsWizard, next);
  gtk_widget_class_bind_template_child_private (widget_class, HsWizard, steps);
  gtk_widget_class_bind_template_child_private (widget_class, HsWizard, stack);
  gtk_widget_class_bind_template_callback (widget_class, verb_key_cb);
  gtk_widget_class_install_action (widget_class, "wizard.back", NULL, back_action);
  gtk_widget_class_install_action (widget_class, "wizard.next", NULL, next_action);
}

static void
focus_first (HsWizard *self)
{
  HsWizardPrivate *priv = priv_of (self);
  HsWizardPage *page = hs_wizard_get_page (self);
  const HsWizardLook *look;

  if (page == NULL)
    return;
  look = hs_wizard_page_get_look (page);
  /* The stack has given it to the first question already: asked again, it would go on to the next.
   */
  gtk_window_set_focus (GTK_WINDOW (self), NULL);
  if (look->destructive || !gtk_widget_child_focus (GTK_WIDGET (page), GTK_DIR_TAB_FORWARD))
    gtk_widget_grab_focus (look->destructive || !look->complete ? priv->back : priv->next);
}

static gboolean
settled_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  HsWizardPrivate *priv = priv_of (HS_WIZARD (widget));

  if (priv->frames++ == 0) /* it is laid out after this */
    return G_SOURCE_CONTINUE;
  priv->settling = 0;
  if (gtk_window_get_focus (GTK_WINDOW (widget)) == priv->given)
    focus_first (HS_WIZARD (widget));
  return G_SOURCE_REMOVE;
}

/* Which question is the first is told by where they lie, and new ones lie nowhere until they have
 * been laid out. */
static void
focus_first_again (HsWizard *self)
{
  HsWizardPrivate *priv = priv_of (self);

  priv->frames = 0;
  priv->given = gtk_window_get_focus (GTK_WINDOW (self));
  if (priv->settling == 0)
    priv->settling = gtk_widget_add_tick_callback (GTK_WIDGET (self), settled_cb, NULL, NULL);
}

static void
hs_wizard_init (HsWizard *self)
{
  HsWizardPrivate *priv = priv_of (self);

  gtk_widget_init_template (GTK_WIDGET (self));
  /* Lists take the focus only once they are on the screen. */
  g_signal_connect_after (self, "map", G_CALLBACK (focus_first), NULL);
  priv->pages = g_ptr_array_new ();
  g_object_bind_property (self, "title", priv->title, "title", G_BINDING_SYNC_CREATE);
  hs_dark_hint_follow (GTK_WIDGET (self));
}

/* Pages come in the order in which they are added; the first one added is shown first. */
void
hs_wizard_add_page (HsWizard *self, HsWizardPage *page)
{
  HsWizardPrivate *priv;

  g_return_if_fail (HS_IS_WIZARD (self));
  g_return_if_fail (HS_IS_WIZARD_PAGE (page));

  priv = priv_of (self);
  g_ptr_array_add (priv->pages, page);
  gtk_stack_add_child (priv->stack, GTK_WIDGET (page));
  g_signal_connect_object (page, "changed", G_CALLBACK (page_changed_cb), self, G_CONNECT_SWAPPED);
}

/* The page that is shown. */
HsWizardPage *
hs_wizard_get_page (HsWizard *self)
{
  GtkWidget *page;

  g_return_val_if_fail (HS_IS_WIZARD (self), NULL);

  page = gtk_stack_get_visible_child (priv_of (self)->stack);
  return page != NULL ? HS_WIZARD_PAGE (page) : NULL;
}

/**
 * hs_wizard_go_to:
 * @self: a wizard
 * @page: one of its pages
 *
 * Shows @page. The focus goes to its first question, or to its verb if it asks nothing; on a page
 * with a red verb to Back.
 */
void
hs_wizard_go_to (HsWizard *self, HsWizardPage *page)
{
  HsWizardPrivate *priv;

  g_return_if_fail (HS_IS_WIZARD (self));
  g_return_if_fail (HS_IS_WIZARD_PAGE (page));

  priv = priv_of (self);
  gtk_stack_set_visible_child (priv->stack, GTK_WIDGET (page));
  hs_wizard_page_entered (page);
  update (self);
  focus_first (self);
  focus_first_again (self);
}

void
hs_wizard_go_next (HsWizard *self)
{
  guint position;

  g_return_if_fail (HS_IS_WIZARD (self));

  position = position_of (self, hs_wizard_get_page (self)) + 1;
  if (position < priv_of (self)->pages->len)
    hs_wizard_go_to (self, g_ptr_array_index (priv_of (self)->pages, position));
}

void
hs_wizard_go_previous (HsWizard *self)
{
  guint position;

  g_return_if_fail (HS_IS_WIZARD (self));

  position = position_of (self, hs_wizard_get_page (self));
  if (position > 0)
    hs_wizard_go_to (self, g_ptr_array_index (priv_of (self)->pages, position - 1));
}
