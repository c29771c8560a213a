#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The boot table of a secure enclave: firmware.toc, and 8192 bytes with zeros in front."""
import os
import sys


def main(folder):
    table = bytes(0x80 | n & 0x7F for n in range(512))
    for name, data in (("firmware.toc", table), ("firmware_pad.toc", bytes(8192 - 512) + table)):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
    with open(os.path.join(folder, "..", "application_package.ds"), "w") as file:
        file.write("model\n")


if __name__ == "__main__":
    main(sys.argv[1])
