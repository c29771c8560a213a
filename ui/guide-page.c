/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/guide-page.h"

#include "app/job-text.h"
#include "ui/dialogs.h"
#include "ui/drawing.h"
#include "ui/flash-job-row.h"
#include "ui/guide-ask.h"
#include "ui/guide-bus.h"
#include "ui/guide-causes.h"
#include "ui/guide-words.h"
#include "ui/piece.h"
#include "ui/settings.h"
#include "ui/shape.h"
#include "ui/sounds.h"

#include <glib/gi18n-lib.h>

enum { TICK_MS = 500, FULL_VOLUME = 100 };

struct _HsGuidePage {
  GtkBox parent_instance;

  GtkWidget *paper;
  HsDrawing *drawing;
  GtkWidget *caption;
  GtkWidget *verdict;
  GtkImage *verdict_shape;
  GtkLabel *say;
  GtkLabel *help;
  GtkWidget *awaited_row;
  GtkSpinner *spinner;
  GtkLabel *awaited;
  GtkLabel *usually;
  GtkWidget *wrong;
  GtkImage *wrong_shape;
  GtkLabel *wrong_text;
  GtkWidget *details;
  HsGuideAsk *ask;
  GtkWidget *job_box;
  GtkWidget *proven;
  HsGuideCauses *causes;
  GtkWidget *choices;
  GtkLabel *fallback;
  HsGuideBus *bus;

  HsSession *session; /* owned */
  HsGuide *guide;     /* owned */
  HsSounds *sounds;
  GtkWidget *row;    /* of the job; nullable */
  HsJob *job;        /* that @row shows; owned; nullable */
  GPtrArray *passed; /* HsJob: what was done and proven on the way */
  guint tick_source;
};

G_DEFINE_FINAL_TYPE (HsGuidePage, hs_guide_page, GTK_TYPE_BOX)

/* -- words ----------------------------------------------------------------------------------- */

/* An alert is spoken when its text changes: never set the same one again. */
static void
set_text (GtkLabel *label, const char *text)
{
  gboolean some = text != NULL && *text != '\0';

  if (g_strcmp0 (gtk_label_get_label (label), some ? text : "") != 0)
    gtk_label_set_label (label, some ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), some);
}

static gboolean
is_over (HsGuidePage *self)
{
  return hs_guide_get_state (self->guide) >= HS_GUIDE_DONE;
}

/* What is said instead of the step's sentence once the guide has ended. */
static char *
dup_end (HsGuidePage *self)
{
  const HsProblem *problem = hs_guide_get_problem (self->guide);

  if (hs_guide_get_state (self->guide) == HS_GUIDE_DONE)
    return hs_guide_dup_sentence (self->guide);
  return problem != NULL ? g_strdup (_ ("It can't go on.")) : g_strdup (_ ("Stopped."));
}

static void
show_sentence (HsGuidePage *self)
{
  g_autofree char *sentence = is_over (self) ? dup_end (self) : hs_guide_dup_sentence (self->guide);
  g_autofree char *help = hs_guide_dup_help (self->guide);

  set_text (self->say, sentence);
  if (hs_guide_get_state (self->guide) == HS_GUIDE_STOPPED)
    set_text (
        self->help,
        _ ("Nothing more is written. The guide can be started again: it finds out how far the "
           "camera is."));
  else
    set_text (self->help, help);
}

/* "Waiting for the chip · usually 3 s": two lines. */
static void
show_awaited (HsGuidePage *self)
{
  g_autofree char *text = hs_guide_dup_waits_for (self->guide);
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, " · ", 2) : NULL;
  gboolean waits = hs_guide_get_state (self->guide) == HS_GUIDE_WAITING && parts != NULL;

  gtk_widget_set_visible (self->awaited_row, waits);
  gtk_spinner_set_spinning (self->spinner, waits);
  set_text (self->awaited, waits ? parts[0] : NULL);
  set_text (self->usually, waits ? parts[1] : NULL);
}

/* Before anything is late: in grey what will be said then. */
static void
show_fallback (HsGuidePage *self)
{
  gboolean waits = hs_guide_get_state (self->guide) == HS_GUIDE_WAITING &&
                   hs_guide_get_step (self->guide)->wait > HS_SIGHT_NOTHING;

  set_text (self->fallback,
            waits && !hs_guide_get_late (self->guide)
                ? _ ("<b>Nothing happens?</b> After 20 seconds Hotshoe says where to look: the "
                     "cable, the power, the permissions.")
                : NULL);
}

/* -- what is not as it should be --------------------------------------------------------------- */

static char *
dup_surprise (HsGuidePage *self)
{
  GListModel *sights = hs_guide_get_sights (self->guide);
  guint n = g_list_model_get_n_items (sights);
  g_autoptr (HsGuideSight) sight = n > 0 ? g_list_model_get_item (sights, n - 1) : NULL;
  const char *meaning = sight != NULL ? hs_guide_sight_get_meaning (sight) : NULL;

  return meaning != NULL ? g_markup_escape_text (meaning, -1) : NULL;
}

