/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/transport/usb-bus.h"
#include "flash/transport/usb-error.h"

#include <libusb.h>
#include <string.h>
#include <umockdev.h>
#include <unistd.h>

/* Devices of a umockdev testbed, seen through the real libusb. Nothing here opens one: the whole
 * conversation over libusb is tested against the simulated usbfs (tests/rig). */

static const guint8 hub_descriptors[] = {
  18, 1, 0,  2, 9, 0, 1, 64,   0x6b, 0x1d, 2, 0, 1, 6, 3, 2, 1, 1, /* device */
  9,  2, 25, 0, 1, 1, 0, 0xe0, 0,    9,    4, 0, 0, 1, 9, 0, 0, 0, 7, 5, 0x81, 3, 4, 0, 12,
};

/* A bootloader with two alternate settings. */
static const guint8 dfu_descriptors[] = {
  18,   1,    0,    2,    0, 0,    0,  64,   0xc5,
  0x37, 0x04, 0x92, 0x10, 2, 1,    2,  3,    1, /* device */
  9,    2,    36,   0,    1, 1,    0,  0x80, 50,
  9,    4,    0,    0,    0, 0xfe, 1,  2,    4, /* configuration, alt 0 */
  9,    4,    0,    1,    0, 0xfe, 1,  2,    5,
  9,    0x21, 0x0f, 0,    0, 0,    16, 0x10, 1, /* alt 1, functional */
};

static const guint8 app_descriptors[] = {
  18, 1,  0, 2, 0xef, 2,    1,   64,   0xc5, 0x37, 0x04, 0x12, 0, 2,    1, 2, 3, 1, 9, 2,
  40, 0,  2, 1, 0,    0xc0, 250, 9,    4,    0,    0,    0,    2, 2,    0, 0, 9, 4, 1, 0,
  1,  10, 0, 0, 0,    7,    5,   0x82, 2,    0,    2,    0,    6, 0x24, 2, 2, 0, 0,
};

typedef struct {
  UMockdevTestbed *bed;
} Fixture;

static void
put_file (Fixture *f, const char *path, gconstpointer bytes, gsize length)
{
  g_autofree char *root = umockdev_testbed_get_root_dir (f->bed);
  g_autofree char *whole = g_strconcat (root, path, NULL);
  g_autofree char *folder = g_path_get_dirname (whole);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (whole, bytes, length, NULL));
}

/* Its descriptors and node are there before the "add" that a listener acts on. */
static char *
plug (Fixture *f,
      const char *name,
      const char *parent,
      guint address,
      const guint8 *descriptors,
      gsize length)
{
  g_autofree char *node = g_strdup_printf ("/dev/bus/usb/001/%03u", address);
  g_autofree char *path = g_strdup_printf (
      "%s/%s/descriptors", parent != NULL ? parent : "/sys/devices/pci0000:00", name);
  g_autofree char *device_number = g_strdup_printf ("%u\n", address);
  g_autofree char *class = g_strdup_printf ("%02x\n", descriptors[4]);
  g_autofree char *below = parent == NULL ? g_strconcat ("pci0000:00/", name, NULL) : NULL;
  g_autofree char *text = g_strdup_printf ("%03u", address);

  put_file (f, path, descriptors, length);
  put_file (f, node, "", 0);
  return umockdev_testbed_add_device (f->bed,
                                      "usb",
                                      below != NULL ? below : name,
                                      parent,
                                      "busnum",
                                      "1\n",
                                      "devnum",
                                      device_number,
                                      "speed",
                                      "480\n",
                                      "bConfigurationValue",
                                      "1\n",
                                      "bNumConfigurations",
                                      "1\n",
                                      "bDeviceClass",
                                      class,
                                      "manufacturer",
                                      "OpenMV\n",
                                      "product",
                                      "OpenMV Camera (DFU Mode)\n",
                                      "serial",
                                      "303536393034510C00250037\n",
                                      NULL,
                                      "DEVTYPE",
                                      "usb_device",
                                      "DEVNAME",
                                      node,
                                      "BUSNUM",
                                      "001",
                                      "DEVNUM",
                                      text,
                                      NULL);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->bed = umockdev_testbed_new ();
  g_free (plug (f, "usb1", NULL, 1, hub_descriptors, sizeof hub_descriptors));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  /* A queued ::changed keeps its bus. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&f->bed);
}

static char *
plug_dfu (Fixture *f, const char *port, guint address)
{
  return plug (
      f, port, "/sys/devices/pci0000:00/usb1", address, dfu_descriptors, sizeof dfu_descriptors);
}

static void
test_list (Fixture *f, gconstpointer data)
{
  g_autofree char *path = plug_dfu (f, "1-4", 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBus) bus = hs_usb_bus_new (&error);
  g_autoptr (GPtrArray) list = NULL;
  HsUsbInfo *info;

  g_assert_no_error (error);
  list = hs_bus_list (bus);
  g_assert_cmpuint (list->len, ==, 1); /* the hub is none of ours */
  info = g_ptr_array_index (list, 0);
  g_assert_cmpstr (info->port, ==, "1-4");
  g_assert_cmpuint (info->vid, ==, 0x37c5);
  g_assert_cmpuint (info->pid, ==, 0x9204);
  g_assert_cmpuint (info->bcd_device, ==, 0x0210);
  g_assert_true (info->high_speed);
  g_assert_cmpstr (info->serial, ==, "303536393034510C00250037");
  g_assert_cmpstr (info->product, ==, "OpenMV Camera (DFU Mode)");
  g_assert_cmpstr (info->node, ==, "/dev/bus/usb/001/005");
  g_assert_null (info->tty);
  g_assert_false (info->simulated);
  g_assert_cmpuint (info->alts->len, ==, 2);
  g_assert_cmpuint (g_array_index (info->alts, HsUsbAlt, 1).name_index, ==, 5);
  g_assert_cmpuint (g_array_index (info->alts, HsUsbAlt, 1).n_extra, ==, 9);
}

