/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/release-cards.h"

#include "app/explain.h"
#include "ui/flash-strip.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

enum { STRIP_PX = 24 };

static const HsColumn fact_columns[] = { { NULL, 150 }, { NULL, 0 } };

/* One line that gives way; the tooltip has all. */
static GtkWidget *
short_label (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  return label;
}

static GtkWidget *
wrapped_label (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 1);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

static void
add_fact (HsTable *table, const char *title, GtkWidget *value)
{
  GtkWidget *label = short_label (title, "dim-label");

  gtk_label_set_yalign (GTK_LABEL (label), 0);
  gtk_widget_set_valign (label, GTK_ALIGN_START);
  hs_table_add (table, label, value, NULL);
}

static void
add_fact_text (HsTable *table, const char *title, const char *text)
{
  add_fact (table, title, wrapped_label (text, NULL));
}

static GtkWidget *
action_button (const char *label, const char *spoken, const char *action, const char *target)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "small");
  if (spoken != NULL)
    hs_piece_name (button, spoken);
  if (target != NULL)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

/* -- what must be said first ----------------------------------------------------------------- */

static GtkWidget *
alarm_panel (const char *icon,
             const char *meaning,
             const char *headline,
             const char *text,
             GtkWidget *button)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *title = wrapped_label (headline, "heading");
  GtkWidget *panel;

  gtk_widget_add_css_class (title, meaning);
  gtk_box_append (GTK_BOX (words), title);
  if (text != NULL && *text != '\0')
    gtk_box_append (GTK_BOX (words), wrapped_label (text, NULL));
  gtk_widget_set_hexpand (words, TRUE);
  panel = hs_piece_row (12, hs_piece_icon (icon, 22, meaning), words, button, NULL);
  gtk_widget_add_css_class (panel, "panel");
  return panel;
}

static GtkWidget *
withdrawn_panel (HsReleaseDetail *detail)
{
  guint n = hs_release_get_n_units (detail->release);
  g_autofree char *number = hs_format_count (n);
  const char *reason = hs_release_get_reason (detail->release);
  g_autofree char *headline = reason != NULL && *reason != '\0'
                                  ? g_strdup_printf (_ ("Withdrawn: %s"), reason)
                                  : g_strdup (_ ("Withdrawn"));
  g_autofree char *carried =
      n > 0 ? g_strdup_printf (ngettext ("It can't be flashed. %s unit carries it.",
                                         "It can't be flashed. %s units carry it.",
                                         n),
                               number)
            : g_strdup (_ ("It can't be flashed. No unit carries it."));
  g_autofree char *newer = detail->newer != NULL ? hs_release_dup_title (detail->newer) : NULL;
  g_autofree char *text =
      newer != NULL ? g_strdup_printf (_ ("%s Use %s."), carried, newer) : g_strdup (carried);

  return alarm_panel ("hs-fail-symbolic", "bad", headline, text, NULL);
}

/* Withdrawn; unreadable; not signed by whom this bench trusts. */
GtkWidget *
hs_release_card_warning (HsReleaseDetail *detail)
{
  const char *state = hs_release_get_state (detail->release);

  if (g_strcmp0 (state, "withdrawn") == 0)
    return withdrawn_panel (detail);
  if (detail->problem != NULL)
    return alarm_panel (
        "hs-fail-symbolic", "bad", _ ("Its recipe can't be read"), detail->problem, NULL);
  if (g_strcmp0 (state, "locked") == 0 && detail->signature_required &&
      !hs_release_is_trusted (detail->release))
    return alarm_panel ("hs-noaccess-symbolic",
                        "warn",
                        _ ("No key that this bench trusts has signed it"),
                        _ ("Only releases signed by trusted keys run here."),
                        action_button (_ ("Sign…"), _ ("Sign this release"), "release.sign", NULL));
  return NULL;
}

/* -- findings -------------------------------------------------------------------------------- */

