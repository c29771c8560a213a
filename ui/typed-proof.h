/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * HsTypedProof:
 *
 * Asks for a text to be typed before something irreversible: it can't be pasted or dropped in. Says
 * how many characters are missing, or that they do not match. Property: "complete".
 */
#define HS_TYPE_TYPED_PROOF (hs_typed_proof_get_type ())
G_DECLARE_FINAL_TYPE (HsTypedProof, hs_typed_proof, HS, TYPED_PROOF, GtkBox)

GtkWidget *hs_typed_proof_new (const char *question, const char *expected);
gboolean hs_typed_proof_get_complete (HsTypedProof *self);
/* Of serials: small letters and blanks are as good. */
void hs_typed_proof_set_lenient (HsTypedProof *self, gboolean lenient);
const char *hs_typed_proof_get_expected (HsTypedProof *self);

G_END_DECLS
