#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""openmv.bin of bootloader and firmware; on old trees also .dfu files and uvc.bin:
LAYOUT FOLDER BASE ADDRESS"""
import os
import struct
import sys
import zlib


def dfu(parts):
    body = b""
    for address, data in parts:
        data += b"\0" * (-len(data) % 8)
        body += struct.pack("<II", address, len(data)) + data
    target = b"Target" + struct.pack("<BI255sII", 0, 1, b"ST...", len(body), len(parts)) + body
    data = b"DfuSe\x01" + struct.pack("<IB", len(target) + 11, 1) + target
    data += struct.pack("<HHHH3sB", 0, 0xDF11, 0x0483, 0x011A, b"UFD", 16)
    return data + struct.pack("<I", ~zlib.crc32(data) & 0xFFFFFFFF)


def main():
    layout, folder, base, address = sys.argv[1], sys.argv[2], *[int(n, 0) for n in sys.argv[3:5]]

    def read(name):
        with open(os.path.join(folder, name), "rb") as file:
            return file.read()

    def write(name, data):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)

    if not os.path.exists(os.path.join(folder, "firmware.bin")) or base == 0:
        return
    bootloader, firmware = read("bootloader.bin"), read("firmware.bin")
    padded = bootloader + b"\xff" * (address - base - len(bootloader))
    write("openmv.bin", padded + firmware)
    if layout == "src":
        uvc = padded[:4096] + b"\x8a" * 112928
        write("bootloader.bin", padded)
        write("bootloader.dfu", dfu([(base, bootloader)]))
        write("firmware.dfu", dfu([(address, firmware)]))
        write("uvc.bin", uvc)
        write("uvc.dfu", dfu([(address, uvc)]))


if __name__ == "__main__":
    main()
