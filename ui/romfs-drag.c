/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/romfs-list.h"

#include "app/private-folder.h"

#define HS_TYPE_ROMFS_OFFER (hs_romfs_offer_get_type ())
G_DECLARE_FINAL_TYPE (HsRomfsOffer, hs_romfs_offer, HS, ROMFS_OFFER, GdkContentProvider)

/**
 * HsRomfsOffer:
 *
 * Files of an image that are dragged out. They are written to a folder of our own once they are
 * dropped somewhere, on a thread; the folder goes with the offer.
 */
struct _HsRomfsOffer {
  GdkContentProvider parent_instance;

  HsRomfs *romfs; /* a copy of our own */
  GStrv names;
  HsPrivateFolder *folder; /* nullable: not wanted yet */
};

G_DEFINE_FINAL_TYPE (HsRomfsOffer, hs_romfs_offer, GDK_TYPE_CONTENT_PROVIDER)

static GdkContentFormats *
hs_romfs_offer_ref_formats (GdkContentProvider *provider)
{
  static const char *const types[] = { "text/uri-list" };

  return gdk_content_formats_new ((const char **) types, G_N_ELEMENTS (types));
}

/* What is to be written: one URI a line. */
static void
write_func (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  HsRomfsOffer *self = source;
  GOutputStream *stream = data;
  g_autoptr (GString) uris = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (self->folder == NULL) {
    self->folder = hs_private_folder_new (&error);
    if (self->folder == NULL || !hs_romfs_extract (self->romfs,
                                                   hs_private_folder_get_path (self->folder),
                                                   (const char *const *) self->names,
                                                   TRUE,
                                                   cancellable,
                                                   &error)) {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  }
  for (char **name = self->names; *name != NULL; name++) {
    g_autofree char *path = hs_private_folder_build (self->folder, *name);
    g_autofree char *uri = g_filename_to_uri (path, NULL, NULL);

    g_string_append_printf (uris, "%s\r\n", uri);
  }
  if (!g_output_stream_write_all (stream, uris->str, uris->len, NULL, cancellable, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
hs_romfs_offer_write_async (GdkContentProvider *provider,
                            const char *mime_type,
                            GOutputStream *stream,
                            int io_priority,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, callback, user_data);

  g_task_set_task_data (task, g_object_ref (stream), g_object_unref);
  g_task_run_in_thread (task, write_func);
}

static gboolean
hs_romfs_offer_write_finish (GdkContentProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
hs_romfs_offer_finalize (GObject *object)
{
  HsRomfsOffer *self = HS_ROMFS_OFFER (object);

  g_clear_object (&self->romfs);
  g_strfreev (self->names);
  g_clear_pointer (&self->folder, hs_private_folder_free);
  G_OBJECT_CLASS (hs_romfs_offer_parent_class)->finalize (object);
}

static void
hs_romfs_offer_class_init (HsRomfsOfferClass *klass)
{
  GdkContentProviderClass *provider_class = GDK_CONTENT_PROVIDER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = hs_romfs_offer_finalize;
  provider_class->ref_formats = hs_romfs_offer_ref_formats;
  provider_class->write_mime_type_async = hs_romfs_offer_write_async;
  provider_class->write_mime_type_finish = hs_romfs_offer_write_finish;
}

static void
hs_romfs_offer_init (HsRomfsOffer *self)
{
}

/* -- the source ------------------------------------------------------------------------------- */

typedef struct {
  HsRomfs *(*romfs) (gpointer owner);
  HsRomfsNames names;
  gpointer owner; /* borrowed: the window around */
} Source;

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, Source *self)
{
  g_auto (GStrv) names = self->names (self->owner);
  HsRomfs *romfs = self->romfs (self->owner);
  HsRomfsOffer *offer;

  if (romfs == NULL || names == NULL || names[0] == NULL)
    return NULL;
  offer = g_object_new (HS_TYPE_ROMFS_OFFER, NULL);
  offer->romfs = hs_romfs_copy (romfs);
  offer->names = g_steal_pointer (&names);
  return GDK_CONTENT_PROVIDER (offer);
}

static void
source_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
hs_romfs_drag_install (GtkWidget *view,
                       HsRomfs *(*romfs) (gpointer owner),
                       HsRomfsNames names,
                       gpointer owner)
{
  GtkDragSource *drag = gtk_drag_source_new ();
  Source *self = g_new0 (Source, 1);

  self->romfs = romfs;
  self->names = names;
  self->owner = owner;
  gtk_drag_source_set_actions (drag, GDK_ACTION_COPY);
  g_signal_connect_data (drag, "prepare", G_CALLBACK (prepare_cb), self, source_free, 0);
  gtk_widget_add_controller (view, GTK_EVENT_CONTROLLER (drag));
}
