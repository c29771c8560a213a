/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/guide/guide-private.h"

#include <glib/gi18n-lib.h>

/* How a camera whose bootloader or firmware does not start is brought back: the cheap rescues
 * first, the boot jumper only if nothing else shows itself. Data, nothing else. Pads: the boards'
 * own table; procedures: the makers' documentation and NXP's AN12238. */

/* clang-format off */

#define END { HS_SIGHT_ANY, NULL, NULL }

#define NO_ACCESS                                                                                  \
  { HS_SIGHT_NO_ACCESS, N_("It is there, and may not be opened: the udev rules are missing."),     \
    NULL }
#define OTHER_BOARD                                                                                \
  { HS_SIGHT_OTHER_BOARD, N_("That is another camera: plug in the one to be rescued."), \
    NULL }
#define OTHER_ROM                                                                                  \
  { HS_SIGHT_OTHER_ROM,                                                                            \
    N_("That bootloader is another chip’s: this is not the camera that was chosen, or another "    \
       "model. Nothing was written."), NULL }
#define OLD_BOOTLOADER                                                                             \
  { HS_SIGHT_OLD_BOOTLOADER,                                                                       \
    N_("This bootloader is too old: it lacks partitions that the build needs. It is renewed."),    \
    "files" }
#define ROM_ALREADY                                                                                \
  { HS_SIGHT_ROM, N_("The chip’s own bootloader started: the boot jumper is set, or nothing else " \
                     "is left."), "files" }

