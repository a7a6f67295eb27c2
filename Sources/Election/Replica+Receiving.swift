// SPDX-License-Identifier: Apache-2.0

import Paxos

// What every message shows before it says anything: a cluster, a slot, and that its sender lives.

extension Replica {
    mutating func receive(
        _ message: Message,
        from node: NodeID,
        session: Instant,
        at now: Instant
    ) {
        // A message of our own key is a copy of us, or our own echo: it counts for nothing.
        guard node != me, !isHalted else { return }
        if let theirs = message.cluster, let ours = learner.decided?.cluster, theirs != ours {
            return stranger(node, at: now)
        }
        heard(node, slot: message.slot, session: session, at: now)
        if case .hello(let hello) = message.body {
            greeted(hello, by: node, session: session, at: now)
        } else if isCopied(node, at: now), !message.body.isDecided {
            if message.body.wantsAnswer { refuse(node, .zero, .copied, at: now) }
        } else if message.cluster != nil || learner.decided == nil || message.body.isQuestion {
            // Who has no decree may ask who would serve it, and is shown ours whatever it says.
            dispatch(message.body, from: node, at: now)
        }
        // After the message itself: a Decided may just have closed the gap.
        if message.slot < learner.slot { offerDecree(to: node, at: now) }
        if message.slot > learner.slot { pull(from: node, at: now) }
    }

    /// The peer lives: what waits for it is sent at once, if waiting had become long.
    private mutating func heard(_ node: NodeID, slot: Slot, session: Instant, at now: Instant) {
        let (newest, quiet) = (learner.slot, quietOfCopies)
        withPeer(node) { peer in
            peer.heardAt = now
            // Two copies need not greet again: while their sessions take turns, both live (R23b).
            // One run that sets up another session changes over once.
            if peer.session != session, peer.copiedUntil > now { peer.copiedUntil = now + quiet }
            peer.session = session
            peer.shownSlot = max(peer.shownSlot, slot)
            if peer.shownSlot >= newest { peer.settle(.decided) }
            // Once re-sent is no long wait: an answer that settles nothing must not be asked for
            // again the moment it comes.
            let hasWaited = peer.roundTrip.backoff > 1
            peer.roundTrip.heard()
            guard hasWaited else { return }
            for at in peer.wanted.indices { peer.wanted[at].due = now }
        }
    }

    /// A laggard is sent the newest decree, nothing else. A stranger may read as well. Who has
    /// shown the slot before only sent this message long ago: once is enough.
    mutating func offerDecree(to node: NodeID, at now: Instant) {
        let interval = settings.heartbeat
        guard let decided = learner.decided, !isAsking(node, .decided),
            withPeer(node, { $0.wants(decided.slot, within: interval, at: now) })
        else { return }
        let isBehind = (peer(node)?.shownSlot ?? 0) < decided.slot
        if isBehind, decided.state.member(node)?.isUp ?? false {
            ask(node, .decided, .decided(decided), at: now)
        } else {
            send(to: node, .decided(decided))
        }
    }

    /// Shows a node that knows more that we lag; any message would, this one asks for nothing else.
    mutating func pull(from node: NodeID, at now: Instant) {
        let (lately, oddityTold) = (lately, oddityTold)
        let isDue = withPeer(node) { peer in
            // Whoever knows more and is not believed would say it again at once, whole as it is.
            let isDoubted = peer.contradictedAt.map { now - $0 < oddityTold } ?? false
            let pause = isDoubted ? max(lately, peer.roundTrip.timeout) : peer.roundTrip.timeout
            if let at = peer.pulledAt, now - at < pause { return false }
            peer.pulledAt = now
            return true
        }
        if isDue { refuse(node, .zero, .behind, at: now) }
    }

    /// Another cluster's messages are dropped (PROTOCOL section 1, "Messages"), and that is said,
    /// once in a while.
    private mutating func stranger(_ node: NodeID, at now: Instant) {
        let isDue = withPeer(node) { peer in
            if let at = peer.heardAt, now - at < .milliseconds(60_000) { return false }
            peer.heardAt = now
            return true
        }
        if isDue { tell(.otherCluster(node)) }
    }

    /// Hands a message to the rule that it is for.
    mutating func dispatch(_ body: Message.Body, from node: NodeID, at now: Instant) {
        switch body {
        case .hello: break
        case .canvass(let canvass): heardCanvass(canvass, from: node, at: now)
        case .canvassReply(let reply): heardCanvassReply(reply, from: node, at: now)
        case .prepare(let request): heardPrepare(request, from: node, at: now)
        case .promise(let reply): heardPromise(reply, from: node, at: now)
        case .accept(let request): heardAccept(request, from: node, at: now)
        case .accepted(let reply): heardAccepted(reply, from: node, at: now)
        case .heartbeat(let heartbeat): heardHeartbeat(heartbeat, from: node, at: now)
        case .ack(let ack): heardAck(ack, from: node, at: now)
        case .release(let release): heardRelease(release, from: node, at: now)
        case .decided(let decree): heardDecided(decree, from: node, at: now)
        case .refuse(let refusal): heardRefusal(refusal, from: node, at: now)
        case .ask(let ask): heardAsk(ask, from: node, at: now)
        case .answer(let answer): heardAnswer(answer, from: node, at: now)
        case .join(let join): heardJoin(join, from: node, at: now)
        case .joinAnswer(let answer): heardJoinAnswer(answer, from: node, at: now)
        }
    }
}

extension Message.Body {
    fileprivate var isDecided: Bool {
        if case .decided = self { return true }
        return false
    }

    /// What a host without a decree may ask one that has one.
    fileprivate var isQuestion: Bool {
        if case .canvass = self { return true }
        return false
    }

    /// Whether the sender waits for a word of ours.
    fileprivate var wantsAnswer: Bool {
        switch self {
        case .canvass, .prepare, .accept, .heartbeat, .ask, .join: true
        default: false
        }
    }
}
