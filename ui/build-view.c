/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-view.h"

#include "app/explain.h"
#include "ui/build-kept.h"
#include "ui/build-origin.h"
#include "ui/build-room.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/recall-window.h"
#include "ui/romfs-window.h"

#include <glib/gi18n-lib.h>

enum { MAX_UNITS = 24 /* shown; the Units page has all */ };

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
  GtkLabel *room_before;
  AdwBin *room;
  GtkWidget *tight_panel;
  GtkWidget *tight_help;
  GtkLabel *tight_text;
  GtkWidget *log;
  AdwBin *origin;
  AdwBin *frozen;
  GtkLabel *n_units;
  AdwBin *units;

  HsSession *session; /* owned */
  HsBuild *build;     /* owned; nullable */
  HsBuildPast *past;  /* owned; nullable */
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
open_romfs_action (GtkWidget *widget, const char *name, GVariant *role)
{
  HsBuildView *self = HS_BUILD_VIEW (widget);
  const HsArtifact *artifact =
      hs_build_find_artifact (self->build, g_variant_get_string (role, NULL));

  if (artifact != NULL)
    hs_romfs_window_open_blob (self->session,
                               GTK_WINDOW (gtk_widget_get_root (widget)),
                               artifact->file,
                               artifact->sha256,
                               hs_build_get_board (self->build));
}

static gboolean
is_romfs (const char *role)
{
  return hs_role_from_name (role) == HS_ROLE_ROMFS0 || hs_role_from_name (role) == HS_ROLE_ROMFS1;
}

/* A ROMFS image can be looked into. */
static GtkWidget *
place_cell (const HsArtifact *artifact, const char *place)
{
  GtkWidget *label = short_label (place, NULL);
  g_autofree char *name = g_strdup_printf (_ ("Open ROMFS %s"), artifact->file);
  GtkWidget *open;

  if (!is_romfs (artifact->role))
    return label;
  open = gtk_button_new_with_label (_ ("Open ROMFS…"));
  hs_piece_set_classes (open, "flat small");
  hs_piece_name (open, name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (open), "build.open-romfs");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (open), "s", artifact->role);
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
                  place_cell (artifact, place),
                  size_label,
                  digest_cell (artifact),
                  NULL);
  }
  adw_bin_set_child (self->artifacts, table.grid);
}

/* -- what is kept --------------------------------------------------------------------------- */

static const HsArtifact *
find_elf (HsBuildView *self)
{
  const HsArtifact *kept = hs_build_past_find (self->past, ".elf");

  return kept != NULL || self->build == NULL
             ? kept
             : hs_build_find_artifact (self->build, hs_role_name (HS_ROLE_DEBUG));
}

static void
weigh_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBuildView *self = HS_BUILD_VIEW (widget);

  hs_build_kept_open_weights (self->session,
                              GTK_WINDOW (gtk_widget_get_root (widget)),
                              hs_build_past_find (self->past, ".map"),
                              find_elf (self),
                              hs_build_get_name (self->build));
}

static void
log_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsBuildView *self = HS_BUILD_VIEW (widget);
  const HsArtifact *log = hs_build_past_find (self->past, ".log");

  if (log != NULL)
    hs_build_kept_open_log (self->session,
                            GTK_WINDOW (gtk_widget_get_root (widget)),
                            log,
                            hs_build_get_name (self->build));
}

/* -- room ------------------------------------------------------------------------------------ */

/* Objects of the firmware say what fills its flash; what fills a ROMFS are its files. */
static void
show_tight (HsBuildView *self, JsonObject *details)
{
  const char *role = NULL;
  g_autofree char *warning = hs_build_room_dup_warning (self->build, self->past, details, &role);
  gboolean romfs = role != NULL && is_romfs (role);
  GtkActionable *help = GTK_ACTIONABLE (self->tight_help);

  gtk_label_set_markup (self->tight_text, warning != NULL ? warning : "");
  gtk_widget_set_visible (self->tight_panel, warning != NULL);
  gtk_button_set_label (GTK_BUTTON (help), romfs ? _ ("Open ROMFS…") : _ ("What Takes It?"));
  gtk_widget_set_tooltip_text (
      self->tight_help,
      romfs ? _ ("Its files and their sizes")
            : _ ("The biggest objects, from the map or the ELF that is kept"));
  gtk_actionable_set_action_name (help, NULL); /* the two take different targets */
  gtk_actionable_set_action_target_value (help, romfs ? g_variant_new_string (role) : NULL);
  gtk_actionable_set_action_name (help, romfs ? "build.open-romfs" : "build.weigh");
  gtk_widget_set_visible (self->tight_help,
                          romfs || hs_build_past_find (self->past, ".map") != NULL ||
                              find_elf (self) != NULL);
}

static void
show_room (HsBuildView *self, JsonObject *details)
{
  GtkWidget *room = hs_build_room_new (self->build, self->past, details);
  HsBuild *before = self->past != NULL ? self->past->before : NULL;
  g_autofree char *line =
      before != NULL
          ? g_strdup_printf (_ ("the thin line above each bar is %s"), hs_build_get_name (before))
          : g_strdup ("");

  gtk_label_set_label (self->room_before, line);
  adw_bin_set_child (self->room, room);
  gtk_widget_set_visible (self->room_panel, room != NULL);
  show_tight (self, details);
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
 * @past: (nullable) (transfer full): what is known around it
 * @carriers: (nullable) (element-type HsUnit): units that carry it; may be the first of many
 *
 * Shows @build.
 */
void
hs_build_view_set_build (HsBuildView *self, HsBuild *build, HsBuildPast *past, GPtrArray *carriers)
{
  g_autoptr (JsonNode) node = NULL;
  JsonObject *details = NULL;
  const HsBoard *board;

  g_return_if_fail (HS_IS_BUILD_VIEW (self));

  g_clear_pointer (&self->past, hs_build_past_free);
  self->past = past;
  g_set_object (&self->build, build);
  gtk_widget_set_visible (GTK_WIDGET (self), build != NULL);
  if (build == NULL)
    return;

  node = hs_build_details_parse (build);
  if (node != NULL)
    details = json_node_get_object (node);
  board = hs_build_get_board (build) != NULL ? hs_board_by_id (hs_build_get_board (build)) : NULL;
  show_head (self);
  show_loaded (self);
  show_artifacts (self, board);
  show_room (self, details);
  adw_bin_set_child (self->origin, hs_build_origin_new (self->session, build, self->past, details));
  gtk_widget_set_visible (self->log, hs_build_past_find (self->past, ".log") != NULL);
  adw_bin_set_child (self->frozen, hs_build_frozen_new (details));
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

  g_clear_pointer (&self->past, hs_build_past_free);
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
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, room_before);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, room);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, tight_panel);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, tight_help);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, tight_text);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, log);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, origin);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, frozen);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, n_units);
  gtk_widget_class_bind_template_child (widget_class, HsBuildView, units);
  gtk_widget_class_install_action (widget_class, "build.load", NULL, load_action);
  gtk_widget_class_install_action (widget_class, "build.weigh", NULL, weigh_action);
  gtk_widget_class_install_action (widget_class, "build.open-romfs", "s", open_romfs_action);
  gtk_widget_class_install_action (widget_class, "build.log", NULL, log_action);
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
