// SPDX-License-Identifier: Apache-2.0

import Election
import GoldenFile
import Paxos
import Testing

/// One message of each kind, with a sentence on what is going on: the source of the golden files.
struct MessageSample: CustomTestStringConvertible {
    let name: String
    let story: String
    let message: Message

    var testDescription: String { name }

    /// In db1's third round, in the cluster of the sample decrees.
    static let ballot = Ballot(round: 3, owner: Sample.db1)
    static let older = Ballot(round: 2, owner: Sample.db2)
    static let sentAt = Instant(nanoseconds: 61_000_000_000)
    static let lease = Span.milliseconds(500)
    static let list = InitialList([
        .init(name: "db1", addresses: []), .init(name: "db2", addresses: []),
    ]).digest(ToyDigest.self)

    init(_ name: String, _ story: String, slot: Slot = 1, _ body: Message.Body) {
        self.name = name
        self.story = story
        let cluster = slot == 0 ? nil : Sample.genesis.cluster
        message = Message(cluster: cluster, slot: slot, body: body)
    }

    static let all: [MessageSample] = beforeStanding + phases + leases + asking + changing + joining

    private static let beforeStanding = [
        MessageSample(
            "hello",
            "The first message of a session, each way (R23).",
            .hello(
                Hello(
                    run: 0xFEED_FACE_CAFE_BEEF,
                    writeNumber: 17,
                    heard: [
                        HeardNumber(node: Sample.db2, number: 12),
                        HeardNumber(node: Sample.db3, number: 3),
                    ],
                    versions: 1...2
                )
            )
        ),
        MessageSample("canvass", "db1 asks whether it would be served.", .canvass(Canvass())),
        MessageSample(
            "canvass-genesis",
            "The same before the first decree: with the digest of the list of names (R10).",
            slot: 0,
            .canvass(Canvass(list: list, names: ["db1", "db2", "db3"]))
        ),
        MessageSample(
            "canvass-reply",
            "Bound to db2 for another 120 ms.",
            .canvassReply(
                CanvassReply(
                    durableSlot: 1,
                    promised: older,
                    freeIn: .milliseconds(120),
                    serves: false
                )
            )
        ),
        MessageSample(
            "canvass-reply-blank",
            "A founder that is blank: its own entry and list (R10).",
            slot: 0,
            .canvassReply(
                CanvassReply(
                    durableSlot: 0,
                    promised: .zero,
                    freeIn: .zero,
                    serves: true,
                    blank: Blank(
                        member: Sample.member,
                        list: list,
                        names: ["db1", "db2", "db3"]
                    )
                )
            )
        ),
    ]

    private static let phases = [
        MessageSample(
            "prepare",
            "Phase 1a for slot 2.",
            .prepare(PrepareRequest(prepare: Prepare(ballot: ballot, slot: 2)))
        ),
        MessageSample(
            "prepare-genesis",
            "Phase 1a for slot 1 names the founders (R10).",
            slot: 0,
            .prepare(
                PrepareRequest(
                    prepare: Prepare(ballot: ballot, slot: 1),
                    genesis: .init(ids: [Sample.db1, Sample.db2], list: list)
                )
            )
        ),
        MessageSample(
            "promise",
            "Phase 1b of an acceptor that holds nothing for slot 2.",
            .promise(
                PromiseReply(
                    promise: Promise(ballot: ballot, slot: 2, accepted: nil),
                    writeNumber: 18
                )
            )
        ),
        MessageSample(
            "promise-accepted",
            "Phase 1b of one that has accepted decree 2 under db2's ballot.",
            .promise(
                PromiseReply(
                    promise: Promise(
                        ballot: ballot,
                        slot: 2,
                        accepted: Proposal(ballot: older, value: Sample.next)
                    ),
                    writeNumber: 18
                )
            )
        ),
        MessageSample(
            "accept",
            "Phase 2a: decree 2, and a grant of 500 ms is asked for (R11).",
            .accept(
                AcceptRequest(
                    accept: Accept(ballot: ballot, slot: 2, value: Sample.next),
                    sentAt: sentAt,
                    lease: lease
                )
            )
        ),
        MessageSample(
            "accepted",
            "Phase 2b.",
            .accepted(
                AcceptedReply(
                    accepted: Accepted(ballot: ballot, slot: 2),
                    decree: Sample.next.id,
                    sentAt: sentAt,
                    lease: lease,
                    writeNumber: 19
                )
            )
        ),
        MessageSample(
            "decided",
            "The newest decree, for one that lags.",
            slot: 2,
            .decided(Sample.next)
        ),
    ]

