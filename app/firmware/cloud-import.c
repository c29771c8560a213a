/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/cloud-import.h"

#include "app/app-error.h"
#include "app/import.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SITE   "https://github.com/"
#define BRANCH "master" /* of openmv/openmv: its workflow builds no other */

void
hs_cloud_build_free (HsCloudBuild *self)
{
  g_free (self->target);
  g_free (self);
}

GPtrArray *
hs_cloud_list (const char *zip, GError **error)
{
  g_autoptr (GArray) found = hs_import_list_zip (zip, error);
  g_autoptr (GPtrArray) builds =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_cloud_build_free);

  if (found == NULL)
    return NULL;
  for (guint i = 0; i < found->len; i++) {
    const HsZipBuild *one = &g_array_index (found, HsZipBuild, i);
    HsCloudBuild *build = g_new0 (HsCloudBuild, 1);

    build->target = one->board != NULL ? g_strdup (one->board->id) : NULL;
    build->n_files = one->n_files;
    build->bytes = one->bytes;
    g_ptr_array_add (builds, build);
  }
  if (builds->len > 0)
    return g_steal_pointer (&builds);
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NOTHING,
               _ ("%s holds no build of a camera. A zip of the sources is none: download the "
                  "artifact of a run, or the firmware of a release."),
               zip);
  return NULL;
}

/* A page, not a program: only where a browser would go. */
static gboolean
check_url (const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";

  if ((g_str_equal (scheme, "https") || g_str_equal (scheme, "http")) &&
      g_uri_get_userinfo (uri) == NULL)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_USAGE,
               _ ("“%s” is no address of a page (https://…, without a password)."),
               url);
  return FALSE;
}

HsBuild *
hs_cloud_import (HsCatalog *catalog,
                 const char *zip,
                 const char *target,
                 const char *url,
                 gboolean *existing,
                 GError **error)
{
  g_autoptr (HsImport) import = hs_import_new (catalog);
  g_autoptr (GPtrArray) builds = NULL;

  if (url != NULL && !check_url (url, error))
    return NULL;
  builds = hs_cloud_list (zip, error);
  if (builds == NULL || !hs_import_add_path (import, zip, error))
    return NULL;
  hs_import_set_origin (import, "cloud", NULL);
  if (url != NULL)
    hs_import_set_detail (import, "source", url);
  return hs_import_finish (import, target, existing, error);
}

/* --- pages --- */

static gboolean
is_name (const char *name, const char *more)
{
  gsize length = strlen (name);

  return length > 0 && length <= 100 && name[0] != '.' && name[0] != '-' &&
         strspn (name, more) == length;
}

/* "owner/name" of what was typed or pasted; (transfer full) (nullable) */
static char *
dup_repository (const char *fork)
{
  static const char *const starts[] = {
    "https://", "http://", "ssh://git@", "git@", "www.", "github.com/", "github.com:",
  };
  g_autofree char *typed = g_strstrip (g_strdup (fork));
  const char *at = typed;
  g_auto (GStrv) parts = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (at, starts[i]))
      at += strlen (starts[i]);
  parts = g_strsplit_set (at, "/?#", 4);
  if (g_strv_length (parts) < 2)
    return NULL;
  if (g_str_has_suffix (parts[1], ".git"))
    parts[1][strlen (parts[1]) - strlen (".git")] = '\0';
  if (!is_name (parts[0], G_CSET_a_2_z G_CSET_A_2_Z "0123456789-") ||
      !is_name (parts[1], G_CSET_a_2_z G_CSET_A_2_Z "0123456789-_."))
    return NULL;
  return g_strconcat (parts[0], "/", parts[1], NULL);
}

static gboolean
names_other_site (const char *fork)
{
  const char *scheme = strstr (fork, "://");

  return scheme != NULL && !g_str_has_prefix (scheme + 3, "github.com") &&
         !g_str_has_prefix (scheme + 3, "www.github.com") &&
         !g_str_has_prefix (scheme + 3, "git@github.com");
}

char *
hs_cloud_dup_url (const char *fork, const char *branch, const char *what, const char *target)
{
  g_autofree char *repository = names_other_site (fork) ? NULL : dup_repository (fork);
  g_autofree char *at =
      g_uri_escape_string (branch != NULL && *branch != '\0' ? branch : BRANCH, "/", FALSE);

  if (repository == NULL)
    return NULL;
  if (g_str_equal (what, "fork"))
    return g_strconcat (SITE, repository, "/fork", NULL);
  if (g_str_equal (what, "actions") || g_str_equal (what, "runs"))
    return g_strconcat (SITE,
                        repository,
                        g_str_equal (what, "runs") ? "/actions/workflows/firmware.yml" : "/actions",
                        NULL);
  if (g_str_equal (what, "libraries"))
    return g_strconcat (SITE, repository, "/upload/", at, "/scripts/libraries", NULL);
  if (g_str_equal (what, "manifest") && target != NULL && hs_board_by_id (target) != NULL)
    return g_strconcat (SITE, repository, "/edit/", at, "/boards/", target, "/manifest.py", NULL);
  if (g_str_equal (what, "releases"))
    return g_strconcat (SITE, repository, "/releases", NULL);
  return NULL;
}
