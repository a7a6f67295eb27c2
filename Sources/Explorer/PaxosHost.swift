// SPDX-License-Identifier: Apache-2.0

public import Paxos

// The paper's world: proposers that ask, acceptors that answer, values that are wishes.

/// A value of the paper's world: what one proposer wishes for one slot.
public struct Wish: Chained, CustomStringConvertible {
    /// For which slot.
    public let slot: Slot
    /// Whose wish it is.
    public let by: Int

    /// A wish.
    public init(slot: Slot, by: Int) {
        self.slot = slot
        self.by = by
    }

    /// `p1's wish for slot 2`.
    public var description: String { "p\(by + 1)'s wish for slot \(slot)" }
}

/// What an acceptor does for this world: the real one, or in a test a broken one.
public protocol Accepting: Hashable, Sendable {
    /// A new acceptor.
    init()
    /// The slot that is open.
    var slot: Slot { get }
    /// The highest ballot promised.
    var promised: Ballot { get }
    /// What was accepted for the open slot.
    var accepted: Proposal<Wish>? { get }
    /// Phase 1.
    mutating func receive(_ prepare: Prepare) -> Acceptor<Wish>.PrepareAnswer
    /// Phase 2.
    mutating func receive(_ accept: Accept<Wish>) -> Acceptor<Wish>.AcceptAnswer
    /// The slots below are decided.
    mutating func open(_ slot: Slot)
}

extension Acceptor<Wish>: Accepting {
    /// Nothing promised, nothing accepted.
    public init() { self.init(slot: 1) }
}

/// What a proposer does for this world: the real one, or in a test a broken one.
public protocol Proposing: Hashable, Sendable {
    /// A proposer that has asked nobody yet.
    init(ballot: Ballot)
    /// Its ballot.
    var ballot: Ballot { get }
    /// What it proposes now.
    var proposed: Accept<Wish>? { get }
    /// Takes a promise in.
    mutating func receive(_ promise: Promise<Wish>, from node: NodeID)
    /// Whether Phase 1 is complete.
    func isPrepared(for slot: Slot, by quorum: Quorum) -> Bool
    /// Whether this node has promised.
    func hasPromise(of node: NodeID, for slot: Slot) -> Bool
    /// Phase 2.
    mutating func propose(_ own: Wish, for slot: Slot, quorum: Quorum) -> Accept<Wish>
    /// Counts an acceptance.
    mutating func receive(_ accepted: Accepted, from node: NodeID)
    /// What is chosen by these.
    func chosen(by quorum: Quorum) -> Wish?
}

extension Proposer<Wish>: Proposing {}

/// What travels in the paper's world, and what stays known of it.
enum PaxosLetter: Hashable {
    case prepare(Prepare, from: Int, to: Int)
    case promise(Promise<Wish>, from: Int, to: Int)
    case accept(Accept<Wish>, from: Int, to: Int)
    case accepted(Accepted, from: Int, to: Int)
    case decided(Wish, from: Int, to: Int)
    /// A mark: this acceptor has it on disk.
    case hasAccepted(Proposal<Wish>, by: Int)
    /// A mark: this proposer has concluded that it is chosen.
    case hasChosen(Wish, by: Int)
}

/// Who is who in the paper's world: `p1 p2 a1 a2 a3`.
enum PaxosCast {
    static let proposers = 2
    static let acceptors = 3

    static func node(_ at: Int) -> NodeID {
        NodeID(name: name(at), key: PublicKey(words: (UInt64(at) + 1, 0, 0, 0)))
    }

    static func name(_ at: Int) -> String {
        at < proposers ? "p\(at + 1)" : "a\(at - proposers + 1)"
    }

    static let nodes = (0..<proposers + acceptors).map(node)
    static let quorum = Quorum(of: Array(nodes[proposers...]))
}

/// A proposer or an acceptor, with its disk.
enum PaxosHost<A: Accepting, P: Proposing>: Participant {
    case proposer(ProposerHost<P>)
    case acceptor(AcceptorHost<A>)

    /// What happens besides letters.
    enum Cue: Hashable {
        /// A proposer takes its next ballot.
        case stand
        /// What an acceptor has in memory reaches its disk.
        case store
        /// An acceptor dies and starts again with what is on its disk.
        case crash
    }

    func cues(at tick: Int) -> [Cue] {
        switch self {
        case .proposer(let host): host.attemptsLeft > 0 ? [.stand] : []
        case .acceptor(let host): host.isClean ? [] : [.store, .crash]
        }
    }

    static func cost(of cue: Cue) -> Budget { Budget(crashes: cue == .crash ? 1 : 0) }

    /// Nothing is exclusive here.
    func claims(at tick: Int) -> Bool { false }

    mutating func take(
        _ input: Happening<Self>,
        at tick: Int
    ) -> Outcome<PaxosLetter> {
        var outcome = Outcome<PaxosLetter>()
        switch self {
        case .proposer(var host):
            switch input {
            case .letter(let letter): host.hear(letter, &outcome)
            case .cue: host.stand(&outcome)
            }
            self = .proposer(host)
        case .acceptor(var host):
            switch input {
            case .letter(let letter): host.hear(letter, &outcome)
            case .cue(.store): host.store(&outcome)
            case .cue: host.crash()
            }
            self = .acceptor(host)
        }
        return outcome
    }
}
