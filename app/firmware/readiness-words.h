/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What check-ready.py's codes mean to people. All untranslated: N_(). */
const char *hs_ready_title (const char *id);                   /* nullable */
const char *hs_ready_reason (const char *id, const char *why); /* nullable */
const char *hs_ready_example (const char *id);                 /* lines that work; nullable */

G_END_DECLS
