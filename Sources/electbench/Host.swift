// SPDX-License-Identifier: Apache-2.0

// One host of a cluster that lives on this machine: a directory, a port, and sometimes a daemon.

import Glibc
import Linux

/// A host.
final class Host {
    let name: String
    private let directory: String
    private let runtime: String
    private let programs: String
    private var child: Child?
    private var page: PageView?

    init(_ name: String, of cluster: String, at site: Site) throws {
        self.name = name
        directory = "\(site.disk)/\(cluster)-\(name)"
        runtime = "\(site.memory)/\(cluster)-\(name)-run"
        programs = site.programs
        _ = try Directory.create(directory, mode: 0o755)
    }

    var socket: String { "\(runtime)/electd.sock" }
    var lease: String { "\(runtime)/lease" }
    var pid: pid_t { child?.pid ?? -1 }

    /// Writes the configuration and runs `electctl init`.
    func prepare(port: UInt16, members: [String], election: String, key: String) throws {
        let text = """
            [Cluster]
            Name=bench
            Key=\(key)
            [Node]
            Name=\(name)
            Listen=127.0.0.1:\(port)
            [Election]
            \(election)
            [Paths]
            State=\(directory)/state
            Runtime=\(runtime)

            """
        let place = try Directory.open(directory)
        try place.replace("electd.conf", with: Array(text.utf8), mode: 0o600, durable: false)
        let arguments = ["init", "--config", "\(directory)/electd.conf"]
        let listed = members.flatMap { ["--member", $0] }
        let status = try control(arguments + listed).end(within: 20)
        guard status == 0 else {
            throw BenchFailure("electctl init of \(name) exits with \(status), \(reason)")
        }
    }

    /// Starts the daemon, and returns right before it did.
    @discardableResult
    func start() throws -> Int64 {
        let now = BootClock.now()
        child = try Child(
            "\(programs)/electd",
            ["--config", "\(directory)/electd.conf"],
            output: "\(directory)/journal"
        )
        return now
    }

    /// Starts electctl.
    func control(_ arguments: [String]) throws -> Child {
        try Child("\(programs)/electctl", arguments, output: "\(directory)/electctl.out")
    }

    /// Sends a signal to the daemon, and returns right before it did.
    func send(_ signal: Int32) -> Int64 {
        let now = BootClock.now()
        child?.send(signal)
        return now
    }

    /// Waits until the daemon has ended; anything but `expected` is an error.
    func ended(with expected: Int32) throws {
        guard let status = try child?.end(within: 20) else { return }
        child = nil
        guard status == expected else {
            throw BenchFailure("electd \(name) exits with \(status), not \(expected), \(reason)")
        }
    }

    /// Ends the daemon at once, if there is one.
    func end() {
        child = nil
    }

    /// What its page says now; nil if there is none yet, or it is being written.
    func look() -> PageLook? {
        if page == nil { page = try? PageView(lease) }
        return page?.look()
    }

    private var reason: String {
        let said = (try? text("\(directory)/journal", limit: 1 << 20)) ?? ""
        let asked = (try? text("\(directory)/electctl.out", limit: 1 << 20)) ?? ""
        return "after: "
            + (said + "\n" + asked).split(separator: "\n").suffix(3).joined(separator: "; ")
    }
}
