#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every reason for which a build comes to nothing, provoked: what is said about it, that nothing
gets into the catalog, and that the next build works."""
import atexit
import os
import pathlib
import re
import shutil
import sys

import bench as rig
import firmware


shared = {}


def built():
    """A tree that was built, for all cases that need no other one: put back to what it was, with
    the same SDK, programs and environment. It stands on a bench of its own."""
    if not shared:
        bench = rig.Bench(sys.argv[1])
        atexit.register(bench.close)
        tree = firmware.Tree(bench, boards="OPENMV4,OPENMV1")
        copies = [(folder, bench.root / f"as-it-was-{folder.name}")
                  for folder in (tree.root, tree.sdk)]
        for folder, copy in copies:
            shutil.copytree(folder, copy, symlinks=True)
        shared.update(tree=tree, env=dict(bench.env), copies=copies)
        works(tree)
    tree = shared["tree"]
    tree.bench.env = dict(shared["env"])
    for folder, copy in shared["copies"]:
        put_back(folder, copy)
    return tree


def put_back(folder, copy):
    """Only what differs, so that make does again what it has to."""
    if not folder.exists():
        folder.mkdir()
    before, now = firmware.snapshot_of(copy), firmware.snapshot_of(folder)
    for name in firmware.difference(before, now):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.exists() or path.is_symlink():
            path.unlink()
    for name in sorted(before):
        path = folder / name
        if path.exists() or path.is_symlink():
            continue
        if (copy / name).is_dir():
            path.mkdir()
        else:
            shutil.copy(copy / name, path, follow_symlinks=False)
    assert firmware.snapshot_of(folder) == before


def said(tree, code, *words, target="OPENMV4", options=()):
    """Builds, which has to fail for that reason in these words; nothing is imported."""
    before = imported(tree.bench)
    result = tree.build(*options, target=target, expect=None)
    assert result.status != 0, f"it was built: {result.out}"
    answer = result.json
    assert not answer["ok"], answer
    problem, = [build["problem"] for build in answer["builds"]]
    assert problem["code"] == code, problem
    text = f"{problem['title']}\n{problem['text']}\n{problem.get('command') or ''}"
    for word in words:
        assert re.search(word, text), f"{word!r} is not in {text!r}"
    assert "{" not in text and len(problem["title"]) < 200, text
    assert imported(tree.bench) == before, "something was imported"
    left = tree.processes()
    assert not left, left
    return problem


def imported(bench):
    if not bench.catalog.exists():
        return []
    with bench.database() as database:
        return database.execute(
            "SELECT subject FROM journal WHERE kind LIKE 'build.%' ORDER BY n").fetchall()


def works(tree, *options, target="OPENMV4"):
    built = tree.build(*options, target=target).json
    assert built["ok"] and built["builds"], built


def edit(path, old, new, count=1):
    text = path.read_text()
    assert old in text, f"{old!r} is not in {path}"
    path.write_text(text.replace(old, new, count))


def tools_without(bench, *names):
    """A folder that has all programs of the machine but these (and all that begin so)."""
    folder = bench.root / ("tools-without-" + "-".join(names))
    folder.mkdir()
    for place in ("/usr/local/bin", "/usr/bin", "/bin"):
        for program in pathlib.Path(place).iterdir():
            if not program.name.startswith(names) and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program)
    bench.env["PATH"] = str(folder)


# --- before make begins ---


def test_no_sdk(bench):
    tree = built()
    away = tree.bench.root / "away"
    tree.sdk.rename(away)
    problem = said(tree, "no-sdk", "SDK is not installed", "make sdk")
    assert problem["command"] == "make sdk", problem
    away.rename(tree.sdk)
    works(tree)


def test_other_sdk(bench):
    tree = built()
    other = tree.bench.root / "openmv-sdk-1.5.0"
    tree.sdk.rename(other)
    (other / "sdk.version").write_text("1.5.0\n")
    said(tree, "other-sdk", r"1\.5\.0", r"1\.6\.0", "make sdk")
    shutil.rmtree(other)


def test_no_sdk_in_that_folder(bench):
    """The right one is beside it."""
    tree = built()
    said(tree, "no-sdk", "SDK is not installed", options=("--sdk", tree.bench.root / "none"))


def test_no_target(bench):
    said(built(), "no-target", "No board", target="")


def test_unknown_target(bench):
    tree = built()
    said(tree, "unknown-target", "no board OPENMV9", target="OPENMV9")


def test_unsupported_target(bench):
    tree = built()
    said(tree, "unsupported-target", "OPENMV1 can't be built", target="OPENMV1")


def test_old_compiler(bench):
    tree = firmware.Tree(bench, boards="OPENMV_N6")
    edit(tree.sdk / "gcc/bin/arm-none-eabi-gcc", "echo 14.3.1", "echo 12.2.1")
    edit(tree.sdk / "gcc/bin/arm-none-eabi-gcc", "14.3.1 2025", "12.2.1 2025")
    said(tree, "old-compiler", r"12\.2", r"14\.3", target="OPENMV_N6")


def test_new_compiler_of_the_sdk(bench):
    """The one of the SDK counts, whatever else the machine has."""
    tree = firmware.Tree(bench, boards="OPENMV_N6")
    works(tree, target="OPENMV_N6")


def test_no_compiler(bench):
    tree = built()
    shutil.rmtree(tree.sdk / "gcc")
    tools_without(tree.bench, "arm-none-eabi")
    said(tree, "no-compiler", "arm-none-eabi-gcc", "SDK")


def test_no_make(bench):
    tree = built()
    tools_without(tree.bench, "make", "gmake")
    said(tree, "no-make", "make was not found", "package")


def test_no_python(bench):
    tree = built()
    tools_without(tree.bench, "python", "pypy")
    said(tree, "no-python", "Python was not found")


def test_no_submodule(bench):
    tree = built()
    away = tree.bench.root / "apriltag"
    (tree.root / "lib/apriltag").rename(away)
    (tree.root / "lib/apriltag").mkdir()
    problem = said(tree, "no-submodule", "apriltag", "git submodule update --init")
    assert "submodule" in problem["command"], problem
    (tree.root / "lib/apriltag").rmdir()
    away.rename(tree.root / "lib/apriltag")


def test_mpy_cross(bench):
    """Built by its own command when it is missing; a failure of that is explained."""
    tree = firmware.Tree(bench, no_mpy_cross=True)
    bench.env["MODEL_MPY_CROSS_FAILS"] = "1"
    said(tree, "mpy-cross-failed", "mpy-cross can't be built", "package “gcc”")
    del bench.env["MODEL_MPY_CROSS_FAILS"]
    works(tree)
    assert (tree.root / "lib/micropython/mpy-cross/build/mpy-cross").exists()


# --- sources ---


def test_c_error(bench):
    tree = built()
    source = tree.root / "lib/imlib/blob.c"
    edit(source, "int sum = 0;", "int sum = nobody;")
    log = tree.bench.root / "log"
    problem = said(tree, "c-error", r"lib/imlib/blob\.c", "nobody", options=("--log", log))
    assert "nobody" in log.read_text().splitlines()[problem["line"] - 1], problem
    edit(source, "int sum = nobody;", "int sum = 0;")
    works(tree)


def test_c_warning(bench):
    tree = built()
    edit(tree.root / "modules/py_image.c", "int sum = 0;", "int sum = 0, unused;")
    said(tree, "c-error", r"py_image\.c", "unused", "Warnings count as errors")


def test_python_error(bench):
    tree = built()
    edit(tree.root / "scripts/libraries/rpc.py", "def call", "def def call")
    problem = said(tree, "python-error", r"rpc\.py", "line 1|:1|syntax")
    assert "/tmp/" not in problem["title"], problem


def test_manifest_error(bench):
    tree = built()
    manifest = tree.board("manifest.py")
    for line, words in (('freeze("$(OMV_LIB_DIR)/", "nowhere.py")\n', [r"nowhere\.py"]),
                        ('require("no-such-package")\n', ["no-such-package"]),
                        ("freeze((\n", ["closed|syntax|EOF"])):
        text = manifest.read_text()
        manifest.write_text(text + line)
        said(tree, "manifest-error", "manifest", *words)
        manifest.write_text(text)
    works(tree)


def test_link_error(bench):
    tree = built()
    edit(tree.root / "modules/py_omv.c", "MODEL-END", "MODEL-NEEDS:winc_sleep;MODEL-END")
    said(tree, "link-error", "winc_sleep")


def test_no_mpy_cross(bench):
    """The tree's own make looks for it where none is."""
    tree = built()
    edit(tree.root / "lib/micropython/model.mk", "mpy-cross/build/mpy-cross", "mpy-cross/nowhere")
    said(tree, "no-mpy-cross", "mpy-cross")


