// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Control

@Suite("texts in which moments move")
struct MovingTextTests {
    private func later(by nanoseconds: UInt64) -> Status {
        var status = Samples.status
        status.answer.validUntil += nanoseconds
        for index in status.members.indices {
            if let heard = status.members[index].lastHeard {
                status.members[index].lastHeard = heard + nanoseconds + UInt64(index)
            }
        }
        return status
    }

    @Test("moved to a later status, both say what they say when made of it")
    func moves() {
        let (before, after) = (Samples.status, later(by: 250_000_000))
        #expect(before.moments.count > 1)
        #expect(before.differsOnlyInMoments(from: after))
        var json = before.movingJSON
        var environment = before.movingEnvironment
        #expect(json.bytes == before.json + [0x0A])
        let haveMoved =
            [json.move(to: after.moments), environment.move(to: [after.answer.validUntil])]
        #expect(haveMoved == [true, true])
        #expect(json.bytes == after.json + [0x0A])
        #expect(environment.bytes == after.environment)
        #expect(json.bytes != before.movingJSON.bytes)
    }

    @Test("a moment of another length does not fit", arguments: [0, 7, UInt64.max])
    func lengths(moment: UInt64) {
        var text = Samples.status.movingEnvironment
        let fits = text.move(to: [moment])
        #expect(!fits)
        var other = Samples.status.movingEnvironment
        let isEnough = other.move(to: [])
        #expect(!isEnough)
        #expect(other == Samples.status.movingEnvironment)
    }

    @Test("what else is different is told")
    func differences() throws {
        let status = Samples.status
        var others = [Status](repeating: later(by: 1), count: 4)
        others[0].sequence += 1
        others[1].members[0].reachable.toggle()
        let heard = try #require(status.members.firstIndex { $0.lastHeard != nil })
        others[2].members[heard].lastHeard = nil
        others[3].members.removeLast()
        for other in others {
            #expect(!status.differsOnlyInMoments(from: other))
            #expect(!other.differsOnlyInMoments(from: status))
        }
    }
}
