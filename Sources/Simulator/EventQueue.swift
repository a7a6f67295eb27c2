// SPDX-License-Identifier: Apache-2.0

/// True time, in nanoseconds since the world began. No host can read it.
typealias Moment = Int64

/// What is to happen, the soonest first; of two at one moment the one that was planned first.
///
/// A binary heap of keys. The events themselves lie still in a store beside it, each at the place
/// that its key names, for they are many times larger. The order number makes the order total, and
/// so a run repeatable.
struct EventQueue<Event> {
    private struct Key {
        let at: Moment
        let order: UInt32
        let place: UInt32

        func isBefore(_ other: Key) -> Bool {
            at == other.at ? order < other.order : at < other.at
        }
    }
    private var heap: [Key] = []
    private var store: [Event?] = []
    private var free: [UInt32] = []
    private var planned: UInt32 = 0

    var isEmpty: Bool { heap.isEmpty }

    mutating func plan(_ event: Event, at moment: Moment) {
        planned += 1
        let key = Key(at: moment, order: planned, place: put(event))
        heap.append(key)
        var hole = heap.count - 1
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard key.isBefore(heap[parent]) else { break }
            heap[hole] = heap[parent]
            hole = parent
        }
        heap[hole] = key
    }

    private mutating func put(_ event: Event) -> UInt32 {
        guard let place = free.popLast() else {
            store.append(event)
            return UInt32(store.count - 1)
        }
        store[Int(place)] = event
        return place
    }

    /// The next event and its moment.
    mutating func next() -> (at: Moment, event: Event)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        if !heap.isEmpty { sink(last) }
        free.append(first.place)
        return store[Int(first.place)].take().map { (first.at, $0) }
    }

    /// Takes the way down from the top, the sooner child first, to where the key belongs.
    private mutating func sink(_ key: Key) {
        var hole = 0
        while true {
            var child = hole * 2 + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(key) else { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = key
    }
}
