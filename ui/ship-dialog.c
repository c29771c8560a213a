/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/ship-dialog.h"

#include "app/explain.h"
#include "app/unit-life.h"
#include "ui/ask.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/shape.h"

#include <glib/gi18n-lib.h>

enum {
  SETTLE_MS = 200,   /* after the last key, before the text is read */
  ROWS_SHOWN = 200,  /* of the units that were found */
  PARTIES_SHOWN = 20 /* customers proposed */
};

#define HS_TYPE_SHIP_DIALOG (hs_ship_dialog_get_type ())
G_DECLARE_FINAL_TYPE (HsShipDialog, hs_ship_dialog, HS, SHIP_DIALOG, AdwWindow)

struct _HsShipDialog {
  AdwWindow parent_instance;

  GtkTextView *text;
  GtkLabel *found;
  GtkListBox *rows;
  GtkEntry *customer;
  GtkEntry *order;
  GtkEntry *date;
  GtkLabel *why;
  GtkButton *ship;

  HsSession *session;    /* owned */
  GtkListStore *parties; /* owned: names proposed */
  GPtrArray *units;      /* char *: keys that can be shipped; nullable */
  GCancellable *parsing;
  GCancellable *naming;
  guint settle_source;
  gboolean shipping;
};

G_DEFINE_FINAL_TYPE (HsShipDialog, hs_ship_dialog, ADW_TYPE_WINDOW)

/* -- what can be pressed --------------------------------------------------------------------- */

static char *
text_of (GtkEntry *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
}

/* Why it can't be shipped yet; NULL if it can. */
static const char *
missing (HsShipDialog *self)
{
  g_autofree char *customer = text_of (self->customer);
  g_autofree char *date = text_of (self->date);

  if (self->shipping)
    return _ ("Being recorded…");
  if (self->units == NULL || self->units->len == 0)
    return _ ("Scan or paste the units.");
  if (*customer == '\0')
    return _ ("Say which customer gets them.");
  if (!hs_date_is_valid (date))
    return _ ("Write the date as 2026-11-21.");
  return NULL;
}

static void
update (HsShipDialog *self)
{
  guint n = self->units != NULL ? self->units->len : 0;
  const char *why = missing (self);
  g_autofree char *count = hs_format_count (n);
  g_autofree char *verb =
      n > 0 ? g_strdup_printf (ngettext ("Ship %s Unit", "Ship %s Units", n), count)
            : g_strdup (_ ("Ship"));

  gtk_button_set_label (self->ship, verb);
  gtk_widget_set_sensitive (GTK_WIDGET (self->ship), why == NULL);
  gtk_label_set_label (self->why, why != NULL ? why : "");
}

/* -- which units ----------------------------------------------------------------------------- */

/* What was understood of the text. */
typedef struct {
  GPtrArray *units;   /* HsUnit that can be shipped */
  GPtrArray *others;  /* HsUnit that can't */
  GPtrArray *unknown; /* char * */
} Parsed;

static void
parsed_free (gpointer data)
{
  Parsed *self = data;

  g_ptr_array_unref (self->units);
  g_ptr_array_unref (self->others);
  g_clear_pointer (&self->unknown, g_ptr_array_unref);
  g_free (self);
}

static gboolean
can_be_shipped (HsUnit *unit)
{
  return g_strcmp0 (hs_unit_get_state (unit), "shipped") != 0 &&
         g_strcmp0 (hs_unit_get_state (unit), "scrapped") != 0 && !hs_unit_has_unknown (unit);
}

static gpointer
parse_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Parsed *parsed = g_new0 (Parsed, 1);
  g_autoptr (GPtrArray) keys = hs_units_parse (catalog, data, &parsed->unknown);

  parsed->units = g_ptr_array_new_with_free_func (g_object_unref);
  parsed->others = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; keys != NULL && i < keys->len; i++) {
    HsUnit *unit = hs_catalog_get_unit (catalog, g_ptr_array_index (keys, i), NULL);

    if (unit != NULL)
      g_ptr_array_add (can_be_shipped (unit) ? parsed->units : parsed->others, unit);
  }
  return parsed;
}

