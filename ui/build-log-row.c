/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/build-log-row.h"

#include "ui/piece.h"

#include <glib/gi18n-lib.h>

enum {
  NUMBER_CHARS = 7, /* a million lines */
  GAP_PX = 14,
  LINE_GAP_PX = 3,
  TAB_CHARS = 8,
};

struct _HsBuildLogRow {
  GtkWidget parent_instance;

  HsLogLine *line;     /* owned; nullable */
  PangoLayout *text;   /* owned */
  PangoLayout *number; /* owned */
  guint serial;        /* of the font that the sizes are of */
  int char_width;      /* px */
  int height;          /* px */
  int shown_width;     /* px that text was cut for; -1: not cut yet */
  gboolean cut;
};

G_DEFINE_FINAL_TYPE (HsBuildLogRow, hs_build_log_row, GTK_TYPE_WIDGET)

static void
ensure_sizes (HsBuildLogRow *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics;

  if (self->serial == pango_context_get_serial (context))
    return;

  self->serial = pango_context_get_serial (context);
  metrics = pango_context_get_metrics (context, NULL, NULL);
  self->char_width =
      MAX (1, PANGO_PIXELS_CEIL (pango_font_metrics_get_approximate_digit_width (metrics)));
  self->height = PANGO_PIXELS_CEIL (pango_font_metrics_get_ascent (metrics) +
                                    pango_font_metrics_get_descent (metrics)) +
                 LINE_GAP_PX;
  self->shown_width = -1;
  pango_font_metrics_unref (metrics);
}

static int
text_start (HsBuildLogRow *self)
{
  return NUMBER_CHARS * self->char_width + GAP_PX;
}

/* How many bytes of @text go into so many columns; all of them if it fits. */
static gsize
fitting_bytes (const char *text, int columns)
{
  const char *at = text;
  int column = 0;

  for (; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);

    if (c == '\t')
      column += TAB_CHARS - column % TAB_CHARS;
    else
      column += g_unichar_iswide (c) ? 2 : 1;
    if (column > columns)
      break;
  }
  return (gsize) (at - text);
}

/* Only what can be seen is laid out: a command line of many kilobytes costs no more than a short
 * one. */
static void
cut_text (HsBuildLogRow *self, int width)
{
  const char *text = hs_log_line_get_text (self->line);
  int columns = MAX (1, (width - text_start (self)) / self->char_width);
  gsize fit = fitting_bytes (text, columns);

  self->shown_width = width;
  self->cut = text[fit] != '\0';
  if (self->cut) {
    g_autofree char *head = g_strndup (text, fitting_bytes (text, columns - 1));
    g_autofree char *shown = g_strconcat (head, "…", NULL);

    pango_layout_set_text (self->text, shown, -1);
  } else {
    pango_layout_set_text (self->text, text, (int) fit);
  }
}

static void
kind_colour (GtkWidget *widget, GdkRGBA *colour, HsLogKind kind)
{
  const char *name = kind == HS_LOG_ERROR     ? "error_color"
                     : kind == HS_LOG_WARNING ? "warning_color"
                                              : NULL;
  GtkStyleContext *style = gtk_widget_get_style_context (widget);

  if (name == NULL || !gtk_style_context_lookup_color (style, name, colour))
    gtk_style_context_get_color (style, colour);
}

static void
hs_build_log_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HsBuildLogRow *self = HS_BUILD_LOG_ROW (widget);
  int width = gtk_widget_get_width (widget);
  int number_width;
  GdkRGBA colour;

  if (self->line == NULL)
    return;
  ensure_sizes (self);
  if (self->shown_width != width)
    cut_text (self, width);

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  colour.alpha *= .45f;
  pango_layout_get_pixel_size (self->number, &number_width, NULL);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float) (NUMBER_CHARS * self->char_width - number_width), 1));
  gtk_snapshot_append_layout (snapshot, self->number, &colour);
  gtk_snapshot_restore (snapshot);

  kind_colour (widget, &colour, hs_log_line_get_kind (self->line));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) text_start (self), 1));
  gtk_snapshot_append_layout (snapshot, self->text, &colour);
  gtk_snapshot_restore (snapshot);
}

static void
hs_build_log_row_measure (GtkWidget *widget,
                          GtkOrientation orientation,
                          int for_size,
                          int *minimum,
                          int *natural,
                          int *minimum_baseline,
                          int *natural_baseline)
{
  HsBuildLogRow *self = HS_BUILD_LOG_ROW (widget);

  ensure_sizes (self);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = text_start (self) + self->char_width;
  else
    *minimum = *natural = self->height;
}

static void
hs_build_log_row_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  HsBuildLogRow *self = HS_BUILD_LOG_ROW (widget);

  GTK_WIDGET_CLASS (hs_build_log_row_parent_class)->css_changed (widget, change);
  if (self->text == NULL ||
      self->serial == pango_context_get_serial (gtk_widget_get_pango_context (widget)))
    return;
  pango_layout_context_changed (self->text);
  pango_layout_context_changed (self->number);
  gtk_widget_queue_resize (widget);
}

static gboolean
hs_build_log_row_query_tooltip (GtkWidget *widget,
                                int x,
                                int y,
                                gboolean keyboard,
                                GtkTooltip *tooltip)
{
  HsBuildLogRow *self = HS_BUILD_LOG_ROW (widget);

  if (self->line == NULL || !self->cut)
    return FALSE;
  gtk_tooltip_set_text (tooltip, hs_log_line_get_text (self->line));
  return TRUE;
}

static void
set_line (HsBuildLogRow *self, HsLogLine *line)
{
  char number[16];

  g_set_object (&self->line, line);
  self->shown_width = -1;
  self->cut = FALSE;
  if (line == NULL)
    return;
  g_snprintf (number, sizeof number, "%u", hs_log_line_get_number (line));
  pango_layout_set_text (self->number, number, -1);
  hs_piece_name_list_item (GTK_WIDGET (self), hs_log_line_get_text (line));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
hs_build_log_row_dispose (GObject *object)
{
  HsBuildLogRow *self = HS_BUILD_LOG_ROW (object);

  g_clear_object (&self->line);
  g_clear_object (&self->text);
  g_clear_object (&self->number);
  G_OBJECT_CLASS (hs_build_log_row_parent_class)->dispose (object);
}

static void
hs_build_log_row_class_init (HsBuildLogRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_build_log_row_dispose;
  widget_class->snapshot = hs_build_log_row_snapshot;
  widget_class->measure = hs_build_log_row_measure;
  widget_class->css_changed = hs_build_log_row_css_changed;
  widget_class->query_tooltip = hs_build_log_row_query_tooltip;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hs_build_log_row_init (HsBuildLogRow *self)
{
  self->text = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  self->number = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  self->shown_width = -1;
  pango_layout_set_single_paragraph_mode (self->text, TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  gtk_list_item_set_child (item, g_object_new (HS_TYPE_BUILD_LOG_ROW, NULL));
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  set_line (HS_BUILD_LOG_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  set_line (HS_BUILD_LOG_ROW (gtk_list_item_get_child (item)), NULL);
}

GtkListItemFactory *
hs_build_log_row_factory_new (void)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  return factory;
}
