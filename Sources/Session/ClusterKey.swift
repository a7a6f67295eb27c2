// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// The secret that all hosts of a cluster share: 32 random bytes.
///
/// It does two jobs. It is the pre-shared key of the handshake, so that nobody without it gets a
/// session. And a key derived from it proves each handshake datagram: one HMAC, about as cheap as
/// receiving the datagram was, stands before the public-key work, which is not. Whoever lacks the
/// cluster key therefore gets no answer at all.
public struct ClusterKey: Sendable {
    let preSharedKey: [UInt8]
    private let proofKey: SymmetricKey

    /// Bytes of HMAC-SHA-256 that a handshake datagram carries, of 32.
    static let proofBytes = 16

    /// The key that stands in `bytes`; nil unless there are exactly 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        preSharedKey = bytes
        proofKey = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: bytes),
            info: Array("electd handshake proof".utf8),
            outputByteCount: 32
        )
    }

    /// A new key, for a cluster that has none.
    public init(using random: inout some RandomNumberGenerator) {
        guard let made = ClusterKey(bytes: randomBytes(32, using: &random)) else {
            preconditionFailure("32 random bytes were not 32 bytes")
        }
        self = made
    }

    /// The 32 bytes, to be written to the key file and nowhere else.
    public var secretBytes: [UInt8] { preSharedKey }

    /// Adds the proof over all that is in `datagram` so far.
    func addProof(to datagram: inout [UInt8]) {
        let code = HMAC<SHA256>.authenticationCode(for: datagram, using: proofKey)
        datagram.append(contentsOf: [UInt8](code)[..<Self.proofBytes])
    }

    /// Whether the last 16 bytes of `datagram` prove the rest.
    ///
    /// The comparison looks at all bytes whatever it finds: its duration tells a forger nothing.
    func proves(_ datagram: [UInt8]) -> Bool {
        guard datagram.count > Self.proofBytes else { return false }
        let start = datagram.count - Self.proofBytes
        let code = HMAC<SHA256>.authenticationCode(for: datagram[..<start], using: proofKey)
        var difference: UInt8 = 0
        for (expected, shown) in zip(code, datagram[start...]) {
            difference |= expected ^ shown
        }
        return difference == 0
    }
}

extension ClusterKey: Equatable {
    /// In constant time, as swift-crypto compares keys.
    public static func == (left: ClusterKey, right: ClusterKey) -> Bool {
        left.proofKey == right.proofKey
    }
}

extension ClusterKey: CustomStringConvertible {
    /// Says nothing: a secret never gets into a log by being printed.
    public var description: String { "cluster key" }
}
