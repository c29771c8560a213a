/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/window-fixture.h"
#include "ui/drawing.h"

#include <string.h>

#define FOLDER "/io/github/hotshoe/Hotshoe/guide/"

typedef void (*DrawingFunc) (const char *path, const char *svg);

static void
for_each (DrawingFunc func)
{
  g_auto (GStrv) names = g_resources_enumerate_children (FOLDER, 0, NULL);
  guint n = 0;

  g_assert_nonnull (names);
  for (; names[n] != NULL; n++) {
    g_autofree char *path = g_strconcat (FOLDER, names[n], NULL);
    g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
    g_autofree char *svg = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

    g_test_message ("%s", names[n]);
    func (path, svg);
  }
  g_assert_cmpuint (n, >, 20);
}

/* What is between the marks is exchanged for the theme's own. */
static char *
without_theme (const char *svg)
{
  const char *start = strstr (svg, "/*theme*/");
  const char *end = strstr (svg, "/*end*/");
  g_autofree char *head = NULL;

  g_assert_nonnull (start);
  g_assert_nonnull (end);
  g_assert_true (start < end);
  g_assert_null (strstr (end + 1, "/*theme*/"));
  head = g_strndup (svg, start - svg);
  return g_strconcat (head, end, NULL);
}

static gboolean
is_class (const char *name)
{
  const char *known;

  if (g_str_has_prefix (name, "s-"))
    name += 2;
  for (guint i = 0; (known = hs_drawing_nth_class (i)) != NULL; i++)
    if (g_str_equal (known, name))
      return TRUE;
  return FALSE;
}

static void
check_classes (const char *path, const char *svg)
{
  g_autoptr (GRegex) regex = g_regex_new ("class=\"([^\"]*)\"", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, svg, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL)) {
    g_autofree char *value = g_match_info_fetch (match, 1);
    g_auto (GStrv) names = g_strsplit (value, " ", -1);

    for (guint i = 0; names[i] != NULL; i++)
      if (!is_class (names[i]))
        g_error ("%s: class %s is not of the theme", path, names[i]);
  }
}

static void
check_colours (const char *path, const char *svg)
{
  g_autofree char *rest = without_theme (svg);
  g_autoptr (GRegex) regex =
      g_regex_new ("#[0-9a-f]{3}|rgba?\\(|(fill|stroke)=\"(?!none\")|opacity|gradient|<image|href=",
                   G_REGEX_CASELESS,
                   0,
                   NULL);

  if (g_regex_match (regex, rest, 0, NULL))
    g_error ("%s has a colour of its own", path);
}

/* Only what is printed on boards, and the order in which hands do things, needs no translation. */
static void
check_texts (const char *path, const char *svg)
{
  static const char *const printed[] = { "BOOT", "BOOT0", "BOOT1", "RST", "SBL", "3.3V",
                                         "VCC",  "1",     "2",     "3",   NULL };
  g_autoptr (GRegex) regex = g_regex_new (">([^<>]+)</text>", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  for (g_regex_match (regex, svg, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL)) {
    g_autofree char *text = g_match_info_fetch (match, 1);

    if (!g_strv_contains (printed, text))
      g_error ("%s: “%s” is printed on no board", path, text);
  }
}

/* In every theme it is a picture. */
static void
check_parses (const char *path, const char *svg)
{
  for (guint theme = 0; theme < 4; theme++) {
    g_autofree char *themed = hs_drawing_apply_theme (svg, theme & 1, theme & 2);
    g_autoptr (GdkPixbufLoader) loader = gdk_pixbuf_loader_new_with_type ("svg", NULL);
    g_autoptr (GError) error = NULL;

    if (loader == NULL)
      return;
    g_assert_true (
        gdk_pixbuf_loader_write (loader, (const guint8 *) themed, strlen (themed), &error));
    g_assert_no_error (error);
    g_assert_true (gdk_pixbuf_loader_close (loader, &error));
    g_assert_no_error (error);
    g_assert_nonnull (gdk_pixbuf_loader_get_pixbuf (loader));
  }
}

static void
test_classes (void)
{
  for_each (check_classes);
}

static void
test_colours (void)
{
  for_each (check_colours);
}

static void
test_texts (void)
{
  for_each (check_texts);
}

static void
test_parse (void)
{
  for_each (check_parses);
}

/* It follows the resource, and is what it says to those who can't see it. */
static void
test_widget (void)
{
  GtkWidget *window = gtk_window_new ();
  HsDrawing *drawing = g_object_new (
      HS_TYPE_DRAWING, "width", 400, "accessible-role", GTK_ACCESSIBLE_ROLE_IMG, NULL);
  int minimum = 0, natural = 0;

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (drawing));
  g_assert_false (hs_drawing_get_shown (drawing));
  hs_drawing_set_resource (drawing, FOLDER "st-boot-rst.svg");
  hs_drawing_set_alternative_text (drawing, "A jumper");
  g_assert_true (hs_drawing_get_shown (drawing));
  g_assert_true (
      gtk_test_accessible_has_property (GTK_ACCESSIBLE (drawing), GTK_ACCESSIBLE_PROPERTY_LABEL));
  gtk_widget_measure (
      GTK_WIDGET (drawing), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (natural, ==, 400);
  g_assert_cmpint (minimum, <, 200);
  gtk_window_present (GTK_WINDOW (window));
  spin_for (100);
  hs_drawing_set_resource (drawing, FOLDER "no-such-drawing.svg");
  g_assert_false (hs_drawing_get_shown (drawing));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  window_test_init (&argc, &argv);
  g_test_add_func ("/drawings/classes", test_classes);
  g_test_add_func ("/drawings/colours", test_colours);
  g_test_add_func ("/drawings/texts", test_texts);
  g_test_add_func ("/drawings/parse", test_parse);
  g_test_add_func ("/drawings/widget", test_widget);
  return g_test_run ();
}
