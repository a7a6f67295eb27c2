// SPDX-License-Identifier: Apache-2.0

// The world of the stories: hosts, paths and a clock.

@testable import Session

/// A few hosts, the paths between them, and a clock that only moves when a test says so.
///
/// Each host has an owner who does what every owner must: it says hello on each new session, and
/// again when asked. Packets lie in one queue, in the order in which they were sent, until
/// `deliver` carries them; a test may take them out, change them, keep them and send them again.
struct Town {
    struct Packet: Equatable {
        var from: Endpoint
        var to: Endpoint
        var bytes: [UInt8]

        var kind: DatagramKind? { bytes.count > 1 ? DatagramKind(rawValue: bytes[1]) : nil }
    }

    struct Host {
        var sessions: Sessions
        let endpoint: Endpoint
        var events: [SessionEvent] = []
        /// The plaintexts that came, without the hellos.
        var heard: [String] = []
        var hellos: [String] = []
        var saysHello = true

        var key: PeerKey { sessions.key }

        var established: [EstablishedSession] {
            events.compactMap { if case .established(let session, _) = $0 { session } else { nil } }
        }

        var repeats: Int {
            events.count { if case .repeatHello = $0 { true } else { false } }
        }
    }

    var hosts: [Host] = []
    var now: Int64 = 1_000_000_000
    var queue: [Packet] = []
    /// Every packet that was ever sent, for those who listen in.
    private(set) var recorded: [Packet] = []
    /// Packets that a path swallows.
    var isLost: (Packet) -> Bool = { _ in false }
    var random: SeededRandom

    init(_ names: String..., key: UInt8 = 7, seed: UInt64 = 1) {
        random = SeededRandom(seed: seed)
        for name in names { add(name, ring: KeyRing(Self.clusterKey(key))) }
    }

    static func clusterKey(_ byte: UInt8) -> ClusterKey {
        guard let key = ClusterKey(bytes: [UInt8](repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes are no key")
        }
        return key
    }

    mutating func add(_ name: String, ring: KeyRing) {
        let number = UInt8(hosts.count + 1)
        let host = Host(
            sessions: Sessions(
                identity: StaticKey(using: &random),
                name: name,
                versions: Self.versions,
                ring: ring,
                using: &random
            ),
            endpoint: Endpoint(10, 0, 0, number, port: 7377)
        )
        hosts.append(host)
    }
    static let versions: VersionRange = {
        guard let range = VersionRange(oldest: 1, newest: 2) else {
            preconditionFailure("1 to 2 is no range")
        }
        return range
    }()

    /// The decree: every host knows every other's key and address.
    mutating func introduceAll() {
        for one in hosts.indices {
            for other in hosts where other.endpoint != hosts[one].endpoint {
                hosts[one].sessions.setEndpoints([other.endpoint], of: other.key)
            }
        }
    }

    mutating func begin(_ one: Int, with other: Int) {
        begin(one, at: [hosts[other].endpoint], expecting: hosts[other].key)
    }

    mutating func begin(_ one: Int, at endpoints: [Endpoint], expecting expected: PeerKey?) {
        let effects = hosts[one].sessions.begin(
            at: endpoints,
            expecting: expected,
            at: now,
            using: &random
        )
        carryOut(effects, at: one)
    }

    /// What one host sends when it suspects another.
    mutating func suspect(_ other: Int, by one: Int) -> [Outgoing] {
        let key = hosts[other].key
        return hosts[one].sessions.suspect(key, at: now, using: &random).outgoing
    }

    mutating func replaceRing(of host: Int, by ring: KeyRing) {
        let effects = hosts[host].sessions.replaceRing(ring, at: now, using: &random)
        carryOut(effects, at: host)
    }

    /// Two who know each other and have said hello.
    static func pair(seed: UInt64 = 1) -> Town {
        var town = Town("alpha", "beta", seed: seed)
        town.introduceAll()
        town.begin(0, with: 1)
        town.deliver()
        return town
    }

    mutating func say(_ text: String, from one: Int, to other: Int) {
        post(hosts[one].sessions.seal([UInt8](text.utf8), to: hosts[other].key, at: now), by: one)
    }

    mutating func post(_ sealed: Sealed, by one: Int) {
        for outgoing in sealed.outgoing { post(outgoing, by: one) }
    }

    mutating func post(_ outgoing: Outgoing, by one: Int) {
        let packet = Packet(
            from: hosts[one].endpoint,
            to: outgoing.endpoint,
            bytes: outgoing.datagram
        )
        recorded.append(packet)
        if !isLost(packet) { queue.append(packet) }
    }

    /// Carries packets until no more are sent.
    mutating func deliver() {
        while !queue.isEmpty { hand(queue.removeFirst()) }
    }

    /// Hands one packet to whom it is addressed to.
    mutating func hand(_ packet: Packet) {
        guard let host = hosts.firstIndex(where: { $0.endpoint == packet.to }) else { return }
        let effects = hosts[host].sessions.receive(
            packet.bytes,
            from: packet.from,
            at: now,
            using: &random
        )
        carryOut(effects, at: host)
    }

    mutating func carryOut(_ effects: SessionEffects, at host: Int) {
        for outgoing in effects.outgoing { post(outgoing, by: host) }
        for event in effects.events {
            hosts[host].events.append(event)
            switch event {
            case .established(let session, _), .repeatHello(let session):
                guard hosts[host].saysHello else { continue }
                let hello = [UInt8]("hello \(session.generation)".utf8)
                post(hosts[host].sessions.seal(hello, to: session.peer.key, at: now), by: host)
            case .message(let bytes, let session, _):
                let text = String(decoding: bytes, as: UTF8.self)
                if text.hasPrefix("hello") {
                    hosts[host].hellos.append("\(session.peer.name): \(text)")
                } else {
                    hosts[host].heard.append(text)
                }
            default: break
            }
        }
    }

    /// Delivers, and lets time pass, waking each host when it asked to be.
    mutating func pass(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let end = now + seconds * 1_000_000_000 + attoseconds / 1_000_000_000
        deliver()
        while true {
            let due = hosts.compactMap(\.sessions.deadline).min() ?? .max
            guard due <= end else { break }
            now = max(now, due)
            wakeAll()
            deliver()
        }
        now = end
    }

    mutating func wakeAll() {
        for host in hosts.indices where (hosts[host].sessions.deadline ?? .max) <= now {
            carryOut(hosts[host].sessions.wake(at: now, using: &random), at: host)
        }
    }

    /// The host's program ends and starts again: same key, nothing remembered.
    mutating func restart(_ host: Int) {
        let old = hosts[host]
        hosts[host].sessions = Sessions(
            identity: old.sessions.identity,
            name: old.sessions.introduction.name,
            versions: old.sessions.introduction.versions,
            ring: old.sessions.ring,
            using: &random
        )
        hosts[host].events = []
        hosts[host].heard = []
        hosts[host].hellos = []
    }
}

extension Sessions {
    /// All that a datagram could change, but for the counts.
    var standing: String {
        var lines = openings.map { "opening \($0.attempt.localIndex) \($0.retryAt)" }
        lines += halfOpen.map { "half-open \($0.localIndex) \($0.answers)" }
        for peer in peers {
            lines.append("peer \(peer.key) \(peer.targets) \(peer.reassembly)")
            lines += peer.sessions.map {
                "session \($0.localIndex) \($0.sealed) \($0.window) \($0.lastHeard)"
            }
        }
        return lines.joined(separator: "\n")
    }
}
