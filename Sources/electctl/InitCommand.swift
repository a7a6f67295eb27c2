// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import Election
import Linux
import State
import SystemPackage

/// `electctl init`: the one act by which a cluster begins, the same on each of its first hosts.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make this host one of the first members of a new cluster.",
        discussion: """
            Run it once on each of the first hosts, with the same list of members. It makes the state \
            directory, and the cluster key if there is none. A host that joins later needs no init.
            """
    )

    @Option(
        name: .customLong("member"),
        help: ArgumentHelp(
            "A first member and how others reach it; once for each, in the same order everywhere.",
            valueName: "name=address[,address]"
        ),
        transform: initialMember
    )
    var members: [InitialMember] = []
    @OptionGroup var host: HostOptions
    @Flag(help: "Print what was made as JSON.") var json = false

    func validate() throws {
        if members.isEmpty { throw ValidationError("name the first members, each with --member") }
        for (index, member) in members.enumerated()
        where members[..<index].contains(where: { $0.name == member.name }) {
            throw ValidationError("\(member.name) is named twice with --member")
        }
    }

    func run() throws {
        let configuration = try host.configuration()
        guard members.contains(where: { $0.name == configuration.nodeName }) else {
            throw Failure(
                .usage,
                """
                this host is \(configuration.nodeName), which is not among the members; name it with \
                --member, or change Name= in [Node]
                """
            )
        }
        let key = configuration.clusterKeyPath
        let isKeyNew = try makeClusterKey(key)
        if isKeyNew, !json {
            standardOutput(
                "\(key) is made: copy it to the other hosts before you run init there, and let nobody else read it"
            )
        }
        let path = configuration.stateDirectory
        let founding = try prepare(configuration)
        if json {
            var writer = JSONWriter()
            writer.object {
                $0.field("node", founding.node)
                $0.field("state_dir", path)
                $0.field("state_made", founding.isNew)
                $0.field("key_file", key)
                $0.field("key_made", isKeyNew)
            }
            standardOutput(writer.bytes)
        } else if founding.isNew {
            let hosts = members.count == 1 ? "here" : "on all \(members.count) hosts"
            standardOutput("\(path) is made: start electd \(hosts) (\(founding.node))")
        } else {
            standardOutput("\(path) was made before with the same members; nothing was changed")
        }
    }

    /// Makes the cluster key, unless there is one. Returns whether it did.
    private func makeClusterKey(_ path: String) throws -> Bool {
        do throws(SystemError) {
            return try writeNewKey(to: path)
        } catch {
            throw Failure("\(error): the cluster key cannot be made", errno: error.errno.rawValue)
        }
    }

    /// Makes the state directory, unless it was made before.
    private func prepare(_ configuration: Configuration) throws -> Founding {
        let list = InitialList(
            members.map { .init(name: $0.name, addresses: $0.addresses.map(\.description)) }
        )
        do throws(FoundingError) {
            return try prepareToFound(
                at: configuration.stateDirectory,
                name: configuration.nodeName,
                list: list
            )
        } catch {
            throw Failure(
                error.description,
                isRefusal: error.isRefusal,
                errno: error.errno
            )
        }
    }
}

/// Makes a cluster key, unless there is one. Returns whether it did.
private func writeNewKey(to path: String) throws(SystemError) -> Bool {
    do throws(SystemError) {
        try ClusterKey(bytes: try randomBytes(ClusterKey.length)).write(to: FilePath(path))
        return true
    } catch {
        if error.errno == .fileExists { return false }
        throw error
    }
}

extension Founding {
    fileprivate var isNew: Bool { if case .prepared = self { true } else { false } }

    fileprivate var node: String {
        switch self {
        case .prepared(let node), .alreadyPrepared(let node): "\(node)"
        }
    }
}

extension FoundingError {
    /// Whether it is ours to refuse, and not the operating system's.
    fileprivate var isRefusal: Bool {
        switch self {
        case .isMember, .isPrepared, .isJoining, .wasRemoved, .inUse: true
        case .unusable, .system: false
        }
    }

    fileprivate var errno: Int32? {
        if case .system(let error) = self { error.errno.rawValue } else { nil }
    }
}

@Sendable private func initialMember(_ text: String) throws -> InitialMember {
    do { return try InitialMember(text) } catch { throw ValidationError(error.description) }
}
