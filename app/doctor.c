/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/doctor-private.h"

#include <glib/gi18n-lib.h>

#define NEWEST_ENTRIES 64 /* the session's own first ones are of now */

static const char *const state_names[] = { "ok", "note", "trouble" };

typedef struct {
  const char *name;
  const char *title;
} Group;

static const Group groups[HS_DOCTOR_N_GROUPS] = {
  [HS_DOCTOR_RULES] = { "rules", N_ ("Access rules") },
  [HS_DOCTOR_CAMERAS] = { "cameras", N_ ("Cameras on the bus") },
  [HS_DOCTOR_OTHERS] = { "others", N_ ("Other programs") },
  [HS_DOCTOR_MACHINE] = { "machine", N_ ("This machine") },
  [HS_DOCTOR_TOOLS] = { "tools", N_ ("Vendors’ tools") },
  [HS_DOCTOR_TREE] = { "tree", N_ ("Building firmware") },
};

const char *
hs_doctor_state_name (HsDoctorState state)
{
  return state_names[state];
}

const char *
hs_doctor_group_name (HsDoctorGroup group)
{
  return groups[group].name;
}

const char *
hs_doctor_group_title (HsDoctorGroup group)
{
  return _ (groups[group].title);
}

void
hs_doctor_finding_free (HsDoctorFinding *self)
{
  g_free (self->id);
  g_free (self->title);
  g_free (self->text);
  g_free (self->action);
  g_free (self->command);
  g_free (self->port);
  g_free (self);
}

HsDoctorFinding *
hs_examination_add (HsExamination *self,
                    HsDoctorGroup group,
                    HsDoctorState state,
                    const char *id,
                    const char *title,
                    char *text)
{
  HsDoctorFinding *finding = g_new0 (HsDoctorFinding, 1);

  finding->id = g_strdup (id);
  finding->group = group;
  finding->state = state;
  finding->title = g_strdup (title);
  finding->text = text;
  g_ptr_array_add (self->findings, finding);
  return finding;
}

void
hs_doctor_finding_advise (HsDoctorFinding *self, const char *action, const char *command)
{
  g_free (self->action);
  self->action = g_strdup (action);
  g_free (self->command);
  self->command = g_strdup (command);
}

/* --- places --- */

char *
hs_examination_path (HsExamination *self, const char *path)
{
  return self->places->root != NULL ? g_build_filename (self->places->root, path, NULL)
                                    : g_strdup (path);
}

char *
hs_examination_read (HsExamination *self, const char *path)
{
  g_autofree char *full = hs_examination_path (self, path);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (full, &text, NULL, NULL))
    return NULL;
  g_strstrip (text);
  return g_utf8_make_valid (text, -1);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

GStrv
hs_examination_list (HsExamination *self, const char *path)
{
  g_autofree char *full = hs_examination_path (self, path);
  g_autoptr (GDir) folder = g_dir_open (full, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_steal (names, NULL);
}

gboolean
hs_examination_has (HsExamination *self, const char *path)
{
  g_autofree char *full = hs_examination_path (self, path);

  return g_file_test (full, G_FILE_TEST_EXISTS);
}

char *
hs_examination_find_program (HsExamination *self, const char *name)
{
  const char *const *folder = self->places->path;

  if (folder == NULL)
    return g_find_program_in_path (name);
  for (; *folder != NULL; folder++) {
    g_autofree char *path = g_build_filename (*folder, name, NULL);

    if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
      return g_steal_pointer (&path);
  }
  return NULL;
}

/* --- the list --- */

/* How people read it: groups with trouble first, trouble first in each. */
typedef struct {
  HsDoctorState worst[HS_DOCTOR_N_GROUPS];
} Order;

static int
compare_findings (gconstpointer a, gconstpointer b, gpointer data)
{
  const HsDoctorFinding *one = *(const HsDoctorFinding *const *) a;
  const HsDoctorFinding *other = *(const HsDoctorFinding *const *) b;
  const Order *order = data;
  gboolean first = order->worst[one->group] == HS_DOCTOR_TROUBLE;
  gboolean second = order->worst[other->group] == HS_DOCTOR_TROUBLE;

  if (first != second)
    return first ? -1 : 1;
  if (one->group != other->group)
    return (int) one->group - (int) other->group;
  return (int) other->state - (int) one->state;
}

static void
sort_findings (GPtrArray *findings)
{
  Order order = { { HS_DOCTOR_OK } };

  for (guint i = 0; i < findings->len; i++) {
    const HsDoctorFinding *finding = g_ptr_array_index (findings, i);

    order.worst[finding->group] = MAX (order.worst[finding->group], finding->state);
  }
  g_ptr_array_sort_with_data (findings, compare_findings, &order);
}

/**
 * hs_doctor_examine:
 * @places: where to look
 * @cancellable: (nullable): ends it early, with what was found so far
 *
 * Looks at all that keeps cameras from being worked with on a machine. Reads files, starts vendors'
 * programs to ask for their version, opens no device. Blocks for up to seconds. Any thread.
 *
 * Returns: (transfer full) (element-type HsDoctorFinding)
 */
GPtrArray *
hs_doctor_examine (const HsDoctorPlaces *places, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) findings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) hs_doctor_finding_free);
  HsExamination examination = { places, findings, cancellable };
  g_autoptr (GPtrArray) devices = hs_examination_list_devices (&examination);

  hs_examine_rules (&examination);
  hs_examine_cameras (&examination, devices);
  hs_examine_others (&examination, devices);
  hs_examine_machine (&examination, devices);
  if (!places->no_tools)
    hs_examine_tools (&examination);
  hs_examine_tree (&examination);

  sort_findings (findings);
  return g_steal_pointer (&findings);
}

