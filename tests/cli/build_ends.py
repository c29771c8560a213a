#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How builds end that do not end well: what people are told about the log."""
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


if __name__ == "__main__":
    rig.run(globals())
