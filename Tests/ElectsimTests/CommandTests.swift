// SPDX-License-Identifier: Apache-2.0

import Foundation
import Glibc
import Testing

/// What `electsim` prints, on both ways out, and its exit status in the last line.
func electsim(_ arguments: String) throws -> [String] {
    // The program under test is built beside the tests.
    let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let directory = tests.prefix(through: tests.lastIndex(of: "/") ?? tests.startIndex)
    let command = "{ '\(directory)electsim' \(arguments); } 2>&1; echo \"exit $?\""
    let stream = try unsafe #require(unsafe popen(command, "r"))
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(stream), byte != EOF { bytes.append(UInt8(byte)) }
    #expect(unsafe pclose(stream) == 0)
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
}

/// The command line: what it takes, how it ends, and that what it tells to type is true.
@Suite struct CommandTests {
    @Test(
        "a command line that makes no sense ends with 2",
        arguments: [
            "walk", "run", "run --seeds 9..3", "replay", "replay 1 --nodes 16",
            "replay 1 --only rain.1", "replay 1 --tla trace.txt", "shrink 1 --tries 0",
            "explore nowhere", "scenario nowhere",
        ]
    )
    func usage(arguments: String) throws {
        #expect(try electsim(arguments).last == "exit 2")
    }

    @Test("it says which release it is of")
    func version() throws {
        let said = try electsim("--version")
        #expect(said.count == 2)
        #expect(said.first?.split(separator: ".").count == 3)
        #expect(said.last == "exit 0")
    }

    @Test("a drawing that cannot be written is a failure, and no mistake of whoever typed it")
    func unwritable() throws {
        let said = try electsim("scenario everything-works --svg /nowhere/at/all.svg")
        #expect(said.contains("electsim: /nowhere/at/all.svg: No such file or directory"))
        #expect(said.last == "exit 1")
    }

    @Test("a failing seed says how to see it again, and that command fails in the same way")
    func repeats() throws {
        let said = try electsim("run --seeds 1..50 --profile canary")
        #expect(said.last == "exit 1")
        let failed = try #require(said.first { $0.hasPrefix("FAILED seed") })
        let command = try #require(said.first { $0.hasPrefix("  repeat with: electsim ") })
        let again = try electsim(String(command.dropFirst("  repeat with: electsim ".count)))
        #expect(again.last == "exit 1")
        let what = failed.split(separator: " ", maxSplits: 3).last ?? "?"
        #expect(again.contains { $0.hasPrefix("FAILED ") && $0.hasSuffix(what) })
    }

    @Test("a failing seed is shrunk to a story for one screen, the same one each time")
    func shrinks() throws {
        let said = try electsim("shrink 5 --profile canary")
        #expect(said.count <= 60)
        #expect(said.contains { $0.contains("VIOLATED promisesSurvive") })
        #expect(try electsim("shrink 5 --profile canary") == said)
        let command = try #require(said.first { $0.hasPrefix("  repeat with: electsim ") })
        let again = try electsim(String(command.dropFirst("  repeat with: electsim ".count)))
        #expect(again.contains { $0.contains("VIOLATED promisesSurvive") })
    }

    @Test("a seed that breaks nothing is not shrunk")
    func sound() throws {
        let said = try electsim("shrink 1 --profile calm")
        #expect(said.first == "seed 1 breaks nothing: there is nothing to shrink")
        #expect(said.last == "exit 1")
    }

    @Test("all cores together find what one finds")
    func parallel() throws {
        let alone = try electsim("run --seeds 1..12 --profile calm")
        let together = try electsim("run --seeds 1..12 --profile calm -j")
        #expect(alone.last == "exit 0")
        #expect(together.first == alone.first)
        let hash = alone[1].split(separator: ",").first
        #expect(together[1].split(separator: ",").first == hash)
    }
}
