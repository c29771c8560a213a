#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds of a small firmware tree: what is offered, what is not, and what is told of them.

How they fail is in build_errors.py, what is left of those that are ended in build_cancel.py.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import bench as rig

MAKE_TREE = pathlib.Path(__file__).resolve().parent.parent / "model-tree" / "make.py"


class Tree:
    def __init__(self, bench, *arguments):
        self.bench = bench
        self.root = bench.root / "tree"
        self.sdk = bench.root / "sdk"
        self.bin = self.root / "build/OPENMV4/bin"
        subprocess.run([sys.executable, MAKE_TREE, self.root, "--sdk", self.sdk, "--boards",
                        "OPENMV4,OPENMV2,OPENMV1", *arguments],
                       check=True, stdout=subprocess.DEVNULL)

    def arguments(self, *more, target="OPENMV4"):
        return ["build", *target.split(), "--tree", self.root, "--sdk", self.sdk,
                "--log", self.bench.root / "log", *more]

    def build(self, *more, target="OPENMV4", expect=0):
        answer = self.bench.run(*self.arguments(*more, "--json", target=target), expect=expect)
        return answer.json["builds"]

    def fail(self, code, *more, target="OPENMV4"):
        before = n_builds(self.bench)
        problem = self.build(*more, target=target, expect=1)[0]["problem"]
        assert problem["code"] == code, problem
        assert problem["title"] and problem["text"], problem
        assert n_builds(self.bench) == before
        return problem

    def log(self):
        return (self.bench.root / "log").read_text(errors="replace")

    def write(self, path, text):
        (self.root / path).write_text(text)

    def git(self, folder, *arguments):
        subprocess.run(["git", "-C", self.root / folder, "-c", "user.name=Test", "-c",
                        "user.email=test@localhost", *arguments], check=True,
                       stdout=subprocess.DEVNULL)


def n_builds(bench):
    if not bench.catalog.exists():
        return 0
    with bench.database() as database:
        return database.execute(
            "SELECT count(*) FROM journal WHERE kind = 'build.imported'").fetchone()[0]


def payloads(bench, kind):
    with bench.database() as database:
        return [json.loads(row[0]) for row in database.execute(
            "SELECT payload FROM journal WHERE kind = ? ORDER BY n", (kind,))]


def processes_in(folder):
    """Those that work in a folder or name it on their command line."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            where = os.readlink(entry / "cwd")
        except OSError:
            continue
        if words and (where.startswith(str(folder)) or f"{folder}/" in words):
            found.append(f"{entry.name} {words}")
    return found


def wait_gone(folder, seconds=5):
    until = time.monotonic() + seconds
    while processes_in(folder) and time.monotonic() < until:
        time.sleep(0.05)
    assert not processes_in(folder), processes_in(folder)


def test_good(bench):
    tree = Tree(bench)
    tree.write("lib/imlib/blob.c", (tree.root / "lib/imlib/blob.c").read_text() + "\n/* mine */\n")
    tree.write("note.txt", "untracked\n")
    done = tree.build()[0]
    assert done["state"] == "done" and done["repeated"] == "first", done
    regions = {row["region"] for row in done["memory"]}
    assert "FLASH_TEXT" in regions and "ROM" in regions, regions
    build = payloads(bench, "build.imported")[0]
    assert build["id"] == done["build"] and build["origin"] == "build", build
    roles = {artifact["role"] for artifact in build["artifacts"]}
    assert {"firmware", "bootloader", "romfs0"} <= roles, roles
    details = build["details"]
    for member in ("commit", "describe", "branch", "merge_base", "commits", "submodules", "sdk",
                   "compiler", "manifest", "inputs", "diff", "memory", "seconds"):
        assert details.get(member), member
    assert "blob.c" in details["changed_files"], details["changed_files"]
    kept = {row["role"]: row for row in payloads(bench, "build.kept")[0]["files"]}
    assert set(kept) == {"elf", "map", "log", "diff"}, kept
    blob = bench.root / "blobs" / kept["diff"]["sha256"][:2] / kept["diff"]["sha256"][2:]
    assert "/* mine */" in blob.read_text() and "untracked note.txt" in blob.read_text()


def test_bin_is_a_link(bench):
    """What it leads to is not Hotshoe's to empty."""
    tree = Tree(bench)
    outside = bench.root / "outside"
    outside.mkdir()
    (outside / "precious.bin").write_text("mine")
    tree.build()
    for path in tree.bin.iterdir():
        path.unlink()
    tree.bin.rmdir()
    tree.bin.symlink_to(outside)
    tree.fail("other")
    assert (outside / "precious.bin").read_text() == "mine"


