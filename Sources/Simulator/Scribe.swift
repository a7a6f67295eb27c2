// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// Writes a run down as moves of the TLA+ model, so that the model can play it over.
///
/// Like the writer of a chess score it only watches: it sees what goes into a replica and what comes
/// out, and notes each promise, acceptance and grant as the action that it is an instance of. Which
/// is which stands in Tests/Model/README.md. Where the model has no words for what happens (an older
/// image, another drift) the score ends: what was noted until then is a score all the same.
public final class Scribe {
    /// One line of the score.
    enum Move {
        /// What each host's clock went on, in nanoseconds.
        case tick([Int64])
        /// `rest` is what the action chose, besides node and ballot.
        case act(String, Int, Ballot?, rest: String)
        /// A write, noted where its record was made, for that is what it holds. Whether it got to the
        /// disk shows later; one that did not is no move.
        case sync(Int, isDone: Bool)
    }

    /// What the model cannot say, at which the score ends; nil if it can say all of it.
    public private(set) var objection: String?
    private(set) var moves: [Move] = []
    /// Which identity of the model each node is: by its name, plus the number of names for each disk
    /// that was lost before.
    private(set) var numbers: [NodeID: Int] = [:]
    let plan: Plan
    private let limit: Int
    /// Who runs on each host, by what it has shown.
    var players: [Player?]
    /// The newest chosen decree, and how often the next one had another leader, or other voters.
    private var newest: Decree?
    private(set) var elections = 0
    private(set) var voterChanges = 0
    var voterSets: Set<String> = []
    /// The lengths of leases that were asked for, in nanoseconds.
    var lengths: Set<Int64> = []
    /// What is said once, however often it is sent.
    var said: Set<Said> = []
    private var clocks: [Reading]

    struct Player {
        let node: NodeID
        let number: Int
        /// What its disk holds, as far as is known, and what may have come after that.
        var disk: Record
        var writes: [Write] = []
        var released = Ballot.zero
        var proposing = Ballot.zero
        var claimed: Slot = 0
    }

    struct Write {
        let move: Int
        let record: Record
    }

    enum Said: Hashable {
        case stand(Ballot), prepare(Ballot, Slot), propose(Ballot, Slot)
        case heartbeat(Ballot, Instant), release(Ballot)
    }

    private struct Reading {
        var time = Instant.zero
        var boot = 0
    }

    /// For a run of this plan; no more than about `limit` moves are noted.
    public init(_ plan: Plan, limit: Int = 600) {
        (self.plan, self.limit) = (plan, limit)
        players = Array(repeating: nil, count: plan.hosts)
        clocks = Array(repeating: Reading(), count: plan.hosts)
    }

    private var isOpen: Bool { objection == nil && moves.count < limit }

    func note(_ action: String, _ host: Int, _ ballot: Ballot? = nil, _ rest: String = "") {
        guard isOpen, let number = players[host]?.number else { return }
        moves.append(.act(action, number, ballot, rest: rest))
    }

    /// The score ends here.
    func object(_ what: String) {
        if objection == nil { objection = what }
    }

    // What the world shows.

    /// A replica has taken an input, and this came of it.
    func step(_ host: Int, _ input: Input, _ effects: Effects, in world: World) {
        guard isOpen, let replica = world.hosts[host].process?.replica else { return }
        let (before, last) = (moves.count, clocks)
        tick(world)
        let ticked = moves.count
        hear(host, input, freed: replica.released)
        var decrees: [Decree] = effects.events.compactMap { told in
            if case .decided(let decree) = told.event { decree } else { nil }
        }
        let envelopes = (effects.messages + (replica.murmur ?? [])).filter { $0.attempt == 0 }
        for envelope in envelopes.sorted(by: { $0.number < $1.number }) {
            // What is said shows the slot that was known then.
            while let decree = decrees.first, decree.slot <= envelope.message.slot {
                know(host, decrees.removeFirst(), by: input)
            }
            say(host, envelope.message.body, longest: replica.longestLease)
        }
        for decree in decrees { know(host, decree, by: input) }
        free(host, replica.released)
        for record in effects.records {
            guard let number = players[host]?.number else { continue }
            players[host]?.writes.append(Write(move: moves.count, record: record))
            moves.append(.sync(number, isDone: false))
        }
        // Nothing has happened at that moment: the next one takes its time as well.
        if moves.count == ticked {
            moves.removeSubrange(before...)
            clocks = last
        }
    }

