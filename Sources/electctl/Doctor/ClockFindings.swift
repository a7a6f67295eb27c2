// SPDX-License-Identifier: Apache-2.0

import Control
import Linux

/// What is wrong with how fast clocks run. What time they show is of no interest to electd.
enum ClockFinding: Finding, Equatable {
    /// Two clocks run apart by more than the settings allow.
    case apart(host: String, ppm: Int, allowed: UInt64)
    /// The time daemon of this host turns its clock by more than that.
    case turned(ppm: Int64, allowed: UInt64)
    /// The clock stands still while the machine is stopped from outside.
    case stoppable(source: String)

    var word: String {
        switch self {
        case .apart: "clock-apart"
        case .turned: "clock-turned"
        case .stoppable: "clock-stoppable"
        }
    }

    var isFault: Bool {
        if case .stoppable = self { false } else { true }
    }

    var sentence: String {
        switch self {
        case .apart(let host, let ppm, let allowed):
            "the clock of \(host) runs \(abs(ppm)) ppm \(ppm > 0 ? "faster" : "slower") than this "
                + "host's, and the lease allows for \(allowed) ppm each"
        case .turned(let ppm, let allowed):
            "this host's clock is made to run \(abs(ppm)) ppm \(ppm > 0 ? "faster" : "slower"), and "
                + "the lease allows for \(allowed) ppm"
        case .stoppable(let source):
            "the clock source is \(source): a virtual machine that is paused or moved does not count "
                + "that time, and may believe in its lease for too long"
        }
    }

    var step: String {
        switch self {
        case .apart(_, let ppm, _):
            "look at the time daemons of both; until they are right run 'electctl set "
                + "drift=\(abs(ppm) * 2)ppm'"
        case .turned(let ppm, _):
            "let the time daemon slew more slowly (chrony: maxslewrate), or run 'electctl set "
                + "drift=\(abs(ppm) * 2)ppm'"
        case .stoppable:
            "let whatever the leader does carry the epoch, as electd(7) says of fencing"
        }
    }
}

/// What was seen of clocks.
struct ClockFigures {
    var hosts: [MeasuredHost]
    /// The drift bound of the settings, in parts per million.
    var drift: UInt64
    /// What the kernel was told, in parts per billion; nil if it does not say.
    var rate: Int64?
    /// The kernel's clock source.
    var source: String?

    /// How the names of clock sources begin that are a hypervisor's word, or the kernel's own ticks.
    private static let stoppable = ["kvm-clock", "xen", "hyperv_clocksource", "jiffies"]

    func examined() -> Examination {
        var findings: [ClockFinding] = []
        var worst = 0
        for host in hosts {
            guard let ppm = host.clockPPM else { continue }
            worst = max(worst, abs(ppm))
            // Only what cannot be an error of the measurement; each clock may be off by the bound.
            let sure = abs(ppm) - (host.clockErrorPPM ?? 0)
            if sure > 2 * Int(clamping: drift) {
                findings.append(.apart(host: host.name, ppm: ppm, allowed: drift))
            }
        }
        if let rate, UInt64(abs(rate)) > drift * 1000 {
            findings.append(.turned(ppm: rate / 1000, allowed: drift))
        }
        if let source, Self.stoppable.contains(where: source.hasPrefix) {
            findings.append(.stoppable(source: source))
        }
        let others = hosts.count { $0.clockPPM != nil }
        let beside =
            others == 0
            ? "no other to compare with" : "within \(worst) ppm of \(counted(others, "other"))"
        return Examination("clocks", saw: "\(source ?? "unknown source"), \(beside)", findings)
    }

    static func here(_ hosts: [MeasuredHost], drift: UInt64) -> ClockFigures {
        let path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        return ClockFigures(
            hosts: hosts,
            drift: drift,
            rate: try? BootClock.rate(),
            source: Look.file(path)
        )
    }
}
