# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases from the command line: made, locked, signed, handed to another bench, withdrawn."""
import json
import pathlib
import subprocess
import zipfile

import bench
from bench import Bench


def create(b, *options, name="gate-counter", version="1.0.0"):
    return b.run("release", "create", name, version, *options, "--json").json


def locked(b, *options, version="1.0.0"):
    build = b.import_build()
    draft = create(b, "--build", build, *options, version=version)["release"]
    return b.run("release", "lock", draft, "--json").json["release"]


def error_of(result):
    return result.json["error"]


def test_life(b):
    build = b.import_build()
    answer = create(b, "--build", build, "--erase-filesystem", "--confirm", "text",
                    "--notes", "for the trial")
    assert answer["lockable"] and answer["findings"] == [] and answer["state"] == "draft", answer
    assert answer["boards"] == ["OPENMV4"], answer

    edited = b.run("release", "edit", answer["release"], "--keep-filesystem", "--confirm", "none",
                   "--json").json
    assert edited["release"] == answer["release"]
    recipe = b.run("release", "show", edited["release"], "--json").json["release"]["recipe"]
    assert recipe["erase_filesystem"] is False and recipe["confirm"] == "none", recipe
    assert recipe["notes"] == "for the trial"

    release = b.run("release", "lock", "gate-counter", "--json").json["release"]
    assert len(release) == 64
    shown = b.run("release", "show", "gate-counter@1.0.0", "--json").json["release"]
    assert shown["id"] == release and shown["state"] == "locked" and shown["units"] == 0
    assert {a["role"] for a in shown["artifacts"]} == {"firmware", "romfs0"}, shown
    assert error_of(b.run("release", "edit", release, "--notes", "x", "--json", expect=2))["code"] == "usage"

    derived = b.run("release", "derive", release, "--new-version", "1.0.1", "--json").json
    assert derived["lockable"], derived
    assert derived["supersedes"] == release, derived
    second = b.run("release", "lock", derived["release"], "--json").json["release"]
    b.run("release", "withdraw", release, expect=2)
    b.run("release", "withdraw", release, "--reason", "drops frames")
    states = {r["id"]: r["state"] for r in b.run("release", "list", "--json").json["releases"]}
    assert states == {release: "withdrawn", second: "locked"}, states
    assert "drops frames" in b.run("release", "show", release).out
    b.run("journal", "verify")
    b.run("catalog", "rebuild")
    assert {r["id"]: r["state"] for r in b.run("release", "list", "--json").json["releases"]} == states


