/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/tools.h"

#include "app/app-error.h"
#include "app/command.h"
#include "flash/board.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define GROUP     "tools"
#define VERSION_S 30 /* for a program to say its version */

/* Where others put things. One of them lies at root/below/name. */
typedef enum {
  ROOT_SDK,
  ROOT_IDE,
  ROOT_HOME,
  ROOT_SYSTEM, /* absolute */
} Root;

typedef struct {
  Root root;
  const char *below; /* "*" at the end of its first part: whatever follows; "%": the folder that is
                        named like the board */
} Place;

typedef struct {
  const char *name;
  const char *title;
  const char *program;  /* of which PATH is searched; nullable */
  const char *marks[4]; /* what has to be in the folder; of a program or file its own name. One of
                           "app-write-mram" is also "app-write-mram.py" */
  gboolean is_folder;   /* what is meant is the folder, not what is in it */
  HsRecovery recovery;  /* whose board names a folder */
  Place places[10];     /* ends with one without a place below */
} Thing;

/* clang-format off */
static const Thing things[HS_N_TOOLS] = {
  [HS_TOOL_STM32_PROGRAMMER] = {
    "stm32-programmer", N_("STM32CubeProgrammer"), "STM32_Programmer_CLI",
    { "STM32_Programmer_CLI" }, FALSE, HS_RECOVERY_NONE,
    { { ROOT_SDK, "stcubeprog/bin" },
      { ROOT_IDE, "share/qtcreator/stcubeprogrammer/linux64/bin" },
      { ROOT_IDE, "share/qtcreator/stcubeprogrammer/aarch64/bin" },
      { ROOT_HOME, "STMicroelectronics/STM32Cube/STM32CubeProgrammer/bin" },
      { ROOT_SYSTEM, "/usr/local/STMicroelectronics/STM32Cube/STM32CubeProgrammer/bin" },
      { ROOT_SYSTEM, "/opt/st/stm32cubeclt*/STM32CubeProgrammer/bin" },
      { ROOT_SYSTEM, "/opt/STMicroelectronics/STM32Cube/STM32CubeProgrammer/bin" },
      { ROOT_SYSTEM, "/opt/stm32cubeprog*/bin" } } },
  [HS_TOOL_OPENOCD] = {
    "openocd", N_("OpenOCD"), "openocd", { "openocd" }, FALSE, HS_RECOVERY_NONE,
    { { ROOT_SDK, "openocd/bin" },
      { ROOT_SYSTEM, "/opt/openocd*/bin" } } },
  [HS_TOOL_SE_TOOLS] = {
    "se-tools", N_("Alif SE Tools"), NULL,
    { "app-write-mram", "maintenance", "updateSystemPackage" }, TRUE, HS_RECOVERY_NONE,
    { { ROOT_IDE, "share/qtcreator/alif/linux-x86_64" },
      { ROOT_IDE, "share/qtcreator/alif" },
      { ROOT_SDK, "alif" },
      { ROOT_SDK, "alif/toolkit" },
      { ROOT_HOME, "alif-security-toolkit/toolkit" },
      { ROOT_HOME, "app-release-exec-linux*" },
      { ROOT_SYSTEM, "/opt/alif-security-toolkit/toolkit" },
      { ROOT_SYSTEM, "/opt/app-release-exec-linux*" } } },
  [HS_TOOL_N6_LAYOUT] = {
    "n6-layout", N_("FlashLayout.tsv of the OpenMV SDK"), NULL,
    { "FlashLayout.tsv" }, TRUE, HS_RECOVERY_ST_TOOL,
    { { ROOT_SDK, "%" }, { ROOT_SDK, "firmware/%" }, { ROOT_SDK, "stcubeprog/%" },
      { ROOT_IDE, "share/qtcreator/firmware/%" } } },
  [HS_TOOL_RT1062_FLASHLOADER] = {
    "rt1062-flashloader", N_("sdphost_flash_loader.bin"), NULL,
    { "sdphost_flash_loader.bin" }, FALSE, HS_RECOVERY_SDP,
    { { ROOT_SDK, "%" }, { ROOT_SDK, "firmware/%" },
      { ROOT_IDE, "share/qtcreator/firmware/%" } } },
  [HS_TOOL_RT1062_SBL] = {
    "rt1062-sbl", N_("blhost_flash_loader.bin"), NULL,
    { "blhost_flash_loader.bin" }, FALSE, HS_RECOVERY_SDP,
    { { ROOT_SDK, "%" }, { ROOT_SDK, "firmware/%" },
      { ROOT_IDE, "share/qtcreator/firmware/%" } } },
  [HS_TOOL_SDK] = {
    "openmv-sdk", N_("OpenMV SDK"), NULL, { "sdk.version" }, TRUE, HS_RECOVERY_NONE,
    { { ROOT_HOME, "openmv-sdk-*" }, { ROOT_SYSTEM, "/opt/openmv-sdk*" } } },
  [HS_TOOL_IDE] = {
    "openmv-ide", N_("OpenMV IDE"), NULL, { "share/qtcreator/firmware" }, TRUE, HS_RECOVERY_NONE,
    { { ROOT_HOME, "openmvide*" }, { ROOT_HOME, "openmv-ide*" }, { ROOT_HOME, "OpenMV*" },
      { ROOT_SYSTEM, "/opt/openmvide*" }, { ROOT_SYSTEM, "/opt/openmv-ide*" },
      { ROOT_SYSTEM, "/opt/OpenMV*" } } },
};
/* clang-format on */

