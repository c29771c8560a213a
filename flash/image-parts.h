/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/image.h"

G_BEGIN_DECLS

/* What image.c is made of; each reads untrusted bytes. */

typedef struct {
  guint64 address; /* where the element belongs; 0 unknown */
  gsize offset;    /* in the file, bytes */
  gsize size;      /* bytes */
} HsImagePart;

/* image-strings.c */
void hs_image_read_strings (HsImage *self, const guint8 *bytes, gsize size);
GPtrArray *hs_strings_find_boards (const guint8 *bytes, gsize size);
gboolean hs_strings_find_bootloader (const guint8 *bytes, gsize size, guint16 *version);

/* image-raw.c */
void hs_image_read_raw (HsImage *self, const guint8 *bytes, gsize size);

/* image-dfu.c */
gboolean hs_dfu_has_suffix (const guint8 *bytes, gsize size);
gboolean hs_dfu_check_suffix (const guint8 *bytes, gsize size, GError **error);
gboolean hs_dfuse_is (const guint8 *bytes, gsize size);
gboolean hs_dfuse_read (const guint8 *bytes,
                        gsize size,
                        HsImagePart *firmware,
                        HsImagePart *bootloader,
                        GError **error);

/* image-elf.c */
gboolean hs_elf_is (const guint8 *bytes, gsize size);
gboolean hs_elf_check (const guint8 *bytes, gsize size, gboolean *arm, GError **error);

G_END_DECLS
