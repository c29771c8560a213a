/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "flash/image-parts.h"

#include <string.h>

#define VERSION_FIRST "OpenMV "
#define VERSION_NEXT  "; MicroPython "
#define BUILT_NEXT    " on "
#define FROZEN_MARK   "_boot.py"
#define LONGEST_TAG   64
#define LONGEST_NAME  128
#define MOST_NAMES    4096

/* A look at bytes that knows where they end. */
typedef struct {
  const guint8 *bytes;
  gsize size;
} View;

/* The next place of @needle at or behind @from; view->size if there is none. */
static gsize
find (const View *view, gsize from, const char *needle)
{
  const guint8 *found = NULL;

  if (from < view->size)
    found = memmem (view->bytes + from, view->size - from, needle, strlen (needle));
  return found != NULL ? found - view->bytes : view->size;
}

static guint8
at (const View *view, gsize offset)
{
  return offset < view->size ? view->bytes[offset] : 0;
}

/* @text as a word of its own: a whole C string, or the front of the legacy "ARCH [TYPE:id]". */
static gboolean
has_word (const View *view, const char *text)
{
  gsize length = strlen (text);

  for (gsize i = find (view, 0, text); i < view->size; i = find (view, i + 1, text)) {
    gboolean begins = i == 0 || !g_ascii_isalnum (view->bytes[i - 1]);
    guint8 next = at (view, i + length);

    if (begins && (next == 0 || (next == ' ' && at (view, i + length + 1) == '[')))
      return TRUE;
  }
  return FALSE;
}

/* Of the boards that share what was found, the one whose machine is named as well; all if none is.
 */
static void
keep_machine (GPtrArray *boards, const View *view)
{
  const HsBoard *named = NULL;

  for (guint i = 0; boards->len > 1 && i < boards->len; i++) {
    const HsBoard *board = g_ptr_array_index (boards, i);

    if (board->machine == NULL || !has_word (view, board->machine))
      continue;
    if (named != NULL)
      return;
    named = board;
  }
  if (named == NULL)
    return;
  g_ptr_array_set_size (boards, 0);
  g_ptr_array_add (boards, (gpointer) named);
}

/**
 * hs_strings_find_boards:
 *
 * The boards that the image names: by OMV_BOARD_ARCH, which a firmware always holds, else by what
 * the REPL calls the machine; by both where boards share one (RP2040).
 *
 * Returns: (transfer full) (element-type HsBoard): may be empty; borrowed elements
 */
GPtrArray *
hs_strings_find_boards (const guint8 *bytes, gsize size)
{
  const View view = { bytes, size };
  g_autoptr (GPtrArray) boards = g_ptr_array_new ();
  const HsBoard *board;

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    if (board->arch != NULL && has_word (&view, board->arch))
      g_ptr_array_add (boards, (gpointer) board);
  keep_machine (boards, &view);
  if (boards->len > 0)
    return g_steal_pointer (&boards);

  for (guint i = 0; (board = hs_board_nth (i)) != NULL; i++)
    if (board->machine != NULL && has_word (&view, board->machine))
      g_ptr_array_add (boards, (gpointer) board);
  return g_steal_pointer (&boards);
}

static gboolean
is_version_header (const View *view, gsize offset)
{
  static const guint8 zeros[25];

  return offset + 32 <= view->size && memcmp (view->bytes + offset + 7, zeros, sizeof zeros) == 0;
}

/**
 * hs_strings_find_bootloader:
 * @version: (out): as bcdDevice; 0 unknown
 *
 * Whether the bytes hold OpenMV's bootloader: its version header (the magic word alone is in every
 * firmware too, which writes it to enter the bootloader) or its USB product string.
 */
gboolean
hs_strings_find_bootloader (const guint8 *bytes, gsize size, guint16 *version)
{
  const View view = { bytes, size };
  const char *magic = "\xAD\x10\x07\xB0";

  *version = 0;
  for (gsize i = find (&view, 0, magic); i < size; i = find (&view, i + 1, magic))
    if (is_version_header (&view, i)) {
      *version = bytes[i + 4] << 8 | (bytes[i + 5] & 0x0F) << 4 | (bytes[i + 6] & 0x0F);
      return TRUE;
    }
  return find (&view, 0, "OpenMV Camera (DFU Mode)") < size;
}

static gboolean
is_tag_char (guint8 c)
{
  return g_ascii_isalnum (c) || c == '.' || c == '-' || c == '+' || c == '_';
}

/* How many bytes from @from can belong to a version. */
static gsize
tag_length (const View *view, gsize from)
{
  gsize length = 0;

  while (length < LONGEST_TAG && from + length < view->size &&
         is_tag_char (view->bytes[from + length]))
    length++;
  return length;
}

static gboolean
starts_with (const View *view, gsize from, const char *text)
{
  gsize length = strlen (text);

  return from <= view->size && view->size - from >= length &&
         memcmp (view->bytes + from, text, length) == 0;
}

