/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/build-problem-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The words for a code. {name}, {detail}, {bytes} and {target} stand for what was found. */
typedef struct {
  const char *code;
  const char *title;   /* N_() */
  const char *text;    /* N_() */
  const char *command; /* nullable; in the root of the tree */
} Words;

/* clang-format off */
static const Words words[] = {
  { "no-target", N_("No board was named"),
    N_("make was started without TARGET. Name one of the tree's boards."), NULL },
  { "unknown-target", N_("This tree has no board {target}"),
    N_("There is no folder of that name with its settings among the tree's boards. `hotshoe "
       "tree DIR` lists those that are there; names are written in capitals."), NULL },
  { "unsupported-target", N_("{target} can't be built from this tree"),
    N_("Its own settings refuse it: OpenMV no longer supports this camera. An older release of "
       "the firmware still does."), NULL },
  { "no-sdk", N_("The OpenMV SDK is not installed"),
    N_("The tree builds only with the SDK that its file SDK_VERSION names. It is installed once, "
       "to the home folder; SDK_DIR=… names another place that has it."), "make sdk" },
  { "other-sdk", N_("The OpenMV SDK here is version {name}, the tree wants {detail}"),
    N_("Both can be installed side by side. SDK_DIR=… names another place that has the right "
       "one."), "make sdk" },
  { "no-compiler", N_("The compiler for the camera was not found: {name}"),
    N_("It comes with the OpenMV SDK, and with the packages gcc-arm-none-eabi, "
       "libnewlib-arm-none-eabi and libstdc++-arm-none-eabi-newlib of Debian and Ubuntu."),
    "make sdk" },
  { "old-compiler", N_("The compiler is too old for {target}"),
    N_("It is GCC {name}. Older ones than 14.3 have known faults with the Cortex-M55, and the tree "
       "refuses them. The OpenMV SDK has a newer one."), "make sdk" },
  { "space-in-path", N_("make can't work in a folder with a space in its name"),
    N_("{name} has one. Give the folder another name, or move it; letters with accents are no "
       "trouble."), NULL },
  { "no-make", N_("make was not found"),
    N_("Install the package “make”."), NULL },
  { "no-python", N_("Python was not found"),
    N_("The build runs scripts of its own with python3. Install the package “python3”."), NULL },
  { "no-submodule", N_("A part of the tree is missing: {name}"),
    N_("It lies in another repository, which git brings as a submodule. A checkout without "
       "“--recursive” lacks it."), "git submodule update --init --recursive --depth=1" },
  { "no-mpy-cross", N_("mpy-cross is not there"),
    N_("It compiles Python for the camera and has to be built first, by its own command: the "
       "firmware's build would do it with the settings for the camera, and fails."),
    "make -C lib/micropython/mpy-cross" },
  { "mpy-cross-failed", N_("mpy-cross can't be built"),
    N_("It compiles Python for the camera, and is made with this computer's own compiler: the "
       "package “gcc” is needed. {detail}"), "make -C lib/micropython/mpy-cross" },
  { "c-error", N_("{name}: {detail}"),
    N_("The C compiler stopped there. Warnings count as errors in this firmware."), NULL },
  { "python-error", N_("{name}: {detail}"),
    N_("The file is frozen into the firmware, so it is compiled with it. Mend it and build again."),
    NULL },
  { "manifest-error", N_("The manifest can't be used: {detail}"),
    N_("{name} says what is frozen. It, or a manifest that it includes, has a mistake or names "
       "something that is not there."), NULL },
  { "link-error", N_("The firmware does not fit together: {detail}"),
    N_("All parts were compiled, but something that one of them needs is in none, or in two. "
       "After a feature was switched off, build with “clean”; if it stays, the feature is needed "
       "by another one."), NULL },
  { "flash-overflow", N_("The firmware is {bytes} bytes too large for {target}"),
    N_("Its code and constants do not fit into {name}. Switch features off that the product does "
       "not use, freeze less, or put models and data into ROMFS."), NULL },
  { "memory-overflow", N_("{bytes} bytes too much for the memory {name} of {target}"),
    N_("What is given away when the firmware is built (frame buffer, heap, stack, static "
       "variables) is more than this memory has. Give one of its blocks less, or another "
       "place."), NULL },
  { "romfs-overflow", N_("The ROMFS image is {bytes} bytes too large for {target}"),
    N_("Its files need {detail}. Leave a model out, or take a smaller one. The firmware itself was "
       "built, but belongs to no image that fits."), NULL },
  { "romfs-missing", N_("A file for ROMFS is missing: {name}"),
    N_("The board's romfs_config.json names it. Put it there, or take the entry out."), NULL },
  { "no-converter", N_("The program that prepares models for this camera was not found: {name}"),
    N_("It comes with the OpenMV SDK."), "make sdk" },
  { "empty-image", N_("{name} is empty"),
    N_("The build said that all went well, but left no bytes in it. It is not taken into the "
       "catalog. Build again with “clean”."), NULL },
  { "no-image", N_("The build left no {name}"),
    N_("It said that all went well, but the file was not made by it. Nothing is taken into the "
       "catalog. Build again with “clean”."), NULL },
  { "tree-changed", N_("The tree was changed while it was built"),
    N_("{name} is no longer what it was when the build began, so nobody can say what the images "
       "were made from. They are not taken into the catalog. Build again."), NULL },
  { "no-engine", N_("{name} was not found"),
    N_("Building in a container needs Docker. Install it, or build on this computer itself."),
    NULL },
  { "engine-failed", N_("The container can't be used"),
    N_("Docker said: {detail} Is its service running, and may you use it (group “docker”)?"),
    "docker info" },
  { "disk-full", N_("The disk is full"),
    N_("Make room and build again. A build needs some hundred megabytes."), NULL },
  { "old-objects", N_("Files of an earlier build are in the way"),
    N_("They were cut short, or belong to sources that are no longer there. Build with “clean”. "
       "{detail}"), NULL },
  { "not-yours", N_("Files of an earlier build belong to somebody else"),
    N_("{name} can't be changed by you: what a build in a container leaves when it is broken off "
       "belongs to root. Take it over, and build again."), "sudo chown -R \"$USER\" build" },
  { "not-imported", N_("Built, but not taken into the catalog"),
    N_("{detail} The images lie in the tree."), NULL },
  { "other", N_("The build failed"),
    N_("{detail}"), NULL },
};
/* clang-format on */

