// SPDX-License-Identifier: Apache-2.0

internal import Crypto

/// A key for ChaCha20-Poly1305 under counters, as Noise uses the cipher: the nonce is four zero
/// bytes and the counter, little endian. No counter is ever used twice with a key; that is the
/// caller's to keep.
struct CipherKey: Sendable {
    private let key: SymmetricKey

    static let tagBytes = 16
    static let nonceBytes = 12

    init(_ key: SymmetricKey) { self.key = key }

    /// Adds nonce, ciphertext and tag to `sealed`.
    func seal(
        _ plaintext: [UInt8],
        counter: UInt64,
        authenticating header: [UInt8],
        onto sealed: inout [UInt8]
    ) {
        do {
            let nonce = try ChaChaPoly.Nonce(data: Self.nonce(counter))
            let box = try ChaChaPoly.seal(
                plaintext,
                using: key,
                nonce: nonce,
                authenticating: header
            )
            sealed.append(contentsOf: box.combined)
        } catch {
            preconditionFailure("ChaCha20-Poly1305 refused to seal: \(error)")
        }
    }

    /// The plaintext of `sealed`, which is nonce, ciphertext and tag in one piece; nil if it is not
    /// what the holder of the key sealed with this header.
    func open(_ sealed: ArraySlice<UInt8>, authenticating header: [UInt8]) -> [UInt8]? {
        guard let box = try? ChaChaPoly.SealedBox(combined: sealed),
            let plaintext = try? ChaChaPoly.open(box, using: key, authenticating: header)
        else { return nil }
        return [UInt8](plaintext)
    }

    static func nonce(_ counter: UInt64) -> [UInt8] {
        var nonce: [UInt8] = [0, 0, 0, 0]
        nonce.reserveCapacity(nonceBytes)
        nonce.append(littleEndian: counter)
        return nonce
    }
}
