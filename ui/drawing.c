/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/drawing.h"

#include <adwaita.h>
#include <string.h>

#define THEME_START "/*theme*/"
#define THEME_END   "/*end*/"
#define MIN_SHARE   .4 /* of the width it would like */

struct _HsDrawing {
  GtkWidget parent_instance;

  char *resource; /* nullable */
  char *alternative_text;
  char *svg;               /* text of the drawing; nullable */
  GdkPaintable *paintable; /* nullable */
  int width;               /* pixels it would like to have */
  int rendered;            /* device pixels that @paintable is wide */
  double ratio;            /* width to height; 0: not known */
};

G_DEFINE_FINAL_TYPE (HsDrawing, hs_drawing, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_RESOURCE, PROP_WIDTH, PROP_ALTERNATIVE_TEXT, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { LIGHT, DARK, CONTRAST, DARK_CONTRAST, N_THEMES };

/* In high contrast what matters is as far from the paper as it can be. */
/* clang-format off */
static const struct {
  const char *name;
  const char *colours[N_THEMES];
} inks[] = {
  { "ink",      { "#2e2a38", "#f2f0f6", "#000000", "#ffffff" } },
  { "line",     { "#6b6778", "#a9a5b8", "#000000", "#ffffff" } },
  { "pcb",      { "#20302b", "#2f4a41", "#000000", "#1a1a1a" } },
  { "pcbedge",  { "#111111", "#0a0f0d", "#000000", "#ffffff" } },
  { "metal",    { "#c9c6d2", "#8c8896", "#d8d8d8", "#d8d8d8" } },
  { "gold",     { "#d9a441", "#e0b052", "#ffd75e", "#ffd75e" } },
  { "silk",     { "#f4f2ee", "#f4f2ee", "#ffffff", "#ffffff" } },
  { "paper",    { "#ffffff", "#2f2d36", "#ffffff", "#000000" } },
  { "mark",     { "#e66100", "#ffa348", "#c64600", "#ffbe6f" } },
  { "soft",     { "#dcd9e4", "#4a4755", "#e6e6e6", "#3a3a3a" } },
  { "dimtext",  { "#77738a", "#aaa6b8", "#000000", "#ffffff" } },
  { "lens",     { "#2e2a38", "#121015", "#3d3846", "#4a4a4a" } },
  { "marktext", { "#ffffff", "#241f31", "#ffffff", "#000000" } },
  { "glass",    { "#33507a", "#33507a", "#33507a", "#33507a" } },
  { "deep",     { "#1d2c47", "#1d2c47", "#1d2c47", "#1d2c47" } },
  { "good",     { "#26a269", "#33b57a", "#1b7a4a", "#8ff0a4" } },
  { "glint",    { "#9cc3ee", "#9cc3ee", "#ffffff", "#ffffff" } },
};
/* clang-format on */

/**
 * hs_drawing_apply_theme:
 * @svg: text of a drawing
 * @dark: for a dark background
 * @contrast: in high contrast
 *
 * Returns: (transfer full): the same with the colours of the theme
 */
char *
hs_drawing_apply_theme (const char *svg, gboolean dark, gboolean contrast)
{
  const char *start = strstr (svg, THEME_START);
  const char *end = start != NULL ? strstr (start, THEME_END) : NULL;
  guint theme = contrast ? (dark ? DARK_CONTRAST : CONTRAST) : (dark ? DARK : LIGHT);
  GString *text;

  if (end == NULL)
    return g_strdup (svg);

  text = g_string_new_len (svg, start - svg);
  for (guint i = 0; i < G_N_ELEMENTS (inks); i++) {
    const char *colour = inks[i].colours[theme];

    g_string_append_printf (
        text, ".%s{fill:%s}.s-%s{stroke:%s}", inks[i].name, colour, inks[i].name, colour);
  }
  g_string_append (text, end + strlen (THEME_END));
  return g_string_free (text, FALSE);
}

/**
 * hs_drawing_nth_class:
 * @n: from 0
 *
 * Returns: (nullable): a class that drawings may use, as it is for what is filled, behind "s-" for
 * what is stroked
 */
const char *
hs_drawing_nth_class (guint n)
{
  return n < G_N_ELEMENTS (inks) ? inks[n].name : NULL;
}

static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, HsDrawing *self)
{
  self->ratio = height > 0 ? (double) width / height : 0;
  gdk_pixbuf_loader_set_size (
      loader, self->rendered, (int) ((gint64) height * self->rendered / MAX (width, 1)));
}

/* %NULL where gdk-pixbuf can't read SVG: then there is no picture, and the words do. */
static GdkPaintable *
render (HsDrawing *self, const char *svg)
{
  g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type ("svg", NULL);
  GdkPixbuf *pixbuf;

  if (loader == NULL)
    return NULL;

  g_signal_connect (loader, "size-prepared", G_CALLBACK (size_prepared_cb), self);
  if (!gdk_pixbuf_loader_write (loader, (const guint8 *) svg, strlen (svg), NULL)) {
    gdk_pixbuf_loader_close (loader, NULL);
    return NULL;
  }
  if (!gdk_pixbuf_loader_close (loader, NULL))
    return NULL;

  pixbuf = gdk_pixbuf_loader_get_pixbuf (loader);
  return pixbuf != NULL ? GDK_PAINTABLE (gdk_texture_new_for_pixbuf (pixbuf)) : NULL;
}

