#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The strings can be extracted, and desktop file, metainfo and settings schema are valid.
# Each kind is checked where its tool is installed. Usage: check-data.sh ROOT
cd "$1" || exit 99
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0

check() {
  "$@" || { echo "failed: $*" >&2; status=1; }
}

has() {
  command -v "$1" >/dev/null || { echo "not checked, $1 is missing"; return 1; }
}

# xgettext knows no schema and metainfo without their rules; those lie with gettext and glib.
if has xgettext && grep -qv '^#' po/POTFILES.in; then
  check xgettext --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 \
    --keyword=g_dngettext:2,3 --add-comments --files-from=po/POTFILES.in -o "$scratch/hotshoe.pot"
  if has msgfmt && [ -s "$scratch/hotshoe.pot" ]; then
    check msgfmt --check-format -o /dev/null "$scratch/hotshoe.pot"
  fi
fi

for template in app/data/*.desktop.in app/data/*.metainfo.xml.in; do
  [ -e "$template" ] || continue
  plain=$scratch/$(basename "$template" .in)
  case $template in
  *.desktop.in)
    has desktop-file-validate || continue
    sed 's/^_//' "$template" >"$plain"
    check desktop-file-validate "$plain"
    ;;
  *)
    has appstreamcli || continue
    cp "$template" "$plain"
    check appstreamcli validate --no-net "$plain"
    ;;
  esac
done

for schema in app/data/*.gschema.xml; do
  [ -e "$schema" ] || continue
  has glib-compile-schemas || continue
  check glib-compile-schemas --strict --dry-run app/data
  break
done
exit $status
