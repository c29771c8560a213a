#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# DEPTH shells one in the other, each with a child that sleeps SECONDS; with a third argument the
# innermost do not mind SIGTERM.
if [ "$1" -eq 0 ]; then
  if [ -n "$3" ]; then
    trap '' TERM INT HUP
  fi
  sleep "$2"
  exit 0
fi
sleep "$2" &
sh "$0" $(($1 - 1)) "$2" "$3"
wait