/* Sharp at @width, which counts in pixels of the widget. */
static void
render_at (HsDrawing *self, int width)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  int wanted = MAX (width, 16) * gtk_widget_get_scale_factor (GTK_WIDGET (self));
  g_autofree char *svg = NULL;

  if (self->svg == NULL || wanted == self->rendered)
    return;

  self->rendered = wanted;
  svg = hs_drawing_apply_theme (self->svg,
                                adw_style_manager_get_dark (manager),
                                adw_style_manager_get_high_contrast (manager));
  g_clear_object (&self->paintable);
  self->paintable = render (self, svg);
}

/* What it is made of has changed, or its colours or the scale. */
static void
render_anew (HsDrawing *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  self->rendered = 0;
  g_clear_object (&self->paintable);
  render_at (self, width > 0 ? width : self->width);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
load (HsDrawing *self)
{
  double before = self->ratio;
  g_autoptr (GBytes) bytes = NULL;

  g_clear_pointer (&self->svg, g_free);
  if (self->resource != NULL)
    bytes = g_resources_lookup_data (self->resource, 0, NULL);
  if (bytes != NULL)
    self->svg = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  render_anew (self);
  if (before != self->ratio)
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

static double
ratio (HsDrawing *self)
{
  return self->ratio > 0 ? self->ratio : 2;
}

static void
hs_drawing_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  HsDrawing *self = HS_DRAWING (widget);
  double size =
      orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->width / ratio (self);

  *natural = (int) size;
  *minimum = (int) (size * MIN_SHARE);
}

/* As wide as it is drawn: of the space it takes what keeps its shape. */
static void
hs_drawing_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  HsDrawing *self = HS_DRAWING (widget);

  render_at (self, (int) MIN (width, height * ratio (self)));
}

static void
hs_drawing_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  HsDrawing *self = HS_DRAWING (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double w = MIN (width, height * ratio (self));
  double h = w / ratio (self);

  if (self->paintable == NULL)
    return;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((width - w) / 2, (height - h) / 2));
  gdk_paintable_snapshot (self->paintable, snapshot, w, h);
  gtk_snapshot_restore (snapshot);
}

static void
hs_drawing_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  HsDrawing *self = HS_DRAWING (object);

  switch (id) {
  case PROP_RESOURCE:
    hs_drawing_set_resource (self, g_value_get_string (value));
    break;
  case PROP_WIDTH:
    self->width = g_value_get_int (value);
    break;
  case PROP_ALTERNATIVE_TEXT:
    hs_drawing_set_alternative_text (self, g_value_get_string (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hs_drawing_constructed (GObject *object)
{
  static const char *const looks[] = { "notify::dark", "notify::high-contrast" };

  G_OBJECT_CLASS (hs_drawing_parent_class)->constructed (object);

  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    g_signal_connect_object (adw_style_manager_get_default (),
                             looks[i],
                             G_CALLBACK (render_anew),
                             object,
                             G_CONNECT_SWAPPED);
  g_signal_connect (object, "notify::scale-factor", G_CALLBACK (render_anew), NULL);
  load (HS_DRAWING (object));
}

static void
hs_drawing_finalize (GObject *object)
{
  HsDrawing *self = HS_DRAWING (object);

  g_clear_object (&self->paintable);
  g_free (self->resource);
  g_free (self->alternative_text);
  g_free (self->svg);

  G_OBJECT_CLASS (hs_drawing_parent_class)->finalize (object);
}

static void
hs_drawing_class_init (HsDrawingClass *klass)
{
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = hs_drawing_constructed;
  object_class->finalize = hs_drawing_finalize;
  object_class->set_property = hs_drawing_set_property;
  widget_class->measure = hs_drawing_measure;
  widget_class->size_allocate = hs_drawing_size_allocate;
  widget_class->snapshot = hs_drawing_snapshot;

  props[PROP_RESOURCE] = g_param_spec_string ("resource", NULL, NULL, NULL, flags);
  props[PROP_WIDTH] =
      g_param_spec_int ("width", NULL, NULL, 16, 4096, 440, flags | G_PARAM_CONSTRUCT_ONLY);
  props[PROP_ALTERNATIVE_TEXT] = g_param_spec_string ("alternative-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hs_drawing_init (HsDrawing *self)
{
  self->width = 440;
}

/* @resource: (nullable): path of a drawing; without one nothing is drawn. */
void
hs_drawing_set_resource (HsDrawing *self, const char *resource)
{
  g_return_if_fail (HS_IS_DRAWING (self));

  if (g_strcmp0 (self->resource, resource) == 0)
    return;

  g_free (self->resource);
  self->resource = g_strdup (resource);
  load (self);
}

/* What those are told who can't see it. It counts only where the role is GTK_ACCESSIBLE_ROLE_IMG,
 * which is given when the widget is made. */
void
hs_drawing_set_alternative_text (HsDrawing *self, const char *text)
{
  g_return_if_fail (HS_IS_DRAWING (self));

  if (g_strcmp0 (self->alternative_text, text) == 0)
    return;

  g_free (self->alternative_text);
  self->alternative_text = g_strdup (text);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text != NULL ? text : "", -1);
}

/* Whether there is a picture to be seen. */
gboolean
hs_drawing_get_shown (HsDrawing *self)
{
  g_return_val_if_fail (HS_IS_DRAWING (self), FALSE);

  return self->paintable != NULL;
}
