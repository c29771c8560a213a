/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One line of a form. */
typedef struct {
  const char *title;
  const char *text;           /* (nullable): what stands in it at first */
  const char *const *choices; /* (nullable): NULL-terminated: one of them, instead of a text */
  gboolean required;          /* must not be empty */
} HsFormField;

/* @texts: one for each field, without blanks around it, borrowed. */
typedef void (*HsFormFunc) (gpointer owner, const char *const *texts, gpointer data);

/* Asks for a few short texts at once. @owner is not kept alive; @done is not called if it is gone
 * or the form was cancelled. @data: (transfer full) (nullable). */
void hs_form_dialog_present (GtkWidget *parent,
                             const char *heading,
                             const char *body,
                             const HsFormField *fields,
                             guint n_fields,
                             const char *verb,
                             HsFormFunc done,
                             gpointer owner,
                             gpointer data,
                             GDestroyNotify free_data);

G_END_DECLS
