#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a script becomes a product: frozen into a tree, built, imported, flashed, on record; and the
tree as it was before."""
import bench as rig
import firmware


def flash_and_look(bench, tree, build, number):
    answer = bench.run("flash", "--build", build, "--all", "--json").json
    run, = answer["runs"]
    assert run["outcome"] == "passed" and run["proof"] == "read-back+version", run
    assert run["version"]["verdict"] == "equal" and run["version"]["reported"] == number, run
    unit = bench.run("unit", run["unit"], "--json").json
    contents = {content["role"]: content for content in unit["contents"]}
    assert contents["firmware"]["build"] == build, contents
    found = bench.run("identify", "--all", "--json").json["runs"][0]
    assert found["found_build"] == build, found
    return run


def build_of(answer):
    assert answer["ok"], answer
    builds = answer["builds"]
    assert len(builds) == 1, builds
    return builds[0]


def test_from_script_to_camera(bench):
    tree = firmware.Tree(bench)
    before = tree.snapshot()
    main = tree.application("one")

    shown = tree.freeze("--main", main, "--dry-run")
    assert tree.snapshot() == before, "a dry run wrote something"
    assert '"main.py"' in shown.json["diff"], shown.out
    tree.freeze("--main", main)
    changed = firmware.difference(before, tree.snapshot())
    assert sorted(changed) == ["boards/OPENMV4/manifest.py", "scripts/libraries/main.py"], changed

    first = build_of(tree.build().json)
    found = next(build for build in bench.run("builds", "--json").json["builds"]
                 if build["id"] == first["build"])
    assert found["board"] == "OPENMV4", found
    image = (tree.bin / "firmware.bin").read_bytes()
    assert b"\0main.py\0" in image and b"marker-of-the-gate-one" in image

    bench.run("devices")
    assert b"marker" not in next(bench.cameras.glob("*/FIRMWARE.bin")).read_bytes()
    run = flash_and_look(bench, tree, first["build"], "5.1.0")
    camera = next(bench.cameras.glob("*/FIRMWARE.bin")).read_bytes()
    assert camera[:len(image)] == image
    assert run["version"]["kind"] in ("number", "text"), run

    bench.run("freeze", "undo", "OPENMV4", "--tree", tree.root)
    assert tree.snapshot() == before, firmware.difference(before, tree.snapshot())
    bench.run("journal", "verify")


def test_taken_out_again(bench):
    """What is no longer frozen is no longer in the image: MicroPython's own rules would keep it."""
    tree = firmware.Tree(bench)
    plain = build_of(tree.build().json)
    tree.freeze("--main", tree.application("two"))
    frozen = build_of(tree.build().json)
    assert frozen["build"] != plain["build"]
    assert b"marker-of-the-gate-two" in (tree.bin / "firmware.bin").read_bytes()
    bench.run("freeze", "undo", "OPENMV4", "--tree", tree.root)
    again = build_of(tree.build().json)
    image = (tree.bin / "firmware.bin").read_bytes()
    assert b"marker-of-the-gate-two" not in image and b"\0main.py\0" not in image
    assert again["build"] == plain["build"], "the same sources make the same build"


def test_changed_application(bench):
    """A second version of the application is a second build."""
    tree = firmware.Tree(bench)
    tree.freeze("--main", tree.application("first"))
    first = build_of(tree.build().json)
    tree.freeze("--main", tree.application("second"))
    second = build_of(tree.build().json)
    assert first["build"] != second["build"]
    bench.run("devices")
    flash_and_look(bench, tree, first["build"], "5.1.0")
    flash_and_look(bench, tree, second["build"], "5.1.0")
    assert b"marker-of-the-gate-second" in next(bench.cameras.glob("*/FIRMWARE.bin")).read_bytes()


def test_old_layout(bench):
    tree = firmware.Tree(bench, layout="src")
    before = tree.snapshot()
    tree.freeze("--main", tree.application("old"))
    built = build_of(tree.build().json)
    assert b"marker-of-the-gate-old" in (tree.bin / "firmware.bin").read_bytes()
    bench.run("devices")
    flash_and_look(bench, tree, built["build"], "4.6.20")
    bench.run("freeze", "undo", "OPENMV4", "--tree", tree.root)
    assert tree.snapshot() == before, firmware.difference(before, tree.snapshot())


def test_two_cores(bench):
    bench.spec = "OPENMV_AE3"
    tree = firmware.Tree(bench, boards="OPENMV_AE3")
    built = build_of(tree.build(target="OPENMV_AE3").json)
    bench.run("devices")
    run = bench.run("flash", "--build", built["build"], "--all", "--json").json["runs"][0]
    assert run["outcome"] == "passed", run


if __name__ == "__main__":
    rig.run(globals())
