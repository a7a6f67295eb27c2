// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import ElectClient

/// `electctl add`: a host may join.
struct AddCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let a host of this name join.",
        discussion: """
            Needed where admission=approve is set; elsewhere it says in advance what the host is to \
            be. The host itself needs Join= in its configuration, and the cluster key.
            """
    )

    @Argument(help: "The name of the host.") var name: String
    @Option(
        help: ArgumentHelp(
            "What it is to be: voter, observer or witness. Default: voter.",
            valueName: "role"
        ),
        completion: .list(MemberRole.allCases.map(\.rawValue)),
        transform: memberRole
    )
    var role: MemberRole = .voter
    @OptionGroup var options: ChangeOptions

    func run() throws {
        try options.make(
            .addMember(name: name, role: role),
            done: "\(name) may join as \(role.rawValue)"
        )
    }
}

/// `electctl remove`: a host is a member no more.
struct RemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "End the membership of a host, or the announcement of one.",
        discussion: """
            A removed leader names its successor in the same decree. The removed electd ends with \
            status 77.
            """
    )

    @Argument(help: "The name of the member.", completion: memberCompletion()) var name: String
    @OptionGroup var risk: ForceOptions
    @OptionGroup var options: ChangeOptions

    func run() throws {
        try risk.confirm(riskOfVoters("To remove \(name)"))
        try options.make(
            .removeMember(name: name),
            force: risk.force,
            done: "\(name) is removed"
        )
    }
}

/// `electctl replace`: one host takes the place of another.
struct ReplaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replace",
        abstract: "Let one member take the place of another, in one decree.",
        discussion: "It gets the role and the priority of the other one, which is removed."
    )

    @Argument(help: "The name of the member that goes.", completion: memberCompletion())
    var name: String
    @Option(
        help: ArgumentHelp("The member that takes its place.", valueName: "name"),
        completion: memberCompletion()
    )
    var by: String
    @OptionGroup var risk: ForceOptions
    @OptionGroup var options: ChangeOptions

    func run() throws {
        try risk.confirm(riskOfVoters("To replace \(name)"))
        try options.make(
            .replaceMember(name: name, by: by),
            force: risk.force,
            done: "\(by) has taken the place of \(name)"
        )
    }
}

/// `electctl drain`: a member gives up leadership and takes none.
struct DrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Keep a member from leading, as before work on its host.",
        discussion: "If it leads, the same decree names another leader. It goes on voting."
    )

    @Argument(
        help: "The name of the member; this host, unless one is given.",
        completion: memberCompletion()
    )
    var name: String?
    @OptionGroup var options: ChangeOptions

    func run() throws {
        let done = "\(name ?? "this host") is drained"
        try options.make(.drain(name: name), done: done)
    }
}

/// `electctl undrain`: it may lead again.
struct UndrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undrain",
        abstract: "Let a member lead again that was drained."
    )

    @Argument(
        help: "The name of the member; this host, unless one is given.",
        completion: memberCompletion()
    )
    var name: String?
    @OptionGroup var options: ChangeOptions

    func run() throws {
        let done = "\(name ?? "this host") may lead again"
        try options.make(.undrain(name: name), done: done)
    }
}

/// `electctl pause`: leadership stays where it is.
struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Keep leadership where it is, for a while.",
        discussion: """
            Nobody but the present leader stands for leader. If it fails meanwhile, there is no \
            leader until it is back or the time is over. What an operator asks for is still done: \
            transfer, drain, and a stop of electd, which hands over.
            """
    )

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp("How long, at most a day.", valueName: "time"),
        transform: timeSpan
    )
    var duration: Duration
    @OptionGroup var options: ChangeOptions

    func run() throws {
        let milliseconds = UInt64(clamping: duration.nanosecondsClamped / 1_000_000)
        let done = "leadership stays where it is for \(duration.timeSpan)"
        try options.make(.pause(milliseconds: milliseconds), done: done)
    }
}

/// `electctl resume`: the pause is over.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "End a pause.",
        discussion: """
            The leader carries it out. If that one was lost meanwhile, start it again: it alone may \
            lead until the time is over.
            """
    )

    @OptionGroup var options: ChangeOptions

    func run() throws {
        try options.make(.resume, done: "whoever may lead may stand again")
    }
}

@Sendable private func memberRole(_ text: String) throws -> MemberRole {
    guard let role = MemberRole(rawValue: text) else {
        throw ValidationError("'\(text)' is no role: the roles are voter, observer and witness")
    }
    return role
}
