/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsFindingLevel:
 * @HS_FINDING_NOTE: worth knowing
 * @HS_FINDING_WARNING: works, but not as most people expect
 * @HS_FINDING_ERROR: the build fails, or the camera does not do what was asked
 */
typedef enum { HS_FINDING_NOTE, HS_FINDING_WARNING, HS_FINDING_ERROR } HsFindingLevel;

/**
 * HsFinding:
 *
 * Something that was seen in the sources of a firmware tree. Immutable.
 */
typedef struct {
  HsFindingLevel level;
  const char *code; /* literal, one of a list that docs/building.md has: "empty-package" */
  char *file;       /* in the tree, relative to its root; nullable */
  guint line;       /* from 1; 0: the file as a whole */
  char *text;       /* a sentence for people: what was seen */
  char *action;     /* what to do; nullable */
  char *example;    /* lines that work, as they would be typed; nullable */
} HsFinding;

/* Takes @text, @action, @example (transfer full; the last two nullable). */
HsFinding *hs_finding_new (HsFindingLevel level,
                           const char *code,
                           const char *file,
                           guint line,
                           char *text,
                           char *action,
                           char *example);
void hs_finding_free (HsFinding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsFinding, hs_finding_free)

G_END_DECLS
