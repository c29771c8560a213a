/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/doctor.h"

#include "app/app-error.h"
#include "app/command.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#define RULES_NAME "60-hotshoe.rules"

static const char *const rule_folders[] = { "/etc/udev/rules.d",
                                            "/usr/lib/udev/rules.d",
                                            "/lib/udev/rules.d",
                                            "/run/udev/rules.d" };

/* Is the rules file where udev looks for it? Says nothing about a camera that was plugged before.
 */
gboolean
hs_doctor_rules_installed (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rule_folders); i++) {
    g_autofree char *path = g_build_filename (rule_folders[i], RULES_NAME, NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return TRUE;
  }
  return FALSE;
}

/* Our own copy, installed or in the source tree; (transfer full) (nullable). */
char *
hs_doctor_find_rules (void)
{
  const char *folders[] = { HS_DATA_DIR, HS_SOURCE_DATA_DIR };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *path = g_build_filename (folders[i], RULES_NAME, NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }
  return NULL;
}

/* Is there @file in @folder itself or in one of the multiarch folders, "/usr/lib/x86_64-…", beside
 * which it would be? */
static gboolean
has_library (const char *below, const char *file)
{
  static const char *const roots[] = { "/usr/lib", "/usr/lib64", "/usr/local/lib", "/app/lib" };

  for (guint i = 0; i < G_N_ELEMENTS (roots); i++) {
    g_autoptr (GDir) folder = g_dir_open (roots[i], 0, NULL);
    g_autofree char *plain = g_build_filename (roots[i], below, file, NULL);
    const char *name;

    if (g_file_test (plain, G_FILE_TEST_EXISTS))
      return TRUE;
    while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
      g_autofree char *path = g_build_filename (roots[i], name, below, file, NULL);

      if (g_file_test (path, G_FILE_TEST_EXISTS))
        return TRUE;
    }
  }
  return FALSE;
}

/* Whether the files are there that the window needs to play its sounds: GTK's media backend, and
 * what reads OGG with it. A note, no fault: without them operator mode is silent. */
gboolean
hs_doctor_can_play_sounds (void)
{
  return has_library ("gtk-4.0/4.0.0/media", "libmedia-gstreamer.so") &&
         has_library ("gstreamer-1.0", "libgstogg.so") &&
         has_library ("gstreamer-1.0", "libgstvorbis.so");
}

static gboolean
copy_rules (const char *from, gboolean terminal, GCancellable *cancellable, GError **error)
{
  const char *as_root[] = { "install", "-D", "-m", "644", from, "/etc/udev/rules.d/" RULES_NAME,
                            NULL };
  const char *ask_root[] = { terminal ? "sudo" : "pkexec",    "install", "-D", "-m", "644", from,
                             "/etc/udev/rules.d/" RULES_NAME, NULL };
  g_autofree char *output =
      hs_command_output (geteuid () == 0 ? as_root : ask_root, cancellable, NULL);

  if (output != NULL)
    return TRUE;
  g_set_error_literal (
      error,
      HS_APP_ERROR,
      HS_APP_ERROR_FAILED,
      _ ("The rules could not be copied to /etc/udev/rules.d. Try it as root: sudo "
         "hotshoe doctor --install-rules."));
  return FALSE;
}

/**
 * hs_doctor_install_rules:
 * @terminal: somebody sits at one
 * @cancellable: (nullable): ends the wait for a password
 * @error: %HS_APP_ERROR_FAILED
 *
 * Puts the udev rules in place and has udev read them; asks for the password through polkit where
 * it is not run by root. Blocks. Cameras have to be plugged in again afterwards.
 */
gboolean
hs_doctor_install_rules (gboolean terminal, GCancellable *cancellable, GError **error)
{
  const char *reload[] = { "udevadm", "control", "--reload", NULL };
  g_autofree char *rules = hs_doctor_find_rules ();
  g_autofree char *output = NULL;

  if (rules == NULL) {
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_FAILED,
                         _ ("the file 60-hotshoe.rules is not where Hotshoe was installed."));
    return FALSE;
  }
  if (!copy_rules (rules, terminal, cancellable, error))
    return FALSE;

  /* Where no udev runs (a container) there is nothing to reload. */
  output = hs_command_output (reload, NULL, NULL);
  return TRUE;
}
