// SPDX-License-Identifier: Apache-2.0

// The service manager, as the loop meets it: it is told when the daemon is ready, what it is about,
// and, again and again, that it is still alive.
//
// "Alive" is earned, not declared. The watchdog is fed at the end of a whole turn of the loop, if
// since the last time the timer has rung and the helper that writes to the disk has not died. It is
// not tied to a quorum, or a host that is cut off would be restarted for ever; and a sync that hangs
// is no reason to be killed, since heartbeats do not wait for it.

internal import Control
internal import Election
internal import Systemd

/// What the manager is told, and when.
final class ServiceManager {
    private let notifier: Notifier
    private let interval: Span?
    private var feedAt = Instant.zero
    private var timerHasRung = false
    /// `READY=1` was not taken yet.
    private var owesReady = false
    /// What `systemctl status` shows, and what it is to show.
    private var shown = ""
    private var line = ""
    private var refused = false
    private var isStopping = false

    /// After this long the watchdog is fed again that had no room.
    private static let again = Span.milliseconds(100)

    init(_ notifier: Notifier = Notifier()) {
        self.notifier = notifier
        interval = notifier.watchdogInterval.map { wanted in
            let (seconds, attoseconds) = wanted.components
            let nanoseconds: Int64 = seconds * 1_000_000_000 + attoseconds / 1_000_000_000
            return Span.microseconds(nanoseconds / 2000)
        }
    }

    /// When `finishTurn` has something to do; nil if never.
    var deadline: Instant? { interval.map { _ in feedAt } }

    /// Everything is open and every question is answered from now on. There need be no leader yet.
    func ready(_ status: Status, at now: Instant) {
        note(status)
        sayReady()
        if let interval { feedAt = now + interval }
    }

    /// Takes note of what the line should say; it is said at the end of the turn.
    func note(_ status: Status) {
        guard notifier.isSupervised else { return }
        line = status.managerLine + (refused ? " configuration=refused" : "")
    }

    /// The timer of the loop has rung, and was heard.
    func heardTimer() { timerHasRung = true }

    /// A whole turn is done. What the manager had no room for is said again.
    func finishTurn(canStore: Bool, at now: Instant) {
        if owesReady { sayReady() }
        if line != shown, !isStopping, notifier.say("STATUS=\(line)") { shown = line }
        guard let interval, feedAt <= now, timerHasRung, canStore else { return }
        let isFed = notifier.say("WATCHDOG=1")
        timerHasRung = false
        feedAt = now + (isFed ? interval : min(interval, Self.again))
    }

    /// The configuration is read again by `reload`, which says whether it was taken over.
    func reload(_ reload: () -> Bool, status: () -> Status) {
        notifier.sayReloading()
        refused = !reload()
        note(status())
        sayReady()
    }

    private func sayReady() {
        shown = line
        owesReady = !notifier.say("READY=1", "STATUS=\(line)") && notifier.isSupervised
    }

    /// The daemon is about to end, and needs this long at most.
    func stopping(within span: Span) {
        guard !isStopping else { return }
        isStopping = true
        let microseconds = span.nanoseconds / 1_000 + 1_000_000
        notifier.say("STOPPING=1", "EXTEND_TIMEOUT_USEC=\(microseconds)")
    }
}

extension Status {
    /// One line for `systemctl status`.
    var managerLine: String {
        let leader = answer.leader ?? "none"
        let voters = "\(quorum.reachable)/\(quorum.voters)"
        let hasQuorum = quorum.voters > 0 && quorum.reachable >= quorum.needed
        return "leader=\(leader) epoch=\(answer.epoch) role=\(answer.role.rawValue) "
            + "voters=\(voters) quorum=\(hasQuorum ? "ok" : "no")"
    }
}
