/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/guide-words.h"

#include "app/job-text.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

#define DRAWING_PATH "/io/github/hotshoe/Hotshoe/guide/"

/* clang-format off */
static const struct {
  const char *stem;
  const char *words;
  gboolean pads; /* shows what has to be searched for on the board */
} drawings[] = {
  { "ae3-adapter", N_("The maintenance switch is slid on, then the USB cable goes in, with the serial adapter and a debug probe"), TRUE },
  { "ae3-switch", N_("The maintenance switch is slid on, then the user button is pressed"), TRUE },
  { "ae3-switch-off", N_("The USB cable and the serial adapter come off, then the maintenance switch is slid off"), TRUE },
  { "done", N_("The camera, with a tick"), FALSE },
  { "erase", N_("The camera, and a document that is struck out"), FALSE },
  { "file", N_("A document that is looked for in a folder"), FALSE },
  { "look", N_("The camera is looked at; its cable stays in"), FALSE },
  { "look-jumper", N_("The camera is looked at; cable and jumper stay as they are"), FALSE },
  { "n6-boot-vcc-still-in", N_("The USB cable comes out, then a wire from BOOT to VCC, then the USB cable goes in again; the switch BOOT1 stays off"), TRUE },
  { "n6-boot-vcc", N_("A wire from BOOT to VCC, then the USB cable goes in; the switch BOOT1 stays off"), TRUE },
  { "n6-boot0-still-in", N_("The USB cable comes out, then a wire from BOOT0 to 3.3V, then the USB cable goes in again; the switch BOOT1 stays off"), TRUE },
  { "n6-boot0", N_("A wire from BOOT0 to 3.3V, then the USB cable goes in; the switch BOOT1 stays off"), TRUE },
  { "plug", N_("The USB cable goes into the camera"), FALSE },
  { "probe", N_("The camera with a debug probe on its debug port; its cable stays in"), FALSE },
  { "probe-off", N_("The debug probe comes off, then the USB cable comes out"), FALSE },
  { "remove-jumper", N_("The USB cable comes out, then the jumper comes off"), TRUE },
  { "replug", N_("The USB cable comes out of the camera, then goes in again"), FALSE },
  { "replug-adapter", N_("The USB cable and the serial adapter come off, then go in again; the maintenance switch stays on"), TRUE },
  { "rt1062-sbl-still-in", N_("The USB cable comes out, then a wire from SBL to 3.3V, then the USB cable goes in again"), TRUE },
  { "rt1062-sbl", N_("A wire from SBL to 3.3V, then the USB cable goes in"), TRUE },
  { "st-boot-3v3-still-in", N_("The USB cable comes out, then a wire from BOOT to 3.3V, then the USB cable goes in again"), TRUE },
  { "st-boot-3v3", N_("A wire from BOOT to 3.3V, then the USB cable goes in"), TRUE },
  { "st-boot-rst-still-in", N_("The USB cable comes out, then a jumper across BOOT and RST, then the USB cable goes in again"), TRUE },
  { "st-boot-rst", N_("A jumper across BOOT and RST, then the USB cable goes in"), TRUE },
  { "tool", N_("A program that is looked for"), FALSE },
  { "unplug", N_("The USB cable comes out of the camera"), FALSE },
  { "writing-jumper", N_("The camera at work; cable and jumper stay as they are"), FALSE },
  { "writing", N_("The camera at work; its cable stays in"), FALSE },
};
/* clang-format on */

/* Boards that are recovered alike look alike in the drawings. */
static const char *const families[] = {
  [HS_RECOVERY_NONE] = "st",    [HS_RECOVERY_FOREIGN] = "st", [HS_RECOVERY_ST_ROM] = "st",
  [HS_RECOVERY_SDP] = "rt1062", [HS_RECOVERY_ST_TOOL] = "n6", [HS_RECOVERY_SE_TOOL] = "ae3",
};

static int
find (const char *stem)
{
  for (guint i = 0; i < G_N_ELEMENTS (drawings); i++)
    if (g_strcmp0 (drawings[i].stem, stem) == 0)
      return (int) i;
  return -1;
}

const char *
hs_guide_words_drawing (const char *stem)
{
  int n = find (stem);

  return n >= 0 ? drawings[n].words : NULL;
}

gboolean
hs_guide_words_shows_pads (const char *stem)
{
  int n = find (stem);

  return n >= 0 && drawings[n].pads;
}

/**
 * hs_guide_words_dup_resource:
 * @board: which outline
 * @stem: which drawing
 * @other: with the pads that other sources name, if it shows any
 *
 * Returns: (transfer full) (nullable): path of the drawing: the family's own, else the one for all
 */
char *
hs_guide_words_dup_resource (const HsBoard *board, const char *stem, gboolean other)
{
  const char *family = families[board->recovery];
  char *paths[] = {
    other ? g_strdup_printf (DRAWING_PATH "%s-%s-other.svg", family, stem) : NULL,
    g_strdup_printf (DRAWING_PATH "%s-%s.svg", family, stem),
    g_strdup_printf (DRAWING_PATH "%s.svg", stem),
  };
  char *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    if (paths[i] != NULL && found == NULL && g_resources_get_info (paths[i], 0, NULL, NULL, NULL))
      found = g_steal_pointer (&paths[i]);
    g_free (paths[i]);
  }
  return found;
}

/* The same drawing for a camera whose cable is still in: it comes out first. (transfer full)
 * (nullable): there is none */
char *
hs_guide_words_dup_still_in (const char *stem)
{
  g_autofree char *still_in = g_strconcat (stem, "-still-in", NULL);

  return find (still_in) >= 0 ? g_steal_pointer (&still_in) : NULL;
}

/* What to leave alone while a job runs. */
GtkWidget *
hs_guide_words_new_cables (void)
{
  GtkWidget *words = hs_piece_markup (
      _ ("<b>Leave the cable in</b> until Hotshoe says something else."), "dim-label");

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_widget_set_hexpand (words, TRUE);
  return hs_piece_row (10, hs_piece_icon ("hs-attention-symbolic", 16, "idle"), words, NULL);
}

/* A job that passed, with what it proved. */
GtkWidget *
hs_guide_words_new_result (HsJob *job)
{
  g_autofree char *result = hs_job_dup_result (job);
  GtkWidget *words = hs_piece_label (result, NULL);

  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (words), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (words, TRUE);
  return hs_piece_row (9, hs_shape_new (HS_SHAPE_PASS, 16), words, NULL);
}
