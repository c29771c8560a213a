/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/doctor-private.h"

#include "app/app-error.h"
#include "app/command.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define INSTALL_COMMAND "hotshoe doctor --install-rules"
#define CONTEXT_LINES   3
#define VENDOR_MATCH    "ATTRS{idVendor}==\""
#define MODEM_WORD      "ENV{ID_MM_"

/* In the order in which udev lets a file of the same name win. */
static const char *const rule_folders[] = { HS_RULES_FOLDER,
                                            "/run/udev/rules.d",
                                            "/usr/local/lib/udev/rules.d",
                                            "/usr/lib/udev/rules.d",
                                            "/lib/udev/rules.d" };

/* Our own copy, installed or in the source tree; (transfer full) (nullable). */
char *
hs_doctor_find_rules (void)
{
  const char *folders[] = { HS_DATA_DIR, HS_SOURCE_DATA_DIR };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autofree char *path = g_build_filename (folders[i], HS_RULES_NAME, NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }
  return NULL;
}

/* Where udev finds it; (transfer full) (nullable): below no root. */
static char *
find_installed (HsExamination *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (rule_folders); i++) {
    g_autofree char *path = g_build_filename (rule_folders[i], HS_RULES_NAME, NULL);

    if (hs_examination_has (self, path))
      return g_steal_pointer (&path);
  }
  return NULL;
}

/* Is the rules file where udev looks for it? Says nothing about a camera that was plugged before.
 */
gboolean
hs_doctor_rules_installed (void)
{
  const HsDoctorPlaces places = { NULL };
  HsExamination examination = { &places };
  g_autofree char *path = find_installed (&examination);

  return path != NULL;
}

static char *
load_ours (const HsDoctorPlaces *places, char **from, GError **error)
{
  g_autofree char *path =
      places != NULL && places->rules != NULL ? g_strdup (places->rules) : hs_doctor_find_rules ();
  g_autofree char *text = NULL;

  if (path == NULL || !g_file_get_contents (path, &text, NULL, NULL)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_FAILED,
                 _ ("The file %s is not where Hotshoe was installed."),
                 HS_RULES_NAME);
    return NULL;
  }
  if (from != NULL)
    *from = g_steal_pointer (&path);
  return g_steal_pointer (&text);
}

/* --- what is installed --- */

/* Which devices a line is about, without what is done to them: up to its first assignment. */
static char *
match_of (const char *line)
{
  const char *end = strstr (line, ", TAG+=");

  return g_strndup (line, end != NULL ? (gsize) (end - line) : strlen (line));
}

/* Devices that @ours opens and @theirs does not. */
static guint
count_missing (const char *ours, const char *theirs)
{
  g_auto (GStrv) lines = g_strsplit (ours, "\n", -1);
  g_auto (GStrv) others = g_strsplit (theirs, "\n", -1);
  g_autoptr (GHashTable) there = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = 0;

  for (guint i = 0; others[i] != NULL; i++)
    if (g_str_has_prefix (others[i], VENDOR_MATCH))
      g_hash_table_add (there, match_of (others[i]));
  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *match = match_of (lines[i]);

    n += g_str_has_prefix (lines[i], VENDOR_MATCH) && !g_hash_table_contains (there, match);
  }
  return n;
}

/* Every line that opens a device also has a word for ModemManager. */
static gboolean
keeps_modem_manager_away (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (!g_str_has_prefix (lines[i], VENDOR_MATCH))
      continue;
    if (strstr (lines[i], MODEM_WORD) == NULL)
      return FALSE;
    n++;
  }
  return n > 0;
}

/* Missing rules harm nobody where no real camera is worked with. */
static HsDoctorState
as_bad (HsExamination *self, HsDoctorState state)
{
  return self->places->simulated || self->no_udev ? MIN (state, HS_DOCTOR_NOTE) : state;
}

static void
say_missing (HsExamination *self)
{
  HsDoctorFinding *finding = hs_examination_add (
      self,
      HS_DOCTOR_RULES,
      as_bad (self, HS_DOCTOR_TROUBLE),
      "rules",
      _ ("The udev rules are not installed"),
      g_strdup (_ ("Without them only root may open cameras, and other programs talk to their "
                   "serial ports.")));

  hs_doctor_finding_advise (
      finding, _ ("Install them; it says first what it writes."), INSTALL_COMMAND);
}

