/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/private-folder.h"
#include "app/tool-run.h"

G_BEGIN_DECLS

/* Alif's SE tools, in a private copy that is set up for one chip behind one serial port. */
typedef struct {
  HsWork *work;            /* borrowed */
  HsPrivateFolder *folder; /* owned */
  char *origin;            /* where they were copied from */
  char *version;           /* of the toolkit; nullable */
  const char *part;        /* "AE302F80F55D5AE"; static */
  char *tty;
  gboolean takes_target; /* the fork: port and part are arguments; Alif's have them in files */
} HsSeTools;

void hs_se_tools_clear (HsSeTools *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HsSeTools, hs_se_tools_clear)

gboolean hs_se_tools_open (HsSeTools *self, HsWork *work, GError **error);
/* The adapter came back, perhaps under another name. */
gboolean hs_se_tools_set_tty (HsSeTools *self, const char *tty, GError **error);
/* One of the programs: "maintenance" …; @arguments behind those that name the chip; @asked and
 * @writing (both nullable) as in #HsToolCall. */
gboolean hs_se_tools_run (HsSeTools *self,
                          const char *program,
                          const char *const *arguments,
                          guint timeout_s,
                          HsCommandLineFunc func,
                          gpointer user_data,
                          const gboolean *asked,
                          const int *writing,
                          GError **error);

/* What the secure enclave answers. */
typedef enum {
  HS_SE_ANSWERS,
  HS_SE_SILENT,   /* nothing comes: hard maintenance mode is needed */
  HS_SE_RECOVERY, /* its own ROM answers: its system package has to be written anew */
} HsSeState;
gboolean hs_se_ask (HsSeTools *self, HsSeState *state, guint version[3], GError **error);
/* Hard maintenance mode, or the ROM's recovery: a person has to press a button meanwhile. */
gboolean hs_se_maintain (HsSeTools *self, GError **error);
gboolean hs_se_update (HsSeTools *self, GError **error);
gboolean hs_se_write (HsSeTools *self, GError **error);

G_END_DECLS
