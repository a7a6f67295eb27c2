// SPDX-License-Identifier: Apache-2.0

// What a call at the socket asks for, and what it is told: at once, or when what it waits for has
// come to pass.

internal import Control
internal import Election
internal import Linux
internal import Paxos

extension ControlServer {
    func begin(_ call: Call, of connection: Connection) {
        let now = Instant.now()
        connection.isOneway = call.oneway
        switch call.request {
        case .getLeader:
            say(host.leaderBytes(at: now), to: connection)
        case .getStatus:
            say(StatusReply(status: host.status(at: now)).reply(), to: connection)
        case .waitLeader(let wait):
            let until = deadline(wait.timeoutMilliseconds, from: now)
            if wait.isSatisfied(by: host.leader(at: now), now: UInt64(clamping: now.nanoseconds)) {
                say(host.leaderBytes(at: now), to: connection)
            } else {
                connection.duty = .leader(wait, until: until)
            }
        case .watch:
            connection.duty = .events
            say(snapshot(at: now), to: connection)
        case .hold:
            connection.duty = .hold(.waiting)
            attendToHolders(at: now)
        case .transfer(let transfer):
            begin(
                .transfer(to: transfer.to),
                objection: transfer.objection,
                .transfer(from: host.leader(at: now).leader ?? ""),
                of: connection,
                until: deadline(transfer.timeoutMilliseconds ?? 0, from: now)
            )
        case .change(let asked):
            begin(
                asked.change.command(here: host.name),
                force: asked.force,
                objection: asked.change.objection,
                .change,
                of: connection,
                until: deadline(asked.timeoutMilliseconds ?? 0, from: now)
            )
        case .getHistory(let limit):
            say(host.historyBytes(limit: Int(clamping: limit ?? .max)), to: connection)
        case .listMembers:
            say(host.members(at: now).reply(), to: connection)
        case .getTiming:
            say(host.timing(at: now).reply(), to: connection)
        case .measure:
            connection.duty = .measurement(until: host.beginMeasuring(at: now))
        case .getInfo:
            say(ServiceInfo(version: version).reply(), to: connection)
        case .getInterfaceDescription(let name):
            let reply =
                Interface(rawValue: name).map { InterfaceDescription($0).reply() }
                ?? ControlError.interfaceNotFound(name).reply()
            say(reply, to: connection)
        }
    }

    private func snapshot(at now: Instant) -> [UInt8] {
        let status = host.status(at: now)
        let reply = WatchReply(
            sequence: host.sequence,
            kind: WatchReply.snapshot,
            cause: status.cause,
            text: status.text,
            status: status
        )
        return reply.reply(continues: true)
    }

    private func begin(
        _ command: Command,
        force: Bool = false,
        objection: String?,
        _ asked: Connection.Asked,
        of connection: Connection,
        until: Instant?
    ) {
        guard mayChange(connection.stream) else {
            let text = """
                only root and members of the group \(AdminRights.groupName) may change anything: \
                use sudo, or have yourself added to that group
                """
            return say(ControlError.permissionDenied(text).reply(), to: connection)
        }
        if let objection {
            return say(ControlError.refused(objection).reply(), to: connection)
        }
        let id = host.makeRequestID()
        connection.duty = .outcome(id, asked, until: until)
        host.ask(command, force: force, id: id)
    }

    /// Why a command was not done.
    private func outcomeBytes(_ outcome: Outcome) -> [UInt8] {
        switch outcome {
        case .done(let slot): broken("slot \(slot) is done and no reason for a no")
        case .refused(let why):
            return ControlError.refused(why).reply()
        case .noLeader:
            let status = host.status(at: .now())
            // Then hosts do not look for each other, and how many are heard says nothing.
            if status.cause == "paused" { return ControlError.unsure(status.text).reply() }
            let quorum = status.quorum
            guard quorum.reachable < quorum.needed else {
                return ControlError.unsure("nobody is known to lead now; try again").reply()
            }
            return ControlError.noQuorum(
                "\(quorum.reachable) of \(quorum.voters) voters are heard from and "
                    + "\(quorum.needed) are needed; start the others or mend the network",
                needed: quorum.needed,
                reachable: quorum.reachable
            ).reply()
        }
    }

    /// The answer has changed or was renewed: ends the waits that it satisfies.
    func answerChanged() {
        attendToHolders(at: .now())
        for connection in connections {
            if case .decree(let slot, let asked, _) = connection.duty {
                finish(connection, asked, whenHere: slot)
            }
            guard case .leader(let wait, _) = connection.duty else { continue }
            let now = Instant.now()
            let answer = host.leader(at: now)
            let time = UInt64(clamping: now.nanoseconds)
            guard wait.isSatisfied(by: answer, now: time) else { continue }
            finish(connection, host.leaderBytes(at: now))
        }
    }

    /// What came of a command.
    func answered(_ id: RequestID, _ outcome: Outcome) {
        for connection in connections {
            guard case .outcome(id, let asked, let until) = connection.duty else { continue }
            if case .done(let slot) = outcome {
                connection.duty = .decree(slot, asked, until: until)
                finish(connection, asked, whenHere: slot)
            } else {
                finish(connection, outcomeBytes(outcome))
            }
        }
    }

    /// A command is done where the leader is; the caller is told when this host knows it too.
    private func finish(
        _ connection: Connection,
        _ asked: Connection.Asked,
        whenHere slot: Slot
    ) {
        let status = host.status(at: .now())
        let epoch = status.answer.epoch
        guard status.answer.decree >= slot else { return }
        switch asked {
        case .transfer(let from):
            let to = status.members.first { $0.leader }?.name ?? ""
            finish(connection, TransferReply(from: from, to: to, epoch: epoch).reply())
        case .change:
            finish(connection, ChangeReply(decree: slot, epoch: epoch).reply())
        }
    }

    /// 0 is for ever; so is longer than the clock has numbers for.
    private func deadline(_ milliseconds: UInt64, from now: Instant) -> Instant? {
        guard milliseconds > 0, milliseconds < UInt64(Int64.max / 1_000_000) else { return nil }
        return now + .milliseconds(milliseconds)
    }
}
