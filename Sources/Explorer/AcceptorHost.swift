// SPDX-License-Identifier: Apache-2.0

import Paxos

/// An acceptor of the paper's world with its disk: what it has in memory, what is on disk, and the
/// answers that wait for the disk (R4).
struct AcceptorHost<A: Accepting>: Hashable, Sendable {
    let number: Int
    private var memory = A()
    private var disk = A()
    private var waiting: [PaxosLetter] = []
    /// The highest ballot under which an answer has left. No crash takes it back.
    private var word = Ballot.zero
    /// Whether the sync is a step of its own; otherwise it is part of the receiving.
    let syncsLater: Bool

    init(number: Int, syncsLater: Bool) {
        self.number = number
        self.syncsLater = syncsLater
    }

    var isClean: Bool { memory == disk && waiting.isEmpty }

    mutating func hear(_ letter: PaxosLetter, _ outcome: inout Outcome<PaxosLetter>) {
        let answer: PaxosLetter
        switch letter {
        case .prepare(let prepare, let from, _):
            guard case .promise(let promise) = memory.receive(prepare) else { return }
            answer = .promise(promise, from: number, to: from)
        case .accept(let accept, let from, _):
            guard case .accepted(let accepted) = memory.receive(accept) else { return }
            answer = .accepted(accepted, from: number, to: from)
            // One write may hold a later acceptance than the one it stands for.
            let proposal = Proposal(ballot: accept.ballot, value: accept.value)
            let mark = PaxosLetter.hasAccepted(proposal, by: number)
            if !waiting.contains(mark) { waiting.append(mark) }
        case .decided(let wish, _, _):
            if wish.slot >= memory.slot { memory.open(wish.slot + 1) }
            if !syncsLater { store(&outcome) }
            return
        default: return
        }
        // The answer to a duplicate waits for the same write as the first one.
        if !waiting.contains(answer) { waiting.append(answer) }
        if !syncsLater || memory == disk { store(&outcome) }
    }

    /// What is in memory is on disk now, and what waited for it leaves.
    mutating func store(_ outcome: inout Outcome<PaxosLetter>) {
        if memory.promised < disk.promised {
            outcome.violation = Violation(
                "promisesNeverGoDown",
                "\(PaxosCast.name(number)) has promised \(disk.promised), now \(memory.promised)"
            )
        }
        disk = memory
        for answer in waiting {
            check(answer, &outcome)
            outcome.letters.append(answer)
        }
        waiting = []
    }

    /// An answer leaves: never one below an answer that left before.
    private mutating func check(_ answer: PaxosLetter, _ outcome: inout Outcome<PaxosLetter>) {
        let ballot: Ballot
        switch answer {
        case .promise(let promise, _, _): ballot = promise.ballot
        case .accepted(let accepted, _, _): ballot = accepted.ballot
        default: return
        }
        if ballot > disk.promised || ballot < word {
            outcome.violation = Violation(
                "promisesNeverGoDown",
                "\(PaxosCast.name(number)) answers \(ballot) after \(word), and has promised "
                    + "\(disk.promised)"
            )
        }
        word = max(word, ballot)
    }

    /// Dies, and starts again with what is on the disk.
    mutating func crash() {
        memory = disk
        waiting = []
    }
}
