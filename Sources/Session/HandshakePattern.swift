// SPDX-License-Identifier: Apache-2.0

/// One thing that a handshake message does (Noise, revision 34, sections 5.3 and 9.2).
enum HandshakeToken: Sendable, Equatable {
    /// The sender's ephemeral public key.
    case e
    /// The sender's static public key, encrypted as soon as there is a key.
    case s
    /// The secret of both ephemeral keys.
    case ee
    /// The secret of the initiator's ephemeral and the responder's static key.
    case es
    /// The secret of the initiator's static and the responder's ephemeral key.
    case se
    /// The pre-shared key.
    case psk
}

/// A Noise handshake as data: its name and what each message in turn does.
///
/// ```
///   XXpsk3:   -> e
///             <- e, ee, s, es
///             -> s, se, psk
/// ```
///
/// The daemon uses `XXpsk3` alone. `XX` differs by one token and is here because most published
/// test vectors are of it: both run through the same code.
struct HandshakePattern: Sendable, Equatable {
    /// The name that is hashed into every handshake, so that two patterns never agree by accident.
    let protocolName: String
    /// The tokens of each message; the initiator sends the first.
    let messages: [[HandshakeToken]]

    static let xxPSK3 = HandshakePattern(
        protocolName: "Noise_XXpsk3_25519_ChaChaPoly_SHA256",
        messages: [[.e], [.e, .ee, .s, .es], [.s, .se, .psk]]
    )

    static let xx = HandshakePattern(
        protocolName: "Noise_XX_25519_ChaChaPoly_SHA256",
        messages: [[.e], [.e, .ee, .s, .es], [.s, .se]]
    )

    /// Whether ephemeral keys are mixed into the key as well, as they must be with a pre-shared
    /// key: it alone would make the same encryption key each time (section 9.2).
    var hasPSK: Bool { messages.contains { $0.contains(.psk) } }
}
