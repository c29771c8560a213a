/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Changes @input somehow; @seeds: what may be spliced in, (element-type GBytes), not empty. */
void fuzz_mutate (GByteArray *input, GPtrArray *seeds, GRand *random, guint most_bytes);

G_END_DECLS
