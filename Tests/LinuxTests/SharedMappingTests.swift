// SPDX-License-Identifier: Apache-2.0

// Two mappings of one file stand for two processes.

import Linux
import SystemPackage
import Testing

@Suite("Shared memory")
struct SharedMappingTests {
    private let scratch: Scratch
    private let directory: Folder

    init() throws {
        scratch = try Scratch()
        directory = Folder(try Directory.open(scratch.path))
        try directory.directory.replace(
            "page",
            with: [UInt8](repeating: 0, count: 4096),
            mode: 0o644,
            durable: false
        )
    }

    @Test("what one mapping stores, another sees, and the file has")
    func shared() throws {
        let written = try SharedMapping(
            directory.directory.open("page", .readWrite),
            count: 4096,
            writable: true
        )
        let read = try SharedMapping(directory.directory.open("page"), count: 208, writable: false)
        written.store32(1, at: 8, .relaxed)
        SharedMapping.fence(.release)
        written.store64(0x0102_0304_0506_0708, at: 32, .relaxed)
        written.store(Array(1...16), at: 16)
        SharedMapping.fence(.sequentiallyConsistent)
        written.store32(2, at: 8, .release)
        written.store64(77, at: 200, .release)

        #expect(read.load32(at: 8, .acquire) == 2)
        #expect(read.load32(at: 8, .relaxed) == 2)
        #expect(read.load64(at: 32, .relaxed) == 0x0102_0304_0506_0708)
        #expect(read.load64(at: 200, .acquire) == 77)
        SharedMapping.fence(.acquire)
        #expect(read.load(16..<32) == Array(1...16))
        #expect(
            try directory.directory.contents("page", limit: 4096)[32..<40]
                == [8, 7, 6, 5, 4, 3, 2, 1]
        )
    }

    @Test("a file shorter than the mapping is refused, not mapped to be killed by")
    func short() throws {
        let error = #expect(throws: SystemError.self) {
            _ = try SharedMapping(directory.directory.open("page"), count: 4097, writable: false)
        }
        #expect(sentence(of: error) == "map \(scratch.file("page")): Invalid argument")
    }

    @Test("a file opened for reading cannot be mapped for writing")
    func readOnly() throws {
        let error = #expect(throws: SystemError.self) {
            _ = try SharedMapping(directory.directory.open("page"), count: 4096, writable: true)
        }
        #expect(sentence(of: error) == "map \(scratch.file("page")): Permission denied")
    }

    @Test("a record under a sequence number is never read torn")
    func sequenceLock() throws {
        let written = try SharedMapping(
            directory.directory.open("page", .readWrite),
            count: 4096,
            writable: true
        )
        let read = try SharedMapping(directory.directory.open("page"), count: 4096, writable: false)
        let page = Page(written)
        let rounds: UInt32 = 20_000
        let worker = try Worker()
        worker.submit(id: 1) {
            for round in 1...rounds {
                page.mapping.store32(2 * round - 1, at: 8, .relaxed)
                SharedMapping.fence(.release)
                for word in 0..<4 {
                    page.mapping.store64(UInt64(round), at: 32 + 8 * word, .relaxed)
                }
                page.mapping.store32(2 * round, at: 8, .release)
            }
        }
        var seen: UInt32 = 0
        while seen < 2 * rounds {
            let before = read.load32(at: 8, .acquire)
            let words = (0..<4).map { word in read.load64(at: 32 + 8 * word, .relaxed) }
            SharedMapping.fence(.acquire)
            guard before & 1 == 0, read.load32(at: 8, .relaxed) == before else { continue }
            #expect(words == [UInt64](repeating: UInt64(before / 2), count: 4))
            #expect(before >= seen)
            seen = before
        }
    }
}

/// A directory that a suite can hold.
private final class Folder {
    let directory: Directory

    init(_ directory: consuming Directory) { self.directory = directory }
}

/// A mapping that two threads can hold.
private final class Page: Sendable {
    let mapping: SharedMapping

    init(_ mapping: consuming SharedMapping) { self.mapping = mapping }
}
