/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * HsFreezeBlock:
 *
 * A manifest.py with the lines of ours in it, if there are any. What stands outside of the markers
 * is somebody else's: it is kept byte by byte, whatever ends its lines, and whether or not the last
 * one has an end.
 */
typedef struct {
  char *text;           /* of the whole file */
  gsize start, end;     /* our part, in bytes; equal: there is none, and it would go there */
  guint first, last;    /* lines of the markers, from 1; 0: none */
  const char *line_end; /* "\n" or "\r\n", as the file has it */
  GHashTable *files;    /* path in the tree -> SHA-256 of what we put there */
  GHashTable *rom;      /* the same, for what went into romfs_config.json */
  JsonObject *parsed;   /* answer of read-manifest.py */
  gboolean altered;     /* lines of it are not those that Hotshoe wrote */
} HsFreezeBlock;

/* @file: for messages. @error: %HS_APP_ERROR_BAD_MANIFEST with the line: markers that are doubled,
 * nested or without their other half, or Python that can't be read. Blocks: starts python3. */
HsFreezeBlock *
hs_freeze_block_read (const char *file, const char *text, gsize length, GError **error);
void hs_freeze_block_free (HsFreezeBlock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsFreezeBlock, hs_freeze_block_free)

/* The file with @lines (each without an end) between the markers; NULL: without our part. */
char *hs_freeze_block_replace (HsFreezeBlock *self, const char *const *lines);
/* Only which files a manifest's markers name; never fails: broken markers name none. No python.
 * (transfer full) */
GHashTable *hs_freeze_block_files (const char *text);
char *hs_freeze_block_file_line (const char *kind, const char *file, const char *digest);
/* What read-manifest.py says of a text; NULL with @error: it was not started. */
JsonObject *hs_freeze_parse (const char *text, GError **error);

G_END_DECLS
