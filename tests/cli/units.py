#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The life of units on the command line: ship, return, scrap, correct, recall, tables in and out."""
import csv
import io
import json
import pathlib
import re
import subprocess

import bench as rig


def flashed(bench, count=3):
    """Flashes cameras; their keys, in the order of their ports."""
    bench.spec = f"OPENMV4*{count}"
    build = bench.import_build()
    runs = bench.run("flash", "--build", build, "--all", "--json").json["runs"]
    assert all(run["outcome"] == "passed" for run in runs), runs
    return build, [run["unit"] for run in runs]


def unit(bench, key):
    return bench.run("unit", key, "--json").json


def states(bench):
    return {one["id"]: one["state"] for one in bench.run("units", "--json").json["units"]}


def rows(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_ship_and_return(bench):
    build, (first, second, third) = flashed(bench)
    assert set(states(bench).values()) == {"ready"}
    bench.run("label", first, "Gate 1")
    answer = bench.run("ship", "gate 1", second, "--customer", "Example Ltd", "--order", "4500-1",
                       "--date", "2026-11-20", "--json").json
    assert answer["units"] == [first, second] and answer["customer"] == "Example Ltd"
    assert states(bench) == {first: "shipped", second: "shipped", third: "ready"}

    one = unit(bench, first)
    assert one["customer"] == "Example Ltd" and one["order"] == "4500-1", one
    assert [(s["date"], s["returned"]) for s in one["shipments"]] == [("2026-11-20", None)]
    refused = bench.run("ship", third, first, "--customer", "Other", "--json", expect=4).json
    assert refused["error"]["code"] == "unit-shipped" and first in refused["error"]["message"]
    assert states(bench)[third] == "ready", "all or none"

    bench.run("return", first, "--reason", "lens scratched")
    one = unit(bench, first)
    assert one["state"] == "returned" and one["customer"] is None, one
    assert one["shipments"][0]["returned_why"] == "lens scratched"
    assert bench.run("return", first, "--reason", "again", expect=1).err
    found = bench.run("units", "--state", "shipped", "--json").json["units"]
    assert [one["id"] for one in found] == [second]
    found = bench.run("units", "example", "--json").json["units"]
    assert second in [one["id"] for one in found], "customers are searched"
    bench.run("journal", "verify")


def test_wrong_words(bench):
    build, (first, *_) = flashed(bench, 1)
    for words in (["ship", first], ["ship", "--customer", "X"], ["return", first], ["scrap", first],
                  ["ship", first, "--customer", "X", "--date", "2026-02-30"],
                  ["ship", first, "--customer", " "], ["note", first], ["recall"],
                  ["recall", "--build", "a", "--release", "b"], ["recall", "--digest", "12"],
                  ["units", "--state", "lost"], ["units", "--board", "NONE"], ["units", "export"],
                  ["units", "--preview"], ["units", "x", "y"], ["correct", first, "1234567",
                                                                "--reason", "x"]):
        bench.run(*words, expect=2)
    bench.run("ship", "nobody", "--customer", "X", expect=3)
    bench.run("unit", "nobody", expect=3)
    bench.run("recall", "--build", "nobody", expect=3)
    bench.run("correct", first, "00000000", "--reason", "x", expect=3)
    assert states(bench) == {first: "ready"}


def test_pasted_list(bench):
    build, keys = flashed(bench)
    listed = bench.root / "list.txt"
    listed.write_text("\n".join(key.split(":")[1] for key in keys[:2]) + "\nnobody\n")
    failed = bench.run("ship", "--from", listed, "--customer", "X", "--json", expect=3).json
    assert failed["error"]["code"] == "no-unit" and "nobody" in failed["error"]["message"]
    assert set(states(bench).values()) == {"ready"}
    done = subprocess.run(bench.command("ship", "--from", "-", "--customer", "X", "--json"),
                          env=bench.env, capture_output=True, text=True, timeout=60,
                          input=f"{keys[0]}, {keys[1].split(':')[1].lower()}\r\n{keys[0]}\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["units"] == keys[:2]


def test_scrap_and_correct(bench):
    build, (first, second, _) = flashed(bench)
    bench.run("scrap", first, "--reason", "worn flash")
    bench.run("note", first, "sector 7 fails")
    picture = bench.root / "picture.png"
    picture.write_bytes(b"not really a picture")
    bench.run("attach", first, picture)
    one = unit(bench, first)
    assert one["state"] == "scrapped"
    assert {remark["text"] for remark in one["remarks"]} == {"worn flash", "sector 7 fails",
                                                             "picture.png"}
    kept = next(remark for remark in one["remarks"] if remark["kind"] == "unit.attached")
    assert kept["sha256"] == rig.sha256(picture.read_bytes()) and kept["size"] == 20
    refused = bench.run("ship", first, "--customer", "X", "--json", expect=4).json
    assert refused["error"]["code"] == "unit-scrapped", refused

    entry = next(r["entry"] for r in one["remarks"] if r["kind"] == "unit.scrapped")
    bench.run("correct", first, entry, "--reason", "it was the cable")
    one = unit(bench, first)
    assert one["state"] == "ready", one["state"]
    taken = next(r for r in one["remarks"] if r["entry"] == entry)
    assert taken["corrected"], "shown, not removed"
    bench.run("correct", first, entry, "--reason", "again", expect=1)
    bench.run("correct", second, entry, "--reason", "another unit", expect=3)
    journal = bench.run("journal", "it was the cable", "--json").json["journal"]
    assert [entry["kind"] for entry in journal] == ["unit.corrected"]


def test_recall(bench):
    build, (first, second, third) = flashed(bench)
    bench.run("ship", first, "--customer", "=cmd()", "--order", "7", "--date", "2026-11-20")
    answer = bench.run("recall", "--build", build, "--json").json
    assert answer["now"] == answer["ever"] == 3, answer
    assert all(row["now"] and row["whole"] for row in answer["units"]), answer
    row = next(row for row in answer["units"] if row["unit"] == first)
    assert (row["customer"], row["order"], row["date"]) == ("=cmd()", "7", "2026-11-20")

    table = rows(bench.run("recall", "--build", build, "--csv", "-").out)
    assert {line["unit"] for line in table} == {first, second, third}
    line = next(line for line in table if line["unit"] == first)
    assert line["customer"] == "'=cmd()" and line["now"] == "yes", line
    target = bench.root / "recall.csv"
    bench.run("recall", "--build", build, "--csv", target)
    assert rows(target.read_text()) == table

    contents = {c["role"]: c["sha256"] for c in unit(bench, second)["contents"]}
    by_digest = bench.run("recall", "--digest", contents["firmware"], "--json").json
    assert by_digest["now"] == 3
    by_bootloader = bench.run("recall", "--digest", contents["bootloader"], "--json").json
    assert by_bootloader["now"] == 3, "bootloaders are read, and found"
    nothing = bench.run("recall", "--digest", "0" * 64, "--json").json
    assert nothing["now"] == nothing["ever"] == 0 and nothing["units"] == []
    assert len(bench.run("recall", "--build", build, "--limit", "2", "--json").json["units"]) == 2


def test_import(bench):
    build, (first, *_) = flashed(bench, 1)
    table = bench.root / "units.csv"
    table.write_text(
        "\ufeffUnit;Board;Label;Serial;Customer;Order;Date;Note\r\n"
        f"{first};;Gate 1;G-1;Köln GmbH;4500;2026-11-20;\r\n"
        "stm32:3046534563033125523046A1;OPENMV4;Gate 2;G-2;Köln GmbH;4500;2026-11-20;\"a;b\"\r\n"
        "stm32:3046;OPENMV4;;;;;;\r\n", encoding="utf-8")
    before = bench.run("stats", "--json").json
    preview = bench.run("units", "import", table, "--preview", "--json", expect=1).json
    assert (preview["lines"], preview["new_units"], preview["rejected"]) == (3, 1, 1), preview
    assert preview["rejects"][0]["line"] == 4 and preview["rejects"][0]["why"]
    assert bench.run("stats", "--json").json["n_entries"] == before["n_entries"]

    done = bench.run("units", "import", table, "--json", expect=1).json
    assert {**done, "preview": True} == preview
    after = bench.run("stats", "--json").json
    assert after["n_entries"] == before["n_entries"] + done["changes"]
    again = bench.run("units", "import", table, "--json", expect=1).json
    assert (again["same"], again["changes"]) == (2, 0), again
    assert bench.run("unit", "G-2", "--json").json["id"] == "stm32:3046534563033125523046A1"
    assert unit(bench, first)["customer"] == "Köln GmbH"
    assert bench.run("customers", "--json").json["customers"] == ["Köln GmbH"]

    exported = bench.root / "out.csv"
    bench.run("units", "export", exported)
    same = bench.run("units", "import", exported, "--json").json
    assert same["same"] == 2 and "state" in same["ignored_columns"], same
    for heading in ("", "label\n", "unit,colour\n"):
        table.write_text(heading)
        bench.run("units", "import", table, expect=2)
    bench.run("units", "import", bench.root / "missing.csv", expect=3)
    bench.run("journal", "verify")


def test_tables_agree(bench):
    """CSV, JSON and the answers for machines tell the same."""
    build, keys = flashed(bench)
    bench.run("ship", keys[0], "--customer", "A, \"B\"", "--date", "2026-11-20")
    listed = bench.run("units", "--json").json["units"]
    table = rows(bench.run("units", "--csv").out)
    target = bench.root / "units.json"
    bench.run("units", "export", target)
    array = json.loads(target.read_text())
    assert [line["unit"] for line in table] == [one["id"] for one in listed]
    assert [one["unit"] for one in array] == [one["id"] for one in listed]
    assert {line["customer"] for line in table} == {"A, \"B\"", ""}
    assert all(one["build_id"] == build for one in array)
    runs = rows(bench.run("runs", "--csv", "-").out)
    assert [run["run"] for run in runs] == [
        run["run"] for run in bench.run("runs", "--json").json["runs"]]
    entries = rows(bench.run("journal", "--csv", "-").out)
    whole = bench.run("journal", "--json").json["journal"]
    assert [entry["hash"] for entry in entries] == [entry["hash"] for entry in reversed(whole)]
    assert [entry["payload"] for entry in entries] == [
        entry["payload"] for entry in reversed(whole)]


def test_fields_are_documented(bench):
    """docs/tables.md names every field that a table has."""
    build, keys = flashed(bench, 1)
    docs = pathlib.Path(__file__).resolve().parents[2] / "docs" / "tables.md"
    documented = set(re.findall(r"`([a-z0-9_]+)`", docs.read_text(encoding="utf-8")))
    for words in (["units", "--csv"], ["runs", "--csv", "-"], ["journal", "--csv", "-"],
                  ["recall", "--build", build, "--csv", "-"]):
        heading = bench.run(*words).out.splitlines()[0].split(",")
        assert set(heading) <= documented, set(heading) - documented


def test_customers(bench):
    """Names are no facts: they change for all shipments, and the journal never held them."""
    build, (first, *_) = flashed(bench, 1)
    bench.run("ship", first, "--customer", "Mistyped Ltd", "--date", "2026-11-20")
    bench.run("customers", "rename", "nobody", "x", expect=3)
    bench.run("customers", "rename", "Mistyped Ltd", "Example Ltd")
    assert unit(bench, first)["customer"] == "Example Ltd"
    assert not bench.run("journal", "Mistyped", "--json").json["journal"]
    assert b"Mistyped" not in bench.run("journal", "--csv", "-").out.encode()
    bench.run("journal", "verify")


def test_story_is_in_the_journal(bench):
    """What unit tells can be made again from the journal alone."""
    build, (first, second, third) = flashed(bench)
    bench.run("ship", first, second, "--customer", "X", "--date", "2026-11-20")
    bench.run("return", first, "--reason", "broken")
    bench.run("scrap", first, "--reason", "beyond repair")
    bench.run("note", second, "with tripod")
    before = [unit(bench, key) for key in (first, second, third)]
    kinds = [entry["kind"] for entry in
             bench.run("journal", first, "--json").json["journal"]]
    assert kinds[:3] == ["unit.scrapped", "unit.returned", "unit.shipped"], kinds
    bench.run("catalog", "rebuild")
    after = [unit(bench, key) for key in (first, second, third)]
    assert before == after
    bench.run("catalog", "verify")


def test_stats(bench):
    build, keys = flashed(bench)
    bench.run("scrap", keys[0], "--reason", "x")
    stats = bench.run("stats", "--json").json
    counts = {(line["board"], line["state"]): line["units"] for line in stats["units"]}
    assert counts == {("OPENMV4", "scrapped"): 1, ("OPENMV4", "ready"): 2}, counts
    assert stats["today"] == {"passed": 3} and stats["conflicts"] == 0, stats


if __name__ == "__main__":
    rig.run(globals())
