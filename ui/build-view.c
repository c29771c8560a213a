/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-view.h"

#include "app/explain.h"
#include "ui/format.h"
#include "ui/memory-bar.h"
#include "ui/piece.h"
#include "ui/recall-window.h"
#include "ui/romfs-window.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

enum {
  MAX_FROZEN = 12, /* modules shown */
  MAX_UNITS = 24   /* units shown; the Units page has all */
};

struct _HsBuildView {
  GtkBox parent_instance;

  GtkLabel *title;
  GtkLabel *board;
  GtkWidget *dirty;
  GtkWidget *loaded;
  GtkLabel *versions;
  GtkWidget *load;
  AdwBin *artifacts;
  GtkWidget *room_panel;
  AdwBin *room;
  AdwBin *origin;
  AdwBin *frozen;
  GtkLabel *n_units;
  AdwBin *units;

  HsSession *session; /* owned */
  HsBuild *build;     /* owned; nullable */
};

G_DEFINE_FINAL_TYPE (HsBuildView, hs_build_view, GTK_TYPE_BOX)

static GtkWidget *
short_label (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  return label;
}

/* -- artifacts ------------------------------------------------------------------------------- */

static const HsColumn artifact_columns[] = {
  { N_ ("Artifact"), 150 },
  { N_ ("Goes to"), 0 },
  { N_ ("Size"), 84 },
  { N_ ("SHA-256"), 168 },
};

static char *
goes_to (const HsArtifact *artifact, const HsBoard *board)
{
  HsRole role = hs_role_from_name (artifact->role);
  const HsPartition *partition = board != NULL ? hs_board_find (board, role) : NULL;
  guint n;

  if (role == HS_ROLE_DEBUG)
    return g_strdup (_ ("kept for debugging"));
  if (role == HS_ROLE_COMBINED)
    return g_strdup (_ ("recovery only: bootloader and firmware in one"));
  if (partition == NULL)
    return g_strdup (_ ("no partition of this board"));
  if (partition->flags & HS_PARTITION_NEVER)
    return g_strdup (_ ("recovery only, never written here"));

  n = hs_partition_n_units (partition);
  if (n == 0)
    return g_strdup (partition->name);
  /* Translators: name of a partition, and how many sectors it has */
  return g_strdup_printf (ngettext ("%s · %u sector", "%s · %u sectors", n), partition->name, n);
}

static GtkWidget *
digest_cell (const HsArtifact *artifact)
{
  g_autofree char *markup = hs_piece_digest_markup (artifact->sha256);
  g_autofree char *what = g_strdup_printf (_ ("SHA-256 of %s"), artifact->file);

  return hs_piece_copy (markup, what, artifact->sha256);
}

static int
by_role (gconstpointer a, gconstpointer b)
{
  const HsArtifact *left = *(const HsArtifact *const *) a;
  const HsArtifact *right = *(const HsArtifact *const *) b;

  return (int) hs_role_from_name (left->role) - (int) hs_role_from_name (right->role);
}

/* What is flashed every day comes first. */
static GPtrArray *
sorted_artifacts (HsBuild *build)
{
  GPtrArray *artifacts = g_ptr_array_new ();

  for (guint i = 0; i < hs_build_get_n_artifacts (build); i++)
    g_ptr_array_add (artifacts, (gpointer) hs_build_get_artifact (build, i));
  g_ptr_array_sort (artifacts, by_role);
  return artifacts;
}

static void
open_romfs_cb (GtkButton *button, HsBuildView *self)
{
  const HsArtifact *artifact =
      hs_build_find_artifact (self->build, g_object_get_data (G_OBJECT (button), "role"));

  if (artifact != NULL)
    hs_romfs_window_open_blob (self->session,
                               GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                               artifact->file,
                               artifact->sha256,
                               hs_build_get_board (self->build));
}

/* A ROMFS image can be looked into. */
static GtkWidget *
place_cell (HsBuildView *self, const HsArtifact *artifact, const char *place)
{
  GtkWidget *label = short_label (place, NULL);
  HsRole role = hs_role_from_name (artifact->role);
  g_autofree char *name = g_strdup_printf (_ ("Open ROMFS %s"), artifact->file);
  GtkWidget *open;

  if (role != HS_ROLE_ROMFS0 && role != HS_ROLE_ROMFS1)
    return label;
  open = gtk_button_new_with_label (_ ("Open ROMFS…"));
  hs_piece_set_classes (open, "flat small");
  hs_piece_name (open, name);
  g_object_set_data_full (G_OBJECT (open), "role", g_strdup (artifact->role), g_free);
  g_signal_connect_object (open, "clicked", G_CALLBACK (open_romfs_cb), self, 0);
  return hs_piece_row (6, label, open, NULL);
}

