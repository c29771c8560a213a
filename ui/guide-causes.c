/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/guide-causes.h"

#include "ui/dialogs.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

struct _HsGuideCauses {
  GtkBox parent_instance;

  GtkLabel *heading;
  GtkWidget *list;
  GtkWidget *access;

  HsGuide *guide; /* owned */
  char *shown;    /* what @list was made of; nullable */
};

G_DEFINE_FINAL_TYPE (HsGuideCauses, hs_guide_causes, GTK_TYPE_BOX)

static GtkWidget *
wrapped (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 34);
  return label;
}

static GtkWidget *
cause_row (const HsGuideCause *cause, guint n)
{
  g_autofree char *number = g_strdup_printf ("%u", n + 1);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *mark = hs_piece_label (number, "heading figure");

  if (cause->is_it)
    mark = hs_shape_new (HS_SHAPE_ATTENTION, 16);
  gtk_widget_set_valign (mark, GTK_ALIGN_START);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), wrapped (cause->text, cause->is_it ? "heading" : NULL));
  if (cause->checked != NULL)
    gtk_box_append (GTK_BOX (words), wrapped (cause->checked, "caption dim-label"));
  return hs_piece_row (11, mark, words, NULL);
}

static char *
dup_contents (HsGuide *guide)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < hs_guide_get_n_causes (guide); i++) {
    const HsGuideCause *cause = hs_guide_get_cause (guide, i);

    g_string_append_printf (text,
                            "%s\n%s\n%d\n",
                            cause->text,
                            cause->checked != NULL ? cause->checked : "",
                            cause->is_it);
  }
  return g_string_free (text, FALSE);
}

static void
fill (HsGuideCauses *self)
{
  g_autofree char *contents = dup_contents (self->guide);

  if (g_strcmp0 (self->shown, contents) == 0)
    return;

  g_free (self->shown);
  self->shown = g_steal_pointer (&contents);
  hs_piece_clear (self->list);
  for (guint i = 0; i < hs_guide_get_n_causes (self->guide); i++)
    gtk_box_append (GTK_BOX (self->list), cause_row (hs_guide_get_cause (self->guide, i), i));
}

static void
access_cb (HsGuideCauses *self)
{
  hs_dialog_open_doctor (GTK_WIDGET (self));
}

/* Whether the last thing that the bus showed fits, and may not be opened. */
static gboolean
lacks_access (HsGuide *guide)
{
  GListModel *sights = hs_guide_get_sights (guide);
  guint n = g_list_model_get_n_items (sights);
  g_autoptr (HsGuideSight) last = n > 0 ? g_list_model_get_item (sights, n - 1) : NULL;

  return last != NULL && hs_guide_sight_get_sight (last) == HS_SIGHT_NO_ACCESS;
}

void
hs_guide_causes_update (HsGuideCauses *self)
{
  gboolean waits, late, access;

  g_return_if_fail (HS_IS_GUIDE_CAUSES (self));

  waits = hs_guide_get_state (self->guide) == HS_GUIDE_WAITING;
  late = waits && hs_guide_get_late (self->guide) && hs_guide_get_n_causes (self->guide) > 0;
  access = waits && lacks_access (self->guide);
  gtk_widget_set_visible (GTK_WIDGET (self), late || access);
  gtk_widget_set_visible (GTK_WIDGET (self->heading), late);
  gtk_widget_set_visible (self->list, late);
  gtk_widget_set_visible (self->access, access);
  /* An alert is spoken when its text changes. */
  gtk_label_set_label (self->heading, late ? _ ("Nothing yet. Look here, in this order:") : "");
  if (late)
    fill (self);
}

static void
hs_guide_causes_dispose (GObject *object)
{
  HsGuideCauses *self = HS_GUIDE_CAUSES (object);

  g_clear_object (&self->guide);
  g_clear_pointer (&self->shown, g_free);

  G_OBJECT_CLASS (hs_guide_causes_parent_class)->dispose (object);
}

static void
hs_guide_causes_class_init (HsGuideCausesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_guide_causes_dispose;
}

static void
hs_guide_causes_init (HsGuideCauses *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 10);
  hs_piece_set_classes (GTK_WIDGET (self), "panel look");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  self->heading = GTK_LABEL (g_object_new (GTK_TYPE_LABEL,
                                           "xalign",
                                           0.f,
                                           "wrap",
                                           TRUE,
                                           "accessible-role",
                                           GTK_ACCESSIBLE_ROLE_ALERT,
                                           NULL));
  gtk_widget_add_css_class (GTK_WIDGET (self->heading), "heading");
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 9);
  self->access = gtk_button_new_with_mnemonic (_ ("Set Up _Access…"));
  gtk_widget_set_halign (self->access, GTK_ALIGN_START);
  g_signal_connect_object (
      self->access, "clicked", G_CALLBACK (access_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->heading));
  gtk_box_append (GTK_BOX (self), self->list);
  gtk_box_append (GTK_BOX (self), self->access);
}

void
hs_guide_causes_set_guide (HsGuideCauses *self, HsGuide *guide)
{
  g_return_if_fail (HS_IS_GUIDE_CAUSES (self));

  g_set_object (&self->guide, guide);
}
