/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/job.h"
#include "flash/board.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What drawings show, for those who can't see them, and small pieces of the guide's page. @stem:
 * name of a drawing as guides have it: a file in app/data/guide without its ending, and without
 * the family of boards before it where each has its own. */
const char *hs_guide_words_drawing (const char *stem); /* N_()-marked; nullable */
gboolean hs_guide_words_shows_pads (const char *stem); /* that have to be searched for */
char *hs_guide_words_dup_resource (const HsBoard *board, const char *stem, gboolean other);
char *hs_guide_words_dup_still_in (const char *stem);
GtkWidget *hs_guide_words_new_cables (void);
GtkWidget *hs_guide_words_new_result (HsJob *job);

G_END_DECLS
