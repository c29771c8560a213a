/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/compare-window.h"

#include "app/explain.h"
#include "app/release.h"
#include "app/unit-life.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

enum { RELEASES_READ = 200 };

#define HS_TYPE_COMPARE_WINDOW (hs_compare_window_get_type ())
G_DECLARE_FINAL_TYPE (HsCompareWindow, hs_compare_window, HS, COMPARE_WINDOW, AdwWindow)

struct _HsCompareWindow {
  AdwWindow parent_instance;

  GtkLabel *who;
  GtkStack *stack;
  GtkDropDown *releases;
  GtkWidget *changes;

  HsSession *session; /* owned */
  HsUnit *unit;       /* owned */
  GPtrArray *found;   /* HsRelease, as in the drop-down */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (HsCompareWindow, hs_compare_window, ADW_TYPE_WINDOW)

/* -- what would change ----------------------------------------------------------------------- */

typedef struct {
  char *unit;
  char *release;
} Pair;

static void
pair_free (gpointer data)
{
  Pair *self = data;

  g_free (self->unit);
  g_free (self->release);
  g_free (self);
}

static void
array_unref (gpointer array)
{
  g_ptr_array_unref (array);
}

static gpointer
compare_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Pair *pair = data;

  return hs_unit_compare_release (catalog, pair->unit, pair->release, error);
}

static void
add_sentence (HsCompareWindow *self, HsShape shape, const char *sentence)
{
  GtkWidget *label = hs_piece_label (sentence, NULL);
  GtkWidget *icon = hs_shape_new (shape, 16);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 2);
  gtk_box_append (GTK_BOX (self->changes), hs_piece_row (9, icon, label, NULL));
}

static void
compared_cb (gpointer owner, gpointer result, const GError *error)
{
  HsCompareWindow *self = owner;
  GPtrArray *sentences = result;

  hs_piece_clear (self->changes);
  if (sentences == NULL) {
    g_autoptr (HsProblem) problem = hs_explain_error (error);

    add_sentence (self, HS_SHAPE_ATTENTION, problem->message);
    return;
  }
  if (sentences->len == 0)
    add_sentence (self, HS_SHAPE_PASS, _ ("Nothing: it carries exactly this, as last proven."));
  for (guint i = 0; i < sentences->len; i++)
    add_sentence (self, HS_SHAPE_WORK, g_ptr_array_index (sentences, i));
}

static void
chosen_cb (HsCompareWindow *self)
{
  guint n = gtk_drop_down_get_selected (self->releases);
  Pair *pair;

  if (self->found == NULL || n >= self->found->len)
    return;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  pair = g_new0 (Pair, 1);
  pair->unit = g_strdup (hs_unit_get_id (self->unit));
  pair->release = g_strdup (hs_release_get_id (g_ptr_array_index (self->found, n)));
  hs_ask (hs_session_get_catalog (self->session),
          self,
          compare_func,
          pair,
          pair_free,
          array_unref,
          self->cancellable,
          compared_cb);
}

/* -- which releases there are ---------------------------------------------------------------- */

static gboolean
is_for_board (HsRelease *release, const char *board)
{
  for (guint i = 0; i < hs_release_get_n_artifacts (release); i++)
    if (g_strcmp0 (hs_release_get_artifact (release, i)->board, board) == 0)
      return TRUE;
  return FALSE;
}

/* Locked ones for the board, newest first. */
static gpointer
list_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) ids = hs_catalog_list_releases (catalog, NULL, RELEASES_READ, NULL, error);
  GPtrArray *found;

  if (ids == NULL)
    return NULL;

  found = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < ids->len; i++) {
    g_autoptr (HsRelease) release =
        hs_catalog_get_release (catalog, g_ptr_array_index (ids, i), NULL);

    if (release != NULL && g_strcmp0 (hs_release_get_state (release), "locked") == 0 &&
        is_for_board (release, data))
      g_ptr_array_add (found, g_steal_pointer (&release));
  }
  return found;
}

static void
listed_cb (gpointer owner, gpointer result, const GError *error)
{
  HsCompareWindow *self = owner;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  if (result == NULL || ((GPtrArray *) result)->len == 0) {
    gtk_stack_set_visible_child_name (self->stack, "nothing");
    return;
  }

  self->found = g_ptr_array_ref (result);
  for (guint i = 0; i < self->found->len; i++) {
    HsRelease *release = g_ptr_array_index (self->found, i);
    g_autofree char *name =
        g_strdup_printf ("%s %s", hs_release_get_name (release), hs_release_get_version (release));

    gtk_string_list_append (names, name);
  }
  gtk_drop_down_set_model (self->releases, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->releases, 0);
  gtk_stack_set_visible_child_name (self->stack, "list");
  chosen_cb (self);
}

/* -- the window ------------------------------------------------------------------------------ */

static void
hs_compare_window_dispose (GObject *object)
{
  HsCompareWindow *self = HS_COMPARE_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->found, g_ptr_array_unref);
  g_clear_object (&self->unit);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_compare_window_parent_class)->dispose (object);
}

static void
hs_compare_window_class_init (HsCompareWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_compare_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("compare-window"));
  gtk_widget_class_bind_template_child (widget_class, HsCompareWindow, who);
  gtk_widget_class_bind_template_child (widget_class, HsCompareWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HsCompareWindow, releases);
  gtk_widget_class_bind_template_child (widget_class, HsCompareWindow, changes);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
}

static void
hs_compare_window_init (HsCompareWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
hs_compare_window_present (GtkWindow *parent, HsSession *session, HsUnit *unit)
{
  HsCompareWindow *self = g_object_new (HS_TYPE_COMPARE_WINDOW, "transient-for", parent, NULL);
  g_autofree char *name = hs_format_unit_name (unit);
  g_autofree char *serial = hs_format_serial_short_markup (hs_unit_get_id (unit));
  g_autofree char *label = g_markup_escape_text (name, -1);
  g_autofree char *who = g_strdup_printf ("<b>%s</b> · %s", label, serial);

  self->session = g_object_ref (session);
  self->unit = g_object_ref (unit);
  gtk_label_set_markup (self->who, who);
  hs_ask (hs_session_get_catalog (session),
          self,
          list_func,
          g_strdup (hs_unit_get_board (unit)),
          g_free,
          array_unref,
          NULL,
          listed_cb);
  gtk_window_present (GTK_WINDOW (self));
}
