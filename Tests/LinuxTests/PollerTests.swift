// SPDX-License-Identifier: Apache-2.0

// Bells stand for descriptors of every kind: they ring when told to.

import Linux
import SystemPackage
import Testing

@Suite("The poller")
struct PollerTests {
    @Test("a ring is told by its token, again until it is answered, then no more")
    func levelTriggered() throws {
        var poller = try Poller()
        let bell = try Doorbell()
        try poller.add(bell.descriptor, .readable, token: 7)
        #expect(try poller.wait(timeout: 0) == [])

        bell.ring()
        bell.ring()
        for _ in 0..<2 {
            let ready = try poller.wait()
            #expect(ready.map(\.token) == [7])
            #expect(ready.map(\.readable) == [true])
            #expect(ready.map(\.writable) == [false])
        }
        bell.answer()
        #expect(try poller.wait(timeout: 1000) == [])
    }

    @Test("what is watched for can change, and end")
    func modify() throws {
        var poller = try Poller()
        let bell = try Doorbell()
        bell.ring()
        try poller.add(bell.descriptor, .writable, token: 1)
        #expect(try poller.wait().map(\.readable) == [false])

        try poller.modify(bell.descriptor, [.readable, .writable], token: 2)
        let both = try poller.wait()
        #expect(both.map(\.token) == [2])
        #expect(both.map(\.readable) == [true])
        #expect(both.map(\.writable) == [true])

        try poller.remove(bell.descriptor)
        #expect(try poller.wait(timeout: 0) == [])
    }

    @Test("more descriptors than one wait can tell are told by the next")
    func many() throws {
        let bells = try (0..<Poller.readyMax + 6).map { _ in Bell(try Doorbell()) }
        var poller = try Poller()
        for (index, bell) in bells.enumerated() {
            bell.doorbell.ring()
            try poller.add(bell.doorbell.descriptor, .readable, token: UInt64(index))
        }
        let first = try poller.wait().map(\.token)
        let second = try poller.wait().map(\.token)
        #expect(first.count == Poller.readyMax)
        #expect(Set(first + second).count == bells.count)
    }

    @Test("a stream whose other end is gone hangs up, whatever it is watched for")
    func hangup() throws {
        let scratch = try Scratch()
        let listener = try UnixListener(path: scratch.file("socket"))
        var poller = try Poller()
        let near = try UnixStream.connect(scratch.file("socket"))
        try poller.add(near.descriptor, [], token: 3)
        do {
            _ = try listener.accept()
        }
        let ready = try poller.wait(timeout: 60_000_000_000)
        #expect(ready.map(\.token) == [3])
        #expect(ready.map(\.hangup) == [true])
    }

    @Test("watching twice is an error that names the descriptor")
    func twice() throws {
        let poller = try Poller()
        let bell = try Doorbell()
        try poller.add(bell.descriptor, .readable, token: 1)
        let error = #expect(throws: SystemError.self) {
            try poller.add(bell.descriptor, .readable, token: 2)
        }
        let number = bell.descriptor.rawValue
        #expect(sentence(of: error) == "epoll_ctl descriptor \(number): File exists")
    }
}

/// A bell that an array can hold.
private final class Bell {
    let doorbell: Doorbell

    init(_ doorbell: consuming Doorbell) { self.doorbell = doorbell }
}
