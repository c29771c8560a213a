#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compiles what the manifest freezes, and joins it: frozen_content.c with the names and sizes,
frozen_content.bin with the bytes."""
import argparse
import contextlib
import io
import os
import subprocess
import sys
import time

import manifestfile


def stamp(path):
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0


def run_mpy_cross(program, arguments):
    """The model's is a script that need not be started for each file; any other is a program."""
    with open(program, "rb") as file:
        source = file.read()
    if not source.startswith(b"#!/usr/bin/env python3"):
        done = subprocess.run([program, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        return done.returncode, done.stdout
    said, space = io.StringIO(), {"__name__": "mpy_cross"}
    exec(compile(source, program, "exec"), space)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        return space["main"](arguments), said.getvalue()


def compile_one(mpy_cross, file, output):
    os.makedirs(os.path.dirname(output), exist_ok=True)
    with manifestfile.tagged_py_file(file.full_path, file.metadata) as copy:
        level = [] if file.opt is None else [f"-O{file.opt}"]
        status, said = run_mpy_cross(mpy_cross, ["-s", file.target_path, "-o", output, *level, copy])
    if status != 0:
        print(f"error compiling {file.target_path}:")
        print(said)
        raise SystemExit(1)


def write_content(output, strings, compiled):
    names = [name for name, _ in strings + compiled]
    with open(os.path.splitext(output)[0] + ".bin", "wb") as blob:
        blob.write(b"\0" + b"".join(name.encode() + b"\0" for name in names) + b"\0")
        for _, path in strings + compiled:
            with open(path, "rb") as file:
                blob.write(file.read())
    with open(output, "w") as file:
        file.write("/* Made from the manifest. */\n")
        for name, path in strings + compiled:
            file.write(f"/* {name} {os.path.getsize(path)} */\n")
        file.write("const int mp_frozen_count = %d;\n" % len(names))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("-o", "--output", required=True)
    parser.add_argument("-b", "--build-dir", required=True)
    parser.add_argument("-v", "--var", action="append", default=[])
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    variables = dict(var.split("=", 1) for var in arguments.var)
    mpy_cross = variables["MPY_DIR"] + "/mpy-cross/build/mpy-cross"
    if not os.path.exists(mpy_cross):
        print(f"mpy-cross not found at {mpy_cross}, please build it first")
        return 1

    manifest = manifestfile.ManifestFile(manifestfile.MODE_FREEZE, variables)
    for path in arguments.files:
        try:
            manifest.execute(path)
        except manifestfile.ManifestFileError as error:
            print(f'freeze error executing "{path}": {error.args[0]}')
            return 1

    strings, compiled, newest = [], [], 0
    for file in manifest.files():
        if file.kind == manifestfile.KIND_FREEZE_AS_STR:
            strings.append((file.target_path, file.full_path))
            newest = max(newest, file.timestamp)
        elif file.kind == manifestfile.KIND_FREEZE_MPY:
            compiled.append((file.target_path[:-4] + ".py", file.full_path))
            newest = max(newest, file.timestamp)
        else:
            output = f"{arguments.build_dir}/frozen_mpy/{file.target_path[:-3]}.mpy"
            if file.timestamp >= stamp(output):
                print("MPY", file.target_path, flush=True)
                compile_one(mpy_cross, file, output)
                time.sleep(float(os.environ.get("MODEL_DELAY") or 0))
            compiled.append((file.target_path, output))
            newest = max(newest, stamp(output))
    # As in MicroPython: a file that is no longer in the manifest is not noticed.
    if newest < stamp(arguments.output):
        return 0
    print("GEN", arguments.output)
    write_content(arguments.output, strings, compiled)
    return 0


if __name__ == "__main__":
    sys.exit(main())
