#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two benches and an office: one release, leases of one series, journals exchanged in any order."""
import json

import bench as rig

RELEASE = "gate-counter"


class Benches:
    """A locks, signs and hands on a release; B takes it; C only ever reads what they did."""

    def __init__(self, bench):
        self.a = bench
        self.b = rig.Bench(bench.program)
        self.c = rig.Bench(bench.program)
        self.a.spec = "OPENMV4*3"
        self.b.spec = "OPENMV4*6"
        self.n = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.b.close()
        self.c.close()

    @property
    def all(self):
        return self.a, self.b, self.c

    def hand_on(self):
        a, b = self.a, self.b
        bundle, key = a.root / "gate.hotshoe", a.root / "acme.pub"
        a.run("key", "create", "acme")
        a.run("release", "create", RELEASE, "1.4.2", "--build", a.import_build(),
              "--serial", "counter:GATE-:4:1-9999")
        a.run("release", "lock", RELEASE)
        a.run("release", "sign", RELEASE)
        a.run("release", "lease", RELEASE, "1", "100")
        a.run("release", "export", RELEASE, bundle, "--lease", "51-100")
        a.run("key", "export", "acme", key)
        b.run("key", "trust", key)
        b.run("key", "require", "yes")
        b.run("release", "import", bundle)

    def carry(self, source, *targets):
        """What the source has by now, on a stick, to each target in turn."""
        self.n += 1
        folder = source.root / f"stick-{self.n}"
        source.run("journal", "export", folder)
        return [target.run("journal", "import", folder, "--json").json["new"]
                for target in targets]

    def flash(self):
        done = self.a.run("flash", "--release", RELEASE, "--all", "--json").json["runs"]
        ports = [word for n in (4, 5, 6) for word in ("--port", f"1-{n}")]
        also = self.b.run("flash", "--release", RELEASE, *ports, "--json").json["runs"]
        assert all(run["outcome"] == "passed" for run in done + also), done + also
        return [run["unit"] for run in done], [run["unit"] for run in also]


def story(bench):
    """All that is told of units, in an order that no bench chose."""
    units = bench.run("units", "--json").json["units"]
    return {one["id"]: bench.run("unit", one["id"], "--json").json for one in units}


def tell(bench):
    shown = bench.run("release", "show", RELEASE, "--json").json["release"]
    shown.pop("trusted")  # that, and whose leases they are, is each bench's own
    for line in shown["signatures"] + shown["leases"]:
        line.pop("trusted", None)
        line.pop("ours", None)
    return {
        "units": bench.run("units", "--json").json,
        "story": story(bench),
        "release": shown,
        "recall": bench.run("recall", "--release", RELEASE, "--json").json,
        "conflicts": bench.run("units", "conflicts", "--json").json["conflicts"],
        "customers": sorted(bench.run("customers", "--json").json["customers"]),
        "table": bench.run("units", "--csv").out,
    }


def assert_same(benches):
    told = [tell(bench) for bench in benches]
    for what in told[0]:
        for other in told[1:]:
            assert json.dumps(told[0][what], sort_keys=True) == json.dumps(
                other[what], sort_keys=True), f"{what} differs:\n{told[0][what]}\n{other[what]}"
    for bench in benches:
        bench.run("journal", "verify")
    return told[0]


def test_exchange_in_any_order(bench):
    with Benches(bench) as benches:
        a, b, c = benches.all
        benches.hand_on()
        ours, theirs = benches.flash()
        a.run("ship", *ours[:2], "--customer", "Example Ltd", "--order", "1",
              "--date", "2026-11-20")
        b.run("ship", theirs[0], "--customer", "Other GmbH", "--date", "2026-11-21")
        b.run("label", theirs[1], "Gate 5")
        b.run("scrap", theirs[2], "--reason", "lens loose")

        # A's after B's here, B's after A's there, and both later once more.
        assert benches.carry(b, a, c)[0] > 0
        assert benches.carry(a, b, c)[0] > 0
        benches.carry(b, a, c)
        benches.carry(a, b, c)
        told = assert_same(benches.all)
        assert set(told["story"]) == set(ours + theirs)
        serials = {key: one["serial"] for key, one in told["story"].items()}
        assert sorted(serials.values()) == ["GATE-0001", "GATE-0002", "GATE-0003",
                                            "GATE-0051", "GATE-0052", "GATE-0053"], serials
        assert told["story"][ours[0]]["customer"] == "Example Ltd"
        assert told["story"][theirs[0]]["customer"] == "Other GmbH"
        assert told["story"][theirs[2]]["state"] == "scrapped"
        assert told["conflicts"] == []
        assert told["recall"]["now"] == 6

        # Nothing new is nothing new, and a rebuild changes nothing.
        before = tell(c)
        assert benches.carry(a, c) == [0] and benches.carry(b, c) == [0]
        c.run("catalog", "rebuild")
        assert tell(c) == before

        # Whom a bench trusts is its own affair: no stick brings that along.
        assert not c.run("release", "show", RELEASE, "--json").json["release"]["trusted"]

        # A unit that the other bench shipped is refused here too.
        refused = a.run("ship", theirs[0], "--customer", "X", "--json", expect=4).json
        assert refused["error"]["code"] == "unit-shipped", refused


