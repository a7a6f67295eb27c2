// SPDX-License-Identifier: Apache-2.0

// What a reader sees while files change, who owns what root makes, and whose a directory is.

import Glibc
import Linux
import SystemPackage
import Testing

@Suite("Directories")
struct DirectoryTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test("a directory is made with its permissions, and opened if it is there")
    func create() throws {
        let path = scratch.file("state")
        let made = try Directory.create(path, mode: 0o2770)
        #expect(try mode(of: path) == 0o2770)
        try made.replace("here", with: [], mode: 0o644, durable: false)
        let again = try Directory.create(path, mode: 0o700)
        #expect(try again.contains("here"))
        #expect(try mode(of: path) == 0o2770)
    }

    @Test("a directory is not made where the one above it is missing, nor over a file")
    func createRefused() throws {
        var error = #expect(throws: SystemError.self) {
            _ = try Directory.create(scratch.file("a/b"), mode: 0o700)
        }
        #expect(sentence(of: error) == "mkdir \(scratch.file("a/b")): No such file or directory")
        try Directory.open(scratch.path)
            .replace("file", with: [], mode: 0o644, durable: false)
        error = #expect(throws: SystemError.self) {
            _ = try Directory.create(scratch.file("file"), mode: 0o700)
        }
        #expect(sentence(of: error) == "open \(scratch.file("file")): Not a directory")
    }

    @Test("a reader that has the old file keeps it whole when it is replaced")
    func replace() throws {
        let directory = try Directory.open(scratch.path)
        try directory.replace("status", with: [1, 1], mode: 0o644, durable: true)
        let old = try directory.open("status")
        try directory.replace("status", with: [2, 2, 2], mode: 0o640, durable: false)
        #expect(try old.read(at: 0, count: 9) == [1, 1])
        #expect(try directory.contents("status", limit: 9) == [2, 2, 2])
        #expect(try mode(of: scratch.file("status")) == 0o640)
    }

    @Test("what is aside is not there yet, and what a crash left aside is in nobody's way")
    func aside() throws {
        let directory = try Directory.open(scratch.path)
        try directory.createAside("lease", mode: 0o644).write([1, 2, 3], at: 0)
        #expect(try directory.contains("lease") == false)

        try directory.createAside("lease", mode: 0o644).write([4], at: 0)
        try directory.moveIn("lease")
        #expect(try directory.contents("lease", limit: 9) == [4])
    }

    @Test("files are renamed and removed; what is not there cannot be, unless that is as good")
    func renameAndRemove() throws {
        let directory = try Directory.open(scratch.path)
        try directory.replace("record", with: [1], mode: 0o600, durable: false)
        try directory.rename("record", to: "record.lost")
        #expect(try directory.contains("record") == false)
        try directory.remove("record.lost")
        #expect(try directory.contains("record.lost") == false)
        try directory.removeIfPresent("record.lost")
        let error = #expect(throws: SystemError.self) { try directory.remove("record.lost") }
        let path = scratch.file("record.lost")
        #expect(sentence(of: error) == "remove \(path): No such file or directory")
    }

    @Test("a second lock says who has the first, and is free when that has ended")
    func lock() throws {
        let second = try Directory.open(scratch.path)
        do {
            let first = try Directory.open(scratch.path)
            try first.lock()
            let error = #expect(throws: LockError.self) { try second.lock() }
            #expect(
                sentence(of: error)
                    == "\(scratch.path): process \(getpid()) uses this directory; "
                    + "stop it or choose another one"
            )
            _ = first.descriptor
        }
        try second.lock()
    }

    @Test(
        "what root makes belongs to whom the directory belongs to",
        .enabled(if: effectiveUser() == 0, "only root gives files away")
    )
    func owner() throws {
        let path = scratch.file("state")
        #expect(unsafe chown(scratch.path, 12345, 54321) == 0)
        let directory = try Directory.create(path, mode: 0o700)
        try directory.replace("identity", with: [1], mode: 0o600, durable: true)
        for made in [path, path + "/identity"] {
            var status = stat()
            try #require(unsafe stat(made, &status) == 0)
            #expect(status.st_uid == 12345)
            #expect(status.st_gid == 54321)
        }
    }
}
