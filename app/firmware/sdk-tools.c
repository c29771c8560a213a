/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/sdk-private.h"

#include "app/command.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

/* Older ones make code for the Cortex-M55 that does not work; the tree's Makefile refuses them. */
#define M55_MAJOR 14
#define M55_MINOR 3

/* What @program prints for @option; its first line. (transfer full) (nullable) */
static char *
ask (const char *program, const char *option)
{
  const char *const argv[] = { program, option, NULL };
  char *output = program != NULL ? hs_command_output (argv, NULL, NULL) : NULL;

  if (output != NULL)
    output[strcspn (output, "\n")] = '\0';
  return output;
}

/* "12.2.1 at /usr/bin" */
static char *
dup_found (const char *version, const char *program)
{
  g_autofree char *folder = g_path_get_dirname (program);

  /* Translators: a version, a folder */
  return g_strdup_printf (_ ("%s at %s"), version != NULL ? version : "?", folder);
}

/* What gets the compiler: the SDK has one. */
static char *
dup_compiler_command (HsNeeds *self)
{
  if (self->folder != NULL)
    return hs_needs_dup_sdk_command (self);
  return hs_needs_dup_install (
      "gcc-arm-none-eabi libnewlib-arm-none-eabi libstdc++-arm-none-eabi-newlib");
}

static gboolean
is_old (const char *version)
{
  g_auto (GStrv) parts = g_strsplit (version, ".", 3);
  guint64 major = parts[0] != NULL ? g_ascii_strtoull (parts[0], NULL, 10) : 0;
  guint64 minor = major > 0 && parts[1] != NULL ? g_ascii_strtoull (parts[1], NULL, 10) : 0;

  return major < M55_MAJOR || (major == M55_MAJOR && minor < M55_MINOR);
}

static void
check_version (HsNeeds *self, const char *program)
{
  g_autofree char *version = ask (program, "-dumpversion");
  char *found = dup_found (version, program);
  gboolean m55 = self->board != NULL && g_strcmp0 (self->board->cpu, "cortex-m55") == 0;

  if (m55 && version != NULL && is_old (version))
    hs_needs_add (self,
                  "compiler",
                  HS_NEED_OLD,
                  TRUE,
                  found,
                  g_strdup (_ ("14.3 or newer")),
                  g_strdup_printf (_ ("%s has a Cortex-M55, for which GCC %s makes code that does "
                                      "not work. It needs 14.3 or newer."),
                                   self->board->target,
                                   version),
                  hs_needs_dup_sdk_command (self));
  else if (version == NULL)
    hs_needs_add (self,
                  "compiler",
                  HS_NEED_MISSING,
                  TRUE,
                  NULL,
                  NULL,
                  g_strdup_printf (_ ("%s does not run on this machine."), program),
                  dup_compiler_command (self));
  else
    hs_needs_add (self,
                  "compiler",
                  HS_NEED_MET,
                  FALSE,
                  found,
                  m55 ? g_strdup (_ ("14.3 or newer")) : NULL,
                  g_strdup_printf (_ ("The ARM compiler is GCC %s."), version),
                  NULL);
}

/* Libraries of the compiler come in packages of their own. */
static void
check_library (HsNeeds *self,
               const char *compiler,
               const char *id,
               const char *option,
               gboolean blocks,
               const char *missing,
               const char *package)
{
  g_autofree char *answer = ask (compiler, option);
  gboolean found = answer != NULL && answer[0] == '/';

  hs_needs_add (self,
                id,
                found ? HS_NEED_MET : HS_NEED_MISSING,
                blocks,
                found ? g_steal_pointer (&answer) : NULL,
                NULL,
                /* Translators: newlib, libstdc++ */
                found ? g_strdup_printf (_ ("The ARM compiler has %s."), id) : g_strdup (missing),
                found ? NULL : hs_needs_dup_install (package));
}

static void
check_compiler (HsNeeds *self)
{
  g_autofree char *gcc = hs_needs_find_program (self, "arm-none-eabi-gcc");
  g_autofree char *gxx = hs_needs_find_program (self, "arm-none-eabi-g++");

  if (gcc == NULL) {
    hs_needs_add (self,
                  "compiler",
                  HS_NEED_MISSING,
                  TRUE,
                  NULL,
                  NULL,
                  g_strdup (_ ("There is no ARM compiler: arm-none-eabi-gcc is neither in the SDK "
                               "nor in PATH.")),
                  dup_compiler_command (self));
    return;
  }
  check_version (self, gcc);
  check_library (self,
                 gcc,
                 "newlib",
                 "-print-file-name=libc.a",
                 TRUE,
                 _ ("The ARM compiler has no C library (newlib)."),
                 "libnewlib-arm-none-eabi");
  check_library (self,
                 gxx != NULL ? gxx : gcc,
                 "libstdc++",
                 "-print-file-name=libstdc++.a",
                 hs_needs_has (self, "MICROPY_PY_ML_TFLM") || hs_needs_has (self, "MICROPY_PY_ML"),
                 _ ("The ARM compiler has no C++ library; TensorFlow Lite Micro needs it."),
                 "libstdc++-arm-none-eabi-newlib");
}