static void
show_artifacts (HsBuildView *self, const HsBoard *board)
{
  g_autoptr (GPtrArray) artifacts = sorted_artifacts (self->build);
  HsTable table;

  hs_table_init (&table, artifact_columns, G_N_ELEMENTS (artifact_columns));
  for (guint i = 0; i < artifacts->len; i++) {
    const HsArtifact *artifact = g_ptr_array_index (artifacts, i);
    g_autofree char *size = hs_format_size (artifact->size);
    g_autofree char *bytes = hs_format_bytes (artifact->size);
    g_autofree char *place = goes_to (artifact, board);
    GtkWidget *size_label = hs_piece_label (size, "figure");

    gtk_widget_set_tooltip_text (size_label, bytes);
    hs_table_add (&table,
                  short_label (artifact->file, "heading"),
                  place_cell (self, artifact, place),
                  size_label,
                  digest_cell (artifact),
                  NULL);
  }
  adw_bin_set_child (self->artifacts, table.grid);
}

/* -- room ------------------------------------------------------------------------------------ */

static const HsColumn room_columns[] = { { NULL, 118 }, { NULL, 0 }, { NULL, 190 } };

static void
add_room (HsTable *table, const HsArtifact *artifact, const HsPartition *partition)
{
  double used = (double) artifact->size / partition->size;
  g_autofree char *size = hs_format_size (partition->size);
  g_autofree char *left =
      hs_format_bytes (partition->size > artifact->size ? partition->size - artifact->size : 0);
  g_autofree char *tooltip = g_strdup_printf (_ ("%s left"), left);
  /* Translators: how full a partition is, and its size */
  g_autofree char *text = g_strdup_printf (_ ("<b>%.1f %%</b>  of %s"), 100 * used, size);
  GtkWidget *figures = hs_piece_markup (text, "figure");
  GtkWidget *bar = hs_memory_bar_new (used);

  gtk_label_set_xalign (GTK_LABEL (figures), 1);
  gtk_widget_set_tooltip_text (figures, tooltip);
  gtk_widget_set_tooltip_text (bar, tooltip);
  hs_table_add (table, short_label (partition->name, NULL), bar, figures, NULL);
}

static void
show_room (HsBuildView *self, const HsBoard *board)
{
  g_autoptr (GPtrArray) artifacts = sorted_artifacts (self->build);
  HsTable table;

  hs_table_init (&table, room_columns, G_N_ELEMENTS (room_columns));
  for (guint i = 0; board != NULL && i < artifacts->len; i++) {
    const HsArtifact *artifact = g_ptr_array_index (artifacts, i);
    const HsPartition *partition = hs_board_find (board, hs_role_from_name (artifact->role));

    if (partition != NULL && partition->size > 0 && !(partition->flags & HS_PARTITION_NEVER))
      add_room (&table, artifact, partition);
  }
  adw_bin_set_child (self->room, table.grid);
  gtk_widget_set_visible (self->room_panel, table.n_rows > 0);
}

/* -- where it comes from --------------------------------------------------------------------- */

static const HsColumn origin_columns[] = { { NULL, 92 }, { NULL, 0 } };

static const char *
origin_text (const char *origin)
{
  static const struct {
    const char *origin;
    const char *text;
  } names[] = {
    { "folder", N_ ("a build folder") },
    { "cloud", N_ ("the cloud build's zip") },
    { "file", N_ ("a file") },
    { "camera", N_ ("read from a camera") },
    { "practice", N_ ("made for practice") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i].origin, origin) == 0)
      return _ (names[i].text);
  return origin != NULL ? origin : _ ("not known");
}

static void
add_fact (HsTable *table, const char *title, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  hs_table_add (table, short_label (title, "dim-label"), short_label (value, NULL), NULL);
}

