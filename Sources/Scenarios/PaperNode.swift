// SPDX-License-Identifier: Apache-2.0

import Paxos

/// The roles of Paxos in one node, without clock, disk or manners: the real acceptor and the real
/// proposer, joined by nothing but letters.
struct PaperNode: Correspondent {
    let id: NodeID
    let everybody: [NodeID]
    var acceptor = Acceptor<String>()
    var proposer: Proposer<String>?
    /// What this node wants chosen.
    let wish: String
    /// What it knows to be chosen.
    private(set) var chosen: String?

    enum Letter: Hashable, Sendable, CustomStringConvertible {
        case prepare(Prepare)
        case promise(Promise<String>)
        case accept(Accept<String>)
        case accepted(Accepted)
        case denied(by: Ballot)

        var description: String {
            switch self {
            case .prepare(let prepare): "prepare \(prepare.ballot)"
            case .promise(let promise):
                "promise \(promise.ballot)" + (promise.accepted.map { ", has \($0.value)" } ?? "")
            case .accept(let accept): "accept \(accept.ballot) \(accept.value)"
            case .accepted(let accepted): "accepted \(accepted.ballot)"
            case .denied(let ballot): "no: \(ballot)"
            }
        }
    }

    /// The nodes of a story, each with its wish.
    static func stage(_ names: [String], wishes: [String]) -> PaperStage<PaperNode> {
        let ids = names.enumerated().map { at, name in
            NodeID(name: name, key: PublicKey(words: (UInt64(at + 1), 0, 0, 1)))
        }
        return PaperStage(names) { at in
            PaperNode(id: ids[at], everybody: ids, wish: wishes[at])
        }
    }

    private init(id: NodeID, everybody: [NodeID], wish: String) {
        (self.id, self.everybody, self.wish) = (id, everybody, wish)
    }

    private var quorum: Quorum { Quorum(of: everybody) }

    private func all(_ letter: Letter) -> [Post<Letter>] {
        everybody.indices.map { Post(to: $0, letter: letter) }
    }

    /// Takes a ballot above all it has seen, and asks for promises.
    mutating func stand() -> [Post<Letter>] {
        let ballot = Ballot(round: acceptor.promised.round + 1, owner: id)
        proposer = Proposer(ballot: ballot)
        return all(.prepare(Prepare(ballot: ballot, slot: 1)))
    }

    mutating func receive(_ letter: Letter, from sender: Int) -> [Post<Letter>] {
        func back(_ letter: Letter) -> [Post<Letter>] { [Post(to: sender, letter: letter)] }
        switch letter {
        case .prepare(let prepare):
            switch acceptor.receive(prepare) {
            case .promise(let promise): return back(.promise(promise))
            case .denied: return back(.denied(by: acceptor.promised))
            }
        case .promise(let promise):
            let quorum = quorum
            proposer?.receive(promise, from: everybody[sender])
            guard promise.ballot == proposer?.ballot, proposer?.proposed == nil,
                proposer?.isPrepared(for: 1, by: quorum) ?? false,
                let accept = proposer?.propose(wish, for: 1, quorum: quorum)
            else { return [] }
            return all(.accept(accept))
        case .accept(let accept):
            switch acceptor.receive(accept) {
            case .accepted(let accepted): return back(.accepted(accepted))
            case .denied: return back(.denied(by: acceptor.promised))
            }
        case .accepted(let accepted):
            proposer?.receive(accepted, from: everybody[sender])
            chosen = proposer?.chosen(by: quorum) ?? chosen
            return []
        case .denied: return []
        }
    }
}
