// SPDX-License-Identifier: Apache-2.0

public import Election

/// An open file, as much of it as the record needs. The daemon binds a real one, the simulator its
/// own, which forgets what was not synced.
public protocol Disk: ~Copyable {
    /// What goes wrong with it.
    associatedtype Failure: Error

    /// Writes all of the bytes at this offset.
    func write(_ bytes: [UInt8], at offset: Int) throws(Failure)

    /// Waits until all that was written is on the disk. A sync that failed is never tried again:
    /// nobody knows what the disk holds then, and this run is over.
    func sync() throws(Failure)
}

extension Disk where Self: ~Copyable {
    /// Puts one copy of the record on the disk.
    public func perform(_ write: RecordWrite) throws(Failure) {
        try self.write(write.bytes, at: write.offset)
        try sync()
    }

    /// Writes what was remembered anew over both copies, one after the other, and gives it back
    /// under its new number. Before this no message leaves.
    ///
    /// First of all a sync: a run that was killed may have left in the page cache what the disk
    /// never had. What was read there must be on the disk before the other copy is touched, or a
    /// power loss right now could take both.
    public func renew<Hash: RecordHash>(
        _ record: Record,
        _ slots: inout RecordSlots<Hash>
    ) throws(Failure) -> Record {
        try sync()
        let (renewed, writes) = slots.renew(record)
        for write in writes { try perform(write) }
        return renewed
    }
}
