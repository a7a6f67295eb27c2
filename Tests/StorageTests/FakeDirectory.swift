// SPDX-License-Identifier: Apache-2.0

import Storage

/// A state directory in memory, in which power fails after so many steps and sectors go bad.
final class FakeDirectory: StateDirectory, Disk {
    enum Fault: Error, Equatable {
        case powerFailed
        case badSector
        case noSuchFile
    }

    var files: [String: [UInt8]] = [:]
    var modes: [String: UInt32] = [:]
    /// Steps that change something and still succeed.
    var stepsLeft = Int.max
    /// What was written and synced, in order.
    var log: [String] = []
    /// Areas of `record` that cannot be read.
    var badSides: [Side] = []

    private func step() throws(Fault) {
        guard stepsLeft > 0 else { throw .powerFailed }
        stepsLeft -= 1
    }

    func contains(_ name: String) throws(Fault) -> Bool { files[name] != nil }

    func read(_ name: String, at offset: Int, count: Int) throws(Fault) -> [UInt8] {
        guard let file = files[name] else { throw .noSuchFile }
        if name == "record", badSides.contains(where: { $0.offset == offset }) { throw .badSector }
        return Array(file.dropFirst(offset).prefix(count))
    }

    func replace(
        _ name: String,
        with bytes: [UInt8],
        mode: UInt32,
        durable: Bool
    ) throws(Fault) {
        try step()
        files[name] = bytes
        modes[name] = mode
    }

    func rename(_ name: String, to other: String) throws(Fault) {
        try step()
        files[other] = files.removeValue(forKey: name)
    }

    func write(_ bytes: [UInt8], at offset: Int) throws(Fault) {
        try step()
        log.append("write")
        files["record"]?.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }

    func sync() throws(Fault) {
        try step()
        log.append("sync")
    }
}
