/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/se-tools.h"

#include "app/app-error.h"
#include "flash/error.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <unistd.h>

/* Finding, copying and setting up Alif's SE tools. */

#define SILENCE_S 60
#define HELP_S    60
#define REVISION  "B4"

/* Which chip lies behind which serial adapter. */
static const struct {
  HsUsbId bridge;
  const char *part;
} parts[] = {
  { { 0x0403, 0x6015 }, "AE302F80F55D5AE" },
  { { 0x1A86, 0x55D3 }, "AE302F80F55D5LE" },
};

void
hs_se_tools_clear (HsSeTools *self)
{
  g_clear_pointer (&self->folder, hs_private_folder_free);
  g_clear_pointer (&self->origin, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->tty, g_free);
}

/* --- running them --- */

/* An executable, or a script for python3; (transfer full) */
static char *
find_program (HsSeTools *self, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *script = g_strconcat (path, ".py", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) || !g_file_test (script, G_FILE_TEST_EXISTS)
             ? g_steal_pointer (&path)
             : g_steal_pointer (&script);
}

gboolean
hs_se_tools_run (HsSeTools *self,
                 const char *program,
                 const char *const *arguments,
                 guint timeout_s,
                 HsCommandLineFunc func,
                 gpointer user_data,
                 const gboolean *asked,
                 const int *writing,
                 GError **error)
{
  const char *folder = hs_private_folder_get_path (self->folder);
  g_autofree char *path = find_program (self, folder, program);
  g_autofree char *origin = find_program (self, self->origin, program);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  if (self->takes_target) {
    const char *target[] = { "--port", self->tty, "--cfg-part", self->part, "--cfg-rev", REVISION };

    for (guint i = 0; i < G_N_ELEMENTS (target); i++)
      g_ptr_array_add (all, (char *) target[i]);
  }
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (all, (char *) arguments[i]);
  g_ptr_array_add (all, NULL);

  return hs_tool_run (self->work,
                      &(HsToolCall){ .tool = HS_TOOL_SE_TOOLS,
                                     .program = path,
                                     .origin = origin,
                                     .arguments = (const char *const *) all->pdata,
                                     .version = self->version,
                                     .folder = folder,
                                     /* the one that may cost the chip if it is cut off */
                                     .to_the_end = g_str_equal (program, "updateSystemPackage"),
                                     .writing = writing,
                                     .silence_s = SILENCE_S,
                                     .timeout_s = timeout_s,
                                     .func = func,
                                     .user_data = user_data,
                                     .asked = asked },
                      error);
}

/* --- setting them up --- */

static gboolean
find_part (HsSeTools *self, GError **error)
{
  const HsUsbInfo *seen = self->work->seen;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i].bridge.vid == seen->vid && parts[i].bridge.pid == seen->pid) {
      self->part = parts[i].part;
      return TRUE;
    }
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_WRONG_BOARD,
               _ ("What is on port %s is not the serial adapter of the debug board (0403:6015 or "
                  "1A86:55D3). Nothing was written."),
               seen->port);
  return FALSE;
}

/* How the tools call the chip: "E3 (AE302F80F55D5AE) - 5.5 MRAM / …", a key of their own list. */
static char *
describe_part (HsSeTools *self)
{
  g_autofree char *path = hs_private_folder_build (self->folder, "utils/devicesDB.db");
  g_autofree char *mark = g_strdup_printf ("(%s)", self->part);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GList) names = NULL;
  JsonNode *root;

  if (!json_parser_load_from_file (parser, path, NULL))
    return g_strdup (self->part);
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return g_strdup (self->part);
  names = json_object_get_members (json_node_get_object (root));
  for (GList *at = names; at != NULL; at = at->next)
    if (strstr (at->data, mark) != NULL)
      return g_strdup (at->data);
  return g_strdup (self->part);
}

/* Both places where the tools keep it, old and new. */
static gboolean
write_chip (HsSeTools *self, GError **error)
{
  g_autofree char *name = describe_part (self);
  g_autofree char *text = g_strdup_printf ("{\n"
                                           "    \"DEVICE\": {\n"
                                           "        \"Revision\": \"%s\",\n"
                                           "        \"Part#\": \"%s\"\n"
                                           "    },\n"
                                           "    \"MRAM-BURNER\": {\n"
                                           "        \"Interface\": \"isp\",\n"
                                           "        \"Jtag-adapter\": \"J-Link\"\n"
                                           "    }\n"
                                           "}\n",
                                           REVISION,
                                           name);

  return hs_private_folder_put_text (self->folder, "utils/global-cfg.db", text, error) &&
         hs_private_folder_put_text (self->folder, "global-cfg.db", text, error);
}

