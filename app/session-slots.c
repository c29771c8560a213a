/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/app-error.h"
#include "app/run-json.h"
#include "app/slot-list.h"
#include "app/slot-private.h"
#include "store/kinds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How a bench's ports are called, in which order they stand, and which are left out. All of it is
 * facts of the journal: "slot.named" and "slot.ignored". */

static HsSlotList *
list_of (HsSession *self)
{
  return HS_SLOT_LIST (hs_session_get_slots (self));
}

/* Reads names, order and ignored ports again. Blocks on the catalog's reader. */
gboolean
hs_session_load_slot_names (HsSession *self, GError **error)
{
  GPtrArray *names = hs_catalog_list_slots (hs_session_get_catalog (self), error);

  if (names == NULL)
    return FALSE;
  hs_slot_list_set_names (list_of (self), names);
  return TRUE;
}

static const HsSlotName *
find_name (HsSession *self, const char *port)
{
  GPtrArray *names = hs_slot_list_get_names (list_of (self));

  for (guint i = 0; i < names->len; i++) {
    const HsSlotName *name = g_ptr_array_index (names, i);

    if (g_str_equal (name->port, port))
      return name;
  }
  return NULL;
}

/* --- facts --- */

typedef struct {
  GArray *facts;    /* HsFact */
  GPtrArray *texts; /* owned: subjects and payloads */
} Facts;

static void
facts_clear (Facts *self)
{
  g_array_unref (self->facts);
  g_ptr_array_unref (self->texts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Facts, facts_clear)

static void
facts_init (Facts *self)
{
  self->facts = g_array_new (FALSE, FALSE, sizeof (HsFact));
  self->texts = g_ptr_array_new_with_free_func (g_free);
}

/* @payload: without port and version */
static void
add_fact (Facts *self, const char *kind, const char *port, JsonObject *payload)
{
  char *subject = g_strconcat ("slot:", port, NULL);
  char *text;
  HsFact fact;

  json_object_set_string_member (payload, "port", port);
  json_object_set_int_member (payload, "v", 1);
  text = hs_json_object_to_text (payload);
  fact = (HsFact){ kind, subject, text };
  g_ptr_array_add (self->texts, subject);
  g_ptr_array_add (self->texts, text);
  g_array_append_val (self->facts, fact);
}

static void
add_named (Facts *self, const char *port, const char *name, int position)
{
  g_autoptr (JsonObject) payload = json_object_new ();

  hs_json_set_string (payload, "name", name);
  json_object_set_int_member (payload, "position", position);
  add_fact (self, HS_KIND_SLOT_NAMED, port, payload);
}

static gboolean
append (HsSession *self, Facts *facts, GError **error)
{
  if (facts->facts->len == 0)
    return TRUE;
  return hs_catalog_append (hs_session_get_catalog (self),
                            (const HsFact *) (gpointer) facts->facts->data,
                            facts->facts->len,
                            NULL,
                            error) &&
         hs_session_load_slot_names (self, error);
}

/* --- names --- */

static int
last_position (HsSession *self)
{
  GPtrArray *names = hs_slot_list_get_names (list_of (self));
  int last = 0;

  for (guint i = 0; i < names->len; i++) {
    const HsSlotName *name = g_ptr_array_index (names, i);

    if (name->name != NULL)
      last = MAX (last, name->position);
  }
  return last;
}

/* "1-4.2" */
static gboolean
looks_like_port (const char *text)
{
  return g_ascii_isdigit (*text) && strchr (text, '-') != NULL &&
         strspn (text, "0123456789-.") == strlen (text);
}

/* A name is taken for a port, on the command line and by people: it must mean one. */
static gboolean
check_name (HsSession *self, const char *port, const char *name, GError **error)
{
  GPtrArray *names = hs_slot_list_get_names (list_of (self));

  if (looks_like_port (name) && !g_str_equal (name, port)) {
    g_set_error (
        error, HS_APP_ERROR, HS_APP_ERROR_USAGE, _ ("“%s” would be taken for another port."), name);
    return FALSE;
  }
  for (guint i = 0; i < names->len; i++) {
    const HsSlotName *other = g_ptr_array_index (names, i);

    if (g_strcmp0 (other->name, name) != 0 || g_str_equal (other->port, port))
      continue;
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("The port %s is called “%s” already."),
                 other->port,
                 name);
    return FALSE;
  }
  return TRUE;
}

/**
 * hs_session_name_slot:
 * @self: a session
 * @port: path of a USB port: "1-4.2"
 * @name: (nullable): what it is called from now on; %NULL or nothing takes the name away
 * @error: %HS_APP_ERROR_USAGE if another port has that name; what the catalog says
 *
 * A port that gets its first name stands behind the others. Blocks on the catalog.
 */
gboolean
hs_session_name_slot (HsSession *self, const char *port, const char *name, GError **error)
{
  const HsSlotName *old = find_name (self, port);
  gboolean had = old != NULL && old->name != NULL;
  g_auto (Facts) facts = { NULL };

  facts_init (&facts);
  name = name != NULL && *name != '\0' ? name : NULL;
  if (name != NULL && !check_name (self, port, name, error))
    return FALSE;
  add_named (&facts, port, name, had ? old->position : last_position (self) + 1);
  return append (self, &facts, error);
}

