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
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// The key that stands in `bytes`; nil unless there are exactly 32.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        func word(_ number: Int) -> UInt64 { bytes.littleEndian(at: number * 8, as: UInt64.self) }
        (first, second) = (word(0).byteSwapped, word(1).byteSwapped)
        (third, fourth) = (word(2).byteSwapped, word(3).byteSwapped)
    }

    /// The 32 bytes, as they are on the wire and on disk.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(32)
        for word in [first, second, third, fourth] {
            bytes.append(littleEndian: word.byteSwapped)
        }
        return bytes
    }

    /// Bytewise order. It has no meaning, but it is the same on every host.
    public static func < (left: PeerKey, right: PeerKey) -> Bool {
        (left.first, left.second, left.third, left.fourth)
            < (right.first, right.second, right.third, right.fourth)
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
