/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "flash/sim/sim-faults.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  HsSimFault public;
  gsize offset; /* in #HsSimFaults; all fields are as large as an int */
} Entry;

#define ENTRY(field, label, kind)                                                                  \
  {                                                                                                \
    { #field, label, HS_SIM_FAULT_##kind }, G_STRUCT_OFFSET (HsSimFaults, field)                   \
  }

static const Entry entries[] = {
  ENTRY (unplug_at, N_ ("The cable comes out at this request"), REQUEST),
  ENTRY (stall_at, N_ ("Refuses this request"), REQUEST),
  ENTRY (lose_answer_at, N_ ("Never answers this request"), REQUEST),
  ENTRY (write_error_block, N_ ("Can't write this block"), BLOCK),
  ENTRY (corrupt_block, N_ ("Writes one bit of this block wrong"), BLOCK),
  ENTRY (slow_block, N_ ("An aged sector: this block takes 8 seconds"), BLOCK),
  ENTRY (wrong_unit, N_ ("Another camera comes back"), SWITCH),
  ENTRY (wrong_mode, N_ ("Comes back in another mode"), SWITCH),
  ENTRY (stay_away, N_ ("Does not come back"), SWITCH),
  ENTRY (no_upload, N_ ("The bootloader can't be read"), SWITCH),
  ENTRY (torn_reads_hang, N_ ("Hangs when reading what was half written"), SWITCH),
  ENTRY (no_access, N_ ("You have no permission"), SWITCH),
  ENTRY (held_elsewhere, N_ ("Another program uses it"), SWITCH),
  ENTRY (serial_held, N_ ("Another program has its serial port open"), SWITCH),
  ENTRY (old_bootloader, N_ ("An old bootloader"), SWITCH),
  ENTRY (app_silent, N_ ("The firmware answers nothing"), SWITCH),
  ENTRY (app_no_debug, N_ ("The firmware speaks no debug protocol"), SWITCH),
  ENTRY (app_no_repl, N_ ("The firmware has no REPL"), SWITCH),
  ENTRY (app_legacy, N_ ("The firmware speaks the old protocol"), SWITCH),
  ENTRY (swapped, N_ ("External flash reads back with swapped bytes"), SWITCH),
  ENTRY (short_report, N_ ("Its reports are too short"), SWITCH),
  ENTRY (long_report, N_ ("Its reports are too long"), SWITCH),
  ENTRY (ram_loader, N_ ("Runs the loader that recovery puts into its RAM"), SWITCH),
  ENTRY (hab_closed, N_ ("The chip takes signed programs only"), SWITCH),
  ENTRY (no_jlink, N_ ("Its debug adapter has no J-Link"), SWITCH),
  ENTRY (drive_only, N_ ("Its bootloader shows only a drive"), SWITCH),
  ENTRY (write_protected, N_ ("Writes are ignored in silence"), SWITCH),
  ENTRY (set_pointer_protected, N_ ("While protected, its ROM takes no address either"), SWITCH),
  ENTRY (unprotect_damage, N_ ("Removing its protection destroys how it boots"), SWITCH),
  ENTRY (stays_busy, N_ ("Says for ever that it erases"), SWITCH),
  ENTRY (stalls_early, N_ ("Refuses to be asked too early"), SWITCH),
};

G_STATIC_ASSERT (sizeof (gboolean) == sizeof (int) && sizeof (guint) == sizeof (int));

/**
 * hs_sim_fault_nth:
 * @n: from 0
 *
 * Returns: (nullable) (transfer none): what can be broken about a simulated camera; %NULL past the
 * end
 */
const HsSimFault *
hs_sim_fault_nth (guint n)
{
  return n < G_N_ELEMENTS (entries) ? &entries[n].public : NULL;
}

static const Entry *
find_entry (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    if (strcmp (entries[i].public.name, name) == 0)
      return &entries[i];
  return NULL;
}

static int *
find_field (HsSimCamera *self, const Entry *entry)
{
  return G_STRUCT_MEMBER_P (hs_sim_camera_get_faults (self), entry->offset);
}

/* The value of the fault; 0 for a name that is none. Under the bus's lock. */
int
hs_sim_camera_get_fault (HsSimCamera *self, const char *name)
{
  const Entry *entry = find_entry (name);
  int value = entry != NULL ? *find_field (self, entry) : 0;

  if (value != 0 && entry->public.kind == HS_SIM_FAULT_REQUEST)
    value = MAX (value - (int) hs_sim_camera_get_n_requests (self), 0);
  return value;
}

/**
 * hs_sim_camera_set_fault:
 * @name: as in #HsSimFault
 * @value: see #HsSimFaultKind
 *
 * Under the bus's lock: see hs_sim_bus_set_fault().
 *
 * Returns: %FALSE if there is no such fault
 */
gboolean
hs_sim_camera_set_fault (HsSimCamera *self, const char *name, int value)
{
  const Entry *entry = find_entry (name);

  if (entry == NULL)
    return FALSE;
  if (value != 0 && entry->public.kind == HS_SIM_FAULT_REQUEST)
    value += hs_sim_camera_get_n_requests (self);
  *find_field (self, entry) = value;
  return TRUE;
}