    /// A page was written.
    func claim(_ host: Int, _ page: Page, in world: World) {
        guard isOpen, let player = players[host], let decree = page.decree else { return }
        let leads = page.standing == .leader
        guard leads || player.claimed != decree.slot else { return }
        tick(world)
        players[host]?.claimed = decree.slot
        note("publishes", host, nil, "slot |-> \(decree.slot), epoch |-> \(decree.epoch)")
        if leads {
            let left = (page.validUntil - world.local(host)).nanoseconds
            note("leads", host, nil, "epoch |-> \(decree.epoch), left |-> \(left)")
        }
    }

    // Time.

    /// A clock that has begun anew has let every timer of its host run out.
    private static let ages: Int64 = 2_000_000_000

    private func tick(_ world: World) {
        var by: [Int64] = []
        for host in world.hosts {
            let now = Reading(time: world.local(host.index), boot: host.boot)
            let last = clocks[host.index]
            let gone = now.time.nanoseconds - last.time.nanoseconds
            by.append(now.boot == last.boot ? min(gone, Self.ages) : Self.ages)
            clocks[host.index] = now
        }
        if by.contains(where: { $0 > 0 }) { moves.append(.tick(by)) }
    }

    // What goes in.

    private func hear(_ host: Int, _ input: Input, freed: Ballot) {
        switch input {
        case .started(let recovered): start(host, recovered.record)
        case .stored(let id): settle(host, while: { $0.id <= id })
        case .received: free(host, freed)
        default: break
        }
    }

    private func start(_ host: Int, _ record: Record) {
        let node = record.node
        if let player = players[host], player.node == node {
            // Which of the writes that were under way did it find?
            if !player.disk.isAlike(record) {
                guard let found = player.writes.first(where: { $0.record.isAlike(record) }) else {
                    return object("\(node) found an older image")
                }
                settle(host, while: { $0.id <= found.record.id })
            }
            note("restart", host)
            players[host] = Player(node: node, number: player.number, disk: record)
            return
        }
        var number = host + 1
        if let last = players[host] {
            number = last.number + plan.members
        } else if host < plan.founders, record.origin == .join {
            // It has lost its disk before it began.
            players[host] = Player(node: node, number: number, disk: record)
            number += plan.members
        }
        if players[host] != nil { note("wipe", host) }
        numbers[node] = number
        players[host] = Player(node: node, number: number, disk: record)
    }

    /// These writes got to the disk.
    private func settle(_ host: Int, while reached: (Record) -> Bool) {
        guard var player = players[host] else { return }
        while let write = player.writes.first, reached(write.record) {
            player.writes.removeFirst()
            player.disk = write.record
            moves[write.move] = .sync(player.number, isDone: true)
        }
        players[host] = player
    }

    /// A Release was heard, by somebody whom it concerns (R18).
    private func free(_ host: Int, _ ballot: Ballot) {
        guard let player = players[host], player.released != ballot else { return }
        // One's own is said first.
        guard ballot.owner != player.node || said.contains(.release(ballot)) else { return }
        players[host]?.released = ballot
        note("free", host, ballot)
    }

    private func know(_ host: Int, _ decree: Decree, by input: Input) {
        let slot = "slot |-> \(decree.slot)"
        if case .received(let message, _, _) = input, case .decided(let told) = message.body,
            told.id == decree.id
        {
            note("learn", host, nil, slot)
        } else {
            note("choose", host, players[host]?.proposing, slot)
            guard isOpen else { return }
            if let newest, newest.epoch != decree.epoch { elections += 1 }
            if let newest, newest.quorum != decree.quorum { voterChanges += 1 }
            newest = decree
        }
    }
}

extension Record {
    /// Whether the model sees no difference.
    fileprivate func isAlike(_ other: Record) -> Bool {
        promised == other.promised && accepted == other.accepted && decided == other.decided
            && maxLease == other.maxLease
    }
}
