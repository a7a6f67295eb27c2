// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// One of the two copies in the file `record`:
//
//   magic │ format │ public key │ cluster │ write number │ length │ record … │ checksum
//     8       4         32          16           8            4                   32
//
// The checksum is over all that stands before it. Head and checksum stay as they are in every later
// format, so that a copy of a newer release is told from a broken one: it must not be overwritten.

/// One of the two places in the file.
public enum Side: Int, Hashable, Sendable, CaseIterable {
    /// At the file's beginning.
    case a = 0
    /// One area further on.
    case b = 1

    /// Where it begins in the file.
    public var offset: Int { rawValue * RecordCopy.areaLength }

    /// The other one.
    var other: Side { self == .a ? .b : .a }
}

/// A copy of the record that is whole, as its head describes it.
public struct RecordCopy: Hashable, Sendable {
    /// The two copies begin this many bytes apart, so that no fault of one place harms both.
    public static let areaLength = 1 << 20

    /// The file has room for both, and never grows.
    public static let fileLength = 2 * areaLength

    /// How many bytes stand in front of the record.
    public static let headLength = 72

    static let magic = Array("electrec".utf8)
    static let format: UInt32 = 1

    let format: UInt32
    let key: PublicKey
    let cluster: ClusterID?
    let number: UInt64
    let content: [UInt8]

    /// How many bytes the copy has whose head this is; nil if it is no head of a copy.
    public static func length(head: [UInt8]) -> Int? {
        guard head.count >= headLength, head.starts(with: magic) else { return nil }
        let length = Int(number(head[68..<72]))
        let whole = headLength + length + checksumLength
        return whole <= areaLength ? whole : nil
    }

    /// Reads a copy from the first bytes of its area; nil unless it is whole.
    public init?<Hash: RecordHash>(_ area: [UInt8], _ hash: Hash.Type) {
        guard let length = Self.length(head: area), area.count >= length,
            let bytes = unsealed(area, length, hash),
            let key = PublicKey(bytes[12..<44]), let cluster = Digest(bytes[44..<60])
        else { return nil }
        format = UInt32(truncatingIfNeeded: Self.number(bytes[8..<12]))
        self.key = key
        self.cluster = cluster == .none ? nil : cluster
        number = Self.number(bytes[60..<68])
        content = Array(bytes.dropFirst(Self.headLength))
    }

    /// The bytes of a copy of this record.
    static func bytes<Hash: RecordHash>(of record: Record, _ hash: Hash.Type) -> [UInt8] {
        if let objection = record.objection {
            broken("a record that may not be: \(objection): \(record)")
        }
        let content = record.encoded
        let length = headLength + content.count + checksumLength
        invariant(length <= areaLength, "a copy of \(length) bytes: \(record)")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
        bytes += magic
        bytes += big(UInt64(format), width: 4)
        bytes += record.node.key.bytes
        bytes += (record.cluster ?? .none).bytes
        bytes += big(record.id.number, width: 8)
        bytes += big(UInt64(content.count), width: 4)
        bytes += content
        return sealed(bytes, hash)
    }

    /// What it remembers.
    func record<Hash: RecordHash>(_ hash: Hash.Type) throws(RecordError) -> Record {
        let record = try Record(content, id: RecordID(number), key: key, hash: hash)
        guard record.cluster == cluster else {
            throw .objection("it says cluster \(record.cluster ?? .none) and \(cluster ?? .none)")
        }
        return record
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func big(_ value: UInt64, width: Int) -> [UInt8] {
        (1...width).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (width - $0))) }
    }
}
