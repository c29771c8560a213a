/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/keys.h"

#include "app/app-error.h"
#include "app/release.h"
#include "app/run-json.h"
#include "store/kinds.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_HEX       (2 * crypto_sign_PUBLICKEYBYTES)
#define SIGNATURE_HEX (2 * crypto_sign_BYTES)
#define SEED_HEX      (2 * crypto_sign_SEEDBYTES)
#define LONGEST_NAME  64
#define ENDING        ".key"

/* A key pair in memory; wiped when it goes out of scope. */
typedef struct {
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 secret_key[crypto_sign_SECRETKEYBYTES];
} HsKeyPair;

static void
key_pair_clear (HsKeyPair *self)
{
  sodium_memzero (self, sizeof *self);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsKeyPair, key_pair_clear)

static char *
to_hex (const guint8 *bytes, gsize size)
{
  char *hex = g_malloc (size * 2 + 1);

  return sodium_bin2hex (hex, size * 2 + 1, bytes, size);
}

/* @hex is lower-case digits, exactly as many as @size bytes have. */
static gboolean
from_hex (const char *hex, guint8 *bytes, gsize size)
{
  gsize length = 0;

  return hex != NULL && strlen (hex) == 2 * size && strspn (hex, "0123456789abcdef") == 2 * size &&
         sodium_hex2bin (bytes, size, hex, 2 * size, NULL, &length, NULL) == 0 && length == size;
}

G_GNUC_PRINTF (2, 3)
static gboolean
fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (HS_APP_ERROR, HS_APP_ERROR_KEY, format, args);
  va_end (args);
  return FALSE;
}

static gboolean
start_sodium (GError **error)
{
  return sodium_init () >= 0 || fail (error, _ ("This machine gives no random numbers."));
}

/* --- secret keys: files beside the catalog --- */

static char *
keys_folder (HsCatalog *catalog)
{
  g_autofree char *folder = g_path_get_dirname (hs_catalog_get_path (catalog));

  return g_build_filename (folder, "keys", NULL);
}

static char *
secret_path (HsCatalog *catalog, const char *name)
{
  g_autofree char *folder = keys_folder (catalog);
  g_autofree char *file = g_strconcat (name, ENDING, NULL);

  return g_build_filename (folder, file, NULL);
}

/* It names a file. */
static gboolean
is_sane (const char *name)
{
  return name != NULL && g_ascii_isalnum (*name) && strlen (name) <= LONGEST_NAME &&
         strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-@") == strlen (name);
}

static gboolean
check_name (const char *name, GError **error)
{
  return is_sane (name) ||
         fail (error, _ ("A key's name is letters, digits, “.”, “-”, “_” and “@”, 64 at most."));
}

