/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-kept.h"

#include "app/explain.h"
#include "app/firmware/build-report.h"
#include "app/firmware/debug-config.h"
#include "ui/ask.h"
#include "ui/build-log-view.h"
#include "ui/diff-view.h"
#include "ui/piece.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

enum { MOST_WEIGHTS = 60 };

/* -- a window that waits for what it shows ---------------------------------------------------- */

static GtkWidget *
say (const char *text)
{
  GtkWidget *label = hs_piece_label (text, "dim-label");

  gtk_label_set_xalign (GTK_LABEL (label), .5f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_set_vexpand (label, TRUE);
  gtk_widget_set_margin_start (label, 26);
  gtk_widget_set_margin_end (label, 26);
  return label;
}

static void
close_on_escape (GtkWidget *window)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                        gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, controller);
}

static GtkWidget *
make_window (GtkWindow *parent, const char *title, const char *subtitle, int width, AdwBin **bin)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *overlay = adw_toast_overlay_new ();

  *bin = ADW_BIN (adw_bin_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (*bin), TRUE);
  adw_bin_set_child (*bin, say (_ ("Reading…")));
  hs_piece_set_classes (header, "top");
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), adw_window_title_new (title, subtitle));
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (*bin));
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (overlay), box);
  adw_window_set_content (ADW_WINDOW (window), overlay);
  close_on_escape (window);
  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), width, 640);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  return window;
}

static gpointer
read_blob (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_catalog_get_blob (catalog, data, error);
}

static void
ask_for_blob (HsSession *session, AdwBin *bin, const HsArtifact *file, HsAnswerFunc answer)
{
  hs_ask_apart (hs_session_get_catalog (session),
                bin,
                read_blob,
                g_strdup (file->sha256),
                g_free,
                (GDestroyNotify) g_bytes_unref,
                NULL,
                answer);
}

static gboolean
say_error (AdwBin *bin, gpointer result, const GError *error)
{
  g_autoptr (HsProblem) problem = error != NULL ? hs_explain_error (error) : NULL;

  if (result != NULL)
    return FALSE;
  adw_bin_set_child (bin, say (problem != NULL ? problem->message : _ ("It is not kept any more")));
  return TRUE;
}

/* -- the log --------------------------------------------------------------------------------- */

static void
log_read_cb (gpointer owner, gpointer result, const GError *error)
{
  AdwBin *bin = owner;
  g_autoptr (HsBuildLog) log = NULL;
  GtkWidget *view;
  gsize length;
  const char *text;

  if (say_error (bin, result, error))
    return;
  text = g_bytes_get_data (result, &length);
  log = hs_build_log_new_for_text (text != NULL ? text : "", (gssize) length);
  view = hs_build_log_view_new ();
  hs_build_log_view_set_log (
      HS_BUILD_LOG_VIEW (view), log, g_object_get_data (G_OBJECT (bin), "name"));
  adw_bin_set_child (bin, view);
}

void
hs_build_kept_open_log (HsSession *session,
                        GtkWindow *parent,
                        const HsArtifact *log,
                        const char *title)
{
  AdwBin *bin;
  GtkWidget *window = make_window (parent, _ ("Log"), title, 900, &bin);

  g_object_set_data_full (G_OBJECT (bin), "name", g_strdup (title), g_free);
  ask_for_blob (session, bin, log, log_read_cb);
  gtk_window_present (GTK_WINDOW (window));
}

/* -- the diff -------------------------------------------------------------------------------- */

static void
diff_read_cb (gpointer owner, gpointer result, const GError *error)
{
  AdwBin *bin = owner;
  g_autofree char *text = NULL, *valid = NULL;
  GtkWidget *view;
  gsize length;
  const char *bytes;

  if (say_error (bin, result, error))
    return;
  bytes = g_bytes_get_data (result, &length);
  text = g_strndup (bytes != NULL ? bytes : "", length);
  valid = g_utf8_make_valid (text, -1);
  view = hs_diff_view_new ();
  hs_diff_view_set_text (HS_DIFF_VIEW (view), valid);
  adw_bin_set_child (bin, view);
}

void
hs_build_kept_open_diff (HsSession *session,
                         GtkWindow *parent,
                         const HsArtifact *diff,
                         const char *title)
{
  AdwBin *bin;
  GtkWidget *window = make_window (parent, _ ("Changed Files"), title, 900, &bin);

  ask_for_blob (session, bin, diff, diff_read_cb);
  gtk_window_present (GTK_WINDOW (window));
}

/* -- what takes the room --------------------------------------------------------------------- */

typedef struct {
  char *map; /* digest; nullable */
  char *elf; /* the same */
} WeightQuestion;

static void
weight_question_free (gpointer data)
{
  WeightQuestion *question = data;

  g_free (question->map);
  g_free (question->elf);
  g_free (question);
}

