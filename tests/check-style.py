#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds what a compiler can't: layers, forbidden calls, sizes, marked strings. See CONTRIBUTING.md.

    check-style.py [ROOT]

Prints one line per finding, "file:line: what", and exits 1 if there was one. Every rule is a
function that takes a Source and yields (line number, text); RULES at the end lists them.
"""

import os
import re
import subprocess
import sys

MAX_FILE = 700
MAX_FUNCTION = 80
MAX_NESTING = 3

# What each folder may include of the others. ui/ sees value types only: what rows show.
VALUE_HEADERS = {
    "flash/board.h", "flash/device.h", "flash/error.h", "flash/identity.h", "flash/image.h",
    "flash/progress.h", "flash/usb-info.h", "flash/version.h",
    "store/catalog-numbers.h", "store/catalog-releases.h", "store/catalog-units.h",
    "store/kinds.h", "store/release.h", "store/store-error.h", "store/story.h", "store/values.h",
}
LAYERS = {
    "flash": ("flash/",),
    "store": ("store/",),
    "app": ("app/", "flash/", "store/"),
    "ui": ("ui/", "app/"),
    "tests": ("tests/", "flash/", "store/", "app/", "ui/"),
}
# Header -> where it may be included.
FENCED_HEADERS = (
    (re.compile(r"libusb"), re.compile(r"flash/transport/")),
    (re.compile(r"sqlite3\.h"), re.compile(r"store/(database|statement)(-private)?\.[ch]$")),
    (re.compile(r"(gtk|gdk|gsk|adwaita)\b"), re.compile(r"ui/")),
    (re.compile(r"stdio\.h"), re.compile(r"(app|ui)/")),
)
# Call -> where it is allowed, why it is not elsewhere. Tests may call everything but the last.
FORBIDDEN_CALLS = (
    (r"(?!g_settings_sync\b)\w+_sync", r"$^", "blocks the main loop"),
    (r"g_settings_sync", r"app/cli/", "blocks the main loop"),
    (r"g_main_loop_run|g_main_context_iteration", r"app/(main|session|firmware/build-queue)\.c$", "nested main loop"),
    (r"g_subprocess_\w+|g_spawn_\w+", r"app/command(-drive|-group|-stream)?\.c$", "only app/command*.c starts programs"),
    (r"printf|fprintf|vprintf|puts|putchar|fputs|perror|g_print|g_printerr",
     r"app/(cli/.*|main)\.c$", "returns errors instead of printing"),
    (r"exit|_exit|abort|system|popen", r"app/main\.c$", "a library never ends the program"),
    (r"sqlite3_\w+", r"store/(database|statement)\.[ch]$", "only HsStatement talks to SQLite"),
    (r"libusb_\w+", r"flash/transport/", "only the transport talks to libusb"),
    (r"gtk_builder_get_object", r"$^", "templates bind children"),
    (r"g_main_context_invoke(_full)?", r"$^", "runs on the calling thread by luck of timing"),
    (r"g_error", r"$^", "g_error() ends the program"),
)
UNSAFE_CALLS = (r"gets|strcpy|strcat|sprintf|vsprintf|strtok|alloca|g_alloca|atoi|atol|strncpy",
                "unsafe call")
STATIC_TYPES = re.compile(r"GParamSpec \*|guint \w*signals?\b|gsize \w*(once|initialized|ready)\b")
TRANSLATED = re.compile(r"(?<![\w])(_|N_|C_|NC_|Q_|ngettext|g_dngettext|g_dpgettext2?) ?\(\s*\"")
UI_STRINGS = re.compile(
    r'name="(label|title|subtitle|tooltip-text|placeholder-text|description|heading|body)"(?P<rest>[^>]*)>'
    r"(?P<text>[^<]*[A-Za-z]{2}[^<]*)<")
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|WITH)\b")
CONVERSION = re.compile(r"%[-+ #0-9.*]*(l|ll|h|z)?[sdiuxXfgcpqQw]")
SQL_ELSEWHERE = re.compile(r"\s*(SELECT .* FROM|INSERT INTO|UPDATE \w+ SET|DELETE FROM)\b")
# In pieces, so that this file passes its own check.
MACHINE_PATHS = re.compile(r"/ho" r"me/[a-z]|/ro" r"ot/|/wo" r"rk/|/Use" r"rs/[a-z]")
ISSUE = re.compile(r"\b[Ii]ssue" r"s? #?\d|\b([Ff]ixes|[Cc]loses|[Ss]ee|[Rr]efs) " r"#\d")
LEFT_OVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
TEXT_ENDINGS = (".c", ".h", ".ui", ".css", ".py", ".sh", ".sql", ".md", ".build", ".rules", ".in",
                ".po", ".xml", ".desktop", ".txt", ".json")


class Source:
    """One file: its path in the tree, lines, and for C the lines without comments and strings."""

    def __init__(self, root, path):
        self.root, self.path = root, path
        self.folder = path.split("/")[0]
        with open(os.path.join(root, path), encoding="utf-8") as stream:
            self.text = stream.read()
        self.lines = self.text.split("\n")
        self.is_c = path.endswith((".c", ".h"))
        self.code = blank(self.text, strings=False) if self.is_c else ""
        self.bare = blank(self.text, strings=True) if self.is_c else ""

    def line_at(self, offset):
        return self.text.count("\n", 0, offset) + 1


def blank(text, strings):
    """Replaces comments (and the inside of strings) by spaces; offsets and lines stay."""
    token = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)

    def replace(match):
        word = match.group(0)
        if word[0] == "/":
            return re.sub(r"[^\n]", " ", word)
        if not strings:
            return word
        return word[0] + " " * (len(word) - 2) + word[-1]

    return token.sub(replace, text)


def literals(source):
    """Yields (offset, text) of every string literal, adjacent ones joined."""
    for match in re.finditer(r'"((?:\\.|[^"\\\n])*)"(?:\s*(?:PRI\w+|G_G\w+_FORMAT)?\s*"((?:\\.|[^"\\\n])*)")*',
                             source.code):
        yield match.start(), "".join(re.findall(r'"((?:\\.|[^"\\\n])*)"', match.group(0)))


def check_text(source):
    if not source.text.endswith("\n") and source.text:
        yield len(source.lines), "no newline at the end"
    for n, line in enumerate(source.lines, 1):
        if line != line.rstrip():
            yield n, "trailing blanks"
        if "\t" in line and source.path.endswith((".c", ".h", ".py", ".ui", ".sql", ".css")):
            yield n, "tab"
        if MACHINE_PATHS.search(line):
            yield n, "absolute path of one machine"
        if ISSUE.search(line):
            yield n, "number of a ticket: say what it was about"
        if LEFT_OVER.search(line):
            yield n, "left-over mark"


def check_head(source):
    if source.path.endswith((".c", ".h", ".py", ".sh", ".sql", ".css")) or source.lines[0].startswith("#!"):
        if not any("SPDX-License-Identifier: GPL-3.0-or-later" in line for line in source.lines[:3]):
            yield 1, "no SPDX line"
    # A precompiled header is compiled as a main file, which may not say it.
    if source.path.endswith(".h") and "/pch/" not in source.path and "#pragma once" not in source.text:
        yield 1, "no #pragma once"


def check_size(source):
    if source.path.endswith((".c", ".h", ".py", ".sh", ".ui")) and len(source.lines) - 1 > MAX_FILE:
        yield 1, f"{len(source.lines) - 1} lines, more than {MAX_FILE}"


def check_functions(source):
    """Bodies start and end with a brace in column one: clang-format sees to that."""
    start = None
    depth = []
    for n, line in enumerate(source.bare.split("\n") if source.path.endswith(".c") else (), 1):
        if start is None:
            if line == "{":
                start, depth = n, []
            continue
        if line == "}":
            if n - start - 1 > MAX_FUNCTION:
                yield start, f"function of {n - start - 1} lines, more than {MAX_FUNCTION}"
            start = None
            continue
        for match in re.finditer(r"[{}]", line):
            before = line[:match.start()]
            if match.group(0) == "{":
                depth.append(bool(re.search(r"(\) |\belse |\bdo )$", before)))
                if depth[-1] and sum(depth) == MAX_NESTING + 1:
                    yield n, f"nested deeper than {MAX_NESTING}"
            elif depth:
                depth.pop()


def check_includes(source):
    for match in re.finditer(r'^#\s*include\s*([<"])([^>"]+)[>"]', source.code, re.MULTILINE):
        line, quote, name = source.line_at(match.start()), match.group(1), match.group(2)
        if quote == '"' and name != "config.h" and not name.endswith(("-resources.h", "-enums.h")):
            allowed = name.startswith(LAYERS.get(source.folder, ()))
            if source.folder == "ui" and name in VALUE_HEADERS:
                allowed = True
            if source.path == "app/main.c" and name == "ui/application.h":
                allowed = True
            if not allowed:
                yield line, f"{source.folder}/ may not include {name}"
            if name.endswith("-private.h") and source.folder != "tests" and \
                    os.path.dirname(name) != os.path.dirname(source.path):
                yield line, f"{name} is private to its folder"
        for header, where in FENCED_HEADERS:
            if quote == "<" and header.match(name) and source.folder != "tests" and \
                    not where.match(source.path):
                yield line, f"{name} may not be included here"


def check_calls(source):
    for names, where, why in FORBIDDEN_CALLS:
        if source.folder == "tests" or re.match(where, source.path):
            continue
        for match in re.finditer(rf"(?<![\w>.])({names}) ?\(", source.bare):
            yield source.line_at(match.start()), f"{match.group(1)} (): {why}"
    for match in re.finditer(rf"(?<![\w>.])({UNSAFE_CALLS[0]}) ?\(", source.bare):
        yield source.line_at(match.start()), f"{match.group(1)} (): {UNSAFE_CALLS[1]}"
    for match in re.finditer(r"\bgoto \w+;", source.bare):
        yield source.line_at(match.start()), "goto: use g_auto* and early return"


def check_statics(source):
    """No mutable variable with static storage: two sessions in one process must not share any."""
    if source.folder == "tests":
        return
    for match in re.finditer(r"^( *)static (?!inline\b)([^();={\n]*?)(\[[^\]]*\] *)*(=|;|\{)",
                             source.bare, re.MULTILINE):
        words = match.group(2)
        if STATIC_TYPES.match(words):
            continue
        if re.match(r"const\b", words) and ("*" not in words or re.search(r"\*\s*const\b", words)):
            continue
        if re.match(r"\w+ (\*+ *)?const \w+$", words) or re.search(r"\bconst$", words.strip()):
            continue
        yield source.line_at(match.start()), f"mutable static variable: {words.strip()}"


def check_sql(source):
    if source.folder == "tests":
        return
    for offset, text in literals(source):
        if SQL.match(text) and CONVERSION.search(text) and source.folder == "store":
            yield source.line_at(offset), "SQL with a format: use numbered parameters"
        if SQL_ELSEWHERE.match(text) and source.folder != "store":
            yield source.line_at(offset), "SQL outside store/"


def check_boards(source):
    """Only the table knows boards by name; everything else asks it. Examples in texts are fine."""
    if source.folder == "tests" or re.match(r"flash/board-table[\w-]*\.[ch]$", source.path):
        return
    names = board_names(source.root)
    for match in re.finditer(r"\b[A-Z][A-Z0-9_]+\b", source.bare):
        if match.group(0) in names:
            yield source.line_at(match.start()), f"board name {match.group(0)} outside the table"
    for offset, text in literals(source):
        if text in names:
            yield source.line_at(offset), f"board name {text} outside the table"


def board_names(root):
    if root not in board_names.known:
        names = set()
        folder = os.path.join(root, "flash")
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            if re.match(r"board-table[\w-]*\.c$", name):
                with open(os.path.join(folder, name), encoding="utf-8") as stream:
                    names.update(re.findall(r'\.id = "(\w+)"', stream.read()))
        board_names.known[root] = names
    return board_names.known[root]


board_names.known = {}


def check_ui(source):
    if not source.path.endswith(".ui"):
        return
    for match in UI_STRINGS.finditer(source.text):
        if "translatable=" not in match.group("rest"):
            yield source.line_at(match.start()), f"not translatable: {match.group('text').strip()}"


EVERYWHERE = (check_text, check_head, check_size, check_ui)
IN_C = (check_functions, check_includes, check_calls, check_statics, check_sql, check_boards)


def has_strings(source):
    if source.folder in ("tests", "po"):
        return False
    if source.is_c:
        return bool(TRANSLATED.search(source.code))
    if source.path.endswith(".ui"):
        return 'translatable="' in source.text
    return source.path.endswith((".desktop.in", ".metainfo.xml.in", ".desktop.in.in"))


def check_potfiles(root, sources):
    path = os.path.join(root, "po", "POTFILES.in")
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as stream:
        listed = [line.strip() for line in stream if line.strip() and not line.startswith("#")]
    if listed != sorted(listed):
        yield "po/POTFILES.in:1: not sorted"
    for name in sorted(set(listed)):
        if not os.path.exists(os.path.join(root, name)):
            yield f"po/POTFILES.in:1: {name} does not exist"
        if listed.count(name) > 1:
            yield f"po/POTFILES.in:1: {name} is listed twice"
    for source in sources:
        if has_strings(source) and source.path not in listed:
            yield f"{source.path}:1: has strings to translate and is not in po/POTFILES.in"


def tree(root):
    """The files git knows or would add; without git, all but build folders."""
    found = subprocess.run(["git", "-C", root, "ls-files", "-z", "-co", "--exclude-standard"],
                           capture_output=True, check=False)
    if found.returncode == 0 and found.stdout:
        return sorted({p for p in found.stdout.decode().split("\0")
                       if p and os.path.isfile(os.path.join(root, p))})
    paths = []
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if not f.startswith((".git", "build", "_build"))]
        paths += [os.path.relpath(os.path.join(folder, name), root) for name in names]
    return sorted(paths)


def findings(root):
    sources = []
    for path in tree(root):
        if path.endswith(TEXT_ENDINGS) or os.path.basename(path) == "run":
            sources.append(Source(root, path))
    for source in sources:
        for rule in EVERYWHERE + (IN_C if source.is_c else ()):
            for line, what in rule(source):
                yield f"{source.path}:{line}: {what}"
    yield from check_potfiles(root, sources)


def main():
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else default)
    found = list(findings(root))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
