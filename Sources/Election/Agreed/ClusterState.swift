// SPDX-License-Identifier: Apache-2.0

public import Paxos

/// Why a decree was made. The same word in events, journal, history and `status`.
public enum Cause: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// The first leader, or one after a leader that gave no sign of leaving.
    case elected = 1
    /// The leader's lease ran out.
    case expired = 2
    /// An operator asked for another leader.
    case transfer = 3
    /// The leader's daemon was told to stop.
    case stop = 4
    /// The leader's host is being drained.
    case drain = 5
    /// The leader found itself unfit.
    case unhealthy = 6
    /// A host joined.
    case joined = 7
    /// A host left by its own wish.
    case left = 8
    /// A host was removed.
    case removed = 9
    /// A host with a new identity took the place of the one with its name.
    case replaced = 10
    /// An observer became a voter.
    case promoted = 11
    /// A member has not been heard of for long.
    case down = 12
    /// A member is heard of again.
    case up = 13
    /// A member's address changed.
    case address = 14
    /// The settings changed.
    case settings = 15
    /// The cluster was recovered after its majority was lost.
    case recovered = 16

    /// The word.
    public var description: String {
        switch self {
        case .elected: "elected"
        case .expired: "expired"
        case .transfer: "transfer"
        case .stop: "stop"
        case .drain: "drain"
        case .unhealthy: "unhealthy"
        case .joined: "joined"
        case .left: "left"
        case .removed: "removed"
        case .replaced: "replaced"
        case .promoted: "promoted"
        case .down: "down"
        case .up: "up"
        case .address: "address"
        case .settings: "settings"
        case .recovered: "recovered"
        }
    }
}

/// What a command that was asked for is known by, so that asking twice does it once.
public struct RequestID: Hashable, Sendable {
    /// Drawn at random by whoever asks.
    public let number: UInt64

    /// An id by its number.
    public init(_ number: UInt64) { self.number = number }
}

/// A host that may join.
public struct Announcement: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// What it is to be.
    public var role: Role

    /// A host that may join, as this.
    public init(name: String, role: Role) {
        self.name = name
        self.role = role
    }
}

/// A while in which nobody but the present leader stands.
public struct Pause: Hashable, Sendable {
    /// How long it is: each host counts it from when it learned of it in this run.
    public var milliseconds: UInt64
    /// The slot of the decree that began it: by that a host tells it from another.
    public var since: Slot

    /// A pause.
    public init(milliseconds: UInt64, since: Slot) {
        self.milliseconds = milliseconds
        self.since = since
    }

    /// How long it is.
    public var span: Span { .milliseconds(milliseconds) }

    /// What is wrong with a pause of this length, as a sentence; nil where nothing is.
    static func objection(to milliseconds: UInt64) -> String? {
        (1...Settings.longestMilliseconds).contains(milliseconds)
            ? nil : "a pause of \(milliseconds) ms is not between 1 ms and a day"
    }
}

/// The whole state of the cluster: what a decree says.
///
/// Since each decree says everything, there is no log to replay and nothing to compact, and a
/// change of voters is a decree like any other.
public struct ClusterState: Hashable, Sendable {
    /// The cluster; nil in the decree that founds it, which is named by its own digest.
    public var cluster: ClusterID?
    /// The position in the chain.
    public var slot: Slot
    /// The decree before this one (R11).
    public var previous: DecreeID
    /// The generation of leadership: one more whenever another node leads (R13). The fencing token.
    public var epoch: UInt64
    /// Who leads.
    public var leader: NodeID
    /// What people call the cluster.
    public var name: String
    /// The agreed settings.
    public var settings: Settings
    /// Everybody, in the order in which they came; no name and no key twice (R2).
    public var members: [Member]
    /// Why this decree was made.
    public var cause: Cause
    /// Who asked for it: a member's name, empty if nobody did.
    public var askedBy: String
    /// The last command that was done.
    public var lastRequest: RequestID?
    /// Hosts that may join, in the order in which they were announced.
    public var announced: [Announcement] = []
    /// The pause that is on; nil if none is.
    public var pause: Pause?

    /// A state by its parts.
    public init(
        cluster: ClusterID?,
        slot: Slot,
        previous: DecreeID,
        epoch: UInt64,
        leader: NodeID,
        name: String,
        settings: Settings,
        members: [Member],
        cause: Cause,
        askedBy: String = "",
        lastRequest: RequestID? = nil
    ) {
        self.cluster = cluster
        self.slot = slot
        self.previous = previous
        self.epoch = epoch
        self.leader = leader
        self.name = name
        self.settings = settings
        self.members = members
        self.cause = cause
        self.askedBy = askedBy
        self.lastRequest = lastRequest
    }

    /// The voters: they decide the next slot.
    public var voters: [NodeID] {
        var voters: [NodeID] = []
        voters.reserveCapacity(members.count)
        for at in members.indices where members[at].role.votes { voters.append(members[at].id) }
        return voters
    }

    /// The member with this identity.
    public func member(_ id: NodeID) -> Member? {
        place(of: id).map { members[$0] }
    }

    /// Where in `members` it stands: in place, for a member is large and looked for often.
    func place(of id: NodeID) -> Int? {
        for at in members.indices where members[at].id == id { return at }
        return nil
    }

    /// The member with this name.
    public func member(named name: String) -> Member? { members.first { $0.id.name == name } }

    /// How many members a cluster has at most; with it every decree fits into a message.
    public static let memberLimit = 200
    /// How many hosts are announced at most.
    public static let announcedLimit = 64

    /// Whether this says the same as `other` of members, leader and policies: whatever people may
    /// ask for.
    func agrees(with other: ClusterState) -> Bool {
        members == other.members && leader == other.leader && settings == other.settings
            && announced == other.announced && pause == other.pause
    }

    /// What makes this state one that may never be proposed or learnt; nil where nothing does (R2,
    /// R13).
    public var objection: String? {
        guard slot >= 1 else { return "slot 0 holds no decree" }
        guard slot < Ballot.heardLimit, epoch < Ballot.heardLimit, epoch >= 1 else {
            return "slot \(slot) or epoch \(epoch) is out of range"
        }
        guard members.count <= Self.memberLimit else {
            return "\(members.count) members are more than \(Self.memberLimit)"
        }
        let ids = members.map(\.id)
        for (i, a) in ids.enumerated() {
            guard a.isNameValid else { return "a member's name is not one" }
            for b in ids[..<i] {
                if a.name == b.name { return "\(a) stands there twice" }
                if a.key == b.key { return "\(a) and \(b) have one key" }
            }
        }
        guard announced.count <= Self.announcedLimit else {
            return "\(announced.count) announced hosts are more than \(Self.announcedLimit)"
        }
        guard (pause?.milliseconds ?? 0) <= Settings.longestMilliseconds else {
            return "a pause of more than a day"
        }
        guard let leader = member(leader) else { return "\(leader) leads and is no member" }
        guard leader.mayLead else { return "\(leader.id) leads and may not" }
        return settings.objection
    }
}
