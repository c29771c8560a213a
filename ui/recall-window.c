/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/recall-window.h"

#include "app/release.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/recall-model.h"
#include "ui/recall-row.h"
#include "ui/table-export.h"

#include <glib/gi18n-lib.h>

enum { ROWS_COUNTED = 20000, PAGE_COUNTED = 2000, CUSTOMERS_SHOWN = 4 };

#define HS_TYPE_RECALL_WINDOW (hs_recall_window_get_type ())
G_DECLARE_FINAL_TYPE (HsRecallWindow, hs_recall_window, HS, RECALL_WINDOW, AdwWindow)

struct _HsRecallWindow {
  AdwWindow parent_instance;

  GtkWidget *export;
  GtkWidget *copy;
  GtkLabel *what;
  GtkLabel *counts;
  GtkLabel *shipped;
  GtkStack *stack;
  AdwStatusPage *trouble;
  GtkListView *list;

  HsSession *session;   /* owned */
  HsRecallModel *model; /* owned */
};

G_DEFINE_FINAL_TYPE (HsRecallWindow, hs_recall_window, ADW_TYPE_WINDOW)

/* -- what is looked for, and where it went --------------------------------------------------- */

typedef struct {
  char *build, *release, *sha256;
} Wanted;

static void
wanted_free (gpointer data)
{
  Wanted *self = data;

  g_free (self->build);
  g_free (self->release);
  g_free (self->sha256);
  g_free (self);
}

static Wanted *
wanted_new (HsRecallWindow *self)
{
  HsRecall recall = hs_recall_model_get_recall (self->model);
  Wanted *wanted = g_new0 (Wanted, 1);

  wanted->build = g_strdup (recall.build);
  wanted->release = g_strdup (recall.release);
  wanted->sha256 = g_strdup (recall.sha256);
  return wanted;
}

static gpointer
read_name (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Wanted *wanted = data;

  if (wanted->build != NULL) {
    g_autoptr (HsBuild) build = hs_catalog_get_build (catalog, wanted->build, error);

    return build != NULL ? g_strdup_printf (_ ("Build %s"), hs_build_get_name (build)) : NULL;
  }
  if (wanted->release != NULL) {
    g_autoptr (HsRelease) release = hs_catalog_get_release (catalog, wanted->release, error);

    return release != NULL ? g_strdup_printf (_ ("Release %s %s"),
                                              hs_release_get_name (release),
                                              hs_release_get_version (release))
                           : NULL;
  }
  return g_strdup_printf (
      _ ("Image %.8s…%s"), wanted->sha256, wanted->sha256 + strlen (wanted->sha256) - 4);
}

static void
name_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRecallWindow *self = owner;

  if (result != NULL)
    gtk_label_set_label (self->what, result);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->what), result);
}

static void
count_customer (GHashTable *customers, const HsRecallRow *row)
{
  const char *name = row->party_name != NULL ? row->party_name : "";
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (customers, name));

  g_hash_table_insert (customers, g_strdup (name), GUINT_TO_POINTER (n + 1));
}

/* Name -> how many units that carry it now are there. */
static gpointer
count_shipped (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Wanted *wanted = data;
  const HsRecall recall = { wanted->build, wanted->release, wanted->sha256 };
  GHashTable *customers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_now = 1;

  for (guint offset = 0; offset < MIN (n_now, ROWS_COUNTED); offset += PAGE_COUNTED) {
    g_autoptr (GPtrArray) rows =
        hs_catalog_recall (catalog, &recall, PAGE_COUNTED, offset, &n_now, NULL, NULL);

    for (guint i = 0; rows != NULL && i < rows->len; i++) {
      const HsRecallRow *row = g_ptr_array_index (rows, i);

      if (row->now && g_strcmp0 (row->state, "shipped") == 0)
        count_customer (customers, row);
    }
    if (rows == NULL || rows->len < PAGE_COUNTED)
      break;
  }
  return customers;
}

static void
customers_free (gpointer customers)
{
  g_hash_table_unref (customers);
}

/* "Of them 6 are shipped: customer 1 4, customer 2 2" */
static void
shipped_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRecallWindow *self = owner;
  GHashTable *customers = result;
  g_autoptr (GString) names = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name, n;
  guint all = 0, shown = 0;
  g_autofree char *count = NULL;
  g_autofree char *text = NULL;

  if (customers == NULL)
    return;

  g_hash_table_iter_init (&iter, customers);
  while (g_hash_table_iter_next (&iter, &name, &n)) {
    all += GPOINTER_TO_UINT (n);
    if (++shown > CUSTOMERS_SHOWN)
      continue;
    g_string_append_printf (names,
                            "%s%s %u",
                            names->len > 0 ? ", " : "",
                            *(char *) name != '\0' ? (char *) name : _ ("no name"),
                            GPOINTER_TO_UINT (n));
  }
  if (shown > CUSTOMERS_SHOWN)
    g_string_append (names, "…");
  count = hs_format_count (all);
  text = all > 0 ? g_strdup_printf (
                       ngettext ("%s of them is shipped: %s", "%s of them are shipped: %s", all),
                       count,
                       names->str)
                 : g_strdup (_ ("None of them is shipped"));
  gtk_label_set_label (self->shipped, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->shipped), text);
}

