// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

// The examples of electsim(1) are what the program prints, but for the figures. What a seed means, and
// every number with it, moves with the core and with the simulator; the words do not, and they are held
// against the program here.

@Suite struct PageTests {
    @Test("what the page shows of run has the form of what is printed")
    func run() throws {
        let example = try Example.onThePage("run")
        #expect(example.fits(try electsim(example.command.joined(separator: " "))))
    }

    @Test("what the page shows of shrink has that of one of ten seeds")
    func shrink() throws {
        let example = try Example.onThePage("shrink")
        let seed = try #require(Int(example.command[1]))
        let isFound = try (seed..<seed + 10).contains { seed in
            var command = example.command
            command[1] = String(seed)
            return example.fits(try electsim(command.joined(separator: " ")))
        }
        #expect(isFound, "no seed from \(seed) on fails like this; take another for the page")
    }

    @Test("other figures fit; another word does not, nor what is left out without saying so")
    func bites() {
        let example = Example([
            "$ electsim walk 1", "2 steps, hash 0123456789abcdef", "...", "done in 3.5 s",
        ])
        #expect(example.command == ["walk", "1"])
        #expect(
            example.fits(["70 steps,", "hash 00000000000000ff", "a", "b", "done in 12 s", "exit 0"])
        )
        #expect(!example.fits(["70 paces, hash 00000000000000ff", "done in 12 s", "exit 0"]))
        #expect(
            !example.fits(["before 70 steps, hash 00000000000000ff", "done in 12 s", "exit 0"])
        )
        #expect(
            !example.fits(["70 steps, hash 00000000000000ff", "done in 12 s", "more", "exit 0"])
        )
        #expect(!example.fits(["exit 0"]))
    }
}

/// A command, and what it prints: `...` stands for lines that are left out.
private struct Example {
    /// The words behind `electsim`.
    private(set) var command: [String] = []
    private var parts: [[String]] = [[]]

    init(_ lines: [String]) {
        for line in lines {
            if line.hasPrefix("$ electsim ") {
                command = line.split(separator: " ").dropFirst(2).map(String.init)
            } else if line.trimmingCharacters(in: .whitespaces) == "..." {
                parts.append([])
            } else {
                parts[parts.count - 1] += Self.words(line)
            }
        }
    }

    /// What stands between `.\" begin example NAME` and `.\" end example NAME` in electsim(1).
    static func onThePage(_ name: String) throws -> Example {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../man/electsim.1")
        let lines = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n")
        let begin = try #require(lines.firstIndex(of: ".\\\" begin example \(name)"))
        let end = try #require(lines.firstIndex(of: ".\\\" end example \(name)"))
        let example = Example(
            lines[begin..<end].filter { !$0.hasPrefix(".") }
                .map { $0.replacingOccurrences(of: "\\-", with: "-") }
        )
        try #require(example.command.count > 1 && example.parts != [[]])
        return example
    }

    /// Whether that is what came, figures aside. The last line of what came is the exit status.
    func fits(_ output: [String]) -> Bool {
        var rest = output.dropLast().flatMap(Self.words)[...]
        for (at, part) in parts.enumerated() {
            guard let found = rest.firstRange(of: part) else { return false }
            if at == 0, found.lowerBound != rest.startIndex { return false }
            rest = rest[found.upperBound...]
        }
        return rest.isEmpty
    }

    /// The words of a line, with a mark for each figure; where lines are broken makes no difference.
    private static func words(_ line: String) -> [String] {
        line.split(separator: " ").map {
            String($0).replacing(#/[0-9a-f]{16}|[0-9]+(\.[0-9]+)?/#, with: "#")
        }
    }
}