static GPtrArray *
weigh_map (HsCatalog *catalog, const char *sha256, GError **error)
{
  g_autoptr (GBytes) bytes = hs_catalog_get_blob (catalog, sha256, error);
  gsize length;
  const char *text;

  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &length);
  return hs_map_file_read (text, (gssize) length, NULL, MOST_WEIGHTS);
}

static GPtrArray *
weigh_elf (HsCatalog *catalog, const char *sha256, GError **error)
{
  g_autoptr (GBytes) bytes = hs_catalog_get_blob (catalog, sha256, error);
  g_autoptr (GPtrArray) symbols =
      bytes != NULL ? hs_elf_biggest (bytes, MOST_WEIGHTS, error) : NULL;
  GPtrArray *weights;

  if (symbols == NULL)
    return NULL;
  weights = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_build_hint_free);
  for (guint i = 0; i < symbols->len; i++) {
    const HsElfSymbol *symbol = g_ptr_array_index (symbols, i);
    HsBuildHint *hint = g_new0 (HsBuildHint, 1);

    hint->what = g_strdup (symbol->name);
    hint->bytes = symbol->size;
    hint->how = g_strdup_printf ("0x%08" G_GINT64_MODIFIER "x", symbol->address);
    hint->where = "";
    g_ptr_array_add (weights, hint);
  }
  return weights;
}

/* The map knows files and libraries, the ELF only names: the map is asked first. */
static gpointer
read_weights (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  WeightQuestion *question = data;
  GPtrArray *weights = NULL;

  if (question->map != NULL)
    weights = weigh_map (catalog, question->map, question->elf == NULL ? error : NULL);
  if (question->elf != NULL && (weights == NULL || weights->len == 0)) {
    g_clear_pointer (&weights, g_ptr_array_unref);
    weights = weigh_elf (catalog, question->elf, error);
  }
  return weights;
}

/* Objects of the map have no address. */
static const HsColumn weight_columns[] = { { N_ ("What"), 0 },
                                           { N_ ("Size"), 90 },
                                           { N_ ("Where"), 120 } };

static GtkWidget *
cell (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_tooltip_text (label, text);
  return label;
}

static gboolean
is_placed (const HsBuildHint *weight)
{
  return weight->how != NULL && *weight->how != '\0';
}

static void
weights_read_cb (gpointer owner, gpointer result, const GError *error)
{
  AdwBin *bin = owner;
  GPtrArray *weights = result;
  GtkWidget *scroller, *panel;
  gboolean placed = FALSE;
  HsTable table;

  if (say_error (bin, result, error))
    return;
  if (weights->len == 0) {
    adw_bin_set_child (bin, say (_ ("Neither map nor ELF says it")));
    return;
  }
  for (guint i = 0; i < weights->len; i++)
    placed |= is_placed (g_ptr_array_index (weights, i));
  hs_table_init (&table, weight_columns, G_N_ELEMENTS (weight_columns) - !placed);
  for (guint i = 0; i < weights->len; i++) {
    const HsBuildHint *weight = g_ptr_array_index (weights, i);
    g_autofree char *size = hs_format_size (weight->bytes);
    g_autofree char *bytes = hs_format_bytes (weight->bytes);
    GtkWidget *figure = hs_piece_label (size, "figure");

    gtk_widget_set_tooltip_text (figure, bytes);
    hs_table_add (&table,
                  cell (weight->what, "heading"),
                  figure,
                  placed ? cell (is_placed (weight) ? weight->how : "", "dim-label digest") : NULL,
                  NULL);
  }
  scroller = gtk_scrolled_window_new ();
  panel = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  hs_piece_set_classes (panel, "panel");
  gtk_box_append (GTK_BOX (panel), table.grid);
  gtk_widget_set_margin_start (panel, 18);
  gtk_widget_set_margin_end (panel, 18);
  gtk_widget_set_margin_bottom (panel, 18);
  gtk_widget_set_margin_top (panel, 4);
  gtk_widget_set_valign (panel, GTK_ALIGN_START);
  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), panel);
  adw_bin_set_child (bin, scroller);
}

void
hs_build_kept_open_weights (HsSession *session,
                            GtkWindow *parent,
                            const HsArtifact *map,
                            const HsArtifact *elf,
                            const char *title)
{
  AdwBin *bin;
  GtkWidget *window = make_window (parent, _ ("What Takes the Room"), title, 720, &bin);
  WeightQuestion *question = g_new0 (WeightQuestion, 1);

  question->map = map != NULL ? g_strdup (map->sha256) : NULL;
  question->elf = elf != NULL ? g_strdup (elf->sha256) : NULL;
  hs_ask_apart (hs_session_get_catalog (session),
                bin,
                read_weights,
                question,
                weight_question_free,
                (GDestroyNotify) g_ptr_array_unref,
                NULL,
                weights_read_cb);
  gtk_window_present (GTK_WINDOW (window));
}
