/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/equivalent.h"

#include "flash/method.h"

/* (nullable): the artifact that goes into the partition of @role, if it is among @roles. */
static const HsArtifact *
find_artifact (const HsBoard *board, HsBuild *build, guint64 roles, HsRole role)
{
  const HsPartition *partition = hs_board_find (board, role);

  if (partition == NULL || (partition->flags & HS_PARTITION_NEVER) ||
      (roles != 0 && !(roles & (G_GUINT64_CONSTANT (1) << role))))
    return NULL;
  return hs_build_find_artifact (build, hs_role_name (role));
}

static HsRole
find_last (const HsBoard *board, HsBuild *build, guint64 roles)
{
  HsRole last = HS_ROLE_NONE;

  for (const HsRole *role = board->flash_order; *role != HS_ROLE_NONE; role++)
    if (find_artifact (board, build, roles, *role) != NULL)
      last = *role;
  return last;
}

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
  HsRole last;

  g_return_val_if_fail (board != NULL, NULL);
  g_return_val_if_fail (HS_IS_BUILD (build), NULL);

  if (board->method == NULL || board->method->describe == NULL || board->flash_order == NULL)
    return NULL;

  last = find_last (board, build, roles);
  for (const HsRole *role = board->flash_order; *role != HS_ROLE_NONE; role++) {
    const HsArtifact *artifact = find_artifact (board, build, roles, *role);
    const HsMethod *method = board->method;
    g_autofree char *line = NULL;

    if (artifact == NULL)
      continue;
    if (*role == last && method->describe_last != NULL)
      line = method->describe_last (board, hs_board_find (board, *role), serial, artifact->file);
    else
      line = method->describe (board, hs_board_find (board, *role), serial, artifact->file);
    if (line == NULL)
      continue;
    if (lines->len > 0)
      g_string_append_c (lines, '\n');
    g_string_append (lines, line);
  }
  return lines->len > 0 ? g_string_free (g_steal_pointer (&lines), FALSE) : NULL;
}
