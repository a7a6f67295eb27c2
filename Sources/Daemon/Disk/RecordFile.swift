// SPDX-License-Identifier: Apache-2.0

// The file `record`, as the worker writes it.

internal import Election
internal import Linux
internal import State
internal import Storage
internal import Synchronization

/// The open file and which of its two copies is written next.
///
/// Only the worker's thread comes here; the lock is what tells the compiler so.
final class RecordFile: RecordPlace {
    private let file: File
    private let slots: Mutex<RecordSlots<SHA256Digest>>

    init(_ file: consuming File, _ slots: RecordSlots<SHA256Digest>) {
        self.file = file
        self.slots = Mutex(slots)
    }

    func write(_ record: Record) throws(SystemError) {
        let write = slots.withLock { $0.next(record) }
        try file.perform(write)
        slots.withLock { $0.done(write) }
    }

    func mirror() throws(SystemError) {
        guard let write = slots.withLock({ $0.mirror() }) else { return }
        try file.perform(write)
        slots.withLock { $0.done(write) }
    }
}
