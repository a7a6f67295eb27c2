// SPDX-License-Identifier: Apache-2.0

// One run: the machine, the raw costs, each figure with its bound, and a last line.

import Linux

/// A run.
struct Bench: ~Copyable {
    private let options: Options
    private let sync: SyncCost
    private var figures: [Figure] = []

    init(_ options: Options) throws {
        self.options = options
        sync = try SyncCost(in: options.site.disk)
    }

    /// Measures everything that was asked for. Returns whether all of it is within its bounds.
    mutating func run() throws -> Bool {
        say("machine: \(try machine())")
        let trips = Spread(try roundTrips(20_000))
        // The first syncs pay for what was done to the disk before.
        _ = try sync.measure(writers: 3, syncs: 50)
        let one = Spread(try sync.measure(writers: 1, syncs: 200))
        let three = Spread(try sync.measure(writers: 3, syncs: 200))
        say(
            "raw: a UDP round trip on loopback takes \(decimal(trips.median, 1)) µs; 4 KiB written "
                + "in place and synced take \(decimal(one.median, 2)) ms with one writer and "
                + "\(decimal(three.median, 2)) ms with three (all p50)"
        )
        say("")
        say(Figure.heading)
        try measureFailover()
        try measureColdStart()
        try measureDefaults()
        return finish()
    }

    private mutating func measureFailover() throws {
        for (lease, bound) in [(500, 520), (20, 30)] as [(Int64, Double)] {
            let name = "failover after SIGKILL, lease \(lease) ms"
            guard isWanted(name) else { continue }
            let cluster = try newCluster("failover-\(lease)", lease: lease)
            try measure(name, bound: bound) { phase in try failover(cluster, phase: phase) }
        }
    }

    private mutating func measureColdStart() throws {
        let name = "cold start of an empty cluster"
        guard isWanted(name) else { return }
        let site = options.site
        var number = 0
        try measure(name, bound: 100) { _ in
            number += 1
            return try coldStart("cold-\(number)", at: site)
        }
    }

    /// What is measured on one cluster with the defaults; the idle time last, since daemons that
    /// have been asked things are what runs in the field.
    private mutating func measureDefaults() throws {
        let cluster = try newCluster("defaults", lease: nil)
        let changes: [(String, (Double) throws -> Double)] = [
            ("hand-over by SIGTERM", { try handOverByStop(cluster, phase: $0) }),
            ("hand-over by transfer", { try handOverByTransfer(cluster, phase: $0) }),
        ]
        for (name, change) in changes where isWanted(name) {
            try measure(name, bound: 5, change)
        }
        for (name, kind) in [("SIGUSR1", RestartKind.orderly), ("SIGKILL", .crash)] {
            try measureRestart("restart of the leader after \(name)", cluster, kind)
        }
        try measureAsking(cluster)
        try measureIdle(cluster)
    }

    private mutating func measureRestart(
        _ name: String,
        _ cluster: Cluster,
        _ kind: RestartKind
    ) throws {
        guard isWanted(name) else { return }
        var changes: [Double] = []
        try measure("\(name): leads again") { phase in
            let taken = try restart(cluster, kind, phase: phase)
            changes.append(taken == nil ? 1 : 0)
            return taken
        }
        add(
            Figure(
                name: "\(name): changes, in all",
                unit: .each,
                spread: Spread([changes.reduce(0, +)]),
                bound: 0
            )
        )
    }

    private mutating func measureAsking(_ cluster: Cluster) throws {
        let names = ("GetLeader on an open connection", "lease page check", "electctl leader")
        let leader = try cluster.settled().leader
        if isWanted(names.0) {
            let sizes = try sizesOfGetLeader(leader.socket)
            let echo = try BareEcho(
                at: options.site,
                requestBytes: sizes.request,
                replyBytes: sizes.reply
            )
            // In turns, so that both meet the same machine.
            func turns() throws -> (taken: Spread, bare: Double) {
                var (taken, bare) = ([Double](), [Double]())
                for _ in 0..<7 {
                    bare.append(try echo.cost(calls: 10_000))
                    taken.append(try costOfGetLeader(leader.socket, calls: 10_000))
                }
                return (Spread(taken), Spread(bare).median)
            }
            let one = try OneProcessor(with: [leader.pid, echo.pid])
            let together = try turns()
            _ = consume one
            let asleep = try turns()
            let awake = try Awake()
            let spoken = try turns()
            _ = consume awake
            for (name, seen, bound) in [
                (names.0, together, 15),
                ("the same, on any processors, kept awake", spoken, nil),
                ("the same, on any processors, asleep between", asleep, nil),
            ] as [(String, (taken: Spread, bare: Double), Double?)] {
                add(
                    Figure(
                        name: name,
                        unit: .microseconds,
                        spread: seen.taken,
                        bound: bound,
                        bare: seen.bare
                    )
                )
            }
        }
        if isWanted(names.1) {
            let taken = try (0..<7).map { _ in try costOfLeasePage(leader.lease, looks: 1_000_000) }
            add(Figure(name: names.1, unit: .nanoseconds, spread: Spread(taken), bound: 60))
        }
        if isWanted(names.2) {
            var (taken, bare) = ([Double](), [Double]())
            for _ in 0..<51 {
                bare.append(try costOfNoCommand())
                taken.append(try costOfCommand(leader))
            }
            let (spread, floor) = (Spread(taken), Spread(bare).median)
            add(
                Figure(name: names.2, unit: .milliseconds, spread: spread, bound: 4, bare: floor)
            )
        }
    }

