// SPDX-License-Identifier: Apache-2.0

// How far the members are from one another, measured when somebody asks (`electctl doctor`), since
// the election measures only what it needs: the ways of the leader.
//
//      rounds of probes, a quarter of a second apart ──▶ the shortest way to each, and its clock
//      what the others measured of their own ways comes with their answers
//
// Nothing here is heard by the replica, and nothing is sent while nobody asks.

internal import Control
internal import Election
internal import Paxos
internal import Wire

/// A measurement under way, and the results of the last one.
struct Soundings {
    /// What one member has answered.
    private struct Peer {
        let node: NodeID
        var shortest: Span
        var first: Reading
        var last: Reading
        var release: String
        var trips: [ProbeReply.Trip]
    }

    /// Its clock beside ours: ours in the middle of the way there and back.
    private struct Reading {
        var middle: Instant
        var clock: Instant
        var trip: Span

        init(_ reply: ProbeReply, at now: Instant) {
            trip = now - reply.sentAt
            middle = reply.sentAt + trip / 2
            clock = reply.clock
        }
    }

    private var peers: [Peer] = []
    private var nextRound = Instant.never
    private var until = Instant.zero
    /// Until when the others are prompted. Being prompted oneself does not make it later: two hosts that
    /// measure at once would keep each other at it for ever.
    private var ownUntil = Instant.zero

    /// From round to round.
    static let interval = Span.milliseconds(250)
    /// So long a measurement of our own goes on, and for so long the others are prompted: they need
    /// time to answer with what they found.
    static let ownSpan = Span.milliseconds(1500)
    /// So long one goes on for which another host has asked.
    static let promptedSpan = Span.milliseconds(600)

    /// Begins to measure, or goes on for longer. Returns when that is over.
    mutating func begin(own: Bool, at now: Instant) -> Instant {
        if until <= now {
            peers = []
            nextRound = now
        }
        if own { ownUntil = now + Self.ownSpan }
        until = max(until, ownUntil, now + Self.promptedSpan)
        return until
    }

    /// When `dueProbe` has something to send; nil while nobody asks.
    var deadline: Instant? { nextRound == .never ? nil : nextRound }

    /// What to send to all members now, if anything.
    mutating func dueProbe(at now: Instant) -> Probe? {
        guard nextRound <= now else { return nil }
        guard now < until else {
            nextRound = .never
            return nil
        }
        nextRound = now + Self.interval
        // A measurement that others began may have seen members that are down by now.
        peers.removeAll { now - $0.last.middle > Self.ownSpan - Self.interval }
        return Probe(sentAt: now, prompts: now < ownUntil)
    }

    /// A member has answered. Answers that come when nobody measures any more are not kept.
    mutating func heard(_ reply: ProbeReply, from node: NodeID, at now: Instant) {
        guard now < until, reply.sentAt <= now, now - reply.sentAt <= Self.ownSpan else { return }
        let reading = Reading(reply, at: now)
        guard let index = peers.firstIndex(where: { $0.node == node }) else {
            let peer = Peer(
                node: node,
                shortest: reading.trip,
                first: reading,
                last: reading,
                release: reply.release,
                trips: reply.trips
            )
            // A measurement that goes on and on may see more members than there are at once.
            if peers.count < ClusterState.memberLimit { peers.append(peer) }
            return
        }
        peers[index].shortest = min(peers[index].shortest, reading.trip)
        peers[index].last = reading
        peers[index].release = reply.release
        peers[index].trips = reply.trips
    }

    /// What another host is told when it probes this one.
    func reply(to probe: Probe, at now: Instant) -> ProbeReply {
        ProbeReply(
            sentAt: probe.sentAt,
            clock: now,
            release: Release.version,
            trips: peers.map { ProbeReply.Trip(node: $0.node, span: $0.shortest) }
        )
    }

    /// The results for these members, of which one is this host.
    func results(for members: [NodeID], me: NodeID) -> [MeasuredHost] {
        func ways(_ trips: [ProbeReply.Trip]) -> [Way] {
            trips.filter { members.contains($0.node) }.map { trip in
                Way(to: trip.node.name, roundTrip: UInt64(clamping: trip.span.nanoseconds))
            }
        }
        return members.map { node in
            if node == me {
                let own = peers.map { ProbeReply.Trip(node: $0.node, span: $0.shortest) }
                let release = Release.version
                return MeasuredHost(
                    name: node.name,
                    answered: true,
                    release: release,
                    ways: ways(own)
                )
            }
            guard let peer = peers.first(where: { $0.node == node }) else {
                return MeasuredHost(name: node.name, answered: false)
            }
            let rate = Self.rate(peer.first, peer.last)
            return MeasuredHost(
                name: node.name,
                answered: true,
                release: peer.release,
                clockPPM: rate?.ppm,
                clockErrorPPM: rate?.error,
                ways: ways(peer.trips)
            )
        }
    }

    /// How much faster its clock runs than ours, from two readings. Each is off by half of its way
    /// there and back at most, so the longer the time between them, the better.
    private static func rate(_ first: Reading, _ last: Reading) -> (ppm: Int, error: Int)? {
        let ours = (last.middle - first.middle).nanoseconds
        guard ours >= Self.interval.nanoseconds / 2 else { return nil }
        let theirs = (last.clock - first.clock).nanoseconds
        let error = (first.trip + last.trip).nanoseconds / 2
        func ppm(_ part: Int64) -> Int { Int((Double(part) * 1e6 / Double(ours)).rounded()) }
        return (ppm(theirs - ours), ppm(error) + 1)
    }
}

extension Node {
    /// Sends what is to be measured with.
    func sendProbes(at now: Instant) {
        guard let probe = soundings.dueProbe(at: now) else { return }
        for member in replica.view(at: now).decree?.state.members ?? [] where member.id != me {
            // The clock is read for each, as late as can be.
            let probe = Probe(sentAt: .now(), prompts: probe.prompts)
            network.send(probe.encoded, to: member.id, at: now)
        }
    }

    /// A member measures.
    func answer(_ probe: Probe, of node: NodeID, at now: Instant) {
        let isMember = replica.view(at: now).decree?.state.member(node) != nil
        guard isMember else { return }
        network.send(soundings.reply(to: probe, at: now).encoded, to: node, at: now)
        if probe.prompts { _ = soundings.begin(own: false, at: now) }
    }

    /// A member was measured: nobody else's clock and ways are of interest.
    func heard(_ reply: ProbeReply, of node: NodeID, at now: Instant) {
        guard replica.view(at: now).decree?.state.member(node) != nil else { return }
        soundings.heard(reply, from: node, at: now)
    }

    func beginMeasuring(at now: Instant) -> Instant { soundings.begin(own: true, at: now) }

    func measured(at now: Instant) -> MeasureReply {
        let members = replica.view(at: now).decree?.state.members.map(\.id) ?? []
        return MeasureReply(hosts: soundings.results(for: members, me: me))
    }
}