static void
add_row (HsShipDialog *self, HsShape shape, const char *title, const char *more)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *icon = hs_shape_new (shape, 16);
  GtkWidget *label = hs_piece_label (title, NULL);
  GtkWidget *line = hs_piece_row (9, icon, label, NULL);
  g_autofree char *spoken =
      more != NULL ? g_strdup_printf ("%s, %s", title, more) : g_strdup (title);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  if (more != NULL) {
    GtkWidget *second = hs_piece_label (more, "dim-label caption");

    gtk_label_set_ellipsize (GTK_LABEL (second), PANGO_ELLIPSIZE_END);
    gtk_box_append (GTK_BOX (line), second);
  }
  g_object_set (
      line, "margin-start", 9, "margin-end", 9, "margin-top", 5, "margin-bottom", 5, NULL);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), line);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_tooltip_text (row, spoken);
  hs_piece_name (row, spoken);
  gtk_list_box_append (self->rows, row);
}

static void
add_unit_row (HsShipDialog *self, HsUnit *unit)
{
  g_autofree char *digits = hs_format_key_serial (hs_unit_get_id (unit));
  gsize length = strlen (digits);
  g_autofree char *end = g_strdup_printf ("…%s", length > 8 ? digits + length - 8 : digits);
  const char *label = hs_unit_get_label (unit);
  const char *serial = hs_unit_get_serial (unit);

  add_row (self,
           HS_SHAPE_PASS,
           label != NULL    ? label
           : serial != NULL ? serial
                            : end,
           label != NULL || serial != NULL ? end : NULL);
}

static void
add_other_row (HsShipDialog *self, HsUnit *unit)
{
  g_autofree char *name = hs_unit_get_label (unit) != NULL
                              ? g_strdup (hs_unit_get_label (unit))
                              : hs_format_key_serial (hs_unit_get_id (unit));
  const char *party = hs_unit_get_party_name (unit);
  g_autofree char *why = g_strcmp0 (hs_unit_get_state (unit), "scrapped") == 0
                             ? g_strdup (_ ("is scrap: left out"))
                         : g_strcmp0 (hs_unit_get_state (unit), "shipped") != 0
                             ? g_strdup (_ ("what is on it is not known: left out"))
                         : party != NULL && *party != '\0'
                             ? g_strdup_printf (_ ("already shipped to %s: left out"), party)
                             : g_strdup (_ ("already shipped: left out"));

  add_row (self, HS_SHAPE_ATTENTION, name, why);
}

static void
show_parsed (HsShipDialog *self, const Parsed *parsed)
{
  guint n = parsed->units->len;
  g_autofree char *count = hs_format_count (n);
  g_autofree char *found = g_strdup_printf (ngettext ("%s unit found", "%s units found", n), count);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (self->rows, 0)) != NULL)
    gtk_list_box_remove (self->rows, GTK_WIDGET (row));
  /* What needs a look comes first. */
  for (guint i = 0; parsed->unknown != NULL && i < parsed->unknown->len && i < ROWS_SHOWN; i++)
    add_row (self, HS_SHAPE_UNKNOWN, g_ptr_array_index (parsed->unknown, i), NULL);
  for (guint i = 0; i < parsed->others->len && i < ROWS_SHOWN; i++)
    add_other_row (self, g_ptr_array_index (parsed->others, i));
  for (guint i = 0; i < n && i < ROWS_SHOWN; i++)
    add_unit_row (self, g_ptr_array_index (parsed->units, i));
  gtk_label_set_label (self->found, found);
}

