/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/firmware/tree.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A row of the linker's table of memory. */
typedef struct {
  char *elf;      /* "bootloader", "firmware", "firmware_M55_HP": whose it is */
  char *region;   /* "FLASH_TEXT" */
  guint64 used;   /* bytes */
  guint64 length; /* bytes; may be less than used */
} HsMemoryUse;

/* Something that could be left out, or that takes much. */
typedef struct {
  char *what;        /* "AprilTags", "gate/fonts.py", "mobilenet.tflite" */
  guint64 bytes;     /* 0: not known */
  char *how;         /* "imlib_config.h, switch off" */
  const char *where; /* literal: "features" "freeze" "romfs" "": the page that does it */
} HsBuildHint;

/**
 * HsBuildProblem:
 *
 * Why a build came to nothing, for people. @code is one of a closed list (docs/building.md):
 * "no-target" "unknown-target" "unsupported-target" "no-sdk" "other-sdk" "no-compiler"
 * "old-compiler" "no-make" "no-python" "no-submodule" "no-mpy-cross" "mpy-cross-failed" "c-error"
 * "python-error" "manifest-error" "link-error" "flash-overflow" "memory-overflow" "romfs-overflow"
 * "romfs-missing" "no-converter" "empty-image" "no-image" "tree-changed" "no-engine"
 * "engine-failed" "disk-full" "old-objects" "not-yours" "not-imported" "other".
 */
typedef struct {
  const char *code;
  char *title;      /* "The firmware is 14 352 bytes too large for OPENMV4" */
  char *text;       /* a sentence: what it is, what to do */
  char *command;    /* that mends it; nullable */
  char *target;     /* nullable */
  char *region;     /* of an overflow; nullable */
  guint64 over;     /* bytes of an overflow */
  guint line;       /* of the log, from 1; 0: none */
  GPtrArray *hints; /* HsBuildHint, the biggest first; may be empty */
} HsBuildProblem;

void hs_build_problem_free (HsBuildProblem *self);
void hs_build_hint_free (HsBuildHint *self);
void hs_memory_use_free (HsMemoryUse *self);

/**
 * HsBuildReport:
 *
 * Reads a build's output line by line and knows at any time: which phase, how many steps, the
 * tables of memory, what went wrong. Pure: no files, no processes. One thread.
 */
typedef struct _HsBuildReport HsBuildReport;
HsBuildReport *hs_build_report_new (const char *target);
void hs_build_report_free (HsBuildReport *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsBuildReport, hs_build_report_free)
void hs_build_report_line (HsBuildReport *self, const char *line, gsize length, gboolean is_stderr);
/* From now on another program speaks: "mpy-cross", then "bootloader". @phase: literal. */
void hs_build_report_begin (HsBuildReport *self, const char *phase);
/* Literal: "mpy-cross" "bootloader" "micropython" "frozen" "firmware" "link" "romfs"; the last that
 * was seen. */
const char *hs_build_report_get_phase (HsBuildReport *self);
guint hs_build_report_get_steps (HsBuildReport *self);       /* CC, MPY, GEN … so far */
GPtrArray *hs_build_report_get_memory (HsBuildReport *self); /* HsMemoryUse */
/* Why it ended with @status; NULL for 0 and nothing wrong. (transfer full) */
HsBuildProblem *hs_build_report_dup_problem (HsBuildReport *self, int status);

/* -- map-file.c: what takes the room -- */

/* Reads a GNU ld map: bytes by object file and by archive member, in the output sections that lie
 * in
 * @region (NULL: all). Biggest first; (element-type HsBuildHint). Never fails: what it can't read
 * it leaves out. */
GPtrArray *hs_map_file_read (const char *text, gssize length, const char *region, guint most);

G_END_DECLS
