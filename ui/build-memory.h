/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-report.h"

#include "ui/piece.h"

G_BEGIN_DECLS

/* The linker's table of memory as a picture: a bar for each region, a thin line above it for the
 * build before, the difference at the right. */

/* @now, @before: (element-type HsMemoryUse); @before is nullable. Of the bootloader only what is a
 * flash is shown. (transfer floating) (nullable): nothing to show */
GtkWidget *hs_build_memory_new (GPtrArray *now, GPtrArray *before);
/* The same row by row. @before: (nullable). */
void hs_build_memory_init (HsTable *table);
void hs_build_memory_add (HsTable *table, const HsMemoryUse *use, const HsMemoryUse *before);
/* Something that is a flash, whatever it is called. */
void hs_build_memory_add_flash (HsTable *table, const HsMemoryUse *use, const HsMemoryUse *before);
/* "memory" of a build's details, (element-type HsMemoryUse); empty if there is none. @details:
 * (nullable) */
GPtrArray *hs_build_memory_read (JsonObject *details);
/* A flash region of @memory above 97 %, the fullest; NULL if there is none. */
const HsMemoryUse *hs_build_memory_find_tight (GPtrArray *memory);
/* The same region of the same file in @memory; (nullable). */
const HsMemoryUse *hs_build_memory_find (GPtrArray *memory, const HsMemoryUse *use);
gboolean hs_build_memory_is_flash (const char *region);
/* "+28.9 KB", "−3 bytes", "same". */
char *hs_build_memory_format_change (guint64 before, guint64 now);

G_END_DECLS
