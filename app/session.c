/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/session-private.h"

#include "app/app-error.h"
#include "app/import.h"
#include "app/job-private.h"
#include "app/job-queue.h"
#include "app/practice.h"
#include "app/resolve.h"
#include "app/run-json.h"
#include "app/slot-list.h"
#include "app/slot-private.h"
#include "app/unit-life.h"
#include "app/which-board.h"
#include "flash/transport/recording-bus.h"
#include "flash/transport/replaying-bus.h"
#include "flash/transport/usb-bus.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>

/* SPEC that plays a kept conversation instead of simulating cameras. */
#define REPLAY_PREFIX "replay:"

struct _HsSession {
  GObject parent_instance;

  HsCatalog *catalog;
  HsBus *bus;
  HsSimBus *sim_bus; /* the same object as bus, or NULL */
  HsMonitor *monitor;
  HsSlotList *slots;
  HsJobQueue *jobs;
  HsBuildQueue *build_queue; /* nullable: made when it is asked for */
  HsBuild *loaded;           /* nullable */
  HsRelease *release;        /* nullable: then loaded is one of its builds */
  GPtrArray *builds;         /* HsBuild, one a board; NULL without a release */
  char *bench;
  char *operator_name;
  gboolean record;
  guint n_interrupted;
};

G_DEFINE_FINAL_TYPE (HsSession, hs_session, G_TYPE_OBJECT)

