#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Breaks each rule of the protocol in turn, and asks the tests whether they notice.

A test suite that passes says little about itself. Here every mutant of the lists beside this file
is applied to a copy of the tree, built, and run against the tests of the core; a mutant that
survives is a hole in the tests, and so an error.
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

from mutant import ListError, Mutant, read_lists
from workshop import Workshop

ROOT = Path(__file__).resolve().parents[2]
RULES = {f"R{number}" for number in range(1, 24)}


def bench_of(mutant: Mutant) -> str:
    """Where it is tried: what is about the daemon or its sessions takes their tests."""
    return "shell" if mutant.file.startswith(("Sources/Daemon/", "Sources/Session/")) else "core"


def check_lists(mutants: list[Mutant]) -> None:
    """Each rule has a mutant, and each mutant fits the sources as they are."""
    named = {mutant.rule for mutant in mutants}
    if named != RULES:
        raise ListError(f"rules without a mutant, or mutants of no rule: {sorted(named ^ RULES)}")
    misfits = []
    for mutant in mutants:
        try:
            mutant.apply((ROOT / mutant.file).read_text())
        except (ListError, FileNotFoundError) as error:
            misfits.append(str(error))
    if misfits:
        raise ListError("\n".join(misfits))


def some_of(mutants: list[Mutant]) -> list[Mutant]:
    """One mutant of the core from each group; which, the commit decides."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"], cwd=ROOT, capture_output=True, text=True
    )
    number = int(commit.stdout.strip() or "1", 16)
    chosen = []
    for group in dict.fromkeys(mutant.group for mutant in mutants):
        members = [one for one in mutants if one.group == group and bench_of(one) == "core"]
        chosen.append(members[number % len(members)])
    return chosen


class Trial:
    """The mutants, one after another, and what became of them."""

    def __init__(self, workshop: Workshop, seeds: int):
        self.workshop = workshop
        self.seeds = seeds
        self.failures: list[str] = []

    def prepare(self, bench: str) -> None:
        """The copy as it is must build and pass, or nothing that follows says anything."""
        began = time.monotonic()
        if trouble := self.workshop.build(bench):
            raise SystemExit(f"mutants: the copy does not build: {trouble}")
        built = time.monotonic()
        self.workshop.limit = 600
        if found := self.workshop.test(bench):
            raise SystemExit(f"mutants: the copy fails before it is broken: {found[0]}")
        passed = time.monotonic()
        # A mutant that goes round in circles is caught as well.
        self.workshop.limit = 60 + 10 * (passed - built)
        print(
            f"{bench}: built in {built - began:.0f} s, tests pass in {passed - built:.1f} s",
            flush=True,
        )

    def run(self, mutant: Mutant) -> None:
        """Breaks, looks who notices, mends."""
        began = time.monotonic()
        self.workshop.apply(mutant)
        try:
            verdict, is_caught = self._judge(mutant)
        finally:
            self.workshop.restore(mutant)
        if not is_caught:
            self.failures.append(f"{mutant.name}: {verdict}")
        print(f"{mutant.rule:4} {mutant.name}: {mutant.sentence}")
        print(f"     {verdict} [{time.monotonic() - began:.0f} s]", flush=True)

    def _judge(self, mutant: Mutant) -> tuple[str, bool]:
        bench = bench_of(mutant)
        if trouble := self.workshop.build(bench):
            return f"DOES NOT BUILD: {trouble}", False
        found = self.workshop.test(bench, mutant.catcher)
        seeds = self._play() if self.seeds and bench == "core" else ""
        expected = [line for line in found if mutant.catcher in line]
        if expected:
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            return f"caught by {expected[0][:150]}{more}{seeds}", True
        if found:
            by = "; ".join(line[:150] for line in found[:5])
            return f"IS NOT CAUGHT BY '{mutant.catcher}', but by {by}{seeds}", False
        return f"SURVIVES{seeds}", False

    def _play(self) -> str:
        if trouble := self.workshop.build("seeds"):
            return f"; seeds do not build: {trouble}"
        broken = self.workshop.seeds(self.seeds)
        return f"; {broken[0][:150]}" if broken else f"; seeds 1 to {self.seeds} pass"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--some", action="store_true", help="one from each group of rules")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    parser.add_argument("--seeds", type=int, default=0, help="let electsim's seeds try as well")
    parser.add_argument("--swift", default="swift")
    parser.add_argument("names", nargs="*", help="these mutants; all, if none is named")
    arguments = parser.parse_args()

    mutants = read_lists(Path(__file__).parent)
    check_lists(mutants)
    if arguments.some:
        mutants = some_of(mutants)
    if unknown := set(arguments.names) - {mutant.name for mutant in mutants}:
        raise ListError(f"there is no mutant {', '.join(sorted(unknown))}")
    if arguments.names:
        mutants = [one for one in mutants if one.name in arguments.names]
    if arguments.list:
        for mutant in mutants:
            print(f"{mutant.rule:4} {mutant.name}: {mutant.sentence}")
        print(f"{len(mutants)} mutants")
        return 0

    began = time.monotonic()
    workshop = Workshop(ROOT, arguments.swift)
    workshop.refresh()
    trial = Trial(workshop, arguments.seeds)
    for bench in ("core", "shell"):
        there = [mutant for mutant in mutants if bench_of(mutant) == bench]
        if there:
            trial.prepare(bench)
        for mutant in there:
            trial.run(mutant)
    print(
        f"{len(mutants) - len(trial.failures)} of {len(mutants)} mutants are caught, "
        f"{time.monotonic() - began:.0f} s"
    )
    for failure in trial.failures:
        print(f"mutants: {failure}", file=sys.stderr)
    return 1 if trial.failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ListError as error:
        sys.exit(f"mutants: {error}")
