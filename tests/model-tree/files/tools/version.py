# SPDX-License-Identifier: GPL-3.0-or-later
"""The version as the firmware shows it: "v5.1.0-1.g0123abc.dirty"; None without git."""
import subprocess


def describe(folder):
    done = subprocess.run(["git", "-C", folder, "describe", "--tags", "--dirty", "--always",
                           "--match", "v[1-9].*"], capture_output=True, text=True)
    text = done.stdout.strip()
    if done.returncode != 0 or not text:
        return "None"
    head, dash, rest = text.partition("-")
    return head + dash + rest.replace("-", ".")

