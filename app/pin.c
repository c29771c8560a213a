/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/pin.h"

#include "app/app-error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

static char *
pin_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "hotshoe", "operator-pin", NULL);
}

/* A file that can't be read is a PIN that nobody knows, not one that is not set. */
gboolean
hs_pin_is_set (void)
{
  g_autofree char *path = pin_path ();

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static gboolean
remove_pin (const char *path, GError **error)
{
  int failure;

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;

  failure = errno;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FAILED,
               _ ("%s can't be removed: %s"),
               path,
               g_strerror (failure));
  return FALSE;
}

static gboolean
write_hash (const char *path, const char *hash, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0700) < 0) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FAILED,
                 _ ("%s can't be made: %s"),
                 folder,
                 g_strerror (errno));
    return FALSE;
  }
  return g_file_set_contents_full (
      path, hash, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, error);
}

/**
 * hs_pin_set:
 * @pin: (nullable): %NULL or "": no PIN from now on
 * @error: %HS_APP_ERROR_FAILED or #GFileError
 *
 * Blocks, about half a second: never on the main thread.
 */
gboolean
hs_pin_set (const char *pin, GError **error)
{
  g_autofree char *path = pin_path ();
  char hash[crypto_pwhash_STRBYTES];

  if (pin == NULL || *pin == '\0')
    return remove_pin (path, error);

  if (sodium_init () < 0 || crypto_pwhash_str (hash,
                                               pin,
                                               strlen (pin),
                                               crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                               crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_FAILED,
                         _ ("there is not enough memory to keep the PIN safely (64 MB)"));
    return FALSE;
  }
  return write_hash (path, hash, error);
}

/**
 * hs_pin_check:
 * @pin: what was typed
 *
 * Blocks, about half a second: never on the main thread.
 *
 * Returns: whether it is the PIN; %TRUE for everything if none is set
 */
gboolean
hs_pin_check (const char *pin)
{
  g_autofree char *path = pin_path ();
  g_autofree char *hash = NULL;

  g_return_val_if_fail (pin != NULL, FALSE);

  if (!hs_pin_is_set ())
    return TRUE;
  if (sodium_init () < 0 || !g_file_get_contents (path, &hash, NULL, NULL))
    return FALSE;
  return crypto_pwhash_str_verify (g_strstrip (hash), pin, strlen (pin)) == 0;
}