def test_old_objects(bench):
    """What an earlier build noted names a header that is gone; --clean helps."""
    tree = built()
    source, header = tree.root / "lib/imlib/mean.c", tree.root / "lib/imlib/mean.h"
    text = source.read_text()
    header.write_text("/* nothing */\n")
    source.write_text(text + '#include "mean.h"\n')
    works(tree)
    source.write_text(text)
    header.unlink()
    said(tree, "old-objects", "clean")
    works(tree, "--clean")


# --- sizes ---


def test_flash_overflow(bench):
    """How much too large, where, and what to drop; and the old image that stays is not offered."""
    tree = built()
    works(tree)
    assert (tree.bin / "firmware.bin").exists()
    main = tree.application("large")
    main.write_text(main.read_text() + "".join(
        f'TEXT{n} = "{chr(97 + n % 26) * 15000}{n}"\n' for n in range(90)))
    tree.freeze("--main", main)
    problem = said(tree, "flash-overflow", "bytes too large for OPENMV4", "ROMFS")
    assert problem["region"] == "FLASH_TEXT" and problem["over"] > 0, problem
    spaced = f"{problem['over']:,}".replace(",", "\u00a0")
    assert spaced in problem["title"], problem
    hints = problem["hints"]
    assert hints and any("main" in hint["what"] for hint in hints), hints
    assert hints == sorted(hints, key=lambda hint: -hint["bytes"]), hints
    tree.bench.run("freeze", "undo", "OPENMV4", "--tree", tree.root)
    works(tree)


