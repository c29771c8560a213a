/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/flash-strip.h"

#include "ui/cell-drawing.h"

#include <glib/gi18n-lib.h>

enum {
  NATURAL_WIDTH_PX = 300,
  MIN_WIDTH_PX = 90,
  MIN_CELL_PX = 5,
  NAME_GAP_PX = 2,
  STRIPE_FRAME_MS = 83, /* 12 px/s: one pixel a frame */
  NO_CURSOR = -1,
};

struct _HsFlashStrip {
  GtkWidget parent_instance;

  HsStripCells *cells; /* nullable */
  HsJob *job;          /* nullable; followed while it runs */
  gulong job_handler;
  guint frame_source; /* while stripes walk */
  guint frame;
  int cursor; /* cell under the keyboard, over all partitions; NO_CURSOR: none */
  int cell_height;
  gboolean show_names;
  gboolean plain;      /* on a coloured tile */
  gboolean decorative; /* a legend's single cell */
};

G_DEFINE_FINAL_TYPE (HsFlashStrip, hs_flash_strip, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_CELL_HEIGHT, PROP_SHOW_NAMES, N_PROPS };
static GParamSpec *props[N_PROPS];

/* -- geometry ------------------------------------------------------------------------------- */

typedef struct {
  const HsStripPart *part;
  double x, width; /* of the cells */
  double room;     /* for the name */
} PartBox;

static GArray *
lay_out (HsFlashStrip *self, double width)
{
  GArray *boxes = g_array_new (FALSE, FALSE, sizeof (PartBox));
  double gap = width > 260 ? 9 : 5, sum = 0, x = 0, scale;
  guint n = self->cells->n_parts;

  for (guint i = 0; i < n; i++)
    sum += self->cells->parts[i].weight;
  scale = MAX (0, width - gap * (n - 1)) / MAX (sum, .01);

  for (guint i = 0; i < n; i++) {
    PartBox box = { &self->cells->parts[i], x, scale * self->cells->parts[i].weight, 0 };

    box.room = box.width + (i + 1 < n ? gap - 3 : 0);
    g_array_append_val (boxes, box);
    x += box.width + gap;
  }
  return boxes;
}

/* Where there is no room for each erase unit, several share one cell and the worst is shown. */
static HsCell
worst_of (const HsStripPart *part, guint from, guint to)
{
  static const guint8 rank[HS_N_CELLS] = {
    [HS_CELL_UNTOUCHED] = 0, [HS_CELL_LOCKED] = 1, [HS_CELL_READ] = 2,    [HS_CELL_READ_BACK] = 3,
    [HS_CELL_WRITTEN] = 4,   [HS_CELL_TODO] = 5,   [HS_CELL_ERASING] = 6, [HS_CELL_DIFFERS] = 7,
    [HS_CELL_UNKNOWN] = 8,   [HS_CELL_FAILED] = 9,
  };
  HsCell worst = part->cells[from];

  for (guint i = from; i < to; i++)
    if (rank[part->cells[i]] > rank[worst])
      worst = part->cells[i];
  return worst;
}

/* How many erase units share a drawn cell: cells keep 5 pixels, or nobody could tell them apart. */
static guint
units_per_cell (const PartBox *box)
{
  guint room = MAX ((guint) (box->width / MIN_CELL_PX), 1);

  return (box->part->n_cells + room - 1) / room;
}

static void
draw_part (HsFlashStrip *self, cairo_t *cr, const HsCellStyle *style, const PartBox *box)
{
  guint per_cell = units_per_cell (box), all = box->part->n_cells;
  guint n = (all + per_cell - 1) / per_cell;
  double step = box->width / n;
  double inner = step > 8 ? 2 : step > 4 ? 1 : 0;

  for (guint i = 0; i < n; i++) {
    HsCell cell = worst_of (box->part, i * per_cell, MIN ((i + 1) * per_cell, all));
    graphene_rect_t area = GRAPHENE_RECT_INIT (
        box->x + i * step, .5, step - (i + 1 < n ? inner : 0), self->cell_height - 1);

    hs_cell_draw (cr, style, cell, &area);
  }
}

