/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/debug-private.h"

#include "app/app-error.h"
#include "app/firmware/board-file.h"
#include "app/firmware/debug-json.h"
#include "app/firmware/sdk.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LAUNCH     ".vscode/launch.json"
#define TASKS      ".vscode/tasks.json"
#define EXTENSIONS ".vscode/extensions.json"
#define HERE       "${workspaceFolder}"
#define GDB        "arm-none-eabi-gdb"
#define PORT       2331
#define SWO_HZ     2000000
#define OPENOCD    "ports/stm32/boards"
#define SVD        "lib/alif_ensemble-cmsis-dfp/Debug/SVD"
#define SVD_HP     "_CM55_HP_View.svd"

/* J-Link's names: the trees, where they have one, and the document about developing the firmware.
 */
/* clang-format off */
static const HsDebugChip chips[] = {
  { "STM32F407", "STM32F407VG", "openocd_stm32f4.cfg", FALSE, 6, FALSE },
  { "STM32F427", "STM32F427VI", "openocd_stm32f4.cfg", FALSE, 6, FALSE },
  { "STM32F765", "STM32F765VI", "openocd_stm32f7.cfg", FALSE, 8, FALSE },
  { "STM32H743", "STM32H743VI", "openocd_stm32h7_dual_bank.cfg", FALSE, 8, FALSE },
  { "STM32H747", "STM32H747XI", "openocd_stm32h7_dual_bank.cfg", FALSE, 8, TRUE },
  { "STM32N657", "STM32N657L0", NULL, TRUE, 8, FALSE },
  { "MIMXRT1062", "MIMXRT1062xxx6A", NULL, TRUE, 8, FALSE },
  { "AE722", "AE302F80F55D5_HP", NULL, TRUE, 8, TRUE },
  { "NRF52840", "nRF52840_xxAA", NULL, FALSE, 6, FALSE },
  { "RP2040", "RP2040_M0_0", NULL, TRUE, 4, TRUE },
};
/* clang-format on */

const HsDebugChip *
hs_debug_find_chip (const HsTreeBoard *board)
{
  /* A port of one chip alone does not name it. */
  const char *mcu =
      board->mcu == NULL && g_strcmp0 (board->port, "rp2") == 0 ? "RP2040" : board->mcu;

  for (guint i = 0; mcu != NULL && i < G_N_ELEMENTS (chips); i++)
    if (g_ascii_strncasecmp (mcu, chips[i].mcu, strlen (chips[i].mcu)) == 0)
      return &chips[i];
  return NULL;
}

const char *
hs_debug_get_device (HsTree *tree, const char *target)
{
  const HsTreeBoard *board = hs_tree_find_board (tree, target);
  const HsDebugChip *chip = board != NULL ? hs_debug_find_chip (board) : NULL;
  const char *said = board != NULL && board->jlink != NULL ? board->jlink : "";
  const char *option = strstr (said, "--device");
  g_auto (GStrv) words = g_strsplit_set (option != NULL ? option : said, " =\t", -1);
  guint n = option != NULL ? 1 : 0;

  while (words[0] != NULL && words[n] != NULL && *words[n] == '\0')
    n++;
  if (words[0] != NULL && words[n] != NULL && *words[n] != '-')
    return g_intern_string (words[n]);
  return chip != NULL ? chip->device : NULL;
}

static gboolean
has_two_images (const HsTreeBoard *board)
{
  return g_strcmp0 (board->port, "alif") == 0;
}

char *
hs_debug_dup_elf (HsTree *tree, const char *target)
{
  const HsTreeBoard *board = hs_tree_find_board (tree, target);
  g_autofree char *bin = NULL;

  if (board == NULL)
    return NULL;
  bin = hs_tree_dup_path (tree, HS_TREE_FILE_BIN, target);
  return g_build_filename (
      bin, has_two_images (board) ? "firmware_M55_HP.elf" : "firmware.elf", NULL);
}

/* --- make, in a terminal --- */