const char *
hs_tool_name (HsTool tool)
{
  g_return_val_if_fail (tool < HS_N_TOOLS, NULL);

  return things[tool].name;
}

const char *
hs_tool_title (HsTool tool)
{
  g_return_val_if_fail (tool < HS_N_TOOLS, NULL);

  return _ (things[tool].title);
}

/* --- what was chosen: a file of its own, as a bench without a session bus has no other settings
 *     that last --- */

static char *
settings_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "hotshoe", "tools.conf", NULL);
}

static GKeyFile *
load_settings (void)
{
  g_autofree char *path = settings_path ();
  GKeyFile *settings = g_key_file_new ();

  /* There is none before something was chosen. */
  g_key_file_load_from_file (settings, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  return settings;
}

static gboolean
save_settings (GKeyFile *settings, GError **error)
{
  g_autofree char *path = settings_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) local = NULL;

  if (g_mkdir_with_parents (folder, 0755) == 0 && g_key_file_save_to_file (settings, path, &local))
    return TRUE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FILE,
               _ ("%s can't be written: %s"),
               path,
               local != NULL ? local->message : g_strerror (errno));
  return FALSE;
}

/* --- one folder --- */

static gboolean
has_mark (const char *folder, const char *mark)
{
  g_autofree char *path = g_build_filename (folder, mark, NULL);
  g_autofree char *script = g_strconcat (path, ".py", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (script, G_FILE_TEST_EXISTS);
}

static gboolean
has_all_marks (const Thing *thing, const char *folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (thing->marks) && thing->marks[i] != NULL; i++)
    if (!has_mark (folder, thing->marks[i]))
      return FALSE;
  return TRUE;
}

/* The thing, if it is in @folder; (transfer full) (nullable) */
static GFile *
look_in (const Thing *thing, const char *folder)
{
  g_autofree char *path = NULL;

  if (!has_all_marks (thing, folder))
    return NULL;
  if (thing->is_folder)
    return g_file_new_for_path (folder);

  path = g_build_filename (folder, thing->marks[0], NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR) ||
      (thing->program != NULL && access (path, X_OK) != 0))
    return NULL;
  return g_file_new_for_path (path);
}

/* --- all folders --- */

/* Newer first: "openmv-sdk-1.10.0" before "openmv-sdk-1.6.0". */
static int
compare_newest (gconstpointer a, gconstpointer b)
{
  g_autofree char *first = g_utf8_collate_key_for_filename (*(char *const *) a, -1);
  g_autofree char *second = g_utf8_collate_key_for_filename (*(char *const *) b, -1);

  return strcmp (second, first);
}