/* -- names under the cells ------------------------------------------------------------------ */

static PangoLayout *
create_name_layout (HsFlashStrip *self, const char *name)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), name);
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontDescription *font =
      pango_font_description_copy (pango_context_get_font_description (context));

  pango_font_description_set_size (font, pango_font_description_get_size (font) * .70);
  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  return layout;
}

static int
name_height (HsFlashStrip *self)
{
  g_autoptr (PangoLayout) layout = NULL;
  int height = 0;

  if (!self->show_names)
    return 0;

  layout = create_name_layout (self, "BOOT");
  pango_layout_get_pixel_size (layout, NULL, &height);
  return height + NAME_GAP_PX;
}

static gboolean
fits (PangoLayout *layout, const char *name, double room)
{
  int width = 0;

  pango_layout_set_text (layout, name, -1);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width <= room;
}

/* No room for a name: the tooltip has it. */
static void
snapshot_name (HsFlashStrip *self, GtkSnapshot *snapshot, const HsCellStyle *style, PartBox *box)
{
  g_autoptr (PangoLayout) layout = create_name_layout (self, "");
  GdkRGBA colour = style->foreground;

  if (!fits (layout, box->part->name, box->room) && !fits (layout, box->part->brief, box->room))
    return;

  colour.alpha *= .62;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (box->x, self->cell_height + NAME_GAP_PX));
  gtk_snapshot_append_layout (snapshot, layout, &colour);
  gtk_snapshot_restore (snapshot);
}

/* -- the keyboard's cell --------------------------------------------------------------------- */

static guint
count_cells (HsFlashStrip *self)
{
  guint n = 0;

  for (guint i = 0; self->cells != NULL && i < self->cells->n_parts; i++)
    n += self->cells->parts[i].n_cells;
  return n;
}

static const HsStripPart *
part_at_cursor (HsFlashStrip *self, guint *n)
{
  guint left = MAX (self->cursor, 0);

  for (guint i = 0; self->cells != NULL && i < self->cells->n_parts; i++) {
    const HsStripPart *part = &self->cells->parts[i];

    if (left < part->n_cells) {
      *n = left;
      return part;
    }
    left -= part->n_cells;
  }
  return NULL;
}

static char *
cursor_text (HsFlashStrip *self)
{
  guint n = 0;
  const HsStripPart *part = part_at_cursor (self, &n);

  if (part == NULL)
    return NULL;
  if (part->n_cells == 1)
    return g_strdup_printf ("%s: %s", part->name, hs_cell_word (part->cells[0]));

  /* Translators: FIRMWARE, sector 8 of 13: written */
  return g_strdup_printf (_ ("%s, sector %u of %u: %s"),
                          part->name,
                          n + 1,
                          part->n_cells,
                          hs_cell_word (part->cells[n]));
}

static void
snapshot_cursor (HsFlashStrip *self, cairo_t *cr, const HsCellStyle *style, GArray *boxes)
{
  guint n = 0;
  const HsStripPart *part = part_at_cursor (self, &n);

  if (part == NULL || self->cursor == NO_CURSOR || !gtk_widget_has_focus (GTK_WIDGET (self)))
    return;

  for (guint i = 0; i < boxes->len; i++) {
    PartBox *box = &g_array_index (boxes, PartBox, i);
    double step = box->width / part->n_cells;

    if (box->part != part)
      continue;
    cairo_set_source_rgba (
        cr, style->accent.red, style->accent.green, style->accent.blue, style->accent.alpha);
    cairo_set_line_width (cr, 2);
    cairo_rectangle (cr, box->x + n * step - 1, 0, MAX (step, 3), self->cell_height);
    cairo_stroke (cr);
  }
}

/* -- what assistive technology hears ---------------------------------------------------------- */

