/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One of the window's places: the table in places.c is all there is to add for a new one. */
typedef struct {
  const char *id;
  const char *title; /* N_()-marked */
  const char *icon_name;
  GtkWidget *(*new_page) (HsSession *session);
  void (*entered) (GtkWidget *page);                /* nullable; it became visible */
  void (*search) (GtkWidget *page);                 /* nullable; Ctrl+F */
  void (*reveal) (GtkWidget *page, const char *id); /* nullable; selects a unit or a build */
  void (*jump) (GtkWidget *page);                   /* nullable; Ctrl+G: asks for a day */
} HsPlace;

guint hs_place_count (void);
const HsPlace *hs_place_nth (guint n);
const HsPlace *hs_place_by_id (const char *id);

G_END_DECLS