static void
counted_cb (HsRecallWindow *self)
{
  guint now = hs_recall_model_get_n_now (self->model);
  guint ever = hs_recall_model_get_n_ever (self->model);
  guint before = ever - MIN (now, ever);
  g_autofree char *now_text = hs_format_count (now);
  g_autofree char *before_text = hs_format_count (before);
  g_autofree char *first =
      g_strdup_printf (ngettext ("%s unit carries it now", "%s units carry it now", now), now_text);
  g_autofree char *second =
      g_strdup_printf (ngettext ("%s did before", "%s did before", before), before_text);
  g_autofree char *text = g_strdup_printf ("%s · %s", first, second);

  gtk_label_set_label (self->counts, text);
  gtk_widget_set_sensitive (self->export, ever > 0);
  gtk_widget_set_sensitive (self->copy, ever > 0);
  if (hs_recall_model_get_error (self->model) != NULL) {
    adw_status_page_set_description (self->trouble, hs_recall_model_get_error (self->model));
    gtk_stack_set_visible_child_name (self->stack, "trouble");
    return;
  }
  gtk_stack_set_visible_child_name (self->stack, ever > 0 ? "list" : "nothing");
  if (now > 0)
    hs_ask_apart (hs_session_get_catalog (self->session),
                  self,
                  count_shipped,
                  wanted_new (self),
                  wanted_free,
                  customers_free,
                  NULL,
                  shipped_cb);
}

/* -- the list -------------------------------------------------------------------------------- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, hs_recall_row_new ());
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  hs_recall_row_view_set (HS_RECALL_ROW_VIEW (gtk_list_item_get_child (item)),
                          hs_recall_item_get (gtk_list_item_get_item (item)));
}

static void
row_activated_cb (HsRecallWindow *self, guint position)
{
  g_autoptr (HsRecallItem) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (item == NULL || parent == NULL)
    return;

  gtk_widget_activate_action (
      GTK_WIDGET (parent), "win.show-unit", "s", hs_recall_item_get (item)->unit);
  gtk_window_close (GTK_WINDOW (self));
}

static void
export_cb (HsRecallWindow *self)
{
  HsRecall recall = hs_recall_model_get_recall (self->model);

  hs_table_export_recall_ask (GTK_WIDGET (self->list), self->session, &recall);
}

static gpointer
copy_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Wanted *wanted = data;
  const HsRecall recall = { wanted->build, wanted->release, wanted->sha256 };
  g_autoptr (GOutputStream) stream = g_memory_output_stream_new_resizable ();
  GMemoryOutputStream *memory = G_MEMORY_OUTPUT_STREAM (stream);

  if (!hs_table_export_recall (catalog, &recall, HS_TABLE_CSV, stream, cancellable, error) ||
      !g_output_stream_write_all (stream, "", 1, NULL, NULL, error) ||
      !g_output_stream_close (stream, NULL, error))
    return NULL;
  return g_memory_output_stream_steal_data (memory);
}

static void
copied_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRecallWindow *self = owner;

  if (result != NULL)
    hs_piece_copy_text (GTK_WIDGET (self->list), result);
}

static void
copy_cb (HsRecallWindow *self)
{
  hs_ask_apart (hs_session_get_catalog (self->session),
                self,
                copy_func,
                wanted_new (self),
                wanted_free,
                g_free,
                NULL,
                copied_cb);
}

/* -- the window ------------------------------------------------------------------------------ */

static void
hs_recall_window_dispose (GObject *object)
{
  HsRecallWindow *self = HS_RECALL_WINDOW (object);

  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_recall_window_parent_class)->dispose (object);
}

static void
hs_recall_window_class_init (HsRecallWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_recall_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("recall-window"));
  gtk_widget_class_bind_template_child (widget_class, HsRecallWindow, export);
  gtk_widget_class_bind_template_child (widget_class, HsRecallWindow, copy);
  gtk_widget_class_bind_template_child (widget_class, HsRecallWindow, what);
  gtk_widget_class_bind_template_child (widget_class, HsRecallWindow, counts);
  gtk_widget_class_bind_template_child (widget_class, HsRecallWindow, shipped);
  gtk_widget_class_bind_template_child (widget_class, HsRecallWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, HsRecallWindow, trouble);
  gtk_widget_class_bind_template_child (widget_class, HsRecallWindow, list);
  gtk_widget_class_bind_template_callback (widget_class, export_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
hs_recall_window_init (HsRecallWindow *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
}

void
hs_recall_window_present (GtkWindow *parent, HsSession *session, const HsRecall *recall)
{
  HsRecallWindow *self = g_object_new (HS_TYPE_RECALL_WINDOW, "transient-for", parent, NULL);
  g_autoptr (GtkSingleSelection) selection = NULL;

  self->session = g_object_ref (session);
  self->model = hs_recall_model_new (hs_session_get_catalog (session), recall);
  selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (
      self->model, "counted", G_CALLBACK (counted_cb), self, G_CONNECT_SWAPPED);
  hs_ask (hs_session_get_catalog (session),
          self,
          read_name,
          wanted_new (self),
          wanted_free,
          g_free,
          NULL,
          name_cb);
  gtk_window_present (GTK_WINDOW (self));
}
