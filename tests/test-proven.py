#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which trial sheets make an operation proven on hardware: flash/make-proven.py, argv[1]."""
import hashlib
import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import traceback

SCRIPT = pathlib.Path(sys.argv[1])
spec = importlib.util.spec_from_file_location("make_proven", SCRIPT)
proven = importlib.util.module_from_spec(spec)
spec.loader.exec_module(proven)

BOARDS = ["OPENMV4", "OPENMV_N6"]
TABLE = '{ .id = "OPENMV4", }\n{ .id = "OPENMV_N6", }\n'
OURS = bytes(range(32))
STRANGERS = bytes(32)


def sign(seed, message):
    """Public key and signature, RFC 8032 section 5.1.6."""
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    key = proven.compress(proven.multiply(scalar, proven.BASE))
    nonce = int.from_bytes(hashlib.sha512(digest[32:] + message).digest(), "little") % proven.L
    r = proven.compress(proven.multiply(nonce, proven.BASE))
    s = (nonce + proven.challenge(r, key, message) * scalar) % proven.L
    return key, r + s.to_bytes(32, "little")


def make_sheet(seed=OURS, context=proven.CONTEXT, **changes):
    facts = {"hotshoe_trial": 1, "simulated": False, "board": "OPENMV4", "date": "2026-11-21",
             "operations": {"flash": {"result": "passed"}, "erase": {"result": "failed"},
                            "read": {"result": "not tried"}}, **changes}
    text = json.dumps(facts, indent=2)[:-2].encode() + b",\n"
    key, signature = sign(seed, context + text)
    return text + f'  "key": "{key.hex()}",\n  "signature": "{signature.hex()}"\n}}\n'.encode()


class Folder:
    def __init__(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.temporary.name)
        (self.path / "keys").mkdir()
        key, _ = sign(OURS, b"")
        (self.path / "keys" / "trials.pub").write_text(f"{key.hex()} trials\n", encoding="utf-8")

    def put(self, data, name="OPENMV4-2026-11-21-00000001.json"):
        (self.path / name).write_bytes(data)
        return self

    def check(self, expected, complaint=None):
        result, complaints = proven.collect(self.path, BOARDS)
        told = [what for what, is_proven in result.items() if is_proven]
        assert told == expected, (told, complaints)
        if complaint is None:
            assert not complaints, complaints
        else:
            assert len(complaints) == 1 and complaint in complaints[0], complaints
        self.temporary.cleanup()


def test_signatures_are_those_of_rfc_8032():
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    key, signature = sign(seed, b"\x72")  # section 7.1, test 2
    assert key.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    assert signature.hex().startswith("92a009a9f0d4cab8720e820b5f642540")
    assert proven.verify(key, b"\x72", signature)
    assert not proven.verify(key, b"\x73", signature)
    assert not proven.verify(key, b"\x72", signature[:-1] + bytes([signature[-1] ^ 1]))


def test_no_sheet_proves_nothing():
    Folder().check([])


def test_a_real_one_proves_its_operation_only():
    Folder().put(make_sheet()).check([("OPENMV4", "flash")])


def test_a_simulated_one_proves_nothing():
    Folder().put(make_sheet(simulated=True)).check([], "simulated")
    data = make_sheet()
    data = data.replace(b'  "simulated": false,\n', b"")
    Folder().put(data).check([], "altered")
    facts = {"simulated": None}
    Folder().put(make_sheet(**facts)).check([], "simulated")


def test_an_altered_one_proves_nothing():
    data = make_sheet(simulated=True).replace(b'"simulated": true', b'"simulated": false')
    Folder().put(data).check([], "altered")
    data = make_sheet().replace(b'"failed"', b'"passed"')
    Folder().put(data).check([], "altered")
    data = make_sheet(context=b"another\n")
    Folder().put(data).check([], "altered")


def test_an_unsigned_one_proves_nothing():
    data = make_sheet()
    data = data[:data.index(b',\n  "key"')] + b"\n}\n"
    json.loads(data)
    Folder().put(data).check([], "not signed")
    data = make_sheet() + b"{}\n"
    Folder().put(data).check([], "not signed")


def test_a_strangers_proves_nothing():
    Folder().put(make_sheet(STRANGERS)).check([], "trusted")


def test_the_same_member_twice_proves_nothing():
    text = b'{\n  "hotshoe_trial": 1,\n  "simulated": true,\n  "simulated": false,\n'
    text += b'  "board": "OPENMV4",\n  "operations": {"flash": {"result": "passed"}},\n'
    key, signature = sign(OURS, proven.CONTEXT + text)
    data = text + f'  "key": "{key.hex()}",\n  "signature": "{signature.hex()}"\n}}\n'.encode()
    Folder().put(data).check([], "twice")


def test_an_unknown_board_proves_nothing():
    Folder().put(make_sheet(board="OPENMV9")).check([], "table")


def test_the_newest_counts():
    folder = Folder().put(make_sheet(), "a.json")
    folder.put(make_sheet(date="2026-12-01", operations={"flash": {"result": "failed"}}), "b.json")
    folder.check([])
    folder = Folder().put(make_sheet(operations={"flash": {"result": "failed"}}), "a.json")
    folder.put(make_sheet(date="2026-12-01"), "b.json")
    folder.check([("OPENMV4", "flash")])
    folder = Folder().put(make_sheet(), "a.json")  # two units, one day
    folder.put(make_sheet(operations={"flash": {"result": "failed"}}), "b.json")
    folder.check([])


def test_the_header():
    with tempfile.TemporaryDirectory() as name:
        here = pathlib.Path(name)
        (here / "table.c").write_text(TABLE, encoding="utf-8")
        folder = Folder().put(make_sheet())
        subprocess.run([sys.executable, SCRIPT, "--tables", here / "table.c", "--sheets",
                        folder.path, "--depfile", here / "d", "-o", here / "proven.h"], check=True)
        text = (here / "proven.h").read_text(encoding="utf-8")
        assert "#define HS_PROVEN_OPENMV4 { [HS_OPERATION_FLASH] = TRUE }\n" in text, text
        assert "#define HS_PROVEN_OPENMV_N6 { FALSE }\n" in text, text
        assert "trials.pub" in (here / "d").read_text(encoding="utf-8")
        folder.temporary.cleanup()


def main():
    tests = [(name, thing) for name, thing in globals().items() if name.startswith("test_")]
    failed = 0
    print(f"1..{len(tests)}")
    for number, (name, function) in enumerate(tests, 1):
        try:
            function()
            print(f"ok {number} - {name}")
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}")
            for line in traceback.format_exc().splitlines():
                print(f"# {line}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
