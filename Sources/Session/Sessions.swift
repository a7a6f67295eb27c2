// SPDX-License-Identifier: Apache-2.0

/// All encrypted conversations of one host: datagrams in, messages out, and the other way round.
///
/// A switchboard. It knows who it is, which cluster key to ask for, and with whom it has a line.
/// The owner hands it every datagram that comes, asks it to seal what is to go, sends what it
/// returns and wakes it at `deadline`. It has no socket, no clock and no chance of its own: time
/// and the random numbers for new keys are arguments, so a simulated run repeats to the last byte.
///
/// ```
///        datagram ──▶ receive ──▶ outgoing, events          (a message, a new session, …)
///         message ──▶ seal    ──▶ outgoing
///           timer ──▶ wake    ──▶ outgoing, events
/// ```
///
/// A line is made by `Noise_XXpsk3_25519_ChaChaPoly_SHA256` with the cluster key as the pre-shared
/// key. Nothing travels in clear but the datagrams' kind, numbers and counters, and no way leads
/// round the handshake. There may be several lines to a peer, since both may begin at once and new
/// keys come every hour: we send on the one established last and hear all; an old one ends when it
/// has been silent for a while. No message ever resets a session, so none can be forged to.
public struct Sessions: Sendable {
    /// The longest message: a decree of 64 KiB and what is said around it.
    public static let messageBytesMax = 65 << 10

    let identity: StaticKey
    let introduction: Introduction
    var ring: KeyRing
    var limits = SessionLimits()

    /// Sorted by key, so that whatever goes over all peers does so in one order.
    var peers: [PeerState] = []
    var openings: [Opening] = []
    /// In the order in which they were begun.
    var halfOpen: [HalfOpen] = []
    var generation: UInt64 = 0
    private var nextNumber: UInt64

    /// Why datagrams were dropped, and how often.
    public internal(set) var drops = DropCounts()

    /// - Parameters:
    ///   - identity: The host's static key.
    ///   - name: The host's name: 1 to 63 letters, digits, hyphens and dots.
    ///   - versions: The message versions that the host understands.
    ///   - ring: The cluster keys.
    ///   - random: For the first message number: a number must not come again in the next run, in
    ///     which a peer may still hold fragments of this one.
    public init(
        identity: StaticKey,
        name: String,
        versions: VersionRange,
        ring: KeyRing,
        using random: inout some RandomNumberGenerator
    ) {
        self.identity = identity
        introduction = Introduction(name: name, versions: versions)
        self.ring = ring
        nextNumber = random.next()
    }

    /// Our own key, as peers see it.
    public var key: PeerKey { identity.publicKey }

    /// The session that messages to `peer` take, if there is one.
    public func session(with peer: PeerKey) -> EstablishedSession? {
        position(of: peer).flatMap { peers[$0].sessions.last?.description }
    }

    /// Whether there is a session with anybody.
    public var hasPeers: Bool { peers.contains { !$0.sessions.isEmpty } }

    /// Where datagrams to `peer` go.
    public func endpoints(of peer: PeerKey) -> [Endpoint] {
        position(of: peer).map { peers[$0].targets } ?? []
    }

    /// Takes over where a member is to be found: all its addresses in the decree. An empty list
    /// says that it is no member any more: its sessions go on, but none is begun with it. At a new
    /// place a handshake that is under way is tried as soon as the owner calls `wake`.
    public mutating func setEndpoints(_ endpoints: [Endpoint], of peer: PeerKey) {
        guard peer != key else { return }
        guard let known = position(of: peer) else {
            if !endpoints.isEmpty { peers[insert(peer)].configure(endpoints) }
            return
        }
        peers[known].configure(endpoints)
        if endpoints.isEmpty {
            openings.removeAll { $0.expected == peer }
        }
        for number in openings.indices where openings[number].expected == peer {
            let targets = peers[known].targets
            // How long nobody answered elsewhere says nothing of this place.
            if targets.contains(where: { !openings[number].endpoints.contains($0) }) {
                openings[number].startOver()
            }
            openings[number].endpoints = targets
        }
    }

    /// Encrypts `message` for `peer`, as one datagram or several, for each of its endpoints.
    ///
    /// - Parameters:
    ///   - message: 1 to `messageBytesMax` bytes.
    ///   - number: Nil, or the number under which these same bytes were sealed before: then the
    ///     peer fills the gaps of the first time. A number belongs to its bytes, not to a peer.
    /// - Returns: No datagrams if there is no session; `begin` one and send again later.
    public mutating func seal(
        _ message: [UInt8],
        number: UInt64? = nil,
        to peer: PeerKey,
        at now: Int64
    ) -> Sealed {
        precondition(
            (1...Self.messageBytesMax).contains(message.count),
            "a message of \(message.count) bytes"
        )
        let number = number ?? takeNumber()
        guard let known = position(of: peer), !peers[known].sessions.isEmpty else {
            return Sealed(number: number, outgoing: [])
        }
        let newest = peers[known].sessions.count - 1
        let targets = peers[known].targets
        var outgoing: [Outgoing] = []
        func send(_ datagram: [UInt8]) {
            for target in targets {
                outgoing.append(Outgoing(datagram: datagram, endpoint: target))
            }
        }
        if message.count <= DatagramSize.plaintextMax {
            send(peers[known].sessions[newest].seal(message, as: .whole))
        } else {
            for plaintext in Fragment.split(message, number: number) {
                send(peers[known].sessions[newest].seal(plaintext, as: .fragment))
            }
        }
        return Sealed(number: number, outgoing: outgoing)
    }

    private mutating func takeNumber() -> UInt64 {
        defer { nextNumber &+= 1 }
        return nextNumber
    }

    func position(of peer: PeerKey) -> Int? {
        let place = sortedPlace(of: peer)
        return place < peers.count && peers[place].key == peer ? place : nil
    }

    /// Where `peer` stands or would stand among the sorted.
    private func sortedPlace(of peer: PeerKey) -> Int {
        var (low, high) = (0, peers.count)
        while low < high {
            let middle = (low + high) / 2
            if peers[middle].key < peer { low = middle + 1 } else { high = middle }
        }
        return low
    }

    mutating func insert(_ peer: PeerKey) -> Int {
        let place = sortedPlace(of: peer)
        peers.insert(PeerState(key: peer), at: place)
        return place
    }
}
