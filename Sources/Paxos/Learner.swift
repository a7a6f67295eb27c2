// SPDX-License-Identifier: Apache-2.0

/// A value that knows which slot it is for.
public protocol Chained: Hashable, Sendable {
    /// The slot.
    var slot: Slot { get }
}

/// The newest decree that this node knows to be chosen.
///
/// Each decree is the whole state, so a learner that was away needs the newest one only: it jumps
/// (R6). It never goes back, and two different decrees of one slot are the end of the world.
public struct Learner<Value: Chained>: Hashable, Sendable {
    /// The newest decree, nil before the first.
    public private(set) var decided: Value?

    /// Its slot, 0 before the first.
    public var slot: Slot { decided?.slot ?? 0 }

    /// A learner that knows this much.
    public init(decided: Value? = nil) {
        self.decided = decided
    }

    /// Takes a chosen decree in; true if it was news.
    public mutating func learn(_ value: Value) -> Bool {
        guard value.slot > slot else { return false }
        decided = value
        return true
    }

    /// Whether the decree contradicts what is known here: the same slot, another value.
    public func contradicts(_ value: Value) -> Bool {
        guard let decided, decided.slot == value.slot else { return false }
        return decided != value
    }
}
