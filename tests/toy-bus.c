/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/toy-bus.h"

#include "flash/error.h"
#include "flash/protocol/dfu.h"

#include <string.h>

/* The log has a letter per request: A set_alternate, D dnload, Z zero-length dnload, S getstatus,
 * C clrstatus, X abort, U upload, L detach, R bus reset, c close, w serial write. */

struct _ToyBus {
  HsBus parent_instance;

  GPtrArray *cameras; /* ToyCamera */
  ToyClock clock;
  ToyHands hands;
  gpointer hands_data;
};

G_DEFINE_FINAL_TYPE (ToyBus, toy_bus, HS_TYPE_BUS)

#define TOY_TYPE_TRANSPORT (toy_transport_get_type ())
G_DECLARE_FINAL_TYPE (ToyTransport, toy_transport, TOY, TRANSPORT, HsTransport)

struct _ToyTransport {
  HsTransport parent_instance;

  ToyBus *bus; /* owned */
  ToyCamera *camera;
  guint64 instance;
  HsOpenKind kind;
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (ToyTransport, toy_transport, HS_TYPE_TRANSPORT)

static void
run_due (ToyBus *self)
{
  for (guint i = 0; i < self->cameras->len; i++) {
    ToyCamera *camera = self->cameras->pdata[i];

    if (camera->change_at > self->clock.now_us)
      continue;
    if (camera->detached)
      toy_camera_restart (&self->clock, camera, HS_MODE_APP);
    else
      toy_camera_show (&self->clock, camera, camera->change_to);
  }
}

static gboolean
fail (HsFlashError code, GError **error)
{
  g_set_error (error, HS_FLASH_ERROR, code, "toy: %s", hs_flash_error_name (code));
  return FALSE;
}

/* Called for every request; FALSE if it must not be carried out. */
static gboolean
begin (ToyTransport *self, char letter, GError **error)
{
  ToyCamera *camera = self->camera;

  g_assert_false (self->closed);
  run_due (self->bus);
  if (camera->mode == HS_MODE_UNKNOWN || camera->instance != self->instance)
    return fail (HS_FLASH_ERROR_GONE, error);
  /* No request between DETACH and disappearance. */
  g_assert_true (!camera->detached || letter == 'R');

  self->bus->clock.now_us += 100;
  camera->n_requests++;
  g_string_append_c (camera->log, letter);
  if (camera->fail_at != camera->n_requests || camera->fail_late)
    return TRUE;
  if (camera->fail_code == HS_FLASH_ERROR_GONE)
    toy_camera_show (&self->bus->clock, camera, HS_MODE_UNKNOWN);
  return fail (camera->fail_code, error);
}

/* FALSE if the answer of a request that was carried out is lost. */
static gboolean
end (ToyTransport *self, GError **error)
{
  ToyCamera *camera = self->camera;

  if (camera->fail_at != camera->n_requests || !camera->fail_late)
    return TRUE;
  if (camera->fail_code == HS_FLASH_ERROR_GONE)
    toy_camera_show (&self->bus->clock, camera, HS_MODE_UNKNOWN);
  return fail (camera->fail_code, error);
}

static void
toy_transport_close (HsTransport *transport)
{
  ToyTransport *self = TOY_TRANSPORT (transport);

  if (self->closed)
    return;
  self->closed = TRUE;
  g_string_append_c (self->camera->log, 'c');
  /* The kernel sets the interface back when it is released. */
  g_assert_false (self->camera->detached && self->camera->instance == self->instance);
}

static char
letter_of (const HsRequest *request, guint16 length)
{
  switch (request->request) {
  case 0:
    return 'L';
  case 1:
    return length > 0 ? 'D' : 'Z';
  case 2:
    return 'U';
  case 3:
    return 'S';
  case 4:
    return 'C';
  default:
    return 'X';
  }
}

static gboolean
toy_transport_send (HsTransport *transport,
                    const HsRequest *request,
                    const guint8 *data,
                    guint16 length,
                    guint timeout_ms,
                    GError **error)
{
  ToyTransport *self = TOY_TRANSPORT (transport);
  ToyCamera *camera = self->camera;
  char letter = letter_of (request, length);

  g_assert_cmphex (request->kind, ==, 0x21);
  g_assert_cmpuint (request->index, ==, 0);
  if (!begin (self, letter, error))
    return FALSE;

  if ((letter == 'D' || letter == 'Z') &&
      !toy_camera_take_download (camera, request->value, data, length))
    return fail (HS_FLASH_ERROR_STALLED, error);
  if (letter == 'L')
    toy_camera_take_detach (&self->bus->clock, camera);
  if (letter == 'C' || letter == 'X') {
    camera->state = HS_DFU_STATE_IDLE;
    camera->status = 0;
  }
  return end (self, error);
}

static gssize
toy_transport_receive (HsTransport *transport,
                       const HsRequest *request,
                       guint8 *data,
                       guint16 length,
                       guint timeout_ms,
                       GError **error)
{
  ToyTransport *self = TOY_TRANSPORT (transport);
  char letter = letter_of (request, length);
  gssize n;

  g_assert_cmpuint (timeout_ms, ==, 30000);
  if (!begin (self, letter, error))
    return -1;

  g_assert_true (letter == 'U' || letter == 'S');
  n = letter == 'U' ? toy_camera_answer_upload (self->camera, request->value, data, length)
                    : toy_camera_answer_status (&self->bus->clock, self->camera, data);
  if (n < 0)
    fail (HS_FLASH_ERROR_STALLED, error);
  else if (!end (self, error))
    n = -1;
  return n;
}

static gboolean
toy_transport_set_alternate (HsTransport *transport, guint8 alt, GError **error)
{
  ToyTransport *self = TOY_TRANSPORT (transport);

  if (!begin (self, 'A', error))
    return FALSE;
  self->camera->alt = alt;
  self->camera->state = HS_DFU_STATE_IDLE;
  self->camera->status = 0;
  return end (self, error);
}

static char *
toy_transport_get_string (HsTransport *transport, guint8 index, GError **error)
{
  ToyTransport *self = TOY_TRANSPORT (transport);

  g_assert_false (self->camera->detached);
  return g_strdup (self->camera->layout[index - 4].name);
}

static gboolean
toy_transport_reset (HsTransport *transport, GError **error)
{
  ToyTransport *self = TOY_TRANSPORT (transport);

  if (!begin (self, 'R', error))
    return FALSE;
  self->camera->n_resets++;
  toy_camera_restart (&self->bus->clock, self->camera, HS_MODE_APP);
  return TRUE;
}

static gboolean
toy_transport_set_line (HsTransport *transport, guint baud, gboolean dtr, GError **error)
{
  ToyTransport *self = TOY_TRANSPORT (transport);

  self->camera->baud = baud;
  return TRUE;
}

static gboolean
toy_transport_write (HsTransport *transport,
                     const guint8 *data,
                     gsize length,
                     guint timeout_ms,
                     GError **error)
{
  ToyTransport *self = TOY_TRANSPORT (transport);
  ToyCamera *camera = self->camera;

  if (!begin (self, 'w', error))
    return FALSE;
  toy_camera_take_serial (&self->bus->clock, camera, data, length);
  return end (self, error);
}

static gssize
toy_transport_read (HsTransport *transport,
                    guint8 *data,
                    gsize length,
                    guint timeout_ms,
                    GError **error)
{
  ToyTransport *self = TOY_TRANSPORT (transport);
  ToyCamera *camera = self->camera;
  gsize n = MIN (length, camera->output->len);

  if (camera->mode != HS_MODE_APP || camera->instance != self->instance) {
    fail (HS_FLASH_ERROR_GONE, error);
    return -1;
  }
  if (n == 0) {
    self->bus->clock.now_us += timeout_ms * 1000ll;
    return 0;
  }
  memcpy (data, camera->output->data, n);
  g_byte_array_remove_range (camera->output, 0, n);
  return n;
}

static void
toy_transport_sleep (HsTransport *transport, guint64 us)
{
  TOY_TRANSPORT (transport)->bus->clock.now_us += us;
}

static gint64
toy_transport_now (HsTransport *transport)
{
  return TOY_TRANSPORT (transport)->bus->clock.now_us;
}

static void
toy_transport_finalize (GObject *object)
{
  g_object_unref (TOY_TRANSPORT (object)->bus);

  G_OBJECT_CLASS (toy_transport_parent_class)->finalize (object);
}

static void
toy_transport_class_init (ToyTransportClass *klass)
{
  HsTransportClass *transport_class = HS_TRANSPORT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = toy_transport_finalize;
  transport_class->close = toy_transport_close;
  transport_class->send = toy_transport_send;
  transport_class->receive = toy_transport_receive;
  transport_class->set_alternate = toy_transport_set_alternate;
  transport_class->get_string = toy_transport_get_string;
  transport_class->reset = toy_transport_reset;
  transport_class->set_line = toy_transport_set_line;
  transport_class->write = toy_transport_write;
  transport_class->read = toy_transport_read;
  transport_class->sleep = toy_transport_sleep;
  transport_class->now = toy_transport_now;
}

static void
toy_transport_init (ToyTransport *self)
{
}

static void
add_alternates (HsUsbInfo *info, ToyCamera *camera)
{
  const guint8 functional[9] = { 9,
                                 0x21,
                                 camera->attributes,
                                 0xe8,
                                 0x03,
                                 camera->block_size & 0xff,
                                 camera->block_size >> 8,
                                 camera->bcd_dfu & 0xff,
                                 camera->bcd_dfu >> 8 };
  HsUsbAlt *last;

  for (guint i = 0; camera->layout[i].name != NULL; i++) {
    HsUsbAlt alt = { .alt = i, .class = 0xfe, .subclass = 1, .protocol = 2, .name_index = 4 + i };

    g_array_append_val (info->alts, alt);
  }
  last = &g_array_index (info->alts, HsUsbAlt, info->alts->len - 1);
  memcpy (last->extra, functional, sizeof functional);
  last->n_extra = sizeof functional;
}

static HsUsbInfo *
make_info (ToyCamera *camera)
{
  const HsUsbId *ids[] = {
    NULL, camera->board->app_ids, camera->board->dfu_ids, camera->board->rom_ids
  };
  HsUsbInfo *info = hs_usb_info_new ();

  info->instance = camera->instance;
  info->port = g_strdup (camera->port);
  info->vid = ids[camera->mode]->vid;
  info->pid = ids[camera->mode]->pid;
  info->serial = g_strdup (camera->mode == HS_MODE_APP ? camera->app_serial : camera->dfu_serial);
  if (camera->mode == HS_MODE_DFU)
    add_alternates (info, camera);
  return info;
}

static GPtrArray *
toy_bus_list (HsBus *bus)
{
  ToyBus *self = TOY_BUS (bus);
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);

