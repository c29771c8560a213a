/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/builds-page.h"

#include "store/kinds.h"
#include "ui/ask.h"
#include "ui/build-model.h"
#include "ui/build-view.h"
#include "ui/format.h"
#include "ui/list-detail.h"
#include "ui/piece.h"
#include "ui/practice-ribbon.h"

#include <glib/gi18n-lib.h>

enum { CARRIERS_READ = 60, PROOFS_READ = 400 };

struct _HsBuildsPage {
  GtkBox parent_instance;

  GtkWidget *back;
  GtkStack *stack;
  HsListDetail *list;

  HsSession *session;  /* owned */
  HsPagedModel *model; /* owned */
  HsBuildView *view;   /* borrowed: child of list */
  GCancellable *reading;
};

G_DEFINE_FINAL_TYPE (HsBuildsPage, hs_builds_page, GTK_TYPE_BOX)

/* -- the list -------------------------------------------------------------------------------- */

static char *
n_units_text (guint n)
{
  g_autofree char *number = hs_format_count (n);

  return n == 0 ? g_strdup (_ ("none yet"))
                : g_strdup_printf (ngettext ("%s unit", "%s units", n), number);
}

static void
fill_row (HsListRow *row, gpointer item, gpointer page)
{
  HsBuildsPage *self = page;
  HsBuild *build = item;
  const char *typed = hs_list_detail_get_text (self->list);
  const char *board = hs_build_get_board (build);
  g_autofree char *title = hs_format_bold_part (hs_build_get_name (build), typed);
  g_autofree char *when = hs_format_day (hs_build_get_imported (build));
  g_autofree char *units = n_units_text (hs_build_get_n_units (build));
  g_autofree char *sub =
      g_markup_printf_escaped ("%s · <b>%s</b> · %s", when, board != NULL ? board : "?", units);
  /* Translators: a build, its board, how many units carry it; for assistive technology */
  g_autofree char *name = g_strdup_printf (
      _ ("%s for %s, %s"), hs_build_get_name (build), board != NULL ? board : "?", units);

  hs_list_row_set (
      row, title, sub, hs_build_get_dirty (build) ? _ ("changed files") : NULL, "warn", name);
}

static void
listed_cb (HsBuildsPage *self)
{
  guint total = hs_paged_model_get_total (self->model);
  guint64 all = hs_paged_model_get_count (self->model);
  g_autofree char *found = hs_format_count (total);
  g_autofree char *known = hs_format_count (all);
  /* Translators: how many were found, and how many there are */
  g_autofree char *count =
      g_strdup_printf (ngettext ("%s of %s build", "%s of %s builds", all), found, known);
  const char *typed = hs_list_detail_get_text (self->list);
  g_autofree char *nothing = g_strdup_printf (_ ("No build has “%s”."), typed);

  hs_list_detail_set_count (self->list, count, nothing);
  gtk_stack_set_visible_child_name (self->stack, all == 0 && *typed == '\0' ? "empty" : "list");
}

/* -- the detail ------------------------------------------------------------------------------ */

typedef struct {
  HsBuild *build;
  GPtrArray *carriers; /* HsUnit */
} Detail;

static void
detail_free (gpointer data)
{
  Detail *detail = data;

  g_clear_object (&detail->build);
  g_clear_pointer (&detail->carriers, g_ptr_array_unref);
  g_free (detail);
}

static gboolean
carries (HsUnit *unit, const char *build)
{
  for (guint i = 0; i < hs_unit_get_n_contents (unit); i++)
    if (g_strcmp0 (hs_unit_get_content (unit, i)->build, build) == 0)
      return TRUE;
  return FALSE;
}

/* The units of the newest proofs that a partition holds this build, as far as they carry it still.
 */
