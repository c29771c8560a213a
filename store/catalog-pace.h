/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/catalog.h"

G_BEGIN_DECLS

/* What one partition took in one run that passed, by the camera's clock. */
typedef struct {
  guint units_written;
  guint64 wrote_bytes;
  double seconds_write; /* erasing and writing them */
  guint64 read_bytes;
  double seconds_read; /* comparing and reading back */
} HsPaceSample;

GArray *hs_catalog_get_pace (HsCatalog *self, const char *board, const char *role, GError **error);

G_END_DECLS
