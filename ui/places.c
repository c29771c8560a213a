/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/places.h"

#include "ui/bench-page.h"
#include "ui/releases-page.h"

#include <glib/gi18n-lib.h>

static void
enter_bench (GtkWidget *page)
{
  hs_bench_page_enter (HS_BENCH_PAGE (page));
}

/* clang-format off */
static const HsPlace places[] = {
  { "bench",    N_("Bench"),    "hs-bench-symbolic",    hs_bench_page_new, enter_bench },
  { "releases", N_("Releases"), "hs-releases-symbolic", hs_releases_page_new },
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
