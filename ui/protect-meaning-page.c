/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/protect-pages.h"

#include "app/explain.h"
#include "ui/dialogs.h"
#include "ui/door.h"
#include "ui/flash-who.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

enum { ICON_PX = 22 };

#define HS_TYPE_PROTECT_MEANING_PAGE (hs_protect_meaning_page_get_type ())
G_DECLARE_FINAL_TYPE (HsProtectMeaningPage,
                      hs_protect_meaning_page,
                      HS,
                      PROTECT_MEANING_PAGE,
                      HsWizardPage)

struct _HsProtectMeaningPage {
  HsWizardPage parent_instance;

  GtkWidget *who;
  GtkWidget *lines;
  HsProtectChoice *choice; /* owned */
};

G_DEFINE_FINAL_TYPE (HsProtectMeaningPage, hs_protect_meaning_page, HS_TYPE_WIZARD_PAGE)

/* -- parts that the pages share ---------------------------------------------------------------- */

GtkWidget *
hs_protect_page_frame (const char *title, GtkWidget **body)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *heading = hs_piece_label (title, "big-title");

  gtk_scrolled_window_set_policy (
      GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_label_set_wrap (GTK_LABEL (heading), TRUE);
  gtk_label_set_justify (GTK_LABEL (heading), GTK_JUSTIFY_CENTER);
  gtk_label_set_xalign (GTK_LABEL (heading), .5f);
  gtk_widget_set_margin_start (box, 26);
  gtk_widget_set_margin_end (box, 26);
  gtk_widget_set_margin_bottom (box, 22);
  gtk_box_append (GTK_BOX (box), heading);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  *body = box;
  return scroller;
}

GtkWidget *
hs_protect_who_new (HsProtectChoice *choice)
{
  g_autofree char *slot = hs_protect_choice_dup_slot (choice);
  g_autofree char *name = hs_protect_choice_dup_name (choice);
  g_autofree char *serial = hs_protect_choice_dup_serial (choice);
  GtkWidget *row = hs_who_new (slot, name, serial);
  GtkWidget *board = hs_piece_label (_ (hs_protect_choice_get_board (choice)->name), "dim-label");

  gtk_label_set_ellipsize (GTK_LABEL (board), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (row), board);
  return row;
}

GtkWidget *
hs_protect_line_new (GtkWidget *icon, const char *markup)
{
  GtkWidget *label = hs_piece_markup (markup, NULL);
  GtkWidget *row;

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  row = hs_piece_row (14, icon, label, NULL);
  return row;
}

/* -- what it means ----------------------------------------------------------------------------- */

static void
add (HsProtectMeaningPage *self, GtkWidget *icon, const char *markup)
{
  GtkWidget *row = hs_protect_line_new (icon, markup);
  gboolean first = gtk_widget_get_first_child (self->lines) == NULL;

  hs_piece_set_classes (row, first ? "table-row first" : "table-row");
  gtk_box_append (GTK_BOX (self->lines), row);
}

static GtkWidget *
door (HsDoorState state)
{
  return hs_door_icon_new (state, ICON_PX);
}

static const HsDoorLine *
find_door (const HsAuditFacts *facts, HsDoor door)
{
  for (guint i = 0; facts != NULL && i < facts->doors->len; i++) {
    const HsDoorLine *line = g_ptr_array_index (facts->doors, i);

    if (line->door == door)
      return line;
  }
  return NULL;
}

/* The one sentence that nobody else says: it does not close USB. */
static void
add_usb_door (HsProtectMeaningPage *self)
{
  const HsAuditFacts *facts = hs_protect_choice_get_facts (self->choice);
  const HsDoorLine *line = find_door (facts, HS_DOOR_BOOTLOADER);
  HsDoorState state = line != NULL ? line->state : HS_DOOR_NOT_CHECKED;
  g_autofree char *when = hs_format_day_clock (facts != NULL ? facts->time_us : 0);
  g_autofree char *tried = NULL;

  switch (state) {
  case HS_DOOR_OPEN:
  case HS_DOOR_CANT_CLOSE:
    /* Translators: %s is a day and a time */
    tried = g_strdup_printf (
        _ ("<b>Does not close USB</b>: the bootloader of this unit gives its firmware to anyone "
           "with a cable, protected or not. It was tried: %s."),
        when);
    add (self, door (HS_DOOR_OPEN), tried);
    break;
  case HS_DOOR_CLOSED:
    tried = g_strdup_printf (
        _ ("<b>USB</b> was closed before: its bootloader refused to hand out firmware when it was "
           "tried: %s."),
        when);
    add (self, door (HS_DOOR_CLOSED), tried);
    break;
  default:
    add (self,
         door (HS_DOOR_OPEN),
         _ ("<b>Does not close USB</b>: a stock bootloader gives the firmware to anyone with a "
            "cable, protected or not. Nobody has tried it on this unit yet: check it first."));
  }
}

