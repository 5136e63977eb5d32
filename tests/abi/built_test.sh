#!/bin/sh
# Copyright 2026 The Sirocco Authors. SPDX-License-Identifier: Apache-2.0
# What was to be built is there.
set -eu
[ $# -ge 1 ]
for file; do
  [ -s "$file" ] || { echo "missing: $file" >&2; exit 1; }
done