static gboolean
write_all (int fd, const char *text)
{
  gsize length = strlen (text);

  while (length > 0) {
    gssize n = write (fd, text, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return FALSE;
    text += n;
    length -= n;
  }
  return fsync (fd) == 0;
}

/* Never over a key that is there: what it signed could not be signed again. */
static gboolean
write_secret (const char *path, const char *hex, GError **error)
{
  int fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  gboolean done;

  if (fd < 0 && errno == EEXIST)
    return fail (error, _ ("There is a key of that name already: %s"), path);
  if (fd < 0)
    return fail (error, _ ("The key can't be written to %s: %s"), path, g_strerror (errno));

  done = write_all (fd, hex);
  if (!done)
    fail (error, _ ("The key can't be written to %s: %s"), path, g_strerror (errno));
  if (close (fd) != 0 && done)
    done = fail (error, _ ("The key can't be written to %s: %s"), path, g_strerror (errno));
  if (!done)
    g_unlink (path);
  return done;
}

/* A secret that others may read is none. */
static gboolean
check_mode (const char *path, GError **error)
{
  GStatBuf info;

  if (g_stat (path, &info) != 0)
    return fail (error, _ ("There is no secret key %s."), path);
  if ((info.st_mode & 0077) == 0)
    return TRUE;
  return fail (error,
               _ ("Others may read the secret key %s. Take that away (chmod 600), or make a new "
                  "key."),
               path);
}

static gboolean
read_secret (HsCatalog *catalog, const char *name, HsKeyPair *pair, GError **error)
{
  g_autofree char *path = secret_path (catalog, name);
  g_autofree char *text = NULL;
  guint8 seed[crypto_sign_SEEDBYTES];
  gsize length = 0;
  gboolean good;

  if (!check_name (name, error) || !check_mode (path, error))
    return FALSE;
  if (!g_file_get_contents (path, &text, &length, NULL))
    return fail (error, _ ("The secret key %s can't be read."), path);

  g_strchomp (text);
  good = from_hex (text, seed, sizeof seed) &&
         crypto_sign_seed_keypair (pair->public_key, pair->secret_key, seed) == 0;
  sodium_memzero (seed, sizeof seed);
  sodium_memzero (text, length);
  return good || fail (error, _ ("%s is no secret key of Hotshoe, or is damaged."), path);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

/* (transfer full) (array zero-terminated=1): sorted; may be empty */
char **
hs_keys_list_secret (HsCatalog *catalog)
{
  g_autofree char *path = keys_folder (catalog);
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  GPtrArray *names = g_ptr_array_new ();
  const char *file;

  while (folder != NULL && (file = g_dir_read_name (folder)) != NULL) {
    g_autofree char *name =
        g_str_has_suffix (file, ENDING) ? g_strndup (file, strlen (file) - strlen (ENDING)) : NULL;

    if (name != NULL && is_sane (name))
      g_ptr_array_add (names, g_steal_pointer (&name));
  }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (names, FALSE);
}

/* (transfer full): @name, or the only one there is. */
static char *
choose_secret (HsCatalog *catalog, const char *name, GError **error)
{
  g_auto (GStrv) names = NULL;

  if (name != NULL)
    return g_strdup (name);

  names = hs_keys_list_secret (catalog);
  if (names[0] == NULL)
    fail (error, _ ("There is no key here to sign with. “hotshoe key create NAME” makes one."));
  else if (names[1] != NULL)
    fail (error, _ ("There are several keys here: name the one to sign with (--key NAME)."));
  else
    return g_strdup (names[0]);
  return NULL;
}

/* --- what this bench trusts --- */

static gboolean
append (HsCatalog *catalog,
        const char *kind,
        const char *subject,
        JsonObject *payload,
        GError **error)
{
  g_autofree char *text = NULL;
  HsFact fact = { kind, subject, NULL };

  json_object_set_int_member (payload, "v", 1);
  text = hs_json_object_to_text (payload);
  fact.payload = text;
  return hs_catalog_append (catalog, &fact, 1, NULL, error);
}

static gboolean
append_trust (HsCatalog *catalog, const char *key, const char *name, GError **error)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autofree char *subject = g_strconcat ("key:", key, NULL);

  json_object_set_string_member (payload, "key", key);
  json_object_set_string_member (payload, "name", name);
  return append (catalog, HS_KIND_KEY_TRUSTED, subject, payload, error);
}

/**
 * hs_keys_create:
 * @catalog: a catalog; the key lies beside it
 * @name: what it is called
 * @error: %HS_APP_ERROR_KEY, or an #HsStoreError
 *
 * Makes a secret key that only this user can read, and trusts it here. Blocks.
 *
 * Returns: (transfer full): the public key, 64 hex digits
 */
char *
hs_keys_create (HsCatalog *catalog, const char *name, GError **error)
{
  g_autofree char *folder = keys_folder (catalog);
  g_autofree char *path = NULL;
  g_autofree char *hex = NULL;
  g_autofree char *key = NULL;
  g_auto (HsKeyPair) pair = { 0 };
  guint8 seed[crypto_sign_SEEDBYTES];
  gboolean written;

  if (!check_name (name, error) || !start_sodium (error))
    return NULL;
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    fail (error, _ ("The folder %s can't be made: %s"), folder, g_strerror (errno));
    return NULL;
  }

  randombytes_buf (seed, sizeof seed);
  crypto_sign_seed_keypair (pair.public_key, pair.secret_key, seed);
  hex = to_hex (seed, sizeof seed);
  sodium_memzero (seed, sizeof seed);
  path = secret_path (catalog, name);
  written = write_secret (path, hex, error);
  sodium_memzero (hex, SEED_HEX);
  if (!written)
    return NULL;

  key = to_hex (pair.public_key, sizeof pair.public_key);
  if (!append_trust (catalog, key, name, error)) {
    g_unlink (path);
    return NULL;
  }
  return g_steal_pointer (&key);
}

