#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Features, memory and models of a board in a firmware tree; builds of the cloud."""
import json
import pathlib
import subprocess
import sys
import zipfile

import bench as rig

TESTS = pathlib.Path(__file__).resolve().parent.parent


def make_tree(bench, *arguments):
    folder = bench.root / "tree"
    subprocess.run([sys.executable, TESTS / "model-tree" / "make.py", folder, "--no-mpy-cross",
                    "--no-git", *arguments], check=True, stdout=subprocess.DEVNULL)
    return folder


def snapshot(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def test_features(bench):
    for layout in ("top", "src"):
        tree = make_tree(bench, "--layout", layout)
        before = snapshot(tree)
        listed = bench.run("features", "OPENMV4", "--tree", tree, "--json").json["features"]
        state = {feature["macro"]: feature for feature in listed}
        assert state["IMLIB_ENABLE_APRILTAGS"]["on"]
        assert state["IMLIB_ENABLE_APRILTAGS"]["saves"] == 64 * 1024
        words = ("features", "OPENMV4", "--tree", tree, "--off", "IMLIB_ENABLE_APRILTAGS",
                 "--on", "IMLIB_ENABLE_HOG", "--json")
        assert not bench.run(*words, "--dry-run").json["written"]
        assert snapshot(tree) == before
        done = bench.run(*words).json
        assert done["written"] and len(done["files"]) == 1
        listed = bench.run("features", "OPENMV4", "--tree", tree, "--json").json["features"]
        state = {feature["macro"]: feature["on"] for feature in listed}
        assert not state["IMLIB_ENABLE_APRILTAGS"] and state["IMLIB_ENABLE_HOG"]
        bench.run("tree", "undo", done["edit"], tree)
        assert snapshot(tree) == before
        refused = bench.run("features", "OPENMV4", "--tree", tree, "--off", "NOTHING", expect=2)
        assert "NOTHING" in refused.err
        subprocess.run(["rm", "-rf", tree], check=True)


def test_memory(bench):
    tree = make_tree(bench)
    layout = bench.run("memory", "OPENMV4", "--tree", tree, "--json").json
    assert layout["family"] == "uma"
    pool = [block for block in layout["blocks"] if block["name"] == "OMV_UMA_BLOCK0"][0]
    region = [one for one in layout["regions"] if one["name"] == pool["region"]][0]
    assert region["used"] <= region["length"]
    too_much = f"OMV_UMA_BLOCK0={region['length'] // 1024 + 1}K"
    refused = bench.run("memory", "OPENMV4", "--tree", tree, "--set", too_much, expect=2)
    assert region["name"] in refused.err
    less = pool["size"] // 1024 - 64
    done = bench.run("memory", "OPENMV4", "--tree", tree, "--set", f"OMV_UMA_BLOCK0={less}K",
                     "--json").json
    assert done["written"] and f"({less}K)" in done["diff"]


def test_models(bench):
    tree = make_tree(bench)
    before = snapshot(tree)
    model = bench.root / "gate.tflite"
    model.write_bytes(b"\x1c\0\0\0TFL3" + bytes(100))
    (bench.root / "gate.txt").write_text("gate\n")
    done = bench.run("models", "OPENMV4", "--tree", tree, "--add", model, "--json").json
    assert done["written"] and "lib/models/gate.txt" in done["files"]
    config = json.loads((tree / "boards/OPENMV4/romfs_config.json").read_text())
    assert config["0"]["entries"][-1]["path"] == "{TOP}/lib/models/gate.tflite"
    names = [model["name"] for model in
             bench.run("models", "OPENMV4", "--tree", tree, "--json").json["models"]]
    assert "/rom/gate.tflite" in names
    bench.run("tree", "undo", done["edit"], tree)
    assert snapshot(tree) == before


def make_zip(bench, name, boards, flat=False):
    path = bench.root / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for board in boards:
            for file in sorted(bench.practice_build(board).iterdir()):
                archive.write(file, file.name if flat else f"{board}/{file.name}")
    return path


def test_cloud(bench):
    path = make_zip(bench, "firmware_v5.0.0.zip", ["OPENMV4", "OPENMV3"])
    listed = bench.run("cloud", "list", path, "--json").json["builds"]
    assert sorted(one["target"] for one in listed) == ["OPENMV3", "OPENMV4"]
    bench.run("cloud", "import", path, expect=None)  # which of them?
    url = "https://github.com/somebody/openmv/actions/runs/1"
    done = bench.run("cloud", "import", path, "--target", "OPENMV3", "--url", url, "--json").json
    assert done["board"] == "OPENMV3"
    with bench.database() as database:
        details = [row[0] for row in database.execute(
            "SELECT payload FROM journal WHERE kind = 'build.imported'")]
    assert any(url in text for text in details), details

    flat = make_zip(bench, "OPENMV4.zip", ["OPENMV4"], flat=True)
    assert bench.run("cloud", "list", flat, "--json").json["builds"][0]["target"] == "OPENMV4"
    wrong = make_zip(bench, "OPENMV2.zip", ["OPENMV4"], flat=True)
    refused = bench.run("cloud", "import", wrong, expect=None)
    assert refused.status != 0 and "OPENMV4" in refused.err
    for bad in ("ftp://x/y", "https://me:secret@github.com/x", "javascript:alert(1)"):
        assert bench.run("cloud", "import", flat, "--url", bad, expect=2).status == 2


def test_cloud_pages(bench):
    for fork in ("me/openmv", "https://github.com/me/openmv.git", "git@github.com:me/openmv.git"):
        pages = bench.run("cloud", "pages", fork, "--target", "OPENMV4", "--json").json
        assert pages["manifest"] == \
            "https://github.com/me/openmv/edit/master/boards/OPENMV4/manifest.py"
        assert pages["libraries"] == "https://github.com/me/openmv/upload/master/scripts/libraries"
    for bad in ("", "me", "https://example.com/me/openmv", "me/../x", "-x/y"):
        assert bench.run("cloud", "pages", bad, expect=None).status == 2, bad


if __name__ == "__main__":
    rig.run(globals())
