/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/app-settings.h"
#include "app/firmware/tree.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define KEY "firmware-trees"

static GStrv
load (GSettings *settings)
{
  return settings != NULL ? g_settings_get_strv (settings, KEY) : g_new0 (char *, 1);
}

/* All but @root, @first before them. */
static void
store (GSettings *settings, const char *root, const char *first)
{
  g_auto (GStrv) old = load (settings);
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_auto (GStrv) fresh = NULL;

  if (settings == NULL)
    return;
  if (first != NULL)
    g_strv_builder_add (list, first);
  for (guint i = 0; old[i] != NULL; i++)
    if (!g_str_equal (old[i], root))
      g_strv_builder_add (list, old[i]);
  fresh = g_strv_builder_end (list);
  g_settings_set_strv (settings, KEY, (const char *const *) fresh);
}

/**
 * hs_trees_can_change:
 * @error: %HS_APP_ERROR_FAILED: there is no desktop session, and what is set would be lost silently
 *
 * Whether the list outlives this program: dconf writes through the session's bus, which is found as
 * GDBus finds it.
 *
 * Returns: %TRUE if it does
 */
gboolean
hs_trees_can_change (GError **error)
{
  g_autofree char *bus = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  if (g_getenv ("GSETTINGS_BACKEND") != NULL || g_getenv ("DBUS_SESSION_BUS_ADDRESS") != NULL ||
      g_getenv ("DISPLAY") != NULL || g_file_test (bus, G_FILE_TEST_EXISTS))
    return TRUE;
  g_set_error_literal (
      error,
      HS_APP_ERROR,
      HS_APP_ERROR_FAILED,
      _ ("The list of firmware trees is kept in the desktop's settings, and there is no desktop "
         "session (D-Bus) here. Name the tree with --tree, or call “dbus-run-session hotshoe tree "
         "…”."));
  return FALSE;
}

GStrv
hs_trees_list (void)
{
  g_autoptr (GSettings) settings = hs_app_settings_new ();

  return load (settings);
}

void
hs_trees_add (const char *root)
{
  g_autoptr (GSettings) settings = hs_app_settings_new ();

  g_return_if_fail (root != NULL);
  store (settings, root, root);
}

void
hs_trees_remove (const char *root)
{
  g_autoptr (GSettings) settings = hs_app_settings_new ();

  g_return_if_fail (root != NULL);
  store (settings, root, NULL);
}

char *
hs_trees_guess (void)
{
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *around = hs_tree_find_root (here);
  g_auto (GStrv) list = NULL;

  if (around != NULL)
    return g_steal_pointer (&around);
  list = hs_trees_list ();
  return g_strv_length (list) == 1 ? g_strdup (list[0]) : NULL;
}
