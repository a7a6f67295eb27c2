// SPDX-License-Identifier: Apache-2.0

/// Whom we talk to: the public half of a host's static key, 32 bytes of X25519.
///
/// A peer *is* its key (R2): a host that lost its disk comes back with a new key and is somebody
/// else, whatever its name and its address say. A session proves that the other side holds the
/// secret half, so the key is the one thing about a peer that nobody can claim in vain.
///
/// Four words instead of an array, so that a key is copied, compared and hashed without the heap.
/// They are big endian: the order of the words is then the order of the bytes.
public struct PeerKey: Hashable, Comparable, Sendable {
    /// The four, the first of them the first eight bytes.
    public let words: (UInt64, UInt64, UInt64, UInt64)

    /// The key of these words.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// The key that stands in `bytes`; nil unless there are exactly 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        func word(_ number: Int) -> UInt64 { bytes.littleEndian(at: number * 8, as: UInt64.self) }
        words = (
            word(0).byteSwapped, word(1).byteSwapped, word(2).byteSwapped, word(3).byteSwapped
        )
    }

    /// The 32 bytes, as they are on the wire and on disk.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for word in [words.0, words.1, words.2, words.3] {
            bytes.append(littleEndian: word.byteSwapped)
        }
        return bytes
    }

    /// Bytewise order. It has no meaning, but it is the same on every host.
    public static func < (left: PeerKey, right: PeerKey) -> Bool {
        left.words < right.words
    }

    /// Equal when every byte is.
    public static func == (left: PeerKey, right: PeerKey) -> Bool { left.words == right.words }

    /// Hashes every byte.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

extension PeerKey: CustomStringConvertible {
    /// All 64 hexadecimal digits.
    public var description: String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
