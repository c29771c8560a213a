/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/resolve.h"

#include "app/app-error.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>

/* What a person can ask for, step by step. */
static const struct {
  const char *what;
  const HsStepClass *steps[5]; /* none: made from the parts below */
} recipes[] = {
  { "flash", { NULL } },
  { "reset-romfs", { NULL } },
  { "compare", { NULL } },
  { "dry-run", { NULL } },
  { "restore-bootloader", { NULL } },
  { "deploy", { NULL } },
  { "erase", { &hs_step_enter, &hs_step_admit, &hs_step_erase, &hs_step_leave } },
  { "read", { &hs_step_enter, &hs_step_read, &hs_step_leave } },
  { "identify", { &hs_step_enter, &hs_step_identify, &hs_step_leave } },
  { "read-build", { &hs_step_enter, &hs_step_save, &hs_step_leave } },
  { "probe", { &hs_step_probe } },
  { "audit", { &hs_step_audit } },
  { "protect", { &hs_step_protect } },
  { "unprotect", { &hs_step_unprotect } },
  { "observe-protection", { &hs_step_observe } },
  { "enter", { &hs_step_enter } },
  { "leave", { &hs_step_enter, &hs_step_leave } },
  { "restart", { &hs_step_enter, &hs_step_leave } },
};

/* What is asked for, or what a dry run is a dry run of. */
static const char *
get_wish (HsWork *work)
{
  if (!g_str_equal (work->what, "dry-run"))
    return work->what;
  return work->options.of != NULL ? work->options.of : "flash";
}

gboolean
hs_what_is_known (const char *what)
{
  for (guint i = 0; i < G_N_ELEMENTS (recipes); i++)
    if (g_str_equal (recipes[i].what, what))
      return TRUE;
  return FALSE;
}

static gboolean
is_flashed (const HsBoard *board, HsRole role)
{
  for (const HsRole *at = board->flash_order; at != NULL && *at != HS_ROLE_NONE; at++)
    if (*at == role)
      return TRUE;
  return FALSE;
}

/* A role that was asked for by name but is never written in the everyday path. */
static gboolean
check_roles (HsWork *work, GError **error)
{
  for (guint role = 1; role < HS_N_ROLES; role++) {
    const HsPartition *partition = hs_board_find (work->board, role);

    if (!(work->options.roles & (1ull << role)))
      continue;
    if (partition != NULL && (partition->flags & HS_PARTITION_NEVER)) {
      g_set_error (error,
                   HS_FLASH_ERROR,
                   HS_FLASH_ERROR_FORBIDDEN,
                   _ ("%s is never written when flashing: a mistake there makes the camera "
                      "unbootable. Nothing was written."),
                   partition->name);
      return FALSE;
    }
    if (partition == NULL || !is_flashed (work->board, role)) {
      g_set_error (error,
                   HS_FLASH_ERROR,
                   HS_FLASH_ERROR_WRONG_ROLE,
                   _ ("%s has no partition that takes %s when flashing. Nothing was written."),
                   _ (work->board->name),
                   hs_role_name (role));
      return FALSE;
    }
    if (hs_build_find_artifact (work->options.build, hs_role_name (role)) == NULL) {
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_NO_BUILD,
                   _ ("The build has no %s. Nothing was written."),
                   hs_role_name (role));
      return FALSE;
    }
  }
  return TRUE;
}

