/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Asks for a CSV file of units or shipments, shows what it would change, and imports it if that is
 * wanted. @parent is any widget of the window. */
void hs_table_import_ask (GtkWidget *parent, HsSession *session);
/* The same for a file that is known. */
void hs_table_import_present (GtkWindow *parent, HsSession *session, GFile *file);

G_END_DECLS
