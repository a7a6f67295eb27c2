// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import ElectClient
import Linux

/// `electctl doctor`: looks at everything that a lease rests on, and says what to do.
///
/// With the daemon running it asks that one, and through it all others; without it, it looks at what
/// the daemon would need to start.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look for what is wrong with this host and its cluster, and say what to do.",
        discussion: """
            Exits with 0 if there is no fault, 1 if there is one, and 69 if electd cannot be reached; \
            then what can be seen without it was looked at. As root it sees more.
            """
    )

    @OptionGroup var socket: SocketOption
    @OptionGroup var configuration: ConfigurationOption
    @Flag(help: "Print the findings as JSON.") var json = false

    func run() throws {
        let file = Result { () throws(ConfigurationError) in
            try configuration.read()
        }
        let figures: RunningFigures
        var reason: ClientError?
        do {
            figures = try RunningFigures(asking: socket.path)
        } catch {
            figures = RunningFigures()
            reason = error
        }
        let diagnosis =
            reason.map { Diagnosis(withoutDaemon: file, $0.description) }
            ?? Diagnosis(file, figures)
        if json {
            standardOutput(diagnosis.json)
        } else {
            for line in diagnosis.page(Paint(isOn: wantsColour())) { standardOutput(line) }
        }
        if reason != nil { throw Failure(.unreachable) }
        if diagnosis.faults > 0 { throw Failure(.failure) }
    }
}

/// What the daemon has answered.
struct RunningFigures {
    var status: Status?
    var timing = TimingReply(lease: 0, heartbeat: 0, drift: 0, measured: [], bounds: [])
    var hosts: [MeasuredHost] = []

    init() {}

    init(asking socket: String) throws(ClientError) {
        var electd = try Electd(socket: socket)
        // First, so that the rest is of the time in which ways and clocks were measured.
        hosts = try electd.measure().hosts
        status = try electd.status()
        timing = try electd.timing()
    }
}

extension Diagnosis {
    /// With the daemon's own figures.
    init(_ file: Result<Configuration, ConfigurationError>, _ figures: RunningFigures) {
        let configuration = try? file.get()
        examinations = [examine(file, status: figures.status)]
        if let configuration {
            examinations.append(KeyFigures(lookingAt: configuration.clusterKeyPath).examined())
        }
        if let status = figures.status {
            var addresses = AddressFigures(
                members: status.members,
                selfName: status.selfName,
                configured: configuration?.addresses.map(\.description) ?? [],
                listen: configuration?.listen.map(\.description) ?? []
            )
            addresses.lookUpNames()
            examinations.append(addresses.examined())
            let ways = WayFigures(
                selfName: status.selfName,
                hosts: figures.hosts,
                quorum: status.quorum,
                lease: figures.timing.lease,
                port: configuration?.listen.first?.port ?? Endpoint.defaultPort,
                rules: Look.program("nft", "list", "ruleset")
            )
            examinations.append(ways.examined())
        }
        let timing = figures.timing
        examinations.append(ClockFigures.here(figures.hosts, drift: timing.drift).examined())
        examinations.append(
            TimingFigures(
                lease: timing.lease,
                heartbeat: timing.heartbeat,
                measured: timing.measured
            ).examined()
        )
        let daemon = figures.status?.version ?? Release.version
        examinations.append(
            examine(versions: figures.hosts, daemon: daemon, program: Release.version)
        )
        if let process = Self.process(configuration) {
            examinations.append(process.examined())
        }
        if let units = UnitFigures.ask() {
            examinations.append(
                UnitFigures(
                    properties: units,
                    stopGuard: configuration?.stopGuard,
                    lease: timing.lease
                ).examined()
            )
        }
    }

    /// Without one: what it would need.
    init(withoutDaemon file: Result<Configuration, ConfigurationError>, _ reason: String) {
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
