// SPDX-License-Identifier: Apache-2.0

import Control
import Election
import FakeElectd
import Linux
import Paxos
import State
import Testing

@testable import Daemon

/// The page is read here as applications do: by its bytes.
@Suite("the lease page")
final class LeasePageTests {
    private let temporary: TemporaryDirectory
    private let directory: Directory
    private let now = Samples.at(1_000)
    private let end = Samples.at(1_500)
    private let decree = Samples.decree()

    init() throws {
        temporary = try TemporaryDirectory()
        directory = try Directory.open(temporary.path)
    }

    private static let identity = LeasePage.Identity(
        bootID: [UInt8](repeating: 5, count: 16),
        timeNamespace: 77,
        name: "db1"
    )

    private func page(_ identity: LeasePage.Identity = identity) throws -> LeasePage {
        try LeasePage(in: directory, identity: identity)
    }

    private func onPage() throws -> (sequence: UInt32, fields: LeaseFields) {
        let bytes = try File.contents("\(temporary.path)/lease", limit: LeasePageLayout.size)
        return try #require(LeaseFields.read(page: bytes))
    }

    private var leading: Answer {
        Answer(standing: .leader, decree: decree, validUntil: end)
    }

    @Test("a new page says unsure")
    func fresh() throws {
        let page = try page()
        _ = page
        let found = try onPage()
        #expect(found.sequence == 0)
        #expect(found.fields.answer == .unsure)
        #expect(found.fields.selfName == "db1")
        #expect(found.fields.bootID == Self.identity.bootID)
        #expect(found.fields.timeNamespace == 77)
    }

    @Test("each answer stands there with all that belongs to it")
    func answers() throws {
        var page = try page()
        page.write(leading, at: now)
        var found = try onPage()
        #expect(found.sequence == 2)
        #expect(found.fields.answer == .leader)
        #expect(found.fields.epoch == 4)
        #expect(found.fields.decree == 7)
        #expect(found.fields.leader == "db1")
        #expect(found.fields.validUntil == UInt64(end.nanoseconds))
        #expect(found.fields.writtenAt == UInt64(now.nanoseconds))
        #expect(found.fields.clusterID == decree.cluster.bytes)

        page.withdraw(to: Answer(standing: .unsure, decree: decree, validUntil: .zero), at: now)
        found = try onPage()
        #expect(found.sequence == 4)
        #expect(found.fields.answer == .unsure)
        #expect(found.fields.leader == "")
        #expect(found.fields.validUntil == 0)
        #expect(found.fields.epoch == 4, "the epoch does not go back")

        page.close(after: leading, at: now)
        found = try onPage()
        #expect(found.fields.answer == .closed)
        #expect(found.fields.validUntil == 0)
    }

    @Test("a renewal moves the end, and nothing else")
    func renewal() throws {
        var page = try page()
        page.write(leading, at: now)
        let before = try onPage()
        var renewed = leading
        renewed.validUntil = Samples.at(1_600)
        page.write(renewed, at: Samples.at(1_100))
        var expected = before.fields
        expected.validUntil = UInt64(Samples.at(1_600).nanoseconds)
        expected.writtenAt = UInt64(Samples.at(1_100).nanoseconds)
        #expect(try onPage().fields == expected)
        #expect(try onPage().sequence == before.sequence + 2)

        // A run that has written nothing yet does not know what the rest of the page says.
        var next = try self.page(
            LeasePage.Identity(bootID: before.fields.bootID, timeNamespace: 78, name: "db1")
        )
        next.write(renewed, at: now)
        #expect(try onPage().fields.timeNamespace == 78)
    }

    @Test("a lease that the last run left is inherited, and the page stays as it is")
    func inherited() throws {
        var writer = try page()
        writer.write(leading, at: now)
        let before = try onPage()
        let page = try page()
        #expect(page.inherited(by: Samples.db1, decided: decree, at: Samples.at(1_400)) == end)
        #expect(try onPage().sequence == before.sequence)
        #expect(try onPage().fields == before.fields)
    }

