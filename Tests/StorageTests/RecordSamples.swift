// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
@testable import Storage
import Testing

/// The toy digest, and the same twice for a checksum: no bit turns round without changing it.
struct ToyHash: DigestFunction, Checksum {
    static func digest(_ bytes: [UInt8]) -> Digest { ToyDigest.digest(bytes) }

    static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        let half = digest(bytes).bytes
        return half + half
    }
}

/// Records as they follow each other in the life of db1.
struct RecordSample: CustomTestStringConvertible {
    let name: String
    let story: String
    let record: Record

    var testDescription: String { name }

    static let founders = InitialList([
        .init(name: "db1", addresses: ["10.0.0.1:7377", "[fd00::1]:7377"]),
        .init(name: "db2", addresses: ["10.0.0.2:7377"]),
    ])

    static let founder = RecordSample(
        name: "record-founder",
        story: "Made by init: the list of hosts and nothing else (R20).",
        record: Record(node: Sample.db1, origin: .bootstrap(founders))
    )
    static let joiner = RecordSample(
        name: "record-joiner",
        story: "Made by the daemon itself.",
        record: Record(node: Sample.db1, origin: .join)
    )
    static let voter = RecordSample(
        name: "record-voter",
        story: "Decree 1 is decided, decree 2 accepted under db2's ballot.",
        record: Record(
            id: RecordID(17),
            node: Sample.db1,
            origin: .join,
            decided: Sample.genesis,
            promised: Ballot(round: 3, owner: Sample.db2),
            accepted: Proposal(ballot: Ballot(round: 2, owner: Sample.db2), value: Sample.next),
            maxLease: .milliseconds(500)
        )
    )
    static let all = [founder, joiner, voter]
}

extension Record {
    /// The same under another number, and told apart by more than that.
    func numbered(_ number: UInt64) -> Record {
        var record = self
        record.id = RecordID(number)
        record.promised = Ballot(round: 100 + number, owner: node)
        return record
    }

    /// A record that has nothing but possible values, drawn from a seed.
    static func random(_ chance: inout SplitMix64) -> Record {
        let promised = Ballot(round: 1 + chance.below(1 << 61 - 1), owner: Sample.db2)
        var record = Record(
            id: RecordID(1 + chance.below(1 << 61 - 1)),
            node: Sample.db3,
            origin: chance.below(2) == 0 ? .join : .bootstrap(RecordSample.founders),
            maxLease: Span(nanoseconds: Int64(chance.below(120_000_000_001)))
        )
        if chance.below(4) > 0 { record.promised = promised }
        switch chance.below(4) {
        case 0: break
        case 1: record.decided = Sample.genesis
        case 2: record.decided = Sample.next
        default: record.decided = Sample.largest
        }
        if record.decided == nil || record.decided == Sample.genesis, record.promised != .zero,
            chance.below(2) == 0
        {
            record.accepted = Proposal(
                ballot: Ballot(round: 1 + chance.below(promised.round), owner: Sample.db2),
                value: record.decided == nil ? Sample.genesis : Sample.next
            )
        }
        return record
    }
}

/// The two areas of a file `record`, as the recovery sees them.
struct Areas {
    var a: [UInt8] = []
    var b: [UInt8] = []

    /// Does a write, or as much of it as a crash lets through.
    mutating func perform(_ write: RecordWrite, upTo count: Int = .max) {
        func over(_ old: [UInt8]) -> [UInt8] {
            Array(write.bytes.prefix(count)) + old.dropFirst(min(count, write.bytes.count))
        }
        if write.side == .a { a = over(a) } else { b = over(b) }
    }

    /// What a start makes of them.
    func recovery(of key: PublicKey = Sample.db1.key) -> Recovery<ToyHash> {
        Recovery(a: a, b: b, of: key)
    }

    /// The record that is recovered, and the slots after it.
    func recovered() throws -> (record: Record, slots: RecordSlots<ToyHash>) {
        let recovery = recovery()
        guard case .recovered(let record, let slots) = recovery else {
            throw NotRecovered(recovery: recovery)
        }
        return (record, slots)
    }

    struct NotRecovered: Error {
        let recovery: Recovery<ToyHash>
    }

    /// Copies of these two records.
    init(_ a: Record?, _ b: Record?) {
        if let a { self.a = RecordCopy.bytes(of: a, ToyHash.self) }
        if let b { self.b = RecordCopy.bytes(of: b, ToyHash.self) }
    }
}
