// SPDX-License-Identifier: Apache-2.0

import FakeElectd
import Glibc
import Linux
import Testing

@testable import Daemon

@Suite("names that no longer lead to the files of this run")
struct PlacesTests {
    private let directory: TemporaryDirectory
    private let file: String

    init() throws {
        directory = try TemporaryDirectory()
        file = try directory.replace("lease", with: [1])
    }

    private func places() -> Places {
        let lease = Place(file, whenGone: "restart electd", whenAnother: "put it back")
        let other = Place("\(directory.path)/never", whenGone: "make it")
        return Places([lease, other], at: 0)
    }

    /// What is said of a look at that time; nil if none is made.
    private func look(_ places: inout Places, at time: Int64) throws -> [String]? {
        guard let job = places.look(at: time) else { return nil }
        let early = places.takeRemarks()
        #expect(early == [], "the helper has not looked yet")
        try job()
        return places.takeRemarks()
    }

    @Test("what is taken away, and what is put in its place, is said once, with what to do")
    func story() throws {
        var places = places()
        let kept = "\(directory.path)/kept"
        var time: Int64 = 0
        func next() throws -> [String]? {
            time += Places.pauseMax
            return try look(&places, at: time)
        }
        #expect(try next() == [])
        #expect(unsafe rename(file, kept) == 0)
        #expect(try next() == ["\(file) is gone: restart electd"])
        #expect(try next() == [])
        try directory.replace("lease", with: [1])
        let other = "\(file) is another file than the one of this run: put it back"
        #expect(try next() == [other])
        #expect(unsafe rename(kept, file) == 0)
        #expect(try next() == [])
        try directory.replace("lease", with: [1])
        #expect(try next() == [other])
    }

    @Test("a whole directory that is gone is that as well; what was never there is not missed")
    func directoryIsGone() throws {
        let place = Place("\(file)/record", whenGone: "no")
        #expect(place.look() == .asBefore)
        let inner = "\(directory.path)/inner"
        try #require(unsafe mkdir(inner, 0o700) == 0)
        let deep = try directory.replace("inner/record", with: [1])
        let record = Place(deep, whenGone: "restart no other host")
        try #require(unsafe unlink(deep) == 0)
        try #require(unsafe rmdir(inner) == 0)
        #expect(record.look() == .gone)
    }

    @Test("one look at a time, and not too often")
    func pauses() throws {
        var places = places()
        let early = places.look(at: Places.pauseMin - 1)
        #expect(early == nil)
        let first = places.look(at: Places.pauseMin)
        let job = try #require(first)
        // A disk that hangs is not asked a second time.
        let second = places.look(at: 9 * Places.pauseMin)
        #expect(second == nil)
        try job()
        let third = places.look(at: 9 * Places.pauseMin)
        #expect(third != nil)
    }

    @Test("in an hour a host is looked at once a minute, and more often only in the first")
    func seldom() throws {
        var places = places()
        var looks: [Int64] = []
        for second in 1...3600 {
            guard let job = places.look(at: Int64(second) * 1_000_000_000) else { continue }
            try job()
            looks.append(Int64(second))
        }
        #expect(looks.prefix(5) == [5, 15, 35, 75, 135])
        #expect(zip(looks.dropFirst(3), looks.dropFirst(4)).allSatisfy { $1 - $0 == 60 })
    }
}