static void
check_program (HsNeeds *self,
               const char *id,
               const char *const *names,
               gboolean blocks,
               const char *missing,
               const char *package)
{
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *program = hs_needs_find_program (self, names[i]);
    g_autofree char *version = program != NULL ? ask (program, "--version") : NULL;

    if (version == NULL)
      continue;
    hs_needs_add (self,
                  id,
                  HS_NEED_MET,
                  FALSE,
                  g_strdup (version),
                  NULL,
                  g_strdup_printf (_ ("%s is %s."), names[i], program),
                  NULL);
    return;
  }
  hs_needs_add (self,
                id,
                HS_NEED_MISSING,
                blocks,
                NULL,
                NULL,
                g_strdup (missing),
                package != NULL ? hs_needs_dup_install (package) : NULL);
}

/* Only said to be there or not: some of these take seconds to say their version. */
static void
check_tool (HsNeeds *self,
            const char *id,
            const char *const *names,
            gboolean blocks,
            const char *missing,
            char *command)
{
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *program = hs_needs_find_program (self, names[i]);

    if (program == NULL)
      continue;
    hs_needs_add (self,
                  id,
                  HS_NEED_MET,
                  FALSE,
                  g_strdup (program),
                  NULL,
                  g_strdup_printf (_ ("%s is %s."), names[i], program),
                  NULL);
    g_free (command);
    return;
  }
  hs_needs_add (self, id, HS_NEED_MISSING, blocks, NULL, NULL, g_strdup (missing), command);
}

static void
check_engine (HsNeeds *self)
{
  const char *const names[] = { "docker", "podman", NULL };
  g_autofree char *file =
      g_build_filename (hs_tree_get_root (self->tree), "docker", "Makefile", NULL);

  if (g_file_test (file, G_FILE_TEST_EXISTS))
    check_tool (self,
                "engine",
                names,
                FALSE,
                _ ("There is neither Docker nor Podman; builds in a container need one of them."),
                hs_needs_dup_install ("podman"));
}

void
hs_needs_check_tools (HsNeeds *self)
{
  const char *const make[] = { "make", NULL };
  const char *const python[] = { "python3", NULL };
  const char *const compilers[] = { "cc", "gcc", NULL };
  const char *const git[] = { "git", NULL };

  check_program (self, "make", make, TRUE, _ ("There is no GNU make."), "make");
  check_compiler (self);
  check_program (self,
                 "python3",
                 python,
                 TRUE,
                 _ ("There is no python3, which half of the build is."),
                 "python3");
  check_program (self,
                 "host-compiler",
                 compilers,
                 !hs_sdk_mpy_cross_is_current (self->tree),
                 _ ("There is no compiler for this machine; mpy-cross is made with it."),
                 "gcc");
  check_program (self,
                 "git",
                 git,
                 FALSE,
                 _ ("There is no git: a firmware built without it does not know its version."),
                 "git");
  check_engine (self);
}

/* What turns models into what the board's accelerator runs, and others that only some boards need.
 */
void
hs_needs_check_models (HsNeeds *self)
{
  const char *const vela[] = { "vela", NULL };
  const char *const stedgeai[] = { "stedgeai", NULL };
  const char *const clang[] = { "clang", NULL };
  const char *const signer[] = { "STM32_SigningTool_CLI", NULL };
  const char *port = self->board != NULL && self->board->port != NULL ? self->board->port : "";
  gboolean m55 = self->board != NULL && g_strcmp0 (self->board->cpu, "cortex-m55") == 0;

  if (g_str_equal (port, "alif"))
    check_tool (self,
                "vela",
                vela,
                TRUE,
                _ ("Vela is not there: models in this board's ROMFS are converted with it."),
                hs_needs_dup_sdk_command (self));
  if (hs_needs_has (self, "MICROPY_PY_ML_STAI"))
    check_tool (self,
                "stedgeai",
                stedgeai,
                TRUE,
                _ ("ST Edge AI is not there: models in this board's ROMFS are converted with it."),
                hs_needs_dup_sdk_command (self));
  if (m55 && g_str_equal (port, "stm32"))
    check_tool (
        self,
        "signing-tool",
        signer,
        TRUE,
        _ ("STM32_SigningTool_CLI is not there: this board's bootloader is signed with it."),
        hs_needs_dup_sdk_command (self));
  if (g_str_equal (port, "qemu"))
    check_tool (
        self,
        "clang",
        clang,
        FALSE,
        _ ("clang is not there. With CLANG_ENABLE=0 this target is compiled with GCC alone."),
        hs_needs_dup_install ("clang"));
}
