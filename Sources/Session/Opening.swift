// SPDX-License-Identifier: Apache-2.0

/// A handshake that we began: message 1 is out and waits for message 2.
struct Opening: Sendable {
    /// Where message 1 goes: to every address at once, since any of them may be cut off.
    var endpoints: [Endpoint]
    /// With whom, if the owner knows. The answer of another one counts as well; the owner is told.
    let expected: PeerKey?
    /// Given up after one message 1, because the peer is no member and may be gone for good.
    var isOnce: Bool

    /// What is new with each fresh message 1.
    struct Attempt: Sendable {
        let localIndex: UInt32
        let clusterKey: ClusterKey
        let noise: NoiseHandshake
        let message1: [UInt8]
        let begun: Int64
    }
    var attempt: Attempt
    /// When message 1 is sent again, and how long after the last time that is.
    var retryAt: Int64
    var retryNs: Int64

    /// It is due, as if it had not been tried yet.
    mutating func startOver() { (retryAt, retryNs) = (0, 0) }
}

/// A handshake that another one began: we have answered message 1 and wait for message 3.
struct HalfOpen: Sendable {
    /// Message 1, whole: the same question gets the same answer, without any work.
    let message1: [UInt8]
    let message2: [UInt8]
    let source: Endpoint
    let localIndex: UInt32
    let remoteIndex: UInt32
    let clusterKey: ClusterKey
    let noise: NoiseHandshake
    let begun: Int64
    var answers = 1
}
