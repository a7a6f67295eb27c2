// SPDX-License-Identifier: Apache-2.0

// Where members were heard from last. A datagram that is decrypted shows where its sender is; if that
// is none of the places where the owner looks for it, it has moved, and that is news once. So is that
// it holds no longer: whoever was told would send others to where the member was.
//
//     n1 from 9       nobody looks there                 elsewhere
//     n1 from 9       was said
//     n1 from 8       the owner has looked at 8 since    found

/// The place of each member's newest datagram.
public struct Whereabouts<Node: Hashable & Sendable, Place: Hashable & Sendable>: Sendable {
    /// What the owner did not know.
    public enum News: Hashable, Sendable {
        /// The member is where nobody looks for it.
        case elsewhere
        /// What was said of it before is so no more.
        case found
    }

    @usableFromInline struct Sighting: Sendable {
        @usableFromInline let node: Node
        /// Nil where it is to be judged anew.
        @usableFromInline var place: Place?
        @usableFromInline let isElsewhere: Bool

        @usableFromInline init(node: Node, place: Place, isElsewhere: Bool) {
            (self.node, self.place, self.isElsewhere) = (node, place, isElsewhere)
        }
    }

    @usableFromInline var sightings: [Sighting] = []

    /// Nobody has been heard yet.
    public init() {}

    /// The owner looks for members elsewhere now: each is judged anew by its next datagram.
    ///
    /// - Parameter isMember: Of whom anything is kept.
    public mutating func judgeAnew(keeping isMember: (Node) -> Bool) {
        sightings.removeAll { !$0.isElsewhere || !isMember($0.node) }
        for at in sightings.indices { sightings[at].place = nil }
    }

    /// What it tells that a member was heard from this place; nil if it was said, or is as known.
    ///
    /// - Parameters:
    ///   - place: Where an authenticated datagram came from.
    ///   - node: Who sent it.
    ///   - known: What each of its addresses was found to be; nil for who is no member. While one of
    ///     them has not been found, nobody can say.
    @inlinable public mutating func news(
        _ place: Place,
        of node: Node,
        known: () -> [[Place]]?
    ) -> News? {
        let last = sightings.firstIndex { $0.node == node }
        if let last, sightings[last].place == place { return nil }
        guard let known = known() else { return nil }
        let wasElsewhere = last.map { sightings[$0].isElsewhere } ?? false
        let isElsewhere =
            !known.contains(where: \.isEmpty) && !known.joined().contains(place)
        let sighting = Sighting(node: node, place: place, isElsewhere: isElsewhere)
        if let last { sightings[last] = sighting } else { sightings.append(sighting) }
        return isElsewhere ? .elsewhere : wasElsewhere ? .found : nil
    }
}