/* What the import found besides, as far as it is plain text. */
static void
add_details (HsTable *table, JsonObject *details)
{
  static const struct {
    const char *member;
    const char *title;
  } known[] = {
    { "sdk", N_ ("SDK") },
    { "tree", N_ ("Tree") },
    { "changed_files", N_ ("Changed") },
    { "options", N_ ("Options") },
    { "tools", N_ ("Tools") },
    { "compiler", N_ ("Compiler") },
    { "branch", N_ ("Branch") },
    { "path", N_ ("Folder") },
    { "source", N_ ("From") },
    { "describe", N_ ("Described") },
    { "note", N_ ("Note") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    JsonNode *node = json_object_get_member (details, known[i].member);

    if (node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
        json_node_get_value_type (node) == G_TYPE_STRING)
      add_fact (table, _ (known[i].title), json_node_get_string (node));
  }
}

static void
show_origin (HsBuildView *self, JsonObject *details)
{
  const char *commit = hs_build_get_commit (self->build);
  g_autofree char *source = commit != NULL && hs_build_get_dirty (self->build)
                                ? g_strdup_printf (_ ("%.12s and changed files"), commit)
                                : g_strdup_printf ("%.12s", commit != NULL ? commit : "");
  g_autofree char *imported = hs_format_day_clock (hs_build_get_imported (self->build));
  HsTable table;

  hs_table_init (&table, origin_columns, G_N_ELEMENTS (origin_columns));
  add_fact (&table, _ ("Source"), source);
  add_fact (&table, _ ("Taken from"), origin_text (hs_build_get_origin (self->build)));
  add_fact (&table, _ ("Version"), hs_build_get_number (self->build));
  if (details != NULL)
    add_details (&table, details);
  add_fact (&table, _ ("Imported"), hs_build_get_imported (self->build) > 0 ? imported : NULL);
  hs_table_add (
      &table,
      short_label (_ ("Build id"), "dim-label"),
      hs_piece_copy (hs_build_get_id (self->build), _ ("build id"), hs_build_get_id (self->build)),
      NULL);
  adw_bin_set_child (self->origin, table.grid);
}

/* -- frozen modules -------------------------------------------------------------------------- */

static const HsColumn frozen_columns[] = { { NULL, 0 } };

static GtkWidget *
frozen_cell (const char *name)
{
  g_autofree char *markup = NULL;
  GtkWidget *label;

  if (g_str_equal (name, "main") || g_str_equal (name, "main.py"))
    markup = g_markup_printf_escaped (
        "<b>%s</b>  <span alpha='60%%'>%s</span>", name, _ ("starts by itself"));
  else
    markup = g_markup_escape_text (name, -1);
  label = hs_piece_markup (markup, NULL);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  return label;
}

static gboolean
is_main (JsonArray *modules, guint n)
{
  const char *name = json_array_get_string_element (modules, n);

  return g_str_equal (name, "main") || g_str_equal (name, "main.py");
}

/* main.py first: it starts by itself. */
static void
add_modules (HsTable *table, JsonArray *modules)
{
  guint n = json_array_get_length (modules);
  guint shown = 0;

  for (guint pass = 0; pass < 2; pass++)
    for (guint i = 0; i < n && shown < MAX_FROZEN; i++) {
      if (is_main (modules, i) != (pass == 0))
        continue;
      hs_table_add (table, frozen_cell (json_array_get_string_element (modules, i)), NULL);
      shown++;
    }
  if (n > shown) {
    g_autofree char *more =
        g_strdup_printf (ngettext ("and %u more", "and %u more", n - shown), n - shown);

    hs_table_add (table, hs_piece_label (more, "dim-label"), NULL);
  }
}

static void
show_frozen (HsBuildView *self, JsonObject *details)
{
  JsonNode *node = details != NULL ? json_object_get_member (details, "frozen") : NULL;
  HsTable table;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node) ||
      json_array_get_length (json_node_get_array (node)) == 0) {
    adw_bin_set_child (self->frozen, hs_piece_label (_ ("No modules were found"), "dim-label"));
    return;
  }

  hs_table_init (&table, frozen_columns, G_N_ELEMENTS (frozen_columns));
  add_modules (&table, json_node_get_array (node));
  adw_bin_set_child (self->frozen, table.grid);
}

/* -- units ----------------------------------------------------------------------------------- */

static GtkWidget *
unit_link (HsUnit *unit)
{
  g_autofree char *serial = hs_format_serial_short_markup (hs_unit_get_id (unit));
  g_autofree char *markup =
      hs_unit_get_label (unit) != NULL
          ? g_markup_printf_escaped ("%s", hs_unit_get_label (unit))
          : g_strdup_printf ("<span face='monospace' size='90%%'>%s</span>", serial);
  g_autofree char *digits = hs_format_key_serial (hs_unit_get_id (unit));
  g_autofree char *name = g_strdup_printf (
      _ ("Show unit %s"), hs_unit_get_label (unit) != NULL ? hs_unit_get_label (unit) : digits);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = hs_piece_markup (markup, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 18);
  gtk_button_set_child (GTK_BUTTON (button), label);
  hs_piece_set_classes (button, "flat small");
  gtk_widget_set_tooltip_text (button, digits);
  hs_piece_name (button, name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.show-unit");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", hs_unit_get_id (unit));
  return button;
}

