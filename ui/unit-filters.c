/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/unit-filters.h"

#include "ui/ask.h"
#include "ui/dialogs.h"
#include "ui/format.h"
#include "ui/piece.h"
#include "ui/saved-filter.h"
#include "ui/settings.h"
#include "ui/unit-state.h"

#include <glib/gi18n-lib.h>

static const char *const all_states[] = { "bench", "ready", "shipped", "returned", "scrapped" };

struct _HsUnitFilters {
  AdwBin parent_instance;

  GtkWidget *button;
  GtkPopover *popover;
  GtkWidget *box;   /* what the popover holds */
  GtkWidget *pills; /* owned: placed by the page */

  HsSession *session;  /* owned */
  GtkEditable *search; /* borrowed: of the same page */
  GSettings *settings; /* nullable */
  GPtrArray *saved;    /* HsSavedFilter */
  GPtrArray *counts;   /* HsUnitCount; nullable */
  char **states;       /* in force; nullable */
  char **boards;
  gboolean changed_outside;
  gboolean mixed;
  char *release;       /* id; nullable: carried by the units */
  char *release_title; /* nullable */
};

G_DEFINE_FINAL_TYPE (HsUnitFilters, hs_unit_filters, ADW_TYPE_BIN)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void show_pills (HsUnitFilters *self);
static void fill_popover (HsUnitFilters *self);

static void
tell_changed (HsUnitFilters *self)
{
  show_pills (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* -- sets of words --------------------------------------------------------------------------- */

static gboolean
has_word (char **words, const char *word)
{
  return words != NULL && g_strv_contains ((const char *const *) words, word);
}

/* @words with or without @word; NULL when none is left. */
static char **
put_word (char **words, const char *word, gboolean in)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  guint n = 0;

  for (guint i = 0; words != NULL && words[i] != NULL; i++) {
    if (g_str_equal (words[i], word))
      continue;
    g_strv_builder_add (builder, words[i]);
    n++;
  }
  g_strfreev (words);
  if (in)
    g_strv_builder_add (builder, word);
  return n > 0 || in ? g_strv_builder_end (builder) : NULL;
}

static void
set_release (HsUnitFilters *self, const char *id, const char *title)
{
  g_free (self->release);
  g_free (self->release_title);
  self->release = g_strdup (id);
  self->release_title = g_strdup (title);
}

/* -- what is in force ------------------------------------------------------------------------ */

static void
pill_clicked_cb (GtkButton *pill, HsUnitFilters *self)
{
  const char *state = g_object_get_data (G_OBJECT (pill), "state");
  const char *board = g_object_get_data (G_OBJECT (pill), "board");

  if (state != NULL)
    self->states = put_word (self->states, state, FALSE);
  else if (board != NULL)
    self->boards = put_word (self->boards, board, FALSE);
  else if (g_object_get_data (G_OBJECT (pill), "release") != NULL)
    set_release (self, NULL, NULL);
  else if (g_object_get_data (G_OBJECT (pill), "mixed") != NULL)
    self->mixed = FALSE;
  else
    self->changed_outside = FALSE;
  tell_changed (self);
}

static void
add_pill (HsUnitFilters *self, const char *text, const char *key, const char *value)
{
  GtkWidget *pill = gtk_button_new ();
  GtkWidget *label = hs_piece_label (text, NULL);
  GtkWidget *icon = hs_piece_icon ("window-close-symbolic", 12, NULL);
  g_autofree char *name = g_strdup_printf (_ ("Take away the filter %s"), text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_button_set_child (GTK_BUTTON (pill), hs_piece_row (5, label, icon, NULL));
  hs_piece_set_classes (pill, "small pillish up-to");
  gtk_widget_set_tooltip_text (pill, name);
  hs_piece_name (pill, name);
  if (key != NULL)
    g_object_set_data_full (G_OBJECT (pill), key, g_strdup (value), g_free);
  g_signal_connect_object (pill, "clicked", G_CALLBACK (pill_clicked_cb), self, 0);
  gtk_flow_box_append (GTK_FLOW_BOX (self->pills), pill);
  gtk_widget_set_focusable (gtk_widget_get_parent (pill), FALSE);
}

static void
show_pills (HsUnitFilters *self)
{
  GtkFlowBoxChild *child;

  while ((child = gtk_flow_box_get_child_at_index (GTK_FLOW_BOX (self->pills), 0)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->pills), GTK_WIDGET (child));
  for (guint i = 0; self->states != NULL && self->states[i] != NULL; i++)
    add_pill (self, hs_unit_state_text (self->states[i]), "state", self->states[i]);
  for (guint i = 0; self->boards != NULL && self->boards[i] != NULL; i++)
    add_pill (self, hs_format_board_name (self->boards[i]), "board", self->boards[i]);
  if (self->release != NULL) {
    /* Translators: a filter of units: the name of a release that they carry */
    g_autofree char *carries = g_strdup_printf (_ ("carries %s"), self->release_title);

    add_pill (self, carries, "release", self->release);
  }
  if (self->changed_outside)
    add_pill (self, _ ("changed outside"), NULL, NULL);
  if (self->mixed)
    add_pill (self, _ ("mixed"), "mixed", "");
  gtk_widget_set_visible (self->pills, hs_unit_filters_is_set (self));
}

/* -- the menu -------------------------------------------------------------------------------- */

static void
check_toggled_cb (GtkCheckButton *check, HsUnitFilters *self)
{
  const char *state = g_object_get_data (G_OBJECT (check), "state");
  const char *board = g_object_get_data (G_OBJECT (check), "board");
  gboolean in = gtk_check_button_get_active (check);

  if (state != NULL)
    self->states = put_word (self->states, state, in);
  else if (board != NULL)
    self->boards = put_word (self->boards, board, in);
  else if (g_object_get_data (G_OBJECT (check), "mixed") != NULL)
    self->mixed = in;
  else
    self->changed_outside = in;
  tell_changed (self);
}

static void
add_check (HsUnitFilters *self,
           const char *text,
           const char *key,
           const char *value,
           gboolean active,
           guint n)
{
  GtkWidget *check = gtk_check_button_new_with_label (text);
  GtkWidget *row = hs_piece_row (12, check, NULL);

  gtk_widget_set_hexpand (check, TRUE);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), active);
  hs_piece_name (check, text);
  if (key != NULL)
    g_object_set_data_full (G_OBJECT (check), key, g_strdup (value), g_free);
  if (n > 0) {
    g_autofree char *count = hs_format_count (n);

    gtk_box_append (GTK_BOX (row), hs_piece_label (count, "figure dim-label caption"));
  }
  g_signal_connect_object (check, "toggled", G_CALLBACK (check_toggled_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), row);
}

