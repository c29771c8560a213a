/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/features-window.h"

#include "app/explain.h"
#include "app/firmware/features.h"
#include "ui/piece.h"
#include "ui/tree-pieces.h"
#include "ui/tree-window.h"

#include <glib/gi18n-lib.h>

/* -- what is shown ---------------------------------------------------------------------------- */

#define HS_TYPE_FEATURES_BODY (hs_features_body_get_type ())
G_DECLARE_FINAL_TYPE (HsFeaturesBody, hs_features_body, HS, FEATURES_BODY, GtkBox)

/* One switch of the page. @feature belongs to what the window read. */
typedef struct {
  const HsFeature *feature;
  GtkWidget *row;
  GtkSwitch *button;
  GtkWidget *group;
} Row;

struct _HsFeaturesBody {
  GtkBox parent_instance;

  GtkWidget *search;
  AdwBin *place;
  GtkLabel *summary;
  GtkWidget *revert;
  GtkWidget *change;

  GArray *rows;      /* Row */
  GPtrArray *groups; /* GtkWidget, borrowed: what is shown */
  GtkWidget *none;
  gboolean setting;
};

G_DEFINE_FINAL_TYPE (HsFeaturesBody, hs_features_body, GTK_TYPE_BOX)

/* -- what was switched ------------------------------------------------------------------------ */

static gboolean
is_changed (const Row *row)
{
  return gtk_switch_get_active (row->button) != row->feature->on;
}

/* "3 switched: saves 96 KB; of 1 it is not known" */
static char *
dup_summary (HsFeaturesBody *self, guint *n_changed)
{
  gint64 saved = 0;
  guint n = 0, unknown = 0;
  g_autofree char *size = NULL;
  g_autofree char *switched = NULL;
  g_autofree char *sum = NULL;

  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);

    if (!is_changed (row))
      continue;
    n++;
    unknown += row->feature->saves == 0;
    saved += row->feature->on ? (gint64) row->feature->saves : -(gint64) row->feature->saves;
  }
  *n_changed = n;
  if (n == 0)
    return g_strdup (_ ("Nothing is switched yet."));

  size = hs_format_size (ABS (saved));
  switched = g_strdup_printf (ngettext ("%u switched.", "%u switched.", n), n);
  sum = saved >= 0 ? g_strdup_printf (_ ("Saves %s where it is known."), size)
                   : g_strdup_printf (_ ("Takes %s more where it is known."), size);
  if (unknown == n)
    return g_strdup_printf (_ ("%s What it saves is known after a build."), switched);
  if (unknown == 0)
    return g_strdup_printf ("%s %s", switched, sum);
  return g_strdup_printf (ngettext ("%s %s Of %u it is known after a build.",
                                    "%s %s Of %u it is known after a build.",
                                    unknown),
                          switched,
                          sum,
                          unknown);
}

static void
update (HsFeaturesBody *self)
{
  guint n;
  g_autofree char *summary = dup_summary (self, &n);

  gtk_label_set_label (self->summary, summary);
  gtk_widget_set_sensitive (self->change, n > 0);
  gtk_widget_set_visible (self->revert, n > 0);
}

static void
switched_cb (HsFeaturesBody *self)
{
  if (!self->setting)
    update (self);
}

static void
revert_cb (HsFeaturesBody *self)
{
  self->setting = TRUE;
  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);

    gtk_switch_set_active (row->button, row->feature->on);
  }
  self->setting = FALSE;
  update (self);
  gtk_widget_grab_focus (self->search);
}

/* -- searching -------------------------------------------------------------------------------- */

static gboolean
fits (const HsFeature *feature, const char *folded)
{
  g_autofree char *all = g_strdup_printf ("%s %s %s",
                                          feature->macro,
                                          feature->title != NULL ? _ (feature->title) : "",
                                          _ (feature->group));
  g_autofree char *text = g_utf8_casefold (all, -1);

  return strstr (text, folded) != NULL;
}

static void
search_cb (HsFeaturesBody *self)
{
  g_autofree char *folded =
      g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  gboolean any = FALSE;

  for (guint i = 0; i < self->groups->len; i++)
    gtk_widget_set_visible (g_ptr_array_index (self->groups, i), FALSE);
  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);
    gboolean shown = fits (row->feature, folded);

    gtk_widget_set_visible (row->row, shown);
    if (shown)
      gtk_widget_set_visible (row->group, TRUE);
    any |= shown;
  }
  if (self->none != NULL)
    gtk_widget_set_visible (self->none, !any);
}