/* "HEX NAME", or HEX alone; (transfer full) both. */
static gboolean
read_public (const char *path, char **key, char **name, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;
  guint8 bytes[crypto_sign_PUBLICKEYBYTES];
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL) || length > 4096 ||
      !g_utf8_validate (text, length, NULL))
    return fail (error, _ ("%s is neither 64 hex digits nor a file with a public key."), path);

  g_strstrip (text);
  text[strcspn (text, "\r\n")] = '\0';
  words = g_strsplit (text, " ", 2);
  if (words[0] == NULL || !from_hex (words[0], bytes, sizeof bytes))
    return fail (error, _ ("%s has no public key in it."), path);
  *key = g_strdup (words[0]);
  *name = words[1] != NULL ? g_strdup (g_strstrip (words[1])) : NULL;
  return TRUE;
}

/**
 * hs_keys_trust:
 * @catalog: a catalog
 * @key: 64 hex digits, or the path of a file that begins with them
 * @name: (nullable): what this bench calls it; %NULL: as the file says
 * @error: %HS_APP_ERROR_KEY, or an #HsStoreError
 *
 * Releases signed by this key count as signed from now on. Blocks.
 *
 * Returns: (transfer full): the key, 64 hex digits
 */
char *
hs_keys_trust (HsCatalog *catalog, const char *key, const char *name, GError **error)
{
  g_autofree char *found = g_ascii_strdown (key, -1);
  g_autofree char *found_name = NULL;
  guint8 bytes[crypto_sign_PUBLICKEYBYTES];

  if (!from_hex (found, bytes, sizeof bytes)) {
    g_clear_pointer (&found, g_free);
    if (!read_public (key, &found, &found_name, error))
      return NULL;
  }
  if (name == NULL)
    name = found_name != NULL ? found_name : "key";
  if (!check_name (name, error) || !append_trust (catalog, found, name, error))
    return NULL;
  return g_steal_pointer (&found);
}

static const char *
find_key (GPtrArray *keys, const char *typed)
{
  const char *found = NULL;

  for (guint i = 0; i < keys->len; i++) {
    const HsKey *key = g_ptr_array_index (keys, i);

    if (g_ascii_strcasecmp (key->key, typed) == 0 || g_strcmp0 (key->name, typed) == 0) {
      if (found != NULL)
        return NULL;
      found = key->key;
    }
  }
  return found;
}

/**
 * hs_keys_distrust:
 * @key: the key, or its name if only one is called so
 * @reason: why
 * @error: %HS_APP_ERROR_KEY, %HS_APP_ERROR_USAGE without a reason, or an #HsStoreError
 *
 * What it signed counts as unsigned from now on. Blocks.
 */
gboolean
hs_keys_distrust (HsCatalog *catalog, const char *key, const char *reason, GError **error)
{
  g_autoptr (GPtrArray) keys = hs_catalog_list_keys (catalog, error);
  g_autoptr (JsonObject) payload = json_object_new ();
  g_autofree char *subject = NULL;
  const char *found;

  if (keys == NULL)
    return FALSE;
  found = find_key (keys, key);
  if (found == NULL)
    return fail (error, _ ("This bench knows no key %s, or several are called so."), key);
  if (reason == NULL || *reason == '\0') {
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("Write down why the key is trusted no more."));
    return FALSE;
  }

  subject = g_strconcat ("key:", found, NULL);
  json_object_set_string_member (payload, "key", found);
  json_object_set_string_member (payload, "reason", reason);
  return append (catalog, HS_KIND_KEY_DISTRUSTED, subject, payload, error);
}

