// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What is written at an arrow and beside a line: shorter than a trace, since place says the rest.

/// The kinds of message, for a script that treats them differently.
enum MessageKind: Hashable, Sendable {
    case hello, canvass, canvassReply, prepare, promise, accept, accepted, heartbeat, ack, release
    case decided, refuse, ask, answer, join, joinAnswer

    init(_ body: Message.Body) {
        switch body {
        case .hello: self = .hello
        case .canvass: self = .canvass
        case .canvassReply: self = .canvassReply
        case .prepare: self = .prepare
        case .promise: self = .promise
        case .accept: self = .accept
        case .accepted: self = .accepted
        case .heartbeat: self = .heartbeat
        case .ack: self = .ack
        case .release: self = .release
        case .decided: self = .decided
        case .refuse: self = .refuse
        case .ask: self = .ask
        case .answer: self = .answer
        case .join: self = .join
        case .joinAnswer: self = .joinAnswer
        }
    }
}

extension Message.Body {
    /// What stands at its arrow.
    var caption: String {
        switch self {
        case .hello: "hello"
        case .canvass: "canvass"
        case .canvassReply(let reply):
            reply.blank != nil && reply.serves
                ? "blank" : reply.serves ? "free" : reply.freeIn > .zero ? "bound" : "not free"
        case .prepare(let request): "prepare \(request.prepare.ballot)"
        case .promise(let reply):
            "promise \(reply.promise.ballot)"
                + (reply.promise.accepted.map { ", has \($0.ballot)" } ?? "")
        case .accept(let request): "accept \(request.accept.slot) by \(request.accept.ballot)"
        case .accepted(let reply): "accepted \(reply.accepted.slot) by \(reply.accepted.ballot)"
        case .heartbeat(let heartbeat): "heartbeat \(heartbeat.ballot)"
        case .ack(let ack): "ack \(ack.ballot)"
        case .release(let release): "release \(release.ballot)"
        case .decided(let decree): "decided \(decree.slot)"
        case .refuse(let refusal):
            switch refusal.reason {
            case .promised: "no: \(refusal.promised)"
            case .bound: "no: bound"
            case .behind: "no: behind"
            case .standing: "no: may not"
            case .list: "no: other list"
            case .copied: "no: copied"
            case .stranger: "no: stranger"
            }
        case .ask: "ask"
        case .answer: "answer"
        case .join: "join"
        case .joinAnswer: "join answered"
        }
    }
}

extension Decree {
    /// Who leads by it, in which epoch.
    var caption: String { "decree \(slot): \(leader) leads, epoch \(epoch)" }
}

extension Event {
    /// What stands beside the host's line; nil where it is shown otherwise, or is not worth it.
    var caption: (Diagram.Mark, String)? {
        switch self {
        case .started, .canvassing, .follows: nil
        case .decided(let decree): (.learns, "\(decree.caption)")
        case .standing(let ballot): (.stands, "takes ballot \(ballot)")
        case .leads(let epoch): (.leads, "leads, epoch \(epoch)")
        case .ceased(_, let why):
            switch why {
            case .expired: (.ceases, "leads no more: the lease ran out")
            case .released: (.ceases, "leads no more: let go")
            case .succeeded: (.ceases, "leads no more: another was chosen")
            case .votersChanged: (.ceases, "leads no more: the voters changed")
            case .halted: (.ceases, "leads no more: it stopped")
            }
        case .unsure: (.unsure, "unsure")
        case .answered(_, let outcome): (.says, outcome.text)
        case .stopped: (.says, "stopped")
        case .removed: (.says, "is out, and the others know it")
        case .joinRefused(let node, _): (.says, "not let in (\(node))")
        default: (.says, "\(self)")
        }
    }
}
