/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/list-detail.h"

#include "ui/piece.h"

struct _HsListDetail {
  AdwBin parent_instance;

  AdwLeaflet *leaflet;
  GtkWidget *side;
  GtkEditable *search;
  AdwBin *above;
  GtkLabel *count;
  GtkStack *results;
  GtkListView *list;
  GtkLabel *nothing;
  AdwBin *below;
  GtkWidget *detail_scroller;
  AdwClamp *clamp;

  HsPagedModel *model;          /* owned */
  GtkSelectionModel *selection; /* single, or several */
  HsModelRow *picked;           /* owned; nullable */
  char *pending;                /* id to pick as soon as the list has it; nullable */
  char *alone;                  /* id that is shown without being in the list; nullable */
  gboolean several;
  guint fold_source;
};

G_DEFINE_FINAL_TYPE (HsListDetail, hs_list_detail, ADW_TYPE_BIN)

enum { PROP_0, PROP_CAN_GO_BACK, N_PROPS };
static GParamSpec *props[N_PROPS];

enum { SIGNAL_PICKED, SIGNAL_CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

static gboolean
can_go_back (HsListDetail *self)
{
  return adw_leaflet_get_folded (self->leaflet) &&
         adw_leaflet_get_visible_child (self->leaflet) == self->detail_scroller;
}

/* Not during allocation: the page shows and hides its Back button on this. */
static gboolean
folded_idle_cb (gpointer data)
{
  HsListDetail *self = data;

  self->fold_source = 0;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_CAN_GO_BACK]);
  return G_SOURCE_REMOVE;
}

static void
folded_cb (HsListDetail *self)
{
  if (self->fold_source == 0)
    self->fold_source = g_idle_add (folded_idle_cb, self);
}

static void
show_detail (HsListDetail *self)
{
  adw_leaflet_set_visible_child (self->leaflet, self->detail_scroller);
}

static void
row_changed_cb (HsListDetail *self)
{
  const char *id = self->picked != NULL ? hs_model_row_get_id (self->picked) : self->alone;

  g_signal_emit (self, signals[SIGNAL_PICKED], 0, id);
}

static void
set_picked (HsListDetail *self, HsModelRow *row)
{
  GtkAdjustment *place;

  if (row == self->picked)
    return;

  if (self->picked != NULL)
    g_signal_handlers_disconnect_by_func (self->picked, row_changed_cb, self);
  g_set_object (&self->picked, row);
  if (row != NULL) {
    g_clear_pointer (&self->alone, g_free);
    g_signal_connect_object (
        row, "notify::item", G_CALLBACK (row_changed_cb), self, G_CONNECT_SWAPPED);
  }
  place = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->detail_scroller));
  gtk_adjustment_set_value (place, 0);
  row_changed_cb (self);
}

static void
selected_cb (HsListDetail *self)
{
  set_picked (self,
              gtk_single_selection_get_selected_item (GTK_SINGLE_SELECTION (self->selection)));
}

/* Of several the detail keeps the one that was shown, as long as it is among them. */
static void
several_cb (HsListDetail *self)
{
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (self->selection);
  guint position;
  g_autoptr (HsModelRow) first = NULL;

  g_signal_emit (self, signals[SIGNAL_CHOSEN], 0);
  if (gtk_bitset_is_empty (chosen))
    return;
  if (gtk_bitset_get_size (chosen) > 1 && self->picked != NULL &&
      hs_paged_model_find (self->model, hs_model_row_get_id (self->picked), &position) &&
      gtk_bitset_contains (chosen, position))
    return;

  first = g_list_model_get_item (G_LIST_MODEL (self->model), gtk_bitset_get_minimum (chosen));
  set_picked (self, first);
}

static gboolean
pick_pending (HsListDetail *self)
{
  guint position;

  if (self->pending == NULL || !hs_paged_model_find (self->model, self->pending, &position))
    return FALSE;

  g_clear_pointer (&self->pending, g_free);
  gtk_selection_model_select_item (self->selection, position, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
  return TRUE;
}

/* It is further down than anybody has looked: shown all the same. */
static void
show_alone (HsListDetail *self)
{
  gtk_selection_model_unselect_all (self->selection);
  g_free (self->alone);
  self->alone = g_steal_pointer (&self->pending);
  if (self->picked != NULL)
    set_picked (self, NULL);
  else
    row_changed_cb (self);
}

/* One row is always picked, unless something else is shown. */
static void
keep_picked (HsListDetail *self)
{
  g_autoptr (GtkBitset) chosen = gtk_selection_model_get_selection (self->selection);
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0;
  guint position;

  if (self->alone != NULL && hs_paged_model_find (self->model, self->alone, &position))
    gtk_selection_model_select_item (self->selection, position, TRUE);
  else if (self->alone != NULL)
    row_changed_cb (self); /* its data may have changed */
  else if (empty)
    set_picked (self, NULL);
  else if (gtk_bitset_is_empty (chosen))
    gtk_selection_model_select_item (self->selection, 0, TRUE);
  else
    several_cb (self);
}

static void
listed_cb (HsListDetail *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->model)) == 0;

  gtk_stack_set_visible_child_name (self->results, empty ? "nothing" : "list");
  if (!self->several) {
    pick_pending (self);
    return;
  }
  if (!pick_pending (self) && self->pending != NULL &&
      *gtk_editable_get_text (self->search) == '\0')
    show_alone (self);
  keep_picked (self);
}

