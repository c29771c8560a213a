#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands for mpy-cross: checks the syntax, and writes a file that begins as an .mpy file does and
holds the names and the strings of the source, readable as they are in a real one."""
import argparse
import ast
import struct
import sys

VERSION = "MicroPython @VERSION@; mpy-cross emitting mpy v6.3"


def strings_of(tree):
    seen = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            value = node.value.encode() if isinstance(node.value, str) else node.value
            seen[value] = True
        for field in ("id", "attr", "name", "arg", "module"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                seen[value.encode()] = True
    return list(seen)


def compile_file(path, name, level):
    with open(path, "rb") as file:
        source = file.read()
    tree = ast.parse(source, name)
    code = bytearray()
    for node in ast.walk(tree):
        code += struct.pack("<BB", len(type(node).__name__) | 0x80, hash_of(type(node).__name__))
        if level < 3 and hasattr(node, "lineno"):
            code.append(0x80 | node.lineno & 0x7F)
    data = bytearray(b"M\x06\x00\x1f")
    for text in [name.encode()] + strings_of(tree):
        data += struct.pack("<H", min(len(text), 0xFFFF)) + text + b"\0"
    return bytes(data + code)


def hash_of(text):
    value = 5381
    for letter in text.encode():
        value = value * 33 ^ letter
    return value & 0x7F | 0x80


def main(words=None):
    parser = argparse.ArgumentParser(prog="mpy-cross", add_help=True)
    parser.add_argument("--version", action="store_true")
    parser.add_argument("-o", dest="output")
    parser.add_argument("-s", dest="name")
    parser.add_argument("-O", dest="level", type=int, default=0)
    parser.add_argument("-march")
    parser.add_argument("-X", action="append")
    parser.add_argument("-msmall-int-bits", dest="bits")
    parser.add_argument("input", nargs="?")
    arguments = parser.parse_args(words)
    if arguments.version:
        print(VERSION)
        return 0
    if arguments.input is None:
        parser.error("no input file")
    try:
        data = compile_file(arguments.input, arguments.name or arguments.input, arguments.level)
    except SyntaxError as error:
        print("Traceback (most recent call last):", file=sys.stderr)
        print(f'  File "{arguments.input}", line {error.lineno}', file=sys.stderr)
        print("SyntaxError: invalid syntax", file=sys.stderr)
        return 1
    except OSError:
        print(f"OSError: [Errno 2] ENOENT: {arguments.input}", file=sys.stderr)
        return 1
    output = arguments.output or arguments.input.rsplit(".", 1)[0] + ".mpy"
    with open(output, "wb") as file:
        file.write(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
