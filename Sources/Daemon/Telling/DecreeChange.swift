// SPDX-License-Identifier: Apache-2.0

// What is different between two decrees, in words. A decree says everything and so nothing of what
// is new in it; an operator who reads the history wants to know just that.

internal import Election
internal import Paxos

/// The difference between a decree and the one that was known before.
struct DecreeChange {
    private var parts: [String] = []

    /// Longer than this nobody reads, and the history is to stay small.
    private static let lengthMax = 300

    /// What is different in `new`; everything, where nothing was known before.
    static func text(from old: ClusterState?, to new: ClusterState) -> String {
        var change = DecreeChange()
        if let old {
            change.compare(old, new)
        } else {
            let members = new.members.map { member in
                member.role == .voter ? member.id.name : "\(member.id.name) (\(member.role))"
            }
            change.parts = ["members " + members.joined(separator: " ")]
        }
        guard !change.parts.isEmpty else { return "nothing" }
        let text = change.parts.joined(separator: ", ")
        return text.count <= lengthMax ? text : text.prefix(lengthMax) + "…"
    }

    private mutating func compare(_ old: ClusterState, _ new: ClusterState) {
        if old.leader.name != new.leader.name {
            parts.append("leader \(old.leader) to \(new.leader)")
        }
        for member in new.members {
            if let was = old.member(named: member.id.name) {
                compare(was, member)
            } else {
                parts.append("\(member.id) joined as \(member.role)")
            }
        }
        for member in old.members where new.member(named: member.id.name) == nil {
            parts.append("\(member.id) gone")
        }
        compare(old.settings, new.settings)
        for host in new.announced where !old.announced.contains(host) {
            parts.append("\(host.name) may join as \(host.role)")
        }
        for host in old.announced
        where !new.announced.contains(where: { $0.name == host.name })
            && new.member(named: host.name) == nil
        {
            parts.append("\(host.name) is not expected any more")
        }
        if old.pause != new.pause {
            parts.append(new.pause.map { "paused for \($0.span)" } ?? "no pause any more")
        }
    }

    private mutating func compare(_ old: Member, _ new: Member) {
        let name = new.id.name
        if old.id.key != new.id.key { parts.append("\(name) has a new identity") }
        if old.role != new.role { parts.append("\(name) \(old.role) to \(new.role)") }
        if old.isUp != new.isUp { parts.append("\(name) \(new.isUp ? "up" : "down")") }
        if old.isDrained != new.isDrained {
            parts.append("\(name) \(new.isDrained ? "drained" : "undrained")")
        }
        if old.priority != new.priority {
            parts.append("\(name) priority \(old.priority) to \(new.priority)")
        }
        if old.allAddresses != new.allAddresses {
            parts.append("\(name) at \(new.allAddresses.joined(separator: " "))")
        }
        if old.labels != new.labels {
            let labels = new.labels.map { "\($0.key)=\($0.value)" }
            parts.append(
                labels.isEmpty
                    ? "\(name) without labels" : "\(name) labels \(labels.joined(separator: " "))"
            )
        }
    }

    private mutating func compare(_ old: Settings, _ new: Settings) {
        func compare<Value: Equatable>(
            _ name: String,
            _ value: KeyPath<Settings, Value>,
            _ unit: String = ""
        ) {
            if old[keyPath: value] == new[keyPath: value] { return }
            parts.append("\(name) \(old[keyPath: value])\(unit) to \(new[keyPath: value])\(unit)")
        }
        compare("lease", \.leaseMilliseconds, " ms")
        compare("heartbeat", \.heartbeatMilliseconds, " ms")
        compare("drift", \.driftPPM, " ppm")
        compare("auto-promote", \.autoPromote)
        compare("auto-replace", \.autoReplace)
        compare("max-voters", \.maxVoters)
        compare("down-after", \.downAfterMilliseconds, " ms")
        compare("admission", \.admission)
        compare("preempt-after", \.preemptAfterMilliseconds, " ms")
        compare("protocol", \.protocolVersion)
    }
}
