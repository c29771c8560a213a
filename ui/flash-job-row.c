/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-job-row.h"

#include "app/equivalent.h"
#include "app/explain.h"
#include "app/job-text.h"
#include "ui/flash-strip.h"
#include "ui/flash-who.h"
#include "ui/format.h"
#include "ui/operation.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

struct _HsFlashJobRow {
  GtkBox parent_instance;

  GtkWidget *who;  /* who it is; made anew when more is known */
  GtkWidget *time; /* owned: it moves from one line to the next */
  GtkWidget *strip;
  GtkWidget *shape;
  GtkWidget *headline;
  GtkWidget *sentence;
  GtkWidget *led;
  GtkWidget *details;
  GtkWidget *details_text;
  GtkWidget *digest; /* nullable; of what was read */

  HsSession *session; /* owned */
  HsJob *job;         /* owned */
  char *shown_unit;   /* key that is shown; nullable */
  gboolean result;    /* how it ended is all that matters: larger words, no clock */
};

G_DEFINE_FINAL_TYPE (HsFlashJobRow, hs_flash_job_row, GTK_TYPE_BOX)

/* "0:14", rounded up: it never says 0:00 while something goes on. */
char *
hs_flash_time_left (double seconds)
{
  guint left = seconds > 0 ? (guint) (seconds + .999) : 1;

  return g_strdup_printf ("%u:%02u", left / 60, left % 60);
}

/* -- what happens ---------------------------------------------------------------------------- */

static const HsJobPart *
part_in_work (HsJob *job, HsRole role)
{
  for (guint i = 0; i < hs_job_get_n_parts (job); i++)
    if (hs_job_get_part (job, i)->role == role)
      return hs_job_get_part (job, i);
  return NULL;
}

/* "sector 8 of 13"; "" where there are none. */
static char *
sector_text (HsJob *job, const HsProgressState *progress)
{
  const HsJobPart *part = part_in_work (job, progress->role);
  guint64 last;

  if (part == NULL || part->length == 0 || hs_partition_n_units (part->partition) == 0)
    return g_strdup ("");

  last = part->length - 1;
  return g_strdup_printf (_ ("sector %u of %u"),
                          hs_partition_unit_at (part->partition, MIN (progress->done, last)) + 1,
                          hs_partition_unit_at (part->partition, last) + 1);
}

static char *
step_text (HsJob *job)
{
  guint n = 0;
  guint step = hs_job_get_step (job, &n);

  return n > 0 && step > 0 ? g_strdup_printf (_ ("step %u of %u"), step, n) : g_strdup ("");
}

/* What a person does next; it changes with the second. */
static char *
hand_text (HsFlashJobRow *self)
{
  HsSlot *slot = hs_session_find_slot (self->session, hs_job_get_port (self->job));
  g_autofree char *headline = NULL;
  g_autofree char *sentence = NULL;

  if (slot == NULL || hs_slot_get_job (slot) != self->job)
    return g_strdup (hs_explain_hand (hs_job_get_board (self->job)));
  headline = hs_slot_dup_headline (slot);
  sentence = hs_slot_dup_sentence (slot);
  return g_strdup_printf ("%s. %s", headline, sentence);
}

