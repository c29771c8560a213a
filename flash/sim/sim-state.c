/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/error.h"
#include "flash/sim/sim-camera-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static const char *const phase_names[] = {
  [HS_SIM_PHASE_OFF] = "off", [HS_SIM_PHASE_STARTING] = "starting", [HS_SIM_PHASE_DEAD] = "dead",
  [HS_SIM_PHASE_DFU] = "dfu", [HS_SIM_PHASE_APP] = "app",           [HS_SIM_PHASE_ROM] = "rom",
};

/**
 * hs_sim_state_lock:
 *
 * One process at a time simulates a camera.
 *
 * Returns: the lock's file descriptor; -1 with %HS_FLASH_ERROR_BUSY or a #GIOErrorEnum
 */
int
hs_sim_state_lock (const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, "lock", NULL);
  char pid[32] = "";
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);

  if (fd < 0) {
    g_set_error (
        error, G_IO_ERROR, g_io_error_from_errno (errno), "%s: %s", path, g_strerror (errno));
    return -1;
  }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    gssize n = read (fd, pid, sizeof pid - 1);

    g_strchomp (pid);
    g_set_error (error,
                 HS_FLASH_ERROR,
                 HS_FLASH_ERROR_BUSY,
                 "%s is simulated by process %s",
                 folder,
                 n > 0 ? pid : "?");
    close (fd);
    return -1;
  }

  g_snprintf (pid, sizeof pid, "%d\n", (int) getpid ());
  if (ftruncate (fd, 0) != 0 || pwrite (fd, pid, strlen (pid), 0) < 0)
    g_debug ("%s: %s", path, g_strerror (errno));
  return fd;
}

static char *
join_torn (HsSimCamera *self)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->torn->len; i++) {
    const HsSimTorn *torn = &g_array_index (self->torn, HsSimTorn, i);

    g_string_append_printf (text, "%s%u:%u", i > 0 ? " " : "", torn->alt, torn->block);
  }
  return g_string_free (text, FALSE);
}

static void
split_torn (HsSimCamera *self, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    const char *colon = strchr (parts[i], ':');
    HsSimTorn torn;

    if (colon == NULL)
      continue;
    torn.alt = g_ascii_strtoull (parts[i], NULL, 10);
    torn.block = g_ascii_strtoull (colon + 1, NULL, 10);
    g_array_append_val (self->torn, torn);
  }
}

/* The value behind "key": in our own file; quotes are taken off. */
static char *
find_value (const char *json, const char *key)
{
  g_autofree char *mark = g_strdup_printf ("\"%s\": ", key);
  const char *at = strstr (json, mark);
  gsize length;

  if (at == NULL)
    return g_strdup ("");
  at += strlen (mark);
  if (*at == '"') {
    at++;
    length = strcspn (at, "\"\n");
  } else {
    length = strcspn (at, ",\n");
  }
  return g_strndup (at, length);
}

/* Words that are not 0: "6:00000010 ". */
static char *
join_fuses (const HsSimUnit *unit)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < HS_SIM_N_FUSES; i++)
    if (unit->fuses[i] != 0)
      g_string_append_printf (text, "%u:%08X ", i, unit->fuses[i]);
  return g_string_free (text, FALSE);
}

/* A file from before fuses were kept says nothing of them: then they are the factory's. */
static void
split_fuses (HsSimUnit *unit, const char *json)
{
  g_autofree char *text = find_value (json, "fuses");
  g_autofree char *burns = find_value (json, "burns");
  g_auto (GStrv) parts = g_strsplit (text, " ", -1);

  if (strstr (json, "\"fuses\": ") == NULL)
    return;
  memset (unit->fuses, 0, sizeof unit->fuses);
  for (guint i = 0; parts[i] != NULL; i++) {
    char *end = NULL;
    guint64 word = g_ascii_strtoull (parts[i], &end, 10);

    if (*end == ':' && word < HS_SIM_N_FUSES)
      unit->fuses[word] = g_ascii_strtoull (end + 1, NULL, 16);
  }
  if (*burns != '\0')
    unit->burns = g_string_new (burns);
}

static char *
join_options (HsSimCamera *self)
{
  gsize size = hs_sim_options_size (self->board);
  GString *text = g_string_sized_new (2 * size);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", self->options.bytes[i]);
  return g_string_free (text, FALSE);
}

/* What is no block of its chip leaves the factory's. */
static void
split_options (HsSimCamera *self, const char *text)
{
  gsize size = hs_sim_options_size (self->board);

  if (strlen (text) != 2 * size)
    return;
  for (gsize i = 0; i < size; i++)
    self->options.bytes[i] =
        g_ascii_xdigit_value (text[2 * i]) << 4 | g_ascii_xdigit_value (text[2 * i + 1]);
}

static const char *
boolean (gboolean value)
{
  return value ? "true" : "false";
}

