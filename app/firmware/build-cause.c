/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/firmware/build-problem-private.h"

#include <math.h>
#include <string.h>

#define MOST_CAPTURED 300 /* bytes of a file's name or a message */

HsBuildCause *
hs_build_cause_new (const char *code, const char *name, const char *detail)
{
  HsBuildCause *self = g_new0 (HsBuildCause, 1);

  self->code = code;
  self->name = g_strdup (name);
  self->detail = g_strdup (detail);
  return self;
}

void
hs_build_cause_free (HsBuildCause *self)
{
  if (self == NULL)
    return;

  g_free (self->name);
  g_free (self->detail);
  g_free (self);
}

/* --- pieces of a line --- */

/* At most MOST_CAPTURED bytes of what stands between @from and @end. */
static char *
dup_between (const char *from, const char *end)
{
  gsize length = MIN ((gsize) (end - from), MOST_CAPTURED);
  g_autofree char *piece = g_strndup (from, length);

  return g_utf8_make_valid (g_strstrip (piece), -1);
}

/* What follows @before up to one of @ends, or to the end of the line; NULL: it is not there. */
static char *
dup_after (const char *text, const char *before, const char *ends)
{
  const char *from = strstr (text, before);

  if (from == NULL)
    return NULL;
  from += strlen (before);
  return dup_between (from, from + strcspn (from, ends));
}

/* --- matchers: each sees a line that has the row's word in it, at @at --- */

typedef gboolean (*TakeFunc) (HsBuildCause *found, const char *text, const char *at);

/* What follows the word, to the end of the line. */
static gboolean
take_rest (HsBuildCause *found, const char *text, const char *at)
{
  found->detail = dup_between (at, at + strlen (at));
  return TRUE;
}

static gboolean
take_line (HsBuildCause *found, const char *text, const char *at)
{
  return take_rest (found, text, text);
}

static gboolean
take_sdk_versions (HsBuildCause *found, const char *text, const char *at)
{
  found->name = dup_after (at, "installed: ", ",)");
  found->detail = dup_after (at, "required: ", ",)");
  return found->name != NULL && found->detail != NULL;
}

/* "GCC 12.2 has known issues with Cortex-M55" */
static gboolean
take_gcc_version (HsBuildCause *found, const char *text, const char *at)
{
  found->name = dup_after (text, "GCC ", " ");
  return TRUE;
}

static gboolean
take_empty_port (HsBuildCause *found, const char *text, const char *at)
{
  return strstr (text, "/ports//") != NULL || strstr (text, "/board_config.mk") != NULL ||
         strstr (text, "/omv_boardconfig.mk") != NULL;
}

/* "lib/apriltag/apriltag.mk: No such file or directory", of an include in a Makefile. */
static gboolean
take_make_include (HsBuildCause *found, const char *text, const char *at)
{
  const char *from = at;

  while (from > text && from[-1] != ' ' && from[-1] != '\t')
    from--;
  found->name = dup_between (from, at + strlen (".mk"));
  return TRUE;
}

static gboolean
is_compiler (const char *name)
{
  return g_str_has_prefix (name, "arm-none-eabi-") || strcmp (name, "clang") == 0;
}

static gboolean
is_converter (const char *name)
{
  return strcmp (name, "vela") == 0 || strcmp (name, "stedgeai") == 0;
}

/* @name: a program that is not there. */
static gboolean
take_program (HsBuildCause *found, const char *name)
{
  g_autofree char *base = g_path_get_basename (name);

  if (is_compiler (base))
    found->code = "no-compiler";
  else if (is_converter (base))
    found->code = "no-converter";
  else if (g_str_has_prefix (base, "python"))
    found->code = "no-python";
  else if (strcmp (base, "docker") == 0 || strcmp (base, "podman") == 0)
    found->code = "no-engine";
  else if (strstr (base, "mpy-cross") != NULL)
    found->code = "no-mpy-cross";
  else
    return FALSE;
  found->name = g_steal_pointer (&base);
  return TRUE;
}

/* "make: NAME: No such file or directory", "/bin/sh: 1: NAME: not found",
 * "bash: NAME: command not found": @at is the colon behind NAME. */
static gboolean
take_command (HsBuildCause *found, const char *text, const char *at)
{
  const char *from = at;
  g_autofree char *name = NULL;

  while (from > text && from[-1] != ' ')
    from--;
  name = dup_between (from, at);
  return *name != '\0' && take_program (found, name);
}

/* "FileNotFoundError: [Errno 2] No such file or directory: 'arm-none-eabi-gcc'" */
static gboolean
take_python_missing (HsBuildCause *found, const char *text, const char *at)
{
  g_autofree char *name = dup_after (at, "directory: '", "'");

  if (name == NULL)
    return FALSE;
  if (!take_program (found, name)) {
    found->name = g_steal_pointer (&name);
    found->detail = dup_between (text, text + strlen (text));
  }
  return TRUE;
}

