// SPDX-License-Identifier: Apache-2.0

// What has ended is started again by the service manager at once, so that a crash costs no lease; but
// after twenty times in a minute it is started no more (`StartLimitBurst=` of the unit). What has
// failed may pass: the port of another program, a disk that is full or not mounted yet, one whose sync
// fails a moment after each start. Then electd must still be there. So who fails does not end before
// four seconds are over since it began, and the limit is for crashes:
//
//      start ── fails ············ ends ── start ── leads ─ its disk fails ······ ends ── start
//      0                            4 s  0                1 s                      4 s
//
// A run that has lasted longer ends as soon as it has failed: to try again at once is all that its
// voters need after a disk that failed once. (The manager's own steps, `RestartSteps=` of systemd 254,
// would slow down the starts after crashes too, and count those of last year.)

internal import Control
internal import Election
internal import Glibc
internal import Linux
internal import Systemd

/// How a process that has failed, and may not fail the next time, comes to its end.
enum SlowEnd {
    /// How long a process that fails lasts at least: fifteen in a minute.
    static let life = Span.milliseconds(4_000)

    /// How long one that began then still has to last.
    static func rest(since began: Instant, at now: Instant) -> Span {
        let end = began + life
        return end > now ? end - now : .zero
    }

    /// Waits for the rest of that time under a service manager, which is told why. Returns with what
    /// the process ends: who is told to stop meanwhile does so at once, and has not failed.
    static func wait(
        _ sentence: String,
        since began: Instant,
        _ notifier: Notifier = Notifier()
    ) -> ExitCode {
        let rest = rest(since: began, at: .now())
        guard notifier.isSupervised, rest > .zero else { return .failure }
        // It is stopping: nobody feeds the watchdog any more.
        notifier.say("STATUS=\(sentence.printable)", "STOPPING=1")
        do throws(SystemError) {
            let signals = try SignalSource(Server.signalNumbers)
            var poller = try Poller()
            try poller.add(signals.descriptor, .readable, token: Token.signals)
            _ = try poller.wait(timeout: rest.nanoseconds)
            // Who has the configuration read again wants the next start now.
            return switch try signals.next() {
            case nil, SIGHUP: .failure
            default: .success
            }
        } catch {
            return .failure
        }
    }
}
