// SPDX-License-Identifier: Apache-2.0

// Programs that act while this host leads. They say so once, and are asked before leadership is
// handed over:
//
//      transfer ──▶ let_go ──▶ they stop, and close ──▶ withdrawn ──▶ released ──▶ the next one leads
//
// So what only the leader does has ended here before it begins elsewhere. A program that dies has let
// go, since its connection ends; one that does not answer is waited for until a limit. None of this
// keeps a lease from ending: it is a courtesy among the willing, and the epoch is for the others.

internal import Control
internal import Election
internal import Linux

/// How far a hold has come.
enum HoldPhase {
    /// This host does not lead, or is about to hand over.
    case waiting
    /// It was told that it holds the leadership of this epoch.
    case held(epoch: UInt64)
    /// It was asked to let go, and is waited for until then.
    case asked(epoch: UInt64, until: Instant)
    /// It has not let go in time.
    case overdue(epoch: UInt64)

    /// The epoch that it was told of; nil before.
    var epoch: UInt64? {
        switch self {
        case .waiting: nil
        case .held(let epoch), .asked(let epoch, _), .overdue(let epoch): epoch
        }
    }

    /// When it has to be looked at though nothing has come.
    var until: Instant? {
        if case .asked(_, let until) = self { return until }
        return nil
    }

    /// Whether a hand-over waits for it.
    var delays: Bool {
        switch self {
        case .held, .asked: true
        case .waiting, .overdue: false
        }
    }
}

extension ControlServer {
    /// How many programs a hand-over would wait for.
    var holders: Int { connections.count { $0.holding?.delays ?? false } }

    /// Brings every hold to where it belongs: to be called after whatever may change who leads, who
    /// is to, or who holds it.
    func attendToHolders(at now: Instant) {
        guard isHeld || connections.contains(where: { $0.holding != nil }) else { return }
        let leads = host.leader(at: now).role == .leader
        if leads, !isHeld, !host.handsOver, connections.contains(where: { $0.holding != nil }) {
            // The election knows of it before the program does.
            tellHost(true)
        }
        let handsOver = host.handsOver
        let answer = host.leader(at: now)
        let epoch = answer.role == .leader ? answer.epoch : nil
        for connection in connections {
            guard !connection.isClosed, let phase = connection.holding else { continue }
            if let next = next(after: phase, epoch, handsOver, at: now) {
                enter(next, connection, answer)
            }
        }
        let isHeld = holders > 0
        if isHeld != self.isHeld { tellHost(isHeld) }
    }

    private func tellHost(_ isHeld: Bool) {
        self.isHeld = isHeld
        host.held(isHeld)
    }

    /// Where a hold goes from `phase`; nil if it stays. A hold that is lost begins anew.
    ///
    /// - Parameter leads: the epoch under which this host leads; nil if it does not.
    private func next(
        after phase: HoldPhase,
        _ leads: UInt64?,
        _ handsOver: Bool,
        at now: Instant
    ) -> HoldPhase? {
        guard let leads else { return phase.epoch == nil ? nil : .waiting }
        if let epoch = phase.epoch, epoch != leads { return .waiting }
        switch phase {
        case .waiting: return handsOver ? nil : .held(epoch: leads)
        case .held: return handsOver ? .asked(epoch: leads, until: now + host.holdLimit) : nil
        case .asked(_, let until):
            if !handsOver { return .held(epoch: leads) }
            return until <= now ? .overdue(epoch: leads) : nil
        case .overdue: return handsOver ? nil : .held(epoch: leads)
        }
    }

    /// Tells the program of it, and the operator of one that is not waited for any more.
    private func enter(_ phase: HoldPhase, _ connection: Connection, _ answer: LeaderReply) {
        let epoch = connection.holding?.epoch ?? answer.epoch
        var reply = HoldReply(
            .held,
            epoch: epoch,
            bootID: answer.bootID,
            validUntil: answer.validUntil,
            letGoBy: phase.until.map { UInt64(clamping: $0.nanoseconds) }
        )
        connection.duty = .hold(phase)
        switch phase {
        case .held: say(reply.reply(continues: true), to: connection)
        case .asked:
            reply.state = .letGo
            say(reply.reply(continues: true), to: connection)
        case .overdue:
            let process = (try? connection.stream.peerCredentials())?.process ?? 0
            host.remark(
                "process \(process) was asked to let go of leadership and has not, in "
                    + "\(host.holdLimit): the hand-over goes on"
            )
        case .waiting:
            (reply.state, reply.validUntil) = (.lost, 0)
            finish(connection, reply.reply())
        }
    }
}

extension Connection {
    /// How far its hold has come; nil if it has none.
    fileprivate var holding: HoldPhase? {
        if case .hold(let phase) = duty { return phase }
        return nil
    }
}
