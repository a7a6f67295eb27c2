// SPDX-License-Identifier: Apache-2.0

/// From assignments to a `Configuration`: each key's meaning, range and sentence.
///
/// The files are read in order and later ones win. Of a key with one value the last counts; a list
/// grows with each assignment; an empty assignment takes back everything said before it. Two rules
/// need several keys and come last: what must be there, and how heartbeat and lease fit together.
struct ConfigurationReader {
    private var configuration = Configuration()
    private var problems: [ConfigurationProblem] = []
    private var isHeartbeatGiven = false
    private var isListenGiven = false

    /// Reads the files in order. `hostName` stands in for a missing `Node.Name`.
    static func read(
        _ files: [SettingsText],
        main: String,
        hostName: String
    ) throws(ConfigurationError) -> Configuration {
        var reader = ConfigurationReader()
        for file in files { reader.read(file) }
        reader.finish(main: main, hostName: hostName)
        if !reader.problems.isEmpty { throw ConfigurationError(problems: reader.problems) }
        return reader.configuration
    }

    private mutating func read(_ file: SettingsText) {
        let first = problems.count
        problems += file.problems
        for header in file.sections where !ConfigurationKey.sections.contains(header.name) {
            let known = list(ConfigurationKey.sections.map { "[\($0)]" })
            report(header.place, "there is no section [\(header.name)]; the sections are \(known)")
        }
        for assignment in file.assignments {
            guard ConfigurationKey.sections.contains(assignment.section) else { continue }
            let name = "\(assignment.section).\(assignment.key)"
            guard let key = ConfigurationKey(rawValue: name) else {
                let known = list(ConfigurationKey.names(in: assignment.section))
                report(
                    assignment.place,
                    "[\(assignment.section)] has no key \(assignment.key)=; its keys are \(known)"
                )
                continue
            }
            configuration.places[key] = assignment.value.isEmpty ? nil : assignment.place
            do {
                try set(key, assignment.value)
            } catch {
                report(assignment.place, "\(assignment.key)= \(error.sentence)")
            }
        }
        // One file is one name: the lines alone are the order.
        problems[first...].sort { $0.place.line < $1.place.line }
    }

    private mutating func set(_ key: ConfigurationKey, _ text: String) throws(Fault) {
        let standard = Configuration()
        let isReset = text.isEmpty
        let value: String
        do { value = try unquoted(text) } catch {
            throw Fault("opens a quote and does not close it")
        }
        switch key {
        case .clusterName: configuration.clusterName = isReset ? "" : try name(value)
        case .nodeName: configuration.nodeName = isReset ? "" : try name(value)
        case .clusterKey:
            configuration.clusterKeyPath = isReset ? standard.clusterKeyPath : try path(value)
        case .state:
            configuration.stateDirectory = isReset ? standard.stateDirectory : try path(value)
        case .runtime:
            configuration.runtimeDirectory =
                isReset ? standard.runtimeDirectory : try runtimePath(value)
        case .join: configuration.join = isReset ? [] : configuration.join + (try endpoints(text))
        case .address:
            let added = try endpoints(text)
            if let wildcard = added.first(where: \.isWildcard) {
                throw Fault(
                    "has \(wildcard), which nobody can send to; name an address of this host"
                )
            }
            configuration.addresses = isReset ? [] : configuration.addresses + added
        case .listen:
            let added = try endpoints(text)
            if let named = added.first(where: { $0.kind == .name }) {
                throw Fault(
                    "has the name \(named); give an address of this host, or 0.0.0.0 or [::]"
                )
            }
            let before = isListenGiven ? configuration.listen : []
            configuration.listen = isReset ? standard.listen : before + added
            isListenGiven = !isReset
        case .role: configuration.role = isReset ? standard.role : try role(value)
        case .priority: configuration.priority = isReset ? standard.priority : try priority(value)
        case .label: try setLabel(isReset ? nil : value)
        case .lease:
            configuration.lease =
                isReset ? standard.lease : try span(value, .milliseconds(20), .seconds(60))
        case .heartbeat:
            configuration.heartbeat =
                isReset ? standard.heartbeat : try span(value, .milliseconds(1), .seconds(20))
            isHeartbeatGiven = !isReset
        case .admission:
            configuration.admission = isReset ? standard.admission : try admission(value)
        case .autoReplace:
            configuration.autoReplace = isReset ? standard.autoReplace : try boolean(value)
        case .preemptAfter:
            configuration.preemptAfter =
                isReset ? standard.preemptAfter : try span(value, .zero, .seconds(86_400))
        case .restartGrace:
            configuration.restartGrace =
                isReset ? standard.restartGrace : try span(value, .zero, .seconds(60))
        case .holdLimit:
            configuration.holdLimit =
                isReset ? standard.holdLimit : try span(value, .zero, .seconds(60))
        case .stopGuard:
            configuration.stopGuard =
                isReset ? nil : try span(value, .zero, .seconds(60))
        }
    }

    private mutating func setLabel(_ value: String?) throws(Fault) {
        guard let value else { return configuration.labels = [] }
        let label = try label(value)
        if label.key.utf8.count + label.value.utf8.count + 1 > 256 {
            throw Fault("is longer than 256 bytes, the key and its '=' included")
        }
        configuration.labels.removeAll { $0.key == label.key }
        configuration.labels.append(label)
        if configuration.labels.count > 16 {
            throw Fault("is the 17th label; a host has at most 16")
        }
    }

    private mutating func finish(main: String, hostName: String) {
        let top = Place(file: main, line: 0)
        if configuration.places[.clusterName] == nil {
            report(
                top,
                "the name of the cluster is missing: write Name= in [Cluster], the same on all hosts"
            )
        }
        if configuration.nodeName.isEmpty {
            do {
                configuration.nodeName = try name(hostName)
            } catch {
                report(
                    top,
                    "the host name cannot be this host's name in the cluster: it \(error.sentence); write Name= in [Node]"
                )
            }
        }
        if !isHeartbeatGiven {
            configuration.heartbeat = configuration.lease / 5
        } else if configuration.heartbeat * 3 > configuration.lease {
            let longest = (configuration.lease / 3).wholeMilliseconds.timeSpan
            report(
                configuration.places[.heartbeat] ?? top,
                """
                Heartbeat=\(configuration.heartbeat.timeSpan) is too long for a lease of \
                \(configuration.lease.timeSpan): a lease must outlive two lost heartbeats, so at most \
                \(longest); a fifth of the lease is usual
                """
            )
        }
    }

    private mutating func report(_ place: Place, _ sentence: String) {
        problems.append(ConfigurationProblem(place: place, sentence: sentence))
    }
}

extension Duration {
    fileprivate var wholeMilliseconds: Duration {
        .milliseconds(nanosecondsClamped / 1_000_000)
    }
}
