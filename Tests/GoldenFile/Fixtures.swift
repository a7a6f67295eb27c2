// SPDX-License-Identifier: Apache-2.0

public import Election
public import Paxos

/// A digest for tests that need one and no secrecy: FNV-1a, twice.
public struct ToyDigest: DigestFunction {
    /// It has nothing to keep.
    public init() {}

    /// Eight bytes forwards, eight backwards.
    public static func digest(_ bytes: [UInt8]) -> Digest {
        func fold(_ bytes: some Sequence<UInt8>) -> [UInt8] {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * $0)) }
        }
        return Digest(fold(bytes) + fold(bytes.reversed())) ?? .none
    }
}

/// A node of this name with a key of one repeated byte, which the eye finds in a row of digits.
public func node(_ name: String, _ byte: UInt8) -> NodeID {
    let key = PublicKey([UInt8](repeating: byte, count: PublicKey.length)) ?? .none
    return NodeID(name: name, key: key)
}

/// Three hosts, their genesis and the decree after it.
public enum Sample {
    /// The first leader.
    public static let db1 = node("db1", 0xA1)
    /// The second leader.
    public static let db2 = node("db2", 0xB2)
    /// An observer.
    public static let db3 = node("db3", 0xC3)

    /// A member with every field set.
    public static let member = Member(
        id: db1,
        priority: 100,
        addresses: ["10.0.0.1:7377", "[fd00::1]:7377"],
        labels: [Label(key: "url", value: "postgres://10.0.0.1")]
    )

    /// Slot 1.
    public static let genesis = Decree(
        ClusterState(
            cluster: nil,
            slot: 1,
            previous: .none,
            epoch: 1,
            leader: db1,
            name: "prod-db",
            settings: Settings(),
            members: [
                member, Member(id: db2, addresses: ["10.0.0.2:7377"]),
                Member(id: db3, role: .observer, addresses: ["10.0.0.3:7377"]),
            ],
            cause: .elected
        ),
        digest: ToyDigest.self
    )

    /// Slot 2: db1 is down and db2 leads.
    public static let next: Decree = {
        var state = genesis.state
        state.cluster = genesis.cluster
        state.slot = 2
        state.previous = genesis.id
        state.epoch = 2
        state.leader = db2
        state.members[0].isUp = false
        state.cause = .transfer
        state.askedBy = "db2"
        state.lastRequest = RequestID(0x7E57)
        return Decree(state, digest: ToyDigest.self)
    }()

    /// Slot 2 with every policy and every state of a member that there is.
    public static let policies: Decree = {
        var state = next.state
        state.settings.autoPromote = false
        state.settings.autoReplace = false
        state.settings.maxVoters = 5
        state.settings.downAfterMilliseconds = 4000
        state.settings.admission = .approve
        state.settings.preemptAfterMilliseconds = 30_000
        state.settings.protocolVersion = 2
        state.members[0].isDrained = true
        state.members[0].learnedAddress = "10.0.0.9:7377"
        state.members[2].asked = .witness
        state.cause = .settings
        state.announced = [Announcement(name: "db4", role: .observer)]
        state.pause = Pause(milliseconds: 60_000, since: 2)
        return Decree(state, digest: ToyDigest.self)
    }()

    /// A decree of exactly as many bytes as there may be.
    public static let largest: Decree = {
        var state = next.state
        func label(_ key: String, _ count: Int) -> Label {
            Label(key: key, value: String(repeating: "x", count: count))
        }
        while state.encoded.count < Decree.lengthLimit - 3500 {
            let count = state.members.count
            let labels = (10..<26).map { label("label\($0)", 200) }
            state.members.append(Member(id: node("host\(count)", UInt8(count)), labels: labels))
        }
        // What is left is filled to the byte; a label costs eight bytes beside its value.
        var left = Decree.lengthLimit - state.encoded.count
        while left > 0 {
            let share = left > 300 ? 258 : left > 200 ? 100 : left
            state.members[2].labels.append(label("fill", share - 8))
            left -= share
        }
        return Decree(state, digest: ToyDigest.self)
    }()
}
