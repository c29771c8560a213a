#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table that arm-none-eabi-size prints."""
import struct
import sys


def sections(path):
    with open(path, "rb") as file:
        data = file.read()
    at, = struct.unpack_from("<I", data, 32)
    each, count = struct.unpack_from("<HH", data, 46)
    for n in range(count):
        yield struct.unpack_from("<10I", data, at + n * each)


def main(path):
    text = sum(one[5] for one in sections(path) if one[2] & 4)
    data = sum(one[5] for one in sections(path) if one[2] & 3 == 3 and one[1] == 1)
    bss = sum(one[5] for one in sections(path) if one[1] == 8)
    total = text + data + bss
    print("   text\t   data\t    bss\t    dec\t    hex\tfilename")
    print(f"{text:7}\t{data:7}\t{bss:7}\t{total:7}\t{total:7x}\t{path}")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        main(name)
