// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// Noise's SymmetricState (revision 34, section 5.2): all that two sides have agreed on so far.
///
/// Two running values. The *hash* covers everything that was sent, so that a changed byte anywhere
/// makes every later decryption fail. The *chaining key* takes in every shared secret, so that what
/// is derived at the end is known only to who took part in all of them.
struct SymmetricState: Sendable {
    private(set) var hash: [UInt8]
    private var chainingKey: [UInt8]
    private var key: CipherKey?
    private var counter: UInt64 = 0

    init(protocolName: String) {
        let name = [UInt8](protocolName.utf8)
        if name.count <= SHA256.byteCount {
            hash = name + [UInt8](repeating: 0, count: SHA256.byteCount - name.count)
        } else {
            hash = [UInt8](SHA256.hash(data: name))
        }
        chainingKey = hash
    }

    /// Whether what is sent now is encrypted.
    var hasKey: Bool { key != nil }

    mutating func mixHash(_ bytes: [UInt8]) {
        hash = [UInt8](SHA256.hash(data: hash + bytes))
    }

    mutating func mixKey(_ secret: SharedSecret) {
        let derived = secret.hkdfDerivedSymmetricKey(
            using: SHA256.self,
            salt: chainingKey,
            sharedInfo: [UInt8](),
            outputByteCount: 2 * SHA256.byteCount
        )
        takeKey(from: Self.parts(of: derived))
    }

    mutating func mixKey(_ publicKey: PeerKey) {
        takeKey(from: derive(from: publicKey.bytes, count: 2))
    }

    mutating func mixKeyAndHash(_ preSharedKey: [UInt8]) {
        let parts = derive(from: preSharedKey, count: 3)
        mixHash(parts[1])
        takeKey(from: [parts[0], parts[2]])
    }

    mutating func encryptAndHash(_ plaintext: [UInt8]) -> [UInt8] {
        var sent = plaintext
        if let key {
            sent = []
            key.seal(plaintext, counter: counter, authenticating: hash, onto: &sent)
            sent.removeFirst(CipherKey.nonceBytes)
            counter += 1
        }
        mixHash(sent)
        return sent
    }

    /// Nil if `received` is not what the other side encrypted at this point.
    mutating func decryptAndHash(_ received: [UInt8]) -> [UInt8]? {
        var plaintext = received
        if let key {
            let combined = CipherKey.nonce(counter) + received
            guard let opened = key.open(combined[...], authenticating: hash) else { return nil }
            plaintext = opened
            counter += 1
        }
        mixHash(received)
        return plaintext
    }

    /// The two keys of the transport: the initiator's to send with, then the responder's.
    func split() -> (fromInitiator: CipherKey, fromResponder: CipherKey) {
        let parts = derive(from: [], count: 2)
        return (
            CipherKey(SymmetricKey(data: parts[0])), CipherKey(SymmetricKey(data: parts[1]))
        )
    }

    private mutating func takeKey(from parts: [[UInt8]]) {
        chainingKey = parts[0]
        key = CipherKey(SymmetricKey(data: parts[1]))
        counter = 0
    }

    /// Noise's HKDF is RFC 5869's with the chaining key as salt and nothing as info.
    private func derive(from material: [UInt8], count: Int) -> [[UInt8]] {
        let derived = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: material),
            salt: chainingKey,
            outputByteCount: count * SHA256.byteCount
        )
        return Self.parts(of: derived)
    }

    private static func parts(of key: SymmetricKey) -> [[UInt8]] {
        let bytes = unsafe key.withUnsafeBytes { unsafe [UInt8]($0) }
        return stride(from: 0, to: bytes.count, by: SHA256.byteCount).map {
            [UInt8](bytes[$0..<($0 + SHA256.byteCount)])
        }
    }
}
