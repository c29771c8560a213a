/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/cli/guide-walk.h"
#include "app/cli/jobs.h"

/* On which port the camera is that a guide is about. */

char *
hs_cli_resolve_port (HsCli *cli, const char *typed)
{
  GListModel *slots = hs_session_get_slots (cli->session);

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);

    if (g_strcmp0 (hs_slot_get_name (slot), typed) == 0)
      return g_strdup (hs_slot_get_port (slot));
  }
  return g_strdup (typed);
}

char *
hs_cli_find_port_of (HsCli *cli, const HsBoard *board, const char *unit, gboolean running)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (cli->session));
  char *port = NULL;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (monitor); i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);
    HsUsbInfo *info = hs_device_get_info (device);
    HsMode mode = hs_board_get_mode (board, info->vid, info->pid);
    gboolean suggested = FALSE;
    g_autofree char *known = hs_cli_unit_of (cli, device, &suggested);

    if (!hs_device_get_attached (device) || mode == HS_MODE_UNKNOWN)
      continue;
    if (unit != NULL && known != NULL && !suggested && g_str_equal (known, unit)) {
      g_free (port);
      return g_strdup (hs_device_get_port (device));
    }
    if (mode == HS_MODE_APP && !running)
      continue;
    g_free (port);
    port = g_strdup (hs_device_get_port (device));
    n++;
  }
  if (n > 1)
    g_clear_pointer (&port, g_free);
  return port;
}
