/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/window.h"

G_BEGIN_DECLS

/* Actions of HsWindow that open a window of their own. */
void hs_window_install_dialogs (GtkWidgetClass *klass);

G_END_DECLS
