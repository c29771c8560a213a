/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-confirm-page.h"

#include "app/explain.h"
#include "app/step.h"
#include "ui/flash-strip.h"
#include "ui/flash-who.h"
#include "ui/format.h"
#include "ui/operation.h"
#include "ui/piece.h"
#include "ui/shape.h"
#include "ui/wizard.h"

#include <glib/gi18n-lib.h>

/* A camera that it is done with. The labels belong to the page. */
typedef struct {
  HsSlot *slot; /* borrowed: the choice holds it */
  GtkLabel *why;
  GtkLabel *time;
  gboolean planned;
  HsEstimate expected; /* once @planned */
} Row;

/* A plan that is being made. */
typedef struct {
  HsFlashConfirmPage *page; /* borrowed; gone once it is cancelled */
  guint row;
} Ask;

struct _HsFlashConfirmPage {
  HsWizardPage parent_instance;

  GtkLabel *heading;
  GtkLabel *time;
  GtkWidget *cameras;
  GtkWidget *left_out;
  GtkWidget *loss;
  GtkLabel *loss_text;
  GtkLabel *loss_detail;
  GtkWidget *keep;
  AdwBin *plan;
  GtkWidget *try_it;
  GtkWidget *unproven;
  GtkLabel *problem;

  HsFlashChoice *choice; /* owned */
  GCancellable *asked;   /* owned; of the plans that are being made; nullable */
  GArray *rows;          /* Row, of the cameras that it is for */
};

G_DEFINE_FINAL_TYPE (HsFlashConfirmPage, hs_flash_confirm_page, HS_TYPE_WIZARD_PAGE)

enum { SIGNAL_START, SIGNAL_TRY, N_SIGNALS };
static guint signals[N_SIGNALS];

/* -- cameras --------------------------------------------------------------------------------- */

/* What will be written, of the flash of the camera on @slot. */
static void
show_strip (HsFlashConfirmPage *self, HsSlot *slot, HsFlashStrip *strip)
{
  const HsRequestOptions *options = hs_flash_choice_get_options (self->choice);
  const char *what = hs_flash_choice_get_what (self->choice);
  const HsBoard *board = hs_flash_choice_get_board_of (self->choice, slot);

  if (!hs_operation_writes (what)) {
    hs_flash_strip_set_board (strip, board);
  } else if (hs_operation_needs_build (what)) {
    hs_flash_strip_set_plan (strip,
                             board,
                             hs_flash_choice_get_build_for (self->choice, slot),
                             hs_flash_choice_get_roles_for (self->choice, slot),
                             options->erase_filesystem);
  } else {
    g_autoptr (GPtrArray) regions = hs_erase_regions (board);
    g_autoptr (HsStripCells) cells = hs_strip_cells_new (board);

    hs_strip_cells_take_erase (cells, regions, options->overwrite);
    hs_flash_strip_take_cells (strip, g_steal_pointer (&cells));
  }
}

/* How long and how much is put in when the plan is made. */
static GtkWidget *
camera_row (HsFlashConfirmPage *self, HsSlot *slot, Row *filled)
{
  g_autofree char *now = hs_who_dup_now (slot);
  g_autofree char *now_markup =
      g_markup_printf_escaped ("<span alpha='70%%'>%s</span>  %s", _ ("now"), now);
  GtkWidget *strip = hs_flash_strip_new (GTK_ACCESSIBLE_ROLE_IMG);
  GtkWidget *now_label = hs_piece_markup (now_markup, "caption");
  GtkWidget *why = hs_piece_label ("", "caption dim-label");
  GtkWidget *second = hs_piece_row (10, now_label, strip, why, NULL);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 5);
  GtkWidget *seconds = hs_piece_label ("", "figure dim-label");

  hs_flash_strip_set_show_names (HS_FLASH_STRIP (strip), FALSE);
  hs_flash_strip_set_cell_height (HS_FLASH_STRIP (strip), 13);
  show_strip (self, slot, HS_FLASH_STRIP (strip));
  gtk_widget_set_hexpand (strip, TRUE);
  gtk_label_set_ellipsize (GTK_LABEL (now_label), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (now_label), 26);
  gtk_label_set_max_width_chars (GTK_LABEL (now_label), 26);
  gtk_widget_set_tooltip_text (now_label, now);
  gtk_label_set_ellipsize (GTK_LABEL (why), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (why), 26);
  gtk_label_set_max_width_chars (GTK_LABEL (why), 26);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), hs_who_new_for_slot (slot));
  gtk_box_append (GTK_BOX (words), second);
  *filled = (Row){ .slot = slot, .why = GTK_LABEL (why), .time = GTK_LABEL (seconds) };
  return hs_piece_row (14, words, seconds, NULL);
}