def test_options_clean(bench):
    tree = Tree(bench)
    tree.build()
    assert "make clean" not in tree.log()
    tree.build()
    assert "make clean" not in tree.log()
    tree.fail("other", "--option", "DEBUG=1", "--option", "MODEL_FAIL=broken")
    assert "make clean" in tree.log()
    tree.build("--option", "DEBUG=1") # after a failed one, too
    assert "make clean" in tree.log()
    tree.build("--option", "V=1", "--option", "DEBUG=1")
    assert "make clean" not in tree.log()
    answer = bench.run(*tree.arguments("--option", "BUILD=/tmp/x"), expect=None)
    assert answer.status != 0 and "BUILD" in answer.err + answer.out
    answer = bench.run(*tree.arguments("--option", "X=$(touch here)"), expect=None)
    assert answer.status != 0


def test_mpy_cross_follows_its_commit(bench):
    tree = Tree(bench)
    tree.build()
    assert "make -C" in tree.log() and "mpy-cross" in tree.log()
    tree.build()
    assert "make -C" not in tree.log()
    tree.git("lib/micropython", "commit", "-q", "--allow-empty", "-m", "Newer")
    tree.build()
    assert "make -C" in tree.log() and "make clean" in tree.log()


def add_line(tree, path):
    tree.write(path, (tree.root / path).read_text() + "# mine\n")


def test_makefiles_clean(bench):
    """make does not look at its makefiles; those of another port play no part."""
    tree = Tree(bench)
    tree.build()
    add_line(tree, "ports/stm32/port_config.mk")
    tree.build()
    assert "makefiles have changed" in tree.log() and "make clean" in tree.log()
    add_line(tree, "ports/alif/port_config.mk")
    tree.build()
    assert "make clean" not in tree.log()
    add_line(tree, "lib/micropython/model.mk")
    tree.build()
    assert "make clean" in tree.log()


def test_objects_of_a_killed_build(bench):
    tree = Tree(bench)
    bench.env["MODEL_SLEEP"] = "600"
    process = bench.start(*tree.arguments())
    until = time.monotonic() + 60
    while not any("sleep" in line for line in processes_in(tree.root)) and \
            time.monotonic() < until:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    del bench.env["MODEL_SLEEP"]
    wait_gone(tree.root, 10)
    tree.build()
    assert "was killed" in tree.log() and "make clean" in tree.log()


def test_twice(bench):
    tree = Tree(bench)
    first, second = tree.build()[0], tree.build()[0]
    assert (first["repeated"], second["repeated"]) == ("first", "equal")
    assert first["build"] == second["build"] and n_builds(bench) == 1
    options = ("--option", "MODEL_RANDOM=1")
    assert tree.build(*options)[0]["repeated"] == "first"
    done = tree.build(*options)[0]
    assert done["repeated"] == "differs" and done["differing"] == ["firmware.bin"], done
    facts = payloads(bench, "build.repeated")
    assert [fact["equal"] for fact in facts] == [True, False], facts
    assert facts[1]["differs"][0]["role"] == "firmware"


def test_comparison_is_not_recorded(bench):
    """The build is in the catalog all the same."""
    tree = Tree(bench)
    first = tree.build()[0]
    with bench.database() as database:
        database.execute("CREATE TRIGGER full BEFORE INSERT ON journal WHEN NEW.kind = "
                         "'build.repeated' BEGIN SELECT RAISE(ABORT, 'no more room'); END")
    done = tree.build()[0]
    assert done["state"] == "done" and done["build"] == first["build"], done
    assert not done["repeated"] and "no more room" in tree.log(), done
    assert payloads(bench, "build.repeated") == []


