/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/build-memo.h"

#include "app/app-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/file.h>
#include <unistd.h>

#define LOOK_AGAIN_US (200 * G_TIME_SPAN_MILLISECOND)

struct _HsBuildMemo {
  int lock;
  char *path;
  GKeyFile *keys;
};

void
hs_build_memo_close (HsBuildMemo *self)
{
  if (self == NULL)
    return;

  if (self->lock >= 0)
    close (self->lock);
  g_free (self->path);
  g_key_file_unref (self->keys);
  g_free (self);
}

/* The state folder of a tree, which is named by its path. */
static char *
dup_folder (const char *root)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, root, -1);

  digest[16] = '\0';
  return g_build_filename (g_get_user_state_dir (), "hotshoe", "builds", digest, NULL);
}

static gboolean
lock_tree (HsBuildMemo *self,
           void (*waiting) (gpointer user_data),
           gpointer user_data,
           GCancellable *cancellable,
           GError **error)
{
  gboolean said = FALSE;

  while (flock (self->lock, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_FILE, "flock: %s", g_strerror (errno));
      return FALSE;
    }
    if (!said && waiting != NULL)
      waiting (user_data);
    said = TRUE;
    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    g_usleep (LOOK_AGAIN_US);
  }
  return TRUE;
}

HsBuildMemo *
hs_build_memo_open (const char *root,
                    void (*waiting) (gpointer user_data),
                    gpointer user_data,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (HsBuildMemo) self = g_new0 (HsBuildMemo, 1);
  g_autofree char *folder = dup_folder (root);
  g_autofree char *lock = g_build_filename (folder, "lock", NULL);

  self->keys = g_key_file_new ();
  self->path = g_build_filename (folder, "memo", NULL);
  g_mkdir_with_parents (folder, 0700);
  self->lock = open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock < 0) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FILE,
                 _ ("%s can't be written: %s"),
                 lock,
                 g_strerror (errno));
    return NULL;
  }
  if (!lock_tree (self, waiting, user_data, cancellable, error))
    return NULL;
  g_key_file_load_from_file (self->keys, self->path, G_KEY_FILE_NONE, NULL); /* else it is empty */
  return g_steal_pointer (&self);
}

int
hs_build_memo_get_lock (HsBuildMemo *self)
{
  return self->lock;
}

char *
hs_build_memo_get (HsBuildMemo *self, const char *group, const char *key)
{
  return g_key_file_get_string (self->keys, group, key, NULL);
}

void
hs_build_memo_set (HsBuildMemo *self, const char *group, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;

  if (value != NULL)
    g_key_file_set_string (self->keys, group, key, value);
  else
    g_key_file_remove_key (self->keys, group, key, NULL);
  if (!g_key_file_save_to_file (self->keys, self->path, &error))
    g_debug ("%s: %s", self->path, error->message);
}
