// SPDX-License-Identifier: Apache-2.0

import Paxos

// How the paper's world reads in a story.

extension PaxosHost {
    static func recipient(of letter: PaxosLetter) -> Int? {
        switch letter {
        case .prepare(_, _, let to), .promise(_, _, let to), .accept(_, _, let to),
            .accepted(_, _, let to), .decided(_, _, let to):
            to
        case .hasAccepted, .hasChosen: nil
        }
    }

    static func isMark(_ letter: PaxosLetter) -> Bool {
        switch letter {
        case .accept, .hasAccepted, .hasChosen: true
        default: false
        }
    }

    static func text(of letter: PaxosLetter) -> String {
        func way(_ from: Int, _ to: Int) -> String {
            "\(PaxosCast.name(from)) -> \(PaxosCast.name(to))  "
        }
        switch letter {
        case .prepare(let prepare, let from, let to):
            return way(from, to) + "prepare \(prepare.ballot) slot=\(prepare.slot)"
        case .promise(let promise, let from, let to):
            let had = promise.accepted.map { " accepted=\($0.ballot) (\($0.value))" } ?? ""
            return way(from, to) + "promise \(promise.ballot) slot=\(promise.slot)" + had
        case .accept(let accept, let from, let to):
            return way(from, to) + "accept \(accept.ballot) \(accept.value)"
        case .accepted(let accepted, let from, let to):
            return way(from, to) + "accepted \(accepted.ballot) slot=\(accepted.slot)"
        case .decided(let wish, let from, let to): return way(from, to) + "decided \(wish)"
        case .hasAccepted(let proposal, let by):
            return "\(PaxosCast.name(by)) has accepted \(proposal.ballot) \(proposal.value)"
        case .hasChosen(let wish, let by):
            return "\(PaxosCast.name(by)) knows: \(wish) is chosen"
        }
    }

    func text(of cue: Cue) -> String {
        let name =
            switch self {
            case .proposer(let host): PaxosCast.name(host.number)
            case .acceptor(let host): PaxosCast.name(host.number)
            }
        return switch cue {
        case .stand: "\(name) takes a ballot"
        case .store: "\(name) has it on disk"
        case .crash: "\(name) dies and starts again"
        }
    }
}
