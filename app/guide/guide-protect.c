/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/guide/guide-private.h"
#include "app/protection.h"
#include "flash/option-block.h"

#include <glib/gi18n-lib.h>

/* How readout protection is set and taken off: by the chip's own bootloader and a jumper, or
 * through a debug probe. What was written counts for nothing before power was off and on and the
 * level was seen. Data, nothing else. */

/* clang-format off */

#define END { HS_SIGHT_ANY, NULL, NULL }

#define NO_ACCESS                                                                                  \
  { HS_SIGHT_NO_ACCESS, N_("It is there, and may not be opened: the udev rules are missing."),     \
    NULL }
#define OTHER_BOARD                                                                                \
  { HS_SIGHT_OTHER_BOARD, N_("That is a camera of another model."), NULL }
#define OTHER_ROM                                                                                  \
  { HS_SIGHT_OTHER_ROM,                                                                            \
    N_("That bootloader is another chip’s: this is not the camera that was chosen. Nothing was "   \
       "written."), NULL }

static const HsGuideSurprise at_set_jumper[] = {
  { HS_SIGHT_APP, N_("The firmware started: the jumper is not in place."), "unplug" },
  { HS_SIGHT_BOOTLOADER, N_("Its everyday bootloader started: the jumper is not in place."),
    "unplug" },
  { HS_SIGHT_OLD_BOOTLOADER, N_("Its everyday bootloader started: the jumper is not in place."),
    "unplug" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_rom_job[] = {
  { HS_SIGHT_NOTHING, N_("It was unplugged. The jumper stays on: plug it in again."),
    "set-jumper" },
  { HS_SIGHT_APP, N_("The firmware started: the jumper is not in place."), "unplug" },
  { HS_SIGHT_BOOTLOADER, N_("Its everyday bootloader started: the jumper is not in place."),
    "unplug" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_plug_in_again[] = {
  { HS_SIGHT_ROM, N_("The chip’s own bootloader again: the jumper is still in place."),
    "remove-jumper" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_observe[] = {
  { HS_SIGHT_NOTHING, N_("It is gone."), "plug-in-again" },
  { HS_SIGHT_ROM, N_("The chip’s own bootloader again: the jumper is still in place."),
    "remove-jumper" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_jumper_to_see[] = {
  { HS_SIGHT_APP, N_("The firmware started: the jumper is not in place."), "unplug-to-see" },
  { HS_SIGHT_BOOTLOADER, N_("Its everyday bootloader started: the jumper is not in place."),
    "unplug-to-see" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_observe_rom[] = {
  { HS_SIGHT_NOTHING, N_("It was unplugged. The jumper stays on: plug it in again."),
    "jumper-to-see" },
  { HS_SIGHT_APP, N_("The firmware started: the jumper is not in place."), "unplug-to-see" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_look_again[] = {
  { HS_SIGHT_APP, N_("Its firmware started: nothing was erased."), "unplug" },
  { HS_SIGHT_BOOTLOADER, N_("Its everyday bootloader started: nothing was erased."), "unplug" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};

#define UNPLUG                                                                                     \
  { .id = "unplug", .sentence = N_("Unplug the camera."), .drawing = "unplug",                     \
    .help = N_("The chip looks at the jumper only when its power comes on."),                      \
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1 }
#define SET_JUMPER(step, surprise)                                                                 \
  { .id = step, .sentence = N_("Connect %s, then plug the camera in."),                            \
    .help = N_("No debug probe is attached. The camera stays unplugged until the jumper is on."),  \
    .drawing = "st-boot-rst", .other_drawing = "st-boot-3v3", .wait = HS_SIGHT_ROM,                \
    .waits_for = N_("the ST ROM bootloader, 0483:DF11"), .usual_s = 3, .surprises = surprise }

static const HsGuideStep protect_steps[] = {
  { .id = "confirm", .sentence = N_("Set readout protection to level 1?"),
    .help = N_("Nothing is done before this is confirmed."), .drawing = "look",
    .wants = HS_GUIDE_WANTS_CONFIRMATION,
    .question = N_("It stops debug probes and the ROM bootloader from reading the flash. It does "
                   "not stop anyone with a USB cable: the everyday bootloader goes on giving the "
                   "firmware out, unless it was built without upload. Going back erases "
                   "everything, the bootloader, too. Writing option bytes from here has never been "
                   "tried on a real camera, and a camera that loses its power meanwhile may be "
                   "lost.") },
  UNPLUG,
  SET_JUMPER ("set-jumper", at_set_jumper),
  { .id = "protect", .sentence = N_("Readout protection is written."),
    .help = N_("Leave jumper and cable alone: what is interrupted here may not come back."),
    .drawing = "writing-jumper", .what = "protect", .if_failed = "unplug", .surprises = at_rom_job },
  { .id = "remove-jumper", .sentence = N_("Unplug the camera, and take the jumper off."),
    .help = N_("It is written, and counts only after power was off."), .drawing = "remove-jumper",
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  { .id = "plug-in-again", .sentence = N_("Plug the camera in again, without the jumper."),
    .help = N_("Its firmware must start as before."), .drawing = "plug",
    .wait = HS_SIGHT_APP, .waits_for = N_("its firmware"), .usual_s = 5,
    .what = "observe-protection", .if_failed = "unplug-to-see", .surprises = at_plug_in_again },
  { .id = "observe", .sentence = N_("The firmware is asked for the level."),
    .help = N_("Its script is stopped for that, then it is restarted."), .drawing = "look",
    .what = "observe-protection", .then = "done", .if_failed = "unplug-to-see",
    .surprises = at_observe },
  { .id = "unplug-to-see", .sentence = N_("Unplug the camera."), .drawing = "unplug",
    .help = N_("The firmware does not tell the level. The ROM bootloader shows it: it must refuse "
               "to read."),
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  SET_JUMPER ("jumper-to-see", at_jumper_to_see),
  { .id = "observe-rom", .sentence = N_("The ROM bootloader is asked to read."),
    .help = N_("Nothing is written."), .drawing = "look-jumper", .what = "observe-protection",
    .if_failed = "unplug-to-see", .surprises = at_observe_rom },
  { .id = "jumper-off", .sentence = N_("Unplug the camera, and take the jumper off."),
    .help = N_("The level was seen. Without the jumper its firmware starts as before."),
    .drawing = "remove-jumper", .wait = HS_SIGHT_NOTHING,
    .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  { .id = "done", .sentence = N_("Level 1 is in force, and was seen."),
    .help = N_("An audit tells which doors are still open."), .drawing = "done" },
  { .id = NULL },
};

const HsGuideTable hs_guide_protect_st_rom = {
  .purpose = HS_GUIDE_PROTECT,
  .recovery = HS_RECOVERY_ST_ROM,
  .title = N_("Protect a Camera"),
  .steps = protect_steps,
};

#define ERASED                                                                                     \
  N_("Everything in the chip is erased: firmware, ROMFS, files, and the bootloader, too. The "     \
     "camera then has to be rescued with the jumper. On the M7 (STM32F76x) taking off protection " \
     "has been seen to damage the addresses it boots from, so that only a debug probe brings it "  \
     "back. It has never been tried from here on a real camera. Only a camera that refused to be " \
     "read after it was plugged in anew is erased.")

static const HsGuideStep unprotect_steps[] = {
  { .id = "confirm", .sentence = N_("Take readout protection off, and erase everything?"),
    .help = N_("Nothing is done before this is confirmed."), .drawing = "erase",
    .wants = HS_GUIDE_WANTS_CONFIRMATION, .question = ERASED },
  UNPLUG,
  SET_JUMPER ("set-jumper", at_set_jumper),
  { .id = "unprotect", .sentence = N_("Protection is taken off, and everything erased."),
    .help = N_("It takes up to a minute. Leave jumper and cable alone: what is interrupted here "
               "may not come back."),
    .drawing = "writing-jumper", .usual_s = 45, .what = "unprotect", .if_failed = "unplug",
    .surprises = at_rom_job },
  { .id = "look-again", .sentence = N_("Leave the jumper on for a moment."),
    .help = N_("The chip restarts by itself; if it does not, unplug the camera and plug it in "
               "again."),
    .drawing = "look-jumper", .wait = HS_SIGHT_ROM, .waits_for = N_("the ST ROM bootloader, 0483:DF11"),
    .usual_s = 3, .what = "observe-protection", .surprises = at_look_again },
  { .id = "observe", .sentence = N_("The ROM bootloader is asked to read."),
    .help = N_("Nothing is written."), .drawing = "look-jumper", .what = "observe-protection",
    .if_failed = "look-again", .surprises = at_look_again },
  { .id = "done", .sentence = N_("Protection is off, and the camera is empty."),
    .help = N_("It needs its bootloader and firmware back: rescue it now, the jumper is in place "
               "already."),
    .drawing = "done" },
  { .id = NULL },
};

const HsGuideTable hs_guide_unprotect_st_rom = {
  .purpose = HS_GUIDE_UNPROTECT,
  .recovery = HS_RECOVERY_ST_ROM,
  .title = N_("Remove Protection"),
  .steps = unprotect_steps,
};

/* --- through a debug probe: the camera stays as it is, and the vendor's program does it --- */

static const HsGuideSurprise at_probe[] = {
  { HS_SIGHT_NOTHING, N_("The camera is gone: it needs its USB cable, too."), NULL },
  OTHER_BOARD, NO_ACCESS, END
};

static const HsGuideStep protect_probe_steps[] = {
  { .id = "confirm", .sentence = N_("Set readout protection to level 1?"),
    .help = N_("The debug probe must be on this very camera."), .drawing = "probe",
    .wants = HS_GUIDE_WANTS_CONFIRMATION,
    .question = N_("It stops debug probes and the ROM bootloader from reading the flash. It does "
                   "not stop anyone with a USB cable: the everyday bootloader goes on giving the "
                   "firmware out, unless it was built without upload. Going back erases "
                   "everything, the bootloader, too. Hotshoe can’t see on which camera the probe "
                   "is: look.") },
  { .id = "protect", .sentence = N_("Readout protection is set through the debug probe."),
    .help = N_("Leave probe and cable alone."), .drawing = "probe", .what = "protect",
    .surprises = at_probe },
  { .id = "remove-jumper", .sentence = N_("Take the debug probe off, then unplug the camera."),
    .help = N_("With a probe attached a protected chip stands still."), .drawing = "probe-off",
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  { .id = "plug-in-again", .sentence = N_("Plug the camera in again, without the probe."),
    .help = N_("Its firmware must start as before."), .drawing = "plug", .wait = HS_SIGHT_APP,
    .waits_for = N_("its firmware"), .usual_s = 5, .what = "observe-protection",
    .if_failed = "unplug-to-see", .surprises = at_plug_in_again },
  { .id = "observe", .sentence = N_("The firmware is asked for the level."),
    .help = N_("Its script is stopped for that, then it is restarted."), .drawing = "look",
    .what = "observe-protection", .then = "done", .if_failed = "unplug-to-see",
    .surprises = at_observe },
  { .id = "unplug-to-see", .sentence = N_("Unplug the camera."), .drawing = "unplug",
    .help = N_("The firmware does not tell the level. The ROM bootloader shows it: it must refuse "
               "to read."),
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  SET_JUMPER ("jumper-to-see", at_jumper_to_see),
  { .id = "observe-rom", .sentence = N_("The ROM bootloader is asked to read."),
    .help = N_("Nothing is written."), .drawing = "look-jumper", .what = "observe-protection",
    .if_failed = "unplug-to-see", .surprises = at_observe_rom },
  { .id = "jumper-off", .sentence = N_("Unplug the camera, and take the jumper off."),
    .help = N_("The level was seen. Without the jumper its firmware starts as before."),
    .drawing = "remove-jumper", .wait = HS_SIGHT_NOTHING,
    .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  { .id = "done", .sentence = N_("Level 1 is in force, and was seen."),
    .help = N_("An audit tells which doors are still open."), .drawing = "done" },
  { .id = NULL },
};

const HsGuideTable hs_guide_protect_probe = {
  .purpose = HS_GUIDE_PROTECT,
  .recovery = HS_RECOVERY_ST_ROM,
  .title = N_("Protect a Camera"),
  .steps = protect_probe_steps,
};

static const HsGuideSurprise at_look_again_probe[] = {
  { HS_SIGHT_APP, N_("Its firmware started: nothing was erased, or the probe is on another camera."),
    "probe-off" },
  { HS_SIGHT_BOOTLOADER,
    N_("Its everyday bootloader started: nothing was erased, or the probe is on another camera."),
    "probe-off" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};

static const HsGuideStep unprotect_probe_steps[] = {
  { .id = "confirm", .sentence = N_("Take readout protection off, and erase everything?"),
    .help = N_("The debug probe must be on this very camera."), .drawing = "erase",
    .wants = HS_GUIDE_WANTS_CONFIRMATION, .question = ERASED },
  { .id = "unprotect", .sentence = N_("Protection is taken off, and everything erased."),
    .help = N_("It takes up to a minute. Leave probe and cable alone."), .drawing = "probe",
    .usual_s = 45, .what = "unprotect", .surprises = at_probe },
  { .id = "probe-off", .sentence = N_("Take the debug probe off, then unplug the camera."),
    .help = N_("What the probe's program says proves nothing: the ROM bootloader shows it, after "
               "power was off."),
    .drawing = "probe-off", .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"),
    .usual_s = 1 },
  SET_JUMPER ("look-again", at_look_again_probe),
  { .id = "observe", .sentence = N_("The ROM bootloader is asked to read."),
    .help = N_("Nothing is written."), .drawing = "look", .what = "observe-protection",
    .if_failed = "probe-off", .surprises = at_look_again_probe },
  { .id = "done", .sentence = N_("Protection is off, and the camera is empty."),
    .help = N_("It needs its bootloader and firmware back: rescue it now, the jumper is in place "
               "already."),
    .drawing = "done" },
  { .id = NULL },
};

const HsGuideTable hs_guide_unprotect_probe = {
  .purpose = HS_GUIDE_UNPROTECT,
  .recovery = HS_RECOVERY_ST_ROM,
  .title = N_("Remove Protection"),
  .steps = unprotect_probe_steps,
};
/* clang-format on */

/* (nullable): %HS_APP_ERROR_NOT_OFFERED with what to do instead */
const HsGuideTable *
hs_guide_choose_protection (HsGuidePurpose purpose,
                            const HsBoard *board,
                            const char *way,
                            GError **error)
{
  const HsOptionLayout *layout = hs_option_layout_by_mcu (board->mcu);
  gboolean by_probe = way != NULL && g_str_has_prefix (way, "swd-");
  g_autofree char *reason = NULL;

  if (!hs_protection_is_offered (board, &reason)) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED, reason);
    return NULL;
  }
  if (by_probe)
    return purpose == HS_GUIDE_PROTECT ? &hs_guide_protect_probe : &hs_guide_unprotect_probe;
  if (layout != NULL && layout->native)
    return purpose == HS_GUIDE_PROTECT ? &hs_guide_protect_st_rom : &hs_guide_unprotect_st_rom;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NOT_OFFERED,
               _ ("Hotshoe does not change the protection of an %s through its ROM bootloader: "
                  "nobody has shown that it works. Use a debug probe: --way swd-programmer or "
                  "--way swd-openocd."),
               board->mcu);
  return NULL;
}
