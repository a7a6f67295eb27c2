// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Session
import Storage

/// A cluster in a bottle: hosts, the network between them, true time, and everything that can go
/// wrong.
///
/// The replicas are the real ones. The world is their shell: it gives each one input at a time and
/// carries its effects out in the order that the seam demands, and may stop between any two.
struct World {
    let plan: Plan
    var queue = EventQueue<Happening>()
    var now: Moment = 0
    var hosts: [Host] = []
    var sessions: [SessionSketch] = []
    /// Which directions are cut, and how often over: `cuts[from][to]`.
    var cuts: [[Int]]

    /// The cuts that end some time.
    var mendings: [[Int]] = []

    var faultDice: Dice
    var netDice: Dice
    var diskDice: Dice
    var stepDice: Dice
    var keyDice: Dice
    var clientDice: Dice
    /// Links, disks and processes throw for themselves.
    var netLanes: Lanes
    var diskLanes: Lanes
    var stepLanes: Lanes
    var fate: Fate

    let trace = Trace()
    /// Writes the run down for the TLA+ model, where somebody wants that.
    var scribe: Scribe?
    /// In the cluster that was founded, then in those that recoveries began.
    var chronicles = [Chronicle()]
    var violation: Violation?
    /// A disk was copied or put back: from then on only what Beyond lists is asked for.
    var isBeyond = false
    /// When the faults stopped; nil in the safety phase.
    var calmSince: Moment?
    /// When all were first found to agree after that, and how it stands with them since.
    var agreedAt: Moment?
    var slotsAgreed: [Slot] = [0]
    /// The newest slots, all together, when it was looked last.
    var slotLooked: Slot = 0
    /// How often it was looked again whether they still do.
    var looks = 0
    var isOver = false
    /// The calm stretch at the end, in which what is sent is counted.
    var isIdle = false
    var settledAt: Moment = 0
    var tickets: UInt64 = 0
    var serials: UInt64 = 0
    /// What somebody has listened to.
    var recorded: [Packet] = []
    /// Of whom the next step must say that there are two.
    var mustNotice: NodeID?
    /// What applications write to, one of each cluster.
    var registers = [FencedRegister()]
    /// Who is of another cluster, and must get no word in the next step.
    var mustRefuse: NodeID?
    var steps = 0
    var events = 0

    /// What is planned.
    enum Happening {
        case packet(Packet)
        case timer(host: Int, run: UInt64)
        case synced(host: Int, run: UInt64, ticket: UInt64, fails: Bool)
        case mirror(host: Int, run: UInt64, number: RecordID)
        case line(host: Int, run: UInt64)
        case wake(host: Int, run: UInt64)
        case boot(host: Int)
        case follow(host: Int)
        case retry(session: Int, tries: Int)
        case look
        case errand(Errand)
        case fault(Fault)
        case mend(Int)
        case turn(host: Int, away: Int64)
        case part([Int], time: Int64)
        case calm
        case deadline
        case settled
        case end
    }

