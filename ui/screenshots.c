/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/screenshots.h"

#include "ui/places.h"

enum { SETTLE_MS = 700 }; /* until a page has asked the catalog and was drawn */

typedef struct {
  HsWindow *window;
  char *dir;
  guint n; /* the place that is shown */
  HsShotsDone done;
  gpointer owner;
} Shots;

static void
shots_free (gpointer data)
{
  Shots *self = data;

  g_object_unref (self->window);
  g_object_unref (self->owner);
  g_free (self->dir);
  g_free (self);
}

/* At the paintable's own size: the widget's leaves out the shadow and would scale the picture. */
static GdkTexture *
render (GtkWidget *window)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  int width = gdk_paintable_get_intrinsic_width (paintable);
  int height = gdk_paintable_get_intrinsic_height (paintable);
  GskRenderNode *node;
  GdkTexture *texture;

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL)
    return NULL;

  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (window)),
                                         node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gsk_render_node_unref (node);
  return texture;
}

static gboolean
next_cb (gpointer data)
{
  Shots *self = data;
  g_autoptr (GdkTexture) texture = render (GTK_WIDGET (self->window));
  g_autofree char *name = g_strdup_printf ("%s.png", hs_place_nth (self->n)->id);
  g_autofree char *path = g_build_filename (self->dir, name, NULL);

  if (texture == NULL) /* no frame yet */
    return G_SOURCE_CONTINUE;

  if (!gdk_texture_save_to_png (texture, path))
    g_warning ("Can't write %s", path);
  if (++self->n < hs_place_count ()) {
    hs_window_show_place (self->window, hs_place_nth (self->n)->id);
    return G_SOURCE_CONTINUE;
  }
  self->done (self->owner);
  return G_SOURCE_REMOVE;
}

/**
 * hs_screenshots_take:
 * @window: a presented window
 * @dir: an existing folder
 * @done: called after the last picture
 * @owner: (type GObject): for @done
 */
void
hs_screenshots_take (HsWindow *window, const char *dir, HsShotsDone done, gpointer owner)
{
  Shots *self = g_new0 (Shots, 1);

  self->window = g_object_ref (window);
  self->dir = g_strdup (dir);
  self->done = done;
  self->owner = g_object_ref (owner);
  hs_window_show_place (window, hs_place_nth (0)->id);
  g_timeout_add_full (G_PRIORITY_DEFAULT, SETTLE_MS, next_cb, self, shots_free);
}
