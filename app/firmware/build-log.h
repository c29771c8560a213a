/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  HS_LOG_PLAIN,
  HS_LOG_STEP, /* "CC …", "MPY …", "GEN …": counts for the progress */
  HS_LOG_NOTE, /* phases, tables, what Hotshoe says itself */
  HS_LOG_WARNING,
  HS_LOG_ERROR,
} HsLogKind;

/* One line: plain text, without colour codes and line end; immutable. */
#define HS_TYPE_LOG_LINE (hs_log_line_get_type ())
G_DECLARE_FINAL_TYPE (HsLogLine, hs_log_line, HS, LOG_LINE, GObject)
guint hs_log_line_get_number (HsLogLine *self);     /* from 1 */
const char *hs_log_line_get_text (HsLogLine *self); /* at most 2000 characters, then "…" */
HsLogKind hs_log_line_get_kind (HsLogLine *self);

/**
 * HsBuildLog:
 *
 * What a build printed. Text lies in an unlinked temporary file, in memory there are a few bytes a
 * line; objects are made for lines that are looked at. A GListModel of HsLogLine on the main
 * thread, which learns of new lines only by hs_build_log_update() (once a frame); appending from
 * one other thread.
 */
#define HS_TYPE_BUILD_LOG (hs_build_log_get_type ())
G_DECLARE_FINAL_TYPE (HsBuildLog, hs_build_log, HS, BUILD_LOG, GObject)

HsBuildLog *hs_build_log_new (void);
HsBuildLog *hs_build_log_new_for_text (const char *text, gssize length); /* of an old build */
/* @text: pieces as they come, with colour codes; lines of standard output and error are put
 * together apart. Any one thread. */
void hs_build_log_append (HsBuildLog *self, const char *text, gsize length, gboolean is_stderr);
void hs_build_log_end (HsBuildLog *self);          /* a last line without end counts */
guint hs_build_log_get_n_lines (HsBuildLog *self); /* any thread */
guint hs_build_log_get_n_errors (HsBuildLog *self);
guint hs_build_log_get_first_error (HsBuildLog *self); /* number of the line; 0: none */
/* Main thread: makes what was appended visible. */
void hs_build_log_update (HsBuildLog *self);
/* What is shown: lines that have @text (nullable; any case), only errors and warnings. Lines keep
 * their numbers. Does not wait: it goes through the log in pieces, by idle time. */
void hs_build_log_filter (HsBuildLog *self, const char *text, gboolean errors_only);
guint hs_build_log_find_line (HsBuildLog *self, guint number); /* position of a line that is shown;
                                                                   G_MAXUINT */
GBytes *hs_build_log_dup_text (HsBuildLog *self, GError **error); /* all of it */
gboolean hs_build_log_save (HsBuildLog *self, const char *path, GError **error);
/* What a line is. Pure; @line without colour codes. */
HsLogKind hs_log_classify (const char *line, gsize length, gboolean is_stderr);

G_END_DECLS