/* Adds the folders in @folder whose name begins with @prefix, each with @rest below. */
static void
expand_star (const char *folder, const char *prefix, const char *rest, GPtrArray *folders)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_newest);
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (folders, g_build_filename (folder, g_ptr_array_index (names, i), rest, NULL));
}

/* @path may have one "*", at the end of one of its parts. */
static void
expand (const char *path, GPtrArray *folders)
{
  const char *star = strchr (path, '*');
  g_autofree char *before = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *prefix = NULL;

  if (star == NULL) {
    g_ptr_array_add (folders, g_strdup (path));
    return;
  }
  before = g_strndup (path, star - path);
  folder = g_path_get_dirname (before);
  prefix = g_path_get_basename (before);
  expand_star (folder, prefix, star[1] == '/' ? star + 2 : "", folders);
}

/* The board that is recovered so; its id names a folder. */
static const char *
name_board (HsRecovery recovery)
{
  for (guint i = 0; i < hs_board_count (); i++)
    if (hs_board_nth (i)->recovery == recovery)
      return hs_board_nth (i)->id;
  return "";
}

/* "firmware/%" with the board's name in it; (transfer full) */
static char *
fill_in (const Thing *thing, const char *below)
{
  g_auto (GStrv) parts = g_strsplit (below, "%", 2);

  return g_strjoinv (name_board (thing->recovery), parts);
}

static void
add_place (const Thing *thing, const Place *place, GPtrArray *folders)
{
  g_autofree char *below = fill_in (thing, place->below);
  g_autoptr (GFile) root = NULL;
  g_autofree char *path = NULL;

  if (place->root == ROOT_SYSTEM) {
    path = g_steal_pointer (&below);
  } else if (place->root == ROOT_HOME) {
    path = g_build_filename (g_get_home_dir (), below, NULL);
  } else {
    root = hs_tool_find (place->root == ROOT_SDK ? HS_TOOL_SDK : HS_TOOL_IDE, NULL);
    if (root == NULL)
      return;
    path = g_build_filename (g_file_peek_path (root), below, NULL);
  }
  expand (path, folders);
}

/* The portable bench: the folder itself, and what may be in it. */
static void
add_own (const Thing *thing, GPtrArray *folders)
{
  const char *own = g_getenv ("HOTSHOE_TOOLS");

  if (own == NULL || *own == '\0')
    return;
  g_ptr_array_add (folders, g_strdup (own));
  g_ptr_array_add (folders, g_build_filename (own, thing->name, NULL));
  if (thing->recovery != HS_RECOVERY_NONE)
    g_ptr_array_add (folders, g_build_filename (own, name_board (thing->recovery), NULL));
}

static void
add_path (const Thing *thing, GPtrArray *folders)
{
  g_auto (GStrv) path = NULL;

  if (thing->program == NULL || g_getenv ("PATH") == NULL)
    return;
  path = g_strsplit (g_getenv ("PATH"), ":", -1);
  for (guint i = 0; path[i] != NULL; i++)
    if (*path[i] == '/')
      g_ptr_array_add (folders, g_strdup (path[i]));
}

/* In the order in which they count; (transfer full) (element-type utf8) */
static GPtrArray *
list_folders (HsTool tool)
{
  const Thing *thing = &things[tool];
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  const char *sdk = g_getenv ("OPENMV_SDK");

  add_own (thing, folders);
  add_path (thing, folders);
  if (tool == HS_TOOL_SDK && sdk != NULL && *sdk != '\0')
    g_ptr_array_add (folders, g_strdup (sdk));
  for (guint i = 0; i < G_N_ELEMENTS (thing->places) && thing->places[i].below != NULL; i++)
    add_place (thing, &thing->places[i], folders);
  return folders;
}

