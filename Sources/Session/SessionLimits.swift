// SPDX-License-Identifier: Apache-2.0

/// How long and how many, in nanoseconds and pieces. A test may shorten an hour; the daemon does
/// not.
struct SessionLimits: Sendable, Equatable {
    /// Message 1 is sent again after this long, then after twice that, and so on…
    var retryFirstNs: Int64 = 10_000_000
    /// …up to this long.
    var retryMaxNs: Int64 = 500_000_000
    /// An unanswered message 1 is replaced by a fresh one: the responder has long forgotten its
    /// half of the handshake, and what we learn from an answer is no older than this.
    var openingNs: Int64 = 5_000_000_000
    /// A responder keeps its half of a handshake for this long…
    var halfOpenNs: Int64 = 5_000_000_000
    /// …and has no more of them, in all…
    var halfOpenMax = 64
    /// …and from one endpoint.
    var halfOpenMaxPerSource = 4
    /// Times that one message 1 is answered: more than its retries over eight paths.
    var answersMax = 128
    /// A session gets a successor when it is this old…
    var rekeyNs: Int64 = 3_600_000_000_000
    /// …(the responder of its handshake waits this much longer, so that mostly one side begins)…
    var rekeyGraceNs: Int64 = 30_000_000_000
    /// …or has sealed this many datagrams.
    var rekeyDatagrams: UInt64 = 1 << 32
    /// A replaced session that the peer does not speak on ends when it was silent for this long.
    var silenceNs: Int64 = 2_000_000_000
    /// A session whose cluster key has left the ring ends after this long.
    var withdrawnKeyNs: Int64 = 5_000_000_000
    /// A suspicion, or datagrams that cannot be decrypted, begin a handshake no more often than
    /// this.
    var suspicionNs: Int64 = 1_000_000_000
    /// If another key answers at the peer's address, no suspicion begins one for this long.
    var mistakenNs: Int64 = 30_000_000_000
    /// The Hello is asked for again no more often than this.
    var repeatHelloNs: Int64 = 10_000_000
    /// A peer that is no member is forgotten when it was silent for this long.
    var strangerNs: Int64 = 300_000_000_000
    /// Sessions with one peer; a fifth ends the oldest.
    var sessionsPerPeerMax = 4
    /// Peers, members or not.
    var peersMax = 256
}
