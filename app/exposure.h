/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/protection.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What an audit may see at a door. The journal keeps the word, people read the sentence. */
typedef enum {
  HS_SAW_NOTHING,
  HS_SAW_LEVEL_0, /* debug port: what the chip itself says of it */
  HS_SAW_LEVEL_1,
  HS_SAW_LEVEL_2,
  HS_SAW_ROM_LEVEL_0, /* what the ROM bootloader shows of it */
  HS_SAW_ROM_LEVEL_1,
  HS_SAW_NO_LEVEL,
  HS_SAW_NO_PROBE,
  HS_SAW_NO_LOCK,
  HS_SAW_ROM_GAVE,
  HS_SAW_ROM_REFUSED,
  HS_SAW_ROM_STRANGE,
  HS_SAW_ROM_NOT_STARTED,
  HS_SAW_ROM_IS_LOADER,
  HS_SAW_ROM_NONE,
  HS_SAW_LOADER_GAVE,
  HS_SAW_ROM_LOADER_GAVE,
  HS_SAW_LOADER_REFUSED,
  HS_SAW_LOADER_STRANGE,
  HS_SAW_LOADER_NOT_REACHED,
  HS_SAW_LOADER_NOT_RUNNING,
  HS_SAW_REPL_RAN,
  HS_SAW_PROTOCOL_ANSWERED,
  HS_SAW_BOTH_ANSWERED,
  HS_SAW_SILENCE,
  HS_SAW_NO_SERIAL,
  HS_SAW_SERIAL_HELD,
  HS_SAW_SERIAL_STRANGE,
  HS_SAW_NOT_RUNNING,
  HS_SAW_DRIVE,
  HS_SAW_NO_DRIVE,
  HS_SAW_EXTERNAL_GAVE,
  HS_SAW_EXTERNAL_THERE,
  HS_SAW_EXTERNAL_NONE,
  HS_N_SAW
} HsSaw;

/* One line of an audit while it is made. */
typedef struct {
  HsSaw saw;
  const char *partition; /* it was of this one; static, nullable */
  guint bytes;
  char *reason; /* why it was refused, in the camera's words; owned, nullable */
} HsDoorFinding;

HsDoorState hs_saw_get_state (HsSaw saw);
JsonObject *hs_door_finding_to_json (HsDoor door, const HsDoorFinding *finding);
HsDoorLine *hs_door_line_from_json (const HsBoard *board, HsDoor door, JsonObject *object);
HsDoorLine *hs_door_line_new (const HsBoard *board, HsDoor door, const HsDoorFinding *finding);

G_END_DECLS