def test_contradictions_are_shown(bench):
    with Benches(bench) as benches:
        a, b, c = benches.all
        benches.hand_on()
        ours, theirs = benches.flash()
        benches.carry(b, a, c)
        benches.carry(a, b, c)

        # Both ship the same unit, and call two units alike, before they talk again.
        a.run("ship", ours[2], "--customer", "North", "--date", "2026-11-21")
        b.run("ship", ours[2], "--customer", "South", "--date", "2026-11-21")
        a.run("label", ours[0], "Gate 1")
        b.run("label", theirs[0], "Gate 1")
        benches.carry(b, a, c)
        benches.carry(a, b, c)
        benches.carry(b, c, a)
        told = assert_same(benches.all)
        kinds = {one["kind"]: one for one in told["conflicts"]}
        assert kinds["shipped-twice"]["units"] == [ours[2]], kinds
        assert sorted(kinds["label"]["units"]) == sorted([ours[0], theirs[0]]), kinds
        shipments = told["story"][ours[2]]["shipments"]
        assert {one["customer"] for one in shipments} == {"North", "South"}, shipments
        assert ours[2] in a.run("units", "conflicts").out

        # One correction settles it everywhere.
        wrong = next(one["entry"] for one in shipments if one["customer"] == "South")
        c.run("correct", ours[2], wrong, "--reason", "it was on the other pallet")
        c.run("label", theirs[0], "Gate 2")
        benches.carry(c, a, b)
        told = assert_same(benches.all)
        assert told["conflicts"] == [], told["conflicts"]
        assert told["story"][ours[2]]["customer"] == "North"


def test_numbers_stay_apart(bench):
    """Each bench counts within its own lease, also when it knows of the other's numbers."""
    with Benches(bench) as benches:
        a, b, _ = benches.all
        benches.hand_on()
        benches.flash()
        benches.carry(b, a)
        benches.carry(a, b)
        a.spec, b.spec = "OPENMV4*8", "OPENMV4*9"
        a.run("flash", "--release", RELEASE, "--port", "1-7", "--port", "1-8")
        b.run("flash", "--release", RELEASE, "--port", "1-9")
        benches.carry(b, a)
        benches.carry(a, b)
        serials = sorted(one["serial"] for one in a.run("units", "--json").json["units"])
        assert serials == [f"GATE-{n:04}" for n in (1, 2, 3, 4, 5, 51, 52, 53, 54)], serials
        taken = a.run("release", "lease", RELEASE, "60", "70", "--json", expect=None)
        assert taken.status != 0, "overlaps what B has"
        assert b.run("release", "leases", RELEASE, "--json").json["ok"]


def test_wrong_stick(bench):
    """An altered segment is refused whole, and the entry is named."""
    with Benches(bench) as benches:
        a, b, _ = benches.all
        benches.hand_on()
        benches.flash()
        folder = a.root / "stick"
        a.run("journal", "export", folder)
        segment = max(folder.glob("**/*.jsonl"), key=lambda path: path.stat().st_size)
        text = segment.read_text()
        segment.write_text(text.replace('GATE-0002', 'GATE-0009'))
        assert text != segment.read_text()
        before = b.run("stats", "--json").json
        b.run("journal", "import", folder, expect=1)
        assert b.run("stats", "--json").json == before


if __name__ == "__main__":
    rig.run(globals())
