/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/places.h"

#include "ui/bench-page.h"
#include "ui/builds-place.h"
#include "ui/journal-page.h"
#include "ui/releases-page.h"
#include "ui/units-page.h"

#include <glib/gi18n-lib.h>

static void
enter_bench (GtkWidget *page)
{
  hs_bench_page_enter (HS_BENCH_PAGE (page));
}

static void
search_list (GtkWidget *page)
{
  hs_browse_page_focus_search (HS_BROWSE_PAGE (page));
}

static void
reveal_row (GtkWidget *page, const char *id)
{
  hs_browse_page_show (HS_BROWSE_PAGE (page), id);
}

static void
search_builds (GtkWidget *page)
{
  hs_builds_place_focus_search (HS_BUILDS_PLACE (page));
}

static void
reveal_build (GtkWidget *page, const char *id)
{
  hs_builds_place_show_build (HS_BUILDS_PLACE (page), id);
}

static void
search_journal (GtkWidget *page)
{
  hs_journal_page_focus_search (HS_JOURNAL_PAGE (page));
}

static void
jump_journal (GtkWidget *page)
{
  hs_journal_page_ask_day (HS_JOURNAL_PAGE (page));
}

/* clang-format off */
static const HsPlace places[] = {
  { "bench",    N_("Bench"),    "hs-bench-symbolic",    hs_bench_page_new, enter_bench },
  { "builds",   N_("Builds"),   "hs-builds-symbolic",   hs_builds_place_new, NULL,
    search_builds, reveal_build },
  { "releases", N_("Releases"), "hs-releases-symbolic", hs_releases_page_new, NULL,
    search_list, reveal_row },
  { "units",    N_("Units"),    "hs-units-symbolic",    hs_units_page_new, search_list,
    search_list, reveal_row },
  { "journal",  N_("Journal"),  "hs-journal-symbolic",  hs_journal_page_new, NULL,
    search_journal, NULL, jump_journal },
};
/* clang-format on */

guint
hs_place_count (void)
{
  return G_N_ELEMENTS (places);
}

const HsPlace *
hs_place_nth (guint n)
{
  g_return_val_if_fail (n < G_N_ELEMENTS (places), NULL);

  return &places[n];
}

/* %NULL if there is no such place. */
const HsPlace *
hs_place_by_id (const char *id)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_strcmp0 (places[i].id, id) == 0)
      return &places[i];
  return NULL;
}
