/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/romfs-places.h"

#include "app/explain.h"
#include "app/slot.h"
#include "ui/piece.h"

#include <glib/gi18n-lib.h>

static const HsRole roles[] = { HS_ROLE_ROMFS0, HS_ROLE_ROMFS1 };

static void
add_place (GPtrArray *places, const HsBoard *board, guint core, guint64 size)
{
  HsRomfsPlace *place = g_new0 (HsRomfsPlace, 1);

  place->board = board;
  place->core = core;
  place->size = size;
  g_ptr_array_add (places, place);
}

GPtrArray *
hs_romfs_places_new (void)
{
  GPtrArray *places = g_ptr_array_new_with_free_func (g_free);
  const HsBoard *board;

  add_place (places, NULL, 0, 0);
  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    for (guint core = 0; core < G_N_ELEMENTS (roles); core++) {
      const HsPartition *partition = hs_board_find (board, roles[core]);

      if (partition != NULL)
        add_place (places, board, core, partition->size);
    }
  return places;
}

/* "OpenMV Cam H7 · 128 KB" */
static char *
title_of (const HsRomfsPlace *place)
{
  g_autofree char *size = hs_format_size (place->size);

  if (place->board == NULL)
    return g_strdup (_ ("No board"));
  if (hs_board_find (place->board, HS_ROLE_ROMFS1) == NULL)
    return g_strdup_printf ("%s · %s", _ (place->board->name), size);
  return g_strdup_printf ("%s · romfs%u · %s", _ (place->board->name), place->core, size);
}

void
hs_romfs_places_fill (GtkDropDown *boards, GPtrArray *places)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  for (guint i = 0; i < places->len; i++) {
    g_autofree char *title = title_of (g_ptr_array_index (places, i));

    gtk_string_list_append (names, title);
  }
  hs_piece_let_type (boards);
  gtk_drop_down_set_model (boards, G_LIST_MODEL (names));
}

void
hs_romfs_places_choose (GtkDropDown *boards, GPtrArray *places, const HsBoard *board, guint core)
{
  for (guint i = 0; i < places->len; i++) {
    const HsRomfsPlace *place = g_ptr_array_index (places, i);

    if (place->board == board && place->core == core) {
      gtk_drop_down_set_selected (boards, i);
      return;
    }
  }
}

static void
add_camera (GMenu *cameras, HsSlot *slot, guint core)
{
  const HsBoard *board = hs_slot_get_board (slot);
  gboolean two = hs_board_find (board, HS_ROLE_ROMFS1) != NULL;
  g_autofree char *label =
      two ? g_strdup_printf (
                _ ("Read romfs%u of %s, %s"), core, hs_slot_get_name (slot), _ (board->name))
          : g_strdup_printf (_ ("Read From %s, %s"), hs_slot_get_name (slot), _ (board->name));
  g_autofree char *what = g_strdup_printf ("%s%s", hs_slot_get_port (slot), core > 0 ? "|1" : "");
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, "romfs.read", "s", what);
  g_menu_append_item (cameras, item);
}

GMenu *
hs_romfs_places_menu (GMenuModel *sources, HsSession *session)
{
  GListModel *slots = hs_session_get_slots (session);
  g_autoptr (GMenu) cameras = g_menu_new ();
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);
    const HsBoard *board = hs_slot_get_board (slot);

    for (guint core = 0; core < G_N_ELEMENTS (roles); core++)
      if (board != NULL && hs_slot_get_device (slot) != NULL &&
          hs_board_find (board, roles[core]) != NULL)
        add_camera (cameras, slot, core);
  }
  g_menu_append_section (menu, NULL, sources);
  if (g_menu_model_get_n_items (G_MENU_MODEL (cameras)) > 0)
    g_menu_append_section (menu, _ ("Cameras"), G_MENU_MODEL (cameras));
  return menu;
}

GStrv
hs_romfs_dup_paths (GListModel *files)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; i < g_list_model_get_n_items (files); i++) {
    g_autoptr (GFile) file = g_list_model_get_item (files, i);
    g_autofree char *path = g_file_get_path (file);

    if (path != NULL)
      g_strv_builder_add (paths, path);
  }
  return g_strv_builder_end (paths);
}