HsDoctorState
hs_doctor_get_worst (GPtrArray *findings)
{
  HsDoctorState worst = HS_DOCTOR_OK;

  for (guint i = 0; i < findings->len; i++) {
    const HsDoctorFinding *finding = g_ptr_array_index (findings, i);

    worst = MAX (worst, finding->state);
  }
  return worst;
}

char *
hs_doctor_summary (GPtrArray *findings)
{
  guint n = 0;

  for (guint i = 0; i < findings->len; i++) {
    const HsDoctorFinding *finding = g_ptr_array_index (findings, i);

    n += finding->state == HS_DOCTOR_TROUBLE;
  }
  if (n == 0)
    return g_strdup (_ ("Nothing is in trouble"));
  return g_strdup_printf (ngettext ("%u thing is in trouble", "%u things are in trouble", n), n);
}

/* --- of a session --- */

/* When the newest of the journal's entries was made, µs; 0 none. Blocks on the catalog. */
static gint64
newest_entry (HsCatalog *catalog)
{
  const HsJournalFilter filter = { NULL };
  g_autoptr (GArray) rows = hs_catalog_list_journal (catalog, &filter, NEWEST_ENTRIES, NULL, NULL);
  gint64 newest = 0;

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    g_autoptr (HsEntry) entry =
        hs_catalog_get_entry (catalog, g_array_index (rows, gint64, i), NULL);

    if (entry != NULL)
      newest = MAX (newest, hs_entry_get_time (entry));
  }
  return newest;
}

void
hs_doctor_places_of (HsSession *session, HsDoctorPlaces *places)
{
  HsCatalog *catalog = hs_session_get_catalog (session);

  *places = (HsDoctorPlaces){
    .catalog = hs_catalog_get_path (catalog),
    .newest_us = newest_entry (catalog),
    .simulated = hs_session_get_sim_bus (session) != NULL,
  };
}

typedef struct {
  HsCatalog *catalog;
  gboolean simulated;
} Question;

static void
question_free (Question *self)
{
  g_object_unref (self->catalog);
  g_free (self);
}

static void
examine_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Question *question = data;
  HsDoctorPlaces places = {
    .catalog = hs_catalog_get_path (question->catalog),
    .newest_us = newest_entry (question->catalog),
    .simulated = question->simulated,
  };

  g_task_return_pointer (
      task, hs_doctor_examine (&places, cancellable), (GDestroyNotify) g_ptr_array_unref);
}

void
hs_doctor_examine_async (HsSession *session,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->catalog = g_object_ref (hs_session_get_catalog (session));
  question->simulated = hs_session_get_sim_bus (session) != NULL;
  g_task_set_source_tag (task, hs_doctor_examine_async);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  g_task_run_in_thread (task, examine_thread);
}

/* (transfer full) (element-type HsDoctorFinding) */
GPtrArray *
hs_doctor_examine_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
