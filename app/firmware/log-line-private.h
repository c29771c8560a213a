/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-log.h"
#include "app/firmware/log-text.h"

G_BEGIN_DECLS

/* Bytes of a line that are enough to show it: 2000 characters of four. */
#define HS_LOG_LINE_ENOUGH 8192

HsLogLine *hs_log_line_new (guint number, HsLogKind kind, const char *bytes, gsize length);

G_END_DECLS
