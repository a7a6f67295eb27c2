// SPDX-License-Identifier: Apache-2.0

/// Which side sent the first message of a handshake.
public enum HandshakeRole: Sendable, Hashable {
    /// We did.
    case initiator
    /// The peer did.
    case responder
}

/// A session as its owner sees it: who is at the other end, and how fresh the proof of that is.
public struct EstablishedSession: Sendable, Hashable {
    /// Who is at the other end.
    public let peer: Peer
    /// Our part in the handshake.
    public let role: HandshakeRole
    /// Counts the sessions of this run, from 1: of two sessions, the later has the higher number.
    public let generation: UInt64
    /// When our share of the handshake was made: message 1 if we began, otherwise message 2, in
    /// nanoseconds of `CLOCK_BOOTTIME`.
    ///
    /// The peer's last word in the handshake rests on that share, so the peer was alive, and held
    /// its key, at some moment after this one. That is what R23(b) asks of a handshake "begun
    /// after that".
    public let begun: Int64
    /// When it could first be used, in nanoseconds of `CLOCK_BOOTTIME`.
    public let established: Int64
}

/// What has happened, in order.
public enum SessionEvent: Sendable, Hashable {
    /// A message of a peer, decrypted, authenticated and whole. The same message comes again if the
    /// peer sent it again: handlers are idempotent, and a lost answer is given again that way.
    case message([UInt8], over: EstablishedSession, from: Endpoint)

    /// There is a new session, and it is the one we send on. The owner seals its Hello *at once*,
    /// in either role: until the peer has had a datagram of this session it may not know of it.
    case established(EstablishedSession, from: Endpoint)

    /// The peer shows that it has heard nothing on this session yet: seal the Hello again.
    case repeatHello(EstablishedSession)

    /// The session that was just established is not with whom it was begun with. A host that lost
    /// its disk looks like this: its address is the same, its key is new.
    case unexpectedPeer(expected: PeerKey, found: EstablishedSession, from: Endpoint)

    /// A handshake reached a holder of our own key, and was given up. Either our own address is in
    /// the list of those to ask, or somebody runs a copy of our state directory.
    case reachedOurselves(Endpoint)

    /// The peer, or somebody at its address, uses a session that we do not have, most likely
    /// because one of us was started anew. A handshake with it is under way. At most once a second
    /// for a peer.
    case undecryptable(from: Endpoint, peer: PeerKey)

    /// A session is over: replaced and silent, or one too many, or its key has left the ring.
    case ended(EstablishedSession)
}

/// A datagram to send, and where to.
public struct Outgoing: Sendable, Hashable {
    /// At most 1,200 bytes.
    public let datagram: [UInt8]
    /// Where it goes.
    public let endpoint: Endpoint
}

/// What the owner has to carry out: send the datagrams, then attend to the events in their order.
public struct SessionEffects: Sendable, Equatable {
    /// Handshake datagrams of our own and answers to those of others.
    public internal(set) var outgoing: [Outgoing] = []
    /// What has happened.
    public internal(set) var events: [SessionEvent] = []
}

/// A message on its way.
public struct Sealed: Sendable, Equatable {
    /// The number to give when the same bytes are sent again, so that the fragments of it that
    /// arrived are kept.
    public let number: UInt64
    /// The datagrams; none if there is no session with the peer.
    public let outgoing: [Outgoing]
}
