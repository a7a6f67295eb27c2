// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// A host asks to be a member, and what it hears where no decree with it comes back.

/// The numbers are for ever.
private enum JoinOutcome: UInt8 {
    case notLeader = 1
    case watched = 2
    case refused = 3
}

/// A sentence that says why not has at most so many bytes.
private let sentenceLimit = 16_384

extension Join {
    func encode(into row: inout FieldWriter) {
        row.put(Tag.member) { member.encode(into: &$0) }
    }

    init(from row: inout FieldCursor, versions: ClosedRange<UInt8>) throws(WireError) {
        let member = try row.field(Tag.member).reading { field throws(FieldError) in
            // What a newer release says of itself besides is passed over.
            var understood = true
            return try Member(field.fields, understood: &understood)
        }
        self.init(member: member, versions: versions)
    }
}

extension JoinAnswer {
    func encode(into row: inout FieldWriter) {
        switch self {
        case .notLeader: row.put(Tag.outcome, JoinOutcome.notLeader.rawValue)
        case .watched: row.put(Tag.outcome, JoinOutcome.watched.rawValue)
        case .refused(let sentence):
            invariant(sentence.utf8.count <= sentenceLimit, "too long: \(sentence)")
            row.put(Tag.outcome, JoinOutcome.refused.rawValue)
            row.put(Tag.sentence, sentence)
        }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        switch try row.choice(Tag.outcome, JoinOutcome.self) {
        case .notLeader: self = .notLeader
        case .watched: self = .watched
        case .refused:
            self = .refused(try row.sentence(atMost: sentenceLimit))
        }
    }
}
