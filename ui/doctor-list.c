/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/doctor-list.h"

#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

static HsShape
shape_of (HsDoctorState state)
{
  switch (state) {
  case HS_DOCTOR_OK:
    return HS_SHAPE_PASS;
  case HS_DOCTOR_NOTE:
    return HS_SHAPE_ATTENTION;
  case HS_DOCTOR_TROUBLE:
    return HS_SHAPE_FAIL;
  }
  return HS_SHAPE_UNKNOWN;
}

static const char *
state_words (HsDoctorState state)
{
  static const char *const words[] = { N_ ("All right"), N_ ("Note"), N_ ("Trouble") };

  return _ (words[state]);
}

static GtkWidget *
wrapped (const char *text, const char *classes)
{
  GtkWidget *label = hs_piece_label (text, classes);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  return label;
}

static GtkWidget *
button (const char *label, const char *action, const char *target, const char *name)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  if (target != NULL)
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  hs_piece_name (button, name);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  return button;
}

/* The rules as a whole: what else is said about rules is not mended by writing ours. */
static gboolean
can_install (const HsDoctorFinding *finding)
{
  return finding->group == HS_DOCTOR_RULES && finding->state != HS_DOCTOR_OK &&
         g_strcmp0 (finding->id, "rules") == 0;
}

gboolean
hs_doctor_finding_has_folder (const HsDoctorFinding *finding)
{
  return finding->group == HS_DOCTOR_MACHINE && g_strcmp0 (finding->id, "disk") == 0;
}

/* What to type, and a button that copies it. */
static GtkWidget *
command_of (const HsDoctorFinding *finding)
{
  GtkWidget *text = wrapped (finding->command, "serial");
  /* Translators: %s is the title of a finding */
  g_autofree char *name = g_strdup_printf (_ ("Copy the command for: %s"), finding->title);
  GtkWidget *row =
      hs_piece_row (9, text, button (_ ("Copy"), "doctor.copy", finding->command, name), NULL);

  gtk_label_set_selectable (GTK_LABEL (text), TRUE);
  gtk_widget_set_can_focus (text, FALSE);
  hs_piece_set_classes (row, "command");
  return row;
}

static GtkWidget *
words_of (const HsDoctorFinding *finding)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  gtk_box_append (GTK_BOX (box), wrapped (finding->title, "heading"));
  if (finding->text != NULL)
    gtk_box_append (GTK_BOX (box), wrapped (finding->text, NULL));
  if (finding->action != NULL)
    gtk_box_append (GTK_BOX (box), wrapped (finding->action, "dim-label"));
  if (finding->command != NULL)
    gtk_box_append (GTK_BOX (box), command_of (finding));
  gtk_widget_set_hexpand (box, TRUE);
  return box;
}

static GtkWidget *
row_of (const HsDoctorFinding *finding)
{
  GtkWidget *shape = hs_shape_new (shape_of (finding->state), 18);
  GtkWidget *row = hs_piece_row (12, shape, words_of (finding), NULL);
  /* Translators: "Trouble: The udev rules are not installed"; for assistive technology */
  g_autofree char *spoken =
      g_strdup_printf (_ ("%s: %s"), state_words (finding->state), finding->title);

  gtk_widget_set_valign (shape, GTK_ALIGN_START);
  gtk_widget_set_margin_top (shape, 2);
  gtk_widget_set_tooltip_text (shape, state_words (finding->state));
  hs_piece_name (row, spoken);
  if (can_install (finding)) {
    GtkWidget *install =
        button (_ ("Install Rules…"), "doctor.install", NULL, _ ("Install Rules…"));

    gtk_widget_add_css_class (install, "suggested-action");
    gtk_widget_set_valign (install, GTK_ALIGN_START);
    gtk_box_append (GTK_BOX (row), install);
  }
  if (hs_doctor_finding_has_folder (finding))
    gtk_box_append (GTK_BOX (row),
                    button (_ ("Open Folder"), "doctor.open", finding->id, _ ("Open Folder")));
  return row;
}

GtkWidget *
hs_doctor_list_new (GPtrArray *findings)
{
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  GtkWidget *rows = NULL;
  int group = -1;

  for (guint i = 0; i < findings->len; i++) {
    const HsDoctorFinding *finding = g_ptr_array_index (findings, i);
    gboolean first = (int) finding->group != group;
    GtkWidget *row = row_of (finding);

    if (first) {
      rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      gtk_box_append (GTK_BOX (list),
                      hs_piece_panel (hs_doctor_group_title (finding->group), rows, NULL));
      group = (int) finding->group;
    }
    hs_piece_set_classes (row, first ? "table-row first" : "table-row");
    gtk_box_append (GTK_BOX (rows), row);
  }
  return list;
}