static GtkWidget *
finding_row (const HsReleaseFinding *finding, const char *action)
{
  gboolean answered = !finding->blocks && finding->reason != NULL;
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *reason = answered ? g_strdup_printf (_ ("Reason: %s"), finding->reason) : NULL;
  g_autofree char *spoken = g_strdup_printf (_ ("Give a reason: %s"), finding->text);
  GtkWidget *button = NULL;

  gtk_box_append (GTK_BOX (words), wrapped_label (finding->text, NULL));
  if (answered)
    gtk_box_append (GTK_BOX (words), wrapped_label (reason, "dim-label caption"));
  gtk_widget_set_hexpand (words, TRUE);
  if (!finding->blocks)
    button = action_button (
        answered ? _ ("Change…") : _ ("Give a Reason…"), spoken, action, finding->code);
  return hs_piece_row (12,
                       hs_piece_icon (finding->blocks ? "hs-fail-symbolic"
                                      : answered      ? "hs-pass-symbolic"
                                                      : "hs-attention-symbolic",
                                      18,
                                      finding->blocks ? "bad"
                                      : answered      ? "idle"
                                                      : "warn"),
                       words,
                       button,
                       NULL);
}

/**
 * hs_release_card_findings:
 * @findings: (element-type HsReleaseFinding): what stands against locking a draft
 * @action: what its buttons activate, with the code of the finding
 *
 * Returns: (transfer floating): a panel; says so if nothing stands against it
 */
GtkWidget *
hs_release_card_findings (GPtrArray *findings, const char *action)
{
  GtkWidget *rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  if (findings->len == 0)
    gtk_box_append (GTK_BOX (rows),
                    hs_piece_row (12,
                                  hs_piece_icon ("hs-pass-symbolic", 18, "ok"),
                                  wrapped_label (_ ("Nothing stands against locking it."), NULL),
                                  NULL));
  for (guint i = 0; i < findings->len; i++) {
    GtkWidget *row = finding_row (g_ptr_array_index (findings, i), action);

    hs_piece_set_classes (row, i == 0 ? "table-row first" : "table-row");
    gtk_box_append (GTK_BOX (rows), row);
  }
  return hs_piece_panel (_ ("Before it can be locked"), rows, NULL);
}

/* -- what goes on a board -------------------------------------------------------------------- */

static const HsColumn artifact_columns[] = {
  { N_ ("Artifact"), 130 },
  { N_ ("Goes to"), 0 },
  { N_ ("Size"), 84 },
  { N_ ("SHA-256"), 168 },
};

static GtkWidget *
digest_cell (const HsRecipeArtifact *artifact)
{
  g_autofree char *markup = hs_piece_digest_markup (artifact->sha256);
  g_autofree char *what = g_strdup_printf (_ ("SHA-256 of %s"), artifact->file);

  return hs_piece_copy (markup, what, artifact->sha256);
}

static char *
goes_to (const HsRecipeArtifact *artifact, const HsBoard *board)
{
  const HsPartition *partition =
      board != NULL ? hs_board_find (board, hs_role_from_name (artifact->role)) : NULL;
  guint n = partition != NULL ? hs_partition_n_units (partition) : 0;

  if (partition == NULL)
    return g_strdup (_ ("no partition of this board"));
  if (n == 0)
    return g_strdup (partition->name);
  /* Translators: name of a partition, and how many sectors it has */
  return g_strdup_printf (ngettext ("%s · %u sector", "%s · %u sectors", n), partition->name, n);
}

static GtkWidget *
artifact_table (const HsRecipeBoard *entry, const HsBoard *board)
{
  HsTable table;

  hs_table_init (&table, artifact_columns, G_N_ELEMENTS (artifact_columns));
  for (guint i = 0; i < entry->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (entry->artifacts, i);
    g_autofree char *size = hs_format_size (artifact->size);
    g_autofree char *bytes = hs_format_bytes (artifact->size);
    g_autofree char *place = goes_to (artifact, board);
    GtkWidget *size_label = hs_piece_label (size, "figure");

    gtk_widget_set_tooltip_text (size_label, bytes);
    hs_table_add (&table,
                  short_label (artifact->file, "heading"),
                  short_label (place, NULL),
                  size_label,
                  digest_cell (artifact),
                  NULL);
  }
  return table.grid;
}

/* "gate-counter 1.4.2", a way to that build. */
static GtkWidget *
build_link (const HsRecipeBoard *entry, HsBuild *build)
{
  g_autofree char *name = g_strdup_printf (_ ("Show build %s"), entry->build_name);
  GtkWidget *button;
  GtkWidget *label;

  if (build == NULL)
    return hs_piece_chip (_ ("build missing"), "bad");

  button = gtk_button_new ();
  label = short_label (entry->build_name, NULL);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 32);
  gtk_button_set_child (GTK_BUTTON (button), label);
  hs_piece_set_classes (button, "flat small");
  hs_piece_name (button, name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", entry->build);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.show-build");
  return button;
}

