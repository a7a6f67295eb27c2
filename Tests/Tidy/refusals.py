# SPDX-License-Identifier: Apache-2.0
r"""Every refusal of the sources stands in electctl(1), and a test hears it.

    python3 Tests/Tidy/refusals.py

A refusal is a sentence in one of the places below: a Swift literal, in which any text may stand for what
is inserted. It has to be the sentence of a row of the page, between `.\" begin refused` and
`.\" end refused` and in the tables after that, and some test has to have it whole: the rows of the
first two tables are typed by RefusedCommandTests, the others are in stories or literals of a test. And
no row has a sentence that nobody says any more. Prints what is wrong; nothing is fine.
"""

import glob
import re

TABLES = ["refused", "refused here", "refused rarely", "refused joins"]
TYPED = TABLES[:2]

# Where refusals are written: whole files, or from a text to the end of its block. Whoever refuses
# something anywhere else is found as well, below.
SOURCES = [
    ("Config/ConfigurationValues.swift", "static func objection(toName"),
    ("Config/ConfigurationValues.swift", "extension Configuration.Label {"),
    ("Daemon/Socket/ChangeObjection.swift", ""),
    ("Daemon/Socket/ControlServer+Answering.swift", ""),
    ("ElectClient/ClientError.swift", "case .unreachable(let socket, .permissionDenied):"),
    ("Election/Agreed/ClusterState.swift", "static func objection(to"),
    ("Election/Agreed/Command.swift", ""),
    ("Election/Agreed/Member.swift", ""),
    ("Election/Agreed/RootDecree.swift", "public var description"),
    ("Election/Agreed/Settings.swift", ""),
    ("Election/Leading/Replica+Handover.swift", ""),
    ("Election/Members/Replica+Asking.swift", ""),
    ("Election/Members/Replica+Commands.swift", ""),
    ("Election/Members/Replica+Joining.swift", ""),
    ("Election/Members/Replica+Membership.swift", ""),
    ("Linux/DirectoryLock.swift", "case .locked(let path, let holder?):"),
    ("State/Founding.swift", "public var description"),
    ("State/Recovering.swift", ""),
    ("State/Tombstone.swift", "public func sentence"),
    ("Storage/LostMemory.swift", "public struct Unreadable"),
    ("electctl/Changing.swift", "guard readLine()"),
    ("electctl/KeyCommand.swift", "exists\n"),
    ("electctl/LeaderCommand.swift", "guard answer.role"),
    ("electctl/Options.swift", "isForbidden\n"),
]

# What nobody who types a command is told.
EXCEPT = [
    # electd holds names, addresses and labels to the rules of electd.conf first; the replica has the
    # last word on what it keeps.
    "a label of * has no name: write key=value",
    "an address of * has more than * bytes",
    "the label * of * has more than * bytes",
    # After two thousand million recoveries.
    "there is no epoch left above the ones that were",
]

# What plays electd, and is not electd.
PLAYED = ("Explorer/", "Scenarios/", "Simulator/")

# Stands for what is inserted.
ANY = "\0"


def literals(text):
    """The string literals of Swift: those that are added up as one, and no comment, and no trap."""
    found, at, isJoined = [], 0, False
    while at < len(text):
        if text.startswith("//", at):
            at = text.find("\n", at)
        elif text[at] == '"':
            isTrap = text.endswith("broken(", 0, at)
            value, at = literal(text, at)
            plus = re.compile(r"\s*\+\s*").match(text, at)
            if plus:
                at = plus.end()
                if text[at] != '"':
                    value += ANY
            if isJoined:
                found[-1] += value
            elif not isTrap:
                found.append(value)
            isJoined = bool(plus) and text[at] == '"'
        else:
            at += 1
    return found


def literal(text, at):
    """The literal that begins here, and where it ends."""
    mark = '"""' if text.startswith('"""', at) else '"'
    at += len(mark)
    value = ""
    while not text.startswith(mark, at):
        if text[at] != "\\":
            value += text[at]
            at += 1
        elif text[at + 1] == "(":
            value += ANY
            at = insertion(text, at + 2)
        else:
            value += "" if text[at + 1] == "\n" else text[at + 1]
            at += 2
    if mark == '"""':
        value = re.sub(r"\s+", " ", value).strip()
    return value, at + len(mark)


def insertion(text, at):
    """Behind the parenthesis that closes what is inserted here."""
    depth = 1
    while depth:
        if text[at] == '"':
            at = literal(text, at)[1]
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
    return at


def block(text, start):
    """From where `start` stands to the next line that is indented no deeper."""
    if start not in text:
        raise SystemExit(f"'{start}' is not in the sources any more: Tests/Tidy/refusals.py")
    begin = text.rindex("\n", 0, text.index(start)) + 1
    lines = text[begin:].split("\n")
    depth = [len(line) - len(line.lstrip()) for line in lines]
    ends = [at for at in range(1, len(lines)) if lines[at] and depth[at] <= depth[0]]
    return "\n".join(lines[: ends[0]])


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def said():
    """Each sentence of the sources once, with where it stands."""
    found = {}
    for name, start in SOURCES:
        text = read(f"Sources/{name}")
        for sentence in literals(block(text, start) if start else text):
            if len(re.findall(r"[A-Za-z]{2,}", sentence)) >= 2 and " " in sentence.strip():
                found.setdefault(sentence, name)
    return found


def rows(page, table):
    """The sentences of a table of the page."""
    begin, end = f'.\\" begin {table}\n', f'.\\" end {table}\n'
    text = page.split(begin)[1].split(end)[0]
    text = re.sub(r"(?m)^Where .*\n", "", text)
    blocks = re.split(r"(?m)^\.TP\n.*\n", text)
    return [" ".join(l for l in b.split("\n") if l and not l.startswith(".")) for b in blocks[1:]]


def main():
    page = read("man/electctl.1").replace("\\-", "-").replace("\\&", "")
    tables = {table: rows(page, table) for table in TABLES}
    listed = "\n".join(row for rows in tables.values() for row in rows)
    heard = [row for table in TYPED for row in tables[table]]
    heard += [read(path) for path in glob.glob("Tests/*/testdata/*.txt")]
    for path in glob.glob("Tests/*/*.swift"):
        heard += literals(read(path))
    heard = "\n".join(heard)
    patterns = []
    for sentence, name in said().items():
        shown = re.sub("\0+", "*", sentence)
        pattern = re.compile(".+".join(map(re.escape, re.split("\0+", sentence))))
        patterns.append(pattern)
        if shown in EXCEPT:
            continue
        if not pattern.search(listed):
            print(f"{name}: electctl(1) has no row for: {shown}")
        if not pattern.search(heard):
            print(f"{name}: no test hears: {shown}")
    for row in listed.split("\n"):
        if not any(pattern.search(row) for pattern in patterns):
            print(f"man/electctl.1: nobody says: {row}")
    looked = {name for name, _ in SOURCES}
    for path in sorted(glob.glob("Sources/*/**/*.swift", recursive=True)):
        name = path.removeprefix("Sources/")
        isRefusal = re.search(r'\bRefused\(\s*"|\.refused\(\s*"|\.refused,\s*"', read(path))
        if isRefusal and name not in looked and not name.startswith(PLAYED):
            print(f"{name}: refuses something, and Tests/Tidy/refusals.py does not look there")


if __name__ == "__main__":
    main()
