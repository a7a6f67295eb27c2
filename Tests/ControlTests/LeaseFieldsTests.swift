// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Control

/// The page, byte by byte: programs in other languages read it by these offsets.
@Suite("The layout of the lease page")
struct LeaseFieldsTests {
    private let fields = LeaseFields(
        answer: .leader,
        bootID: Array(0x10..<0x20),
        epoch: 0x0102_0304_0506_0708,
        decree: 9,
        validUntil: 0x1112_1314_1516_1718,
        writtenAt: 10,
        leader: "db1",
        selfName: String(repeating: "n", count: 63),
        clusterID: Array(0xA0..<0xB0),
        timeNamespace: 4_026_531_834
    )

    @Test("each field stands at its offset, little endian")
    func offsets() {
        let page = fields.page(sequence: 6)
        #expect(page.count == 4096)
        #expect(Array(page[0..<8]) == Array("ELECTLP1".utf8))
        #expect(Array(page[8..<12]) == [6, 0, 0, 0])
        #expect(Array(page[12..<16]) == [2, 0, 0, 0])
        #expect(Array(page[16..<32]) == Array(0x10..<0x20))
        #expect(Array(page[32..<40]) == [8, 7, 6, 5, 4, 3, 2, 1])
        #expect(Array(page[40..<48]) == [9, 0, 0, 0, 0, 0, 0, 0])
        #expect(page[48] == 0x18 && page[55] == 0x11)
        #expect(page[56] == 10)
        #expect(Array(page[64..<68]) == Array("db1\0".utf8))
        #expect(page[67..<128].allSatisfy { $0 == 0 })
        #expect(page[128..<191].allSatisfy { $0 == UInt8(ascii: "n") } && page[191] == 0)
        #expect(Array(page[192..<208]) == Array(0xA0..<0xB0))
        #expect(Array(page[208..<216]) == [0xFA, 0xFF, 0xFF, 0xEF, 0, 0, 0, 0])
        #expect(page[216...].allSatisfy { $0 == 0 })
    }

    @Test("the named offsets are those of the page")
    func constants() {
        #expect(LeasePageLayout.wordsOffset == 16 && LeasePageLayout.wordCount == 25)
        let words = fields.words
        #expect(words.count == 25)
        let word = { words[($0 - LeasePageLayout.wordsOffset) / 8] }
        #expect(word(LeasePageLayout.epochOffset) == fields.epoch)
        #expect(word(LeasePageLayout.decreeOffset) == fields.decree)
        #expect(word(LeasePageLayout.validUntilOffset) == fields.validUntil)
        #expect(word(LeasePageLayout.writtenAtOffset) == fields.writtenAt)
        #expect(word(LeasePageLayout.timeNamespaceOffset) == fields.timeNamespace)
    }

    @Test("a page is read back", arguments: LeaseAnswer.allCases)
    func roundTrip(answer: LeaseAnswer) throws {
        var written = fields
        written.answer = answer
        let read = try #require(LeaseFields.read(page: written.page(sequence: 7)))
        #expect(read.sequence == 7)
        #expect(read.fields == written)
    }

    @Test("an answer that is not known yet counts as unsure")
    func unknownAnswer() {
        #expect(LeaseFields(answer: 9, words: fields.words).answer == .unsure)
    }

    @Test("what has another size or magic is no lease page")
    func notAPage() {
        var page = fields.page(sequence: 0)
        #expect(LeaseFields.read(page: page + [0]) == nil)
        page[0] ^= 1
        #expect(LeaseFields.read(page: page) == nil)
    }
}
