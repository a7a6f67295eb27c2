// SPDX-License-Identifier: Apache-2.0

// The lease page, from the side that writes it: one 4 KiB file that any program on the host may
// map, and then knows in nanoseconds, without a system call, whether this host leads.
//
//      sequence: odd ── fields change ── even         a reader that saw it odd, or changed, looks
//                                                     again; so it never acts on half an answer
//
// The page outlives the process. A daemon that was killed and is back within its lease finds its
// own word still standing there, and leaves it: to the applications nothing happened.

internal import Control
internal import Election
internal import Linux
internal import Paxos

/// The page that this process writes, and nobody else.
struct LeasePage: ~Copyable {
    /// Which clock the deadlines are of, and whose page it is.
    struct Identity: Hashable {
        /// The kernel's 16 bytes for this boot.
        var bootID: [UInt8]
        /// The inode of this process's time namespace.
        var timeNamespace: UInt64
        /// This host's name.
        var name: String
    }

    private let mapping: SharedMapping
    private let identity: Identity
    /// What this run wrote last; nil before it has written anything.
    private var last: Answer?

    /// The file's name in the runtime directory.
    static let fileName = "lease"

    /// Takes over the page in this directory if it is a good one, otherwise puts a new one there.
    ///
    /// Nothing in it changes yet: what the last run left may still hold.
    init(in directory: borrowing Directory, identity: Identity) throws(SystemError) {
        if let found = try Self.takeOver(in: directory) {
            mapping = found
        } else {
            mapping = try Self.make(in: directory, identity)
        }
        self.identity = identity
    }

    private static func takeOver(
        in directory: borrowing Directory
    ) throws(SystemError) -> SharedMapping? {
        guard try directory.contains(fileName) else { return nil }
        let file = try directory.open(fileName, .readWrite)
        guard try file.size() == LeasePageLayout.size else { return nil }
        let mapping = try SharedMapping(file, count: LeasePageLayout.size, writable: true)
        guard mapping.load64(at: LeasePageLayout.magicOffset, .relaxed) == LeasePageLayout.magic
        else { return nil }
        return consume mapping
    }

    private static func make(
        in directory: borrowing Directory,
        _ identity: Identity
    ) throws(SystemError) -> SharedMapping {
        let fields = fields(.unsure, as: .unsure, of: identity, at: .zero)
        let file = try directory.createAside(fileName, mode: 0o644)
        try file.write(fields.page(sequence: 0), at: 0)
        let mapping = try SharedMapping(file, count: LeasePageLayout.size, writable: true)
        try directory.moveIn(fileName)
        return mapping
    }

    /// The end of the lease that the last run announced, if that announcement still holds: it is
    /// whole, of this boot and clock, by this very decree, and not over.
    func inherited(by node: NodeID, decided: Decree?, at now: Instant) -> Instant? {
        let sequence = mapping.load32(at: LeasePageLayout.sequenceOffset, .acquire)
        guard sequence & 1 == 0, let decided, decided.leader == node else { return nil }
        let found = standing
        let written = Instant(nanoseconds: Int64(clamping: found.writtenAt))
        var expected = Self.fields(
            Answer(
                standing: .leader,
                decree: decided,
                validUntil: Instant(nanoseconds: Int64(clamping: found.validUntil))
            ),
            as: .leader,
            of: identity,
            at: written
        )
        expected.validUntil = found.validUntil
        let deadline = Instant(nanoseconds: Int64(clamping: found.validUntil))
        return found == expected && now < deadline ? deadline : nil
    }

    /// What the page says. The writer needs no lock to read its own words.
    private var standing: LeaseFields {
        let words = (0..<LeasePageLayout.wordCount).map { index in
            mapping.load64(at: LeasePageLayout.wordsOffset + 8 * index, .relaxed)
        }
        return LeaseFields(
            answer: mapping.load32(at: LeasePageLayout.answerOffset, .relaxed),
            words: words
        )
    }

    /// Announces an answer.
    mutating func write(_ answer: Answer, at now: Instant) {
        if let last, last.standing == answer.standing, last.decree === answer.decree {
            renew(until: answer.validUntil, at: now)
        } else {
            store(Self.fields(answer, as: answer.standing.onPage, of: identity, at: now))
        }
        last = answer
    }

    /// Announces a later end of the same answer: ten times a second, so no more than that is
    /// written.
    private func renew(until end: Instant, at now: Instant) {
        let odd = beginWriting()
        let end = UInt64(clamping: end.nanoseconds)
        mapping.store64(end, at: LeasePageLayout.validUntilOffset, .relaxed)
        let written = UInt64(clamping: now.nanoseconds)
        mapping.store64(written, at: LeasePageLayout.writtenAtOffset, .relaxed)
        mapping.store32(odd &+ 1, at: LeasePageLayout.sequenceOffset, .release)
    }

    /// Takes back what stands there, before anything else happens: whoever looks from now on, on
    /// whatever processor, sees no more than `answer` (R12, R14, R18).
    mutating func withdraw(to answer: Answer, at now: Instant) {
        write(answer, at: now)
        SharedMapping.fence(.sequentiallyConsistent)
    }

    /// Says that the daemon has stopped in order: readers open the file again.
    mutating func close(after answer: Answer, at now: Instant) {
        var over = answer
        over.standing = .unsure
        over.validUntil = .zero
        store(Self.fields(over, as: .closed, of: identity, at: now))
        last = nil
        SharedMapping.fence(.sequentiallyConsistent)
    }

    private static func fields(
        _ answer: Answer,
        as word: LeaseAnswer,
        of identity: Identity,
        at now: Instant
    ) -> LeaseFields {
        let decree = answer.decree
        return LeaseFields(
            answer: word,
            bootID: identity.bootID,
            epoch: decree?.epoch ?? 0,
            decree: decree?.slot ?? 0,
            validUntil: UInt64(clamping: answer.validUntil.nanoseconds),
            writtenAt: UInt64(clamping: now.nanoseconds),
            leader: answer.standing == .unsure ? "" : decree?.leader.name ?? "",
            selfName: identity.name,
            clusterID: (decree?.cluster ?? .none).bytes,
            timeNamespace: identity.timeNamespace
        )
    }

    private func store(_ fields: LeaseFields) {
        let odd = beginWriting()
        mapping.store32(fields.answer.rawValue, at: LeasePageLayout.answerOffset, .relaxed)
        for (index, word) in fields.words.enumerated() {
            mapping.store64(word, at: LeasePageLayout.wordsOffset + 8 * index, .relaxed)
        }
        mapping.store32(odd &+ 1, at: LeasePageLayout.sequenceOffset, .release)
    }

    /// Makes the sequence odd before any field changes. A run that was killed while it wrote left
    /// an odd number; that number is as good as ours.
    private func beginWriting() -> UInt32 {
        let odd = mapping.load32(at: LeasePageLayout.sequenceOffset, .relaxed) | 1
        mapping.store32(odd, at: LeasePageLayout.sequenceOffset, .relaxed)
        SharedMapping.fence(.release)
        return odd
    }
}

extension Standing {
    fileprivate var onPage: LeaseAnswer {
        switch self {
        case .unsure: .unsure
        case .follower: .follower
        case .leader: .leader
        }
    }
}
