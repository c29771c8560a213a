#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ROMFS images on the command line: packed, listed, extracted, read from a camera."""
import json
import subprocess

import bench as rig

FAST = ("--simulate-speed", "fast")


def write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def make_folder(bench):
    folder = bench.root / "assets"
    write(folder / "labels.txt", "face\n")
    write(folder / "app.py", "print('hi')\n")
    write(folder / "lib/net.tflite", bytes(range(200)))
    write(folder / ".hidden", "x")
    return folder


def pack(bench, *args, expect=0):
    folder = make_folder(bench)
    image = bench.root / "out.img"
    return image, bench.run("romfs", "pack", folder, "-o", image, "--json", *args, expect=expect).json


def codes(answer):
    return sorted(finding["code"] for finding in answer["findings"])


def test_pack_list_extract(bench):
    image, answer = pack(bench)
    assert answer["ok"] and answer["size"] == image.stat().st_size, answer
    assert [file["name"] for file in answer["files"]] == ["app.py", "labels.txt", "lib/net.tflite"]
    assert codes(answer) == ["hidden", "not-compiled", "not-converted"], answer

    listed = bench.run("romfs", "list", image, "--json").json
    for made, found in zip(answer["files"], listed["files"]):
        assert {key: made[key] for key in ("name", "size", "offset", "alignment")} == \
               {key: found[key] for key in ("name", "size", "offset", "alignment")}
    model = listed["files"][2]
    assert model["offset"] % 16 == 0
    assert image.read_bytes()[model["offset"]:][:200] == bytes(range(200))
    assert listed["size"] == image.stat().st_size and listed["limit"] is None
    text = bench.run("romfs", "list", image, "--target", "OPENMV4").out
    assert "labels.txt" in text and "131" in text, text

    out = bench.root / "out"
    bench.run("romfs", "extract", image, "-o", out)
    assert (out / "lib/net.tflite").read_bytes() == bytes(range(200))
    assert (out / "labels.txt").read_text() == "face\n"
    refused = bench.run("romfs", "extract", image, "-o", out, "--json", expect=1).json
    assert refused["error"]["code"] == "file-exists", refused
    bench.run("romfs", "extract", image, "-o", out, "--force")
    one = bench.root / "one"
    bench.run("romfs", "extract", image, "labels.txt", "-o", one)
    assert sorted(path.name for path in one.iterdir()) == ["labels.txt"]


def test_alignment_and_limit(bench):
    image, answer = pack(bench, "--align", "txt=256")
    assert answer["files"][1]["offset"] % 256 == 0
    image.unlink()
    image, answer = pack(bench, "--limit", "128", expect=1)
    assert answer["error"]["code"] == "romfs-full", answer
    assert not image.exists()
    for bad in (("--align", "txt=3"), ("--align", "txt"), ("--limit", "much"), ("--partition", "77")):
        _, answer = pack(bench, *bad, expect=2)
        assert answer["error"]["code"] == "usage", answer
    assert not image.exists()
    _, answer = pack(bench, "--target", "OPENMV4")
    assert {"not-converted", "warning"} <= {value for finding in answer["findings"]
                                            for value in finding.values()}, answer
    assert answer["limit"] == 128 * 1024


def test_existing_image_is_kept(bench):
    image, _ = pack(bench)
    before = image.read_bytes()
    _, answer = pack(bench, expect=1)
    assert answer["error"]["code"] == "file-exists" and image.read_bytes() == before
    pack(bench, "--force")


def test_standard_output(bench):
    folder = make_folder(bench)
    image, _ = pack(bench)
    bench.run("romfs", "pack", folder, "-o", "-", "--json", expect=2)
    done = subprocess.run(bench.command("romfs", "pack", folder, "-o", "-"), check=True,
                          capture_output=True, env=bench.env)
    assert done.stdout == image.read_bytes()
    assert b"hidden" in done.stderr


def test_config(bench):
    top = bench.root / "tree"
    write(top / "lib/a.bin", "a")
    write(top / "lib/b.bin", "b")
    config = write(top / "boards/X/romfs_config.json", json.dumps({"0": {
        "size": "0x100", "entries": [{"type": "data", "path": "{TOP}/lib/*.bin", "alignment": 32}]}}))
    image = bench.root / "config.img"
    answer = bench.run("romfs", "pack", config, "-o", image, "--json").json
    assert [file["name"] for file in answer["files"]] == ["a.bin", "b.bin"]
    assert all(file["offset"] % 32 == 0 for file in answer["files"])
    assert answer["limit"] == 0x100
    write(config, json.dumps({"0": {"size": "0x40", "entries": [
        {"type": "data", "path": "{TOP}/lib/*.bin"}, {"type": "data", "path": "{TOP}/lib/gone"}]}}))
    answer = bench.run("romfs", "pack", config, "-o", image, "--force", "--json", expect=3).json
    assert "gone" in answer["error"]["message"], answer
    answer = bench.run("romfs", "pack", bench.root / "nothing", "-o", image, "--json", expect=3).json
    assert not answer["ok"]


def test_bad_images(bench):
    bad = write(bench.root / "bad.img", bytes.fromhex("d2cd3105"))
    for command in (("list", bad), ("extract", bad, "-o", bench.root / "x")):
        answer = bench.run("romfs", *command, "--json", expect=1).json
        assert answer["error"]["code"] == "bad-romfs", answer
    assert not (bench.root / "x").exists()
    escape = write(bench.root / "escape.img",
                   bytes.fromhex("d2cd31 0c 04 0a 02 2e2e 05 05 01 61 02 01 31".replace(" ", "")))
    answer = bench.run("romfs", "extract", escape, "-o", bench.root / "x", "--json", expect=1).json
    assert answer["error"]["code"] == "bad-romfs", answer
    bench.run("romfs", expect=2)
    bench.run("romfs", "list", expect=2)
    bench.run("romfs", "unpack", bad, expect=2)


def test_camera(bench):
    build = bench.import_build("OPENMV4")
    bench.run(*FAST, "flash", "--port", "1-1", "--build", build)
    listed = bench.run(*FAST, "romfs", "list", "--port", "1-1", "--json").json
    assert listed["files"] and listed["limit"] == 128 * 1024, listed
    assert listed["size"] <= 128 * 1024, listed
    out = bench.root / "from-camera"
    bench.run(*FAST, "romfs", "extract", "--port", "1-1", "-o", out)
    assert sorted(path.name for path in out.iterdir()) == sorted(f["name"] for f in listed["files"])
    bench.run(*FAST, "romfs", "list", "--port", "9-9", expect=3)


if __name__ == "__main__":
    rig.run(globals())
