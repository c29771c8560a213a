/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/operation.h"

#include "app/step.h"
#include "ui/flash-choice.h"
#include "ui/flash-result-page.h"
#include "ui/format.h"

#include <glib/gi18n-lib.h>

/* clang-format off */
static const struct {
  const char *what;
  gboolean needs_build;
  gboolean is_for_one;
  gboolean writes;
  HsOperation proof;
  const char *window_title;
} operations[] = {
  { "flash",       TRUE,  FALSE, TRUE,  HS_OPERATION_FLASH, N_("Flash") },
  { "erase",       FALSE, FALSE, TRUE,  HS_OPERATION_ERASE, N_("Erase Filesystem") },
  { "reset-romfs", TRUE,  FALSE, TRUE,  HS_OPERATION_FLASH, N_("Reset ROMFS") },
  { "compare",     TRUE,  FALSE, FALSE, HS_OPERATION_READ,  N_("Compare") },
  { "read",        FALSE, TRUE,  FALSE, HS_OPERATION_READ,  N_("Read Partition") },
  { "dry-run",     TRUE,  FALSE, FALSE, HS_OPERATION_READ,  N_("Dry Run") },
};
/* clang-format on */

static guint
find (const char *what)
{
  for (guint i = 0; i < G_N_ELEMENTS (operations); i++)
    if (g_str_equal (operations[i].what, what))
      return i;
  return 0;
}

static gboolean
is (const char *what, const char *other)
{
  return g_str_equal (what, other);
}

gboolean
hs_operation_needs_build (const char *what)
{
  return operations[find (what)].needs_build;
}

gboolean
hs_operation_is_for_one (const char *what)
{
  return operations[find (what)].is_for_one;
}

gboolean
hs_operation_writes (const char *what)
{
  return operations[find (what)].writes;
}

HsOperation
hs_operation_proof (const char *what)
{
  return operations[find (what)].proof;
}

const char *
hs_operation_window_title (const char *what)
{
  return _ (operations[find (what)].window_title);
}

/* -- what a board and a build have ------------------------------------------------------------ */

static gboolean
is_romfs (HsRole role)
{
  return role == HS_ROLE_ROMFS0 || role == HS_ROLE_ROMFS1;
}

/**
 * hs_operation_roles:
 * @what: an operation
 * @build: (nullable): what is written or compared
 * @board: a board
 *
 * Returns: bits 1 << #HsRole of what it concerns, of all that the build has; 0: nothing of a build
 */
guint64
hs_operation_roles (const char *what, HsBuild *build, const HsBoard *board)
{
  guint64 roles = build != NULL ? hs_flash_default_roles (build, board) : 0;
  guint64 romfs = G_GUINT64_CONSTANT (1) << HS_ROLE_ROMFS0 | G_GUINT64_CONSTANT (1)
                                                                 << HS_ROLE_ROMFS1;

  return is (what, "reset-romfs") ? roles & romfs : roles;
}

static gboolean
has_romfs (const HsBoard *board)
{
  for (guint i = 0; i < board->n_partitions; i++)
    if (is_romfs (board->partitions[i].role) &&
        (board->partitions[i].flags & HS_PARTITION_WRITABLE) &&
        !(board->partitions[i].flags & HS_PARTITION_NEVER))
      return TRUE;
  return FALSE;
}

char *
hs_operation_why_not (const char *what, const HsBoard *board, HsBuild *build)
{
  if (is (what, "erase")) {
    g_autoptr (GPtrArray) regions = hs_erase_regions (board);

    return regions->len == 0 ? g_strdup (_ ("Its filesystem can’t be erased from here.")) : NULL;
  }
  if (!is (what, "reset-romfs"))
    return NULL;
  if (!has_romfs (board))
    return g_strdup (_ ("It has no ROMFS partition."));
  if (build != NULL && hs_operation_roles (what, build, board) == 0)
    /* Translators: name of a build */
    return g_strdup_printf (_ ("%s has no ROMFS image."), hs_build_get_name (build));
  return NULL;
}

/* -- words ------------------------------------------------------------------------------------ */

/* @name: of the build or release; not used where none is needed. */
char *
hs_operation_title (const char *what, guint n, const char *name)
{
  if (is (what, "erase"))
    return g_strdup_printf (
        ngettext ("Erase the filesystem of %u camera", "Erase the filesystems of %u cameras", n),
        n);
  if (is (what, "reset-romfs"))
    /* Translators: how many cameras, and the name of a build */
    return g_strdup_printf (
        ngettext ("Reset ROMFS of %u camera to %s", "Reset ROMFS of %u cameras to %s", n), n, name);
  if (is (what, "compare"))
    /* Translators: how many cameras, and the name of a build */
    return g_strdup_printf (
        ngettext ("Compare %u camera with %s", "Compare %u cameras with %s", n), n, name);
  if (is (what, "read"))
    return g_strdup (_ ("Read a partition"));
  return hs_flash_title (n, name);
}

char *
hs_operation_verb (const char *what, guint n, const HsRequestOptions *options)
{
  if (is (what, "erase"))
    return g_strdup_printf (
        options->overwrite ? ngettext ("_Overwrite %u Filesystem", "_Overwrite %u Filesystems", n)
                           : ngettext ("_Erase %u Filesystem", "_Erase %u Filesystems", n),
        n);
  if (is (what, "reset-romfs"))
    return g_strdup_printf (ngettext ("_Reset ROMFS of %u Camera", "_Reset ROMFS of %u Cameras", n),
                            n);
  if (is (what, "compare"))
    return g_strdup_printf (ngettext ("_Compare %u Camera", "_Compare %u Cameras", n), n);
  if (is (what, "read"))
    return g_strdup (_ ("_Read"));
  return hs_flash_verb (n, options);
}