GtkWidget *
hs_release_card_board (HsReleaseDetail *detail, guint n)
{
  const HsRecipeBoard *entry = g_ptr_array_index (detail->recipe->boards, n);
  const HsBoard *board = hs_board_by_id (entry->board);
  HsBuild *build = g_ptr_array_index (detail->builds, n);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autofree char *title =
      /* Translators: name of a board, and its id */
      g_strdup_printf (_ ("On %s (%s)"), hs_format_board_name (entry->board), entry->board);

  if (board != NULL) {
    HsFlashStrip *strip = HS_FLASH_STRIP (hs_flash_strip_new (GTK_ACCESSIBLE_ROLE_IMG));

    hs_flash_strip_set_cell_height (strip, STRIP_PX);
    hs_flash_strip_set_show_names (strip, TRUE);
    if (build != NULL)
      hs_flash_strip_set_plan (
          strip, board, build, hs_recipe_board_get_roles (entry), detail->recipe->erase_filesystem);
    else
      hs_flash_strip_set_board (strip, board);
    gtk_box_append (GTK_BOX (column), GTK_WIDGET (strip));
  }
  gtk_box_append (GTK_BOX (column), artifact_table (entry, board));
  return hs_piece_panel (title, column, build_link (entry, build));
}

/* -- rules ----------------------------------------------------------------------------------- */

/* "5.0.0", or several: "OPENMV4 5.0.0, OPENMV_N6 5.0.1". */
static char *
expected_versions (const HsRecipe *recipe)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < recipe->boards->len; i++) {
    const HsRecipeBoard *board = g_ptr_array_index (recipe->boards, i);
    const char *version = recipe->confirm == HS_VERSION_TEXT ? board->version : board->number;

    if (version == NULL)
      version = _ ("not known");
    if (text->len > 0)
      g_string_append (text, ", ");
    if (recipe->boards->len > 1)
      g_string_append_printf (text, "%s ", board->board);
    g_string_append (text, version);
  }
  return g_string_free (text, FALSE);
}

GtkWidget *
hs_release_card_rules (HsReleaseDetail *detail)
{
  const HsRecipe *recipe = detail->recipe;
  g_autofree char *proof = hs_recipe_say_proof (recipe);
  g_autofree char *filesystem = hs_recipe_say_filesystem (recipe);
  g_autofree char *unproven = hs_recipe_say_unproven (recipe);
  HsTable table;

  hs_table_init (&table, fact_columns, G_N_ELEMENTS (fact_columns));
  add_fact_text (&table, _ ("Filesystem"), filesystem);
  add_fact_text (&table, _ ("Version asked for"), proof);
  if (!recipe->confirm_none && recipe->confirm >= HS_VERSION_NUMBER) {
    g_autofree char *versions = expected_versions (recipe);

    add_fact_text (&table, _ ("Must come back"), versions);
  }
  add_fact_text (&table, _ ("Outcome"), unproven);
  if (recipe->notes != NULL && *recipe->notes != '\0')
    add_fact_text (&table, _ ("Notes"), recipe->notes);
  return hs_piece_panel (_ ("How"), table.grid, NULL);
}

/* -- product numbers ------------------------------------------------------------------------- */

static void
add_lease (HsTable *table, const HsRecipe *recipe, const HsLease *lease)
{
  g_autofree char *first = hs_recipe_dup_number (recipe, lease->first);
  g_autofree char *last = hs_recipe_dup_number (recipe, lease->last);
  guint64 n = (guint64) (lease->last - lease->first) + 1;
  guint64 used = MIN (lease->n_used, n);
  g_autofree char *used_text = hs_format_count (used);
  g_autofree char *left_text = hs_format_count (n - used);
  g_autofree char *text = g_strdup_printf (_ ("%s to %s"), first, last);
  g_autofree char *state =
      g_strcmp0 (lease->state, "given") == 0
          ? g_strdup_printf (_ ("given to %s"), lease->to != NULL ? lease->to : _ ("another bench"))
      : g_strcmp0 (lease->state, "replaced") == 0 ? g_strdup (_ ("replaced"))
      : !lease->ours                              ? g_strdup (_ ("another bench's"))
                     /* Translators: of a range of product numbers */
                     : g_strdup_printf (_ ("%s used, %s left"), used_text, left_text);
  g_autofree char *whole = g_strdup_printf ("%s · %s", text, state);

  add_fact_text (table, lease->ours ? _ ("This bench") : _ ("Elsewhere"), whole);
}

