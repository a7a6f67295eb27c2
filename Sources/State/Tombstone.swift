// SPDX-License-Identifier: Apache-2.0

// A host that was removed stays removed (R22). Its record still holds a decree in which it stood and
// votes that it gave; a start on it would only knock at a door that is shut. So the last thing that a
// removed daemon writes is this file, and whoever starts there later reads it.

public import Election
public import Linux
import Paxos

/// The file `tombstone`.
public struct Tombstone: Hashable, Sendable {
    /// Who was removed, from what and when, for people.
    public let text: String

    /// Its name in the state directory.
    public static let name = "tombstone"
    private static let limit = 4096

    /// By a decree, of a host that is in it no more.
    ///
    /// - Parameter time: now, by the wall clock.
    public init(of name: String, by decree: Decree?, time: String) {
        let cluster = decree.map { "\($0.state.name) (\($0.cluster))" } ?? "unknown"
        text =
            "\(name) was removed from the cluster \(cluster), as it learned by decree "
            + "\(decree?.slot ?? 0) at \(time)"
    }

    /// Reads the one in a state directory; nil if there is none.
    public init?(in directory: borrowing Directory) throws(SystemError) {
        guard try directory.contains(Self.name) else { return nil }
        let bytes = try directory.contents(Self.name, limit: Self.limit)
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        text = String(decoding: line, as: UTF8.self)
    }

    /// Writes it, to stay.
    public func write(in directory: borrowing Directory) throws(SystemError) {
        let bytes = Array((text + "\n").utf8)
        try directory.replace(Self.name, with: bytes, mode: 0o600, durable: true)
    }

    /// What is so, and what to do.
    public func sentence(at path: String) -> String {
        "\(text): it votes no more; to have it join again, as a new host, move \(path) away and "
            + "start electd with Join= in [Cluster]"
    }
}
