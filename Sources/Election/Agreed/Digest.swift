// SPDX-License-Identifier: Apache-2.0

/// Sixteen bytes that stand for a decree: the first half of a SHA-256 over its canonical bytes.
public struct Digest: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The first eight bytes.
    let high: UInt64
    /// The other eight.
    let low: UInt64

    /// How many bytes a digest has.
    public static let length = 16

    /// What stands where there is no decree before.
    public static let none = Digest(high: 0, low: 0)

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A digest from its bytes; nil unless there are at least 16, of which the first count.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count >= Self.length else { return nil }
        var rest = bytes.makeIterator()
        var words: (UInt64, UInt64) = (0, 0)
        for _ in 0..<8 { words.0 = words.0 << 8 | UInt64(rest.next() ?? 0) }
        for _ in 0..<8 { words.1 = words.1 << 8 | UInt64(rest.next() ?? 0) }
        (high, low) = words
    }

    /// The 16 bytes.
    public var bytes: [UInt8] {
        [high, low].flatMap { word in
            stride(from: 56, through: 0, by: -8).map {
                UInt8(truncatingIfNeeded: word >> UInt64($0))
            }
        }
    }

    /// Digests are ordered as their bytes are.
    public static func < (a: Digest, b: Digest) -> Bool { (a.high, a.low) < (b.high, b.low) }

    /// 32 hexadecimal digits.
    public var description: String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

/// What names a decree: the digest over its canonical bytes (R11).
public typealias DecreeID = Digest

/// What names a cluster: the digest of its first decree, or of its newest recovery's.
public typealias ClusterID = Digest

/// How a digest is made. A type parameter, so that this module imports no cryptography.
public protocol DigestFunction: Hashable, Sendable {
    /// The function: a value with nothing in it.
    init()
    /// The digest over these bytes: collision-resistant, the same on every host.
    static func digest(_ bytes: [UInt8]) -> Digest
}
