/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A home of its own for a test program, before GLib has asked for one; under /tmp, removed by who
 * made it. (G_TEST_OPTION_ISOLATE_DIRS makes one for each test, and leaks the last.) */

static inline char *
own_dirs_make (void)
{
  static const char *const names[] = {
    "HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"
  };
  char *root = g_dir_make_tmp ("hotshoe-home-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_filename (root, names[i], NULL);

    g_setenv (names[i], path, TRUE);
  }
  return root;
}
