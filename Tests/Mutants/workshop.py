# SPDX-License-Identifier: Apache-2.0
"""The one copy of the tree in which mutants live, one after another, so that builds stay small.

The copy's manifest is the real one with most targets left out. It is built on three benches, each
with a folder of its own:

    core    the pure modules and what tests them; a minute
    shell   the daemon as well, and its tests; several minutes
    seeds   the simulator, optimised
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from mutant import Mutant

CORE = ["Paxos", "Election", "Wire", "Storage", "GoldenFile"]
SHELL = CORE + [
    "CLinux", "Linux", "CSystemd", "Systemd", "Config", "Control", "State", "Session", "Daemon",
    "ElectClient", "FakeElectd",
]

# What is asked of a bench. The second lot takes longer, and is asked if the first says nothing.
TESTS = {
    "core": [["PaxosTests", "ElectionTests", "MessageTests"], ["WireTests", "StorageTests"]],
    "shell": [["DaemonTests"], ["SessionTests"]],
    "seeds": [],
}
TARGETS = {"core": CORE, "shell": SHELL, "seeds": ["Paxos", "Election", "Simulator", "seeds"]}
BUILDS = {
    "core": ["--build-tests"],
    "shell": ["--build-tests"],
    "seeds": ["-c", "release", "--product", "seeds"],
}

# A mutant may leave a variable unused; that is not what it is to be caught by.
WARNINGS = ".treatAllWarnings(as: .error),"

MANIFEST_TAIL = """
let bench = Context.environment["MUTANTS_BENCH"] ?? "core"
package.targets.append(.executableTarget(name: "seeds", dependencies: ["Simulator"]))
package.targets.removeAll {{ !({targets}[bench] ?? []).contains($0.name) }}
package.products = []
if bench != "shell" {{ package.dependencies = [] }}
"""

# How a process ends that breaks a promise of its own.
TRAP = r"(?:Fatal error|Precondition failed|Assertion failed)(?:: .*)?"
ISSUE = r"^✘ Test (.*) recorded an issue (?:with .* )?at (\S+):\d+"


class Workshop:
    """The copy, and its builds."""

    def __init__(self, root: Path, swift: str):
        self.root = root
        self.home = root / ".build-mutants"
        self.tree = self.home / "tree"
        self.swift = swift
        # How long a bench's tests or seeds may take, in seconds.
        self.limit = 600.0

    def refresh(self) -> None:
        """Makes the copy equal to the tree; what is equal keeps its time."""
        wanted = {Path("Package.swift"): self._manifest()}
        # The golden files are held against the releases that it names.
        wanted[Path("CHANGELOG.md")] = (self.root / "CHANGELOG.md").read_bytes()
        for part in ("Sources", "Tests"):
            for path in (self.root / part).rglob("*"):
                if path.is_file() and "__pycache__" not in path.parts:
                    wanted[path.relative_to(self.root)] = path.read_bytes()
        seeds = self.root / "Tests/Mutants/Seeds.swift"
        wanted[Path("Sources/seeds/Seeds.swift")] = seeds.read_bytes()
        for path in list(self.tree.rglob("*")):
            if path.is_file() and path.relative_to(self.tree) not in wanted:
                path.unlink()
        for path, content in wanted.items():
            copy = self.tree / path
            if not copy.exists() or copy.read_bytes() != content:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(content)

    def _manifest(self) -> bytes:
        text = (self.root / "Package.swift").read_text()
        if text.count(WARNINGS) != 1:
            raise SystemExit(f"mutants: Package.swift no longer has one {WARNINGS}")
        rows = []
        for bench, targets in TARGETS.items():
            names = ", ".join(f'"{target}"' for target in targets + sum(TESTS[bench], []))
            rows.append(f'"{bench}": [{names}]')
        tail = MANIFEST_TAIL.format(targets="[" + ", ".join(rows) + "]")
        return (text.replace(WARNINGS, "") + tail).encode()

    def apply(self, mutant: Mutant) -> None:
        """Breaks the copy."""
        path = self.tree / mutant.file
        path.write_text(mutant.apply(path.read_text()))
        self._wake(path)

    def restore(self, mutant: Mutant) -> None:
        """Mends it."""
        shutil.copyfile(self.root / mutant.file, self.tree / mutant.file)
        self._wake(self.tree / mutant.file)

    def _wake(self, path: Path) -> None:
        """Has everything compiled again if others may have inlined what stands in this file.

        An incremental build does not look whether a body has changed: they would keep the old one.
        """
        if "@inlinable" in path.read_text():
            for source in self.tree.rglob("*.swift"):
                source.touch()

    def build(self, bench: str) -> str | None:
        """Builds the copy on a bench; what the compiler says where it fails, None otherwise."""
        command = [self.swift, "build", "--scratch-path", str(self.home / bench), *BUILDS[bench]]
        environment = os.environ | {"MUTANTS_BENCH": bench}
        environment.pop("ELECTD_STATIC", None)
        made = subprocess.run(
            command, cwd=self.tree, env=environment, capture_output=True, text=True
        )
        if made.returncode == 0:
            return None
        errors = re.findall(r"error: .*", made.stdout + made.stderr)
        return errors[0] if errors else made.stdout[-2000:] + made.stderr[-2000:]

    def test(self, bench: str, catcher: str | None = None) -> list[str]:
        """What the tests of a bench have against the copy as it is built, a line each.

        With a catcher, no more tests are run than it takes to hear of it.
        """
        lines = []
        for suites in TESTS[bench]:
            lines += self._test(bench, suites)
            if catcher and any(catcher in line for line in lines):
                break
        return lines

    def _test(self, bench: str, suites: list[str]) -> list[str]:
        program = self.home / bench / "debug/electdPackageTests.xctest"
        command = [str(program), "--testing-library", "swift-testing"]
        for suite in suites:
            command += ["--filter", suite]
        try:
            ran = subprocess.run(
                command, cwd=self.tree, env=self._quiet(), timeout=self.limit,
                capture_output=True, text=True, errors="replace",
            )
        except subprocess.TimeoutExpired:
            return [f"the tests do not end within {self.limit:.0f} s"]
        text = re.sub(r"\x1b\[[0-9;]*m", "", ran.stdout + ran.stderr)
        issues = [f'{test.strip(chr(34))} ({place})' for test, place in
                  re.findall(ISSUE, text, re.M)]
        lines = list(dict.fromkeys(issues)) + re.findall(TRAP, text)
        if ran.returncode != 0 and not lines:
            lines = [f"the tests end with {ran.returncode}, and do not say why"]
        return lines

    def seeds(self, last: int) -> list[str]:
        """What seeds 1 to `last` have against the copy: of each process the first that breaks."""
        jobs = os.cpu_count() or 1
        program = str(self.home / "seeds/release/seeds")
        running = [
            subprocess.Popen(
                [program, str(1 + job), str(last), str(jobs)], env=self._quiet(),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
            )
            for job in range(jobs)
        ]
        lines = []
        end = time.monotonic() + self.limit
        for process in running:
            try:
                said, trapped = process.communicate(timeout=max(1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                lines.append("a seed does not end")
                continue
            lines += said.splitlines()
            lines += re.findall(TRAP, trapped)
            if process.returncode != 0 and not trapped:
                lines.append(f"a seed ends with {process.returncode}")
        return lines

    def _quiet(self) -> dict[str, str]:
        return os.environ | {"SWIFT_BACKTRACE": "enable=no"}
