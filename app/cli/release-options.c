/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/cli/release-options.h"

#include "app/app-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
hs_release_options_clear (HsReleaseOptions *self)
{
  g_free (self->new_name);
  g_free (self->new_version);
  g_strfreev (self->builds);
  g_strfreev (self->roles);
  g_strfreev (self->drop_boards);
  g_free (self->confirm);
  g_free (self->serial);
  g_free (self->series);
  g_strfreev (self->files);
  g_strfreev (self->drop_files);
  g_strfreev (self->reasons);
  g_free (self->notes);
}

G_GNUC_PRINTF (2, 3)
static gboolean
fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error != NULL)
    *error = g_error_new_valist (HS_APP_ERROR, HS_APP_ERROR_USAGE, format, args);
  va_end (args);
  return FALSE;
}

static void
set_text (char **field, const char *text)
{
  if (text == NULL)
    return;
  g_free (*field);
  *field = g_strdup (text);
}

static gboolean
take_roles (char **names, guint64 *roles, GError **error)
{
  for (; names != NULL && *names != NULL; names++) {
    HsRole role = hs_role_from_name (*names);

    if (role == HS_ROLE_NONE)
      return fail (error, _ ("there is no role “%s”"), *names);
    *roles |= G_GUINT64_CONSTANT (1) << role;
  }
  return TRUE;
}

static gboolean
take_builds (const HsReleaseOptions *self, HsCatalog *catalog, HsRecipe *recipe, GError **error)
{
  guint64 roles = 0;

  if (!take_roles (self->roles, &roles, error))
    return FALSE;
  if (roles != 0 && self->builds == NULL)
    return fail (error, _ ("--role says what of a build is taken: name the build too"));

  for (char **typed = self->builds; typed != NULL && *typed != NULL; typed++) {
    g_autofree char *id = hs_catalog_resolve_build (catalog, *typed, error);
    g_autoptr (HsBuild) build = id != NULL ? hs_catalog_get_build (catalog, id, error) : NULL;

    if (build == NULL)
      return FALSE;
    hs_recipe_take_build (recipe, build, roles);
  }
  return TRUE;
}

static gboolean
drop_boards (char **boards, HsRecipe *recipe, GError **error)
{
  for (; boards != NULL && *boards != NULL; boards++) {
    const HsRecipeBoard *board = hs_recipe_find_board (recipe, *boards);

    if (board == NULL)
      return fail (error, _ ("the release has no board “%s”"), *boards);
    g_ptr_array_remove (recipe->boards, (gpointer) board);
  }
  return TRUE;
}

static gboolean
take_confirm (const char *confirm, HsRecipe *recipe, GError **error)
{
  HsVersionKind kind = hs_version_kind_from_name (confirm);

  if (confirm == NULL)
    return TRUE;
  recipe->confirm_none = g_str_equal (confirm, "none");
  if (recipe->confirm_none)
    return TRUE;
  if (kind == HS_VERSION_NONE)
    return fail (error, _ ("--confirm is “number”, “text”, “usb” or “none”"));
  recipe->confirm = kind;
  return TRUE;
}

/* --- product numbers --- */

static gboolean
take_range (const char *text, HsRecipe *recipe)
{
  g_auto (GStrv) ends = g_strsplit (text, "-", 2);
  guint64 first = 0, last = 0;

  if (g_strv_length (ends) != 2 ||
      !g_ascii_string_to_unsigned (ends[0], 10, 0, G_MAXINT64, &first, NULL) ||
      !g_ascii_string_to_unsigned (ends[1], 10, 0, G_MAXINT64, &last, NULL))
    return FALSE;
  recipe->first = first;
  recipe->last = last;
  return TRUE;
}

/* "PREFIX:DIGITS[:FIRST-LAST]" */
static gboolean
take_counter (const char *text, HsRecipe *recipe, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 3);
  guint64 digits = 0;

  if (g_strv_length (parts) < 2 ||
      !g_ascii_string_to_unsigned (parts[1], 10, 1, 18, &digits, NULL) ||
      (parts[2] != NULL && !take_range (parts[2], recipe)))
    return fail (error, _ ("a counter is counter:PREFIX:DIGITS[:FIRST-LAST], 18 digits at most"));

  set_text (&recipe->prefix, parts[0]);
  recipe->digits = digits;
  if (parts[2] == NULL) {
    recipe->first = 1;
    recipe->last = 0;
    for (guint i = 0; i < digits; i++)
      recipe->last = recipe->last * 10 + 9;
  }
  return TRUE;
}

static gboolean
take_list (const char *path, HsCatalog *catalog, HsRecipe *recipe, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_auto (GStrv) lines = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return FALSE;
  bytes = g_bytes_new_take (g_steal_pointer (&text), length);
  g_clear_pointer (&recipe->list_sha256, g_free);
  if (!hs_catalog_put_blob (catalog, bytes, &recipe->list_sha256, error))
    return FALSE;

  lines = hs_recipe_split_list (bytes);
  recipe->first = 1;
  recipe->last = g_strv_length (lines);
  return TRUE;
}

static void
reset_numbers (HsRecipe *recipe, HsNumberRule rule)
{
  recipe->rule = rule;
  set_text (&recipe->prefix, "");
  set_text (&recipe->suffix, "");
  recipe->digits = 0;
  recipe->first = 0;
  recipe->last = 0;
  g_clear_pointer (&recipe->list_sha256, g_free);
}

