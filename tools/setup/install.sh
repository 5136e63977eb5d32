#!/bin/sh
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
# install.sh run|test|ci: installs the Debian packages that the command needs and that are
# missing. Asks nothing as root or where CI is set; otherwise sudo asks as it likes.
set -eu

RUN_PACKAGES="bazel-bootstrap g++ g++-riscv64-linux-gnu libabsl-dev python3 qemu-system-misc"
TEST_PACKAGES="googletest clang-19 libclang-rt-19-dev relacy-dev"
CI_PACKAGES="clang-format-19 clang-tidy-19"

case "${1:-}" in
  run) wanted="$RUN_PACKAGES" ;;
  test) wanted="$RUN_PACKAGES $TEST_PACKAGES" ;;
  ci) wanted="$RUN_PACKAGES $TEST_PACKAGES $CI_PACKAGES" ;;
  *) echo "usage: install.sh run|test|ci" >&2; exit 2 ;;
esac

missing=""
for package in $wanted; do
  state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "Installing the Debian packages that are missing:$missing" >&2
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
if [ -n "$as_root" ] && [ -n "${CI:-}" ]; then as_root="sudo -n"; fi
# `apt-get update` reports success even when it fetched nothing: the installation tells.
$as_root apt-get update -qq >&2 || true
$as_root env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
  { echo "could not install:$missing" >&2; exit 1; }