/* Escape takes back what was typed; without that it closes the window, as everywhere. */
static void
stopped_cb (HsFeaturesBody *self)
{
  GtkEditable *search = GTK_EDITABLE (self->search);

  if (*gtk_editable_get_text (search) != '\0')
    gtk_editable_set_text (search, "");
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "window.close", NULL);
}

/* -- rows ------------------------------------------------------------------------------------- */

/* "IMLIB_ENABLE_APRILTAGS · saves 64 KB · only within defined(…)" */
static char *
dup_subtitle (const HsFeature *feature)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (feature->title != NULL)
    g_string_append (text, feature->macro);
  if (feature->saves > 0) {
    g_autofree char *size = hs_format_size (feature->saves);

    g_string_append (text, text->len > 0 ? " · " : "");
    g_string_append_printf (text, _ ("switched off it saves %s"), size);
  }
  if (feature->within != NULL) {
    g_string_append (text, text->len > 0 ? " · " : "");
    g_string_append_printf (text, _ ("only within %s"), feature->within);
  }
  if (feature->hold != NULL) {
    g_string_append (text, text->len > 0 ? "\n" : "");
    g_string_append (text, _ (feature->hold));
  }
  return g_markup_escape_text (text->str, -1);
}

static void
add_row (HsFeaturesBody *self, GtkWidget *group, const HsFeature *feature)
{
  const char *title = feature->title != NULL ? _ (feature->title) : feature->macro;
  g_autofree char *safe = g_markup_escape_text (title, -1);
  g_autofree char *subtitle = dup_subtitle (feature);
  g_autofree char *place = g_strdup_printf ("%s:%u", feature->file, feature->line);
  GtkWidget *button = gtk_switch_new ();
  GtkWidget *row = adw_action_row_new ();
  Row one = { feature, row, GTK_SWITCH (button), group };

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), safe);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_tooltip_text (row, feature->comment != NULL ? feature->comment : place);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_switch_set_active (GTK_SWITCH (button), feature->on);
  gtk_widget_set_sensitive (button, feature->hold == NULL);
  hs_piece_name (button, title);
  g_signal_connect_object (
      button, "notify::active", G_CALLBACK (switched_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  g_array_append_val (self->rows, one);
}

static gboolean
has_macro (HsFeaturesBody *self, const char *macro)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (g_str_equal (g_array_index (self->rows, Row, i).feature->macro, macro))
      return TRUE;
  return FALSE;
}

static GtkWidget *
group_of (HsFeaturesBody *self, GHashTable *known, GtkWidget *page, const char *title)
{
  GtkWidget *group = g_hash_table_lookup (known, title);

  if (group != NULL)
    return group;
  group = adw_preferences_group_new ();
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ (title));
  g_hash_table_insert (known, (gpointer) title, group);
  g_ptr_array_add (self->groups, group);
  gtk_box_append (GTK_BOX (page), group);
  return group;
}

/* A macro in two branches of a condition is switched in both: it stands here once. */
static void
show_features (HsFeaturesBody *self, GPtrArray *features)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  GtkWidget *page = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  self->setting = TRUE;
  g_array_set_size (self->rows, 0);
  g_ptr_array_set_size (self->groups, 0);
  for (guint i = 0; i < features->len; i++) {
    const HsFeature *feature = g_ptr_array_index (features, i);

    if (!has_macro (self, feature->macro))
      add_row (self, group_of (self, known, page, feature->group), feature);
  }
  for (guint i = 0; i < self->groups->len; i++) {
    GtkWidget *group = g_ptr_array_index (self->groups, i);

    hs_piece_name_group (group, adw_preferences_group_get_title (ADW_PREFERENCES_GROUP (group)));
  }
  self->none = hs_tree_text (features->len > 0 ? _ ("No feature has this in its name.")
                                               : _ ("This board’s files have no switches."),
                             "dim-label");
  gtk_box_append (GTK_BOX (page), self->none);
  adw_bin_set_child (self->place, hs_tree_scroller (page, 760));
  self->setting = FALSE;
  search_cb (self);
  update (self);
}

/* -- the edit --------------------------------------------------------------------------------- */