const char *
hs_debug_find_goal (HsTree *tree)
{
  g_autofree char *folder = hs_tree_dup_path (tree, HS_TREE_FILE_MAKE_FOLDER, NULL);
  g_autofree char *path = g_build_filename (folder, "Makefile", NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NULL;
  if (strstr (text, "\ndebug:") != NULL)
    return "debug";
  return strstr (text, "\njlink:") != NULL ? "jlink" : NULL;
}

/* Programs that open a window and run what follows in it; the first that is here. */
static const struct {
  const char *program;
  const char *words[3];
} terminals[] = {
  { "gnome-terminal", { "--wait", "--" } }, { "kgx", { "-e" } },
  { "konsole", { "--hold", "-e" } },        { "xfce4-terminal", { "--hold", "-x" } },
  { "xterm", { "-hold", "-e" } },           { "foot", { "--hold" } },
  { "alacritty", { "--hold", "-e" } },      { "kitty", { "--hold" } },
  { "x-terminal-emulator", { "-e" } },
};

static gboolean
add_terminal (GPtrArray *argv, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (terminals); i++) {
    g_autofree char *path = g_find_program_in_path (terminals[i].program);

    if (path == NULL)
      continue;
    g_ptr_array_add (argv, g_steal_pointer (&path));
    for (guint w = 0; terminals[i].words[w] != NULL; w++)
      g_ptr_array_add (argv, g_strdup (terminals[i].words[w]));
    return TRUE;
  }
  g_set_error_literal (error,
                       HS_APP_ERROR,
                       HS_APP_ERROR_NO_TOOL,
                       _ ("There is no program for a terminal here that Hotshoe knows."));
  return FALSE;
}

GStrv
hs_debug_dup_terminal (HsTree *tree, const char *target, GError **error)
{
  const HsTreeBoard *board = hs_tree_find_board (tree, target);
  const char *device = hs_debug_get_device (tree, target);
  const char *goal = hs_debug_find_goal (tree);
  g_autofree char *folder = hs_tree_dup_path (tree, HS_TREE_FILE_MAKE_FOLDER, target);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  if (board == NULL || goal == NULL || device == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NOT_OFFERED,
                 _ ("The Makefile of this tree does not start a debugger for %s."),
                 target);
    return NULL;
  }
  if (!add_terminal (argv, error))
    return NULL;
  g_ptr_array_add (argv, g_strdup ("make"));
  g_ptr_array_add (argv, g_strdup ("-C"));
  g_ptr_array_add (argv, g_steal_pointer (&folder));
  g_ptr_array_add (argv, g_strdup_printf ("TARGET=%s", target));
  g_ptr_array_add (argv, g_strdup ("DEBUG=1"));
  if (board->jlink == NULL && g_str_equal (goal, "debug"))
    g_ptr_array_add (argv, g_strdup_printf ("OMV_JLINK_ARGS=--device %s", device));
  g_ptr_array_add (argv, g_strdup (goal));
  g_ptr_array_add (argv, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

/* --- what a configuration is made of --- */

typedef struct {
  HsTree *tree;
  const HsTreeBoard *board;
  const HsDebugOptions *options;
  const char *device;
  char *executable; /* with HERE */
  char *gdb;        /* nullable: none is here */
  char *gdb_folder; /* nullable: it is on PATH */
  char *svd;        /* nullable */
  char *openocd;    /* nullable */
  char *target;     /* host:port of a server that runs already; nullable */
  guint64 hz;       /* of the core; 0: not known */
  HsDebugMachine machine;
} Plan;

static void
plan_clear (Plan *self)
{
  g_free (self->executable);
  g_free (self->gdb);
  g_free (self->gdb_folder);
  g_free (self->svd);
  g_free (self->openocd);
  g_free (self->target);
  hs_debug_machine_clear (&self->machine);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Plan, plan_clear)

static char *
dup_here (HsTree *tree, const char *path)
{
  g_autofree char *relative = hs_board_file_dup_relative (tree, path);

  return g_path_is_absolute (relative) ? g_steal_pointer (&relative)
                                       : g_strconcat (HERE "/", relative, NULL);
}

/* A file that people share does not name anybody's home. */
static char *
dup_from_home (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);

  return strncmp (path, home, length) == 0 && path[length] == '/'
             ? g_strconcat ("${env:HOME}", path + length, NULL)
             : g_strdup (path);
}

static void
find_gdb (Plan *self)
{
  static const char *const programs[] = { GDB, "gdb-multiarch" };
  g_autofree char *sdk = hs_sdk_dup_folder (self->tree, NULL);
  g_autofree char *folder = sdk != NULL ? g_build_filename (sdk, "gcc", "bin", NULL) : NULL;
  g_autofree char *gdb = folder != NULL ? g_build_filename (folder, GDB, NULL) : NULL;

  if (gdb != NULL && g_file_test (gdb, G_FILE_TEST_IS_EXECUTABLE)) {
    self->gdb = dup_from_home (gdb);
    self->gdb_folder = dup_from_home (folder);
    return;
  }
  for (guint i = 0; self->gdb == NULL && i < G_N_ELEMENTS (programs); i++)
    self->gdb = g_find_program_in_path (programs[i]);
  if (self->gdb == NULL && folder != NULL)
    self->gdb_folder = dup_from_home (folder); /* where “make sdk” puts it */
}

