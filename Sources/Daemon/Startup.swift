// SPDX-License-Identifier: Apache-2.0

// From a configuration to a loop that may run. The order matters: the state directory is locked before
// anything is touched, the record is on disk anew before anything is sent, and the page is looked at
// before anything is said.

internal import Config
internal import Control
internal import Election
internal import Linux
internal import Paxos
internal import Session
internal import SystemPackage
internal import Systemd
internal import Wire

/// Opens everything that a run needs.
struct Startup {
    private let options: Options
    private let surroundings: Surroundings
    private let settings: RunSettings

    init(_ options: Options, _ surroundings: Surroundings, _ settings: RunSettings) {
        self.options = options
        self.surroundings = surroundings
        self.settings = settings
    }

    private var configuration: Configuration { settings.configuration }

    /// Opens everything, and gives the replica its first input.
    func open() throws(StartupError) -> Server {
        ignoreSIGPIPE()
        lockMemory()
        // Before any thread: those that come inherit that the signals are blocked.
        let signals = try takeSignals()
        let state = try OpenedState(
            at: configuration.stateDirectory,
            name: configuration.nodeName
        )
        let runtime = try openRuntimeDirectory()
        let listener = try listen()
        do throws(SystemError) {
            return try open(signals, state, runtime, listener)
        } catch {
            throw .refused(error)
        }
    }

    /// Before anything that must not be late; where it is refused everything goes on without it.
    private func lockMemory() {
        do throws(SystemError) {
            _ = try lockMemoryIfUnlimited()
        } catch {
            var journal = JournalLines(surroundings)
            journal.say(.warning, "\(error): memory is not locked, and may be swapped out")
        }
    }

    private func takeSignals() throws(StartupError) -> SignalSource {
        do throws(SystemError) {
            return try SignalSource(Server.signalNumbers)
        } catch {
            throw .refused(error)
        }
    }

    private func openRuntimeDirectory() throws(StartupError) -> Directory {
        do throws(SystemError) {
            return try Directory.create(configuration.runtimeDirectory, mode: 0o755)
        } catch {
            throw .refused(error, "the runtime directory cannot be used")
        }
    }

    /// The door: the one that the service manager has opened, or else one of our own.
    private func listen() throws(StartupError) -> UnixListener {
        do throws(ListenError) {
            if let inherited = try inheritedListener() { return inherited }
            let path = "\(configuration.runtimeDirectory)/electd.sock"
            return try UnixListener(path: path, mode: 0o660)
        } catch {
            throw .failed(error.description)
        }
    }

    /// The socket that is called `varlink` (`FileDescriptorName=` of the socket unit). Others would be
    /// a mistake of who wrote the unit, and are closed.
    private func inheritedListener() throws(ListenError) -> UnixListener? {
        var found: UnixListener?
        for socket in (try? takeInheritedSockets()) ?? [] {
            if socket.name == "varlink", found == nil {
                found = try UnixListener(inherited: socket.descriptor)
            } else {
                var journal = JournalLines(surroundings)
                journal.say(.warning, "the socket '\(socket.name)' was handed over and is not used")
                try? socket.descriptor.close()
            }
        }
        return found
    }

    private func open(
        _ signals: consuming SignalSource,
        _ state: consuming OpenedState,
        _ runtime: consuming Directory,
        _ listener: consuming UnixListener
    ) throws(SystemError) -> Server {
        let now = Instant.now()
        let record = state.record
        let identity = LeasePage.Identity(
            bootID: try BootClock.bootID(),
            timeNamespace: try BootClock.timeNamespace(),
            name: record.node.name
        )
        let page = try LeasePage(in: runtime, identity: identity)
        let inherited = page.inherited(by: record.node, decided: record.decided, at: now)
        var random = SystemRandomNumberGenerator()
        let parts = Node.Parts(
            network: try network(state.key, &random),
            writer: try RecordWriter(to: state.place),
            publisher: Publisher(
                directory: runtime,
                page: page,
                decided: record.decided,
                inherited: inherited,
                at: now
            ),
            report: StatusReport(
                name: record.node.name,
                clusterName: configuration.clusterName,
                bootID: identity.bootID,
                version: Release.version
            ),
            journal: JournalLines(surroundings),
            seed: random.next(),
            join: configuration.join.map(\.description),
            holdLimit: configuration.holdLimit.span,
            history: try History(in: configuration.stateDirectory),
            state: state
        )
        let node = Node(parts)
        node.restartGrace = configuration.restartGrace.span
        let loop = try EventLoop()
        let rights = AdminRights(
            ownUser: effectiveUser(),
            group: try groupID(named: AdminRights.groupName)
        )
        let control = ControlServer(
            listener: listener,
            mayChange: { rights.allow($0) },
            host: node,
            version: Release.version,
            loop: loop
        )
        node.control = control
        let places = Place.ofRun(
            state: configuration.stateDirectory,
            runtime: configuration.runtimeDirectory
        )
        let reload = Reload(options, surroundings, settings, node)
        let server = try Server(
            loop: loop,
            signals: signals,
            node: node,
            control: control,
            manager: ServiceManager(),
            reload: { reload.run() },
            places: places
        )
        node.begin(recovered(record, inherited, run: random.next()))
        return server
    }

    private func network(
        _ key: StaticKey,
        _ random: inout SystemRandomNumberGenerator
    ) throws(SystemError) -> Network {
        let spoken = WireVersion.supported
        guard
            let versions = VersionRange(oldest: spoken.lowerBound, newest: spoken.upperBound)
        else { broken("no versions in \(spoken)") }
        let sessions = Sessions(
            identity: key,
            name: configuration.nodeName,
            versions: versions,
            ring: settings.ring,
            using: &random
        )
        return try Network(listen: try listening(), sessions: sessions, lookUp: systemLookUp)
    }

    /// The addresses of `Listen=`. The zone of one (`%eth0`) may have no interface yet, early in a
    /// boot: without it nobody can listen there, and the next start may.
    private func listening() throws(SystemError) -> [SocketAddress] {
        var addresses: [SocketAddress] = []
        for endpoint in configuration.listen {
            guard let address = SocketAddress(numericHost: endpoint.host, port: endpoint.port)
            else { throw SystemError("bind", endpoint.description, .operationNotSupportedByDevice) }
            addresses.append(address)
        }
        return addresses
    }

    private func recovered(_ record: Record, _ inherited: Instant?, run: UInt64) -> Recovered {
        Recovered(
            record: record,
            member: configuration.member(record.node, origin: record.origin),
            clusterName: configuration.clusterName,
            settings: configuration.settings,
            run: run,
            inherited: inherited
        )
    }
}