    private mutating func measureIdle(_ cluster: Cluster) throws {
        guard isWanted("idle") else { return }
        let seen = try watchIdle(cluster, seconds: options.idleSeconds)
        cluster.end()
        func floor(seals: Bool) throws -> BareCost {
            let (site, seconds) = (options.site, options.idleSeconds)
            return try costOfBareLoop(seen, seals: seals, at: site, seconds: seconds)
        }
        let (bare, sealed) = (try floor(seals: false), try floor(seals: true))
        let waking = Spread(try costOfWaking(at: options.site, seconds: options.idleSeconds))
        let floors = (
            leader: Spread(sealed.leader).median, follower: Spread(sealed.follower).median
        )
        say(
            "raw: a process that a timer wakes 20 times a second, and that does nothing, takes "
                + "\(decimal(waking.median, 3)) % of a processor (p50)"
        )
        say(
            "raw: \(bare.description) take \(decimal(Spread(bare.leader).median, 3)) % of a "
                + "processor where the leader is and \(decimal(Spread(bare.follower).median, 3)) % "
                + "where a follower is, and \(decimal(floors.leader, 3)) % and "
                + "\(decimal(floors.follower, 3)) % when they seal and open each datagram; they are "
                + "woken \(wakes(bare.leaderWakes)) and \(wakes(bare.followerWakes)) times a "
                + "second, electd \(wakes(seen.daemons.filter(\.leads).flatMap(\.wakes))) and "
                + "\(wakes(seen.daemons.filter { !$0.leads }.flatMap(\.wakes))) times (all p50)"
        )
        for leads in [true, false] {
            let values = seen.daemons.filter { $0.leads == leads }.flatMap(\.processor)
            add(
                Figure(
                    name: "idle \(leads ? "leader" : "follower"): processor",
                    unit: .percent,
                    spread: Spread(values),
                    bound: 0.2,
                    bare: leads ? floors.leader : floors.follower
                )
            )
        }
        let all = seen.daemons
        let figures: [(String, Unit, [Double], Double?)] = [
            ("PSS", .mebibytes, all.flatMap(\.proportionalSetSize), 8),
            ("RSS", .mebibytes, all.flatMap(\.residentSetSize), 20),
            ("threads", .each, all.flatMap(\.threads), 2),
            ("datagrams of the cluster", .perSecond, seen.packetsPerSecond, nil),
            ("bytes of the cluster", .perSecond, seen.bytesPerSecond, nil),
        ]
        for (name, unit, values, bound) in figures {
            add(Figure(name: "idle: \(name)", unit: unit, spread: Spread(values), bound: bound))
        }
    }

    private func wakes(_ values: [Double]) -> String { decimal(Spread(values).median, 1) }

    /// Makes a change several times and adds what it took. Before each time the disk is measured, so
    /// that the growth of the bound is that of these seconds and not of another minute.
    private mutating func measure(
        _ name: String,
        bound: Double? = nil,
        _ change: (Double) throws -> Double?
    ) throws {
        var (taken, syncs) = ([Double](), [Double]())
        for round in 0..<options.rounds {
            syncs += try sync.measure(writers: 3, syncs: 12)
            if let time = try change(Double(round) / Double(options.rounds)) { taken.append(time) }
        }
        guard !taken.isEmpty else { return }
        add(
            Figure(
                name: name,
                unit: .milliseconds,
                spread: Spread(taken),
                bound: bound,
                sync: Spread(syncs).median
            )
        )
    }

    private func newCluster(_ name: String, lease: Int64?) throws -> Cluster {
        let cluster = try Cluster(name, at: options.site, leaseMilliseconds: lease)
        try cluster.start()
        return cluster
    }

    private func isWanted(_ name: String) -> Bool {
        options.only.isEmpty || name.contains(options.only) || options.only.contains(name)
    }

    /// Adds a figure, and prints it.
    private mutating func add(_ figure: Figure) {
        figures.append(figure)
        say(figure.line(scale: options.boundScale))
    }

    /// The last line: how many are within their bounds, and which are not.
    private func finish() -> Bool {
        let scale = options.boundScale
        let over = figures.filter { $0.isWithin(scale: scale) == false }.map(\.name)
        let within = figures.count { $0.isWithin(scale: scale) == true }
        let which = over.isEmpty ? "" : ": " + over.joined(separator: "; ")
        say("")
        say("bench: \(within) figures within their bounds, \(over.count) over\(which)")
        return over.isEmpty && within > 0
    }
}
