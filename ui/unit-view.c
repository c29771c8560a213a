/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-view.h"

#include "app/explain.h"
#include "ui/flash-strip.h"
#include "ui/flash-wizard.h"
#include "ui/format.h"
#include "ui/label-dialog.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

enum { MAX_RUNS = 12 }; /* shown; the journal has all */

struct _HsUnitView {
  GtkBox parent_instance;

  GtkLabel *title;
  GtkLabel *chip;
  GtkLabel *board;
  GtkWidget *serial;
  GtkWidget *flash;
  GtkWidget *why_not;
  GtkWidget *warning;
  GtkLabel *warning_text;
  GtkWidget *repair;
  HsFlashStrip *strip;
  AdwBin *contents;
  AdwBin *identities;
  GtkLabel *n_runs;
  AdwBin *runs;
  GtkWidget *notes_panel;
  AdwBin *notes;

  HsSession *session; /* owned */
  HsUnit *unit;       /* owned; nullable */
};

G_DEFINE_FINAL_TYPE (HsUnitView, hs_unit_view, GTK_TYPE_BOX)

/**
 * hs_unit_find_slot:
 * @session: a session
 * @unit: key of a unit
 *
 * Returns: (transfer none) (nullable): where it is plugged in now
 */
HsSlot *
hs_unit_find_slot (HsSession *session, const char *unit)
{
  GListModel *slots = hs_session_get_slots (session);

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);
    HsDevice *device = hs_slot_get_device (slot);
    HsUnit *known = hs_slot_get_unit (slot);

    if (device == NULL)
      continue;
    if (g_strcmp0 (hs_device_get_key (device), unit) == 0 ||
        (known != NULL && g_str_equal (hs_unit_get_id (known), unit)))
      return slot;
  }
  return NULL;
}

/* Holds a partition neither the old nor the new image? The filesystem is the camera's own. */
static const HsContent *
torn_content (HsUnit *unit)
{
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);

    if (g_strcmp0 (content->state, "unknown") == 0 &&
        g_strcmp0 (content->role, hs_role_name (HS_ROLE_FILESYSTEM)) != 0)
      return content;
  }
  return NULL;
}

/* What "ready" is worth: green only for what was read back and is still so. */
static const char *
ready_text (HsUnit *unit, const char **meaning)
{
  const HsContent *firmware = hs_unit_find_content (unit, hs_role_name (HS_ROLE_FIRMWARE));

  if (torn_content (unit) != NULL) {
    *meaning = "warn";
    return _ ("unknown");
  }
  if (hs_unit_get_changed_outside (unit)) {
    *meaning = "warn";
    return _ ("changed");
  }
  if (firmware == NULL || g_strcmp0 (firmware->state, "verified") != 0)
    return _ ("not proven");
  *meaning = "ok";
  return _ ("ready");
}

/**
 * hs_unit_chip_text:
 * @unit: a unit
 * @meaning: (out): class of its chip; %NULL grey
 *
 * Returns: the word for its state
 */
const char *
hs_unit_chip_text (HsUnit *unit, const char **meaning)
{
  static const struct {
    const char *state;
    const char *text;
    const char *meaning;
  } states[] = {
    { "shipped", N_ ("shipped"), NULL },
    { "returned", N_ ("returned"), "warn" },
    { "scrapped", N_ ("scrapped"), NULL },
  };
  const char *state = hs_unit_get_state (unit);

  *meaning = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    if (g_strcmp0 (states[i].state, state) != 0)
      continue;
    *meaning = states[i].meaning;
    return _ (states[i].text);
  }
  return state == NULL || g_str_equal (state, "ready") ? ready_text (unit, meaning) : state;
}

/* -- what is in its flash -------------------------------------------------------------------- */

static const HsColumn content_columns[] = {
  { N_ ("Partition"), 168 },
  { N_ ("Holds"), 0 },
  { N_ ("Since"), 120 },
  { N_ ("How we know"), 156 },
};

static GtkWidget *
evidence (HsShape shape, const char *text)
{
  return hs_piece_row (7, hs_shape_new (shape, 16), hs_piece_label (text, NULL), NULL);
}

