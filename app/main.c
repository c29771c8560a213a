/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/cli.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#if HS_WITH_WINDOW
#include "ui/application.h"
#endif

#if HS_WITH_WINDOW
static gboolean
has_display (void)
{
  return g_getenv ("WAYLAND_DISPLAY") != NULL || g_getenv ("DISPLAY") != NULL;
}
#endif

static int
open_window (HsSessionOptions *options, char **argv)
{
#if HS_WITH_WINDOW
  options->practice_builds = TRUE;
  if (has_display ())
    return hs_application_run (NULL, options, NULL, 1, argv);
#endif
  g_printerr (_ ("hotshoe: there is no display for the window. `hotshoe --help` lists the commands "
                 "that work without one.\n"));
  return HS_EXIT_USAGE;
}

static const char *const git_variables[] = {
  "GIT_DIR",       "GIT_WORK_TREE",           "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
  "GIT_NAMESPACE", "GIT_CEILING_DIRECTORIES",
};

int
main (int argc, char **argv)
{
  gboolean wants_window;
  HsSessionOptions options;
  int status;

  /* Set where a hook of git starts us: every question about a tree would be answered for that
   * other repository. Before there are threads. */
  for (guint i = 0; i < G_N_ELEMENTS (git_variables); i++)
    g_unsetenv (git_variables[i]);

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, HS_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("hotshoe");

  status = hs_cli_main (argc, argv, &wants_window, &options);
  return wants_window ? open_window (&options, argv) : status;
}
