#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# What electd costs on this machine. Runs the measuring program with state on a disk (in memory a
# sync would cost nothing), with sockets and files in memory, as /run is, and, where the kernel lets
# us, on a loopback device of its own, so that nobody else's datagrams are counted. Options go to
# the program:
#
#   Tests/Bench/bench.sh [--rounds 9] [--idle 21] [--only NAME] [--bound-scale 1.0]
#
# It ends with one line, and with 1 if a figure is over its bound.
set -euo pipefail
cd "$(dirname "$0")/../.."

disk=$(mktemp -d /var/tmp/electd-bench.XXXXXX)
memory=$disk
group=

finish() {
    local status=$?
    trap - EXIT
    # The program and all that it started are one process group.
    [ -z "$group" ] || kill -KILL -- "-$group" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$disk" "$memory"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ "$(stat -f -c %T /dev/shm 2>/dev/null)" = tmpfs ] && [ -w /dev/shm ]; then
    memory=$(mktemp -d /dev/shm/electd-bench.XXXXXX)
fi
bench=(.build/release/electbench --disk "$disk" --memory "$memory" "$@")
alone=
if command -v ip >/dev/null; then
    for way in "unshare --net" "unshare --user --map-root-user --net"; do
        if $way ip link set lo up 2>/dev/null; then
            alone="$way"
            break
        fi
    done
fi
# shellcheck disable=SC2016
if [ -n "$alone" ]; then
    bench=($alone sh -c 'ip link set lo up && exec "$@"' sh "${bench[@]}")
else
    echo "bench: no network namespace of its own: the datagrams of others are counted too"
fi

set -m
"${bench[@]}" &
group=$!
set +m
status=0
wait "$group" || status=$?
exit "$status"
