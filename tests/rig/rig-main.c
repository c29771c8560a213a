/* SPDX-License-Identifier: GPL-3.0-or-later */

/* usbrig: simulated cameras under the real libusb.
 *
 *   usbrig --cameras=SPEC [--fast] [--one-hub] [--dir=DIR] [--trace] [-- PROGRAM ARGUMENT…]
 *   usbrig ctl COMMAND…
 *
 * Runs PROGRAM, and all that it starts, on a simulated bus, and ends with its exit status. Without
 * PROGRAM it prints the environment that programs need, one NAME=VALUE a line, then "ready", and
 * lives until its standard input ends. */
#include "flash/sim/sim-bus-private.h"
#include "tests/rig/rig.h"

#include <errno.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define UMOCKDEV "libumockdev-preload.so.0"

ssize_t sendmsg (int fd, const struct msghdr *message, int flags);

/* libumockdev sends hot-plug events without waiting, and aborts when a listener's queue is full
 * or a listener goes away meanwhile. This program exports its symbols, so libumockdev calls this
 * instead: wait for room, at worst drop the event. */
ssize_t
sendmsg (int fd, const struct msghdr *message, int flags)
{
  int domain = 0, type = 0;
  socklen_t size = sizeof domain;
  ssize_t n = 0;

  getsockopt (fd, SOL_SOCKET, SO_DOMAIN, &domain, &size);
  size = sizeof type;
  getsockopt (fd, SOL_SOCKET, SO_TYPE, &type, &size);
  for (guint i = 0; i < 2000; i++) {
    n = syscall (SYS_sendmsg, fd, message, flags);
    if (n >= 0 || domain != AF_UNIX || type != SOCK_DGRAM)
      return n;
    if (errno != EAGAIN)
      return 1;
    g_usleep (1000);
  }
  g_warning ("A hot-plug event was dropped: a listener has not read for 2 s");
  return 1;
}

/* umockdev works in processes that were started under its preload. */
static int
restart_under_umockdev (char **argv)
{
  const char *old = g_getenv ("LD_PRELOAD");
  g_autofree char *preload = g_strjoin (":", UMOCKDEV, old, NULL);

  g_setenv ("LD_PRELOAD", preload, TRUE);
  execv ("/proc/self/exe", argv);
  g_printerr ("usbrig: %s\n", g_strerror (errno));
  return 77;
}

/* The n-th camera of a board is the same unit in every rig. */
static gboolean
make_cameras (Rig *rig, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) specs = hs_sim_spec_parse (text, &error);
  g_autoptr (GHashTable) units = g_hash_table_new (NULL, NULL);

  if (specs == NULL) {
    g_printerr ("usbrig: %s\n", error->message);
    return FALSE;
  }

  for (guint i = 0; i < specs->len; i++) {
    const HsSimSpec *spec = &g_array_index (specs, HsSimSpec, i);
    guint unit = GPOINTER_TO_UINT (g_hash_table_lookup (units, spec->board));

    for (guint k = 0; k < spec->count; k++)
      g_ptr_array_add (rig->cameras, rig_camera_new (rig, rig->cameras->len, spec, ++unit));
    g_hash_table_insert (units, (gpointer) spec->board, GUINT_TO_POINTER (unit));
  }
  for (guint i = 0; i < rig->cameras->len; i++)
    rig_camera_plug (g_ptr_array_index (rig->cameras, i));
  return TRUE;
}

/* From here on the environment is that of the programs under test. */
static void
set_preload (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autofree char *shim = g_build_filename (folder, "usbfs-shim.so", NULL);
  g_autofree char *preload = g_strjoin (":", shim, g_getenv ("LD_PRELOAD"), NULL);

  g_setenv ("LD_PRELOAD", preload, TRUE);
}

static void
child_cb (GPid pid, gint status, gpointer data)
{
  Rig *rig = data;

  rig->status = WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
  rig->child = 0;
  g_main_loop_quit (rig->loop);
}

