#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sixteen cameras of mixed boards at once, four of them broken: the others never notice."""
import bench as rig

REASONS = [argument for code in ("unknown-origin", "dirty-tree", "debug-build", "profile-build",
                                 "empty-romfs")
           for argument in ("--reason", f"{code}=for a test")]

BOARDS = ["OPENMV4", "OPENMV2", "OPENMV_N6", "OPENMV_AE3", "OPENMV3", "OPENMV_RT1060", "RPI_PICO",
          "ARDUINO_PORTENTA_H7"]

# board, what is broken about it; the slot is 1-1, 1-2 …, in this order.
CAMERAS = [
    ("OPENMV4", None), ("OPENMV4", "unplug_at=300"), ("OPENMV_N6", None), ("OPENMV_AE3", None),
    ("OPENMV2", None), ("OPENMV_N6", "write_error_block=20"), ("OPENMV4", None),
    ("OPENMV3", None), ("OPENMV4", "wrong_unit"), ("OPENMV_RT1060", None), ("OPENMV2", None),
    ("OPENMV_AE3", None), ("OPENMV3", "lose_answer_at=120"), ("OPENMV4", None),
    ("RPI_PICO", None), ("ARDUINO_PORTENTA_H7", None),
]


def release_for_all(bench):
    """One release for every board of the bench."""
    builds = []
    for board in BOARDS:
        builds += ["--build", bench.import_build(board)]
    bench.run("release", "create", "mixed", "1.0", *builds, *REASONS)
    bench.run("release", "lock", "mixed")


def spec(with_faults):
    return ",".join(board + (f"+{fault}" if fault and with_faults else "")
                    for board, fault in CAMERAS)


def name_ports(bench):
    for n in range(1, len(CAMERAS) + 1):
        bench.run("slots", "name", f"1-{n}", f"place {n}")


def check(runs):
    """Each result on its slot, of its board; only the broken ones did not pass."""
    by_port = {run["port"]: run for run in runs}
    assert len(runs) == len(by_port) == len(CAMERAS), sorted(by_port)
    for n, (board, fault) in enumerate(CAMERAS, 1):
        run = by_port[f"1-{n}"]
        assert run["slot"] == f"place {n}" and run["board"] == board, run
        if fault is None:
            assert run["outcome"] == "passed" and run["proof"].startswith("read-back"), run
            assert run["error"] is None and run["left_in"] == "app", run
        else:
            assert run["outcome"] in ("failed", "refused"), (fault, run)
            assert run["error"]["code"], run
    return by_port


def check_journal(bench, runs):
    """Every run began and ended, and every unit that passed holds what it was given."""
    bench.run("journal", "verify")
    kept = {run["run"]: run for run in bench.run("runs", "--json").json["runs"]}
    for run in runs:
        assert kept[run["run"]]["outcome"] == run["outcome"], run
        assert kept[run["run"]]["port"] == run["port"] and kept[run["run"]]["slot"] == run["slot"]
        if run["outcome"] != "passed":
            continue
        held = {content["role"]: content
                for content in bench.run("unit", run["unit"], "--json").json["contents"]}
        for part in run["partitions"]:
            assert held[part["role"]]["sha256"] == part["sha256_file"], part
            assert held[part["role"]]["state"] == "verified", part
    with bench.database() as database:
        counts = dict(database.execute(
            "SELECT kind, count(*) FROM journal WHERE kind LIKE 'run.%' GROUP BY kind"))
    assert counts["run.started"] == counts["run.finished"] + counts.get("run.interrupted", 0)


def test_flash(bench):
    bench.spec = spec(with_faults=True)
    release_for_all(bench)
    name_ports(bench)
    answer = bench.run("flash", "--release", "mixed", "--all", "--json", expect=1, timeout=300).json
    runs = check(answer["runs"])
    codes = {fault: runs[f"1-{n}"]["error"]["code"]
             for n, (_, fault) in enumerate(CAMERAS, 1) if fault}
    assert codes["unplug_at=300"] == "camera-gone", codes
    assert codes["write_error_block=20"] == "bootloader-error", codes
    check_journal(bench, answer["runs"])

    # Mended, all of them pass; the twelve have nothing left to be written.
    bench.spec = spec(with_faults=False)
    answer = bench.run("flash", "--release", "mixed", "--all", "--json", expect=None, timeout=300)
    left = [run for run in answer.json["runs"] if run["outcome"] != "passed"]
    assert sum(run["already"] for run in answer.json["runs"]) >= 12, answer.out
    for run in left:
        port = run["port"]
        bench.run("flash", "--release", "mixed", "--port", port, "--replug", "--json")
    bench.run("journal", "verify")


def test_operate(bench):
    """The same in operator mode: whoever plugs them in gets a verdict on every slot."""
    bench.spec = ",".join(board + "@off" for board, _ in CAMERAS)
    release_for_all(bench)
    script = []
    for n, (_, fault) in enumerate(CAMERAS, 1):
        if fault:
            # Who is another camera from the start is simply that one.
            name, _, value = fault.replace("wrong_unit", "stay_away").partition("=")
            script.append(f"fault {n} {name} {value or 1}")
        script.append(f"plug {n} 1-{n}")
    path = bench.root / "script"
    path.write_text("\n".join(script + [f"wait {len(CAMERAS)}"]) + "\n")
    answer = bench.run("operate", "--release", "mixed", "--simulate-script", path, "--json",
                       expect=1, timeout=300).json
    assert len(answer["verdicts"]) == len(CAMERAS), answer
    by_port = {verdict["port"]: verdict for verdict in answer["verdicts"]}
    for n, (_, fault) in enumerate(CAMERAS, 1):
        verdict = by_port[f"1-{n}"]
        assert (verdict["verdict"] == "pass") == (fault is None), (fault, verdict)
        assert verdict["recorded"], verdict
    bench.run("journal", "verify")


if __name__ == "__main__":
    rig.run(globals())
