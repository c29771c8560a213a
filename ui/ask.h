/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

G_BEGIN_DECLS

/* @result is freed after the call: take a reference of what is kept. @error: NULL if it went well.
 */
typedef void (*HsAnswerFunc) (gpointer owner, gpointer result, const GError *error);

void hs_ask (HsCatalog *catalog,
             gpointer owner,
             HsCatalogFunc question,
             gpointer data,
             GDestroyNotify free_data,
             GDestroyNotify free_result,
             GCancellable *cancellable,
             HsAnswerFunc answer);
/* The same for what takes long, on a thread of its own: other questions are answered meanwhile. */
void hs_ask_apart (HsCatalog *catalog,
                   gpointer owner,
                   HsCatalogFunc question,
                   gpointer data,
                   GDestroyNotify free_data,
                   GDestroyNotify free_result,
                   GCancellable *cancellable,
                   HsAnswerFunc answer);

G_END_DECLS
