/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/equivalent.h"

#include "flash/method.h"

/**
 * hs_equivalent_command:
 * @board: a board
 * @build: what is written
 * @roles: bits 1 << #HsRole; 0: all that the build has for the board
 * @serial: (nullable): what the camera shows in its bootloader
 *
 * Names the call of a public tool that writes the same, one line per artifact in the order in which
 * Hotshoe writes them. For people; Hotshoe itself starts no such tool.
 *
 * Returns: (transfer full) (nullable): shell commands; %NULL if no tool is known
 */
char *
hs_equivalent_command (const HsBoard *board, HsBuild *build, guint64 roles, const char *serial)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  g_return_val_if_fail (board != NULL, NULL);
  g_return_val_if_fail (HS_IS_BUILD (build), NULL);

  if (board->method == NULL || board->method->describe == NULL || board->flash_order == NULL)
    return NULL;

  for (const HsRole *role = board->flash_order; *role != HS_ROLE_NONE; role++) {
    const HsPartition *partition = hs_board_find (board, *role);
    const HsArtifact *artifact = hs_build_find_artifact (build, hs_role_name (*role));
    g_autofree char *line = NULL;

    if (partition == NULL || artifact == NULL || (partition->flags & HS_PARTITION_NEVER) ||
        (roles != 0 && !(roles & (G_GUINT64_CONSTANT (1) << *role))))
      continue;
    line = board->method->describe (board, partition, serial, artifact->file);
    if (line == NULL)
      continue;
    if (lines->len > 0)
      g_string_append_c (lines, '\n');
    g_string_append (lines, line);
  }
  return lines->len > 0 ? g_string_free (g_steal_pointer (&lines), FALSE) : NULL;
}
