// SPDX-License-Identifier: Apache-2.0

// The configuration in the core's words.

internal import Config
internal import Election
internal import Paxos
internal import Session

/// The configuration of a run, checked, with what stands outside of the file.
struct RunSettings {
    var configuration: Configuration
    var ring: KeyRing

    /// Reads the files; the command line comes before them.
    init(_ options: Options, _ surroundings: Surroundings) throws(StartupError) {
        do throws(ConfigurationError) {
            configuration = try Configuration(readingFrom: options.configuration)
            let read = try Config.ClusterKey(
                path: configuration.clusterKeyPath,
                credentialsDirectory: surroundings.credentialsDirectory
            )
            guard let key = Session.ClusterKey(bytes: read.bytes) else {
                broken("a cluster key of \(read.bytes.count) bytes")
            }
            ring = KeyRing(key)
        } catch {
            throw .configuration(error.description)
        }
        if let path = options.stateDirectory { configuration.stateDirectory = path }
        if let path = options.runtimeDirectory { configuration.runtimeDirectory = path }
        if let objection = configuration.settings.objection {
            throw .configuration("[Election]: \(objection)")
        }
    }
}

extension Configuration {
    /// The settings that a new cluster begins with.
    var settings: Settings {
        var settings = Settings(
            leaseMilliseconds: UInt32(clamping: lease.milliseconds),
            heartbeatMilliseconds: UInt32(clamping: heartbeat.milliseconds)
        )
        settings.admission = admission == .approve ? .approve : .open
        settings.autoReplace = autoReplace
        settings.preemptAfterMilliseconds = UInt32(clamping: preemptAfter.milliseconds)
        return settings
    }

    /// This host's own entry, as a new cluster would have it.
    func member(_ node: NodeID, origin: Origin) -> Member {
        var addresses = addresses.map(\.description)
        if addresses.isEmpty, case .bootstrap(let list) = origin {
            addresses = list.entries.first { $0.name == node.name }?.addresses ?? []
        }
        if addresses.isEmpty {
            addresses = listen.filter { !$0.isWildcard }.map(\.description)
        }
        return Member(
            id: node,
            role: role.ofMember,
            priority: UInt16(clamping: priority),
            addresses: Array(addresses.prefix(Member.addressLimit)),
            labels: labels.prefix(Member.labelLimit).map {
                Election.Label(key: $0.key, value: $0.value)
            }
        )
    }
}

extension Configuration.Role {
    fileprivate var ofMember: Election.Role {
        switch self {
        case .voter: .voter
        case .observer: .observer
        case .witness: .witness
        }
    }
}

extension Duration {
    /// The same for the core.
    var span: Span { .milliseconds(milliseconds) }

    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
