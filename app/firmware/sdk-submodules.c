/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/sdk-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of MicroPython's own submodules those that a board's build takes something from, and the switch
 * that makes it do so; NULL: always. */
static const struct {
  const char *path;
  const char *variable;
} inner[] = {
  { "lib/micropython-lib", NULL },
  { "lib/tinyusb", NULL },
  { "lib/mbedtls", "MICROPY_SSL_MBEDTLS" },
  { "lib/lwip", "MICROPY_PY_LWIP" },
  { "lib/mynewt-nimble", "MICROPY_BLUETOOTH_NIMBLE" },
  { "lib/cyw43-driver", "MICROPY_PY_NETWORK_CYW43" },
};

/* Whether this board's manifest asks for what is in there. */
static gboolean
is_in_manifest (HsNeeds *self, const char *name)
{
  g_autofree char *path = hs_tree_dup_path (self->tree, HS_TREE_FILE_MANIFEST, self->board->target);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, name) != NULL;
}

/* Some are for one port, or for those that freeze them. */
static gboolean
is_needed (HsNeeds *self, const HsTreeSubmodule *submodule)
{
  g_autofree char *name = g_path_get_basename (submodule->path);

  if (!submodule->needed || self->board == NULL)
    return submodule->needed;
  if (g_str_equal (name, "alif"))
    return g_strcmp0 (self->board->port, "alif") == 0;
  if (g_str_equal (name, "microdot"))
    return is_in_manifest (self, "microdot");
  return TRUE;
}

static char *
dup_command (HsNeeds *self, const HsTreeSubmodule *submodule)
{
  g_autofree char *shown = hs_needs_dup_word (submodule->path);
  g_autofree char *name = g_path_get_basename (submodule->path);

  if (hs_tree_get_commit (self->tree) == NULL)
    return NULL;
  if (g_str_equal (name, "micropython"))
    return g_strdup_printf ("git submodule update --init --depth=1 %s && "
                            "git -C %s submodule update --init --depth=1",
                            shown,
                            shown);
  return g_strdup_printf ("git submodule update --init --depth=1 %s", shown);
}

static void
check_submodule (HsNeeds *self, const HsTreeSubmodule *submodule)
{
  g_autofree char *id = g_strconcat ("submodule:", submodule->path, NULL);
  gboolean needed = is_needed (self, submodule);
  char *wanted = submodule->commit != NULL ? g_strndup (submodule->commit, 10) : NULL;
  char *found = submodule->head != NULL ? g_strndup (submodule->head, 10) : NULL;

  if (!submodule->present)
    hs_needs_add (
        self,
        id,
        HS_NEED_MISSING,
        needed,
        found,
        wanted,
        hs_tree_get_commit (self->tree) != NULL
            ? g_strdup_printf (_ ("The submodule %s is not here."), submodule->path)
            : g_strdup_printf (_ ("The submodule %s is not here, and as this tree is no "
                                  "git checkout, git can't get it: clone the tree instead."),
                               submodule->path),
        dup_command (self, submodule));
  else if (submodule->different)
    hs_needs_add (
        self,
        id,
        HS_NEED_OTHER_VERSION,
        FALSE,
        found,
        wanted,
        g_strdup_printf (_ ("The submodule %s stands at another commit than the tree asks for."),
                         submodule->path),
        dup_command (self, submodule));
  else
    hs_needs_add (self,
                  id,
                  HS_NEED_MET,
                  FALSE,
                  found,
                  wanted,
                  g_strdup_printf (_ ("The submodule %s is here."), submodule->path),
                  NULL);
}

static gboolean
is_empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!g_str_equal (name, ".git"))
      return FALSE;
  return TRUE;
}

/* MicroPython's own: said only if one is missing, as there are many. */
static void
check_inner (HsNeeds *self, const HsTreeSubmodule *micropython)
{
  g_autofree char *folder =
      g_build_filename (hs_tree_get_root (self->tree), micropython->path, NULL);
  g_autofree char *list = g_build_filename (folder, ".gitmodules", NULL);
  g_autofree char *text = NULL;

  if (!micropython->present || !g_file_get_contents (list, &text, NULL, NULL))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (inner); i++) {
    g_autofree char *line = g_strconcat ("path = ", inner[i].path, NULL);
    g_autofree char *path = g_build_filename (folder, inner[i].path, NULL);
    g_autofree char *inside = g_build_filename (micropython->path, inner[i].path, NULL);
    g_autofree char *id = g_strconcat ("submodule:", inside, NULL);
    g_autofree char *word = hs_needs_dup_word (micropython->path);

    if (strstr (text, line) == NULL || !is_empty (path))
      continue;
    if (self->board != NULL && inner[i].variable != NULL && !hs_needs_has (self, inner[i].variable))
      continue;
    hs_needs_add (self,
                  id,
                  HS_NEED_MISSING,
                  self->board != NULL,
                  NULL,
                  NULL,
                  g_strdup_printf (_ ("The submodule %s is not here."), inside),
                  g_strdup_printf ("git -C %s submodule update --init --depth=1 %s",
                                   micropython->path,
                                   inner[i].path));
  }
}

void
hs_needs_check_submodules (HsNeeds *self)
{
  GPtrArray *submodules = hs_tree_get_submodules (self->tree);
  const HsTreeSubmodule *micropython = hs_sdk_find_micropython (self->tree);

  for (guint i = 0; i < submodules->len; i++)
    check_submodule (self, g_ptr_array_index (submodules, i));
  if (micropython != NULL)
    check_inner (self, micropython);
}
