/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/recover-page.h"

#include "app/board-words.h"
#include "ui/ask.h"
#include "ui/boards-window.h"
#include "ui/offer.h"
#include "ui/piece.h"
#include "ui/settings.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define SETTING_BOARD "recover-board"

enum { MAX_OFFERS = 200, MAX_NAME_CHARS = 34 };

struct _HsRecoverPage {
  GtkBox parent_instance;

  GtkListBox *boards;
  GtkLabel *title;
  GtkLabel *what;
  GtkWidget *questions;
  GtkDropDown *build;
  GtkDropDown *where;
  GtkWidget *refusal;
  GtkLabel *refusal_text;
  GtkWidget *about;

  HsSession *session;   /* owned */
  GSettings *settings;  /* nullable */
  const HsBoard *board; /* that is chosen; nullable */
  char *port;           /* that was asked for; nullable */
  char *unit;           /* key; nullable */
  GPtrArray *offers;    /* HsOffer that fit @board, in the order of @build's menu; nullable */
  GPtrArray *ports;     /* char *, in the order of @where's menu behind its first line */
  GCancellable *reading;
  gboolean updating;
  gboolean ready;
};

G_DEFINE_FINAL_TYPE (HsRecoverPage, hs_recover_page, GTK_TYPE_BOX)

enum { PROP_0, PROP_READY, N_PROPS };
static GParamSpec *props[N_PROPS];

/* -- what is chosen ---------------------------------------------------------------------------- */

static const HsOffer *
chosen_offer (HsRecoverPage *self)
{
  guint n = gtk_drop_down_get_selected (self->build);

  return self->offers != NULL && n < self->offers->len ? g_ptr_array_index (self->offers, n) : NULL;
}

static HsBuild *
build_of (const HsOffer *offer, const HsBoard *board)
{
  if (offer->release == NULL)
    return offer->build;
  for (guint i = 0; i < offer->builds->len; i++)
    if (g_strcmp0 (hs_build_get_board (g_ptr_array_index (offer->builds, i)), board->id) == 0)
      return g_ptr_array_index (offer->builds, i);
  return NULL;
}

/* The first line of the menu is "not on the bus". */
static const char *
chosen_port (HsRecoverPage *self)
{
  guint n = gtk_drop_down_get_selected (self->where);

  return n > 0 && n <= self->ports->len ? g_ptr_array_index (self->ports, n - 1) : NULL;
}

/* Whose camera it must be: asked for, or what is on the slot says it by itself. */
static char *
dup_unit (HsRecoverPage *self)
{
  const char *port = chosen_port (self);
  HsSlot *slot = port != NULL ? hs_session_find_slot (self->session, port) : NULL;
  HsDevice *device = slot != NULL ? hs_slot_get_device (slot) : NULL;

  if (self->unit != NULL)
    return g_strdup (self->unit);
  if (device == NULL || hs_device_get_board (device) != self->board ||
      hs_device_get_strength (device) != HS_IDENTITY_PROVEN)
    return NULL;
  return g_strdup (hs_device_get_key (device));
}

/**
 * hs_recover_page_new_guide:
 * @self: a page
 * @error: why nothing can be done for that board, or what is missing
 *
 * Returns: (transfer full): a guide for what is chosen, not started
 */
HsGuide *
hs_recover_page_new_guide (HsRecoverPage *self, GError **error)
{
  const HsOffer *offer;
  g_autofree char *unit = NULL;
  HsRequestOptions options = { .confirm = HS_VERSION_NUMBER, .may_wait = TRUE };

  g_return_val_if_fail (HS_IS_RECOVER_PAGE (self), NULL);
  g_return_val_if_fail (self->board != NULL, NULL);

  offer = chosen_offer (self);
  unit = dup_unit (self);
  options.unit = unit;
  if (offer != NULL) {
    options.release = offer->release;
    options.build = build_of (offer, self->board);
  }
  return hs_guide_new (
      self->session, HS_GUIDE_RECOVER, self->board, chosen_port (self), &options, error);
}

