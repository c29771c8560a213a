/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/sim/sim-camera-private.h"

#include <string.h>

/* MicroPython's REPL (shared/runtime/pyexec.c) in front of an interpreter that knows a few lines.
 * Input collects in app.in until a control character ends it. */

enum { CTRL_A = 1, CTRL_B = 2, CTRL_C = 3, CTRL_D = 4 };

static const char prompt[] = "\r\n>>> ";
static const char raw_prompt[] = "raw REPL; CTRL-B to exit\r\n>";

typedef enum { SAY_NOTHING, SAY_TEXT, SAY_ERROR, SAY_GONE } Outcome;

void
hs_sim_repl_reset (HsSimCamera *self)
{
  self->app.raw = FALSE;
}

static char *
make_banner (HsSimCamera *self)
{
  const char *machine = self->board->machine != NULL ? self->board->machine : self->board->id;

  return g_strdup_printf ("OpenMV %s; MicroPython %s; %s\r\n"
                          "Type \"help()\" for more information.\r\n>>> ",
                          self->app.omv_tag,
                          self->app.mpy_tag,
                          machine);
}

static char *
say_version (HsSimCamera *self)
{
  return g_strdup_printf ("3.4.0; OpenMV %s; MicroPython %s", self->app.omv_tag, self->app.mpy_tag);
}

static char *
say_number (HsSimCamera *self)
{
  const guint8 *number = self->app.number;

  return g_strdup_printf ("%u.%u.%u", number[0], number[1], number[2]);
}

/* Empty on boards whose id is not at a fixed address: the firmware's macro test fails. */
static char *
say_board_id (HsSimCamera *self)
{
  return g_strdup (self->board->app_scheme == HS_ID_SCHEME_STM32 ? self->unit->id : "");
}

static char *
say_board_type (HsSimCamera *self)
{
  return g_strdup (self->board->board_type);
}

static char *
say_arch (HsSimCamera *self)
{
  return g_strdup (self->board->arch);
}

static char *
say_machine (HsSimCamera *self)
{
  return g_strdup (self->board->machine);
}

/* Firmware of today prints a register as it is, older one as a signed number. */
static char *
say_register (HsSimCamera *self, guint32 address)
{
  guint32 value = hs_sim_options_read_register (self, address);

  return self->faults.app_legacy ? g_strdup_printf ("%d", (gint32) value)
                                 : g_strdup_printf ("%u", value);
}

/* FLASH_OPTCR of F4 and F7 */
static char *
say_optcr (HsSimCamera *self)
{
  return say_register (self, 0x40023C14);
}

/* FLASH_OPTSR_CUR of the H7 */
static char *
say_optsr (HsSimCamera *self)
{
  return say_register (self, 0x5200201C);
}

static const struct {
  const char *code;
  char *(*say) (HsSimCamera *self);
} lines[] = {
  { "import sys;print(sys.version)", say_version },
  { "import omv;print(omv.version_string())", say_number },
  { "import omv;print(omv.board_id())", say_board_id },
  { "import omv;print(omv.board_type())", say_board_type },
  { "import omv;print(omv.arch())", say_arch },
  { "import sys;print(sys.implementation._machine)", say_machine },
  { "import machine;print(machine.mem32[0x40023C14])", say_optcr },
  { "import machine;print(machine.mem32[0x5200201C])", say_optsr },
};

static char *
make_error (const char *code)
{
  gsize length = strspn (code, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
  g_autofree char *name = g_strndup (code, length);

  return g_strdup_printf ("Traceback (most recent call last):\r\n"
                          "  File \"<stdin>\", line 1, in <module>\r\n"
                          "%s: name '%s' isn't defined\r\n",
                          "NameError",
                          name);
}

/* Runs what we know; *text is what it prints, or the traceback. */
static Outcome
run_line (HsSimCamera *self, const char *code, char **text, gint64 now)
{
  *text = NULL;
  if (strcmp (code, "") == 0)
    return SAY_NOTHING;
  if (strcmp (code, "import machine;machine.bootloader()") == 0 ||
      strcmp (code, "import machine;machine.reset()") == 0) {
    hs_sim_app_restart (self, strstr (code, "bootloader") != NULL, now);
    return SAY_GONE;
  }

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++) {
    g_autofree char *said = NULL;

    if (strcmp (code, lines[i].code) != 0)
      continue;
    said = lines[i].say (self);
    *text = g_strconcat (said != NULL ? said : "None", "\r\n", NULL);
    return SAY_TEXT;
  }

  *text = make_error (code);
  return SAY_ERROR;
}

