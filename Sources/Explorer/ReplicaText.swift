// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What of a message matters to safety, and how the replicas' world reads in a story.

extension Message {
    /// This message without what only the detection of copied disks reads (R23): write numbers and
    /// the leader's table. Two messages that ask or grant the same are then one.
    var plain: Message {
        var plain = self
        switch body {
        case .promise(var reply):
            reply.writeNumber = 0
            plain.body = .promise(reply)
        case .accepted(var reply):
            reply.writeNumber = 0
            plain.body = .accepted(reply)
        case .ack(var ack):
            ack.writeNumber = 0
            plain.body = .ack(ack)
        case .heartbeat(var heartbeat):
            heartbeat.table = []
            plain.body = .heartbeat(heartbeat)
        default: break
        }
        return plain
    }

    var isGreeting: Bool {
        if case .hello = body { true } else { false }
    }
}

extension ReplicaHost {
    static func recipient(of letter: ReplicaLetter) -> Int? {
        if case .message(_, _, let to, _) = letter { to } else { nil }
    }

    static func isMark(_ letter: ReplicaLetter) -> Bool { recipient(of: letter) == nil }

    static func text(of letter: ReplicaLetter) -> String {
        switch letter {
        case .message(let message, let from, let to, _):
            "\(ReplicaCast.name(from)) -> \(ReplicaCast.name(to))  \(message)"
        case .hasAccepted(let ballot, _, let by): "\(ReplicaCast.name(by)) has accepted \(ballot)"
        case .holds(let decree): "slot \(decree.slot) is decided: \(decree.leader) leads"
        case .hasLed(let epoch, let by): "\(ReplicaCast.name(by)) has led epoch \(epoch)"
        }
    }

    func text(of cue: Cue) -> String {
        let name = ReplicaCast.name(number)
        return switch cue {
        case .wake: "\(name) looks at its clock"
        case .store: "\(name) has it on disk"
        case .crash: "\(name) dies; its page stays"
        case .restart: "\(name) starts again"
        case .order: "\(name) is asked: \(order?.words ?? "")"
        }
    }
}

extension Request {
    /// A few words.
    var words: String {
        switch self {
        case .command(let command, _, _): "\(command)"
        case .members(let members, _):
            "voters: " + members.filter(\.role.votes).map { "\($0.id)" }.joined(separator: ", ")
        case .held(let held): held ? "held" : "let go"
        case .stop: "stop"
        case .restart(let grace): "restart, with \(grace)"
        }
    }
}