/* Something on the cameras goes that nobody else has: the verb is red. */
gboolean
hs_operation_loses (const char *what, const HsRequestOptions *options)
{
  if (is (what, "flash"))
    return hs_flash_loses_something (options);
  return hs_operation_writes (what);
}

char *
hs_operation_loss (const char *what, guint n, const HsRequestOptions *options)
{
  if (is (what, "flash"))
    return hs_flash_loss (n, options);
  if (is (what, "reset-romfs"))
    return n == 1
               ? g_strdup (_ ("What is in its ROMFS is replaced."))
               : g_strdup_printf (ngettext ("What is in the ROMFS of %u camera is replaced.",
                                            "What is in the ROMFS of all %u cameras is replaced.",
                                            n),
                                  n);
  if (is (what, "erase")) {
    const HsRequestOptions erasing = { .erase_filesystem = TRUE };

    return hs_flash_loss (n, &erasing);
  }
  return NULL;
}

const char *
hs_operation_loss_detail (const char *what, const HsRequestOptions *options)
{
  if (is (what, "reset-romfs"))
    return _ ("Own models and files in it are lost; the build’s stock image takes their place.");
  if (is (what, "erase") && options->overwrite && options->file != NULL)
    return _ ("Every byte is overwritten. What is there now is saved to a file first.");
  if (is (what, "erase") && options->overwrite)
    return _ ("Every byte is overwritten: nothing can be brought back. No copy is kept.");
  if (is (what, "erase") && options->file != NULL)
    return _ ("A re-format, not a wipe: most old bytes stay in the flash until they are written "
              "over. What is there now is saved to a file first.");
  if (is (what, "erase"))
    return _ ("Scripts, settings and logs are lost. A re-format, not a wipe: most old bytes stay "
              "in the flash until they are written over.");
  return _ ("Scripts, settings and logs on them are lost. No copy is kept.");
}

char *
hs_operation_running (const char *what, guint n)
{
  if (is (what, "erase"))
    return g_strdup_printf (ngettext ("Erasing %u filesystem", "Erasing %u filesystems", n), n);
  if (is (what, "reset-romfs"))
    return g_strdup_printf (
        ngettext ("Resetting ROMFS of %u camera", "Resetting ROMFS of %u cameras", n), n);
  if (is (what, "compare"))
    return g_strdup_printf (ngettext ("Comparing %u camera", "Comparing %u cameras", n), n);
  if (is (what, "read"))
    return g_strdup_printf (ngettext ("Reading %u camera", "Reading %u cameras", n), n);
  if (is (what, "dry-run"))
    return g_strdup_printf (ngettext ("Trying it on %u camera", "Trying it on %u cameras", n), n);
  return g_strdup_printf (ngettext ("Flashing %u camera", "Flashing %u cameras", n), n);
}

/* "All 3 cameras hold it"; of one camera as a sentence of its own. */
static char *
result_of_compare (guint n_equal, guint n)
{
  if (n == 1)
    return g_strdup (n_equal == 1 ? _ ("The camera holds exactly this")
                                  : _ ("The camera does not hold this"));
  if (n_equal == n)
    return g_strdup_printf (
        ngettext ("%u camera holds exactly this", "All %u cameras hold exactly this", n), n);
  return g_strdup_printf (
      ngettext ("%u of %u camera holds exactly this", "%u of %u cameras hold exactly this", n),
      n_equal,
      n);
}

char *
hs_operation_result (const char *what, guint n_passed, guint n)
{
  if (is (what, "compare"))
    return result_of_compare (n_passed, n);
  if (n_passed < n)
    return hs_flash_result_title (n_passed, n);
  if (is (what, "erase"))
    return g_strdup_printf (ngettext ("The filesystem is erased", "%u filesystems are erased", n),
                            n);
  if (is (what, "reset-romfs"))
    return g_strdup_printf (ngettext ("ROMFS is reset", "ROMFS of %u cameras is reset", n), n);
  if (is (what, "read"))
    return g_strdup (_ ("The partition is read"));
  if (is (what, "dry-run"))
    return g_strdup (_ ("Nothing was written"));
  return hs_flash_result_title (n_passed, n);
}

/**
 * hs_operation_why_written:
 * @what: an operation
 * @all: what is expected of it for one camera
 * @options: how
 *
 * Returns: (transfer full): how much of the camera it concerns, and why
 */
char *
hs_operation_why_written (const char *what, const HsEstimate *all, const HsRequestOptions *options)
{
  if (is (what, "erase"))
    return g_strdup (options->overwrite ? _ ("every byte of it")
                                        : _ ("formatted anew at its start"));
  if (!hs_operation_writes (what))
    return g_strdup (_ ("read only"));
  switch (all->why) {
  case HS_WRITE_ALL_ASKED:
    return g_strdup (_ ("all of it, as asked"));
  case HS_WRITE_ALL_TORN:
    return g_strdup (_ ("all: what is there is not known"));
  case HS_WRITE_ALL_UNREAD:
    return g_strdup (_ ("all: it can’t be read back"));
  case HS_WRITE_DIFFERING:
    break;
  }
  if (!all->known)
    return g_strdup (_ ("only what differs"));
  if (all->n_differ == 0)
    return g_strdup (_ ("nothing differs"));
  /* Translators: erase units: "3 of 29 sectors differ" */
  return g_strdup_printf (
      ngettext ("%u of %u sector differs", "%u of %u sectors differ", all->n_units),
      all->n_differ,
      all->n_units);
}
