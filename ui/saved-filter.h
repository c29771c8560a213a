/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A search with its filters, under a name. */
typedef struct {
  char *name;
  char *text;
  char **states;
  char **boards;
  gboolean changed_outside;
  gboolean mixed;
} HsSavedFilter;

HsSavedFilter *hs_saved_filter_new (const char *name,
                                    const char *text,
                                    const char *const *states,
                                    const char *const *boards,
                                    gboolean changed_outside,
                                    gboolean mixed);
void hs_saved_filter_free (HsSavedFilter *self);

/* As the settings keep them, sorted by name; without settings there are none. */
GPtrArray *hs_saved_filters_load (GSettings *settings);
void hs_saved_filters_store (GSettings *settings, GPtrArray *filters);
/* One with the same name is replaced; takes @filter. */
void hs_saved_filters_add (GPtrArray *filters, HsSavedFilter *filter);

G_END_DECLS
