// SPDX-License-Identifier: Apache-2.0

/// What a host does in the cluster.
public enum MemberRole: String, CaseIterable, Hashable, Sendable, Decodable {
    /// Votes and may lead.
    case voter
    /// Learns, and never counts.
    case observer
    /// Votes and never leads.
    case witness
}

/// A member by the newest decree, and what this host sees of it.
public struct Member: Hashable, Sendable, Decodable {
    /// Its name.
    public var name: String
    /// What it does.
    public var role: MemberRole
    /// The agreed view: whether the cluster counts it as running.
    public var up: Bool
    /// How it is reached, `host:port`, one per network.
    public var addresses: [String]
    /// What it says about itself.
    public var labels: Labels
    /// The highest is preferred as the leader, 0 never leads.
    public var priority: Int
    /// Whether it was drained: it neither leads nor stands.
    public var drained: Bool
    /// Whether it leads by the newest decree.
    public var leader: Bool
    /// This host's own view: whether it was heard of lately. A host always hears itself.
    public var reachable: Bool
    /// When it was heard of last, on `CLOCK_BOOTTIME` in nanoseconds; nil for never and for itself.
    public var lastHeard: UInt64?

    /// Makes a member.
    public init(
        name: String,
        role: MemberRole,
        up: Bool,
        addresses: [String],
        labels: Labels = Labels(),
        priority: Int,
        drained: Bool = false,
        leader: Bool,
        reachable: Bool,
        lastHeard: UInt64? = nil
    ) {
        self.name = name
        self.role = role
        self.up = up
        self.addresses = addresses
        self.labels = labels
        self.priority = priority
        self.drained = drained
        self.leader = leader
        self.reachable = reachable
        self.lastHeard = lastHeard
    }

    private enum CodingKeys: String, CodingKey {
        case name, role, up, addresses, labels, priority, drained, leader, reachable
        case lastHeard = "last_heard_boottime_ns"
    }
}

extension Member: JSONWritable {
    /// Writes the object of the IDL.
    public func write(to writer: inout JSONWriter) {
        writer.object { writeFields(to: &$0) }
    }

    /// Writes the fields alone, into an object that has more.
    func writeFields(to writer: inout JSONWriter) {
        writer.field("name", name)
        writer.field("role", role.rawValue)
        writer.field("up", up)
        writer.field("addresses") { writer in
            writer.array(addresses) { $0.string($1) }
        }
        writer.field("labels", labels)
        writer.field("priority", priority)
        writer.field("drained", drained)
        writer.field("leader", leader)
        writer.field("reachable", reachable)
        writer.field("last_heard_boottime_ns", moment: lastHeard)
    }
}