typedef struct {
  GStrv on;
  GStrv off;
} Wish;

static void
wish_free (gpointer data)
{
  Wish *self = data;

  g_strfreev (self->on);
  g_strfreev (self->off);
  g_free (self);
}

static GStrv
dup_changed (HsFeaturesBody *self, gboolean on)
{
  g_autoptr (GStrvBuilder) macros = g_strv_builder_new ();

  for (guint i = 0; i < self->rows->len; i++) {
    const Row *row = &g_array_index (self->rows, Row, i);

    if (is_changed (row) && gtk_switch_get_active (row->button) == on)
      g_strv_builder_add (macros, row->feature->macro);
  }
  return g_strv_builder_end (macros);
}

static HsTreeEdit *
plan (HsTree *tree, const char *target, gpointer data, GError **error)
{
  const Wish *wish = data;

  return hs_features_plan (
      tree, target, (const char *const *) wish->on, (const char *const *) wish->off, error);
}

static void
change_cb (HsFeaturesBody *self)
{
  GtkWidget *window = gtk_widget_get_ancestor (GTK_WIDGET (self), HS_TYPE_TREE_WINDOW);
  Wish *wish = g_new0 (Wish, 1);

  wish->on = dup_changed (self, TRUE);
  wish->off = dup_changed (self, FALSE);
  hs_tree_window_change (HS_TREE_WINDOW (window), plan, wish, wish_free);
}

static void
hs_features_body_finalize (GObject *object)
{
  HsFeaturesBody *self = HS_FEATURES_BODY (object);

  g_array_unref (self->rows);
  g_ptr_array_unref (self->groups);
  G_OBJECT_CLASS (hs_features_body_parent_class)->finalize (object);
}

static void
hs_features_body_class_init (HsFeaturesBodyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_features_body_finalize;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("features-window"));
  gtk_widget_class_bind_template_child (widget_class, HsFeaturesBody, search);
  gtk_widget_class_bind_template_child (widget_class, HsFeaturesBody, place);
  gtk_widget_class_bind_template_child (widget_class, HsFeaturesBody, summary);
  gtk_widget_class_bind_template_child (widget_class, HsFeaturesBody, revert);
  gtk_widget_class_bind_template_child (widget_class, HsFeaturesBody, change);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, revert_cb);
  gtk_widget_class_bind_template_callback (widget_class, change_cb);
}

static void
hs_features_body_init (HsFeaturesBody *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  self->groups = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/* -- the window ------------------------------------------------------------------------------- */

#define HS_TYPE_FEATURES_WINDOW (hs_features_window_get_type ())
G_DECLARE_FINAL_TYPE (HsFeaturesWindow, hs_features_window, HS, FEATURES_WINDOW, HsTreeWindow)

struct _HsFeaturesWindow {
  HsTreeWindow parent_instance;

  HsFeaturesBody *body;
};

G_DEFINE_FINAL_TYPE (HsFeaturesWindow, hs_features_window, HS_TYPE_TREE_WINDOW)

static gpointer
read_features (HsTree *tree,
               const char *target,
               gpointer options,
               GCancellable *cancellable,
               GError **error)
{
  return hs_features_read (tree, target, error);
}

static void
show_read (HsTreeWindow *window, gpointer result)
{
  show_features (HS_FEATURES_WINDOW (window)->body, result);
}

static void
array_unref (gpointer array)
{
  g_ptr_array_unref (array);
}

static void
hs_features_window_class_init (HsFeaturesWindowClass *klass)
{
  HsTreeWindowClass *tree_class = HS_TREE_WINDOW_CLASS (klass);

  tree_class->read = read_features;
  tree_class->free_result = array_unref;
  tree_class->show = show_read;
}

static void
hs_features_window_init (HsFeaturesWindow *self)
{
  self->body = g_object_new (HS_TYPE_FEATURES_BODY, NULL);
  hs_tree_window_set_body (HS_TREE_WINDOW (self), GTK_WIDGET (self->body));
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->body->search),
                                           GTK_WIDGET (self));
}

void
hs_features_window_open (HsSession *session,
                         GtkWindow *parent,
                         const char *tree,
                         const char *target)
{
  hs_tree_window_open (g_object_new (HS_TYPE_FEATURES_WINDOW, "title", _ ("Features"), NULL),
                       session,
                       parent,
                       tree,
                       target);
}
