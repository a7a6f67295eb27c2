// SPDX-License-Identifier: Apache-2.0

/// The 32 bytes that tell one incarnation of a host from every other: an X25519 public key.
///
/// To Paxos it is only a number that is never used twice. A host that loses its disk makes a new
/// one, and so cannot be taken for the voter it was (R2).
public struct PublicKey: Hashable, Comparable, Sendable {
    /// The bytes, eight to a word, the first in the highest place: a key is compared, hashed and
    /// written in four steps and never allocates.
    public let words: (UInt64, UInt64, UInt64, UInt64)

    /// How many bytes a key has.
    public static let length = 32

    /// The key that nobody has: all zero.
    public static let none = PublicKey(words: (0, 0, 0, 0))

    /// A key from its words.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) {
        self.words = words
    }

    /// A key from its bytes; nil unless there are exactly 32.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.length else { return nil }
        var rest = bytes.makeIterator()
        func word() -> UInt64 {
            var word: UInt64 = 0
            for _ in 0..<8 { word = word << 8 | UInt64(rest.next() ?? 0) }
            return word
        }
        words = (word(), word(), word(), word())
    }

    /// The 32 bytes.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.length)
        for word in [words.0, words.1, words.2, words.3] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    /// Keys are ordered as their bytes are.
    public static func < (a: PublicKey, b: PublicKey) -> Bool {
        (a.words.0, a.words.1, a.words.2, a.words.3)
            < (b.words.0, b.words.1, b.words.2, b.words.3)
    }

    /// Equal when every byte is.
    public static func == (a: PublicKey, b: PublicKey) -> Bool {
        (a.words.0, a.words.1, a.words.2, a.words.3)
            == (b.words.0, b.words.1, b.words.2, b.words.3)
    }

    /// Hashes every byte.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}

/// Who takes part: a name that people know and the key of this incarnation (R2).
///
/// Equality, quorums, grants and ballots compare both. Two hosts with one name, or one host before
/// and after it lost its disk, are two nodes.
public struct NodeID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// What the operator calls the host: at most 63 letters, digits, hyphens and dots.
    public let name: String
    /// The incarnation.
    public let key: PublicKey

    /// The owner of no ballot.
    public static let nobody = NodeID(name: "", key: .none)

    /// A node by its two parts.
    public init(name: String, key: PublicKey) {
        self.name = name
        self.key = key
    }

    /// Whether the name is one: 1 to 63 letters, digits, hyphens and dots of ASCII, the first a
    /// letter or a digit. Names reach journals and tables: nothing else may hide in them.
    public var isNameValid: Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        guard let first = name.utf8.first, name.utf8.count <= 63, isAlphanumeric(first) else {
            return false
        }
        return name.utf8.allSatisfy {
            isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
    }

    /// The key decides, then the name: any total order serves, and keys nearly always differ.
    public static func < (a: NodeID, b: NodeID) -> Bool {
        a.key == b.key ? a.name < b.name : a.key < b.key
    }

    /// Equal in both parts.
    public static func == (a: NodeID, b: NodeID) -> Bool {
        a.key == b.key && a.name == b.name
    }

    /// The name alone: what a person reads.
    public var description: String { name.isEmpty ? "nobody" : name }
}