GtkWidget *
hs_release_card_numbers (HsReleaseDetail *detail)
{
  const HsRecipe *recipe = detail->recipe;
  gboolean leased = recipe->rule == HS_NUMBER_COUNTER || recipe->rule == HS_NUMBER_LIST;
  gboolean draft = g_strcmp0 (hs_release_get_state (detail->release), "draft") == 0;
  g_autofree char *rule = hs_recipe_say_serial (recipe);
  GtkWidget *take = NULL;
  HsTable table;

  hs_table_init (&table, fact_columns, G_N_ELEMENTS (fact_columns));
  add_fact_text (&table, _ ("Rule"), rule);
  if (recipe->rule != HS_NUMBER_NONE && recipe->rule != HS_NUMBER_CHIP)
    add_fact_text (&table, _ ("Series"), hs_recipe_get_series (recipe));
  for (guint i = 0; detail->leases != NULL && i < detail->leases->len; i++)
    add_lease (&table, recipe, g_ptr_array_index (detail->leases, i));
  if (leased && !draft && detail->n_numbers_left == 0)
    add_fact (&table,
              _ ("Left here"),
              wrapped_label (_ ("None: take numbers before units are flashed"), "warn"));
  if (leased && !draft && g_strcmp0 (hs_release_get_state (detail->release), "locked") == 0)
    take = action_button (
        _ ("Take Numbers…"), _ ("Take numbers for this bench"), "release.take-numbers", NULL);
  return hs_piece_panel (_ ("Product numbers"), table.grid, take);
}

/* -- files, reasons -------------------------------------------------------------------------- */

GtkWidget *
hs_release_card_files (HsReleaseDetail *detail)
{
  static const HsColumn columns[] = { { NULL, 150 }, { NULL, 0 } };
  const HsRecipe *recipe = detail->recipe;
  HsTable table;

  if (recipe->files->len == 0)
    return NULL;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < recipe->files->len; i++) {
    const HsRecipeFile *file = g_ptr_array_index (recipe->files, i);
    g_autofree char *source = hs_recipe_file_say_source (file);
    GtkWidget *label = wrapped_label (source, NULL);

    if (file->source == HS_FILE_TEMPLATE)
      gtk_widget_set_tooltip_text (label, file->text);
    hs_table_add (&table, short_label (file->path, "heading"), label, NULL);
  }
  return hs_piece_panel (_ ("Written to the camera's drive"), table.grid, NULL);
}

