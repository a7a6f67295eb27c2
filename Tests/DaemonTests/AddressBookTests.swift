// SPDX-License-Identifier: Apache-2.0

import Election
import Linux
import Testing

@testable import Daemon

@Suite("the address book")
struct AddressBookTests {
    private let now = Samples.at(0)

    private func address(_ last: UInt8) -> SocketAddress {
        SocketAddress(ipv4: (10, 0, 0, last), port: 7377)
    }

    private func failure() -> ResolverError { .failed(host: "db1", reason: "no answer") }

    @Test("a numeric address is its own answer")
    func numeric() {
        var book = AddressBook()
        let objections = book.want(["10.0.0.1:7377", "[fd00::1]:7377"], at: now)
        #expect(objections.isEmpty)
        #expect(book.addresses(of: "10.0.0.1:7377") == [address(1)])
        #expect(book.addresses(of: "[fd00::1]:7377").count == 1)
        #expect(book.deadline == nil)
    }

    @Test(
        "an address with a zone is looked up again: its interface may have another number by then"
    )
    func zone() throws {
        var book = AddressBook()
        let text = "[fe80::1%lo]:7377"
        _ = book.want([text], at: now)
        let found = book.addresses(of: text)
        #expect(found.count == 1)
        #expect(book.questions(at: now).isEmpty)
        let question = try #require(book.questions(at: Samples.at(60_000)).first)
        #expect(question.host == "fe80::1%lo")
        let other = SocketAddress(high: 0xfe80 << 48, low: 1, port: 7377, scope: 9)
        let moved = book.answer(question.id, .success([other]), at: Samples.at(60_000))
        #expect(moved)
        #expect(book.addresses(of: text) == [other])
    }

    @Test("a name is asked for once until it is answered, and then every minute")
    func name() throws {
        var book = AddressBook()
        _ = book.want(["db1:7377"], at: now)
        let questions = book.questions(at: now)
        let question = try #require(questions.first)
        #expect(question.host == "db1")
        #expect(question.port == 7377)
        #expect(book.questions(at: Samples.at(1_000_000)).isEmpty)
        let moved = book.answer(question.id, .success([address(1)]), at: now)
        #expect(moved)
        #expect(book.addresses(of: "db1:7377") == [address(1)])
        #expect(book.deadline == Samples.at(60_000))
        #expect(book.questions(at: Samples.at(60_000)).map(\.id) == [question.id])
        let same = book.answer(question.id, .success([address(1)]), at: now)
        #expect(!same)
        let other = book.answer(question.id, .success([address(2)]), at: now)
        #expect(other)
    }

    @Test("a name that fails is asked for ever less often, and keeps what was found before")
    func failing() throws {
        var book = AddressBook()
        _ = book.want(["db1:7377"], at: now)
        let id = try #require(book.questions(at: now).first).id
        _ = book.answer(id, .success([address(1)]), at: now)
        var waits: [Int64] = []
        for _ in 0..<8 {
            let moved = book.answer(id, .failure(failure()), at: now)
            #expect(!moved)
            waits.append(try #require(book.deadline).nanoseconds / 1_000_000_000)
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60])
        #expect(book.addresses(of: "db1:7377") == [address(1)])
    }

    @Test("only the first failure in a row is worth a line")
    func firstFailure() throws {
        var book = AddressBook()
        _ = book.want(["db1:7377"], at: now)
        let id = try #require(book.questions(at: now).first).id
        _ = book.answer(id, .failure(failure()), at: now)
        #expect(book.hasJustFailed(id))
        _ = book.answer(id, .failure(failure()), at: now)
        #expect(!book.hasJustFailed(id))
    }

    @Test("what is not wanted any more is forgotten, and its answer with it")
    func forgotten() throws {
        var book = AddressBook()
        _ = book.want(["db1:7377"], at: now)
        let id = try #require(book.questions(at: now).first).id
        _ = book.want(["10.0.0.2:7377"], at: now)
        let moved = book.answer(id, .success([address(1)]), at: now)
        #expect(!moved)
        #expect(book.addresses(of: "db1:7377").isEmpty)
    }

    @Test("what is no address gets a sentence, and the others are wanted all the same")
    func objection() {
        var book = AddressBook()
        let objections = book.want(["db1:0", "10.0.0.1:7377"], at: now)
        #expect(objections.count == 1)
        #expect(objections[0].contains("has no valid port"))
        #expect(book.addresses(of: "10.0.0.1:7377") == [address(1)])
    }
}
