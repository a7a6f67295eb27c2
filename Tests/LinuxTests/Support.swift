// SPDX-License-Identifier: Apache-2.0

// What the tests of this folder share: a directory that goes again, and waiting without luck.

import FoundationEssentials
import Glibc
import Linux
import SystemPackage
import Testing

/// A directory of a test's own, removed with all in it.
final class Scratch {
    let path: String

    init() throws {
        let directory = FileManager.default.temporaryDirectory
        var name = Array("\(directory.path)/linux-XXXXXX".utf8CString)
        let made = unsafe mkdtemp(&name)
        try #require(unsafe made != nil)
        path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}

/// Waits until something is to be read, for as long as a busy machine may need.
func waitUntilReadable(_ descriptor: FileDescriptor) throws {
    var poller = try Poller()
    try poller.add(descriptor, .readable, token: 1)
    let ready = try poller.wait(timeout: 60_000_000_000)
    try #require(!ready.isEmpty, "nothing came in a minute")
}

/// What a call threw, for comparing its sentence.
func sentence(of error: (any Error)?) -> String { error.map { "\($0)" } ?? "no error" }

/// The permissions of a path.
func mode(of path: String) throws -> UInt32 {
    var status = stat()
    try #require(unsafe stat(path, &status) == 0)
    return status.st_mode & 0o7777
}
