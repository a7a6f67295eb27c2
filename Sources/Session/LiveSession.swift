// SPDX-License-Identifier: Apache-2.0

/// A session in use: two keys, two counters, and what is needed to let it go in time.
struct LiveSession: Sendable {
    let description: EstablishedSession
    /// The number by which the peer's datagrams name this session.
    let localIndex: UInt32
    /// The number by which ours do.
    let remoteIndex: UInt32
    let clusterKey: ClusterKey
    private let sendKey: CipherKey
    private let receiveKey: CipherKey

    /// The proof of message 1, so that a late copy of it is known; the responder's only.
    let question: [UInt8]
    /// The whole of message 3. The responder knows a copy by it. The initiator puts it before each
    /// datagram until something of this session comes back, and then lets go of it.
    private(set) var message3: [UInt8]
    private(set) var window = ReplayWindow()
    private(set) var sealed: UInt64 = 0
    private(set) var lastHeard: Int64
    /// Since when there is a newer one.
    var replaced: Int64?
    /// When it ends whatever happens.
    var endsAt: Int64?
    /// When the owner was last asked for its Hello.
    var helloAsked: Int64

    init(
        description: EstablishedSession,
        localIndex: UInt32,
        remoteIndex: UInt32,
        clusterKey: ClusterKey,
        keys: (send: CipherKey, receive: CipherKey),
        question: [UInt8],
        message3: [UInt8]
    ) {
        self.description = description
        self.localIndex = localIndex
        self.remoteIndex = remoteIndex
        self.clusterKey = clusterKey
        (sendKey, receiveKey) = keys
        self.question = question
        self.message3 = message3
        lastHeard = description.established
        helloAsked = description.established
    }

    /// What has to precede our datagrams.
    private var preface: [UInt8] { description.role == .initiator ? message3 : [] }

    /// A datagram that carries `plaintext`.
    mutating func seal(_ plaintext: [UInt8], as kind: DatagramKind) -> [UInt8] {
        precondition(sealed < .max, "session \(localIndex) has no counter left")
        var header = [datagramVersion, kind.rawValue]
        header.reserveCapacity(DatagramSize.transportHeader)
        header.append(littleEndian: remoteIndex)
        header.append(littleEndian: sealed)

        // The nonce is four zeros and the counter. Where the zeros stand, the header has the index:
        // so nonce, ciphertext and tag are added in one piece.
        var datagram = preface
        let start = datagram.count
        let addedBytes = DatagramSize.transportHeader + plaintext.count + CipherKey.tagBytes
        datagram.reserveCapacity(start + addedBytes)
        datagram.append(datagramVersion)
        datagram.append(kind.rawValue)
        sendKey.seal(plaintext, counter: sealed, authenticating: header, onto: &datagram)
        sealed += 1
        datagram.replace(littleEndian: remoteIndex, at: start + DatagramSize.prefix)
        return datagram
    }

    /// Why a datagram of this session was not opened, or what was in it.
    enum Opened {
        /// `isNewest`: no datagram with a higher counter has come yet.
        case plaintext([UInt8], isNewest: Bool)
        case dropped(DropCause)
    }

    /// Opens a transport datagram that names this session.
    mutating func open(_ datagram: consuming [UInt8], at now: Int64) -> Opened {
        let counterOffset = DatagramSize.prefix + DatagramSize.index
        let counter = datagram.littleEndian(at: counterOffset, as: UInt64.self)
        guard window.admits(counter) else { return .dropped(.replay) }
        let header = [UInt8](datagram[..<DatagramSize.transportHeader])
        datagram.replace(littleEndian: UInt32(0), at: DatagramSize.prefix)
        guard
            let plaintext = receiveKey.open(
                datagram[DatagramSize.prefix...],
                authenticating: header
            )
        else { return .dropped(.authentication) }
        let isNewest = counter >= window.next
        window.commit(counter)
        lastHeard = max(lastHeard, now)
        if description.role == .initiator { message3 = [] }
        return .plaintext(plaintext, isNewest: isNewest)
    }
}
