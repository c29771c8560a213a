# SPDX-License-Identifier: GPL-3.0-or-later
"""Firmware trees in small for scripts: made, looked at byte for byte, and processes that a build
left behind."""
import hashlib
import os
import pathlib
import subprocess
import sys
import uuid

MAKE = pathlib.Path(__file__).resolve().parent.parent / "model-tree" / "make.py"
MARKER = "HOTSHOE_TEST_MARKER"

APPLICATION = '''import time

MARK = "marker-of-the-gate-{mark}"


def main():
    while True:
        time.sleep(1)


main()
'''


class Tree:
    """A model tree in bench's folder, with the SDK where Hotshoe looks for one."""

    def __init__(self, bench, name="tree", layout="top", boards="OPENMV4", **options):
        self.bench = bench
        self.root = bench.root / name
        self.layout = layout
        self.sdk = bench.root / "openmv-sdk-1.6.0"
        command = [sys.executable, MAKE, self.root, "--layout", layout, "--boards", boards]
        if not self.sdk.exists() and options.pop("with_sdk", True):
            command += ["--sdk", self.sdk]
        for option in options:
            command.append("--" + option.replace("_", "-"))
        subprocess.run(command, check=True)
        self.top = self.root / ("src" if layout == "src" else "")
        self.marker = uuid.uuid4().hex
        bench.env[MARKER] = self.marker
        bench.env.pop("LANG", None)
        if layout == "src":
            bench.env["PATH"] = f"{self.sdk}/gcc/bin:{os.environ['PATH']}"

    @property
    def bin(self):
        return self.root / ("src/build/bin" if self.layout == "src" else "build/OPENMV4/bin")

    def board(self, name, target="OPENMV4"):
        return self.top / ("omv" if self.layout == "src" else "") / "boards" / target / name

    def build(self, *options, target="OPENMV4", expect=0, timeout=120):
        return self.bench.run("build", target, "--tree", self.root, *options, "--json",
                              expect=expect, timeout=timeout)

    def start(self, *options, target="OPENMV4"):
        return self.bench.start("build", target, "--tree", self.root, *options)

    def freeze(self, *options, target="OPENMV4", expect=0):
        return self.bench.run("freeze", *options[:1] if options[0] in ("show", "check", "undo")
                              else (), target, "--tree", self.root,
                              *(options[1:] if options[0] in ("show", "check", "undo")
                                else options), "--json", expect=expect)

    def application(self, mark="one", name="main.py"):
        path = self.bench.root / "application" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(APPLICATION.format(mark=mark))
        return path

    def snapshot(self):
        return snapshot_of(self.root)

    def processes(self):
        """Those that carry our marker in their environment: Hotshoe and all below it."""
        found = []
        wanted = f"{MARKER}={self.marker}".encode()
        for entry in pathlib.Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                if wanted in (entry / "environ").read_bytes().split(b"\0"):
                    found.append((int(entry.name),
                                  (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()))
            except OSError:
                continue
        return found


def snapshot_of(root):
    """Every file that belongs to the sources: its mode and its bytes."""
    found = {}
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in (".git", "build", "__pycache__")]
        for name in folders + names:
            path = pathlib.Path(folder, name)
            content = os.readlink(path) if path.is_symlink() else "" if path.is_dir() else \
                hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(root))] = (path.lstat().st_mode, content)
    return found


def difference(before, after):
    """Names that are not the same in two snapshots."""
    return sorted(name for name in before.keys() | after.keys()
                  if before.get(name) != after.get(name))