static char *
make_json (HsSimCamera *self)
{
  g_autofree char *torn = join_torn (self);
  g_autofree char *fuses = join_fuses (&self->own);
  g_autofree char *options = join_options (self);
  HsSimPhase phase = self->phase;
  gboolean to_dfu = phase == HS_SIM_PHASE_STARTING && self->appear_as == HS_SIM_PHASE_DFU;

  return g_strdup_printf (
      "{\n"
      "  \"board\": \"%s\",\n"
      "  \"number\": %u,\n"
      "  \"id\": \"%s\",\n"
      "  \"mode\": \"%s\",\n"
      "  \"powered\": %s,\n"
      "  \"held\": %s,\n"
      "  \"forced\": %s,\n"
      "  \"incomplete\": %s,\n"
      "  \"jumper\": %s,\n"
      "  \"presses\": %u,\n"
      "  \"ram_loader\": %s,\n"
      "  \"fuses\": \"%s\",\n"
      "  \"burns\": \"%s\",\n"
      "  \"options\": \"%s\",\n"
      "  \"option_writes\": %u,\n"
      "  \"unprotects\": %u,\n"
      "  \"needless_unprotects\": %u,\n"
      "  \"torn\": \"%s\",\n"
      "  \"bootloader\": \"%u.%u.%u\"\n"
      "}\n",
      self->board->id,
      self->number,
      self->own.id,
      phase_names[phase],
      boolean (self->plugged || self->resume),
      boolean (phase == HS_SIM_PHASE_DFU && self->held),
      boolean (to_dfu ? self->appear_forced : phase == HS_SIM_PHASE_DFU && self->forced),
      boolean (self->incomplete),
      boolean (self->jumper),
      self->n_presses,
      boolean (self->ram_loader),
      fuses,
      self->own.burns != NULL ? self->own.burns->str : "",
      options,
      self->options.n_writes,
      self->options.n_unprotects,
      self->options.n_needless,
      torn,
      self->own.bootloader_version >> 8,
      self->own.bootloader_version >> 4 & 15,
      self->own.bootloader_version & 15);
}

/* Replaces the file in one step, so that a kill leaves the old or the new. */
static void
write_json (HsSimCamera *self)
{
  g_autofree char *json = make_json (self);
  g_autofree char *path = g_build_filename (self->folder, "state.json", NULL);
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents_full (fresh, json, -1, G_FILE_SET_CONTENTS_NONE, 0644, &error))
    g_warning ("%s", error->message);
  else if (g_rename (fresh, path) != 0)
    g_warning ("%s: %s", path, g_strerror (errno));
}

/**
 * hs_sim_state_save:
 *
 * Writes state.json if anything in it changed. Harmless for a camera without a folder. A unit that
 * came back in its place writes nothing.
 */
void
hs_sim_state_save (HsSimCamera *self)
{
  HsSimKept now;

  if (self->folder == NULL || self->unit != &self->own)
    return;
  memset (&now, 0, sizeof now); /* what lies between the fields is compared as well */
  now.phase = self->phase;
  now.plugged = self->plugged || self->resume;
  now.forced = self->forced;
  now.held = self->held;
  now.incomplete = self->incomplete;
  now.jumper = self->jumper;
  now.n_presses = self->n_presses;
  now.options = self->options;
  now.starting_forced = self->phase == HS_SIM_PHASE_STARTING && self->appear_forced;
  now.n_torn = self->torn->len;
  now.n_burns = self->own.burns != NULL ? self->own.burns->len : 0;
  now.ram_loader = self->ram_loader;
  if (memcmp (&now, &self->kept, sizeof now) == 0)
    return;

  memcpy (&self->kept, &now, sizeof now);
  write_json (self);
}

static guint
find_number (const char *json, const char *key)
{
  g_autofree char *value = find_value (json, key);

  return g_ascii_strtoull (value, NULL, 10);
}

static gboolean
find_boolean (const char *json, const char *key)
{
  g_autofree char *value = find_value (json, key);

  return strcmp (value, "true") == 0;
}

/**
 * hs_sim_state_load:
 *
 * Reads state.json, for the first plug to find the camera as it was left.
 *
 * Returns: %FALSE if there is none: a new camera
 */
gboolean
hs_sim_state_load (HsSimCamera *self)
{
  g_autofree char *path = g_build_filename (self->folder, "state.json", NULL);
  g_autofree char *json = NULL;
  g_autofree char *mode = NULL;
  g_autofree char *torn = NULL;
  g_autofree char *options = NULL;

  if (!g_file_get_contents (path, &json, NULL, NULL))
    return FALSE;

  mode = find_value (json, "mode");
  torn = find_value (json, "torn");
  for (guint i = 0; i < G_N_ELEMENTS (phase_names); i++)
    if (strcmp (mode, phase_names[i]) == 0)
      self->phase = i;
  self->held = find_boolean (json, "held");
  self->forced = find_boolean (json, "forced");
  self->incomplete = find_boolean (json, "incomplete");
  self->jumper = find_boolean (json, "jumper");
  self->ram_loader = find_boolean (json, "ram_loader");
  split_fuses (&self->own, json);
  self->n_presses = find_number (json, "presses");
  options = find_value (json, "options");
  split_options (self, options);
  self->options.n_writes = find_number (json, "option_writes");
  self->options.n_unprotects = find_number (json, "unprotects");
  self->options.n_needless = find_number (json, "needless_unprotects");
  split_torn (self, torn);
  if (self->phase == HS_SIM_PHASE_STARTING) {
    self->appear_forced = self->forced;
    self->appear_as = self->forced ? HS_SIM_PHASE_DFU : HS_SIM_PHASE_APP;
  }
  self->resume = find_boolean (json, "powered");
  return TRUE;
}
