// SPDX-License-Identifier: Apache-2.0

/// The versions of electd's messages that a host understands, from oldest to newest.
public struct VersionRange: Hashable, Sendable {
    /// The oldest.
    public let oldest: UInt8
    /// The newest.
    public let newest: UInt8

    /// The range; nil if it is empty.
    public init?(oldest: UInt8, newest: UInt8) {
        guard oldest <= newest else { return nil }
        self.oldest = oldest
        self.newest = newest
    }
}

/// What a handshake tells about the other side.
public struct Peer: Hashable, Sendable {
    /// Who it is; proven.
    public let key: PeerKey
    /// What it calls itself. Nothing in a handshake proves that the name is its own.
    public let name: String
    /// What it understands.
    public let versions: VersionRange
}

/// What each side says about itself inside the handshake, encrypted.
///
/// ```
///   0  1  oldest version        1  1  newest version
///   2  1  length of the name    3  63 name, then zeros
/// ```
///
/// Of one length whatever the name, so that all handshake datagrams of a kind are equally long.
struct Introduction: Equatable {
    static let bytesCount = 66
    static let nameBytesMax = 63

    let name: String
    let versions: VersionRange

    /// Whether `name` is one of a host: 1 to 63 letters, digits, hyphens and dots, the first a letter
    /// or a digit.
    static func isName(_ name: some Collection<UInt8>) -> Bool {
        (1...nameBytesMax).contains(name.count)
            && name.first != UInt8(ascii: "-") && name.first != UInt8(ascii: ".")
            && name.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    init(name: String, versions: VersionRange) {
        precondition(Self.isName(name.utf8), "\(name.debugDescription) is not the name of a host")
        self.name = name
        self.versions = versions
    }

    /// What stands in `bytes`, or nil. What follows the name is not looked at: a later version may
    /// use it.
    init?(bytes: [UInt8]) {
        guard bytes.count == Self.bytesCount,
            let versions = VersionRange(oldest: bytes[0], newest: bytes[1]),
            bytes[2] <= Self.nameBytesMax
        else { return nil }
        let name = bytes[3..<(3 + Int(bytes[2]))]
        guard Self.isName(name) else { return nil }
        self.init(name: String(decoding: name, as: UTF8.self), versions: versions)
    }

    var bytes: [UInt8] {
        var bytes = [versions.oldest, versions.newest, UInt8(name.utf8.count)]
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: repeatElement(0, count: Self.bytesCount - bytes.count))
        return bytes
    }
}
