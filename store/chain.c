/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "store/chain.h"

#include "store/catalog.h"
#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP "chain"

/* A line of fixed length, written in one call, so that a reader never sees half of one. */
#define HEAD_FORMAT "%-40s %020" G_GINT64_FORMAT " %-64s\n"
enum { HEAD_SIZE = 40 + 1 + 20 + 1 + 64 + 1 };

static char *
to_hex (const guint8 *bytes, gsize size)
{
  char *hex = g_malloc (size * 2 + 1);

  return sodium_bin2hex (hex, size * 2 + 1, bytes, size);
}

static gboolean
from_hex (const char *hex, guint8 *bytes, gsize size)
{
  gsize length = 0;

  return hex != NULL && sodium_hex2bin (bytes, size, hex, strlen (hex), NULL, &length, NULL) == 0 &&
         length == size;
}

/* What a copy of the file does not share: inode and time of birth. */
static char *
mark_of (const char *path)
{
  struct statx info;

  if (statx (AT_FDCWD, path, 0, STATX_INO | STATX_BTIME, &info) != 0)
    return NULL;
  if ((info.stx_mask & STATX_BTIME) == 0)
    return g_strdup_printf ("%llu", (unsigned long long) info.stx_ino);
  return g_strdup_printf ("%llu %lld.%09u",
                          (unsigned long long) info.stx_ino,
                          (long long) info.stx_btime.tv_sec,
                          info.stx_btime.tv_nsec);
}

HsChain *
hs_chain_new (void)
{
  HsChain *self = g_new0 (HsChain, 1);

  self->id = hs_journal_new_id (g_get_real_time ());
  randombytes_buf (self->seed, sizeof self->seed);
  return self;
}

void
hs_chain_free (HsChain *self)
{
  if (self == NULL)
    return;

  sodium_memzero (self->seed, sizeof self->seed);
  g_free (self->id);
  g_free (self);
}

HsChain *
hs_chain_load (const char *path)
{
  g_autofree char *name = g_strconcat (path, ".chain", NULL);
  g_autofree char *mark = mark_of (path);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *file_mark = NULL;
  g_autofree char *seed = NULL;
  g_autoptr (HsChain) self = g_new0 (HsChain, 1);

  if (!g_key_file_load_from_file (file, name, G_KEY_FILE_NONE, NULL))
    return NULL;

  file_mark = g_key_file_get_string (file, GROUP, "file", NULL);
  seed = g_key_file_get_string (file, GROUP, "seed", NULL);
  self->id = g_key_file_get_string (file, GROUP, "id", NULL);
  if (self->id == NULL || mark == NULL || g_strcmp0 (mark, file_mark) != 0 ||
      !from_hex (seed, self->seed, sizeof self->seed))
    return NULL;
  return g_steal_pointer (&self);
}

/* @path: the catalog, which exists. @durable: on the disk when it returns; FALSE for tests. */
gboolean
hs_chain_save (HsChain *self, const char *path, gboolean durable, GError **error)
{
  g_autofree char *name = g_strconcat (path, ".chain", NULL);
  g_autofree char *mark = mark_of (path);
  g_autofree char *seed = to_hex (self->seed, sizeof self->seed);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;
  GFileSetContentsFlags flags = G_FILE_SET_CONTENTS_NONE;

  g_key_file_set_string (file, GROUP, "id", self->id);
  g_key_file_set_string (file, GROUP, "file", mark != NULL ? mark : "");
  g_key_file_set_string (file, GROUP, "seed", seed);
  text = g_key_file_to_data (file, NULL, NULL);
  if (durable)
    flags = G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE;
  if (g_file_set_contents_full (name, text, -1, flags, 0600, &cause))
    return TRUE;

  g_set_error (error,
               HS_STORE_ERROR,
               g_error_matches (cause, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
                   ? HS_STORE_ERROR_FULL
                   : HS_STORE_ERROR_PERMISSION,
               _ ("The catalog's folder can't be written: %s"),
               cause->message);
  return FALSE;
}

static void
get_keys (HsChain *self, guint8 *public_key, guint8 *secret_key)
{
  crypto_sign_seed_keypair (public_key, secret_key, self->seed);
}

char *
hs_chain_get_public_key (HsChain *self)
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];

  get_keys (self, public_key, secret_key);
  sodium_memzero (secret_key, sizeof secret_key);
  return to_hex (public_key, sizeof public_key);
}

static char *
statement_of (const char *chain, gint64 n, const char *hash)
{
  return g_strdup_printf ("hotshoe head 1\n%s\n%" G_GINT64_FORMAT "\n%s\n", chain, n, hash);
}

/**
 * hs_chain_sign:
 * @self: a chain
 * @n: number of its last entry
 * @hash: of that entry
 *
 * Signs where the chain ends now, so that neither entries nor this can be replaced unnoticed.
 *
 * Returns: (transfer full): an Ed25519 signature, in hex
 */
char *
hs_chain_sign (HsChain *self, gint64 n, const char *hash)
{
  g_autofree char *text = statement_of (self->id, n, hash);
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];
  guint8 signature[crypto_sign_BYTES];

  get_keys (self, public_key, secret_key);
  crypto_sign_detached (signature, NULL, (const guint8 *) text, strlen (text), secret_key);
  sodium_memzero (secret_key, sizeof secret_key);
  return to_hex (signature, sizeof signature);
}

gboolean
hs_chain_check_signature (const char *public_key,
                          const char *chain,
                          gint64 n,
                          const char *hash,
                          const char *signature)
{
  g_autofree char *text = statement_of (chain, n, hash);
  guint8 key[crypto_sign_PUBLICKEYBYTES];
  guint8 bytes[crypto_sign_BYTES];

  return from_hex (public_key, key, sizeof key) && from_hex (signature, bytes, sizeof bytes) &&
         crypto_sign_verify_detached (bytes, (const guint8 *) text, strlen (text), key) == 0;
}

/* Only a hint: not synced, and a failure to write it harms nothing. */
void
hs_chain_remember_head (int lock_fd, const char *chain, gint64 n, const char *hash)
{
  g_autofree char *line = g_strdup_printf (HEAD_FORMAT, chain, n, hash);

  if (strlen (line) == HEAD_SIZE && pwrite (lock_fd, line, HEAD_SIZE, 0) != HEAD_SIZE)
    g_debug ("Head not remembered: %s", g_strerror (errno));
}

gboolean
hs_chain_recall_head (int lock_fd, char **chain, gint64 *n, char **hash)
{
  char line[HEAD_SIZE + 1] = { 0 };

  if (pread (lock_fd, line, HEAD_SIZE, 0) != HEAD_SIZE || line[40] != ' ' || line[61] != ' ')
    return FALSE;

  *chain = g_strchomp (g_strndup (line, 40));
  *n = g_ascii_strtoll (line + 41, NULL, 10);
  *hash = g_strchomp (g_strndup (line + 62, 64));
  return TRUE;
}
