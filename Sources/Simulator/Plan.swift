// SPDX-License-Identifier: Apache-2.0

public import Election
import Paxos

/// All that a seed decides before its world begins: who takes part, how fast the network and the
/// disks are, and what will go wrong.
public struct Plan: Sendable {
    /// The seed.
    public let seed: UInt64
    /// How many hosts found the cluster.
    public let founders: Int
    /// How many more there are that may be added.
    public let spares: Int
    /// What goes wrong.
    public let faults: [Fault]
    /// What is let happen of that; nil if it is all.
    public let only: Selection?
    /// What the cluster agrees on.
    public let settings: Settings
    /// The time a packet is under way, in nanoseconds.
    public let delay: ClosedRange<Int64>
    /// The time a sync takes, in nanoseconds.
    public let sync: ClosedRange<Int64>
    /// Packets lost and doubled, in a million.
    public let lossPPM: Int
    /// Packets doubled, in a million.
    public let duplicationPPM: Int
    /// How long anything may go wrong, in nanoseconds of true time.
    public let safety: Int64
    /// How many observers, witnesses and never-leaders there are among the founders.
    let ordinary: [Member]

    /// How many machines there are that disks may be copied to.
    public let copies: Int

    /// Whether the sessions are the real ones.
    let isSealed: Bool
    /// Whether a crash takes promises along.
    let isForgetful: Bool

    private let bits: [Bool]

    /// What this seed will do.
    ///
    /// - Parameters:
    ///   - nodes: How many hosts found the cluster; by default the seed says.
    ///   - only: What is let happen of all that would go wrong; by default all of it.
    ///   - safety: How long anything may go wrong, in nanoseconds; by default the seed says.
    public init(
        seed: UInt64,
        nodes: Int? = nil,
        profile: Profile = .swarm,
        only: Selection? = nil,
        safety: Int64? = nil
    ) {
        var dice = Dice(seed: seed, 1)
        self.seed = seed
        self.only = only
        isForgetful = profile == .canary
        isSealed = profile.isSealed
        copies = profile == .clones ? 2 : 0
        // Thrown in any case: with other hosts the rest of the seed is what it was.
        let any = dice.choose([1, 2, 3, 3, 3, 3, 3, 3, 4, 5, 5, 7]) ?? 3
        founders = nodes ?? any
        faults = profile.faults(&dice)
        // The drift bound matters by less than a round trip, unless the lease is long, the clocks
        // are bad and the network is fast: then an error in the arithmetic shows.
        let isTight = faults.contains(.drift) && dice.one(in: 2)
        let lease = isTight ? 500 : dice.choose([20, 50, 100, 500, 500]) ?? 500
        let rho = isTight ? 50_000 : dice.choose([100, 1000, 1000, 10_000]) ?? 1000
        var settings = Settings(
            leaseMilliseconds: UInt32(lease),
            heartbeatMilliseconds: UInt32(lease / 5),
            driftPPM: UInt32(rho)
        )
        // The usual two seconds are longer than many a run.
        settings.downAfterMilliseconds = UInt32(lease * (1 + dice.below(6)))
        self.settings = settings
        let slowest = isTight ? 400_000 : Int64(lease) * 1_000_000 / 20
        let delayFrom = dice.pickLog(20_000...slowest / 2)
        delay = delayFrom...dice.pickLog(delayFrom...slowest)
        let syncFrom = dice.pickLog(50_000...slowest / 2)
        sync = syncFrom...dice.pickLog(syncFrom...slowest)
        lossPPM =
            faults.contains(.loss) ? Int(dice.pickLog(1000...300_000)) : 0
        duplicationPPM =
            faults.contains(.duplication) ? Int(dice.pickLog(1000...300_000)) : 0
        let usual = Int64(lease) * 1_000_000 * dice.pick(20...60)
        self.safety = safety ?? usual
        spares = faults.contains(.membership) ? dice.below(3) + 1 : 0
        bits = Fault.allCases.map { [faults] in faults.contains($0) }
        var odd = Dice(seed: seed, 2)
        ordinary = (0..<founders).map { at in
            var member = Member(id: .nobody)
            // The first may always lead; of the others some may not.
            if at > 0, odd.one(in: 8) { member.role = .witness }
            if at > 0, odd.one(in: 10) { member.role = .observer }
            if at > 0, odd.one(in: 10) { member.priority = 0 }
            if odd.one(in: 4) { member.priority = member.priority == 0 ? 0 : 200 }
            // Long decrees, which take several datagrams.
            if profile.isSealed, odd.one(in: 3) {
                member.labels = (0...odd.below(12)).map {
                    Label(key: "k\($0)", value: String(repeating: "v", count: odd.below(240)))
                }
            }
            return member
        }
    }

    /// Whether this goes wrong here.
    func has(_ fault: Fault) -> Bool { bits[fault.rawValue] }

    /// The lease in nanoseconds.
    var lease: Int64 { settings.lease.nanoseconds }

    /// For how long a leader asks before it is restarted.
    var grace: Int64 { lease * 4 }

    /// How many hosts may be members.
    var members: Int { founders + spares }

    /// How many hosts there are.
    public var hosts: Int { members + copies }

    /// What a person reads before the run.
    public var table: String {
        func span(_ range: ClosedRange<Int64>) -> String {
            "\(Span(nanoseconds: range.lowerBound)) to \(Span(nanoseconds: range.upperBound))"
        }
        var rows = [
            ("seed", "\(seed)"),
            ("hosts", "\(founders) found the cluster, \(spares) more may be added"),
            ("sessions", isSealed ? "real" : "sketched"),
            (
                "settings",
                "lease \(settings.lease), heartbeat \(settings.heartbeat), "
                    + "drift \(settings.driftPPM) ppm"
            ),
            ("packets", "under way for \(span(delay))"),
            ("syncs", "take \(span(sync))"),
            ("safety phase", "\(Span(nanoseconds: safety))"),
        ]
        if let only { rows.append(("only", "\(only)")) }
        for fault in faults where only?.has(fault) ?? true {
            switch fault {
            case .loss: rows.append(("fault", "\(fault.sentence): \(lossPPM) in a million"))
            case .duplication:
                rows.append(("fault", "\(fault.sentence): \(duplicationPPM) in a million"))
            default: rows.append(("fault", fault.sentence))
            }
        }
        return rows.map { row in
            row.0 + String(repeating: " ", count: 14 - row.0.count) + row.1
        }.joined(separator: "\n")
    }
}
