// SPDX-License-Identifier: Apache-2.0

import Config

/// Units of the leader that could go on after the lease has ended.
enum UnitFinding: Finding, Equatable {
    /// Told to stop, it may take longer than there is time.
    case slowToStop(unit: String, timeout: String, stopGuard: Duration)

    var word: String { "unit-slow-to-stop" }

    var isFault: Bool { true }

    var sentence: String {
        switch self {
        case .slowToStop(let unit, let timeout, let stopGuard):
            "\(unit) is told to stop \(stopGuard.timeSpan) before the lease ends and killed only "
                + "after TimeoutStopSec=\(timeout): it may run beside the next leader's"
        }
    }

    var step: String {
        switch self {
        case .slowToStop(let unit, _, let stopGuard):
            "run 'systemctl edit \(unit)' and set TimeoutStopSec=\(stopGuard.timeSpan) or less in "
                + "[Service], or raise StopGuard= and the lease; pass the epoch along in any case"
        }
    }
}

/// What systemd says of the units that belong to the leader.
struct UnitFigures {
    /// `Id=` and `TimeoutStopUSec=` of each, as systemctl show prints them.
    var properties: String
    /// StopGuard= of the configuration; nil is a third of the lease.
    var stopGuard: Duration?
    var lease: UInt64

    func examined() -> Examination {
        let stopGuard = stopGuard ?? .nanoseconds(Int64(clamping: lease * 1_000_000 / 3))
        var findings: [UnitFinding] = []
        var names: [String] = []
        for part in properties.split(separator: "\n\n") {
            guard let unit = Look.value("Id", in: String(part), "="),
                let text = Look.value("TimeoutStopUSec", in: String(part), "=")
            else { continue }
            names.append(unit)
            let timeout = try? Duration(timeSpan: text)
            if timeout.map({ $0 > stopGuard }) ?? true {
                findings.append(.slowToStop(unit: unit, timeout: text, stopGuard: stopGuard))
            }
        }
        let saw = names.isEmpty ? "none belongs to the leader" : names.joined(separator: " ")
        return Examination("units", saw: saw, findings)
    }

    /// Asks systemctl(1); nil where there is none, or no such target.
    static func ask() -> String? {
        guard
            let units = Look.program(
                "systemctl",
                "show",
                "-P",
                "ConsistsOf",
                "electd-leader.target"
            )
        else { return nil }
        let names = units.split(whereSeparator: { $0 == " " || $0 == "\n" }).map { String($0) }
        guard !names.isEmpty else { return "" }
        return Look.program(["systemctl", "show", "-p", "Id", "-p", "TimeoutStopUSec"] + names)
    }
}
