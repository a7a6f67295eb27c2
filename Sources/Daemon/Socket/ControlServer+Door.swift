// SPDX-License-Identifier: Apache-2.0

// The door of the socket: who is let in, and who is told that there is no room. Whoever may change
// something always finds a place, and no user takes them all.

internal import Control
internal import Election
internal import Linux

extension ControlServer {
    /// More programs than a host has that care; each costs a descriptor and a little memory.
    static let connectionsMax = 256
    /// So many of them are for one user that may change nothing: a monitor that forgets to close its
    /// own must not keep out the companion, without which this host leads and does nothing.
    static let connectionsOfUser = 64
    /// So many more, for who may change something: others must not be able to keep an operator out.
    static let reserve = 16
    /// Who is let in, or told that there is no room, in one turn.
    static let acceptsPerTurn = 64
    /// How long the door is shut when nobody is there who could go.
    static let shutFor = Span.milliseconds(250)
    /// Between two words to the operator about it.
    static let quiet = Span.milliseconds(60_000)

    /// Level-triggered, the poller tells of who is left over in the next turn.
    func accept() {
        do throws(SystemError) {
            for _ in 0..<Self.acceptsPerTurn {
                guard let stream = try listener.accept() else { return }
                let user = userOf(stream)
                let connection = Connection(token: nextToken, user: user, stream: stream)
                nextToken += 1
                if let objection = objection(to: connection) {
                    _ = connection.say(ControlError.busy(objection).reply(), at: .now())
                    continue
                }
                try loop.add(connection.stream.descriptor, .readable, token: connection.token)
                connections.append(connection)
            }
        } catch {
            shut(error, at: .now())
        }
    }

    /// Why there is no room, if there is none.
    private func objection(to connection: Connection) -> String? {
        let count = connections.count
        let ofUser = connections.count { $0.user == connection.user }
        if count < Self.connectionsMax, ofUser < Self.connectionsOfUser { return nil }
        if count < Self.connectionsMax + Self.reserve, mayChange(connection.stream) { return nil }
        if ofUser >= Self.connectionsOfUser {
            return """
                this user has \(ofUser) connections already: have its programs close what they do \
                not use
                """
        }
        return "\(count) programs are connected already; try again"
    }

    /// Descriptors have run out. The door is shut for a while, since the poller would tell of who
    /// knocks again and again.
    private func shut(_ error: SystemError, at now: Instant) {
        try? loop.modify(listener.descriptor, [], token: Token.listener)
        reopensAt = now + Self.shutFor
        guard quietUntil <= now else { return }
        quietUntil = now + Self.quiet
        host.remark("\(error): nobody can be let in at the socket for now; all else goes on")
    }

    func reopen() {
        guard reopensAt != nil else { return }
        reopensAt = nil
        try? loop.modify(listener.descriptor, .readable, token: Token.listener)
    }
}
