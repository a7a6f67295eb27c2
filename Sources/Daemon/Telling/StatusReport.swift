// SPDX-License-Identifier: Apache-2.0

// From what the replica knows to what people and programs are told: the words of the core become
// the objects of the socket and the files.
//
// The files are written several times a second and say the same nearly every time, but for a
// deadline. So what follows from the answer's key and from the decree is worked out once for each.

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
    private var last: Lasting?
    private var known: Known?

    /// What holds for as long as the answer is this one.
    private struct Lasting {
        var key: AnswerKey
        var since: Instant
        var sinceText: String
        var reply: LeaderReply
        /// Why a leader is known; nil while none is, since then it depends on more.
        var reason: (word: String, sentence: String)?
    }

    /// What a decree says. Of its members, nothing is in it that this host sees by itself.
    private struct Known {
        var decree: Decree
        var clusterID: String
        var members: [Control.Member]
    }

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
        let lasting = noted(answer, at: now)
        let known = answer.decree.map { facts(of: $0) }
        let reason = lasting.reason ?? explanation(view, at: now)
        var reply = lasting.reply
        reply.validUntil = UInt64(clamping: answer.validUntil.nanoseconds)
        return Status(
            version: version,
            cluster: known?.decree.state.name ?? clusterName,
            clusterID: known?.clusterID ?? "",
            selfName: name,
            answer: reply,
            sequence: sequence,
            since: lasting.sinceText,
            sinceBoottime: UInt64(clamping: lasting.since.nanoseconds),
            quorum: Status.Quorum(
                needed: view.needed,
                reachable: view.reachable,
                voters: known?.decree.quorum.voters.count ?? 0
            ),
            members: known.map { members($0, view) } ?? [],
            pausedUntil: view.pauseLeft.map { UInt64(clamping: (now + $0).nanoseconds) } ?? 0,
            cause: reason.word,
            text: reason.sentence
        )
    }

    private mutating func noted(_ answer: Answer, at now: Instant) -> Lasting {
        let key = AnswerKey(answer)
        if let last, last.key == key { return last }
        let new = Lasting(
            key: key,
            since: now,
            sinceText: timestamp(unixSeconds: time(nil)),
            reply: leader(answer),
            reason: reason(for: answer)
        )
        last = new
        return new
    }

    private mutating func facts(of decree: Decree) -> Known {
        if let known, known.decree === decree { return known }
        let new = Known(
            decree: decree,
            clusterID: decree.cluster.description,
            members: decree.state.members.map { member in
                Control.Member(
                    name: member.id.name,
                    role: member.role.onSocket,
                    up: member.isUp,
                    addresses: member.allAddresses,
                    labels: Labels(member.labels.map { .init(key: $0.key, value: $0.value) }),
                    priority: Int(member.priority),
                    drained: member.isDrained,
                    leader: member.id == decree.leader,
                    reachable: false
                )
            }
        )
        known = new
        return new
    }

    /// The members by the decree, and what this host sees of them.
    private func members(_ known: Known, _ view: View) -> [Control.Member] {
        var members = known.members
        for (index, member) in known.decree.state.members.enumerated() {
            guard let seen = view.members.first(where: { $0.id == member.id }) else { continue }
            members[index].reachable = seen.isReachable
            members[index].lastHeard = seen.heardAt.map { UInt64(clamping: $0.nanoseconds) }
        }
        return members
    }

    /// Why a leader is known: a word and a sentence.
    private func reason(for answer: Answer) -> (word: String, sentence: String)? {
        guard answer.standing != .unsure, let decree = answer.decree else { return nil }
        let verb = answer.standing == .leader ? "this host leads" : "\(decree.leader) leads"
        let cause = decree.state.cause
        return (
            cause.description,
            "\(verb) under epoch \(decree.epoch); decree \(decree.slot): \(cause) "
                + "(\(cause.sentence))"
        )
    }

    /// Why none is.
    private func explanation(_ view: View, at now: Instant) -> (word: String, sentence: String) {
        if !view.missing.isEmpty {
            let names = view.missing.joined(separator: ", ")
            return (
                "genesis",
                "waiting for \(names), to found the cluster together; next: start electd there, "
                    + "with the same list and the same key, or see 'electctl doctor'"
            )
        }
        guard view.decree != nil else {
            return (
                "no_decree",
                "no cluster yet: \(view.activity); next: see 'electctl doctor'"
            )
        }
        // Whoever led last comes back in spite of a pause. The others say nothing to each other until it
        // is over, so who is reachable cannot be told.
        if let left = view.pauseLeft, let leader = view.decree?.leader, leader.name != name {
            let seconds = left.nanoseconds / 1_000_000_000
            return (
                "paused",
                "paused for another \(seconds) s: only \(leader), which led last, may lead; next: "
                    + "start it, or wait"
            )
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
