// SPDX-License-Identifier: Apache-2.0

public import Paxos

// Sending, asking again, and talking to oneself.

extension Replica {
    /// The greeting for a session that has just been set up with `node` (R23). Unless it shows that
    /// `node` has been heard, it is a question, and asked again until a greeting of `node` answers.
    public mutating func greet(_ node: NodeID) -> Envelope {
        let envelope = envelope(to: node, .hello(hello(to: node)), after: nil)
        let now = lastStep
        withPeer(node) { peer in
            peer.settle(.hello)
            guard peer.run == nil else { return }
            let due = now + peer.roundTrip.timeout
            peer.wanted.append(Wanted(kind: .hello, envelope: envelope, due: due))
        }
        deadline = soonest
        return envelope
    }

    /// What this run says first. The number heard of `node` itself shows it that it was heard: so
    /// it is left out before its own greeting has come, however it is known.
    func hello(to node: NodeID) -> Hello {
        var heard: [HeardNumber] = []
        for at in peers.indices where peers[at].writeNumber > 0 {
            let number = HeardNumber(node: peers[at].id, number: peers[at].writeNumber)
            if number.node != node {
                heard.append(number)
            } else if peers[at].run != nil {
                // The one it is for goes first: it must not fall off the end.
                heard.insert(number, at: 0)
            }
        }
        return Hello(
            run: run,
            writeNumber: ledger.written,
            heard: Array(heard.prefix(ClusterState.memberLimit)),
            versions: versions
        )
    }

    private mutating func envelope(
        to node: NodeID,
        _ body: Message.Body,
        after: RecordID?,
        isInDoubt: Bool = false
    ) -> Envelope {
        lastNumber += 1
        let message = Message(cluster: learner.decided?.cluster, slot: learner.slot, body: body)
        var envelope = Envelope(to: node, number: lastNumber, message: message, after: after)
        envelope.isInDoubt = isInDoubt
        return envelope
    }

    /// Sends once. What is for this node itself goes by the same rules and never leaves it.
    mutating func send(
        to node: NodeID,
        _ body: Message.Body,
        after: RecordID? = nil,
        isInDoubt: Bool = false
    ) {
        let envelope = envelope(to: node, body, after: after, isInDoubt: isInDoubt)
        guard node == me else { return out.messages.append(envelope) }
        murmur?.append(envelope)
        ownMail.append(envelope)
    }

    /// Sends, and again until it is answered or overtaken (RFC 6298).
    mutating func ask(
        _ node: NodeID,
        _ kind: Wanted.Kind,
        _ body: Message.Body,
        after: RecordID? = nil,
        at now: Instant
    ) {
        if node == me { return send(to: me, body, after: after) }
        let isInDoubt = isSilent(node, at: now)
        let envelope = envelope(to: node, body, after: after, isInDoubt: isInDoubt)
        out.messages.append(envelope)
        withPeer(node) { peer in
            peer.settle(kind)
            peer.wanted.append(
                Wanted(kind: kind, envelope: envelope, due: now + peer.roundTrip.timeout)
            )
        }
    }

    /// Whether this is asked of the node already.
    func isAsking(_ node: NodeID, _ kind: Wanted.Kind) -> Bool {
        peer(node)?.wanted.contains { $0.kind == kind } ?? false
    }

    mutating func tell(_ event: Event, after: RecordID? = nil) {
        out.events.append(Told(event, after: after))
    }

    /// Sends again what was not answered in time, the same bytes under the same number.
    mutating func resend(at now: Instant) {
        for at in peers.indices where !peers[at].wanted.isEmpty {
            var doubled = false
            for index in peers[at].wanted.indices {
                guard peers[at].wanted[index].due <= now,
                    isOnDisk(peers[at].wanted[index].envelope.after)
                else { continue }
                if !doubled {
                    peers[at].roundTrip.doubled()
                    doubled = true
                }
                peers[at].wanted[index].envelope.attempt += 1
                peers[at].wanted[index].due = now + peers[at].roundTrip.timeout
                out.messages.append(peers[at].wanted[index].envelope)
            }
            guard peers[at].wanted.contains(where: \.isInVain) else { continue }
            // Who answers nobody before it is greeted, and asks nobody, has nothing but its greetings.
            let isAwake = isAwake
            peers[at].wanted.removeAll { $0.isInVain && ($0.kind != .hello || isAwake) }
        }
    }

    /// Takes no more answers to this question.
    mutating func settleAll(_ kind: Wanted.Kind) {
        for at in peers.indices { peers[at].settle(kind) }
    }

    /// Takes no more answers to what a candidate asks.
    mutating func settleCandidacy() {
        settleAll(.canvass)
        settleAll(.prepare)
        settleAll(.accept)
    }

    /// Hears what this node said to itself and what is on disk by now: its own promise, acceptance
    /// and grant count by the same rule as any other's (R4). True if there was something.
    mutating func deliverOwnMail(at now: Instant) -> Bool {
        for at in ownMail.indices where isOnDisk(ownMail[at].after) {
            let envelope = ownMail.remove(at: at)
            dispatch(envelope.message.body, from: me, at: now)
            return true
        }
        return false
    }

    // Peers.

    /// How many nodes that are no members are remembered. Before the first decree nobody is one, and
    /// each name of the list may be met.
    private var strangersLimit: Int { 64 + (founders?.entries.count ?? 0) }

    /// Where in `peers` it stands: in place, for a peer is large and looked for often.
    func place(of node: NodeID) -> Int? {
        for at in peers.indices where peers[at].id == node { return at }
        return nil
    }

    @inline(__always)
    func peer(_ node: NodeID) -> Peer? {
        guard let at = place(of: node) else { return nil }
        return peers[at]
    }

    /// Changes what is known of a node, which is remembered from now on.
    mutating func withPeer<Result>(_ node: NodeID, _ change: (inout Peer) -> Result) -> Result {
        if let at = place(of: node) { return change(&peers[at]) }
        let strangers = peers.indices.filter { !isMember(peers[$0].id) }
        if strangers.count >= strangersLimit {
            let oldest = strangers.min {
                (peers[$0].heardAt ?? .zero) < (peers[$1].heardAt ?? .zero)
            }
            if let oldest { peers.remove(at: oldest) }
        }
        peers.append(Peer(node))
        return change(&peers[peers.count - 1])
    }

    /// The highest write number heard of a node (R23).
    mutating func noteWrite(_ number: UInt64, of node: NodeID, at now: Instant) {
        guard node != me else { return }
        withPeer(node) { $0.wrote(number, at: now) }
    }

    /// What was asked of the node is answered or overtaken.
    mutating func settle(_ node: NodeID, _ kind: Wanted.Kind) {
        guard let at = place(of: node) else { return }
        peers[at].settle(kind)
    }

    func isMember(_ node: NodeID) -> Bool {
        learner.decided?.state.place(of: node) != nil
    }

    /// Remembers every member of the newest decree.
    mutating func meetMembers() {
        for member in learner.decided?.state.members ?? [] where member.id != me {
            withPeer(member.id) { _ in }
        }
    }

    /// A span in which a live peer is heard several times.
    var lately: Span { settings.lease * 2 }

    var settings: Settings { learner.decided?.state.settings ?? firstSettings }
}