/* The camera that can't take it is named with the reason, never silently left out. */
static GtkWidget *
left_out_row (HsSlot *slot, const char *why_not)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *why = hs_piece_label (why_not, NULL);

  gtk_label_set_wrap (GTK_LABEL (why), TRUE);
  gtk_widget_set_hexpand (why, TRUE);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), hs_who_new_for_slot (slot));
  gtk_box_append (GTK_BOX (words),
                  hs_piece_row (7, hs_shape_new (HS_SHAPE_ATTENTION, 16), why, NULL));
  return words;
}

static void
append_row (GtkWidget *panel, GtkWidget *row)
{
  hs_piece_set_classes (
      row, gtk_widget_get_first_child (panel) == NULL ? "table-row first" : "table-row");
  gtk_box_append (GTK_BOX (panel), row);
}

static void
show_cameras (HsFlashConfirmPage *self)
{
  g_autoptr (GPtrArray) slots = hs_flash_choice_dup_slots (self->choice);

  g_cancellable_cancel (self->asked);
  g_clear_object (&self->asked);
  g_array_set_size (self->rows, 0);
  hs_piece_clear (self->cameras);
  hs_piece_clear (self->left_out);
  for (guint i = 0; i < slots->len; i++) {
    HsSlot *slot = g_ptr_array_index (slots, i);
    g_autofree char *why_not = hs_flash_choice_why_not (self->choice, slot);

    Row row;

    if (why_not != NULL) {
      append_row (self->left_out, left_out_row (slot, why_not));
      continue;
    }
    append_row (self->cameras, camera_row (self, slot, &row));
    g_array_append_val (self->rows, row);
  }
  gtk_widget_set_visible (self->cameras, self->rows->len > 0);
  gtk_widget_set_visible (self->left_out, self->rows->len < slots->len);
}

/* -- what it does ---------------------------------------------------------------------------- */

static const HsColumn plan_columns[] = { { NULL, 22 }, { NULL, 116 }, { NULL, 0 } };

static HsShape
shape_of_verb (const char *verb)
{
  const struct {
    const char *verb;
    HsShape shape;
  } shapes[] = {
    { _ ("Write"), HS_SHAPE_WORK },   { _ ("Prove"), HS_SHAPE_PASS },
    { _ ("Confirm"), HS_SHAPE_PASS }, { _ ("Erase"), HS_SHAPE_ATTENTION },
    { _ ("Enter"), HS_SHAPE_BOOT },   { _ ("Copy"), HS_SHAPE_WORK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    if (g_strcmp0 (shapes[i].verb, verb) == 0)
      return shapes[i].shape;
  return HS_SHAPE_READY;
}

static void
add_line (HsTable *table, GtkWidget *shape, const char *verb, const char *text)
{
  GtkWidget *words = hs_piece_label (text, NULL);

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (words), PANGO_WRAP_WORD_CHAR);
  hs_table_add (table, shape, hs_piece_label (verb, "heading"), words, NULL);
}

/* Bootloader and the like: what no plan ever writes. */
static char *
never_touched (const HsBoard *board)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < board->n_partitions; i++) {
    if (!(board->partitions[i].flags & HS_PARTITION_NEVER))
      continue;
    if (names->len > 0)
      g_string_append (names, ", ");
    g_string_append (names, board->partitions[i].name);
  }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* What is done under one verb is one paragraph, in the order in which it happens. */
