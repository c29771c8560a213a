/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "app/firmware/build-log.h"

#include "app/firmware/log-line-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define CHUNK     4096                          /* lines */
#define CACHED    512                           /* objects kept for lines that were looked at */
#define BLOCK     (256 * 1024)                  /* bytes that the filter reads at once */
#define IDLE_US   (2 * G_TIME_SPAN_MILLISECOND) /* that the filter takes at a time */
#define MOST_TEXT (512 * 1024 * 1024)           /* bytes in one piece of memory */

/* Where CHUNK lines begin in the text, and what they are. */
typedef struct {
  guint64 at[CHUNK];
  guint8 kinds[CHUNK];
} Chunk;

struct _HsBuildLog {
  GObject parent_instance;

  /* Under the lock: written by the thread that appends. */
  GMutex lock;
  HsTextStore text;
  GPtrArray *chunks; /* (element-type Chunk) */
  guint n_lines;
  guint n_errors;
  guint first_error;
  gboolean said; /* that the disk is full */

  /* Of the thread that appends. */
  HsLineMaker makers[2]; /* standard output, standard error */
  gboolean is_stderr;    /* whose line is being added */
  GString *clean;        /* lines of one piece, each with its end */
  GArray *lengths;       /* of these, with the end */
  GByteArray *kinds;     /* of these */

