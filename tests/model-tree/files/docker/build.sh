#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What runs in the container: everything anew.
set -e
make -C lib/micropython/mpy-cross
make TARGET="$TARGET" SDK_DIR="${SDK_DIR:-/workspace/sdk}" clean
make TARGET="$TARGET" SDK_DIR="${SDK_DIR:-/workspace/sdk}"