static const HsGuideSurprise at_look[] = {
  { HS_SIGHT_APP, NULL, "write-firmware" },
  { HS_SIGHT_BOOTLOADER, NULL, "write-firmware" },
  OLD_BOOTLOADER, ROM_ALREADY, OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_replug[] = {
  { HS_SIGHT_APP, N_("Its firmware started: it is asked for its bootloader."), "write-firmware" },
  OLD_BOOTLOADER, ROM_ALREADY, OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_write[] = {
  { HS_SIGHT_NOTHING, N_("It is gone."), "replug" },
  OLD_BOOTLOADER, ROM_ALREADY, OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_replug_to_erase[] = {
  { HS_SIGHT_APP, N_("Its firmware started after all."), "write-firmware" },
  OLD_BOOTLOADER, ROM_ALREADY, OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_unplug[] = {
  { HS_SIGHT_ROM, N_("The chip’s own bootloader runs already."), "write-bootloader" }, END
};
static const HsGuideSurprise at_set_jumper[] = {
  { HS_SIGHT_APP, N_("The firmware started: the jumper is not in place."), "unplug" },
  { HS_SIGHT_BOOTLOADER,
    N_("Its bootloader started: the jumper is not in place, and not needed either."),
    "write-firmware" },
  { HS_SIGHT_OLD_BOOTLOADER,
    N_("Still the old bootloader: the jumper is not in place."), "unplug" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_write_bootloader[] = {
  { HS_SIGHT_NOTHING, N_("It was unplugged. The jumper stays on: plug it in again."),
    "set-jumper" },
  { HS_SIGHT_APP, N_("The firmware started: the jumper is not in place."), "unplug" },
  { HS_SIGHT_BOOTLOADER, N_("Its bootloader started: the jumper is not in place."), "unplug" },
  { HS_SIGHT_OLD_BOOTLOADER, N_("Still the old bootloader: the jumper is not in place."),
    "unplug" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_plug_in_again[] = {
  { HS_SIGHT_ROM, N_("The chip’s own bootloader again: the jumper is still in place."),
    "remove-jumper" },
  { HS_SIGHT_APP, N_("Its firmware started: it is asked for its bootloader."), "flash" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};
static const HsGuideSurprise at_flash[] = {
  { HS_SIGHT_NOTHING, N_("It is gone."), "plug-in-again" },
  { HS_SIGHT_ROM, N_("The chip’s own bootloader again: the jumper is still in place."),
    "remove-jumper" },
  OTHER_ROM, OTHER_BOARD, NO_ACCESS, END
};

static const HsGuideChoice to_jumper[] = {
  { N_("Nothing Happens: Go On with the Jumper"), "files" }, { NULL, NULL }
};
static const HsGuideChoice to_switch[] = {
  { N_("Nothing Happens: Go On with the Switch"), "files" }, { NULL, NULL }
};
static const HsGuideChoice to_erase[] = {
  { N_("Erase the Filesystem"), "replug-to-erase" }, { N_("Keep the Files"), NULL },
  { NULL, NULL }
};
static const HsGuideChoice once_more[] = {
  { N_("Try Once More"), "replug" }, { N_("Stop Here"), NULL }, { NULL, NULL }
};

/* From looking to erasing: the same for every camera. @wanted: the bootloader's USB id; @around:
 * what comes if nothing shows itself */
#define CHEAP_RESCUES(wanted, around)                                                              \
  { .id = "look", .sentence = N_("Leave the camera as it is for a moment."),                       \
    .help = N_("Hotshoe looks at what it shows on USB."), .drawing = "look",                       \
    .wait = HS_SIGHT_NOTHING, .surprises = at_look },                                              \
  { .id = "replug", .sentence = N_("Unplug the camera, then plug it in again."),                   \
    .sentence_out = N_("Plug the camera in again."),                                               \
    .help = N_("Its bootloader waits for a moment after that: Hotshoe catches it by itself. Most " \
               "dead cameras only lack a whole firmware."),                                        \
    .drawing = "replug", .wait = HS_SIGHT_BOOTLOADER, .waits_for = wanted, .usual_s = 3,           \
    .what = "flash", .surprises = at_replug, .choices = around, .if_late = "files" },              \
  { .id = "write-firmware", .sentence = N_("The firmware is compared and written."),               \
    .help = N_("Leave the cable alone. Only what differs is written."), .drawing = "writing",      \
    .what = "flash", .then = "done", .if_failed = "replug", .if_silent = "ask-to-erase",           \
    .surprises = at_write },                                                                       \
  { .id = "ask-to-erase", .sentence = N_("The firmware is whole, and still does not start."),      \
    .help = N_("Most likely a file on the camera, main.py, keeps it from starting."),              \
    .drawing = "erase", .wants = HS_GUIDE_WANTS_CHOICE, .role = HS_ROLE_FILESYSTEM,                \
    .question = N_("What was read back is the build, byte for byte, but the firmware does not "    \
                   "come up. Erasing the filesystem usually mends that. main.py and all other "    \
                   "files on the camera’s drive are lost."),                                       \
    .choices = to_erase, .then = "replug-to-erase" },                                              \
  { .id = "replug-to-erase", .sentence = N_("Unplug the camera, then plug it in again."),          \
    .sentence_out = N_("Plug the camera in again."),                                               \
    .help = N_("Its bootloader is caught again, and the filesystem erased."),                      \
    .drawing = "replug", .wait = HS_SIGHT_BOOTLOADER, .waits_for = wanted, .usual_s = 3,           \
    .what = "flash", .erases = TRUE, .surprises = at_replug_to_erase },                            \
  { .id = "erase-filesystem", .sentence = N_("The filesystem is erased."),                         \
    .help = N_("Leave the cable alone. The firmware makes a new one when it starts."),             \
    .drawing = "writing", .what = "flash", .erases = TRUE, .then = "done",                         \
    .if_failed = "replug-to-erase", .if_silent = "does-not-start" },                               \
  { .id = "does-not-start", .sentence = N_("It still does not start."),                            \
    .help = N_("Bootloader, firmware and filesystem are as they should be."), .drawing = "look",  \
    .wants = HS_GUIDE_WANTS_CHOICE, .choices = once_more, .then = "done",                          \
    .question = N_("All that is on it was read back, and it still does not start: try another "    \
                   "build, or have the camera itself looked at.") }

/* From removing the jumper to the end. */
#define BACK_TO_LIFE(wanted)                                                                       \
  { .id = "plug-in-again", .sentence = N_("Plug the camera in again, without the jumper."),        \
    .help = N_("This very camera, into the same port: its new bootloader is compared with what "   \
               "was written, and another camera may have the same one."),                          \
    .drawing = "plug", .wait = HS_SIGHT_BOOTLOADER, .waits_for = wanted, .usual_s = 3,             \
    .what = "flash", .surprises = at_plug_in_again },                                              \
  { .id = "flash", .sentence = N_("Firmware and ROMFS are written."),                              \
    .help = N_("Leave the cable alone. Then the camera starts and says its version."),             \
    .drawing = "writing", .what = "flash", .if_failed = "plug-in-again",                           \
    .if_silent = "ask-to-erase", .surprises = at_flash },                                          \
  { .id = "done", .sentence = N_("The camera is back."),                                           \
    .help = N_("What it holds was read back, and it started."), .drawing = "done" }

#define UNPLUG                                                                                     \
  { .id = "unplug", .sentence = N_("Unplug the camera."), .drawing = "unplug",                     \
    .help = N_("The chip looks at the jumper only when its power comes on."),                      \
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1,              \
    .then = "set-jumper", .surprises = at_unplug }
#define UNPLUG_ONCE_MORE                                                                           \
  { .id = "unplug-once-more", .sentence = N_("Unplug the camera once more."),                      \
    .help = N_("Writing its bootloader did not succeed; from a fresh start it usually does."),     \
    .drawing = "unplug", .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"),       \
    .usual_s = 1, .then = "set-jumper" }

static const HsGuideStep st_rom_steps[] = {
  CHEAP_RESCUES (N_("its bootloader"), to_jumper),
  { .id = "files", .sentence = N_("A bootloader for this camera is needed."),
    .help = N_("bootloader.bin of the firmware’s build folder, or of a release."),
    .drawing = "file", .wants = HS_GUIDE_WANTS_FILE, .role = HS_ROLE_BOOTLOADER,
    .question = N_("Neither the build nor the catalog has a bootloader for this camera. Choose "
                   "bootloader.bin (or bootloader.dfu of an older release).") },
  UNPLUG,
  UNPLUG_ONCE_MORE,
  { .id = "set-jumper",
    .sentence = N_("Unplug the camera, connect %s, then plug it in again."),
    .sentence_out = N_("Connect %s, then plug the camera in."),
    .help = N_("The camera stays unplugged until the jumper is on."), .drawing = "st-boot-rst",
    .other_drawing = "st-boot-3v3", .wait = HS_SIGHT_ROM,
    .waits_for = N_("the ST ROM bootloader, 0483:DF11"), .usual_s = 3, .then = "write-bootloader",
    .surprises = at_set_jumper },
  { .id = "write-bootloader", .sentence = N_("The bootloader is written."),
    .help = N_("Leave jumper and cable alone. It is read back afterwards."), .drawing = "writing-jumper",
    .what = "restore-bootloader", .if_failed = "unplug-once-more",
    .surprises = at_write_bootloader },
  { .id = "remove-jumper", .sentence = N_("Unplug the camera, and take the jumper off."),
    .help = N_("The bootloader is written and proven."), .drawing = "remove-jumper",
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  BACK_TO_LIFE (N_("its new bootloader")),
  { .id = NULL },
};

const HsGuideTable hs_guide_recover_st_rom = {
  .purpose = HS_GUIDE_RECOVER,
  .recovery = HS_RECOVERY_ST_ROM,
  .title = N_("Recover a Camera"),
  .steps = st_rom_steps,
};

static const HsGuideStep sdp_steps[] = {
  CHEAP_RESCUES (N_("its bootloader, 15A2:0073"), to_jumper),
  { .id = "files", .sentence = N_("The second bootloader (SBL) for this camera is needed."),
    .help = N_("blhost_flash_loader.bin, of OpenMV IDE or the OpenMV SDK."),
    .drawing = "file", .wants = HS_GUIDE_WANTS_FILE, .role = HS_ROLE_BOOTLOADER,
    .tool = HS_TOOL_RT1062_SBL,
    .question = N_("Builds don’t have this camera’s bootloader. Choose blhost_flash_loader.bin; "
                   "OpenMV IDE and the OpenMV SDK bring it.") },
  { .id = "flashloader", .sentence = N_("The loader that is put into its RAM is needed."),
    .help = N_("sdphost_flash_loader.bin, of OpenMV IDE or the OpenMV SDK."),
    .drawing = "file", .wants = HS_GUIDE_WANTS_FILE, .tool = HS_TOOL_RT1062_FLASHLOADER,
    .question = N_("Choose sdphost_flash_loader.bin; OpenMV IDE and the OpenMV SDK bring it.") },
  UNPLUG,
  UNPLUG_ONCE_MORE,
  { .id = "set-jumper",
    .sentence = N_("Unplug the camera, connect %s, then plug it in again."),
    .sentence_out = N_("Connect %s, then plug the camera in."),
    .help = N_("The camera stays unplugged until the jumper is on; it stays on while the "
               "bootloader is written."),
    .drawing = "rt1062-sbl", .wait = HS_SIGHT_ROM,
    .waits_for = N_("the NXP ROM bootloader, 1FC9:0135"), .usual_s = 3, .then = "write-bootloader",
    .surprises = at_set_jumper },
  { .id = "write-bootloader", .sentence = N_("The bootloader is written."),
    .help = N_("Leave jumper and cable alone. It is read back afterwards."), .drawing = "writing-jumper",
    .what = "restore-bootloader", .if_failed = "unplug-once-more",
    .surprises = at_write_bootloader },
  { .id = "remove-jumper", .sentence = N_("Unplug the camera, and take the jumper off."),
    .help = N_("The bootloader is written and proven."), .drawing = "remove-jumper",
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  BACK_TO_LIFE (N_("its new bootloader, 15A2:0073")),
  { .id = NULL },
};

const HsGuideTable hs_guide_recover_sdp = {
  .purpose = HS_GUIDE_RECOVER,
  .recovery = HS_RECOVERY_SDP,
  .title = N_("Recover a Camera"),
  .steps = sdp_steps,
};

static const HsGuideStep st_tool_steps[] = {
  CHEAP_RESCUES (N_("its bootloader"), to_jumper),
  { .id = "files", .sentence = N_("STM32_Programmer_CLI is needed."),
    .help = N_("It is part of STM32CubeProgrammer and of the OpenMV SDK."), .drawing = "tool",
    .wants = HS_GUIDE_WANTS_TOOL, .tool = HS_TOOL_STM32_PROGRAMMER,
    .question = N_("Only ST’s own program can bring this camera’s bootloader back. Choose "
                   "STM32_Programmer_CLI.") },
  { .id = "layout", .sentence = N_("The flash layout of this camera is needed."),
    .help = N_("The folder with FlashLayout.tsv, of the OpenMV SDK."), .drawing = "file",
    .wants = HS_GUIDE_WANTS_TOOL, .tool = HS_TOOL_N6_LAYOUT,
    .question = N_("Choose the folder OPENMV_N6 of the OpenMV SDK, with FlashLayout.tsv in it.") },
  UNPLUG,
  UNPLUG_ONCE_MORE,
  { .id = "set-jumper",
    .sentence = N_("Unplug the camera, connect %s, then plug it in again."),
    .sentence_out = N_("Connect %s, then plug the camera in."),
    .help = N_("The camera stays unplugged until the jumper is on."), .drawing = "n6-boot0",
    .other_drawing = "n6-boot-vcc", .wait = HS_SIGHT_ROM,
    .waits_for = N_("the ST ROM bootloader, 0483:DF11"), .usual_s = 3, .then = "write-bootloader",
    .surprises = at_set_jumper },
  { .id = "write-bootloader", .sentence = N_("ST’s program writes the bootloader."),
    .help = N_("Leave jumper and cable alone. It has 5 minutes."), .drawing = "writing-jumper",
    .usual_s = 60, .what = "restore-bootloader", .if_failed = "unplug-once-more",
    .surprises = at_write_bootloader },
  { .id = "remove-jumper", .sentence = N_("Unplug the camera, and take the jumper off."),
    .help = N_("ST’s program has written the bootloader."), .drawing = "remove-jumper",
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  BACK_TO_LIFE (N_("its new bootloader")),
  { .id = NULL },
};

const HsGuideTable hs_guide_recover_st_tool = {
  .purpose = HS_GUIDE_RECOVER,
  .recovery = HS_RECOVERY_ST_TOOL,
  .title = N_("Recover a Camera"),
  .steps = st_tool_steps,
};

static const HsGuideChoice try_again[] = {
  { N_("Try Again"), "set-switch" }, { NULL, NULL }
};
static const HsGuideSurprise at_set_switch[] = {
  { HS_SIGHT_BOOTLOADER, N_("Its bootloader runs: nothing else is needed."), "write-firmware" },
  NO_ACCESS, END
};
static const HsGuideSurprise at_write_se[] = {
  { HS_SIGHT_NOTHING, N_("The debug adapter is gone."), "set-switch" },
  { HS_SIGHT_BOOTLOADER, N_("Its bootloader runs: nothing else is needed."), "write-firmware" },
  NO_ACCESS, END
};
static const HsGuideSurprise at_se_plug_in[] = {
  { HS_SIGHT_BRIDGE,
    N_("Only the debug adapter so far. If no bootloader follows, the switch is still on."), NULL },
  { HS_SIGHT_APP, N_("Its firmware started: it is asked for its bootloader."), "flash" },
  OTHER_BOARD, NO_ACCESS, END
};

static const HsGuideStep se_tool_steps[] = {
  CHEAP_RESCUES (N_("its bootloader, 37C5:96E3"), to_switch),
  { .id = "files", .sentence = N_("Alif’s SE tools are needed."),
    .help = N_("app-write-mram and its neighbours; OpenMV IDE brings them."), .drawing = "tool",
    .wants = HS_GUIDE_WANTS_TOOL, .tool = HS_TOOL_SE_TOOLS,
    .question = N_("Only Alif’s own programs can bring this camera’s bootloader back. Choose their "
                   "folder; OpenMV IDE has it.") },
  { .id = "bootloader", .sentence = N_("A bootloader for this camera is needed."),
    .help = N_("bootloader.bin of the firmware’s build folder."), .drawing = "file",
    .wants = HS_GUIDE_WANTS_FILE, .role = HS_ROLE_BOOTLOADER,
    .question = N_("Neither the build nor the catalog has a bootloader for this camera. Choose "
                   "bootloader.bin.") },
  { .id = "boot-table", .sentence = N_("The boot table for this camera is needed."),
    .help = N_("firmware_pad.toc of the firmware’s build folder."), .drawing = "file",
    .wants = HS_GUIDE_WANTS_FILE, .role = HS_ROLE_TOC,
    .question = N_("The bootloader comes without its boot table, and the camera would not find it. "
                   "Choose firmware_pad.toc; the firmware’s build folder has it beside "
                   "bootloader.bin.") },
  { .id = "set-switch",
    .sentence = N_("Turn the maintenance switch on, then plug the camera in, with its debug adapter "
                   "and the J-Link."),
    .help = N_("Unplug the camera before. The adapter’s serial port is the way to the secure "
               "enclave."),
    .drawing = "ae3-adapter", .wait = HS_SIGHT_BRIDGE,
    .waits_for = N_("the adapter, 0403:6015 or 1A86:55D3"), .usual_s = 5,
    .surprises = at_set_switch },
  { .id = "write-bootloader", .sentence = N_("Alif’s programs write the bootloader."),
    .help = N_("Leave switch and cables alone, unless it is said here."),
    .sentence_failed = N_("That did not succeed. Unplug the camera and the debug adapter, then plug "
                          "both in again, with the switch on and the J-Link connected."),
    .drawing = "writing-jumper", .asked_drawing = "ae3-switch", .what = "restore-bootloader",
    .choices = try_again, .surprises = at_write_se },
  { .id = "remove-jumper",
    .sentence = N_("Unplug the camera and the debug adapter, and turn the maintenance switch off."),
    .help = N_("The bootloader is written."), .drawing = "ae3-switch-off",
    .wait = HS_SIGHT_NOTHING, .waits_for = N_("the camera to be gone"), .usual_s = 1 },
  { .id = "plug-in-again", .sentence = N_("Plug the camera in again."),
    .help = N_("With the switch off its new bootloader starts, and is compared with what was "
               "written; another camera may have the same one."),
    .drawing = "plug", .wait = HS_SIGHT_BOOTLOADER,
    .waits_for = N_("its new bootloader, 37C5:96E3"), .usual_s = 3, .what = "flash",
    .surprises = at_se_plug_in },
  { .id = "flash", .sentence = N_("Firmware and ROMFS of both cores are written."),
    .help = N_("Leave the cable alone. Then the camera starts and says its version."),
    .drawing = "writing", .what = "flash", .if_failed = "plug-in-again",
    .if_silent = "ask-to-erase" },
  { .id = "done", .sentence = N_("The camera is back."),
    .help = N_("What it holds was read back, and it started."), .drawing = "done" },
  { .id = NULL },
};

const HsGuideTable hs_guide_recover_se_tool = {
  .purpose = HS_GUIDE_RECOVER,
  .recovery = HS_RECOVERY_SE_TOOL,
  .title = N_("Recover a Camera"),
  .steps = se_tool_steps,
};
/* clang-format on */
