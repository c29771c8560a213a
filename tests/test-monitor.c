/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/monitor.h"

#include <string.h>

/* A bus that has on it what a test puts there. */
#define FAKE_TYPE_BUS (fake_bus_get_type ())
G_DECLARE_FINAL_TYPE (FakeBus, fake_bus, FAKE, BUS, HsBus)

struct _FakeBus {
  HsBus parent_instance;
  GPtrArray *infos;
  guint64 last_instance;
};

G_DEFINE_FINAL_TYPE (FakeBus, fake_bus, HS_TYPE_BUS)

static GPtrArray *
fake_bus_list (HsBus *bus)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);

  for (guint i = 0; i < FAKE_BUS (bus)->infos->len; i++)
    g_ptr_array_add (list, hs_usb_info_ref (g_ptr_array_index (FAKE_BUS (bus)->infos, i)));
  return list;
}

static HsTransport *
fake_bus_open (HsBus *bus, HsUsbInfo *info, HsOpenKind kind, GError **error)
{
  g_assert_not_reached (); /* looking never touches */
}

static void
fake_bus_finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_BUS (object)->infos);
  G_OBJECT_CLASS (fake_bus_parent_class)->finalize (object);
}

static void
fake_bus_class_init (FakeBusClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_bus_finalize;
  HS_BUS_CLASS (klass)->list = fake_bus_list;
  HS_BUS_CLASS (klass)->open = fake_bus_open;
}

static void
fake_bus_init (FakeBus *self)
{
  self->infos = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_usb_info_unref);
}

static void
put (FakeBus *self, const char *port, guint16 vid, guint16 pid, const char *serial)
{
  HsUsbInfo *info = hs_usb_info_new ();

  info->instance = ++self->last_instance;
  info->port = g_strdup (port);
  info->vid = vid;
  info->pid = pid;
  info->serial = g_strdup (serial);
  g_ptr_array_add (self->infos, info);
}

static void
take (FakeBus *self, const char *port)
{
  for (guint i = self->infos->len; i > 0; i--) {
    HsUsbInfo *info = g_ptr_array_index (self->infos, i - 1);

    if (g_strcmp0 (info->port, port) == 0)
      g_ptr_array_remove_index (self->infos, i - 1);
  }
}

static void
settle (FakeBus *self)
{
  hs_bus_queue_changed (HS_BUS (self));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* The ids of the two cameras of these tests, and what they show where. */
#define ID_A "303536393034510C00250037"
#define ID_B "303536393034510C00420021"

/* (transfer full): the STM32 unit's serial in the form whose row keys begin with @prefix */
static char *
form_of (const char *id, const char *prefix)
{
  g_autofree char *key = g_strconcat ("stm32:", id, NULL);
  g_auto (GStrv) forms = hs_identity_all_forms (key);

  for (guint i = 0; forms[i] != NULL; i++)
    if (g_str_has_prefix (forms[i], prefix) && forms[i][strlen (prefix)] == ':')
      return g_strdup (forms[i] + strlen (prefix) + 1);
  g_assert_not_reached ();
}

static void
put_app (FakeBus *self, const char *port, const char *id)
{
  g_autofree char *serial = form_of (id, "stm32-st");

  put (self, port, 0x37c5, 0x1204, serial);
}

static void
put_dfu (FakeBus *self, const char *port, const char *id)
{
  put (self, port, 0x37c5, 0x9204, id);
}

typedef struct {
  FakeBus *bus;
  HsMonitor *monitor;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->bus = g_object_new (FAKE_TYPE_BUS, NULL);
  f->monitor = hs_monitor_new (HS_BUS (f->bus));
  hs_monitor_set_linger (f->monitor, 60);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->monitor);
  g_assert_finalize_object (f->bus);
}

static guint
n_items (Fixture *f)
{
  return g_list_model_get_n_items (G_LIST_MODEL (f->monitor));
}

static gboolean
stop_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

