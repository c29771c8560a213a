/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/session.h"

G_BEGIN_DECLS

typedef enum {
  HS_DOCTOR_OK,
  HS_DOCTOR_NOTE,    /* worth knowing; nothing fails because of it */
  HS_DOCTOR_TROUBLE, /* something will fail, or does already */
} HsDoctorState;

/* What a finding is about; in the order in which people are shown them if all are well. */
typedef enum {
  HS_DOCTOR_RULES,   /* the udev rules */
  HS_DOCTOR_CAMERAS, /* the nodes of each device that is on the bus now */
  HS_DOCTOR_OTHERS,  /* programs that grab cameras */
  HS_DOCTOR_MACHINE, /* disk, clock, WSL, sounds */
  HS_DOCTOR_TOOLS,   /* vendors' programs, the SDK */
  HS_DOCTOR_TREE,    /* what building a firmware tree needs */
  HS_DOCTOR_N_GROUPS
} HsDoctorGroup;

/**
 * HsDoctorFinding:
 * @id: "rules", "access:1-4.2", "other:modemmanager:812": never the same for two of one list
 * @group: what it is about
 * @state: how bad it is
 * @title: translated, a few words: "ModemManager runs (pid 812)"
 * @text: translated, whole sentences: what was seen, and what it means; nullable
 * @action: translated: what to do about it; nullable
 * @command: what to type for that, as it stands; several lines are several commands; nullable
 * @port: of a finding about one device on the bus: "1-4.2"; nullable
 *
 * One thing that the doctor looked at.
 */
typedef struct {
  char *id;
  HsDoctorGroup group;
  HsDoctorState state;
  char *title;
  char *text;
  char *action;
  char *command;
  char *port;
} HsDoctorFinding;
void hs_doctor_finding_free (HsDoctorFinding *self);

const char *hs_doctor_state_name (HsDoctorState state);  /* "ok" "note" "trouble": for scripts */
const char *hs_doctor_group_name (HsDoctorGroup group);  /* "cameras": for scripts */
const char *hs_doctor_group_title (HsDoctorGroup group); /* translated */

/**
 * HsDoctorPlaces:
 * @root: folder that holds etc, proc, sys, dev, run and usr; NULL: this machine's own
 * @rules: our own copy of the rules; NULL: where Hotshoe was installed, or its source tree
 * @catalog: path of the database; NULL: nothing is said about its disk
 * @newest_us: time of the newest journal entry, µs; 0 none
 * @now_us: the wall clock, µs; 0: what it is now
 * @folder: where a firmware tree would be built: is it under /mnt inside WSL? NULL: not asked
 * @may_open: whether this process may open a node for reading and writing; NULL: asks the kernel
 * @groups: (array length=n_groups) (nullable): ids of the groups that this process is in; NULL:
 *   asks the kernel
 * @user: name in etc/group; NULL: whose process this is
 * @path: (array zero-terminated=1) (nullable): folders to look for programs in, as they are, below
 *   no @root; NULL: PATH
 * @free_bytes: room on the catalog's disk; 0: asks the kernel
 * @no_tools: don't look for vendors' programs; in tests, since that starts them
 * @simulated: cameras are simulated: nodes and udev rules matter to nobody
 *
 * Where the doctor looks. All zero: this machine.
 */
typedef struct {
  const char *root;
  const char *rules;
  const char *catalog;
  gint64 newest_us;
  gint64 now_us;
  const char *folder;
  gboolean (*may_open) (const char *node);
  const guint *groups;
  guint n_groups;
  const char *user;
  const char *const *path;
  guint64 free_bytes;
  gboolean no_tools;
  gboolean simulated;
} HsDoctorPlaces;

/* (element-type HsDoctorFinding): by groups, those with trouble first,
 * and trouble first in each. Opens no camera.
 * Blocks on files, and on the vendors' programs that it asks for their version: never on the main
 * thread of the window. */
GPtrArray *hs_doctor_examine (const HsDoctorPlaces *places, GCancellable *cancellable);
/* The same about this machine and a session's catalog, on a thread. Main thread. */
void hs_doctor_examine_async (HsSession *session,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
GPtrArray *hs_doctor_examine_finish (GAsyncResult *result, GError **error);
/* What that one looks at, for the command line: asks the catalog, so it blocks. @places: (out):
 * borrows from @session. */
void hs_doctor_places_of (HsSession *session, HsDoctorPlaces *places);
HsDoctorState hs_doctor_get_worst (GPtrArray *findings);
/* "2 things are in trouble", "Nothing is in trouble"; (transfer full) translated. */
char *hs_doctor_summary (GPtrArray *findings);

/* --- the udev rules --- */

/**
 * HsRulesChange:
 * @path: the file that will be written
 * @text: all that will be in it
 * @diff: lines that go ("-…"), come ("+…") or stay (" …", three around each change); NULL: there
 *   is no such file yet
 * @same: it holds just that already
 *
 * What installing the udev rules will do, to be shown before.
 */
typedef struct {
  char *path;
  char *text;
  char *diff;
  gboolean same;
} HsRulesChange;
void hs_rules_change_free (HsRulesChange *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsRulesChange, hs_rules_change_free)

/* Blocks on two small files. @places: (nullable): this machine. */
HsRulesChange *hs_doctor_plan_rules (const HsDoctorPlaces *places, GError **error);
/* Writes them, has udev read them, and hands out anew what is plugged in now: nothing has to be
 * unplugged. By root itself (so it is with @places, nullable), through sudo on a @terminal, else
 * through pkexec: that one asks for the password in a window. Blocks as long as the person does.
 * %HS_APP_ERROR_FAILED. */
gboolean hs_doctor_install_rules (const HsDoctorPlaces *places,
                                  gboolean terminal,
                                  GCancellable *cancellable,
                                  GError **error);
/* The same through pkexec, on a thread; examine again afterwards to see what it did. */
void hs_doctor_install_rules_async (GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
gboolean hs_doctor_install_rules_finish (GAsyncResult *result, GError **error);
gboolean hs_doctor_rules_installed (void);
char *hs_doctor_find_rules (void);
/* The lines that go, come and stay between two texts, three around each change; %NULL: equal.
 * (transfer full) */
char *hs_doctor_diff (const char *before, const char *after);

gboolean hs_doctor_can_play_sounds (void);

G_END_DECLS
