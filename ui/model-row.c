/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/model-row.h"

struct _HsModelRow {
  GObject parent_instance;

  char *id;
  GObject *item; /* NULL while loading */
  HsModelRowGone gone;
  gpointer model; /* borrowed; NULL once the model is gone */
};

G_DEFINE_FINAL_TYPE (HsModelRow, hs_model_row, G_TYPE_OBJECT)

enum { PROP_0, PROP_ITEM, N_PROPS };
static GParamSpec *props[N_PROPS];

static void
hs_model_row_finalize (GObject *object)
{
  HsModelRow *self = HS_MODEL_ROW (object);

  if (self->model != NULL)
    self->gone (self->model, self);
  g_clear_object (&self->item);
  g_free (self->id);
  G_OBJECT_CLASS (hs_model_row_parent_class)->finalize (object);
}

static void
hs_model_row_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    g_value_set_object (value, HS_MODEL_ROW (object)->item);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
hs_model_row_class_init (HsModelRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hs_model_row_finalize;
  object_class->get_property = hs_model_row_get_property;
  props[PROP_ITEM] = g_param_spec_object (
      "item", NULL, NULL, G_TYPE_OBJECT, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
hs_model_row_init (HsModelRow *self)
{
}

/**
 * hs_model_row_new:
 * @id: of the row
 * @gone: told when the row goes
 * @model: for @gone; not kept alive
 *
 * Returns: (transfer full): a row without data
 */
HsModelRow *
hs_model_row_new (const char *id, HsModelRowGone gone, gpointer model)
{
  HsModelRow *self = g_object_new (HS_TYPE_MODEL_ROW, NULL);

  self->id = g_strdup (id);
  self->gone = gone;
  self->model = model;
  return self;
}

/* Also notifies if @item is the one it has: what is shown of it may depend on more. */
void
hs_model_row_set_item (HsModelRow *self, gpointer item)
{
  g_return_if_fail (HS_IS_MODEL_ROW (self));

  g_set_object (&self->item, item);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
}

void
hs_model_row_forget_model (HsModelRow *self)
{
  g_return_if_fail (HS_IS_MODEL_ROW (self));

  self->model = NULL;
}

const char *
hs_model_row_get_id (HsModelRow *self)
{
  g_return_val_if_fail (HS_IS_MODEL_ROW (self), NULL);

  return self->id;
}

/**
 * hs_model_row_get_item:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): its data; %NULL until it has been read
 */
gpointer
hs_model_row_get_item (HsModelRow *self)
{
  g_return_val_if_fail (HS_IS_MODEL_ROW (self), NULL);

  return self->item;
}