static void
search_changed_cb (HsListDetail *self)
{
  hs_paged_model_set_query (self->model, gtk_editable_get_text (self->search), NULL);
}

static void
search_activated_cb (HsListDetail *self)
{
  show_detail (self);
}

static void
search_stopped_cb (HsListDetail *self)
{
  gtk_editable_set_text (self->search, "");
}

static void
row_activated_cb (HsListDetail *self)
{
  show_detail (self);
}

static void
list_clicked_cb (HsListDetail *self)
{
  if (self->picked != NULL)
    show_detail (self);
}

static void
hs_list_detail_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CAN_GO_BACK)
    g_value_set_boolean (value, can_go_back (HS_LIST_DETAIL (object)));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hs_list_detail_dispose (GObject *object)
{
  HsListDetail *self = HS_LIST_DETAIL (object);

  g_clear_handle_id (&self->fold_source, g_source_remove);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  g_clear_object (&self->picked);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);
  g_clear_pointer (&self->pending, g_free);
  g_clear_pointer (&self->alone, g_free);
  G_OBJECT_CLASS (hs_list_detail_parent_class)->dispose (object);
}

static void
hs_list_detail_class_init (HsListDetailClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = hs_list_detail_dispose;
  object_class->get_property = hs_list_detail_get_property;
  props[PROP_CAN_GO_BACK] = g_param_spec_boolean (
      "can-go-back", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  /* Another row is picked, or the data of the picked one changed: its id, or NULL. */
  signals[SIGNAL_PICKED] = g_signal_new ("picked",
                                         G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         1,
                                         G_TYPE_STRING);

  signals[SIGNAL_CHOSEN] = g_signal_new (
      "chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("list-detail"));
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, above);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, below);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, leaflet);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, side);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, search);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, count);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, results);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, list);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, nothing);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, detail_scroller);
  gtk_widget_class_bind_template_child (widget_class, HsListDetail, clamp);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_stopped_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, list_clicked_cb);
}

static void
hs_list_detail_init (HsListDetail *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (
      self->leaflet, "notify::folded", G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->leaflet, "notify::visible-child", G_CALLBACK (folded_cb), self, G_CONNECT_SWAPPED);
}

/**
 * hs_list_detail_set_up:
 * @self: a list with a detail
 * @model: what is listed
 * @fill: shows one item in a row
 * @page: handed to @fill; owns @self
 * @detail: shows the row that is picked
 *
 * To be called once.
 */
