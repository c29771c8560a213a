/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/drawing.h"

#include <adwaita.h>
#include <string.h>

#define THEME_START "/*theme*/"
#define THEME_END   "/*end*/"

struct _HsDrawing {
  GtkWidget parent_instance;

  char *resource;
  int width; /* pixels */
  GdkPaintable *paintable;
};

G_DEFINE_FINAL_TYPE (HsDrawing, hs_drawing, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_RESOURCE, PROP_WIDTH, N_PROPS };
static GParamSpec *props[N_PROPS];

/* clang-format off */
static const struct {
  const char *name;
  const char *light;
  const char *dark;
} inks[] = {
  { "ink",      "#2e2a38", "#f2f0f6" },
  { "line",     "#6b6778", "#a9a5b8" },
  { "pcb",      "#20302b", "#2f4a41" },
  { "pcbedge",  "#111111", "#0a0f0d" },
  { "metal",    "#c9c6d2", "#8c8896" },
  { "gold",     "#d9a441", "#e0b052" },
  { "silk",     "#f4f2ee", "#f4f2ee" },
  { "paper",    "#ffffff", "#2f2d36" },
  { "mark",     "#e66100", "#ffa348" },
  { "soft",     "#dcd9e4", "#4a4755" },
  { "dimtext",  "#77738a", "#aaa6b8" },
  { "lens",     "#2e2a38", "#121015" },
  { "marktext", "#ffffff", "#241f31" },
};
/* clang-format on */

/**
 * hs_drawing_apply_theme:
 * @svg: text of a drawing
 * @dark: for a dark background
 *
 * Returns: (transfer full): the same with the colours of the theme
 */
char *
hs_drawing_apply_theme (const char *svg, gboolean dark)
{
  const char *start = strstr (svg, THEME_START);
  const char *end = start != NULL ? strstr (start, THEME_END) : NULL;
  GString *text;

  if (end == NULL)
    return g_strdup (svg);

  text = g_string_new_len (svg, start - svg);
  for (guint i = 0; i < G_N_ELEMENTS (inks); i++) {
    const char *colour = dark ? inks[i].dark : inks[i].light;

    g_string_append_printf (
        text, ".%s{fill:%s}.s-%s{stroke:%s}", inks[i].name, colour, inks[i].name, colour);
  }
  g_string_append (text, end + strlen (THEME_END));
  return g_string_free (text, FALSE);
}

static void
size_prepared_cb (GdkPixbufLoader *loader, int width, int height, HsDrawing *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int wanted = self->width * scale;

  gdk_pixbuf_loader_set_size (loader, wanted, (int) ((gint64) height * wanted / MAX (width, 1)));
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

static void
load (HsDrawing *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *svg = NULL;
  g_autofree char *text = NULL;

  g_clear_object (&self->paintable);
  if (self->resource != NULL)
    bytes = g_resources_lookup_data (self->resource, 0, NULL);
  if (bytes != NULL) {
    text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    svg = hs_drawing_apply_theme (text, adw_style_manager_get_dark (manager));
    self->paintable = render (self, svg);
  }
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static double
ratio (HsDrawing *self)
{
  double value =
      self->paintable != NULL ? gdk_paintable_get_intrinsic_aspect_ratio (self->paintable) : 0;

  return value > 0 ? value : 2;
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

  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->width / ratio (self);
  *minimum = *natural / 2;
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
    g_free (self->resource);
    self->resource = g_value_dup_string (value);
    break;
  case PROP_WIDTH:
    self->width = g_value_get_int (value);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
hs_drawing_constructed (GObject *object)
{
  G_OBJECT_CLASS (hs_drawing_parent_class)->constructed (object);

  g_signal_connect_object (adw_style_manager_get_default (),
                           "notify::dark",
                           G_CALLBACK (load),
                           object,
                           G_CONNECT_SWAPPED);
  g_signal_connect (object, "notify::scale-factor", G_CALLBACK (load), NULL);
  load (HS_DRAWING (object));
}

static void
hs_drawing_finalize (GObject *object)
{
  HsDrawing *self = HS_DRAWING (object);

  g_clear_object (&self->paintable);
  g_free (self->resource);

  G_OBJECT_CLASS (hs_drawing_parent_class)->finalize (object);
}

static void
hs_drawing_class_init (HsDrawingClass *klass)
{
  const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = hs_drawing_constructed;
  object_class->finalize = hs_drawing_finalize;
  object_class->set_property = hs_drawing_set_property;
  widget_class->measure = hs_drawing_measure;
  widget_class->snapshot = hs_drawing_snapshot;

  props[PROP_RESOURCE] = g_param_spec_string ("resource", NULL, NULL, NULL, flags);
  props[PROP_WIDTH] = g_param_spec_int ("width", NULL, NULL, 16, 4096, 440, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
hs_drawing_init (HsDrawing *self)
{
}
