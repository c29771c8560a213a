/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One "#define" of a header, or one that is commented out ("//#define", "// #define"). */
typedef struct {
  char *name;
  gboolean on;      /* not commented out */
  gsize start, end; /* of its line in the text, without the line's end */
  gsize define;     /* where its "#" is */
  gsize value;      /* where its value begins; value_end: nothing follows the name */
  gsize value_end;  /* without a comment behind it, and without spaces before that */
  char *within;     /* the conditions around it but for the include guard; nullable */
  gboolean taken;   /* these conditions hold, with what was asked for and defined so far */
  char *comment;    /* of the lines above it; nullable */
  guint line;       /* from 1 */
} HsMacroLine;

/* Every define of @text, in its order. @given: names that are defined as 1 where conditions are
 * worked out; nullable. Nothing is expanded or included. Pure. (element-type HsMacroLine) */
GPtrArray *hs_macro_lines_read (const char *text, gsize length, const char *const *given);
/* The last taken one that is on; nullable. */
const HsMacroLine *hs_macro_lines_find (GPtrArray *lines, const char *name);
/* Its value as it stands; (transfer full). */
char *hs_macro_line_dup_value (const HsMacroLine *line, const char *text);

/* "(480K)", "(60 * 1024)", "0x00100000", "OMV_OTHER_SIZE": as the linker takes it. FALSE: not a
 * number that can be known. */
gboolean hs_macro_number (GPtrArray *lines, const char *text, const char *value, guint64 *number);
/* @bytes in the style of @value: "(480K)", "4M", "(60 * 1024)", "0x00100000". NULL: in that style
 * it can't be said. (transfer full) */
char *hs_macro_dup_styled (const char *value, guint64 bytes);

G_END_DECLS
