/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  HS_IMAGE_UNKNOWN,
  HS_IMAGE_RAW, /* .bin with a vector table, or a bootloader; firmware of a radio, by its name */
  HS_IMAGE_ELF,
  HS_IMAGE_DFU, /* raw with a 16-byte DFU suffix */
  HS_IMAGE_DFUSE,
  HS_IMAGE_ROMFS,
  HS_IMAGE_UF2,
  HS_IMAGE_ZIP,
  HS_IMAGE_TOC,
  HS_IMAGE_KEY, /* the AE3 recovery key */
} HsImageKind;

/**
 * HsImage:
 *
 * What a file is, as far as its bytes tell. @payload is what belongs on the camera: the file
 * itself, or its part without suffix and container; %NULL for kinds that are never written.
 * @boards is %NULL-terminated: every board that the bytes allow; empty if they tell nothing.
 */
typedef struct {
  HsImageKind kind;
  HsRole role;                /* HS_ROLE_NONE if the bytes don't tell */
  const HsBoard **boards;     /* (array zero-terminated) */
  char *sha256;               /* of the file, 64 lower-case hex digits */
  guint64 size;               /* of the file, bytes */
  GBytes *payload;            /* nullable */
  char *payload_sha256;       /* nullable */
  char *omv_version;          /* "v5.0.0-34.gcbbb877eda.dirty", "cbbb877ed", "None"; nullable */
  char *mpy_version;          /* nullable */
  char *built;                /* "2026-11-21"; nullable */
  guint16 bootloader_version; /* major<<8 | minor<<4 | patch; 0 unknown */
  char **frozen;              /* names of frozen modules; nullable */
  gboolean dirty;             /* the version says so */
} HsImage;

HsImage *hs_image_new (GBytes *bytes, const char *name, GError **error);
HsImage *hs_image_new_for_file (GFile *file, GError **error);
void hs_image_free (HsImage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsImage, hs_image_free)

gboolean hs_image_allows_board (const HsImage *self, const HsBoard *board);
gboolean hs_image_check (const HsImage *self,
                         const HsBoard *board,
                         const HsPartition *partition,
                         GError **error);
gboolean hs_image_check_payload (GBytes *payload,
                                 HsRole role,
                                 const HsBoard *board,
                                 const HsPartition *partition,
                                 GError **error);
const char *hs_image_kind_name (HsImageKind kind);
HsRole hs_role_from_file_name (const char *name, const HsBoard *board);
gboolean hs_role_is_radio (HsRole role);
gsize hs_romfs_measure (const guint8 *bytes, gsize size);
gboolean hs_romfs_has_files (const guint8 *bytes, gsize size);

G_END_DECLS