static GtkWidget *
evidence_of (const HsPartition *partition, const HsContent *content)
{
  const char *state = content != NULL ? content->state : NULL;
  GtkWidget *icon;

  if (g_strcmp0 (state, "verified") == 0)
    return evidence (HS_SHAPE_PASS, _ ("read back, equal"));
  if (g_strcmp0 (state, "written") == 0)
    return evidence (HS_SHAPE_WORK, _ ("written, not read back"));
  if (g_strcmp0 (state, "reported") == 0)
    return evidence (HS_SHAPE_READY, _ ("the camera says so"));
  if (state != NULL || !(partition->flags & HS_PARTITION_NEVER))
    return evidence (HS_SHAPE_UNKNOWN, _ ("unknown"));

  icon = hs_piece_icon (hs_shape_icon_name (HS_SHAPE_NO_ACCESS), 16, "idle");
  return hs_piece_row (7, icon, hs_piece_label (_ ("never written here"), NULL), NULL);
}

static char *
holds_of (const HsPartition *partition, const HsContent *content)
{
  gboolean files = partition->role == HS_ROLE_FILESYSTEM || partition->role == HS_ROLE_STORAGE;

  if (content == NULL || (content->sha256 == NULL && content->build_name == NULL))
    return g_strdup_printf ("<span alpha='65%%'>%s</span>",
                            content != NULL && g_strcmp0 (content->state, "unknown") == 0 && !files
                                ? _ ("neither the old nor the new image: a write broke off")
                            : files ? _ ("the camera's own files; not recorded")
                                    : _ ("never read"));
  if (content->build_name != NULL)
    return g_markup_printf_escaped (
        "<b>%s</b>  <span face='monospace' size='86%%' alpha='60%%'>sha256 %.4s⁠…⁠%s</span>",
        content->build_name,
        content->sha256 != NULL ? content->sha256 : "",
        content->sha256 != NULL && strlen (content->sha256) == 64 ? content->sha256 + 60 : "");
  return g_markup_printf_escaped (
      "%s  <span face='monospace' size='86%%' alpha='60%%'>sha256 %.8s…</span>",
      _ ("an image of no known build"),
      content->sha256);
}

static GtkWidget *
cell_markup (const char *markup)
{
  GtkWidget *label = hs_piece_markup (markup, NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  return label;
}

static GtkWidget *
partition_cell (const HsPartition *partition)
{
  g_autofree char *size = hs_format_size (partition->size);
  g_autofree char *bytes = hs_format_bytes (partition->size);
  g_autofree char *markup = g_markup_printf_escaped (
      "<b>%s</b>  <span alpha='60%%' size='90%%'>%s</span>", partition->name, size);
  GtkWidget *label = hs_piece_markup (markup, NULL);

  gtk_widget_set_tooltip_text (label, bytes);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static const HsContent *
content_of (HsUnit *unit, const HsPartition *partition)
{
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++) {
    const HsContent *content = hs_unit_get_content (unit, i);

    if (g_strcmp0 (content->partition, partition->name) == 0)
      return content;
  }
  return NULL;
}

static void
show_contents (HsUnitView *self, const HsBoard *board)
{
  HsTable table;

  hs_table_init (&table, content_columns, G_N_ELEMENTS (content_columns));
  for (guint i = 0; board != NULL && i < board->n_partitions; i++) {
    const HsPartition *partition = &board->partitions[i];
    const HsContent *content = content_of (self->unit, partition);
    g_autofree char *holds = holds_of (partition, content);
    g_autofree char *since = hs_format_day_clock (content != NULL ? content->since : 0);
    GtkWidget *when = hs_piece_label (content != NULL && content->since > 0 ? since : "", "figure");

    gtk_label_set_ellipsize (GTK_LABEL (when), PANGO_ELLIPSIZE_END);
    hs_table_add (&table,
                  partition_cell (partition),
                  cell_markup (holds),
                  when,
                  evidence_of (partition, content),
                  NULL);
  }
  adw_bin_set_child (self->contents, table.grid);
}

/* -- identity -------------------------------------------------------------------------------- */

static const HsColumn identity_columns[] = { { NULL, 108 }, { NULL, 0 } };

/* The schemes of flash/identity as people know them. */
static const char *
scheme_text (const char *scheme)
{
  static const struct {
    const char *scheme;
    const char *text;
  } names[] = {
    { "stm32", N_ ("Catalog, chip") },
    { "stm32-st", N_ ("Running") },
    { "stm32-rom", N_ ("ROM") },
    { "stm32-memory", N_ ("In memory order") },
    { "stm32-arduino", N_ ("Arduino") },
    { "alif-se", N_ ("Bootloader") },
    { "alif-eui64", N_ ("Running") },
    { "ocotp", N_ ("Chip") },
    { "ficr", N_ ("Chip") },
    { "rp2", N_ ("Chip") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].scheme, scheme) == 0)
      return _ (names[i].text);
  return scheme;
}

