#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a small firmware tree for tests: a git checkout that is laid out as openmv/openmv is, and
whose `make` prints and leaves what a real one does, without a compiler for ARM.

    make.py DIR [--layout top|src] [--boards A,B] [--sdk DIR] [--sdk-version V] [--tag V]
            [--no-mpy-cross] [--no-git]

--sdk makes an SDK folder too (compiler 14.3.1, in truth the machine's own one). Makefile.in says
what a test may set to make builds long, stubborn or wrong. Everything in it is our own text.
"""
import argparse
import json
import os
import pathlib
import random
import stat
import subprocess

import boards as data

HERE = pathlib.Path(__file__).resolve().parent
FILES = HERE / "files"
SDK_VERSION = "1.6.0"
LICENCE = "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"

# Macro, what people read above it, KB it takes.
FEATURES = [
    ("IMAGE_IO", "Image I/O", 3), ("IMAGE_FILE_IO", "Image file I/O", 5),
    ("LAB_LUT", "Table for LAB", 64), ("BINARY_OPS", "Binary ops", 8), ("MEAN", "mean()", 4),
    ("MEDIAN", "median()", 5), ("GAUSSIAN", "Gaussian", 3), ("LENS_CORR", "lens_corr()", 6),
    ("ROTATION_CORR", "rotation_corr()", 9), ("FIND_LINES", "find_lines()", 7),
    ("FIND_CIRCLES", "find_circles()", 8), ("FIND_RECTS", "find_rects()", 12),
    ("QRCODES", "find_qrcodes() (14 KB)", 14), ("APRILTAGS", "find_apriltags() (64 KB)", 64),
    ("DATAMATRICES", "find_datamatrices() (26 KB)", 26),
    ("BARCODES", "find_barcodes() (42 KB)", 42), ("FEATURES", "find_features()", 11),
    ("AGAST", "AGAST", 9), ("DESCRIPTOR", "descriptors", 4), ("PNG_ENCODER", "PNG encoder", 10),
]
OFF_EVERYWHERE = ["HOG", "SELECTIVE_SEARCH", "STEREO_DISPARITY", "YUV_LUT"]

SCRIPTS = {
    "_boot.py": '"""Mounts what there is."""\nimport os\n\nos.umask = None\n',
    "modbus.py": "class ModbusRTU:\n    def __init__(self, uart):\n        self.uart = uart\n",
    "pid.py": "class PID:\n    def __init__(self, p=0, i=0, d=0):\n        self.gains = (p, i, d)\n",
    "machine.py": "import umachine\n\n\ndef unique_id():\n    return umachine.unique_id()\n",
    "display.py": "class Display:\n    def write(self, image):\n        return image\n",
    "rpc.py": "def call(name, payload):\n    return name, payload\n",
    "requests.py": "def get(url):\n    raise OSError(url)\n",
    "mutex.py": "class Mutex:\n    locked = False\n",
    "openamp.py": "def start():\n    return 'started'\n",
    "ml/manifest.py": 'package("ml")\n',
    "ml/ml/__init__.py": "from ml.model import Model\n",
    "ml/ml/model.py": "class Model:\n    def __init__(self, path):\n        self.path = path\n",
    "protocol/manifest.py": 'package("protocol")\n',
    "protocol/protocol/__init__.py": "CHANNELS = 4\n",
    "alif/hp/_boot.py": "print('hp')\n",
    "alif/he/_boot.py": "print('he')\n",
}

PACKAGES = {
    "micropython/drivers/led/neopixel": ("neopixel.py", "0.1.0"),
    "micropython/drivers/bus/onewire": ("onewire.py", "0.1.0"),
    "micropython/net/ntptime": ("ntptime.py", "0.1.1"),
    "micropython/net/webrepl": ("webrepl.py", "0.1.0"),
    "micropython/aioble": ("aioble.py", "0.6.0"),
    "python-stdlib/logging": ("logging.py", "0.6.1"),
    "python-stdlib/ssl": ("ssl.py", "0.2.1"),
    "python-stdlib/time": ("time.py", "0.1.0"),
    "python-ecosys/cbor2": ("cbor2.py", "1.0.0"),
}

MODELS = {"fomo_face_detection": (57040, "face\n"), "person_detect": (30056, "no\nyes\n"),
          "yolo_lc_192": (33944, None)}


def write(path, text, mode=0o644):
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(text, bytes):
        path.write_bytes(text)
    else:
        path.write_text(text)
    path.chmod(mode)


def copy(source, target):
    write(target, source.read_bytes(), stat.S_IMODE(source.stat().st_mode))


def git(folder, *arguments):
    environment = dict(os.environ, GIT_AUTHOR_DATE="2026-11-20T12:00:00Z",
                       GIT_COMMITTER_DATE="2026-11-20T12:00:00Z", GIT_CONFIG_NOSYSTEM="1",
                       GIT_CONFIG_GLOBAL="/dev/null")
    subprocess.run(["git", "-C", folder, "-c", "user.name=Model", "-c", "user.email=model@localhost",
                    "-c", "core.autocrlf=false", "-c", "advice.addEmbeddedRepo=false",
                    *arguments], check=True, env=environment, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def commit(folder, message, tag=None):
    git(folder, "init", "-q", "-b", "master")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    if tag:
        git(folder, "tag", tag)


class Layout:
    """Where things lie in one generation of trees."""

    def __init__(self, root, name):
        self.name = name
        self.root = root
        self.top = root / ("src" if name == "src" else "")
        self.omv = self.top / ("omv" if name == "src" else "")
        self.prefix = "omv_board" if name == "src" else "board_"
        self.boot_prefix = "omv_boot" if name == "src" else "boot_"

    def board(self, target):
        return self.omv / "boards" / target


def hex8(value):
    return f"0x{value:08X}"


def size_text(value):
    return f"{value // 1024}K" if value % 1024 == 0 else hex(value)


def memory_lines(blocks):
    lines = []
    for name, region, value, comment in blocks:
        if region:
            lines.append(f"#define {name + '_MEMORY':<37} {region} // {comment}.")
        if value:
            lines.append(f"#define {name + '_SIZE':<37} {value}")
        if value and "UMA" in name:
            lines.append(f"#define {name + '_FLAGS':<37} (0)")
    return lines


def ae3_lines(board):
    lines = ["#if BOOTLOADER", *memory_lines(board.memory["BOOTLOADER"]), "#elif CORE_M55_HP",
             *memory_lines(board.memory["CORE_M55_HP"]), "#else",
             *memory_lines(board.memory[None]), "#endif", "", "// Memory map.",
             "#define OMV_FLASH_BOOT_ORIGIN 0x80000000", "#define OMV_FLASH_BOOT_LENGTH 0x00020000",
             "#if CORE_M55_HP", "#define OMV_FLASH_ORIGIN 0x80020000",
             "#define OMV_FLASH_LENGTH 0x00300000 /* 3MB */",
             "#define OMV_ROMFS_PART0_ORIGIN 0xa0800000", "#define OMV_ROMFS_PART0_LENGTH 0x01800000",
             "#define OMV_ROMFS_PART1_ORIGIN 0x8047E000", "#define OMV_ROMFS_PART1_LENGTH 0x00100000",
             "#elif CORE_M55_HE", "#define OMV_FLASH_ORIGIN 0x80320000",
             "#define OMV_FLASH_LENGTH 0x0015E000", "#define OMV_ROMFS_PART0_ORIGIN 0x8047E000",
             "#define OMV_ROMFS_PART0_LENGTH 0x00100000", "#endif", "",
             "#define OMV_DTCM_ORIGIN 0x20000000", "#define OMV_ITCM_ORIGIN 0x00000000",
             "#if CORE_M55_HP", "#define OMV_DTCM_LENGTH 1024K", "#define OMV_ITCM_LENGTH 256K",
             "#else", "#define OMV_DTCM_LENGTH 256K", "#define OMV_ITCM_LENGTH 256K", "#endif"]
    for name, start, length in (("SRAM0", 0x02000000, 4096), ("SRAM1", 0x08000000, 2560),
                                ("SRAM6_A", 0x62000000, 1024), ("SRAM6_B", 0x62400000, 1024),
                                ("SRAM8", 0x63200000, 2048)):
        lines += [f"#define OMV_{name}_ORIGIN {hex8(start)}", f"#define OMV_{name}_LENGTH {length}K"]
    return lines


def flash_lines(board):
    lines = ["", "// Memory map."]
    for name, start, length in board.regions:
        lines += [f"#define {'OMV_' + name + '_ORIGIN':<37} {hex8(start)}",
                  f"#define {'OMV_' + name + '_LENGTH':<37} {size_text(length)}"]
    lines += ["", "// Flash configuration."]
    if board.boot:
        lines += [f"#define {'OMV_FLASH_BOOT_ORIGIN':<37} {hex8(board.boot[0])}",
                  f"#define {'OMV_FLASH_BOOT_LENGTH':<37} {size_text(board.boot[1])}"]
    lines += [f"#define {'OMV_FLASH_TXT_ORIGIN':<37} {hex8(board.code[0])}",
              f"#define {'OMV_FLASH_TXT_LENGTH':<37} {size_text(board.code[1])}"]
    for n, (start, length) in enumerate(board.romfs):
        lines += [f"#define {f'OMV_ROMFS_PART{n}_ORIGIN':<37} {hex8(start)}",
                  f"#define {f'OMV_ROMFS_PART{n}_LENGTH':<37} {size_text(length)}"]
    return lines


def write_config(layout, board):
    guard = "OMV_BOARDCONFIG" if layout.name == "src" else "BOARD_CONFIG"
    lines = [LICENCE + "// Board configuration of the model tree.", f"#ifndef __{guard}_H__",
             f"#define __{guard}_H__", "", "// Architecture info",
             f'#define OMV_BOARD_ARCH                        "{board.arch}" // 33 chars max',
             f'#define OMV_BOARD_TYPE                        "{board.kind}"',
             "#define OMV_BOARD_UID_SIZE                    3 // Unique ID size in words.", "",
             "// Linker script constants."]
    lines += ae3_lines(board) if board.two_cores else memory_lines(board.memory) + flash_lines(board)
    lines += ["", f"#endif //__{guard}_H__", ""]
    write(layout.board(board.target) / f"{layout.prefix}config.h", "\n".join(lines))

    rows = [f"MCU={board.mcu}", f"CPU={board.cpu}", f"PORT={board.port}",
            f"OMV_USB_VID=0x{board.ids[0]:04X}", f"OMV_USB_PID=0x{board.ids[1]:04X}"]
    if board.base:
        rows.append(f"OMV_FIRM_BASE={hex8(board.base)}")
    rows.append(f"OMV_FIRM_ADDR={hex8(board.firmware[0])}")
    if board.boot:
        rows.append(f"OMV_BOOT_ADDR={hex8(board.boot[0])}")
    rows.append(f"OMV_ENABLE_BL={1 if board.boot else 0}")
    if board.jlink and layout.name == "top":
        rows.append(f"OMV_JLINK_ARGS=--device {board.jlink}")
    if board.two_cores:
        rows += ["OMV_DEBUG_ELF=firmware_M55_HP", "MODEL_CORES=1"]
    rows += ["MICROPY_PY_CSI = 1", "MICROPY_PY_WINC1500 = 1", "MICROPY_PY_ML = 1"]
    if board.refused:
        rows.append(f"$(error {board.refused})")
    write(layout.board(board.target) / f"{layout.prefix}config.mk", "\n".join(rows) + "\n")


def write_boot(layout, board):
    if not board.partitions:
        return
    kind = "PTYPE_SPI_FLASH" if board.spi else "PTYPE_AXI_FLASH"
    names = ", ".join(f'"{part[0]}"' for part in board.partitions)
    lines = [LICENCE + "// Bootloader of the model tree.", "#ifndef __BOOT_CONFIG_H__",
             "#define __BOOT_CONFIG_H__",
             f"#define OMV_BOOT_VID                (0x{board.ids[0]:04X})",
             f"#define OMV_BOOT_PID                (0x{board.ids[1] | 0x8000:04X})",
             "#define OMV_BOOT_DFU_TIMEOUT        (1500)", "", "// Boot partitions.",
             "static const partition_t OMV_BOOT_DFU_PARTITIONS[] = {"]
    for name, read_only, start, limit in board.partitions:
        lines.append(f"  {{ .type = {kind}, .region =  -1, .rdonly = {read_only}, "
                     f".start = {hex8(start)}, .limit = {hex8(limit)}, .attr = 0 }}, // {name}")
    lines += ["};", f"#define OMV_BOOT_DFU_PARTITIONS_COUNT   {len(board.partitions)} // Must be a "
              "literal", f"#define OMV_BOOT_DFU_PARTITIONS_STR     {names}",
              "#endif //__BOOT_CONFIG_H__", ""]
    write(layout.board(board.target) / f"{layout.boot_prefix}config.h", "\n".join(lines))


def write_imlib(layout, board):
    lines = [LICENCE + "// Image library configuration.", "#ifndef __IMLIB_CONFIG_H__",
             "#define __IMLIB_CONFIG_H__", ""]
    for macro, comment, _ in FEATURES:
        lines += [f"// Enable {comment}",
                  ("//" if macro in board.off else "") + f"#define IMLIB_ENABLE_{macro}"]
        if macro == "APRILTAGS":
            lines.append(("//" if macro in board.off else "") +
                         "#define IMLIB_ENABLE_APRILTAGS_TAG36H11")
        lines.append("")
    lines += ["// Enable find_displacement()", "#if defined(IMLIB_ENABLE_ROTATION_CORR)",
              "#define IMLIB_ENABLE_FIND_DISPLACEMENT", "#endif", ""]
    if layout.name == "src":
        lines += ["// Enable built-in Haar cascades. (75KBs)",
                  "#define IMLIB_ENABLE_FEATURES_BUILTIN_FACE_CASCADE", ""]
    for macro in OFF_EVERYWHERE:
        lines += [f"// Enable {macro.lower()}", f"// #define IMLIB_ENABLE_{macro}", ""]
    lines += ["#endif //__IMLIB_CONFIG_H__", ""]
    write(layout.board(board.target) / "imlib_config.h", "\n".join(lines))


def write_manifest(layout, board):
    lib = '"$(OMV_LIB_DIR)/"'
    lines = ["# OpenMV library", 'add_library("openmv-lib", "$(OMV_LIB_DIR)")', "", "# Drivers"]
    if board.target != "OPENMV2":
        lines += ['require("onewire")', 'require("neopixel")']
    lines += [f'freeze ({lib}, "{name}")' for name in ("modbus.py", "pid.py", "machine.py",
                                                       "display.py")]
    lines += ["", "# Networking"]
    if board.target != "OPENMV2":
        lines += ['require("ssl")', 'require("ntptime")', 'require("webrepl")']
    lines += [f'freeze ({lib}, "rpc.py")', f'freeze ({lib}, "requests.py")', "", "# Utils"]
    if board.target != "OPENMV2":
        lines += ['require("time")', 'require("logging")']
    lines += [f'freeze ({lib}, "mutex.py")', "", "# Libraries"]
    if board.target != "OPENMV2":
        lines.append('require("ml", library="openmv-lib")')
    if board.two_cores:
        lines.append('require("protocol", library="openmv-lib")')
    lines += ['include("$(MPY_DIR)/extmod/asyncio")', "", "# Boot script"]
    lines.append('freeze("$(OMV_LIB_DIR)/alif/$(MCU_CORE)", "_boot.py")' if board.two_cores
                 else f'freeze ({lib}, "_boot.py")')
    write(layout.board(board.target) / "manifest.py",
          "" if board.refused else "\n".join(lines) + "\n")


def romfs_entries(board, partition):
    names = ["fomo_face_detection"] if board.romfs[partition][1] <= 0x20000 or partition == 1 \
        else list(MODELS)
    entries = [{"type": "tflite", "path": f"{{TOP}}/lib/models/{name}.tflite",
                "alignment": 32 if board.target == "OPENMV_N6" else 16,
                "optimize": "Performance"} for name in names]
    if board.target == "OPENMV2":
        entries = []
    if partition == 0:
        entries += [{"type": "haar", "path": f"{{TOP}}/lib/haar/haarcascade_{name}.xml",
                     "stages": 0} for name in ("eye", "frontalface")]
    return entries


def write_romfs(layout, board):
    config = {str(n): {"size": hex(length), "entries": romfs_entries(board, n)}
              for n, (_, length) in enumerate(board.romfs)}
    if config and layout.name == "top":
        write(layout.board(board.target) / "romfs_config.json", json.dumps(config, indent=2) + "\n")


def source(name, size, condition=None, has=None, needs=None, ram=None):
    marks = f"MODEL-SIZE:{size};" + (f"MODEL-RAM:MAIN={ram};" if ram else "") + \
        (f"MODEL-HAS:{has};" if has else "") + (f"MODEL-NEEDS:{needs};" if needs else "")
    text = LICENCE + '#include "imlib_config.h"\n\n'
    if condition:
        text += f"#if {condition}\n"
    text += f'const char model_{name}[] = "{marks}MODEL-END";\n\n'
    text += f"int\n{name}_sum (const unsigned char *pixels, int count)\n{{\n  int sum = 0;\n\n" \
            "  for (int i = 0; i < count; i++)\n    sum += pixels[i];\n  return sum;\n}\n"
    if condition:
        text += f"#else\nconst char model_{name}[] = \"MODEL-SIZE:32;MODEL-END\";\n#endif\n"
    return text


def write_sources(layout):
    lib = layout.omv / ("imlib" if layout.name == "src" else "lib/imlib")
    for macro, _, size in FEATURES:
        name = macro.lower()
        write(lib / f"{name}.c", source(name, size * 1024, f"defined(IMLIB_ENABLE_{macro})"))
    write(lib / "blob.c", source("blob", 9000))
    write(layout.omv / "common/array.c", source("array", 1800))
    write(layout.omv / "common/umalloc.c", source("umalloc", 4200, ram=2000))
    for name, size, condition, needs in (("py_omv", 2400, None, None), ("py_image", 90000, None, None),
                                         ("py_ml", 61000, "MICROPY_PY_ML", None),
                                         ("py_winc", 7000, "MICROPY_PY_WINC1500", "winc_init")):
        write(layout.omv / f"modules/{name}.c", source(name, size, condition, needs=needs))
    write(layout.top / "drivers/winc1500/winc.c", source("winc", 22812, has="winc_init"))
    if layout.name == "top":
        write(layout.top / "protocol/omv_protocol.c", source("omv_protocol", 7000))
        copy(FILES / "check_toolchain.mk", layout.top / "common/check_toolchain.mk")
    for port in sorted({board.port for board in data.BOARDS}):
        write(layout.omv / f"ports/{port}/port_config.mk",
              "# SPDX-License-Identifier: GPL-3.0-or-later\n"
              + ("include lib/apriltag/apriltag.mk\n" if layout.name == "top" else ""))
        write(layout.omv / f"ports/{port}/main.c", source(f"{port}_main", 3000, ram=3000))
    # Read for the cores that a manifest is for; the model's make hands them on by itself.
    write(layout.omv / "ports/alif/alif.mk", "MPY_MKARGS += MICROPY_MANIFEST_MCU_CORE=hp\n")


def write_number(layout, number):
    parts = number.split(".")
    name, path = ("OMV_FIRMWARE_VERSION_", layout.top / "protocol/omv_protocol.h")
    if layout.name == "src":
        name, path = "FIRMWARE_VERSION_", layout.omv / "common/usbdbg.h"
    lines = [LICENCE + "#pragma once", ""]
    lines += [f"#define {name + part:<35} ({value})"
              for part, value in zip(("MAJOR", "MINOR", "PATCH"), parts)]
    write(path, "\n".join(lines) + "\n")


def write_models(layout):
    folder = layout.top / ("lib/tflm/models" if layout.name == "src" else "lib/models")
    for name, (size, labels) in MODELS.items():
        noise = random.Random(name)
        write(folder / f"{name}.tflite", b"\x1c\0\0\0TFL3" + noise.randbytes(size - 8))
        if labels:
            write(folder / f"{name}.txt", labels)
    if layout.name == "src":
        write(folder / "index.csv", "".join(f"{name}.tflite, IMLIB_ENABLE_TFLM\n" for name in MODELS))
        return
    for name, count in (("eye", 12), ("frontalface", 30)):
        write(layout.top / f"lib/haar/haarcascade_{name}.xml", cascade(name, count))


def cascade(name, count):
    noise = random.Random(name)
    stages, features = [], []
    for n in range(count):
        stages.append("<_><maxWeakCount>1</maxWeakCount><stageThreshold>"
                      f"{noise.uniform(-2, 2):.6f}</stageThreshold><weakClassifiers><_>"
                      f"<internalNodes>0 -1 {n} {noise.uniform(-0.1, 0.1):.6f}</internalNodes>"
                      f"<leafValues>{noise.uniform(-1, 1):.6f} {noise.uniform(-1, 1):.6f}"
                      "</leafValues></_></weakClassifiers></_>")
        features.append(f"<_><rects><_>{n % 8} {n % 5} 12 6 -1.</_><_>{n % 8} {n % 5} 6 6 2.</_>"
                        "</rects><tilted>0</tilted></_>")
    return ('<?xml version="1.0"?>\n<opencv_storage>\n<cascade type_id="opencv-cascade-classifier">'
            f"<stageType>BOOST</stageType>\n<height>20</height><width>20</width>\n<stageNum>{count}"
            "</stageNum>\n<stages>\n" + "\n".join(stages) + "\n</stages>\n<features>\n"
            + "\n".join(features) + "\n</features></cascade>\n</opencv_storage>\n")


def write_micropython(folder):
    for name in ("manifestfile.py", "makemanifest.py"):
        copy(FILES / "micropython/tools" / name, folder / "tools" / name)
    copy(FILES / "micropython/mpy-cross/Makefile", folder / "mpy-cross/Makefile")
    copy(FILES / "micropython/mpy-cross/main.py", folder / "mpy-cross/main.py")
    copy(FILES / "micropython/model.mk", folder / "model.mk")
    write(folder / ".gitignore", "build/\n__pycache__/\n")
    for name, size in (("gc", 5200), ("runtime", 14000), ("objstr", 16000), ("vm", 11000)):
        write(folder / f"py/{name}.c", source(name, size, ram=1200))
    for port in ("stm32", "alif", "mimxrt"):
        write(folder / f"ports/{port}/adc.c", source("adc", 2600))
    write(folder / "extmod/asyncio/manifest.py",
          'package("asyncio", ("__init__.py", "core.py"), base_path="..", opt=3)\n')
    write(folder / "extmod/asyncio/__init__.py", "from .core import run\n")
    write(folder / "extmod/asyncio/core.py", "def run(coroutine):\n    return coroutine.send(None)\n")
    for place, (name, version) in PACKAGES.items():
        package = folder / "lib/micropython-lib" / place
        write(package / "manifest.py",
              f'metadata(description="{name[:-3]} of the model.", version="{version}")\n\n'
              f'module("{name}")\n')
        write(package / name, f'"""{name[:-3]}"""\n\n\ndef run():\n    return "{name[:-3]}"\n')


# Some of those that a real tree has.
SUBMODULES = {"top": {"lib/micropython": "micropython", "lib/apriltag": "apriltag",
                      "tools/alif": "alif-security-toolkit",
                      "scripts/libraries/microdot": "microdot"},
              "src": {"src/lib/micropython": "micropython",
                      "src/omv/modules/ulab": "micropython-ulab"}}


def write_submodules(layout, with_git):
    text = ""
    for path, name in SUBMODULES[layout.name].items():
        folder = layout.root / path
        if name == "micropython":
            write_micropython(folder)
        else:
            write(folder / "README.md", f"# {name} of the model tree\n")
        if name == "apriltag":
            write(folder / "apriltag.mk", "APRILTAG_SOURCES += lib/apriltag/apriltag.c\n")
            write(folder / "apriltag.c", source("apriltag_core", 5000))
        if with_git:
            commit(folder, f"{name}: As the model needs it",
                   "v1.28.0" if name == "micropython" else None)
        text += f'[submodule "{path}"]\n\tpath = {path}\n\turl = ./{path}\n'
    write(layout.root / ".gitmodules", text)


def write_tools(layout):
    folder = layout.root / "tools"
    for path in sorted((FILES / "tools").iterdir()):
        if path.is_file():
            copy(path, folder / path.name)
    lines = []
    for line in (FILES / "Makefile.in").read_text().split("\n"):
        if line.startswith(("@top@", "@src@")):
            if line[1:4] != layout.name:
                continue
            line = line[5:]
        lines.append(line.replace("@LAYOUT@", layout.name))
    write(layout.top / "Makefile", "\n".join(lines))
    for name in ("Makefile", "build.sh", "build-dev.sh"):
        copy(FILES / "docker" / name, layout.root / "docker" / name)
    write(layout.root / "docker/Dockerfile", "FROM ubuntu:24.04\n")


def model_facts(board, number):
    facts = {"target": board.target, "build": board.target, "platform": board.platform,
             "machine": board.machine, "arch": board.arch, "kind": board.kind, "port": board.port,
             "stack": board.stack, "boot": board.boot[0] if board.boot else 0,
             "load": board.firmware[0], "length": board.code[1], "code": board.code[0],
             "signed": board.spi, "partitions": [part[0] for part in board.partitions],
             "number": number, "base_size": min(board.code[1], 1664 * 1024) // 4}
    if board.two_cores:
        facts["cores"] = {"M55_HP": {"load": 0x80020000}, "M55_HE": {"load": 0x80320000}}
    return facts


MADE = "made-by-the-model-tree"


def make_sdk(folder, version):
    write(folder / MADE, "Stand-ins, for Hotshoe's tests.\n")
    write(folder / "sdk.version", version + "\n")
    for name in ("gcc", "g++"):
        copy(FILES / "sdk/arm-none-eabi-gcc", folder / f"gcc/bin/arm-none-eabi-{name}")
    # Nothing of a model build calls them; they only have to be there.
    for name in ("stcubeprog/bin/STM32_SigningTool_CLI", "stedgeai/Utilities/linux/stedgeai",
                 "python/bin/vela"):
        write(folder / name, f"#!/bin/sh\necho '{os.path.basename(name)} of the model'\n", 0o755)


def write_tree(layout, targets, number):
    write(layout.root / ".gitignore", "build/\n__pycache__/\n")
    write(layout.root / "README.md", "# A firmware tree in small\n\nMade by Hotshoe's tests.\n")
    write_tools(layout)
    write_sources(layout)
    write_number(layout, number)
    write_models(layout)
    if layout.name == "top":
        write(layout.root / "SDK_VERSION", SDK_VERSION + "\n")
    for name, text in SCRIPTS.items():
        write(layout.root / "scripts/libraries" / name, text)
    facts = {}
    for target in targets:
        board = data.find(target)
        if layout.name == "src":
            board = data.old_form(board)
        for part in (write_config, write_boot, write_imlib, write_manifest, write_romfs):
            part(layout, board)
        facts[target] = model_facts(board, number)
    write(layout.root / "tools/model.json", json.dumps(facts, indent=1) + "\n")


def finish(layout, tag):
    """Two commits: the one that upstream has, with the tag, and one of our own."""
    root = layout.root
    commit(root, "The tree as it was published", tag)
    git(root, "remote", "add", "origin", "https://github.com/openmv/openmv.git")
    git(root, "update-ref", "refs/remotes/origin/master", "HEAD")
    git(root, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/master")
    for path in SUBMODULES[layout.name]:
        git(root, "config", f"submodule.{path}.url", str(root / path))
    write(root / "PRODUCT.md", "# What we changed\n\nNothing yet.\n")
    commit(root, "product: Say what was changed")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--layout", choices=("top", "src"), default="top")
    parser.add_argument("--boards")
    parser.add_argument("--sdk", type=pathlib.Path)
    parser.add_argument("--sdk-version", default=SDK_VERSION)
    parser.add_argument("--tag")
    parser.add_argument("--no-mpy-cross", action="store_true")
    parser.add_argument("--no-git", action="store_true")
    arguments = parser.parse_args()
    if arguments.folder.exists() and any(arguments.folder.iterdir()):
        parser.error(f"{arguments.folder} is there already")
    sdk = arguments.sdk
    if sdk and sdk.exists() and any(sdk.iterdir()) and not (sdk / MADE).exists():
        parser.error(f"{sdk} is there already, and no SDK of the model's")
    old = arguments.layout == "src"
    tag = arguments.tag or ("v4.6.20" if old else "v5.1.0")
    targets = arguments.boards.split(",") if arguments.boards else \
        ["OPENMV4"] if old else [board.target for board in data.BOARDS]

    arguments.folder.mkdir(parents=True, exist_ok=True)
    layout = Layout(arguments.folder.resolve(), arguments.layout)
    write_tree(layout, targets, tag.lstrip("v"))
    write_submodules(layout, not arguments.no_git)
    if not arguments.no_git:
        finish(layout, tag)
    if not arguments.no_mpy_cross:
        subprocess.run(["make", "-s", "-C", layout.top / "lib/micropython/mpy-cross"], check=True,
                       stdout=subprocess.DEVNULL)
    if arguments.sdk:
        make_sdk(arguments.sdk, arguments.sdk_version)


if __name__ == "__main__":
    main()
