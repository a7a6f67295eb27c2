// SPDX-License-Identifier: Apache-2.0

// A start that has failed is made again by the service manager at once, so that a crash costs no
// lease; but after twenty in a minute it is made no more (`StartLimitBurst=` of the unit). What has
// failed may pass: the port of another program, a disk that is full or not mounted yet, a lock that
// is held. Then electd must still be there. So such a start ends slowly, and the limit is for crashes.

internal import Control
internal import Linux
internal import Systemd

/// How a start that has failed, and may not fail the next time, comes to its end.
enum SlowEnd {
    /// Fifteen in a minute.
    static let pause: Int64 = 4_000_000_000

    /// Waits for as long as that under a service manager, which is told why. Returns with what the
    /// process ends: who is told to stop meanwhile does so at once, and has not failed.
    static func wait(_ sentence: String, _ notifier: Notifier = Notifier()) -> ExitCode {
        guard notifier.isSupervised else { return .failure }
        notifier.say("STATUS=\(sentence.printable)")
        do throws(SystemError) {
            let signals = try SignalSource(Server.signalNumbers)
            var poller = try Poller()
            try poller.add(signals.descriptor, .readable, token: Token.signals)
            return try poller.wait(timeout: pause).isEmpty ? .failure : .success
        } catch {
            return .failure
        }
    }
}