/* "OpenMV <tag>; MicroPython <tag>" of the banner. */
static void
read_versions (HsImage *self, const View *view)
{
  for (gsize i = find (view, 0, VERSION_FIRST); i < view->size;
       i = find (view, i + 1, VERSION_FIRST)) {
    gsize omv = i + strlen (VERSION_FIRST);
    gsize omv_length = tag_length (view, omv);
    gsize mpy = omv + omv_length + strlen (VERSION_NEXT);

    if (omv_length == 0 || !starts_with (view, omv + omv_length, VERSION_NEXT))
      continue;
    self->omv_version = g_strndup ((const char *) view->bytes + omv, omv_length);
    if (tag_length (view, mpy) > 0)
      self->mpy_version = g_strndup ((const char *) view->bytes + mpy, tag_length (view, mpy));
    self->dirty = g_str_has_suffix (self->omv_version, ".dirty") ||
                  g_str_has_suffix (self->omv_version, "-dirty");
    return;
  }
}

static gboolean
is_date (const View *view, gsize from)
{
  static const char shape[] = "dddd-dd-dd";

  for (guint i = 0; i < strlen (shape); i++) {
    guint8 c = at (view, from + i);

    if (shape[i] == 'd' ? !g_ascii_isdigit (c) : c != shape[i])
      return FALSE;
  }
  return TRUE;
}

/* "<MicroPython tag> on <date>" of os.uname(). */
static void
read_date (HsImage *self, const View *view)
{
  g_autofree char *text = NULL;

  if (self->mpy_version == NULL)
    return;

  text = g_strconcat (self->mpy_version, BUILT_NEXT, NULL);
  for (gsize i = find (view, 0, text); i < view->size; i = find (view, i + 1, text)) {
    gsize date = i + strlen (text);

    if (is_date (view, date)) {
      self->built = g_strndup ((const char *) view->bytes + date, 10);
      return;
    }
  }
}

static gboolean
is_name_char (guint8 c)
{
  return is_tag_char (c) || c == '/';
}

/* Where the name that ends before the NUL at @end begins; @end if there is no "….py". */
static gsize
name_before (const View *view, gsize end)
{
  gsize begin = end;

  while (begin > 0 && end - begin < LONGEST_NAME && is_name_char (view->bytes[begin - 1]))
    begin--;
  return end - begin > 3 && starts_with (view, end - 3, ".py") ? begin : end;
}

/* Adds the names that follow, up to the empty one that ends the table. Returns where it ends. */
static gsize
add_names_behind (GPtrArray *names, const View *view, gsize from)
{
  while (names->len < MOST_NAMES) {
    gsize length = 0;

    while (length < LONGEST_NAME && is_name_char (at (view, from + length)))
      length++;
    if (length <= 3 || at (view, from + length) != 0 || from + length >= view->size ||
        !starts_with (view, from + length - 3, ".py"))
      break;
    g_ptr_array_add (names, g_strndup ((const char *) view->bytes + from, length));
    from += length + 1;
  }
  return from;
}

/* The table of frozen names around the one at @mark: NUL-ended names without a gap. @from: where
 * the last table ended; moved behind this one, so that no byte is read twice. */
static GPtrArray *
read_table (const View *view, gsize mark, gsize *from)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  gsize first = mark;
  gsize end;

  while (first > *from && view->bytes[first - 1] == 0) {
    gsize begin = name_before (view, first - 1);

    if (begin == first - 1 || begin < *from)
      break;
    first = begin;
  }
  end = add_names_behind (names, view, first);
  *from = MAX (end, mark + 1);
  return names;
}

/* mp_frozen_names: string-frozen files, then compiled ones in the manifest's order. The name of
 * the boot script also stands alone where the start-up code asks for it: the longest table counts.
 */
static void
read_frozen (HsImage *self, const View *view)
{
  g_autoptr (GPtrArray) best = NULL;
  gsize from = 0;

  for (gsize i = find (view, 0, FROZEN_MARK); i < view->size;
       i = find (view, MAX (from, i + 1), FROZEN_MARK)) {
    g_autoptr (GPtrArray) names = NULL;

    if (at (view, i + strlen (FROZEN_MARK)) != 0)
      continue;
    names = read_table (view, i, &from);
    if (names->len > 0 && (best == NULL || names->len > best->len)) {
      g_clear_pointer (&best, g_ptr_array_unref);
      best = g_steal_pointer (&names);
    }
  }

  if (best != NULL) {
    g_ptr_array_add (best, NULL);
    self->frozen = (char **) g_ptr_array_free (g_steal_pointer (&best), FALSE);
  }
}

/* What a firmware says about itself; leaves unknown what it doesn't say. */
void
hs_image_read_strings (HsImage *self, const guint8 *bytes, gsize size)
{
  const View view = { bytes, size };

  read_versions (self, &view);
  read_date (self, &view);
  read_frozen (self, &view);
}
