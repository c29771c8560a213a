#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every C file is as clang-format 14 leaves it. Skipped where that version is missing: others
# format differently. Usage: check-format.sh ROOT
cd "$1" || exit 99
for name in clang-format-14 clang-format; do
  if command -v "$name" >/dev/null && "$name" --version | grep -q 'version 14\.'; then
    git ls-files -z -co --exclude-standard -- '*.c' '*.h' |
      xargs -0 -r "$name" --dry-run -Werror --style=file
    exit $?
  fi
done
echo 'clang-format 14 is not installed'
exit 77
