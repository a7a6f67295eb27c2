#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Three daemons on this machine, without root or configuration: they elect, the leader is killed
# with SIGKILL, they elect the next. Everything lives in one folder that is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/../.."

bin=${ELECTD_BIN:-$PWD/.build/release}
work=$(mktemp -d "${TMPDIR:-/tmp}/electd-demo.XXXXXX")
names=(db1 db2 db3)
declare -A pids=()

finish() {
    local status=$?
    trap - EXIT
    for name in "${!pids[@]}"; do kill "${pids[$name]}" 2>/dev/null || true; done
    wait 2>/dev/null || true
    [ "$status" -eq 0 ] || tail -n 5 "$work"/*/journal >&2 2>/dev/null || true
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

ctl() { # NAME VERB...: electctl on that host's socket
    local name=$1
    shift
    "$bin/electctl" "$@" --socket "$work/$name/run/electd.sock"
}

# Three UDP ports that nobody uses.
in_use() { grep -qi ":$(printf '%04X' "$1") " /proc/net/udp /proc/net/udp6 2>/dev/null; }
ports=()
port=$((20000 + RANDOM % 20000))
while [ "${#ports[@]}" -lt 3 ]; do
    port=$((port + 1))
    in_use "$port" || ports+=("$port")
done

members=()
for i in 0 1 2; do members+=(--member "${names[$i]}=127.0.0.1:${ports[$i]}"); done

echo "demo: three hosts, one folder each under $work"
for i in 0 1 2; do
    name=${names[$i]} dir=$work/${names[$i]}
    mkdir -p "$dir/run"
    cat >"$dir/electd.conf" <<EOF
[Cluster]
Name=demo
Key=$work/cluster.key
[Node]
Name=$name
Listen=127.0.0.1:${ports[$i]}
Address=127.0.0.1:${ports[$i]}
Label=url=http://127.0.0.1:${ports[$i]}/
[Paths]
State=$dir/state
Runtime=$dir/run
EOF
    "$bin/electctl" init "${members[@]}" --config "$dir/electd.conf" >/dev/null
done

for name in "${names[@]}"; do
    "$bin/electd" --config "$work/$name/electd.conf" >"$work/$name/journal" 2>&1 &
    pids[$name]=$!
done

old=$(ctl db1 wait-leader --timeout 20s)
epoch=$(ctl db1 leader --json | sed -n 's/.*"epoch" *: *\([0-9]*\).*/\1/p')
echo "demo: $old leads with epoch $epoch, says the socket of db1:"
ctl db1 status | sed 's/^/    /'

for name in "${names[@]}"; do [ "$name" = "$old" ] || survivor=$name; done
echo "demo: kill -KILL ${pids[$old]} ($old); $survivor waits for the next leader"
ctl "$survivor" wait-leader --after "$epoch" --timeout 20s >"$work/next" &
waiter=$!
began=$(date +%s%N)
kill -KILL "${pids[$old]}"
# The shell would report the death of its child; it is no news here.
{ wait "${pids[$old]}"; } 2>/dev/null || true
wait "$waiter"
ended=$(date +%s%N)
unset "pids[$old]"

new=$(cat "$work/next")
next=$(ctl "$survivor" leader --json | sed -n 's/.*"epoch" *: *\([0-9]*\).*/\1/p')
echo "demo: the socket of $survivor now says:"
ctl "$survivor" status | sed 's/^/    /'
if [ "$new" = "$old" ] || [ "$next" -le "$epoch" ]; then
    echo "demo: $new leads with epoch $next after $old had epoch $epoch: that is wrong" >&2
    exit 1
fi

# The doctor of the same static program: what is lost is a fault (1), and anything else is wrong.
echo "demo: and the doctor there:"
status=0
ctl "$survivor" doctor --config "$work/$survivor/electd.conf" >"$work/doctor" || status=$?
sed 's/^/    /' "$work/doctor"
if [ "$status" -ne 1 ] || ! grep -q "$old does not answer" "$work/doctor"; then
    echo "demo: the doctor ended with $status, and should have missed $old" >&2
    exit 1
fi
for name in "${!pids[@]}"; do kill -TERM "${pids[$name]}"; done
wait
pids=()
echo "demo: $old lost, $new leads, epoch $epoch -> $next, after $(((ended - began) / 1000000)) ms"
