# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Says what a real tree would do: this one never loads anything.
ci_install_sdk() {
  local version
  version=$(cat SDK_VERSION 2>/dev/null || cat ../SDK_VERSION)
  echo "Installing OpenMV SDK $version to $HOME/openmv-sdk-$version..."
  echo "Download failed: the model tree has no SDK to offer"
  return 1
}
