/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/operator-tile.h"

#include "app/explain.h"
#include "ui/flash-strip.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

enum {
  SHORT_WORD = 5, /* letters of PASS and FAIL, and one more */
  LAST_DIGITS = 4,
  WORDY = 52, /* letters of what to do and why: more of them are written smaller */
};

struct _HsOperatorTile {
  GtkBox parent_instance;

  GtkLabel *slot_name;
  GtkLabel *serial;
  GtkBox *centre;
  GtkImage *shape;
  GtkWidget *words;
  GtkLabel *verdict;
  GtkLabel *todo;
  GtkLabel *sub;
  GtkLabel *seconds;
  HsFlashStrip *strip;

  HsTile *tile; /* nullable: the tile of an empty bench */
  HsTileScale scale;
  gboolean alone;
  gboolean with_strip;
};

G_DEFINE_FINAL_TYPE (HsOperatorTile, hs_operator_tile, GTK_TYPE_BOX)

/* clang-format off */
static const struct {
  const char *css_class;
  HsShape shape;
} looks[] = {
  [HS_TILE_IDLE]    = { "idle",    HS_SHAPE_EMPTY },
  [HS_TILE_SCAN]    = { "scan",    HS_SHAPE_READY },
  [HS_TILE_WORK]    = { "work",    HS_SHAPE_WORK },
  [HS_TILE_PASS]    = { "pass",    HS_SHAPE_PASS },
  [HS_TILE_FAIL]    = { "fail",    HS_SHAPE_FAIL },
  [HS_TILE_REFUSED] = { "refused", HS_SHAPE_ATTENTION },
  [HS_TILE_LOOK]    = { "look",    HS_SHAPE_UNKNOWN },
};

/* In pixels, by HsTileScale. */
static const struct {
  int shape, lone_shape, gap, spacing, strip, lone_strip, words;
} sizes[] = {
  [HS_TILE_SCALE_FULL] = { 150, 300, 34, 10, 30, 40, 600 },
  [HS_TILE_SCALE_S]    = {  93, 186, 20, 10, 22, 30, 350 },
  [HS_TILE_SCALE_XS]   = {  60, 120, 16,  4, 14, 20, 220 },
  [HS_TILE_SCALE_XXS]  = {  40,  80, 12,  0, 12, 16, 170 },
};
/* clang-format on */

static void
set_class (gpointer widget, const char *name, gboolean on)
{
  if (on)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

static HsTileState
state_of (HsOperatorTile *self)
{
  return self->tile != NULL ? hs_tile_get_state (self->tile) : HS_TILE_IDLE;
}

static gboolean
has_ended (HsTileState state)
{
  return state > HS_TILE_WORK;
}

static void
show_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

/* The end of a serial carries the weight: that is what people compare. */
static char *
serial_markup (const char *serial)
{
  glong length = serial != NULL ? g_utf8_strlen (serial, -1) : 0;
  const char *last =
      length > LAST_DIGITS ? g_utf8_offset_to_pointer (serial, length - LAST_DIGITS) : NULL;
  g_autofree char *first = NULL;

  if (last == NULL)
    return g_markup_escape_text (serial != NULL ? serial : "", -1);
  first = g_strndup (serial, (gsize) (last - serial));
  return g_markup_printf_escaped ("%s<b>%s</b>", first, last);
}

static void
add_part (GString *text, const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, " · ");
  g_string_append (text, part);
}

/* So that nobody takes the camera out too early. */
static const char *
what_follows (HsJob *job)
{
  HsProgressState progress;

  hs_job_get_progress (job, &progress);
  switch (progress.activity) {
  case HS_ACTIVITY_CHECKING:
  case HS_ACTIVITY_ENTERING:
  case HS_ACTIVITY_COMPARING:
    return _ ("then write, read back and restart");
  case HS_ACTIVITY_ERASING:
  case HS_ACTIVITY_WRITING:
    return _ ("then read back and restart");
  case HS_ACTIVITY_VERIFYING:
    return _ ("then restart");
  default:
    return "";
  }
}

