// SPDX-License-Identifier: Apache-2.0

import Paxos

/// A proposer of the paper's world: it stands a few times, proposes its own wish where it may, and
/// goes on to the next slot under the same ballot (R13).
struct ProposerHost<P: Proposing>: Hashable, Sendable {
    let number: Int
    /// How often it may still take a ballot.
    private(set) var attemptsLeft: Int
    /// The slots there are.
    let slots: Slot
    private var round: UInt64 = 0
    private var proposer: P?
    private var learner = Learner<Wish>()

    init(number: Int, attempts: Int, slots: Slot) {
        self.number = number
        attemptsLeft = attempts
        self.slots = slots
    }

    private var open: Slot { learner.slot + 1 }

    /// Takes a ballot above its last one. Two proposers never share one: the owner is part of it.
    mutating func stand(_ outcome: inout Outcome<PaxosLetter>) {
        attemptsLeft -= 1
        round += 1
        proposer = P(ballot: Ballot(round: round, owner: PaxosCast.nodes[number]))
        fetchPromises(&outcome)
    }

    /// Asks those whose promise is missing for the open slot.
    private func fetchPromises(_ outcome: inout Outcome<PaxosLetter>) {
        guard let proposer, open <= slots else { return }
        let prepare = Prepare(ballot: proposer.ballot, slot: open)
        for (at, node) in PaxosCast.nodes.enumerated() where at >= PaxosCast.proposers {
            guard !proposer.hasPromise(of: node, for: open) else { continue }
            outcome.letters.append(.prepare(prepare, from: number, to: at))
        }
    }

    mutating func hear(_ letter: PaxosLetter, _ outcome: inout Outcome<PaxosLetter>) {
        switch letter {
        case .promise(let promise, let from, _):
            proposer?.receive(promise, from: PaxosCast.nodes[from])
        case .accepted(let accepted, let from, _):
            guard let proposed = proposer?.proposed, proposed.slot == open else { return }
            proposer?.receive(accepted, from: PaxosCast.nodes[from])
            guard let wish = proposer?.chosen(by: PaxosCast.quorum), learner.learn(wish) else {
                return
            }
            outcome.told.append("\(PaxosCast.name(number)) knows: \(wish) is chosen")
            outcome.letters.append(.hasChosen(wish, by: number))
            for at in PaxosCast.nodes.indices where at != number && wish.slot < slots {
                outcome.letters.append(.decided(wish, from: number, to: at))
            }
            fetchPromises(&outcome)
        case .decided(let wish, _, _):
            if learner.contradicts(wish) {
                outcome.violation = Violation(
                    "oneValueIsChosen",
                    "\(PaxosCast.name(number)) has decided otherwise than \(wish)"
                )
            }
            guard learner.learn(wish) else { return }
            fetchPromises(&outcome)
        default: return
        }
        propose(&outcome)
    }

    private mutating func propose(_ outcome: inout Outcome<PaxosLetter>) {
        guard var proposer, open <= slots, proposer.proposed?.slot != open,
            proposer.isPrepared(for: open, by: PaxosCast.quorum)
        else { return }
        let own = Wish(slot: open, by: number)
        let accept = proposer.propose(own, for: open, quorum: PaxosCast.quorum)
        self.proposer = proposer
        outcome.told.append(
            "\(PaxosCast.name(number)) proposes \(accept.value) under \(accept.ballot)"
        )
        for at in PaxosCast.nodes.indices where at >= PaxosCast.proposers {
            outcome.letters.append(.accept(accept, from: number, to: at))
        }
    }
}
