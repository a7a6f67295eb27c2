// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// A command on its way to the leader, and what came of it.

/// Which command it is. The numbers are for ever; 2 was the whole list of members.
private enum CommandKind: UInt8 {
    case transfer = 1
    case admit = 3
    case remove = 4
    case replace = 5
    case set = 6
    case settings = 7
    case drain = 8
    case undrain = 9
    case pause = 10
    case resume = 11
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
        row.put(Tag.request, id.number)
        row.put(Tag.command, command.kind.rawValue)
        if let target = command.target { row.put(Tag.target, target) }
        switch command {
        case .admit(_, let role): row.put(Tag.role, role.rawValue)
        case .replace(_, let other): row.put(Tag.substitute, other)
        case .set(_, let change): row.put(Tag.change) { change.encode(into: &$0) }
        case .settings(let change): row.put(Tag.change) { change.encode(into: &$0) }
        case .pause(let milliseconds): row.put(Tag.milliseconds, number: milliseconds)
        case .transfer, .remove, .drain, .undrain, .resume: break
        }
        if force { row.put(Tag.force, true) }
    }

    init(from row: inout FieldCursor) throws(WireError) {
        let id = try row.request()
        let kind = try row.choice(Tag.command, CommandKind.self)
        let target = try row.text(ifAny: Tag.target, atMost: NodeID.nameLimit)
        let command: Command
        if kind == .transfer {
            command = .transfer(to: target)
        } else {
            command = try Command(kind, target, from: &row)
        }
        let force = try row.field(ifAny: Tag.force)?.reading { field throws(FieldError) in
            try field.flag()
        }
        self.init(id: id, command: command, force: force ?? false)
    }
}

extension Command {
    fileprivate var kind: CommandKind {
        switch self {
        case .transfer: .transfer
        case .admit: .admit
        case .remove: .remove
        case .replace: .replace
        case .set: .set
        case .settings: .settings
        case .drain: .drain
        case .undrain: .undrain
        case .pause: .pause
        case .resume: .resume
        }
    }

    /// The member it is about.
    fileprivate var target: String? {
        switch self {
        case .transfer(let name): name
        case .admit(let name, _), .remove(let name), .replace(let name, _), .set(let name, _),
            .drain(let name), .undrain(let name):
            name
        case .settings, .pause, .resume: nil
        }
    }

    fileprivate init(
        _ kind: CommandKind,
        _ target: String?,
        from row: inout FieldCursor
    ) throws(WireError) {
        func name() throws(WireError) -> String {
            guard let target else { throw .fields(.missing(tag: Tag.target)) }
            return target
        }
        switch kind {
        case .transfer: self = .transfer(to: target)
        case .admit: self = .admit(name: try name(), role: try row.choice(Tag.role))
        case .remove: self = .remove(name: try name())
        case .replace:
            let other = try row.text(ifAny: Tag.substitute, atMost: NodeID.nameLimit)
            guard let other else { throw .fields(.missing(tag: Tag.substitute)) }
            self = .replace(name: try name(), by: other)
        case .set:
            let change = try row.field(Tag.change).reading { field throws(FieldError) in
                try MemberChange(field.fields, tag: field.tag)
            }
            self = .set(name: try name(), change)
        case .settings:
            let change = try row.field(Tag.change).reading { field throws(FieldError) in
                try SettingsChange(field.fields, tag: field.tag)
            }
            self = .settings(change)
        case .drain: self = .drain(name: try name())
        case .undrain: self = .undrain(name: try name())
        case .pause: self = .pause(milliseconds: try row.number(Tag.milliseconds))
        case .resume: self = .resume
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
            invariant(sentence.utf8.count <= sentenceLimit, "too long: \(sentence)")
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
            self.init(id: id, outcome: .refused(try row.sentence(atMost: sentenceLimit)))
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
