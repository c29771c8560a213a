/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/slot-list.h"

#include "app/slot-private.h"

#include <gio/gio.h>

struct _HsSlotList {
  GObject parent_instance;

  HsSession *session; /* borrowed: the session owns the list */
  GPtrArray *slots;   /* (element-type HsSlot), in the bench's order */
  GPtrArray *names;   /* (element-type HsSlotName) */
  GCancellable *cancellable;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HsSlotList,
                               hs_slot_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
hs_slot_list_get_item_type (GListModel *model)
{
  return HS_TYPE_SLOT;
}

static guint
hs_slot_list_get_n_items (GListModel *model)
{
  return HS_SLOT_LIST (model)->slots->len;
}

static gpointer
hs_slot_list_get_item (GListModel *model, guint position)
{
  GPtrArray *slots = HS_SLOT_LIST (model)->slots;

  return position < slots->len ? g_object_ref (g_ptr_array_index (slots, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hs_slot_list_get_item_type;
  iface->get_n_items = hs_slot_list_get_n_items;
  iface->get_item = hs_slot_list_get_item;
}

static void
hs_slot_list_dispose (GObject *object)
{
  HsSlotList *self = HS_SLOT_LIST (object);

  g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (hs_slot_list_parent_class)->dispose (object);
}

static void
hs_slot_list_finalize (GObject *object)
{
  HsSlotList *self = HS_SLOT_LIST (object);

  g_ptr_array_unref (self->slots);
  g_ptr_array_unref (self->names);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (hs_slot_list_parent_class)->finalize (object);
}

static void
hs_slot_list_class_init (HsSlotListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hs_slot_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = hs_slot_list_finalize;
}

static void
hs_slot_list_init (HsSlotList *self)
{
  self->slots = g_ptr_array_new_with_free_func (g_object_unref);
  self->names = g_ptr_array_new_with_free_func ((GDestroyNotify) hs_slot_name_free);
  self->cancellable = g_cancellable_new ();
}

/* --- what the catalog knows of the unit on a slot --- */

typedef struct {
  char *key;  /* nullable */
  char *form; /* nullable */
} Question;

typedef struct {
  char *form; /* nullable: what the camera showed that was asked about */
  HsUnit *unit;
  HsRun *run;
} Answer;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->key);
  g_free (question->form);
  g_free (question);
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_clear_object (&answer->unit);
  g_clear_object (&answer->run);
  g_free (answer->form);
  g_free (answer);
}

/* A folded form names a unit only if the catalog has exactly one that ever showed it. */
static gpointer
ask_catalog (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Question *question = data;
  Answer *answer = g_new0 (Answer, 1);
  g_autoptr (GPtrArray) runs = NULL;
  g_autofree char *key = g_strdup (question->key);

  answer->form = g_strdup (question->form);
  if (key == NULL && question->form != NULL) {
    g_autoptr (GPtrArray) units = hs_catalog_find_units_by_form (catalog, question->form, NULL);

    if (units != NULL && units->len == 1)
      key = g_strdup (g_ptr_array_index (units, 0));
  }
  if (key == NULL)
    return answer;

  answer->unit = hs_catalog_get_unit (catalog, key, NULL);
  runs = hs_catalog_list_runs (catalog, key, 0, 1, NULL);
  if (runs != NULL && runs->len > 0)
    answer->run = g_object_ref (g_ptr_array_index (runs, 0));
  return answer;
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (HsSlot) slot = user_data;
  Answer *answer = hs_catalog_run_finish (HS_CATALOG (source), result, NULL);
  HsDevice *device = hs_slot_get_device (slot);

  if (answer == NULL)
    return;
  /* Meanwhile another camera may be there, which has its own question. */
  if (device != NULL && g_strcmp0 (hs_device_get_form (device), answer->form) == 0)
    hs_slot_set_known (slot, answer->unit, answer->run);
  answer_free (answer);
}

static void
look_up (HsSlotList *self, HsSlot *slot)
{
  HsDevice *device = hs_slot_get_device (slot);
  Question *question;

  if (device == NULL)
    return;

  question = g_new0 (Question, 1);
  if (hs_identity_names_unit (hs_device_get_board (device), hs_device_get_key (device)))
    question->key = g_strdup (hs_device_get_key (device));
  question->form = g_strdup (hs_device_get_form (device));
  hs_catalog_run_async (hs_session_get_catalog (self->session),
                        ask_catalog,
                        question,
                        question_free,
                        answer_free,
                        self->cancellable,
                        answered_cb,
                        g_object_ref (slot));
}

static void
catalog_changed_cb (HsSlotList *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    look_up (self, g_ptr_array_index (self->slots, i));
}

/* --- which slots there are --- */

static int
compare_slots (gconstpointer a, gconstpointer b)
{
  HsSlot *x = *(HsSlot *const *) a, *y = *(HsSlot *const *) b;
  int px = hs_slot_get_position (x), py = hs_slot_get_position (y);

  if (px != py)
    return px < py ? -1 : 1;
  return hs_usb_port_compare (hs_slot_get_port (x), hs_slot_get_port (y));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const HsSlotName *x = *(const HsSlotName *const *) a, *y = *(const HsSlotName *const *) b;

  if (x->position != y->position)
    return x->position < y->position ? -1 : 1;
  return hs_usb_port_compare (x->port, y->port);
}

static const HsSlotName *
find_name (HsSlotList *self, const char *port)
{
  for (guint i = 0; i < self->names->len; i++) {
    const HsSlotName *name = g_ptr_array_index (self->names, i);

    if (g_strcmp0 (name->port, port) == 0)
      return name;
  }
  return NULL;
}

/**
 * hs_slot_list_find:
 * @self: a bench
 * @port: a path of hub ports
 *
 * Returns: (transfer none) (nullable): the slot
 */
HsSlot *
hs_slot_list_find (HsSlotList *self, const char *port)
{
  for (guint i = 0; i < self->slots->len; i++) {
    HsSlot *slot = g_ptr_array_index (self->slots, i);

    if (g_strcmp0 (hs_slot_get_port (slot), port) == 0)
      return slot;
  }
  return NULL;
}

/* Puts a new slot where the bench's order wants it. */
static HsSlot *
add_slot (HsSlotList *self, const char *port)
{
  HsSlot *slot = hs_slot_new (self->session, port);
  const HsSlotName *name = find_name (self, port);
  guint at = 0;

  if (name != NULL && name->name != NULL) {
    hs_slot_set_name (slot, name->name);
    hs_slot_set_position (slot, name->position);
  }
  while (at < self->slots->len && compare_slots (&slot, &self->slots->pdata[at]) > 0)
    at++;
  g_ptr_array_insert (self->slots, at, slot);
  g_list_model_items_changed (G_LIST_MODEL (self), at, 0, 1);
  return slot;
}

/* Who is attached there, before one that was a moment ago: the next camera's start-up window does
 * not wait. */
static HsDevice *
device_on (HsSlotList *self, const char *port)
{
  return hs_monitor_find_port (hs_session_get_monitor (self->session), port);
}

static gboolean
may_go (HsSlotList *self, HsSlot *slot)
{
  const HsSlotName *name = find_name (self, hs_slot_get_port (slot));

  if (name != NULL && name->ignored)
    return hs_slot_get_job (slot) == NULL;
  return hs_slot_get_device (slot) == NULL && hs_slot_get_job (slot) == NULL &&
         (name == NULL || name->name == NULL);
}

static void
remove_idle_slots (HsSlotList *self)
{
  for (guint i = self->slots->len; i > 0; i--)
    if (may_go (self, g_ptr_array_index (self->slots, i - 1))) {
      g_ptr_array_remove_index (self->slots, i - 1);
      g_list_model_items_changed (G_LIST_MODEL (self), i - 1, 1, 0);
    }
}

static void
sync_device (HsSlotList *self, HsDevice *device)
{
  const HsSlotName *name = find_name (self, hs_device_get_port (device));
  HsSlot *slot = hs_slot_list_find (self, hs_device_get_port (device));

  if ((name != NULL && name->ignored) || device_on (self, hs_device_get_port (device)) != device)
    return;
  if (slot == NULL)
    slot = add_slot (self, hs_device_get_port (device));
  if (hs_slot_get_device (slot) != device) {
    hs_slot_set_device (slot, device);
    look_up (self, slot);
  }
}

static void
sync_all (HsSlotList *self)
{
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (self->session));