static void
parsed_cb (gpointer owner, gpointer result, const GError *error)
{
  HsShipDialog *self = owner;
  Parsed *parsed = result;

  if (parsed == NULL) {
    g_warning ("Units can't be looked up: %s", error->message);
    return;
  }
  g_clear_pointer (&self->units, g_ptr_array_unref);
  self->units = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < parsed->units->len; i++)
    g_ptr_array_add (self->units, g_strdup (hs_unit_get_id (g_ptr_array_index (parsed->units, i))));
  show_parsed (self, parsed);
  update (self);
}

static gboolean
settled_cb (gpointer data)
{
  HsShipDialog *self = data;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->text);
  GtkTextIter start, end;

  self->settle_source = 0;
  g_cancellable_cancel (self->parsing);
  g_clear_object (&self->parsing);
  self->parsing = g_cancellable_new ();
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  hs_ask (hs_session_get_catalog (self->session),
          self,
          parse_func,
          gtk_text_buffer_get_text (buffer, &start, &end, FALSE),
          g_free,
          parsed_free,
          self->parsing,
          parsed_cb);
  return G_SOURCE_REMOVE;
}

/* Until the text has been read again nothing can be shipped: what is there is not what was meant.
 */
static void
text_changed_cb (HsShipDialog *self)
{
  g_clear_pointer (&self->units, g_ptr_array_unref);
  g_cancellable_cancel (self->parsing);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  self->settle_source = g_timeout_add (SETTLE_MS, settled_cb, self);
  update (self);
}

/* -- to whom --------------------------------------------------------------------------------- */

static gpointer
parties_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_catalog_list_parties (catalog, data, PARTIES_SHOWN, error);
}

static void
names_unref (gpointer names)
{
  g_ptr_array_unref (names);
}

static void
parties_cb (gpointer owner, gpointer result, const GError *error)
{
  HsShipDialog *self = owner;
  GPtrArray *names = result;

  gtk_list_store_clear (self->parties);
  for (guint i = 0; names != NULL && i < names->len; i++)
    gtk_list_store_insert_with_values (
        self->parties, NULL, -1, 0, g_ptr_array_index (names, i), -1);
}

static void
customer_changed_cb (HsShipDialog *self)
{
  g_cancellable_cancel (self->naming);
  g_clear_object (&self->naming);
  self->naming = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (self->session),
          self,
          parties_func,
          text_of (self->customer),
          g_free,
          names_unref,
          self->naming,
          parties_cb);
  update (self);
}

/* -- shipping -------------------------------------------------------------------------------- */

typedef struct {
  char **units;
  char *customer;
  char *order;
  char *date;
} Shipping;

static void
shipping_free (gpointer data)
{
  Shipping *self = data;

  g_strfreev (self->units);
  g_free (self->customer);
  g_free (self->order);
  g_free (self->date);
  g_free (self);
}

static gpointer
ship_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  Shipping *what = data;

  return GINT_TO_POINTER (hs_units_ship (catalog,
                                         (const char *const *) what->units,
                                         what->customer,
                                         *what->order != '\0' ? what->order : NULL,
                                         what->date,
                                         NULL,
                                         error));
}

static void
shipped_cb (gpointer owner, gpointer result, const GError *error)
{
  HsShipDialog *self = owner;
  g_autoptr (HsProblem) problem = NULL;
  g_autofree char *text = NULL;

  self->shipping = FALSE;
  if (error == NULL) {
    gtk_window_destroy (GTK_WINDOW (self));
    return;
  }
  problem = hs_explain_error (error);
  text = g_strdup_printf ("%s %s", problem->message, problem->action);
  text_changed_cb (self); /* somebody may have shipped one of them meanwhile */
  gtk_label_set_label (self->why, text);
}

static char **
dup_units (HsShipDialog *self)
{
  char **units = g_new0 (char *, self->units->len + 1);

  for (guint i = 0; i < self->units->len; i++)
    units[i] = g_strdup (g_ptr_array_index (self->units, i));
  return units;
}

