// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Testing

@testable import Control

/// What is written by hand is read back by a decoder that is not ours.
@Suite("Replies")
struct ReplyTests {
    private func read<Value: Decodable>(_: Value.Type, _ bytes: [UInt8]) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(bytes))
    }

    @Test("an answer is written in one order and read back")
    func leader() throws {
        let text = String(decoding: Samples.answer.json, as: UTF8.self)
        #expect(
            text == #"""
                {"role":"follower","leader":"db2","leader_address":"10.0.0.2:7377",\#
                "leader_labels":{"url":"postgres://10.0.0.2:5432/db?a=$b","zone":"north \"west\""},\#
                "epoch":418,"decree":421,"boot_id":"6f1c1d6e-0b1f-4f0e-9d0e-2f6f3c1d7a55",\#
                "valid_until_boottime_ns":7776000500000000}
                """#
        )
        #expect(try read(LeaderReply.self, Samples.answer.json) == Samples.answer)
        #expect(try read(LeaderReply.self, Samples.unsure.json) == Samples.unsure)
    }

    @Test("a status is one flat object and is read back")
    func status() throws {
        #expect(try read(Status.self, Samples.status.json) == Samples.status)
        let object = try read([String: AnyJSON].self, Samples.status.json)
        #expect(
            object.keys.sorted() == [
                "boot_id", "cause", "cluster", "cluster_id", "decree", "epoch", "leader",
                "leader_address", "leader_labels", "members", "paused_until_boottime_ns", "quorum",
                "role", "schema", "self", "seq", "since", "since_boottime_ns", "text",
                "valid_until_boottime_ns", "version",
            ]
        )
    }

    @Test(
        "numbers keep all their digits",
        arguments: [0, 7, 10, 1_000_000, -1, .max, .min] as [Int64]
    )
    func numbers(value: Int64) {
        var bytes: [UInt8] = []
        bytes.append(decimal: value)
        #expect(String(decoding: bytes, as: UTF8.self) == "\(value)")
    }

    @Test("the largest number of 64 bits has room")
    func largest() {
        var bytes: [UInt8] = []
        bytes.append(decimal: UInt64.max)
        #expect(String(decoding: bytes, as: UTF8.self) == "18446744073709551615")
    }

    @Test("an event of Watch carries its kind and the status after it")
    func watch() throws {
        let reply = WatchReply(
            sequence: 13,
            kind: "leader",
            cause: "transfer",
            text: "db2 leads",
            status: Samples.status
        )
        #expect(try read(WatchReply.self, reply.json) == reply)
    }

    @Test("a word of Hold is read back", arguments: HoldReply.State.allCases)
    func hold(_ state: HoldReply.State) throws {
        let by = state == .letGo ? 7_000 as UInt64 : nil
        let reply = HoldReply(state, epoch: 3, bootID: "b", validUntil: 5_000, letGoBy: by)
        #expect(try read(HoldReply.self, reply.json) == reply)
        let text = String(decoding: reply.json, as: UTF8.self)
        #expect(text.contains(#""let_go_by_boottime_ns":"# + (by.map { "\($0)" } ?? "null")))
    }

    @Test("the replies of the service are read back")
    func service() throws {
        let info = ServiceInfo(version: "0.1.0")
        #expect(try read(ServiceInfo.self, info.json) == info)
        #expect(info.interfaces == ["io.electd", "org.varlink.service"])
        let transfer = TransferReply(from: "db1", to: "db2", epoch: 3)
        #expect(try read(TransferReply.self, transfer.json) == transfer)
        let description = InterfaceDescription(.electd)
        #expect(try read(InterfaceDescription.self, description.json) == description)
    }

    @Test("a line of the history is read back; a torn one is none")
    func history() throws {
        let entry = HistoryEntry(
            time: "2026-11-21T01:20:01Z",
            decree: 421,
            epoch: 418,
            leader: "db2",
            change: "leader db1 to db2",
            cause: "transfer",
            askedBy: "db3"
        )
        let line = String(decoding: entry.json, as: UTF8.self)
        #expect(
            line == #"""
                {"time":"2026-11-21T01:20:01Z","decree":421,"epoch":418,"leader":"db2",\#
                "change":"leader db1 to db2","cause":"transfer","asked_by":"db3"}
                """#
        )
        #expect(HistoryEntry(line: entry.json) == entry)
        for length in 0..<entry.json.count {
            #expect(HistoryEntry(line: entry.json.prefix(length)) == nil)
        }
        let reply = HistoryReply(entries: [entry, entry])
        #expect(try read(HistoryReply.self, reply.json) == reply)
        for count in 0...3 {
            let entries = [HistoryEntry](repeating: entry, count: count)
            #expect(
                HistoryReply.reply(of: entries.map(\.json))
                    == HistoryReply(entries: entries).reply()
            )
        }
    }

    @Test("members, timing and what came of a change are read back")
    func administration() throws {
        let details = Samples.members.enumerated().map { index, member in
            MemberDetail(
                member: member,
                roundTrip: index == 2 ? nil : UInt64(index),
                identity: "00112233445\(index)"
            )
        }
        let members = MembersReply(
            decree: 7,
            members: details,
            announced: [AnnouncedHost(name: "db4", role: .observer)]
        )
        #expect(try read(MembersReply.self, members.json) == members)
        var paused = members
        paused.pauseLeft = 7
        #expect(try read(MembersReply.self, paused.json) == paused)
        let timing = TimingReply(
            lease: 500,
            heartbeat: 100,
            drift: 1000,
            measured: [
                Measured(name: "sync", count: 0, typical: nil, worst: nil),
                Measured(name: "lateness", count: 3, typical: 1, worst: 2),
            ],
            bounds: [Bound(name: "failover", formula: "lease + 3 round trips", time: 9)]
        )
        #expect(try read(TimingReply.self, timing.json) == timing)
        let measured = MeasureReply(hosts: [
            MeasuredHost(name: "db1", answered: true, ways: [Way(to: "db2", roundTrip: 5)]),
            MeasuredHost(
                name: "db2",
                answered: true,
                release: "0.1.0",
                clockPPM: -3,
                clockErrorPPM: 9
            ),
        ])
        #expect(try read(MeasureReply.self, measured.json) == measured)
        let change = ChangeReply(decree: 8, epoch: 3)
        #expect(try read(ChangeReply.self, change.json) == change)
    }

    @Test("a reply ends in NUL, has none inside, and says whether more follow")
    func framing() {
        let last = Samples.status.reply()
        #expect(last.firstIndex(of: 0) == last.count - 1)
        #expect(String(decoding: last, as: UTF8.self).hasPrefix(#"{"parameters":{"schema":1,"#))
        let text = String(decoding: Samples.unsure.reply(continues: true), as: UTF8.self)
        #expect(text.hasSuffix("},\"continues\":true}\0"))
    }

    @Test("every string that can be is written so that it comes back", arguments: 0..<0x80)
    func strings(scalar: Int) throws {
        let text = "a\(Character(Unicode.Scalar(UInt8(scalar))))é🎈"
        var writer = JSONWriter()
        writer.string(text)
        #expect(try read(String.self, writer.bytes) == text)
    }

    @Test("numbers are written to their ends", arguments: [0, 7, -7, 1_000, Int64.min, .max])
    func numbers(number: Int64) throws {
        var writer = JSONWriter()
        writer.integer(number)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == String(number))
    }

    @Test("labels are in the order of their keys, and the later of two stays")
    func labels() {
        let labels = Labels([
            Labels.Pair(key: "b", value: "1"), Labels.Pair(key: "a", value: "2"),
            Labels.Pair(key: "b", value: "3"),
        ])
        #expect(labels.pairs.map { $0.key + $0.value } == ["a2", "b3"])
        #expect(labels["b"] == "3" && labels["c"] == nil)
    }

    @Test("a wall-clock time is written for people")
    func time() {
        #expect(timestamp(unixSeconds: 0) == "1970-01-01T00:00:00Z")
        #expect(timestamp(unixSeconds: 1_795_224_001) == "2026-11-21T01:20:01Z")
        #expect(timestamp(unixSeconds: 951_782_400) == "2000-02-29T00:00:00Z")
    }
}

/// Any JSON value; only that it is one matters.
private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {}
}