    private static let leases = [
        MessageSample(
            "heartbeat",
            "The leader renews its lease, of which 430 ms are left (R15).",
            .heartbeat(
                Heartbeat(
                    ballot: ballot,
                    slot: 1,
                    sentAt: sentAt,
                    lease: lease,
                    leaseLeft: .milliseconds(430),
                    table: [
                        .init(writeNumber: 17, isHeard: true),
                        .init(writeNumber: 12, isHeard: true),
                        .init(writeNumber: 3, isHeard: false),
                    ]
                )
            )
        ),
        MessageSample(
            "ack",
            "A grant: the heartbeat's own time and lease, given back.",
            .ack(
                Ack(
                    ballot: ballot,
                    slot: 1,
                    sentAt: sentAt,
                    lease: lease,
                    durableSlot: 1,
                    writeNumber: 12
                )
            )
        ),
        MessageSample(
            "ack-observer",
            "A sign of life: it grants nothing, and db2, which is down by the decree, is heard.",
            .ack(
                Ack(
                    ballot: ballot,
                    slot: 1,
                    sentAt: sentAt,
                    lease: .zero,
                    durableSlot: 1,
                    writeNumber: 3,
                    alsoHears: [Sample.db2]
                )
            )
        ),
        MessageSample(
            "ack-leader-moved",
            "A grant by one who hears the leader from where the decree does not have it.",
            .ack(
                Ack(
                    ballot: ballot,
                    slot: 1,
                    sentAt: sentAt,
                    lease: lease,
                    durableSlot: 1,
                    writeNumber: 12,
                    leaderAddress: "192.0.2.9:7377"
                )
            )
        ),
        MessageSample(
            "release",
            "db1 lets go and would like db2 to follow (R18).",
            slot: 2,
            .release(Release(ballot: ballot, successor: Sample.db2))
        ),
        MessageSample(
            "release-unfit",
            "The disk of db1 has failed: it lets go, and says that it is unfit.",
            slot: 2,
            .release(Release(ballot: ballot, successor: nil, isUnfit: true))
        ),
        MessageSample(
            "refuse",
            "No: a higher ballot was promised.",
            .refuse(
                Refusal(ballot: older, promised: ballot, freeIn: lease, reason: .promised)
            )
        ),
    ]

    private static let asking = [
        MessageSample(
            "ask-transfer",
            "An operator on db2 asks that db2 lead.",
            .ask(Ask(id: RequestID(0x7E57), command: .transfer(to: "db2")))
        ),
        MessageSample(
            "answer-done",
            "Done, by decree 2.",
            slot: 2,
            .answer(AskAnswer(id: RequestID(0x7E57), outcome: .done(slot: 2)))
        ),
        MessageSample(
            "answer-refused",
            "Not done, and why.",
            .answer(
                AskAnswer(
                    id: RequestID(0x7E57),
                    outcome: .refused("db3 is an observer: make it a voter first")
                )
            )
        ),
        MessageSample(
            "answer-no-leader",
            "The one that was asked does not lead.",
            .answer(AskAnswer(id: RequestID(0x7E57), outcome: .noLeader))
        ),
    ]

    private static func ask(
        _ name: String,
        _ story: String,
        _ command: Command,
        force: Bool = false
    ) -> MessageSample {
        MessageSample(
            "ask-" + name,
            story,
            .ask(Ask(id: RequestID(0x7E58), command: command, force: force))
        )
    }

    private static let changing = [
        ask("add", "A host may join, as a witness.", .admit(name: "db4", role: .witness)),
        ask(
            "remove",
            "db3 is to go, although no spare is left.",
            .remove(name: "db3"),
            force: true
        ),
        ask("replace", "db4 takes the place of db3.", .replace(name: "db3", by: "db4")),
        ask(
            "set",
            "A member's entry, all of it.",
            .set(
                name: "db2",
                MemberChange(
                    role: .voter,
                    priority: 50,
                    addresses: ["10.0.0.9:7377"],
                    labels: [Label(key: "url", value: "postgres://10.0.0.9")]
                )
            )
        ),
        ask(
            "set-empty",
            "A member without labels from now on; the rest is as it was.",
            .set(name: "db2", MemberChange(labels: []))
        ),
        ask("set-settings", "Everything that the cluster agrees on.", .settings(everything)),
        ask("drain", "db1 is to give up leadership and take none.", .drain(name: "db1")),
        ask("undrain", "It may lead again.", .undrain(name: "db1")),
        ask("pause", "Nobody else stands for a minute.", .pause(milliseconds: 60_000)),
        ask("resume", "They may again.", .resume),
    ]

    private static let joining = [
        MessageSample(
            "join",
            "db1 asks to be a voter; it speaks versions 1 to 2.",
            .join(Join(member: Sample.member, versions: 1...2))
        ),
        MessageSample("join-not-leader", "Ask the leader.", .joinAnswer(.notLeader)),
        MessageSample("join-watched", "It is to take its old place.", .joinAnswer(.watched)),
        MessageSample(
            "join-refused",
            "Not let in, and why.",
            .joinAnswer(.refused("db4 was not announced"))
        ),
        MessageSample(
            "decided-policies",
            "A decree in which everything is as it usually is not.",
            slot: 2,
            .decided(Sample.policies)
        ),
    ]

    private static let everything: SettingsChange = {
        var change = SettingsChange()
        change.leaseMilliseconds = 300
        change.heartbeatMilliseconds = 60
        change.driftPPM = 500
        change.autoPromote = false
        change.autoReplace = false
        change.maxVoters = 5
        change.downAfterMilliseconds = 4000
        change.admission = .approve
        change.preemptAfterMilliseconds = 30_000
        change.protocolVersion = 1
        return change
    }()
}
