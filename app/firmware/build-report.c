/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/build-log.h"
#include "app/firmware/build-problem-private.h"

#include <string.h>

#define MOST_LOOKED_AT 4000 /* bytes of a line; compilers' commands have many kB */
#define MOST_ROWS      500  /* of tables of memory */

struct _HsBuildReport {
  char *target; /* nullable */
  const char *phase;
  guint n_lines;
  guint steps;
  GPtrArray *memory; /* HsMemoryUse */
  gboolean in_table;
  gboolean fresh;       /* its first row is still to come */
  guint n_tables;       /* of firmware: some cameras have two */
  guint n_sizes;        /* lines of `size` about firmware */
  HsBuildCause *cause;  /* the best so far; nullable */
  HsBuildCause *python; /* it, while more may follow; borrowed, nullable */
};

HsBuildReport *
hs_build_report_new (const char *target)
{
  HsBuildReport *self = g_new0 (HsBuildReport, 1);

  self->target = g_strdup (target);
  self->phase = "bootloader";
  self->memory = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_memory_use_free);
  return self;
}

void
hs_build_report_free (HsBuildReport *self)
{
  if (self == NULL)
    return;

  g_free (self->target);
  g_ptr_array_unref (self->memory);
  hs_build_cause_free (self->cause);
  g_free (self);
}

/* --- phases --- */

static const struct {
  const char *word;
  const char *phase;
} signs[] = {
  { "GEN linker script", "link" }, { "GEN romfs image", "romfs" },
  { "/romfs_", "romfs" },          { "frozen_content", "frozen" },
  { "/genhdr/", "micropython" },   { "libmicropython.a", "firmware" },
};

static const char *
phase_of_sign (const char *text)
{
  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    if (strstr (text, signs[i].word) != NULL)
      return signs[i].phase;
  return NULL;
}

/* What a "CC …" line is about. Its sub-makes run side by side: the bootloader's lines don't lead
 * back to the bootloader. */
static const char *
phase_of_compile (HsBuildReport *self, const char *file)
{
  if (g_str_has_prefix (file, "../../") || g_str_has_prefix (file, "/"))
    return strcmp (self->phase, "frozen") == 0 ? "frozen" : "micropython";
  if (strcmp (self->phase, "frozen") == 0 &&
      (g_str_has_prefix (file, "lib/") || g_str_has_prefix (file, "drivers/")))
    return "firmware";
  return NULL;
}

static void
note_step (HsBuildReport *self, const char *text)
{
  const char *phase = NULL;

  self->steps++;
  if (strcmp (self->phase, "mpy-cross") == 0)
    return;

  if (g_str_has_prefix (text, "MPY ")) {
    phase = "frozen";
  } else if (g_str_has_prefix (text, "GEN ") || g_str_has_prefix (text, "AR ")) {
    phase = phase_of_sign (text);
  } else if (g_str_has_prefix (text, "CC ")) {
    phase = phase_of_compile (self, text + strlen ("CC "));
  }
  if (phase != NULL)
    self->phase = phase;
}

/* --- tables of memory --- */

static gboolean
parse_amount (const char **at, guint64 *bytes)
{
  static const struct {
    const char *name;
    guint shift;
  } units[] = { { "B", 0 }, { "KB", 10 }, { "MB", 20 }, { "GB", 30 } };
  char *end;
  guint64 number;

  while (**at == ' ')
    (*at)++;
  if (!g_ascii_isdigit (**at))
    return FALSE;
  number = g_ascii_strtoull (*at, &end, 10);
  while (*end == ' ')
    end++;
  for (guint i = 0; i < G_N_ELEMENTS (units); i++) {
    gsize n = strlen (units[i].name);

    if (strncmp (end, units[i].name, n) == 0 && end[n] == ' ' && number < G_MAXUINT32) {
      *bytes = number << units[i].shift;
      *at = end + n;
      return TRUE;
    }
  }
  return FALSE;
}

/* "      FLASH_TEXT:     1598060 B      1664 KB     93.79%" */
static HsMemoryUse *
parse_row (const char *text)
{
  const char *name = text + strspn (text, " ");
  const char *colon = strchr (name, ':');
  const char *at = colon != NULL ? colon + 1 : NULL;
  guint64 used, length;
  HsMemoryUse *use;

  if (colon == NULL || colon == name || colon - name > 64 || !parse_amount (&at, &used) ||
      !parse_amount (&at, &length) || !g_str_has_suffix (at, "%"))
    return NULL;

  use = g_new0 (HsMemoryUse, 1);
  use->region = g_strndup (name, colon - name);
  use->used = used;
  use->length = length;
  return use;
}

/* Bootloaders are linked into two regions, RAM and ROM. */
static gboolean
is_bootloader_region (const char *region)
{
  return strcmp (region, "RAM") == 0 || strcmp (region, "ROM") == 0;
}

