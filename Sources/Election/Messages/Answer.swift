// SPDX-License-Identifier: Apache-2.0

/// The three answers to "do I lead?".
public enum Standing: UInt8, Hashable, Sendable, CustomStringConvertible {
    /// Nobody knows: late, cut off, or just started.
    case unsure = 0
    /// Somebody else leads.
    case follower = 1
    /// This host leads, until the deadline and not a nanosecond longer.
    case leader = 2

    /// The word.
    public var description: String {
        switch self {
        case .unsure: "unsure"
        case .follower: "follower"
        case .leader: "leader"
        }
    }
}

/// What a host publishes: on the lease page, in the files, on the socket.
///
/// It is asked for at the moment of use and carries its own end. It names no slot, leader or epoch
/// that is not on disk here (R5b).
public struct Answer: Hashable, Sendable {
    /// The answer.
    public var standing: Standing
    /// The decree it rests on; nil before the first.
    public var decree: Decree?
    /// When it ends. For `leader` a promise (R14); for `follower` a hint; `zero` for `unsure`.
    public var validUntil: Instant

    /// An answer by its parts.
    public init(standing: Standing, decree: Decree?, validUntil: Instant) {
        self.standing = standing
        self.decree = decree
        self.validUntil = validUntil
    }

    /// Nothing is known.
    public static let unsure = Answer(standing: .unsure, decree: nil, validUntil: .zero)

    /// Whether this says more than `other` does: another's leadership, or a longer one (R12, R14,
    /// R18). Then what stands on the page must be taken back before anything else happens.
    func exceeds(_ other: Answer) -> Bool {
        guard standing == .leader else { return false }
        return other.standing != .leader || other.validUntil < validUntil
            || other.decree?.epoch != decree?.epoch
    }
}
