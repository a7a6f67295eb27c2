// SPDX-License-Identifier: Apache-2.0

// Bytes at their places, and the errors of disks that are full, missing or read-only.

import Linux
import SystemPackage
import Testing

@Suite("Files")
struct FileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("bytes are read where they were written, and reading ends where the file does")
    func roundTrip() throws {
        let directory = try Directory.open(scratch.path)
        let file = try directory.create("record", mode: 0o600)
        try file.write([1, 2, 3, 4], at: 2)
        try file.write([9], at: 3)
        try file.sync()
        #expect(try file.size() == 6)
        #expect(try file.read(at: 0, count: 6) == [0, 0, 1, 9, 3, 4])
        #expect(try file.read(at: 4, count: 100) == [3, 4])
        #expect(try file.read(at: 6, count: 1) == [])
        #expect(try mode(of: scratch.file("record")) == 0o600)

        let again = try File.open(scratch.file("record"), .readWrite)
        try again.write([7], at: 0)
        #expect(try file.read(at: 0, count: 1) == [7])
    }

    @Test("a full disk is an error that says which file")
    func full() throws {
        let file = try File.open("/dev/full", .readWrite)
        let error = #expect(throws: SystemError.self) { try file.write([1], at: 0) }
        #expect(sentence(of: error) == "write /dev/full: No space left on device")
        #expect(error?.errno == .noSpace)
    }

    @Test("a missing file, and one that may only be read, are errors that say so")
    func refused() throws {
        var error = #expect(throws: SystemError.self) { _ = try File.open("/no/where") }
        #expect(sentence(of: error) == "open /no/where: No such file or directory")

        let directory = try Directory.open(scratch.path)
        try directory.replace("key", with: [1], mode: 0o600, durable: false)
        let file = try directory.open("key")
        error = #expect(throws: SystemError.self) { try file.write([2], at: 0) }
        #expect(sentence(of: error) == "write \(scratch.file("key")): Bad file descriptor")
    }

    @Test("a file is made once")
    func exclusive() throws {
        let directory = try Directory.open(scratch.path)
        try directory.create("identity", mode: 0o600).write([1], at: 0)
        let error = #expect(throws: SystemError.self) {
            _ = try directory.create("identity", mode: 0o600)
        }
        #expect(sentence(of: error) == "create \(scratch.file("identity")): File exists")
        #expect(try directory.contents("identity", limit: 10) == [1])
    }

    @Test("a file longer than expected is not read")
    func limit() throws {
        let directory = try Directory.open(scratch.path)
        try directory.replace("key", with: [1, 2, 3], mode: 0o600, durable: true)
        #expect(try File.contents(scratch.file("key"), limit: 3) == [1, 2, 3])
        let error = #expect(throws: SystemError.self) {
            try File.contents(scratch.file("key"), limit: 2)
        }
        #expect(sentence(of: error) == "read \(scratch.file("key")): File too large")
    }
}
