// SPDX-License-Identifier: Apache-2.0

import Explorer
import Testing

@Suite("two proposers, three acceptors, every order")
struct PaxosWorldTests {
    @Test("twelve steps lead to 12,376 states, and all of them hold")
    func counted() {
        let findings = PaxosWorld().explore(depth: 12)
        #expect(findings.violation == nil, "\(findings.story)")
        #expect(findings.states == 12_376)
        #expect(findings.depth == 12)
    }

    @Test("an acceptor that forgets what it accepted breaks it")
    func forgetful() {
        let findings = PaxosWorld().explore(acceptor: Forgetful.self, depth: 16)
        #expect(findings.violation?.property == "P2c", "\(findings)")
        #expect(findings.story.last?.contains("proposes") ?? false)
    }

    @Test("an acceptor that goes back on a promise breaks it")
    func faithless() {
        let findings = PaxosWorld().explore(acceptor: Faithless.self, depth: 8)
        #expect(findings.violation?.property == "promisesNeverGoDown", "\(findings)")
        #expect(findings.depth == 4)
    }

    @Test("a proposer that ignores what the promises report breaks it")
    func headstrong() {
        let findings = PaxosWorld().explore(proposer: Headstrong.self, depth: 16)
        #expect(findings.violation?.property == "P2c", "\(findings)")
    }
}
