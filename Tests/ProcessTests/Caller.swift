// SPDX-License-Identifier: Apache-2.0

import Glibc
import Linux

/// Somebody at the socket who sends whatever a test wants.
final class Caller {
    private let stream: UnixStream
    private var heard: [UInt8] = []

    init(_ socket: String) throws {
        stream = try UnixStream.connect(socket, timeout: 5_000_000_000)
    }

    private var deadline: Int64 { BootClock.now() + Int64(Program.patience) * 1_000_000 }

    /// Sends as much as is taken without waiting.
    func send(_ bytes: [UInt8]) {
        var done = 0
        while done < bytes.count, case .bytes(let count) = stream.send(bytes, from: done) {
            done += count
        }
    }

    /// The next reply without its NUL; empty at the end.
    func readReply() -> String {
        while true {
            if let end = heard.firstIndex(of: 0) {
                defer { heard.removeSubrange(...end) }
                return String(decoding: heard[..<end], as: UTF8.self)
            }
            guard more() else { return "" }
        }
    }

    /// All that is said until the other end closes.
    func readToEnd() -> String {
        while more() {}
        return String(decoding: heard, as: UTF8.self)
    }

    private func more() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        guard case .bytes(let count) = stream.receive(into: &chunk, until: deadline) else {
            return false
        }
        heard += chunk[..<count]
        return true
    }
}
