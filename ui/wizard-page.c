/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/wizard-page.h"

typedef struct {
  HsWizardLook look;
} HsWizardPagePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (HsWizardPage, hs_wizard_page, GTK_TYPE_BOX)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static HsWizardLook *
look_of (HsWizardPage *self)
{
  HsWizardPagePrivate *priv = hs_wizard_page_get_instance_private (self);

  return &priv->look;
}

static void
hs_wizard_page_finalize (GObject *object)
{
  HsWizardLook *look = look_of (HS_WIZARD_PAGE (object));

  g_free (look->step);
  g_free (look->verb);
  g_free (look->back);
  G_OBJECT_CLASS (hs_wizard_page_parent_class)->finalize (object);
}

static void
hs_wizard_page_class_init (HsWizardPageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hs_wizard_page_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_wizard_page_init (HsWizardPage *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
}

/* What the wizard's header shows for this page; borrowed. */
const HsWizardLook *
hs_wizard_page_get_look (HsWizardPage *self)
{
  g_return_val_if_fail (HS_IS_WIZARD_PAGE (self), NULL);

  return look_of (self);
}

static void
set_text (char **field, const char *text)
{
  char *copy = g_strdup (text);

  g_free (*field);
  *field = copy;
}

/* @step: (nullable): name in the line of steps. */
void
hs_wizard_page_set_step (HsWizardPage *self, const char *step)
{
  g_return_if_fail (HS_IS_WIZARD_PAGE (self));

  set_text (&look_of (self)->step, step);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * hs_wizard_page_set_verb:
 * @self: a page
 * @verb: (nullable): label of the button at the right, with a mnemonic
 * @complete: it can be pressed
 * @destructive: something is lost by it: red, and Enter does nothing
 * @suggested: blue
 */
void
hs_wizard_page_set_verb (HsWizardPage *self,
                         const char *verb,
                         gboolean complete,
                         gboolean destructive,
                         gboolean suggested)
{
  HsWizardLook *look;

  g_return_if_fail (HS_IS_WIZARD_PAGE (self));

  look = look_of (self);
  set_text (&look->verb, verb);
  look->complete = complete;
  look->destructive = destructive;
  look->suggested = suggested;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* @back: (nullable): label of the button at the left; @no_back: it leads to no page. */
void
hs_wizard_page_set_back (HsWizardPage *self, const char *back, gboolean no_back)
{
  g_return_if_fail (HS_IS_WIZARD_PAGE (self));

  set_text (&look_of (self)->back, back);
  look_of (self)->no_back = no_back;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
hs_wizard_page_entered (HsWizardPage *self)
{
  g_return_if_fail (HS_IS_WIZARD_PAGE (self));

  if (HS_WIZARD_PAGE_GET_CLASS (self)->entered != NULL)
    HS_WIZARD_PAGE_GET_CLASS (self)->entered (self);
}

/* TRUE if the page dealt with its verb; else the next page comes. */
gboolean
hs_wizard_page_forward (HsWizardPage *self)
{
  g_return_val_if_fail (HS_IS_WIZARD_PAGE (self), FALSE);

  return HS_WIZARD_PAGE_GET_CLASS (self)->forward != NULL &&
         HS_WIZARD_PAGE_GET_CLASS (self)->forward (self);
}

/* TRUE if the page dealt with the button at the left; else the page before comes. */
gboolean
hs_wizard_page_backward (HsWizardPage *self)
{
  g_return_val_if_fail (HS_IS_WIZARD_PAGE (self), FALSE);

  return HS_WIZARD_PAGE_GET_CLASS (self)->backward != NULL &&
         HS_WIZARD_PAGE_GET_CLASS (self)->backward (self);
}