/* What was typed so far, without line ends and blanks around it; the input is empty afterwards. */
static char *
take_line (HsSimCamera *self, guint length)
{
  char *line = g_strndup ((const char *) self->app.in->data, length);

  g_byte_array_remove_range (self->app.in, 0, length + 1);
  return g_strstrip (line);
}

static void
interrupt (HsSimCamera *self)
{
  if (self->app.script_runs) {
    g_autofree char *banner = make_banner (self);

    hs_sim_app_print (self,
                      "\r\nTraceback (most recent call last):\r\n"
                      "  File \"main.py\", line 9, in <module>\r\nKeyboardInterrupt: \r\n");
    hs_sim_app_print (self, banner);
    self->app.script_runs = FALSE;
    return;
  }
  hs_sim_app_print (self, self->app.raw ? raw_prompt + strlen (raw_prompt) - 1 : prompt);
}

static void
soft_reset (HsSimCamera *self)
{
  g_autofree char *banner = make_banner (self);

  hs_sim_app_print (self, "\r\nMPY: soft reboot\r\n");
  hs_sim_app_print (self, banner);
}

/* Ctrl-D in raw mode: "OK", what it prints, 4, its traceback, 4, ">". */
static void
execute_raw (HsSimCamera *self, const char *code, gint64 now)
{
  g_autofree char *text = NULL;
  Outcome outcome = run_line (self, code, &text, now);

  if (outcome == SAY_GONE)
    return;
  hs_sim_app_print (self, "OK");
  if (outcome == SAY_TEXT)
    hs_sim_app_print (self, text);
  hs_sim_app_print (self, "\x04");
  if (outcome == SAY_ERROR)
    hs_sim_app_print (self, text);
  hs_sim_app_print (self, "\x04>");
}

static void
execute_typed (HsSimCamera *self, const char *code, gint64 now)
{
  g_autofree char *text = NULL;
  Outcome outcome = run_line (self, code, &text, now);

  if (outcome == SAY_GONE)
    return;
  if (outcome != SAY_NOTHING) {
    hs_sim_app_print (self, code);
    hs_sim_app_print (self, "\r\n");
    hs_sim_app_print (self, text);
  }
  hs_sim_app_print (self, outcome == SAY_NOTHING ? prompt : ">>> ");
}

static void
control (HsSimCamera *self, guint8 key, const char *line, gint64 now)
{
  HsSimApp *app = &self->app;
  g_autofree char *banner = make_banner (self);

  switch (key) {
  case CTRL_A:
    app->raw = TRUE;
    hs_sim_app_print (self, app->raw ? "\r\n" : "");
    hs_sim_app_print (self, raw_prompt);
    break;
  case CTRL_B:
    app->raw = FALSE;
    hs_sim_app_print (self, "\r\n");
    hs_sim_app_print (self, banner);
    break;
  case CTRL_C:
    interrupt (self);
    break;
  case CTRL_D:
    if (app->raw && line[0] != '\0')
      execute_raw (self, line, now);
    else
      soft_reset (self);
    break;
  default: /* carriage return */
    execute_typed (self, line, now);
    break;
  }
}

/* Where the next key is that ends the input; -1 if there is none yet. In raw mode line ends belong
 * to the code. */
static int
find_key (HsSimApp *app)
{
  for (guint i = 0; i < app->in->len; i++) {
    guint8 byte = app->in->data[i];

    if ((byte >= CTRL_A && byte <= CTRL_D) || (byte == '\r' && !app->raw))
      return i;
  }
  return -1;
}

/* Reads what came in. While a script runs, only Ctrl-C is heard. */
void
hs_sim_repl_feed (HsSimCamera *self, gint64 now)
{
  int at;

  while (self->leave_at == HS_SIM_NEVER && (at = find_key (&self->app)) >= 0) {
    guint8 key = self->app.in->data[at];
    g_autofree char *line = take_line (self, at);

    if (!self->app.script_runs || key == CTRL_C)
      control (self, key, line, now);
  }
}
