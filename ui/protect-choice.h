/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/guide/guide.h"
#include "app/protection-way.h"
#include "ui/audit-facts.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsProtectChoice:
 *
 * What the pages of the protection wizard share: which unit, what is known of it, which way. Main
 * thread. ::changed when more is known or something else was chosen.
 */
#define HS_TYPE_PROTECT_CHOICE (hs_protect_choice_get_type ())
G_DECLARE_FINAL_TYPE (HsProtectChoice, hs_protect_choice, HS, PROTECT_CHOICE, GObject)

HsProtectChoice *hs_protect_choice_new (HsSession *session,
                                        HsGuidePurpose purpose,
                                        const HsBoard *board,
                                        const char *unit,
                                        const char *port);
HsSession *hs_protect_choice_get_session (HsProtectChoice *self);
gboolean hs_protect_choice_is_off (HsProtectChoice *self); /* protection is taken off */
const HsBoard *hs_protect_choice_get_board (HsProtectChoice *self);
const char *hs_protect_choice_get_port (HsProtectChoice *self);   /* nullable */
const char *hs_protect_choice_get_called (HsProtectChoice *self); /* "GATE-0466"; nullable */
char *hs_protect_choice_dup_name (HsProtectChoice *self);   /* the same, or what is said instead */
char *hs_protect_choice_dup_serial (HsProtectChoice *self); /* markup; what is typed is bold */
char *hs_protect_choice_dup_slot (HsProtectChoice *self);   /* "left 3", "not here" */
const HsAuditFacts *hs_protect_choice_get_facts (HsProtectChoice *self); /* NULL: not read yet */
const GError *hs_protect_choice_get_error (HsProtectChoice *self);       /* they can't be read */
/* @why: (out) (optional): borrowed; nullable. Nothing is offered before the facts are there. */
gboolean hs_protect_choice_get_offered (HsProtectChoice *self, guint way, const char **why);
int hs_protect_choice_get_way (HsProtectChoice *self); /* -1: none chosen, or none offered */
void hs_protect_choice_set_way (HsProtectChoice *self, guint way);
/* Filled with what was chosen and typed; strings are borrowed from here and @typed. */
void hs_protect_choice_fill (HsProtectChoice *self,
                             const char *typed,
                             gboolean spare,
                             HsRequestOptions *options);
gboolean hs_protect_choice_start (HsProtectChoice *self,
                                  GtkWindow *parent,
                                  const char *typed,
                                  gboolean spare,
                                  GError **error);

G_END_DECLS