  for (guint i = 0; i < self->names->len; i++) {
    const HsSlotName *name = g_ptr_array_index (self->names, i);

    if (name->name != NULL && !name->ignored && hs_slot_list_find (self, name->port) == NULL)
      add_slot (self, name->port);
  }

  for (guint i = 0; i < g_list_model_get_n_items (monitor); i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);

    sync_device (self, device);
  }

  for (guint i = 0; i < self->slots->len; i++) {
    HsSlot *slot = g_ptr_array_index (self->slots, i);
    HsDevice *device = device_on (self, hs_slot_get_port (slot));

    hs_slot_set_device (slot, device);
  }
  remove_idle_slots (self);
}

static void
device_changed_cb (HsSlotList *self)
{
  sync_all (self);
  catalog_changed_cb (self);
}

static void
monitor_changed_cb (HsSlotList *self,
                    guint position,
                    guint removed,
                    guint added,
                    GListModel *monitor)
{
  for (guint i = position; i < position + added; i++) {
    g_autoptr (HsDevice) device = g_list_model_get_item (monitor, i);

    g_signal_connect_object (
        device, "notify", G_CALLBACK (device_changed_cb), self, G_CONNECT_SWAPPED);
  }
  sync_all (self);
}

/**
 * hs_slot_list_new:
 * @session: (transfer none): owns the list
 *
 * Returns: (transfer full): the bench of @session, following its monitor and its catalog
 */