/* What somebody chose, if it is still there. */
static GFile *
find_chosen (HsTool tool)
{
  g_autoptr (GKeyFile) settings = load_settings ();
  g_autofree char *path = g_key_file_get_string (settings, GROUP, things[tool].name, NULL);
  g_autofree char *folder = NULL;

  if (path == NULL || *path == '\0')
    return NULL;
  folder = things[tool].is_folder ? g_strdup (path) : g_path_get_dirname (path);
  return look_in (&things[tool], folder);
}

static char *
say_where (HsTool tool)
{
  switch (tool) {
  case HS_TOOL_STM32_PROGRAMMER:
    return g_strdup (_ ("STM32_Programmer_CLI was looked for in PATH, in the OpenMV SDK, in OpenMV "
                        "IDE and where STM32CubeProgrammer installs itself."));
  case HS_TOOL_OPENOCD:
    return g_strdup (_ ("openocd was looked for in PATH and in the OpenMV SDK."));
  case HS_TOOL_SE_TOOLS:
    return g_strdup (
        _ ("Alif's SE Tools (app-write-mram, maintenance, updateSystemPackage) were "
           "looked for in OpenMV IDE, in the OpenMV SDK, in your folder and in /opt."));
  case HS_TOOL_SDK:
    return g_strdup (_ ("The OpenMV SDK was looked for where OPENMV_SDK points, in your folder "
                        "(openmv-sdk-…) and in /opt."));
  case HS_TOOL_IDE:
    return g_strdup (_ ("OpenMV IDE was looked for in your folder (openmvide…) and in /opt."));
  default:
    return g_strdup_printf (_ ("%s was looked for in the OpenMV SDK and in OpenMV IDE."),
                            things[tool].marks[0]);
  }
}

/**
 * hs_tool_find:
 * @tool: what is looked for
 * @why: (out) (optional): a sentence that says where it was looked for, if there is none
 *
 * What somebody chose counts first, then the folder that the environment variable HOTSHOE_TOOLS
 * names, then PATH, the OpenMV SDK and IDE, and where the vendor's installer puts it. Blocks on
 * files; any thread.
 *
 * Returns: (transfer full) (nullable): the program or file; for a set of files their folder
 */
GFile *
hs_tool_find (HsTool tool, char **why)
{
  g_autoptr (GFile) found = NULL;
  g_autoptr (GPtrArray) folders = NULL;

  g_return_val_if_fail (tool < HS_N_TOOLS, NULL);

  found = find_chosen (tool);
  folders = found == NULL ? list_folders (tool) : NULL;
  for (guint i = 0; found == NULL && i < folders->len; i++)
    found = look_in (&things[tool], g_ptr_array_index (folders, i));
  if (why != NULL)
    *why = found == NULL ? say_where (tool) : NULL;
  return g_steal_pointer (&found);
}

/* --- choosing --- */

static gboolean
refuse (HsTool tool, GFile *file, GError **error)
{
  const Thing *thing = &things[tool];
  g_autofree char *name = g_file_get_parse_name (file);

  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_NO_TOOL,
               thing->is_folder ? _ ("%s is not it: that folder has no %s in it.")
                                : _ ("%s is not it: the file is called %s."),
               name,
               thing->marks[0]);
  return FALSE;
}

/* @file itself, the folder around it, or what lies in it, whichever is meant; (nullable) */
static GFile *
understand (const Thing *thing, GFile *file)
{
  const char *path = g_file_peek_path (file);
  g_autofree char *folder = NULL;

  if (path == NULL)
    return NULL;
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return look_in (thing, path);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return NULL;
  folder = g_path_get_dirname (path);
  return look_in (thing, folder);
}

/**
 * hs_tool_choose:
 * @tool: what was chosen
 * @file: (nullable): the file, or a folder that has it; %NULL: forget what was chosen
 * @error: %HS_APP_ERROR_NO_TOOL if it is not that, %HS_APP_ERROR_FILE if it can't be remembered
 *
 * Remembers where it is, for this program and every later one. Blocks on files.
 */
