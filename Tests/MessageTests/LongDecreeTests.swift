// SPDX-License-Identifier: Apache-2.0

import GoldenFile
import Paxos
import Testing

@testable import Election

/// Decrees as long as they may be. Who makes the next one finds that it does not fit, and makes none:
/// no host may end because of what others have brought along.
@Suite struct LongDecreeTests {
    /// A host with all the labels and addresses there may be, about six kilobytes.
    private static func large(_ number: Int) -> Member {
        var bytes = [UInt8](repeating: 1, count: PublicKey.length)
        bytes[1] = UInt8(number)
        var member = Member(id: NodeID(name: "m\(number)", key: PublicKey(bytes) ?? .none))
        member.role = .observer
        member.addresses = Array(
            repeating: String(repeating: "a", count: Member.addressLength),
            count: Member.addressLimit
        )
        member.labels = (10..<10 + Member.labelLimit).map { key in
            Label(key: "\(key)", value: String(repeating: "v", count: Member.labelLength - 3))
        }
        return member
    }

    /// Decree 5 of n1, n2, n3, filled up to this many bytes.
    private static func decree(ofBytes length: Int, cluster: ClusterID?) -> Decree {
        var state = Three.decree().state
        state.cluster = cluster
        func room() -> Int { length - state.encoded.count }
        while room() > 6500 { state.members.append(large(state.members.count)) }
        // A member without anything, then labels of up to 200 bytes, then one that fits.
        var filler = large(state.members.count)
        (filler.addresses, filler.labels) = ([], [])
        state.members.append(filler)
        let last = state.members.count - 1
        func fill(_ count: Int, _ at: Int) {
            let label = Label(key: "k", value: String(repeating: "v", count: count - 5))
            state.members[at].labels.append(label)
        }
        for at in [0, 1, 2, last] {
            state.members[at].labels = []
            for _ in 0..<Member.labelLimit where room() > 500 { fill(200, at) }
        }
        while room() > 250 { fill(200, 0) }
        fill(room(), 0)
        return Decree(state, digest: ToyDigest.self)
    }

    @Test("a candidate whose own decree would not fit stands, and does not lead")
    func candidate() {
        let decree = Self.decree(ofBytes: Decree.lengthLimit - 5, cluster: nil)
        #expect(decree.bytes.count == Decree.lengthLimit - 5)
        var candidate = Three.candidate(decree)
        candidate.pass(.milliseconds(3000))
        #expect(!candidate.ballots.isEmpty)
        for case .accept in candidate.said { Issue.record("it proposes") }
    }

    @Test("a command whose decree would only fit without who asked for it is refused")
    func command() {
        let cluster = Three.decree().cluster
        let decree = Self.decree(ofBytes: Decree.lengthLimit - 30, cluster: cluster)
        var candidate = Three.candidate(decree)
        candidate.pass(.milliseconds(50))
        #expect(candidate.events.contains(.leads(epoch: 4)), "there is room to name a leader")
        candidate.step(.asked(.command(.drain(name: "n3"), id: RequestID(1))))
        let sentence = "the decree would be too long; use fewer labels"
        #expect(candidate.events.contains(.answered(RequestID(1), .refused(sentence))))
    }

    @Test("founders that bring too much along found nothing")
    func genesis() {
        var replica = Replica<ToyDigest>(seed: 1)
        replica.foundingMembers = (1...11).map(Self.large)
        for at in replica.foundingMembers.indices { replica.foundingMembers[at].role = .voter }
        replica.me = replica.foundingMembers[0].id
        for member in replica.foundingMembers {
            replica.withPeer(member.id) { $0.versions = ProtocolVersion.supported }
        }
        #expect(replica.foundingDecree() == nil)
        replica.foundingMembers.removeLast(2)
        #expect(replica.foundingDecree() != nil)
    }
}