static GtkWidget *
identity_cell (const HsUnitIdentity *identity)
{
  g_autofree char *markup =
      g_markup_printf_escaped ("<span face='monospace' size='90%%'>%s</span>", identity->value);
  GtkWidget *copy = hs_piece_copy (markup, scheme_text (identity->scheme), identity->value);
  GtkWidget *unsure = NULL;

  if (g_strcmp0 (identity->strength, "proven") != 0) {
    unsure = hs_piece_label (_ ("not unique"), "dim-label caption");
    gtk_label_set_ellipsize (GTK_LABEL (unsure), PANGO_ELLIPSIZE_END);
  }
  return hs_piece_row (6, copy, unsure, NULL);
}

static void
show_identities (HsUnitView *self)
{
  HsTable table;

  hs_table_init (&table, identity_columns, G_N_ELEMENTS (identity_columns));
  for (guint i = 0; i < hs_unit_get_n_identities (self->unit); i++) {
    const HsUnitIdentity *identity = hs_unit_get_identity (self->unit, i);
    GtkWidget *scheme = hs_piece_label (scheme_text (identity->scheme), "dim-label");

    gtk_label_set_ellipsize (GTK_LABEL (scheme), PANGO_ELLIPSIZE_END);
    gtk_widget_set_tooltip_text (scheme, identity->evidence);
    hs_table_add (&table, scheme, identity_cell (identity), NULL);
  }
  adw_bin_set_child (self->identities, table.grid);
}

/* -- runs ------------------------------------------------------------------------------------ */

static const HsColumn run_columns[] = { { NULL, 20 }, { NULL, 0 }, { NULL, 92 } };

/* Seconds of a finished run, or 0; @headline: (transfer full): of its problem, or NULL. */
static double
read_result (HsRun *run, char **headline)
{
  const char *json = hs_run_get_result (run);
  g_autoptr (JsonNode) node = json != NULL ? json_from_string (json, NULL) : NULL;
  JsonObject *object;
  JsonNode *error;

  *headline = NULL;
  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return 0;

  object = json_node_get_object (node);
  error = json_object_get_member (object, "error");
  if (error != NULL && JSON_NODE_HOLDS_OBJECT (error))
    *headline = g_strdup (
        json_object_get_string_member_with_default (json_node_get_object (error), "message", NULL));
  return json_object_get_double_member_with_default (object, "seconds", 0);
}

static const char *
what_text (const char *what)
{
  static const struct {
    const char *what;
    const char *text;
  } names[] = {
    { "flash", N_ ("Flashed") },           { "identify", N_ ("Identified") },
    { "enter", N_ ("To bootloader") },     { "leave", N_ ("Left bootloader") },
    { "restart", N_ ("Restarted") },       { "read-build", N_ ("Build made from it") },
    { "erase", N_ ("Filesystem erased") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].what, what) == 0)
      return _ (names[i].text);
  return what != NULL ? what : "";
}

