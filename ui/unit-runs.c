/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-parts.h"

#include "app/explain.h"
#include "app/health.h"
#include "app/job.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

static const HsColumn columns[] = { { NULL, 20 }, { NULL, 0 }, { NULL, 92 } };

/* What the JSON of a run says that a page can use. */
typedef struct {
  double seconds;
  char *headline; /* of its problem; nullable */
  char *code;     /* of its problem; nullable */
} Result;

static void
result_clear (Result *self)
{
  g_free (self->headline);
  g_free (self->code);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Result, result_clear)

static void
read_result (HsRun *run, Result *result)
{
  const char *json = hs_run_get_result (run);
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonObject *object;
  JsonNode *error;

  *result = (Result){ 0 };
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return;

  object = json_node_get_object (node);
  result->seconds = json_object_get_double_member_with_default (object, "seconds", 0);
  error = json_object_get_member (object, "error");
  if (error == NULL || !JSON_NODE_HOLDS_OBJECT (error))
    return;

  object = json_node_get_object (error);
  result->headline =
      g_strdup (json_object_get_string_member_with_default (object, "message", NULL));
  result->code = g_strdup (json_object_get_string_member_with_default (object, "code", NULL));
}

static const char *
what_text (const char *what)
{
  static const struct {
    const char *what;
    const char *text;
  } names[] = {
    { "flash", N_ ("Flashed") },
    { "identify", N_ ("Identified") },
    { "enter", N_ ("To bootloader") },
    { "leave", N_ ("Left bootloader") },
    { "restart", N_ ("Restarted") },
    { "read-build", N_ ("Build made from it") },
    { "erase", N_ ("Filesystem erased") },
    { "reset-romfs", N_ ("ROMFS reset") },
    { "deploy", N_ ("Written by a probe") },
    { "compare", N_ ("Compared") },
    { "read", N_ ("Read to a file") },
    { "dry-run", N_ ("Dry run") },
    { "restore-bootloader", N_ ("Bootloader restored") },
    { "audit", N_ ("Audited") },
    { "protect", N_ ("Protection written") },
    { "unprotect", N_ ("Protection removed") },
    { "observe-protection", N_ ("Protection looked at") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].what, what) == 0)
      return _ (names[i].text);
  return what != NULL ? what : "";
}

static char *
run_text (HsRun *run)
{
  g_auto (Result) result = { 0 };
  g_autofree char *duration = NULL;
  g_autofree char *word = NULL;
  const char *name = hs_run_get_build_name (run);
  const char *outcome = hs_run_get_outcome (run);
  const char *subject = name != NULL && g_strcmp0 (hs_run_get_what (run), "flash") == 0
                            ? name
                            : what_text (hs_run_get_what (run));

  read_result (run, &result);
  duration = result.seconds > 0 ? hs_format_duration (result.seconds) : NULL;
  word = outcome != NULL ? hs_explain_outcome (outcome) : g_strdup (_ ("Running"));
  if (g_strcmp0 (outcome, "passed") == 0)
    return duration != NULL ? g_strdup_printf ("%s · %s", subject, duration) : g_strdup (subject);
  return g_strdup_printf ("%s · %s", subject, result.headline != NULL ? result.headline : word);
}

static void
add_run (HsTable *table, HsRun *run)
{
  const char *outcome = hs_run_get_outcome (run);
  HsShape shape =
      outcome != NULL ? hs_shape_for_outcome (hs_outcome_from_name (outcome)) : HS_SHAPE_WORK;
  g_autofree char *text = run_text (run);
  g_autofree char *when = hs_format_day_clock (hs_run_get_started (run));
  GtkWidget *label = hs_piece_label (text, NULL);
  GtkWidget *day = hs_piece_label (when, "figure dim-label");

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  gtk_label_set_ellipsize (GTK_LABEL (day), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (day, when);
  hs_table_add (table, hs_shape_new (shape, 16), label, day, NULL);
}

/**
 * hs_unit_runs_new:
 * @runs: (element-type HsRun): newest first
 * @max: how many are shown at most
 *
 * Returns: (transfer floating): a row for each run
 */
GtkWidget *
hs_unit_runs_new (GPtrArray *runs, guint max)
{
  HsTable table;

  if (runs->len == 0)
    return hs_piece_label (_ ("No runs yet"), "dim-label");

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < MIN (runs->len, max); i++)
    add_run (&table, g_ptr_array_index (runs, i));
  return table.grid;
}

/* -- health ---------------------------------------------------------------------------------- */

static void
add_note (GtkWidget *box, char *text)
{
  g_autofree char *sentence = text;
  GtkWidget *label = hs_piece_label (sentence, NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_box_append (GTK_BOX (box),
                  hs_piece_row (9, hs_shape_new (HS_SHAPE_ATTENTION, 16), label, NULL));
}

enum { MOST_SLOW = 5 };

/* When it was so, after it. */
static void
add_slow (GtkWidget *box, const HsStory *story, const HsBoard *board)
{
  for (guint i = 0; i < MIN (story->slow->len, MOST_SLOW); i++) {
    const HsSlowSector *slow = g_ptr_array_index (story->slow, i);
    g_autofree char *text = hs_health_dup_slow (slow, board);
    g_autofree char *when = hs_format_day_clock (slow->time);

    add_note (box, g_strdup_printf ("%s %s", text, when));
  }
  if (story->slow->len > MOST_SLOW)
    add_note (box,
              g_strdup_printf (ngettext ("%u more sector is slow.",
                                         "%u more sectors are slow.",
                                         story->slow->len - MOST_SLOW),
                               story->slow->len - MOST_SLOW));
}

/**
 * hs_unit_health_new:
 * @runs: (element-type HsRun): newest first
 * @story: (nullable): what else is known of it
 * @board: (nullable): what it is
 *
 * Only what its runs have shown: bytes that read back differently, writes that broke off, sectors
 * that took too long.
 *
 * Returns: (transfer floating) (nullable): a panel; %NULL if there is nothing to say
 */
GtkWidget *
hs_unit_health_new (GPtrArray *runs, const HsStory *story, const HsBoard *board)
{
  GtkWidget *box;
  gboolean slow = story != NULL && story->slow->len > 0;
  guint differs = 0, broken = 0;

  for (guint i = 0; i < runs->len; i++) {
    HsRun *run = g_ptr_array_index (runs, i);
    g_auto (Result) result = { 0 };

    read_result (run, &result);
    differs += g_strcmp0 (result.code, "read-back-differs") == 0;
    broken += g_strcmp0 (hs_run_get_outcome (run), "interrupted") == 0 ||
              g_strcmp0 (result.code, "camera-gone") == 0;
  }
  if (differs == 0 && broken < 2 && !slow)
    return NULL;

  box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  if (differs > 0)
    add_note (box,
              g_strdup_printf (ngettext ("In %u run its flash read back differently from what was "
                                         "written: it may be worn.",
                                         "In %u runs its flash read back differently from what was "
                                         "written: it may be worn.",
                                         differs),
                               differs));
  if (broken > 1)
    add_note (box,
              g_strdup_printf (ngettext ("%u run broke off: look at the cable and the connector.",
                                         "%u runs broke off: look at the cable and the connector.",
                                         broken),
                               broken));
  if (slow)
    add_slow (box, story, board);
  return hs_piece_panel (_ ("Health"), box, NULL);
}