static void
ship_cb (HsShipDialog *self)
{
  Shipping *what;

  if (missing (self) != NULL)
    return;

  what = g_new0 (Shipping, 1);
  what->units = dup_units (self);
  what->customer = text_of (self->customer);
  what->order = text_of (self->order);
  what->date = text_of (self->date);
  self->shipping = TRUE;
  update (self);
  hs_ask (hs_session_get_catalog (self->session),
          self,
          ship_func,
          what,
          shipping_free,
          NULL,
          NULL,
          shipped_cb);
}

/* -- the dialog ------------------------------------------------------------------------------ */

/* What was scanned is not lost by one key. */
static void
escape_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  HsShipDialog *self = HS_SHIP_DIALOG (widget);

  if (gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (self->text)) == 0)
    gtk_window_close (GTK_WINDOW (self));
}

static void
hs_ship_dialog_dispose (GObject *object)
{
  HsShipDialog *self = HS_SHIP_DIALOG (object);

  g_cancellable_cancel (self->parsing);
  g_cancellable_cancel (self->naming);
  g_clear_object (&self->parsing);
  g_clear_object (&self->naming);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  if (self->text != NULL)
    g_signal_handlers_disconnect_by_data (gtk_text_view_get_buffer (self->text), self);
  g_clear_pointer (&self->units, g_ptr_array_unref);
  g_clear_object (&self->parties);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (hs_ship_dialog_parent_class)->dispose (object);
}

static void
hs_ship_dialog_class_init (HsShipDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_ship_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("ship-dialog"));
  gtk_widget_class_bind_template_child (widget_class, HsShipDialog, text);
  gtk_widget_class_bind_template_child (widget_class, HsShipDialog, found);
  gtk_widget_class_bind_template_child (widget_class, HsShipDialog, rows);
  gtk_widget_class_bind_template_child (widget_class, HsShipDialog, customer);
  gtk_widget_class_bind_template_child (widget_class, HsShipDialog, order);
  gtk_widget_class_bind_template_child (widget_class, HsShipDialog, date);
  gtk_widget_class_bind_template_child (widget_class, HsShipDialog, why);
  gtk_widget_class_bind_template_child (widget_class, HsShipDialog, ship);
  gtk_widget_class_install_action (widget_class, "ship.escape", NULL, escape_action);
  gtk_widget_class_bind_template_callback (widget_class, ship_cb);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, customer_changed_cb);
}

static void
hs_ship_dialog_init (HsShipDialog *self)
{
  g_autoptr (GtkEntryCompletion) completion = gtk_entry_completion_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  gtk_widget_init_template (GTK_WIDGET (self));
  self->parties = gtk_list_store_new (1, G_TYPE_STRING);
  gtk_entry_completion_set_model (completion, GTK_TREE_MODEL (self->parties));
  gtk_entry_completion_set_text_column (completion, 0);
  gtk_entry_set_completion (self->customer, completion);
  gtk_editable_set_text (GTK_EDITABLE (self->date), today);
  g_signal_connect_object (gtk_text_view_get_buffer (self->text),
                           "changed",
                           G_CALLBACK (text_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

void
hs_ship_dialog_present (GtkWindow *parent, HsSession *session, const char *const *units)
{
  HsShipDialog *self = g_object_new (HS_TYPE_SHIP_DIALOG, "transient-for", parent, NULL);
  g_autoptr (GString) text = g_string_new (NULL);

  self->session = g_object_ref (session);
  for (guint i = 0; units != NULL && units[i] != NULL; i++) {
    g_autofree char *digits = hs_format_key_serial (units[i]);

    g_string_append_printf (text, "%s\n", digits);
  }
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->text), text->str, -1);
  update (self);
  gtk_window_present (GTK_WINDOW (self));
  gtk_widget_grab_focus (text->len > 0 ? GTK_WIDGET (self->customer) : GTK_WIDGET (self->text));
}