enum { PROP_0, PROP_LOADED, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { JOBS_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
hs_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_LOADED)
    g_value_set_object (value, HS_SESSION (object)->loaded);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hs_session_dispose (GObject *object)
{
  HsSession *self = HS_SESSION (object);

  if (self->build_queue != NULL)
    hs_build_queue_drain (self->build_queue, TRUE);
  g_clear_object (&self->build_queue);
  g_clear_object (&self->slots);
  g_clear_object (&self->jobs);
  g_clear_object (&self->monitor);
  g_clear_object (&self->bus);
  g_clear_object (&self->loaded);
  g_clear_object (&self->release);
  g_clear_pointer (&self->builds, g_ptr_array_unref);
  if (self->catalog != NULL)
    hs_catalog_close (self->catalog); /* answers on their way may hold it */
  g_clear_object (&self->catalog);

  G_OBJECT_CLASS (hs_session_parent_class)->dispose (object);
}

static void
hs_session_finalize (GObject *object)
{
  HsSession *self = HS_SESSION (object);

  g_free (self->bench);
  g_free (self->operator_name);

  G_OBJECT_CLASS (hs_session_parent_class)->finalize (object);
}

static void
hs_session_class_init (HsSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = hs_session_get_property;
  object_class->dispose = hs_session_dispose;
  object_class->finalize = hs_session_finalize;

  props[PROP_LOADED] = g_param_spec_object ("loaded", NULL, NULL, HS_TYPE_BUILD, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  signals[JOBS_CHANGED] = g_signal_new (
      "jobs-changed", HS_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_session_init (HsSession *self)
{
}

/* --- opening --- */

static char *
default_catalog (gboolean practice)
{
  if (practice)
    return g_build_filename (g_get_user_data_dir (), "hotshoe", "practice", "catalog.db", NULL);
  return g_build_filename (g_get_user_data_dir (), "hotshoe", "catalog.db", NULL);
}

/* A conversation that was kept, played again in place of cameras. */
static HsBus *
open_replay (const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (HsCapture) capture = hs_capture_load (file, error);

  return capture != NULL ? hs_replaying_bus_new (capture) : NULL;
}

static gboolean
open_bus (HsSession *self, const HsSessionOptions *options, const char *catalog, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (catalog);
  g_autofree char *beside = g_build_filename (folder, "cameras", NULL);

  if (options->simulate == NULL) {
    self->bus = hs_usb_bus_new (error);
    return self->bus != NULL;
  }

  if (g_str_has_prefix (options->simulate, REPLAY_PREFIX)) {
    self->bus = open_replay (options->simulate + strlen (REPLAY_PREFIX), error);
    return self->bus != NULL;
  }

  self->sim_bus = hs_sim_bus_new (options->simulate,
                                  options->simulate_dir != NULL ? options->simulate_dir : beside,
                                  options->simulate_fast,
                                  error);
  self->bus = (HsBus *) self->sim_bus;
  return self->bus != NULL;
}

static gboolean
open_catalog (HsSession *self, const HsSessionOptions *options, const char *path, GError **error)
{
  HsPurpose purpose = options->simulate != NULL ? HS_PURPOSE_PRACTICE : HS_PURPOSE_PRODUCTION;
  /* Only a run needs the two to agree; looking at a practice catalog is always fine. */
  int wanted = options->simulate != NULL || !options->read_only ? (int) purpose : -1;

  self->catalog = hs_catalog_open (path, wanted, error);
  if (self->catalog == NULL)
    return FALSE;
  hs_catalog_set_who (self->catalog, self->bench, self->operator_name);
  return options->read_only ||
         hs_catalog_begin_session (self->catalog, &self->n_interrupted, error);
}

static void
jobs_changed_cb (HsSession *self)
{
  g_signal_emit (self, signals[JOBS_CHANGED], 0);
}

/**
 * hs_session_new:
 * @options: what to open
 * @error: an #HsStoreError, #HsFlashError or %G_IO_ERROR_INVALID_ARGUMENT (SPEC)
 *
 * Opens catalog and bus. Blocks for as long as the catalog takes to open: the window calls it
 * before its first page is shown.
 *
 * Returns: (transfer full): the session
 */
HsSession *
hs_session_new (const HsSessionOptions *options, GError **error)
{
  g_autoptr (HsSession) self = g_object_new (HS_TYPE_SESSION, NULL);
  g_autofree char *standard = default_catalog (options->simulate != NULL);
  const char *path = options->catalog != NULL ? options->catalog : standard;

  self->bench = g_strdup (g_get_host_name ());
  self->operator_name =
      g_strdup (options->operator_name != NULL ? options->operator_name : g_get_user_name ());
  self->record = options->record;
  if (!open_catalog (self, options, path, error) || !open_bus (self, options, path, error))
    return NULL;

  self->monitor = hs_monitor_new (self->bus);
  hs_monitor_refresh (self->monitor);
  self->jobs = hs_job_queue_new ();
  g_signal_connect_object (
      self->jobs, "jobs-changed", G_CALLBACK (jobs_changed_cb), self, G_CONNECT_SWAPPED);
  self->slots = hs_slot_list_new (self);
  if (!hs_session_load_slot_names (self, error))
    return NULL;

  if (options->practice_builds && self->sim_bus != NULL && !hs_practice_add_builds (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* --- what it owns --- */

HsCatalog *
hs_session_get_catalog (HsSession *self)
{
  return self->catalog;
}

HsMonitor *
hs_session_get_monitor (HsSession *self)
{
  return self->monitor;
}

GListModel *
hs_session_get_slots (HsSession *self)
{
  return G_LIST_MODEL (self->slots);
}

GListModel *
hs_session_get_jobs (HsSession *self)
{
  return G_LIST_MODEL (self->jobs);
}

/**
 * hs_session_get_build_queue:
 * @self: a session
 *
 * Returns: (transfer none): builds of firmware trees; the end of the session cancels them
 */
HsBuildQueue *
hs_session_get_build_queue (HsSession *self)
{
  if (self->build_queue == NULL)
    self->build_queue = hs_build_queue_new (self->catalog);
  return self->build_queue;
}

HsSimBus *
hs_session_get_sim_bus (HsSession *self)
{
  return self->sim_bus;
}

gboolean
hs_session_is_practice (HsSession *self)
{
  return hs_catalog_get_purpose (self->catalog) == HS_PURPOSE_PRACTICE;
}

guint
hs_session_get_n_running (HsSession *self)
{
  return hs_job_queue_get_n_unfinished (self->jobs);
}

guint
hs_session_get_n_interrupted (HsSession *self)
{
  return self->n_interrupted;
}

const char *
hs_session_get_bench (HsSession *self)
{
  return self->bench;
}

void
hs_session_set_bench (HsSession *self, const char *name)
{
  g_free (self->bench);
  self->bench = g_strdup (name);
  hs_catalog_set_who (self->catalog, self->bench, self->operator_name);
}

const char *
hs_session_get_operator (HsSession *self)
{
  return self->operator_name;
}

void
hs_session_set_operator (HsSession *self, const char *name)
{
  g_free (self->operator_name);
  self->operator_name = g_strdup (name);
  hs_catalog_set_who (self->catalog, self->bench, self->operator_name);
}

HsBuild *
hs_session_get_loaded (HsSession *self)
{
  return self->loaded;
}

/* The build that is loaded for @board, an id: of a release each board has its own. */
HsBuild *
hs_session_get_loaded_for (HsSession *self, const char *board)
{
  for (guint i = 0; self->builds != NULL && i < self->builds->len; i++) {
    HsBuild *build = g_ptr_array_index (self->builds, i);

    if (g_strcmp0 (hs_build_get_board (build), board) == 0)
      return build;
  }
  return self->loaded != NULL && g_strcmp0 (hs_build_get_board (self->loaded), board) == 0
             ? self->loaded
             : NULL;
}

static void
loaded_changed (HsSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_LOADED]);
  if (self->slots != NULL)
    hs_slot_list_update_all (self->slots);
}

void
hs_session_set_loaded (HsSession *self, HsBuild *build)
{
  gboolean had_release = self->release != NULL;

  g_clear_object (&self->release);
  g_clear_pointer (&self->builds, g_ptr_array_unref);
  if (g_set_object (&self->loaded, build) || had_release)
    loaded_changed (self);
}

HsRelease *
hs_session_get_release (HsSession *self)
{
  return self->release;
}

GPtrArray *
hs_session_get_builds (HsSession *self)
{
  return self->builds;
}

/**
 * hs_session_set_release:
 * @self: a session
 * @release: a locked release
 * @builds: (element-type HsBuild): its builds, one a board, as the catalog has them; entries may
 *   be %NULL
 *
 * Loads @release in place of a single build. Whether it may be run is asked when it is.
 */
void
hs_session_set_release (HsSession *self, HsRelease *release, GPtrArray *builds)
{
  g_return_if_fail (HS_IS_SESSION (self));
  g_return_if_fail (HS_IS_RELEASE (release));

  g_set_object (&self->release, release);
  g_clear_pointer (&self->builds, g_ptr_array_unref);
  self->builds = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < builds->len; i++)
    if (g_ptr_array_index (builds, i) != NULL)
      g_ptr_array_add (self->builds, g_object_ref (g_ptr_array_index (builds, i)));
  g_clear_object (&self->loaded);
  if (self->builds->len > 0)
    self->loaded = g_object_ref (g_ptr_array_index (self->builds, 0));
  loaded_changed (self);
}

HsSlot *
hs_session_find_slot (HsSession *self, const char *port)
{
  return hs_slot_list_find (self->slots, port);
}

/* --- jobs --- */

/* Of a camera that can't tell: as it was said, or as the unit that was named is known. */
static const HsBoard *
board_asked_for (HsSession *self, const HsRequestOptions *options)
{
  g_autoptr (HsUnit) unit = NULL;

  if (options->board != NULL || options->unit == NULL)
    return options->board;
  unit = hs_catalog_get_unit (self->catalog, options->unit, NULL);
  return unit != NULL ? hs_board_by_id (hs_unit_get_board (unit)) : NULL;
}

/* What makes a job's work out of a wish and a camera; nothing is read or opened yet. */
HsWork *
hs_session_make_work (HsSession *self,
                      const char *what,
                      HsDevice *device,
                      const HsRequestOptions *options)
{
  g_autoptr (HsCapture) capture = hs_capture_new ();
  g_autoptr (HsBus) bus = hs_recording_bus_new (self->bus, capture);
  gboolean in_rom = g_str_equal (what, "restore-bootloader");
  const HsBoard *known =
      in_rom ? options->board : hs_which_board (device, options->build, options->release);
  const HsBoard *board = known != NULL ? known : board_asked_for (self, options);
  /* A ROM shows no id: whose it is has to be proven afterwards. */
  gboolean proven = !in_rom && hs_device_get_strength (device) == HS_IDENTITY_PROVEN;
  g_autoptr (HsCamera) camera = hs_camera_new (
      bus, hs_device_get_info (device), board, proven ? hs_device_get_key (device) : NULL);
  HsWork *work = hs_work_new (g_intern_string (what), board, camera, self->catalog);
  HsSlot *slot = hs_session_find_slot (self, hs_device_get_port (device));

  if (!self->record)
    hs_capture_set_brief (capture);
  work->capture = g_steal_pointer (&capture);
  work->record = self->record;
  hs_request_options_copy (&work->options, options);
  if (slot != NULL && hs_slot_get_named (slot))
    work->slot = g_strdup (hs_slot_get_name (slot));
  work->place = slot != NULL ? g_strdup (hs_slot_get_name (slot))
                             : g_strdup_printf (_ ("port %s"), hs_device_get_port (device));
  return work;
}

/* What the job proved holds for the camera that it ended with, not for one that was plugged in
 * instead meanwhile. */
static void
job_outcome_cb (HsJob *job, GParamSpec *pspec, HsSession *self)
{
  HsDevice *device = hs_job_get_device (job);
  const char *unit = hs_job_get_unit (job);
  g_autoptr (HsUsbInfo) last = hs_camera_dup_info (hs_job_get_work (job)->camera);

  hs_monitor_refresh (self->monitor);
  if (unit != NULL && hs_device_get_info (device)->instance == last->instance)
    hs_device_set_key (device, unit);
  hs_monitor_release (self->monitor, device);
}

/**
 * hs_session_start:
 * @self: a session
 * @what: "flash" "reset-romfs" "erase" "read" "compare" "dry-run" "identify" "probe" "read-build"
 * "enter" "leave" "restart" "restore-bootloader"
 * @device: the camera
 * @options: how
 * @error: %HS_APP_ERROR_USAGE, %HS_APP_ERROR_NO_CAMERA
 *
 * Returns: (transfer full): the job; refusals come as its outcome
 */
HsJob *
hs_session_start (HsSession *self,
                  const char *what,
                  HsDevice *device,
                  const HsRequestOptions *options,
                  GError **error)
{
  HsWork *work;
  HsJob *job;

  if (!hs_what_is_known (what)) {
    g_set_error (error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("Hotshoe can't “%s”."), what);
    return NULL;
  }
  if (hs_device_get_info (device) == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NO_CAMERA,
                 _ ("The camera on %s is gone."),
                 hs_device_get_port (device));
    return NULL;
  }

  work = hs_session_make_work (self, what, device, options);
  job = hs_job_new (work, device);
  hs_monitor_hold (self->monitor, device);
  g_signal_connect_object (job, "notify::outcome", G_CALLBACK (job_outcome_cb), self, 0);
  hs_job_queue_add (self->jobs, job);
  hs_slot_list_take_job (self->slots, job);
  return job;
}

/**
 * hs_session_drain:
 * @self: a session
 *
 * Runs the main context until no job is left; for the command line, which has no other loop.
 */
void
hs_session_drain (HsSession *self)
{
  while (hs_job_queue_get_n_unfinished (self->jobs) > 0)
    g_main_context_iteration (NULL, TRUE);
}

void
hs_session_run_until (HsSession *self, gboolean (*done) (gpointer data), gpointer data)
{
  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
}

/* --- small facts --- */

gboolean
hs_session_label_unit (HsSession *self, const char *unit, const char *label, GError **error)
{
  return hs_unit_label (self->catalog, unit, label, error);
}

/* --- import --- */

static HsBuild *
import_paths (HsCatalog *catalog,
              const char *const *paths,
              const char *board,
              gboolean *existing,
              GError **error)
{
  g_autoptr (HsImport) import = hs_import_new (catalog);

  for (; *paths != NULL; paths++)
    if (!hs_import_add_path (import, *paths, error))
      return NULL;
  return hs_import_finish (import, board, existing, error);
}

/**
 * hs_session_import:
 * @self: a session
 * @paths: (array zero-terminated): a build folder, a zip of the cloud build, or files of one build
 * @board: (nullable): the TARGET, where the files don't tell
 * @existing: (out) (optional): the same content was there
 * @error: see hs_import_finish()
 *
 * Blocks on files and the catalog.
 *
 * Returns: (transfer full): the build
 */
HsBuild *
hs_session_import (HsSession *self,
                   const char *const *paths,
                   const char *board,
                   gboolean *existing,
                   GError **error)
{
  return import_paths (self->catalog, paths, board, existing, error);
}

typedef struct {
  char **paths;
  char *board;
  gboolean existing;
} Import;

static void
import_data_free (gpointer data)
{
  Import *import = data;

  g_strfreev (import->paths);
  g_free (import->board);
  g_free (import);
}

static void
import_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Import *import = data;
  GError *error = NULL;
  HsBuild *build = import_paths (HS_SESSION (source)->catalog,
                                 (const char *const *) import->paths,
                                 import->board,
                                 &import->existing,
                                 &error);

  if (build != NULL)
    g_task_return_pointer (task, build, g_object_unref);
  else
    g_task_return_error (task, error);
}

void
hs_session_import_async (HsSession *self,
                         const char *const *paths,
                         const char *board,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Import *import = g_new0 (Import, 1);

  import->paths = g_strdupv ((char **) paths);
  import->board = g_strdup (board);
  g_task_set_source_tag (task, hs_session_import_async);
  g_task_set_task_data (task, import, import_data_free);
  g_task_run_in_thread (task, import_thread);
}

HsBuild *
hs_session_import_finish (HsSession *self, GAsyncResult *result, gboolean *existing, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  if (existing != NULL)
    *existing = ((Import *) g_task_get_task_data (G_TASK (result)))->existing;
  return g_task_propagate_pointer (G_TASK (result), error);
}
