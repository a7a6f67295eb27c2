// SPDX-License-Identifier: Apache-2.0

import Election
import Paxos
import Testing

/// The canonical bytes of a decree.
@Suite struct DecreeCodingTests {
    @Test("a decree comes back as it went, and keeps its name")
    func roundTrip() throws {
        var state = Fixture.decree(5).state
        state.members[0].labels = [Label(key: "url", value: "a=b")]
        state.members[1].addresses = ["n2:7377", "[::1]:7377"]
        state.askedBy = "n3"
        state.lastRequest = RequestID(77)
        let decree = Decree(state, digest: QuickDigest.self)
        let back = try Decree(decoding: decree.bytes, digest: QuickDigest.self)
        #expect(back == decree)
        #expect(back.state == state)
        #expect(back.id == decree.id)
        #expect(back.isUnderstood)
    }

    @Test(
        "a label may begin with a mark that combines with the = before it",
        arguments: ["\u{338}x", "\u{200D}x", "\u{FE0F}", "\u{301}=\u{338}"]
    )
    func combining(value: String) throws {
        var state = Fixture.decree(5).state
        state.members[0].labels = [Label(key: "k", value: value)]
        let decree = Decree(state, digest: QuickDigest.self)
        let back = try Decree(decoding: decree.bytes, digest: QuickDigest.self)
        #expect(back.bytes == decree.bytes)
        #expect(back.state.members[0].labels == state.members[0].labels)
        let key = Label(key: "k=\u{338}", value: "x")
        state.members[0].labels = [key]
        #expect(state.members[0].objection == "a label of n1 has no name: write key=value")
    }

    @Test("a field of a newer version is kept, and makes a voter that may not stand (R11)")
    func newer() throws {
        let bytes = Fixture.decree(5).bytes + [200, 0, 1, 9]
        let decree = try Decree(decoding: bytes, digest: QuickDigest.self)
        #expect(!decree.isUnderstood)
        #expect(decree.bytes == bytes)
    }

    @Test("bytes that are cut anywhere are no decree, and never a trap")
    func cut() {
        let bytes = Fixture.decree(5).bytes
        for length in 0..<bytes.count {
            let part = Array(bytes[..<length])
            if let decree = try? Decree(decoding: part, digest: QuickDigest.self) {
                // A whole row of fields that ends early may be a decree, but never this one.
                #expect(decree != Fixture.decree(5))
            }
        }
    }

    @Test("a decree whose leader may not lead is refused with a sentence")
    func objection() {
        var state = Fixture.decree(5).state
        state.members[0].role = .witness
        #expect(state.objection == "n1 leads and may not")
        #expect(throws: DecreeError.objection("n1 leads and may not")) {
            try Decree(decoding: state.encoded, digest: QuickDigest.self)
        }
    }
}