void
hs_list_detail_set_up (HsListDetail *self,
                       HsPagedModel *model,
                       HsListRowFill fill,
                       gpointer page,
                       GtkWidget *detail)
{
  g_autoptr (GtkListItemFactory) factory = hs_list_row_factory_new (fill, page);

  g_return_if_fail (HS_IS_LIST_DETAIL (self));
  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  self->selection =
      self->several
          ? GTK_SELECTION_MODEL (gtk_multi_selection_new (g_object_ref (G_LIST_MODEL (model))))
          : GTK_SELECTION_MODEL (gtk_single_selection_new (g_object_ref (G_LIST_MODEL (model))));
  gtk_list_view_set_factory (self->list, factory);
  gtk_list_view_set_model (self->list, self->selection);
  adw_clamp_set_child (self->clamp, detail);
  g_signal_connect_object (self->selection,
                           self->several ? "selection-changed" : "notify::selected-item",
                           self->several ? G_CALLBACK (several_cb) : G_CALLBACK (selected_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "listed", G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);
  /* Where there is room for one of them, the list comes first. */
  adw_leaflet_set_visible_child (self->leaflet, self->side);
}

/* To be called before hs_list_detail_set_up(). */
void
hs_list_detail_set_several (HsListDetail *self)
{
  g_return_if_fail (HS_IS_LIST_DETAIL (self));
  g_return_if_fail (self->model == NULL);

  self->several = TRUE;
}

/**
 * hs_list_detail_dup_chosen:
 * @self: a list with a detail
 *
 * Returns: (transfer full) (element-type utf8): ids of the rows that are chosen, in display order
 */
GPtrArray *
hs_list_detail_dup_chosen (HsListDetail *self)
{
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GtkBitset) chosen = NULL;
  GtkBitsetIter iter;
  guint position;

  g_return_val_if_fail (HS_IS_LIST_DETAIL (self), ids);

  chosen = gtk_selection_model_get_selection (self->selection);
  for (gboolean more = gtk_bitset_iter_init_first (&iter, chosen, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    g_ptr_array_add (ids, g_strdup (hs_paged_model_get_id (self->model, position)));
  return ids;
}

/* Of several rows only the one stays that the detail shows. */
void
hs_list_detail_unchoose (HsListDetail *self)
{
  guint position;

  g_return_if_fail (HS_IS_LIST_DETAIL (self));

  if (self->picked != NULL &&
      hs_paged_model_find (self->model, hs_model_row_get_id (self->picked), &position))
    gtk_selection_model_select_item (self->selection, position, TRUE);
}

/* Between the search field and the count. */
void
hs_list_detail_set_above (HsListDetail *self, GtkWidget *widget)
{
  g_return_if_fail (HS_IS_LIST_DETAIL (self));

  adw_bin_set_child (self->above, widget);
}

/* At the foot of the list. */
void
hs_list_detail_set_below (HsListDetail *self, GtkWidget *widget)
{
  g_return_if_fail (HS_IS_LIST_DETAIL (self));

  adw_bin_set_child (self->below, widget);
}

/* Searches for @text, as if it had been typed. */
void
hs_list_detail_set_text (HsListDetail *self, const char *text)
{
  g_return_if_fail (HS_IS_LIST_DETAIL (self));

  gtk_editable_set_text (self->search, text);
}

/* @list_name is what assistive technology says; @width of the list in pixels. */
void
hs_list_detail_set_words (HsListDetail *self,
                          const char *list_name,
                          const char *placeholder,
                          int width)
{
  g_return_if_fail (HS_IS_LIST_DETAIL (self));

  hs_piece_name (self->list, list_name);
  hs_piece_name (self->search, placeholder);
  g_object_set (self->search, "placeholder-text", placeholder, NULL);
  gtk_widget_set_size_request (self->side, width, -1);
}

/* @count: "7 of 1 204 units"; @nothing: shown in place of an empty list. */
void
hs_list_detail_set_count (HsListDetail *self, const char *count, const char *nothing)
{
  g_return_if_fail (HS_IS_LIST_DETAIL (self));

  gtk_label_set_label (self->count, count);
  gtk_label_set_label (self->nothing, nothing);
}

/**
 * hs_list_detail_pick:
 * @self: a list with a detail
 * @id: of the row
 *
 * Picks that row and shows its detail, at once or as soon as the catalog has listed it. A search
 * that hides it is cleared.
 */
void
hs_list_detail_pick (HsListDetail *self, const char *id)
{
  g_return_if_fail (HS_IS_LIST_DETAIL (self));
  g_return_if_fail (id != NULL);

  g_free (self->pending);
  self->pending = g_strdup (id);
  show_detail (self);
  if (pick_pending (self))
    return;
  if (*gtk_editable_get_text (self->search) != '\0')
    gtk_editable_set_text (self->search, "");
  else if (self->several && hs_paged_model_get_ready (self->model))
    show_alone (self);
}

/* What is typed in the search field; "" for nothing. */
const char *
hs_list_detail_get_text (HsListDetail *self)
{
  g_return_val_if_fail (HS_IS_LIST_DETAIL (self), NULL);

  return gtk_editable_get_text (self->search);
}

void
hs_list_detail_go_back (HsListDetail *self)
{
  g_return_if_fail (HS_IS_LIST_DETAIL (self));

  adw_leaflet_set_visible_child (self->leaflet, self->side);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

void
hs_list_detail_focus_search (HsListDetail *self)
{
  g_return_if_fail (HS_IS_LIST_DETAIL (self));

  adw_leaflet_set_visible_child (self->leaflet, self->side);
  gtk_widget_grab_focus (GTK_WIDGET (self->search));
}

GtkWidget *
hs_list_detail_get_search (HsListDetail *self)
{
  g_return_val_if_fail (HS_IS_LIST_DETAIL (self), NULL);

  return GTK_WIDGET (self->search);
}