static void
add_heading (HsUnitFilters *self, const char *text)
{
  GtkWidget *label = hs_piece_label (text, "table-head");

  if (gtk_widget_get_first_child (self->box) != NULL)
    gtk_widget_set_margin_top (label, 9);
  gtk_box_append (GTK_BOX (self->box), label);
}

static guint
count_of (HsUnitFilters *self, const char *state, const char *board)
{
  guint n = 0;

  for (guint i = 0; self->counts != NULL && i < self->counts->len; i++) {
    const HsUnitCount *count = g_ptr_array_index (self->counts, i);

    if ((state == NULL || g_strcmp0 (count->state, state) == 0) &&
        (board == NULL || g_strcmp0 (count->board, board) == 0))
      n += count->n;
  }
  return n;
}

static void
add_boards (HsUnitFilters *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; self->counts != NULL && i < self->counts->len; i++) {
    const HsUnitCount *count = g_ptr_array_index (self->counts, i);

    if (count->board == NULL || !g_hash_table_add (seen, count->board))
      continue;
    if (g_hash_table_size (seen) == 1)
      add_heading (self, _ ("Board"));
    add_check (self,
               hs_format_board_name (count->board),
               "board",
               count->board,
               has_word (self->boards, count->board),
               count_of (self, NULL, count->board));
  }
}

/* -- saved filters --------------------------------------------------------------------------- */

static HsSavedFilter *
filter_of (HsUnitFilters *self, GtkButton *button)
{
  const char *name = g_object_get_data (G_OBJECT (button), "name");

  for (guint i = 0; i < self->saved->len; i++) {
    HsSavedFilter *filter = g_ptr_array_index (self->saved, i);

    if (g_strcmp0 (filter->name, name) == 0)
      return filter;
  }
  return NULL;
}

static void
use_saved_cb (GtkButton *button, HsUnitFilters *self)
{
  const HsSavedFilter *filter = filter_of (self, button);

  if (filter == NULL)
    return;

  g_strfreev (self->states);
  g_strfreev (self->boards);
  self->states = *filter->states != NULL ? g_strdupv (filter->states) : NULL;
  self->boards = *filter->boards != NULL ? g_strdupv (filter->boards) : NULL;
  self->changed_outside = filter->changed_outside;
  self->mixed = filter->mixed;
  set_release (self, NULL, NULL);
  gtk_editable_set_text (self->search, filter->text);
  gtk_popover_popdown (self->popover);
  tell_changed (self);
}

