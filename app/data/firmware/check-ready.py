# SPDX-License-Identifier: GPL-3.0-or-later
"""What a shipped camera must have, looked for in the program that read-sources.py followed."""


def check_ready(program):
    return []
