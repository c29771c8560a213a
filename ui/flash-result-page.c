/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-result-page.h"

#include "app/job-text.h"
#include "ui/flash-job-row.h"
#include "ui/operation.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

struct _HsFlashResultPage {
  HsWizardPage parent_instance;

  GtkImage *shape;
  GtkLabel *heading;
  GtkLabel *sentence;
  GtkWidget *list;

  HsSession *session;    /* owned */
  const char *what;      /* interned: of the jobs that are shown */
  gboolean offers_flash; /* the verb is Flash the Difference */
};

G_DEFINE_FINAL_TYPE (HsFlashResultPage, hs_flash_result_page, HS_TYPE_WIZARD_PAGE)

enum { SIGNAL_RETRY, SIGNAL_FLASH, SIGNAL_AGAIN, N_SIGNALS };
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

/* How many ended how. */
typedef struct {
  guint n, n_passed, n_differ, n_unproven;
  gboolean unrecorded;
} Count;

static const char *
sentence_for (const char *what, const Count *count)
{
  if (count->unrecorded)
    return _ ("The catalog could not be written: some of it is NOT recorded.");
  if (g_str_equal (what, "dry-run") && count->n_passed == count->n)
    return _ ("This is what would be written.");
  if (count->n_passed == count->n)
    return _ ("Everything is in the journal.");
  if (!hs_operation_writes (what))
    return _ ("Nothing was written. Everything is in the journal.");
  if (count->n_passed + 1 == count->n && count->n > 1)
    return _ ("One is not fit to ship yet. Everything is in the journal.");
  return count->n == 1 ? _ ("It is not fit to ship yet. Everything is in the journal.")
                       : _ ("The others are not fit to ship yet. Everything is in the journal.");
}

/* Close is at the left, what goes on at the right. */
static gboolean
hs_flash_result_page_backward (HsWizardPage *page)
{
  if (g_strcmp0 (HS_FLASH_RESULT_PAGE (page)->what, "dry-run") == 0) {
    g_signal_emit (page, signals[SIGNAL_AGAIN], 0);
    return TRUE;
  }
  gtk_window_close (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (page))));
  return TRUE;
}

static gboolean
hs_flash_result_page_forward (HsWizardPage *page)
{
  gboolean flash = HS_FLASH_RESULT_PAGE (page)->offers_flash;

  g_signal_emit (page, signals[flash ? SIGNAL_FLASH : SIGNAL_RETRY], 0);
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
  signals[SIGNAL_FLASH] = g_signal_new (
      "flash", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_AGAIN] = g_signal_new (
      "again", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
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

/* What may be pressed: of a comparison flashing what differs, else retrying what did not pass. */
static void
show_verb (HsFlashResultPage *self, const Count *count)
{
  gboolean tried = g_str_equal (self->what, "dry-run");
  guint n_failed = count->n - count->n_passed;
  g_autofree char *retry = n_failed == 0                   ? NULL
                           : count->n_unproven == n_failed ? g_strdup (_ ("_Try Again"))
                                                           : hs_flash_retry_verb (n_failed);

  self->offers_flash = count->n_differ > 0 && count->n_differ == n_failed;
  hs_wizard_page_set_back (HS_WIZARD_PAGE (self), tried ? _ ("_Back") : _ ("_Close"), TRUE);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self),
                           self->offers_flash ? _ ("_Flash the Difference…") : retry,
                           n_failed > 0,
                           FALSE,
                           TRUE);
}

static char *
dup_title (HsFlashResultPage *self, const Count *count)
{
  gboolean judged = count->n_passed + count->n_differ == count->n;

  if (count->n == 1 && count->n_unproven == 1)
    return g_strdup (_ ("The camera is not proven"));
  /* Where a cable came off, nothing was compared. */
  return judged ? hs_operation_result (self->what, count->n_passed, count->n)
                : hs_flash_result_title (count->n_passed, count->n);
}

/**
 * hs_flash_result_page_set_jobs:
 * @self: a page
 * @jobs: (element-type HsJob): all ended; at least one
 *
 * Shows how @jobs ended. One shape for the whole: the tick only if every camera passed.
 */
void
hs_flash_result_page_set_jobs (HsFlashResultPage *self, GPtrArray *jobs)
{
  Count count = { .n = jobs->len };
  g_autofree char *title = NULL;

  g_return_if_fail (HS_IS_FLASH_RESULT_PAGE (self));
  g_return_if_fail (jobs->len > 0);

  self->what = hs_job_get_what (g_ptr_array_index (jobs, 0));
  hs_piece_clear (self->list);
  for (guint i = 0; i < jobs->len; i++) {
    HsJob *job = g_ptr_array_index (jobs, i);
    GtkWidget *row = hs_flash_job_row_new (self->session, job, TRUE);

    count.n_passed += hs_job_get_outcome (job) == HS_OUTCOME_PASSED;
    count.n_differ += hs_job_differs (job);
    count.n_unproven += hs_job_get_outcome (job) == HS_OUTCOME_UNPROVEN;
    count.unrecorded = count.unrecorded || hs_job_get_unrecorded (job);
    hs_piece_set_classes (row, i == 0 ? "table-row first" : "table-row");
    gtk_box_append (GTK_BOX (self->list), row);
  }
  title = dup_title (self, &count);
  gtk_label_set_label (self->heading, title);
  gtk_label_set_label (self->sentence, sentence_for (self->what, &count));
  hs_shape_set (self->shape,
                count.unrecorded                       ? HS_SHAPE_ATTENTION
                : count.n_passed == count.n            ? HS_SHAPE_PASS
                : count.n_unproven == count.n          ? HS_SHAPE_UNKNOWN
                : count.n_passed + count.n_differ == 0 ? HS_SHAPE_FAIL
                                                       : HS_SHAPE_ATTENTION);
  show_verb (self, &count);
}
