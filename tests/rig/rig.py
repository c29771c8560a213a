# SPDX-License-Identifier: GPL-3.0-or-later
"""A simulated USB bus for one test, the programs that run on it, and TAP."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

BUILD = os.environ.get("RIG_BUILD", ".")
USBRIG = os.path.join(BUILD, "tests", "rig", "usbrig")
MAKE_BUILD = os.path.join(BUILD, "tests", "rig", "make-build")
ROM_TOOL = os.path.join(BUILD, "tests", "rig", "rom-tool")
HOTSHOE = os.path.join(BUILD, "hotshoe")
# The sanitizers insist on being loaded first; here the simulated bus is.
SANITIZERS = "verify_asan_link_order=0:detect_stack_use_after_return=0"


class Rig:
    """Simulated cameras on a bus, with a catalog and a home folder of their own."""

    def __init__(self, cameras, fast=True, options=()):
        self.folder = tempfile.mkdtemp(prefix="hotshoe-rig-")
        self.catalog = os.path.join(self.folder, "catalog.db")
        call = [USBRIG, "--cameras=" + cameras] + (["--fast"] if fast else []) + list(options)
        self.process = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.env = dict(os.environ, HOME=self.folder, XDG_RUNTIME_DIR=self.folder, LC_ALL="C.UTF-8",
                        XDG_DATA_HOME=self.folder + "/data", XDG_STATE_HOME=self.folder + "/state",
                        XDG_CONFIG_HOME=self.folder + "/config", GSETTINGS_BACKEND="memory",
                        ASAN_OPTIONS=SANITIZERS)
        for line in self.process.stdout:
            if line == "ready\n":
                break
            name, _, value = line.rstrip("\n").partition("=")
            self.env[name] = value
        else:
            raise RuntimeError("usbrig did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def ctl(self, *words):
        """Hands one command to the rig; returns its answer."""
        call = [USBRIG, "ctl"] + [str(word) for word in words]
        env = {name: value for name, value in self.env.items() if name != "LD_PRELOAD"}
        return subprocess.run(call, env=env, capture_output=True, text=True, check=True).stdout.strip()

    def stat(self, camera):
        pairs = dict(word.split("=", 1) for word in self.ctl("stat", camera).split())
        return {name: int(value) if value.isdigit() and name != "id" else value
                for name, value in pairs.items()}

    def wait(self, camera, timeout=10, **expected):
        """Waits until stat() of the camera says so."""
        end = time.monotonic() + timeout
        while True:
            now = self.stat(camera)
            if all(now[name] == value for name, value in expected.items()):
                return now
            if time.monotonic() > end:
                raise AssertionError(f"camera {camera}: waited for {expected}, is {now}")
            time.sleep(0.02)

    def start(self, *call, **options):
        return subprocess.Popen([str(word) for word in call], env=self.env, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, **options)

    def run(self, *call, status=0, timeout=120):
        """Runs a program on the bus; its output, both kinds."""
        result = subprocess.run([str(word) for word in call], env=self.env, capture_output=True, text=True,
                                timeout=timeout, check=False)
        if status is not None and result.returncode != status:
            raise AssertionError(f"{' '.join(map(str, call))}: exit {result.returncode}, expected {status}\n"
                                 f"{result.stdout}{result.stderr}")
        return result

    def hotshoe_call(self, *words):
        return [HOTSHOE, "--catalog", self.catalog, "--json", *words]

    def hotshoe(self, *words, status=0):
        """Runs hotshoe on the simulated USB bus; its JSON document."""
        result = self.run(*self.hotshoe_call(*words), status=status)
        try:
            return json.loads(result.stdout)
        except ValueError:
            raise AssertionError(f"no JSON from {words}: {result.stdout!r} {result.stderr!r}") from None

    def make_build(self, board="OPENMV4", seed=1, size=300 * 1024, tag="v5.0.0"):
        """A folder as the firmware's build leaves it."""
        target = os.path.join(self.folder, f"build-{seed}")
        call = [MAKE_BUILD, board, target, str(seed), str(size), tag]
        return subprocess.run(call, env=dict(os.environ, ASAN_OPTIONS=SANITIZERS), capture_output=True, text=True,
                              check=True).stdout.strip()

    def path(self, name):
        return os.path.join(self.folder, name)


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def require(condition, text):
    if not condition:
        raise AssertionError(text)


def equal(found, expected, what):
    require(found == expected, f"{what}: {found!r}, expected {expected!r}")


def main(cases):
    """Runs the cases named on the command line, or all; prints TAP. Skipped if a tool is missing."""
    for tool in ("dfu-util", "umockdev-wrapper"):  # the latter comes with umockdev's preload
        if shutil.which(tool) is None:
            print(f"1..0 # SKIP {tool} is not installed")
            sys.exit(0)
    wanted = [case for case in cases if len(sys.argv) < 2 or case.__name__ in sys.argv[1:]]
    failed = 0
    print(f"1..{len(wanted)}", flush=True)
    for n, case in enumerate(wanted, 1):
        try:
            case()
            print(f"ok {n} - {case.__name__}", flush=True)
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {n} - {case.__name__}")
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
    sys.exit(1 if failed else 0)