/* Leaves out what is plugged in there, or takes it in again. Blocks on the catalog. */
gboolean
hs_session_ignore_port (HsSession *self, const char *port, gboolean ignored, GError **error)
{
  g_autoptr (JsonObject) payload = json_object_new ();
  g_auto (Facts) facts = { NULL };

  facts_init (&facts);
  json_object_set_boolean_member (payload, "ignored", ignored);
  add_fact (&facts, HS_KIND_SLOT_IGNORED, port, payload);
  return append (self, &facts, error);
}

/* (transfer full): the ports that are left out. */
GStrv
hs_session_dup_ignored_ports (HsSession *self)
{
  GPtrArray *names = hs_slot_list_get_names (list_of (self));
  g_autoptr (GStrvBuilder) ports = g_strv_builder_new ();

  for (guint i = 0; i < names->len; i++) {
    const HsSlotName *name = g_ptr_array_index (names, i);

    if (name->ignored)
      g_strv_builder_add (ports, name->port);
  }
  return g_strv_builder_end (ports);
}

/* "left 1" for an ignored port that has a name, too; NULL: it has none. */
const char *
hs_session_get_port_name (HsSession *self, const char *port)
{
  const HsSlotName *name = find_name (self, port);

  return name != NULL ? name->name : NULL;
}

/* --- order --- */

/* (transfer container): named ports, in the bench's order; borrowed strings. */
static GPtrArray *
dup_order (HsSession *self)
{
  GPtrArray *names = hs_slot_list_get_names (list_of (self));
  GPtrArray *order = g_ptr_array_new ();

  for (guint i = 0; i < names->len; i++) {
    const HsSlotName *name = g_ptr_array_index (names, i);

    if (name->name != NULL)
      g_ptr_array_add (order, name->port);
  }
  return order;
}

/* Only what moved is recorded. */
static gboolean
record_order (HsSession *self, GPtrArray *order, GError **error)
{
  g_auto (Facts) facts = { NULL };

  facts_init (&facts);
  for (guint i = 0; i < order->len; i++) {
    const HsSlotName *name = find_name (self, g_ptr_array_index (order, i));

    if (name->position != (int) i + 1)
      add_named (&facts, name->port, name->name, (int) i + 1);
  }
  return append (self, &facts, error);
}

static gboolean
find_port (GPtrArray *order, const char *port, guint *at)
{
  return g_ptr_array_find_with_equal_func (order, port, g_str_equal, at);
}

/**
 * hs_session_order_slots:
 * @self: a session
 * @ports: (array zero-terminated=1): named ports, first to last
 * @error: %HS_APP_ERROR_USAGE if a port has no name or comes twice
 *
 * Named ports that are not among @ports stand behind them, in the order they had. Blocks on the
 * catalog.
 */
gboolean
hs_session_order_slots (HsSession *self, const char *const *ports, GError **error)
{
  g_autoptr (GPtrArray) rest = dup_order (self);
  g_autoptr (GPtrArray) order = g_ptr_array_new ();

  for (guint i = 0; ports[i] != NULL; i++) {
    const HsSlotName *name = find_name (self, ports[i]);
    guint at;

    if (name == NULL || name->name == NULL || !find_port (rest, ports[i], &at)) {
      g_set_error (error,
                   HS_APP_ERROR,
                   HS_APP_ERROR_USAGE,
                   name != NULL && name->name != NULL
                       ? _ ("The port %s is named twice.")
                       : _ ("The port %s has no name. Name it first: unnamed ports come last."),
                   ports[i]);
      return FALSE;
    }
    g_ptr_array_add (order, g_ptr_array_remove_index (rest, at));
  }
  g_ptr_array_extend (order, rest, NULL, NULL);
  return record_order (self, order, error);
}

/**
 * hs_session_place_slot:
 * @self: a session
 * @port: a named port
 * @before: (nullable): the named port that it stands before from now on; %NULL: last
 * @error: %HS_APP_ERROR_USAGE if one of them has no name
 *
 * Blocks on the catalog.
 */
gboolean
hs_session_place_slot (HsSession *self, const char *port, const char *before, GError **error)
{
  g_autoptr (GPtrArray) order = dup_order (self);
  guint from, to;

  if (!find_port (order, port, &from) || (before != NULL && !find_port (order, before, &to))) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_USAGE,
                 _ ("The port %s has no name. Name it first: unnamed ports come last."),
                 port);
    return FALSE;
  }
  if (g_strcmp0 (port, before) == 0)
    return TRUE;

  port = g_ptr_array_remove_index (order, from);
  if (before == NULL || !find_port (order, before, &to))
    to = order->len;
  g_ptr_array_insert (order, (int) to, (gpointer) port);
  return record_order (self, order, error);
}

/**
 * hs_session_shift_slot:
 * @self: a session
 * @port: a named port
 * @by: -1 towards the first place, 1 towards the last
 * @error: %HS_APP_ERROR_USAGE if it has no name
 *
 * Moves the slot past its neighbour; does nothing at the end of the bench. Ports that are left out
 * don't count as neighbours. Blocks on the catalog.
 */
gboolean
hs_session_shift_slot (HsSession *self, const char *port, int by, GError **error)
{
  g_autoptr (GPtrArray) order = dup_order (self);
  guint from;
  int to;

  if (!find_port (order, port, &from))
    return hs_session_place_slot (self, port, NULL, error);

  for (to = (int) from + by; to >= 0 && to < (int) order->len; to += by)
    if (!find_name (self, g_ptr_array_index (order, to))->ignored)
      break;
  if (to < 0 || to >= (int) order->len)
    return TRUE;

  port = g_ptr_array_remove_index (order, from);
  g_ptr_array_insert (order, to, (gpointer) port);
  return record_order (self, order, error);
}