/* @artifact becomes a part of the work; its image is opened if @load. */
gboolean
hs_resolve_add_part (HsWork *work,
                     HsRole role,
                     const HsArtifact *artifact,
                     gboolean load,
                     GError **error)
{
  HsJobPart part = { .role = role,
                     .partition = hs_board_find (work->board, role),
                     .sha256_file = g_strdup (artifact->sha256),
                     .length = artifact->size,
                     .failed_at = G_MAXUINT64 };
  g_autoptr (GError) local = NULL;
  guint64 size;
  int fd;

  hs_work_lock (work);
  g_array_append_val (work->parts, part);
  hs_work_unlock (work);
  if (!load)
    return TRUE;

  fd = hs_catalog_open_blob (work->catalog, artifact->sha256, &size, &local);
  if (fd < 0) {
    g_set_error (error,
                 local->domain,
                 local->code,
                 g_error_matches (local, HS_STORE_ERROR, HS_STORE_ERROR_ALTERED)
                     ? _ ("%s has changed since it was imported. Nothing was written.")
                     : _ ("%s can't be read from the catalog. Nothing was written. "
                          "Import the build again."),
                 artifact->file);
    return FALSE;
  }
  g_ptr_array_add (work->images, hs_source_new_file (fd, size));
  if (size == artifact->size)
    return TRUE;

  g_set_error (error,
               HS_STORE_ERROR,
               HS_STORE_ERROR_ALTERED,
               _ ("The catalog gives %s another size than it has. Nothing was written."),
               artifact->file);
  return FALSE;
}

/* --- a release decides all that its recipe names --- */

static char *
list_boards (const HsRecipe *recipe)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < recipe->boards->len; i++) {
    const HsRecipeBoard *board = g_ptr_array_index (recipe->boards, i);

    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", board->board);
  }
  return g_strdup (text->str);
}

static gboolean
refuse_board (HsWork *work, const HsRecipe *recipe, GError **error)
{
  g_autofree char *boards = list_boards (recipe);

  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_BOARD,
               /* Translators: name and version of a release, board, board */
               _ ("Release %s %s is for %s, the camera is %s. Nothing was written."),
               recipe->name,
               recipe->version,
               boards,
               work->board->id);
  return FALSE;
}

/* The build is only named in records and shown: its images are named by the recipe. */
static void
find_build (HsWork *work, const HsRecipeBoard *board)
{
  HsBuild *build = hs_catalog_get_build (work->catalog, board->build, NULL);

  hs_work_lock (work);
  g_clear_object (&work->options.build);
  work->options.build = build;
  hs_work_unlock (work);
}

static gboolean
take_recipe (HsWork *work, gboolean load, GError **error)
{
  g_autoptr (HsRecipe) recipe =
      hs_recipe_parse (hs_release_get_recipe (work->options.release), error);
  const HsRecipeBoard *board;

  if (recipe == NULL)
    return FALSE;

  board = hs_recipe_find_board (recipe, work->board->id);
  if (board == NULL)
    return refuse_board (work, recipe, error);
  if (load)
    find_build (work, board);

  work->options.roles = 0;
  work->options.leave_held = FALSE;
  work->options.erase_filesystem = recipe->erase_filesystem;
  work->options.confirm = recipe->confirm;
  work->options.confirm_none = recipe->confirm_none;
  work->recipe = g_steal_pointer (&recipe);
  return TRUE;
}

static const HsRecipeArtifact *
find_artifact (const HsRecipeBoard *board, HsRole role)
{
  for (guint i = 0; i < board->artifacts->len; i++) {
    const HsRecipeArtifact *artifact = g_ptr_array_index (board->artifacts, i);

    if (g_strcmp0 (artifact->role, hs_role_name (role)) == 0)
      return artifact;
  }
  return NULL;
}

/* Every artifact of the recipe, or none: a camera never gets a part of a release. */
static gboolean
add_release_parts (HsWork *work, gboolean load, GError **error)
{
  const HsRecipeBoard *board = hs_work_get_recipe_board (work);

  for (const HsRole *role = work->board->flash_order; role != NULL && *role != HS_ROLE_NONE;
       role++) {
    const HsRecipeArtifact *named = find_artifact (board, *role);

    if (named != NULL) {
      const HsArtifact artifact = { named->role, named->file, named->size, named->sha256 };

      if (!hs_resolve_add_part (work, *role, &artifact, load, error))
        return FALSE;
    }
  }

  if (work->method == NULL || (work->parts->len == board->artifacts->len && work->parts->len > 0))
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_ROLE,
               _ ("The release names something that %s does not take when flashing. Nothing was "
                  "written."),
               _ (work->board->name));
  return FALSE;
}

