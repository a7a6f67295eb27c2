// SPDX-License-Identifier: Apache-2.0

// How long this cluster can be without a leader: the formula of promise 4 (electd(7)) with the live
// settings and the worst that was measured put in.
//
//      lease ends │ stagger │ canvass │ prepare, sync, sync │ accept, sync, sync │ leads
//                   rank k    1 trip    1 trip                1 trip
//
// It is a sum of what was seen, so a disk that has not been slow yet is not in it.

internal import Control
internal import Election
internal import Paxos

/// What the bounds are made of.
struct TimingReport {
    private let settings: Settings
    private let roundTrips: [Span]
    private let candidates: Int
    private let syncs: Measurements
    private let lateness: Measurements
    private let longestGrant: Span

    /// - Parameters:
    ///   - syncs: how long writes of the record have taken.
    ///   - lateness: by how much the loop was late.
    ///   - longestGrant: the longest lease that this host has ever granted (R7).
    init(_ view: View, syncs: Measurements, lateness: Measurements, longestGrant: Span) {
        let state = view.decree?.state
        settings = state?.settings ?? Settings()
        let voters = state?.voters ?? []
        roundTrips = view.members.filter { voters.contains($0.id) }.compactMap(\.roundTrip)
        candidates = state?.members.count { $0.mayLead && $0.isUp } ?? 1
        self.syncs = syncs
        self.lateness = lateness
        self.longestGrant = longestGrant
    }

    /// As GetTiming has it.
    var reply: TimingReply {
        var trips = Measurements()
        for trip in roundTrips { trips.note(trip) }
        let trip = roundTrips.isEmpty ? RoundTrip.beforeAnySample : trips.worst
        let sync = syncs.worst
        // The first candidate may be the one that is gone; the last one waits for all before it.
        let steps = max(0, candidates - 2)
        let step = Succession.step(roundTrip: trip, sync: sync, lease: settings.lease)
        let late = lateness.worst * 2
        let election = trip * 3 + sync * 4 + step * steps + late
        let sum = "3 round trips + 4 syncs + \(steps) stagger\(steps == 1 ? "" : "s") + 2 lateness"
        return TimingReply(
            lease: UInt64(settings.leaseMilliseconds),
            heartbeat: UInt64(settings.heartbeatMilliseconds),
            drift: UInt64(settings.driftPPM),
            measured: [
                trips.reply("round_trip"), syncs.reply("sync"), lateness.reply("lateness"),
            ],
            bounds: [
                bound("failover", "lease + \(sum)", settings.lease + election),
                bound(
                    "restart",
                    "longest lease granted + \(sum)",
                    max(longestGrant, settings.lease) + election
                ),
                bound(
                    "healing",
                    "3 leases + 2 longest timeouts + \(sum)",
                    settings.lease * 3 + RoundTrip.longest * 2 + election
                ),
                bound(
                    "transfer",
                    "3 round trips + 4 syncs + 2 lateness",
                    trip * 3 + sync * 4 + late
                ),
            ]
        )
    }

    private func bound(_ name: String, _ formula: String, _ span: Span) -> Bound {
        Bound(name: name, formula: formula, time: UInt64(clamping: span.nanoseconds))
    }
}
