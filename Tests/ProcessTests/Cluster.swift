// SPDX-License-Identifier: Apache-2.0

import Control
import ElectClient
import FoundationEssentials
import Linux

/// Three hosts on one machine: directories, ports that were free a moment ago, one key.
final class Cluster {
    let directory: String
    let hosts: [Host]
    /// How many of them found the cluster; the others may join it.
    private let founders: Int

    /// - Parameters:
    ///   - names: The hosts' names.
    ///   - founders: How many of them found the cluster; all of them if nil.
    ///   - election: What stands under `[Election]` on every host.
    ///   - host: What the addresses are written with: a number or a name.
    ///   - listening: The address to listen on.
    init(
        _ names: [String] = ["n1", "n2", "n3"],
        founders: Int? = nil,
        election: String = "Lease=200ms",
        host: String = "127.0.0.1",
        listening: String = "127.0.0.1"
    ) throws {
        let root = FileManager.default.temporaryDirectory.path
        directory = "\(root)/electd-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
        let numeric = listening.filter { $0 != "[" && $0 != "]" }
        let ports = try Self.freePorts(names.count, on: numeric)
        self.founders = founders ?? names.count
        let members = zip(names, ports).prefix(founders ?? names.count)
            .map { "\($0)=\(host):\($1)" }
        let directory = directory
        hosts = zip(names, ports).map { name, port in
            Host(
                name: name,
                directory: directory,
                listen: "\(listening):\(port)",
                members: members,
                election: election
            )
        }
        for host in hosts { try host.writeConfiguration() }
    }

    deinit {
        for host in hosts { host.program = nil }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Ports on which nobody listens; all are held until all are known, so they differ.
    private static func freePorts(_ count: Int, on host: String) throws -> [UInt16] {
        guard let address = SocketAddress(numericHost: host, port: 0) else {
            throw Failure("\(host) is no address")
        }
        return try hold(count, address, [])
    }

    private static func hold(
        _ count: Int,
        _ address: SocketAddress,
        _ held: [UInt16]
    ) throws -> [UInt16] {
        guard count > 0 else { return held }
        let socket = try UDPSocket(bind: address)
        defer { _ = socket.local }
        return try hold(count - 1, address, held + [socket.local.port])
    }

    subscript(_ name: String) -> Host {
        get throws {
            guard let host = hosts.first(where: { $0.name == name }) else {
                throw Failure("there is no \(name)")
            }
            return host
        }
    }

    /// Runs `electctl init` on every founder.
    func prepare() throws {
        for host in hosts.prefix(founders) {
            let code = try host.runInit()
            guard code.status == 0 else { throw Failure("init: \(code.text)") }
        }
    }

    /// Prepares and starts all founders, and waits until each says who leads.
    func startAll() throws -> LeaderReply {
        try prepare()
        for host in hosts.prefix(founders) { try host.start() }
        return try agreed()
    }

    /// Waits until all that run say the same leader, under an epoch above `epoch`.
    @discardableResult
    func agreed(after epoch: UInt64 = 0) throws -> LeaderReply {
        let running = hosts.filter { $0.program?.isRunning ?? false }
        // A leader may still change while it is asked about; so until all agree.
        for _ in 0..<100 {
            let answers = try running.map { try $0.waitForLeader(after: epoch) }
            guard let first = answers.first else { throw Failure("nobody runs") }
            let isAgreed = answers.allSatisfy {
                $0.epoch == first.epoch && $0.leader == first.leader
            }
            if isAgreed { return first }
        }
        throw Failure("they do not agree")
    }
}
