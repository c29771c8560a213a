/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/ask.h"

G_BEGIN_DECLS

/* What the check of readiness says of a board's frozen files, kept with its next build. Main
 * thread. */

/* The product closes REPL and sys.path: asked once for each board of a tree, and remembered. */
gboolean hs_readiness_get_closed (const char *tree, const char *target);
void hs_readiness_set_closed (const char *tree, const char *target, gboolean closed);

/**
 * hs_readiness_ask:
 * @tree: root of a firmware tree
 * @answer: with the text for #HsBuildRequest.readiness, or an error: then a build goes without
 * @owner: (type GObject): for @answer; not kept alive
 *
 * Reads the sources on a thread of its own; never blocks.
 */
void hs_readiness_ask (HsSession *session,
                       const char *tree,
                       const char *target,
                       GCancellable *cancellable,
                       HsAnswerFunc answer,
                       gpointer owner);

G_END_DECLS
