// SPDX-License-Identifier: Apache-2.0

/// The cluster keys that a host accepts, so that a key can be changed while the cluster runs.
///
/// ```
///   every host:   [old]  →  [old, new]  →  [new, old]  →  [new]
/// ```
///
/// The first key is the one we begin handshakes with; any of them may be used by who begins one
/// with us, and the proof in its first datagram tells which. Step by step over all hosts, each
/// step is understood by the hosts that have not made it yet.
public struct KeyRing: Sendable, Equatable {
    /// More keys than a rotation needs; each costs an HMAC for every forged datagram.
    public static let countMax = 4

    /// From the one we use to the one we only still accept.
    public let keys: [ClusterKey]

    /// A ring of one to four keys, or nil.
    public init?(_ keys: [ClusterKey]) {
        guard (1...Self.countMax).contains(keys.count) else { return nil }
        self.keys = keys
    }

    /// A ring of a single key: all but a few minutes of a cluster's life.
    public init(_ key: ClusterKey) { keys = [key] }

    /// The key that handshakes of ours use.
    var first: ClusterKey { keys[0] }

    /// The key under which `datagram` is proven, if any.
    func key(proving datagram: [UInt8]) -> ClusterKey? {
        keys.first { $0.proves(datagram) }
    }
}