static gboolean
stop_cb (gpointer data)
{
  Rig *rig = data;

  if (rig->child != 0)
    kill (rig->child, SIGTERM);
  else
    g_main_loop_quit (rig->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
input_cb (gint fd, GIOCondition condition, gpointer data)
{
  Rig *rig = data;
  char byte;

  if (read (fd, &byte, 1) == 1)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit (rig->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
start_program (Rig *rig, char **argv)
{
  const GSpawnFlags flags =
      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN;
  g_autoptr (GError) error = NULL;

  if (!g_spawn_async (NULL, argv, NULL, flags, NULL, NULL, &rig->child, &error)) {
    g_printerr ("usbrig: %s\n", error->message);
    return FALSE;
  }
  g_child_watch_add (rig->child, child_cb, rig);
  return TRUE;
}

static void
print_environment (Rig *rig)
{
  static const char *const names[] = {
    "LD_PRELOAD", "UMOCKDEV_DIR", "USBRIG_SOCKET", "USBRIG_CONTROL"
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_print ("%s=%s\n", names[i], g_getenv (names[i]));
  g_print ("ready\n");
  g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, input_cb, rig);
}

static gboolean
run (Rig *rig, const char *spec, char **program)
{
  rig->bed = umockdev_testbed_new ();
  rig->root = umockdev_testbed_get_root_dir (rig->bed);
  rig->loop = g_main_loop_new (NULL, FALSE);
  rig->cameras = g_ptr_array_new_with_free_func ((GDestroyNotify) rig_camera_free);
  rig->next_devnum = 2;
  g_unix_signal_add (SIGTERM, stop_cb, rig);
  g_unix_signal_add (SIGINT, stop_cb, rig);

  rig_publish_root_hub (rig);
  rig_usbfs_listen (rig);
  rig_control_listen (rig);
  if (!make_cameras (rig, spec))
    return FALSE;

  set_preload ();
  if (program == NULL)
    print_environment (rig);
  else if (!start_program (rig, program))
    return FALSE;
  g_main_loop_run (rig->loop);
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autofree char *spec = NULL;
  g_autofree char *folder = NULL;
  g_auto (GStrv) program = NULL;
  Rig rig = { 0 };
  const GOptionEntry entries[] = {
    { "cameras", 0, 0, G_OPTION_ARG_STRING, &spec, "What is plugged in", "SPEC" },
    { "dir", 0, 0, G_OPTION_ARG_FILENAME, &folder, "Where cameras keep their flash", "DIR" },
    { "fast", 0, 0, G_OPTION_ARG_NONE, &rig.fast, "Flash and wire take no time", NULL },
    { "one-hub", 0, 0, G_OPTION_ARG_NONE, &rig.one_hub, "All cameras share the wire", NULL },
    { "trace", 0, 0, G_OPTION_ARG_NONE, &rig.trace, "Print every transfer", NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &program, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("[-- PROGRAM ARGUMENT…]");
  g_autoptr (GError) error = NULL;
  const char *preload = g_getenv ("LD_PRELOAD");

  if (argc > 2 && strcmp (argv[1], "ctl") == 0)
    return rig_control_send (argc - 2, argv + 2);
  if (preload == NULL || strstr (preload, UMOCKDEV) == NULL)
    return restart_under_umockdev (argv);

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("usbrig: %s\n", error->message);
    return 2;
  }

  /* libumockdev sleeps for no time after every call; programs inherit how long that is. */
  prctl (PR_SET_TIMERSLACK, 1UL, 0, 0, 0);
  rig.folder = folder;
  rig.status = run (&rig, spec != NULL ? spec : "OPENMV4", program) ? rig.status : 2;

  g_clear_pointer (&rig.cameras, g_ptr_array_unref);
  g_clear_pointer (&rig.loop, g_main_loop_unref);
  g_clear_pointer (&rig.root, g_free);
  g_clear_object (&rig.bed);
  return rig.status;
}
