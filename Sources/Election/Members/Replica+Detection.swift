// SPDX-License-Identifier: Apache-2.0

import Paxos

// Copied disks and older images are outside what Paxos survives (R1). They cannot be survived, but
// they can be noticed: the others remember what a node has written (R23).

extension Replica {
    mutating func greeted(
        _ hello: Hello,
        by node: NodeID,
        session: Instant,
        at now: Instant
    ) {
        var isAnswer = false
        for heard in hello.heard where heard.node == me {
            checkImage(told: heard.number, by: node)
            isAnswer = isAnswer || heard.number >= firstWrite
        }
        let quiet = quietOfCopies
        let older = olderImage(shownBy: hello, of: node, session: session)
        let isCopy = withPeer(node) { peer -> Bool in
            peer.wrote(hello.writeNumber, at: now)
            peer.versions = hello.versions
            guard let run = peer.run, run != hello.run else {
                if peer.run == nil { peer.runSince = now }
                peer.run = hello.run
                return false
            }
            // Over a handshake that is older than what we know of its present run this says
            // nothing: it may have been under way for long.
            guard session > peer.runSince else { return false }
            // A run that another has replaced comes back over a handshake begun after that: both
            // are alive (R23b).
            let isBack = peer.replacedRuns.contains(hello.run)
            if isBack {
                peer.copiedUntil = now + quiet
                peer.replacedRuns.removeAll { $0 == hello.run }
            }
            peer.replacedRuns.append(run)
            if peer.replacedRuns.count > 8 { peer.replacedRuns.removeFirst() }
            (peer.run, peer.runSince) = (hello.run, now)
            // It may have forgotten what it showed: `decided` is written lazily (R5).
            peer.shownSlot = 0
            return isBack
        }
        if isCopy {
            tell(.copied(node))
            refuse(node, .zero, .copied, at: now)
        } else if let older {
            tell(older)
        }
        if isAnswer {
            settle(node, .hello)
        } else if !isHalted {
            send(to: node, .hello(self.hello(to: node)))
        }
        if case .canvassing(let canvassing) = phase, learner.decided == nil,
            knownFounders.contains(node), canvassing.reply(of: node) == nil,
            !isAsking(node, .canvass)
        {
            ask(node, .canvass, .canvass(question), at: now)
        }
        // Who has just arrived hears who leads at once, not an interval later; nobody else does.
        if phase == .reigning, isMember(node) { beat(to: node, at: now) }
    }

    /// Whether two copies of the node are known to live: then nothing it says is counted.
    func isCopied(_ node: NodeID, at now: Instant) -> Bool {
        peer(node).map { $0.copiedUntil > now } ?? false
    }

    /// For how long one of two copies must be silent before the other is counted.
    var quietOfCopies: Span { max(settings.lease * 2, .milliseconds(1000)) }

    /// Another knows of a later write of ours than we do: this disk is an older image (R23a).
    mutating func checkImage(told number: UInt64, by node: NodeID) {
        guard number > ledger.written, !isHalted else { return }
        tell(.olderImage(told: number, own: ledger.written, by: node))
        halt()
    }

    /// What a run's first greeting shows of its disk: nil where it is as new as it must be. It is
    /// told of it by our own greeting. What was heard after the handshake had begun may have been
    /// written since the greeting was.
    private func olderImage(shownBy hello: Hello, of node: NodeID, session: Instant) -> Event? {
        guard let peer = peer(node), peer.run != hello.run, peer.writeHeardAt < session,
            hello.writeNumber < peer.writeNumber
        else { return nil }
        return .olderImageOf(node, told: peer.writeNumber, own: hello.writeNumber)
    }

    /// Another has heard two of us: one must go, and neither knows which (R23b).
    mutating func toldOfCopy(by node: NodeID, at now: Instant) {
        tell(.copied(me))
        halt()
    }
}
