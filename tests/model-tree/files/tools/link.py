#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for the linker: joins what the objects say of their sizes and of the symbols that they
need, prints the table of memory and the errors that GNU ld prints, and writes ELF, map and image.

Objects hold marks: MODEL-SIZE:n; (bytes of flash), MODEL-RAM:REGION=n; MODEL-HAS:x; MODEL-NEEDS:x;
"""
import argparse
import os
import re
import struct
import sys
import zlib

import facts as board_facts
import size as sizes
import version

LD = "/opt/gcc/bin/../lib/gcc/arm-none-eabi/14.3.1/../../../../arm-none-eabi/bin/ld"
MAGIC = b"\xad\x10\x07\xb0"


def noise(size, seed):
    """Bytes that look like nothing: never 0, never a letter."""
    block = b""
    state = zlib.crc32(seed.encode())
    for _ in range(256):
        state = (state * 1103515245 + 12345) & 0xFFFFFFFF
        block += bytes([0x80 | state >> 24])
    return (block * (size // 256 + 1))[:size]


class Object:
    def __init__(self, path, build):
        with open(path, "rb") as file:
            data = file.read()
        self.name = os.path.relpath(path, build)
        self.size = sum(int(n) for n in re.findall(rb"MODEL-SIZE:(\d+);", data)) or 256
        self.ram = {name.decode(): int(n)
                    for name, n in re.findall(rb"MODEL-RAM:(\w+)=(\d+);", data)}
        self.has = [name.decode() for name in re.findall(rb"MODEL-HAS:(\w+);", data)]
        self.needs = [name.decode() for name in re.findall(rb"MODEL-NEEDS:(\w+);", data)]
        self.content = zlib.crc32(data[: data.find(b"MODEL-END")])


def write_elf(path, start, text, ram, uma):
    """An ELF file of a 32-bit ARM with sections that can be counted."""
    names = [".text", ".data", ".bss"] + [f".uma.block{n}" for n in range(len(uma))] + [".shstrtab"]
    table = b"\0" + b"".join(name.encode() + b"\0" for name in names)
    places = [1 + sum(len(name) + 1 for name in names[:n]) for n in range(len(names))]
    sections = [(0,) * 10]
    sections.append((places[0], 1, 6, start, 52, len(text), 0, 0, 4, 0))
    sections.append((places[1], 1, 3, 0x20000000, 52 + len(text), 256, 0, 0, 4, 0))
    sections.append((places[2], 8, 3, 0x20000100, 0, ram, 0, 0, 4, 0))
    for n, size in enumerate(uma):
        sections.append((places[3 + n], 8, 3, 0x24000000, 0, size, 0, 0, 4, 0))
    sections.append((places[-1], 3, 0, 0, 52 + len(text) + 256, len(table), 0, 0, 1, 0))
    body = text + b"\x81" * 256 + table
    body += b"\0" * (-len(body) % 4)
    header = b"\x7fELF\x01\x01\x01" + b"\0" * 9
    header += struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, start + 0x299, 0, 52 + len(body), 0x05000400,
                          52, 32, 0, 40, len(sections), len(sections) - 1)
    with open(path, "wb") as file:
        file.write(header + body + b"".join(struct.pack("<10I", *one) for one in sections))


def write_map(path, objects, start, frozen):
    at = start
    with open(path, "w") as file:
        file.write("Memory Configuration\n\nName             Origin             Length             "
                   "Attributes\n")
        file.write(f"FLASH_TEXT       0x{start:08x}         0x00200000         xr\n\n")
        file.write("Linker script and memory map\n\n")
        total = sum(one.size for one in objects) + sum(size for _, size in frozen)
        file.write(f".text           0x{start:08x}   0x{total:x}\n")
        for one in objects:
            file.write(f" .text.{os.path.basename(one.name)[:-2]}\n"
                       f"                0x{at:08x}   0x{one.size:x} {one.name}\n")
            at += one.size
        for name, size in frozen:
            symbol = re.sub(r"\W", "_", name[:-3])
            file.write(f" .rodata.fun_data_{symbol}\n                0x{at:08x}   0x{size:x} "
                       f"lib/libmicropython.a(frozen_content.o)\n")
            at += size
        file.write(f"                0x{at:08x}                _etext = .\n")


def table(rows):
    print("Memory region         Used Size  Region Size  %age Used")
    for name, used, length in rows:
        size = f"{length // 1024} KB" if length % 1048576 or length < 8388608 \
            else f"{length // 1048576} MB"
        value = "0 GB" if used == 0 else f"{used // 1024} KB" if used % 1024 == 0 else f"{used} B"
        print(f"{name + ':':>17}{value:>13}{size:>13}{used * 100 / length:>10.2f}%")
    sys.stdout.flush()


def strings(facts, frozen):
    parts = ["", facts["platform"], facts["build"],
             f"3.4.0; OpenMV {facts['omv']}; MicroPython {facts['mpy']}",
             f"{facts['mpy']} on {facts['date']}", f"; {facts['machine']}", facts["arch"],
             facts["kind"]]
    data = b"\0".join(part.encode() for part in parts) + b"\0" + frozen
    # What a simulated camera goes by, which a real one holds only as code.
    return data + f"HOTSHOE-SIM number={facts['number']};\0".encode()


def vectors(facts, image):
    at = 0
    if facts["port"] == "mimxrt":
        image[0:4] = b"FCFB"
        image[0x1000:0x1004] = bytes.fromhex("d1002041")
        at = 0x2000
    struct.pack_into("<II", image, at, facts["stack"], facts["load"] + at + 0x299)


def link_bootloader(facts, arguments):
    size = 22768
    data = bytearray(noise(size, "bootloader " + facts["target"]))
    struct.pack_into("<II", data, 0, 0x00010000, facts["boot"] + 0x59D)
    data[0x1000:0x1020] = MAGIC + bytes([1, 0, 3]) + bytes(25)
    text = b"\0OpenMV\0OpenMV Camera (DFU Mode)\0" + \
        b"".join(name.encode() + b"\0" for name in facts["partitions"])
    data[0x2000:0x2000 + len(text)] = text
    if facts["signed"]:
        data = bytearray(b"STM2" + noise(0x3FC, "header")) + data
    table([("RAM", 22600, 128 * 1024), ("ROM", len(data), 128 * 1024)])
    write_elf(arguments.output + ".elf", facts["boot"], bytes(data[:4096]), 22600, [])
    with open(arguments.output + ".bin", "wb") as file:
        file.write(data)
    sys.stdout.flush()
    sizes.main(arguments.output + ".elf")
    return 0


def link_firmware(facts, arguments):
    objects = sorted((Object(path, arguments.build) for path in arguments.objects),
                     key=lambda one: one.name)
    with open(arguments.frozen, "rb") as file:
        frozen = file.read()
    with open(arguments.frozen[:-4] + ".c") as file:
        named = [(name, int(size)) for name, size in re.findall(r"/\* (\S+\.py) (\d+) \*/",
                                                                 file.read())]
    length, start = facts["length"], facts["code"]
    size = facts["base_size"] + sum(one.size for one in objects) + len(frozen)
    ram = {name: 0 for name, _, _ in facts["regions"]}
    for name, used in facts["blocks"]:
        ram[name] = ram.get(name, 0) + used
    for one in objects:
        for name, used in one.ram.items():
            ram[facts["main"] if name == "MAIN" else name] += used
    elf = arguments.output + ".elf"
    if os.path.exists(elf):
        os.unlink(elf)
    write_map(arguments.map, objects, start, named)
    missing = sorted({need for one in objects for need in one.needs} -
                     {name for one in objects for name in one.has})
    if missing:
        for one in objects:
            for name in one.needs:
                if name in missing:
                    print(f"{LD}: {arguments.build}/{one.name}: in function `model':\n"
                          f"{one.name[:-2]}.c:(.text.model+0x4): undefined reference to `{name}'",
                          file=sys.stderr)
        print("collect2: error: ld returned 1 exit status", file=sys.stderr)
        return 1
    table([(name, ram[name], room) for name, _, room in facts["regions"]] +
          [("FLASH_TEXT", size, length)])
    over = [(name, section, used - room) for name, section, used, room in
            [("FLASH_TEXT", ".text", size, length)] +
            [(name, ".uma.block0", ram[name], room) for name, _, room in facts["regions"]]
            if used > room]
    for name, section, _ in over:
        print(f"{LD}: {elf} section `{section}' will not fit in region `{name}'", file=sys.stderr)
    for name, _, excess in over:
        print(f"{LD}: region `{name}' overflowed by {excess} bytes", file=sys.stderr)
    if over:
        print("collect2: error: ld returned 1 exit status", file=sys.stderr)
        return 1

    content = strings(facts, frozen)
    at = 0x3100
    size = max(size, at + len(content))
    size += -size % 16 if facts["port"] == "alif" else 0
    seed = facts["target"] + " ".join(f"{one.name}={one.content:08x}" for one in objects)
    image = bytearray(noise(size, seed))
    vectors(facts, image)
    image[at:at + len(content)] = content
    write_elf(elf, start, bytes(image), sum(ram.values()), [used for _, used in facts["blocks"]])
    with open(arguments.output + ".bin", "wb") as file:
        file.write(image)
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--target", required=True)
    parser.add_argument("--header", required=True)
    parser.add_argument("--define", action="append", default=[])
    parser.add_argument("--core", default="")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--versions", nargs=2, metavar=("TREE", "MICROPYTHON"))
    parser.add_argument("--bootloader", action="store_true")
    parser.add_argument("--build", required=True)
    parser.add_argument("--frozen")
    parser.add_argument("--map")
    parser.add_argument("-o", dest="output", required=True)
    parser.add_argument("objects", nargs="*")
    arguments = parser.parse_args()
    facts = board_facts.facts_of(arguments.target, arguments.header,
                                 ["-D" + name for name in arguments.define])
    if arguments.core:
        facts.update(facts["cores"][arguments.core])
    facts.update(pair.split("=", 1) for pair in arguments.set)
    if arguments.versions:
        facts["omv"], facts["mpy"] = map(version.describe, arguments.versions)
    return (link_bootloader if arguments.bootloader else link_firmware)(facts, arguments)


if __name__ == "__main__":
    sys.exit(main())
