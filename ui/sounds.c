/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/sounds.h"

#define SOUND_PATH(name) "/io/github/hotshoe/Hotshoe/sounds/" name ".ogg"

static const char *const paths[HS_N_SOUNDS] = {
  [HS_SOUND_TICK] = SOUND_PATH ("tick"), [HS_SOUND_PASS] = SOUND_PATH ("pass"),
  [HS_SOUND_FAIL] = SOUND_PATH ("fail"), [HS_SOUND_REFUSED] = SOUND_PATH ("refused"),
  [HS_SOUND_STEP] = SOUND_PATH ("step"),
};

struct _HsSounds {
  GObject parent_instance;

  GtkMediaStream *streams[HS_N_SOUNDS]; /* nullable: made when first played */
  double volume;
  HsSound last;
};

G_DEFINE_FINAL_TYPE (HsSounds, hs_sounds, G_TYPE_OBJECT)

static void
hs_sounds_dispose (GObject *object)
{
  HsSounds *self = HS_SOUNDS (object);

  for (guint i = 0; i < HS_N_SOUNDS; i++)
    g_clear_object (&self->streams[i]);

  G_OBJECT_CLASS (hs_sounds_parent_class)->dispose (object);
}

static void
hs_sounds_class_init (HsSoundsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_sounds_dispose;
}

static void
hs_sounds_init (HsSounds *self)
{
  self->last = HS_N_SOUNDS;
}

/**
 * hs_sounds_can_play:
 *
 * Returns: whether GTK found a backend for media files. It says nothing about loudspeakers
 */
gboolean
hs_sounds_can_play (void)
{
  g_autoptr (GtkMediaStream) loads_backends = gtk_media_file_new ();
  GIOExtensionPoint *point = g_io_extension_point_lookup (GTK_MEDIA_FILE_EXTENSION_POINT_NAME);
  GList *backends = point != NULL ? g_io_extension_point_get_extensions (point) : NULL;

  for (GList *item = backends; item != NULL; item = item->next)
    if (g_strcmp0 (g_type_name (g_io_extension_get_type (item->data)), "GtkNoMediaFile") != 0)
      return TRUE;
  return FALSE;
}

HsSounds *
hs_sounds_new (double volume)
{
  HsSounds *self = g_object_new (HS_TYPE_SOUNDS, NULL);

  self->volume = g_getenv ("HOTSHOE_SILENT") == NULL ? CLAMP (volume, 0, 1) : 0;
  return self;
}

/* A sound that still plays begins again. */
void
hs_sounds_play (HsSounds *self, HsSound sound)
{
  g_return_if_fail (HS_IS_SOUNDS (self));
  g_return_if_fail (sound < HS_N_SOUNDS);

  self->last = sound;
  if (self->volume <= 0)
    return;

  if (self->streams[sound] == NULL) {
    self->streams[sound] = gtk_media_file_new_for_resource (paths[sound]);
    gtk_media_stream_set_volume (self->streams[sound], self->volume);
  }
  if (gtk_media_stream_get_error (self->streams[sound]) != NULL)
    return;
  if (gtk_media_stream_get_timestamp (self->streams[sound]) > 0)
    gtk_media_stream_seek (self->streams[sound], 0);
  gtk_media_stream_play (self->streams[sound]);
}

/* What was asked for last, heard or not. */
HsSound
hs_sounds_get_last (HsSounds *self)
{
  g_return_val_if_fail (HS_IS_SOUNDS (self), HS_N_SOUNDS);

  return self->last;
}