def change_meanwhile(bench, tree):
    source = tree.root / "lib/imlib/blob.c"
    process = bench.start(*tree.arguments("--json", "--option", "MODEL_SLEEP=3"))
    until = time.monotonic() + 30
    while not any("sleep" in line for line in processes_in(tree.root)) and \
            time.monotonic() < until:
        time.sleep(0.1)
    source.write_text(source.read_text() + "\n/* meanwhile */\n")
    out, _ = process.communicate(timeout=60)
    problem = json.loads(out)["builds"][0]["problem"]
    assert problem["code"] == "tree-changed" and "lib/imlib/blob.c" in problem["text"], problem
    assert process.returncode == 1 and n_builds(bench) == 0


def test_tree_changed_meanwhile(bench):
    tree = Tree(bench)
    change_meanwhile(bench, tree)
    assert tree.build()[0]["state"] == "done"


def test_tree_without_git_changed_meanwhile(bench):
    change_meanwhile(bench, Tree(bench, "--no-git"))


def test_why_it_is_not_in_the_catalog(bench):
    tree = Tree(bench)
    said = bench.run(*tree.arguments("--no-import")).out
    assert "as asked, nothing was imported" in said, said
    shutil.copytree(tree.root / "boards/OPENMV4", tree.root / "boards/MINE")
    facts = tree.root / "tools/model.json"
    boards = json.loads(facts.read_text())
    facts.write_text(json.dumps(dict(boards, MINE=dict(boards["OPENMV4"], target="MINE"))))
    said = bench.run(*tree.arguments(target="MINE")).out
    assert "no camera that Hotshoe flashes" in said and "as asked" not in said, said


def test_objects_of_others(bench):
    tree = Tree(bench)
    tree.build()
    time.sleep(2.2)
    subprocess.run(["make", "-C", tree.root, "TARGET=OPENMV4", "DEBUG=1", f"SDK_DIR={tree.sdk}"],
                   check=True, stdout=subprocess.DEVNULL)
    tree.build()
    assert "not by Hotshoe" in tree.log() and "make clean" in tree.log()
    tree.build()
    assert "make clean" not in tree.log()
    some = next((tree.root / "build/OPENMV4").rglob("*.o"))
    os.utime(some, (time.time() + 3600,) * 2)
    tree.build()
    assert "clock was set back" in tree.log() and "make clean" in tree.log()


def test_changes_inside_submodules(bench):
    tree = Tree(bench)
    inputs = set()
    for word in ("one", "two"):
        tree.write("lib/apriltag/README.md", f"# {word}\n")
        tree.write("lib/apriltag/note.txt", f"{word}\n")
        assert tree.build("--option", "MODEL_RANDOM=1")[0]["repeated"] == "first"
        inputs.add(payloads(bench, "build.imported")[-1]["details"]["inputs"])
        diff = [row for row in payloads(bench, "build.kept")[-1]["files"] if row["role"] == "diff"][0]
        blob = bench.root / "blobs" / diff["sha256"][:2] / diff["sha256"][2:]
        assert f"+# {word}" in blob.read_text() and "b/lib/apriltag/README.md" in blob.read_text()
        assert "untracked lib/apriltag/note.txt" in blob.read_text(), blob.read_text()
    assert len(inputs) == 2


def test_no_repository(bench):
    tree = Tree(bench, "--no-git")
    options = ("--option", "MODEL_RANDOM=1")
    assert tree.build(*options)[0]["repeated"] == "first"
    assert tree.build(*options)[0]["repeated"] == "differs"
    tree.write("lib/imlib/blob.c", (tree.root / "lib/imlib/blob.c").read_text() + "\n/* mine */\n")
    assert tree.build(*options)[0]["repeated"] == "first"


def test_queue(bench):
    tree = Tree(bench)
    builds = tree.build(target="OPENMV4 OPENMV2")
    assert [build["state"] for build in builds] == ["done", "done"], builds
    builds = tree.build(target="NONE OPENMV4", expect=1)
    assert builds[0]["problem"]["code"] == "unknown-target"
    assert builds[1]["state"] == "done", builds


def test_old_layout(bench):
    tree = Tree(bench, "--layout", "src", "--boards", "OPENMV4")
    tree.bin = tree.root / "src/build/bin"
    bench.env["PATH"] = f"{tree.sdk}/gcc/bin:{bench.env['PATH']}"
    assert tree.build()[0]["state"] == "done"
    assert (tree.bin / "firmware.bin").exists()
    tree.build("--option", "DEBUG=1")
    assert "make clean" in tree.log()
    assert n_builds(bench) >= 1