/* Only Alif's lies in the tree, below MicroPython. */
static void
find_svd (Plan *self)
{
  g_autofree char *micropython =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_MICROPYTHON, self->board->target);
  g_autofree char *folder = g_build_filename (micropython, SVD, NULL);
  g_autoptr (GDir) dir = has_two_images (self->board) ? g_dir_open (folder, 0, NULL) : NULL;
  g_autofree char *best = NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, SVD_HP) && (best == NULL || strcmp (name, best) < 0)) {
      g_free (best);
      best = g_strdup (name);
    }
  if (best != NULL) {
    g_autofree char *path = g_build_filename (folder, best, NULL);

    self->svd = dup_here (self->tree, path);
  }
}

static void
find_clock (Plan *self)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("^(?:M55_HP_)?CPU_FREQ_HZ\\s*:?=\\s*(\\d+)", G_REGEX_MULTILINE, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *digits = NULL;
  g_auto (HsBoardFile) file = { 0 };

  if (!hs_board_file_read (&file, self->tree, HS_TREE_FILE_BOARD_MAKE, self->board->target, NULL) ||
      !g_regex_match (regex, file.text, 0, &match))
    return;
  digits = g_match_info_fetch (match, 1);
  self->hz = g_ascii_strtoull (digits, NULL, 10);
}

static gboolean
refuse (GError **error, char *text)
{
  g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NOT_OFFERED, text);
  g_free (text);
  return FALSE;
}

static gboolean
find_openocd (Plan *self, GError **error)
{
  const HsDebugChip *chip = hs_debug_find_chip (self->board);
  g_autofree char *micropython =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_MICROPYTHON, self->board->target);
  g_autofree char *path = NULL;

  if (chip == NULL || chip->openocd == NULL)
    return refuse (error,
                   g_strdup_printf (_ ("No tree has a configuration of OpenOCD for %s. Use a "
                                       "J-Link."),
                                    self->board->target));
  path = g_build_filename (micropython, OPENOCD, chip->openocd, NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return refuse (error,
                   g_strdup_printf (_ ("%s is not in this tree: its MicroPython is older, or the "
                                       "submodule is missing."),
                                    chip->openocd));
  self->openocd = dup_here (self->tree, path);
  return TRUE;
}

static gboolean
is_host (const char *host)
{
  return *host != '\0' &&
         strspn (host, G_CSET_a_2_z G_CSET_A_2_Z "0123456789.-_:[]") == strlen (host);
}

static gboolean
find_target (Plan *self, GError **error)
{
  const HsDebugOptions *options = self->options;
  const char *host = options->host;

  if (host == NULL && options->server == HS_SERVER_WSL && !self->machine.mirrored)
    host = self->machine.gateway;
  else if (host == NULL)
    host = "localhost";
  if (host == NULL || !is_host (host))
    return refuse (error,
                   g_strdup (_ ("The address of the server is not known. Name it with --host.")));
  self->target = g_strdup_printf ("%s:%u", host, options->port > 0 ? options->port : PORT);
  return TRUE;
}

static gboolean
prepare (Plan *self, GError **error)
{
  g_autofree char *elf = hs_debug_dup_elf (self->tree, self->board->target);
  HsDebugServer server = self->options->server;

  self->device = hs_debug_get_device (self->tree, self->board->target);
  self->executable = dup_here (self->tree, elf);
  hs_debug_machine_read (&self->machine);
  find_gdb (self);
  find_svd (self);
  find_clock (self);
  if (self->device == NULL && server == HS_SERVER_JLINK)
    return refuse (error,
                   g_strdup_printf (_ ("Neither the tree nor Hotshoe knows what J-Link calls the "
                                       "chip of %s."),
                                    self->board->target));
  if (self->options->swo && self->hz == 0)
    return refuse (
        error, g_strdup (_ ("SWO needs the clock of the core, and the board does not say it.")));
  if (server == HS_SERVER_OPENOCD && !find_openocd (self, error))
    return FALSE;
  return (server != HS_SERVER_EXTERNAL && server != HS_SERVER_WSL) || find_target (self, error);
}

/* --- launch.json --- */

static void
add_words (JsonObject *object, const char *member, const char *word)
{
  JsonArray *array = json_array_new ();

  json_array_add_string_element (array, word);
  json_object_set_array_member (object, member, array);
}

