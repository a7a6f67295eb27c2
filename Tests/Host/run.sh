#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The tests that need root or a special machine: disks that fill up and fail, networks that are cut,
# users that may not. A case that cannot be shown here is skipped, and says why.
#
#   Tests/Host/run.sh [CASE...]
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "$(id -u)" -eq 0 ]; then
    Packaging/need.sh python3 iproute2 nftables e2fsprogs util-linux
fi
export ELECTD_PROGRAMS=${ELECTD_PROGRAMS:-$PWD/.build/release}
exec python3 -B Tests/Host/host_tests.py "$@"
