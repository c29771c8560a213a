/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-result-page.h"

#include "ui/flash-job-row.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

struct _HsFlashResultPage {
  HsWizardPage parent_instance;

  GtkImage *shape;
  GtkLabel *heading;
  GtkLabel *sentence;
  GtkWidget *list;

  HsSession *session; /* owned */
};

G_DEFINE_FINAL_TYPE (HsFlashResultPage, hs_flash_result_page, HS_TYPE_WIZARD_PAGE)

enum { SIGNAL_RETRY, N_SIGNALS };
static guint signals[N_SIGNALS];

/* "2 of 3 cameras passed" */
char *
hs_flash_result_title (guint n_passed, guint n)
{
  if (n == 1)
    return g_strdup (n_passed == 1 ? _ ("The camera passed") : _ ("The camera did not pass"));
  if (n_passed == n)
    return g_strdup_printf (ngettext ("%u camera passed", "All %u cameras passed", n), n);
  /* Translators: how many passed, and how many there were */
  return g_strdup_printf (
      ngettext ("%u of %u camera passed", "%u of %u cameras passed", n), n_passed, n);
}

/* "_Retry 1 Failed" */
char *
hs_flash_retry_verb (guint n)
{
  return g_strdup_printf (ngettext ("_Retry %u Failed", "_Retry %u Failed", n), n);
}

static const char *
sentence_for (guint n_passed, guint n, gboolean unrecorded)
{
  if (unrecorded)
    return _ ("The catalog could not be written: some of it is NOT recorded.");
  if (n_passed == n)
    return _ ("Everything is in the journal.");
  if (n_passed + 1 == n && n > 1)
    return _ ("One is not fit to ship yet. Everything is in the journal.");
  return n == 1 ? _ ("It is not fit to ship yet. Everything is in the journal.")
                : _ ("The others are not fit to ship yet. Everything is in the journal.");
}

/* Close is at the left, what goes on at the right. */
static gboolean
hs_flash_result_page_backward (HsWizardPage *page)
{
  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (page))));
  return TRUE;
}

static gboolean
hs_flash_result_page_forward (HsWizardPage *page)
{
  g_signal_emit (page, signals[SIGNAL_RETRY], 0);
  return TRUE;
}

static void
hs_flash_result_page_dispose (GObject *object)
{
  HsFlashResultPage *self = HS_FLASH_RESULT_PAGE (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_flash_result_page_parent_class)->dispose (object);
}

static void
hs_flash_result_page_class_init (HsFlashResultPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_flash_result_page_dispose;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_flash_result_page_forward;
  HS_WIZARD_PAGE_CLASS (klass)->backward = hs_flash_result_page_backward;
  signals[SIGNAL_RETRY] = g_signal_new (
      "retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("flash-result-page"));
  gtk_widget_class_bind_template_child (widget_class, HsFlashResultPage, shape);
  gtk_widget_class_bind_template_child (widget_class, HsFlashResultPage, heading);
  gtk_widget_class_bind_template_child (widget_class, HsFlashResultPage, sentence);
  gtk_widget_class_bind_template_child (widget_class, HsFlashResultPage, list);
}

static void
hs_flash_result_page_init (HsFlashResultPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_back (HS_WIZARD_PAGE (self), _ ("_Close"), TRUE);
}

HsWizardPage *
hs_flash_result_page_new (HsSession *session)
{
  HsFlashResultPage *self = g_object_new (HS_TYPE_FLASH_RESULT_PAGE, NULL);

  self->session = g_object_ref (session);
  return HS_WIZARD_PAGE (self);
}

/**
 * hs_flash_result_page_set_jobs:
 * @self: a page
 * @jobs: (element-type HsJob): all ended
 *
 * Shows how @jobs ended. One shape for the whole: the tick only if every camera passed.
 */
void
hs_flash_result_page_set_jobs (HsFlashResultPage *self, GPtrArray *jobs)
{
  guint n_passed = 0;
  guint n_failed = 0;
  gboolean unrecorded = FALSE;
  g_autofree char *title = NULL;
  g_autofree char *verb = NULL;

  g_return_if_fail (HS_IS_FLASH_RESULT_PAGE (self));

  hs_piece_clear (self->list);
  for (guint i = 0; i < jobs->len; i++) {
    HsJob *job = g_ptr_array_index (jobs, i);
    GtkWidget *row = hs_flash_job_row_new (self->session, job, TRUE);

    n_passed += hs_job_get_outcome (job) == HS_OUTCOME_PASSED;
    unrecorded = unrecorded || hs_job_get_unrecorded (job);
    hs_piece_set_classes (row, i == 0 ? "table-row first" : "table-row");
    gtk_box_append (GTK_BOX (self->list), row);
  }
  n_failed = jobs->len - n_passed;
  title = hs_flash_result_title (n_passed, jobs->len);
  verb = n_failed > 0 ? hs_flash_retry_verb (n_failed) : NULL;
  gtk_label_set_label (self->heading, title);
  gtk_label_set_label (self->sentence, sentence_for (n_passed, jobs->len, unrecorded));
  hs_shape_set (self->shape,
                unrecorded      ? HS_SHAPE_ATTENTION
                : n_failed == 0 ? HS_SHAPE_PASS
                : n_passed == 0 ? HS_SHAPE_FAIL
                                : HS_SHAPE_ATTENTION);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), verb, n_failed > 0, FALSE, TRUE);
}
