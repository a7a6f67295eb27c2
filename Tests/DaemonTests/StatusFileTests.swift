// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Linux
import Testing

@testable import Daemon

@Suite("the status files")
struct StatusFileTests {
    private let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    private func text(_ name: String) throws -> String {
        let bytes = try File.contents("\(temporary.path)/\(name)", limit: 1 << 20)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("both are written, whole and with one status")
    func both() throws {
        let directory = try Directory.open(temporary.path)
        var files = StatusFile()
        let status = FakeElectd.Samples.status()
        try files.write(status, in: directory)
        #expect(try text("status.json") == String(decoding: status.json, as: UTF8.self) + "\n")
        #expect(try text("status.env") == String(decoding: status.environment, as: UTF8.self))
    }

    @Test("what has not changed is not written again")
    func unchanged() throws {
        let directory = try Directory.open(temporary.path)
        var files = StatusFile()
        let status = FakeElectd.Samples.status()
        try files.write(status, in: directory)
        try temporary.replace("status.json", with: [1])
        try files.write(status, in: directory)
        #expect(try text("status.json") == "\u{1}")
        try files.write(FakeElectd.Samples.status(sequence: 13), in: directory)
        #expect(try text("status.json").contains(#""seq":13"#))
    }

    @Test("a later end of the same answer is written to both, and so is all that comes with it")
    func later() throws {
        let directory = try Directory.open(temporary.path)
        var files = StatusFile()
        var status = FakeElectd.Samples.status()
        for step in [1, 250_000_000, 1_000_000_000_000_000, 1] as [UInt64] {
            try files.write(status, in: directory)
            status.answer.validUntil += step
            try files.write(status, in: directory)
            #expect(try text("status.json") == String(decoding: status.json, as: UTF8.self) + "\n")
            #expect(try text("status.env") == String(decoding: status.environment, as: UTF8.self))
            status.sequence += 1
        }
    }

    @Test("trouble is told once, and once more when it comes back")
    func trouble() throws {
        let directory = try Directory.open(temporary.path)
        let identity = LeasePage.Identity(
            bootID: [UInt8](repeating: 5, count: 16),
            timeNamespace: 1,
            name: "db1"
        )
        var publisher = Publisher(
            directory: try Directory.open(temporary.path),
            page: try LeasePage(in: directory, identity: identity),
            decided: nil,
            inherited: nil,
            at: .zero
        )
        // Nothing can be put in the place of a directory.
        _ = try Directory.create("\(temporary.path)/status.json", mode: 0o755)
        let first = publisher.write(FakeElectd.Samples.status(sequence: 1), at: .zero)
        let second = publisher.write(FakeElectd.Samples.status(sequence: 2), at: .zero)
        #expect(first?.operation == "rename")
        #expect(second == nil)
    }
}