static void
say_old (HsExamination *self, const char *path, guint n_missing)
{
  g_autofree char *text =
      n_missing > 0
          ? g_strdup_printf (
                ngettext ("%s is of another version: %u device of this one is not in it.",
                          "%s is of another version: %u devices of this one are not in "
                          "it.",
                          n_missing),
                path,
                n_missing)
          : g_strdup_printf (_ ("%s has all devices, but is of another version or was changed."),
                             path);
  HsDoctorFinding *finding =
      hs_examination_add (self,
                          HS_DOCTOR_RULES,
                          as_bad (self, n_missing > 0 ? HS_DOCTOR_TROUBLE : HS_DOCTOR_NOTE),
                          "rules",
                          _ ("The udev rules are not this version’s"),
                          g_steal_pointer (&text));

  hs_doctor_finding_advise (
      finding, _ ("Install them anew; it shows first what it changes."), INSTALL_COMMAND);
}

/* @theirs: (nullable): of OpenMV IDE, which brings rules of its own. */
static void
say_neighbours (HsExamination *self)
{
  static const char *const names[] = { "99-openmv.rules",
                                       "99-openmv-nxp.rules",
                                       "99-openmv-arduino.rules" };

  for (guint n = 0; n < G_N_ELEMENTS (names); n++)
    for (guint i = 0; i < G_N_ELEMENTS (rule_folders); i++) {
      g_autofree char *path = g_build_filename (rule_folders[i], names[n], NULL);

      if (!hs_examination_has (self, path))
        continue;
      hs_examination_add (
          self,
          HS_DOCTOR_RULES,
          HS_DOCTOR_OK,
          "rules:openmv-ide",
          _ ("OpenMV IDE’s rules are here too"),
          g_strdup_printf (_ ("%s does no harm. Of the RT1062’s bootloaders it opens only the "
                              "hidraw node; Hotshoe works through the USB node, which only its own "
                              "rules open."),
                           path));
      return;
    }
}

static void
say_modem_manager (HsExamination *self)
{
  HsDoctorFinding *finding;

  if (self->modems_kept) {
    hs_examination_add (self,
                        HS_DOCTOR_RULES,
                        HS_DOCTOR_OK,
                        "rules:modem-manager",
                        _ ("ModemManager is kept away"),
                        g_strdup (_ ("The rules tell it to leave cameras alone.")));
    return;
  }
  if (!self->rules_here)
    return;
  finding = hs_examination_add (
      self,
      HS_DOCTOR_RULES,
      as_bad (self, HS_DOCTOR_TROUBLE),
      "rules:modem-manager",
      _ ("ModemManager is not kept away"),
      g_strdup (_ ("Where it runs, it types modem commands into a camera’s serial port for its "
                   "first seconds.")));
  hs_doctor_finding_advise (finding, _ ("Install the rules anew."), INSTALL_COMMAND);
}

static void
compare_rules (HsExamination *self, const char *path, const char *ours)
{
  g_autofree char *theirs = hs_examination_read (self, path);
  g_autofree char *stripped = g_strstrip (g_strdup (ours));
  guint n_missing = count_missing (ours, theirs != NULL ? theirs : "");

  self->rules_here = TRUE;
  self->rules_opened = n_missing == 0;
  self->modems_kept = theirs != NULL && keeps_modem_manager_away (theirs);
  if (theirs != NULL && *theirs == '\0') {
    HsDoctorFinding *finding =
        hs_examination_add (self,
                            HS_DOCTOR_RULES,
                            as_bad (self, HS_DOCTOR_TROUBLE),
                            "rules",
                            _ ("The udev rules are switched off"),
                            g_strdup_printf (_ ("%s is empty, or a link to nothing."), path));

    hs_doctor_finding_advise (finding, _ ("Install them anew."), INSTALL_COMMAND);
    return;
  }
  if (g_strcmp0 (theirs, stripped) != 0) {
    say_old (self, path, n_missing);
    return;
  }
  hs_examination_add (self,
                      HS_DOCTOR_RULES,
                      HS_DOCTOR_OK,
                      "rules",
                      _ ("The udev rules are installed"),
                      g_strdup_printf (_ ("%s is this version’s."), path));
}