/* -- what follows from it ---------------------------------------------------------------------- */

static void
set_ready (HsRecoverPage *self, gboolean ready)
{
  if (ready == self->ready)
    return;
  self->ready = ready;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_READY]);
}

/* Whether there is a guide is asked of the guide itself. */
static void
judge (HsRecoverPage *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (HsGuide) guide = self->board != NULL ? hs_recover_page_new_guide (self, &error) : NULL;
  gboolean offered =
      self->board != NULL && hs_guide_find_table (HS_GUIDE_RECOVER, self->board) != NULL;
  /* While the catalog is asked there is no build yet, and nothing to complain about. */
  gboolean says = error != NULL && (!offered || self->offers != NULL);
  gboolean none = offered && self->offers != NULL && self->offers->len == 0;

  gtk_widget_set_visible (self->questions, offered);
  gtk_widget_set_visible (self->refusal, says);
  gtk_label_set_label (self->refusal_text,
                       none ? _ ("There is no build for this board yet. Import one first: Hotshoe "
                                 "has to know what the camera is to carry in the end.")
                       : says ? error->message
                              : "");
  set_ready (self, guide != NULL);
}

static void
changed_cb (HsRecoverPage *self)
{
  if (!self->updating && self->session != NULL)
    judge (self);
}

static void
show_board (HsRecoverPage *self)
{
  g_autofree char *words = hs_board_dup_recovery (self->board);
  g_autofree char *pads = hs_board_dup_pads (self->board);
  g_autofree char *text = NULL;

  /* Translators: sentences about a board, then the names of its pads */
  text = pads != NULL ? g_strdup_printf (_ ("%s Pads: %s."), words, pads) : g_strdup (words);
  gtk_label_set_label (self->title, _ (self->board->name));
  gtk_label_set_label (self->what, text);
  gtk_widget_set_visible (GTK_WIDGET (self->what),
                          hs_guide_find_table (HS_GUIDE_RECOVER, self->board) != NULL);
}

/* -- builds ------------------------------------------------------------------------------------ */

static gpointer
read_offers (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  const char *board = data;
  GPtrArray *offers = hs_offers_read (catalog, NULL, MAX_OFFERS, cancellable, error);

  for (guint i = offers != NULL ? offers->len : 0; i > 0; i--)
    if (!hs_offer_fits (g_ptr_array_index (offers, i - 1), board))
      g_ptr_array_remove_index (offers, i - 1);
  return offers;
}

/* What is loaded on the bench, else the newest build, which stands behind the releases. */
static guint
first_choice (HsRecoverPage *self)
{
  guint newest = 0;

  for (guint i = self->offers->len; i > 0; i--)
    if (((HsOffer *) g_ptr_array_index (self->offers, i - 1))->release == NULL)
      newest = i - 1;
  for (guint i = 0; i < self->offers->len; i++)
    if (hs_offer_is_loaded (g_ptr_array_index (self->offers, i), self->session))
      return i;
  return newest;
}

static char *
dup_offer_name (HsRecoverPage *self, const HsOffer *offer)
{
  g_autofree char *title = hs_offer_dup_title (offer);
  g_autofree char *start =
      g_utf8_substring (title, 0, MIN (MAX_NAME_CHARS, g_utf8_strlen (title, -1)));
  const char *more = strlen (start) < strlen (title) ? "…" : "";

  if (hs_offer_is_loaded (offer, self->session))
    /* Translators: name of a build, "…" if it is cut */
    return g_strdup_printf (_ ("%s%s (loaded)"), start, more);
  return g_strdup_printf ("%s%s", start, more);
}

