#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Seeds 1 to 2000, and one that is new with every commit, each in two processes: all must pass, and
# the two runs must be the same to the last event. Then the canary: a world whose hosts forget what
# they promised must fail, or the checkers sleep.
set -eu
cd "$(dirname "$0")/../.."

electsim=.build/release/electsim
fresh=$(git rev-parse --short=7 HEAD 2>/dev/null || echo 1)
fresh=$((0x$fresh + 1000000))

hash_of() { sed -n 's/^hash \([0-9a-f]*\).*/\1/p'; }

for seeds in 1..2000 "$fresh..$fresh"; do
    echo "seeds: $seeds"
    first=$("$electsim" run --seeds "$seeds") || { echo "$first"; exit 1; }
    echo "$first" | tail -n 3
    second=$("$electsim" run --seeds "$seeds" | hash_of)
    if [ "$(echo "$first" | hash_of)" != "$second" ]; then
        echo "seeds: $seeds differ from one process to the next" >&2
        exit 1
    fi
done

# Old failures: seeds.txt says what each was.
while read -r seed profile nodes what; do
    case $seed in '' | '#'*) continue ;; esac
    [ "$nodes" = - ] && nodes= || nodes="--nodes $nodes"
    # shellcheck disable=SC2086
    "$electsim" run --seeds "$seed" --profile "$profile" $nodes || { echo "seeds: again: $what" >&2; exit 1; }
done <Tests/Seeds/seeds.txt

if "$electsim" run --seeds 1..50 --profile canary >/dev/null 2>&1; then
    echo "seeds: the canary lives: hosts that forget were not noticed" >&2
    exit 1
fi
echo "seeds: the canary is dead, as it should be"
