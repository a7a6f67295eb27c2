// SPDX-License-Identifier: Apache-2.0

import Paxos

// Who leads, and who does not: transfer, drain and pause, and the settings that all agree on.

extension Replica {
    /// Whether this leader is about to hand over: whoever holds its leadership is to let go, and
    /// nobody is to begin to.
    public var handsOver: Bool {
        guard learner.decided?.leader == me else { return false }
        if let request = acceptUnderWay, request.accept.value.leader != me { return true }
        return upkeep.waitsForHolders || commands.contains(where: \.waitsForHolders)
    }

    /// R18: to a voter that is up, may lead, is heard, and holds the newest decree on disk.
    func transfer(
        _ state: inout ClusterState,
        to name: String?,
        after decided: Decree,
        at now: Instant
    ) throws(Refused) {
        let heir: NodeID
        if let name {
            let member = state.members[try find(name, in: state)]
            guard member.id != me else { throw Refused("\(name) leads already") }
            guard !member.isDrained else {
                throw Refused("\(name) is drained; undrain it first")
            }
            guard member.mayLead else {
                throw Refused(
                    "\(name) may not lead: its role is \(member.role), its priority "
                        + "\(member.priority)"
                )
            }
            guard member.isUp, isReady(member.id, slot: decided.slot, at: now) else {
                throw Refused(
                    "\(name) is not heard or lags; wait until it is back",
                    mayPass: peer(member.id)?.isHeard(within: lately, at: now) ?? false
                )
            }
            heir = member.id
        } else {
            let heirs = Succession.heirs(of: decided)
            guard let next = heirs.first(where: { isReady($0, slot: decided.slot, at: now) })
            else {
                throw Refused(
                    "no other voter that may lead is heard and up to date; start one, undrain it, "
                        + "or set its priority above 0",
                    mayPass: heirs.contains { peer($0)?.isHeard(within: lately, at: now) ?? false }
                )
            }
            heir = next
        }
        state.leader = heir
        state.epoch += 1
        state.cause = .transfer
    }

    /// A drained member neither leads nor stands. If it leads, the same decree names another (R21).
    func drain(
        _ state: inout ClusterState,
        _ name: String,
        _ isDrained: Bool
    ) throws(Refused) {
        state.members[try find(name, in: state)].isDrained = isDrained
        state.cause = isDrained ? .drain : .settings
    }

    /// Nobody but the leader stands for this long.
    func pause(_ state: inout ClusterState, _ milliseconds: UInt64) throws(Refused) {
        if let objection = Pause.objection(to: milliseconds) { throw Refused(objection) }
        state.pause = Pause(milliseconds: milliseconds, since: state.slot)
        state.cause = .settings
    }

    func resume(_ state: inout ClusterState) {
        state.pause = nil
        state.cause = .settings
    }

    /// Other settings. They hold from the decree on; what was granted before was granted for the
    /// time that its heartbeat named (R15), and is remembered as long as it must be (R7).
    func set(_ state: inout ClusterState, _ change: SettingsChange) throws(Refused) {
        let new = state.settings.changed(by: change)
        if let objection = new.objection { throw Refused(objection) }
        // What loosens a lease that has become too short must not be refused.
        let old = state.settings
        if new.lease - new.heartbeat * 2 < old.lease - old.heartbeat * 2 {
            try demandTime(new, of: state)
        }
        state.settings = new
        state.cause = .settings
    }

    /// No lease that ends before its renewal can have come, by what was measured (DESIGN section 10):
    /// two heartbeats may be lost, the third takes a round trip, and whoever begins to lead has its
    /// first grants and its decree on disk by then.
    private func demandTime(_ new: Settings, of state: ClusterState) throws(Refused) {
        let trips = state.voters.compactMap { voter -> Span? in
            guard let trip = peer(voter)?.roundTrip, let smoothed = trip.smoothed else {
                return nil
            }
            return smoothed + trip.variation * 4
        }
        let (trip, sync) = (trips.max() ?? .zero, syncTime * 2)
        let needed = new.heartbeat * 2 + trip + sync
        guard needed > new.lease else { return }
        throw Refused(
            "a lease of \(new.leaseMilliseconds) ms is too short for what was measured: 2 heartbeats, "
                + "\(new.heartbeatMilliseconds * 2) ms, the longest round trip to a voter, "
                + "\(trip.millisecondsUp) ms, and 2 syncs, \(sync.millisecondsUp) ms, are "
                + "\(needed.millisecondsUp) ms; take that at least, see 'electctl timing'"
        )
    }

    /// What a node speaks, by its greeting; nil before that.
    func spoken(by node: NodeID) -> ClosedRange<UInt8>? {
        node == me ? versions : peer(node)?.versions
    }

    /// No version that a voter does not understand, and no voter that does not understand the version.
    func demandVersion(of state: ClusterState, after decided: Decree) throws(Refused) {
        let version = state.settings.protocolVersion
        let isNew = version != decided.state.settings.protocolVersion
        for voter in state.voters where isNew || !decided.quorum.contains(voter) {
            guard let spoken = spoken(by: voter) else {
                throw Refused(
                    "\(voter) has not said which protocol versions it speaks; start it first",
                    mayPass: true
                )
            }
            guard spoken.contains(version) else {
                throw Refused(
                    "\(voter) speaks protocol versions \(spoken.lowerBound) to "
                        + "\(spoken.upperBound); bring it to a release that speaks \(version)"
                )
            }
        }
    }

    /// A member was heard from elsewhere, or is so no more.
    mutating func located(_ node: NodeID, _ address: String?) {
        let length = address?.utf8.count ?? 0
        guard node != me, isMember(node), length <= Member.addressLength else { return }
        withPeer(node) { $0.location = address }
    }

    /// Where a member is heard from, if the decree does not have that.
    func newAddress(of node: NodeID, by decree: Decree) -> String? {
        guard let at = place(of: node), let address = peers[at].location,
            let member = decree.state.member(node), !member.allAddresses.contains(address)
        else { return nil }
        return address
    }

    // The pause.

    /// When the pause that is on ends for this host; nil if none is.
    func pauseEnd(at now: Instant) -> Instant? {
        guard let pause = learner.decided?.state.pause, pause.since == pauseSeen.since,
            pauseSeen.until > now
        else { return nil }
        return pauseSeen.until
    }

    /// Begins to count a pause that was not known in this run.
    mutating func notePause(at now: Instant) {
        guard let pause = learner.decided?.state.pause, pause.since != pauseSeen.since else {
            return
        }
        pauseSeen = PauseSeen(since: pause.since, until: now + pause.span)
    }
}

/// A pause as this run has come to know it.
struct PauseSeen: Hashable, Sendable {
    var since: Slot = 0
    var until = Instant.zero
}

/// The versions of the protocol, and which of them two hosts speak with each other.
public enum ProtocolVersion {
    /// What this release speaks, from the lowest to the highest.
    public static let supported: ClosedRange<UInt8> = 1...1

    /// In which version messages go to a peer: the one that the cluster has agreed on, or what of
    /// the versions that both speak is nearest to it. Where they have none in common it is one of
    /// our own: the peer cannot read it, and hears by that who we are.
    public static func spoken(
        agreed: UInt8,
        by own: ClosedRange<UInt8>,
        and other: ClosedRange<UInt8>
    ) -> UInt8 {
        let common = own.overlaps(other) ? own.clamped(to: other) : own
        return min(max(agreed, common.lowerBound), common.upperBound)
    }
}
