/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/doctor-private.h"

#include "app/tools.h"

#include <glib/gi18n-lib.h>

/* What is missing without it. */
static const char *const purposes[HS_N_TOOLS] = {
  [HS_TOOL_STM32_PROGRAMMER] = N_ ("It restores the bootloader of an N6, and sets the readout "
                                   "protection of an H7 through a debug probe."),
  [HS_TOOL_OPENOCD] = N_ ("It sets readout protection through a debug probe."),
  [HS_TOOL_SE_TOOLS] = N_ ("They restore the bootloader of an AE3."),
  [HS_TOOL_N6_LAYOUT] = N_ ("With it the bootloader of an N6 is restored."),
  [HS_TOOL_RT1062_FLASHLOADER] = N_ ("With it the bootloader of an RT1062 is restored."),
  [HS_TOOL_RT1062_SBL] = N_ ("It is the bootloader of an RT1062."),
  [HS_TOOL_SDK] = N_ ("It has the compilers for firmware, and most of the tools above."),
  [HS_TOOL_IDE] = N_ ("It has files that some recoveries need."),
};

static void
say_found (HsExamination *self, HsTool tool, const char *id, GFile *file)
{
  g_autofree char *version = hs_tool_get_version (tool, file, self->cancellable);
  g_autofree char *path = g_file_get_parse_name (file);
  g_autofree char *title = version != NULL
                               ? g_strdup_printf ("%s %s", hs_tool_title (tool), version)
                               : g_strdup (hs_tool_title (tool));

  hs_examination_add (self, HS_DOCTOR_TOOLS, HS_DOCTOR_OK, id, title, g_steal_pointer (&path));
}

/* None of them is needed every day: their absence is a note. */
void
hs_examine_tools (HsExamination *self)
{
  for (HsTool tool = 0; tool < HS_N_TOOLS; tool++) {
    g_autofree char *id = g_strconcat ("tool:", hs_tool_name (tool), NULL);
    g_autofree char *why = NULL;
    g_autofree char *title = NULL;
    g_autoptr (GFile) file = NULL;

    if (g_cancellable_is_cancelled (self->cancellable))
      return;
    file = hs_tool_find (tool, &why);
    if (file != NULL) {
      say_found (self, tool, id, file);
      continue;
    }
    title = g_strdup_printf (_ ("Not here: %s"), hs_tool_title (tool));
    hs_doctor_finding_advise (
        hs_examination_add (self,
                            HS_DOCTOR_TOOLS,
                            HS_DOCTOR_NOTE,
                            id,
                            title,
                            g_strdup_printf ("%s %s", _ (purposes[tool]), why != NULL ? why : "")),
        NULL,
        NULL);
  }
}
