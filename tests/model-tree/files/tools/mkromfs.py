#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ROMFS images as a board's romfs_config.json asks for them: a flat list of files, data aligned
from the start of the image, lengths padded with leading 0x80."""
import argparse
import glob
import json
import os

import haar2c

GREEN, RED, BLUE, PLAIN = "\033[92m", "\033[91m", "\033[94m", "\033[0m"


def number(value, width=0):
    data = bytes([value & 0x7F])
    while value > 0x7F:
        value >>= 7
        data = bytes([value & 0x7F | 0x80]) + data
    return b"\x80" * (width - len(data)) + data


def file_record(name, data, alignment, offset):
    head = number(len(name)) + name
    # Kind and length take 8 bytes; then the name, the data's kind and its length.
    at = offset + 8 + len(head)
    least = at + 1 + len(number(len(data)))
    width = len(number(len(data))) + (-least % alignment)
    body = head + b"\x02" + number(len(data), width) + data
    return b"\x05" + number(len(body), 7) + body


def resolve(entries, arguments):
    for entry in entries:
        path = entry["path"].format(TOP=arguments.top_dir, BUILD=arguments.build_dir)
        if not entry.get("enabled", True):
            continue
        if "*" in path:
            for match in sorted(glob.glob(path)):
                if os.path.isfile(match):
                    yield dict(entry, path=match)
        else:
            yield dict(entry, path=path)


def convert(entry, folder):
    """The files that one entry becomes: (path, alignment)."""
    path, alignment = entry["path"], entry.get("alignment", 4)
    stem = os.path.splitext(path)[0]
    if entry["type"] == "haar":
        data, stages, features, rectangles = haar2c.convert(path)
        output = os.path.join(folder, os.path.basename(stem) + ".cascade")
        with open(output, "wb") as file:
            file.write(data)
        print(f"{BLUE}Cascade: {os.path.basename(stem)} stages: {RED}{stages} {BLUE}features: "
              f"{GREEN}{features} {BLUE}rectangles: {GREEN}{rectangles}{PLAIN}")
        return [(output, alignment)]
    os.stat(path)
    files = [(path, alignment)]
    if entry["type"] == "tflite" and os.path.exists(stem + ".txt"):
        files.append((stem + ".txt", 4))
    return files


def build(partition, config, arguments):
    files = [file for entry in resolve(config["entries"], arguments)
             for file in convert(entry, arguments.build_dir)]
    limit, body = int(config["size"], 16), b""
    for path, alignment in files:
        with open(path, "rb") as file:
            body += file_record(os.path.basename(path).encode("ascii"), file.read(), alignment,
                                16 + len(body))
    image = b"\xd2\xcd\x31" + number(len(body), 13) + body
    name = f"romfs{partition}.img"
    used = f"{RED}{len(image) / 1024:.1f}KiB / {RED}{limit / 1024:.1f}KiB " \
           f"({RED}{len(image) / limit * 100:.1f}%){PLAIN}"
    with open(os.path.join(arguments.out_dir, name), "wb") as output:
        if len(image) > limit:
            print(f"{RED}romfs partition overflow {used}")
            print(f"Partition size: {limit / 1024:.1f} KiB"
                  f"ROMFS Size: {len(image) / 1024:.1f} KiB{PLAIN}", flush=True)
            raise Exception(f"{RED}romfs partition overflow{PLAIN}")
        output.write(image)
    print(f"{BLUE}romfs image: {RED}\"{name}\" {BLUE}usage: {used}")
    for path, alignment in files:
        print(f" {BLUE}-size: {RED}{os.path.getsize(path):<8} {BLUE}alignment: {RED}{alignment:<4} "
              f"{BLUE}path: {GREEN}/rom/{os.path.basename(path)}{PLAIN}")
    print("")


def main():
    parser = argparse.ArgumentParser()
    for name in ("--config", "--top-dir", "--out-dir", "--build-dir"):
        parser.add_argument(name, required=True)
    for name in ("--vela-args", "--stedge-args"):
        parser.add_argument(name, default="")
    parser.add_argument("--partition")
    parser.add_argument("-j", "--jobs", type=int)
    arguments = parser.parse_args()
    with open(arguments.config) as file:
        config = json.load(file)
    for partition in [arguments.partition] if arguments.partition else config:
        build(partition, config[partition], arguments)


if __name__ == "__main__":
    main()
