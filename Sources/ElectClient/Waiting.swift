// SPDX-License-Identifier: Apache-2.0

public import Control
import Linux

/// Waiting for a leader, through everything that can come between.
///
/// electd waits for us and answers when the time has come; nothing is polled. What is left to do
/// here: an electd that does not run yet, goes away meanwhile, or has no room for one more program, is
/// waited for too, and what it answered is looked at again when it has arrived, because a lease may
/// have ended on the way.
extension Electd {
    /// Waits until there is the leader that is wanted.
    ///
    /// - Parameters:
    ///   - wanted: whom to wait for; its own `timeoutMilliseconds` is not looked at.
    ///   - socket: of electd, or nil for `Electd.socket`.
    ///   - timeout: how long to wait in all, or nil for ever.
    /// - Throws: `answered(.timedOut)` when the time is over.
    public static func waitLeader(
        _ wanted: WaitLeader,
        socket: String? = nil,
        timeout: Duration? = nil
    ) throws(ClientError) -> LeaderReply {
        let socket = socket ?? Electd.socket
        let deadline = deadline(after: timeout)
        var pauses = Pauses()
        while true {
            var wait = wanted
            wait.timeoutMilliseconds = deadline.map { millisecondsLeft(until: $0) } ?? 0
            var obstacle: ClientError?
            do {
                var electd = Electd(
                    over: try Connection(startingAt: socket, until: deadline, &pauses)
                )
                // A little more than electd needs to say by itself that the time is over.
                let limit = deadline.map { $0 + 100_000_000 }
                let reply: LeaderReply = try electd.call(.waitLeader(wait), deadline: limit)
                let now = UInt64(clamping: BootClock.now())
                if wanted.isSatisfied(by: reply, now: now) { return reply }
                pauses.end()
            } catch .silent {
                throw .answered(timedOut(.silent(socket: socket)))
            } catch .answered(.busy(let text)) {
                obstacle = .answered(.busy(text))
            } catch {
                // It restarts, or is stopped: the new one is asked.
                guard error.mayPass else { throw error }
                obstacle = error
            }
            if let deadline, BootClock.now() >= deadline { throw .answered(timedOut(obstacle)) }
        }
    }
}

private func timedOut(_ error: ClientError?) -> ControlError {
    let reason = error.map { ": \($0)" } ?? "; see 'electctl status'"
    return .timedOut("there was no such leader in time\(reason)")
}

private func millisecondsLeft(until deadline: Int64) -> UInt64 {
    UInt64(max(1, (deadline - BootClock.now() + 999_999) / 1_000_000))
}
