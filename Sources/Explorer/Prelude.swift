// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos

/// What goes before the first state of a replicas' world: one orderly run of the same hosts, in
/// which every letter arrives at once and in turn.
struct Prelude<R: Replicating> {
    private(set) var hosts: [ReplicaHost<R>]
    /// At the end: the marks of what has happened, and what is still under way.
    private(set) var letters: [ReplicaLetter] = []
    private(set) var tick = 0
    /// What is broken already, if the hosts do not even get this far.
    private(set) var violation: Violation?
    private let world: ReplicaWorld
    private var next = 0

    init(_ world: ReplicaWorld) {
        self.world = world
        let settings = ReplicaCast.settings(driftPPM: world.driftPPM)
        hosts = (0..<ReplicaCast.count).map { number in
            ReplicaHost<R>(
                number: number,
                disk: Prelude.record(of: number, world.eve, settings),
                settings: settings,
                order: world.order
            )
        }
    }

    mutating func play() {
        for host in hosts.indices { take(host, .cue(.restart)) }
        settle(among: [0, 1, 2])
        switch world.eve {
        case .blank, .calm: break
        case .apart:
            for _ in 0..<2 {
                tick += 1
                next = letters.count
                settle(among: [0, 1])
            }
        case .asleep: tick += 2
        case .obeyed, .pending: break
        }
        letters = letters.filter { !isDone($0) }
        next = letters.count
        switch world.eve {
        case .obeyed:
            take(0, .cue(.order))
            settle(among: [0, 1, 2])
        case .pending:
            take(0, .cue(.order))
            // The others hear it, and are not heard.
            for letter in letters[next...] {
                guard case .message(_, 0, let to, _) = letter else { continue }
                take(to, .letter(letter))
            }
            tick += 2
        default: break
        }
        if world.syncsLater { for host in hosts.indices { hosts[host].syncLater() } }
    }

    /// What has arrived stays away from now on; before the genesis only the greetings have.
    private func isDone(_ letter: ReplicaLetter) -> Bool {
        guard case .message(let message, _, _, _) = letter else { return false }
        return world.eve != .blank || message.isGreeting
    }

    private mutating func settle(among some: [Int]) {
        var isBusy = true
        while isBusy {
            isBusy = false
            for host in some where world.eve != .blank {
                guard hosts[host].cues(at: tick).contains(.wake) else { continue }
                take(host, .cue(.wake))
                isBusy = true
            }
            while next < letters.count {
                let letter = letters[next]
                next += 1
                guard case .message(_, let from, let to, _) = letter, isDone(letter),
                    some.contains(from), some.contains(to)
                else { continue }
                take(to, .letter(letter))
                isBusy = true
            }
            precondition(next < 1000, "no calm: \(letters.map(ReplicaHost<R>.text))")
        }
    }

    private mutating func take(_ host: Int, _ input: Happening<ReplicaHost<R>>) {
        let outcome = hosts[host].take(input, at: tick)
        violation = violation ?? outcome.violation
        for letter in outcome.letters where !letters.contains(letter) { letters.append(letter) }
    }

    private static func record(
        of host: Int,
        _ eve: ReplicaWorld.Eve,
        _ settings: Settings
    ) -> Record {
        let node = ReplicaCast.nodes[host]
        if eve == .blank {
            let list = InitialList(
                ReplicaCast.nodes.map { InitialList.Entry(name: $0.name, addresses: []) }
            )
            return Record(node: node, origin: .bootstrap(list))
        }
        return Record(
            node: node,
            origin: .join,
            decided: ReplicaCast.first(settings),
            promised: Ballot(round: 1, owner: ReplicaCast.nodes[0])
        )
    }
}
