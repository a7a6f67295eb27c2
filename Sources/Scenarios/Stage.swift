// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Simulator

/// Where the stories are played: hosts with real replicas, one clock, and a network that does what
/// the script says.
///
/// Nothing is left to chance. A message takes `latency`, a sync takes `syncTime`, and what the
/// script wants lost, late, cut, crashed or paused is so. The stage is a value: a story may be
/// copied in the middle and told to both ends.
struct Stage {
    /// How long a message takes.
    var latency = Span.milliseconds(3)
    /// How long a write and its sync take.
    var syncTime = Span.milliseconds(1)
    /// Which messages the diagram shows.
    var shows: Set<MessageKind> = [
        .canvass, .canvassReply, .prepare, .promise, .accept, .accepted, .release, .decided,
        .refuse, .ask, .answer,
    ]
    /// Whether the diagram shows promises and acceptances reaching the disk.
    var showsDisk = true

    var now = Instant(nanoseconds: 1_000_000_000)
    var hosts: [Host]
    /// What is to come, in the order in which it comes.
    var agenda: [Planned] = []
    var plans: UInt64 = 0
    /// Messages that are under way for as long as the script likes.
    var parked: [Packet] = []
    var rules: [Rule] = []
    /// Which directions are cut: `cuts[from][to]`.
    var cuts: [[Bool]]
    var sessions: [Pair: Instant] = [:]
    var arrived: Set<Arrived> = []

    var diagram: Diagram
    /// When the camera began to run; nil before.
    var filmedFrom: Instant?
    var claims: [Claim] = []
    var truth = Truth()
    /// What came of commands, in order.
    var outcomes: [Outcome] = []
    /// Who ceased to lead last, and when.
    var ceased: (host: Int, at: Instant)?

    struct Planned {
        let at: Instant
        let number: UInt64
        let what: What

        enum What {
            case packet(Packet)
            case stored(host: Int, run: UInt64)
        }
    }

    struct Pair: Hashable {
        let (low, high): (Int, Int)
        init(_ a: Int, _ b: Int) { (low, high) = (min(a, b), max(a, b)) }
    }

    struct Arrived: Hashable {
        let from: Int
        let run: UInt64
        let number: UInt64
    }

    /// Hosts that are to found a cluster, and have not begun.
    init(founders names: [String], witness: String? = nil) {
        let list = InitialList(names.map { InitialList.Entry(name: $0, addresses: ["\($0):7377"]) })
        hosts = names.enumerated().map { at, name in
            Host(
                name,
                number: at + 1,
                role: name == witness ? .witness : .voter,
                origin: .bootstrap(list)
            )
        }
        cuts = names.map { _ in names.map { _ in false } }
        diagram = Diagram(columns: names, showsTime: true)
    }

    /// Hosts whose cluster has been founded, off camera: the first one leads, and all hold decree 1.
    init(_ names: String..., witness: String? = nil) {
        self.init(founders: names, witness: witness)
        for name in names { start(name) }
        let isReady = run(until: { stage in
            stage.hosts.allSatisfy { $0.disk.decided != nil && $0.page.standing != .unsure }
        })
        precondition(isReady && leader == names[0], "no cluster: \(names)")
        // The second heartbeat is out and answered.
        run(for: settings.heartbeat + latency * 3)
    }

    var settings: Settings { hosts[0].disk.decided?.state.settings ?? Settings() }

    /// Where the host of this name stands on the page.
    func at(_ name: String) -> Int {
        guard let at = hosts.firstIndex(where: { $0.name == name }) else {
            preconditionFailure("no host \(name) in this story")
        }
        return at
    }

    /// From here on the diagram is drawn.
    mutating func film() {
        filmedFrom = now
        for at in hosts.indices { draw(.line(host: at, hosts[at].line)) }
    }

    /// Draws, if the camera runs.
    mutating func draw(_ what: Diagram.What) {
        guard filmedFrom != nil else { return }
        diagram.add(what, at: micro(now))
    }

    /// A point in time as the diagram has it.
    func micro(_ instant: Instant) -> Int64 {
        max(0, (instant - (filmedFrom ?? now)).nanoseconds / 1000)
    }
}
