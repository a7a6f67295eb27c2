#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# electd under a real systemd, on three machines that are made here: see lab.py. What this machine
# cannot do is skipped, and says why.
#
#   Tests/Systemd/run.sh [CASE...]
#
#   ALL=1                      on trixie (systemd 257) as well as on bookworm (252)
#   ELECTD_LAB_CACHE=DIR       where the root file systems are kept (default /var/cache/electd-lab)
set -euo pipefail
cd "$(dirname "$0")/../.."

if [ "$(id -u)" -eq 0 ]; then
    Packaging/need.sh dpkg-dev iproute2 mmdebstrap python3 systemd-container util-linux
fi
status=0
for suite in bookworm ${ALL:+trixie}; do
    echo "systemd tests on $suite"
    ELECTD_LAB_SUITE=$suite python3 -B Tests/Systemd/systemd_tests.py "$@" || status=1
done
exit "$status"