void
hs_examine_rules (HsExamination *self)
{
  g_autofree char *ours = load_ours (self->places, NULL, NULL);
  g_autofree char *path = find_installed (self);

  self->no_udev = !hs_examination_has (self, "/run/udev/control");
  if (self->no_udev)
    hs_examination_add (
        self,
        HS_DOCTOR_RULES,
        HS_DOCTOR_NOTE,
        "udev",
        _ ("No udev runs here"),
        g_strdup (_ ("Rules have no effect then, as inside a container: who runs the container "
                     "decides which device nodes may be opened.")));
  if (path == NULL)
    say_missing (self);
  else if (ours != NULL)
    compare_rules (self, path, ours);
  say_modem_manager (self);
  say_neighbours (self);
}

/* --- lines that go and come --- */

/* How long the longest common rest of both is, from each line on: one table of (n+1)(m+1). */
static guint *
measure (GStrv a, guint n, GStrv b, guint m)
{
  guint *table = g_new0 (guint, (gsize) (n + 1) * (m + 1));

  for (int i = (int) n - 1; i >= 0; i--)
    for (int j = (int) m - 1; j >= 0; j--) {
      guint *cell = &table[(gsize) i * (m + 1) + j];

      if (g_str_equal (a[i], b[j]))
        *cell = cell[m + 2] + 1;
      else
        *cell = MAX (cell[m + 1], cell[1]);
    }
  return table;
}

/* (element-type utf8): every line of both with "-", "+" or " " before it. */
static GPtrArray *
merge_lines (GStrv a, GStrv b)
{
  guint n = g_strv_length (a), m = g_strv_length (b);
  g_autofree guint *table = measure (a, n, b, m);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  guint i = 0, j = 0;

  while (i < n || j < m) {
    const guint *cell = &table[(gsize) i * (m + 1) + j];

    if (i < n && j < m && g_str_equal (a[i], b[j])) {
      g_ptr_array_add (lines, g_strconcat (" ", a[i], NULL));
      i++;
      j++;
    } else if (i < n && (j == m || cell[m + 1] >= cell[1])) {
      g_ptr_array_add (lines, g_strconcat ("-", a[i++], NULL));
    } else {
      g_ptr_array_add (lines, g_strconcat ("+", b[j++], NULL));
    }
  }
  return lines;
}

static gboolean
is_near_change (GPtrArray *lines, guint n)
{
  guint from = n > CONTEXT_LINES ? n - CONTEXT_LINES : 0;

  for (guint i = from; i < lines->len && i <= n + CONTEXT_LINES; i++)
    if (*(const char *) g_ptr_array_index (lines, i) != ' ')
      return TRUE;
  return FALSE;
}

