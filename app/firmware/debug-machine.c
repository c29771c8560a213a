/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/debug-private.h"

#include "app/command.h"

#include <string.h>

#define RELEASE "/proc/sys/kernel/osrelease"
#define USERS   "/mnt/c/Users"

char *
hs_debug_parse_gateway (const char *routes)
{
  g_auto (GStrv) lines = g_strsplit (routes, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit_set (lines[i], " \t", -1);
    g_autoptr (GInetAddress) address = NULL;

    if (g_strv_length (words) < 3 || !g_str_equal (words[0], "default") ||
        !g_str_equal (words[1], "via"))
      continue;
    address = g_inet_address_new_from_string (words[2]);
    if (address != NULL)
      return g_strdup (words[2]);
  }
  return NULL;
}

gboolean
hs_debug_is_mirrored (const char *config)
{
  g_autoptr (GRegex) regex = g_regex_new ("^\\s*networkingMode\\s*=\\s*\"?mirrored\"?\\s*$",
                                          G_REGEX_CASELESS | G_REGEX_MULTILINE | G_REGEX_RAW,
                                          0,
                                          NULL);

  return g_regex_match (regex, config, 0, NULL);
}

/* .wslconfig lies in the home of whoever uses Windows: which of them that is, nobody says here. */
static gboolean
read_configs (void)
{
  g_autoptr (GDir) dir = g_dir_open (USERS, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (USERS, name, ".wslconfig", NULL);
    g_autofree char *text = NULL;

    if (g_file_get_contents (path, &text, NULL, NULL) && hs_debug_is_mirrored (text))
      return TRUE;
  }
  return FALSE;
}

void
hs_debug_machine_read (HsDebugMachine *self)
{
  static const char *const mode_argv[] = { "wslinfo", "--networking-mode", NULL };
  static const char *const route_argv[] = { "ip", "route", "show", "default", NULL };
  g_autofree char *release = NULL;
  g_autofree char *lower = NULL;
  g_autofree char *mode = NULL;
  g_autofree char *routes = NULL;

  g_file_get_contents (RELEASE, &release, NULL, NULL);
  lower = g_ascii_strdown (release != NULL ? release : "", -1);
  self->wsl = strstr (lower, "microsoft") != NULL;
  self->wsl1 = self->wsl && strstr (lower, "wsl2") == NULL && g_str_has_prefix (lower, "4.4.");

  mode = hs_command_output (mode_argv, NULL, NULL);
  self->mirrored = mode != NULL ? g_str_has_prefix (mode, "mirrored") : read_configs ();
  routes = hs_command_output (route_argv, NULL, NULL);
  self->gateway = routes != NULL ? hs_debug_parse_gateway (routes) : NULL;
}

void
hs_debug_machine_clear (HsDebugMachine *self)
{
  g_clear_pointer (&self->gateway, g_free);
}