static void
delete_saved_cb (GtkButton *button, HsUnitFilters *self)
{
  HsSavedFilter *filter = filter_of (self, button);

  if (filter == NULL)
    return;
  g_ptr_array_remove (self->saved, filter);
  hs_saved_filters_store (self->settings, self->saved);
  fill_popover (self);
}

static void
add_saved (HsUnitFilters *self, const HsSavedFilter *filter)
{
  GtkWidget *use = gtk_button_new ();
  GtkWidget *label = hs_piece_label (filter->name, NULL);
  GtkWidget *delete = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *use_name = g_strdup_printf (_ ("Use the filter %s"), filter->name);
  g_autofree char *delete_name = g_strdup_printf (_ ("Delete the filter %s"), filter->name);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_button_set_child (GTK_BUTTON (use), label);
  gtk_widget_set_hexpand (use, TRUE);
  hs_piece_set_classes (use, "flat");
  hs_piece_set_classes (delete, "flat");
  hs_piece_name (use, use_name);
  hs_piece_name (delete, delete_name);
  gtk_widget_set_tooltip_text (delete, delete_name);
  g_object_set_data_full (G_OBJECT (use), "name", g_strdup (filter->name), g_free);
  g_object_set_data_full (G_OBJECT (delete), "name", g_strdup (filter->name), g_free);
  g_signal_connect_object (use, "clicked", G_CALLBACK (use_saved_cb), self, 0);
  g_signal_connect_object (delete, "clicked", G_CALLBACK (delete_saved_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), hs_piece_row (4, use, delete, NULL));
}

static void
named_cb (gpointer owner, const char *name)
{
  HsUnitFilters *self = owner;

  if (*name == '\0')
    return;
  hs_saved_filters_add (self->saved,
                        hs_saved_filter_new (name,
                                             gtk_editable_get_text (self->search),
                                             (const char *const *) self->states,
                                             (const char *const *) self->boards,
                                             self->changed_outside,
                                             self->mixed));
  hs_saved_filters_store (self->settings, self->saved);
}

static void
save_cb (HsUnitFilters *self)
{
  gtk_popover_popdown (self->popover);
  hs_dialog_ask_text (GTK_WIDGET (self),
                      _ ("Save This Filter"),
                      _ ("What is searched for and the filters in force, under a name."),
                      _ ("Name of the filter"),
                      gtk_editable_get_text (self->search),
                      _ ("Save"),
                      named_cb,
                      self);
}

static void
add_save_button (HsUnitFilters *self)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Save This Filter…"));
  gboolean any = self->states != NULL || self->boards != NULL || self->changed_outside ||
                 self->mixed || *gtk_editable_get_text (self->search) != '\0';

  gtk_widget_set_sensitive (button, any);
  if (!any)
    gtk_widget_set_tooltip_text (button, _ ("Choose something, or type into the search field"));
  gtk_widget_set_margin_top (button, 9);
  g_signal_connect_object (button, "clicked", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), button);
}

static void
fill_popover (HsUnitFilters *self)
{
  hs_piece_clear (self->box);
  add_heading (self, _ ("State"));
  for (guint i = 0; i < G_N_ELEMENTS (all_states); i++)
    add_check (self,
               hs_unit_state_text (all_states[i]),
               "state",
               all_states[i],
               has_word (self->states, all_states[i]),
               count_of (self, all_states[i], NULL));
  add_boards (self);
  add_heading (self, _ ("Content"));
  add_check (self, _ ("Changed outside Hotshoe"), NULL, NULL, self->changed_outside, 0);
  add_check (self, _ ("Two cores, different builds"), "mixed", "", self->mixed, 0);
  if (self->saved->len > 0)
    add_heading (self, _ ("Saved filters"));
  for (guint i = 0; i < self->saved->len; i++)
    add_saved (self, g_ptr_array_index (self->saved, i));
  add_save_button (self);
}

static gpointer
count_func (HsCatalog *catalog, gpointer data, GCancellable *cancellable, GError **error)
{
  return hs_catalog_count_units (catalog, error);
}

static void
counts_unref (gpointer counts)
{
  g_ptr_array_unref (counts);
}

static void
counted_cb (gpointer owner, gpointer result, const GError *error)
{
  HsUnitFilters *self = owner;

  if (result == NULL)
    return;
  g_clear_pointer (&self->counts, g_ptr_array_unref);
  self->counts = g_ptr_array_ref (result);
  fill_popover (self);
}

static void
opened_cb (HsUnitFilters *self)
{
  fill_popover (self);
  hs_ask (hs_session_get_catalog (self->session),
          self,
          count_func,
          NULL,
          NULL,
          counts_unref,
          NULL,
          counted_cb);
}

/* -- the widget ------------------------------------------------------------------------------ */