  /* Main thread. */
  guint n_known; /* lines that the view was told of */
  HsLogLine *cache[CACHED];
  gboolean filtered;
  gboolean errors_only;
  char *needle;  /* folded; nullable */
  gboolean wide; /* it has more than ASCII */
  GArray *shown; /* (element-type guint32): lines, from 0, that pass the filter */
  guint n_looked;
  guint idle;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (HsBuildLog,
                               hs_build_log,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
forget_objects (HsBuildLog *self)
{
  for (guint i = 0; i < CACHED; i++)
    g_clear_object (&self->cache[i]);
}

static void
hs_build_log_dispose (GObject *object)
{
  HsBuildLog *self = HS_BUILD_LOG (object);

  g_clear_handle_id (&self->idle, g_source_remove);
  forget_objects (self);

  G_OBJECT_CLASS (hs_build_log_parent_class)->dispose (object);
}

static void
hs_build_log_finalize (GObject *object)
{
  HsBuildLog *self = HS_BUILD_LOG (object);

  hs_text_store_close (&self->text);
  g_ptr_array_unref (self->chunks);
  for (guint i = 0; i < G_N_ELEMENTS (self->makers); i++)
    hs_line_maker_clear (&self->makers[i]);
  g_string_free (self->clean, TRUE);
  g_array_unref (self->lengths);
  g_byte_array_unref (self->kinds);
  g_free (self->needle);
  g_array_unref (self->shown);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (hs_build_log_parent_class)->finalize (object);
}

static void
hs_build_log_class_init (HsBuildLogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = hs_build_log_dispose;
  object_class->finalize = hs_build_log_finalize;
}

static void
hs_build_log_init (HsBuildLog *self)
{
  g_mutex_init (&self->lock);
  hs_text_store_open (&self->text);
  self->chunks = g_ptr_array_new_with_free_func (g_free);
  self->clean = g_string_new (NULL);
  self->lengths = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->kinds = g_byte_array_new ();
  self->shown = g_array_new (FALSE, FALSE, sizeof (guint32));
}

HsBuildLog *
hs_build_log_new (void)
{
  return g_object_new (HS_TYPE_BUILD_LOG, NULL);
}

/**
 * hs_build_log_new_for_text:
 * @text: (array length=length): a whole log
 * @length: in bytes, or -1
 */
HsBuildLog *
hs_build_log_new_for_text (const char *text, gssize length)
{
  HsBuildLog *self = hs_build_log_new ();

  hs_build_log_append (self, text, length < 0 ? strlen (text) : (gsize) length, FALSE);
  hs_build_log_end (self);
  hs_build_log_update (self);
  return self;
}

/* --- the thread that appends --- */

static void
note_line (HsBuildLog *self, guint64 at, HsLogKind kind)
{
  guint place = self->n_lines % CHUNK;
  Chunk *chunk;

  if (place == 0)
    g_ptr_array_add (self->chunks, g_new (Chunk, 1));
  chunk = g_ptr_array_index (self->chunks, self->n_lines / CHUNK);
  chunk->at[place] = at;
  chunk->kinds[place] = kind;
  self->n_lines++;
  if (kind != HS_LOG_ERROR)
    return;

  if (self->n_errors++ == 0)
    self->first_error = self->n_lines;
}

static void
take_line (const char *line, gsize length, gpointer data)
{
  HsBuildLog *self = data;
  guint32 with_end = length + 1;
  guint8 kind = hs_log_classify (line, length, self->is_stderr);

  g_string_append_len (self->clean, line, length);
  g_string_append_c (self->clean, '\n');
  g_array_append_val (self->lengths, with_end);
  g_byte_array_append (self->kinds, &kind, 1);
}

/* Once: the lines after it are kept, as long as there is room, in memory. */
static void
say_disk_full (HsBuildLog *self)
{
  g_autofree char *line = g_strdup_printf (
      _ ("Hotshoe: The log can't be written to the disk any more (%s). Only its end is kept."),
      g_strerror (self->text.error_number));
  guint64 at = self->text.end;

  self->said = TRUE;
  hs_text_store_add (&self->text, line, strlen (line));
  hs_text_store_add (&self->text, "\n", 1);
  note_line (self, at, HS_LOG_WARNING);
}

static void
store_lines (HsBuildLog *self)
{
  g_autoptr (GMutexLocker) locker = NULL;
  guint64 at;

  if (self->lengths->len == 0)
    return;

  locker = g_mutex_locker_new (&self->lock);
  at = self->text.end;
  hs_text_store_add (&self->text, self->clean->str, self->clean->len);
  for (guint i = 0; i < self->lengths->len; i++) {
    note_line (self, at, self->kinds->data[i]);
    at += g_array_index (self->lengths, guint32, i);
  }
  if (self->text.error_number != 0 && !self->said)
    say_disk_full (self);
  g_string_truncate (self->clean, 0);
  g_array_set_size (self->lengths, 0);
  g_byte_array_set_size (self->kinds, 0);
}

void
hs_build_log_append (HsBuildLog *self, const char *text, gsize length, gboolean is_stderr)
{
  g_return_if_fail (HS_IS_BUILD_LOG (self));

  self->is_stderr = is_stderr;
  hs_line_maker_feed (&self->makers[is_stderr ? 1 : 0], text, length, take_line, self);
  store_lines (self);
}

void
hs_build_log_end (HsBuildLog *self)
{
  g_return_if_fail (HS_IS_BUILD_LOG (self));

  for (guint i = 0; i < G_N_ELEMENTS (self->makers); i++) {
    self->is_stderr = i == 1;
    hs_line_maker_end (&self->makers[i], take_line, self);
  }
  store_lines (self);
}

guint
hs_build_log_get_n_lines (HsBuildLog *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_lines;
}

guint
hs_build_log_get_n_errors (HsBuildLog *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_errors;
}

guint
hs_build_log_get_first_error (HsBuildLog *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->first_error;
}

/* --- reading, under the lock --- */

static guint64
line_at (HsBuildLog *self, guint line)
{
  const Chunk *chunk;

  if (line >= self->n_lines)
    return self->text.end;
  chunk = g_ptr_array_index (self->chunks, line / CHUNK);
  return chunk->at[line % CHUNK];
}

static HsLogKind
line_kind (HsBuildLog *self, guint line)
{
  const Chunk *chunk = g_ptr_array_index (self->chunks, line / CHUNK);

  return chunk->kinds[line % CHUNK];
}

static HsLogLine *
make_line (HsBuildLog *self, guint line)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  char bytes[HS_LOG_LINE_ENOUGH];
  guint64 at = line_at (self, line);
  gsize length = MIN (line_at (self, line + 1) - at - 1, sizeof bytes);
  gsize n = hs_text_store_read (&self->text, at, bytes, length);

  if (n < length)
    return hs_log_line_new (line + 1, line_kind (self, line), "…", strlen ("…"));
  return hs_log_line_new (line + 1, line_kind (self, line), bytes, length);
}

/* --- the list --- */

static GType
get_item_type (GListModel *model)
{
  return HS_TYPE_LOG_LINE;
}

static guint
get_n_items (GListModel *model)
{
  HsBuildLog *self = HS_BUILD_LOG (model);

  return self->filtered ? self->shown->len : self->n_known;
}

static gpointer
get_item (GListModel *model, guint position)
{
  HsBuildLog *self = HS_BUILD_LOG (model);
  HsLogLine **cached;
  guint line;

  if (position >= get_n_items (model))
    return NULL;

  line = self->filtered ? g_array_index (self->shown, guint32, position) : position;
  cached = &self->cache[line % CACHED];
  if (*cached == NULL || hs_log_line_get_number (*cached) != line + 1) {
    g_clear_object (cached);
    *cached = make_line (self, line);
  }
  return g_object_ref (*cached);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- the filter --- */

static gboolean
has_needle (HsBuildLog *self, const char *text, gsize length)
{
  g_autofree char *valid = NULL;
  g_autofree char *folded = NULL;

  if (!self->wide)
    return memmem (text, length, self->needle, strlen (self->needle)) != NULL;
  valid = g_utf8_make_valid (text, length);
  folded = g_utf8_casefold (valid, -1);
  return strstr (folded, self->needle) != NULL;
}

/* How many lines from @first on fill no more than BLOCK bytes; at least one. */
static guint
count_block (HsBuildLog *self, guint first, guint last)
{
  guint n = 1;

  while (first + n < last && n < CHUNK &&
         line_at (self, first + n + 1) - line_at (self, first) <= BLOCK)
    n++;
  return n;
}

/* Where each of @n lines from @first on begins, the end of the last, and their kinds: copied, so
 * that the lock is held for no longer than that. */
static guint64 *
dup_bounds (HsBuildLog *self, guint first, guint n, guint8 *kinds)
{
  guint64 *bounds = g_new (guint64, n + 1);

  for (guint i = 0; i <= n; i++)
    bounds[i] = line_at (self, first + i);
  for (guint i = 0; i < n; i++)
    kinds[i] = line_kind (self, first + i);
  return bounds;
}

/* The text of a block; what the file has is read without the lock: it does not change. */
static char *
dup_block (HsBuildLog *self, guint64 from, gsize length, gsize *got)
{
  char *text = g_malloc (length + 1);
  gboolean late;

  g_mutex_lock (&self->lock);
  late = from + length > self->text.in_file;
  *got = late ? hs_text_store_read (&self->text, from, text, length) : 0;
  g_mutex_unlock (&self->lock);
  if (!late)
    *got = hs_text_store_read_file (&self->text, from, text, length);
  for (gsize i = 0; i < *got && !self->wide; i++)
    text[i] = g_ascii_tolower (text[i]);
  return text;
}

static gboolean
is_wanted_kind (HsBuildLog *self, HsLogKind kind)
{
  return !self->errors_only || kind == HS_LOG_ERROR || kind == HS_LOG_WARNING;
}

/* Looks at some lines from n_looked on. */
static void
look_block (HsBuildLog *self)
{
  g_autofree guint64 *bounds = NULL;
  g_autofree guint8 *kinds = NULL;
  g_autofree char *text = NULL;
  gsize got = 0;
  guint n;

  g_mutex_lock (&self->lock);
  n = count_block (self, self->n_looked, self->n_known);
  kinds = g_malloc (n);
  bounds = dup_bounds (self, self->n_looked, n, kinds);
  g_mutex_unlock (&self->lock);

  if (self->needle != NULL)
    text = dup_block (self, bounds[0], bounds[n] - bounds[0], &got);
  for (guint i = 0; i < n; i++) {
    guint32 line = self->n_looked + i;
    gsize at = bounds[i] - bounds[0], end = bounds[i + 1] - bounds[0] - 1;

    if (is_wanted_kind (self, kinds[i]) &&
        (self->needle == NULL || (end <= got && has_needle (self, text + at, end - at))))
      g_array_append_val (self->shown, line);
  }
  self->n_looked += n;
}

static gboolean
on_idle (gpointer data)
{
  HsBuildLog *self = data;
  gint64 until = g_get_monotonic_time () + IDLE_US;
  guint before = self->shown->len;
  gboolean more;

  while (self->n_looked < self->n_known && g_get_monotonic_time () < until)
    look_block (self);
  more = self->n_looked < self->n_known;
  if (!more)
    self->idle = 0;
  if (self->shown->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->shown->len - before);
  return more ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
look_on (HsBuildLog *self)
{
  if (self->filtered && self->idle == 0 && self->n_looked < self->n_known)
    self->idle = g_idle_add (on_idle, self);
}

void
hs_build_log_update (HsBuildLog *self)
{
  guint before, n;

  g_return_if_fail (HS_IS_BUILD_LOG (self));

  before = self->n_known;
  n = hs_build_log_get_n_lines (self);
  if (n == before)
    return;

  self->n_known = n;
  if (self->filtered)
    look_on (self);
  else
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, n - before);
}

static gboolean
is_ascii (const char *text)
{
  while (*text != '\0' && g_ascii_isprint (*text))
    text++;
  return *text == '\0';
}

static char *
dup_folded (const char *text)
{
  g_autofree char *valid = NULL;

  if (text == NULL || *text == '\0')
    return NULL;
  valid = g_utf8_make_valid (text, -1);
  return is_ascii (valid) ? g_ascii_strdown (valid, -1) : g_utf8_casefold (valid, -1);
}

/**
 * hs_build_log_filter:
 * @self: a log
 * @text: (nullable): that a line must have, in any case
 * @errors_only: errors and warnings only
 *
 * Changes what is shown. With a filter the list is filled bit by bit, as it is gone through.
 */
void
hs_build_log_filter (HsBuildLog *self, const char *text, gboolean errors_only)
{
  g_autofree char *needle = dup_folded (text);
  guint before;

  g_return_if_fail (HS_IS_BUILD_LOG (self));

  if (g_strcmp0 (needle, self->needle) == 0 && errors_only == self->errors_only)
    return;

  before = get_n_items (G_LIST_MODEL (self));
  g_clear_handle_id (&self->idle, g_source_remove);
  g_free (self->needle);
  self->needle = g_steal_pointer (&needle);
  self->wide = self->needle != NULL && !is_ascii (self->needle);
  self->errors_only = errors_only;
  self->filtered = self->needle != NULL || errors_only;
  self->n_looked = 0;
  g_array_set_size (self->shown, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, get_n_items (G_LIST_MODEL (self)));
  look_on (self);
}

guint
hs_build_log_find_line (HsBuildLog *self, guint number)
{
  guint low = 0, high;

  g_return_val_if_fail (HS_IS_BUILD_LOG (self), G_MAXUINT);

  if (number == 0 || number > self->n_known)
    return G_MAXUINT;
  if (!self->filtered)
    return number - 1;

  high = self->shown->len;
  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (g_array_index (self->shown, guint32, middle) < number - 1)
      low = middle + 1;
    else
      high = middle;
  }
  return low < self->shown->len && g_array_index (self->shown, guint32, low) == number - 1
             ? low
             : G_MAXUINT;
}

/* --- all of it --- */

/* What is there of the bytes from *@at on, at most BLOCK of them; moves *@at behind. */
static gsize
next_bytes (HsBuildLog *self, guint64 *at, char *buffer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gsize n;

  if (*at >= self->text.in_file && self->text.late != NULL && *at < self->text.late_at)
    *at = self->text.late_at; /* lost */
  n = hs_text_store_read (&self->text, *at, buffer, BLOCK);
  *at += n;
  return n;
}

/**
 * hs_build_log_dup_text:
 * @self: a log
 * @error: %G_IO_ERROR_NO_SPACE if it does not fit into memory
 *
 * Returns: (transfer full): every line, whole, without colour codes. Any thread; blocks on a file
 */
GBytes *
hs_build_log_dup_text (HsBuildLog *self, GError **error)
{
  g_autofree char *buffer = g_malloc (BLOCK);
  GByteArray *all = g_byte_array_new ();
  guint64 at = 0;
  gsize n;

  g_return_val_if_fail (HS_IS_BUILD_LOG (self), NULL);

  while ((n = next_bytes (self, &at, buffer)) > 0) {
    g_byte_array_append (all, (const guint8 *) buffer, n);
    if (all->len > MOST_TEXT) {
      g_byte_array_unref (all);
      g_set_error_literal (
          error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _ ("The log is too long to be kept."));
      return NULL;
    }
  }
  return g_byte_array_free_to_bytes (all);
}

/**
 * hs_build_log_save:
 * @self: a log
 * @path: is replaced
 * @error: a #GIOError
 *
 * Any thread; blocks on files.
 */
gboolean
hs_build_log_save (HsBuildLog *self, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) stream = NULL;
  g_autofree char *buffer = g_malloc (BLOCK);
  guint64 at = 0;
  gsize n;

  g_return_val_if_fail (HS_IS_BUILD_LOG (self), FALSE);

  stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, error);
  if (stream == NULL)
    return FALSE;
  while ((n = next_bytes (self, &at, buffer)) > 0)
    if (!g_output_stream_write_all (G_OUTPUT_STREAM (stream), buffer, n, NULL, NULL, error))
      return FALSE;
  return g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, error);
}