/* --- from a build --- */

/* Whether the build that was chosen is for the camera's board. */
gboolean
hs_resolve_check_board (HsWork *work, GError **error)
{
  HsBuild *build = work->options.build;

  if (build == NULL) {
    g_set_error_literal (
        error, HS_APP_ERROR, HS_APP_ERROR_NO_BUILD, _ ("No build was named. Nothing was written."));
    return FALSE;
  }
  if (g_strcmp0 (hs_build_get_board (build), work->board->id) == 0)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_BOARD,
               _ ("This build is for %s, the camera is %s. Nothing was written."),
               hs_build_get_board (work->options.build),
               work->board->id);
  return FALSE;
}

static gboolean
add_build_parts (HsWork *work, gboolean load, GError **error)
{
  HsBuild *build = work->options.build;

  if (!check_roles (work, error))
    return FALSE;

  for (const HsRole *role = work->board->flash_order; role != NULL && *role != HS_ROLE_NONE;
       role++) {
    const HsArtifact *artifact = hs_build_find_artifact (build, hs_role_name (*role));
    gboolean asked = work->options.roles == 0 || (work->options.roles & (1ull << *role));

    if (artifact != NULL && asked && !hs_resolve_add_part (work, *role, artifact, load, error))
      return FALSE;
  }

  if (work->parts->len > 0 || work->method == NULL)
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NO_BUILD,
               _ ("The build has nothing to write to %s. Nothing was written."),
               _ (work->board->name));
  return FALSE;
}

/* The ROMFS images that the build has, in the order of flashing; its firmware stays out. */
static gboolean
add_romfs_parts (HsWork *work, gboolean load, GError **error)
{
  gboolean has_partition = FALSE;

  for (const HsRole *role = work->board->flash_order; role != NULL && *role != HS_ROLE_NONE;
       role++) {
    const HsArtifact *artifact = hs_build_find_artifact (work->options.build, hs_role_name (*role));

    if (*role != HS_ROLE_ROMFS0 && *role != HS_ROLE_ROMFS1)
      continue;
    has_partition = TRUE;
    if (artifact != NULL && !hs_resolve_add_part (work, *role, artifact, load, error))
      return FALSE;
  }

  if (work->parts->len > 0)
    return TRUE;
  if (!has_partition)
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_UNSUPPORTED,
                 _ ("%s has no ROMFS partition. Nothing was written."),
                 _ (work->board->name));
  else
    g_set_error_literal (error,
                         HS_APP_ERROR,
                         HS_APP_ERROR_NO_BUILD,
                         _ ("The build has no ROMFS image. Nothing was written."));
  return FALSE;
}

static gboolean
resolve_build (HsWork *work, gboolean load, GError **error)
{
  if (!hs_resolve_check_board (work, error))
    return FALSE;
  return g_str_equal (get_wish (work), "reset-romfs") ? add_romfs_parts (work, load, error)
                                                      : add_build_parts (work, load, error);
}

/* --- every byte of what is erased --- */

static char *
dup_digest (HsSource *source, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);

  if (!hs_source_hash (source, 0, hs_source_get_size (source), checksum, error))
    return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}

/* Zeros, as far as the region is its own: what follows may be another partition's as well. */
static gboolean
add_region (HsWork *work, const HsPartition *partition, GError **error)
{
  guint32 size = hs_partition_get_own_size (partition);
  g_autoptr (HsSource) zeros = hs_source_new_fill (0x00, size);
  HsJobPart part = { .role = partition->role,
                     .partition = partition,
                     .sha256_file = dup_digest (zeros, error),
                     .length = size,
                     .failed_at = G_MAXUINT64 };

  if (part.sha256_file == NULL)
    return FALSE;
  hs_work_lock (work);
  g_array_append_val (work->parts, part);
  hs_work_unlock (work);
  g_ptr_array_add (work->images, g_steal_pointer (&zeros));
  return TRUE;
}