static void
show_running (HsFlashJobRow *self)
{
  HsProgressState progress;
  g_autofree char *activity = NULL;
  g_autofree char *sector = NULL;
  g_autofree char *step = step_text (self->job);
  g_autofree char *led = NULL;
  g_autofree char *text = NULL;
  gboolean waits;

  hs_job_get_progress (self->job, &progress);
  activity = hs_job_get_state (self->job) == HS_JOB_STOPPING
                 ? g_strdup (_ ("Stopping… the current sector is finished first"))
             : progress.activity == HS_ACTIVITY_WAITING ? hand_text (self)
                                                        : hs_explain_activity (&progress);
  sector = sector_text (self->job, &progress);
  text = g_strdup_printf ("%s%s%s%s%s",
                          activity,
                          *sector != '\0' ? ", " : "",
                          sector,
                          *step != '\0' ? " · " : "",
                          step);
  if (progress.slow) {
    g_autofree char *slow =
        g_strdup_printf (_ ("%s. This takes longer than usual. Still working."), activity);

    gtk_label_set_label (GTK_LABEL (self->headline), slow);
  } else {
    gtk_label_set_label (GTK_LABEL (self->headline), text);
  }
  waits = progress.activity == HS_ACTIVITY_WAITING;
  hs_shape_set (GTK_IMAGE (self->shape),
                progress.slow || waits ? HS_SHAPE_ATTENTION : HS_SHAPE_WORK);
  led = waits ? NULL : hs_explain_led (hs_job_get_board (self->job), progress.activity);
  gtk_label_set_label (GTK_LABEL (self->led), led != NULL ? led : "");
  gtk_widget_set_visible (self->led, led != NULL && *led != '\0');
  gtk_widget_set_visible (self->sentence, FALSE);
}

/* -- how it ended ---------------------------------------------------------------------------- */

/* What a file that was read has for a digest. */
static void
show_digest (HsFlashJobRow *self)
{
  const HsJobPart *part =
      g_str_equal (hs_job_get_what (self->job), "read") && hs_job_get_n_parts (self->job) > 0
          ? hs_job_get_part (self->job, 0)
          : NULL;
  g_autofree char *markup = NULL;

  if (part == NULL || part->sha256_read_back == NULL || self->digest != NULL)
    return;

  markup = hs_piece_digest_markup (part->sha256_read_back);
  self->digest = hs_piece_row (8,
                               hs_piece_label (_ ("SHA-256"), "caption dim-label"),
                               hs_piece_copy (markup, _ ("digest"), part->sha256_read_back),
                               NULL);
  gtk_widget_insert_before (self->digest, GTK_WIDGET (self), self->details);
}

static void
show_finished (HsFlashJobRow *self)
{
  HsOutcome outcome = hs_job_get_outcome (self->job);
  gboolean unrecorded = outcome == HS_OUTCOME_PASSED && hs_job_get_unrecorded (self->job);
  gboolean differs = hs_job_differs (self->job);
  gboolean tried =
      outcome == HS_OUTCOME_PASSED && g_str_equal (hs_job_get_what (self->job), "dry-run");
  const HsProblem *problem = hs_job_get_problem (self->job);
  g_autofree char *word = unrecorded ? g_strdup (_ ("Not recorded"))
                          : differs  ? g_strdup (_ ("Differs"))
                          : tried    ? g_strdup (_ ("Tried"))
                                     : hs_explain_outcome (hs_outcome_name (outcome));
  g_autofree char *headline =
      problem != NULL && problem->headline != NULL && *problem->headline != '\0'
          ? g_strdup_printf (_ ("%s: %s"), word, problem->headline)
          : g_strdup (word);
  g_autofree char *sentence =
      problem != NULL                ? g_strdup_printf ("%s %s",
                                         problem->message != NULL ? problem->message : "",
                                         problem->action != NULL ? problem->action : "")
      : outcome == HS_OUTCOME_PASSED ? hs_job_dup_result (self->job)
                                     : g_strdup ("");

  hs_shape_set (GTK_IMAGE (self->shape),
                unrecorded || differs ? HS_SHAPE_ATTENTION : hs_shape_for_outcome (outcome));
  gtk_image_set_pixel_size (GTK_IMAGE (self->shape), self->result ? 22 : 16);
  gtk_label_set_label (GTK_LABEL (self->headline), headline);
  gtk_widget_add_css_class (self->headline, "heading");
  hs_piece_set_meaning (self->headline, outcome == HS_OUTCOME_FAILED && !differs ? "bad" : NULL);
  gtk_label_set_label (GTK_LABEL (self->sentence), sentence);
  gtk_widget_set_visible (self->sentence, *sentence != '\0');
  gtk_widget_set_visible (self->led, FALSE);
  show_digest (self);
}

