#!/bin/sh
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
# fresh.sh [--user] FOLDER COMMAND: what a stranger meets. Runs COMMAND in a clone of this
# repository on a Debian 12 of its own, in FOLDER, with nothing but git and apt: as root, or with
# --user as somebody who has sudo. Needs root and debootstrap; a FOLDER that is there is used again.
#     tests/fresh/fresh.sh /tmp/fresh ./test
set -eu
PATH=$PATH:/usr/sbin:/sbin

guest_user=root
if [ "${1:-}" = --user ]; then guest_user=stranger; shift; fi
[ $# = 2 ] || { sed -n 's/^# //; 3,6p' "$0" >&2; exit 2; }
folder=$1
command=$2
source=$(readlink -f "$(dirname "$0")/../..")

if [ ! -d "$folder" ]; then
  debootstrap --variant=minbase --include=git,ca-certificates,sudo bookworm "$folder" \
    ${DEB_MIRROR:+"$DEB_MIRROR"} >&2
  chroot "$folder" useradd --create-home --shell /bin/bash stranger
  echo 'stranger ALL=(ALL) NOPASSWD: ALL' > "$folder/etc/sudoers.d/stranger"
  git clone --quiet --bare --no-hardlinks "$source" "$folder/srv/sirocco.git"
  chroot "$folder" git config --system safe.directory '*'
fi

# Mounts and processes of its own: both are gone when the command has ended.
# /proc comes before apt: Java's set-up reads it. Terminals and Bazel's server want the others.
exec unshare --mount --pid --fork --kill-child sh -euc '
  cd "$1"
  mount -t proc proc proc
  mount -t tmpfs tmpfs dev/shm
  mount -t devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 devpts dev/pts
  exec chroot . env -i "PATH=$PATH" "TERM=${TERM:-dumb}" su --login "$2" -c "
    [ -d sirocco ] || git clone --quiet /srv/sirocco.git
    cd sirocco
    $3"
' sh "$folder" "$guest_user" "$command"
