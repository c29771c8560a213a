# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Sourced by app/run and tests/run: what this machine must have before Hotshoe can be built.

missing=()

say() {
  printf '%s\n' "$@"
}

die() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Hotshoe is promised for Debian 12 and Ubuntu 24.04 or newer. Older ones lack GTK 4.8 and are
# refused here, in words, instead of in the middle of a build.
check_system() {
  local ID='' VERSION_ID='' PRETTY_NAME='' oldest

  [ "$(uname -s)" = Linux ] || die "Hotshoe runs on Linux only; this is $(uname -s)."
  if [ -r /etc/os-release ]; then
    # shellcheck source=/dev/null
    . /etc/os-release
  fi

  case $ID in
  debian) oldest=12 ;;
  ubuntu) oldest=24.04 ;;
  *)
    say "Hotshoe is made for Debian 12 and Ubuntu 24.04 or newer; this is ${PRETTY_NAME:-unknown}. Trying anyway."
    return
    ;;
  esac

  # No VERSION_ID: a development release, newer than all numbered ones.
  [ -n "$VERSION_ID" ] || return 0
  [ "$(printf '%s\n' "$oldest" "$VERSION_ID" | sort -V | head -n 1)" = "$oldest" ] ||
    die "$PRETTY_NAME is too old: Hotshoe needs Debian 12, Ubuntu 24.04 or newer (GTK 4.8)."
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need WHY PACKAGE…: remembers what is missing and says what it is for.
need() {
  local why=$1 package absent=()
  shift

  command -v dpkg-query >/dev/null || return 0
  for package; do
    is_installed "$package" || absent+=("$package")
  done
  [ ${#absent[@]} -gt 0 ] || return 0
  say "Missing $why: ${absent[*]}"
  missing+=("${absent[@]}")
}

need_for_building() {
  need 'to compile and build' gcc libc6-dev meson ninja-build pkg-config gettext python3 git
  need 'for the window' libgtk-4-dev libadwaita-1-dev adwaita-icon-theme librsvg2-common
  need 'to talk to cameras over USB' libusb-1.0-0-dev
  need 'for the catalog and its signatures' libsqlite3-dev libjson-glib-dev libsodium-dev
  need 'to read the zip of a cloud build' libarchive-dev
}

install_missing() {
  local as_root=()

  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die 'These packages have to be installed first.'
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null ||
      die "Neither root nor sudo here. Let an administrator run: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi

  say "Installing ${#missing[@]} packages from the system's own package source."
  "${as_root[@]}" apt-get update -q || die 'apt-get update failed.'
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${missing[@]}" </dev/null ||
    die 'apt-get install failed.'
}

# set_up FOLDER OPTION…: configures a build folder, or brings an old one up to date.
set_up() {
  local folder=$1
  shift

  if [ -f "$folder/build.ninja" ]; then
    meson setup --reconfigure "$folder" "$@" >"$folder/setup.log" 2>&1 && return
    say "The build folder $folder is out of date: starting it anew."
    rm -rf "$folder"
  fi
  mkdir -p "$folder"
  meson setup "$folder" "$@" >"$folder/setup.log" 2>&1 || {
    cat "$folder/setup.log" >&2
    die 'meson setup failed.'
  }
}
