// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// An X25519 key pair: the host's identity, or the ephemeral one of a single handshake.
///
/// Any 32 bytes are a secret key, so making one is only a matter of where the bytes come from:
/// the state directory, the system's generator, or the seed of a simulated run.
public struct StaticKey: Sendable {
    private let secret: Curve25519.KeyAgreement.PrivateKey

    /// The half that others know.
    public let publicKey: PeerKey

    /// The pair whose secret half is `bytes`; nil unless there are exactly 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32,
            let secret = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: bytes),
            let publicKey = PeerKey(bytes: [UInt8](secret.publicKey.rawRepresentation))
        else { return nil }
        self.secret = secret
        self.publicKey = publicKey
    }

    /// A new pair. `random` must not be guessable: it is the system's generator, except in tests.
    public init(using random: inout some RandomNumberGenerator) {
        guard let made = StaticKey(bytes: randomBytes(32, using: &random)) else {
            preconditionFailure("X25519 refused 32 random bytes as a secret key")
        }
        self = made
    }

    /// The secret half, to be written to the state directory and nowhere else.
    public var secretBytes: [UInt8] { [UInt8](secret.rawRepresentation) }

    /// What only the holders of one of the two secrets can compute; nil if it is all zero.
    ///
    /// That happens with the few public keys of low order, whose secret would be known to everybody
    /// (RFC 7748, section 6.1). swift-crypto leaves the check to us.
    func sharedSecret(with other: PeerKey) -> SharedSecret? {
        guard
            let key = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: other.bytes),
            let shared = try? secret.sharedSecretFromKeyAgreement(with: key),
            unsafe shared.withUnsafeBytes({ unsafe $0.reduce(0, |) }) != 0
        else { return nil }
        return shared
    }
}

extension StaticKey: CustomStringConvertible {
    /// The public half only: a secret never gets into a log by being printed.
    public var description: String { "key pair of \(publicKey)" }
}

/// `count` bytes from `random`; `count` is a multiple of eight.
func randomBytes(_ count: Int, using random: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    while bytes.count < count {
        let word: UInt64 = random.next()
        bytes.append(littleEndian: word)
    }
    return bytes
}