static void
offers_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsRecoverPage *self = owner;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_clear_pointer (&self->offers, g_ptr_array_unref);
  self->offers = result != NULL ? g_ptr_array_ref (result) : g_ptr_array_new ();
  for (guint i = 0; i < self->offers->len; i++) {
    g_autofree char *name = dup_offer_name (self, g_ptr_array_index (self->offers, i));

    gtk_string_list_append (names, name);
  }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->build, G_LIST_MODEL (names));
  if (self->offers->len > 0)
    gtk_drop_down_set_selected (self->build, first_choice (self));
  gtk_widget_set_sensitive (GTK_WIDGET (self->build), self->offers->len > 0);
  self->updating = FALSE;
  judge (self);
}

static void
ask_for_builds (HsRecoverPage *self)
{
  if (self->reading != NULL)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->offers, g_ptr_array_unref);
  self->reading = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (self->session),
          self,
          read_offers,
          g_strdup (self->board->id),
          g_free,
          (GDestroyNotify) g_ptr_array_unref,
          self->reading,
          offers_read_cb);
}

/* -- slots ------------------------------------------------------------------------------------- */

static char *
dup_place_name (HsSlot *slot)
{
  const HsBoard *board = hs_slot_get_board (slot);
  HsDevice *device = hs_slot_get_device (slot);
  const char *shows = device == NULL                               ? _ ("empty")
                      : board != NULL                              ? _ (board->name)
                      : hs_device_get_mode (device) == HS_MODE_ROM ? _ ("ROM bootloader")
                                                                   : _ ("unknown board");

  /* Translators: name of a slot, and what is there */
  return g_strdup_printf (_ ("%s: %s"), hs_slot_get_name (slot), shows);
}

static void
fill_places (HsRecoverPage *self)
{
  GListModel *slots = hs_session_get_slots (self->session);
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *before = g_strdup (self->ports->len > 0 ? chosen_port (self) : self->port);
  guint chosen = 0;

  g_ptr_array_set_size (self->ports, 0);
  gtk_string_list_append (names, _ ("It is not on the bus"));
  for (guint i = 0; i < g_list_model_get_n_items (slots); i++) {
    g_autoptr (HsSlot) slot = g_list_model_get_item (slots, i);
    g_autofree char *name = dup_place_name (slot);

    g_ptr_array_add (self->ports, g_strdup (hs_slot_get_port (slot)));
    gtk_string_list_append (names, name);
    if (g_strcmp0 (before, hs_slot_get_port (slot)) == 0)
      chosen = self->ports->len;
  }
  self->updating = TRUE;
  gtk_drop_down_set_model (self->where, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->where, chosen);
  self->updating = FALSE;
}

static void
slots_changed_cb (HsRecoverPage *self)
{
  fill_places (self);
  judge (self);
}

/* -- boards ------------------------------------------------------------------------------------ */

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *row, HsRecoverPage *self)
{
  const HsBoard *board = row != NULL ? g_object_get_data (G_OBJECT (row), "board") : NULL;

  if (board == NULL || board == self->board)
    return;

  self->board = board;
  hs_settings_set_string (self->settings, SETTING_BOARD, board->id);
  show_board (self);
  ask_for_builds (self);
  judge (self);
}

static void
about_cb (HsRecoverPage *self)
{
  gtk_window_present (
      hs_boards_window_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->board));
}

static GtkWidget *
board_row (const HsBoard *board)
{
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *name = hs_piece_label (_ (board->name), NULL);

  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (row, _ (board->name));
  gtk_box_append (GTK_BOX (words), name);
  if (hs_guide_find_table (HS_GUIDE_RECOVER, board) == NULL) {
    gtk_box_append (GTK_BOX (words), hs_piece_label (_ ("no guide"), "caption dim-label"));
    gtk_widget_add_css_class (name, "dim-label");
  }
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), words);
  g_object_set_data (G_OBJECT (row), "board", (gpointer) board);
  hs_piece_name (row, _ (board->name));
  return row;
}

