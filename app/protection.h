/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "flash/board.h"
#include "store/catalog.h"

G_BEGIN_DECLS

/* A way in which code can leave a camera. */
typedef enum {
  HS_DOOR_DEBUG_PORT,
  HS_DOOR_ROM,        /* the chip's own bootloader */
  HS_DOOR_BOOTLOADER, /* the everyday bootloader hands out what it is asked for */
  HS_DOOR_REPL,       /* and the debug protocol of the firmware */
  HS_DOOR_DRIVE,      /* its filesystem, as the computer sees it */
  HS_DOOR_EXTERNAL,   /* flash beside the chip: by a clip */
  HS_N_DOORS
} HsDoor;

typedef enum {
  HS_DOOR_NOT_CHECKED,
  HS_DOOR_OPEN,
  HS_DOOR_CLOSED,
  HS_DOOR_CANT_CLOSE, /* open, and nothing closes it on this chip */
  HS_DOOR_NOT_THERE,
} HsDoorState;

/* One line of an exposure audit. Texts are translated; they belong to the line. */
typedef struct {
  HsDoor door;
  HsDoorState state;
  char *saw;    /* what Hotshoe saw, not what it believes */
  char *closes; /* what would close it; nullable */
} HsDoorLine;
void hs_door_line_free (HsDoorLine *self);

const char *hs_door_name (HsDoor door); /* "debug-port": in the journal */
const char *hs_door_title (HsDoor door);
const char *hs_door_state_name (HsDoorState state);
const char *hs_door_state_title (HsDoorState state);

/* The last audit of a unit, for people: (element-type HsDoorLine), a line for each door in order;
 * all %HS_DOOR_NOT_CHECKED if there was none. @time_us: when; 0 never. Blocks on the catalog. */
GPtrArray *hs_protection_list_doors (HsCatalog *catalog,
                                     const char *unit,
                                     const HsBoard *board,
                                     gint64 *time_us,
                                     GError **error);
/* "3 of 6 doors are open", and its plain consequence. */
char *hs_protection_verdict (GPtrArray *doors);
char *hs_protection_consequence (const HsBoard *board, GPtrArray *doors);

/* What is known of a unit's readout protection: requested, written and observed are kept apart. */
typedef struct {
  int level; /* -1: none */
  gint64 time_us;
  char *proof; /* translated: how that is known; nullable */
  char *run;   /* nullable */
} HsProtectionFact;
typedef struct {
  HsProtectionFact requested, written, observed;
} HsProtectionRecord;
HsProtectionRecord *
hs_protection_get_record (HsCatalog *catalog, const char *unit, GError **error); /* blocks */
void hs_protection_record_free (HsProtectionRecord *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HsProtectionRecord, hs_protection_record_free)

/* May it be set here? %FALSE: @reason says why not, and what to do instead; translated. */
gboolean hs_protection_is_offered (const HsBoard *board, char **reason);

/* What has to be typed before something that can't be undone: the shortest ending of the unit's id,
 * 8 digits at least, that no other known unit of that board shares. Blocks on the catalog. */
char *hs_protection_make_ending (HsCatalog *catalog, const char *unit, GError **error);
gboolean hs_protection_check_ending (const char *ending, const char *typed, GError **error);

G_END_DECLS