/* "FILE:LINE:COLUMN: error: MESSAGE"; without a line's number it comes from no source. */
static gboolean
take_c_error (HsBuildCause *found, const char *text, const char *at)
{
  const char *message = strstr (at, "error: ");
  const char *end = at;
  guint numbers = 0;

  while (end > text) {
    const char *from = end;

    while (from > text && g_ascii_isdigit (from[-1]))
      from--;
    if (from == end || from == text || from[-1] != ':')
      break;
    numbers++;
    if (numbers == 2 || !g_ascii_isdigit (from[-2])) {
      end = from - 1;
      break;
    }
    end = from - 1;
  }
  if (numbers == 0 || message == NULL || end == text)
    return FALSE;

  found->name = dup_between (text, at);
  message += strlen ("error: ");
  found->detail = dup_between (message, message + strlen (message));
  return TRUE;
}

/* A header of the C or C++ library that is not there: the compiler came without it. */
static gboolean
take_c_library (HsBuildCause *found, const char *text, const char *at)
{
  static const char *const headers[] = { "stdlib.h", "stdint.h", "string.h", "stdio.h", "math.h",
                                         "cstdint",  "cstddef",  "cstring",  "assert.h" };
  g_autofree char *name = dup_after (at, "fatal error: ", ":");

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (headers); i++)
    if (strstr (name, headers[i]) != NULL && strchr (name, '/') == NULL) {
      found->name = g_strdup (headers[i]);
      found->detail = dup_between (text, text + strlen (text));
      return TRUE;
    }
  return FALSE;
}

static gboolean
take_python (HsBuildCause *found, const char *text, const char *at)
{
  found->name = dup_after (at, "error compiling ", ":");
  return *found->name != '\0';
}

/* "freeze error executing "FILE": Error in manifest file: FILE: REASON" */
static gboolean
take_manifest (HsBuildCause *found, const char *text, const char *at)
{
  const char *reason = strstr (at, "Error in manifest file: ");
  const char *behind =
      reason != NULL ? strstr (reason + strlen ("Error in manifest file: "), ": ") : NULL;

  found->name = dup_after (at, "executing \"", "\"");
  if (behind != NULL)
    found->detail = dup_between (behind + 2, behind + strlen (behind));
  else
    found->detail = dup_after (at, "\": ", "");
  return found->name != NULL && found->detail != NULL;
}

/* "region `FLASH_TEXT' overflowed by 406196 bytes" */
static gboolean
take_overflow (HsBuildCause *found, const char *text, const char *at)
{
  const char *number = at + strlen (" overflowed by ");

  found->name = dup_after (text, "region `", "'`");
  if (found->name == NULL)
    return FALSE;
  found->over = g_ascii_strtoull (number, NULL, 10);
  found->code = strstr (found->name, "FLASH") != NULL || strstr (found->name, "ROM") != NULL
                    ? "flash-overflow"
                    : "memory-overflow";
  return TRUE;
}

static guint64
parse_bytes (const char *text)
{
  char *end;
  double number = g_ascii_strtod (text, &end);
  double unit = g_str_has_prefix (end, "KiB")   ? 1024
                : g_str_has_prefix (end, "MiB") ? 1024 * 1024
                                                : 1;

  return isfinite (number) && number >= 0 && number < 1e12 ? (guint64) (number * unit) : 0;
}

/* "romfs partition overflow 125.7KiB / 64.0KiB (196.3%)" */
static gboolean
take_romfs_overflow (HsBuildCause *found, const char *text, const char *at)
{
  const char *used = at + strlen ("romfs partition overflow");
  const char *slash = strstr (used, " / ");
  guint64 bytes = parse_bytes (used), room = slash != NULL ? parse_bytes (slash + 3) : 0;

  found->over = slash != NULL && bytes > room ? bytes - room : 0;
  found->detail = dup_between (used, used + strcspn (used, "("));
  return TRUE;
}

/* This computer's compiler was given an option of the camera's; its quotation marks are those of
 * the locale. */
static gboolean
take_thumb (HsBuildCause *found, const char *text, const char *at)
{
  return strstr (at, "-mthumb") != NULL;
}

static gboolean
take_symbol (HsBuildCause *found, const char *text, const char *at)
{
  found->detail = dup_between (at, at + strlen (at));
  return TRUE;
}

/* --- the table --- */

typedef struct {
  const char *word; /* that is in the line */
  const char *code; /* @take may say another */
  guint rank;       /* 0: nothing else matters … 3: only if nothing else was found */
  TakeFunc take;    /* nullable */
} Matcher;

