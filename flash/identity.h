/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"

G_BEGIN_DECLS

/* How much a serial string says about which unit it is. */
typedef enum {
  HS_IDENTITY_UNKNOWN,   /* nothing: placeholder, constant, empty, misshapen */
  HS_IDENTITY_SUGGESTED, /* a folded form: many units could show it */
  HS_IDENTITY_PROVEN,    /* the full id */
} HsIdentityStrength;

/* Whether a serial belongs to the unit with a known key.
 * @HS_AGREE_NO: it is another unit's
 * @HS_AGREE_MAYBE: a folded form of this unit (another could show it too), or a serial that says
 *   nothing or comes from another source of the chip: only the port tells
 * @HS_AGREE_YES: the full id of this unit */
typedef enum { HS_AGREE_NO, HS_AGREE_MAYBE, HS_AGREE_YES } HsAgreement;

/**
 * HsIdentity:
 *
 * One form in which a camera showed who it is.
 * @key is "scheme:VALUE" ("stm32:…24 upper-case hex digits…") if @strength is proven, else %NULL.
 * @form is the form's own row key for the catalog ("stm32-st:346534563033"), %NULL if unknown.
 */
typedef struct {
  HsIdentityStrength strength;
  char *key;
  char *form;
} HsIdentity;

HsIdentity *hs_identity_new (const HsBoard *board, HsMode mode, const char *serial);
void hs_identity_free (HsIdentity *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsIdentity, hs_identity_free)

gboolean hs_identity_names_unit (const HsBoard *board, const char *key);
char *hs_identity_key_from_board_id (const HsBoard *board, const char *hex24);
HsAgreement
hs_identity_agrees (const char *key, const HsBoard *board, HsMode mode, const char *serial);
char **hs_identity_all_forms (const char *key);
const char *hs_identity_strength_name (HsIdentityStrength strength);

G_END_DECLS
