# SPDX-License-Identifier: GPL-3.0-or-later
"""What the link has to know of a board, from model.json and from the macros of its header as the
preprocessor sees them."""
import json
import os
import re
import subprocess
import sys

UNITS = {"": 1, "K": 1024, "M": 1024 * 1024}
OWN = ("OMV_FLASH", "OMV_ROMFS", "OMV_BOARD", "OMV_PROTOCOL")


def bytes_of(text):
    found = re.fullmatch(r"\(?\s*(0x[0-9a-fA-F]+|\d+)\s*([KM]?)\s*\)?", text.strip())
    return int(found[1], 0) * UNITS[found[2]] if found else None


def macros(header, flags):
    with open(header) as file:
        names = sorted(set(re.findall(r"#define\s+(OMV_\w+_(?:MEMORY|SIZE|ORIGIN|LENGTH))\b",
                                      file.read())))
    source = f'#include "{header}"\n' + "".join(f"HSX {name[4:]}@ {name}\n" for name in names)
    done = subprocess.run(["arm-none-eabi-gcc", "-E", "-P", "-x", "c", "-DLINKER_SCRIPT", *flags,
                           "-"], input=source, capture_output=True, text=True)
    if done.returncode != 0:
        sys.stderr.write(done.stderr)
        raise SystemExit(1)
    found = re.findall(r"HSX (\w+) ?@ (.*)", done.stdout)
    return {"OMV_" + name: value for name, value in found if value.strip() != "OMV_" + name}


def facts_of(target, header, flags):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "model.json")) as file:
        facts = json.load(file)[target]
    found = macros(header, flags)
    facts["regions"] = [[name[4:-7], 0, bytes_of(value)] for name, value in found.items()
                        if name.endswith("_LENGTH") and not name.startswith(OWN)]
    facts["main"] = found.get("OMV_MAIN_MEMORY", "").strip()
    facts["blocks"] = [[found[name[:-5] + "_MEMORY"].strip(), bytes_of(value)]
                       for name, value in found.items()
                       if name.endswith("_SIZE") and name[:-5] + "_MEMORY" in found]
    code = "OMV_FLASH_TXT_" if "OMV_FLASH_TXT_LENGTH" in found else "OMV_FLASH_"
    if code + "LENGTH" in found:
        facts["length"] = bytes_of(found[code + "LENGTH"])
        facts["code"] = bytes_of(found[code + "ORIGIN"])
    return facts
