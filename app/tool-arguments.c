/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/tool-run.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What may be asked of vendors' programs, and nothing else. Some of them can fuse a chip, erase the
 * memory without which it never starts again, or lock it for ever, by one word: so what is allowed
 * is listed here, and not what is forbidden. */

/* One argument each line; a whole match is needed. */
typedef struct {
  const char *program;
  const char *arguments;
} Allowed;

#define LINE "[^\\n]+"
/* The fork takes port and part as arguments; Alif's own programs have them in their files. */
#define TARGET "(--port\\n" LINE "\\n--cfg-part\\nAE302F80F55D5[AL]E\\n--cfg-rev\\nB4\\n?)?"
#define IMAGES                                                                                     \
  "bootloader\\.bin 0x80000000 firmware_pad\\.toc 0x8057e000" /* BOOT and TOC of the AE3 */
#define OPENOCD(chip, command)                                                                     \
  "-f\\ninterface/stlink\\.cfg\\n-f\\ntarget/" chip "\\.cfg\\n-c\\n" command

static const Allowed all_allowed[] = {
  { "STM32_Programmer_CLI", "-c\\nport=USB1\\n-d\\n(" LINE "/)?FlashLayout\\.tsv" },
  { "STM32_Programmer_CLI", "-c\\nport=SWD\\nmode=UR\\n-ob\\n(displ|RDP=0xBB|RDP=0xAA)" },
  { "STM32_Programmer_CLI",
    "-c\\nport=SWD\\nmode=HOTPLUG\\nap=1\\n-w\\n" LINE "/openmv\\.bin\\n0x08000000\\n-hardRst" },
  { "openocd", OPENOCD ("stm32f[47]x", "init; mdw 0x40023C14; shutdown") },
  { "openocd", OPENOCD ("stm32f[47]x", "init; reset halt; stm32f2x (un)?lock 0; shutdown") },
  { "openocd", OPENOCD ("stm32h7x", "init; stm32h7x option_read 0 0x1c; shutdown") },
  { "openocd", OPENOCD ("stm32h7x", "init; reset halt; stm32h7x (un)?lock 0; shutdown") },
  { "maintenance", TARGET "(-opt\\n(sesbanner|getbanner))?" },
  { "updateSystemPackage", TARGET },
  { "app-gen-toc", "-f\\n" LINE "\\.json" },
  { "app-write-mram", "--help" },
  { "app-write-mram", TARGET "--pad\\n-i\\n" IMAGES },
};

static gboolean
is_allowed (const Allowed *allowed, const char *arguments)
{
  g_autofree char *pattern = g_strconcat ("\\A(?:", allowed->arguments, ")\\z", NULL);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);

  g_assert (regex != NULL);
  return g_regex_match (regex, arguments, 0, NULL);
}

static gboolean
has_line_end (const char *const *arguments)
{
  for (; *arguments != NULL; arguments++)
    if (strchr (*arguments, '\n') != NULL)
      return TRUE;
  return FALSE;
}

/**
 * hs_tool_check_arguments:
 * @program: its path
 * @arguments: (array zero-terminated): without the program
 * @error: %HS_APP_ERROR_NOT_OFFERED
 *
 * Whether Hotshoe starts that program so: every start of one passes here.
 */
gboolean
hs_tool_check_arguments (const char *program, const char *const *arguments, GError **error)
{
  g_autofree char *name = g_path_get_basename (program);
  g_autofree char *joined = g_strjoinv ("\n", (char **) arguments);

  if (g_str_has_suffix (name, ".py"))
    name[strlen (name) - strlen (".py")] = '\0';
  for (guint i = 0; !has_line_end (arguments) && i < G_N_ELEMENTS (all_allowed); i++)
    if (g_str_equal (all_allowed[i].program, name) && is_allowed (&all_allowed[i], joined))
      return TRUE;

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NOT_OFFERED,
               _ ("Hotshoe never starts %s in that way. Nothing was done."),
               name);
  return FALSE;
}