    @Test("nothing is inherited once it is over")
    func over() throws {
        var writer = try page()
        writer.write(leading, at: now)
        #expect(try page().inherited(by: Samples.db1, decided: decree, at: end) == nil)
    }

    @Test("nothing is inherited from another decree, host, boot or clock")
    func others() throws {
        var writer = try page()
        writer.write(leading, at: now)
        let later = Samples.decree(slot: 8)
        let epoch = Samples.decree(epoch: 5)
        let elsewhere = Samples.decree(leader: Samples.db2)
        let page = try page()
        #expect(page.inherited(by: Samples.db1, decided: nil, at: now) == nil)
        #expect(page.inherited(by: Samples.db1, decided: later, at: now) == nil)
        #expect(page.inherited(by: Samples.db1, decided: epoch, at: now) == nil)
        #expect(page.inherited(by: Samples.db1, decided: elsewhere, at: now) == nil)
        #expect(page.inherited(by: Samples.db2, decided: elsewhere, at: now) == nil)

        var identity = Self.identity
        identity.bootID[0] = 6
        #expect(try self.page(identity).inherited(by: Samples.db1, decided: decree, at: now) == nil)
        identity = Self.identity
        identity.timeNamespace = 78
        #expect(try self.page(identity).inherited(by: Samples.db1, decided: decree, at: now) == nil)
        identity = Self.identity
        identity.name = "db2"
        #expect(try self.page(identity).inherited(by: Samples.db1, decided: decree, at: now) == nil)
    }

    @Test("nothing is inherited from a follower")
    func follower() throws {
        let following = Answer(standing: .follower, decree: decree, validUntil: end)
        var writer = try page()
        writer.write(following, at: now)
        #expect(try page().inherited(by: Samples.db1, decided: decree, at: now) == nil)
    }

    @Test("a page that a killed run left half written is not inherited, and is repaired")
    func torn() throws {
        var writer = try page()
        writer.write(leading, at: now)
        let file = try directory.open("lease", .readWrite)
        try file.write([7, 0, 0, 0], at: LeasePageLayout.sequenceOffset)
        var page = try page()
        #expect(page.inherited(by: Samples.db1, decided: decree, at: now) == nil)
        page.write(leading, at: now)
        #expect(try onPage().sequence == 8)
    }

    @Test("a reader's mapping outlives the daemon: the file is taken over, never made anew")
    func sameFile() throws {
        var writer = try page()
        writer.write(leading, at: now)
        let mapped = try SharedMapping(directory.open("lease"), count: 4096, writable: false)
        var next = try page()
        next.write(Answer(standing: .unsure, decree: decree, validUntil: .zero), at: now)
        #expect(mapped.load32(at: LeasePageLayout.sequenceOffset, .acquire) == 4)
        #expect(mapped.load32(at: LeasePageLayout.answerOffset, .relaxed) == 0)
    }

    @Test("a file that is no page is replaced", arguments: [0, 100, 4096, 5000])
    func foreign(size: Int) throws {
        try temporary.replace("lease", with: [UInt8](repeating: 1, count: size))
        let page = try page()
        _ = page
        #expect(try onPage().fields.answer == .unsure)
    }

    @Test("a lease that outlasts all that are granted now is vouched for by the time of writing")
    func vouched() throws {
        var publisher = Publisher(
            directory: try Directory.open(temporary.path),
            page: try page(),
            decided: decree,
            inherited: nil,
            at: now
        )
        let long = Answer(standing: .leader, decree: decree, validUntil: now + .milliseconds(4000))
        let isNew = publisher.announce(long, at: now)
        _ = publisher.announce(long, at: now + .milliseconds(400))
        #expect(isNew)
        #expect(try onPage().fields.writtenAt == UInt64(now.nanoseconds), "it is written seldom")
        let later = now + .milliseconds(500)
        let isAnother = publisher.announce(long, at: later)
        #expect(!isAnother)
        #expect(try onPage().fields.writtenAt == UInt64(later.nanoseconds))
        #expect(try onPage().fields.validUntil == UInt64(long.validUntil.nanoseconds))
    }
}
