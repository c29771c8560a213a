#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What runs in the container of a developer: only what changed.
set -e
make -C lib/micropython/mpy-cross
make TARGET="$TARGET" SDK_DIR="$SDK_DIR"