static void
name_table (HsBuildReport *self, guint table, const char *elf)
{
  g_autofree char *made_up = g_strdup_printf ("firmware-%u", table);
  const char *old = table == 1 ? "firmware" : made_up;

  for (guint i = 0; i < self->memory->len; i++) {
    HsMemoryUse *use = g_ptr_array_index (self->memory, i);

    if (strcmp (use->elf, old) == 0) {
      g_free (use->elf);
      use->elf = g_strdup (elf);
    }
  }
}

static void
note_row (HsBuildReport *self, const char *text)
{
  HsMemoryUse *use = parse_row (text);
  gboolean boot;

  if (use == NULL || self->memory->len >= MOST_ROWS) {
    self->in_table = FALSE;
    hs_memory_use_free (use);
    return;
  }

  boot = is_bootloader_region (use->region);
  self->n_tables += self->fresh && !boot;
  self->fresh = FALSE;
  if (boot)
    use->elf = g_strdup ("bootloader");
  else
    use->elf = self->n_tables <= 1 ? g_strdup ("firmware")
                                   : g_strdup_printf ("firmware-%u", self->n_tables);
  g_ptr_array_add (self->memory, use);
}

static void
note_table (HsBuildReport *self)
{
  self->in_table = TRUE;
  self->fresh = TRUE;
  if (strcmp (self->phase, "firmware") == 0 || strcmp (self->phase, "frozen") == 0)
    self->phase = "link";
}

/* The line of `size` that names the ELF: the tables before
 * it are named after it. */
static void
note_size (HsBuildReport *self, const char *text)
{
  const char *slash = strrchr (text, '/');
  g_autofree char *elf = NULL;

  if (!g_str_has_suffix (text, ".elf") || slash == NULL || strlen (slash) > 64 ||
      !g_str_has_prefix (slash, "/firmware"))
    return;
  elf = g_strndup (slash + 1, strlen (slash) - strlen ("/.elf"));
  name_table (self, ++self->n_sizes, elf);
}

/* --- lines --- */

static void
take_cause (HsBuildReport *self, HsBuildCause *found)
{
  found->line = self->n_lines;
  if (self->cause != NULL && self->cause->rank <= found->rank) {
    hs_build_cause_free (found);
    return;
  }
  hs_build_cause_free (self->cause);
  self->cause = found;
  self->python = strcmp (found->code, "python-error") == 0 ? found : NULL;
}

static void
look_for_cause (HsBuildReport *self, const char *text)
{
  HsBuildCause *found;

  if (self->python != NULL)
    hs_build_cause_add_python (self->python, text);
  if (self->python != NULL && self->python->detail != NULL)
    self->python = NULL;

  found = hs_build_cause_find (text, self->phase);
  if (found != NULL)
    take_cause (self, found);
}

/**
 * hs_build_report_line:
 * @self: a report
 * @line: (array length=length): without colour codes and line end; whatever bytes
 * @length: in bytes
 * @is_stderr: it came by standard error
 */
void
hs_build_report_line (HsBuildReport *self, const char *line, gsize length, gboolean is_stderr)
{
  g_autofree char *text = g_utf8_make_valid (line, MIN (length, MOST_LOOKED_AT));

  self->n_lines++;
  if (hs_log_classify (line, MIN (length, MOST_LOOKED_AT), is_stderr) == HS_LOG_STEP) {
    note_step (self, text);
    return;
  }
  if (g_str_has_prefix (text, "Memory region ")) {
    note_table (self);
    return;
  }
  if (self->in_table)
    note_row (self, text);
  note_size (self, text);
  if (g_str_has_prefix (text, "romfs image:"))
    self->phase = "romfs";
  look_for_cause (self, text);
}

/* From now on another program speaks: "mpy-cross", then "bootloader". @phase: literal. */
void
hs_build_report_begin (HsBuildReport *self, const char *phase)
{
  self->phase = phase;
  self->in_table = FALSE;
}

const char *
hs_build_report_get_phase (HsBuildReport *self)
{
  return self->phase;
}

guint
hs_build_report_get_steps (HsBuildReport *self)
{
  return self->steps;
}

GPtrArray *
hs_build_report_get_memory (HsBuildReport *self)
{
  return self->memory;
}

HsBuildProblem *
hs_build_report_dup_problem (HsBuildReport *self, int status)
{
  g_autoptr (HsBuildCause) unknown = NULL;

  if (status == 0)
    return NULL;
  if (self->cause != NULL)
    return hs_build_problem_new (self->cause, self->target);
  unknown = hs_build_cause_new ("other", NULL, NULL);
  return hs_build_problem_new (unknown, self->target);
}
