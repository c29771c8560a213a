/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a wizard's header shows while a page is shown. Strings are owned by the page. */
typedef struct {
  char *step;           /* name in the line of steps; NULL: not a step, the line is hidden */
  char *verb;           /* label of the button at the right, with mnemonic; NULL: none */
  char *back;           /* label of the button at the left; NULL: "Back" to the page before */
  gboolean complete;    /* the verb can be pressed */
  gboolean destructive; /* red, and never reached by Enter */
  gboolean suggested;   /* blue */
  gboolean no_back;     /* there is no way back from here */
} HsWizardLook;

/**
 * HsWizardPageClass:
 * @entered: it became visible
 * @forward: the verb was pressed; %TRUE if the page dealt with it, else the next page comes
 * @backward: the button at the left was pressed; %TRUE if the page dealt with it
 *
 * One page of a wizard. ::changed when its look changed.
 */
#define HS_TYPE_WIZARD_PAGE (hs_wizard_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (HsWizardPage, hs_wizard_page, HS, WIZARD_PAGE, GtkBox)

struct _HsWizardPageClass {
  GtkBoxClass parent_class;

  void (*entered) (HsWizardPage *self);
  gboolean (*forward) (HsWizardPage *self);
  gboolean (*backward) (HsWizardPage *self);
};

const HsWizardLook *hs_wizard_page_get_look (HsWizardPage *self);
void hs_wizard_page_set_step (HsWizardPage *self, const char *step);
void hs_wizard_page_set_verb (HsWizardPage *self,
                              const char *verb,
                              gboolean complete,
                              gboolean destructive,
                              gboolean suggested);
void hs_wizard_page_set_back (HsWizardPage *self, const char *back, gboolean no_back);
void hs_wizard_page_entered (HsWizardPage *self);
gboolean hs_wizard_page_forward (HsWizardPage *self);
gboolean hs_wizard_page_backward (HsWizardPage *self);

G_END_DECLS
