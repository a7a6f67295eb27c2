// SPDX-License-Identifier: Apache-2.0

// The two ways to the one target. With polkit: over the bus, by the rule that lets this user start and
// stop this unit and no other. Without: to a socket that only this user can open, behind which root
// takes one word. The socket is used where there is one.

import Glibc
import Linux
import Systemd
import SystemPackage

/// The target could not be started or stopped; the text says why.
struct SwitchError: Error, CustomStringConvertible {
    var description: String
}

/// What starts and stops the target.
struct TargetSwitch: ~Copyable {
    /// What is asked for.
    enum Verb: String {
        case start, stop
    }

    let target: String
    private let rootSocket: String
    private let patience: Duration

    init(target: String, rootSocket: String, patience: Duration = .milliseconds(900)) {
        self.target = target
        self.rootSocket = rootSocket
        self.patience = patience
    }

    /// Asks; returns when the manager has taken the job.
    func ask(_ verb: Verb) throws(SwitchError) {
        if unsafe access(rootSocket, F_OK) == 0 { return try askRoot(verb) }
        do throws(BusError) {
            let bus = try UnitBus(timeout: patience)
            switch verb {
            case .start: try bus.start(target)
            case .stop: try bus.stop(target)
            }
        } catch {
            throw SwitchError(description: "\(error)\(Self.advice(error))")
        }
    }

    /// Whether the target is down for certain. Where the bus cannot say so it is not.
    func isDown() -> Bool {
        do throws(BusError) {
            return try UnitBus(timeout: patience).isInactive(target)
        } catch {
            return false
        }
    }

    /// Whether the target, and every unit that stops with it, has ended.
    func isAllDown() throws(SwitchError) -> Bool {
        do throws(BusError) {
            let bus = try UnitBus(timeout: patience)
            guard try bus.hasEnded(target) else { return false }
            for unit in try bus.stopped(with: target) {
                guard try bus.hasEnded(unit) else { return false }
            }
            return true
        } catch {
            throw SwitchError(description: "\(error)")
        }
    }

    private static func advice(_ error: BusError) -> String {
        let refusals = ["AccessDenied", "InteractiveAuthorizationRequired", "UnitMasked"]
        guard refusals.contains(where: { error.name.hasSuffix($0) }) else { return "" }
        return "; is polkit there, with the rule of this package? Without polkit, "
            + "enable electd-switch-root.socket"
    }

    private func askRoot(_ verb: Verb) throws(SwitchError) {
        let until = BootClock.now() + patience.nanoseconds
        do throws(SystemError) {
            let stream = try UnixStream.connect(rootSocket, timeout: patience.nanoseconds)
            guard case .bytes = stream.send(Array("\(verb)\n".utf8), until: until) else {
                throw SystemError("send", rootSocket, .timedOut)
            }
            var answer = [UInt8](repeating: 0, count: 64)
            guard case .bytes(let count) = stream.receive(into: &answer, until: until),
                answer.prefix(count).starts(with: Array("done".utf8))
            else { throw SystemError("receive", rootSocket, .timedOut) }
        } catch {
            throw SwitchError(description: "\(verb) \(target): \(error)")
        }
    }
}

extension Duration {
    /// Whole nanoseconds.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflowed ? .max / 2 : product + attoseconds / 1_000_000_000
    }
}
