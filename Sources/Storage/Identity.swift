// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// The file `identity`: the node's static key pair, made once, readable by its owner alone (0600).
///
///     magic │ format │ private key │ public key │ checksum
///       8       4          32            32          32
///
/// The public key is the incarnation (R2). The name is not here: it is fixed in the record, and one
/// truth needs one place.
public struct Identity: Hashable, Sendable {
    /// The X25519 private key.
    public let privateKey: [UInt8]
    /// The public key that belongs to it.
    public let publicKey: PublicKey

    /// Whoever may read the file can speak as this host.
    public static let fileMode: UInt32 = 0o600

    /// How many bytes the file has.
    public static let fileLength = 76 + checksumLength

    private static let magic = Array("electkey".utf8)
    private static let format: [UInt8] = [0, 0, 0, 1]

    /// A key pair that was made elsewhere.
    public init(privateKey: [UInt8], publicKey: PublicKey) {
        invariant(privateKey.count == PublicKey.length, "\(privateKey.count) bytes of a key")
        self.privateKey = privateKey
        self.publicKey = publicKey
    }

    /// The bytes of the file.
    public func encoded<Hash: Checksum>(_ hash: Hash.Type) -> [UInt8] {
        sealed(Self.magic + Self.format + privateKey + publicKey.bytes, hash)
    }

    /// Reads the file; nil if it is damaged.
    public init?<Hash: Checksum>(_ file: [UInt8], _ hash: Hash.Type) throws(Unreadable) {
        guard let bytes = unsealed(file, hash), bytes.starts(with: Self.magic),
            bytes.count >= 12
        else { return nil }
        guard Array(bytes[8..<12]) == Self.format else {
            let format = bytes[8..<12].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
            throw .format("identity", format)
        }
        guard bytes.count == 76, let key = PublicKey(bytes[44..<76]) else { return nil }
        self.init(privateKey: Array(bytes[12..<44]), publicKey: key)
    }
}

extension Identity: CustomStringConvertible, CustomReflectable {
    /// The public half only, however it is printed.
    public var description: String { "identity \(Array(publicKey.bytes.prefix(4)))" }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