static void
fill_boards (HsRecoverPage *self, const HsBoard *wanted)
{
  GtkWidget *first = NULL;

  for (guint i = 0; i < hs_board_count (); i++) {
    const HsBoard *board = hs_board_nth (i);
    GtkWidget *row = board_row (board);

    gtk_list_box_append (self->boards, row);
    if (board == wanted || (first == NULL && wanted == NULL && !board->retired))
      first = row;
  }
  if (first != NULL)
    gtk_list_box_select_row (self->boards, GTK_LIST_BOX_ROW (first));
}

/* -- life -------------------------------------------------------------------------------------- */

static void
hs_recover_page_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_READY)
    g_value_set_boolean (value, HS_RECOVER_PAGE (object)->ready);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hs_recover_page_dispose (GObject *object)
{
  HsRecoverPage *self = HS_RECOVER_PAGE (object);

  if (self->reading != NULL)
    g_cancellable_cancel (self->reading);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->offers, g_ptr_array_unref);
  g_clear_object (&self->settings);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (hs_recover_page_parent_class)->dispose (object);
}

static void
hs_recover_page_finalize (GObject *object)
{
  HsRecoverPage *self = HS_RECOVER_PAGE (object);

  g_free (self->port);
  g_free (self->unit);
  g_ptr_array_unref (self->ports);

  G_OBJECT_CLASS (hs_recover_page_parent_class)->finalize (object);
}

static void
hs_recover_page_class_init (HsRecoverPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = hs_recover_page_get_property;
  object_class->dispose = hs_recover_page_dispose;
  object_class->finalize = hs_recover_page_finalize;

  props[PROP_READY] =
      g_param_spec_boolean ("ready", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("recover-page"));
  gtk_widget_class_bind_template_child (widget_class, HsRecoverPage, boards);
  gtk_widget_class_bind_template_child (widget_class, HsRecoverPage, title);
  gtk_widget_class_bind_template_child (widget_class, HsRecoverPage, what);
  gtk_widget_class_bind_template_child (widget_class, HsRecoverPage, questions);
  gtk_widget_class_bind_template_child (widget_class, HsRecoverPage, build);
  gtk_widget_class_bind_template_child (widget_class, HsRecoverPage, where);
  gtk_widget_class_bind_template_child (widget_class, HsRecoverPage, refusal);
  gtk_widget_class_bind_template_child (widget_class, HsRecoverPage, refusal_text);
  gtk_widget_class_bind_template_child (widget_class, HsRecoverPage, about);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, about_cb);
}

static void
name_drop_down (GtkDropDown *menu, const char *name)
{
  hs_piece_name (menu, name);
  hs_piece_name (gtk_widget_get_first_child (GTK_WIDGET (menu)), name);
}

static void
hs_recover_page_init (HsRecoverPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->settings = hs_settings_new ();
  self->ports = g_ptr_array_new_with_free_func (g_free);
  name_drop_down (self->build, _ ("Build"));
  name_drop_down (self->where, _ ("Where"));
}

GtkWidget *
hs_recover_page_new (HsSession *session, const HsBoard *board, const char *port, const char *unit)
{
  HsRecoverPage *self = g_object_new (HS_TYPE_RECOVER_PAGE, NULL);
  g_autofree char *last = hs_settings_dup_string (self->settings, SETTING_BOARD, "");

  self->session = g_object_ref (session);
  self->port = g_strdup (port);
  self->unit = g_strdup (unit);
  fill_places (self);
  g_signal_connect_object (hs_session_get_slots (session),
                           "items-changed",
                           G_CALLBACK (slots_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  fill_boards (self, board != NULL ? board : hs_board_by_id (last));
  return GTK_WIDGET (self);
}

gboolean
hs_recover_page_get_ready (HsRecoverPage *self)
{
  g_return_val_if_fail (HS_IS_RECOVER_PAGE (self), FALSE);

  return self->ready;
}

const char *
hs_recover_page_get_unit (HsRecoverPage *self)
{
  g_return_val_if_fail (HS_IS_RECOVER_PAGE (self), NULL);

  return self->unit;
}