/* -- details --------------------------------------------------------------------------------- */

static guint64
roles_of (HsJob *job)
{
  guint64 roles = 0;

  for (guint i = 0; i < hs_job_get_n_parts (job); i++)
    roles |= G_GUINT64_CONSTANT (1) << hs_job_get_part (job, i)->role;
  return roles;
}

/* The raw chain of a problem, then what a public tool would be told. */
static char *
details_text (HsFlashJobRow *self)
{
  const HsProblem *problem = hs_job_get_problem (self->job);
  const char *key = hs_job_get_unit (self->job);
  g_autofree char *serial = key != NULL ? hs_format_key_serial (key) : NULL;
  HsBuild *build = hs_job_get_build (self->job);
  g_autofree char *command =
      build != NULL && hs_operation_writes (hs_job_get_what (self->job)) &&
              hs_job_get_board (self->job) != NULL
          ? hs_equivalent_command (
                hs_job_get_board (self->job), build, roles_of (self->job), serial)
          : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (problem != NULL && problem->code != NULL)
    g_string_append_printf (text, _ ("Error code %s"), problem->code);
  if (problem != NULL && problem->chain != NULL)
    g_string_append_printf (text, "\n%s", problem->chain);
  if (text->len > 0)
    g_string_append_printf (text,
                            _ ("\nUSB port %s, run %s\n"),
                            hs_job_get_port (self->job),
                            hs_job_get_id (self->job));
  if (command != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", command);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_details (HsFlashJobRow *self)
{
  g_autofree char *text = details_text (self);

  gtk_widget_set_visible (self->details, *text != '\0');
  if (g_strcmp0 (gtk_label_get_label (GTK_LABEL (self->details_text)), text) != 0)
    gtk_label_set_label (GTK_LABEL (self->details_text), text);
}

static void
copy_cb (HsFlashJobRow *self, GtkButton *button)
{
  hs_piece_copy_text (GTK_WIDGET (button), gtk_label_get_label (GTK_LABEL (self->details_text)));
}

/* -- the row --------------------------------------------------------------------------------- */

/* Shows the time, which goes on without news from the camera. */
void
hs_flash_job_row_tick (HsFlashJobRow *self)
{
  gboolean finished;
  double left;
  g_autofree char *text = NULL;

  g_return_if_fail (HS_IS_FLASH_JOB_ROW (self));

  finished = hs_job_get_state (self->job) == HS_JOB_FINISHED;
  if (!finished)
    show_running (self);
  left = hs_job_get_time_left (self->job);
  text = finished   ? hs_format_duration (hs_job_get_elapsed (self->job))
         : left < 0 ? g_strdup ("")
                    : hs_flash_time_left (left);
  gtk_label_set_label (GTK_LABEL (self->time), text);
}

/* A camera's full id is often known only in its bootloader. */
static void
show_who (HsFlashJobRow *self)
{
  HsSlot *slot = hs_session_find_slot (self->session, hs_job_get_port (self->job));
  const char *key = hs_job_get_unit (self->job);
  g_autofree char *port = g_strdup_printf (_ ("port %s"), hs_job_get_port (self->job));
  g_autofree char *name = slot != NULL ? hs_who_dup_name (slot) : g_strdup (_ ("new unit"));
  g_autofree char *serial = key != NULL    ? hs_format_serial_markup (key)
                            : slot != NULL ? hs_who_dup_serial (slot)
                                           : g_strdup ("");

  if (self->who != NULL && g_strcmp0 (self->shown_unit, key) == 0)
    return;

  g_free (self->shown_unit);
  self->shown_unit = g_strdup (key);
  if (self->who != NULL) {
    gtk_box_remove (GTK_BOX (self->who), self->time);
    gtk_box_remove (GTK_BOX (self), self->who);
  }
  self->who = hs_who_new (slot != NULL ? hs_slot_get_name (slot) : port, name, serial);
  gtk_box_append (GTK_BOX (self->who), self->time);
  gtk_box_prepend (GTK_BOX (self), self->who);
}

static void
changed_cb (HsFlashJobRow *self)
{
  show_who (self);
  if (hs_job_get_state (self->job) == HS_JOB_FINISHED)
    show_finished (self);
  else
    show_running (self);
  show_details (self);
  hs_flash_job_row_tick (self);
}

static void
hs_flash_job_row_dispose (GObject *object)
{
  HsFlashJobRow *self = HS_FLASH_JOB_ROW (object);

  g_clear_object (&self->job);
  g_clear_object (&self->session);
  g_clear_object (&self->time);
  g_clear_pointer (&self->shown_unit, g_free);
  G_OBJECT_CLASS (hs_flash_job_row_parent_class)->dispose (object);
}

static void
hs_flash_job_row_class_init (HsFlashJobRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_flash_job_row_dispose;
}

/* A wrapping label in a GtkExpander gives criticals on its height: this one scrolls. */
static GtkWidget *
make_details (HsFlashJobRow *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *copy = gtk_button_new_with_label (_ ("Copy"));

  self->details_text = hs_piece_label (NULL, "digest");
  gtk_label_set_selectable (GTK_LABEL (self->details_text), TRUE);
  hs_piece_name (self->details_text, _ ("Details"));
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->details_text);
  gtk_widget_set_hexpand (scroller, TRUE);
  gtk_widget_set_margin_top (scroller, 6);
  hs_piece_set_classes (copy, "small flat");
  gtk_widget_set_valign (copy, GTK_ALIGN_START);
  g_signal_connect_object (copy, "clicked", G_CALLBACK (copy_cb), self, G_CONNECT_SWAPPED);
  return hs_piece_expander (_ ("Details"), hs_piece_row (10, scroller, copy, NULL));
}

static void
hs_flash_job_row_init (HsFlashJobRow *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 8);
  self->time = g_object_ref_sink (hs_piece_label (NULL, "figure heading"));
  self->strip = hs_flash_strip_new (GTK_ACCESSIBLE_ROLE_PROGRESS_BAR);
  self->shape = hs_piece_icon (NULL, 16, NULL);
  self->headline = g_object_new (GTK_TYPE_LABEL,
                                 "accessible-role",
                                 GTK_ACCESSIBLE_ROLE_STATUS,
                                 "xalign",
                                 0.f,
                                 "ellipsize",
                                 PANGO_ELLIPSIZE_END,
                                 NULL);
  self->sentence = hs_piece_label (NULL, "dim-label");
  self->led = hs_piece_label (NULL, "dim-label caption");
  self->details = make_details (self);
  hs_flash_strip_set_show_names (HS_FLASH_STRIP (self->strip), FALSE);
  gtk_label_set_wrap (GTK_LABEL (self->sentence), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->sentence), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_ellipsize (GTK_LABEL (self->led), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), self->headline);
  gtk_box_append (GTK_BOX (words), self->sentence);
  gtk_box_append (GTK_BOX (words), self->led);
  gtk_box_append (GTK_BOX (self), self->strip);
  gtk_box_append (GTK_BOX (self), hs_piece_row (9, self->shape, words, NULL));
  gtk_box_append (GTK_BOX (self), self->details);
}

/* @result: the job has ended, and that is what is shown. */
GtkWidget *
hs_flash_job_row_new (HsSession *session, HsJob *job, gboolean result)
{
  HsFlashJobRow *self = g_object_new (HS_TYPE_FLASH_JOB_ROW, NULL);

  self->session = g_object_ref (session);
  self->job = g_object_ref (job);
  self->result = result;
  gtk_widget_set_visible (self->time, !result);
  hs_flash_strip_set_cell_height (HS_FLASH_STRIP (self->strip), result ? 14 : 20);
  hs_flash_strip_set_job (HS_FLASH_STRIP (self->strip), job);
  g_signal_connect_object (job, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (job, "notify::state", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
  return GTK_WIDGET (self);
}
