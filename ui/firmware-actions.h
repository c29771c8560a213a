/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Something that is done with one board of a firmware tree; a row of the table in
 * firmware-actions.c, in the order in which people are offered them. */
typedef struct {
  const char *id;
  const char *title;   /* N_()-marked */
  const char *tooltip; /* N_()-marked */
  void (*open) (HsSession *session, GtkWindow *parent, const char *tree, const char *target);
} HsFirmwareAction;

guint hs_firmware_action_count (void);
const HsFirmwareAction *hs_firmware_action_nth (guint n);
const HsFirmwareAction *hs_firmware_action_find (const char *id);

G_END_DECLS
