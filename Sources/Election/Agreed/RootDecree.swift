// SPDX-License-Identifier: Apache-2.0

// A majority is lost for good, and with it the cluster: nobody can know what it would have decided.
// So a survivor does not go on with it. It begins a new cluster with what it knows:
//
//      old cluster   … ── decree 7 (voters db1 db2 db3) ── ?
//                              └── decree 8: the root of a new cluster, its only voter db1
//
// The root names no cluster and so is named by its own digest; its epoch is one that no other
// recovery of the old cluster has, but for one chance in 65,536, and then the names still differ. Two
// halves of a split that both recover are two clusters, and the tokens of one are not those of the
// other.

import Paxos

/// Why a state cannot be the beginning of a new cluster.
public enum RootError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A name that is to be kept is no member's.
    case noMember(String, members: [String])
    /// The survivor is no member itself.
    case isNoMember(String)
    /// The survivor's release does not speak the protocol version of the cluster: it could not vote.
    case speaksOther(String, version: UInt8)
    /// The epochs have run out.
    case noEpochLeft

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .noMember(let name, let members):
            "there is no member \(name); the members are \(members.joined(separator: ", "))"
        case .isNoMember(let name):
            "\(name) is no member by the newest decree that it knows; recover on a host that is one"
        case .speaksOther(let name, let version):
            "the cluster speaks protocol version \(version), and the release of electd on \(name) does "
                + "not; install one that does"
        case .noEpochLeft: "there is no epoch left above the ones that were"
        }
    }
}

extension Record {
    /// The first decree of a new cluster.
    ///
    /// - Parameters:
    ///   - kept: the names of members that are to be in it beside this one, as observers until they
    ///     have come with new identities.
    ///   - random: 1 to 65,536.
    ///   - versions: the protocol versions that the survivor speaks.
    public func root(
        keeping kept: [String],
        after decided: Decree,
        random: UInt64,
        speaking versions: ClosedRange<UInt8> = ProtocolVersion.supported
    ) throws(RootError) -> ClusterState {
        invariant((1...1 << 16).contains(random), "\(random) is no step of an epoch")
        let old = decided.state
        guard var survivor = old.member(node) else { throw .isNoMember(node.name) }
        let version = old.settings.protocolVersion
        guard versions.contains(version) else {
            throw .speaksOther(node.name, version: version)
        }
        for name in kept where old.member(named: name) == nil {
            throw .noMember(name, members: old.members.map(\.id.name))
        }
        let highest = max(old.epoch, accepted?.value.epoch ?? 0)
        let epoch = ((highest >> 32) + random) << 32
        guard epoch < Ballot.heardLimit else { throw .noEpochLeft }
        (survivor.role, survivor.asked) = (.voter, nil)
        (survivor.isUp, survivor.isDrained) = (true, false)
        survivor.priority = max(1, survivor.priority)
        var state = old
        state.cluster = nil
        state.slot = old.slot + 1
        state.previous = decided.id
        state.epoch = epoch
        state.leader = node
        state.members = old.members.compactMap { member in
            if member.id == node { return survivor }
            guard kept.contains(member.id.name) else { return nil }
            // Its old identity belongs to the old cluster: down, until a new one takes its place.
            var other = member
            if other.role.votes { (other.asked, other.role) = (other.role, .observer) }
            (other.isUp, other.isDrained) = (false, false)
            return other
        }
        (state.cause, state.askedBy, state.lastRequest) = (.recovered, node.name, nil)
        state.pause = nil
        return state
    }

    /// This record, as the memory of the new cluster's only voter: what was promised and granted
    /// still binds, what was accepted was the old cluster's.
    public func recovered(by root: Decree) -> Record {
        var record = self
        record.decided = root
        record.accepted = nil
        return record
    }
}
