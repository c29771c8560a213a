/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/operator.h"

G_BEGIN_DECLS

/**
 * HsHands:
 *
 * What a person does at a bench, in operator mode or along a guide, read line by line: what a
 * scanner types, or, with simulated cameras, a script of all that hands do. Main thread.
 */
typedef struct _HsHands HsHands;

/* @bench: (nullable): outside of operator mode; then nothing is scanned or retried, and @func may
 * be NULL. @path: "-": standard input. @scans: every line is a scan; else it is a script.
 * @understood_func: told about every scan. */
typedef void (*HsHandsFunc) (const char *line,
                             gboolean good,
                             const char *understood,
                             gpointer user_data);
HsHands *hs_hands_new (HsOperator *bench,
                       HsSimBus *bus,
                       const char *path,
                       gboolean scans,
                       HsHandsFunc func,
                       gpointer user_data,
                       GError **error);
void hs_hands_free (HsHands *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsHands, hs_hands_free)

/* Another camera has its verdict. */
void hs_hands_note_verdict (HsHands *self);
/* The guide is at that step now: a line "step ID" waits for it. */
void hs_hands_note_step (HsHands *self, const char *id);
/* What is answered to a guide: a line "answer TEXT". */
typedef void (*HsHandsAnswerFunc) (const char *text, gpointer user_data);
void hs_hands_set_answer (HsHands *self, HsHandsAnswerFunc func, gpointer user_data);
gboolean hs_hands_are_done (HsHands *self);         /* the last line was done */
const char *hs_hands_get_complaint (HsHands *self); /* about a line that made no sense; nullable */

G_END_DECLS
