// SPDX-License-Identifier: Apache-2.0

// The replica, in the one place where it is stepped and asked. It is a value of many parts, and to
// copy it is to take a reference to each; so what holds it cannot be copied.
//
// Between two steps an answer changes in one way only: it comes to its end, and is `unsure` from then
// on. So it is worked out once, and again after a step or at its end. Whoever asks in between, be it
// the page or a program that asks a hundred thousand times a second, gets it as it stands.

internal import Election
internal import Paxos
internal import State

/// The one replica of a daemon.
struct HeldReplica: ~Copyable {
    private var replica: Replica<SHA256Digest>
    private var known: Answer?

    /// When a step is due though nothing has come; nil for never.
    var deadline: Instant? { replica.deadline }

    init(_ replica: consuming Replica<SHA256Digest>) { self.replica = replica }

    /// See `Replica.step`.
    mutating func step(_ input: Input, at now: Instant) -> Effects {
        known = nil
        return replica.step(input, at: now)
    }

    /// See `Replica.answer`. The moments of which it is asked do not go back.
    mutating func answer(at now: Instant) -> Answer {
        if let known, known.standing == .unsure || now < known.validUntil { return known }
        let answer = replica.answer(at: now)
        known = answer
        return answer
    }

    /// See `Replica.isHalted`.
    var isHalted: Bool { replica.isHalted }

    /// See `Replica.heartbeats`.
    var heartbeats: Bool { replica.heartbeats }

    /// See `Replica.handsOver`.
    var handsOver: Bool { replica.handsOver }

    /// See `Replica.view`.
    func view(at now: Instant) -> View { replica.view(at: now) }

    /// See `Replica.mayRestart`.
    func mayRestart(at now: Instant) -> Bool { replica.mayRestart(at: now) }

    /// See `Replica.greet`.
    mutating func greet(_ node: NodeID) -> Envelope { replica.greet(node) }
}