static char *
texts_of_verb (GPtrArray *lines, guint first)
{
  const char *verb = ((HsPlanLine *) g_ptr_array_index (lines, first))->verb;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = first; i < lines->len; i++) {
    HsPlanLine *line = g_ptr_array_index (lines, i);

    if (g_strcmp0 (line->verb, verb) != 0 || line->text == NULL)
      continue;
    if (text->len > 0)
      g_string_append_c (text, '\n');
    g_string_append (text, line->text);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
is_first_of_verb (GPtrArray *lines, guint n)
{
  const char *verb = ((HsPlanLine *) g_ptr_array_index (lines, n))->verb;

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (((HsPlanLine *) g_ptr_array_index (lines, i))->verb, verb) == 0)
      return FALSE;
  return TRUE;
}

static void
show_lines (HsFlashConfirmPage *self, const HsBoard *board, GPtrArray *lines)
{
  g_autofree char *never = never_touched (board);
  HsTable table;

  hs_table_init (&table, plan_columns, G_N_ELEMENTS (plan_columns));
  for (guint i = 0; i < lines->len; i++) {
    HsPlanLine *line = g_ptr_array_index (lines, i);
    g_autofree char *text = texts_of_verb (lines, i);

    if (is_first_of_verb (lines, i))
      add_line (&table, hs_shape_new (shape_of_verb (line->verb), 16), line->verb, text);
  }
  if (*never != '\0' && hs_operation_writes (hs_flash_choice_get_what (self->choice)))
    add_line (&table,
              hs_piece_icon (hs_shape_icon_name (HS_SHAPE_NO_ACCESS), 16, "idle"),
              _ ("Never touch"),
              never);
  adw_bin_set_child (self->plan, table.grid);
}

/* -- how much and how long -------------------------------------------------------------------- */

static double
seconds_of (const HsEstimate *expected)
{
  return hs_estimate_seconds (expected) + HS_ESTIMATE_AROUND;
}

/* What is expected of the slowest: they run side by side. */
static void
show_time (HsFlashConfirmPage *self)
{
  g_autofree char *seconds = NULL;
  g_autofree char *text = NULL;
  double slowest = 0;
  gboolean known = TRUE;

  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);

    if (!row->planned)
      continue;
    known = known && row->expected.known;
    slowest = MAX (slowest, seconds_of (&row->expected));
  }
  if (slowest > 0) {
    seconds = hs_estimate_dup_seconds (slowest);
    text = g_strdup_printf (known ? _ ("about %s") : _ ("up to %s"), seconds);
  }
  if (text != NULL && self->rows->len > 1) {
    /* Translators: how long: "about 20 s" */
    g_autofree char *all = g_strdup_printf (_ ("%s, all at the same time"), text);

    gtk_label_set_label (self->time, all);
  } else {
    gtk_label_set_label (self->time, text != NULL ? text : "");
  }
}

static void
fill_row (HsFlashConfirmPage *self, Row *row, GPtrArray *lines)
{
  const HsRequestOptions *options = hs_flash_choice_get_options (self->choice);
  g_autofree char *why = NULL;
  g_autofree char *seconds = NULL;
  g_autofree char *time = NULL;

  row->expected = hs_plan_expect (lines);
  row->planned = TRUE;
  why = hs_operation_why_written (hs_flash_choice_get_what (self->choice), &row->expected, options);
  seconds = hs_estimate_dup_seconds (seconds_of (&row->expected));
  time = row->expected.known ? g_strdup (seconds) : g_strdup_printf (_ ("up to %s"), seconds);
  gtk_label_set_label (row->why, why);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->why), why);
  gtk_label_set_label (row->time, time);
}

/* This one would be refused; the others are done all the same. */
static void
refuse_row (Row *row, const GError *error)
{
  g_autoptr (HsProblem) problem = hs_explain_error (error);

  gtk_label_set_label (row->why, problem->message);
  gtk_widget_set_tooltip_text (GTK_WIDGET (row->why), problem->message);
}

/* The plan of the first camera is the one that is shown. Also enables the button that starts it, or
 * not. */
