// SPDX-License-Identifier: Apache-2.0

// What the disk itself costs: 4 KiB written over what is there already, and synced, by one writer or
// by three at once, as three daemons on one disk are. Whoever compares elections compares disks
// first.

import Linux

/// Writers with a file each, on the disk that the daemons use.
struct SyncCost {
    private let writers: [Writer]

    init(in directory: String) throws {
        let place = "\(directory)/sync"
        _ = try Directory.create(place, mode: 0o700)
        writers = try (1...3).map { try Writer(in: place, name: "\($0)") }
    }

    /// How long each sync took, in milliseconds, while so many writers were at work.
    func measure(writers count: Int, syncs: Int) throws -> [Double] {
        precondition((1...writers.count).contains(count), "there are not \(count) writers")
        let busy = writers.prefix(count)
        for writer in busy { writer.begin(syncs) }
        var taken: [Double] = []
        return try waitFor("\(count * syncs) syncs", within: 60) {
            for writer in busy { taken += try writer.finished() }
            return taken.count == count * syncs ? taken : nil
        }
    }
}

/// A thread with a file whose blocks are on the disk already.
private final class Writer {
    private let worker: Worker
    private let file: BlockFile

    init(in directory: String, name: String) throws {
        let made = try BlockFile(in: directory, name: name)
        file = made
        worker = try Worker()
    }

    func begin(_ count: Int) {
        let file = file
        for index in 0..<count {
            worker.submit(id: UInt64(index)) { () throws(SystemError) in try file.overwrite() }
        }
    }

    /// How long each took that has ended since the last call, in milliseconds.
    func finished() throws -> [Double] {
        try worker.completions().map { completion in
            if let error = completion.error { throw error }
            return Double(completion.durationNanoseconds) / 1e6
        }
    }
}

private final class BlockFile: Sendable {
    private let file: File
    private static let block = [UInt8](repeating: 0x5A, count: 4096)

    init(in directory: String, name: String) throws {
        let place = try Directory.open(directory)
        let made = try place.create(name, mode: 0o600)
        try made.write(Self.block, at: 0)
        try place.sync()
        file = made
    }

    func overwrite() throws(SystemError) {
        try file.write(Self.block, at: 0)
        try file.sync()
    }
}