def test_events(bench):
    tree = Tree(bench)
    answer = bench.run(*tree.arguments("--events", "--verbose"))
    events = [json.loads(line) for line in answer.out.splitlines()]
    kinds = {event["event"] for event in events}
    assert kinds == {"build", "line", "end"}, kinds
    numbers = [event["n"] for event in events if event["event"] == "line"]
    assert numbers == list(range(1, len(numbers) + 1))
    again = bench.run(*tree.arguments("--clean", "--events"))
    fractions = [event["fraction"] for event in map(json.loads, again.out.splitlines())
                 if event["event"] == "build" and event["phase"] in ("link", "romfs")]
    assert not fractions or max(fractions) > 0.5, fractions


def cancel_when(bench, tree, ready, *options):
    process = bench.start(*tree.arguments(*options))
    until = time.monotonic() + 30
    while not ready() and time.monotonic() < until:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    wait_gone(tree.root)
    return process.returncode, out


FAKE_DOCKER = r"""#!/bin/sh
echo "$@" >> "$FAKE_LOG"
case "$1" in
  version) [ -z "$FAKE_DOWN" ] || { echo "Cannot connect to the Docker daemon" >&2; exit 1; } ;;
  ps) [ ! -e "$FAKE_LOG.up" ] || echo "abc123 \"docker/build-dev.sh\"" ;;
  kill) rm -f "$FAKE_LOG.up" ;;
  run) touch "$FAKE_LOG.up"
       [ -z "$FAKE_SLOW" ] || exec sleep 60
       rm -f "$FAKE_LOG.up"
       cd "$FAKE_TREE" && make -C lib/micropython/mpy-cross && make TARGET="$FAKE_TARGET" SDK_DIR="$FAKE_SDK" ;;
esac
"""


def test_docker(bench):
    tree = Tree(bench)
    programs = bench.root / "programs"
    programs.mkdir()
    log = bench.root / "docker.log"
    (programs / "docker").write_text(FAKE_DOCKER)
    (programs / "docker").chmod(0o755)
    bench.env.update(PATH=f"{programs}:{bench.env['PATH']}", FAKE_LOG=str(log),
                     FAKE_TREE=str(tree.root), FAKE_TARGET="OPENMV4", FAKE_SDK=str(tree.sdk))
    assert tree.build("--engine", "docker-dev")[0]["state"] == "done"
    assert "clean-dev" in tree.log()
    frozen = tree.root / "build/OPENMV4/lib/micropython/frozen_content.c"
    frozen.write_text("stale")
    os.utime(frozen, (time.time(),) * 2)
    assert tree.build("--engine", "docker-dev")[0]["state"] == "done"
    assert "clean-dev" not in tree.log() and frozen.read_text() != "stale"
    os.utime(frozen, (time.time() + 3600,) * 2)
    assert tree.build("--engine", "docker-dev")[0]["state"] == "done"
    assert "clock was set back" in tree.log() and "clean-dev" in tree.log()
    for path in (tree.root / "SDK_VERSION", tree.sdk / "sdk.version"):
        path.write_text("1.7.0\n")
    assert tree.build("--engine", "docker-dev")[0]["state"] == "done"
    assert "clean-dev" in tree.log()
    assert tree.build("--engine", "docker")[0]["state"] == "done"
    assert "clean-dev" not in tree.log()
    assert tree.build("--engine", "docker-dev")[0]["state"] == "done"
    assert "clean-dev" in tree.log()
    assert tree.build()[0]["state"] == "done" # objects of another compiler in the same folders
    assert "make clean" in tree.log()
    assert tree.build("--engine", "docker-dev")[0]["state"] == "done"
    assert "clean-dev" in tree.log()
    tree.fail("engine-failed", "--engine", "docker", "--option", "DEBUG=1")
    bench.env["FAKE_DOWN"] = "1"
    tree.fail("engine-failed", "--engine", "docker")
    del bench.env["FAKE_DOWN"]
    bench.env["FAKE_SLOW"] = "1"
    status, out = cancel_when(bench, tree, pathlib.Path(f"{log}.up").exists, "--engine", "docker-dev")
    assert status == 130, out
    assert "kill abc123" in log.read_text()


if __name__ == "__main__":
    rig.run(globals())