    init(_ plan: Plan) {
        self.plan = plan
        cuts = Array(repeating: Array(repeating: 0, count: plan.hosts), count: plan.hosts)
        faultDice = Dice(seed: plan.seed, 3)
        netDice = Dice(seed: plan.seed, 4)
        diskDice = Dice(seed: plan.seed, 5)
        stepDice = Dice(seed: plan.seed, 6)
        keyDice = Dice(seed: plan.seed, 7)
        clientDice = Dice(seed: plan.seed, 8)
        netLanes = Lanes(seed: plan.seed, 4, lanes: plan.hosts * plan.hosts)
        diskLanes = Lanes(seed: plan.seed, 5, lanes: plan.hosts)
        stepLanes = Lanes(seed: plan.seed, 6, lanes: plan.hosts)
        fate = Fate(only: plan.only)
        let names = (0..<plan.hosts).map { "n\($0 + 1)" }
        let list = InitialList(
            names.prefix(plan.founders).map {
                InitialList.Entry(name: $0, addresses: ["\($0):7377"])
            }
        )
        for at in names.indices {
            let node = Self.identity(
                names[at],
                host: at,
                incarnation: 0,
                isSealed: plan.isSealed
            )
            var member = at < plan.founders ? plan.ordinary[at] : Member(id: node)
            member.id = node
            member.addresses = [Place(at).text]
            let origin = at < plan.founders ? Origin.bootstrap(list) : .join
            let record = Record(node: node, origin: origin)
            hosts.append(
                Host(
                    index: at,
                    node: node,
                    member: member,
                    clock: HostClock(at: 0, reading: 0, ppm: 0),
                    drive: Drive(record),
                    memory: Memory(record),
                    face: at
                )
            )
            startClock(of: at)
        }
        if plan.has(.upgrade) { install() }
        for at in 0..<plan.members {
            queue.plan(.boot(host: at), at: faultDice.pickLog(1...plan.lease))
        }
        for fault in plan.faults where fault.isTimed { planFault(fault) }
        queue.plan(.look, at: plan.lease)
        queue.plan(.calm, at: plan.safety)
    }

    /// A name and a key that no other incarnation has.
    static func identity(
        _ name: String,
        host: Int,
        incarnation: UInt64,
        isSealed: Bool = false
    ) -> NodeID {
        var bytes = secret(of: host, incarnation: incarnation)
        // Without real sessions nobody proves anything with it.
        if isSealed { bytes = StaticKey(bytes: bytes)?.publicKey.bytes ?? [] }
        return NodeID(name: name, key: PublicKey(bytes) ?? .none)
    }

    /// The secret half of a host's key.
    static func secret(of host: Int, incarnation: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        var word = MixDigest.stir(UInt64(host) << 32 | incarnation)
        for _ in 0..<4 {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
            word = MixDigest.stir(word)
        }
        return bytes
    }

    /// Runs until it is over, or something is wrong.
    mutating func run() {
        while violation == nil, !isOver, let next = queue.next() { happen(next.event, at: next.at) }
    }

    /// One thing happens.
    mutating func happen(_ event: Happening, at moment: Moment) {
        now = moment
        events += 1
        happen(event)
    }

    private mutating func happen(_ event: Happening) {
        switch event {
        case .packet(let packet): arrive(packet)
        case .timer(let host, let run): timer(host, run)
        case .synced(let host, let run, let ticket, let fails):
            synced(host, run, ticket, fails: fails)
        case .mirror(let host, let run, let number): mirror(host, run, number)
        case .line(let host, let run): wakeLine(host, run)
        case .wake(let host, let run): wake(host, run)
        case .boot(let host): boot(host)
        case .follow(let host): follow(host)
        case .retry(let session, let tries): retry(session, tries)
        case .look: look()
        case .errand(let errand): arrive(errand)
        case .fault(let fault): if calmSince == nil { strike(fault) }
        case .mend(let at): mend(mendings[at])
        case .turn(let host, let away): turn(host, away: away)
        case .part(let pairs, let time): cut(pairs, for: time)
        case .calm: calm()
        case .deadline: missed()
        case .settled: settled()
        case .end: stillAgreed()
        }
    }

    /// The host's own clock.
    func local(_ host: Int) -> Instant { hosts[host].clock.now(at: now) }

    /// A property is broken: the run is over.
    mutating func violate(_ property: String, _ detail: String) {
        guard violation == nil, !isBeyond || Beyond.asks(property) else { return }
        violation = Violation(property: property, detail: detail, moment: now)
        trace.note(now, -1, 99, 0, "VIOLATED \(property): \(detail)")
    }
}

/// What is broken, and when.
public struct Violation: Hashable, Sendable {
    /// The name of the property: the checker's own.
    public let property: String
    /// What was seen.
    public let detail: String
    /// True time, in nanoseconds.
    public let moment: Int64
}