static void
show_units (HsBuildView *self, GPtrArray *carriers)
{
  guint all = MAX (hs_build_get_n_units (self->build), carriers->len);
  guint shown = MIN (carriers->len, MAX_UNITS);
  g_autofree char *shown_text = hs_format_count (shown);
  g_autofree char *all_text = hs_format_count (all);
  g_autofree char *count = g_strdup_printf (_ ("%s of %s"), shown_text, all_text);
  GtkWidget *flow;

  gtk_label_set_label (self->n_units, all > 0 ? count : "");
  if (all == 0) {
    adw_bin_set_child (self->units, hs_piece_label (_ ("None yet"), "dim-label"));
    return;
  }

  flow = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (flow), 6);
  hs_piece_name (flow, _ ("Units that carry it"));
  for (guint i = 0; i < shown; i++) {
    GtkWidget *child = gtk_flow_box_child_new ();

    gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (child),
                                  unit_link (g_ptr_array_index (carriers, i)));
    gtk_widget_set_focusable (child, FALSE);
    gtk_flow_box_append (GTK_FLOW_BOX (flow), child);
  }
  adw_bin_set_child (self->units, flow);
}

/* -- the whole ------------------------------------------------------------------------------- */

static void
show_loaded (HsBuildView *self)
{
  HsBuild *loaded = hs_session_get_loaded (self->session);
  gboolean here = loaded != NULL && self->build != NULL &&
                  g_str_equal (hs_build_get_id (loaded), hs_build_get_id (self->build));

  gtk_widget_set_visible (self->loaded, here);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "build.load", self->build != NULL && !here);
}

static void
show_head (HsBuildView *self)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *line = NULL;

  if (hs_build_get_version (self->build) != NULL)
    g_ptr_array_add (parts, g_strdup_printf (_ ("OpenMV %s"), hs_build_get_version (self->build)));
  if (hs_build_get_mpy_version (self->build) != NULL)
    g_ptr_array_add (
        parts, g_strdup_printf (_ ("MicroPython %s"), hs_build_get_mpy_version (self->build)));
  if (hs_build_get_built (self->build) != NULL)
    g_ptr_array_add (parts, g_strdup_printf (_ ("built %s"), hs_build_get_built (self->build)));
  g_ptr_array_add (parts, NULL);
  line = g_strjoinv ("   ·   ", (char **) parts->pdata);

  gtk_label_set_label (self->title, hs_build_get_name (self->build));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), hs_build_get_name (self->build));
  gtk_label_set_label (self->board, hs_build_get_board (self->build));
  gtk_widget_set_visible (self->dirty, hs_build_get_dirty (self->build));
  gtk_label_set_label (self->versions, line);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->versions), line);
}

/**
 * hs_build_view_set_build:
 * @self: a view
 * @build: (nullable): what to show
 * @carriers: (nullable) (element-type HsUnit): units that carry it; may be the first of many
 *
 * Shows @build.
 */
void
hs_build_view_set_build (HsBuildView *self, HsBuild *build, GPtrArray *carriers)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *details = NULL;
  const HsBoard *board;

  g_return_if_fail (HS_IS_BUILD_VIEW (self));

  g_set_object (&self->build, build);
  gtk_widget_set_visible (GTK_WIDGET (self), build != NULL);
  if (build == NULL)
    return;

  if (hs_build_get_details (build) != NULL)
    node = json_from_string (hs_build_get_details (build), NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    details = json_node_get_object (node);
  board = hs_build_get_board (build) != NULL ? hs_board_by_id (hs_build_get_board (build)) : NULL;
  show_head (self);
  show_loaded (self);
  show_artifacts (self, board);
  show_room (self, board);
  show_origin (self, details);
  show_frozen (self, details);
  show_units (self, carriers);
}

static void
load_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBuildView *self = HS_BUILD_VIEW (widget);

  if (self->build != NULL)
    hs_session_set_loaded (self->session, self->build);
}

static void
recall_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBuildView *self = HS_BUILD_VIEW (widget);
  HsRecall recall = { NULL };

  if (self->build == NULL)
    return;
  recall.build = hs_build_get_id (self->build);
  hs_recall_window_present (GTK_WINDOW (gtk_widget_get_root (widget)), self->session, &recall);
}

static void
hs_build_view_dispose (GObject *object)
{
  HsBuildView *self = HS_BUILD_VIEW (object);

  g_clear_object (&self->build);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_build_view_parent_class)->dispose (object);
}

static void
hs_build_view_class_init (HsBuildViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_build_view_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("build-view"));
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, title);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, board);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, dirty);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, loaded);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, versions);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, load);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, artifacts);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, room_panel);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, room);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, origin);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, frozen);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, n_units);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, units);
  gtk_widget_class_install_action (widget_class, "build.load", NULL, load_action);
  gtk_widget_class_install_action (widget_class, "build.recall", NULL, recall_action);
}

static void
hs_build_view_init (HsBuildView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
hs_build_view_new (HsSession *session)
{
  HsBuildView *self = g_object_new (HS_TYPE_BUILD_VIEW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (
      session, "notify::loaded", G_CALLBACK (show_loaded), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
