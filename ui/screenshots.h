/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/window.h"

G_BEGIN_DECLS

typedef void (*HsShotsDone) (gpointer owner);

/* Shows each place of @window in turn and writes its picture as DIR/PLACE.png. */
void hs_screenshots_take (HsWindow *window, const char *dir, HsShotsDone done, gpointer owner);

G_END_DECLS