typedef struct {
  HsBus *bus;
  guint64 seen;
} Waiter;

static gpointer
wait_thread (gpointer data)
{
  Waiter *waiter = data;
  gint64 deadline = hs_bus_now (waiter->bus, "1-4") + 20 * G_TIME_SPAN_SECOND;

  return GUINT_TO_POINTER (hs_bus_wait (waiter->bus, "1-4", waiter->seen, deadline, NULL) !=
                           waiter->seen);
}

static void
changed_cb (HsBus *bus, gpointer data)
{
  (*(guint *) data)++;
}

/* Comes, leaves, comes again: another instance each time, told to waiting threads and listeners. */
static void
test_hotplug (Fixture *f, gconstpointer data)
{
  g_autoptr (HsBus) bus = hs_usb_bus_new (NULL);
  Waiter waiter = { bus, hs_bus_serial (bus) };
  GThread *thread = g_thread_new ("waiter", wait_thread, &waiter);
  guint n_changed = 0;
  g_autoptr (HsUsbInfo) first = NULL;
  g_autoptr (HsUsbInfo) second = NULL;
  g_autoptr (HsTransport) transport = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;

  g_signal_connect (bus, "changed", G_CALLBACK (changed_cb), &n_changed);
  path = plug_dfu (f, "1-4", 5);
  g_assert_nonnull (g_thread_join (thread));
  first = hs_bus_find_port (bus, "1-4");
  g_assert_nonnull (first);
  while (n_changed == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handlers_disconnect_by_data (bus, &n_changed);

  umockdev_testbed_uevent (f->bed, path, "remove");
  umockdev_testbed_remove_device (f->bed, path);
  g_assert_true (hs_bus_wait_gone (bus, first, 20000, NULL));
  transport = hs_bus_open (bus, first, HS_OPEN_USB, &error);
  g_assert_null (transport);
  g_assert_error (error, HS_FLASH_ERROR, HS_FLASH_ERROR_GONE);

  waiter.seen = hs_bus_serial (bus);
  g_free (path);
  path = plug_dfu (f, "1-4", 6);
  g_assert_nonnull (wait_thread (&waiter));
  second = hs_bus_find_port (bus, "1-4");
  g_assert_nonnull (second);
  g_assert_cmpuint (second->instance, !=, first->instance);
}

/* The serial port appears after its device, and belongs to that very device. */
static void
test_tty (Fixture *f, gconstpointer data)
{
  g_autoptr (HsBus) bus = hs_usb_bus_new (NULL);
  g_autofree char *other = plug_dfu (f, "1-3", 7);
  g_autofree char *path =
      plug (f, "1-4", "/sys/devices/pci0000:00/usb1", 8, app_descriptors, sizeof app_descriptors);
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  gint64 deadline = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  guint64 instance = 0;

  umockdev_testbed_add_from_string (
      f->bed,
      "P: /devices/pci0000:00/usb1/1-4/1-4:1.0\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n\n"
      "P: /devices/pci0000:00/usb1/1-4/1-4:1.0/tty/ttyACM3\nN: ttyACM3\n"
      "E: DEVNAME=/dev/ttyACM3\nE: SUBSYSTEM=tty\nA: dev=166:3\\n\n\n",
      &error);
  g_assert_no_error (error);

  while (info == NULL || info->tty == NULL) {
    guint64 seen = hs_bus_serial (bus);

    g_clear_pointer (&info, hs_usb_info_unref);
    info = hs_bus_find_port (bus, "1-4");
    if (info != NULL) {
      g_assert_true (instance == 0 || instance == info->instance);
      instance = info->instance;
    }
    if (info == NULL || info->tty == NULL)
      hs_bus_wait (bus, "1-4", seen, deadline, NULL);
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
  }
  g_assert_cmpstr (info->tty, ==, "/dev/ttyACM3");
}

/* A serial adapter has its port one folder deeper, and no class that tells of it. */
static void
test_adapter (Fixture *f, gconstpointer data)
{
  g_autofree char *path =
      plug (f, "1-4", "/sys/devices/pci0000:00/usb1", 8, app_descriptors, sizeof app_descriptors);
  g_autoptr (HsBus) bus = NULL;
  g_autoptr (HsUsbInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  umockdev_testbed_add_from_string (
      f->bed,
      "P: /devices/pci0000:00/usb1/1-4/1-4:1.0\nE: SUBSYSTEM=usb\nE: DEVTYPE=usb_interface\n\n"
      "P: /devices/pci0000:00/usb1/1-4/1-4:1.0/ttyUSB7\nE: SUBSYSTEM=usb-serial\n\n"
      "P: /devices/pci0000:00/usb1/1-4/1-4:1.0/ttyUSB7/tty/ttyUSB7\nN: ttyUSB7\n"
      "E: DEVNAME=/dev/ttyUSB7\nE: SUBSYSTEM=tty\nA: dev=188:7\\n\n\n",
      &error);
  g_assert_no_error (error);
  bus = hs_usb_bus_new (NULL);
  info = hs_bus_find_port (bus, "1-4");
  g_assert_nonnull (info);
  g_assert_cmpstr (info->tty, ==, "/dev/ttyUSB7");
}

static gpointer
cancel_thread (gpointer data)
{
  g_usleep (30 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (HsBus) bus = hs_usb_bus_new (NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);
  gint64 begun = g_get_monotonic_time ();

  hs_bus_wait (bus, "1-4", hs_bus_serial (bus), begun + 20 * G_TIME_SPAN_SECOND, cancellable);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_TIME_SPAN_SECOND);
  g_thread_join (thread);
  hs_bus_wait (bus, "1-4", hs_bus_serial (bus), begun + 20 * G_TIME_SPAN_SECOND, cancellable);
}

/* On this very computer, which may have no USB at all: a list comes, if only an empty one. */
static void
test_real (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsBus) bus = hs_usb_bus_new (&error);
  g_autoptr (GPtrArray) list = NULL;

  g_assert_no_error (error);
  list = hs_bus_list (bus);
  g_assert_nonnull (list);
  hs_bus_wait (bus, "1-1", hs_bus_serial (bus), hs_bus_now (bus, "1-1") + 1000, NULL);
}

static void
test_errors (void)
{
  static const struct {
    int status;
    HsFlashError code;
  } cases[] = {
    { LIBUSB_ERROR_ACCESS, HS_FLASH_ERROR_PERMISSION },
    { LIBUSB_ERROR_BUSY, HS_FLASH_ERROR_BUSY },
    { LIBUSB_ERROR_NO_DEVICE, HS_FLASH_ERROR_GONE },
    { LIBUSB_ERROR_NOT_FOUND, HS_FLASH_ERROR_GONE },
    { LIBUSB_ERROR_PIPE, HS_FLASH_ERROR_STALLED },
    { LIBUSB_ERROR_TIMEOUT, HS_FLASH_ERROR_TIMED_OUT },
    { LIBUSB_ERROR_IO, HS_FLASH_ERROR_FAILED },
  };

  g_assert_true (hs_usb_take_status (0, NULL, NULL));
  g_assert_true (hs_usb_take_status (4096, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (hs_usb_take_status (cases[i].status, "/dev/null-and-void", &error));
    g_assert_error (error, HS_FLASH_ERROR, (int) cases[i].code);
    if (cases[i].code == HS_FLASH_ERROR_PERMISSION)
      g_assert_nonnull (strstr (error->message, "may not open"));
  }
}

/* The testbed works by a library that must be loaded first: start again with it. */
static void
ensure_preload (char **argv)
{
  const char *preload = g_getenv ("LD_PRELOAD");
  const char *options = g_getenv ("ASAN_OPTIONS");
  g_autofree char *libraries = NULL;
  g_autofree char *more = NULL;

  if (preload != NULL && strstr (preload, "libumockdev-preload") != NULL)
    return;

  libraries = g_strconcat (
      preload != NULL ? preload : "", preload != NULL ? ":" : "", "libumockdev-preload.so.0", NULL);
  more = g_strconcat (options != NULL ? options : "", ":verify_asan_link_order=0", NULL);
  g_setenv ("LD_PRELOAD", libraries, TRUE);
  g_setenv ("ASAN_OPTIONS", more, TRUE);
  execv ("/proc/self/exe", argv);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  ensure_preload (argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usb-bus/errors", test_errors);
  g_test_add_func ("/usb-bus/real", test_real);
  ADD ("/usb-bus/list", test_list);
  ADD ("/usb-bus/hotplug", test_hotplug);
  ADD ("/usb-bus/tty", test_tty);
  ADD ("/usb-bus/adapter", test_adapter);
  ADD ("/usb-bus/cancel", test_cancel);
  return g_test_run ();
}