def test_memory_overflow(bench):
    tree = built()
    header = tree.board("board_config.h")
    edit(header, "(264K)", "(290K)")
    problem = said(tree, "memory-overflow", "SRAM1", "OPENMV4")
    assert problem["region"] == "SRAM1" and problem["over"] > 0, problem
    edit(header, "(290K)", "(264K)")
    works(tree)


def test_romfs_overflow(bench):
    tree = built()
    config = tree.board("romfs_config.json")
    edit(config, "0x20000", "0x8000")
    said(tree, "romfs-overflow", "ROMFS", "too large", r"32\.0|56\.\d")
    edit(config, "0x8000", "0x20000")
    works(tree)


def test_romfs_missing(bench):
    tree = built()
    (tree.root / "lib/models/fomo_face_detection.tflite").unlink()
    said(tree, "romfs-missing", r"fomo_face_detection\.tflite", r"romfs_config\.json")


# --- what is left ---


def test_empty_image(bench):
    tree = built()
    tree.bench.env["MODEL_EMPTY_IMAGE"] = "1"
    said(tree, "empty-image", r"firmware\.bin is empty")
    del tree.bench.env["MODEL_EMPTY_IMAGE"]
    works(tree)


def test_no_image(bench):
    """make ends well, and what stands there is of an earlier build: it is not taken for this one."""
    tree = built()
    works(tree)
    assert (tree.bin / "firmware.bin").exists()
    tree.bench.env["MODEL_NO_IMAGE"] = "1"
    said(tree, "no-image", r"left no .*firmware")


def test_not_imported(bench):
    """The images are for another board than the one that was asked for."""
    tree = built()
    edit(tree.root / "tools/model.json", '"arch": "OMV4 H7 1024"', '"arch": "OMV3 F7 512"')
    edit(tree.root / "tools/model.json", "OPENMV4 with STM32H743", "OPENMV3 with STM32F765")
    said(tree, "not-imported", "not taken into the catalog")


def test_disk_full(bench):
    tree = built()
    tree.bench.env["MODEL_FAIL"] = "fatal error: error writing to x.o: No space left on device"
    said(tree, "disk-full", "disk is full")


def test_no_converter(bench):
    tree = built()
    tree.bench.env["MODEL_FAIL"] = "FileNotFoundError: [Errno 2] No such file or directory: 'stedgeai'"
    said(tree, "no-converter", "stedgeai", "SDK")


def test_converter_fails(bench):
    tree = built()
    edit(tree.root / "tools/mkromfs.py", "    os.stat(path)\n",
         "    os.stat(path)\n    if path.endswith('.tflite'):\n"
         "        import subprocess\n        subprocess.run(['vela', path], check=True)\n")
    (tree.sdk / "gcc/bin/vela").write_text("#!/bin/sh\necho 'Error: no such operator' >&2\nexit 3\n")
    (tree.sdk / "gcc/bin/vela").chmod(0o755)
    said(tree, "other", "build failed", "no such operator")


def test_other(bench):
    tree = built()
    tree.bench.env["MODEL_FAIL"] = "the moon is in the wrong house"
    said(tree, "other", "build failed")


# --- containers ---


def fake_docker(bench, script):
    folder = bench.root / "docker-bin"
    folder.mkdir(exist_ok=True)
    (folder / "docker").write_text("#!/bin/sh\n" + script)
    (folder / "docker").chmod(0o755)
    bench.env["PATH"] = f"{folder}:{os.environ['PATH']}"


def test_no_engine(bench):
    tree = built()
    tools_without(tree.bench, "docker", "podman")
    said(tree, "no-engine", "was not found", "Docker", options=("--engine", "docker"))


def test_engine_failed(bench):
    tree = built()
    fake_docker(tree.bench, "echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. "
                       "Is the docker daemon running?' >&2\nexit 1\n")
    said(tree, "engine-failed", "container can't be used", "Cannot connect",
         options=("--engine", "docker"))


def test_built_in_a_container(bench):
    """A docker that runs what it is told to on this machine."""
    tree = built()
    fake_docker(tree.bench, f"""case "$1" in
  run)
    for word do
      case "$word" in docker/build*.sh) script=$word ;; TARGET=*) export "$word" ;; esac
    done
    cd '{tree.root}' && SDK_DIR='{tree.sdk}' exec "$script" ;;
esac
exit 0
""")
    works(tree, "--engine", "docker")
    works(tree, "--engine", "docker-dev")


if __name__ == "__main__":
    rig.run(globals())
