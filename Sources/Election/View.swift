// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// What one replica knows of the cluster at one moment: for `status`, never for a decision.
public struct View: Hashable, Sendable {
    /// The newest decree on disk; nil before the first.
    public var decree: Decree?
    /// How many voters a decision needs; 0 before the first decree.
    public var needed: Int
    /// How many voters have been heard lately, this host included where it votes.
    public var reachable: Int
    /// The members, in the decree's order.
    public var members: [Seen]
    /// Hosts of the initial list that have not been heard; empty after the genesis.
    public var missing: [String]
    /// What this host is doing, in a few words.
    public var activity: String
    /// How long the pause that is on lasts yet, by this host's count; nil if none is on.
    public var pauseLeft: Span?

    /// One member as it is seen from here.
    public struct Seen: Hashable, Sendable {
        /// Who.
        public var id: NodeID
        /// Whether it was heard of lately: by us, or by the leader whose heartbeat said so.
        public var isReachable: Bool
        /// When its last message came here; nil if none did in this run.
        public var heardAt: Instant?
        /// The smoothed round trip (RFC 6298); nil without a sample.
        public var roundTrip: Span?
        /// The protocol versions that it speaks; nil before it has greeted this run.
        public var versions: ClosedRange<UInt8>?

        /// A member as it is seen.
        public init(id: NodeID, isReachable: Bool, heardAt: Instant?, roundTrip: Span?) {
            self.id = id
            self.isReachable = isReachable
            self.heardAt = heardAt
            self.roundTrip = roundTrip
        }
    }

    /// A view by its parts.
    public init(
        decree: Decree?,
        needed: Int,
        reachable: Int,
        members: [Seen],
        missing: [String],
        activity: String
    ) {
        self.decree = decree
        self.needed = needed
        self.reachable = reachable
        self.members = members
        self.missing = missing
        self.activity = activity
    }
}

extension Replica {
    /// What this replica knows of the cluster, for `status`.
    public func view(at now: Instant) -> View {
        let held = durable
        let leads = leaseEnd(at: now) != nil
        // Without a leader hosts speak to each other no more often than they ask around.
        let isLed = leads || (heardLeader.map { $0.until > now } ?? false)
        let lately = isLed ? lately : knockPause * 2
        func isReachable(_ node: NodeID) -> Bool {
            if node == me { return true }
            guard let peer = peer(node) else { return false }
            if peer.isHeard(within: lately, at: now) { return true }
            return !leads && isLed && peer.isHeardByLeader
        }
        var view = View(
            decree: held,
            needed: held?.quorum.needed ?? 0,
            reachable: held?.quorum.voters.count(where: isReachable) ?? 0,
            members: (held?.state.members ?? []).map { member in
                let peer = peer(member.id)
                var seen = View.Seen(
                    id: member.id,
                    isReachable: isReachable(member.id),
                    heardAt: peer?.heardAt,
                    roundTrip: peer?.roundTrip.smoothed
                )
                seen.versions = member.id == me ? versions : peer?.versions
                return seen
            },
            missing: missingFounders,
            activity: activity(at: now)
        )
        view.pauseLeft = pauseEnd(at: now).map { $0 - now }
        return view
    }

    private func activity(at now: Instant) -> String {
        if isLeaving { return "stopping" }
        switch phase {
        case .resting:
            if let heard = heardLeader, heard.until > now { return "following \(heard.leader)" }
            if learner.decided == nil {
                return isFounder
                    ? "waiting for the initial members" : "waiting for a decree"
            }
            return isJoining ? "asking to join" : "waiting for a leader"
        case .canvassing: return "canvassing for slot \(acceptor.slot)"
        case .reigning:
            return leaseEnd(at: now) != nil ? "leading" : "standing for slot \(acceptor.slot)"
        case .departing: return "removed from the cluster"
        case .halted: return "voting no more"
        }
    }
}
