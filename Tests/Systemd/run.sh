#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# electd under a real systemd, on three machines that are made here: see lab.py. What this machine
# cannot do is skipped, and says why.
#
#   Tests/Systemd/run.sh [CASE...]
#
#   ELECTD_LAB_SUITE=trixie    another release of Debian than bookworm
#   ELECTD_LAB_CACHE=DIR       where the root file systems are kept (default /var/cache/electd-lab)
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "$(id -u)" -eq 0 ]; then
    Packaging/need.sh dpkg-dev iproute2 mmdebstrap python3 systemd-container util-linux
fi
exec python3 -B Tests/Systemd/systemd_tests.py "$@"
