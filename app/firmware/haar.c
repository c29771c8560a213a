/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/romfs-source.h"

#include "app/app-error.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* OpenCV writes cascades in two forms: the old one nests trees of features in each stage, the new
 * one has "stageNum" and refers to a table of features. What the camera reads (little endian):
 * int32 width, height, number of stages; uint8 features of each stage, zeros up to a multiple of 4;
 * int16 threshold x 256 of each stage; then for each feature, one array after the other: int16
 * threshold x 4096, int16 left x 256, int16 right x 256, uint8 number of rectangles; int8 weight
 * and 4 x uint8 of each rectangle. Products are cut off towards zero, as in the tree's haar2c.py.
 */

typedef enum {
  TAG_OTHER,
  TAG_TREES,
  TAG_STAGE_THRESHOLD, /* both forms */
  TAG_THRESHOLD,
  TAG_LEFT,
  TAG_RIGHT,
  TAG_RECTS,
  TAG_ITEM, /* "_" */
  TAG_SIZE,
  TAG_STAGE_NUM,
  TAG_STAGES,
  TAG_MAX_WEAK,
  TAG_NODES,
  TAG_LEAVES,
  TAG_WIDTH,
  TAG_HEIGHT,
} Tag;

typedef struct {
  Tag tag;
  guint n_nodes; /* children of any kind: elements, runs of text, comments */
  char *text;    /* the first child, if it is text; owned */
} Element;

typedef struct {
  gint8 weight;
  guint8 box[4];
} Rect;

typedef struct {
  guint first, n; /* in Cascade.rects */
} Feature;

typedef struct {
  guint feature;
  gint16 threshold;
} NodeOfTree;

typedef struct {
  GArray *stack; /* Element */
  gboolean is_new;
  gboolean has_trees; /* of more than one node */
  gint64 stage_num;
  int size[2];
  gboolean sized[2];
  GArray *stages;     /* gint64: features of each */
  GArray *limits;     /* gint16: thresholds of the stages */
  GArray *thresholds; /* gint16: of the features; old form */
  GArray *left, *right;
  GArray *features; /* Feature */
  GArray *rects;    /* Rect */
  GArray *nodes;    /* NodeOfTree; new form */
} Cascade;

static void
element_clear (gpointer data)
{
  g_free (((Element *) data)->text);
}

