/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/releases-page.h"

#include "ui/ask.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/release-detail.h"
#include "ui/release-dialogs.h"
#include "ui/release-editor.h"
#include "ui/release-model.h"
#include "ui/release-view.h"
#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

struct _HsReleasesPage {
  HsBrowsePage parent_instance;

  GtkWidget *no_builds;

  HsReleaseView *view; /* borrowed: child of the list */
  GCancellable *counting;
};

G_DEFINE_FINAL_TYPE (HsReleasesPage, hs_releases_page, HS_TYPE_BROWSE_PAGE)

/* -- the list -------------------------------------------------------------------------------- */

/* Who carries it; of a draft, which nobody can carry, from when it is. */
static char *
n_units_text (HsRelease *release)
{
  guint n = hs_release_get_n_units (release);
  g_autofree char *number = hs_format_count (n);

  if (g_strcmp0 (hs_release_get_state (release), "draft") == 0)
    return hs_format_day (hs_release_get_time (release));
  return n == 0 ? g_strdup (_ ("no units"))
                : g_strdup_printf (ngettext ("%s unit", "%s units", n), number);
}

static void
fill_row (HsBrowsePage *page, HsListRow *row, gpointer item, const char *typed)
{
  HsRelease *release = item;
  const char *classes = NULL;
  const char *chip = hs_release_chip (release, &classes);
  g_autofree char *called = hs_release_dup_title (release);
  g_autofree char *boards = hs_release_dup_boards (release);
  g_autofree char *units = n_units_text (release);
  g_autofree char *title = hs_format_bold_part (called, typed);
  g_autofree char *sub = g_markup_printf_escaped ("<b>%s</b> · %s", boards, units);
  /* Translators: a release, its state, its boards, how many units carry it; for assistive
   * technology */
  g_autofree char *name = g_strdup_printf (_ ("%s, %s, for %s, %s"), called, chip, boards, units);

  hs_list_row_set (row, title, sub, chip, classes, name);
  hs_list_row_set_icon (
      row,
      g_strcmp0 (hs_release_get_state (release), "locked") == 0 ? "hs-noaccess-symbolic" : NULL);
}

static char *
count_text (guint64 found, guint64 all)
{
  g_autofree char *some = hs_format_count (found);
  g_autofree char *known = hs_format_count (all);

  /* Translators: how many were found, and how many there are */
  return g_strdup_printf (ngettext ("%s of %s release", "%s of %s releases", all), some, known);
}

static char *
nothing_text (const char *typed)
{
  return g_strdup_printf (_ ("No release has “%s”."), typed);
}

static void
show_detail (HsBrowsePage *page, gpointer detail)
{
  hs_release_view_set_detail (HS_RELEASES_PAGE (page)->view, detail);
}

/* -- what a new release needs ---------------------------------------------------------------- */

static gpointer
count_builds (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  guint n = 0;

  hs_catalog_count (catalog, NULL, &n, NULL);
  return GUINT_TO_POINTER (n);
}

static void
builds_counted_cb (gpointer owner, gpointer result, const GError *error)
{
  HsReleasesPage *self = owner;
  gboolean any = result != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "releases.new", any);
  gtk_widget_set_visible (self->no_builds, !any);
}

static void
ask_for_builds (HsReleasesPage *self)
{
  HsSession *session = hs_browse_page_get_session (HS_BROWSE_PAGE (self));

  hs_ask (hs_session_get_catalog (session),
          self,
          count_builds,
          NULL,
          NULL,
          NULL,
          self->counting,
          builds_counted_cb);
}

/* -- actions --------------------------------------------------------------------------------- */

static GtkWindow *
window_of (gpointer widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL;
}

static void
show_release (gpointer owner, const char *id)
{
  hs_browse_page_show (owner, id);
}

static void
new_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_browse_page_get_session (HS_BROWSE_PAGE (widget));
  GtkWindow *editor = hs_release_editor_new (session, NULL, NULL, show_release, widget);

  gtk_window_set_transient_for (editor, window_of (widget));
  gtk_window_present (editor);
}

static void
import_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsSession *session = hs_browse_page_get_session (HS_BROWSE_PAGE (widget));

  hs_release_dialog_import (widget, session, show_release, widget);
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_releases_page_dispose (GObject *object)
{
  HsReleasesPage *self = HS_RELEASES_PAGE (object);

  g_cancellable_cancel (self->counting);
  g_clear_object (&self->counting);
  G_OBJECT_CLASS (hs_releases_page_parent_class)->dispose (object);
}

static void
hs_releases_page_class_init (HsReleasesPageClass *klass)
{
  HsBrowsePageClass *page_class = HS_BROWSE_PAGE_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_releases_page_dispose;
  page_class->fill_row = fill_row;
  page_class->count_text = count_text;
  page_class->nothing_text = nothing_text;
  page_class->read_detail = hs_release_detail_read;
  page_class->free_detail = hs_release_detail_free;
  page_class->show_detail = show_detail;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("releases-page"));
  gtk_widget_class_bind_template_child (widget_class, HsReleasesPage, no_builds);
  gtk_widget_class_install_action (widget_class, "releases.new", NULL, new_action);
  gtk_widget_class_install_action (widget_class, "releases.import", NULL, import_action);
}

static void
hs_releases_page_init (HsReleasesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->counting = g_cancellable_new ();
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "releases.new", FALSE);
  hs_browse_page_set_words (HS_BROWSE_PAGE (self),
                            _ ("Releases"),
                            _ ("Releases found"),
                            _ ("Name, version, board, digest…"),
                            286);
}

/**
 * hs_releases_page_new:
 * @session: the session
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
hs_releases_page_new (HsSession *session)
{
  HsReleasesPage *self = g_object_new (HS_TYPE_RELEASES_PAGE, NULL);
  HsCatalog *catalog = hs_session_get_catalog (session);

  self->view = HS_RELEASE_VIEW (hs_release_view_new (session, show_release, self));
  hs_browse_page_set_up (
      HS_BROWSE_PAGE (self), session, hs_release_model_new (catalog), GTK_WIDGET (self->view));
  g_signal_connect_object (
      catalog, "changed", G_CALLBACK (ask_for_builds), self, G_CONNECT_SWAPPED);
  ask_for_builds (self);
  return GTK_WIDGET (self);
}
