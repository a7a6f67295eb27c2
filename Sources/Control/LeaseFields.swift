// SPDX-License-Identifier: Apache-2.0

/// The lease page: 4,096 bytes that answer "do I lead right now?" without a system call.
///
/// The daemon writes them, applications map them. A sequence lock keeps a reader from half an
/// answer: the number is odd while the daemon writes, and a reader that sees it odd or changed reads
/// again. Here is only where each field stands; who writes and reads, and in which order, is the
/// daemon's and the client's part.
///
/// All that the lock protects is whole 64-bit words at multiples of 8 (the answer alone has 32 bits),
/// so that each can be stored and loaded atomically. Numbers are little endian.
public enum LeasePageLayout {
    /// One page.
    public static let size = 4096
    /// `ELECTLP1`, read as a little-endian word.
    public static let magic: UInt64 = 0x3150_4C54_4345_4C45

    /// The magic, 8 bytes.
    public static let magicOffset = 0
    /// The sequence, 4 bytes: odd while the page is written.
    public static let sequenceOffset = 8
    /// The answer, 4 bytes.
    public static let answerOffset = 12
    /// The boot id, 16 bytes.
    public static let bootIDOffset = 16
    /// The epoch, 8 bytes.
    public static let epochOffset = 32
    /// The slot of the decree, 8 bytes.
    public static let decreeOffset = 40
    /// The end of validity on `CLOCK_BOOTTIME` in nanoseconds, 8 bytes.
    public static let validUntilOffset = 48
    /// When it was written on `CLOCK_BOOTTIME` in nanoseconds, 8 bytes.
    public static let writtenAtOffset = 56
    /// The leader's name, 64 bytes with NUL behind it.
    public static let leaderOffset = 64
    /// The name of this host, 64 bytes with NUL behind it.
    public static let selfNameOffset = 128
    /// The cluster id, 16 bytes.
    public static let clusterIDOffset = 192
    /// The inode of the daemon's time namespace, 8 bytes.
    public static let timeNamespaceOffset = 208

    /// The bytes of a name.
    public static let nameLength = 64
    /// The first of the words that the sequence protects; the answer stands before it.
    public static let wordsOffset = bootIDOffset
    /// How many words there are from `wordsOffset`.
    public static let wordCount = (timeNamespaceOffset + 8 - wordsOffset) / 8
}

/// What the lease page says.
public enum LeaseAnswer: UInt32, CaseIterable, Hashable, Sendable {
    /// Neither can be said now.
    case unsure = 0
    /// Another host leads; the deadline is a hint.
    case follower = 1
    /// This host leads until the deadline, which is a promise.
    case leader = 2
    /// The daemon stopped in order; open the file again.
    case closed = 3
}

/// The fields of the lease page that the sequence protects.
public struct LeaseFields: Hashable, Sendable {
    /// What the page says.
    public var answer: LeaseAnswer
    /// 16 bytes, in the order in which the kernel writes them.
    public var bootID: [UInt8]
    /// The fencing token.
    public var epoch: UInt64
    /// The slot of the newest decree.
    public var decree: UInt64
    /// The end of validity on `CLOCK_BOOTTIME`, in nanoseconds.
    public var validUntil: UInt64
    /// When it was written on `CLOCK_BOOTTIME`, in nanoseconds.
    public var writtenAt: UInt64
    /// The leader's name; empty if there is none to name.
    public var leader: String
    /// This host's name.
    public var selfName: String
    /// 16 bytes; zeros before genesis.
    public var clusterID: [UInt8]
    /// The inode of the daemon's time namespace.
    public var timeNamespace: UInt64

    /// Makes the fields. Ids have 16 bytes, names at most 64.
    public init(
        answer: LeaseAnswer,
        bootID: [UInt8],
        epoch: UInt64,
        decree: UInt64,
        validUntil: UInt64,
        writtenAt: UInt64,
        leader: String,
        selfName: String,
        clusterID: [UInt8],
        timeNamespace: UInt64
    ) {
        precondition(bootID.count == 16, "a boot id of \(bootID.count) bytes")
        precondition(clusterID.count == 16, "a cluster id of \(clusterID.count) bytes")
        self.answer = answer
        self.bootID = bootID
        self.epoch = epoch
        self.decree = decree
        self.validUntil = validUntil
        self.writtenAt = writtenAt
        self.leader = leader
        self.selfName = selfName
        self.clusterID = clusterID
        self.timeNamespace = timeNamespace
    }
}

extension LeaseFields {
    /// The words from `wordsOffset` on, as they are stored on a little-endian machine.
    public var words: [UInt64] {
        wordsOf(bootID) + [epoch, decree, validUntil, writtenAt] + wordsOf(padded(leader))
            + wordsOf(padded(selfName)) + wordsOf(clusterID) + [timeNamespace]
    }

    /// Reads the words back. An answer that this version does not know counts as `unsure`.
    public init(answer: UInt32, words: [UInt64]) {
        precondition(
            words.count == LeasePageLayout.wordCount,
            "a lease page of \(words.count) words"
        )
        self.init(
            answer: LeaseAnswer(rawValue: answer) ?? .unsure,
            bootID: bytesOf(words[0..<2]),
            epoch: words[2],
            decree: words[3],
            validUntil: words[4],
            writtenAt: words[5],
            leader: text(words[6..<14]),
            selfName: text(words[14..<22]),
            clusterID: bytesOf(words[22..<24]),
            timeNamespace: words[24]
        )
    }

    /// The whole page with an even `sequence`: what a new file is made of.
    public func page(sequence: UInt32) -> [UInt8] {
        let answerAndSequence = UInt64(answer.rawValue) << 32 | UInt64(sequence)
        let bytes = bytesOf(([LeasePageLayout.magic, answerAndSequence] + words)[...])
        return bytes + [UInt8](repeating: 0, count: LeasePageLayout.size - bytes.count)
    }

    /// Reads a page that nobody writes meanwhile: its sequence and fields, or nil if the size or the
    /// magic is not that of a lease page.
    public static func read(page: [UInt8]) -> (sequence: UInt32, fields: LeaseFields)? {
        guard page.count == LeasePageLayout.size else { return nil }
        let words = wordsOf(Array(page[..<(LeasePageLayout.timeNamespaceOffset + 8)]))
        guard words[0] == LeasePageLayout.magic else { return nil }
        let fields = LeaseFields(answer: UInt32(words[1] >> 32), words: Array(words[2...]))
        return (UInt32(truncatingIfNeeded: words[1]), fields)
    }
}

/// The name and NULs behind it; what is too long is cut, which no valid name is.
private func padded(_ name: String) -> [UInt8] {
    let bytes = Array(name.utf8.prefix(LeasePageLayout.nameLength))
    return bytes + [UInt8](repeating: 0, count: LeasePageLayout.nameLength - bytes.count)
}

private func text(_ words: ArraySlice<UInt64>) -> String {
    String(decoding: bytesOf(words).prefix { $0 != 0 }, as: UTF8.self)
}

private func wordsOf(_ bytes: [UInt8]) -> [UInt64] {
    stride(from: 0, to: bytes.count, by: 8).map { start in
        bytes[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

private func bytesOf(_ words: ArraySlice<UInt64>) -> [UInt8] {
    words.flatMap { word in
        (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
}
