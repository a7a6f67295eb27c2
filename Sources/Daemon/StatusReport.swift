// SPDX-License-Identifier: Apache-2.0

// From what the replica knows to what people and programs are told: the words of the core become
// the objects of the socket and the files.

internal import Control
internal import Election
internal import Glibc
internal import Paxos

/// What stays the same for a run, and since when the answer is what it is.
struct StatusReport {
    /// This host's name.
    let name: String
    /// The configured name of the cluster, until a decree has one.
    let clusterName: String
    /// The kernel's text for this boot.
    let bootID: String
    private let version: String
    private var clusterText: (of: ClusterID, text: String)?
    private var last: (key: AnswerKey, since: Instant, sinceText: String)?

    init(name: String, clusterName: String, bootID: [UInt8], version: String) {
        self.name = name
        self.clusterName = clusterName
        self.bootID = Self.text(bootID)
        self.version = version
    }

    /// Who leads, as GetLeader has it.
    func leader(_ answer: Answer) -> LeaderReply {
        let decree = answer.decree
        let isSure = answer.standing != .unsure
        let leader = isSure ? decree.flatMap { $0.state.member($0.leader) } : nil
        return LeaderReply(
            role: answer.standing.role,
            leader: leader?.id.name,
            leaderAddress: leader?.allAddresses.first,
            leaderLabels: Labels(
                (leader?.labels ?? []).map { .init(key: $0.key, value: $0.value) }
            ),
            epoch: decree?.epoch ?? 0,
            decree: decree?.slot ?? 0,
            bootID: bootID,
            validUntil: UInt64(clamping: answer.validUntil.nanoseconds)
        )
    }

    /// Everything.
    mutating func status(_ answer: Answer, _ view: View, sequence: UInt64, at now: Instant)
        -> Status
    {
        let since = note(AnswerKey(answer), at: now)
        let decree = answer.decree
        let (cause, text) = explanation(answer, view, at: now)
        return Status(
            version: version,
            cluster: decree?.state.name ?? clusterName,
            clusterID: decree.map { digits(of: $0.cluster) } ?? "",
            selfName: name,
            answer: leader(answer),
            sequence: sequence,
            since: since.text,
            sinceBoottime: UInt64(clamping: since.instant.nanoseconds),
            quorum: Status.Quorum(
                needed: view.needed,
                reachable: view.reachable,
                voters: decree?.state.voters.count ?? 0
            ),
            members: decree.map { members($0, view) } ?? [],
            cause: cause,
            text: text
        )
    }

    /// The cluster's digits, which never change for long.
    private mutating func digits(of cluster: ClusterID) -> String {
        if let clusterText, clusterText.of == cluster { return clusterText.text }
        clusterText = (cluster, cluster.description)
        return cluster.description
    }

    /// Since when the answer has been this one.
    private mutating func note(
        _ key: AnswerKey,
        at now: Instant
    ) -> (instant: Instant, text: String) {
        if let last, last.key == key { return (last.since, last.sinceText) }
        let text = timestamp(unixSeconds: time(nil))
        last = (key, now, text)
        return (now, text)
    }

    private func members(_ decree: Decree, _ view: View) -> [Control.Member] {
        decree.state.members.map { member in
            let seen = view.members.first { $0.id == member.id }
            return Control.Member(
                name: member.id.name,
                role: member.role.onSocket,
                up: member.isUp,
                addresses: member.allAddresses,
                labels: Labels(member.labels.map { .init(key: $0.key, value: $0.value) }),
                priority: Int(member.priority),
                leader: member.id == decree.leader,
                reachable: seen?.isReachable ?? false,
                lastHeard: seen?.heardAt.map { UInt64(clamping: $0.nanoseconds) }
            )
        }
    }

    /// Why the answer is what it is: a word and a sentence.
    private func explanation(
        _ answer: Answer,
        _ view: View,
        at now: Instant
    ) -> (word: String, sentence: String) {
        if answer.standing != .unsure, let decree = answer.decree {
            let verb = answer.standing == .leader ? "this host leads" : "\(decree.leader) leads"
            let cause = decree.state.cause.description
            return (cause, "\(verb) under epoch \(decree.epoch), decree \(decree.slot): \(cause)")
        }
        if !view.missing.isEmpty {
            let names = view.missing.joined(separator: ", ")
            return ("genesis", "waiting for \(names), to found the cluster together")
        }
        guard view.decree != nil else {
            return ("no_decree", "no cluster yet: \(view.activity)")
        }
        if view.reachable < view.needed {
            return ("no_quorum", view.missingQuorum(at: now))
        }
        return ("electing", view.activity)
    }

    /// The kernel's own spelling: 8-4-4-4-12 hexadecimal digits.
    private static func text(_ bootID: [UInt8]) -> String {
        var text = ""
        for (index, byte) in bootID.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            let digits = String(byte, radix: 16)
            text += byte < 16 ? "0" + digits : digits
        }
        return text
    }
}

/// What makes two answers different ones: not their ends, which move with every renewal.
struct AnswerKey: Hashable {
    private let standing: Standing
    private let slot: Slot
    private let epoch: UInt64
    private let leader: NodeID?

    init(_ answer: Answer) {
        standing = answer.standing
        slot = answer.decree?.slot ?? 0
        epoch = answer.decree?.epoch ?? 0
        leader = answer.decree?.leader
    }
}

extension Standing {
    fileprivate var role: Control.Role {
        switch self {
        case .unsure: .unsure
        case .follower: .follower
        case .leader: .leader
        }
    }
}

extension Election.Role {
    var onSocket: MemberRole {
        switch self {
        case .voter: .voter
        case .observer: .observer
        case .witness: .witness
        }
    }
}