static void
update_accessible (HsFlashStrip *self)
{
  g_autofree char *text = NULL;
  guint n_done = 0, n_all = 0;

  if (self->decorative)
    return;

  if (self->cells != NULL) {
    text =
        self->cursor != NO_CURSOR ? cursor_text (self) : hs_strip_cells_to_text (self->cells, "; ");
    hs_strip_cells_count (self->cells, &n_done, &n_all);
  }
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Flash of the camera"), -1);
  /* GTK 4.8 tells nobody the value of a progress bar that is not its own: the words are its
   * description as well. A picture has no value. */
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text != NULL ? text : "", -1);
  if (gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (self)) !=
      GTK_ACCESSIBLE_ROLE_PROGRESS_BAR)
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text != NULL ? text : "",
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN,
                                  0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX,
                                  (double) MAX (n_all, 1),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                  (double) n_done,
                                  -1);
}

/* -- walking stripes -------------------------------------------------------------------------- */

static gboolean
has_erasing (HsStripCells *cells)
{
  for (guint p = 0; cells != NULL && p < cells->n_parts; p++)
    for (guint i = 0; i < cells->parts[p].n_cells; i++)
      if (cells->parts[p].cells[i] == HS_CELL_ERASING)
        return TRUE;
  return FALSE;
}

static gboolean
frame_cb (gpointer data)
{
  HsFlashStrip *self = data;

  self->frame++;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_CONTINUE;
}

static void
update_motion (HsFlashStrip *self)
{
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self));
  gboolean animate = FALSE;

  g_object_get (settings, "gtk-enable-animations", &animate, NULL);
  animate = animate && !self->plain && gtk_widget_get_mapped (GTK_WIDGET (self)) &&
            has_erasing (self->cells);

  if (animate && self->frame_source == 0)
    self->frame_source = g_timeout_add (STRIPE_FRAME_MS, frame_cb, self);
  else if (!animate)
    g_clear_handle_id (&self->frame_source, g_source_remove);
}

/* -- the widget ------------------------------------------------------------------------------- */

static void
hs_flash_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HsFlashStrip *self = HS_FLASH_STRIP (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  g_autoptr (GArray) boxes = NULL;
  HsCellStyle style;
  cairo_t *cr;

  if (self->cells == NULL || self->cells->n_parts == 0 || width <= 0)
    return;

  boxes = lay_out (self, width);
  hs_cell_style_init (&style, widget);
  style.phase_px = self->frame;
  style.plain = self->plain;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (-2, -2, width + 4, height + 4));
  for (guint i = 0; i < boxes->len; i++)
    draw_part (self, cr, &style, &g_array_index (boxes, PartBox, i));
  snapshot_cursor (self, cr, &style, boxes);
  cairo_destroy (cr);

  for (guint i = 0; self->show_names && i < boxes->len; i++)
    snapshot_name (self, snapshot, &style, &g_array_index (boxes, PartBox, i));
}

static void
hs_flash_strip_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  HsFlashStrip *self = HS_FLASH_STRIP (widget);

  if (self->decorative) {
    *minimum = *natural = self->cell_height + (orientation == GTK_ORIENTATION_HORIZONTAL ? 6 : 0);
  } else if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    *minimum = MIN_WIDTH_PX;
    *natural = NATURAL_WIDTH_PX;
  } else {
    *minimum = *natural = self->cell_height + name_height (self);
  }
}

static gboolean
hs_flash_strip_query_tooltip (GtkWidget *widget,
                              int x,
                              int y,
                              gboolean keyboard,
                              GtkTooltip *tooltip)
{
  HsFlashStrip *self = HS_FLASH_STRIP (widget);
  g_autofree char *text = NULL;

  if (self->cells == NULL || self->decorative)
    return FALSE;

  text = keyboard && self->cursor != NO_CURSOR ? cursor_text (self)
                                               : hs_strip_cells_to_text (self->cells, "\n");
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
set_cursor (HsFlashStrip *self, int cursor)
{
  self->cursor = cursor;
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  gtk_widget_trigger_tooltip_query (GTK_WIDGET (self));
}

static gboolean
move_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  HsFlashStrip *self = HS_FLASH_STRIP (widget);
  int n = count_cells (self), by = g_variant_get_int32 (args);

  if (n == 0 || !gtk_widget_has_focus (widget))
    return FALSE;

  set_cursor (self, self->cursor == NO_CURSOR ? 0 : CLAMP (self->cursor + by, 0, n - 1));
  return TRUE;
}

