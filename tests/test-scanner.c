/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/scanner.h"

/* Types @text from @from_ms on, one key every @step_ms; all keys must be taken. Returns the time of
 * the last one. */
static gint64
type (HsScanner *scanner, const char *text, gint64 from_ms, int step_ms)
{
  gint64 now = from_ms;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    now = p == text ? from_ms : now + step_ms;
    g_assert_cmpint (hs_scanner_push (scanner, g_utf8_get_char (p), now), ==, HS_SCANNER_TAKE);
  }
  return now;
}

static void
assert_line (HsScanner *scanner, gint64 time_ms, const char *expected)
{
  g_autofree char *line = NULL;

  g_assert_cmpint (hs_scanner_push (scanner, '\n', time_ms), ==, HS_SCANNER_LINE);
  line = hs_scanner_take_line (scanner);
  g_assert_cmpstr (line, ==, expected);
  g_assert_null (hs_scanner_take_line (scanner));
}

static void
test_open (void)
{
  g_autoptr (HsScanner) scanner = hs_scanner_new ();
  gint64 end = type (scanner, "GATE-0471", 1000, 5);

  assert_line (scanner, end + 5, "GATE-0471");
  /* A second Enter, as with CR LF, presses nothing; one that comes by itself does. */
  g_assert_cmpint (hs_scanner_push (scanner, '\n', end + 10), ==, HS_SCANNER_TAKE);
  g_assert_null (hs_scanner_take_line (scanner));
  g_assert_cmpint (hs_scanner_push (scanner, '\n', end + 2000), ==, HS_SCANNER_LEAVE);

  /* Blanks at the ends belong to no number, letters of other scripts may. */
  end = type (scanner, " OPERATOR:Zoë ", 10000, 5);
  assert_line (scanner, end + 5, "OPERATOR:Zoë");
  end = type (scanner, "  ", 20000, 5);
  g_assert_cmpint (hs_scanner_push (scanner, '\n', end + 5), ==, HS_SCANNER_TAKE);
}

static void
test_open_by_hand (void)
{
  g_autoptr (HsScanner) scanner = hs_scanner_new ();
  gint64 end = type (scanner, "GATE-7", 1000, 900);

  assert_line (scanner, end + 2000, "GATE-7");

  /* Forgotten: what comes much later is another line, and Enter alone is the widget's. */
  end = type (scanner, "abc", 20000, 100);
  end = type (scanner, "X-1", end + HS_SCANNER_FORGET_MS, 100);
  assert_line (scanner, end + 100, "X-1");
  end = type (scanner, "abc", 40000, 100);
  g_assert_cmpint (
      hs_scanner_push (scanner, '\n', end + HS_SCANNER_FORGET_MS), ==, HS_SCANNER_LEAVE);
}

/* A key that somebody leant on before the scan is not part of the number; a scanner that stutters
 * loses nothing. */
static void
test_open_stray (void)
{
  g_autoptr (HsScanner) scanner = hs_scanner_new ();
  gint64 end;

  type (scanner, "q", 1000, 5);
  end = type (scanner, "GATE-0471", 1000 + HS_SCANNER_CALM_MS, 5);
  assert_line (scanner, end + 5, "GATE-0471");

  type (scanner, "GATE-", 10000, 5);
  end = type (scanner, "0471", 10000 + 220, 5);
  assert_line (scanner, end + 5, "GATE-0471");
}

/* While a PIN is asked for: a scan is a scan, nothing of it comes back for the entry. */
static void
test_guarded_scan (void)
{
  g_autoptr (HsScanner) scanner = hs_scanner_new ();
  gint64 end;

  hs_scanner_set_guarded (scanner, TRUE);
  end = type (scanner, "4711", 1000, HS_SCANNER_FAST_MS - 1);
  g_assert_false (hs_scanner_settle (scanner, end + 200));
  g_assert_null (hs_scanner_take_typed (scanner));
  end = type (scanner, "-A", end + 300, 5); /* stutters */
  assert_line (scanner, end + 5, "4711-A");
  g_assert_cmpint (hs_scanner_push (scanner, '\n', end + 8), ==, HS_SCANNER_TAKE);
  g_assert_null (hs_scanner_take_typed (scanner));

  /* One without an end is dropped. */
  end = type (scanner, "4711", 5000, 5);
  g_assert_true (hs_scanner_holds (scanner));
  g_assert_false (hs_scanner_settle (scanner, end + HS_SCANNER_CALM_MS));
  g_assert_false (hs_scanner_holds (scanner));
  g_assert_null (hs_scanner_take_typed (scanner));
  g_assert_cmpint (hs_scanner_push (scanner, '\n', end + HS_SCANNER_CALM_MS), ==, HS_SCANNER_LEAVE);
}

static void
assert_typed (HsScanner *scanner, const char *expected)
{
  g_autofree char *typed = hs_scanner_take_typed (scanner);

  g_assert_cmpstr (typed, ==, expected);
}

/* A person's keys come back, one by one or two that were pressed as one. */
static void
test_guarded_person (void)
{
  g_autoptr (HsScanner) scanner = hs_scanner_new ();
  gint64 now = 1000;

  hs_scanner_set_guarded (scanner, TRUE);
  for (int i = 0; i < 4; i++, now += 120) {
    type (scanner, "7", now, 0);
    g_assert_false (hs_scanner_settle (scanner, now + HS_SCANNER_FAST_MS - 1));
    g_assert_true (hs_scanner_settle (scanner, now + HS_SCANNER_FAST_MS));
    assert_typed (scanner, "7");
    g_assert_false (hs_scanner_holds (scanner));
  }

  type (scanner, "12", now, 20);
  g_assert_cmpint (hs_scanner_push (scanner, '\n', now + 40), ==, HS_SCANNER_LEAVE);
  assert_typed (scanner, "12"); /* before its Enter */
  assert_typed (scanner, NULL);

  /* Soon after a scan: the Enter behind what a person typed is the person's. */
  now = type (scanner, "4711", now + 5000, 5);
  assert_line (scanner, now + 5, "4711");
  now = type (scanner, "8", now + 100, 0);
  g_assert_true (hs_scanner_settle (scanner, now + HS_SCANNER_FAST_MS));
  assert_typed (scanner, "8");
  g_assert_cmpint (hs_scanner_push (scanner, '\n', now + 150), ==, HS_SCANNER_LEAVE);

  /* Never enough of them fast enough, even if nobody came to settle it. */
  now += 5000;
  type (scanner, "123", now, 20);
  type (scanner, "456", now + 200, 20);
  g_assert_true (hs_scanner_settle (scanner, now + 300));
  assert_typed (scanner, "123456");
}

/* What was begun on the tiles does not end in the PIN, nor the other way round. */
static void
test_guard_changes (void)
{
  g_autoptr (HsScanner) scanner = hs_scanner_new ();
  gint64 end = type (scanner, "GATE", 1000, 5);

  hs_scanner_set_guarded (scanner, TRUE);
  g_assert_false (hs_scanner_holds (scanner));
  end = type (scanner, "0471", end + 5, 5);
  hs_scanner_set_guarded (scanner, FALSE);
  end = type (scanner, "X", end + 5, 5);
  assert_line (scanner, end + 5, "X");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scanner/open", test_open);
  g_test_add_func ("/scanner/open-by-hand", test_open_by_hand);
  g_test_add_func ("/scanner/open-stray", test_open_stray);
  g_test_add_func ("/scanner/guarded-scan", test_guarded_scan);
  g_test_add_func ("/scanner/guarded-person", test_guarded_person);
  g_test_add_func ("/scanner/guard-changes", test_guard_changes);
  return g_test_run ();
}
