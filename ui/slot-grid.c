/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/slot-grid.h"

enum {
  GAP_PX = 14,
  COMPACT_GAP_PX = 10,
  ONE_WIDTH_PX = 720,
  LARGE_HEIGHT_PX = 214,
  COMPACT_MIN_PX = 240,
  LARGE_MIN_PX = 340,
  MANY = 7, /* from here on cards are compact */
};

struct _HsSlotGrid {
  GtkWidget parent_instance;

  HsSession *session;
  GListModel *slots;
  GPtrArray *cards; /* HsSlotCard, owned by the widget tree; in the order of the slots */
  HsSlotCard *last; /* had the focus last; nullable, borrowed from @cards */
  HsDensity density;
  guint changed_source;
};

G_DEFINE_FINAL_TYPE (HsSlotGrid, hs_slot_grid, GTK_TYPE_WIDGET)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* -- layout ----------------------------------------------------------------------------------- */

static gboolean
is_compact (HsSlotGrid *self)
{
  if (self->density == HS_DENSITY_AUTOMATIC)
    return self->cards->len >= MANY;
  return self->density == HS_DENSITY_COMPACT;
}

static int
gap_of (HsSlotGrid *self)
{
  return is_compact (self) ? COMPACT_GAP_PX : GAP_PX;
}

/* Large text makes cards wider: then there are fewer columns. */
static int
card_width (HsSlotGrid *self)
{
  int widest = is_compact (self) ? COMPACT_MIN_PX : LARGE_MIN_PX;

  for (guint i = 0; i < self->cards->len; i++) {
    int minimum = 0;

    gtk_widget_measure (
        self->cards->pdata[i], GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
    widest = MAX (widest, minimum);
  }
  return widest;
}

static guint
count_columns (HsSlotGrid *self, int width)
{
  guint most = is_compact (self) ? 4 : 2;
  guint fit = (width + gap_of (self)) / (card_width (self) + gap_of (self));

  if (self->cards->len == 1)
    return 1;
  return CLAMP (fit, 1, most);
}

static int
column_width (HsSlotGrid *self, int width, guint columns)
{
  if (self->cards->len == 1 && !is_compact (self))
    return MIN (width, ONE_WIDTH_PX);
  return (width - (int) (columns - 1) * gap_of (self)) / (int) columns;
}

static int
row_height (HsSlotGrid *self, int width)
{
  int tallest = is_compact (self) ? 0 : LARGE_HEIGHT_PX;

  for (guint i = 0; i < self->cards->len; i++) {
    int natural = 0;

    gtk_widget_measure (
        self->cards->pdata[i], GTK_ORIENTATION_VERTICAL, width, NULL, &natural, NULL, NULL);
    tallest = MAX (tallest, natural);
  }
  return tallest;
}

static GtkSizeRequestMode
hs_slot_grid_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
hs_slot_grid_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  HsSlotGrid *self = HS_SLOT_GRID (widget);
  guint columns, rows;
  int width;

  if (orientation == GTK_ORIENTATION_HORIZONTAL || self->cards->len == 0) {
    *minimum = *natural = self->cards->len > 0 ? card_width (self) : 0;
    return;
  }

  width = for_size > 0 ? for_size : card_width (self);
  columns = count_columns (self, width);
  rows = (self->cards->len + columns - 1) / columns;
  *minimum = *natural =
      rows * row_height (self, column_width (self, width, columns)) + (rows - 1) * gap_of (self);
}

static void
hs_slot_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HsSlotGrid *self = HS_SLOT_GRID (widget);
  guint columns = count_columns (self, width);
  int card = column_width (self, width, columns);
  int tall = row_height (self, card);
  int used = (int) columns * card + (int) (columns - 1) * gap_of (self);
  gboolean right_to_left = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  for (guint i = 0; i < self->cards->len; i++) {
    guint column = right_to_left ? columns - 1 - i % columns : i % columns;
    GtkAllocation place = { .x = (width - used) / 2 + (int) column * (card + gap_of (self)),
                            .y = (int) (i / columns) * (tall + gap_of (self)),
                            .width = card,
                            .height = tall };

    gtk_widget_size_allocate (self->cards->pdata[i], &place, -1);
  }
}

