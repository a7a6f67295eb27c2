// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Config

@Suite("First members on the command line")
struct InitialMemberTests {
    @Test("a member is a name and its addresses")
    func read() throws {
        let one = try InitialMember("db1=10.0.0.1")
        #expect(one.name == "db1" && one.addresses.map(\.description) == ["10.0.0.1:7377"])
        let two = try InitialMember("db2=10.0.0.2:7000,[fd00::2]:7000")
        #expect(two.addresses.map(\.description) == ["10.0.0.2:7000", "[fd00::2]:7000"])
    }

    @Test(
        "what names no member is refused with the reason",
        arguments: [
            ("db1", "'db1' is no member: write name=address, as in db1=10.0.0.1:7377"),
            ("db1=", "'db1=' has no address: write one as in db1=10.0.0.1:7377"),
            (
                "=10.0.0.1",
                "'' is no name: letters, digits, hyphen and dot, at most 63, the first one a letter or a digit"
            ),
            ("db1=0.0.0.0", "'db1=0.0.0.0' has 0.0.0.0:7377, which nobody can send to"),
            (
                "db1=10.0.0",
                "'10.0.0' is no IPv4 address: that is four numbers from 0 to 255, as in 10.0.0.1:7377"
            ),
        ]
    )
    func refused(text: String, sentence: String) {
        do {
            let member = try InitialMember(text)
            Issue.record("this was taken: \(member)")
        } catch {
            #expect(error.description == sentence)
        }
    }
}
