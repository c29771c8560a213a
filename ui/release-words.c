/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/release-words.h"

#include <glib/gi18n-lib.h>

/* -- releases -------------------------------------------------------------------------------- */

char *
hs_release_title_of (const char *name, const char *version)
{
  const char *called = name != NULL && *name != '\0' ? name : _ ("no name yet");

  return version != NULL && *version != '\0' ? g_strdup_printf ("%s %s", called, version)
                                             : g_strdup (called);
}

char *
hs_release_dup_title (HsRelease *release)
{
  return hs_release_title_of (hs_release_get_name (release), hs_release_get_version (release));
}

/**
 * hs_release_chip:
 * @release: a release
 * @classes: (out): CSS classes of the chip, separated by blanks
 *
 * Returns: the word for its state
 */
const char *
hs_release_chip (HsRelease *release, const char **classes)
{
  const char *state = hs_release_get_state (release);

  if (g_strcmp0 (state, "withdrawn") == 0) {
    *classes = "bad";
    return _ ("withdrawn");
  }
  if (g_strcmp0 (state, "locked") == 0) {
    *classes = "filled";
    return _ ("locked");
  }
  *classes = "outlined";
  return _ ("draft");
}

/* Each once, in the order of the recipe. */
char *
hs_release_dup_boards (HsRelease *release)
{
  g_autoptr (GPtrArray) boards = g_ptr_array_new ();

  for (guint i = 0; i < hs_release_get_n_artifacts (release); i++) {
    const char *board = hs_release_get_artifact (release, i)->board;

    if (!g_ptr_array_find_with_equal_func (boards, board, g_str_equal, NULL))
      g_ptr_array_add (boards, (gpointer) board);
  }
  g_ptr_array_add (boards, NULL);
  return boards->len > 1 ? g_strjoinv (", ", (char **) boards->pdata) : g_strdup (_ ("no board"));
}

char *
hs_key_short (const char *key)
{
  if (key == NULL || strlen (key) != 64)
    return g_strdup (key != NULL ? key : "");
  return g_strdup_printf ("%.4s %.4s … %s", key, key + 4, key + 60);
}

/* -- recipes --------------------------------------------------------------------------------- */

char *
hs_recipe_say_proof (const HsRecipe *recipe)
{
  if (recipe->confirm_none)
    return g_strdup (_ ("None: bytes read back and id in the bootloader are enough"));
  if (recipe->confirm == HS_VERSION_TEXT)
    return g_strdup (_ ("The full text, asked through the REPL; it stops the program once"));
  if (recipe->confirm == HS_VERSION_NUMBER)
    return g_strdup (_ ("The number"));
  return g_strdup (_ ("It shows up on USB; no version is asked for"));
}

char *
hs_recipe_say_filesystem (const HsRecipe *recipe)
{
  return g_strdup (recipe->erase_filesystem
                       ? _ ("Erased: scripts, settings and logs on the camera are lost")
                       : _ ("Kept"));
}

char *
hs_recipe_say_unproven (const HsRecipe *recipe)
{
  return g_strdup (recipe->allow_unproven
                       ? _ ("May be unproven; it counts as done, never as passed")
                       : _ ("Must be proven"));
}

/* Numbers are unique within it; versions of one release share it. */
const char *
hs_recipe_get_series (const HsRecipe *recipe)
{
  return recipe->series != NULL && *recipe->series != '\0' ? recipe->series : recipe->name;
}

char *
hs_recipe_dup_number (const HsRecipe *recipe, gint64 value)
{
  return g_strdup_printf ("%s%0*" G_GINT64_FORMAT "%s",
                          recipe->prefix != NULL ? recipe->prefix : "",
                          (int) MIN (recipe->digits, 18),
                          value,
                          recipe->suffix != NULL ? recipe->suffix : "");
}

static char *
say_counter (const HsRecipe *recipe)
{
  g_autofree char *first = hs_recipe_dup_number (recipe, recipe->first);
  g_autofree char *last = hs_recipe_dup_number (recipe, recipe->last);

  /* Translators: the first and the last product number: GATE-0001 to GATE-9999 */
  return g_strdup_printf (_ ("Counted: %s to %s"), first, last);
}

char *
hs_recipe_say_serial (const HsRecipe *recipe)
{
  switch (recipe->rule) {
  case HS_NUMBER_COUNTER:
    return say_counter (recipe);
  case HS_NUMBER_LIST:
    return g_strdup_printf (ngettext ("From its list: %u line",
                                      "From its list: %u lines",
                                      (gulong) (recipe->last - recipe->first + 1)),
                            (guint) (recipe->last - recipe->first + 1));
  case HS_NUMBER_SCAN:
    return recipe->prefix != NULL && *recipe->prefix != '\0'
               /* Translators: what a scanned number begins with: GATE- */
               ? g_strdup_printf (_ ("Scanned; begins with %s"), recipe->prefix)
               : g_strdup (_ ("Scanned"));
  case HS_NUMBER_CHIP:
    return g_strdup (_ ("The chip's own id"));
  case HS_NUMBER_NONE:
  default:
    return g_strdup (_ ("None"));
  }
}

char *
hs_recipe_file_say_source (const HsRecipeFile *file)
{
  switch (file->source) {
  case HS_FILE_FOLDER:
    /* Translators: name of a folder on this bench that holds one folder per product number */
    return g_strdup_printf (_ ("from folder %s, by product number"), file->text);
  case HS_FILE_COMMAND:
    /* Translators: name of a program on this bench */
    return g_strdup_printf (_ ("made by command %s"), file->text);
  case HS_FILE_TEMPLATE:
  default:
    return g_strdup (_ ("from a template"));
  }
}

guint64
hs_recipe_board_get_roles (const HsRecipeBoard *board)
{
  guint64 roles = 0;

  for (guint i = 0; i < board->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (board->artifacts, i);

    roles |= G_GUINT64_CONSTANT (1) << hs_role_from_name (artifact->role);
  }
  return roles;
}
