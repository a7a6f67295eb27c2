// SPDX-License-Identifier: Apache-2.0

public import Control
import Glibc
import Linux
import SystemPackage

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
        while true {
            var wait = wanted
            wait.timeoutMilliseconds = deadline.map { millisecondsLeft(until: $0) } ?? 0
            var obstacle: ClientError?
            do {
                var electd = try Electd(connectingTo: socket, until: deadline)
                // A little more than electd needs to say by itself that the time is over.
                let limit = deadline.map { $0 + 100_000_000 }
                let reply: LeaderReply = try electd.call(.waitLeader(wait), deadline: limit)
                let now = UInt64(clamping: BootClock.now())
                if wanted.isSatisfied(by: reply, now: now) { return reply }
            } catch .disconnected {
                // It restarts, or is stopped: the new one is asked.
                pause(10_000_000, until: deadline)
            } catch .answered(.busy(let text)) {
                obstacle = .answered(.busy(text))
                pause(100_000_000, until: deadline)
            } catch .silent {
                throw .answered(timedOut(.silent(socket: socket)))
            }
            if let deadline, BootClock.now() >= deadline { throw .answered(timedOut(obstacle)) }
        }
    }

    /// Connects, and waits for electd to start if it does not run.
    ///
    /// Between start and the first answer of a daemon there is nothing to be told by, so this looks
    /// again every few milliseconds, at most 100.
    init(connectingTo socket: String, until end: Int64?) throws(ClientError) {
        var span: Int64 = 2_000_000
        while true {
            do {
                try self.init(socket: socket, deadline: end)
                return
            } catch {
                guard error.mayPass else { throw error }
                if let end, BootClock.now() >= end { throw .answered(timedOut(error)) }
                pause(span, until: end)
                span = min(2 * span, 100_000_000)
            }
        }
    }
}

extension ClientError {
    /// Whether it ends by itself when electd starts.
    var mayPass: Bool {
        switch self {
        case .unreachable(_, .noSuchFileOrDirectory), .unreachable(_, .connectionRefused),
            .unreachable(_, .timedOut), .disconnected:
            true
        case .unreachable, .silent, .answered: false
        }
    }
}

/// Sleeps for some nanoseconds, and not beyond `end`.
func pause(_ span: Int64, until end: Int64?) {
    let left = end.map { $0 - BootClock.now() } ?? .max
    usleep(UInt32(max(1, min(span, left) / 1000)))
}

private func timedOut(_ error: ClientError?) -> ControlError {
    let reason = error.map { ": \($0)" } ?? "; see 'electctl status'"
    return .timedOut("there was no such leader in time\(reason)")
}

private func millisecondsLeft(until deadline: Int64) -> UInt64 {
    UInt64(max(1, (deadline - BootClock.now() + 999_999) / 1_000_000))
}