/* The smallest line: "GATE-0473 · 24.8 s", or why. */
static char *
dup_sub (HsOperatorTile *self)
{
  HsTileState state = state_of (self);
  HsJob *job = hs_tile_get_job (self->tile);
  g_autofree char *why = hs_tile_dup_why (self->tile);
  g_autofree char *took = NULL;
  GString *text = g_string_new (NULL);

  if (state == HS_TILE_PASS && job != NULL)
    took = hs_format_duration (hs_job_get_elapsed (job));
  if (state == HS_TILE_PASS)
    add_part (text, hs_tile_get_number (self->tile));
  add_part (text, why);
  if (state == HS_TILE_WORK && job != NULL)
    add_part (text, what_follows (job));
  add_part (text, took);
  return g_string_free (text, FALSE);
}

/* Small tiles say what to do; why it is so they say only where nothing is to be done. */
static gboolean
has_room_for_sub (HsOperatorTile *self, const char *todo)
{
  return self->scale < HS_TILE_SCALE_XS || todo == NULL || *todo == '\0';
}

static char *
dup_word (HsOperatorTile *self)
{
  g_autofree char *word = self->tile != NULL ? hs_tile_dup_word (self->tile) : NULL;

  if (word == NULL || *word == '\0')
    return g_strdup (state_of (self) == HS_TILE_SCAN ? _ ("Scan its number")
                                                     : _ ("Plug in a camera"));
  return g_steal_pointer (&word);
}

static void
update_words (HsOperatorTile *self)
{
  HsTileState state = state_of (self);
  g_autofree char *word = dup_word (self);
  g_autofree char *todo = self->tile != NULL ? hs_tile_dup_todo (self->tile) : NULL;
  g_autofree char *sub = self->tile != NULL ? dup_sub (self) : NULL;
  g_autofree char *took = self->tile != NULL ? hs_tile_dup_time (self->tile) : NULL;
  gboolean is_long = g_utf8_strlen (word, -1) > SHORT_WORD;
  gboolean with_sub = has_room_for_sub (self, todo);
  glong n_letters = (todo != NULL ? g_utf8_strlen (todo, -1) : 0) +
                    (sub != NULL && with_sub ? g_utf8_strlen (sub, -1) : 0);

  /* The same text again would be said again. */
  if (g_strcmp0 (gtk_label_get_label (self->verdict), word) != 0)
    gtk_label_set_label (self->verdict, word);
  set_class (self->verdict, "mid", !has_ended (state));
  set_class (self->verdict, "long", has_ended (state) && is_long);
  set_class (self, "wordy", has_ended (state) && n_letters > WORDY);
  show_text (self->todo, todo);
  show_text (self->sub, with_sub ? sub : NULL);
  show_text (self->seconds, state == HS_TILE_WORK ? took : NULL);
}

static void
update_name (HsOperatorTile *self)
{
  const char *slot = hs_slot_get_name (hs_tile_get_slot (self->tile));
  const char *number = hs_tile_get_number (self->tile);
  g_autofree char *word = dup_word (self);
  g_autofree char *todo = hs_tile_dup_todo (self->tile);
  g_autofree char *name = NULL;

  if (number == NULL || *number == '\0')
    number = todo;
  if (number == NULL || *number == '\0')
    /* Translators: Slot left 2: Writing */
    name = g_strdup_printf (_ ("Slot %s: %s"), slot, word);
  else
    /* Translators: Slot left 2: PASS, GATE-0473 */
    name = g_strdup_printf (_ ("Slot %s: %s, %s"), slot, word, number);
  hs_piece_name (self, name);
}

static void
update_strip (HsOperatorTile *self)
{
  HsJob *job = self->tile != NULL ? hs_tile_get_job (self->tile) : NULL;
  HsTileState state = state_of (self);
  gboolean visible = self->with_strip && job != NULL && state >= HS_TILE_WORK &&
                     state != HS_TILE_REFUSED && hs_job_get_board (job) != NULL &&
                     hs_job_get_n_parts (job) > 0;

  hs_flash_strip_set_job (self->strip, visible ? job : NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->strip), visible);
}

