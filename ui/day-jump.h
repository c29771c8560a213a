/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsDayJump:
 *
 * A button with a calendar behind it: a list is shown up to the end of the day that is chosen, in
 * the time of this place. "changed" tells that another day, or none, is.
 */
#define HS_TYPE_DAY_JUMP (hs_day_jump_get_type ())
G_DECLARE_FINAL_TYPE (HsDayJump, hs_day_jump, HS, DAY_JUMP, GtkWidget)

void hs_day_jump_open (HsDayJump *self);
void hs_day_jump_go (HsDayJump *self, GDateTime *day); /* nullable: no day */
gint64 hs_day_jump_get_before (HsDayJump *self);       /* µs since 1970; 0: no day is chosen */
const char *hs_day_jump_get_words (HsDayJump *self);   /* "Up to 3 November"; nullable */

G_END_DECLS
