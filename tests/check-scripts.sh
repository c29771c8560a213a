#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Our scripts give shellcheck nothing to complain about. Usage: check-scripts.sh ROOT
cd "$1" || exit 99
command -v shellcheck >/dev/null || exit 77
git ls-files -z -co --exclude-standard -- '*.sh' app/run tests/run .ci/run | xargs -0 -r shellcheck -x
