// SPDX-License-Identifier: Apache-2.0

/// What an administrator decides for one host: who it is, where it listens, whom it may lead.
///
/// It is a value that was checked as a whole: past this point nothing is missing, out of range or
/// contradictory. A value that would be unsafe is an error with the reason; it is never silently
/// raised to a safe one, because then the file would say one thing and the cluster do another.
public struct Configuration: Hashable, Sendable {
    /// What a host does in its cluster.
    public enum Role: String, CaseIterable, Hashable, Sendable {
        /// Votes and may lead.
        case voter
        /// Learns, and never counts for a quorum.
        case observer
        /// Votes and never leads.
        case witness
    }

    /// Who may join a cluster.
    public enum Admission: String, CaseIterable, Hashable, Sendable {
        /// Whoever has the cluster key.
        case open
        /// Only a host that was announced before.
        case approve
    }

    /// A word that the cluster carries for applications, such as `url=postgres://10.0.0.1:5432`.
    public struct Label: Hashable, Sendable {
        /// Letters, digits, hyphen, dot and underscore; at most 63.
        public var key: String
        /// At most 255 bytes.
        public var value: String

        /// Makes a label.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// The name that all hosts of the cluster share.
    public var clusterName = ""
    /// The file of the cluster key; the credential `cluster.key` comes before it.
    public var clusterKeyPath = "/etc/electd/cluster.key"
    /// Whom to ask when this host is not yet a member.
    public var join: [Endpoint] = []
    /// This host's name in the cluster; the host name if the file says nothing.
    public var nodeName = ""
    /// Addresses of this host to listen on, never names.
    public var listen: [Endpoint] = Configuration.defaultListen
    /// How others reach this host, one per network; empty if the file says nothing.
    public var addresses: [Endpoint] = []
    /// What this host does in the cluster.
    public var role = Role.voter
    /// 0…1000; the highest is preferred, 0 never leads.
    public var priority = 100
    /// In the order of the file, each key once.
    public var labels: [Label] = []
    /// 20 ms…60 s. For genesis; afterwards the decree's is used.
    public var lease = Duration.milliseconds(500)
    /// From 1 ms to a third of the lease; a fifth if the file says nothing. For genesis as well.
    public var heartbeat = Duration.milliseconds(100)
    /// Who may join. For genesis, as what follows.
    public var admission = Admission.open
    /// Whether a host that lost its disk takes its old place by itself.
    public var autoReplace = true
    /// Up to a day: after how long a better candidate takes over; zero is never.
    public var preemptAfter = Duration.zero
    /// How long a lease a leader asks for before it ends for a restart, up to a minute; what is no
    /// longer than the lease is none.
    public var restartGrace = Duration.seconds(3)
    /// 0…60 s: how long a planned hand-over waits for the programs of this host that hold its
    /// leadership.
    public var holdLimit = Duration.seconds(5)
    /// The state directory, absolute.
    public var stateDirectory = "/var/lib/electd"
    /// The directory of the socket, the status files and the lease page, absolute.
    public var runtimeDirectory = "/run/electd"
    /// How long before the end of a lease the target of the leader is stopped; nil is a third of
    /// what the lease has left when it is published. For the companion, not for the daemon.
    public var stopGuard: Duration?
    /// Where each key was written last; a key that no file has is not in here.
    public internal(set) var places: [ConfigurationKey: Place] = [:]

    /// What is read when nobody names a file.
    public static let defaultPath = "/etc/electd/electd.conf"

    static let defaultListen = ["0.0.0.0:7377", "[::]:7377"].compactMap { try? Endpoint($0) }

    /// The keys whose change from `old` to this configuration takes effect only in a new run, in the
    /// order of `ConfigurationKey`. A reload keeps the old values of these and says so.
    public func changesNeedingRestart(from old: Configuration) -> [ConfigurationKey] {
        changes(from: old).filter(\.needsRestart)
    }

    /// The keys whose values differ, in the order of `ConfigurationKey`.
    public func changes(from old: Configuration) -> [ConfigurationKey] {
        ConfigurationKey.allCases.filter { key in
            switch key {
            case .clusterName: clusterName != old.clusterName
            case .clusterKey: clusterKeyPath != old.clusterKeyPath
            case .join: join != old.join
            case .nodeName: nodeName != old.nodeName
            case .listen: listen != old.listen
            case .address: addresses != old.addresses
            case .role: role != old.role
            case .priority: priority != old.priority
            case .label: labels != old.labels
            case .lease: lease != old.lease
            case .heartbeat: heartbeat != old.heartbeat
            case .admission: admission != old.admission
            case .autoReplace: autoReplace != old.autoReplace
            case .preemptAfter: preemptAfter != old.preemptAfter
            case .restartGrace: restartGrace != old.restartGrace
            case .holdLimit: holdLimit != old.holdLimit
            case .state: stateDirectory != old.stateDirectory
            case .runtime: runtimeDirectory != old.runtimeDirectory
            case .stopGuard: stopGuard != old.stopGuard
            }
        }
    }
}
