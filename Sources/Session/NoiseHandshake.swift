// SPDX-License-Identifier: Apache-2.0

/// Why a handshake message was refused. Which of these it was is never told to the sender.
enum HandshakeError: Error, Equatable {
    /// Shorter than its keys and tags.
    case truncated
    /// A key or the payload does not decrypt: something differs from what the sender has seen.
    case authentication
    /// A public key with which every secret would be zero.
    case weakKey
}

/// Noise's HandshakeState (revision 34, section 5.3): the messages of a pattern, in turn.
///
/// A value: whoever reads a message that may be forged reads it into a copy, and takes the copy
/// only if it was genuine. A bad message can so never spoil a handshake that is under way.
struct NoiseHandshake: Sendable {
    private let pattern: HandshakePattern
    private let isInitiator: Bool
    private let preSharedKey: [UInt8]
    private let ownStatic: StaticKey
    private let ownEphemeral: StaticKey
    private var state: SymmetricState
    private var turn = 0
    private var remoteEphemeral: PeerKey?

    /// The other side's static key, once it was received; proven when its message was read.
    private(set) var remoteStatic: PeerKey?

    /// - Parameters:
    ///   - prologue: What both sides must agree on without sending it.
    ///   - preSharedKey: The cluster key; empty in a pattern without one.
    ///   - ownEphemeral: Made for this handshake and used in no other.
    init(
        _ pattern: HandshakePattern,
        isInitiator: Bool,
        prologue: [UInt8],
        preSharedKey: [UInt8],
        ownStatic: StaticKey,
        ownEphemeral: StaticKey
    ) {
        precondition(
            preSharedKey.count == (pattern.hasPSK ? 32 : 0),
            "\(pattern.protocolName) with a pre-shared key of \(preSharedKey.count) bytes"
        )
        self.pattern = pattern
        self.isInitiator = isInitiator
        self.preSharedKey = preSharedKey
        self.ownStatic = ownStatic
        self.ownEphemeral = ownEphemeral
        state = SymmetricState(protocolName: pattern.protocolName)
        state.mixHash(prologue)
    }

    /// Whether all messages were sent and received.
    var isFinished: Bool { turn == pattern.messages.count }

    /// A value that both sides share and that no other handshake has (section 11.2).
    var hash: [UInt8] { state.hash }

    /// The next message, ours, with `payload` inside.
    mutating func write(_ payload: [UInt8]) throws(HandshakeError) -> [UInt8] {
        let tokens = takeTurn(ofInitiator: isInitiator)
        var message: [UInt8] = []
        for token in tokens {
            switch token {
            case .e:
                let key = ownEphemeral.publicKey
                message.append(contentsOf: key.bytes)
                mixEphemeral(key)
            case .s:
                message.append(contentsOf: state.encryptAndHash(ownStatic.publicKey.bytes))
            case .ee, .es, .se, .psk:
                try mix(token)
            }
        }
        message.append(contentsOf: state.encryptAndHash(payload))
        return message
    }

    /// The payload of the next message, theirs. After an error this value is of no more use.
    mutating func read(_ message: [UInt8]) throws(HandshakeError) -> [UInt8] {
        let tokens = takeTurn(ofInitiator: !isInitiator)
        var rest = message[...]
        for token in tokens {
            switch token {
            case .e:
                let key = try PeerKey(bytes: take(32, from: &rest))
                remoteEphemeral = key
                if let key { mixEphemeral(key) }
            case .s:
                let sent = try take(state.hasKey ? 32 + CipherKey.tagBytes : 32, from: &rest)
                guard let bytes = state.decryptAndHash(sent) else {
                    throw HandshakeError.authentication
                }
                remoteStatic = PeerKey(bytes: bytes)
            case .ee, .es, .se, .psk:
                try mix(token)
            }
        }
        guard let payload = state.decryptAndHash([UInt8](rest)) else {
            throw HandshakeError.authentication
        }
        return payload
    }

    /// The keys of the session that this handshake was for.
    func split() -> (send: CipherKey, receive: CipherKey) {
        precondition(isFinished, "split after message \(turn) of \(pattern.protocolName)")
        let keys = state.split()
        return isInitiator
            ? (keys.fromInitiator, keys.fromResponder) : (keys.fromResponder, keys.fromInitiator)
    }

    private mutating func takeTurn(ofInitiator: Bool) -> [HandshakeToken] {
        precondition(
            !isFinished && ofInitiator == turn.isMultiple(of: 2),
            "message \(turn + 1) of \(pattern.protocolName) is not this side's to handle so"
        )
        defer { turn += 1 }
        return pattern.messages[turn]
    }

    private mutating func mixEphemeral(_ key: PeerKey) {
        state.mixHash(key.bytes)
        if pattern.hasPSK { state.mixKey(key) }
    }

    /// Takes in what both sides know and do not send.
    private mutating func mix(_ token: HandshakeToken) throws(HandshakeError) {
        if token == .psk {
            state.mixKeyAndHash(preSharedKey)
            return
        }
        // The first letter is the initiator's key, the second the responder's.
        let ownIsStatic = token == (isInitiator ? .se : .es)
        let theirsIsStatic = token == (isInitiator ? .es : .se)
        let own = ownIsStatic ? ownStatic : ownEphemeral
        guard let theirs = theirsIsStatic ? remoteStatic : remoteEphemeral else {
            preconditionFailure("\(pattern.protocolName) uses a key before it was sent: \(token)")
        }
        guard let secret = own.sharedSecret(with: theirs) else { throw HandshakeError.weakKey }
        state.mixKey(secret)
    }

    private func take(_ count: Int, from rest: inout ArraySlice<UInt8>)
        throws(HandshakeError) -> [UInt8]
    {
        guard rest.count >= count else { throw HandshakeError.truncated }
        defer { rest = rest.dropFirst(count) }
        return [UInt8](rest.prefix(count))
    }
}
