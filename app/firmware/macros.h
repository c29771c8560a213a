/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * HsMacros:
 *
 * What the C preprocessor knows after it read a board's headers, as far as that matters: #define,
 * #undef and all conditions; no #include, no macros with parameters. An unknown name is 0 in a
 * condition. One thread. Nothing in those files is trusted: depth and size are bounded.
 */
typedef struct _HsMacros HsMacros;

HsMacros *hs_macros_new (void);
void hs_macros_free (HsMacros *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsMacros, hs_macros_free)

void hs_macros_define (HsMacros *self, const char *name, const char *text);
/* Reads @text: takes its definitions, and returns the lines that are no directives and stand where
 * the compiler would see them, without comments. (transfer full) */
char *hs_macros_read (HsMacros *self, const char *text);
/* The same with a file; %NULL: it can't be read. Blocks. (transfer full) (nullable) */
char *hs_macros_read_file (HsMacros *self, const char *path);

gboolean hs_macros_has (HsMacros *self, const char *name);
const char *hs_macros_get_text (HsMacros *self, const char *name); /* nullable */
/* The number behind @name: "(3 * 1024)", "128K", "0x81E0000", a macro that stands for another. */
gboolean hs_macros_get_number (HsMacros *self, const char *name, guint64 *number);
/* Of an expression as the linker and the compiler write it. */
gboolean hs_macros_evaluate (HsMacros *self, const char *expression, guint64 *number);

G_END_DECLS