/* A problem that it stays with, or what the bus shows and should not. */
static void
show_wrong (HsGuidePage *self)
{
  const HsProblem *problem = hs_guide_get_problem (self->guide);
  gboolean ended = hs_guide_get_state (self->guide) == HS_GUIDE_STOPPED;
  g_autofree char *text = problem != NULL  ? hs_dialog_problem_markup (problem)
                          : is_over (self) ? NULL
                                           : dup_surprise (self);

  set_text (self->wrong_text, text);
  gtk_widget_set_visible (self->wrong, text != NULL);
  gtk_widget_set_visible (self->details, problem != NULL);
  if (ended)
    gtk_widget_add_css_class (self->wrong, "bad-panel");
  else
    gtk_widget_remove_css_class (self->wrong, "bad-panel");
  hs_shape_set (self->wrong_shape, ended ? HS_SHAPE_FAIL : HS_SHAPE_ATTENTION);
}

static void
details_cb (HsGuidePage *self)
{
  if (hs_guide_get_problem (self->guide) != NULL)
    hs_dialog_details (GTK_WIDGET (self), hs_guide_get_problem (self->guide));
}

/* -- the drawing ------------------------------------------------------------------------------- */

/* The sentence begins with the cable only as long as it is in. */
static char *
dup_stem (HsGuidePage *self)
{
  g_autofree char *stem = hs_guide_dup_drawing (self->guide);
  char *still_in;

  if (stem == NULL || hs_guide_get_step (self->guide)->sentence_out == NULL)
    return g_steal_pointer (&stem);
  if (hs_guide_get_out (self->guide))
    return g_strdup (g_str_equal (stem, "replug") ? "plug" : stem);
  still_in = hs_guide_words_dup_still_in (stem);
  return still_in != NULL ? still_in : g_steal_pointer (&stem);
}

static void
show_drawing (HsGuidePage *self)
{
  g_autofree char *stem = dup_stem (self);
  g_autofree char *resource =
      stem != NULL ? hs_guide_words_dup_resource (
                         hs_guide_get_board (self->guide), stem, hs_guide_get_other (self->guide))
                   : NULL;
  const char *words = stem != NULL ? hs_guide_words_drawing (stem) : NULL;

  hs_drawing_set_resource (self->drawing, resource);
  hs_drawing_set_alternative_text (self->drawing, words != NULL ? _ (words) : NULL);
  /* A guide that has stopped wants nothing more of the hand. */
  gtk_widget_set_visible (self->paper,
                          resource != NULL && hs_guide_get_state (self->guide) != HS_GUIDE_STOPPED);
  /* It keeps its place, or the drawing would jump from step to step. */
  gtk_widget_set_opacity (self->caption, stem != NULL && hs_guide_words_shows_pads (stem));
}

/* -- jobs -------------------------------------------------------------------------------------- */

static gboolean
tick_cb (gpointer data)
{
  HsGuidePage *self = data;

  if (self->row != NULL)
    hs_flash_job_row_tick (HS_FLASH_JOB_ROW (self->row));
  return G_SOURCE_CONTINUE;
}

static void
remember_passed (HsGuidePage *self, HsJob *job)
{
  if (hs_job_get_state (job) == HS_JOB_FINISHED && hs_job_get_outcome (job) == HS_OUTCOME_PASSED &&
      !g_ptr_array_find (self->passed, job, NULL))
    g_ptr_array_add (self->passed, g_object_ref (job));
}

static void
show_job (HsGuidePage *self)
{
  HsJob *job = hs_guide_get_job (self->guide);
  gboolean works = job != NULL && hs_guide_get_state (self->guide) == HS_GUIDE_WORKING;

  if (job != self->job) {
    if (self->job != NULL)
      remember_passed (self, self->job);
    g_set_object (&self->job, job);
    hs_piece_clear (self->job_box);
    self->row = job != NULL ? hs_flash_job_row_new (self->session, job, FALSE) : NULL;
    if (job != NULL) {
      gtk_box_append (GTK_BOX (self->job_box), self->row);
      gtk_box_append (GTK_BOX (self->job_box), hs_guide_words_new_cables ());
    }
  }
  if (job != NULL)
    remember_passed (self, job);
  gtk_widget_set_visible (self->job_box, works);
  if (works && self->tick_source == 0)
    self->tick_source = g_timeout_add (TICK_MS, tick_cb, self);
  else if (!works)
    g_clear_handle_id (&self->tick_source, g_source_remove);
}

/* -- the end ----------------------------------------------------------------------------------- */