static void
wait_ms (guint ms)
{
  gboolean over = FALSE;

  g_timeout_add (ms, stop_cb, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_arrival (Fixture *f, gconstpointer data)
{
  HsDevice *device;

  put_dfu (f->bus, "1-10", ID_B);
  put_dfu (f->bus, "1-2", ID_A);
  put (f->bus, "1-3", 0x046d, 0xc31c, NULL);
  settle (f->bus);
  g_assert_cmpuint (n_items (f), ==, 2);
  g_assert_cmpuint (hs_monitor_get_n_others (f->monitor), ==, 1);

  device = hs_monitor_find_port (f->monitor, "1-2");
  g_assert_cmpstr (hs_board_by_id ("OPENMV4")->id, ==, hs_device_get_board (device)->id);
  g_assert_cmpint (hs_device_get_mode (device), ==, HS_MODE_DFU);
  g_assert_cmpstr (hs_device_get_key (device), ==, "stm32:" ID_A);
  g_assert_cmpint (hs_device_get_strength (device), ==, HS_IDENTITY_PROVEN);
  {
    g_autoptr (HsDevice) first = g_list_model_get_item (G_LIST_MODEL (f->monitor), 0);

    g_assert_true (first == device);
  }

  take (f->bus, "1-2");
  settle (f->bus);
  g_assert_cmpuint (n_items (f), ==, 2);
  g_assert_false (hs_device_get_attached (device));
  wait_ms (150);
  g_assert_cmpuint (n_items (f), ==, 1);
  g_assert_null (hs_monitor_find_port (f->monitor, "1-2"));
}

static void
count_notify_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  (*(guint *) data)++;
}

/* Bootloader -> application -> ROM -> bootloader on one port is one device; its key stays. */
static void
test_reenumeration (Fixture *f, gconstpointer data)
{
  g_autofree char *rom = form_of (ID_A, "stm32-rom");
  HsDevice *device;
  guint n_attached = 0;

  put_dfu (f->bus, "1-2", ID_A);
  settle (f->bus);
  device = hs_monitor_find_port (f->monitor, "1-2");
  g_signal_connect (device, "notify::attached", G_CALLBACK (count_notify_cb), &n_attached);

  take (f->bus, "1-2");
  settle (f->bus);
  put_app (f->bus, "1-2", ID_A);
  settle (f->bus);
  g_assert_true (hs_monitor_find_port (f->monitor, "1-2") == device);
  g_assert_cmpint (hs_device_get_mode (device), ==, HS_MODE_APP);
  g_assert_cmpstr (hs_device_get_key (device), ==, "stm32:" ID_A);
  g_assert_cmpint (hs_device_get_strength (device), ==, HS_IDENTITY_PROVEN);
  g_assert_true (g_str_has_prefix (hs_device_get_form (device), "stm32-st:"));
  g_assert_cmpuint (n_attached, ==, 2);

  /* Both at once, as a coalesced ::changed shows it. */
  take (f->bus, "1-2");
  put (f->bus, "1-2", 0x0483, 0xdf11, rom);
  settle (f->bus);
  g_assert_true (hs_monitor_find_port (f->monitor, "1-2") == device);
  g_assert_cmpstr (hs_device_get_board (device)->id, ==, "OPENMV4");
  g_assert_cmpint (hs_device_get_mode (device), ==, HS_MODE_ROM);

  take (f->bus, "1-2");
  put_dfu (f->bus, "1-2", ID_A);
  settle (f->bus);
  g_assert_cmpuint (n_items (f), ==, 1);
  g_assert_cmpint (hs_device_get_strength (device), ==, HS_IDENTITY_PROVEN);
}

/* Another unit on the same port is another device, whatever form it shows. */
static void
test_another_unit (Fixture *f, gconstpointer data)
{
  HsDevice *device;

  put_dfu (f->bus, "1-2", ID_A);
  settle (f->bus);
  device = hs_monitor_find_port (f->monitor, "1-2");
  take (f->bus, "1-2");
  put_app (f->bus, "1-2", ID_B);
  settle (f->bus);
  g_assert_cmpuint (n_items (f), ==, 2);
  g_assert_true (hs_monitor_find_port (f->monitor, "1-2") != device);
  g_assert_false (hs_device_get_attached (device));
  g_assert_null (hs_device_get_key (hs_monitor_find_port (f->monitor, "1-2")));
}

/* Two cameras of one model leave together and come back with their ports swapped. */
static void
test_swap (Fixture *f, gconstpointer data)
{
  HsDevice *a;
  HsDevice *b;

  put_dfu (f->bus, "1-1", ID_A);
  put_dfu (f->bus, "1-2", ID_B);
  settle (f->bus);
  a = hs_monitor_find_port (f->monitor, "1-1");
  b = hs_monitor_find_port (f->monitor, "1-2");

  take (f->bus, "1-1");
  take (f->bus, "1-2");
  settle (f->bus);
  put_dfu (f->bus, "1-2", ID_A);
  put_dfu (f->bus, "1-1", ID_B);
  settle (f->bus);
  g_assert_true (hs_monitor_find_port (f->monitor, "1-2") == a);
  g_assert_true (hs_monitor_find_port (f->monitor, "1-1") == b);

  /* The same as applications, whose serials are folded forms of the known ids. */
  take (f->bus, "1-1");
  take (f->bus, "1-2");
  put_app (f->bus, "1-1", ID_A);
  put_app (f->bus, "1-2", ID_B);
  settle (f->bus);
  g_assert_cmpuint (n_items (f), ==, 2);
  g_assert_true (hs_monitor_find_port (f->monitor, "1-1") == a);
  g_assert_cmpstr (hs_device_get_key (a), ==, "stm32:" ID_A);
  g_assert_cmpint (hs_device_get_strength (a), ==, HS_IDENTITY_SUGGESTED);
}

/* The ids that say nothing about the board; kept apart from foreign devices. */
static void
test_ambiguous (Fixture *f, gconstpointer data)
{
  HsDevice *device;
  g_autofree char *name = NULL;

  put (f->bus, "1-1", 0x1209, 0xabd1, "000000000010");
  put (f->bus, "1-2", 0x0483, 0xdf11, "200364500000");
  put (f->bus, "1-3", 0x37c5, 0x1204, "");
  settle (f->bus);
  g_assert_cmpuint (n_items (f), ==, 3);
  for (guint i = 0; i < 2; i++) {
    device = hs_monitor_find_port (f->monitor, i == 0 ? "1-1" : "1-2");
    g_assert_null (hs_device_get_board (device));
    g_assert_cmpint (hs_device_get_problem (device), ==, HS_DEVICE_AMBIGUOUS);
  }
  g_assert_cmpint (hs_device_get_strength (device), ==, HS_IDENTITY_UNKNOWN);

  device = hs_monitor_find_port (f->monitor, "1-3");
  g_assert_cmpint (hs_device_get_strength (device), ==, HS_IDENTITY_UNKNOWN);
  g_object_get (device, "board-name", &name, NULL);
  g_assert_cmpstr (name, ==, hs_device_get_board (device)->name);
  hs_device_set_key (device, "stm32:" ID_B);
  g_assert_cmpint (hs_device_get_strength (device), ==, HS_IDENTITY_PROVEN);
}

/* A held camera stays in the list for as long as the job waits for it. */
static void
test_hold (Fixture *f, gconstpointer data)
{
  HsDevice *device;

  put_dfu (f->bus, "1-2", ID_A);
  settle (f->bus);
  device = hs_monitor_find_port (f->monitor, "1-2");
  hs_monitor_hold (f->monitor, device);
  hs_monitor_hold (f->monitor, device);
  take (f->bus, "1-2");
  settle (f->bus);
  hs_monitor_release (f->monitor, device);
  wait_ms (150);
  g_assert_cmpuint (n_items (f), ==, 1);
  hs_monitor_release (f->monitor, device);
  wait_ms (150);
  g_assert_cmpuint (n_items (f), ==, 0);
}

/* An AE3 shows unrelated ids as application and in its bootloader. Each is a full one: another one
 * in the same program is another camera; what a job proved stays with the camera that showed it. */
static void
test_two_ids (Fixture *f, gconstpointer data)
{
  HsDevice *device;

  put (f->bus, "1-2", 0x37c5, 0x16e3, "0011223344aabbcc");
  settle (f->bus);
  device = hs_monitor_find_port (f->monitor, "1-2");
  g_assert_cmpstr (hs_device_get_key (device), ==, "alif-eui64:0011223344AABBCC");

  take (f->bus, "1-2");
  put (f->bus, "1-2", 0x37c5, 0x96e3, "00112233445566778899AABB");
  settle (f->bus);
  g_assert_true (hs_monitor_find_port (f->monitor, "1-2") == device);
  g_assert_cmpstr (hs_device_get_key (device), ==, "alif-se:00112233445566778899AABB");
  g_assert_cmpint (hs_device_get_strength (device), ==, HS_IDENTITY_PROVEN);

  take (f->bus, "1-2");
  put (f->bus, "1-2", 0x37c5, 0x16e3, "0011223344aabbcc");
  settle (f->bus);
  g_assert_true (hs_monitor_find_port (f->monitor, "1-2") == device);
  g_assert_cmpstr (hs_device_get_key (device), ==, "alif-eui64:0011223344AABBCC");
  hs_device_set_key (device, "alif-se:00112233445566778899AABB");

  /* unplugged and plugged in again */
  take (f->bus, "1-2");
  settle (f->bus);
  put (f->bus, "1-2", 0x37c5, 0x16e3, "0011223344aabbcc");
  settle (f->bus);
  g_assert_true (hs_monitor_find_port (f->monitor, "1-2") == device);
  g_assert_cmpstr (hs_device_get_key (device), ==, "alif-se:00112233445566778899AABB");
  g_assert_cmpint (hs_device_get_strength (device), ==, HS_IDENTITY_PROVEN);

  /* another one in its place, within the moment in which the first is still waited for */
  take (f->bus, "1-2");
  settle (f->bus);
  put (f->bus, "1-2", 0x37c5, 0x16e3, "0011223344aabbdd");
  settle (f->bus);
  g_assert_false (hs_monitor_find_port (f->monitor, "1-2") == device);
  g_assert_cmpstr (hs_device_get_key (hs_monitor_find_port (f->monitor, "1-2")),
                   ==,
                   "alif-eui64:0011223344AABBDD");
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

/* The adapter through which a camera is recovered is no camera, but is found when it is wanted. */
static void
test_bridge (void)
{
  g_autoptr (FakeBus) bus = g_object_new (FAKE_TYPE_BUS, NULL);
  g_autoptr (HsMonitor) monitor = NULL;
  const HsBoard *board = hs_board_by_id ("OPENMV_AE3");
  HsDevice *device;

  put (bus, "1-3", 0x1366, 0x0101, "000050001234");
  put (bus, "1-4", 0x0403, 0x6015, "DK0ABCDE");
  monitor = hs_monitor_new (HS_BUS (bus));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (monitor)), ==, 0);
  g_assert_cmpuint (hs_monitor_get_n_others (monitor), ==, 2);

  device = hs_monitor_find_bridge (monitor, board);
  g_assert_nonnull (device);
  g_assert_true (hs_monitor_find_bridge (monitor, board) == device);
  g_assert_true (hs_device_get_board (device) == board);
  g_assert_cmpint (hs_device_get_mode (device), ==, HS_MODE_ROM);
  g_assert_cmpstr (hs_device_get_port (device), ==, "1-4");
  g_assert_null (hs_device_get_key (device));
  g_assert_null (hs_monitor_find_bridge (monitor, hs_board_by_id ("OPENMV4")));

  g_assert_nonnull (hs_monitor_find_bridge (monitor, board));
  g_ptr_array_set_size (bus->infos, 1);
  g_assert_null (hs_monitor_find_bridge (monitor, board));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/monitor/arrival", test_arrival);
  ADD ("/monitor/reenumeration", test_reenumeration);
  ADD ("/monitor/another-unit", test_another_unit);
  ADD ("/monitor/swap", test_swap);
  ADD ("/monitor/ambiguous", test_ambiguous);
  ADD ("/monitor/hold", test_hold);
  ADD ("/monitor/two-ids", test_two_ids);
  g_test_add_func ("/monitor/bridge", test_bridge);
  return g_test_run ();
}