static void
add_decoder (JsonObject *config)
{
  JsonArray *decoders = json_array_new ();
  JsonObject *decoder = json_object_new ();

  json_object_set_int_member (decoder, "port", 0);
  json_object_set_string_member (decoder, "type", "console");
  json_object_set_string_member (decoder, "label", "printf");
  json_array_add_object_element (decoders, decoder);
  json_object_set_array_member (config, "decoders", decoders);
}

static void
add_trace (const Plan *self, JsonObject *object)
{
  if (self->options->rtt) {
    JsonObject *rtt = json_object_new ();

    json_object_set_boolean_member (rtt, "enabled", TRUE);
    json_object_set_string_member (rtt, "address", "auto");
    add_decoder (rtt);
    json_object_set_object_member (object, "rttConfig", rtt);
  }
  if (self->options->swo) {
    JsonObject *swo = json_object_new ();

    json_object_set_boolean_member (swo, "enabled", TRUE);
    json_object_set_int_member (swo, "cpuFrequency", self->hz);
    json_object_set_int_member (swo, "swoFrequency", SWO_HZ);
    json_object_set_string_member (swo, "source", "probe");
    add_decoder (swo);
    json_object_set_object_member (object, "swoConfig", swo);
  }
}

static void
add_server (const Plan *self, JsonObject *object)
{
  switch (self->options->server) {
  case HS_SERVER_OPENOCD:
    json_object_set_string_member (object, "servertype", "openocd");
    add_words (object, "configFiles", self->openocd);
    break;
  case HS_SERVER_EXTERNAL:
  case HS_SERVER_WSL:
    json_object_set_string_member (object, "servertype", "external");
    json_object_set_string_member (object, "gdbTarget", self->target);
    break;
  case HS_SERVER_JLINK:
  default:
    json_object_set_string_member (object, "servertype", "jlink");
    json_object_set_string_member (object, "interface", "swd");
    break;
  }
  if (self->device != NULL && self->options->server != HS_SERVER_OPENOCD)
    json_object_set_string_member (object, "device", self->device);
}

static const char *
server_title (HsDebugServer server)
{
  static const char *const titles[] = { [HS_SERVER_JLINK] = "J-Link",
                                        [HS_SERVER_OPENOCD] = "OpenOCD",
                                        [HS_SERVER_EXTERNAL] = "server",
                                        [HS_SERVER_WSL] = "server on Windows" };

  return titles[server];
}

static JsonNode *
new_launch (const Plan *self, gboolean attach)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  const char *target = self->board->target;
  g_autofree char *name = g_strdup_printf (HS_DEBUG_OURS "%s, %s%s",
                                           target,
                                           attach ? "attach, " : "",
                                           server_title (self->options->server));
  g_autofree char *task = g_strdup_printf (HS_DEBUG_OURS "build %s", target);

  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (object, "type", "cortex-debug");
  json_object_set_string_member (object, "request", attach ? "attach" : "launch");
  json_object_set_string_member (object, "cwd", HERE);
  json_object_set_string_member (object, "executable", self->executable);
  add_server (self, object);
  if (!attach) {
    json_object_set_string_member (object, "runToEntryPoint", "main");
    json_object_set_string_member (object, "preLaunchTask", task);
  }
  if (self->gdb_folder != NULL)
    json_object_set_string_member (object, "armToolchainPath", self->gdb_folder);
  if (self->gdb != NULL)
    json_object_set_string_member (object, "gdbPath", self->gdb);
  if (self->svd != NULL)
    json_object_set_string_member (object, "svdFile", self->svd);
  if (self->options->docker_root != NULL) {
    g_autofree char *line =
        g_strdup_printf ("set substitute-path %s " HERE, self->options->docker_root);

    add_words (object, attach ? "preAttachCommands" : "preLaunchCommands", line);
  }
  add_trace (self, object);
  json_node_set_object (node, object);
  return node;
}

static gboolean
plan_launch (const Plan *self, HsTreeEdit *edit, GError **error)
{
  const HsDebugChip *chip = hs_debug_find_chip (self->board);
  HsDebugServer server = self->options->server;
  gboolean launches =
      chip != NULL && !chip->external && (server == HS_SERVER_JLINK || server == HS_SERVER_OPENOCD);
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);

  if (launches)
    g_ptr_array_add (entries, new_launch (self, FALSE));
  g_ptr_array_add (entries, new_launch (self, TRUE));
  return hs_debug_json_merge (edit, LAUNCH, "0.2.0", "configurations", "name", entries, error);
}

/* --- tasks.json --- */