static char *
run_text (HsRun *run)
{
  g_autofree char *headline = NULL;
  double seconds = read_result (run, &headline);
  g_autofree char *duration = seconds > 0 ? hs_format_duration (seconds) : NULL;
  const char *name = hs_run_get_build_name (run);
  const char *subject = name != NULL && g_strcmp0 (hs_run_get_what (run), "flash") == 0
                            ? name
                            : what_text (hs_run_get_what (run));
  const char *outcome = hs_run_get_outcome (run);
  g_autofree char *word = outcome != NULL ? hs_explain_outcome (outcome) : g_strdup (_ ("Running"));

  if (g_strcmp0 (outcome, "passed") == 0)
    return duration != NULL ? g_strdup_printf ("%s · %s", subject, duration) : g_strdup (subject);
  return g_strdup_printf ("%s · %s", subject, headline != NULL ? headline : word);
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

static void
show_runs (HsUnitView *self, GPtrArray *runs)
{
  guint shown = MIN (runs->len, MAX_RUNS);
  guint all = MAX (hs_unit_get_n_runs (self->unit), runs->len);
  g_autofree char *shown_text = hs_format_count (shown);
  g_autofree char *all_text = hs_format_count (all);
  /* Translators: how many are shown, and how many there are */
  g_autofree char *count = g_strdup_printf (_ ("%s of %s"), shown_text, all_text);
  HsTable table;

  gtk_label_set_label (self->n_runs, shown > 0 ? count : "");
  if (shown == 0) {
    adw_bin_set_child (self->runs, hs_piece_label (_ ("No runs yet"), "dim-label"));
    return;
  }

  hs_table_init (&table, run_columns, G_N_ELEMENTS (run_columns));
  for (guint i = 0; i < shown; i++)
    add_run (&table, g_ptr_array_index (runs, i));
  adw_bin_set_child (self->runs, table.grid);
}

/* -- notes ----------------------------------------------------------------------------------- */

static const HsColumn note_columns[] = { { NULL, 0 }, { NULL, 130 }, { NULL, 120 } };

static void
add_note (HsTable *table, HsEntry *entry)
{
  g_autoptr (JsonNode) node = json_from_string (hs_entry_get_payload (entry), NULL);
  g_autofree char *when = hs_format_day_clock (hs_entry_get_time (entry));
  const char *who = hs_entry_get_operator (entry);
  const char *text = "";
  GtkWidget *words;
  GtkWidget *person = hs_piece_label (who != NULL ? who : "", "dim-label");

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    text = json_object_get_string_member_with_default (json_node_get_object (node), "text", "");
  words = hs_piece_label (text, NULL);
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (words), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_ellipsize (GTK_LABEL (person), PANGO_ELLIPSIZE_END);
  hs_table_add (table, words, person, hs_piece_label (when, "figure dim-label"), NULL);
}

static void
show_notes (HsUnitView *self, GPtrArray *notes)
{
  HsTable table;

  gtk_widget_set_visible (self->notes_panel, notes->len > 0);
  hs_table_init (&table, note_columns, G_N_ELEMENTS (note_columns));
  for (guint i = 0; i < notes->len; i++)
    add_note (&table, g_ptr_array_index (notes, i));
  adw_bin_set_child (self->notes, table.grid);
}

/* -- the whole ------------------------------------------------------------------------------- */

/* The worst that is known, in words; NULL if all is well. */
static char *
worst (HsUnit *unit)
{
  const HsContent *torn = torn_content (unit);

  if (torn != NULL)
    return g_markup_printf_escaped (
        _ ("<b>%s is unknown.</b> The last write was not proven. Flash the unit in full before it "
           "ships."),
        torn->partition);
  if (hs_unit_get_changed_outside (unit))
    return g_strdup (_ ("<b>It was changed outside Hotshoe.</b> It shows something else than was "
                        "recorded. Flash it, or read what it has, before it ships."));
  return NULL;
}

static void
show_place (HsUnitView *self)
{
  HsSlot *slot = hs_unit_find_slot (self->session, hs_unit_get_id (self->unit));
  const char *meaning = NULL;
  const char *state = hs_unit_chip_text (self->unit, &meaning);
  g_autofree char *place =
      slot != NULL ? g_strdup_printf (_ ("on bench · %s"), hs_slot_get_name (slot)) : NULL;

  gtk_label_set_label (self->chip, place != NULL ? place : state);
  hs_piece_set_meaning (GTK_WIDGET (self->chip), place != NULL ? "work" : meaning);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "unit.flash", slot != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "unit.repair", slot != NULL);
  gtk_widget_set_visible (self->why_not, slot == NULL);
}

static void
show_head (HsUnitView *self, const HsBoard *board)
{
  const char *label = hs_unit_get_label (self->unit);
  g_autofree char *digits = hs_format_key_serial (hs_unit_get_id (self->unit));
  g_autofree char *markup = hs_format_serial_markup (hs_unit_get_id (self->unit));
  g_autofree char *warning = worst (self->unit);
  GtkWidget *serial = hs_piece_copy (markup, _ ("serial"), digits);

  gtk_label_set_label (self->title, label != NULL ? label : _ ("no label"));
  gtk_label_set_label (self->board,
                       board != NULL ? hs_format_board_name (board->id)
                                     : hs_unit_get_board (self->unit));
  gtk_widget_add_css_class (serial, "serial");
  hs_piece_clear (self->serial);
  gtk_box_append (GTK_BOX (self->serial), serial);
  gtk_label_set_markup (self->warning_text, warning != NULL ? warning : "");
  gtk_widget_set_visible (self->warning, warning != NULL);
}

