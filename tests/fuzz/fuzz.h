/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A target is one file with these two; the rest is fuzz-main.c, or any engine that knows the first.
 * It must come back from any bytes, leak nothing and keep nothing between two calls. */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);
/* Inputs that mean something, to begin with: (element-type GBytes). */
void fuzz_add_seeds (GPtrArray *seeds);

/* @text as a seed. */
static inline void
fuzz_add_text (GPtrArray *seeds, const char *text)
{
  g_ptr_array_add (seeds, g_bytes_new (text, strlen (text)));
}

/* @data in a file of its own, for what reads files. (transfer full): the path, valid until the next
 * call of anybody. */
char *fuzz_write_file (const char *name, const guint8 *data, gsize size);

G_END_DECLS
