// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// The world of "Paxos Made Simple": two proposers, three acceptors, a network that does as it
/// likes.
public struct PaxosWorld: Hashable, Sendable {
    /// How often each of the two proposers takes a ballot.
    public var attempts: [Int]
    /// How many slots are decided, one after the other.
    public var slots: Slot
    /// How many times an acceptor dies; then the sync is a step of its own.
    public var crashes: Int

    /// A world of this size.
    public init(attempts: [Int] = [1, 1], slots: Slot = 1, crashes: Int = 0) {
        precondition(attempts.count == PaxosCast.proposers, "\(attempts)")
        self.attempts = attempts
        self.slots = slots
        self.crashes = crashes
    }

    /// Visits every state.
    ///
    /// - Parameters:
    ///   - acceptor: What the acceptors are; a test may give a broken one.
    ///   - proposer: What the proposers are; likewise.
    public func explore<A: Accepting, P: Proposing>(
        acceptor: A.Type = Acceptor<Wish>.self,
        proposer: P.Type = Proposer<Wish>.self,
        depth: Int? = nil,
        progress: (Int, Int, Int) -> Void = { _, _, _ in }
    ) -> Findings {
        var hosts: [PaxosHost<A, P>] = []
        for (number, attempts) in attempts.enumerated() {
            hosts.append(
                .proposer(ProposerHost(number: number, attempts: attempts, slots: slots))
            )
        }
        for number in PaxosCast.proposers..<PaxosCast.nodes.count {
            hosts.append(.acceptor(AcceptorHost(number: number, syncsLater: crashes > 0)))
        }
        let budget = Budget(crashes: UInt8(crashes))
        let stage = Stage(hosts, letters: [], budget: budget) { PaxosRules(of: $0).violation }
        return Search(from: stage).run(depth: depth, progress: progress)
    }
}

/// What must hold in every state of the paper's world, by the marks and letters alone.
struct PaxosRules {
    private var acceptances: [(proposal: Proposal<Wish>, by: Int)] = []
    private var chosen: [Wish] = []
    private var issued: [Accept<Wish>] = []

    init<A, P>(of stage: Stage<PaxosHost<A, P>>) {
        stage.forEachMark { letter in
            switch letter {
            case .hasAccepted(let proposal, let by): acceptances.append((proposal, by))
            case .hasChosen(let wish, _): chosen.append(wish)
            case .accept(let accept, _, _): issued.append(accept)
            default: break
            }
        }
    }

    var violation: Violation? { oneValueIsChosen ?? whatIsLearntIsChosen ?? p2c }

    /// The values that a majority has accepted under one ballot.
    private var majorities: [Proposal<Wish>] {
        var majorities: [Proposal<Wish>] = []
        for (proposal, _) in acceptances where !majorities.contains(proposal) {
            let count = acceptances.count { $0.proposal == proposal }
            if count >= PaxosCast.quorum.needed { majorities.append(proposal) }
        }
        return majorities
    }

    /// Only a single value is chosen (2.1), in each slot.
    private var oneValueIsChosen: Violation? {
        let majorities = majorities
        for a in majorities {
            for b in majorities where a.value.slot == b.value.slot && a.value != b.value {
                return Violation(
                    "oneValueIsChosen",
                    "\(a.value) under \(a.ballot), and \(b.value) under \(b.ballot)"
                )
            }
        }
        return nil
    }

    /// A process never learns that a value has been chosen unless it actually has been (2.1).
    private var whatIsLearntIsChosen: Violation? {
        if chosen.isEmpty { return nil }
        let majorities = majorities
        for wish in chosen where !majorities.contains(where: { $0.value == wish }) {
            return Violation("whatIsLearntIsChosen", "\(wish) has no majority")
        }
        return nil
    }

    /// P2c (2.2): whatever is proposed under a ballot, in some majority either nobody has accepted
    /// anything below it, or the highest below it is this very value.
    private var p2c: Violation? {
        for accept in issued {
            let free = PaxosCast.nodes.indices.dropFirst(PaxosCast.proposers)
            let below = acceptances.filter {
                $0.proposal.ballot < accept.ballot && $0.proposal.value.slot == accept.slot
            }
            let silent = free.count { at in !below.contains { $0.by == at } }
            if silent >= PaxosCast.quorum.needed { continue }
            // Whose acceptances are all below some proposal of the same value.
            let allowed = below.filter { $0.proposal.value == accept.value }
                .contains { candidate in
                    let members = free.count { at in
                        !below.contains {
                            $0.by == at && $0.proposal.ballot > candidate.proposal.ballot
                        }
                    }
                    let isIn = !below.contains {
                        $0.by == candidate.by && $0.proposal.ballot > candidate.proposal.ballot
                    }
                    return isIn && members >= PaxosCast.quorum.needed
                }
            if !allowed {
                return Violation(
                    "P2c",
                    "\(accept.value) is proposed under \(accept.ballot) against what a majority "
                        + "has accepted"
                )
            }
        }
        return nil
    }
}
