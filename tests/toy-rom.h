/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/transport/transport.h"
#include "flash/usb-info.h"

G_BEGIN_DECLS

/* ST's ROM as far as readout protection needs it (AN3156), written from the document and not from
 * Hotshoe's own simulation: option bytes, flash that can be read, Read Unprotect. It writes down
 * every request. */
#define TEST_TYPE_ROM (test_rom_get_type ())
G_DECLARE_FINAL_TYPE (TestRom, test_rom, TEST, ROM, HsTransport)

struct _TestRom {
  HsTransport parent_instance;

  char **names; /* of the alternate settings; owned */
  guint16 transfer_size;
  guint32 options_at;
  guint32 second_at; /* 0: none */
  guint16 n_options;
  guint8 options[128];
  guint8 second[16];
  gboolean is_protected;
  gboolean refuses_pointer; /* a protected chip says so already when the pointer is set */
  gboolean resets;          /* after option bytes were written (F4, F7) */
  gboolean stays;           /* after everything was erased */
  guint fail_at;            /* this request finds the cable gone; 0 none */
  guint n_busy;             /* it says so often that it is still at it */
  gboolean stalls_start;    /* GETSTATUS that carries out a block is heard, and stalls */

  GString *log; /* one request a line: "D2 ff…" DNLOAD, "U2 16" UPLOAD, "S" "C" "A" "I1" */
  guint n_requests;
  guint n_erased; /* how often everything was erased */
  guint64 slept_us;
  gboolean gone;

  guint8 alt, state, status, pending[2048];
  guint16 block, length;
  gboolean waits;
  guint32 pointer;
};

/* @mcu: "STM32F405", "STM32F427", "STM32F767", "STM32H743" */
TestRom *test_rom_new (const char *mcu);
/* (transfer full) */
HsUsbInfo *test_rom_dup_info (TestRom *self);

G_END_DECLS
