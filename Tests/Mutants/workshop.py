# SPDX-License-Identifier: Apache-2.0
"""The one copy of the tree in which mutants live, one after another, so that builds stay small.

The copy's manifest is the real one with most targets left out. There are two benches in it, each
with a build of its own: `core` holds the pure modules and what tests them, and is built in a
minute; `shell` holds the daemon as well, and takes several.
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from mutant import Mutant

CORE = ["Paxos", "Election", "Wire", "Storage", "Simulator", "GoldenFile"]
CORE_TESTS = ["PaxosTests", "ElectionTests", "MessageTests", "WireTests", "StorageTests"]
SHELL = CORE + ["CLinux", "Linux", "Config", "Control", "State", "Session", "Daemon"]
SHELL += ["ElectClient", "FakeElectd"]
SHELL_TESTS = ["DaemonTests"]

# A mutant may leave a variable unused; that is not what it is to be caught by.
WARNINGS = ".treatAllWarnings(as: .error),"

# How a process ends that breaks a promise of its own.
TRAP = r"(?:Fatal error|Precondition failed|Assertion failed)(?:: .*)?"
QUOTE = '"'

MANIFEST_TAIL = """
let isShell = Context.environment["MUTANTS_SHELL"] != nil
let core: Set = {core}
let shell: Set = {shell}
package.targets.removeAll {{ !(isShell ? shell : core).contains($0.name) }}
package.products = []
if !isShell {{
    package.dependencies = []
    package.targets.append(.executableTarget(name: "seeds", dependencies: ["Simulator"]))
}}
"""


class Workshop:
    """The copy, and its builds."""

    def __init__(self, root: Path, swift: str):
        self.root = root
        self.home = root / ".build-mutants"
        self.tree = self.home / "tree"
        self.swift = swift
        self.limit = 600.0

    def refresh(self) -> None:
        """Makes the copy equal to the tree; what is equal keeps its time."""
        wanted = {Path("Package.swift"): self._manifest()}
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

        def names(targets: list[str]) -> str:
            return "[" + ", ".join(f'"{target}"' for target in targets) + "]"

        tail = MANIFEST_TAIL.format(
            core=names(CORE + CORE_TESTS), shell=names(SHELL + SHELL_TESTS)
        )
        return (text.replace(WARNINGS, "") + tail).encode()

    def apply(self, mutant: Mutant) -> None:
        """Breaks the copy."""
        path = self.tree / mutant.file
        path.write_text(mutant.apply(path.read_text()))

    def restore(self, mutant: Mutant) -> None:
        """Mends it."""
        shutil.copyfile(self.root / mutant.file, self.tree / mutant.file)

    # Builds. Each returns what the compiler says where it fails, and None where it does not.

    def build(self, is_shell: bool) -> str | None:
        """Builds the tests of a bench."""
        return self._build(self._scratch(is_shell), ["--build-tests"], is_shell)

    def build_seeds(self) -> str | None:
        """Builds the simulator, optimised."""
        arguments = ["-c", "release", "--product", "seeds"]
        return self._build(self.home / "seeds", arguments, False)

    def _scratch(self, is_shell: bool) -> Path:
        return self.home / ("shell" if is_shell else "core")

    def _build(self, scratch: Path, arguments: list[str], is_shell: bool) -> str | None:
        environment = {key: value for key, value in os.environ.items() if key != "ELECTD_STATIC"}
        if is_shell:
            environment["MUTANTS_SHELL"] = "1"
        command = [self.swift, "build", "--scratch-path", str(scratch), *arguments]
        made = subprocess.run(
            command, cwd=self.tree, env=environment, capture_output=True, text=True
        )
        if made.returncode == 0:
            return None
        errors = re.findall(r"error: .*", made.stdout + made.stderr)
        return errors[0] if errors else made.stdout[-2000:] + made.stderr[-2000:]

    # Tests. What they find is a list of lines; no line, nothing found.

    def test(self, is_shell: bool) -> list[str]:
        """What the tests of a bench have against the copy as it is built."""
        tests = SHELL_TESTS if is_shell else CORE_TESTS
        program = self._scratch(is_shell) / "debug/electdPackageTests.xctest"
        command = [str(program), "--testing-library", "swift-testing"]
        for suite in tests:
            command += ["--filter", suite]
        try:
            ran = subprocess.run(
                command, cwd=self.tree, env=self._quiet(), timeout=self.limit,
                capture_output=True, text=True, errors="replace",
            )
        except subprocess.TimeoutExpired:
            return [f"the tests do not end within {self.limit:.0f} s"]
        text = re.sub(r"\x1b\[[0-9;]*m", "", ran.stdout + ran.stderr)
        issues = re.findall(r"^✘ Test (.*) recorded an issue (?:with .* )?at (\S+):\d+", text, re.M)
        lines = list(dict.fromkeys(f"{test.strip(QUOTE)} ({place})" for test, place in issues))
        lines += re.findall(TRAP, text)
        if ran.returncode != 0 and not lines:
            lines = [f"the tests end with {ran.returncode}, and do not say why"]
        return lines

    def seeds(self, first: int, last: int) -> list[str]:
        """What the first of these seeds that breaks has against it."""
        jobs = os.cpu_count() or 1
        program = str(self.home / "seeds/release/seeds")
        running = [
            subprocess.Popen(
                [program, str(first + job), str(last), str(jobs)], env=self._quiet(),
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
        return lines

    def _quiet(self) -> dict[str, str]:
        return os.environ | {"SWIFT_BACKTRACE": "enable=no"}