static gboolean
take_serial (const char *serial, HsCatalog *catalog, HsRecipe *recipe, GError **error)
{
  g_auto (GStrv) parts = NULL;
  HsNumberRule rule;

  if (serial == NULL)
    return TRUE;

  parts = g_strsplit (serial, ":", 2);
  rule = hs_number_rule_from_name (parts[0]);
  if (rule == HS_NUMBER_NONE && !g_str_equal (serial, "none"))
    return fail (error, _ ("--serial is counter:…, list:FILE, scan[:PREFIX], chip or none"));
  if ((rule == HS_NUMBER_COUNTER || rule == HS_NUMBER_LIST) && parts[1] == NULL)
    return fail (error, _ ("--serial %s needs more behind a colon"), parts[0]);

  reset_numbers (recipe, rule);
  if (rule == HS_NUMBER_COUNTER)
    return take_counter (parts[1], recipe, error);
  if (rule == HS_NUMBER_LIST)
    return take_list (parts[1], catalog, recipe, error);
  if (rule == HS_NUMBER_SCAN)
    set_text (&recipe->prefix, parts[1]);
  return TRUE;
}

/* --- files for the camera's drive --- */

static gboolean
drop_files (char **paths, HsRecipe *recipe)
{
  for (; paths != NULL && *paths != NULL; paths++)
    for (guint i = 0; i < recipe->files->len; i++) {
      const HsRecipeFile *file = g_ptr_array_index (recipe->files, i);

      if (g_str_equal (file->path, *paths))
        g_ptr_array_remove_index (recipe->files, i--);
    }
  return TRUE;
}

/* "PATH=template:TEXT", "PATH=@FILE", "PATH=folder:NAME[/FILE]", "PATH=command:NAME" */
static gboolean
take_file (const char *spec, HsRecipe *recipe, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (spec, "=", 2);
  char *same[] = { parts[0], NULL };
  g_autofree char *text = NULL;
  g_auto (GStrv) how = NULL;
  HsFileSource source;
  char *slash;

  if (g_strv_length (parts) != 2 || *parts[0] == '\0')
    return fail (error,
                 _ ("--file is PATH=template:TEXT, PATH=@FILE, PATH=folder:NAME[/FILE] or "
                    "PATH=command:NAME"));
  drop_files (same, recipe);
  if (*parts[1] == '@') {
    if (!g_file_get_contents (parts[1] + 1, &text, NULL, error))
      return FALSE;
    hs_recipe_add_file (recipe, parts[0], HS_FILE_TEMPLATE, text, NULL);
    return TRUE;
  }

  how = g_strsplit (parts[1], ":", 2);
  if (how[0] == NULL || how[1] == NULL || !hs_file_source_from_name (how[0], &source))
    return fail (error, _ ("“%s” says not where the file comes from"), spec);
  slash = source == HS_FILE_FOLDER ? strchr (how[1], '/') : NULL;
  if (slash != NULL)
    *slash = '\0';
  hs_recipe_add_file (recipe, parts[0], source, how[1], slash != NULL ? slash + 1 : NULL);
  return TRUE;
}

static gboolean
take_files (char **specs, HsRecipe *recipe, GError **error)
{
  for (; specs != NULL && *specs != NULL; specs++)
    if (!take_file (*specs, recipe, error))
      return FALSE;
  return TRUE;
}

/* "CODE=TEXT"; an empty text takes it away. */
static gboolean
take_reasons (char **reasons, HsRecipe *recipe, GError **error)
{
  for (; reasons != NULL && *reasons != NULL; reasons++) {
    g_auto (GStrv) parts = g_strsplit (*reasons, "=", 2);

    if (g_strv_length (parts) != 2 || *parts[0] == '\0')
      return fail (error, _ ("--reason is CODE=TEXT"));
    if (*parts[1] == '\0')
      g_hash_table_remove (recipe->reasons, parts[0]);
    else
      g_hash_table_insert (recipe->reasons, g_strdup (parts[0]), g_strdup (parts[1]));
  }
  return TRUE;
}

static gboolean
check_flags (const HsReleaseOptions *self, GError **error)
{
  if (self->erase && self->keep)
    return fail (error, _ ("--erase-filesystem and --keep-filesystem exclude each other"));
  if (self->allow_unproven && self->refuse_unproven)
    return fail (error, _ ("--allow-unproven and --refuse-unproven exclude each other"));
  return TRUE;
}

gboolean
hs_release_options_apply (const HsReleaseOptions *self,
                          HsCatalog *catalog,
                          HsRecipe *recipe,
                          GError **error)
{
  if (!check_flags (self, error) || !drop_boards (self->drop_boards, recipe, error) ||
      !take_builds (self, catalog, recipe, error) || !take_confirm (self->confirm, recipe, error) ||
      !take_serial (self->serial, catalog, recipe, error) ||
      !drop_files (self->drop_files, recipe) || !take_files (self->files, recipe, error) ||
      !take_reasons (self->reasons, recipe, error))
    return FALSE;

  /* A series that was the name stays the name. */
  if (self->new_name != NULL && g_strcmp0 (recipe->series, recipe->name) == 0)
    g_clear_pointer (&recipe->series, g_free);
  set_text (&recipe->name, self->new_name);
  set_text (&recipe->version, self->new_version);
  set_text (&recipe->series, self->series);
  set_text (&recipe->notes, self->notes);
  if (self->erase || self->keep)
    recipe->erase_filesystem = self->erase;
  if (self->allow_unproven || self->refuse_unproven)
    recipe->allow_unproven = self->allow_unproven;
  return TRUE;
}
