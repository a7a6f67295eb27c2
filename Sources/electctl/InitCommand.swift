// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control

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
    @Option(help: ArgumentHelp("The configuration file.", valueName: "file")) var config: String?
    @Option(help: ArgumentHelp("The state directory, in place of State=.", valueName: "directory"))
    var stateDir: String?

    func validate() throws {
        if members.isEmpty { throw ValidationError("name the first members, each with --member") }
        for (index, member) in members.enumerated()
        where members[..<index].contains(where: { $0.name == member.name }) {
            throw ValidationError("\(member.name) is named twice with --member")
        }
    }

    func run() throws {
        let configuration: Configuration
        do {
            configuration = try Configuration(readingFrom: config)
        } catch {
            throw Failure(.configuration, error.description)
        }
        guard members.contains(where: { $0.name == configuration.nodeName }) else {
            throw Failure(
                .usage,
                """
                this host is \(configuration.nodeName), which is not among the members; name it with \
                --member, or change Name= in [Node]
                """
            )
        }
        throw Failure(.failure, "init is not built into this electctl yet")
    }
}

@Sendable private func initialMember(_ text: String) throws -> InitialMember {
    do { return try InitialMember(text) } catch { throw ValidationError(error.description) }
}