static void
has_focus_cb (HsFlashStrip *self)
{
  if (!gtk_widget_has_focus (GTK_WIDGET (self)))
    set_cursor (self, NO_CURSOR);
}

static void
hs_flash_strip_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hs_flash_strip_parent_class)->map (widget);
  update_motion (HS_FLASH_STRIP (widget));
}

static void
hs_flash_strip_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (hs_flash_strip_parent_class)->unmap (widget);
  update_motion (HS_FLASH_STRIP (widget));
}

static void
drop_job (HsFlashStrip *self)
{
  g_clear_signal_handler (&self->job_handler, self->job);
  g_clear_object (&self->job);
}

static void
hs_flash_strip_dispose (GObject *object)
{
  HsFlashStrip *self = HS_FLASH_STRIP (object);

  g_clear_handle_id (&self->frame_source, g_source_remove);
  drop_job (self);
  g_clear_pointer (&self->cells, hs_strip_cells_free);

  G_OBJECT_CLASS (hs_flash_strip_parent_class)->dispose (object);
}

static void
hs_flash_strip_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  HsFlashStrip *self = HS_FLASH_STRIP (object);

  switch (id) {
  case PROP_CELL_HEIGHT:
    g_value_set_int (value, self->cell_height);
    break;
  case PROP_SHOW_NAMES:
    g_value_set_boolean (value, self->show_names);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hs_flash_strip_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HsFlashStrip *self = HS_FLASH_STRIP (object);

  switch (id) {
  case PROP_CELL_HEIGHT:
    hs_flash_strip_set_cell_height (self, g_value_get_int (value));
    break;
  case PROP_SHOW_NAMES:
    hs_flash_strip_set_show_names (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hs_flash_strip_class_init (HsFlashStripClass *klass)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hs_flash_strip_dispose;
  object_class->get_property = hs_flash_strip_get_property;
  object_class->set_property = hs_flash_strip_set_property;
  widget_class->snapshot = hs_flash_strip_snapshot;
  widget_class->measure = hs_flash_strip_measure;
  widget_class->query_tooltip = hs_flash_strip_query_tooltip;
  widget_class->map = hs_flash_strip_map;
  widget_class->unmap = hs_flash_strip_unmap;

  props[PROP_CELL_HEIGHT] = g_param_spec_int ("cell-height", NULL, NULL, 4, 200, 20, flags);
  props[PROP_SHOW_NAMES] = g_param_spec_boolean ("show-names", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, move_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, move_cb, "i", 1);
  gtk_widget_class_set_css_name (widget_class, "flashstrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
hs_flash_strip_init (HsFlashStrip *self)
{
  self->cell_height = 20;
  self->show_names = TRUE;
  self->cursor = NO_CURSOR;
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "notify::has-focus", G_CALLBACK (has_focus_cb), NULL);
}

GtkWidget *
hs_flash_strip_new (GtkAccessibleRole role)
{
  return g_object_new (HS_TYPE_FLASH_STRIP, "accessible-role", role, NULL);
}

void
hs_flash_strip_set_cell_height (HsFlashStrip *self, int pixels)
{
  g_return_if_fail (HS_IS_FLASH_STRIP (self));

  if (self->cell_height == pixels)
    return;

  self->cell_height = pixels;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CELL_HEIGHT]);
}

void
hs_flash_strip_set_show_names (HsFlashStrip *self, gboolean show_names)
{
  g_return_if_fail (HS_IS_FLASH_STRIP (self));

  if (self->show_names == show_names)
    return;

  self->show_names = show_names;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_SHOW_NAMES]);
}

