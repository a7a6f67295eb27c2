// SPDX-License-Identifier: Apache-2.0

// The life of a socket file: made, left behind, found, replaced, or respected.

import Glibc
import Linux
import SystemPackage
import Testing

@Suite("A Unix socket's file")
struct UnixListenerTests {
    @Test("the file has its permissions, and goes with the listener")
    func comesAndGoes() throws {
        let scratch = try Scratch()
        let path = scratch.file("socket")
        do {
            let group = effectiveUser() == 0 ? 54321 : getegid()
            let listener = try UnixListener(path: path, mode: 0o660, group: group)
            var status = stat()
            try #require(unsafe stat(path, &status) == 0)
            #expect(status.st_gid == group)
            #expect(status.st_mode & 0o7777 == 0o660)
            #expect(try listener.accept() == nil)
        }
        #expect(unsafe access(path, F_OK) != 0)
    }

    @Test("a file that nobody answers on is replaced")
    func stale() throws {
        let scratch = try Scratch()
        let path = scratch.file("socket")
        do {
            let killed = try UnixListener(path: path)
            // A process that is killed leaves the file: under another name it outlives its owner.
            #expect(unsafe rename(path, scratch.file("kept")) == 0)
            _ = killed.descriptor
        }
        #expect(unsafe rename(scratch.file("kept"), path) == 0)
        let listener = try UnixListener(path: path)
        _ = try UnixStream.connect(path)
        #expect(try listener.accept() != nil)
    }

    @Test("a live socket is left alone, with a sentence", arguments: [false, true])
    func live(queueIsFull: Bool) throws {
        let scratch = try Scratch()
        let path = scratch.file("socket")
        let listener = try UnixListener(path: path)
        var waiting: [Kept] = []
        while queueIsFull {
            do throws(SystemError) {
                waiting.append(Kept(try UnixStream.connect(path, timeout: 0)))
            } catch {
                #expect(error == SystemError("connect", path, .timedOut))
                break
            }
        }
        let error = #expect(throws: ListenError.self) { _ = try UnixListener(path: path) }
        #expect(
            sentence(of: error)
                == "\(path): another process answers on this socket; stop it or choose another path"
        )
        if !queueIsFull { _ = try UnixStream.connect(path) }
        #expect(try listener.accept() != nil)
    }

    @Test("a file that is no socket is left alone, with a sentence")
    func notASocket() throws {
        let scratch = try Scratch()
        let path = scratch.file("socket")
        let directory = try Directory.open(scratch.path)
        try directory.replace("socket", with: [1], mode: 0o600, durable: false)
        let error = #expect(throws: ListenError.self) { _ = try UnixListener(path: path) }
        #expect(
            sentence(of: error)
                == "\(path): exists and is not a socket; remove it or choose another path"
        )
        #expect(try directory.contents("socket", limit: 10) == [1])
    }

    @Test("a path that no socket can have, and one whose directory is missing")
    func badPaths() {
        let long = "/tmp/" + String(repeating: "x", count: 103)
        var error = #expect(throws: ListenError.self) { _ = try UnixListener(path: long) }
        #expect(
            sentence(of: error) == "\(long): a socket's path may have 107 bytes, this has 108"
        )
        error = #expect(throws: ListenError.self) { _ = try UnixListener(path: "/no/where/s") }
        #expect(sentence(of: error) == "bind /no/where/s: No such file or directory")
    }

    @Test("another process's file under the same path stays when the listener ends")
    func replacedByAnother() throws {
        let scratch = try Scratch()
        let path = scratch.file("socket")
        do {
            let first = try UnixListener(path: path)
            #expect(unsafe unlink(path) == 0)
            let second = try UnixListener(path: scratch.file("other"))
            #expect(unsafe rename(scratch.file("other"), path) == 0)
            _ = (first.descriptor, second.descriptor)
        }
        #expect(unsafe access(path, F_OK) == 0)
    }

    @Test("an inherited listener is taken over, and its file is not ours to remove")
    func inherited() throws {
        let scratch = try Scratch()
        let path = scratch.file("socket")
        let first = try UnixListener(path: path)
        do {
            let copy = FileDescriptor(rawValue: dup(first.descriptor.rawValue))
            let listener = try UnixListener(inherited: copy)
            _ = try UnixStream.connect(path)
            #expect(try listener.accept() != nil)
        }
        #expect(unsafe access(path, F_OK) == 0)
    }

    @Test("what is inherited and is no listener is refused")
    func notInherited() throws {
        let bell = try Doorbell()
        let number = bell.descriptor.rawValue
        let error = #expect(throws: ListenError.self) {
            _ = try UnixListener(inherited: bell.descriptor)
        }
        #expect(
            sentence(of: error)
                == "descriptor \(number) is no listening Unix stream socket; check the socket unit"
        )
        // It was not closed either: it still rings.
        bell.ring()
        try waitUntilReadable(bell.descriptor)
    }
}

/// A stream that an array can hold.
private final class Kept {
    let stream: UnixStream

    init(_ stream: consuming UnixStream) { self.stream = stream }
}