/* @words: what make is given; ends with NULL. */
static JsonNode *
new_task (const Plan *self, const char *label, const char *after, const char *const *words)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  g_autoptr (JsonObject) object = json_object_new ();
  g_autofree char *folder =
      hs_tree_dup_path (self->tree, HS_TREE_FILE_MAKE_FOLDER, self->board->target);
  gboolean is_root = g_str_equal (folder, hs_tree_get_root (self->tree));
  g_autofree char *cwd = is_root ? g_strdup (HERE) : dup_here (self->tree, folder);
  g_autofree char *ours = g_strconcat (HS_DEBUG_OURS, label, NULL);
  g_autofree char *before = after != NULL ? g_strconcat (HS_DEBUG_OURS, after, NULL) : NULL;
  JsonObject *options = json_object_new ();
  JsonArray *args = json_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    json_array_add_string_element (args, words[i]);
  json_object_set_string_member (object, "label", ours);
  json_object_set_string_member (object, "type", "process");
  json_object_set_string_member (object, "command", "make");
  json_object_set_array_member (object, "args", args);
  json_object_set_string_member (options, "cwd", cwd);
  json_object_set_object_member (object, "options", options);
  if (before != NULL)
    json_object_set_string_member (object, "dependsOn", before);
  json_object_set_string_member (object, "group", "build");
  add_words (object, "problemMatcher", "$gcc");
  json_node_set_object (node, object);
  return node;
}

static gboolean
plan_tasks (const Plan *self, HsTreeEdit *edit, GError **error)
{
  const char *target = self->board->target;
  g_autofree char *jobs = g_strdup_printf ("-j%u", g_get_num_processors ());
  g_autofree char *assignment = g_strconcat ("TARGET=", target, NULL);
  g_autofree char *build = g_strconcat ("build ", target, NULL);
  g_autofree char *deploy = g_strconcat ("deploy ", target, NULL);
  g_autofree char *micropython = hs_tree_dup_path (self->tree, HS_TREE_FILE_MICROPYTHON, target);
  g_autofree char *cross = g_build_filename (micropython, "mpy-cross", NULL);
  g_autofree char *cross_here = dup_here (self->tree, cross);
  const char *cross_words[] = { jobs, "-C", cross_here, NULL };
  const char *build_words[] = { jobs, assignment, "DEBUG=1", NULL };
  const char *deploy_words[] = { assignment, "DEBUG=1", "deploy", NULL };
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) json_node_unref);

  g_ptr_array_add (entries, new_task (self, "mpy-cross", NULL, cross_words));
  g_ptr_array_add (entries, new_task (self, build, "mpy-cross", build_words));
  if (g_strcmp0 (self->board->port, "stm32") == 0 && self->board->bootloader)
    g_ptr_array_add (entries, new_task (self, deploy, build, deploy_words));
  return hs_debug_json_merge (edit, TASKS, "2.0.0", "tasks", "label", entries, error);
}

static gboolean
plan_extensions (const Plan *self, HsTreeEdit *edit, GError **error)
{
  gboolean wsl = self->options->server == HS_SERVER_WSL;
  const char *words[] = {
    "marus25.cortex-debug", "ms-vscode.cpptools", wsl ? "ms-vscode-remote.remote-wsl" : NULL, NULL
  };

  return hs_debug_json_merge_words (
      edit, EXTENSIONS, "recommendations", "unwantedRecommendations", words, error);
}

HsTreeEdit *
hs_debug_config_plan (HsTree *tree,
                      const char *target,
                      const HsDebugOptions *options,
                      GPtrArray *findings,
                      GError **error)
{
  g_auto (Plan) plan = { .tree = tree,
                         .board = hs_tree_find_board (tree, target),
                         .options = options };
  g_autofree char *title = g_strdup_printf (_ ("Set up debugging of %s"), target);
  g_autoptr (HsTreeEdit) edit = hs_tree_edit_new (hs_tree_get_root (tree), title);

  if (plan.board == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_NO_TREE,
                 _ ("There is no board %s in %s."),
                 target,
                 hs_tree_get_root (tree));
    return NULL;
  }
  if (options->docker_root != NULL && !g_path_is_absolute (options->docker_root)) {
    refuse (error, g_strdup (_ ("The folder in the container has to begin with “/”.")));
    return NULL;
  }
  if (!prepare (&plan, error) || !plan_launch (&plan, edit, error) ||
      !plan_tasks (&plan, edit, error) || !plan_extensions (&plan, edit, error))
    return NULL;
  if (findings != NULL)
    hs_debug_add_findings (findings, tree, plan.board, options, &plan.machine, plan.gdb, plan.svd);
  return g_steal_pointer (&edit);
}