gboolean
hs_se_tools_set_tty (HsSeTools *self, const char *tty, GError **error)
{
  g_autofree char *text = g_strdup_printf ("comport %s\n"
                                           "timeout tx 2\n"
                                           "timeout rx 0\n"
                                           "stopbits 1\n"
                                           "bytesize 8\n"
                                           "rtscts 0\n"
                                           "xonxoff 0\n",
                                           tty);

  if (tty != self->tty) {
    g_free (self->tty);
    self->tty = g_strdup (tty);
  }
  return hs_private_folder_put_text (self->folder, "isp_config_data.cfg", text, error);
}

/* Which programs name files with a blank in their argument: no folder, only the name. */
static gboolean
put_images (HsSeTools *self, GError **error)
{
  HsWork *work = self->work;

  for (guint i = 0; i < work->parts->len; i++) {
    gboolean is_loader = hs_work_part (work, i)->role == HS_ROLE_BOOTLOADER;
    g_autoptr (GBytes) bytes = hs_source_dup_bytes (hs_work_image (work, i), error);

    if (bytes == NULL ||
        !hs_private_folder_put (
            self->folder, is_loader ? "bootloader.bin" : "firmware_pad.toc", bytes, error))
      return FALSE;
  }
  return TRUE;
}

static char *
help_cb (const char *line, gboolean whole, gpointer user_data, GError **error)
{
  HsSeTools *self = user_data;

  if (strstr (line, "--cfg-part") != NULL)
    self->takes_target = TRUE;
  return NULL;
}

/* Whether they take the chip as arguments, they say themselves. */
static gboolean
ask_for_help (HsSeTools *self, GError **error)
{
  static const char *const arguments[] = { "--help", NULL };

  return hs_se_tools_run (
      self, "app-write-mram", arguments, HELP_S, help_cb, self, NULL, NULL, error);
}

static gboolean
check_tty (HsWork *work, GError **error)
{
  const HsUsbInfo *seen = work->seen;

  if (seen->tty == NULL) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_TOOL,
                 _ ("The serial adapter on port %s has no serial port: its driver is missing, or "
                    "another program (brltty) has taken it."),
                 seen->port);
    return FALSE;
  }
  if (access (seen->tty, R_OK | W_OK) == 0)
    return TRUE;
  g_set_error (error,
               HS_FLASH_ERROR,
               HS_FLASH_ERROR_PERMISSION,
               _ ("Hotshoe may not open the serial port %s."),
               seen->tty);
  return FALSE;
}

/**
 * hs_se_tools_open:
 * @self: all zero
 * @work: a job whose camera is behind a serial adapter
 * @error: %HS_APP_ERROR_NO_TOOL, %HS_APP_ERROR_TOOL, %HS_APP_ERROR_FILE,
 * %HS_FLASH_ERROR_WRONG_BOARD, %HS_FLASH_ERROR_PERMISSION
 *
 * Makes a private copy of the tools and sets it up. Blocks.
 */
gboolean
hs_se_tools_open (HsSeTools *self, HsWork *work, GError **error)
{
  g_autofree char *why = NULL;
  g_autoptr (GFile) file = hs_tool_find (HS_TOOL_SE_TOOLS, &why);

  self->work = work;
  if (file == NULL) {
    g_set_error_literal (error, HS_APP_ERROR, HS_APP_ERROR_NO_TOOL, why);
    return FALSE;
  }
  self->origin = g_strdup (g_file_peek_path (file));
  self->version = hs_tool_get_version (HS_TOOL_SE_TOOLS, file, work->cancellable);
  if (!find_part (self, error) || !check_tty (work, error))
    return FALSE;

  self->folder = hs_private_folder_new (error);
  return self->folder != NULL &&
         hs_private_folder_copy_tree (self->folder, self->origin, work->cancellable, error) &&
         hs_se_tools_set_tty (self, work->seen->tty, error) && write_chip (self, error) &&
         put_images (self, error) && ask_for_help (self, error);
}
