/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/doctor.h"

G_BEGIN_DECLS

#define HS_RULES_NAME   "60-hotshoe.rules"
#define HS_RULES_FOLDER "/etc/udev/rules.d"

/* What one examination works with. */
typedef struct {
  const HsDoctorPlaces *places;
  GPtrArray *findings; /* (element-type HsDoctorFinding) */
  GCancellable *cancellable;
  gboolean no_udev;      /* none runs here: rules have no effect */
  gboolean rules_here;   /* ours are installed, of whatever version */
  gboolean modems_kept;  /* what is installed keeps ModemManager from cameras */
  gboolean rules_opened; /* what is installed has every device of ours */
} HsExamination;

/* Adds one. @text: (transfer full) (nullable); the others are copied. Returns it, to say more. */
HsDoctorFinding *hs_examination_add (HsExamination *self,
                                     HsDoctorGroup group,
                                     HsDoctorState state,
                                     const char *id,
                                     const char *title,
                                     char *text);
/* @action and @command: (nullable), copied. */
void hs_doctor_finding_advise (HsDoctorFinding *self, const char *action, const char *command);

/* "/proc/812/comm" below the root that is examined; (transfer full). */
char *hs_examination_path (HsExamination *self, const char *path);
/* All of a small file, without white space at its ends; (transfer full) (nullable). */
char *hs_examination_read (HsExamination *self, const char *path);
/* Names in a folder, sorted; (transfer full), empty if it is not there. */
GStrv hs_examination_list (HsExamination *self, const char *path);
gboolean hs_examination_has (HsExamination *self, const char *path);
/* Where a program is, by PATH; (transfer full) (nullable). */
char *hs_examination_find_program (HsExamination *self, const char *name);

/* A device on the bus, as /sys shows it. */
typedef struct {
  char *port; /* "1-4.2" */
  guint16 vid, pid;
  char *product;    /* nullable */
  gboolean blocked; /* the kernel was told to leave it alone */
  char *node;       /* "/dev/bus/usb/001/005" */
  GPtrArray *ttys;  /* (element-type utf8): "/dev/ttyACM0" */
  GPtrArray *hidraws;
} HsSeenDevice;
void hs_seen_device_free (HsSeenDevice *self);
/* "OpenMV Cam H7 on 1-4.2"; (transfer full). %NULL: nothing that Hotshoe works with. */
char *hs_seen_device_describe (const HsSeenDevice *self);
gboolean hs_seen_device_is_bridge (const HsSeenDevice *self);
/* (element-type HsSeenDevice): every device that is no hub; NULL: there is no USB here. */
GPtrArray *hs_examination_list_devices (HsExamination *self);

/* The parts. */
void hs_examine_rules (HsExamination *self);
void hs_examine_cameras (HsExamination *self, GPtrArray *devices);
void hs_examine_others (HsExamination *self, GPtrArray *devices);
void hs_examine_machine (HsExamination *self, GPtrArray *devices);
void hs_examine_tools (HsExamination *self);
void hs_examine_tree (HsExamination *self);

G_END_DECLS
