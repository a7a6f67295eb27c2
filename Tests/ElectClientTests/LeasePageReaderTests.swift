// SPDX-License-Identifier: Apache-2.0

import ElectClient
import FakeElectd
import Linux
import Testing

/// A page of a file, written as the daemon writes it, and read through a mapping.
@Suite("Reading the lease page")
struct LeasePageReaderTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func fields(_ answer: LeaseAnswer, left: Int64 = 600_000_000_000) throws -> LeaseFields
    {
        let now = BootClock.now()
        return LeaseFields(
            answer: answer,
            bootID: try BootClock.bootID(),
            epoch: 418,
            decree: 421,
            validUntil: UInt64(now + left),
            writtenAt: UInt64(now),
            leader: "db1",
            selfName: "db1",
            clusterID: Array(0..<16),
            timeNamespace: try BootClock.timeNamespace()
        )
    }

    private func page(_ fields: LeaseFields, sequence: UInt32 = 2) throws -> String {
        try directory.replace("lease", with: fields.page(sequence: sequence))
    }

    @Test("who leads is told so, with the epoch and the end")
    func leader() throws {
        let fields = try fields(.leader)
        var reader = try LeasePageReader(path: page(fields))
        let lease = reader.lease()
        #expect(lease?.epoch == 418 && lease?.validUntil == fields.validUntil)
        let all = reader.read()
        #expect(all == fields)
    }

    @Test(
        "whatever else the page says is not the lead",
        arguments: [LeaseAnswer.unsure, .follower, .closed]
    )
    func notLeader(answer: LeaseAnswer) throws {
        var reader = try LeasePageReader(path: page(try fields(answer)))
        let leads = reader.leads()
        #expect(!leads)
    }

    @Test("a lease ends at its deadline, and the guard before it")
    func deadline() throws {
        var ended = try LeasePageReader(path: page(try fields(.leader, left: 0)))
        let afterTheEnd = ended.leads()
        #expect(!afterTheEnd)
        var reader = try LeasePageReader(path: page(try fields(.leader)))
        let (short, long, longest) = (
            reader.leads(guard: 500_000_000_000), reader.leads(guard: 600_000_000_000),
            reader.leads(guard: .max)
        )
        #expect(short && !long && !longest)
    }

    @Test("a page of another boot or of another clock is not ours")
    func foreign() throws {
        var other = try fields(.leader)
        other.bootID[7] ^= 1
        var ofAnotherBoot = try LeasePageReader(path: page(other))
        let leadsThere = ofAnotherBoot.leads()
        #expect(!leadsThere)
        other = try fields(.leader)
        other.timeNamespace += 1
        var ofAnotherClock = try LeasePageReader(path: page(other))
        let leadsThen = ofAnotherClock.leads()
        #expect(!leadsThen)
    }

    @Test("a page that is being written is read again, and after a while given up")
    func odd() throws {
        var reader = try LeasePageReader(path: page(try fields(.leader), sequence: 3))
        let (leads, all) = (reader.leads(), reader.read())
        #expect(!leads && all == nil)
    }

    @Test("a page that changes in the file changes in the reader, and a half of it is never seen")
    func writtenMeanwhile() throws {
        let path = try page(try fields(.leader))
        var reader = try LeasePageReader(path: path)
        let file = try File.open(path, .readWrite)
        let page = try SharedMapping(file, count: LeasePageLayout.size, writable: true)
        let before = reader.leads()
        page.store32(3, at: LeasePageLayout.sequenceOffset, .relaxed)
        page.store32(LeaseAnswer.unsure.rawValue, at: LeasePageLayout.answerOffset, .relaxed)
        let within = reader.leads()
        page.store32(4, at: LeasePageLayout.sequenceOffset, .release)
        let after = reader.leads()
        #expect(before && !within && !after)
    }

    @Test("after the daemon has closed its page, the next file of this name is opened")
    func reopened() throws {
        let path = try page(try fields(.closed))
        var reader = try LeasePageReader(path: path)
        let before = reader.leads()
        _ = try page(try fields(.leader))
        // It looks again at most every 10 ms: wait for that by the clock it uses.
        var after = false
        let limit = BootClock.now() + 60_000_000_000
        while !after, BootClock.now() < limit { after = reader.leads() }
        #expect(!before && after)
    }

    @Test("what is no lease page is an error, and so is none")
    func notAPage() throws {
        let none = failure { () throws(ClientError) in
            _ = try LeasePageReader(path: directory.path + "/none")
        }
        #expect(none?.exitCode == .unreachable)
        for bytes in [[], [UInt8](repeating: 0, count: 4096)] {
            let path = try directory.replace("lease", with: bytes)
            let error = failure { () throws(ClientError) in _ = try LeasePageReader(path: path) }
            #expect(error != nil)
        }
    }
}
