// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

// What was said, read out of what was sent.

extension Message.Body {
    /// What a run says first to whom it meets.
    static func greeting(
        run: UInt64 = 1,
        writeNumber: UInt64 = 1,
        heard: [HeardNumber] = []
    ) -> Message.Body {
        .hello(Hello(run: run, writeNumber: writeNumber, heard: heard, versions: 1...1))
    }

    var promise: PromiseReply? { if case .promise(let reply) = self { reply } else { nil } }
    var accept: AcceptRequest? { if case .accept(let request) = self { request } else { nil } }
    var accepted: AcceptedReply? { if case .accepted(let reply) = self { reply } else { nil } }
    var heartbeat: Heartbeat? {
        if case .heartbeat(let heartbeat) = self { heartbeat } else { nil }
    }
    var ack: Ack? { if case .ack(let ack) = self { ack } else { nil } }
    var canvassReply: CanvassReply? {
        if case .canvassReply(let reply) = self { reply } else { nil }
    }
    var isCanvass: Bool { if case .canvass = self { true } else { false } }
    var isJoin: Bool { if case .join = self { true } else { false } }
}

extension Effects {
    /// What was said of this kind, to whom, and which record has to be on disk first.
    func all<Kind>(
        _ kind: (Message.Body) -> Kind?
    ) -> [(said: Kind, to: NodeID, after: RecordID?)] {
        messages.compactMap { envelope in
            kind(envelope.message.body).map { ($0, envelope.to, envelope.after) }
        }
    }

    /// The first word of this kind; nil if there is none.
    func first<Kind>(
        _ kind: (Message.Body) -> Kind?
    ) -> (said: Kind, to: NodeID, after: RecordID?)? {
        all(kind).first
    }
}

/// How the host turned somebody down; nil if it did not.
func refusal(_ bodies: [Message.Body]) -> Refusal.Reason? {
    for case .refuse(let refusal) in bodies { return refusal.reason }
    return nil
}

/// The decree that somebody was shown; nil if nobody was shown one.
func shown(_ bodies: [Message.Body]) -> Decree? {
    for case .decided(let decree) in bodies { return decree }
    return nil
}