/* clang-format off */
static const Matcher matchers[] = {
  { "Invalid or no TARGET specified", "no-target", 0, NULL },
  { ".mk: No such file or directory", "unknown-target", 0, take_empty_port },
  { "camera is no longer supported", "unsupported-target", 0, NULL },
  { "OpenMV SDK not found", "no-sdk", 0, NULL },
  { "ERROR: SDK_DIR=", "no-sdk", 0, NULL },
  { "OpenMV SDK version mismatch", "other-sdk", 0, take_sdk_versions },
  { "has known issues with Cortex-M55", "old-compiler", 0, take_gcc_version },
  { "No space left on device", "disk-full", 0, NULL },
  { "Disk quota exceeded", "disk-full", 0, NULL },
  { "Cannot connect to the Docker daemon", "engine-failed", 0, take_rest },
  { "permission denied while trying to connect to the Docker", "engine-failed", 0, take_rest },
  { "failed to solve", "engine-failed", 0, take_rest },
  { "docker: Error response from daemon", "engine-failed", 0, take_rest },
  { ".mk: No such file or directory", "no-submodule", 1, take_make_include },
  { ": command not found", "no-compiler", 1, take_command },
  { ": not found", "no-compiler", 1, take_command },
  { ": No such file or directory", "no-compiler", 1, take_command },
  { "FileNotFoundError: ", "other", 2, take_python_missing },
  { "unrecognized command-line option ", "no-mpy-cross", 0, take_thumb },
  { "mpy-cross not found at", "no-mpy-cross", 0, NULL },
  { " error executing \"", "manifest-error", 1, take_manifest },
  { "error compiling ", "python-error", 1, take_python },
  { ": fatal error: ", "no-compiler", 1, take_c_library },
  { ": fatal error: ", "c-error", 1, take_c_error },
  { ": error: ", "c-error", 1, take_c_error },
  { " overflowed by ", "flash-overflow", 1, take_overflow },
  { "romfs partition overflow", "romfs-overflow", 1, take_romfs_overflow },
  { "file format not recognized", "old-objects", 2, take_line },
  { "file truncated", "old-objects", 2, take_line },
  { ", needed by '", "old-objects", 2, take_line },
  { "undefined reference to ", "link-error", 2, take_symbol },
  { "multiple definition of ", "link-error", 2, take_symbol },
  { "ld: cannot find ", "link-error", 2, take_symbol },
  { "Killed signal terminated program", "other", 1, take_line },
  { "returned non-zero exit status", "other", 4, take_line },
  { "Error: ", "other", 3, take_line },
  { "Exception: ", "other", 3, take_line },
  { ": error: ", "other", 3, take_line },
  { " *** ", "other", 4, take_line },
};
/* clang-format on */

/* A file that is missing while ROMFS is made is one of its own. */
static void
settle (HsBuildCause *found, const Matcher *matcher, const char *phase)
{
  found->rank = matcher->rank;
  if (matcher->take != take_python_missing)
    return;
  if (strcmp (found->code, "other") != 0)
    found->rank = 1;
  else if (strcmp (phase, "romfs") == 0) {
    found->code = "romfs-missing";
    found->rank = 1;
  }
}

HsBuildCause *
hs_build_cause_find (const char *text, const char *phase)
{
  if (g_str_has_prefix (text, "Command '["))
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (matchers); i++) {
    const char *at = strstr (text, matchers[i].word);
    g_autoptr (HsBuildCause) found = NULL;

    if (at == NULL)
      continue;
    found = hs_build_cause_new (matchers[i].code, NULL, NULL);
    if (matchers[i].take == NULL || matchers[i].take (found, text, at)) {
      settle (found, &matchers[i], phase);
      return g_steal_pointer (&found);
    }
  }
  return NULL;
}

/* "  File "/tmp/tmpX.py", line 3" and "SyntaxError: invalid syntax": the file is a temporary one.
 */
void
hs_build_cause_add_python (HsBuildCause *self, const char *text)
{
  g_autofree char *number =
      g_str_has_prefix (text, "  File \"") ? dup_after (text, "\", line ", ",") : NULL;
  const char *error = strstr (text, "Error: ");

  if (number != NULL)
    self->source_line = g_ascii_strtoull (number, NULL, 10);
  if (error == NULL || strchr (text, ' ') < error || self->detail != NULL)
    return;

  self->detail = dup_between (text, text + strlen (text));
  if (self->source_line > 0) {
    g_autofree char *place = g_strdup_printf ("%s:%u", self->name, self->source_line);

    g_free (self->name);
    self->name = g_steal_pointer (&place);
  }
}
