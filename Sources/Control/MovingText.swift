// SPDX-License-Identifier: Apache-2.0

// Most of what is written several times a second says what it said before, but for a few points in
// time. So the text is made once, and those are written over where they stand.

/// A text in which a few numbers change and nothing else does.
public struct MovingText: Equatable, Sendable {
    /// The text as it is now.
    public private(set) var bytes: [UInt8]
    /// Where the digits of each number stand.
    private let places: [Range<Int>]

    init(_ bytes: [UInt8], places: [Range<Int>]) {
        self.bytes = bytes
        self.places = places
    }

    /// Writes other numbers in the place of those that stand there. Returns false if one of them is
    /// longer or shorter; then the text is of no use any more and has to be made anew.
    public mutating func move(to numbers: [UInt64]) -> Bool {
        guard numbers.count == places.count else { return false }
        for (number, place) in zip(numbers, places) {
            var rest = number
            for index in place.reversed() {
                bytes[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            }
            let isPadded = place.count > 1 && bytes[place.lowerBound] == UInt8(ascii: "0")
            if rest > 0 || isPadded { return false }
        }
        return true
    }
}

extension Status {
    /// The points in time that move on while all else stays, in the order in which the text has
    /// them: the end of the answer, and when each member was heard.
    public var moments: [UInt64] { [answer.validUntil] + members.compactMap(\.lastHeard) }

    /// Whether nothing but these points in time is different.
    public func differsOnlyInMoments(from other: Status) -> Bool {
        guard members.count == other.members.count else { return false }
        var moved = self
        moved.answer.validUntil = other.answer.validUntil
        for index in members.indices where members[index].lastHeard != nil {
            // One that is nil there stays different, and should.
            moved.members[index].lastHeard = other.members[index].lastHeard ?? .max
        }
        return moved == other
    }

    /// `status.json`, in which the moments can move.
    public var movingJSON: MovingText {
        var writer = JSONWriter(capacity: 2048)
        write(to: &writer)
        writer.append(UInt8(ascii: "\n"))
        return MovingText(writer.bytes, places: writer.moments)
    }
}