static void
show_described (HsFlashConfirmPage *self, GPtrArray *lines, const GError *error)
{
  const HsRequestOptions *options = hs_flash_choice_get_options (self->choice);
  const char *what = hs_flash_choice_get_what (self->choice);
  HsSlot *slot = g_array_index (self->rows, Row, 0).slot;
  g_autofree char *verb = hs_operation_verb (what, self->rows->len, options);

  gtk_widget_set_visible (GTK_WIDGET (self->plan), lines != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), lines == NULL);
  if (lines != NULL) {
    show_lines (self, hs_flash_choice_get_board_of (self->choice, slot), lines);
  } else {
    g_autoptr (HsProblem) problem = hs_explain_error (error);
    g_autofree char *text = g_strdup_printf ("%s %s", problem->message, problem->action);

    gtk_label_set_label (self->problem, text);
  }
  hs_wizard_page_set_verb (
      HS_WIZARD_PAGE (self), verb, lines != NULL, hs_operation_loses (what, options), TRUE);
  gtk_widget_set_sensitive (self->try_it, lines != NULL);
}

static void
described_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Ask *ask = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) lines = hs_session_describe_finish (HS_SESSION (source), result, &error);
  Row *row;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  row = &g_array_index (ask->page->rows, Row, ask->row);
  if (lines != NULL)
    fill_row (ask->page, row, lines);
  else if (ask->row > 0)
    refuse_row (row, error);
  if (ask->row == 0)
    show_described (ask->page, lines, error);
  show_time (ask->page);
}

/* What is expected of it is asked of the catalog, which takes a moment. */
static void
ask_plans (HsFlashConfirmPage *self)
{
  HsSession *session = hs_flash_choice_get_session (self->choice);
  const char *what = hs_flash_choice_get_what (self->choice);

  self->asked = g_cancellable_new ();
  for (guint i = 0; i < self->rows->len; i++) {
    HsSlot *slot = g_array_index (self->rows, Row, i).slot;
    HsRequestOptions options;
    Ask *ask = g_new0 (Ask, 1);

    *ask = (Ask){ self, i };
    hs_flash_choice_get_options_for (self->choice, slot, &options);
    hs_session_describe_async (
        session, what, hs_slot_get_device (slot), &options, self->asked, described_cb, ask);
  }
}

/* -- the page -------------------------------------------------------------------------------- */

static void
show_words (HsFlashConfirmPage *self, HsSlot *first, guint n)
{
  const HsRequestOptions *options = hs_flash_choice_get_options (self->choice);
  const char *what = hs_flash_choice_get_what (self->choice);
  const HsBoard *board = hs_flash_choice_get_board_of (self->choice, first);
  g_autofree char *name = hs_flash_choice_dup_name (self->choice);
  g_autofree char *title = hs_operation_title (what, n, name);
  g_autofree char *loss = hs_operation_loss (what, n, options);

  gtk_label_set_label (self->heading, title);
  show_time (self);
  gtk_label_set_label (self->loss_text, loss != NULL ? loss : "");
  gtk_label_set_label (self->loss_detail, hs_operation_loss_detail (what, options));
  gtk_widget_set_visible (self->loss, loss != NULL);
  /* What a release says is not for this page to change. */
  gtk_widget_set_visible (self->keep,
                          g_str_equal (what, "flash") &&
                              hs_flash_choice_get_release (self->choice) == NULL);
  gtk_widget_set_visible (self->try_it, hs_operation_writes (what));
  gtk_widget_set_visible (self->unproven, !board->proven_on_hardware[hs_operation_proof (what)]);
}

static void
show_nobody (HsFlashConfirmPage *self)
{
  gboolean builds = hs_operation_needs_build (hs_flash_choice_get_what (self->choice));
  g_autofree char *verb = hs_operation_verb (
      hs_flash_choice_get_what (self->choice), 1, hs_flash_choice_get_options (self->choice));

  gtk_label_set_label (self->heading,
                       builds ? _ ("No chosen camera can take this build")
                              : _ ("This can be done with none of the chosen cameras"));
  gtk_label_set_label (self->time, "");
  gtk_widget_set_visible (self->loss, FALSE);
  gtk_widget_set_visible (self->try_it, FALSE);
  gtk_widget_set_visible (self->unproven, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->plan), FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->problem), FALSE);
  hs_wizard_page_set_verb (HS_WIZARD_PAGE (self), verb, FALSE, FALSE, TRUE);
}