def test_findings(b):
    build = b.import_build()
    answer = create(b, "--build", build, "--serial", "counter:GATE-:2:1-500", version="")
    codes = {f["code"] for f in answer["findings"]}
    assert not answer["lockable"] and codes == {"bad-serial-rule", "no-version"}, answer
    refused = b.run("release", "lock", answer["release"], "--json", expect=4)
    assert error_of(refused)["code"] == "not-lockable", refused.out
    b.run("release", "drop", answer["release"])
    assert b.run("release", "list", "--json").json["releases"] == []

    loose = b.practice_build() / "firmware.bin"
    data = bytearray(loose.read_bytes())
    data[len(data) // 2] ^= 1
    other = b.root / "firmware.bin"
    other.write_bytes(bytes(data))
    single = b.run("import", other, "--board", "OPENMV4", "--json").json["build"]
    answer = create(b, "--build", single)
    assert [f["code"] for f in answer["findings"]] == ["unknown-origin"], answer
    b.run("release", "lock", answer["release"], expect=4)
    b.run("release", "edit", answer["release"], "--reason", "unknown-origin=a gift")
    b.run("release", "lock", answer["release"])


def test_usage(b):
    build = b.import_build()
    wrong = [("create", "x"), ("nothing",), ("create", "x", "1", "--serial", "dice"),
             ("create", "x", "1", "--serial", "counter:A"), ("create", "x", "1", "--role", "firmware"),
             ("create", "x", "1", "--build", build, "--role", "nose"),
             ("create", "x", "1", "--file", "a"), ("create", "x", "1", "--reason", "a"),
             ("create", "x", "1", "--confirm", "smell"),
             ("create", "x", "1", "--erase-filesystem", "--keep-filesystem")]
    for args in wrong:
        result = b.run("release", *args, "--json", expect=2)
        assert error_of(result)["code"] == "usage", result.out
    result = b.run("release", "create", "x", "1", "--file", "../a=template:x", "--json", expect=4)
    assert error_of(result)["code"] == "bad-recipe", result.out
    assert b.run("release", "show", "nothing", expect=3).err
    b.run("release", "create", "x", "1", "--build", "nothing", expect=3)
    assert b.run("release", "list", "--json").json["releases"] == []


def test_keys(b):
    release = locked(b)
    b.run("release", "sign", release, expect=1)
    key = b.run("key", "create", "anna", "--json").json["key"]
    secret = b.root / "keys" / "anna.key"
    assert secret.stat().st_mode & 0o777 == 0o600
    b.run("release", "sign", release)
    shown = b.run("release", "show", release, "--json").json["release"]
    assert [s["key"] for s in shown["signatures"]] == [key] and shown["trusted"], shown
    b.run("key", "export", "anna", b.root / "anna.pub")
    assert (b.root / "anna.pub").read_text() == f"{key} anna\n"
    b.run("key", "distrust", "anna", expect=2)
    b.run("key", "distrust", "anna", "--reason", "left")
    keys = b.run("key", "list", "--json").json
    assert keys["keys"][0]["trusted"] is False and keys["secret"] == ["anna"], keys
    b.run("key", "require", "yes")
    refused = b.run("release", "export", release, b.root / "x.hotshoe", "--json", expect=4)
    assert error_of(refused)["code"] == "unsigned", refused.out
    b.run("key", "trust", b.root / "anna.pub")
    b.run("release", "export", release, b.root / "x.hotshoe")
    # The secret is nowhere but in its file.
    seed = secret.read_text().strip()
    for path in b.root.rglob("*"):
        if path.is_file() and path != secret:
            assert seed.encode() not in path.read_bytes(), path


def test_other_bench(b):
    release = locked(b, "--serial", "counter:GATE-:4:1-500",
                     "--file", "unit.txt=template:{id} {serial}")
    b.run("key", "create", "anna")
    b.run("release", "sign", release)
    b.run("release", "lease", release, 1, 100)
    bundle = b.root / "gate.hotshoe"
    b.run("release", "export", release, bundle, "--lease", "51-100")
    assert b.run("release", "leases", release, "--json").json["left"] == 50

    other = Bench(b.program)
    try:
        got = other.run("release", "import", bundle, "--json").json
        assert got["release"] == release and not got["existing"] and not got["trusted"], got
        assert other.run("release", "import", bundle, "--json").json["existing"]
        assert other.run("release", "leases", release, "--json").json["left"] == 50
        assert len(other.run("builds", "--json").json["builds"]) == 1
        shown = other.run("release", "show", release, "--json").json["release"]
        mine = b.run("release", "show", release, "--json").json["release"]
        assert shown["recipe"] == mine["recipe"] and shown["origin"] == "bundle"

        # Somebody changes one byte of an image.
        spoilt = b.root / "spoilt.hotshoe"
        data = bytearray(bundle.read_bytes())
        data[len(data) // 2] ^= 1
        spoilt.write_bytes(bytes(data))
        third = Bench(b.program)
        try:
            refused = third.run("release", "import", spoilt, "--json", expect=4)
            error = error_of(refused)
            assert error["code"] == "bundle-altered", error
            assert "artifacts/OPENMV4/firmware-" in error["message"], error
            assert third.run("release", "list", "--json").json["releases"] == []
            assert third.run("builds", "--json").json["builds"] == []
        finally:
            third.close()
    finally:
        other.close()


def test_bundle_is_a_zip(b):
    release = locked(b)
    bundle = b.root / "gate.hotshoe"
    b.run("release", "export", release, bundle)
    with zipfile.ZipFile(bundle) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["format"] == 1 and manifest["release"] == release
        assert bench.sha256(manifest["recipe"].encode()) == release
        for file in manifest["files"]:
            data = archive.read(file["name"])
            assert bench.sha256(data) == file["sha256"] and len(data) == file["size"]
        signatures = json.loads(archive.read("signatures.json"))
        assert signatures["manifest_sha256"] == bench.sha256(archive.read("manifest.json"))


def test_for_ide(b):
    release = locked(b)
    folder = b.root / "for-ide"
    b.run("release", "export", release, folder, "--for-ide")
    assert {p.name for p in folder.iterdir()} == {"firmware.bin", "romfs0.img", "README.txt", "SHA256SUMS"}
    subprocess.run(["sha256sum", "--strict", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)
    build = b.root / "build" / "OPENMV4" / "bin"
    for name in ["firmware.bin", "romfs0.img"]:
        assert (folder / name).read_bytes() == (pathlib.Path(build) / name).read_bytes()
    b.run("release", "export", release, folder, "--for-ide", expect=2)


bench.run(globals())
