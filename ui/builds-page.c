/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/builds-page.h"

#include "store/kinds.h"
#include "ui/build-model.h"
#include "ui/build-queue-rows.h"
#include "ui/build-view.h"
#include "ui/format.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum { CARRIERS_READ = 60, PROOFS_READ = 400 };

struct _HsBuildsPage {
  HsBrowsePage parent_instance;

  HsBuildView *view;  /* borrowed: child of the list */
  AdwBin *empty_rows; /* where builds that run are shown as long as there is no list */
};

G_DEFINE_FINAL_TYPE (HsBuildsPage, hs_builds_page, HS_TYPE_BROWSE_PAGE)

/* -- the list -------------------------------------------------------------------------------- */

static char *
n_units_text (guint n)
{
  g_autofree char *number = hs_format_count (n);

  return n == 0 ? g_strdup (_ ("none yet"))
                : g_strdup_printf (ngettext ("%s unit", "%s units", n), number);
}

static void
fill_row (HsBrowsePage *self, HsListRow *row, gpointer item, const char *typed)
{
  HsBuild *build = item;
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

static char *
count_text (guint64 found, guint64 all)
{
  g_autofree char *some = hs_format_count (found);
  g_autofree char *known = hs_format_count (all);

  /* Translators: how many were found, and how many there are */
  return g_strdup_printf (ngettext ("%s of %s build", "%s of %s builds", all), some, known);
}

static char *
nothing_text (const char *typed)
{
  return g_strdup_printf (_ ("No build has “%s”."), typed);
}

/* -- the detail ------------------------------------------------------------------------------ */

typedef struct {
  HsBuild *build;
  HsBuildPast *past;   /* NULL once it was handed on */
  GPtrArray *carriers; /* HsUnit */
} Detail;

static void
detail_free (gpointer data)
{
  Detail *detail = data;

  g_clear_object (&detail->build);
  g_clear_pointer (&detail->past, hs_build_past_free);
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
  detail->past = hs_build_past_read (catalog, build, cancellable);
  detail->carriers = find_carriers (catalog, build, cancellable);
  return detail;
}

static void
show_detail (HsBrowsePage *page, gpointer data)
{
  HsBuildsPage *self = HS_BUILDS_PAGE (page);
  Detail *detail = data;

  if (detail == NULL)
    hs_build_view_set_build (self->view, NULL, NULL, NULL);
  else
    hs_build_view_set_build (
        self->view, detail->build, g_steal_pointer (&detail->past), detail->carriers);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_builds_page_class_init (HsBuildsPageClass *klass)
{
  HsBrowsePageClass *page_class = HS_BROWSE_PAGE_CLASS (klass);

  page_class->fill_row = fill_row;
  page_class->count_text = count_text;
  page_class->nothing_text = nothing_text;
  page_class->read_detail = read_detail;
  page_class->free_detail = detail_free;
  page_class->show_detail = show_detail;
  gtk_widget_class_set_template_from_resource (GTK_WIDGET_CLASS (klass),
                                               HS_UI_TEMPLATE ("builds-page"));
  gtk_widget_class_bind_template_child (GTK_WIDGET_CLASS (klass), HsBuildsPage, empty_rows);
}

static void
hs_builds_page_init (HsBuildsPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_browse_page_set_words (HS_BROWSE_PAGE (self),
                            _ ("Builds"),
                            _ ("Builds found"),
                            _ ("Name, board, commit, digest…"),
                            270);
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

  self->view = HS_BUILD_VIEW (hs_build_view_new (session));
  hs_browse_page_set_up (HS_BROWSE_PAGE (self),
                         session,
                         hs_build_model_new (hs_session_get_catalog (session)),
                         GTK_WIDGET (self->view));
  return GTK_WIDGET (self);
}

void
hs_builds_page_set_watch (HsBuildsPage *self, HsBuildWatch *watch)
{
  g_return_if_fail (HS_IS_BUILDS_PAGE (self));

  hs_list_detail_set_above (hs_browse_page_get_list (HS_BROWSE_PAGE (self)),
                            hs_build_queue_rows_new (watch));
  adw_bin_set_child (self->empty_rows, hs_build_queue_rows_new (watch));
}