static gboolean
has_external (const HsBoard *board)
{
  for (guint i = 0; i < board->n_partitions; i++)
    if (board->partitions[i].flags & HS_PARTITION_EXTERNAL)
      return TRUE;
  return FALSE;
}

static void
show_protect (HsProtectMeaningPage *self)
{
  add (self,
       door (HS_DOOR_CLOSED),
       _ ("<b>Closes</b> the debug port and reading through the chip’s ROM."));
  add_usb_door (self);
  add (self,
       door (HS_DOOR_OPEN),
       _ ("<b>Does not close</b> the prompt and the debug protocol of the firmware, nor its drive: "
          "only the firmware itself can."));
  if (has_external (hs_protect_choice_get_board (self->choice)))
    add (self,
         door (HS_DOOR_CANT_CLOSE),
         _ ("<b>Does not reach</b> the flash chip beside the processor: it can be read with a "
            "clip."));
  add (self,
       hs_shape_new (HS_SHAPE_ATTENTION, ICON_PX),
       _ ("<b>Going back erases everything</b>, the bootloader too. The unit then needs the "
          "recovery guide, with a jumper."));
  add (self,
       hs_shape_new (HS_SHAPE_ATTENTION, ICON_PX),
       _ ("Take debug probes off first: with one attached a protected chip stands still until "
          "its power was off."));
  add (self,
       hs_shape_new (HS_SHAPE_READY, ICON_PX),
       _ ("Flashing through the everyday bootloader goes on working."));
}

static void
show_unprotect (HsProtectMeaningPage *self)
{
  add (self,
       hs_shape_new (HS_SHAPE_FAIL, ICON_PX),
       _ ("<b>Erases everything in the chip</b>: bootloader, firmware, ROMFS and files. That is "
          "done by the chip itself, and nothing can be brought back."));
  add (self,
       hs_shape_new (HS_SHAPE_ATTENTION, ICON_PX),
       _ ("<b>It may not come back.</b> On STM32F76x chips this has been seen to spoil the "
          "addresses that they start from: only a debug probe mended that. Have one at hand."));
  add (self,
       hs_shape_new (HS_SHAPE_ATTENTION, ICON_PX),
       _ ("Without its bootloader it does nothing any more. The recovery guide has to follow, with "
          "the jumper, a bootloader and a build."));
  add (self,
       hs_shape_new (HS_SHAPE_READY, ICON_PX),
       _ ("Only a chip that was seen to be protected, after its power was off, is erased."));
}

static void
show (HsProtectMeaningPage *self)
{
  const GError *error = hs_protect_choice_get_error (self->choice);
  const HsAuditFacts *facts = hs_protect_choice_get_facts (self->choice);

  hs_piece_clear (self->who);
  hs_piece_clear (self->lines);
  gtk_box_append (GTK_BOX (self->who), hs_protect_who_new (self->choice));
  if (hs_protect_choice_is_off (self->choice))
    show_unprotect (self);
  else
    show_protect (self);
  if (error != NULL) {
    g_autoptr (HsProblem) problem = hs_explain_error (error);
    g_autofree char *markup = hs_dialog_problem_markup (problem);

    add (self, hs_shape_new (HS_SHAPE_FAIL, ICON_PX), markup);
  }
  hs_wizard_page_set_verb (
      HS_WIZARD_PAGE (self), _ ("_Next"), facts != NULL && facts->ending != NULL, FALSE, TRUE);
}

/* -- the page ---------------------------------------------------------------------------------- */

static void
hs_protect_meaning_page_dispose (GObject *object)
{
  g_clear_object (&HS_PROTECT_MEANING_PAGE (object)->choice);
  G_OBJECT_CLASS (hs_protect_meaning_page_parent_class)->dispose (object);
}

static void
hs_protect_meaning_page_class_init (HsProtectMeaningPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_protect_meaning_page_dispose;
}

static void
hs_protect_meaning_page_init (HsProtectMeaningPage *self)
{
  hs_wizard_page_set_step (HS_WIZARD_PAGE (self), _ ("What it means"));
}

HsWizardPage *
hs_protect_meaning_page_new (HsProtectChoice *choice)
{
  HsProtectMeaningPage *self = g_object_new (HS_TYPE_PROTECT_MEANING_PAGE, NULL);
  gboolean off = hs_protect_choice_is_off (choice);
  GtkWidget *body;
  GtkWidget *frame = hs_protect_page_frame (off ? _ ("What removing protection does")
                                                : _ ("What level 1 does, and what it does not"),
                                            &body);

  self->choice = g_object_ref (choice);
  self->who = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->who, "panel");
  gtk_widget_add_css_class (self->lines, "panel");
  gtk_box_append (GTK_BOX (body), self->who);
  gtk_box_append (GTK_BOX (body), self->lines);
  gtk_box_append (GTK_BOX (self), frame);
  g_signal_connect_object (choice, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return HS_WIZARD_PAGE (self);
}