/* People know findings by their sentence; the journal and the command line by their code. */
static const char *
finding_title (const char *code)
{
  static const struct {
    const char *code;
    const char *title;
  } titles[] = {
    { "debug-build", N_ ("DEBUG build") },  { "profile-build", N_ ("PROFILE build") },
    { "dirty-tree", N_ ("Changed files") }, { "unknown-origin", N_ ("Unknown origin") },
    { "empty-romfs", N_ ("Empty ROMFS") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    if (g_str_equal (titles[i].code, code))
      return _ (titles[i].title);
  return code;
}

GtkWidget *
hs_release_card_reasons (HsReleaseDetail *detail)
{
  g_autoptr (GList) codes = g_hash_table_get_keys (detail->recipe->reasons);
  HsTable table;

  if (codes == NULL || g_strcmp0 (hs_release_get_state (detail->release), "draft") == 0)
    return NULL;

  codes = g_list_sort (codes, (GCompareFunc) strcmp);
  hs_table_init (&table, fact_columns, G_N_ELEMENTS (fact_columns));
  for (GList *code = codes; code != NULL; code = code->next)
    add_fact_text (&table,
                   finding_title (code->data),
                   g_hash_table_lookup (detail->recipe->reasons, code->data));
  return hs_piece_panel (_ ("Reasons given"), table.grid, NULL);
}

/* -- signatures, history --------------------------------------------------------------------- */

static void
add_signature (HsTable *table, const HsSignature *signature)
{
  g_autofree char *digits = hs_key_short (signature->key);
  g_autofree char *when = hs_format_day_clock (signature->time);
  g_autofree char *mark = g_markup_printf_escaped (
      "%s  <span face='monospace' size='86%%' alpha='65%%'>%s</span>",
      signature->key_name != NULL ? signature->key_name : _ ("unknown key"),
      digits);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  g_autofree char *below = g_strdup_printf (
      "%s · %s", signature->trusted ? _ ("trusted here") : _ ("not trusted here"), when);

  gtk_box_append (GTK_BOX (words), hs_piece_copy (mark, _ ("public key"), signature->key));
  gtk_box_append (GTK_BOX (words), short_label (below, "dim-label caption"));
  hs_table_add (table,
                hs_piece_icon (signature->trusted ? "hs-pass-symbolic" : "hs-unknown-symbolic",
                               18,
                               signature->trusted ? "ok" : "warn"),
                words,
                NULL);
}

GtkWidget *
hs_release_card_signatures (HsReleaseDetail *detail)
{
  static const HsColumn columns[] = { { NULL, 32 }, { NULL, 0 } };
  guint n = hs_release_get_n_signatures (detail->release);
  GtkWidget *none;
  HsTable table;

  if (g_strcmp0 (hs_release_get_state (detail->release), "draft") == 0)
    return NULL;
  if (n == 0) {
    none = hs_piece_label (_ ("Not signed"), "dim-label");
    return hs_piece_panel (_ ("Signatures"), none, NULL);
  }

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < n; i++)
    add_signature (&table, hs_release_get_signature (detail->release, i));
  return hs_piece_panel (_ ("Signatures"), table.grid, NULL);
}

static GtkWidget *
release_link (const char *title, const char *id)
{
  g_autofree char *name = g_strdup_printf (_ ("Show release %s"), title);
  GtkWidget *button = gtk_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), short_label (title, NULL));
  hs_piece_set_classes (button, "flat copy");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  hs_piece_name (button, name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "release.show");
  return button;
}

GtkWidget *
hs_release_card_history (HsReleaseDetail *detail)
{
  HsRelease *release = detail->release;
  gboolean draft = g_strcmp0 (hs_release_get_state (release), "draft") == 0;
  gboolean bundle = g_strcmp0 (hs_release_get_origin (release), "bundle") == 0;
  g_autofree char *when = hs_format_day_clock (hs_release_get_time (release));
  const char *who = hs_release_get_operator (release);
  g_autofree char *by =
      who != NULL && *who != '\0' ? g_strdup_printf ("%s · %s", when, who) : g_strdup (when);
  HsTable table;

  hs_table_init (&table, fact_columns, G_N_ELEMENTS (fact_columns));
  add_fact_text (&table,
                 draft    ? _ ("Saved")
                 : bundle ? _ ("Came in with a bundle")
                          : _ ("Locked"),
                 by);
  if (hs_release_get_supersedes (release) != NULL)
    add_fact (&table,
              _ ("Supersedes"),
              detail->older != NULL
                  ? release_link (detail->older, hs_release_get_supersedes (release))
                  : short_label (_ ("a release that is not in this catalog"), "dim-label"));
  if (detail->newer != NULL) {
    g_autofree char *title = hs_release_dup_title (detail->newer);

    add_fact (&table, _ ("Superseded by"), release_link (title, hs_release_get_id (detail->newer)));
  }
  if (!draft) {
    g_autofree char *digest = hs_piece_digest_markup (hs_release_get_id (release));

    add_fact (&table,
              _ ("Release id"),
              hs_piece_copy (digest, _ ("release id"), hs_release_get_id (release)));
  }
  return hs_piece_panel (_ ("History"), table.grid, NULL);
}

/* -- batches, units -------------------------------------------------------------------------- */

static const HsColumn batch_columns[] = {
  { N_ ("Batch"), 0 },   { N_ ("Units"), 90 },  { N_ ("Passed"), 80 },
  { N_ ("Failed"), 80 }, { N_ ("State"), 110 },
};

