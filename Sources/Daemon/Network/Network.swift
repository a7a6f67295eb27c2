// SPDX-License-Identifier: Apache-2.0

// The datagrams' side: sockets below, sessions above, addresses beside.
//
//      socket ──▶ sessions ──▶ messages, new sessions        one datagram at a time, so that the
//      socket ◀── sessions ◀── messages                      clock can be read after each (R8)
//
// No fault of the network ends anything here. What the kernel refuses to send is lost, as any
// datagram may be.

internal import Config
internal import Election
internal import Linux
internal import Paxos
internal import Session
internal import SystemPackage

/// All that is between the replica's messages and the wire.
struct Network: ~Copyable {
    /// What came of one datagram.
    struct Received {
        var events: [SessionEvent]
        /// The clock, read after the datagram was taken from its socket (R8).
        var at: Instant
    }

    private(set) var sessions: Sessions
    private let ports: [Port]
    private let resolver: Resolver
    private var book = AddressBook()
    private var neighbours: [Neighbour] = []
    private var whereabouts = Whereabouts<NodeID, SocketAddress>()
    private var random = SystemRandomNumberGenerator()
    private var buffer = [UInt8](repeating: 0, count: 2048)
    private let firstNumber: UInt64
    private var otherNumber: UInt64 = 0
    /// Events that came of something else than a datagram.
    private var pending: [SessionEvent] = []
    private(set) var notices = DropNotices()

    /// What the operator should hear of the sockets.
    let remarks: [String]

    /// Binds to every address of `listen`.
    init(
        listen: [SocketAddress],
        sessions: consuming Sessions,
        lookUp: @escaping Resolver.LookUp
    ) throws(SystemError) {
        let (ports, remarks) = try Self.bind(listen)
        let resolver = try Resolver(lookUp)
        self.ports = ports
        self.remarks = remarks
        self.resolver = resolver
        firstNumber = random.next()
        self.sessions = sessions
    }

    private static func bind(
        _ listen: [SocketAddress]
    ) throws(SystemError) -> ([Port], [String]) {
        var ports: [Port] = []
        var remarks: [String] = []
        for address in listen {
            do throws(SystemError) {
                ports.append(Port(try UDPSocket(bind: address)))
            } catch {
                switch error.errno {
                // A host without IPv6 is no reason to be without electd.
                case .addressFamilyNotSupported,
                    .addressNotAvailable
                where address == .anyIPv6(port: address.port) && listen.count > 1:
                    remarks.append(
                        "\(error): this host has no IPv6; it listens on the other addresses"
                    )
                // At boot an address may come later than we do, and nobody would start us again.
                case .addressNotAvailable:
                    ports.append(Port(try UDPSocket(bind: address, evenIfAbsent: true)))
                    remarks.append(
                        "\(error): this host does not have this address of Listen= yet; it is heard "
                            + "there as soon as it has"
                    )
                default: throw error
                }
            }
        }
        return (ports, remarks)
    }

    /// Watches the sockets and the resolver.
    func start(_ loop: EventLoop) throws(SystemError) {
        for (index, port) in ports.enumerated() {
            try loop.add(port.socket.descriptor, .readable, token: Token.socket(index))
        }
        try loop.add(resolver.descriptor, .readable, token: Token.resolver)
    }

    /// Takes one datagram from a socket; nil when none waits.
    mutating func receive(from port: Int) throws(SystemError) -> Received? {
        guard let arrival = try ports[port].socket.receive(into: &buffer) else { return nil }
        let now = Instant.now()
        let source = Session.Endpoint(arrival.source)
        // A longer one than any of ours has its end cut off: too long as it is, it is counted.
        let datagram = Array(buffer[..<arrival.count])
        let before = sessions.drops
        let effects = sessions.receive(
            datagram,
            from: source,
            at: now.nanoseconds,
            using: &random
        )
        notices.note(before, sessions.drops, from: source)
        send(effects.outgoing)
        return Received(events: effects.events, at: now)
    }

    /// The neighbours whose port the kernel says nobody listens on.
    mutating func unreachable(on port: Int) -> [NodeID] {
        let dead = ports[port].socket.drainErrors()
        guard !dead.isEmpty else { return [] }
        return neighbours.compactMap { neighbour in
            let isDead = neighbour.addresses.contains { text in
                book.addresses(of: text).contains { dead.contains($0) }
            }
            return isDead ? neighbour.node : nil
        }
    }

    /// What it tells that a member was heard from there, if that was not said before. What others
    /// could make nothing of is not told: the scope of an address numbers an interface of this host.
    mutating func news(
        _ source: Session.Endpoint,
        of node: NodeID
    ) -> Whereabouts<NodeID, SocketAddress>.News? {
        let place = SocketAddress(source)
        let news = whereabouts.news(place, of: node) {
            neighbours.first { $0.node == node }?.addresses.map { book.addresses(of: $0) }
        }
        return news == .elsewhere && place.scope != 0 ? nil : news
    }

    /// Members are looked for elsewhere now.
    private mutating func judgePlacesAnew() {
        whereabouts.judgeAnew { node in neighbours.contains { $0.node == node } }
    }

