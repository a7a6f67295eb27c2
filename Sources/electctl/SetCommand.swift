// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Config
import Control
import ElectClient

/// `electctl set`: a member's entry, or what the cluster agrees on.
///
///     electctl set db2 priority=50 role=observer       a member
///     electctl set lease=300ms heartbeat=60ms          the cluster
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change a member's entry, or what the cluster agrees on.",
        usage: """
            electctl set [<name>] <key=value> ... [--force [--yes]] [--timeout <time>] [--quiet] \
            [--json] [--socket <path>]
            """,
        discussion: """
            With the name of a member first, what is set is that member's:
              role=voter|observer|witness  priority=0...1000
              address=HOST:PORT[,...]      label=KEY=VALUE (once for each)

            Otherwise it is what the cluster agrees on:
              lease=TIME                   heartbeat=TIME
              drift=PPM                    max-voters=NUMBER
              auto-promote=yes|no          auto-replace=yes|no
              admission=open|approve       down-after=TIME
              preempt-after=TIME           protocol=VERSION
            """
    )

    @Argument(
        help: ArgumentHelp("What to set, behind the name of a member.", valueName: "key=value"),
        completion: memberCompletion(or: MemberSettings.keys + ClusterSettings.keys)
    )
    var assignments: [String]
    @OptionGroup var risk: ForceOptions
    @OptionGroup var options: ChangeOptions

    func run() throws {
        let change = try change()
        if case .setMember(let name, _) = change {
            try risk.confirm(riskOfVoters("To change \(name)"))
        }
        let what = assignments.joined(separator: " ")
        try options.make(change, force: risk.force, done: "set \(what)")
    }

    private func change() throws -> Change {
        try demandOnce(assignments)
        guard let first = assignments.first, !first.contains("=") else {
            var settings = ClusterSettings()
            for text in assignments {
                let (key, value) = try assignment(text)
                try settings.set(key, value)
            }
            return .set(settings)
        }
        guard assignments.count > 1 else {
            throw Failure(.usage, "say what to set of \(first), as in: set \(first) priority=50")
        }
        var settings = MemberSettings()
        for text in assignments.dropFirst() {
            let (key, value) = try assignment(text)
            try settings.set(key, value)
        }
        return .setMember(name: first, settings)
    }
}

/// What is given twice is a slip: nobody can say which of the two was meant. Of labels there are many.
private func demandOnce(_ assignments: [String]) throws(Failure) {
    var keys: Set<String> = ["label"]
    for text in assignments.filter({ $0.contains("=") }) {
        let key = try assignment(text).key
        guard key == "label" || keys.insert(key).inserted else {
            throw Failure(.usage, "\(key)= is given twice: say it once")
        }
    }
}

private func assignment(_ text: String) throws(Failure) -> (key: String, value: String) {
    guard let equals = text.firstIndex(of: "=") else {
        throw Failure(.usage, "'\(text)' sets nothing: write key=value, as in lease=300ms")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
}

extension MemberSettings {
    fileprivate static let keys = ["role", "priority", "address", "label"]

    fileprivate mutating func set(_ key: String, _ value: String) throws(Failure) {
        switch key {
        case "role":
            guard let role = MemberRole(rawValue: value) else {
                throw Failure(.usage, "role=\(value): the roles are voter, observer and witness")
            }
            self.role = role
        case "priority": priority = try number(key, value, upTo: UInt16(Self.priorities.upperBound))
        case "address":
            var endpoints: [String] = []
            for text in value.split(separator: ",") {
                do throws(EndpointError) {
                    endpoints.append(try Endpoint(String(text)).description)
                } catch {
                    throw Failure(.usage, "address=\(value): \(error)")
                }
            }
            if endpoints.isEmpty {
                throw Failure(.usage, "address=: write one at least, as in address=10.0.0.1:7377")
            }
            addresses = endpoints
        case "label":
            // Once for each: label=url=postgres://db1; label= alone takes all away.
            var pairs = labels?.pairs ?? []
            if !value.isEmpty {
                let (key, value) = try assignment(value)
                pairs.append(Labels.Pair(key: key, value: value))
            }
            labels = Labels(pairs)
        default:
            throw Failure(
                .usage,
                "a member has no \(key)=; it has role=, priority=, address= and label="
            )
        }
    }
}

extension ClusterSettings {
    fileprivate static let keys = [
        "lease", "heartbeat", "drift", "auto-promote", "auto-replace", "max-voters", "down-after",
        "admission", "preempt-after", "protocol",
    ]

    fileprivate mutating func set(_ key: String, _ value: String) throws(Failure) {
        switch key {
        case "lease": lease = try span(key, value)
        case "heartbeat": heartbeat = try span(key, value)
        case "drift":
            drift = try number(key, value.hasSuffix("ppm") ? String(value.dropLast(3)) : value)
        case "auto-promote": autoPromote = try word(key, value)
        case "auto-replace": autoReplace = try word(key, value)
        case "max-voters": maxVoters = try number(key, value)
        case "down-after": downAfter = try span(key, value)
        case "admission":
            guard let rule = JoinRule(rawValue: value) else {
                throw Failure(.usage, "admission=\(value): it is open or approve")
            }
            admission = rule
        case "preempt-after": preemptAfter = try span(key, value)
        case "protocol": protocolVersion = try number(key, value)
        default:
            throw Failure(
                .usage,
                "the cluster has no \(key)=; "
                    + (MemberSettings.keys.contains(key)
                        ? "to set something of a member, write its name first, as in: set db2 "
                            + "\(key)=\(value)"
                        : "see 'electctl set --help' for what can be set")
            )
        }
    }
}

private func number<Number: FixedWidthInteger>(
    _ key: String,
    _ value: String,
    upTo most: Number = .max
) throws(Failure) -> Number {
    guard let number = Number(value), number <= most else {
        throw Failure(.usage, "\(key)=\(value): write a whole number from 0 to \(most)")
    }
    return number
}

/// Whole milliseconds of a length of time as systemd writes it.
private func span(_ key: String, _ value: String) throws(Failure) -> UInt32 {
    let nanoseconds: Int64
    do throws(TimeSpanError) {
        nanoseconds = try Duration(timeSpan: value).nanosecondsClamped
    } catch {
        throw Failure(.usage, "\(key)=: \(error)")
    }
    guard nanoseconds % 1_000_000 == 0 else {
        throw Failure(.usage, "\(key)=\(value): write whole milliseconds, as in 300ms")
    }
    return UInt32(clamping: nanoseconds / 1_000_000)
}

private func word(_ key: String, _ value: String) throws(Failure) -> Bool {
    switch value {
    case "yes": return true
    case "no": return false
    default: throw Failure(.usage, "\(key)=\(value): write yes or no")
    }
}