/**
 * hs_unit_view_set_unit:
 * @self: a view
 * @unit: (nullable): what to show
 * @runs: (nullable) (element-type HsRun): its runs, newest first
 * @notes: (nullable) (element-type HsEntry): notes on it, newest first
 *
 * Shows @unit as the catalog has it.
 */
void
hs_unit_view_set_unit (HsUnitView *self, HsUnit *unit, GPtrArray *runs, GPtrArray *notes)
{
  const HsBoard *board;

  g_return_if_fail (HS_IS_UNIT_VIEW (self));

  g_set_object (&self->unit, unit);
  gtk_widget_set_visible (GTK_WIDGET (self), unit != NULL);
  if (unit == NULL)
    return;

  board = hs_unit_get_board (unit) != NULL ? hs_board_by_id (hs_unit_get_board (unit)) : NULL;
  show_head (self, board);
  show_place (self);
  hs_flash_strip_set_unit (self->strip, board, unit);
  gtk_widget_set_visible (GTK_WIDGET (self->strip), board != NULL && board->n_partitions > 0);
  show_contents (self, board);
  show_identities (self);
  show_runs (self, runs);
  show_notes (self, notes);
}

static GtkWindow *
window_of (HsUnitView *self)
{
  return GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
flash_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsUnitView *self = HS_UNIT_VIEW (widget);
  HsSlot *slot =
      self->unit != NULL ? hs_unit_find_slot (self->session, hs_unit_get_id (self->unit)) : NULL;
  g_autoptr (GPtrArray) slots = g_ptr_array_new_with_free_func (g_object_unref);
  GtkWindow *wizard;

  if (slot == NULL)
    return;

  g_ptr_array_add (slots, g_object_ref (slot));
  wizard = hs_flash_wizard_new (self->session, slots);
  if (g_str_equal (name, "unit.repair"))
    hs_flash_wizard_set_full (HS_FLASH_WIZARD (wizard), TRUE);
  gtk_window_set_transient_for (wizard, window_of (self));
  gtk_window_present (wizard);
}

static void
label_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsUnitView *self = HS_UNIT_VIEW (widget);

  if (self->unit != NULL)
    hs_label_dialog_present (window_of (self),
                             self->session,
                             hs_unit_get_id (self->unit),
                             hs_unit_get_label (self->unit));
}

static void
note_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsUnitView *self = HS_UNIT_VIEW (widget);

  if (self->unit != NULL)
    hs_note_dialog_present (window_of (self),
                            self->session,
                            hs_unit_get_id (self->unit),
                            hs_unit_get_label (self->unit));
}

static void
slots_changed_cb (HsUnitView *self)
{
  if (self->unit != NULL)
    show_place (self);
}

static void
hs_unit_view_dispose (GObject *object)
{
  HsUnitView *self = HS_UNIT_VIEW (object);

  g_clear_object (&self->unit);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_unit_view_parent_class)->dispose (object);
}

static void
hs_unit_view_class_init (HsUnitViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_unit_view_dispose;
  g_type_ensure (HS_TYPE_FLASH_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("unit-view"));
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, title);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, chip);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, board);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, serial);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, flash);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, why_not);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, warning);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, warning_text);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, repair);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, strip);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, contents);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, identities);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, n_runs);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, runs);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, notes_panel);
  gtk_widget_class_bind_template_child (widget_class, HsUnitView, notes);
  gtk_widget_class_install_action (widget_class, "unit.flash", NULL, flash_action);
  gtk_widget_class_install_action (widget_class, "unit.repair", NULL, flash_action);
  gtk_widget_class_install_action (widget_class, "unit.label", NULL, label_action);
  gtk_widget_class_install_action (widget_class, "unit.note", NULL, note_action);
}

static void
hs_unit_view_init (HsUnitView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
hs_unit_view_new (HsSession *session)
{
  HsUnitView *self = g_object_new (HS_TYPE_UNIT_VIEW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (hs_session_get_slots (session),
                           "items-changed",
                           G_CALLBACK (slots_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (hs_session_get_monitor (session),
                           "items-changed",
                           G_CALLBACK (slots_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
