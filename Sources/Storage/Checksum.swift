// SPDX-License-Identifier: Apache-2.0

public import Election
import Paxos

/// How a torn or rotten file is told from a whole one: 32 bytes over all of it.
///
/// A type parameter, so that this module imports no cryptography; the daemon binds SHA-256. It
/// guards against accidents of the disk, not against whoever may write there.
public protocol Checksum: Sendable {
    /// The checksum over these bytes, always of `checksumLength`.
    static func checksum(_ bytes: [UInt8]) -> [UInt8]
}

/// How many bytes a checksum has.
public let checksumLength = 32

/// What the record is made of: digests name the decrees in it, the checksum seals it.
public typealias RecordHash = DigestFunction & Checksum

/// Puts the checksum behind the bytes.
func sealed<Hash: Checksum>(_ bytes: [UInt8], _: Hash.Type) -> [UInt8] {
    let checksum = Hash.checksum(bytes)
    invariant(checksum.count == checksumLength, "a checksum of \(checksum.count) bytes")
    return bytes + checksum
}

/// The bytes in front of a checksum that is right; nil if it is not.
func unsealed<Hash: Checksum>(_ bytes: [UInt8], _ hash: Hash.Type) -> [UInt8]? {
    unsealed(bytes, bytes.count, hash)
}

/// The same of the first `length` bytes, of which there are at least so many.
func unsealed<Hash: Checksum>(_ bytes: [UInt8], _ length: Int, _: Hash.Type) -> [UInt8]? {
    guard length >= checksumLength else { return nil }
    let content = Array(bytes[..<(length - checksumLength)])
    let checksum = bytes[content.count..<length]
    return checksum.elementsEqual(Hash.checksum(content)) ? content : nil
}
