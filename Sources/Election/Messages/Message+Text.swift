// SPDX-License-Identifier: Apache-2.0

import Paxos

// How a message reads in a trace and in a test story: the field's word, then what matters of it.

extension Message: CustomStringConvertible {
    /// One line.
    public var description: String { body.description }
}

extension Message.Body: CustomStringConvertible {
    /// One line, in the field's words.
    public var description: String {
        switch self {
        case .hello(let hello): "hello: write=\(hello.writeNumber)"
        case .canvass: "canvass"
        case .canvassReply(let reply): "canvass answered: \(reply.text)"
        case .prepare(let request):
            "prepare \(request.prepare.ballot) slot=\(request.prepare.slot)"
        case .promise(let reply):
            "promise \(reply.promise.ballot) slot=\(reply.promise.slot)"
                + (reply.promise.accepted.map { " accepted=\($0.text)" } ?? "")
        case .accept(let request):
            "accept \(request.accept.ballot) \(request.accept.value.text)"
        case .accepted(let reply):
            "accepted \(reply.accepted.ballot) slot=\(reply.accepted.slot)"
        case .heartbeat(let heartbeat):
            "heartbeat \(heartbeat.ballot) slot=\(heartbeat.slot) left=\(heartbeat.leaseLeft)"
        case .ack(let ack):
            "ack \(ack.ballot) slot=\(ack.slot) holds=\(ack.durableSlot)"
        case .release(let release):
            "release \(release.ballot)" + (release.successor.map { " to \($0)" } ?? "")
                + (release.isUnfit ? ": unfit" : "")
        case .decided(let decree): "decided \(decree.text)"
        case .refuse(let refusal): "refuse \(refusal.text)"
        case .ask(let ask): "ask \(ask.command)"
        case .answer(let answer): "answer \(answer.outcome.text)"
        case .join(let join): "join as \(join.member.role)"
        case .joinAnswer(let answer): "join answered: \(answer.text)"
        }
    }
}

extension JoinAnswer {
    fileprivate var text: String {
        switch self {
        case .notLeader: "not the leader"
        case .watched: "watched"
        case .refused(let sentence): sentence
        }
    }
}

extension CanvassReply {
    fileprivate var text: String {
        let blank = blank == nil ? "" : "blank "
        let state = serves ? "free" : freeIn == .zero ? "no" : "bound for \(freeIn)"
        return "\(blank)\(state) promised=\(promised) holds=\(durableSlot)"
    }
}

extension Refusal {
    fileprivate var text: String {
        let what = ballot == .zero ? "" : "\(ballot): "
        return switch reason {
        case .promised: "\(what)promised \(promised)"
        case .bound: "\(what)bound for \(freeIn)"
        case .behind: "\(what)behind"
        case .standing: "\(what)may not ask"
        case .list: "\(what)another list"
        case .copied: "\(what)copied"
        case .stranger: "\(what)no member"
        }
    }
}

extension Decree {
    fileprivate var text: String { "slot=\(slot) leader=\(leader) epoch=\(epoch)" }
}

extension Proposal<Decree> {
    fileprivate var text: String { "\(ballot) (\(value.text))" }
}
