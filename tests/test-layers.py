#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stray include must not compile: each library is given only what its own layer may use.

    test-layers.py compile_commands.json

Takes the compiler call of one file of each library and hands it one #include on standard input.
(sqlite3.h lies where every compiler looks; check-style.py guards that one.)
"""

import json
import os
import shlex
import subprocess
import sys

GTK, ADWAITA = "gtk/gtk.h", "adwaita.h"
JSON, LIBUSB = "json-glib/json-glib.h", "libusb.h"
# folder -> what must not be found; what must be, so that the test can't pass by being broken
FENCES = {
    "flash": ((GTK, ADWAITA, JSON), "gio/gio.h"),
    "store": ((GTK, ADWAITA, LIBUSB), "gio/gio.h"),
    "app": ((GTK, ADWAITA, LIBUSB), JSON),
    "ui": ((LIBUSB,), ADWAITA),
}


def compiler_call(entry):
    """The call without what it compiles and where it puts it."""
    words = shlex.split(entry["command"])
    call = []
    skip = 0
    for word in words:
        if skip:
            skip -= 1
        elif word in ("-o", "-MF", "-MQ", "-MT"):
            skip = 1
        elif word in ("-c", "-MD", "-MMD") or os.path.basename(word) == os.path.basename(entry["file"]):
            pass
        else:
            call.append(word)
    return [word for word in call if os.path.basename(word) != "ccache"]


def compiles(entry, header):
    call = compiler_call(entry) + ["-fsyntax-only", "-x", "c", "-"]
    result = subprocess.run(call, input=f"#include <{header}>\n", text=True, cwd=entry["directory"],
                            capture_output=True, check=False)
    return result.returncode == 0


def main():
    with open(sys.argv[1], encoding="utf-8") as stream:
        entries = json.load(stream)
    lines = []
    for folder, (forbidden, needed) in FENCES.items():
        entry = next((e for e in entries if f"libhs-{folder}.a.p/" in e.get("output", "")), None)
        if entry is None:
            lines.append(f"ok {len(lines) + 1} - {folder} # SKIP not built")
            continue
        good = compiles(entry, needed)
        lines.append(f"{'ok' if good else 'not ok'} {len(lines) + 1} - {folder} finds {needed}")
        for header in forbidden:
            good = not compiles(entry, header)
            lines.append(f"{'ok' if good else 'not ok'} {len(lines) + 1} - {folder} can't see {header}")
    print(f"1..{len(lines)}")
    print("\n".join(lines))
    return any(line.startswith("not ok") for line in lines)


sys.exit(main())
