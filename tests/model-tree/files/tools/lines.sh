#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# COUNT lines as of a compiler, with a pause of DELAY seconds behind each.
if [ "$2" = 0 ]; then
  exec seq -f 'CC drivers/model/file%.0f.c' "$1"
fi
i=0
while [ "$i" -lt "$1" ]; do
  i=$((i + 1))
  echo "CC drivers/model/file$i.c"
  sleep "$2"
done