static gboolean
resolve_erase (HsWork *work, gboolean load, GError **error)
{
  g_autoptr (GPtrArray) regions = hs_erase_regions (work->board);

  for (guint i = 0; load && work->options.overwrite && i < regions->len; i++)
    if (!add_region (work, g_ptr_array_index (regions, i), error))
      return FALSE;
  /* Overwriting compares nothing first, and so does its dry run. */
  work->options.full = work->options.full || work->options.overwrite;
  return TRUE;
}

/**
 * hs_resolve_parts:
 * @work: work with board and options
 * @load: also read the images and check that they still hash to the catalog's digest
 * @error: %HS_FLASH_ERROR_WRONG_BOARD, %HS_APP_ERROR_BAD_RECIPE, %HS_APP_ERROR_NO_BUILD,
 * %HS_FLASH_ERROR_FORBIDDEN, %HS_FLASH_ERROR_WRONG_ROLE, %HS_FLASH_ERROR_UNSUPPORTED,
 * %HS_STORE_ERROR_ALTERED
 *
 * Resolves which artifact goes to which partition, in the board's documented order; with a release
 * its recipe decides, also on what else @work's options ask for. Blocks on files if @load.
 */
gboolean
hs_resolve_parts (HsWork *work, gboolean load, GError **error)
{
  const char *wish = get_wish (work);

  if (work->board == NULL)
    return TRUE;
  if (g_str_equal (wish, "erase"))
    return resolve_erase (work, load, error);
  if (g_str_equal (wish, "restore-bootloader"))
    return hs_restore_resolve (work, load, error);
  if (g_str_equal (wish, "deploy"))
    return hs_deploy_resolve (work, load, error);
  if (!g_str_equal (wish, "flash") && !g_str_equal (wish, "reset-romfs") &&
      !g_str_equal (wish, "compare"))
    return TRUE;
  if (work->options.release != NULL)
    return take_recipe (work, load, error) && add_release_parts (work, load, error);
  return resolve_build (work, load, error);
}

/**
 * hs_resolve_estimates:
 * @work: work with resolved parts
 * @quick: without opening images: for a run, which will read the camera anyway
 *
 * What to expect of each part. Blocks on the catalog and its files.
 */
void
hs_resolve_estimates (HsWork *work, gboolean quick)
{
  for (guint i = 0; i < work->parts->len; i++) {
    HsJobPart *part = hs_work_part (work, i);
    const HsEstimateQuestion question = {
      .catalog = work->catalog,
      .unit = hs_work_get_unit (work),
      .board = work->board,
      .partition = part->partition,
      .sha256 = part->sha256_file,
      .length = part->length,
      .full = work->options.full,
      .no_read_back = work->no_read_back,
      .quick = quick,
    };
    HsPace pace = hs_estimate_get_pace (work->catalog, work->board, part->role);
    HsEstimate expected;

    hs_estimate_ask (&question, &expected);
    hs_work_lock (work);
    part->pace = pace;
    part->expected = expected;
    hs_work_unlock (work);
  }
}

static void
add_step (GArray *steps, const HsStepClass *class, guint part)
{
  HsStep step = { class, part };

  g_array_append_val (steps, step);
}