/* --- values --- */

void
hs_build_hint_free (HsBuildHint *self)
{
  if (self == NULL)
    return;

  g_free (self->what);
  g_free (self->how);
  g_free (self);
}

void
hs_memory_use_free (HsMemoryUse *self)
{
  if (self == NULL)
    return;

  g_free (self->elf);
  g_free (self->region);
  g_free (self);
}

void
hs_build_problem_free (HsBuildProblem *self)
{
  if (self == NULL)
    return;

  g_free (self->title);
  g_free (self->text);
  g_free (self->command);
  g_free (self->target);
  g_free (self->region);
  g_clear_pointer (&self->hints, g_ptr_array_unref);
  g_free (self);
}

/* --- words --- */

/* Digits in groups of three, as in "14 352". */
static char *
dup_grouped (guint64 number)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  gsize n = strlen (digits);
  GString *grouped = g_string_new (NULL);

  for (gsize i = 0; i < n; i++) {
    if (i > 0 && (n - i) % 3 == 0)
      g_string_append (grouped, "\u00a0");
    g_string_append_c (grouped, digits[i]);
  }
  return g_string_free (grouped, FALSE);
}

static char *
fill_in (const char *form, const HsBuildCause *cause, const char *target)
{
  g_autofree char *bytes = dup_grouped (cause->over);
  const char *const values[][2] = {
    { "{name}", cause->name },
    { "{detail}", cause->detail },
    { "{bytes}", bytes },
    { "{target}", target != NULL ? target : _ ("this board") },
  };
  GString *filled = g_string_new (NULL);

  for (const char *at = form; *at != '\0';) {
    gboolean taken = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (values) && !taken; i++)
      if (g_str_has_prefix (at, values[i][0])) {
        g_string_append (filled, values[i][1] != NULL ? values[i][1] : "");
        at += strlen (values[i][0]);
        taken = TRUE;
      }
    if (!taken)
      g_string_append_c (filled, *at++);
  }
  return g_strstrip (g_string_free (filled, FALSE));
}

static const Words *
find_words (const char *code)
{
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i].code, code) == 0)
      return &words[i];
  return &words[G_N_ELEMENTS (words) - 1];
}

/**
 * hs_build_problem_new:
 * @cause: what was found
 * @target: (nullable): the board
 *
 * Returns: (transfer full): it, in words; without hints
 */
HsBuildProblem *
hs_build_problem_new (const HsBuildCause *cause, const char *target)
{
  const Words *found = find_words (cause->code);
  HsBuildProblem *self = g_new0 (HsBuildProblem, 1);
  gboolean overflow = g_str_has_suffix (found->code, "-overflow");

  self->code = found->code;
  self->title = fill_in (_ (found->title), cause, target);
  self->text = fill_in (_ (found->text), cause, target);
  if (*self->text == '\0') {
    g_free (self->text);
    self->text = g_strdup (_ ("make ended with an error. The log says more."));
  }
  self->command = g_strdup (found->command);
  self->target = g_strdup (target);
  self->region = overflow ? g_strdup (cause->name) : NULL;
  self->over = cause->over;
  self->line = cause->line;
  self->hints = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_build_hint_free);
  return self;
}
