// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import Election
import Linux
import State
import SystemPackage

/// `electctl recover`: what is left to do when a majority of the voters is lost for good.
struct RecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Begin a new cluster with what a survivor knows, or follow one that did.",
        discussion: """
            On one survivor, with electd stopped: recover --keep db1,db2. On each of the others that \
            it keeps: recover --follow. Which survivor knows most, recover inspect tells.
            """,
        subcommands: [Inspect.self]
    )

    @Option(
        help: ArgumentHelp(
            "The members of the new cluster; this host is its only voter at first.",
            valueName: "name[,name]"
        )
    )
    var keep: String?
    @Flag(help: "Put this host's old identity aside; it joins the new cluster.") var follow = false
    @Flag(help: "Do not ask.") var yes = false
    @OptionGroup var host: HostOptions

    func run() throws {
        // Not where options are checked: those of `inspect` come that way as well.
        if (keep == nil) != follow {
            throw Failure(
                .usage,
                "say either --keep, on one survivor, or --follow, on the others; or inspect"
            )
        }
        let configuration = try host.configuration()
        if let keep {
            try begin(at: configuration.stateDirectory, keep.split(separator: ",").map(String.init))
        } else {
            try follow(configuration)
        }
    }

    private func begin(at path: String, _ names: [String]) throws(Failure) {
        let record: Record
        do { record = try inspect(path) } catch { throw Failure(error) }
        if !yes { try ask(record.riskOfRecovering(keeping: names), "recover") }
        let root: Decree
        do { root = try recover(at: path, keeping: names) } catch { throw Failure(error) }
        let others = root.state.members.filter { $0.id != record.node }.map { "\($0.id)" }
        standardOutput(
            "\(path) is the beginning of a new cluster, \(root.cluster), with epoch \(root.epoch)"
        )
        standardOutput(
            "start electd here"
                + (others.isEmpty
                    ? ""
                    : ", then run 'electctl recover --follow' on \(others.joined(separator: ", "))")
        )
    }

    private func follow(_ configuration: Configuration) throws(Failure) {
        let path = configuration.stateDirectory
        if configuration.join.isEmpty {
            standardError(
                "electctl: there is no Join= in [Cluster]: write the address of the recovered host "
                    + "there before electd is started"
            )
        }
        // What cannot be read, or is only a tombstone, has no vote to give up: nothing to ask about.
        if !yes, let record = try? inspect(path), let risk = record.riskOfFollowing {
            try ask(risk, "recover --follow")
        }
        let ending: String?
        do { ending = try followRecovery(at: path) } catch { throw Failure(error) }
        guard let ending else {
            return standardOutput("\(path) has no identity of a lost cluster; nothing was changed")
        }
        standardOutput(
            "the old files in \(path) now end in .\(ending): start electd, it joins as a new host"
        )
    }

    /// `electctl recover inspect`: which of several survivors knows most.
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect",
            abstract: "Show what state directories remember, and which knows most.",
            discussion: "Copies of them from several hosts can be looked at beside each other."
        )

        @Argument(help: "State directories.", completion: .directory) var directories: [String]

        func run() throws {
            var records: [(path: String, record: Record)] = []
            var failures: [Failure] = []
            for path in directories {
                do throws(RecoveringError) {
                    records.append((path, try inspect(path)))
                } catch {
                    failures.append(Failure(error))
                }
            }
            // One that is no use does not hide what the others know.
            if !records.isEmpty {
                for line in survivors(records) { standardOutput(line) }
            }
            for failure in failures.dropLast() { standardError("electctl: \(failure.message)") }
            if let last = failures.last { throw last }
        }
    }
}

/// A table of what is remembered, and below it who knows most.
func survivors(_ records: [(path: String, record: Record)]) -> [String] {
    var rows = [
        ["DIRECTORY", "NAME", "DECREE", "EPOCH", "LEADER", "PROMISED", "CLUSTER", "VOTERS"]
    ]
    for (path, record) in records {
        let state = record.decided?.state
        rows.append([
            path, "\(record.node)", "\(record.decided?.slot ?? 0)", "\(state?.epoch ?? 0)",
            state.map { "\($0.leader)" } ?? "-", "\(record.promised)",
            record.cluster?.description ?? "-",
            (state?.voters ?? []).map { "\($0)" }.joined(separator: " "),
        ])
    }
    let lines = table(rows, isNumber: [2, 3])
    let members = records.filter { $0.record.decided?.state.member($0.record.node) != nil }
    guard let most = members.max(by: { $0.record.newest < $1.record.newest }) else {
        return lines + ["", "None of them is a member of a cluster: there is nothing to recover."]
    }
    let clusters = Set(members.compactMap { $0.record.cluster?.description })
    guard clusters.count == 1 else {
        return lines + [
            "", "They belong to \(clusters.count) clusters; choose one of those first.",
        ]
    }
    let equals = members.filter { $0.record.newest == most.record.newest }.map {
        "\($0.record.node)"
    }
    let who =
        equals.count == 1
        ? "\(equals[0]) knows most" : "\(equals.joined(separator: ", ")) know equally much"
    return lines + [
        "", "\(who): recover there, if no majority of the voters can be started again.",
    ]
}

extension Record {
    /// How much it knows: the decree's slot. What is only accepted a recovery cannot use.
    fileprivate var newest: UInt64 { decided?.slot ?? 0 }

    /// What is lost when a new cluster is begun with this.
    fileprivate func riskOfRecovering(keeping names: [String]) -> String {
        let left = (decided?.state.members ?? []).map { "\($0.id)" }
            .filter { $0 != "\(node)" && !names.contains($0) }
        return """
            \(node) begins a new cluster with decree \(decided?.slot ?? 0), the newest that it knows; \
            what was decided after that is lost, and \(leftBehind(left)). If a majority of the old voters runs \
            somewhere, there are two clusters from now on.
            """
    }

    /// What is lost when this is put aside; nil where it belongs to nothing yet.
    fileprivate var riskOfFollowing: String? {
        let advice = "Do it on no host that a cluster of yours still counts on."
        if let decided {
            return """
                \(node) leaves cluster \(decided.cluster), of which it knows decree \(decided.slot), and \
                its vote there is given up for good. \(advice)
                """
        }
        guard case .bootstrap = origin else { return nil }
        return "\(node) gives up its part in founding a cluster, and its vote there. \(advice)"
    }
}

extension Failure {
    fileprivate init(_ error: RecoveringError) {
        self.init(error.description, isRefusal: error.isRefusal, errno: error.errno)
    }
}

extension RecoveringError {
    /// Whether it is ours to refuse, and not the operating system's.
    fileprivate var isRefusal: Bool {
        switch self {
        case .nothing, .root, .inUse: true
        case .system: false
        }
    }

    fileprivate var errno: Int32? {
        if case .system(let error) = self { error.errno.rawValue } else { nil }
    }
}

/// `db3, db4 are left behind`.
func leftBehind(_ names: [String]) -> String {
    switch names.count {
    case 0: "nobody is left behind"
    case 1: "\(names[0]) is left behind"
    default: "\(names.joined(separator: ", ")) are left behind"
    }
}
