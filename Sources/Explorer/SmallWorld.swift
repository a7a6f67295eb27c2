// SPDX-License-Identifier: Apache-2.0

/// A state of a world so small that all of its states can be visited.
///
/// A step is one thing that may happen: a message arrives, a write reaches the disk, a host dies,
/// time passes. Nothing has to happen: what is never chosen is loss, silence, a host that is slow.
/// The order of the steps is the same in every run, so that a story can be told again.
public protocol SmallWorld {
    /// Two states with one fingerprint are taken for one state.
    var fingerprint: UInt64 { get }

    /// What is broken in this state; nil if nothing is.
    var violation: Violation? { get }

    /// Gives every state that is one step away. A step that changes nothing is none.
    func forEachStep(_ visit: (Self) -> Void)

    /// What happens in the step with this number, in the order of `forEachStep`, as lines.
    func story(ofStep number: Int) -> [String]
}

/// A property that does not hold.
public struct Violation: Hashable, Sendable {
    /// Its name.
    public let property: String
    /// What is wrong, with the figures.
    public let sentence: String

    /// A broken property.
    public init(_ property: String, _ sentence: String) {
        self.property = property
        self.sentence = sentence
    }
}
