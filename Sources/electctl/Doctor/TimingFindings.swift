// SPDX-License-Identifier: Apache-2.0

import Control
import Linux

/// What is too slow for the lease on this host.
enum TimingFinding: Finding, Equatable {
    /// The disk: an election takes four syncs one after another.
    case slowDisk(worst: UInt64, lease: UInt64)
    /// The daemon gets the processor late.
    case late(worst: UInt64, heartbeat: UInt64)

    var word: String {
        switch self {
        case .slowDisk: "slow-disk"
        case .late: "late-loop"
        }
    }

    var isFault: Bool { true }

    var sentence: String {
        switch self {
        case .slowDisk(let worst, let lease):
            "a sync of the state directory took \(milliseconds(worst)), more than a quarter of the "
                + "lease of \(lease) ms; an election takes four of them"
        case .late(let worst, let heartbeat):
            "electd got the processor \(milliseconds(worst)) late, more than the \(heartbeat) ms from "
                + "heartbeat to heartbeat"
        }
    }

    var step: String {
        switch self {
        case .slowDisk(let worst, _):
            "put the state directory on a faster disk, or run 'electctl set "
                + "lease=\(worst * 5 / 1_000_000)ms'"
        case .late:
            "take load off this host, or give electd a real-time priority with the drop-in in "
                + "/usr/share/doc/electd/examples, or set a longer lease"
        }
    }
}

/// What took how long.
struct TimingFigures {
    var lease: UInt64
    var heartbeat: UInt64
    var measured: [Measured]

    func examined() -> Examination {
        func worst(_ name: String) -> UInt64? { measured.first { $0.name == name }?.worst }
        var findings: [TimingFinding] = []
        if let sync = worst("sync"), sync > lease * 1_000_000 / 4 {
            findings.append(.slowDisk(worst: sync, lease: lease))
        }
        if let late = worst("lateness"), late > heartbeat * 1_000_000 {
            findings.append(.late(worst: late, heartbeat: heartbeat))
        }
        let saw = measured.filter { $0.name != "round_trip" }.compactMap { one in
            one.worst.map { "\(one.name) \(milliseconds($0)) at worst" }
        }
        let all = saw.isEmpty ? "nothing measured yet" : saw.joined(separator: ", ")
        return Examination("timing", saw: all, findings)
    }

    /// Writes and syncs a small file in the state directory, so many times.
    static func syncs(
        in directory: borrowing Directory,
        count: Int = 16
    ) throws(SystemError) -> Measured {
        let file = try directory.createAside("doctor", mode: 0o600)
        var spans: [UInt64] = []
        do throws(SystemError) {
            for turn in 0..<count {
                try file.write([UInt8](repeating: UInt8(turn), count: 4096), at: 0)
                let before = BootClock.now()
                try file.sync()
                spans.append(UInt64(max(0, BootClock.now() - before)))
            }
        } catch {
            try? directory.removeIfPresent(".doctor.new")
            throw error
        }
        try directory.removeIfPresent(".doctor.new")
        spans.sort()
        return Measured(
            name: "sync",
            count: count,
            typical: spans[spans.count / 2],
            worst: spans.last
        )
    }
}
