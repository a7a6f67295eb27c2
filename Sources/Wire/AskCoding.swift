// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// A command on its way to the leader, and what came of it.

/// Which command it is.
private enum CommandKind: UInt8 {
    case transfer = 1
    case members = 2
}

/// Which outcome it is.
private enum OutcomeKind: UInt8 {
    case done = 1
    case refused = 2
    case noLeader = 3
}

/// A sentence that says why not has at most so many bytes.
private let sentenceLimit = 16_384

extension Ask {
    func encode(into row: inout FieldWriter) {
        switch command {
        case .transfer(let name):
            row.put(Tag.request, id.number)
            row.put(Tag.command, CommandKind.transfer.rawValue)
            if let name { row.put(Tag.target, name) }
        case .members(let members, let cause):
            let count = members.count
            precondition(count <= ClusterState.memberLimit, "asked for \(count) members")
            for member in members { row.put(Tag.member) { member.encode(into: &$0) } }
            row.put(Tag.request, id.number)
            row.put(Tag.command, CommandKind.members.rawValue)
            row.put(Tag.cause, cause.rawValue)
        }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        // Half a command is none: a member with a field that is not known here is refused.
        let members = try row.list(Tag.member, atMost: ClusterState.memberLimit) {
            field throws(FieldError) in
            var understood = true
            let member = try Member(field.fields, understood: &understood)
            guard understood else { throw .value(tag: field.tag) }
            return member
        }
        let id = try row.request()
        switch try row.choice(Tag.command, CommandKind.self) {
        case .transfer:
            let name = try row.text(ifAny: Tag.target, atMost: NodeID.nameLimit)
            self.init(id: id, command: .transfer(to: name))
        case .members:
            self.init(id: id, command: .members(members, cause: try row.choice(Tag.cause)))
        }
    }
}

extension AskAnswer {
    func encode(into row: inout FieldWriter) {
        switch outcome {
        case .done(let slot):
            row.put(Tag.openSlot, number: slot)
            row.put(Tag.request, id.number)
            row.put(Tag.outcome, OutcomeKind.done.rawValue)
        case .refused(let sentence):
            precondition(sentence.utf8.count <= sentenceLimit, "too long: \(sentence)")
            row.put(Tag.request, id.number)
            row.put(Tag.outcome, OutcomeKind.refused.rawValue)
            row.put(Tag.sentence, sentence)
        case .noLeader:
            row.put(Tag.request, id.number)
            row.put(Tag.outcome, OutcomeKind.noLeader.rawValue)
        }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        let slot = try row.field(ifAny: Tag.openSlot)?.reading { field throws(FieldError) in
            try field.boundedNumber()
        }
        let id = try row.request()
        switch try row.choice(Tag.outcome, OutcomeKind.self) {
        case .done:
            guard let slot else { throw .fields(.missing(tag: Tag.openSlot)) }
            self.init(id: id, outcome: .done(slot: slot))
        case .refused:
            guard let sentence = try row.text(ifAny: Tag.sentence, atMost: sentenceLimit) else {
                throw .fields(.missing(tag: Tag.sentence))
            }
            self.init(id: id, outcome: .refused(sentence))
        case .noLeader:
            self.init(id: id, outcome: .noLeader)
        }
    }
}

extension FieldCursor {
    fileprivate mutating func request() throws(WireError) -> RequestID {
        let number = try field(Tag.request).reading { field throws(FieldError) in
            try field.number(UInt64.self)
        }
        return RequestID(number)
    }
}