/**
 * hs_keys_export:
 * @name: a secret key of this bench
 * @target: the file to write, or a folder, which gets NAME.pub
 * @error: %HS_APP_ERROR_KEY, or a #GIOError
 *
 * Writes the public half, for other benches to trust. Blocks.
 */
gboolean
hs_keys_export (HsCatalog *catalog, const char *name, GFile *target, GError **error)
{
  g_auto (HsKeyPair) pair = { 0 };
  g_autoptr (GFile) file = g_object_ref (target);
  g_autofree char *own = choose_secret (catalog, name, error);
  g_autofree char *key = NULL;
  g_autofree char *text = NULL;

  if (own == NULL || !start_sodium (error) || !read_secret (catalog, own, &pair, error))
    return FALSE;

  if (g_file_query_file_type (target, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY) {
    g_autofree char *base = g_strconcat (own, ".pub", NULL);

    g_clear_object (&file);
    file = g_file_get_child (target, base);
  }
  key = to_hex (pair.public_key, sizeof pair.public_key);
  text = g_strdup_printf ("%s %s\n", key, own);
  return g_file_replace_contents (
      file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, error);
}

/**
 * hs_keys_sign:
 * @name: (nullable): a secret key of this bench; %NULL: the only one
 * @key: (out) (optional) (transfer full): its public half, 64 hex digits
 * @error: %HS_APP_ERROR_KEY
 *
 * Blocks.
 *
 * Returns: (transfer full): 128 hex digits
 */
char *
hs_keys_sign (HsCatalog *catalog,
              const char *name,
              const guint8 *data,
              gsize length,
              char **key,
              GError **error)
{
  g_auto (HsKeyPair) pair = { 0 };
  g_autofree char *own = choose_secret (catalog, name, error);
  guint8 signature[crypto_sign_BYTES];

  if (own == NULL || !start_sodium (error) || !read_secret (catalog, own, &pair, error))
    return NULL;
  if (crypto_sign_detached (signature, NULL, data, length, pair.secret_key) != 0) {
    fail (error, _ ("The key %s does not sign."), own);
    return NULL;
  }
  if (key != NULL)
    *key = to_hex (pair.public_key, sizeof pair.public_key);
  return to_hex (signature, sizeof signature);
}

/* Whether @signature (128 hex digits) over @data is by @key (64 hex digits). Any thread. */
gboolean
hs_keys_verify (const char *key, const guint8 *data, gsize length, const char *signature)
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 bytes[crypto_sign_BYTES];

  return sodium_init () >= 0 && from_hex (key, public_key, sizeof public_key) &&
         from_hex (signature, bytes, sizeof bytes) &&
         crypto_sign_verify_detached (bytes, data, length, public_key) == 0;
}

/* --- policy --- */

/**
 * hs_keys_set_required:
 * @required: run only releases that a trusted key signed, and no builds outside of releases
 * @error: an #HsStoreError
 *
 * Blocks.
 */
gboolean
hs_keys_set_required (HsCatalog *catalog, gboolean required, GError **error)
{
  g_autoptr (JsonObject) payload = json_object_new ();

  json_object_set_string_member (payload, "name", HS_POLICY_REQUIRE_SIGNATURE);
  json_object_set_string_member (payload, "value", required ? "yes" : "no");
  return append (
      catalog, HS_KIND_POLICY_SET, "policy:" HS_POLICY_REQUIRE_SIGNATURE, payload, error);
}

/**
 * hs_keys_read_required:
 * @required: (out): whether only releases may run that a trusted key signed
 * @error: an #HsStoreError
 *
 * Blocks.
 *
 * Returns: %FALSE if the catalog can't tell: then nothing may run
 */
gboolean
hs_keys_read_required (HsCatalog *catalog, gboolean *required, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *value = hs_catalog_get_policy (catalog, HS_POLICY_REQUIRE_SIGNATURE, &local);

  *required = local != NULL || g_strcmp0 (value, "yes") == 0;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* To be shown; %TRUE also if the catalog can't tell. Blocks. */
gboolean
hs_keys_get_required (HsCatalog *catalog)
{
  gboolean required = TRUE;

  hs_keys_read_required (catalog, &required, NULL);
  return required;
}
