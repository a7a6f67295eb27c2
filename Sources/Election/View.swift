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