/* -- focus ------------------------------------------------------------------------------------ */

static guint
find_focused (HsSlotGrid *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  for (guint i = 0; focus != NULL && i < self->cards->len; i++)
    if (focus == self->cards->pdata[i] || gtk_widget_is_ancestor (focus, self->cards->pdata[i]))
      return i;
  return self->cards->len;
}

static gboolean
focus_card (HsSlotGrid *self, int n)
{
  if (n < 0 || n >= (int) self->cards->len)
    return FALSE;

  self->last = self->cards->pdata[n];
  return gtk_widget_grab_focus (self->cards->pdata[n]);
}

/* Arrows go from card to card, and inside a card from button to button. Tab goes through a card's
 * buttons and leaves the grid; coming back it finds the card it left. */
static gboolean
hs_slot_grid_focus (GtkWidget *widget, GtkDirectionType direction)
{
  HsSlotGrid *self = HS_SLOT_GRID (widget);
  guint here = find_focused (self);
  int columns = count_columns (self, gtk_widget_get_width (widget));
  gboolean is_arrow = direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD;
  gboolean right_to_left = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

  if (here == self->cards->len) {
    guint last = 0;

    g_ptr_array_find (self->cards, self->last, &last);
    return focus_card (self, last < self->cards->len ? last : 0);
  }

  self->last = self->cards->pdata[here];
  if (!(is_arrow && gtk_widget_is_focus (self->cards->pdata[here])) &&
      gtk_widget_child_focus (self->cards->pdata[here], direction))
    return TRUE;

  switch (direction) {
  case GTK_DIR_UP:
    return focus_card (self, (int) here - columns);
  case GTK_DIR_DOWN:
    return focus_card (self, (int) here + columns);
  case GTK_DIR_LEFT:
    return focus_card (self, (int) here + (right_to_left ? 1 : -1));
  case GTK_DIR_RIGHT:
    return focus_card (self, (int) here + (right_to_left ? -1 : 1));
  default:
    return FALSE;
  }
}

/* -- cards ------------------------------------------------------------------------------------ */