    /// Sends a message over the newest session with its receiver. Without one it is lost, and comes
    /// again if it matters.
    mutating func send(_ envelope: Envelope, _ bytes: [UInt8], at now: Instant) {
        let key = envelope.to.sessionKey
        // Numbers of two runs never meet, since a peer may still hold fragments of the last.
        let sealed = sessions.seal(
            bytes,
            number: firstNumber &+ envelope.number,
            to: key,
            at: now.nanoseconds
        )
        send(sealed.outgoing)
        if envelope.doubtsSession {
            carryOut(sessions.suspect(key, at: now.nanoseconds, using: &random))
        }
    }

    /// Sends what is no message of the replica's, under a number that none of those has.
    mutating func send(_ bytes: [UInt8], to node: NodeID, at now: Instant) {
        otherNumber += 1
        let number = firstNumber &- otherNumber
        let key = node.sessionKey
        send(sessions.seal(bytes, number: number, to: key, at: now.nanoseconds).outgoing)
    }

    /// Reaches for these from now on, and for no others. Returns a sentence for each address that
    /// is none.
    mutating func reach(for wanted: [Neighbour], at now: Instant) -> [String] {
        guard wanted != neighbours else { return [] }
        for former in neighbours where !wanted.contains(where: { $0.node == former.node }) {
            if let node = former.node { sessions.setEndpoints([], of: node.sessionKey) }
        }
        for former in neighbours where former.node == nil && !wanted.contains(former) {
            sessions.abandon(endpoints(of: former))
        }
        neighbours = wanted
        judgePlacesAnew()
        let objections = book.want(wanted.flatMap(\.addresses), at: now)
        for neighbour in wanted { begin(with: neighbour, at: now) }
        lookUp(at: now)
        return objections
    }

    private mutating func begin(with neighbour: Neighbour, at now: Instant) {
        let endpoints = endpoints(of: neighbour)
        if let key = neighbour.node?.sessionKey {
            sessions.setEndpoints(endpoints, of: key)
            guard sessions.session(with: key) == nil else { return }
            carryOut(sessions.begin(at: [], expecting: key, at: now.nanoseconds, using: &random))
        } else if !endpoints.isEmpty {
            carryOut(
                sessions.begin(at: endpoints, expecting: nil, at: now.nanoseconds, using: &random)
            )
        }
    }

    private func endpoints(of neighbour: Neighbour) -> [Session.Endpoint] {
        neighbour.addresses.flatMap { book.addresses(of: $0) }.map { Session.Endpoint($0) }
    }

    private func lookUpNow(_ questions: [AddressBook.Question]) {
        for one in questions { resolver.lookUp(id: one.id, host: one.host, port: one.port) }
    }

    private mutating func lookUp(at now: Instant) {
        lookUpNow(book.questions(at: now))
    }

    /// Takes what the resolver found. Returns a sentence for each name that has begun to fail.
    mutating func takeAnswers(at now: Instant) -> [String] {
        var failures: [String] = []
        for answer in resolver.answers() {
            let before = neighbours.map { endpoints(of: $0) }
            let hasMoved = book.answer(answer.id, answer.result, at: now)
            if case .failure(let error) = answer.result, book.hasJustFailed(answer.id) {
                failures.append("\(error); it is tried again")
            }
            guard hasMoved else { continue }
            judgePlacesAnew()
            for (neighbour, old) in zip(neighbours, before) where endpoints(of: neighbour) != old {
                if neighbour.node == nil { sessions.abandon(old) }
                begin(with: neighbour, at: now)
            }
        }
        return failures
    }

    /// When `wake` has something to do.
    var deadline: Instant? {
        let session = sessions.deadline.map { Instant(nanoseconds: $0) }
        return earlier(session, book.deadline)
    }

    /// Does what is due.
    mutating func wake(at now: Instant) {
        if let due = sessions.deadline, due <= now.nanoseconds {
            carryOut(sessions.wake(at: now.nanoseconds, using: &random))
        }
        if let due = book.deadline, due <= now { lookUp(at: now) }
    }

    /// What has happened without a datagram.
    mutating func takePending() -> [SessionEvent] {
        defer { pending = [] }
        return pending
    }

    /// Takes over other cluster keys.
    mutating func replaceRing(_ ring: KeyRing, at now: Instant) {
        carryOut(sessions.replaceRing(ring, at: now.nanoseconds, using: &random))
    }

    /// What is to be said of dropped datagrams now, if anything.
    mutating func dueNotices(at now: Instant) -> [String] { notices.due(at: now) }

    private mutating func carryOut(_ effects: SessionEffects) {
        send(effects.outgoing)
        pending += effects.events
    }

    private func send(_ outgoing: [Outgoing]) {
        for one in outgoing {
            let address = SocketAddress(one.endpoint)
            guard let port = port(for: address) else { continue }
            _ = port.socket.send(one.datagram, to: address)
        }
    }

    /// The socket whose own address is nearest to this one: with several networks, the one in it.
    private func port(for address: SocketAddress) -> Port? {
        if ports.count == 1 {
            return ports[0].local.isIPv4 == address.isIPv4 ? ports[0] : nil
        }
        let usable = ports.filter { $0.local.isIPv4 == address.isIPv4 }
        return usable.max { a, b in
            a.local.commonBits(with: address) < b.local.commonBits(with: address)
        }
    }
}
