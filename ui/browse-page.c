/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ui/browse-page.h"

#include "ui/ask.h"
#include "ui/piece.h"
#include "ui/practice-ribbon.h"

typedef struct {
  AdwHeaderBar *header;
  AdwWindowTitle *title;
  GtkWidget *back;
  GtkStack *stack;
  AdwBin *empty;
  HsListDetail *list;

  HsSession *session;  /* owned */
  HsPagedModel *model; /* owned */
  GCancellable *reading;
} HsBrowsePagePrivate;

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (HsBrowsePage,
                                  hs_browse_page,
                                  GTK_TYPE_BOX,
                                  G_ADD_PRIVATE (HsBrowsePage)
                                      G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static HsBrowsePagePrivate *
priv_of (HsBrowsePage *self)
{
  return hs_browse_page_get_instance_private (self);
}

/* -- the list -------------------------------------------------------------------------------- */

static void
fill_row (HsListRow *row, gpointer item, gpointer page)
{
  HsBrowsePage *self = page;

  HS_BROWSE_PAGE_GET_CLASS (self)->fill_row (
      self, row, item, hs_list_detail_get_text (priv_of (self)->list));
}

static void
listed_cb (HsBrowsePage *self)
{
  HsBrowsePagePrivate *priv = priv_of (self);
  HsBrowsePageClass *klass = HS_BROWSE_PAGE_GET_CLASS (self);
  guint64 all = hs_paged_model_get_count (priv->model);
  const char *typed = hs_list_detail_get_text (priv->list);
  g_autofree char *count = klass->count_text (hs_paged_model_get_total (priv->model), all);
  g_autofree char *nothing = klass->nothing_text (typed);

  hs_list_detail_set_count (priv->list, count, nothing);
  gtk_stack_set_visible_child_name (priv->stack, all == 0 && *typed == '\0' ? "empty" : "list");
}

/* -- the detail ------------------------------------------------------------------------------ */

static void
detail_read_cb (gpointer owner, gpointer result, const GError *error)
{
  HsBrowsePage *self = owner;

  HS_BROWSE_PAGE_GET_CLASS (self)->show_detail (self, result);
}

static void
picked_cb (HsBrowsePage *self, const char *id)
{
  HsBrowsePagePrivate *priv = priv_of (self);
  HsBrowsePageClass *klass = HS_BROWSE_PAGE_GET_CLASS (self);

  g_cancellable_cancel (priv->reading);
  g_clear_object (&priv->reading);
  if (id == NULL) {
    klass->show_detail (self, NULL);
    return;
  }

  priv->reading = g_cancellable_new ();
  hs_ask (hs_session_get_catalog (priv->session),
          self,
          klass->read_detail,
          g_strdup (id),
          g_free,
          klass->free_detail,
          priv->reading,
          detail_read_cb);
}

static void
go_back_cb (HsBrowsePage *self)
{
  hs_list_detail_go_back (priv_of (self)->list);
}

static void
can_go_back_cb (HsBrowsePage *self)
{
  gboolean can;

  g_object_get (priv_of (self)->list, "can-go-back", &can, NULL);
  gtk_widget_set_visible (priv_of (self)->back, can);
}

static void
go_back_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  go_back_cb (HS_BROWSE_PAGE (widget));
}

/* -- the page -------------------------------------------------------------------------------- */

static void
hs_browse_page_add_child (GtkBuildable *buildable,
                          GtkBuilder *builder,
                          GObject *child,
                          const char *type)
{
  HsBrowsePagePrivate *priv = priv_of (HS_BROWSE_PAGE (buildable));
  GtkBuildableIface *parent =
      g_type_interface_peek (hs_browse_page_parent_class, GTK_TYPE_BUILDABLE);

  if (g_strcmp0 (type, "start") == 0)
    adw_header_bar_pack_start (priv->header, GTK_WIDGET (child));
  else if (g_strcmp0 (type, "end") == 0)
    adw_header_bar_pack_end (priv->header, GTK_WIDGET (child));
  else if (g_strcmp0 (type, "empty") == 0)
    adw_bin_set_child (priv->empty, GTK_WIDGET (child));
  else
    parent->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  iface->add_child = hs_browse_page_add_child;
}

static void
hs_browse_page_dispose (GObject *object)
{
  HsBrowsePagePrivate *priv = priv_of (HS_BROWSE_PAGE (object));

  g_cancellable_cancel (priv->reading);
  g_clear_object (&priv->reading);
  g_clear_object (&priv->model);
  g_clear_object (&priv->session);
  G_OBJECT_CLASS (hs_browse_page_parent_class)->dispose (object);
}