  run_due (self);
  for (guint i = 0; i < self->cameras->len; i++) {
    ToyCamera *camera = self->cameras->pdata[i];

    if (camera->mode != HS_MODE_UNKNOWN)
      g_ptr_array_add (list, make_info (camera));
  }
  return list;
}

static guint64
toy_bus_serial (HsBus *bus)
{
  return TOY_BUS (bus)->clock.serial;
}

static HsTransport *
toy_bus_open (HsBus *bus, HsUsbInfo *info, HsOpenKind kind, GError **error)
{
  ToyBus *self = TOY_BUS (bus);
  ToyTransport *transport;

  for (guint i = 0; i < self->cameras->len; i++) {
    ToyCamera *camera = self->cameras->pdata[i];

    if (camera->mode == HS_MODE_UNKNOWN || camera->instance != info->instance)
      continue;
    transport = g_object_new (TOY_TYPE_TRANSPORT, NULL);
    transport->bus = g_object_ref (self);
    transport->camera = camera;
    transport->instance = camera->instance;
    transport->kind = kind;
    return HS_TRANSPORT (transport);
  }
  fail (HS_FLASH_ERROR_GONE, error);
  return NULL;
}

static gint64
toy_bus_now (HsBus *bus, const char *port)
{
  return TOY_BUS (bus)->clock.now_us;
}

