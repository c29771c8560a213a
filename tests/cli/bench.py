# SPDX-License-Identifier: GPL-3.0-or-later
"""A bench in a temporary folder: one catalog, one set of simulated cameras, one hotshoe program.

Functions named test_* of the script that calls run() are run in order, each with a fresh Bench,
and reported as TAP.
"""
import hashlib
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback


class Result:
    def __init__(self, status, out, err):
        self.status = status
        self.out = out
        self.err = err

    @property
    def json(self):
        return json.loads(self.out)


class Bench:
    def __init__(self, program, spec="OPENMV4"):
        self.program = program
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="hotshoe-test-"))
        self.cameras = self.root / "cameras"
        self.catalog = self.root / "catalog.db"
        self.spec = spec
        self.env = dict(os.environ, HOME=str(self.root), XDG_STATE_HOME=str(self.root / "state"),
                        XDG_DATA_HOME=str(self.root / "data"), XDG_RUNTIME_DIR=str(self.root),
                        LC_ALL="C.UTF-8", G_DEBUG="fatal-criticals")
        self.env.pop("DISPLAY", None)
        self.env.pop("WAYLAND_DISPLAY", None)

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def command(self, *args):
        return [self.program, "--simulate", self.spec, "--simulate-dir", str(self.cameras),
                "--catalog", str(self.catalog), *map(str, args)]

    def run(self, *args, expect=0, timeout=120):
        done = subprocess.run(self.command(*args), env=self.env, capture_output=True, text=True,
                              timeout=timeout)
        result = Result(done.returncode, done.stdout, done.stderr)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"hotshoe {' '.join(map(str, args))}: exit {done.returncode}, "
                                 f"not {expect}\n{done.stdout}\n{done.stderr}")
        return result

    def start(self, *args):
        return subprocess.Popen(self.command(*args), env=self.env, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True)

    def practice_build(self, board="OPENMV4"):
        folder = self.root / "build" / board / "bin"
        self.run("practice-build", board, folder)
        return folder

    def import_build(self, board="OPENMV4"):
        return self.run("import", self.practice_build(board), "--json").json["build"]

    def camera_folders(self):
        return sorted(path for path in self.cameras.iterdir() if path.is_dir())

    def database(self):
        return sqlite3.connect(self.catalog)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def run(names):
    """Runs the test_* functions of names (a script's globals()) against argv[1]; prints TAP."""
    tests = [(name, thing) for name, thing in names.items()
             if name.startswith("test_") and callable(thing)]
    only = sys.argv[2:]
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, (name, function) in enumerate(tests, 1):
        if only and name not in only:
            print(f"ok {number} - {name} # SKIP not asked for")
            continue
        bench = Bench(sys.argv[1])
        try:
            function(bench)
            print(f"ok {number} - {name}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            for line in traceback.format_exc().splitlines():
                print(f"# {line}", flush=True)
        finally:
            bench.close()
    sys.exit(1 if failed else 0)
