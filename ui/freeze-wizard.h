/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/freeze-draft.h"

G_BEGIN_DECLS

/* "Freeze an Application": which board, what is frozen, what comes of it, the changes, and what
 * next. @tree: a root; @target: (nullable): asked for. */
void
hs_freeze_wizard_open (HsSession *session, GtkWindow *parent, const char *tree, const char *target);

/* What is being chosen; borrowed. @wizard: one that was opened. */
HsFreezeDraft *hs_freeze_wizard_get_draft (GtkWindow *wizard);

G_END_DECLS
