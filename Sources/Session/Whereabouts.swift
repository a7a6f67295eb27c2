// SPDX-License-Identifier: Apache-2.0

// Where members were heard from last. A datagram that is decrypted shows where its sender is; if that
// is none of the places where the owner looks for it, it has moved, and that is news once.

/// The place of each member's newest datagram.
public struct Whereabouts<Node: Hashable & Sendable, Place: Hashable & Sendable>: Sendable {
    @usableFromInline var places: [(node: Node, place: Place)] = []

    /// Nobody has been heard yet.
    public init() {}

    /// Forgets everything: the owner looks for members elsewhere now.
    public mutating func clear() { places = [] }

    /// Whether this is a place where nobody looks for the member, and was not asked of before.
    ///
    /// - Parameters:
    ///   - place: Where an authenticated datagram came from.
    ///   - node: Who sent it.
    ///   - known: What each of its addresses was found to be; nil for who is no member. While one of
    ///     them has not been found, nobody can say.
    @inlinable public mutating func isNews(
        _ place: Place,
        of node: Node,
        known: () -> [[Place]]?
    ) -> Bool {
        if places.contains(where: { $0.node == node && $0.place == place }) { return false }
        guard let known = known() else { return false }
        places.removeAll { $0.node == node }
        places.append((node, place))
        if known.contains(where: \.isEmpty) { return false }
        return !known.joined().contains(place)
    }
}
