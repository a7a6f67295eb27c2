// SPDX-License-Identifier: Apache-2.0

// Both ends of a connection in one process, one of them slow, silent or gone.

import Glibc
import Linux
import SystemPackage
import Testing

@Suite("A Unix stream")
struct UnixStreamTests {
    private let scratch: Scratch
    private let listener: Door

    init() throws {
        scratch = try Scratch()
        listener = Door(try UnixListener(path: scratch.file("socket")))
    }

    private func connected() throws -> (client: End, server: End) {
        let client = End(try UnixStream.connect(scratch.file("socket"), timeout: 60_000_000_000))
        guard let server = try listener.listener.accept() else {
            throw SystemError("accept", scratch.path, .timedOut)
        }
        return (client, End(server))
    }

    @Test("bytes go both ways, and none is not the end")
    func bothWays() throws {
        let (client, server) = try connected()
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(server.stream.receive(into: &buffer) == .wouldBlock)
        #expect(client.stream.send([1, 2, 3]) == .bytes(3))
        #expect(server.stream.receive(into: &buffer, from: 2) == .bytes(3))
        #expect(buffer == [0, 0, 1, 2, 3, 0, 0, 0])
        #expect(server.stream.send([7, 8, 9], from: 1) == .bytes(2))
        #expect(client.stream.receive(into: &buffer) == .bytes(2))
        #expect(buffer.prefix(2) == [8, 9])
    }

    @Test("who has finished sending still reads")
    func halfClosed() throws {
        let (client, server) = try connected()
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(client.stream.send([1]) == .bytes(1))
        client.stream.finishSending()
        #expect(server.stream.receive(into: &buffer) == .bytes(1))
        #expect(server.stream.receive(into: &buffer) == .closed)
        #expect(server.stream.send([2]) == .bytes(1))
        #expect(client.stream.receive(into: &buffer) == .bytes(1))
    }

    @Test("a peer that is gone is closed in both directions, and no signal comes")
    func gone() throws {
        let stream: UnixStream
        do {
            stream = try UnixStream.connect(scratch.file("socket"))
            _ = try listener.listener.accept()
        }
        var buffer = [UInt8](repeating: 0, count: 8)
        #expect(stream.receive(into: &buffer) == .closed)
        #expect(stream.send([1]) == .closed)
        #expect(stream.send([1], until: nil) == .closed)
    }

    @Test("a peer that never reads blocks nobody")
    func neverReads() throws {
        let (client, server) = try connected()
        let chunk = [UInt8](repeating: 1, count: 1 << 16)
        var sent = 0
        while case .bytes(let count) = server.stream.send(chunk) { sent += count }
        #expect(sent > 0)
        #expect(server.stream.send(chunk) == .wouldBlock)
        #expect(server.stream.send(chunk, until: BootClock.now()) == .wouldBlock)

        // All that was taken is there when it does read.
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var read = 0
        while case .bytes(let count) = client.stream.receive(into: &buffer) { read += count }
        #expect(read == sent)
    }

    @Test("waiting ends at the deadline, or with what was waited for")
    func deadline() throws {
        let (client, server) = try connected()
        var buffer = [UInt8](repeating: 0, count: 8)
        let deadline = BootClock.now() + 5_000_000
        #expect(client.stream.receive(into: &buffer, until: deadline) == .wouldBlock)
        #expect(BootClock.now() >= deadline)

        #expect(server.stream.send([4], until: nil) == .bytes(1))
        #expect(client.stream.receive(into: &buffer, until: nil) == .bytes(1))
    }

    @Test("more than fits is sent whole while the other end reads")
    func sendsAll() throws {
        let (client, server) = try connected()
        let total = 4 << 20
        let bytes = [UInt8](repeating: 5, count: total)
        let worker = try Worker()
        worker.submit(id: 1) {
            #expect(server.stream.send(bytes, until: nil) == .bytes(total))
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var read = 0
        while read < total,
            case .bytes(let count) = client.stream.receive(into: &buffer, until: nil)
        {
            read += count
        }
        #expect(read == total)
        try waitUntilReadable(worker.descriptor)
    }

    @Test("the kernel says who connected, with all groups")
    func credentials() throws {
        let (_, server) = try connected()
        let peer = try server.stream.peerCredentials()
        #expect(peer.process == getpid())
        #expect(peer.user == geteuid())
        #expect(peer.group == getegid())
        var groups = [gid_t](repeating: 0, count: 65536)
        let count = unsafe getgroups(65536, &groups)
        #expect(try server.stream.peerGroups() == Array(groups.prefix(Int(count))))
    }

    @Test("where nobody listens, connecting fails with the path")
    func nobody() {
        let error = #expect(throws: SystemError.self) {
            _ = try UnixStream.connect("/no/where/s", timeout: 1)
        }
        #expect(sentence(of: error) == "connect /no/where/s: No such file or directory")
    }
}

/// A stream that a tuple can hold.
private final class End: Sendable {
    let stream: UnixStream

    init(_ stream: consuming UnixStream) { self.stream = stream }
}

/// A listener that a suite can hold.
private final class Door {
    let listener: UnixListener

    init(_ listener: consuming UnixListener) { self.listener = listener }
}
