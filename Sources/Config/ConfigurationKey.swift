// SPDX-License-Identifier: Apache-2.0

/// Every key there is. One that is not in this list is refused: a misspelt `Prioritiy=0` that is
/// silently passed over makes a leader of the host that should never lead.
public enum ConfigurationKey: String, CaseIterable, Hashable, Sendable, CustomStringConvertible {
    /// The name that all hosts of a cluster share.
    case clusterName = "Cluster.Name"
    /// The file of the cluster key.
    case clusterKey = "Cluster.Key"
    /// Whom to ask when this host is not yet a member.
    case join = "Cluster.Join"
    /// The name of this host in the cluster.
    case nodeName = "Node.Name"
    /// Where this host listens.
    case listen = "Node.Listen"
    /// How others reach this host.
    case address = "Node.Address"
    /// Voter, observer or witness.
    case role = "Node.Role"
    /// Who is preferred as the leader.
    case priority = "Node.Priority"
    /// Shown to applications with the leader.
    case label = "Node.Label"
    /// How long a hand-over waits for the programs of this host that hold its leadership.
    case holdLimit = "Node.HoldLimit"
    /// How long a leader leads without hearing from a majority.
    case lease = "Election.Lease"
    /// How often a leader renews its lease.
    case heartbeat = "Election.Heartbeat"
    /// Who may join.
    case admission = "Election.Admission"
    /// Whether a host that lost its disk takes its old place by itself.
    case autoReplace = "Election.AutoReplace"
    /// After how long a better candidate takes over.
    case preemptAfter = "Election.PreemptAfter"
    /// How long a lease a leader asks for before it ends for a restart.
    case restartGrace = "Election.RestartGrace"
    /// The state directory.
    case state = "Paths.State"
    /// The directory of the socket, the status files and the lease page.
    case runtime = "Paths.Runtime"
    /// How long before the end of a lease the target of the leader is stopped.
    case stopGuard = "Switch.StopGuard"

    /// The section that the key stands in, without brackets.
    public var section: String { String(rawValue.prefix { $0 != "." }) }

    /// The key as it is written in its section.
    public var name: String { String(rawValue.drop { $0 != "." }.dropFirst()) }

    /// `Node.Name`.
    public var description: String { rawValue }

    /// Whether a change takes effect only when the daemon starts. A new identity, a new key and new
    /// sockets are a new run; what only describes this host to the cluster can change in a reload.
    public var needsRestart: Bool {
        switch self {
        case .clusterName, .clusterKey, .nodeName, .listen, .state, .runtime: true
        case .join, .address, .role, .priority, .label, .lease, .heartbeat, .admission,
            .autoReplace, .preemptAfter, .restartGrace, .holdLimit, .stopGuard:
            false
        }
    }

    /// Whether the value counts at the founding only: afterwards what the hosts agreed on stands.
    public var countsAtFounding: Bool {
        switch self {
        case .address, .role, .priority, .label, .lease, .heartbeat, .admission, .autoReplace,
            .preemptAfter:
            true
        case .clusterName, .clusterKey, .join, .nodeName, .listen, .restartGrace, .state, .runtime,
            .holdLimit, .stopGuard:
            false
        }
    }

    /// The sections in the order in which a file is usually written.
    static let sections = ["Cluster", "Node", "Election", "Paths", "Switch"]

    /// The keys of a section, for a sentence that says what is allowed.
    static func names(in section: String) -> [String] {
        allCases.filter { $0.section == section }.map(\.name)
    }
}