static void
add_batch (HsTable *table, const HsBatch *batch)
{
  g_autofree char *day = hs_format_day_clock (batch->opened);
  g_autofree char *quantity =
      batch->quantity > 0 ? hs_format_count (batch->quantity) : g_strdup (_ ("open end"));
  g_autofree char *passed = hs_format_count (batch->n_passed);
  g_autofree char *failed = hs_format_count (batch->n_failed);
  const char *name = batch->name != NULL && *batch->name != '\0' ? batch->name : day;

  hs_table_add (table,
                short_label (name, "heading"),
                short_label (quantity, "figure"),
                hs_piece_label (passed, "figure"),
                hs_piece_label (failed, batch->n_failed > 0 ? "figure bad" : "figure"),
                short_label (batch->closed > 0 ? _ ("closed") : _ ("open"), "dim-label"),
                NULL);
}

GtkWidget *
hs_release_card_batches (HsReleaseDetail *detail)
{
  HsTable table;

  if (detail->batches == NULL || detail->batches->len == 0)
    return NULL;

  hs_table_init (&table, batch_columns, G_N_ELEMENTS (batch_columns));
  for (guint i = 0; i < detail->batches->len; i++)
    add_batch (&table, g_ptr_array_index (detail->batches, i));
  return hs_piece_panel (_ ("Batches"), table.grid, NULL);
}

static GtkWidget *
unit_link (HsUnit *unit)
{
  g_autofree char *serial = hs_format_serial_short_markup (hs_unit_get_id (unit));
  g_autofree char *digits = hs_format_key_serial (hs_unit_get_id (unit));
  const char *called = hs_unit_get_called (unit);
  g_autofree char *markup =
      called != NULL ? g_markup_escape_text (called, -1)
                     : g_strdup_printf ("<span face='monospace' size='90%%'>%s</span>", serial);
  g_autofree char *name = g_strdup_printf (_ ("Show unit %s"), called != NULL ? called : digits);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = hs_piece_markup (markup, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
  gtk_button_set_child (GTK_BUTTON (button), label);
  hs_piece_set_classes (button, "flat small");
  gtk_widget_set_tooltip_text (button, digits);
  hs_piece_name (button, name);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", hs_unit_get_id (unit));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.show-unit");
  return button;
}

static GtkWidget *
unit_flow (GPtrArray *units)
{
  GtkWidget *flow = gtk_flow_box_new ();

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 6);
  hs_piece_name (flow, _ ("Units that carry it"));
  for (guint i = 0; i < units->len; i++) {
    GtkWidget *child = gtk_flow_box_child_new ();

    gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child),
                                  unit_link (g_ptr_array_index (units, i)));
    gtk_widget_set_focusable (child, FALSE);
    gtk_flow_box_append (GTK_FLOW_BOX (flow), child);
  }
  return flow;
}

GtkWidget *
hs_release_card_units (HsReleaseDetail *detail)
{
  guint all = MAX (hs_release_get_n_units (detail->release), detail->units->len);
  g_autofree char *known = hs_format_count (all);
  g_autofree char *count = g_strdup_printf (ngettext ("%s unit", "%s units", all), known);
  g_autofree char *title = hs_release_dup_title (detail->release);
  GtkWidget *show;
  GtkWidget *recall;

  if (g_strcmp0 (hs_release_get_state (detail->release), "draft") == 0)
    return NULL;

  show = gtk_button_new_with_label (_ ("Show All"));
  gtk_widget_set_tooltip_text (show, _ ("These on the page Units"));
  gtk_actionable_set_action_target (
      GTK_ACTIONABLE (show), "(ss)", hs_release_get_id (detail->release), title);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (show), "win.show-carriers");
  gtk_widget_set_visible (show, all > 0);
  hs_piece_set_classes (show, "small");
  recall = gtk_button_new_with_label (_ ("Recall…"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (recall), "release.recall");
  gtk_widget_set_tooltip_text (recall,
                               _ ("Every unit that carries it or did, and where it was shipped"));
  hs_piece_set_classes (recall, "small");
  return hs_piece_panel (
      _ ("Units that carry it"),
      all > 0 ? unit_flow (detail->units) : hs_piece_label (_ ("None yet"), "dim-label"),
      hs_piece_row (
          9, hs_piece_label (all > 0 ? count : "", "caption dim-label"), show, recall, NULL));
}
