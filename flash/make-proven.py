#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes flash/proven.h: what trial sheets of real cameras prove, per board and operation.

make-proven.py --tables board-table.c... --sheets tests/hardware -o proven.h [--depfile F] [--list]

A sheet is what `hotshoe trial` writes. It counts if it is of a real camera, signed by a key that
lies in SHEETS/keys (NAME.pub: 64 hexadecimal digits and a name), and its signature is of every byte
before its last two members. Where sheets disagree, the newest day counts.
"""
import argparse
import hashlib
import json
import pathlib
import re
import sys

OPERATIONS = ("flash", "erase", "read", "recover", "protect")
CONTEXT = b"hotshoe-trial-sheet-1\n"  # so that no other signature of the same key fits
TAIL = re.compile(rb'  "key": "([0-9a-f]{64})",\n  "signature": "([0-9a-f]{128})"\n}\n?\Z')

# Ed25519, RFC 8032 section 5.1; points are (X, Y, Z, T).
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g = 2 * a[3] * b[3] * D % P
    h = 2 * a[2] * b[2] % P
    x, y, z, t = f - e, h - g, h + g, f + e
    return x * y % P, z * t % P, y * z % P, x * t % P


def multiply(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def equal(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def compress(point):
    inverse = pow(point[2], P - 2, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def challenge(r, key, message):
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L


def verify(key, message, signature):
    """Whether signature (64 bytes) over message is by key (32 bytes)."""
    a, r = decompress(key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    return equal(multiply(s, BASE), add(r, multiply(challenge(signature[:32], key, message), a)))


# Sheets.

def split(data):
    """(signed bytes, key, signature) of a sheet; None: it has no signature at its end."""
    tail = TAIL.search(data)
    if tail is None:
        return None
    return data[:tail.start()], tail[1].decode(), bytes.fromhex(tail[2].decode())


def no_twins(pairs):
    names = [name for name, value in pairs]
    if len(names) != len(set(names)):
        raise ValueError("a member stands there twice")
    return dict(pairs)


def trusted_keys(folder):
    keys = set()
    for path in sorted((folder / "keys").glob("*.pub")):
        words = path.read_text(encoding="utf-8").split()
        if words and re.fullmatch("[0-9a-f]{64}", words[0]):
            keys.add(words[0])
    return keys


def read_sheet(path, keys):
    """(sheet, None) if it counts, else (None, why not)."""
    data = path.read_bytes()
    parts = split(data)
    if parts is None:
        return None, "is not signed"
    signed, key, signature = parts
    if key not in keys:
        return None, f"is signed by a key that is not among the trusted ones ({key[:16]}…)"
    if not verify(bytes.fromhex(key), CONTEXT + signed, signature):
        return None, "was altered after it was signed"
    try:
        sheet = json.loads(data, object_pairs_hook=no_twins)
    except ValueError as error:
        return None, f"is no JSON: {error}"
    if sheet.get("hotshoe_trial") != 1:
        return None, "is of another format"
    if sheet.get("simulated") is not False:
        return None, "is of a simulated camera"
    return sheet, None


def collect(folder, boards):
    """({(board, operation): proven}, [what does not count, in words])."""
    results = {}
    complaints = []
    keys = trusted_keys(folder)
    for path in sorted(folder.glob("*.json")):
        sheet, why = read_sheet(path, keys)
        if sheet is not None and sheet.get("board") not in boards:
            why = "is of a board that is not in the table"
        if why is not None:
            complaints.append(f"{path.name} {why}")
            continue
        for operation in OPERATIONS:
            result = sheet.get("operations", {}).get(operation, {}).get("result")
            if result in ("passed", "failed"):
                days = results.setdefault((sheet["board"], operation), {})
                # What failed on the same day on another unit is not outvoted.
                days.setdefault(sheet.get("date", ""), []).append(result == "passed")
    return {what: all(days[max(days)]) for what, days in results.items()}, complaints


def find_boards(tables):
    return [board for table in tables
            for board in re.findall(r'\.id = "(\w+)"', pathlib.Path(table).read_text("utf-8"))]


def header(boards, proven):
    lines = ["/* Made by flash/make-proven.py from the sheets in tests/hardware: not by hand. */",
             "#pragma once", ""]
    for board in boards:
        members = [f"[HS_OPERATION_{operation.upper()}] = TRUE" for operation in OPERATIONS
                   if proven.get((board, operation))]
        lines.append(f"#define HS_PROVEN_{board} {{ {', '.join(members) or 'FALSE'} }}")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", nargs="+", required=True)
    parser.add_argument("--sheets", type=pathlib.Path, required=True)
    parser.add_argument("--depfile")
    parser.add_argument("-o", dest="output", required=True)
    options = parser.parse_args()

    boards = find_boards(options.tables)
    proven, complaints = collect(options.sheets, boards)
    for complaint in complaints:
        print(f"{options.sheets.name}: {complaint}: it proves nothing", file=sys.stderr)
    pathlib.Path(options.output).write_text(header(boards, proven), "utf-8")
    if options.depfile:
        seen = [options.sheets, options.sheets / "keys", *sorted(options.sheets.glob("*.json")),
                *sorted((options.sheets / "keys").glob("*.pub"))]
        names = " ".join(str(path).replace(" ", "\\ ") for path in seen if path.exists())
        pathlib.Path(options.depfile).write_text(f"{options.output}: {names}\n", "utf-8")


if __name__ == "__main__":
    main()
