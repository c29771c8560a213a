/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/romfs-source.h"

G_BEGIN_DECLS

/* What became of a file. */
typedef enum {
  HS_CONVERT_TAKEN,     /* nothing to do: as it is */
  HS_CONVERT_CONVERTED, /* @bytes is something else now */
  HS_CONVERT_FAILED,    /* as it is, and a finding says why */
  HS_CONVERT_STOPPED,   /* @error is set */
} HsConvertResult;

/* Of an entry of romfs_config.json; NULL: what most entries have. */
typedef struct {
  const char *optimize; /* of Vela: "Performance", "Size" */
  const char *profile;  /* of ST Edge AI: "default" */
} HsConvertOptions;

/* @bytes: (inout). Both block; @path is the file, @name its name in the image. */
HsConvertResult hs_convert_script (const HsRomfsWay *way,
                                   const char *path,
                                   const char *name,
                                   GBytes **bytes,
                                   GPtrArray *findings,
                                   GCancellable *cancellable,
                                   GError **error);
HsConvertResult hs_convert_model (const HsRomfsWay *way,
                                  const char *path,
                                  const HsConvertOptions *options,
                                  GBytes **bytes,
                                  GPtrArray *findings,
                                  GCancellable *cancellable,
                                  GError **error);
/* Adds a finding; @text, @action: (transfer full). */
void hs_convert_tell (GPtrArray *findings,
                      HsFindingLevel level,
                      const char *code,
                      const char *file,
                      char *text,
                      char *action);
gboolean hs_convert_was_told (GPtrArray *findings, const char *code);
/* A file of at most %HS_ROMFS_MAX_BYTES. */
GBytes *hs_convert_read (const char *path, GError **error);

G_END_DECLS