/* For the coloured tiles of operator mode: in the tile's own colour of words, nothing moves. */
void
hs_flash_strip_set_plain (HsFlashStrip *self, gboolean plain)
{
  g_return_if_fail (HS_IS_FLASH_STRIP (self));

  self->plain = plain;
  update_motion (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
show_cells (HsFlashStrip *self, HsStripCells *cells)
{
  if (hs_strip_cells_equal (self->cells, cells)) {
    hs_strip_cells_free (cells);
    return;
  }

  g_clear_pointer (&self->cells, hs_strip_cells_free);
  self->cells = cells;
  self->cursor = MIN (self->cursor, (int) count_cells (self) - 1);
  update_accessible (self);
  update_motion (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/**
 * hs_flash_strip_take_cells:
 * @self: a strip
 * @cells: (nullable) (transfer full): what to show
 */
void
hs_flash_strip_take_cells (HsFlashStrip *self, HsStripCells *cells)
{
  g_return_if_fail (HS_IS_FLASH_STRIP (self));

  drop_job (self);
  show_cells (self, cells);
}

/* @board: (nullable): nothing is known to be changed. */
void
hs_flash_strip_set_board (HsFlashStrip *self, const HsBoard *board)
{
  hs_flash_strip_take_cells (self, board != NULL ? hs_strip_cells_new (board) : NULL);
}

void
hs_flash_strip_set_unit (HsFlashStrip *self, const HsBoard *board, HsUnit *unit)
{
  HsStripCells *cells = hs_strip_cells_new (board);

  hs_strip_cells_take_unit (cells, unit);
  hs_flash_strip_take_cells (self, cells);
}

void
hs_flash_strip_set_plan (HsFlashStrip *self,
                         const HsBoard *board,
                         HsBuild *build,
                         guint64 roles,
                         gboolean erase_filesystem)
{
  HsStripCells *cells = hs_strip_cells_new (board);

  hs_strip_cells_take_plan (cells, build, roles, erase_filesystem);
  hs_flash_strip_take_cells (self, cells);
}

static void
job_changed_cb (HsJob *job, HsFlashStrip *self)
{
  HsStripCells *cells = hs_strip_cells_new (hs_job_get_board (job));
  gboolean finished = hs_job_get_state (job) == HS_JOB_FINISHED;
  HsProgressState progress;

  hs_job_get_progress (job, &progress);
  for (guint i = 0; i < hs_job_get_n_parts (job); i++) {
    const HsJobPart *part = hs_job_get_part (job, i);
    HsStripPart *shown = hs_strip_cells_find (cells, part->role);

    if (shown != NULL)
      hs_strip_part_take_job_part (
          shown, hs_job_get_board (job), hs_job_get_what (job), part, &progress, finished);
  }
  show_cells (self, cells);
}

/**
 * hs_flash_strip_set_job:
 * @self: a strip
 * @job: (nullable): a job on a known board
 *
 * Follows @job until something else is set.
 */
void
hs_flash_strip_set_job (HsFlashStrip *self, HsJob *job)
{
  g_return_if_fail (HS_IS_FLASH_STRIP (self));

  if (job != NULL && job == self->job)
    return;

  drop_job (self);
  if (job == NULL || hs_job_get_board (job) == NULL) {
    show_cells (self, NULL);
    return;
  }
  self->job = g_object_ref (job);
  self->job_handler = g_signal_connect (job, "changed", G_CALLBACK (job_changed_cb), self);
  job_changed_cb (job, self);
}

/* -- a legend's cell -------------------------------------------------------------------------- */

/**
 * hs_flash_cell_new:
 * @cell: which
 *
 * Returns: a picture of one cell; the words beside it speak
 */
GtkWidget *
hs_flash_cell_new (HsCell cell)
{
  static const HsPartition nothing = { .role = HS_ROLE_NONE, .name = "" };
  HsFlashStrip *self =
      g_object_new (HS_TYPE_FLASH_STRIP, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  HsStripCells *cells = g_new0 (HsStripCells, 1);

  cells->n_parts = 1;
  cells->parts = g_new0 (HsStripPart, 1);
  cells->parts[0] = (HsStripPart){ &nothing, "", "", 1, 1, g_new0 (guint8, 1) };
  cells->parts[0].cells[0] = cell;
  self->decorative = TRUE;
  self->show_names = FALSE;
  self->cell_height = 16;
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), FALSE);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  show_cells (self, cells);
  return GTK_WIDGET (self);
}
