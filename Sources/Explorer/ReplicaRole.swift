// SPDX-License-Identifier: Apache-2.0

public import Election
public import Paxos

/// What a replica does for a small world: the real one, or in a test one that breaks a rule.
public protocol Replicating: Hashable, Sendable {
    /// A replica that has yet to be started.
    init(seed: UInt64)
    /// The one way in and out.
    mutating func step(_ input: Input, at now: Instant) -> Effects
    /// When it wants to be woken.
    var deadline: Instant? { get }
    /// What it publishes.
    func answer(at now: Instant) -> Answer
    /// What it says first.
    mutating func greet(_ node: NodeID) -> Envelope
    /// Forgets what safety never asks for.
    mutating func settleDown(at now: Instant)
}

extension Replica<WordDigest>: Replicating {
    /// Forgets what safety never asks for.
    public mutating func settleDown(at now: Instant) { forgetIncidentals(at: now) }
}

/// The real replica, over the digest of small worlds.
public typealias RealReplica = Replica<WordDigest>

/// A digest for worlds in which nobody forges: two lanes over the bytes.
public struct WordDigest: DigestFunction {
    /// It has nothing to keep.
    public init() {}

    /// The digest over these bytes.
    public static func digest(_ bytes: [UInt8]) -> Digest {
        var (a, b): (UInt64, UInt64) = (0, 1)
        for byte in bytes {
            a = stir(a ^ UInt64(byte))
            b = stir(b &+ UInt64(byte) << 8)
        }
        return Digest(PublicKey(words: (a, b, 0, 0)).bytes) ?? .none
    }
}
