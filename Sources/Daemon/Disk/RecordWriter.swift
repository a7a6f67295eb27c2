// SPDX-License-Identifier: Apache-2.0

// Records go to the disk beside the loop. One is under way at a time; the copy of it follows when
// nothing else waits, because an election's next record should not stand behind it.
//
//      loop     write #7 ───────────────── stored #7 ─── 15 ms of quiet ─── mirror
//      worker      └── copy A, sync ──────────┘                               └── copy B, sync

internal import Election
internal import Linux
internal import Paxos
internal import SystemPackage

/// Where records go. It may block, and is used by one thread at a time.
protocol RecordPlace: AnyObject, Sendable {
    /// Writes and syncs the record over the older copy.
    func write(_ record: Record) throws(SystemError)

    /// Writes and syncs the last record over the other copy as well.
    func mirror() throws(SystemError)
}

/// The way of records to the disk.
struct RecordWriter: ~Copyable {
    /// What came of a write.
    enum Outcome: Equatable {
        /// This record is on disk.
        case stored(RecordID)
        /// A write or a sync failed. It is not tried again.
        case failed(SystemError)
        /// A job failed on which nothing rests.
        case lost(SystemError)
    }

    private let worker: Worker
    private let place: any RecordPlace
    private var underWay: RecordID?
    private var mirrorAt: Instant?
    /// How long the last writes took.
    private(set) var syncs = Measurements()

    /// The copy is written after this much quiet.
    static let quiet = Span.milliseconds(15)
    private static let mirrorJob: UInt64 = 0
    private static let asideJob = UInt64.max

    init(to place: any RecordPlace) throws(SystemError) {
        worker = try Worker()
        self.place = place
    }

    /// Watch this for `.readable`.
    var descriptor: FileDescriptor { worker.descriptor }

    /// Whether the worker still takes jobs.
    var isAlive: Bool { worker.isAlive }

    /// When the write began that runs now, the copy's as well; nil if none does.
    var busySince: Instant? { worker.busySince.map(Instant.init(nanoseconds:)) }

    /// Whether a record is under way.
    var isBusy: Bool { underWay != nil }

    /// When `mirrorIfDue` has something to do.
    var deadline: Instant? { mirrorAt }

    /// Hands a record to the worker.
    mutating func write(_ record: Record, at now: Instant) {
        invariant(
            underWay == nil,
            "\(record.id) is to be written while \(underWay, default: "") is"
        )
        invariant(record.id.number != Self.mirrorJob, "a record without a number: \(record)")
        underWay = record.id
        mirrorAt = nil
        let place = place
        worker.submit(id: record.id.number) { () throws(SystemError) in try place.write(record) }
    }

    /// Writes the copy once it has been quiet for a while.
    mutating func mirrorIfDue(at now: Instant) {
        guard let due = mirrorAt, due <= now else { return }
        mirrorAt = nil
        let place = place
        worker.submit(id: Self.mirrorJob) { () throws(SystemError) in try place.mirror() }
    }

    /// Has something done on which nothing rests, behind what the worker is at.
    func doAside(_ job: @escaping Worker.Job) { worker.submit(id: Self.asideJob, job) }

    /// What the worker has done since the last call.
    mutating func takeOutcomes() -> [Outcome] {
        var outcomes: [Outcome] = []
        for completion in worker.completions() {
            if let error = completion.error {
                let isAside = completion.id == Self.asideJob
                outcomes.append(isAside ? .lost(error) : .failed(error))
            } else if completion.id == Self.asideJob {
                continue
            } else if completion.id != Self.mirrorJob {
                outcomes.append(.stored(RecordID(completion.id)))
                underWay = nil
                syncs.note(Span(nanoseconds: completion.durationNanoseconds))
                mirrorAt = .now() + Self.quiet
            }
        }
        return outcomes
    }
}