static gboolean
emit_changed_cb (gpointer data)
{
  HsSlotGrid *self = data;

  self->changed_source = 0;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
queue_changed (HsSlotGrid *self)
{
  if (self->changed_source == 0)
    self->changed_source = g_idle_add (emit_changed_cb, self);
}

static void
update_density (HsSlotGrid *self)
{
  gboolean compact = is_compact (self);

  for (guint i = 0; i < self->cards->len; i++)
    hs_slot_card_set_compact (self->cards->pdata[i], compact);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
remove_card (HsSlotGrid *self, HsSlotCard *card)
{
  if (self->last == card)
    self->last = NULL;
  g_signal_handlers_disconnect_by_func (hs_slot_card_get_slot (card), queue_changed, self);
  gtk_widget_unparent (GTK_WIDGET (card));
}

static HsSlotCard *
add_card (HsSlotGrid *self, HsSlot *slot)
{
  GtkWidget *card = hs_slot_card_new (self->session, slot);

  gtk_widget_set_parent (card, GTK_WIDGET (self));
  g_signal_connect_object (slot, "changed", G_CALLBACK (queue_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      slot, "notify::chosen", G_CALLBACK (queue_changed), self, G_CONNECT_SWAPPED);
  return HS_SLOT_CARD (card);
}

/* Assistive technology reads them in the order of the widget tree. */
static void
sort_children (HsSlotGrid *self)
{
  GtkWidget *before = NULL;

  for (guint i = 0; i < self->cards->len; i++) {
    GtkWidget *card = self->cards->pdata[i];

    if (gtk_widget_get_prev_sibling (card) != before)
      gtk_widget_insert_after (card, GTK_WIDGET (self), before);
    before = card;
  }
}

/* Slots that only moved keep their cards: the focus stays where it is. */
static void
slots_changed_cb (HsSlotGrid *self)
{
  g_autoptr (GHashTable) old = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer card;

  for (guint i = 0; i < self->cards->len; i++)
    g_hash_table_insert (old, hs_slot_card_get_slot (self->cards->pdata[i]), self->cards->pdata[i]);
  g_ptr_array_set_size (self->cards, 0);

  for (guint i = 0; i < g_list_model_get_n_items (self->slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (self->slots, i);
    HsSlotCard *found = g_hash_table_lookup (old, slot);

    g_hash_table_remove (old, slot);
    g_ptr_array_add (self->cards, found != NULL ? found : add_card (self, slot));
  }

  g_hash_table_iter_init (&iter, old);
  while (g_hash_table_iter_next (&iter, NULL, &card))
    remove_card (self, card);
  sort_children (self);
  update_density (self);
  queue_changed (self);
}

static void
hs_slot_grid_dispose (GObject *object)
{
  HsSlotGrid *self = HS_SLOT_GRID (object);

  g_clear_handle_id (&self->changed_source, g_source_remove);
  for (guint i = 0; i < self->cards->len; i++)
    remove_card (self, self->cards->pdata[i]);
  g_ptr_array_set_size (self->cards, 0);
  if (self->slots != NULL)
    g_signal_handlers_disconnect_by_data (self->slots, self);
  g_clear_object (&self->slots);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_slot_grid_parent_class)->dispose (object);
}

static void
hs_slot_grid_finalize (GObject *object)
{
  g_ptr_array_unref (HS_SLOT_GRID (object)->cards);

  G_OBJECT_CLASS (hs_slot_grid_parent_class)->finalize (object);
}

static void
hs_slot_grid_class_init (HsSlotGridClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_slot_grid_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_slot_grid_finalize;
  widget_class->get_request_mode = hs_slot_grid_get_request_mode;
  widget_class->measure = hs_slot_grid_measure;
  widget_class->size_allocate = hs_slot_grid_size_allocate;
  widget_class->focus = hs_slot_grid_focus;

  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", HS_TYPE_SLOT_GRID, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "slotgrid");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
hs_slot_grid_init (HsSlotGrid *self)
{
  self->cards = g_ptr_array_new ();
}

void
hs_slot_grid_set_session (HsSlotGrid *self, HsSession *session)
{
  g_return_if_fail (HS_IS_SLOT_GRID (self));
  g_return_if_fail (self->session == NULL);

  self->session = g_object_ref (session);
  self->slots = g_object_ref (hs_session_get_slots (session));
  g_signal_connect_object (
      self->slots, "items-changed", G_CALLBACK (slots_changed_cb), self, G_CONNECT_SWAPPED);
  slots_changed_cb (self);
}

void
hs_slot_grid_set_density (HsSlotGrid *self, HsDensity density)
{
  g_return_if_fail (HS_IS_SLOT_GRID (self));

  self->density = density;
  update_density (self);
}

guint
hs_slot_grid_get_n_cards (HsSlotGrid *self)
{
  g_return_val_if_fail (HS_IS_SLOT_GRID (self), 0);

  return self->cards->len;
}

HsSlotCard *
hs_slot_grid_get_card (HsSlotGrid *self, guint n)
{
  g_return_val_if_fail (HS_IS_SLOT_GRID (self), NULL);
  g_return_val_if_fail (n < self->cards->len, NULL);

  return self->cards->pdata[n];
}

/* The card with the focus, or that had it last; %NULL none. */
HsSlotCard *
hs_slot_grid_get_focused (HsSlotGrid *self)
{
  guint n;

  g_return_val_if_fail (HS_IS_SLOT_GRID (self), NULL);

  n = find_focused (self);
  return n < self->cards->len ? self->cards->pdata[n] : self->last;
}