HsSlotList *
hs_slot_list_new (HsSession *session)
{
  HsSlotList *self = g_object_new (HS_TYPE_SLOT_LIST, NULL);
  GListModel *monitor = G_LIST_MODEL (hs_session_get_monitor (session));

  self->session = session;
  g_signal_connect_object (
      monitor, "items-changed", G_CALLBACK (monitor_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (hs_session_get_catalog (session),
                           "changed",
                           G_CALLBACK (catalog_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  monitor_changed_cb (self, 0, 0, g_list_model_get_n_items (monitor), monitor);
  return self;
}

/**
 * hs_slot_list_set_names:
 * @self: a bench
 * @names: (transfer full) (element-type HsSlotName): names, order and ignored ports
 */
void
hs_slot_list_set_names (HsSlotList *self, GPtrArray *names)
{
  g_ptr_array_unref (self->names);
  self->names = names;
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i < self->slots->len; i++) {
    HsSlot *slot = g_ptr_array_index (self->slots, i);
    const HsSlotName *name = find_name (self, hs_slot_get_port (slot));
    gboolean named = name != NULL && name->name != NULL;

    hs_slot_set_name (slot, named ? name->name : NULL);
    hs_slot_set_position (slot, named ? name->position : G_MAXINT);
  }
  g_ptr_array_sort (self->slots, compare_slots);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, self->slots->len, self->slots->len);
  sync_all (self);
}

/* Named and ignored ports, in the bench's order. */
GPtrArray *
hs_slot_list_get_names (HsSlotList *self)
{
  return self->names;
}

void
hs_slot_list_take_job (HsSlotList *self, HsJob *job)
{
  HsSlot *slot = hs_slot_list_find (self, hs_job_get_port (job));

  if (slot == NULL)
    slot = add_slot (self, hs_job_get_port (job));
  hs_slot_set_job (slot, job);
}

void
hs_slot_list_update_all (HsSlotList *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    hs_slot_update (g_ptr_array_index (self->slots, i));
}
