// SPDX-License-Identifier: Apache-2.0

// What a question over a Unix socket costs when there is nothing to know: another process that waits
// in a poller and answers each message with so many bytes, with the same system calls as the daemon.

import Glibc
import Linux

/// The other end: serves one program, until that has gone.
func echo(at path: String, replyBytes: Int) throws {
    let listener = try UnixListener(path: path, mode: 0o600)
    var poller = try Poller()
    try poller.add(listener.descriptor, .readable, token: 0)
    _ = try poller.wait()
    guard let stream = try listener.accept() else { return }
    try poller.add(stream.descriptor, .readable, token: 1)
    let reply = [UInt8](repeating: 1, count: replyBytes)
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        guard try poller.wait().contains(where: { $0.token == 1 }) else { continue }
        guard case .bytes = stream.receive(into: &buffer) else { return }
        _ = stream.send(reply)
    }
}

/// Connects as soon as somebody listens.
private func connected(_ path: String, until end: Int64) throws -> UnixStream {
    while true {
        do {
            return try UnixStream.connect(path)
        } catch {
            guard BootClock.now() < end else { throw error }
            usleep(200)
        }
    }
}

/// A connection to such a process.
struct BareEcho: ~Copyable {
    private let child: Child
    private let stream: UnixStream
    private let request: [UInt8]
    private let replyBytes: Int

    init(at site: Site, requestBytes: Int, replyBytes: Int) throws {
        let path = "\(site.memory)/echo.sock"
        let child = try Child("/proc/self/exe", ["--echo", path, "\(replyBytes)"])
        let end = BootClock.now() + 5_000_000_000
        stream = try connected(path, until: end)
        self.child = child
        request = [UInt8](repeating: 1, count: requestBytes)
        self.replyBytes = replyBytes
    }

    /// The process that answers.
    var pid: Int32 { child.pid }

    /// The middle of so many calls, in microseconds.
    func cost(calls: Int) throws -> Double {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var taken: [Double] = []
        for _ in 0..<calls {
            let start = BootClock.now()
            let end = start + 5_000_000_000
            guard case .bytes = stream.send(request, until: end) else {
                throw BenchFailure("the echo takes nothing")
            }
            var got = 0
            while got < replyBytes {
                guard case .bytes(let count) = stream.receive(into: &buffer, until: end) else {
                    throw BenchFailure("the echo does not answer")
                }
                got += count
            }
            taken.append(Double(BootClock.now() - start) / 1e3)
        }
        return Spread(taken).median
    }
}
