#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How builds end that do not end well: what people are told about the log, and containers of a
build that was stopped or killed."""
import fcntl
import json
import os
import signal
import subprocess
import time

import bench as rig
import firmware

KEEPS = "(--log FILE keeps it)"


def failed(tree, *options):
    """What is printed, for people."""
    result = tree.bench.run("build", "OPENMV4", "--tree", tree.root, *options, expect=1)
    return result.out


def test_the_log_of_a_failed_build(bench):
    tree = firmware.Tree(bench)
    manifest = tree.board("manifest.py")
    whole = manifest.read_text()
    manifest.write_text(whole + "module('no_such_module.py')\n")
    log = bench.root / "kept.log"
    said = failed(tree)
    assert f"of the log {KEEPS}" in said, said
    said = failed(tree, "--log", log)
    line = int(said.split("  Line ")[1].split(" ")[0])
    assert KEEPS not in said and "no_such_module" in log.read_text().splitlines()[line - 1], said
    said = failed(tree, "--log", bench.root / "no-such-folder" / "x.log")
    assert KEEPS in said, said
    manifest.write_text(whole)


def test_no_line_of_the_log_is_to_blame(bench):
    tree = firmware.Tree(bench)
    makefile = tree.root / "Makefile"
    makefile.write_text("all clean:\n\t@echo said; exit 3\n%:\n\t@echo said; exit 3\n")
    said = failed(tree)
    assert KEEPS in said, said
    said = failed(tree, "--log", bench.root / "kept.log")
    assert KEEPS not in said, said


def test_what_to_do_is_known(bench):
    tree = firmware.Tree(bench)
    tree.sdk.rename(bench.root / "away")
    said = failed(tree)
    assert "make sdk" in said and KEEPS not in said, said


def run_without_power(tree, *options):
    """As somebody who may not do everything."""
    drop = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.getuid() == 0 else []
    command = tree.bench.command("build", "OPENMV4", "--tree", tree.root, "--json", *options)
    done = subprocess.run([*drop, *map(str, command)], env=tree.bench.env, capture_output=True,
                          text=True, timeout=120)
    return json.loads(done.stdout)["builds"][0]


def test_folders_of_somebody_else(bench):
    """A container's build that was broken off leaves such."""
    tree = firmware.Tree(bench)
    build = tree.root / "build/OPENMV4"
    for folder in (build / "bin", build / "lib/deep", build, build.parent):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "left").write_text("left")
        folder.chmod(0o555)
        problem = run_without_power(tree)["problem"]
        folder.chmod(0o755)
        assert problem["code"] == "not-yours", problem
        assert str(folder) in problem["text"], problem
        assert problem["command"] == 'sudo chown -R "$USER" build', problem
    assert run_without_power(tree)["state"] == "done"


# --- containers ---

# `run` stays in front as docker's does; the container is no process of its, and ends only by `kill`.
DOCKER = """#!/bin/sh
cd "$CONTAINERS"
start ()
{
  echo docker/build.sh > new.command
  setsid sh -c 'echo $$ > new; exec sleep 600' < /dev/null > /dev/null 2>&1 &
}
case "$1" in
  ps)
    [ ! -e ../mute ] || exit 1
    for name in *; do
      case "$name" in *.command) continue ;; esac
      [ -e "$name" ] && echo "$name \\"$(cat "$name.command")\\""
    done
    [ ! -e ../late ] || { rm ../late; start; while [ ! -e new ]; do sleep 0.02; done; } ;;
  kill)
    echo "$2" >> "$CONTAINERS.killed"
    kill -9 "$(cat "$2")" && rm "$2" ;;
  run)
    trap "" TERM
    [ -z "$LATE" ] || touch ../late
    touch "$CONTAINERS.run"
    [ -z "$LATE" ] || exec sleep 600
    sleep ${CREATING:-0}
    start
    sleep 1
    while [ -e new ]; do sleep 0.1; done
    exit 137 ;;
esac
"""


class Docker:
    def __init__(self, bench, **env):
        programs = bench.root / "programs"
        programs.mkdir()
        (programs / "docker").write_text(DOCKER)
        (programs / "docker").chmod(0o755)
        self.folder = bench.root / "containers"
        self.folder.mkdir()
        bench.env.update(PATH=f"{programs}:{bench.env['PATH']}", CONTAINERS=str(self.folder), **env)
        self.other = subprocess.Popen(["sleep", "600"])  # somebody else builds in the same tree
        (self.folder / "other").write_text(str(self.other.pid))
        (self.folder / "other.command").write_text("docker/build.sh")

    def wait_for(self, name, there, seconds=30):
        end = time.monotonic() + seconds
        while (self.folder / name).exists() != there:
            assert time.monotonic() < end, f"{name}: still {'not ' if there else ''}there"
            time.sleep(0.02)

    def close(self):
        assert self.other.poll() is None, "somebody else's was ended"
        self.other.kill()
        self.other.wait()


def is_locked(bench):
    lock, = (bench.root / "state/hotshoe/builds").glob("*/lock")
    with lock.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def stop(bench, how, wait, *options, **env):
    tree = firmware.Tree(bench)
    docker = Docker(bench, **env)
    process = tree.start(*options)
    wait(docker)
    process.send_signal(how)
    process.communicate(timeout=60)
    if how == signal.SIGKILL:  # else it would end the container of a next build
        assert is_locked(bench)
    end = time.monotonic() + 30
    while tree.processes():  # the container's is one of them
        assert time.monotonic() < end, tree.processes()
        time.sleep(0.05)
    assert not is_locked(bench)
    killed = (bench.root / "containers.killed").read_text().split()
    assert killed == ["new"], killed
    docker.close()


def running(docker):
    docker.wait_for("new", True)


def starting(docker):
    docker.wait_for("../containers.run", True)


def test_container_of_a_build_that_is_stopped(bench):
    stop(bench, signal.SIGINT, running, "--engine", "docker")


def test_container_of_a_build_that_is_killed(bench):
    stop(bench, signal.SIGKILL, running, "--engine", "docker")


def test_dev_container_of_a_build_that_is_killed(bench):
    stop(bench, signal.SIGKILL, running, "--engine", "docker-dev")


def test_container_that_begins_after_the_kill(bench):
    stop(bench, signal.SIGKILL, starting, "--engine", "docker", CREATING="1")


def test_container_that_begins_after_the_stop(bench):
    """docker was asked for it already, and lists it only when it is asked again."""
    stop(bench, signal.SIGINT, starting, "--engine", "docker", LATE="1")


def test_docker_that_does_not_say_what_was_there(bench):
    """Then no container is known to be ours."""
    tree = firmware.Tree(bench)
    docker = Docker(bench)
    mute = bench.root / "mute"
    mute.touch()
    process = tree.start("--engine", "docker", "--log", bench.root / "log")
    running(docker)
    mute.unlink()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert not (bench.root / "containers.killed").exists()
    assert "does not say which containers" in (bench.root / "log").read_text()
    subprocess.run(["docker", "kill", "new"], env=bench.env, check=True)
    docker.close()


if __name__ == "__main__":
    rig.run(globals())