static void
hs_browse_page_class_init (HsBrowsePageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = hs_browse_page_dispose;
  g_type_ensure (HS_TYPE_LIST_DETAIL);
  g_type_ensure (HS_TYPE_PRACTICE_RIBBON);
  gtk_widget_class_set_template_from_resource (widget_class, HS_UI_TEMPLATE ("browse-page"));
  gtk_widget_class_bind_template_child_private (widget_class, HsBrowsePage, header);
  gtk_widget_class_bind_template_child_private (widget_class, HsBrowsePage, title);
  gtk_widget_class_bind_template_child_private (widget_class, HsBrowsePage, back);
  gtk_widget_class_bind_template_child_private (widget_class, HsBrowsePage, stack);
  gtk_widget_class_bind_template_child_private (widget_class, HsBrowsePage, empty);
  gtk_widget_class_bind_template_child_private (widget_class, HsBrowsePage, list);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, go_back_cb);
  gtk_widget_class_bind_template_callback (widget_class, can_go_back_cb);
  gtk_widget_class_install_action (widget_class, "browse.back", NULL, go_back_action);
  gtk_widget_class_add_binding_action (
      widget_class, GDK_KEY_Left, GDK_ALT_MASK, "browse.back", NULL);
}

static void
hs_browse_page_init (HsBrowsePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * hs_browse_page_set_words:
 * @self: a page
 * @title: of the page
 * @list_name: what assistive technology says for the list
 * @placeholder: in the search field
 * @width: of the list, in pixels
 */
void
hs_browse_page_set_words (HsBrowsePage *self,
                          const char *title,
                          const char *list_name,
                          const char *placeholder,
                          int width)
{
  g_return_if_fail (HS_IS_BROWSE_PAGE (self));

  adw_window_title_set_title (priv_of (self)->title, title);
  hs_list_detail_set_words (priv_of (self)->list, list_name, placeholder, width);
}

/**
 * hs_browse_page_set_up:
 * @self: a page
 * @session: the session
 * @model: (transfer full): what is listed
 * @detail: shows the row that is picked
 *
 * To be called once.
 */
void
hs_browse_page_set_up (HsBrowsePage *self,
                       HsSession *session,
                       HsPagedModel *model,
                       GtkWidget *detail)
{
  HsBrowsePagePrivate *priv;

  g_return_if_fail (HS_IS_BROWSE_PAGE (self));

  priv = priv_of (self);
  g_return_if_fail (priv->model == NULL);

  priv->session = g_object_ref (session);
  priv->model = model;
  g_signal_connect_object (model, "listed", G_CALLBACK (listed_cb), self, G_CONNECT_SWAPPED);
  hs_list_detail_set_up (priv->list, model, fill_row, self, detail);
}

HsSession *
hs_browse_page_get_session (HsBrowsePage *self)
{
  g_return_val_if_fail (HS_IS_BROWSE_PAGE (self), NULL);

  return priv_of (self)->session;
}

HsPagedModel *
hs_browse_page_get_model (HsBrowsePage *self)
{
  g_return_val_if_fail (HS_IS_BROWSE_PAGE (self), NULL);

  return priv_of (self)->model;
}

HsListDetail *
hs_browse_page_get_list (HsBrowsePage *self)
{
  g_return_val_if_fail (HS_IS_BROWSE_PAGE (self), NULL);

  return priv_of (self)->list;
}

/* The live summary below the title; "" for none. */
void
hs_browse_page_set_subtitle (HsBrowsePage *self, const char *subtitle)
{
  g_return_if_fail (HS_IS_BROWSE_PAGE (self));

  adw_window_title_set_subtitle (priv_of (self)->title, subtitle);
}

/* Shows the row with @id, at once or as soon as the catalog has listed it. */
void
hs_browse_page_show (HsBrowsePage *self, const char *id)
{
  g_return_if_fail (HS_IS_BROWSE_PAGE (self));

  hs_list_detail_pick (priv_of (self)->list, id);
}

/* Takes the focus to the search field. */
void
hs_browse_page_focus_search (HsBrowsePage *self)
{
  g_return_if_fail (HS_IS_BROWSE_PAGE (self));

  hs_list_detail_focus_search (priv_of (self)->list);
}