static void
toy_bus_sleep (HsBus *bus, const char *port, guint64 us)
{
  TOY_BUS (bus)->clock.now_us += us;
}

static guint64
toy_bus_wait (HsBus *bus,
              const char *port,
              guint64 seen,
              gint64 deadline,
              GCancellable *cancellable)
{
  ToyBus *self = TOY_BUS (bus);
  gint64 next = deadline;

  for (guint i = 0; i < self->cameras->len; i++)
    next = MIN (next, ((ToyCamera *) self->cameras->pdata[i])->change_at);
  if (self->clock.serial != seen)
    return self->clock.serial;
  if (next == G_MAXINT64 || (next == deadline && self->hands != NULL)) {
    g_assert_nonnull (self->hands);
    self->hands (self, self->hands_data);
    return self->clock.serial;
  }
  self->clock.now_us = MAX (self->clock.now_us, next);
  run_due (self);
  return self->clock.serial;
}

static void
toy_bus_finalize (GObject *object)
{
  g_ptr_array_unref (TOY_BUS (object)->cameras);

  G_OBJECT_CLASS (toy_bus_parent_class)->finalize (object);
}

static void
toy_bus_class_init (ToyBusClass *klass)
{
  HsBusClass *bus_class = HS_BUS_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = toy_bus_finalize;
  bus_class->list = toy_bus_list;
  bus_class->serial = toy_bus_serial;
  bus_class->open = toy_bus_open;
  bus_class->now = toy_bus_now;
  bus_class->sleep = toy_bus_sleep;
  bus_class->wait = toy_bus_wait;
}

static void
toy_bus_init (ToyBus *self)
{
  self->cameras = g_ptr_array_new_with_free_func (toy_camera_free);
}

ToyBus *
toy_bus_new (void)
{
  return g_object_new (TOY_TYPE_BUS, NULL);
}

void
toy_bus_set_hands (ToyBus *self, ToyHands hands, gpointer user_data)
{
  self->hands = hands;
  self->hands_data = user_data;
}

/* The camera is owned by the bus. */
ToyCamera *
toy_bus_add (ToyBus *self, const char *port, const HsBoard *board, const ToyPartition *layout)
{
  ToyCamera *camera = toy_camera_new (port, board, layout);

  g_ptr_array_add (self->cameras, camera);
  toy_camera_show (&self->clock, camera, HS_MODE_DFU);
  return camera;
}

ToyClock *
toy_bus_get_clock (ToyBus *self)
{
  return &self->clock;
}
