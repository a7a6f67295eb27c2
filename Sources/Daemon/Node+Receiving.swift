// SPDX-License-Identifier: Apache-2.0

// What comes to a node: datagrams, what the kernel says of them, what the worker has written and the
// resolver has found. Each is one step, with the clock read when it was taken (R8).

internal import Control
internal import Election
internal import Linux
internal import Paxos
internal import Session
internal import State
internal import Wire

extension Node {
    /// Datagrams of one socket that are taken in one turn.
    private static let datagramsPerTurn = 64

    /// Takes what has come on a socket.
    func takeDatagrams(from port: Int) throws(SystemError) {
        for _ in 0..<Self.datagramsPerTurn {
            guard let received = try network.receive(from: port) else { return }
            attend(to: received.events, at: received.at)
        }
    }

    /// Takes what the kernel says of datagrams that found nobody.
    func takeErrors(from port: Int) {
        for node in network.unreachable(on: port) { step(.unreachable(node), at: .now()) }
    }

    func attend(to events: [SessionEvent], at now: Instant) {
        for event in events {
            switch event {
            case .message(let bytes, let session, let source):
                let node = NodeID(session.peer)
                // First where it is: what it says may be answered with that.
                notePlace(of: node, source, at: now)
                receive(bytes, from: node, over: session, at: now)
            case .established(let session, _), .repeatHello(let session):
                let node = NodeID(session.peer)
                noteVersions(session.peer.versions.spoken, of: node)
                send(replica.greet(node))
            case .unexpectedPeer(let expected, let found, let endpoint):
                say(
                    .notice,
                    "\(found.peer.name) at \(endpoint) has another key than the member that was "
                        + "expected there (\(expected)): it has a new identity"
                )
            case .reachedOurselves(let endpoint):
                say(
                    .warning,
                    "\(endpoint) answers with this host's own key: it is an address of this host, "
                        + "or somebody runs a copy of its state directory"
                )
            case .undecryptable, .ended: break
            }
        }
    }

    /// Both sides of such a session say this, each of the other.
    private func noteVersions(_ spoken: ClosedRange<UInt8>, of node: NodeID) {
        let isForeign = !versions.overlaps(spoken)
        guard isForeign != foreigners.contains(node) else { return }
        foreigners.removeAll { $0 == node }
        guard isForeign else { return }
        foreigners = foreigners.suffix(63) + [node]
        say(
            .warning,
            "\(node) speaks protocol versions \(spoken.text), this host \(versions.text): they "
                + "cannot speak with each other; bring both hosts to one release"
        )
    }

    private func receive(
        _ bytes: [UInt8],
        from node: NodeID,
        over session: EstablishedSession,
        at now: Instant
    ) {
        do throws(WireError) {
            switch try Message.decode(bytes, spoken: versions, digest: SHA256Digest.self) {
            case .message(let message):
                let begun = Instant(nanoseconds: session.begun)
                step(.received(message, from: node, session: begun), at: now)
            case .probe(let probe): answer(probe, of: node, at: now)
            case .probeReply(let reply): heard(reply, of: node, at: now)
            case .unknownKind: malformed += 1
            }
        } catch {
            malformed += 1
            // The first, and then ever fewer: a peer that is broken is so all the time.
            if malformed.nonzeroBitCount == 1 { say(.warning, "dropped from \(node): \(error)") }
        }
    }

    /// An authenticated datagram has shown where its sender is. If that is none of the addresses
    /// that the decree has, the member has moved, and the leader lets the others know.
    private func notePlace(of node: NodeID, _ source: Endpoint, at now: Instant) {
        switch network.news(source, of: node) {
        case .elsewhere:
            step(.located(node, address: SocketAddress(source).description), at: now)
        case .found: step(.located(node, address: nil), at: now)
        case nil: break
        }
    }

    /// Takes what the worker has done.
    func takeCompletions() {
        for outcome in writer.takeOutcomes() {
            let now = Instant.now()
            switch outcome {
            case .stored(let id):
                let released = outbox.stored(id, isHalted: replica.isHalted)
                carryOut(replica.step(.stored(id), at: now), after: released, at: now)
            case .failed(let error):
                say(.error, "\(error): what is not on disk cannot be promised; this run is over")
                step(.storageFailed, at: now)
                exit = .failure
            case .lost(let error):
                loseHistory(error)
            }
        }
    }

    /// Takes what the resolver has found.
    func takeAddresses() {
        for failure in network.takeAnswers(at: .now()) { say(.warning, failure) }
    }
}

extension NodeID {
    /// Who the session says it is (R2).
    fileprivate init(_ peer: Session.Peer) {
        self.init(name: peer.name, key: PublicKey(words: peer.key.words))
    }
}

extension VersionRange {
    /// The same as a range.
    var spoken: ClosedRange<UInt8> { oldest...newest }
}

extension ClosedRange<UInt8> {
    /// `1 to 2`.
    fileprivate var text: String { "\(lowerBound) to \(upperBound)" }
}
