#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Breaks every rule of check-style.py once, in a tree of its own, and expects to be told."""

import importlib.util
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"
BODY = HEAD + "static void\nf (void)\n{\n%s\n}\n"
NESTED = "  if (a) {\n    for (;;) {\n      while (b) {\n        do {\n        } while (c);\n      }\n    }\n  }"

# name, path, text, what must be said (empty: nothing)
CASES = (
    ("clean file", "flash/a.c", HEAD + '#include "flash/a.h"\n', ""),
    ("no licence", "flash/a.c", "int a;\n", "SPDX"),
    ("long file", "flash/a.c", HEAD + "/* x */\n" * 700, "more than 700"),
    ("long function", "flash/a.c", BODY % "\n".join(["  g ();"] * 81), "function of 81"),
    ("longest function", "flash/a.c", BODY % "\n".join(["  g ();"] * 80), ""),
    ("deep nesting", "flash/a.c", BODY % NESTED, "nested"),
    ("guard, not pragma", "flash/a.h", HEAD + "#ifndef A\n#define A\n#endif\n", "pragma"),
    ("store in flash", "flash/a.c", HEAD + '#include "store/catalog.h"\n', "may not include"),
    ("flash in store", "store/a.c", HEAD + '#include "flash/board.h"\n', "may not include"),
    ("ui in app", "app/a.c", HEAD + '#include "ui/window.h"\n', "may not include"),
    ("ui in main", "app/main.c", HEAD + '#include "ui/application.h"\n', ""),
    ("value in ui", "ui/a.c", HEAD + '#include "flash/board.h"\n', ""),
    ("transport in ui", "ui/a.c", HEAD + '#include "flash/transport/bus.h"\n', "may not include"),
    ("bare name", "flash/a.c", HEAD + '#include "board.h"\n', "may not include"),
    ("private of another", "app/a.c", HEAD + '#include "flash/a-private.h"\n', "private"),
    ("libusb outside", "flash/a.c", HEAD + "#include <libusb.h>\n", "libusb.h"),
    ("libusb inside", "flash/transport/a.c", HEAD + "#include <libusb.h>\n", ""),
    ("sqlite outside", "store/journal.c", HEAD + "#include <sqlite3.h>\n", "sqlite3.h"),
    ("sqlite inside", "store/database.c", HEAD + "#include <sqlite3.h>\n", ""),
    ("gtk outside", "app/a.c", HEAD + "#include <gtk/gtk.h>\n", "gtk"),
    ("stdio in flash", "flash/a.c", HEAD + "#include <stdio.h>\n", "stdio"),
    ("blocking call", "ui/a.c", BODY % "  g_dbus_connection_call_sync (c);", "main loop"),
    ("nested loop", "app/a.c", BODY % "  g_main_loop_run (loop);", "nested main loop"),
    ("subprocess", "app/a.c", BODY % "  g_subprocess_new (0, NULL);", "starts programs"),
    ("printing", "store/a.c", BODY % '  g_print ("x");', "instead of printing"),
    ("printing in cli", "app/cli/a.c", BODY % '  g_print ("x");', ""),
    ("a word in a comment", "store/a.c", BODY % "  /* never g_print (x) here */", ""),
    ("exit", "flash/a.c", BODY % "  exit (1);", "never ends"),
    ("unsafe", "flash/a.c", BODY % "  strcpy (a, b);", "unsafe"),
    ("jump", "flash/a.c", BODY % "  goto out;", "goto"),
    ("static state", "flash/a.c", HEAD + "static int current = 0;\n", "mutable static"),
    ("static pointer", "flash/a.c", HEAD + "static const char *name;\n", "mutable static"),
    ("static table", "flash/a.c", HEAD + 'static const char *const n[] = { "a" };\n', ""),
    ("property table", "flash/a.c", HEAD + "static GParamSpec *props[N_PROPS];\n", ""),
    ("static in function", "flash/a.c", BODY % "  static guint n;", "mutable static"),
    ("formatted SQL", "store/a.c", BODY % '  run ("DELETE FROM t "\n       "WHERE a = %s");', "SQL"),
    ("SQL in app", "app/a.c", BODY % '  run ("SELECT a FROM t");', "outside store"),
    ("board name", "app/a.c", BODY % '  if (is (b, "CAM_ONE"))\n    return;', "board name"),
    ("board in a text", "app/a.c", BODY % '  say ("like CAM_ONE*3");', ""),
    ("wildcard in SQL", "store/a.c", BODY % '  run ("SELECT a FROM t WHERE b LIKE \'c%\'");', ""),
    ("unlisted strings", "app/a.c", BODY % '  say (_("Hello"));', "POTFILES"),
    ("listed strings", "app/listed.c", BODY % '  say (_("Hello"));', ""),
    ("machine path", "app/a.c", HEAD + '#define A "/ho' 'me/jo/x"\n', "absolute path"),
    ("ticket", "app/a.c", HEAD + "/* see iss" "ue 12 */\n", "ticket"),
    ("left-over", "app/a.c", HEAD + "/* TO" "DO */\n", "left-over"),
    ("blanks", "app/a.c", HEAD + "int a; \n", "trailing"),
    ("plain label", "ui/a.ui", '<property name="label">Flash</property>\n', "not translatable"),
)


def load():
    spec = importlib.util.spec_from_file_location("check_style", os.path.join(HERE, "check-style.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write(root, path, text):
    os.makedirs(os.path.join(root, os.path.dirname(path)), exist_ok=True)
    with open(os.path.join(root, path), "w", encoding="utf-8") as stream:
        stream.write(text)


def run_case(style, path, text):
    with tempfile.TemporaryDirectory() as root:
        write(root, "flash/board-table.c", HEAD + '/* { .id = "CAM_ONE" } */\n')
        write(root, "po/POTFILES.in", "app/listed.c\n")
        if path != "app/listed.c":
            write(root, "app/listed.c", HEAD)
        write(root, path, text)
        return "\n".join(style.findings(root))


def main():
    style = load()
    failed = 0
    print(f"1..{len(CASES)}")
    for n, (name, path, text, expected) in enumerate(CASES, 1):
        said = run_case(style, path, text)
        good = expected in said if expected else not said
        failed += not good
        print(f"{'ok' if good else 'not ok'} {n} - {name}")
        if not good:
            print(f"# expected {expected or 'nothing'!r}, got {said or 'nothing'!r}".replace("\n", "\n# "))
    return 1 if failed else 0


sys.exit(main())