static void
cascade_clear (Cascade *self)
{
  GArray *const arrays[] = { self->stack,      self->stages, self->limits,
                             self->thresholds, self->left,   self->right,
                             self->features,   self->rects,  self->nodes };

  for (guint i = 0; i < G_N_ELEMENTS (arrays); i++)
    g_array_unref (arrays[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Cascade, cascade_clear)

static void
cascade_init (Cascade *self)
{
  memset (self, 0, sizeof *self);
  self->stack = g_array_new (FALSE, TRUE, sizeof (Element));
  g_array_set_clear_func (self->stack, element_clear);
  self->stages = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->limits = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->thresholds = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->left = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->right = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->features = g_array_new (FALSE, FALSE, sizeof (Feature));
  self->rects = g_array_new (FALSE, FALSE, sizeof (Rect));
  self->nodes = g_array_new (FALSE, FALSE, sizeof (NodeOfTree));
}

static gboolean
fail (GError **error, const char *why)
{
  g_set_error (error,
               HS_APP_ERROR,
               HS_APP_ERROR_BAD_ROMFS,
               _ ("This is no Haar cascade that a camera could use: %s."),
               why);
  return FALSE;
}

/* --- numbers --- */

/* The @n-th word of @text; NULL if there are less. (transfer full) */
static GStrv
split (const char *text)
{
  g_auto (GStrv) raw = g_strsplit_set (text != NULL ? text : "", " \t\r\n", -1);
  GPtrArray *words = g_ptr_array_new ();

  for (guint i = 0; raw[i] != NULL; i++)
    if (*raw[i] != '\0')
      g_ptr_array_add (words, g_strdup (raw[i]));
  g_ptr_array_add (words, NULL);
  return (GStrv) g_ptr_array_free (words, FALSE);
}

static gboolean
take_int (const char *text, gint64 least, gint64 most, gint64 *value, GError **error)
{
  g_autofree char *word = g_strstrip (g_strdup (text != NULL ? text : ""));

  return g_ascii_string_to_signed (word, 10, least, most, value, NULL) ||
         fail (error, _ ("a number in it makes no sense, or is too large"));
}

/* Cut off, not rounded. */
static gboolean
take_scaled (const char *text, double scale, gint16 *value, GError **error)
{
  g_autofree char *word = g_strstrip (g_strdup (text != NULL ? text : ""));
  char *end;
  double number = g_ascii_strtod (word, &end) * scale;

  if (*word == '\0' || *end != '\0' || strpbrk (word, "xX") != NULL || !isfinite (number) ||
      trunc (number) < G_MININT16 || trunc (number) > G_MAXINT16)
    return fail (error, _ ("a number in it makes no sense, or is too large"));
  *value = (gint16) number;
  return TRUE;
}

static gboolean
append_scaled (GArray *array, const char *text, double scale, GError **error)
{
  gint16 value;

  if (!take_scaled (text, scale, &value, error))
    return FALSE;
  g_array_append_val (array, value);
  return TRUE;
}

/* --- elements --- */

/* "9 1 4 15 -1.": the box, then a weight with a point behind it. */
static gboolean
take_rect (Cascade *self, const char *text, GError **error)
{
  gsize length = text != NULL ? strlen (text) : 0;
  g_autofree char *numbers = g_strndup (text != NULL ? text : "", length > 0 ? length - 1 : 0);
  g_auto (GStrv) words = split (numbers);
  Rect rect;
  gint64 value;

  if (g_strv_length (words) < 5)
    return fail (error, _ ("a rectangle needs five numbers"));
  for (guint i = 0; i < 4; i++) {
    if (!take_int (words[i], 0, G_MAXUINT8, &value, error))
      return FALSE;
    rect.box[i] = value;
  }
  if (!take_int (words[4], G_MININT8, G_MAXINT8, &value, error))
    return FALSE;
  rect.weight = value;
  g_array_append_val (self->rects, rect);
  g_array_index (self->features, Feature, self->features->len - 1).n++;
  return TRUE;
}

static gboolean
take_size (Cascade *self, const char *text, GError **error)
{
  g_auto (GStrv) words = split (text);
  gint64 value;

  if (self->sized[0])
    return TRUE;
  if (g_strv_length (words) < 2)
    return fail (error, _ ("its size needs two numbers"));
  for (guint i = 0; i < 2; i++) {
    if (!take_int (words[i], 1, G_MAXINT32, &value, error))
      return FALSE;
    self->size[i] = value;
    self->sized[i] = TRUE;
  }
  return TRUE;
}

static gboolean
take_side (Cascade *self, guint side, const char *text, GError **error)
{
  gint64 value;

  if (self->sized[side])
    return TRUE;
  if (!take_int (text, 1, G_MAXINT32, &value, error))
    return FALSE;
  self->size[side] = value;
  self->sized[side] = TRUE;
  return TRUE;
}

/* "0 -1 17 -2.5e-03": two children, the feature, the threshold. */
static gboolean
take_node (Cascade *self, const char *text, GError **error)
{
  g_auto (GStrv) words = split (text);
  NodeOfTree node;
  gint64 feature;

  if (g_strv_length (words) < 4)
    return fail (error, _ ("a node needs four numbers"));
  self->has_trees |= g_strv_length (words) > 4;
  if (!take_int (words[2], 0, G_MAXINT32, &feature, error) ||
      !take_scaled (words[3], 4096, &node.threshold, error))
    return FALSE;
  node.feature = feature;
  g_array_append_val (self->nodes, node);
  return TRUE;
}

static gboolean
take_leaves (Cascade *self, const char *text, GError **error)
{
  g_auto (GStrv) words = split (text);

  if (g_strv_length (words) < 2)
    return fail (error, _ ("a leaf needs two numbers"));
  return append_scaled (self->left, words[0], 256, error) &&
         append_scaled (self->right, words[1], 256, error);
}

static gboolean
take_count (GArray *array, const char *text, GError **error)
{
  gint64 value;

  if (!take_int (text, 0, G_MAXINT32, &value, error))
    return FALSE;
  g_array_append_val (array, value);
  return TRUE;
}

static gboolean
take_trees (Cascade *self, guint n_nodes)
{
  gint64 n = n_nodes / 2; /* each stands behind a run of blanks */

  g_array_append_val (self->stages, n);
  return TRUE;
}

static gboolean
is_inside (Cascade *self, Tag tag)
{
  for (guint i = self->stack->len; i-- > 0;)
    if (g_array_index (self->stack, Element, i).tag == tag)
      return TRUE;
  return FALSE;
}

/* @element is off the stack. */
static gboolean
take_element (Cascade *self, const Element *element, GError **error)
{
  const char *text = element->text;

  switch (element->tag) {
  case TAG_TREES:
    return take_trees (self, element->n_nodes);
  case TAG_STAGE_THRESHOLD:
    return append_scaled (self->limits, text, 256, error);
  case TAG_THRESHOLD:
    return append_scaled (self->thresholds, text, 4096, error);
  case TAG_LEFT:
    return append_scaled (self->left, text, 256, error);
  case TAG_RIGHT:
    return append_scaled (self->right, text, 256, error);
  case TAG_ITEM:
    return !is_inside (self, TAG_RECTS) || take_rect (self, text, error);
  case TAG_SIZE:
    return take_size (self, text, error);
  case TAG_STAGE_NUM:
    return take_int (text, 1, G_MAXUINT8, &self->stage_num, error);
  case TAG_MAX_WEAK:
    return !is_inside (self, TAG_STAGES) || take_count (self->stages, text, error);
  case TAG_NODES:
    return take_node (self, text, error);
  case TAG_LEAVES:
    return take_leaves (self, text, error);
  case TAG_WIDTH:
    return take_side (self, 0, text, error);
  case TAG_HEIGHT:
    return take_side (self, 1, text, error);
  default:
    return TRUE;
  }
}

/* --- the reader of XML --- */

static Tag
tag_of (const char *name)
{
  static const struct {
    const char *name;
    Tag tag;
  } tags[] = {
    { "_", TAG_ITEM },
    { "rects", TAG_RECTS },
    { "threshold", TAG_THRESHOLD },
    { "left_val", TAG_LEFT },
    { "right_val", TAG_RIGHT },
    { "trees", TAG_TREES },
    { "stage_threshold", TAG_STAGE_THRESHOLD },
    { "size", TAG_SIZE },
    { "stageNum", TAG_STAGE_NUM },
    { "stages", TAG_STAGES },
    { "maxWeakCount", TAG_MAX_WEAK },
    { "stageThreshold", TAG_STAGE_THRESHOLD },
    { "internalNodes", TAG_NODES },
    { "leafValues", TAG_LEAVES },
    { "width", TAG_WIDTH },
    { "height", TAG_HEIGHT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (g_str_equal (tags[i].name, name))
      return tags[i].tag;
  return TAG_OTHER;
}

static Element *
innermost (Cascade *self)
{
  return self->stack->len > 0 ? &g_array_index (self->stack, Element, self->stack->len - 1) : NULL;
}

static void
on_start (GMarkupParseContext *context,
          const char *name,
          const char **names,
          const char **values,
          gpointer user_data,
          GError **error)
{
  Cascade *self = user_data;
  Element element = { .tag = tag_of (name) };
  Element *parent = innermost (self);

  if (parent != NULL)
    parent->n_nodes++;
  if (self->stack->len >= 64) {
    fail (error, _ ("it is nested too deep"));
    return;
  }
  if (element.tag == TAG_STAGE_NUM)
    self->is_new = TRUE;
  if (element.tag == TAG_RECTS) {
    Feature feature = { self->rects->len, 0 };

    g_array_append_val (self->features, feature);
  }
  g_array_append_val (self->stack, element);
}

static void
on_end (GMarkupParseContext *context, const char *name, gpointer user_data, GError **error)
{
  Cascade *self = user_data;
  Element element = *innermost (self);

  innermost (self)->text = NULL;
  g_array_set_size (self->stack, self->stack->len - 1);
  take_element (self, &element, error);
  g_free (element.text);
}

static void
on_text (GMarkupParseContext *context,
         const char *text,
         gsize length,
         gpointer user_data,
         GError **error)
{
  Element *element = innermost (user_data);

  if (element == NULL || length == 0)
    return;
  if (element->n_nodes == 0)
    element->text = g_strndup (text, length);
  element->n_nodes++;
}

static void
on_other (GMarkupParseContext *context,
          const char *text,
          gsize length,
          gpointer user_data,
          GError **error)
{
  Element *element = innermost (user_data);

  if (element != NULL)
    element->n_nodes++;
}

/* --- the cascade --- */

static void
put_int (GByteArray *out, gint32 value)
{
  gint32 le = GINT32_TO_LE (value);

  g_byte_array_append (out, (const guint8 *) &le, sizeof le);
}

static void
put_short (GByteArray *out, gint16 value)
{
  gint16 le = GINT16_TO_LE (value);

  g_byte_array_append (out, (const guint8 *) &le, sizeof le);
}

static void
put_shorts (GByteArray *out, GArray *values, guint n)
{
  for (guint i = 0; i < n; i++)
    put_short (out, g_array_index (values, gint16, i));
}

static void
put_byte (GByteArray *out, guint8 value)
{
  g_byte_array_append (out, &value, 1);
}

/* The rectangles of the @i-th feature of the stages, in their order. */
static const Feature *
feature_at (const Cascade *self, guint i)
{
  guint n = self->is_new ? g_array_index (self->nodes, NodeOfTree, i).feature : i;

  return &g_array_index (self->features, Feature, n);
}

static void
put_features (const Cascade *self, GByteArray *out, guint n)
{
  for (guint i = 0; i < n; i++)
    put_short (out,
               self->is_new ? g_array_index (self->nodes, NodeOfTree, i).threshold
                            : g_array_index (self->thresholds, gint16, i));
  put_shorts (out, self->left, n);
  put_shorts (out, self->right, n);
  for (guint i = 0; i < n; i++)
    put_byte (out, feature_at (self, i)->n);
  for (guint i = 0; i < n; i++)
    for (guint r = 0; r < feature_at (self, i)->n; r++)
      put_byte (out, g_array_index (self->rects, Rect, feature_at (self, i)->first + r).weight);
  for (guint i = 0; i < n; i++)
    for (guint r = 0; r < feature_at (self, i)->n; r++)
      g_byte_array_append (
          out, g_array_index (self->rects, Rect, feature_at (self, i)->first + r).box, 4);
}

/* Trees of several nodes have more of all of them than there are trees: as the tool does it, the
 * first ones are taken. */
static gboolean
check_features (Cascade *self, guint n, GError **error)
{
  guint have = self->is_new ? self->nodes->len : self->thresholds->len;

  if (n == 0 || have < n || self->left->len < n || self->right->len < n)
    return fail (error, _ ("features, thresholds or values are missing"));
  self->has_trees |= have > n;
  for (guint i = 0; i < n; i++) {
    guint feature = self->is_new ? g_array_index (self->nodes, NodeOfTree, i).feature : i;

    if (feature >= MIN (self->features->len, n) || feature_at (self, i)->n > G_MAXUINT8)
      return fail (error, _ ("it names a feature that is not there"));
  }
  return TRUE;
}

static gboolean
check (Cascade *self, guint stages, GError **error)
{
  gint64 n = 0;

  if (!self->sized[0] || !self->sized[1])
    return fail (error, _ ("it has no size"));
  if (self->stages->len == 0 || self->stages->len > G_MAXUINT8 ||
      self->limits->len != self->stages->len ||
      (self->is_new && self->stage_num != self->stages->len))
    return fail (error, _ ("its stages are not all there"));
  if (stages > self->stages->len || (self->is_new && stages != 0 && stages < self->stages->len)) {
    g_set_error (error,
                 HS_APP_ERROR,
                 HS_APP_ERROR_BAD_ROMFS,
                 self->is_new ? _ ("A cascade of the new form can only be taken whole: %u stages.")
                              : _ ("The cascade has %u stages only."),
                 self->stages->len);
    return FALSE;
  }
  for (guint i = 0; i < self->stages->len; i++) {
    gint64 of_stage = g_array_index (self->stages, gint64, i);

    if (of_stage > G_MAXUINT8)
      return fail (error, _ ("a stage has more than 255 features"));
    n += of_stage;
  }
  return check_features (self, n, error);
}

static GBytes *
write_all (const Cascade *self, guint stages)
{
  GByteArray *out = g_byte_array_new ();
  guint n = 0;

  put_int (out, self->size[0]);
  put_int (out, self->size[1]);
  put_int (out, stages);
  for (guint i = 0; i < stages; i++) {
    put_byte (out, g_array_index (self->stages, gint64, i));
    n += g_array_index (self->stages, gint64, i);
  }
  while (out->len % 4 != 0)
    put_byte (out, 0);
  put_shorts (out, self->limits, stages);
  put_features (self, out, n);
  return g_byte_array_free_to_bytes (out);
}

/* Whole and sensible, with arrays for the caller to clear. */
static gboolean
read_all (Cascade *self, const char *xml, gssize length, guint stages, GError **error)
{
  static const GMarkupParser parser = {
    .start_element = on_start, .end_element = on_end, .text = on_text, .passthrough = on_other
  };
  g_autoptr (GMarkupParseContext) context = g_markup_parse_context_new (&parser, 0, self, NULL);
  g_autoptr (GError) local = NULL;

  if (g_markup_parse_context_parse (context, xml, length, &local) &&
      g_markup_parse_context_end_parse (context, &local))
    return check (self, stages, error);
  if (local->domain == G_MARKUP_ERROR)
    return fail (error, local->message);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * hs_haar_convert:
 * @xml: an OpenCV cascade
 * @length: bytes; -1: it ends with NUL
 * @stages: take only so many; 0: all
 * @error: %HS_APP_ERROR_BAD_ROMFS
 *
 * What the tree's haar2c.py makes of it, byte for byte; where that would write a file that ends too
 * early (fewer stages of the new form, missing values), it is refused.
 */
GBytes *
hs_haar_convert (const char *xml, gssize length, guint stages, GError **error)
{
  g_auto (Cascade) self;

  cascade_init (&self);
  if (!read_all (&self, xml, length, stages, error))
    return NULL;
  return write_all (&self, stages > 0 ? stages : self.stages->len);
}

gboolean
hs_haar_has_trees (const char *xml, gssize length)
{
  g_auto (Cascade) self;

  cascade_init (&self);
  return read_all (&self, xml, length, 0, NULL) && self.has_trees;
}
