# SPDX-License-Identifier: Apache-2.0
"""One rule broken in one place: what is wrong, where, and who is to notice.

The lists beside this file hold one group of rules each. An entry reads:

    ack-from-receipt R15
      A grant counts from when its answer came, not from when it was asked for.
      Sources/Election/Leading/Replica+Leading.swift
      - until: sentAt + life
      + until: now + life
      caught by late-ack.txt

The text to replace must stand in the file exactly once; blanks and line ends in it may be any.
"""

import re
from dataclasses import dataclass
from pathlib import Path


class ListError(Exception):
    """A list that cannot be read, or an entry that no longer fits the sources."""


@dataclass(frozen=True)
class Mutant:
    """One mutation."""

    name: str
    rule: str
    group: str
    sentence: str
    file: str
    old: str
    new: str
    catcher: str

    def apply(self, text: str) -> str:
        """The file's text with this one place changed."""
        words = (re.escape(word) for word in self.old.split())
        places = list(re.finditer(r"\s+".join(words), text))
        if len(places) != 1:
            raise ListError(
                f"{self.name}: its text stands {len(places)} times in {self.file}, not once; "
                f"find where the rule is kept now: {self.old}"
            )
        (place,) = places
        return text[: place.start()] + self.new + text[place.end() :]


def read_lists(folder: Path) -> list[Mutant]:
    """All mutants of all groups, in the order of the files."""
    mutants = []
    for path in sorted(folder.glob("[0-9]*.txt")):
        title, _, rest = path.read_text().partition("\n")
        for entry in rest.strip().split("\n\n"):
            if not entry.startswith("#"):
                mutants.append(_read(entry, title.lstrip("# "), path))
    names = [mutant.name for mutant in mutants]
    for name in names:
        if names.count(name) > 1:
            raise ListError(f"{name}: two mutants have this name")
    return mutants


def _read(entry: str, group: str, path: Path) -> Mutant:
    head, *lines = entry.splitlines()
    found = re.fullmatch(
        r"  (?P<sentence>\S.*)\n  (?P<file>Sources/\S+)\n"
        r"(?P<old>(?:  - .*\n)+)(?P<new>(?:  \+.*\n)+)  caught by (?P<catcher>.+)",
        "\n".join(lines),
    )
    if found is None or len(head.split()) != 2:
        raise ListError(f"{path.name}: not an entry as mutant.py describes it: {head}")
    name, rule = head.split()

    def text(part: str) -> str:
        return "\n".join(line[4:] for line in found[part].splitlines())

    return Mutant(
        name, rule, group, found["sentence"], found["file"], text("old"), text("new"),
        found["catcher"],
    )
