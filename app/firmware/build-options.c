/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/firmware/build-run.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* clang-format off */
static const HsBuildOption options[] = {
  { "DEBUG", N_("Debug build"),
    N_("Without optimisation and with all symbols: for a debugger. Larger and slower; may not fit."),
    "1", "0" },
  { "V", N_("Whole commands in the log"),
    N_("Shows every command of the build in full, to find out how a file is compiled."), "1", "" },
  { "DEBUG_PRINTF", N_("Messages of the drivers"),
    N_("Drivers print what they do to the camera's debug serial port."), "1", "" },
  { "PROFILE_ENABLE", N_("Profiler"),
    N_("Counts calls and times of the image library; OpenMV IDE shows them. Slower."), "1", "" },
  { "PROFILE_HASH", N_("Size of the profiler's table"),
    N_("How many functions the profiler keeps apart: a power of two."), NULL, "256" },
  { "PROFILE_IRQ", N_("Profile interrupts, too"),
    N_("The profiler also counts what runs in interrupts."), "1", "0" },
  { "STACK_PROTECTOR", N_("Guard the stack"),
    N_("Functions that write behind their stack stop the camera at once, instead of somewhere "
       "later. Slower."), "1", "" },
  { "FB_ALLOC_STATS", N_("Statistics of the frame buffer stack"),
    N_("Prints what image functions take from the frame buffer's stack."), "1", "" },
  { "DEBUGGER", N_("Debug probe"),
    N_("The probe that “make debug” uses: JLINK, or NONE."), NULL, "JLINK" },
  { "CUBEAI", N_("STM32Cube.AI"),
    N_("Adds ST's older runtime for neural networks; its files have to be in the folder cubeai."),
    "1", "" },
};
/* clang-format on */

const HsBuildOption *
hs_build_options (guint *n)
{
  *n = G_N_ELEMENTS (options);
  return options;
}

/* What Hotshoe says itself, and what would turn the build into another one. */
static const char *const refused[] = {
  "TARGET", "BUILD",  "MAKE",    "MAKEFLAGS", "MAKELEVEL", "MAKEFILES", "MFLAGS", "MAKEOVERRIDES",
  "SHELL",  "FW_DIR", "TOP_DIR", "CURDIR",    "PATH",      "HOME",      "Q",      NULL,
};

static gboolean
is_name (const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '_')
      return FALSE;
  return length > 0 && !g_ascii_isdigit (text[0]);
}

/* The value goes into recipes, which a shell runs. */
static gboolean
is_plain (const char *value)
{
  for (; *value != '\0'; value++)
    if (!g_ascii_isalnum (*value) && strchr ("_./:+,@%=~- ", *value) == NULL)
      return FALSE;
  return TRUE;
}

/**
 * hs_build_option_check:
 * @assignment: "NAME=value"
 * @error: %HS_APP_ERROR_USAGE, with the reason
 */
gboolean
hs_build_option_check (const char *assignment, GError **error)
{
  const char *equals = strchr (assignment, '=');
  g_autofree char *name = equals != NULL ? g_strndup (assignment, equals - assignment) : NULL;

  if (equals == NULL || !is_name (assignment, equals - assignment))
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("“%s” is no option: it must be NAME=value."),
                 assignment);
  else if (g_strv_contains (refused, name))
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("%s is what Hotshoe sets itself, or what no build may change."),
                 name);
  else if (!is_plain (equals + 1))
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("The value of %s has characters that a shell would take for more."),
                 name);
  else
    return TRUE;
  return FALSE;
}