static void
show_all (HsFlashConfirmPage *self)
{
  const HsRequestOptions *options = hs_flash_choice_get_options (self->choice);
  const char *what = hs_flash_choice_get_what (self->choice);
  g_autofree char *verb = NULL;
  guint n;

  show_cameras (self);
  n = self->rows->len;
  if (n == 0) {
    show_nobody (self);
    return;
  }

  show_words (self, g_array_index (self->rows, Row, 0).slot, n);
  verb = hs_operation_verb (what, n, options);
  hs_wizard_page_set_verb (
      HS_WIZARD_PAGE (self), verb, FALSE, hs_operation_loses (what, options), TRUE);
  gtk_widget_set_sensitive (self->try_it, FALSE);
  ask_plans (self);
}

static void
choice_changed_cb (HsFlashConfirmPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    show_all (self);
}

static void
keep_cb (HsFlashConfirmPage *self)
{
  HsRequestOptions options = *hs_flash_choice_get_options (self->choice);

  options.erase_filesystem = FALSE;
  hs_flash_choice_set_options (self->choice, &options);
}

static void
try_cb (HsFlashConfirmPage *self)
{
  g_signal_emit (self, signals[SIGNAL_TRY], 0);
}

static void
hs_flash_confirm_page_entered (HsWizardPage *page)
{
  show_all (HS_FLASH_CONFIRM_PAGE (page));
}

/* A release leaves nothing to choose on the page before. */
static gboolean
hs_flash_confirm_page_backward (HsWizardPage *page)
{
  HsFlashConfirmPage *self = HS_FLASH_CONFIRM_PAGE (page);
  HsWizard *wizard = HS_WIZARD (gtk_widget_get_root (GTK_WIDGET (page)));

  if (hs_flash_choice_get_release (self->choice) == NULL)
    return FALSE;

  hs_wizard_go_previous (wizard);
  hs_wizard_go_previous (wizard);
  return TRUE;
}

static gboolean
hs_flash_confirm_page_forward (HsWizardPage *page)
{
  g_signal_emit (page, signals[SIGNAL_START], 0);
  return TRUE;
}

static void
hs_flash_confirm_page_dispose (GObject *object)
{
  HsFlashConfirmPage *self = HS_FLASH_CONFIRM_PAGE (object);

  g_cancellable_cancel (self->asked);
  g_clear_object (&self->asked);
  g_clear_object (&self->choice);
  G_OBJECT_CLASS (hs_flash_confirm_page_parent_class)->dispose (object);
}

static void
hs_flash_confirm_page_finalize (GObject *object)
{
  g_array_unref (HS_FLASH_CONFIRM_PAGE (object)->rows);
  G_OBJECT_CLASS (hs_flash_confirm_page_parent_class)->finalize (object);
}

static void
hs_flash_confirm_page_class_init (HsFlashConfirmPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_flash_confirm_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_flash_confirm_page_finalize;
  HS_WIZARD_PAGE_CLASS (klass)->entered = hs_flash_confirm_page_entered;
  HS_WIZARD_PAGE_CLASS (klass)->backward = hs_flash_confirm_page_backward;
  HS_WIZARD_PAGE_CLASS (klass)->forward = hs_flash_confirm_page_forward;
  signals[SIGNAL_START] = g_signal_new (
      "start", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_TRY] = g_signal_new (
      "try", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("flash-confirm-page"));
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, heading);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, time);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, cameras);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, left_out);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, loss);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, loss_text);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, loss_detail);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, keep);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, try_it);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, plan);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, unproven);
  gtk_widget_class_bind_template_child (widget_class, HsFlashConfirmPage, problem);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
  gtk_widget_class_bind_template_callback (widget_class, try_cb);
}

static void
hs_flash_confirm_page_init (HsFlashConfirmPage *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("Confirm"));
}

HsWizardPage *
hs_flash_confirm_page_new (HsFlashChoice *choice)
{
  HsFlashConfirmPage *self = g_object_new (HS_TYPE_FLASH_CONFIRM_PAGE, NULL);

  self->choice = g_object_ref (choice);
  g_signal_connect_object (
      choice, "changed", G_CALLBACK (choice_changed_cb), self, G_CONNECT_SWAPPED);
  return HS_WIZARD_PAGE (self);
}
