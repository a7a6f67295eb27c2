// SPDX-License-Identifier: Apache-2.0

import Election

/// What can go wrong in a world. Each seed switches a random subset on: a world with everything on
/// at once hides more than it finds (swarm testing).
public enum Fault: Int, CaseIterable, Sendable {
    /// Packets are lost, at some rate.
    case loss
    /// Packets come twice.
    case duplication
    /// Packets are under way for longer than a lease.
    case delay
    /// Links fail in one direction or both; hosts are cut off; the cluster falls in two.
    case cut
    /// Processes die and come back.
    case crash
    /// Hosts lose power: the clock starts anew, the page is gone.
    case power
    /// A process dies between two effects of one step.
    case halfStep
    /// A process stands still and goes on (SIGSTOP).
    case pause
    /// A process stands still between two effects of one step.
    case halfPause
    /// Syncs take long.
    case slowSync
    /// A sync fails.
    case failedSync
    /// Clocks run as fast and as slow as they may, and change.
    case drift
    /// Timers fire late.
    case lateTimer
    /// Everything goes down at once.
    case blackout
    /// Hosts lose their disk and come back with a new identity.
    case wipe
    /// Operators hand leadership over.
    case transfer
    /// Operators stop hosts in order, or restart them.
    case stop
    /// Operators change members.
    case membership
    /// Hosts are told at once that a peer's process is gone.
    case hint
    /// Packets are damaged or cut short.
    case damage
    /// A write that is not synced leaves some sectors new and some old.
    case tornWrite
    /// Sectors rot, and are found rotten at the next start.
    case rot
    /// Syncs hang.
    case hangingSync
    /// Datagrams are recorded and sent again, from anywhere; over real sessions only.
    case replay
    /// Disks are copied, and both copies live: outside of what is survived.
    case clone
    /// An older image of a disk is put back: outside of what is survived.
    case rollback
    /// Hosts are given other addresses.
    case move
    /// Majorities are lost, or are thought to be, and survivors recovered.
    case recovery
    /// Hosts have different releases, which speak more versions of the protocol or fewer.
    case upgrade

    /// What any world may have.
    static let survivable = allCases.filter { $0 != .replay && $0 != .clone && $0 != .rollback }

    /// What the table says of it.
    public var sentence: String {
        switch self {
        case .loss: "packets are lost"
        case .duplication: "packets come twice"
        case .delay: "packets are late by more than a lease"
        case .cut: "links are cut, one way or both"
        case .crash: "processes die"
        case .power: "hosts lose power"
        case .halfStep: "processes die between two effects"
        case .pause: "processes stand still"
        case .halfPause: "processes stand still between two effects"
        case .slowSync: "syncs take long"
        case .failedSync: "syncs fail"
        case .drift: "clock rates change"
        case .lateTimer: "timers fire late"
        case .blackout: "everything goes down at once"
        case .wipe: "hosts lose their disks"
        case .transfer: "leadership is handed over"
        case .stop: "hosts are stopped or restarted in order"
        case .membership: "members change"
        case .hint: "the death of a process is noticed"
        case .damage: "packets are damaged or cut short"
        case .tornWrite: "writes are torn, sector by sector"
        case .rot: "sectors rot"
        case .hangingSync: "syncs hang"
        case .replay: "datagrams are recorded and replayed"
        case .clone: "disks are copied, and both copies live"
        case .rollback: "older images of disks are put back"
        case .move: "addresses change"
        case .recovery: "majorities are lost, or so it seems, and survivors recovered"
        case .upgrade: "hosts speak different versions, and are upgraded"
        }
    }
}

/// How hard a seed is tried.
public enum Profile: String, CaseIterable, Sendable {
    /// Nothing goes wrong.
    case calm
    /// A random subset of the faults.
    case swarm
    /// All of them, all the time.
    case storm
    /// Hosts forget what they promised, and nothing tells them: this must fail, or nothing would.
    case canary
    /// A random subset of the faults, and real sessions: handshakes, sealing, fragments, replays.
    case session
    /// A random subset of the faults, copied disks and older images, over real sessions: these two
    /// cannot be survived, but noticed.
    case clones

    /// Whether the sessions are the real ones.
    var isSealed: Bool { self == .session || self == .clones }

    func faults(_ dice: inout Dice) -> [Fault] {
        switch self {
        case .calm: []
        case .swarm: Fault.survivable.filter { _ in dice.chance(ppm: 350_000) }
        case .storm: Fault.survivable
        case .canary: [.crash, .cut]
        case .session:
            Fault.survivable.filter { _ in dice.chance(ppm: 250_000) } + [.replay]
        case .clones:
            Fault.survivable.filter { _ in dice.chance(ppm: 250_000) } + [.clone, .rollback]
        }
    }
}
