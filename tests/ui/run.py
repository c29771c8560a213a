#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one script of robot steps against the real window, under an X server of its own.

    run.py HOTSHOE SCRIPT

The script's functions test_* are run in order against one running program and reported as TAP.
SPEC and SPEED in the script say which cameras there are. Exit status 77: a tool is missing.
The system's python3 is needed: gi is not visible to others.
"""

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import traceback

TOOLS = ("xvfb-run", "dbus-run-session", "xdotool")
INNER = "HOTSHOE_TEST_DISPLAY"
SIZE = "1280x800x24"
ATTEMPTS = 4  # to get through without a crash of the robot itself
# Not ours: what the empty session of a test misses.
HARMLESS = ("Unable to acquire", "portal", "vkCreate", "MESA", "libEGL", "dconf",
            "accessibility bus", "GLib-GIO-WARNING", "Failed to load module")


def missing_tools():
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    try:
        import gi

        gi.require_version("Atspi", "2.0")
    except (ImportError, ValueError):
        missing.append("python3-gi with gir1.2-atspi-2.0")
    return missing


def attempt(hotshoe, script):
    """Returns the TAP lines; the session's daemons talk too."""
    home = tempfile.mkdtemp(prefix="hotshoe-window-")
    env = dict(os.environ, HOME=home, XDG_RUNTIME_DIR=home, XDG_DATA_HOME=home + "/data",
               XDG_STATE_HOME=home + "/state", XDG_CONFIG_HOME=home + "/config",
               GDK_BACKEND="x11", GSK_RENDERER="cairo", GSETTINGS_BACKEND="memory",
               LC_ALL="C.UTF-8", HOTSHOE_SILENT="1", PYTHONDONTWRITEBYTECODE="1", **{INNER: "1"})
    for name in ("WAYLAND_DISPLAY", "G_DEBUG"):
        env.pop(name, None)
    os.chmod(home, 0o700)
    try:
        done = subprocess.run(
            ["xvfb-run", "-a", "-s", f"-screen 0 {SIZE} -nolisten tcp", "dbus-run-session", "--",
             sys.executable, __file__, hotshoe, script], env=env, check=False,
            stdout=subprocess.PIPE, text=True)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return [line for line in done.stdout.splitlines()
            if line.startswith(("1..", "ok ", "not ok ", "#"))]


def is_whole(lines):
    """libatspi, in the robot, now and then ends with a segmentation fault when a widget vanishes
    under it. That says nothing about the program."""
    return any("the program said nothing bad" in line for line in lines)


def outer(hotshoe, script):
    missing = missing_tools()
    if missing:
        print("1..0 # SKIP missing: " + ", ".join(missing))
        return 77
    lines = []
    for _ in range(ATTEMPTS):
        lines = attempt(hotshoe, script)
        if is_whole(lines):
            break
    print("\n".join(lines))
    return 0 if is_whole(lines) and not any(line.startswith("not ok") for line in lines) else 1


def load(script):
    sys.path.insert(0, os.path.dirname(os.path.abspath(script)))
    spec = importlib.util.spec_from_file_location("script", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Bench:
    """The program under test and what it works on."""

    def __init__(self, hotshoe, module):
        self.hotshoe = hotshoe
        self.home = os.environ["HOME"]
        self.catalog = self.home + "/catalog.db"
        self.cameras = self.home + "/cameras"
        self.spec = getattr(module, "SPEC", "OPENMV4*3")
        self.speed = getattr(module, "SPEED", "fast")
        self.log = self.home + "/log"
        self.window = None

    def command(self, *arguments):
        return [self.hotshoe, "--simulate", self.spec, "--simulate-dir", self.cameras,
                "--simulate-speed", self.speed, "--catalog", self.catalog, *arguments]

    def start(self):
        with open(self.log, "w", encoding="utf-8") as log:
            self.window = subprocess.Popen(self.command(), stdout=log, stderr=log)

    def restart(self, robot, catalog, spec):
        """Another bench: another catalog, other keys, other cameras. Its window takes over."""
        said = self.stop()
        assert not said, "\n".join(said)
        self.catalog = f"{self.home}/{catalog}/catalog.db"
        self.cameras = f"{self.home}/{catalog}/cameras"
        self.spec = spec
        os.makedirs(f"{self.home}/{catalog}")
        for name in ("DATA", "STATE", "CONFIG"):
            os.environ[f"XDG_{name}_HOME"] = f"{self.home}/{catalog}/{name.lower()}"
        robot.left()
        self.start()
        robot.attach()
        robot.focus_window()

    def run(self, *arguments):
        return subprocess.run([self.hotshoe, *arguments], capture_output=True, text=True,
                              check=True).stdout

    def ask(self, *arguments, status=0, cameras=None):
        """What the command line answers about the same catalog. @cameras: only once the window is
        closed."""
        if cameras is None:
            command = [self.hotshoe, "--catalog", self.catalog, *arguments]
        else:
            self.spec = cameras
            command = self.command(*arguments)
        done = subprocess.run([*command, "--json"], capture_output=True, text=True, check=False)
        assert done.returncode == status, (arguments, done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def stop(self):
        """Asks the window to close; what it said meanwhile, apart from what is not ours."""
        if self.window.poll() is None:
            self.window.send_signal(signal.SIGTERM)
        status = self.window.wait(timeout=20)
        with open(self.log, encoding="utf-8") as log:
            said = [line.rstrip() for line in log if line.strip()
                    and not any(word in line for word in HARMLESS)]
        if status not in (0, -signal.SIGTERM):
            said.append(f"exit status {status}")
        return [line for line in said if "CRITICAL" in line or "WARNING" in line
                or "ERROR" in line or "exit status" in line]


def inner(hotshoe, script):
    import robot

    module = load(script)
    steps = [(name, step) for name, step in vars(module).items() if name.startswith("test_")]
    bench = Bench(os.path.abspath(hotshoe), module)
    failed = 0

    print(f"1..{len(steps) + 1}", flush=True)
    robot.Atspi.get_desktop(0).get_child_count()  # starts the accessibility bus, once
    bench.start()
    said = ["the window did not open"]
    try:
        driver = robot.Robot("hotshoe")
        driver.focus_window()
        for n, (name, step) in enumerate(steps, 1):
            try:
                step(driver, bench)
                print(f"ok {n} - {name}", flush=True)
            except (Exception, SystemExit) as error:  # pylint: disable=broad-except
                failed += 1
                print(f"not ok {n} - {name}", flush=True)
                for line in traceback.format_exception(error):
                    print("# " + line.rstrip().replace("\n", "\n# "))
                print("# The window showed:\n# " + "\n# ".join(driver.outline()), flush=True)
                break
    finally:
        said = bench.stop()
    print(f"{'not ok' if said else 'ok'} {len(steps) + 1} - the program said nothing bad")
    for line in said:
        print("# " + line)
    return 1 if failed or said else 0


def main():
    return (inner if INNER in os.environ else outer)(sys.argv[1], sys.argv[2])


if __name__ == "__main__":
    sys.exit(main())