static void
add_flash_steps (HsWork *work, GArray *steps)
{
  work->by_drive = hs_step_copy_helps (work, NULL);
  add_step (steps, &hs_step_enter, 0);
  add_step (steps, &hs_step_admit, 0);
  if (work->options.rom_run != NULL)
    add_step (steps, &hs_step_join, 0);
  if (work->options.save_first)
    add_step (steps, &hs_step_save, 0);
  for (guint i = 0; i < work->parts->len; i++) {
    add_step (steps, work->by_drive ? &hs_step_copy : &hs_step_write, i);
    if (!work->by_drive)
      add_step (steps, &hs_step_verify, i);
  }
  if (work->options.erase_filesystem)
    add_step (steps, &hs_step_erase, 0);
  if (work->options.leave_held)
    return;
  add_step (steps, &hs_step_leave, 0);
  if (work->recipe != NULL && work->recipe->files->len > 0)
    add_step (steps, &hs_step_files, 0);
  if (!work->options.confirm_none)
    add_step (steps, &hs_step_confirm, 0);
}

/* Proof as in flashing; its firmware may be of another build, so its version says nothing. */
static void
add_romfs_steps (HsWork *work, GArray *steps)
{
  add_step (steps, &hs_step_enter, 0);
  add_step (steps, &hs_step_admit, 0);
  for (guint i = 0; i < work->parts->len; i++) {
    add_step (steps, &hs_step_write, i);
    add_step (steps, &hs_step_verify, i);
  }
  add_step (steps, &hs_step_leave, 0);
}

/* Who it is is learned before, what it holds is read after the probe has written it. */
static void
add_deploy_steps (HsWork *work, GArray *steps)
{
  add_step (steps, &hs_step_enter, 0);
  add_step (steps, &hs_step_admit, 0);
  add_step (steps, &hs_step_tool_deploy, 0);
  add_step (steps, &hs_step_enter, 0);
  for (guint i = 0; i < work->parts->len; i++)
    add_step (steps, &hs_step_verify, i);
  add_step (steps, &hs_step_leave, 0);
  add_step (steps, &hs_step_confirm, 0);
}

/* Reads only: to compare, or for a dry run of what is wished. */
static void
add_reading_steps (HsWork *work, GArray *steps)
{
  gboolean dry_run = g_str_equal (work->what, "dry-run");
  gboolean erases = work->options.erase_filesystem || g_str_equal (get_wish (work), "erase");

  add_step (steps, &hs_step_enter, 0);
  if (dry_run)
    add_step (steps, &hs_step_admit, 0);
  for (guint i = 0; i < work->parts->len; i++)
    add_step (steps, &hs_step_compare, i);
  if (dry_run && erases)
    add_step (steps, &hs_step_look_at_filesystem, 0);
  add_step (steps, &hs_step_leave, 0);
}

/**
 * hs_resolve_steps:
 * @work: work with resolved parts
 *
 * Returns: (transfer full) (element-type HsStep): what will be done, in order
 */
GArray *
hs_resolve_steps (HsWork *work)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (HsStep));

  if (g_str_equal (work->what, "flash"))
    add_flash_steps (work, steps);
  else if (g_str_equal (work->what, "reset-romfs"))
    add_romfs_steps (work, steps);
  else if (g_str_equal (work->what, "compare") || g_str_equal (work->what, "dry-run"))
    add_reading_steps (work, steps);
  else if (g_str_equal (work->what, "deploy"))
    add_deploy_steps (work, steps);
  else if (g_str_equal (work->what, "restore-bootloader"))
    hs_restore_add_steps (work, steps);

  for (guint i = 0; i < G_N_ELEMENTS (recipes); i++)
    for (guint n = 0; g_str_equal (recipes[i].what, work->what) &&
                      n < G_N_ELEMENTS (recipes[i].steps) && recipes[i].steps[n] != NULL;
         n++)
      add_step (steps, recipes[i].steps[n], 0);
  return steps;
}

/* Asks every step whether it may run; nothing reaches the camera. */
gboolean
hs_check_steps (HsWork *work, GArray *steps, GError **error)
{
  for (guint i = 0; i < steps->len; i++) {
    const HsStep *step = &g_array_index (steps, HsStep, i);

    if (step->class->check != NULL && !step->class->check (work, step, error))
      return FALSE;
  }
  return TRUE;
}