static void
update_sizes (HsOperatorTile *self)
{
  gboolean idle = state_of (self) == HS_TILE_IDLE;
  int words = sizes[self->scale].words * (self->alone ? 3 : 2) / 2;
  int shape = self->alone ? sizes[self->scale].lone_shape : sizes[self->scale].shape;

  gtk_image_set_pixel_size (self->shape, idle ? shape * 11 / 15 : shape);
  gtk_box_set_spacing (self->centre, sizes[self->scale].gap);
  gtk_box_set_spacing (GTK_BOX (self), sizes[self->scale].spacing);
  gtk_widget_set_halign (GTK_WIDGET (self->centre),
                         self->alone ? GTK_ALIGN_CENTER : GTK_ALIGN_FILL);
  hs_flash_strip_set_cell_height (
      self->strip, self->alone ? sizes[self->scale].lone_strip : sizes[self->scale].strip);
  /* Or the height is asked for as if every word had a line of its own. */
  gtk_widget_set_size_request (self->words, has_ended (state_of (self)) ? words : -1, -1);
  set_class (self, "big", self->alone);
}

static void
update (HsOperatorTile *self)
{
  HsTileState state = state_of (self);
  g_autofree char *unit = NULL;
  g_autofree char *markup = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    set_class (self, looks[i].css_class, i == state);
  gtk_image_set_from_icon_name (self->shape, hs_shape_icon_name (looks[state].shape));
  update_sizes (self);
  update_words (self);
  update_strip (self);
  gtk_widget_set_visible (GTK_WIDGET (self->slot_name), self->tile != NULL);
  if (self->tile == NULL) {
    hs_piece_name (self, _ ("No camera so far"));
    return;
  }

  unit = hs_tile_dup_unit (self->tile);
  markup = serial_markup (unit);
  gtk_label_set_markup (self->serial, markup);
  gtk_label_set_label (self->slot_name, hs_slot_get_name (hs_tile_get_slot (self->tile)));
  update_name (self);
}

static void
hs_operator_tile_dispose (GObject *object)
{
  g_clear_object (&HS_OPERATOR_TILE (object)->tile);

  G_OBJECT_CLASS (hs_operator_tile_parent_class)->dispose (object);
}

static void
hs_operator_tile_class_init (HsOperatorTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_operator_tile_dispose;

  g_type_ensure (HS_TYPE_FLASH_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("operator-tile"));
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, slot_name);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, serial);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, centre);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, shape);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, words);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, verdict);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, todo);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, sub);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, seconds);
  gtk_widget_class_bind_template_child (widget_class, HsOperatorTile, strip);
}

static void
hs_operator_tile_init (HsOperatorTile *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  hs_flash_strip_set_plain (self->strip, TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self->strip), FALSE);
}

/* @tile: (nullable): %NULL is the one tile of an empty bench. */
GtkWidget *
hs_operator_tile_new (HsTile *tile)
{
  HsOperatorTile *self = g_object_new (HS_TYPE_OPERATOR_TILE, NULL);

  self->with_strip = TRUE;
  if (tile != NULL) {
    self->tile = g_object_ref (tile);
    g_signal_connect_object (tile, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
    g_signal_connect_object (
        hs_tile_get_slot (tile), "notify::name", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  }
  update (self);
  return GTK_WIDGET (self);
}

HsTile *
hs_operator_tile_get_tile (HsOperatorTile *self)
{
  g_return_val_if_fail (HS_IS_OPERATOR_TILE (self), NULL);

  return self->tile;
}

/**
 * hs_operator_tile_set_look:
 * @self: a tile
 * @alone: it has the screen for itself
 * @scale: how much room it has
 * @with_strip: whether the flash strip is shown
 */
void
hs_operator_tile_set_look (HsOperatorTile *self,
                           gboolean alone,
                           HsTileScale scale,
                           gboolean with_strip)
{
  g_return_if_fail (HS_IS_OPERATOR_TILE (self));
  g_return_if_fail (scale <= HS_TILE_SCALE_XXS);

  if (self->alone == alone && self->scale == scale && self->with_strip == with_strip)
    return;

  self->alone = alone;
  self->scale = scale;
  self->with_strip = with_strip;
  update (self);
}

/* The CSS class of the root; NULL: none. The smallest has its parent's as well. */
const char *
hs_tile_scale_class (HsTileScale scale)
{
  static const char *const names[] = { NULL, "s", "xs", "xxs" };

  g_return_val_if_fail (scale < G_N_ELEMENTS (names), NULL);

  return names[scale];
}
