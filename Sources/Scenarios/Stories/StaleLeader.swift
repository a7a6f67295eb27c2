// SPDX-License-Identifier: Apache-2.0

// In 2013 a leader of etcd that had been cut off went on answering reads: it had heard of no other
// leader, so it took itself for one, and what it said was old. "I have heard of nobody else" is no
// proof; a lease is. In the second act a reader asks the old leader all the time. It says leader
// until its lease ends and unsure after, and between its last "leader" and the first of the new one
// there is always a gap.
//
// Source: etcd in 2013, and Kingsbury, Jepsen: etcd and Consul (2014); rules R8, R14 to R16.

import Election
import Paxos

/// A host that leads from when a majority has voted for it until it hears of a later term: votes
/// are in order, reads are not.
private struct Unleased: Correspondent {
    enum Letter: Hashable, Sendable, CustomStringConvertible {
        case vote(term: Int), granted(term: Int), write(term: Int, x: Int), read, value(x: Int)

        var description: String {
            switch self {
            case .vote(let term): "vote, term \(term)"
            case .granted(let term): "granted, term \(term)"
            case .write(let term, let x): "term \(term): x = \(x)"
            case .read: "x?"
            case .value(let x): "x = \(x)"
            }
        }
    }

    var term = 1
    var x = 1
    var leads: Bool
    /// What the reader was told last.
    var told: Int?

    mutating func receive(_ letter: Letter, from sender: Int) -> [Post<Letter>] {
        switch letter {
        case .vote(let newer):
            guard newer > term else { return [] }
            (term, leads) = (newer, false)
            return [Post(to: sender, letter: .granted(term: newer))]
        case .granted:
            // With its own vote that is two of three.
            leads = true
            x = 2
            return [Post(to: 2, letter: .write(term: term, x: x))]
        case .write(let newer, let new):
            (term, x) = (newer, new)
            return []
        case .read: return leads ? [Post(to: sender, letter: .value(x: x))] : []
        case .value(let x):
            told = x
            return []
        }
    }
}

extension Scenario {
    static let staleLeader = Scenario(
        "etcd-2013-stale-leader",
        "A leader is cut off and is asked all the while: it never says leader when another does.",
        source: "etcd in 2013; K. Kingsbury, Jepsen: etcd and Consul, 2014"
    ) { [withoutLease(), withLease()] }

    private static func withoutLease() -> Act {
        var stage = PaperStage(["n1", "n2", "n3", "reader"]) { Unleased(leads: $0 == 0) }
        stage.note("n1 leads in term 1, x = 1; the cut: n1 and a reader | n2 n3")
        stage.act("n2") { node in
            node.term = 2
            return [0, 2].map { Post(to: $0, letter: .vote(term: 2)) }
        }
        stage.lose("n2", to: "n1")
        stage.deliver("n2", to: "n3")
        stage.deliver("n3", to: "n2")
        stage.say("n2", .leads, "leads, term 2")
        stage.deliver("n2", to: "n3")
        stage.act("reader") { _ in [Post(to: 0, letter: .read)] }
        stage.deliver("reader", to: "n1")
        stage.deliver("n1", to: "reader")
        stage.say("reader", .breaks, "a stale read")
        stage.claim(
            "n1 and n2 both take themselves for the leader",
            stage.roles[0].leads && stage.roles[1].leads
        )
        stage.claim(
            "the reader is told x = 1, after a majority had x = 2",
            stage.roles[3].told == 1 && stage.roles[1].x == 2 && stage.roles[2].x == 2
        )
        return stage.act("Without a lease")
    }

    private static func withLease() -> Act {
        var stage = Stage("n1", "n2", "n3")
        stage.shows.subtract([.canvass, .canvassReply])
        stage.film()
        stage.note("the cut: n1 | n2 n3; a reader asks n1 every millisecond")
        stage.partition(["n1"], ["n2", "n3"])
        let began = stage.now
        var lastYes = stage.now
        var firstOther: Span?
        var isEverBoth = false
        while firstOther == nil, stage.now - began < stage.settings.lease * 4 {
            stage.run(for: .milliseconds(1))
            let isOld = stage.standing("n1") == .leader
            if isOld { lastYes = stage.now }
            if stage.standing("n2") == .leader {
                firstOther = stage.now - began
                isEverBoth = isEverBoth || isOld
            }
        }
        let last = lastYes - began
        stage.run { $0.standing("n3") == .follower }
        stage.claim("the reader never heard leader from both", !isEverBoth)
        stage.claim(
            "n1 said leader for \(last) after the cut and then unsure, less than a lease of "
                + "\(stage.settings.lease)",
            last < stage.settings.lease && stage.standing("n1") == .unsure
        )
        stage.claim(
            "n2 said leader \(firstOther.map { "\($0)" } ?? "never") after the cut, later than that",
            firstOther.map { $0 > last } ?? false
        )
        stage.claim(
            "whoever compares epochs would have known: 1 is less than 2",
            stage.epoch("n1") == 1 && stage.epoch("n2") == 2
        )
        return stage.act("With a lease")
    }
}
