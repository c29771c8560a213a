/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-origin.h"

#include "app/explain.h"
#include "ui/build-kept.h"
#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

static const HsColumn columns[] = { { NULL, 92 }, { NULL, 0 } };

static GtkWidget *
short_label (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (label, text);
  return label;
}

static void
add_fact (HsTable *table, const char *title, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  hs_table_add (table, short_label (title, "dim-label"), short_label (value, NULL), NULL);
}

static const char *
text_of (JsonObject *details, const char *member)
{
  JsonNode *node = details != NULL ? json_object_get_member (details, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) &&
                 json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static JsonArray *
array_of (JsonObject *details, const char *member)
{
  JsonNode *node = details != NULL ? json_object_get_member (details, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
nth_object (JsonArray *array, guint n)
{
  JsonNode *node = json_array_get_element (array, n);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* -- a line that opens to several ------------------------------------------------------------- */

static GtkWidget *
expander (const char *title, GtkWidget *rows)
{
  GtkWidget *widget = hs_piece_expander (title, rows);

  gtk_widget_set_margin_top (rows, 4);
  gtk_widget_set_tooltip_text (widget, title);
  gtk_label_set_ellipsize (GTK_LABEL (gtk_expander_get_label_widget (GTK_EXPANDER (widget))),
                           PANGO_ELLIPSIZE_END);
  return widget;
}

/* -- source ---------------------------------------------------------------------------------- */

typedef struct {
  HsSession *session;
  HsArtifact diff;
  char *title;
} DiffLink;

static void
diff_link_free (gpointer data, GClosure *closure)
{
  DiffLink *link = data;

  g_object_unref (link->session);
  g_free (link->diff.sha256);
  g_free (link->title);
  g_free (link);
}

static void
diff_clicked_cb (GtkButton *button, DiffLink *link)
{
  hs_build_kept_open_diff (link->session,
                           GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))),
                           &link->diff,
                           link->title);
}

static GtkWidget *
diff_button (HsSession *session, HsBuild *build, const HsArtifact *diff, const char *text)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *label = hs_piece_label (text, NULL);
  DiffLink *link = g_new0 (DiffLink, 1);
  g_autofree char *name = g_strdup_printf (_ ("%s: show what was changed"), text);

  link->session = g_object_ref (session);
  link->diff.sha256 = g_strdup (diff->sha256);
  link->title = g_strdup (hs_build_get_name (build));
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (button), label);
  hs_piece_set_classes (button, "flat copy");
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, _ ("Show what was changed"));
  hs_piece_name (button, name);
  g_signal_connect_data (button, "clicked", G_CALLBACK (diff_clicked_cb), link, diff_link_free, 0);
  return button;
}

static char *
source_text (HsBuild *build, JsonObject *details)
{
  const char *commit = hs_build_get_commit (build);
  const char *changed = text_of (details, "changed_files");
  guint n = 0;

  if (commit == NULL)
    return NULL;
  if (!hs_build_get_dirty (build) && changed == NULL)
    return g_strdup_printf ("%.9s", commit);
  if (changed == NULL)
    return g_strdup_printf (_ ("%.9s and changed files"), commit);
  for (const char *at = changed; at != NULL; at = strchr (at + 1, '\n'))
    n++;
  return g_strdup_printf (
      ngettext ("%.9s + %u changed file", "%.9s + %u changed files", n), commit, n);
}

static void
add_source (HsTable *table,
            HsSession *session,
            HsBuild *build,
            const HsBuildPast *past,
            JsonObject *details)
{
  g_autofree char *text = source_text (build, details);
  const HsArtifact *diff = hs_build_past_find (past, ".diff");

  if (text == NULL || diff == NULL)
    add_fact (table, _ ("Source"), text);
  else
    hs_table_add (table,
                  short_label (_ ("Source"), "dim-label"),
                  diff_button (session, build, diff, text),
                  NULL);
}

/* -- upstream -------------------------------------------------------------------------------- */

static GtkWidget *
commit_rows (JsonArray *commits)
{
  GtkWidget *rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  for (guint i = 0; i < json_array_get_length (commits); i++) {
    JsonObject *commit = nth_object (commits, i);
    const char *id = text_of (commit, "commit");
    const char *subject = text_of (commit, "subject");
    g_autofree char *text =
        g_strdup_printf ("%.9s  %s", id != NULL ? id : "", subject != NULL ? subject : "");

    gtk_box_append (GTK_BOX (rows), short_label (text, "caption dim-label"));
  }
  return rows;
}

static const char *
why_unknown (JsonObject *details)
{
  const char *why = text_of (details, "merge_base_unknown");

  if (g_strcmp0 (why, "shallow") == 0)
    return _ ("not known: the clone is shallow");
  if (g_strcmp0 (why, "no-upstream") == 0)
    return _ ("not known: the tree has no upstream branch");
  return g_strcmp0 (why, "unrelated") == 0 ? _ ("not related to it") : NULL;
}