gboolean
hs_tool_choose (HsTool tool, GFile *file, GError **error)
{
  g_autoptr (GKeyFile) settings = load_settings ();
  g_autoptr (GFile) meant = NULL;

  g_return_val_if_fail (tool < HS_N_TOOLS, FALSE);

  if (file == NULL) {
    g_key_file_remove_key (settings, GROUP, things[tool].name, NULL);
    return save_settings (settings, error);
  }
  meant = understand (&things[tool], file);
  if (meant == NULL)
    return refuse (tool, file, error);
  g_key_file_set_string (settings, GROUP, things[tool].name, g_file_peek_path (meant));
  return save_settings (settings, error);
}

/* --- versions --- */

/* The first "1.2" or "1.2.3" in it; (transfer full) (nullable) */
static char *
take_version (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("\\d+\\.\\d+(\\.\\d+)*", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  return g_regex_match (regex, text, 0, &match) ? g_match_info_fetch (match, 0) : NULL;
}

static char *
version_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  char **version = user_data;

  if (*version == NULL)
    *version = take_version (line);
  return NULL;
}

static char *
ask_program (GFile *file, GCancellable *cancellable)
{
  const char *argv[] = { g_file_peek_path (file), "--version", NULL };
  g_autofree char *version = NULL;
  int status;

  if (argv[0] == NULL ||
      !hs_command_drive (
          argv, NULL, VERSION_S, VERSION_S, version_cb, &version, &status, cancellable, NULL))
    return NULL;
  return g_steal_pointer (&version);
}

static char *
read_text (GFile *folder, const char *name)
{
  g_autofree char *path = g_build_filename (g_file_peek_path (folder), name, NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? g_strstrip (text) : NULL;
}

/* OpenMV IDE keeps "version_major": 1 … beside the tools, Alif a file called
 * SETOOLS_version_SE_FW_1.110.00_DEV. */
static char *
read_se_version (GFile *folder)
{
  g_autofree char *text = read_text (folder, "version.json");
  g_autoptr (GRegex) regex =
      g_regex_new ("\"version_(major|minor|patch)\"\\s*:\\s*\"?(\\d+)", 0, 0, NULL);
  g_autoptr (GDir) dir = NULL;
  guint64 numbers[3] = { 0 };
  const char *name;

  if (text != NULL) {
    g_autoptr (GMatchInfo) match = NULL;

    for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
         g_match_info_next (match, NULL)) {
      g_autofree char *which = g_match_info_fetch (match, 1);
      g_autofree char *value = g_match_info_fetch (match, 2);

      numbers[which[1] == 'a' ? (which[0] == 'm' ? 0 : 2) : 1] = g_ascii_strtoull (value, NULL, 10);
    }
    return g_strdup_printf ("%u.%u.%u", (guint) numbers[0], (guint) numbers[1], (guint) numbers[2]);
  }

  dir = g_dir_open (g_file_peek_path (folder), 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "SETOOLS_version"))
      return take_version (name);
  return NULL;
}

/**
 * hs_tool_get_version:
 * @tool: what it is
 * @file: where it is, from hs_tool_find()
 * @cancellable: (nullable): ends the wait
 *
 * Blocks: programs are started.
 *
 * Returns: (transfer full) (nullable): its version as it says itself; %NULL if it says none
 */
char *
hs_tool_get_version (HsTool tool, GFile *file, GCancellable *cancellable)
{
  g_autofree char *name = g_file_get_basename (file);

  g_return_val_if_fail (tool < HS_N_TOOLS, NULL);

  switch (tool) {
  case HS_TOOL_STM32_PROGRAMMER:
  case HS_TOOL_OPENOCD:
    return ask_program (file, cancellable);
  case HS_TOOL_SE_TOOLS:
    return read_se_version (file);
  case HS_TOOL_SDK:
    return read_text (file, "sdk.version");
  case HS_TOOL_IDE: /* it says it only in a window; the installer names its folder so */
    return take_version (name);
  default:
    return NULL;
  }
}
