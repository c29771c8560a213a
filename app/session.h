/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/build-run.h"
#include "app/job.h"
#include "app/plan.h"
#include "app/slot.h"
#include "flash/monitor.h"
#include "flash/sim/sim-bus.h"
#include "flash/sim/sim-faults.h"
#include "store/catalog.h"

G_BEGIN_DECLS

typedef struct {
  const char *catalog;      /* nullable: the default place */
  const char *simulate;     /* SPEC; nullable: the real USB */
  const char *simulate_dir; /* nullable: beside the catalog */
  gboolean simulate_fast;
  const char *operator_name; /* nullable: last used, else the user's name */
  gboolean record;           /* keep the conversation of every run, not only of failed ones */
  gboolean practice_builds;  /* an empty practice catalog gets a build for each simulated board */
  gboolean read_only;        /* no session lock: listing commands */
} HsSessionOptions;

/**
 * HsSession:
 *
 * Owns catalog, bus, monitor, slots and job queue; the one object that the window and the command
 * line are handed. Main thread. ::jobs-changed when a job starts or ends.
 */
#define HS_TYPE_SESSION (hs_session_get_type ())
G_DECLARE_FINAL_TYPE (HsSession, hs_session, HS, SESSION, GObject)

HsSession *hs_session_new (const HsSessionOptions *options, GError **error);
HsCatalog *hs_session_get_catalog (HsSession *self);
HsMonitor *hs_session_get_monitor (HsSession *self);
GListModel *hs_session_get_slots (HsSession *self); /* HsSlot, in the bench's order */
GListModel *hs_session_get_jobs (HsSession *self);  /* HsJob, running and ended, oldest first */
HsBuildQueue *hs_session_get_build_queue (HsSession *self);
HsSimBus *hs_session_get_sim_bus (HsSession *self); /* NULL on the real USB */
gboolean hs_session_is_practice (HsSession *self);
guint hs_session_get_n_running (HsSession *self);
guint hs_session_get_n_interrupted (HsSession *self);
const char *hs_session_get_bench (HsSession *self);
void hs_session_set_bench (HsSession *self, const char *name);
const char *hs_session_get_operator (HsSession *self);
void hs_session_set_operator (HsSession *self, const char *name);
HsBuild *hs_session_get_loaded (HsSession *self); /* nullable; notify "loaded" */
void hs_session_set_loaded (HsSession *self, HsBuild *build);
HsBuild *hs_session_get_loaded_for (HsSession *self, const char *board); /* nullable */
HsRelease *hs_session_get_release (HsSession *self); /* nullable; a loaded build ends it */
GPtrArray *hs_session_get_builds (HsSession *self);  /* HsBuild, of that release; nullable */
void hs_session_set_release (HsSession *self, HsRelease *release, GPtrArray *builds);

/* Starts @what ("flash" "identify" "probe" "enter" "leave" "restart" "read-build") on one camera.
 * Fails only for misuse; refusals come as the job's outcome, in the journal like every other. */
HsJob *hs_session_start (HsSession *self,
                         const char *what,
                         HsDevice *device,
                         const HsRequestOptions *options,
                         GError **error);
/* The lines of the plan for one camera; (element-type HsPlanLine). The first blocks on files. */
GPtrArray *hs_session_describe (HsSession *self,
                                const char *what,
                                HsDevice *device,
                                const HsRequestOptions *options,
                                GError **error);
void hs_session_describe_async (HsSession *self,
                                const char *what,
                                HsDevice *device,
                                const HsRequestOptions *options,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
GPtrArray *hs_session_describe_finish (HsSession *self, GAsyncResult *result, GError **error);
HsSlot *hs_session_find_slot (HsSession *self, const char *port);
gboolean hs_session_name_slot (HsSession *self, const char *port, const char *name, GError **error);
gboolean
hs_session_ignore_port (HsSession *self, const char *port, gboolean ignored, GError **error);
GStrv hs_session_dup_ignored_ports (HsSession *self);
const char *hs_session_get_port_name (HsSession *self, const char *port); /* nullable */
/* The bench's order; only ports that have a name have a place in it. */
gboolean hs_session_order_slots (HsSession *self, const char *const *ports, GError **error);
gboolean
hs_session_place_slot (HsSession *self, const char *port, const char *before, GError **error);
gboolean hs_session_shift_slot (HsSession *self, const char *port, int by, GError **error);
gboolean
hs_session_label_unit (HsSession *self, const char *unit, const char *label, GError **error);
/* Waits in the main context until nothing runs; for the command line. */
void hs_session_drain (HsSession *self);
/* The same until @done says so, after every turn of the main context. @self: (nullable): a command
 * that opened no session. */
void hs_session_run_until (HsSession *self, gboolean (*done) (gpointer data), gpointer data);

/* A folder, zip or file; the same content twice is one build. Blocks on files: the _async face is
 * for the window. @existing: it was there. */
HsBuild *hs_session_import (HsSession *self,
                            const char *const *paths,
                            const char *board,
                            gboolean *existing,
                            GError **error);
void hs_session_import_async (HsSession *self,
                              const char *const *paths,
                              const char *board,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
HsBuild *hs_session_import_finish (HsSession *self,
                                   GAsyncResult *result,
                                   gboolean *existing,
                                   GError **error);

G_END_DECLS