static GPtrArray *
find_carriers (HsCatalog *catalog, HsBuild *build, GCancellable *cancellable)
{
  static const char *const kinds[] = { HS_KIND_PARTITION_HOLDS, NULL };
  HsJournalFilter filter = { .query = hs_build_get_id (build), .kinds = kinds };
  GPtrArray *carriers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) rows = NULL;

  if (hs_build_get_n_units (build) > 0)
    rows = hs_catalog_list_journal (catalog, &filter, PROOFS_READ, NULL, NULL);

  for (guint i = 0; rows != NULL && i < rows->len && carriers->len < CARRIERS_READ; i++) {
    g_autoptr (HsEntry) entry =
        hs_catalog_get_entry (catalog, g_array_index (rows, gint64, i), NULL);
    const char *subject = entry != NULL ? hs_entry_get_subject (entry) : "";
    g_autoptr (HsUnit) unit = NULL;

    if (g_cancellable_is_cancelled (cancellable))
      break;
    if (!g_str_has_prefix (subject, "unit:") || !g_hash_table_add (seen, g_strdup (subject)))
      continue;
    unit = hs_catalog_get_unit (catalog, subject + strlen ("unit:"), NULL);
    if (unit != NULL && carries (unit, hs_build_get_id (build)))
      g_ptr_array_add (carriers, g_steal_pointer (&unit));
  }
  return carriers;
}

static gpointer
read_detail (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  HsBuild *build = hs_catalog_get_build (catalog, data, error);
  Detail *detail;

  if (build == NULL)
    return NULL;

  detail = g_new0 (Detail, 1);
  detail->build = build;
  detail->carriers = find_carriers (catalog, build, cancellable);
  return detail;
}

static void
detail_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsBuildsPage *self = owner;
  Detail *detail = result;

  hs_build_view_set_build (
      self->view, detail != NULL ? detail->build : NULL, detail != NULL ? detail->carriers : NULL);
}

static void
picked_cb (HsBuildsPage *self, const char *id)
{
  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  if (id == NULL) {
    hs_build_view_set_build (self->view, NULL, NULL);
    return;
  }

  self->reading = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (self->session),
          self,
          read_detail,
          g_strdup (id),
          g_free,
          detail_free,
          self->reading,
          detail_read_cb);
}

static void
go_back_cb (HsBuildsPage *self)
{
  hs_list_detail_go_back (self->list);
}

static void
can_go_back_cb (HsBuildsPage *self)
{
  gboolean can;

  g_object_get (self->list, "can-go-back", &can, NULL);
  gtk_widget_set_visible (self->back, can);
}

static void
go_back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  hs_list_detail_go_back (HS_BUILDS_PAGE (widget)->list);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_builds_page_dispose (GObject *object)
{
  HsBuildsPage *self = HS_BUILDS_PAGE (object);

  g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_builds_page_parent_class)->dispose (object);
}

static void
hs_builds_page_class_init (HsBuildsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_builds_page_dispose;
  g_type_ensure (HS_TYPE_LIST_DETAIL);
  g_type_ensure (HS_TYPE_PRACTICE_RIBBON);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("builds-page"));
  gtk_widget_class_bind_template_child (widget_class, HsBuildsPage, back);
  gtk_widget_class_bind_template_child (widget_class, HsBuildsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, HsBuildsPage, list);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, can_go_back_cb);
  gtk_widget_class_install_action (widget_class, "builds.back", NULL, go_back_action);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_Left, GDK_ALT_MASK, "builds.back", NULL);
}

static void
hs_builds_page_init (HsBuildsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_list_detail_set_words (self->list, _ ("Builds"), _ ("Name, board, commit, digest…"), 270);
}

/**
 * hs_builds_page_new:
 * @session: the session
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
hs_builds_page_new (HsSession *session)
{
  HsBuildsPage *self = g_object_new (HS_TYPE_BUILDS_PAGE, NULL);

  self->session = g_object_ref (session);
  self->model = hs_build_model_new (hs_session_get_catalog (session));
  self->view = HS_BUILD_VIEW (hs_build_view_new (session));
  g_signal_connect_object (self->model, "listed", G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);
  hs_list_detail_set_up (self->list, self->model, fill_row, self, GTK_WIDGET (self->view));
  return GTK_WIDGET (self);
}

/* Shows the build @id, at once or as soon as the catalog has listed it. */
void
hs_builds_page_show_build (HsBuildsPage *self, const char *id)
{
  g_return_if_fail (HS_IS_BUILDS_PAGE (self));

  hs_list_detail_pick (self->list, id);
}

/* Takes the focus to the search field. */
void
hs_builds_page_focus_search (HsBuildsPage *self)
{
  g_return_if_fail (HS_IS_BUILDS_PAGE (self));

  hs_list_detail_focus_search (self->list);
}