static void
add_upstream (HsTable *table, JsonObject *details)
{
  const char *base = text_of (details, "merge_base");
  const char *upstream = text_of (details, "upstream");
  JsonArray *commits = array_of (details, "commits");
  guint n = commits != NULL ? json_array_get_length (commits) : 0;
  g_autofree char *text = NULL;

  if (base == NULL) {
    add_fact (table, _ ("Upstream"), why_unknown (details));
    return;
  }
  text = n == 0 ? g_strdup_printf (_ ("%s at %.9s, nothing since"), upstream, base)
                : g_strdup_printf (
                      ngettext ("%s at %.9s, %u commit since", "%s at %.9s, %u commits since", n),
                      upstream,
                      base,
                      n);
  hs_table_add (table,
                short_label (_ ("Upstream"), "dim-label"),
                n > 0 ? expander (text, commit_rows (commits)) : short_label (text, NULL),
                NULL);
}

/* -- built again ----------------------------------------------------------------------------- */

static char *
repeated_text (const HsBuildPast *past)
{
  JsonObject *payload =
      past != NULL && past->repeated != NULL ? json_node_get_object (past->repeated) : NULL;
  JsonArray *differs = array_of (payload, "differs");
  g_autoptr (GString) files = g_string_new (NULL);

  if (payload == NULL)
    return NULL;
  if (json_object_get_boolean_member_with_default (payload, "equal", FALSE))
    return g_strdup (_ ("equal to the byte"));
  for (guint i = 0; differs != NULL && i < json_array_get_length (differs); i++) {
    const char *file = text_of (nth_object (differs, i), "file");

    if (file != NULL)
      g_string_append_printf (files, "%s%s", files->len > 0 ? ", " : "", file);
  }
  return g_strdup_printf (_ ("differs: %s"), files->str);
}

static void
add_repeated (HsTable *table, const HsBuildPast *past, JsonObject *details)
{
  g_autofree char *text = repeated_text (past);

  if (text != NULL || text_of (details, "inputs") != NULL)
    add_fact (table, _ ("Built again"), text != NULL ? text : _ ("not yet"));
}

/* -- readiness ------------------------------------------------------------------------------- */

static const char *
ready_text (const char *state)
{
  static const struct {
    const char *state;
    const char *text;
  } texts[] = {
    { "found", N_ ("found") },
    { "not-found", N_ ("not found") },
    { "unknown", N_ ("can't tell") },
    { "not-asked", N_ ("not asked for") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_strcmp0 (texts[i].state, state) == 0)
      return _ (texts[i].text);
  return state != NULL ? state : "?";
}

static void
add_readiness (HsTable *table, JsonObject *details)
{
  JsonArray *lines = array_of (details, "readiness");
  guint n = lines != NULL ? json_array_get_length (lines) : 0;
  GtkWidget *rows;
  guint found = 0;
  g_autofree char *text = NULL;

  if (n == 0)
    return;
  rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  for (guint i = 0; i < n; i++) {
    JsonObject *line = nth_object (lines, i);
    const char *state = text_of (line, "state");
    const char *title = text_of (line, "title") != NULL ? text_of (line, "title") : "";
    g_autofree char *said = g_strdup_printf ("%s: %s", title, ready_text (state));
    GtkWidget *label = short_label (said, "caption");

    if (g_strcmp0 (state, "found") == 0)
      found++;
    if (text_of (line, "reason") != NULL)
      gtk_widget_set_tooltip_text (label, text_of (line, "reason"));
    gtk_box_append (GTK_BOX (rows), label);
  }
  text = g_strdup_printf (ngettext ("%u of %u found", "%u of %u found", n), found, n);
  hs_table_add (table, short_label (_ ("Readiness"), "dim-label"), expander (text, rows), NULL);
}

/* -- the rest -------------------------------------------------------------------------------- */

static const char *
origin_text (const char *origin)
{
  static const struct {
    const char *origin;
    const char *text;
  } names[] = {
    { "build", N_ ("built here") },
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

/* What the import found besides, as far as it is plain text. */
static void
add_details (HsTable *table, JsonObject *details)
{
  static const struct {
    const char *member;
    const char *title;
  } known[] = {
    { "tree", N_ ("Tree") },          { "branch", N_ ("Branch") },
    { "options", N_ ("Options") },    { "sdk", N_ ("SDK") },
    { "tools", N_ ("Tools") },        { "compiler", N_ ("Compiler") },
    { "engine", N_ ("Built by") },    { "path", N_ ("Folder") },
    { "source", N_ ("From") },        { "source_url", N_ ("From") },
    { "describe", N_ ("Described") }, { "note", N_ ("Note") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    add_fact (table, _ (known[i].title), text_of (details, known[i].member));
}

GtkWidget *
hs_build_origin_new (HsSession *session,
                     HsBuild *build,
                     const HsBuildPast *past,
                     JsonObject *details)
{
  g_autofree char *imported = hs_format_day_clock (hs_build_get_imported (build));
  const char *id = hs_build_get_id (build);
  HsTable table;

  hs_table_init (&table, columns, G_N_ELEMENTS (columns));
  add_source (&table, session, build, past, details);
  add_upstream (&table, details);
  add_fact (&table, _ ("Taken from"), origin_text (hs_build_get_origin (build)));
  add_fact (&table, _ ("Version"), hs_build_get_number (build));
  add_details (&table, details);
  add_repeated (&table, past, details);
  add_readiness (&table, details);
  add_fact (&table, _ ("Imported"), hs_build_get_imported (build) > 0 ? imported : NULL);
  hs_table_add (&table,
                short_label (_ ("Build id"), "dim-label"),
                hs_piece_copy (id, _ ("build id"), id),
                NULL);
  return table.grid;
}
