// SPDX-License-Identifier: Apache-2.0

// Which parts `electctl doctor` looks at, in the order in which they are shown: with a daemon that can
// be asked about all hosts, and without one, when only this host can be looked at.

import Config
import Control
import ElectClient
import Linux

/// What the daemon has answered.
struct DaemonFigures {
    let hosts: [MeasuredHost]
    let status: Status
    let timing: TimingReply

    init(asking socket: String) throws(ClientError) {
        var electd = try Electd(socket: socket)
        // First, so that the rest is of the time in which ways and clocks were measured.
        hosts = try electd.measure().hosts
        status = try electd.status()
        timing = try electd.timing()
    }

    init(hosts: [MeasuredHost], status: Status, timing: TimingReply) {
        (self.hosts, self.status, self.timing) = (hosts, status, timing)
    }

    /// The quorum, with the voters counted that have just answered. Without a leader hosts have little to
    /// say to each other, and one that lives may not have been heard for a while.
    var quorum: Status.Quorum {
        let answering = status.members.count { member in
            member.role != .observer && hosts.contains { $0.name == member.name && $0.answered }
        }
        var quorum = status.quorum
        quorum.reachable = max(quorum.reachable, answering)
        return quorum
    }
}

extension Diagnosis {
    /// With the daemon's own figures.
    init(_ file: Result<Configuration, ConfigurationError>, _ figures: DaemonFigures) {
        let configuration = try? file.get()
        let (status, timing) = (figures.status, figures.timing)
        examinations = [examine(file, status: status)]
        if let configuration {
            examinations.append(KeyFigures(lookingAt: configuration.clusterKeyPath).examined())
        }
        let hasQuorum = figures.quorum.reachable >= figures.quorum.needed
        examinations += [
            examine(leaderOf: status, hasQuorum: hasQuorum),
            Self.addresses(status, configuration),
            Self.ways(figures, configuration),
            ClockFigures.here(figures.hosts, drift: timing.drift).examined(),
            TimingFigures(
                lease: timing.lease,
                heartbeat: timing.heartbeat,
                measured: timing.measured
            ).examined(),
            examine(versions: figures.hosts, daemon: status.version, program: Release.version),
        ]
        if let process = Self.process(configuration) {
            examinations.append(process.examined())
        }
        if let units = Self.units(configuration, lease: timing.lease) {
            examinations.append(units.examined())
        }
    }

    private static func addresses(
        _ status: Status,
        _ configuration: Configuration?
    ) -> Examination {
        var figures = AddressFigures(
            members: status.members,
            selfName: status.selfName,
            configured: configuration?.addresses.map(\.description) ?? [],
            listen: configuration?.listen.map(\.description) ?? []
        )
        figures.lookUpNames()
        return figures.examined()
    }

    private static func ways(
        _ figures: DaemonFigures,
        _ configuration: Configuration?
    ) -> Examination {
        WayFigures(
            selfName: figures.status.selfName,
            hosts: figures.hosts,
            quorum: figures.quorum,
            lease: figures.timing.lease,
            port: configuration?.listen.first?.port ?? Endpoint.defaultPort,
            rules: Look.program("nft", "list", "ruleset")
        ).examined()
    }

    /// Nil where there is no systemd to ask.
    private static func units(_ configuration: Configuration?, lease: UInt64) -> UnitFigures? {
        UnitFigures.ask().map { properties in
            UnitFigures(
                properties: properties,
                stopGuard: configuration?.stopGuard,
                lease: lease
            )
        }
    }

    /// Without one that tells: what it would need.
    init(withoutDaemon file: Result<Configuration, ConfigurationError>, _ reason: ClientError) {
        examinations = [examine(file, status: nil)]
        guard let configuration = try? file.get() else {
            let state = StateFigures(path: "the state directory", daemon: reason)
            examinations.append(state.examined())
            return
        }
        examinations.append(KeyFigures(lookingAt: configuration.clusterKeyPath).examined())
        var state = StateFigures(path: configuration.stateDirectory, daemon: reason)
        let sync = state.look()
        examinations.append(state.examined())
        var addresses = AddressFigures(
            members: [],
            selfName: configuration.nodeName,
            configured: [],
            listen: configuration.listen.map(\.description)
        )
        if state.holder == nil { addresses.tryListening(on: configuration.listen) }
        examinations.append(addresses.examined())
        let settings = (configuration.lease, configuration.heartbeat)
        examinations.append(
            TimingFigures(
                lease: UInt64(clamping: settings.0.nanosecondsClamped / 1_000_000),
                heartbeat: UInt64(clamping: settings.1.nanosecondsClamped / 1_000_000),
                measured: sync.map { [$0] } ?? []
            ).examined()
        )
    }

    /// The daemon is who has the state directory; where that cannot be seen, whom systemd started.
    private static func process(_ configuration: Configuration?) -> ProcessFigures? {
        if let path = configuration?.stateDirectory, let directory = try? Directory.open(path),
            let holder = directory.lockHolder()
        {
            return ProcessFigures(of: holder)
        }
        let main = Look.program("systemctl", "show", "-P", "MainPID", "electd.service")
        guard let main, let process = Int32(main.filter(\.isNumber)), process > 0 else {
            return nil
        }
        return ProcessFigures(of: process)
    }
}
