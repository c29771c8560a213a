/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define HS_SEED_SIZE 32

/**
 * HsChain:
 *
 * Who writes this file: the chain's id and the bench's Ed25519 seed, kept in "PATH.chain" beside
 * the catalog together with the inode and birth time of the catalog's file. A copied file has
 * other ones or no such companion, and gets a new chain. "PATH.lock" also remembers the last head
 * written, so that an older state put back over the same file is seen.
 */
typedef struct {
  char *id;
  guint8 seed[HS_SEED_SIZE];
} HsChain;

HsChain *hs_chain_new (void);
/* NULL: there is none, or the file is not the one it was made for. */
HsChain *hs_chain_load (const char *path);
gboolean hs_chain_save (HsChain *self, const char *path, gboolean durable, GError **error);
void hs_chain_free (HsChain *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsChain, hs_chain_free)

char *hs_chain_get_public_key (HsChain *self); /* 64 hex digits */
char *hs_chain_sign (HsChain *self, gint64 n, const char *hash);
gboolean hs_chain_check_signature (const char *public_key,
                                   const char *chain,
                                   gint64 n,
                                   const char *hash,
                                   const char *signature);

void hs_chain_remember_head (int lock_fd, const char *chain, gint64 n, const char *hash);
gboolean hs_chain_recall_head (int lock_fd, char **chain, gint64 *n, char **hash);

G_END_DECLS
