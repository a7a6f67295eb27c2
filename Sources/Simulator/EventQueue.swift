// SPDX-License-Identifier: Apache-2.0

/// True time, in nanoseconds since the world began. No host can read it.
typealias Moment = Int64

/// What is to happen, the soonest first; of two at one moment the one that was planned first.
///
/// A binary heap of small entries. The order number makes it total, and so a run repeatable.
struct EventQueue<Event> {
    private struct Entry {
        let at: Moment
        let order: UInt64
        let event: Event

        func isBefore(_ other: Entry) -> Bool {
            at == other.at ? order < other.order : at < other.at
        }
    }
    private var heap: [Entry] = []
    private var planned: UInt64 = 0

    var isEmpty: Bool { heap.isEmpty }

    mutating func plan(_ event: Event, at moment: Moment) {
        planned += 1
        heap.append(Entry(at: moment, order: planned, event: event))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].isBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// The next event and its moment.
    mutating func next() -> (at: Moment, event: Event)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.at, first.event)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            let child = parent * 2 + 1
            if child < heap.count, heap[child].isBefore(heap[least]) { least = child }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[least]) { least = child + 1 }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