static void
hs_unit_filters_dispose (GObject *object)
{
  HsUnitFilters *self = HS_UNIT_FILTERS (object);

  self->search = NULL;
  g_clear_object (&self->pills);
  g_clear_object (&self->session);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (hs_unit_filters_parent_class)->dispose (object);
}

static void
hs_unit_filters_finalize (GObject *object)
{
  HsUnitFilters *self = HS_UNIT_FILTERS (object);

  g_clear_pointer (&self->saved, g_ptr_array_unref);
  g_clear_pointer (&self->counts, g_ptr_array_unref);
  g_strfreev (self->states);
  g_strfreev (self->boards);
  g_free (self->release);
  g_free (self->release_title);
  G_OBJECT_CLASS (hs_unit_filters_parent_class)->finalize (object);
}

static void
hs_unit_filters_class_init (HsUnitFiltersClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hs_unit_filters_dispose;
  object_class->finalize = hs_unit_filters_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new (
      "changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
hs_unit_filters_init (HsUnitFilters *self)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  g_object_set (self->box,
                "margin-start",
                6,
                "margin-end",
                6,
                "margin-top",
                6,
                "margin-bottom",
                6,
                "width-request",
                240,
                NULL);
  g_object_set (scroll,
                "child",
                self->box,
                "hscrollbar-policy",
                GTK_POLICY_NEVER,
                "propagate-natural-height",
                TRUE,
                "max-content-height",
                520,
                NULL);
  self->popover = GTK_POPOVER (gtk_popover_new ());
  gtk_popover_set_child (self->popover, scroll);
  g_signal_connect_object (self->popover, "map", G_CALLBACK (opened_cb), self, G_CONNECT_SWAPPED);
  self->button = gtk_menu_button_new ();
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->button), _ ("Filters"));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->button), GTK_WIDGET (self->popover));
  hs_piece_name (self->button, _ ("Filters"));
  adw_bin_set_child (ADW_BIN (self), self->button);

  self->pills = g_object_ref_sink (gtk_flow_box_new ());
  g_object_set (self->pills,
                "selection-mode",
                GTK_SELECTION_NONE,
                "max-children-per-line",
                4,
                "column-spacing",
                4,
                "row-spacing",
                4,
                "margin-start",
                10,
                "margin-end",
                10,
                "margin-bottom",
                8,
                "visible",
                FALSE,
                NULL);
  hs_piece_name (self->pills, _ ("Filters in force"));
  self->settings = hs_settings_new ();
  self->saved = hs_saved_filters_load (self->settings);
}

/* @search: what is searched for beside the filters; of the same page. */
void
hs_unit_filters_set_up (HsUnitFilters *self, HsSession *session, GtkEditable *search)
{
  g_return_if_fail (HS_IS_UNIT_FILTERS (self));

  g_set_object (&self->session, session);
  self->search = search;
}

HsUnitFilter
hs_unit_filters_get (HsUnitFilters *self)
{
  g_return_val_if_fail (HS_IS_UNIT_FILTERS (self), (HsUnitFilter){ NULL });

  return (HsUnitFilter){ .states = (const char *const *) self->states,
                         .boards = (const char *const *) self->boards,
                         .release = self->release,
                         .changed_outside = self->changed_outside,
                         .mixed = self->mixed };
}

gboolean
hs_unit_filters_is_set (HsUnitFilters *self)
{
  g_return_val_if_fail (HS_IS_UNIT_FILTERS (self), FALSE);

  return self->states != NULL || self->boards != NULL || self->release != NULL ||
         self->changed_outside || self->mixed;
}

GtkWidget *
hs_unit_filters_get_pills (HsUnitFilters *self)
{
  g_return_val_if_fail (HS_IS_UNIT_FILTERS (self), NULL);

  return self->pills;
}

void
hs_unit_filters_clear (HsUnitFilters *self)
{
  g_return_if_fail (HS_IS_UNIT_FILTERS (self));

  if (!hs_unit_filters_is_set (self))
    return;

  g_clear_pointer (&self->states, g_strfreev);
  g_clear_pointer (&self->boards, g_strfreev);
  self->changed_outside = self->mixed = FALSE;
  set_release (self, NULL, NULL);
  tell_changed (self);
}

/* Only units that carry the release @id, called @title; what else was in force is not any more. */
void
hs_unit_filters_show_release (HsUnitFilters *self, const char *id, const char *title)
{
  g_return_if_fail (HS_IS_UNIT_FILTERS (self));
  g_return_if_fail (id != NULL && title != NULL);

  g_clear_pointer (&self->states, g_strfreev);
  g_clear_pointer (&self->boards, g_strfreev);
  self->changed_outside = self->mixed = FALSE;
  set_release (self, id, title);
  tell_changed (self);
}