static void
show_proven (HsGuidePage *self)
{
  HsGuideState state = hs_guide_get_state (self->guide);

  gtk_widget_set_visible (self->verdict, is_over (self));
  if (is_over (self))
    hs_shape_set (self->verdict_shape,
                  hs_guide_get_proven (self->guide)            ? HS_SHAPE_PASS
                  : state == HS_GUIDE_DONE                     ? HS_SHAPE_UNKNOWN
                  : hs_guide_get_problem (self->guide) != NULL ? HS_SHAPE_FAIL
                                                               : HS_SHAPE_STOPPED);
  gtk_image_set_pixel_size (self->verdict_shape, 64);
  gtk_widget_set_visible (self->proven, state == HS_GUIDE_DONE && self->passed->len > 0);
  hs_piece_clear (self->proven);
  for (guint i = 0; state == HS_GUIDE_DONE && i < self->passed->len; i++) {
    GtkWidget *row = hs_guide_words_new_result (g_ptr_array_index (self->passed, i));

    hs_piece_set_classes (row, i == 0 ? "table-row first" : "table-row");
    gtk_box_append (GTK_BOX (self->proven), row);
  }
}

static void
choose_cb (GtkButton *button, HsGuidePage *self)
{
  hs_guide_choose (self->guide, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "choice")));
}

/* Made anew only if they changed: the focus stays where it is. */
static void
show_choices (HsGuidePage *self)
{
  guint n = is_over (self) ? 0 : hs_guide_get_n_choices (self->guide);
  GtkWidget *button = gtk_widget_get_first_child (self->choices);
  guint same = 0;

  for (; button != NULL && same < n; button = gtk_widget_get_next_sibling (button), same++)
    if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)),
                   hs_guide_get_choice (self->guide, same)) != 0)
      break;
  gtk_widget_set_visible (self->choices, n > 0);
  if (same == n && button == NULL)
    return;

  hs_piece_clear (self->choices);
  for (guint i = 0; i < n; i++) {
    button = gtk_button_new_with_label (hs_guide_get_choice (self->guide, i));
    gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), TRUE);
    gtk_label_set_justify (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))),
                           GTK_JUSTIFY_CENTER);
    g_object_set_data (G_OBJECT (button), "choice", GUINT_TO_POINTER (i));
    g_signal_connect_object (button, "clicked", G_CALLBACK (choose_cb), self, 0);
    gtk_box_append (GTK_BOX (self->choices), button);
  }
}

static void
update (HsGuidePage *self)
{
  show_sentence (self);
  show_awaited (self);
  show_wrong (self);
  show_drawing (self);
  show_job (self);
  show_proven (self);
  show_choices (self);
  show_fallback (self);
  hs_guide_ask_update (self->ask);
  hs_guide_causes_update (self->causes);
}

static void
step_changed_cb (HsGuidePage *self)
{
  hs_sounds_play (self->sounds, HS_SOUND_STEP);
  update (self);
}

/* -- life -------------------------------------------------------------------------------------- */

static void
hs_guide_page_dispose (GObject *object)
{
  HsGuidePage *self = HS_GUIDE_PAGE (object);

  g_clear_handle_id (&self->tick_source, g_source_remove);
  g_clear_pointer (&self->passed, g_ptr_array_unref);
  g_clear_object (&self->sounds);
  g_clear_object (&self->job);
  g_clear_object (&self->guide);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_guide_page_parent_class)->dispose (object);
}

static void
hs_guide_page_class_init (HsGuidePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_guide_page_dispose;

  g_type_ensure (HS_TYPE_DRAWING);
  g_type_ensure (HS_TYPE_GUIDE_ASK);
  g_type_ensure (HS_TYPE_GUIDE_BUS);
  g_type_ensure (HS_TYPE_GUIDE_CAUSES);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("guide-page"));
#define BIND(child) gtk_widget_class_bind_template_child (widget_class, HsGuidePage, child)
  BIND (paper);
  BIND (drawing);
  BIND (caption);
  BIND (verdict);
  BIND (verdict_shape);
  BIND (say);
  BIND (help);
  BIND (awaited_row);
  BIND (spinner);
  BIND (awaited);
  BIND (usually);
  BIND (wrong);
  BIND (wrong_shape);
  BIND (wrong_text);
  BIND (details);
  BIND (ask);
  BIND (job_box);
  BIND (proven);
  BIND (causes);
  BIND (choices);
  BIND (fallback);
  BIND (bus);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, details_cb);
}

static double
step_volume (void)
{
  g_autoptr (GSettings) settings = hs_settings_new ();

  if (!hs_settings_get_boolean (settings, "guide-sounds", TRUE))
    return 0;
  return (double) hs_settings_get_int (settings, "operator-volume", 80) / FULL_VOLUME;
}

static void
hs_guide_page_init (HsGuidePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->passed = g_ptr_array_new_with_free_func (g_object_unref);
  self->sounds = hs_sounds_new (step_volume ());
}

/**
 * hs_guide_page_new:
 * @session: where its jobs run
 * @guide: what it shows; not started by the page
 */
GtkWidget *
hs_guide_page_new (HsSession *session, HsGuide *guide)
{
  HsGuidePage *self = g_object_new (HS_TYPE_GUIDE_PAGE, NULL);

  self->session = g_object_ref (session);
  self->guide = g_object_ref (guide);
  hs_guide_ask_set_guide (self->ask, guide);
  hs_guide_causes_set_guide (self->causes, guide);
  hs_guide_bus_set_guide (self->bus, session, guide);
  g_signal_connect_object (guide, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      guide, "step-changed", G_CALLBACK (step_changed_cb), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