char *
hs_doctor_diff (const char *before, const char *after)
{
  g_auto (GStrv) a = g_strsplit (before, "\n", -1);
  g_auto (GStrv) b = g_strsplit (after, "\n", -1);
  g_autoptr (GPtrArray) lines = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean gap = FALSE;

  if (g_str_equal (before, after))
    return NULL;
  lines = merge_lines (a, b);
  for (guint i = 0; i < lines->len; i++) {
    gboolean near = is_near_change (lines, i);

    if (near && gap && text->len > 0)
      g_string_append (text, "…\n");
    gap = !near;
    if (near)
      g_string_append_printf (text, "%s\n", (const char *) g_ptr_array_index (lines, i));
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* --- installing --- */

void
hs_rules_change_free (HsRulesChange *self)
{
  g_free (self->path);
  g_free (self->text);
  g_free (self->diff);
  g_free (self);
}

static char *
target_path (const HsDoctorPlaces *places)
{
  return g_build_filename (places != NULL && places->root != NULL ? places->root : "/",
                           HS_RULES_FOLDER,
                           HS_RULES_NAME,
                           NULL);
}

/**
 * hs_doctor_plan_rules:
 * @places: (nullable): this machine
 * @error: %HS_APP_ERROR_FAILED: our own copy is not there
 *
 * Returns: (transfer full): what hs_doctor_install_rules() would do now
 */
HsRulesChange *
hs_doctor_plan_rules (const HsDoctorPlaces *places, GError **error)
{
  g_autoptr (HsRulesChange) self = g_new0 (HsRulesChange, 1);
  g_autofree char *before = NULL;

  self->text = load_ours (places, NULL, error);
  if (self->text == NULL)
    return NULL;
  self->path = target_path (places);
  if (g_file_get_contents (self->path, &before, NULL, NULL)) {
    self->diff = hs_doctor_diff (before, self->text);
    self->same = self->diff == NULL;
  }
  return g_steal_pointer (&self);
}

/* What root does, in one go so that the password is asked for once. $1: from, $2: to, then vendors.
 * Where no udev runs there is nothing to reload. "change" is what rules are run anew for. */
static const char install_script[] =
    "set -e\n"
    "install -D -m 644 -- \"$1\" \"$2\"\n"
    "shift 2\n"
    "udevadm control --reload 2>/dev/null || exit 0\n"
    "for vendor; do\n"
    "  udevadm trigger --action=change --subsystem-match=usb --attr-match=idVendor=\"$vendor\"\n"
    "  udevadm trigger --action=change --subsystem-match=tty "
    "--property-match=ID_VENDOR_ID=\"$vendor\"\n"
    "done\n"
    "udevadm trigger --action=change --subsystem-match=hidraw\n"
    "udevadm settle --timeout=10 || true\n";

/* Adds each vendor that the rules are about once. */
static void
add_vendors (GPtrArray *argv, const char *rules)
{
  g_auto (GStrv) lines = g_strsplit (rules, "\n", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autofree char *vendor = NULL;

    if (!g_str_has_prefix (lines[i], VENDOR_MATCH))
      continue;
    vendor = g_strndup (lines[i] + strlen (VENDOR_MATCH), 4);
    if (g_hash_table_add (seen, g_strdup (vendor)))
      g_ptr_array_add (argv, g_steal_pointer (&vendor));
  }
}

/* Who makes a program root's; NULL: nobody has to. */
static const char *
find_way_to_root (const HsDoctorPlaces *places, gboolean terminal)
{
  g_autofree char *sudo = g_find_program_in_path ("sudo");

  if (geteuid () == 0 || (places != NULL && places->root != NULL))
    return NULL;
  return terminal && sudo != NULL ? "sudo" : "pkexec";
}

/**
 * hs_doctor_install_rules:
 * @places: (nullable): this machine; another root is written to as who we are
 * @terminal: somebody sits at one, whom sudo can ask
 * @cancellable: (nullable): ends the wait for the password
 * @error: %HS_APP_ERROR_FAILED, %G_IO_ERROR_CANCELLED
 *
 * Puts the rules in place, has udev read them, and has it apply them to what is plugged in. Blocks.
 */
gboolean
hs_doctor_install_rules (const HsDoctorPlaces *places,
                         gboolean terminal,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autofree char *from = NULL;
  g_autofree char *rules = load_ours (places, &from, error);
  g_autofree char *to = target_path (places);
  g_autofree char *output = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  const char *root = find_way_to_root (places, terminal);

  if (rules == NULL)
    return FALSE;
  if (root != NULL)
    g_ptr_array_add (argv, g_strdup (root));
  g_ptr_array_add (argv, g_strdup ("sh"));
  g_ptr_array_add (argv, g_strdup ("-c"));
  g_ptr_array_add (argv, g_strdup (install_script));
  g_ptr_array_add (argv, g_strdup ("hotshoe"));
  g_ptr_array_add (argv, g_steal_pointer (&from));
  g_ptr_array_add (argv, g_strdup (to));
  add_vendors (argv, rules);
  g_ptr_array_add (argv, NULL);

  output = hs_command_output ((const char *const *) argv->pdata, cancellable, NULL);
  if (output != NULL)
    return TRUE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_FAILED,
               _ ("The rules could not be put at %s. Try it as root: sudo %s."),
               to,
               INSTALL_COMMAND);
  return FALSE;
}

static void
install_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (hs_doctor_install_rules (NULL, FALSE, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
hs_doctor_install_rules_async (GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, hs_doctor_install_rules_async);
  g_task_run_in_thread (task, install_thread);
}

gboolean
hs_doctor_install_rules_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
